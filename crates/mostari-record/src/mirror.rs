//! Mirrors: verified copies of other parties' logs inside a mission, and what all logs together state.
//!
//! Each organisation writes one log of its own. Whoever takes in another's log keeps a copy in `mirrors/` and says so in an
//! entry: name, key, size, root. From then on the other log can only grow; a shorter one or another past is refused, and both
//! copies are the proof. Nothing of one log is ever written into another: what is stated is read side by side.

use crate::{
    copy::{Copied, folder_of},
    entry::{Body, ERASURE, Entry, MIRRORED, Mirrored, Said},
    error::{RecordError, Result},
    findings::MIRROR_DIFFERS,
    gather::Draft,
    leaf::SEALED,
    mission::{Head, Mission},
    release::Standing,
};
use jiff::Timestamp;
use mostari_model::{Clearance, Digest, EntryId, Finding, Label, PartyId, Stated};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

const MIRRORS_DIR: &str = "mirrors";
/// Hexadecimal digits of the name that a statement gets if its author gives it none.
const NAME_DIGITS: usize = 16;

/// Another party's log, as this mission took it in.
pub struct Mirror {
    /// The copy.
    pub mission: Mission,
    /// What this mission's own log says of it.
    pub said: Mirrored,
}

/// How another log shall be taken in.
#[derive(Debug, Clone)]
pub struct Taking {
    /// The party for which it speaks; the name of the other mission if `None`.
    pub party: Option<String>,
    /// The verifier key that it must have; the first copy is believed if `None`.
    pub key: Option<String>,
    /// Who may know that it was taken in.
    pub label: Label,
}

/// What taking in a log brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// What the mission's own log now says.
    pub said: Mirrored,
    /// What the copy holds.
    pub copied: Copied,
    /// Whether this log was never taken in before: its key was believed.
    pub is_first: bool,
    /// The entry that says so.
    pub entry: u64,
}

impl Mission {
    /// Takes in another party's log from a mission folder or an export of one, and says so in an entry.
    ///
    /// # Errors
    /// `REC-031` if it is this mission's own log, `REC-032` if it does not verify, `REC-033` if its key is another one,
    /// `REC-034` if it is older than what is held, `REC-035` if it has another past.
    pub fn mirror(&self, from: &Path, taking: &Taking, at: Timestamp) -> Result<Taken> {
        let other = Self::open(from)?;
        let held = self.mirrored()?.remove(&other.settings().origin);
        let head = self.check_mirror(&other, held.as_ref(), taking)?;
        let copied = other.copy_into(&self.mirror_dir(&other.settings().origin), None)?;
        let party = taking.party.clone().or_else(|| Some(held.as_ref()?.party.clone()));
        let said = Mirrored {
            origin: other.settings().origin.clone(),
            key: other.settings().log.clone(),
            party: party.unwrap_or_else(|| other.settings().name.clone()),
            size: head.size,
            root: head.digest,
        };
        let draft = Draft::new(taking.label.clone(), Body::Mirrored(said.clone()));
        let entry = self.append(&[draft], at)?[0].index;
        Ok(Taken { said, copied, is_first: held.is_none(), entry })
    }

    /// Where the other log ends, if it may be taken in.
    fn check_mirror(&self, other: &Self, held: Option<&Mirrored>, taking: &Taking) -> Result<Head> {
        let origin = other.settings().origin.clone();
        if origin == self.settings().origin {
            return Err(RecordError::OwnLog { origin });
        }
        let verification = other.verify(None)?;
        if !verification.is_whole() {
            let first = verification.findings.first().map(|finding| finding.message.clone()).unwrap_or_default();
            return Err(RecordError::NotVerified { origin, reason: first });
        }
        let key = &other.settings().log;
        if [taking.key.as_ref(), held.map(|held| &held.key)].into_iter().flatten().any(|due| due != key) {
            return Err(RecordError::OtherKey { origin, found: key.clone() });
        }
        let Some(held) = held else { return Ok(verification.head) };
        if verification.head.size < held.size {
            return Err(RecordError::OlderCopy { origin, held: held.size, found: verification.head.size });
        }
        match other.contains(&Head { size: held.size, digest: held.root })? {
            true => Ok(verification.head),
            false => Err(RecordError::OtherPast { origin, size: held.size }),
        }
    }

    fn mirror_dir(&self, origin: &str) -> PathBuf {
        self.dir().join(MIRRORS_DIR).join(folder_of(origin))
    }

    /// What this mission's log says last of each log that it took in, by name.
    fn mirrored(&self) -> Result<BTreeMap<String, Mirrored>> {
        Ok(self.mirrored_of(&self.standing_entries_of(&[MIRRORED], None, None)?))
    }

