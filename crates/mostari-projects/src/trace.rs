//! The chain of one id: from need to handover, walked in both directions, with what is missing in words.

mod graph;

use crate::{
    ActivityStatus, DeliveryColumns, FundLink, Gap, MoneyColumns, Oc4idsStatus, ProjectRecord, Promise, Register,
    State, findings::NOTHING_TO_TRACE, gaps,
};
use graph::Graph;
use mostari_model::{AreaId, Date, EntryId, Label, PartyId, ProjectId};
use serde::Serialize;
use std::{collections::BTreeSet, fmt};

/// A step of the chain, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// What is needed.
    Need,
    /// Who put the project forward.
    Nomination,
    /// The project.
    Project,
    /// Which fund stands behind it.
    Fund,
    /// What was paid.
    Payment,
    /// What was delivered.
    Delivery,
    /// Who went to see.
    Verification,
    /// Who took it over.
    Handover,
    /// Whether it works a year and two years after.
    Check,
}

impl Step {
    /// All steps, in order.
    pub const ALL: [Self; 9] = [
        Self::Need,
        Self::Nomination,
        Self::Project,
        Self::Fund,
        Self::Payment,
        Self::Delivery,
        Self::Verification,
        Self::Handover,
        Self::Check,
    ];

    /// Its heading.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Need => "need",
            Self::Nomination => "nomination",
            Self::Project => "project",
            Self::Fund => "fund",
            Self::Payment => "payment",
            Self::Delivery => "delivery",
            Self::Verification => "verification",
            Self::Handover => "handover",
            Self::Check => "check",
        }
    }

    const fn missing(self) -> &'static str {
        match self {
            Self::Need => "no need is stated",
            Self::Nomination => "nobody put it forward",
            Self::Project => "there is no project",
            Self::Fund => "no fund stands behind it",
            Self::Payment => "nothing is paid",
            Self::Delivery => "nothing is delivered",
            Self::Verification => "nobody has gone to see it",
            Self::Handover => "nobody has taken it over",
            Self::Check => "no check on its use is due yet",
        }
    }
}

/// One thing in the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Link {
    /// Its id.
    pub id: String,
    /// The project that it belongs to; `None` for needs and for money without a project.
    pub project: Option<ProjectId>,
    /// In words.
    pub words: String,
    /// When, as its author says.
    pub when: Option<Date>,
    /// Who says so.
    pub party: Option<PartyId>,
    /// Entries that speak of it, the first one first.
    pub entries: Vec<EntryId>,
    /// Ids of the links before it in the chain.
    pub from: Vec<String>,
    /// Ids of the links behind it in the chain.
    pub to: Vec<String>,
    /// Whether this is what was asked for.
    pub is_asked: bool,
}

/// A step with its links, or what is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TraceStep {
    /// Which step.
    pub step: Step,
    /// What is known.
    pub links: Vec<Link>,
    /// What to say if nothing is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<String>,
}

/// A project in short.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProjectSummary {
    /// Its id.
    pub id: ProjectId,
    /// What a person calls it.
    pub title: String,
    /// Area that it stands in.
    pub area: AreaId,
    /// Where it stands.
    pub state: State,
    /// Since when.
    pub since: Date,
    /// In the words of OC4IDS.
    pub oc4ids: Oc4idsStatus,
    /// In the words of IATI.
    pub iati: ActivityStatus,
    /// What was delivered: four columns that are never added up.
    pub delivered: DeliveryColumns,
    /// What the ledger says of its money: four columns that are never added up.
    pub money: MoneyColumns,
    /// What is still owed.
    pub promises: Vec<Promise>,
    /// How many edits stand against each other.
    pub conflicts: usize,
}

/// The chain of one id.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Trace {
    /// The id that was asked for.
    pub asked: String,
    /// All steps in order, each with its links or what is missing.
    pub steps: Vec<TraceStep>,
    /// The projects in the chain.
    pub projects: Vec<ProjectSummary>,
    /// What is missing in the chains of these projects.
    pub gaps: Vec<Gap>,
    /// The compartments that a reader of this must hold.
    pub label: Label,
}

/// Why there is no chain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TraceError {
    /// Nothing has the id.
    #[error("nothing here has the id `{id}`")]
    Unknown {
        /// The id.
        id: String,
    },
}

impl TraceError {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        NOTHING_TO_TRACE.code
    }

    /// What to do.
    pub const fn hint(&self) -> &'static str {
        NOTHING_TO_TRACE.hint
    }
}

