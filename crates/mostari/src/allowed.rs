//! Who may do what: the policies are asked about the key that signs, before anything is recorded.
//!
//! What a key's party, roles, domain and compartments are stands in the book of keys (`mostari keys`). Policies are those
//! that come with Mostari, joined by a mission's own in `DIR/policies.cedar`. They are asked where Mostari is built with the
//! feature `policy`; any other build allows what the record itself allows, and refuses a mission that has policies of its own.

use crate::failure::Failure;
use mostari_model::{Clearance, Label, PartyId};
#[cfg(feature = "policy")]
use mostari_policy::actions::Policies;
use mostari_policy::actions::{Action, Actor, EntryKind, Resource};
use mostari_record::{AuthorKey, Body, Entry, KeyBook, Mission};
use std::path::PathBuf;

/// The file of a mission's own policies.
const OWN_POLICIES: &str = "policies.cedar";

/// The policies of a mission, with its book of keys.
pub struct Guard {
    #[cfg(feature = "policy")]
    policies: Policies,
    book: KeyBook,
    /// The party whose log it is.
    house: PartyId,
}

/// What shall be done to what.
#[derive(Debug, Clone)]
pub struct Asked {
    /// What shall be done.
    pub action: Action,
    /// What it is about.
    pub kind: EntryKind,
    /// Who may read it.
    pub label: Label,
    /// The party that says it; that of the key if `None`.
    pub originator: Option<PartyId>,
    /// The key that said it; the key that asks if `None`.
    pub maker: Option<String>,
    /// The party that delivers.
    pub deliverer: Option<PartyId>,
}

impl Asked {
    /// Whether the asking key may do this to something of its own.
    pub fn own(action: Action, kind: EntryKind, label: &Label) -> Self {
        Self { action, kind, label: label.clone(), originator: None, maker: None, deliverer: None }
    }
}

impl Guard {
    /// Reads the policies and the book of keys.
    ///
    /// # Errors
    /// `POL-001` to `POL-003` if the mission's own policies do not read, `CLI-023` if this build asks none.
    pub fn open(mission: &Mission) -> Result<Self, Failure> {
        let own = Some(mission.dir().join(OWN_POLICIES)).filter(|path| path.is_file());
        let book = mission.keys()?;
        let house = book.party(&mission.settings().author).unwrap_or_default().into();
        Self::of(own, book, house)
    }

    #[cfg(feature = "policy")]
    fn of(own: Option<PathBuf>, book: KeyBook, house: PartyId) -> Result<Self, Failure> {
        let policies = match own {
            Some(path) => {
                let text = std::fs::read_to_string(&path).map_err(|source| Failure::Read { path, source })?;
                Policies::shipped_and(&text)?
            }
            None => Policies::shipped(),
        };
        Ok(Self { policies, book, house })
    }

    #[cfg(not(feature = "policy"))]
    fn of(own: Option<PathBuf>, book: KeyBook, house: PartyId) -> Result<Self, Failure> {
        own.map_or(Ok(Self { book, house }), |path| Err(Failure::PoliciesUnasked(path)))
    }

    #[cfg(feature = "policy")]
    fn decide(&self, who: &Actor, action: Action, on: &Resource) -> Result<(), Failure> {
        Ok(self.policies.may(who, action, on).into_result(action, on.kind)?)
    }

    #[cfg(not(feature = "policy"))]
    fn decide(&self, _who: &Actor, _action: Action, _on: &Resource) -> Result<(), Failure> {
        Ok(())
    }

    /// Refuses what the policies do not let this key do.
    ///
    /// # Errors
    /// `POL-004` with the policies that decided.
    pub fn check(&self, key: &AuthorKey, asked: &Asked) -> Result<(), Failure> {
        let life = self.book.life(key).ok_or_else(|| Failure::NoKey(key.to_string()))?;
        let party = PartyId::from(life.party.as_str());
        let who = Actor::of_words(key.to_string(), party.clone(), &life.roles, &asked.label);
        let on = Resource {
            kind: asked.kind,
            label: asked.label.clone(),
            originator: asked.originator.clone().unwrap_or(party),
            maker: asked.maker.clone().unwrap_or_else(|| key.to_string()),
            deliverer: asked.deliverer.clone(),
        };
        self.decide(&who, asked.action, &on)
    }

    /// As [`Guard::check`], by the mission's own key and of an entry of the log.
    ///
    /// # Errors
    /// As [`Guard::check`].
    pub fn check_entry(&self, key: &AuthorKey, action: Action, entry: &Entry) -> Result<(), Failure> {
        let originator = self.book.party(&entry.author).map(PartyId::from);
        let (label, maker) = (entry.label.clone(), Some(entry.author.to_string()));
        self.check(key, &Asked { action, kind: kind_of(&entry.body), label, originator, maker, deliverer: None })
    }

    /// Refuses a change of the book of keys, which is the mission's own party's. `changed` is the key that it is about.
    ///
    /// # Errors
    /// As [`Guard::check`].
    pub fn check_keys(&self, key: &AuthorKey, action: Action, changed: &AuthorKey) -> Result<(), Failure> {
        let (originator, maker) = (Some(self.house.clone()), Some(changed.to_string()));
        self.check(key, &Asked { originator, maker, ..Asked::own(action, EntryKind::Key, &Label::public()) })
    }
}

/// Whether a mission's own policies let its own key take a copy out for these readers. A copy has no key, and holds only
/// what its readers may see.
///
/// # Errors
/// As [`Guard::check`].
pub fn check_export(mission: &Mission, reader: &Clearance) -> Result<(), Failure> {
    if mission.settings().is_copy {
        return Ok(());
    }
    let key = mission.author_secret()?.author();
    Guard::open(mission)?.check(&key, &Asked::own(Action::Export, EntryKind::Dataset, &reader.to_label()))
}

/// What an entry is about, as far as policies care.
pub fn kind_of(body: &Body) -> EntryKind {
    match body {
        Body::Computation(_) => EntryKind::Computation,
        Body::Key(_) | Body::Founded(_) => EntryKind::Key,
        Body::Decision(_) | Body::Correction(_) | Body::Erasure(_) => EntryKind::Decision,
        Body::Said(said) => crate::questions::kind_of(&said.kind, &said.statement),
        _ => EntryKind::Dataset,
    }
}
