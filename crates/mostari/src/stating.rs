//! Saying something of projects and funds: checked by the engines first, signed, appended as one.

use crate::allowed::Guard;
use crate::failure::Failure;
use crate::joined::{FUNDS, PROJECT};
use crate::questions::{self, Known};
use jiff::Timestamp;
use mostari_funds::Ledger;
use mostari_model::{AreaId, Clearance, Date, EntryId, Finding, Label, Stated};
use mostari_projects::Register;
use mostari_record::{AuthorSecret, Body, Draft, Mission, Pen, Said};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What shall be said.
pub struct Saying {
    /// [`PROJECT`] or [`FUNDS`].
    pub kind: &'static str,
    /// In the engine's words.
    pub statement: Value,
    /// When it happened.
    pub happened: Date,
    /// What later statements call it.
    pub id: Option<EntryId>,
    /// Who may read it.
    pub label: Label,
    /// Where.
    pub area: Option<AreaId>,
    /// The name of the key that signs, as [`Keys`] knows it; the mission's own if `None`.
    pub by: Option<String>,
}

/// The keys that can sign here: the mission's own, and files `NAME.key` of a folder.
pub struct Keys {
    own: AuthorSecret,
    folder: Option<PathBuf>,
    read: BTreeMap<String, AuthorSecret>,
}

impl Keys {
    /// The mission's own key, and those of a folder.
    pub fn open(mission: &Mission, folder: Option<&Path>) -> Result<Self, Failure> {
        let own = mission.author_secret()?;
        Ok(Self { own, folder: folder.map(Path::to_owned), read: BTreeMap::new() })
    }

    /// One key alone, from a file.
    pub fn single(mission: &Mission, file: Option<&Path>) -> Result<Self, Failure> {
        let own = file.map_or_else(|| mission.author_secret(), AuthorSecret::read)?;
        Ok(Self { own, folder: None, read: BTreeMap::new() })
    }

    fn read(&mut self, name: &str) -> Result<(), Failure> {
        let Some(folder) = &self.folder else { return Err(Failure::NoKey(name.to_owned())) };
        if !self.read.contains_key(name) {
            let is_plain = !name.is_empty() && !name.contains(['/', '\\']);
            let path = folder.join(format!("{name}.key"));
            if !is_plain || !path.is_file() {
                return Err(Failure::NoKey(name.to_owned()));
            }
            self.read.insert(name.to_owned(), AuthorSecret::read(&path)?);
        }
        Ok(())
    }

    fn get(&self, name: Option<&str>) -> &AuthorSecret {
        name.and_then(|name| self.read.get(name)).unwrap_or(&self.own)
    }
}

/// What became of something that was to be said.
pub enum Became {
    /// It is this entry.
    Entry(u64),
    /// The log says it already.
    AlreadySaid,
}

/// Says everything or nothing. What the engines would not use is refused, unless it shall be said `anyway`: it may wait
/// for another party's statement.
///
/// # Errors
/// [`Failure::NotAllowed`] for what the policies do not let its key say, [`Failure::NotUsed`] with the reasons, by position.
pub fn say(
    mission: &Mission,
    sayings: &[Saying],
    keys: &mut Keys,
    anyway: bool,
    now: Timestamp,
) -> Result<Vec<Became>, Failure> {
    sayings.iter().filter_map(|saying| saying.by.as_deref()).try_for_each(|name| keys.read(name))?;
    let planned = Planned::of(mission, sayings, keys, now)?;
    let (register, ledger) = planned.engines();
    planned.check_allowed(&Guard::open(mission)?, keys, &Known { register: &register, ledger: &ledger })?;
    let refused = planned.refused(&register, &ledger);
    if !refused.is_empty() && !anyway {
        return Err(Failure::NotUsed(refused));
    }
    let mut pens: BTreeMap<String, Pen<'_>> = BTreeMap::new();
    let mut leaves = Vec::new();
    for (saying, _) in planned.unsaid() {
        let secret = keys.get(saying.by.as_deref());
        let pen = match pens.entry(secret.author().to_string()) {
            std::collections::btree_map::Entry::Occupied(pen) => pen.into_mut(),
            std::collections::btree_map::Entry::Vacant(place) => place.insert(mission.pen(secret)?),
        };
        leaves.push(pen.sign(&saying.to_draft(), now)?);
    }
    let mut writer = mission.writer()?;
    let mut appended = writer.append_foreign(&leaves)?.into_iter();
    writer.publish()?;
    let became = |is_said: &bool| match is_said {
        true => Became::AlreadySaid,
        false => Became::Entry(appended.next().map_or(0, |appended| appended.index)),
    };
    Ok(planned.is_said.iter().map(became).collect())
}

impl Saying {
    fn to_said(&self) -> Said {
        let (kind, id) = (self.kind.to_owned(), self.id.clone());
        Said { kind, id, happened: self.happened, statement: self.statement.clone(), blobs: Vec::new() }
    }

    fn to_draft(&self) -> Draft {
        Draft { area: self.area.clone(), ..Draft::new(self.label.clone(), Body::Said(self.to_said())) }
    }
}