/// Walks the chain from any id in it: towards the need and towards the handover.
///
/// What stands beside the id is not shown: the trace of one delivery leads to its project and that project's need, not to
/// other deliveries. The id may be that of a need, nomination, project, fund, payment, delivery, visit or handover, or of an
/// entry that speaks of one. `as_of` decides which checks are due.
///
/// # Errors
/// [`TraceError::Unknown`] if nothing has the id.
pub fn trace(register: &Register, links: &[FundLink], id: &str, as_of: Date) -> Result<Trace, TraceError> {
    let graph = Graph::of(register, links, as_of);
    let asked = graph.named(register, id);
    if asked.is_empty() {
        return Err(TraceError::Unknown { id: id.to_owned() });
    }
    let found = graph.chain(&asked);
    let steps: Vec<TraceStep> = Step::ALL.map(|step| graph.step(step, &found, &asked)).into();
    let projects: BTreeSet<&ProjectId> =
        steps.iter().flat_map(|step| &step.links).filter_map(|link| link.project.as_ref()).collect();
    let shown: BTreeSet<&str> = steps.iter().flat_map(|step| &step.links).map(|link| link.id.as_str()).collect();
    let concerns = |gap: &Gap| match &gap.project {
        // A gap of the project itself concerns every trace through it; one of a delivery or payment those that show it.
        Some(project) => projects.contains(project) && shown.contains(gap.at.as_str()),
        None => shown.contains(gap.at.as_str()),
    };
    let gaps = gaps(register, links).into_iter().filter(concerns).collect();
    let records = || projects.iter().filter_map(|id| register.project(id));
    let label = records().fold(needs_label(register, &steps), |label, project| label.join(&project.label));
    let projects = records().map(|project| summary(project, links, as_of)).collect();
    Ok(Trace { asked: id.to_owned(), steps, projects, gaps, label })
}

/// The labels of the entries that speak of what is shown.
fn needs_label(register: &Register, steps: &[TraceStep]) -> Label {
    let shown: BTreeSet<&EntryId> = steps.iter().flat_map(|step| &step.links).flat_map(|link| &link.entries).collect();
    let entries = register.log().iter().filter(|logged| shown.contains(&logged.entry.id));
    entries.fold(Label::public(), |label, logged| label.join(&logged.entry.label))
}

fn summary(project: &ProjectRecord, links: &[FundLink], as_of: Date) -> ProjectSummary {
    let own = links.iter().filter(|link| link.project.as_ref() == Some(&project.id));
    ProjectSummary {
        id: project.id.clone(),
        title: project.title(),
        area: project.area.clone(),
        state: project.state,
        since: project.since,
        oc4ids: project.oc4ids(),
        iati: project.iati(),
        delivered: project.columns(),
        money: own.fold(MoneyColumns::default(), |sum, link| sum + link.money.clone()),
        promises: project.promises(as_of),
        conflicts: project.fields.iter().filter(|(name, field)| field.conflict(&project.id, name).is_some()).count(),
    }
}

/// The chain as lines; words carry everything, `>` marks what was asked for, `!` what is missing.
impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in &self.steps {
            if let Some(missing) = &step.missing {
                writeln!(f, "! {:<13} {missing}", step.step.words())?;
            }
            for link in &step.links {
                let mark = if link.is_asked { '>' } else { ' ' };
                let day = link.when.map_or_else(String::new, |day| format!("{day}  "));
                writeln!(f, "{mark} {:<13} {day}{}  {}", step.step.words(), link.id, link.words)?;
            }
        }
        for project in &self.projects {
            let ProjectSummary { id, state, since, delivered, money, .. } = project;
            writeln!(f, "\n{id} is {state} since {since}")?;
            let goods = [
                ("reported", delivered.reported.to_string()),
                ("confirmed", delivered.confirmed.to_string()),
                ("verified", delivered.verified.to_string()),
                ("paid for", delivered.paid.to_string()),
                ("paid", delivered.paid_money.to_string()),
                ("pledged", money.pledged.to_string()),
                ("committed", money.committed.to_string()),
                ("disbursed", money.disbursed.to_string()),
                ("expended", money.expended.to_string()),
            ];
            for (heading, words) in goods {
                writeln!(f, "  {heading:<13} {words}")?;
            }
            for promise in &project.promises {
                let due = promise.due.map_or_else(|| "no day was said".to_owned(), |day| format!("due {day}"));
                let late = if promise.is_overdue { ", overdue" } else { "" };
                writeln!(f, "  {:<13} {} ({due}{late})", "still owed", promise.words)?;
            }
        }
        if !self.gaps.is_empty() {
            writeln!(f)?;
        }
        self.gaps.iter().try_for_each(|gap| writeln!(f, "{}", gap.finding))
    }
}