    /// A copy of a mission has no mirrors.
    fn mirrored_of(&self, entries: &[Entry]) -> BTreeMap<String, Mirrored> {
        let said = entries.iter().filter(|_| !self.settings().is_copy).filter_map(|entry| match &entry.body {
            Body::Mirrored(mirrored) => Some((mirrored.origin.clone(), mirrored.clone())),
            _ => None,
        });
        said.collect()
    }

    /// The logs that were taken in, by name.
    ///
    /// # Errors
    /// `REC-001` if a copy is gone; as [`Mission::open`].
    pub fn mirrors(&self) -> Result<Vec<Mirror>> {
        let open = |said: Mirrored| Ok(Mirror { mission: Self::open(self.mirror_dir(&said.origin))?, said });
        self.mirrored()?.into_values().map(open).collect()
    }

    /// Checks every copy of another log, and that it begins with what this mission's log says of it.
    pub(crate) fn verify_mirrors(&self, entries: &[Entry], findings: &mut Vec<Finding>) -> Result<Vec<(String, u64)>> {
        let mut whole = Vec::new();
        for said in self.mirrored_of(entries).into_values() {
            let folder = Path::new(MIRRORS_DIR).join(folder_of(&said.origin));
            let file = |path: &str| folder.join(path).display().to_string();
            let differs = |message: String| Finding::new(MIRROR_DIFFERS, message).in_file(file("log/checkpoint"));
            let Ok(mirror) = Self::open(self.dir().join(&folder)) else {
                findings.push(differs(format!("the copy of the log {} is gone", said.origin)));
                continue;
            };
            let found = mirror.verify(None)?;
            let is_whole = found.is_whole();
            findings.extend(found.findings.into_iter().map(|finding| {
                let path = finding.file.clone();
                finding.in_file(file(&path))
            }));
            match is_whole && mirror.contains(&Head { size: said.size, digest: said.root }).unwrap_or(false) {
                true => whole.push((said.origin, said.size)),
                false if is_whole => {
                    let message = format!("the copy of {} is not the log that was taken in", said.origin);
                    findings.push(differs(message));
                }
                false => {}
            }
        }
        Ok(whole)
    }

    /// What was stated of one kind here and in every log that was taken in, as far as a reader may see, in one order: this
    /// log's, with another's entries where they were taken in.
    ///
    /// # Errors
    /// As [`Mission::entries`], also of the mirrors.
    pub fn stated(&self, kind: &str, reader: &Clearance) -> Result<Vec<Stated>> {
        self.check_holds_for(reader)?;
        let mut gathered = Gathered::new(kind, self, reader)?;
        let entries = self.standing_entries_of(&[kind, MIRRORED], Some(reader), None)?;
        for standing in self.in_their_places(entries)? {
            let mirrored = match &standing.entry.body {
                Body::Mirrored(mirrored) if !self.settings().is_copy => Some(mirrored.clone()),
                _ => None,
            };
            gathered.take(&self.settings().origin, standing, 0);
            if let Some(mirrored) = mirrored {
                self.take_mirrored(&mirrored, reader, &mut gathered)?;
            }
        }
        Ok(gathered.finish())
    }

    /// How many entries that a reader could see were erased, here and in the logs that were taken in. What they were about
    /// nobody knows any more.
    ///
    /// # Errors
    /// As [`Mission::stated`].
    pub fn erased(&self, reader: &Clearance) -> Result<u64> {
        self.check_holds_for(reader)?;
        let mut erased = self.erased_here(reader)?;
        for mirror in self.mirrors()? {
            erased += mirror.mission.erased_here(reader)?;
        }
        Ok(erased)
    }

    /// What a copy never held was not erased there.
    fn erased_here(&self, reader: &Clearance) -> Result<u64> {
        let entries = self.standing_entries_of(&[SEALED, ERASURE], Some(reader), None)?;
        let ordered = entries.iter().filter_map(|entry| match &entry.body {
            Body::Erasure(erasure) => Some(erasure.of),
            _ => None,
        });
        let ordered: BTreeSet<u64> = ordered.collect();
        let is_erased = |entry: &&Entry| entry.body == Body::Withheld && ordered.contains(&entry.index);
        Ok(entries.iter().filter(is_erased).count() as u64)
    }

    fn take_mirrored(&self, said: &Mirrored, reader: &Clearance, gathered: &mut Gathered) -> Result<()> {
        let taken = gathered.taken.insert(said.origin.clone(), said.size).unwrap_or(0);
        let mirror = Self::open(self.mirror_dir(&said.origin))?;
        if taken == 0 {
            gathered.parties.learn(&mirror, said)?;
        }
        let entries = mirror.standing_entries_of(&[&gathered.kind, MIRRORED], Some(reader), Some(said.size))?;
        for standing in mirror.in_their_places(entries)? {
            gathered.take(&said.origin, standing, taken);
        }
        Ok(())
    }
}

