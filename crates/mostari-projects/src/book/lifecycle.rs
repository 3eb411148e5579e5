//! From nomination to completion, stops and ends.

use super::{Book, Refused, check_words, refuse};
use crate::{
    Contract, Coverage, Entry, Field, FieldValue, Nominated, ProjectRecord, Score, State, Statement, TITLE, Transfer,
    Version,
    findings::{STEP, TAKEN, UNKNOWN},
};
use mostari_model::Label;
use std::collections::{BTreeMap, BTreeSet};

/// Puts a project forward.
pub(super) fn nominate(book: &mut Book, entry: &Entry, nominated: &Nominated) -> Result<(), Refused> {
    check_words(&nominated.title, "the title")?;
    if book.projects.contains_key(&nominated.project) {
        return refuse(TAKEN, format!("there is a project {} already", nominated.project));
    }
    if book.nominations.contains_key(&nominated.nomination) {
        return refuse(TAKEN, format!("there is a nomination {} already", nominated.nomination));
    }
    if let Some(need) = nominated.needs.iter().find(|need| !book.needs.contains_key(*need)) {
        return refuse(UNKNOWN, format!("nobody stated a need {need}"));
    }
    book.nominations.insert(nominated.nomination.clone(), nominated.project.clone());
    book.projects.insert(nominated.project.clone(), born(entry, nominated));
    Ok(())
}

fn born(entry: &Entry, nominated: &Nominated) -> ProjectRecord {
    let title = origin(entry, Some(FieldValue::Text(nominated.title.clone())));
    ProjectRecord {
        id: nominated.project.clone(),
        nomination: nominated.nomination.clone(),
        needs: nominated.needs.clone(),
        kind: nominated.kind.clone(),
        area: nominated.area.clone(),
        state: State::Nominated,
        since: entry.happened,
        stopped_in: None,
        history: Vec::new(),
        funds: BTreeMap::new(),
        scores: Vec::new(),
        contracts: Vec::new(),
        deliveries: BTreeMap::new(),
        visits: BTreeMap::new(),
        handovers: BTreeMap::new(),
        accepted: None,
        transferred: None,
        locations: Vec::new(),
        checks: Vec::new(),
        fields: BTreeMap::from([(TITLE.to_owned(), title)]),
        label: Label::public(),
        stated: 0,
    }
}

/// A field that has what the nomination says of it.
fn origin(entry: &Entry, value: Option<FieldValue>) -> Field {
    let (party, happened) = (entry.party.clone(), entry.happened);
    let version = Version { value, party, happened, upon: BTreeSet::new(), decided: None };
    Field { versions: BTreeMap::from([(entry.id.clone(), version)]), ..Field::default() }
}

/// A step of a project's life that needs nothing but the right state.
pub(super) fn step(book: &mut Book, entry: &Entry) -> Result<(), Refused> {
    use Statement::{
        Abandoned, Appraised, Approved, Cancelled, Contracted, Funded, Implementing, MechanicallyComplete, Operating,
        Resumed, Screened, Suspended, TransferredUnilaterally,
    };
    match &entry.statement {
        Screened { project } => book.project_mut(project)?.go(State::Screened, entry),
        Appraised { project, score_hundredths, method } => {
            check_words(method, "the method of the score")?;
            let project = book.project_mut(project)?;
            project.go(State::Appraised, entry)?;
            let (entry, method) = (entry.id.clone(), method.clone());
            project.scores.push(Score { entry, score_hundredths: *score_hundredths, method });
            Ok(())
        }
        Approved { project, decision } => {
            check_words(decision, "the decision")?;
            book.project_mut(project)?.go(State::Approved, entry)
        }
        Funded { project, fund, coverage } => {
            let project = book.project_mut(project)?;
            project.fund(*coverage, entry)?;
            project.funds.insert(fund.clone(), *coverage);
            Ok(())
        }
        Contracted { project, contractor, contract, complete_by } => {
            let project = book.project_mut(project)?;
            project.go(State::Contracted, entry)?;
            let (entry, contractor, contract) = (entry.id.clone(), contractor.clone(), contract.clone());
            project.contracts.push(Contract { entry, contractor, contract, complete_by: *complete_by });
            Ok(())
        }
        Implementing { project } => book.project_mut(project)?.go(State::Implementing, entry),
        MechanicallyComplete { project } => book.project_mut(project)?.go(State::MechanicallyComplete, entry),
        Operating { project } => book.project_mut(project)?.go(State::Operating, entry),
        Suspended { project, reason } => {
            check_words(reason, "the reason")?;
            let project = book.project_mut(project)?;
            let before = project.state;
            project.go(State::Suspended, entry)?;
            project.stopped_in = Some(before);
            Ok(())
        }
        Resumed { project } => book.project_mut(project)?.resume(entry),
        Cancelled { project, reason } => {
            check_words(reason, "the reason")?;
            book.project_mut(project)?.go(State::Cancelled, entry)
        }
        Abandoned { project, reason } => {
            check_words(reason, "what is known")?;
            book.project_mut(project)?.go(State::Abandoned, entry)
        }
        TransferredUnilaterally { project, to, reason } => {
            check_words(reason, "the reason")?;
            let project = book.project_mut(project)?;
            project.go(State::TransferredUnilaterally, entry)?;
            project.transferred = Some(Transfer { entry: entry.id.clone(), to: to.clone(), happened: entry.happened });
            Ok(())
        }
        other => unreachable!("`Book::apply` sends `{}` elsewhere", other.words()),
    }
}

impl ProjectRecord {
    /// Takes a step, if the state allows it.
    pub(crate) fn go(&mut self, next: State, entry: &Entry) -> Result<(), Refused> {
        if !self.state.may_become(next) {
            let allowed: Vec<&str> = self.state.next().iter().map(|state| state.words()).collect();
            let allowed = if allowed.is_empty() { "nothing".to_owned() } else { allowed.join(", ") };
            return refuse(STEP, format!("{} is {}; {next} cannot follow, only {allowed}", self.id, self.state));
        }
        (self.state, self.since, self.stopped_in) = (next, entry.happened, None);
        Ok(())
    }

    /// A fund may come in at work too; the state then stays.
    fn fund(&mut self, coverage: Coverage, entry: &Entry) -> Result<(), Refused> {
        let next = match coverage {
            Coverage::Partial => State::PartlyFunded,
            Coverage::Full => State::Funded,
        };
        match self.state {
            State::Funded | State::Contracted | State::Implementing | State::MechanicallyComplete => Ok(()),
            _ => self.go(next, entry),
        }
    }

    fn resume(&mut self, entry: &Entry) -> Result<(), Refused> {
        match self.stopped_in.take() {
            Some(before) => {
                (self.state, self.since) = (before, entry.happened);
                Ok(())
            }
            None => refuse(STEP, format!("{} is {}, not suspended", self.id, self.state)),
        }
    }
}