/// Statements as they would stand in the record.
struct Planned<'a> {
    sayings: &'a [Saying],
    stated: Vec<Stated>,
    is_said: Vec<bool>,
    /// What stands already, by kind.
    before: BTreeMap<&'static str, Vec<Stated>>,
}

impl<'a> Planned<'a> {
    fn of(mission: &Mission, sayings: &'a [Saying], keys: &Keys, now: Timestamp) -> Result<Self, Failure> {
        let reader = mission.full_clearance()?;
        let before =
            BTreeMap::from([(PROJECT, mission.stated(PROJECT, &reader)?), (FUNDS, mission.stated(FUNDS, &reader)?)]);
        let (log, book) = (mission.settings().origin.clone(), mission.keys()?);
        let mut index = mission.head()?.size;
        let (mut stated, mut is_said) = (Vec::new(), Vec::new());
        let mut said: BTreeMap<EntryId, &Value> = BTreeMap::new();
        let own = before.values().flatten().filter(|stated| stated.log == log);
        said.extend(own.map(|stated| (stated.id.clone(), &stated.statement)));
        for saying in sayings {
            let key = keys.get(saying.by.as_deref()).author();
            let known = book.life(&key).filter(|_| book.is_valid(&key, index));
            let party = known.ok_or_else(|| Failure::NoKey(key.to_string()))?.party.as_str().into();
            let id = saying.to_said().name(&log);
            // The same words under the same name are the same statement; other words are the engine's to refuse.
            let is_repeated = said.get(&id).is_some_and(|words| **words == saying.statement);
            is_said.push(is_repeated);
            stated.push(Stated {
                order: before[saying.kind].len() as u64 + stated.len() as u64,
                log: log.clone(),
                index,
                id: id.clone(),
                by: key.to_string(),
                party,
                recorded: now,
                happened: saying.happened,
                label: saying.label.clone(),
                after: Vec::new(),
                statement: saying.statement.clone(),
            });
            said.insert(id, &saying.statement);
            index += u64::from(!is_repeated);
        }
        Ok(Self { sayings, stated, is_said, before })
    }

    /// What is not said yet, in order.
    fn unsaid(&self) -> impl Iterator<Item = (&Saying, &Stated)> {
        self.sayings.iter().zip(&self.stated).zip(&self.is_said).filter(|(_, is_said)| !**is_said).map(|(new, _)| new)
    }

    fn all_of(&self, kind: &str) -> impl Iterator<Item = &Stated> {
        let new = self.unsaid().filter(move |(saying, _)| saying.kind == kind).map(|(_, stated)| stated);
        self.before[kind].iter().chain(new)
    }

    /// The engines as they would be.
    fn engines(&self) -> (Register, Ledger) {
        let register =
            Register::replay(self.all_of(PROJECT).filter_map(|stated| mostari_projects::Entry::of(stated).ok()));
        let mut ledger = Ledger::new();
        for entry in self.all_of(FUNDS).filter_map(|stated| mostari_funds::Entry::of(stated).ok()) {
            ledger.apply(&entry);
        }
        (register, ledger)
    }

    /// Refuses everything if the policies let a key not say one of the statements; says which.
    fn check_allowed(&self, guard: &Guard, keys: &Keys, known: &Known<'_>) -> Result<(), Failure> {
        let new = (0..).zip(self.sayings).zip(&self.is_said).filter(|(_, is_said)| !**is_said);
        for ((at, saying), _) in new {
            let asked = questions::asked(saying.kind, &saying.statement, &saying.label, known);
            guard.check(&keys.get(saying.by.as_deref()).author(), &asked).map_err(|failure| match failure {
                Failure::Denied(source) => Failure::NotAllowed { at, place: "a statement".to_owned(), source },
                other => other,
            })?;
        }
        Ok(())
    }

    /// What the engines would not use of what is new, by position.
    fn refused(&self, register: &Register, ledger: &Ledger) -> Vec<(usize, Finding)> {
        let mut found = Vec::new();
        let new = self.stated.iter().enumerate().filter(|(at, _)| !self.is_said[*at]);
        for (at, stated) in new {
            match self.sayings[at].kind {
                PROJECT => {
                    let is_it = |logged: &&mostari_projects::Logged| {
                        logged.entry.log == stated.log && logged.entry.index == stated.index
                    };
                    let refused = register.log().iter().find(is_it).map(|logged| logged.refused.clone());
                    found.extend(refused.into_iter().flatten().map(|finding| (at, finding)));
                }
                _ => {
                    let answer = ledger.history().iter().find(|recorded| recorded.entry.index == stated.order);
                    if let Some(refusal) = answer.and_then(|recorded| recorded.outcome.refusal()) {
                        found.push((at, Finding::new(refusal.card(), refusal.to_string())));
                    }
                }
            }
        }
        found
    }
}

/// The clearance with which a command reads: what its option says.
pub fn reader(clearance: &str) -> Result<Clearance, Failure> {
    Ok(Clearance::for_label(&crate::session::label(clearance)?))
}
