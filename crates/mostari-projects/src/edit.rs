//! Fields that several authors edit, offline too: no edit overwrites another.
//!
//! Each version of a field names the entry whose value its author saw. A version that nobody has built upon *stands*. If
//! two authors build upon the same version, both stand, and the field is in conflict until somebody decides. A decision
//! names the versions that it ends and is itself a version, so that two decisions made apart are a conflict again.
//! What stands follows from the set of versions alone: the order in which they arrive does not matter.

use crate::{FieldValue, Outcome};
use mostari_model::{Date, Digest, EntryId, PartyId, ProjectId};
use serde::Serialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

/// A field with all the values that it ever had.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Field {
    /// Versions by the entry that states them. The first one is the nomination; it may have no value.
    pub versions: BTreeMap<EntryId, Version>,
    /// Conflicts that an entry states, by the versions that they name.
    pub stated: BTreeMap<EntryId, BTreeSet<EntryId>>,
}

/// One value of a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Version {
    /// The value; `None` only for a nomination that says nothing of the field.
    pub value: Option<FieldValue>,
    /// Who.
    pub party: PartyId,
    /// When.
    pub happened: Date,
    /// What it is built upon: nothing (nomination), one version (edit), several (decision).
    pub upon: BTreeSet<EntryId>,
    /// Why, if it is a decision.
    pub decided: Option<String>,
}

/// Values of one field that stand against each other until somebody decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Conflict {
    /// Digest of the project, the field and the versions: the same on every machine that knows them.
    pub id: Digest,
    /// Which project.
    pub project: ProjectId,
    /// Which field.
    pub field: String,
    /// The versions, by entry.
    pub versions: BTreeMap<EntryId, Version>,
    /// The entry of the log that states this conflict, if there is one already.
    pub stated: Option<EntryId>,
}

impl Field {
    /// The versions that nobody has built upon, in the order of their entries.
    pub fn standing(&self) -> impl Iterator<Item = (&EntryId, &Version)> {
        let built_upon: BTreeSet<&EntryId> = self.versions.values().flat_map(|version| &version.upon).collect();
        self.versions.iter().filter(move |(entry, _)| !built_upon.contains(entry))
    }

    /// The value that holds; `None` if nobody gave one or several stand against each other.
    pub fn value(&self) -> Option<&FieldValue> {
        let mut standing = self.standing();
        match (standing.next(), standing.next()) {
            (Some((_, only)), None) => only.value.as_ref(),
            _ => None,
        }
    }

    /// The value or, in a conflict, all of them.
    pub fn words(&self) -> String {
        let values: Vec<String> =
            self.standing().filter_map(|(_, version)| version.value.as_ref()).map(FieldValue::to_string).collect();
        values.join(" | ")
    }

    /// The conflict of this field, if several versions stand.
    pub fn conflict(&self, project: &ProjectId, field: &str) -> Option<Conflict> {
        let versions: BTreeMap<EntryId, Version> =
            self.standing().map(|(entry, version)| (entry.clone(), version.clone())).collect();
        if versions.len() < 2 {
            return None;
        }
        let names: BTreeSet<&EntryId> = versions.keys().collect();
        let stated = self.stated.iter().find(|(_, named)| named.iter().collect::<BTreeSet<_>>() == names);
        Some(Conflict {
            id: Digest::of_value(&("field conflict", project, field, &names)),
            project: project.clone(),
            field: field.to_owned(),
            stated: stated.map(|(entry, _)| entry.clone()),
            versions,
        })
    }

    /// Whether versions stand against each other: each is known, and none is built upon another of them.
    pub(crate) fn is_conflict(&self, versions: &BTreeSet<EntryId>) -> bool {
        let known = versions.iter().all(|entry| self.versions.contains_key(entry));
        known && versions.len() > 1 && versions.iter().all(|entry| self.below(entry).is_disjoint(versions))
    }

    /// Everything that a version is built upon, directly or not.
    fn below(&self, entry: &EntryId) -> BTreeSet<EntryId> {
        let mut found = BTreeSet::new();
        let mut open = vec![entry];
        while let Some(version) = open.pop().and_then(|entry| self.versions.get(entry)) {
            open.extend(version.upon.iter().filter(|upon| found.insert((*upon).clone())));
        }
        found
    }

    /// The value with which a conflict ends; `None` if it keeps an entry that is not one of the versions.
    pub(crate) fn outcome(&self, versions: &BTreeSet<EntryId>, outcome: &Outcome) -> Option<FieldValue> {
        match outcome {
            Outcome::New(value) => Some(value.clone()),
            Outcome::Keep(entry) => versions.get(entry).and_then(|entry| self.versions.get(entry)?.value.clone()),
        }
    }
}

impl fmt::Display for FieldValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.pad(text),
            Self::Count(count) => write!(f, "{count}"),
            Self::Money(money) => write!(f, "{money}"),
            Self::Day(day) => write!(f, "{day}"),
        }
    }
}

/// `"12" by municipality (e7) against "15" by force (e9)`.
impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = |(entry, version): (&EntryId, &Version)| match &version.value {
            Some(value) => format!("\"{value}\" by {} ({entry})", version.party),
            None => format!("no value by {} ({entry})", version.party),
        };
        f.write_str(&self.versions.iter().map(word).collect::<Vec<_>>().join(" against "))
    }
}
