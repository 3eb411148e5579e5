//! Which keys may sign, from which entry to which: a book that the log itself keeps.
//!
//! The founder's key has authority. Whoever has authority may add, replace and revoke keys; once a quorum of `m` is set,
//! `m` keys of authority must agree. A signature is judged by the keys that were valid at its index. A key that was stolen
//! is revoked from an index in the past: what it signed since then does not count.

use crate::{
    entry::{Body, Entry},
    key::{AuthorKey, AuthorSecret, SIGNATURE_BYTES},
};
use mostari_model::{Label, canonical_json};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The role of a key that may change the book.
pub const AUTHORITY: &str = "authority";
const APPROVED_CONTEXT: &[u8] = b"mostari key change 1\n";

/// What shall change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "kebab-case")]
pub enum KeyAction {
    /// A key may sign from the next entry on.
    Add {
        /// The key.
        key: AuthorKey,
        /// Whose it is: an organisation or office, no person.
        party: String,
        /// What it may do: `authority`, or roles that the policies speak of.
        roles: BTreeSet<String>,
    },
    /// A key takes the place of another one, with its party and roles.
    Rotate {
        /// The key that goes.
        old: AuthorKey,
        /// The key that comes.
        new: AuthorKey,
    },
    /// A key's signatures do not count from an entry on; the entry may lie in the past.
    Revoke {
        /// The key.
        key: AuthorKey,
        /// The first entry that does not count.
        from: u64,
        /// Why.
        reason: String,
    },
    /// So many keys of authority must agree to a change from now on.
    Quorum {
        /// How many.
        needed: u32,
    },
}

/// A change of the book, with the signatures of those who agree beside its author.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyChange {
    /// What shall change.
    #[serde(flatten)]
    pub action: KeyAction,
    /// Name of the log, so that an approval holds nowhere else.
    pub origin: String,
    /// How many changes the book has had before, so that an approval holds once.
    pub number: u64,
    /// Who agrees.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approvals: Vec<Approval>,
}

/// A signature over a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Whose.
    pub key: AuthorKey,
    /// 128 hexadecimal digits.
    pub signature: String,
}

impl KeyChange {
    /// Agrees with a change by another key of authority.
    pub fn approve(&mut self, secret: &AuthorSecret) {
        let signature = secret.sign(&self.approved_bytes());
        let signature = signature.iter().map(|byte| format!("{byte:02x}")).collect();
        self.approvals.push(Approval { key: secret.author(), signature });
    }

    fn approved_bytes(&self) -> Vec<u8> {
        let without = Self { approvals: Vec::new(), ..self.clone() };
        [APPROVED_CONTEXT, &canonical_json(&without)].concat()
    }

    fn approvers(&self) -> BTreeSet<AuthorKey> {
        let bytes = self.approved_bytes();
        let holds = |approval: &&Approval| {
            signature_of(&approval.signature).is_some_and(|signature| approval.key.has_signed(&bytes, &signature))
        };
        self.approvals.iter().filter(holds).map(|approval| approval.key).collect()
    }
}

fn signature_of(text: &str) -> Option<[u8; SIGNATURE_BYTES]> {
    let digits = |i: usize| u8::from_str_radix(text.get(2 * i..2 * i + 2)?, 16).ok();
    let bytes: Option<Vec<u8>> = (0..SIGNATURE_BYTES).map(digits).collect();
    bytes.filter(|_| text.len() == 2 * SIGNATURE_BYTES)?.try_into().ok()
}

/// The life of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyLife {
    /// Whose it is.
    pub party: String,
    /// What it may do.
    pub roles: BTreeSet<String>,
    /// The first entry that it may sign.
    pub from: u64,
    /// The first entry that it may not sign any more.
    pub until: Option<u64>,
}

/// The keys of a log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyBook {
    keys: BTreeMap<AuthorKey, KeyLife>,
    needed: usize,
    changes: u64,
    origin: String,
}

impl KeyBook {
    /// The book of a log whose founder is known.
    pub fn of_founder(origin: &str, founder: AuthorKey, party: &str) -> Self {
        let life =
            KeyLife { party: party.to_owned(), roles: BTreeSet::from([AUTHORITY.to_owned()]), from: 0, until: None };
        Self { keys: BTreeMap::from([(founder, life)]), needed: 1, changes: 0, origin: origin.to_owned() }
    }