/// Statements on their way into one order.
struct Gathered {
    kind: String,
    parties: Parties,
    /// How much of each log was taken in.
    taken: BTreeMap<String, u64>,
    /// By log: how much of others it has taken in so far.
    seen: BTreeMap<String, BTreeMap<String, u64>>,
    found: Vec<Found>,
    /// Where a log's entry stands among them.
    places: BTreeMap<(String, u64), usize>,
}

/// A statement, with what its author had taken in of other logs.
struct Found {
    stated: Stated,
    known_from: u64,
    seen: BTreeMap<String, u64>,
}

impl Gathered {
    fn new(kind: &str, mission: &Mission, reader: &Clearance) -> Result<Self> {
        let parties = Parties::of(mission, reader)?;
        let (taken, seen, places) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        Ok(Self { kind: kind.to_owned(), parties, taken, seen, found: Vec::new(), places })
    }

    /// Takes what is new since `taken` entries of that log; of what was there before, a release may have lowered the label.
    fn take(&mut self, log: &str, Standing { entry, known_from }: Standing, taken: u64) {
        if let Some(place) = self.places.get(&(log.to_owned(), entry.index)) {
            self.found[*place].stated.label = entry.label;
            return;
        }
        if known_from < taken {
            return;
        }
        match entry.body {
            Body::Mirrored(Mirrored { origin, size, .. }) => {
                self.seen.entry(log.to_owned()).or_default().insert(origin, size);
            }
            Body::Said(said) if said.kind == self.kind => {
                let stated = Stated {
                    order: self.found.len() as u64,
                    log: log.to_owned(),
                    index: entry.index,
                    id: said.name(log),
                    by: entry.author.to_string(),
                    party: self.parties.of_key(log, &entry.author.to_string()),
                    // A statement that can be read has a time: it is sealed with the rest.
                    recorded: entry.recorded_at.unwrap_or_default(),
                    happened: said.happened,
                    label: entry.label,
                    after: Vec::new(),
                    statement: said.statement,
                };
                self.places.insert((log.to_owned(), entry.index), self.found.len());
                let seen = self.seen.get(log).cloned().unwrap_or_default();
                self.found.push(Found { stated, known_from, seen });
            }
            _ => {}
        }
    }

    /// What an author had taken in comes before what it states: of each other log, the last statement that it had.
    fn finish(self) -> Vec<Stated> {
        let mut by_log: BTreeMap<String, Vec<(u64, EntryId)>> = BTreeMap::new();
        for Found { stated, known_from, .. } in &self.found {
            by_log.entry(stated.log.clone()).or_default().push((*known_from, stated.id.clone()));
        }
        by_log.values_mut().for_each(|said| said.sort_by_key(|(known_from, _)| *known_from));
        let last_before = |(log, size): (&String, &u64)| {
            let said = by_log.get(log)?;
            let known = said.partition_point(|(known_from, _)| known_from < size);
            Some(said[known.checked_sub(1)?].1.clone())
        };
        let with_after = |Found { stated, seen, .. }: Found| Stated {
            after: seen.iter().filter_map(last_before).collect(),
            ..stated
        };
        self.found.into_iter().map(with_after).collect()
    }
}

impl Said {
    /// What the statement is called in all logs.
    pub fn name(&self, log: &str) -> EntryId {
        self.id.clone().unwrap_or_else(|| {
            let digest = Digest::of_value(&(log, &self.kind, &self.happened, &self.statement)).to_string();
            digest[..NAME_DIGITS].into()
        })
    }
}

/// For whom the keys of every log speak. Another log names its own parties, but none that is somebody else's here.
struct Parties {
    by_key: BTreeMap<(String, String), String>,
    names: BTreeSet<String>,
}

impl Parties {
    fn of(mission: &Mission, reader: &Clearance) -> Result<Self> {
        let mut parties = Self { by_key: BTreeMap::new(), names: BTreeSet::new() };
        let origin = &mission.settings().origin;
        for (key, life) in mission.keys()?.all() {
            parties.by_key.insert((origin.clone(), key.to_string()), life.party.clone());
            parties.names.insert(life.party.clone());
        }
        let mirrored = mission.mirrored_of(&mission.standing_entries_of(&[MIRRORED], Some(reader), None)?);
        parties.names.extend(mirrored.into_values().map(|said| said.party));
        Ok(parties)
    }

    fn learn(&mut self, mirror: &Mission, said: &Mirrored) -> Result<()> {
        for (key, life) in mirror.keys()?.all() {
            let party = match *key == mirror.settings().author {
                true => said.party.clone(),
                false if self.names.contains(&life.party) => format!("{} ({})", said.party, life.party),
                false => life.party.clone(),
            };
            self.by_key.insert((said.origin.clone(), key.to_string()), party);
        }
        Ok(())
    }

    fn of_key(&self, log: &str, key: &str) -> PartyId {
        let party = self.by_key.get(&(log.to_owned(), key.to_owned()));
        party.map_or("", String::as_str).into()
    }
}