    /// Takes note of an entry; the reason in words if it is a change that the book refuses.
    ///
    /// # Errors
    /// In words.
    pub fn note(&mut self, entry: &Entry) -> Result<(), String> {
        self.note_body(&entry.body, &entry.label, entry.author, entry.index)
    }

    pub(crate) fn note_body(
        &mut self,
        body: &Body,
        label: &Label,
        author: AuthorKey,
        index: u64,
    ) -> Result<(), String> {
        match body {
            Body::Key(_) if !label.is_public() => Err("it is sealed, so nobody else could judge it".to_owned()),
            Body::Key(change) => self.apply(change, author, index),
            Body::Founded(founded) if index == 0 => {
                let life = self.keys.get_mut(&founded.author);
                life.into_iter().for_each(|life| life.roles.extend(founded.roles.iter().cloned()));
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Whether a key may sign the entry at an index.
    pub fn is_valid(&self, key: &AuthorKey, index: u64) -> bool {
        self.keys.get(key).is_some_and(|life| life.from <= index && life.until.is_none_or(|until| index < until))
    }

    /// A key's life.
    pub fn life(&self, key: &AuthorKey) -> Option<&KeyLife> {
        self.keys.get(key)
    }

    /// Whose a key is or was.
    pub fn party(&self, key: &AuthorKey) -> Option<&str> {
        self.keys.get(key).map(|life| life.party.as_str())
    }

    /// All keys that ever were.
    pub fn all(&self) -> impl Iterator<Item = (&AuthorKey, &KeyLife)> {
        self.keys.iter()
    }

    /// How many keys of authority must agree to a change.
    pub const fn needed(&self) -> usize {
        self.needed
    }

    /// A change that fits to the book as it is now; others may still have to approve it.
    pub fn change(&self, action: KeyAction) -> KeyChange {
        KeyChange { action, origin: self.origin.clone(), number: self.changes, approvals: Vec::new() }
    }

    fn has_authority(&self, key: &AuthorKey, index: u64) -> bool {
        self.is_valid(key, index) && self.keys.get(key).is_some_and(|life| life.roles.contains(AUTHORITY))
    }

    /// Whether a key may correct what another one said: the same party's, or one of authority.
    pub(crate) fn may_correct(&self, key: &AuthorKey, said_by: &AuthorKey, index: u64) -> bool {
        let party = |key: &AuthorKey| self.life(key).map(|life| &life.party);
        self.has_authority(key, index) || party(key).is_some_and(|own| party(said_by) == Some(own))
    }

    /// Whether a change by this author would be accepted at an index.
    ///
    /// # Errors
    /// In words.
    pub fn check(&self, change: &KeyChange, author: AuthorKey, index: u64) -> Result<(), String> {
        self.clone().apply(change, author, index)
    }

    fn apply(&mut self, change: &KeyChange, author: AuthorKey, index: u64) -> Result<(), String> {
        if change.origin != self.origin {
            return Err(format!("the change is meant for the log `{}`", change.origin));
        }
        if change.number != self.changes {
            return Err(format!("the change is number {}, and {} is due", change.number, self.changes));
        }
        let mut agreed = change.approvers();
        agreed.insert(author);
        agreed.retain(|key| self.has_authority(key, index));
        if agreed.len() < self.needed {
            return Err(format!("{} of {} keys of authority agree", agreed.len(), self.needed));
        }
        self.act(&change.action, index)?;
        self.changes += 1;
        Ok(())
    }

    fn act(&mut self, action: &KeyAction, index: u64) -> Result<(), String> {
        match action {
            KeyAction::Add { key, party, roles } => self.insert(*key, party.clone(), roles.clone(), index + 1),
            KeyAction::Rotate { old, new } => {
                let life = self.keys.get_mut(old).filter(|life| life.until.is_none());
                let life = life.ok_or("the key that shall go is not in use")?;
                life.until = Some(index + 1);
                let (party, roles) = (life.party.clone(), life.roles.clone());
                self.insert(*new, party, roles, index + 1)
            }
            KeyAction::Revoke { key, from, .. } => self.revoke(key, *from, index),
            KeyAction::Quorum { needed } => {
                let needed = usize::try_from(*needed).unwrap_or(usize::MAX);
                if needed == 0 || needed > self.count_authority(index) {
                    return Err(format!("{needed} keys of authority cannot be asked for"));
                }
                self.needed = needed;
                Ok(())
            }
        }
    }

    fn insert(&mut self, key: AuthorKey, party: String, roles: BTreeSet<String>, from: u64) -> Result<(), String> {
        if self.keys.contains_key(&key) {
            return Err("the key is in the book already; a key that went does not come back".to_owned());
        }
        self.keys.insert(key, KeyLife { party, roles, from, until: None });
        Ok(())
    }

    fn revoke(&mut self, key: &AuthorKey, from: u64, index: u64) -> Result<(), String> {
        let before = self.clone();
        let life = self.keys.get_mut(key).ok_or("the key is not in the book")?;
        life.until = Some(life.until.map_or(from, |until| until.min(from)));
        if self.count_authority(index + 1) < self.needed {
            *self = before;
            return Err("then too few keys of authority would be left to change anything".to_owned());
        }
        Ok(())
    }

    fn count_authority(&self, index: u64) -> usize {
        self.keys.keys().filter(|key| self.has_authority(key, index)).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(seed: u8) -> AuthorSecret {
        AuthorSecret::from_seed(&[seed; 32])
    }

    fn book() -> KeyBook {
        KeyBook::of_founder("mostari/bih/x", secret(1).author(), "Founder")
    }

    fn add(seed: u8, role: &str) -> KeyAction {
        let roles = BTreeSet::from([role.to_owned()]);
        KeyAction::Add { key: secret(seed).author(), party: format!("party {seed}"), roles }
    }

    #[test]
    fn a_key_counts_from_the_entry_after_it_was_added() {
        let mut book = book();
        let change = book.change(add(2, "field"));
        book.apply(&change, secret(1).author(), 4).unwrap();
        assert!(!book.is_valid(&secret(2).author(), 4));
        assert!(book.is_valid(&secret(2).author(), 5));
        let change = book.change(add(3, "field"));
        assert!(book.apply(&change, secret(2).author(), 6).unwrap_err().contains("0 of 1"));
    }

    #[test]
    fn a_rotated_key_goes_when_the_new_one_comes() {
        let mut book = book();
        let change = book.change(KeyAction::Rotate { old: secret(1).author(), new: secret(2).author() });
        book.apply(&change, secret(1).author(), 9).unwrap();
        assert!(book.is_valid(&secret(1).author(), 9) && !book.is_valid(&secret(1).author(), 10));
        assert!(book.is_valid(&secret(2).author(), 10) && !book.is_valid(&secret(2).author(), 9));
    }

    #[test]
    fn a_stolen_key_is_revoked_from_an_entry_in_the_past() {
        let mut book = book();
        let change = book.change(add(2, "field"));
        book.apply(&change, secret(1).author(), 1).unwrap();
        let revoke = KeyAction::Revoke { key: secret(2).author(), from: 5, reason: "lost laptop".into() };
        let change = book.change(revoke);
        book.apply(&change, secret(1).author(), 20).unwrap();
        assert!(book.is_valid(&secret(2).author(), 4) && !book.is_valid(&secret(2).author(), 5));
    }

    #[test]
    fn two_of_three_must_agree_once_that_was_set_and_an_approval_holds_once() {
        let mut book = book();
        for seed in [2, 3] {
            let change = book.change(add(seed, AUTHORITY));
            book.apply(&change, secret(1).author(), u64::from(seed)).unwrap();
        }
        let change = book.change(KeyAction::Quorum { needed: 2 });
        book.apply(&change, secret(1).author(), 4).unwrap();
        let mut change = book.change(add(4, "field"));
        assert!(book.apply(&change, secret(1).author(), 5).unwrap_err().contains("1 of 2"));
        change.approve(&secret(1));
        change.approve(&secret(9));
        assert!(book.apply(&change, secret(1).author(), 5).unwrap_err().contains("1 of 2"));
        change.approve(&secret(3));
        book.apply(&change, secret(1).author(), 5).unwrap();
        assert!(book.apply(&change, secret(1).author(), 6).unwrap_err().contains("is due"));
        let other = KeyChange { origin: "elsewhere".into(), ..book.change(add(5, "field")) };
        assert!(book.apply(&other, secret(1).author(), 7).unwrap_err().contains("elsewhere"));
    }

    #[test]
    fn the_last_authority_cannot_be_revoked() {
        let mut book = book();
        let revoke = KeyAction::Revoke { key: secret(1).author(), from: 0, reason: "by mistake".into() };
        let change = book.change(revoke);
        assert!(book.apply(&change, secret(1).author(), 3).unwrap_err().contains("too few"));
        assert!(book.is_valid(&secret(1).author(), 3));
    }
}
