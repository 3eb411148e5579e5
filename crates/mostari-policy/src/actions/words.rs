//! The words of a question: who, what, on which entry.

use mostari_model::{Clearance, Label, PartyId};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, fmt};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $word)] $variant,)*
        }

        impl $name {
            /// All of them, in order.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The word that policies and files use.
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.word())
            }
        }
    };
}

words! {
    /// What somebody is there for. One actor may have several.
    Role {
        /// Reports from the ground: officers, enumerators, municipal engineers.
        Field = "field",
        /// Plans, proposes, records what was decided, settles what places are meant.
        Coordinator = "coordinator",
        /// Records money.
        Treasurer = "treasurer",
        /// Approves what another made.
        Approver = "approver",
        /// Builds or brings: contractors, transporters.
        Deliverer = "deliverer",
        /// Looks whether it came.
        Monitor = "monitor",
        /// Answers for the party's data: releases and erases.
        Steward = "steward",
        /// Adds, rotates and revokes the party's keys.
        Keyholder = "keyholder",
        /// Checks everything and changes nothing.
        Auditor = "auditor",
        /// Anybody.
        Public = "public",
    }
}

words! {
    /// Whose rules an actor lives by.
    Domain {
        /// Armed forces and those under their command.
        Force = "force",
        /// Humanitarian organisations.
        Humanitarian = "humanitarian",
        /// Neither: ministries, municipalities, donors, contractors, communities.
        Civil = "civil",
    }
}

words! {
    /// What can be done.
    Action {
        /// Say something new.
        Append = "append",
        /// Agree to what another made.
        Approve = "approve",
        /// State that a delivery came.
        ConfirmDelivery = "confirm_delivery",
        /// Lower a label.
        Release = "release",
        /// Destroy a payload; its place in the record stays.
        Erase = "erase",
        /// Add a key of one's party.
        AddKey = "add_key",
        /// Replace a key.
        RotateKey = "rotate_key",
        /// Withdraw a key.
        RevokeKey = "revoke_key",
        /// Say which area a place name means.
        Settle = "settle",
        /// Check proofs and signatures.
        Verify = "verify",
        /// Take a copy out of the mission.
        Export = "export",
        /// See.
        Read = "read",
    }
}

words! {
    /// What an entry is about, as far as policies care.
    EntryKind {
        /// Observations: a file with its tables.
        Dataset = "dataset",
        /// An assessment, a plan, an effect.
        Computation = "computation",
        /// A nominated project and what becomes of it.
        Project = "project",
        /// Money or goods posted to an account.
        Transfer = "transfer",
        /// A delivery that is claimed.
        Delivery = "delivery",
        /// A decision or an override, with its reason.
        Decision = "decision",
        /// A finished work and who owns it now.
        Handover = "handover",
        /// What people say.
        Feedback = "feedback",
        /// A notice of a humanitarian site or movement: the process, not the place.
        Notification = "notification",
        /// A signing key.
        Key = "key",
    }
}

/// Whoever asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The signing key that identifies them.
    pub key: String,
    /// Whom they act for.
    pub party: PartyId,
    /// The domain of that party.
    pub domain: Domain,
    /// What they are there for.
    pub roles: BTreeSet<Role>,
    /// The compartments that they hold.
    pub clearance: Clearance,
}

/// The entry that is asked about; for [`Action::Append`], the one that would be appended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// What it is about.
    pub kind: EntryKind,
    /// Who may read it.
    pub label: Label,
    /// The party that says it.
    pub originator: PartyId,
    /// The key that signs it; of a key, the key itself.
    pub maker: String,
    /// The party that delivers, where something is delivered.
    pub deliverer: Option<PartyId>,
}

/// Before the domain in a word of a key: `domain:force`.
const DOMAIN: &str = "domain:";
/// Before a compartment in a word of a key: `holds:humanitarian`.
const HOLDS: &str = "holds:";
/// The word of a key that may change the book of keys.
const AUTHORITY: &str = "authority";

impl Actor {
    /// Who a key is, by the words that the book of keys has for it: roles (`treasurer`), its party's domain
    /// (`domain:force`, else civil), the compartments that it holds (`holds:humanitarian`).
    ///
    /// A key of `authority` keeps the keys. If nothing else is said of its roles it has every role, and if nothing is said
    /// of what it holds, whatever is `asked` about: it could add a key with all of that for its party. What no such word
    /// is says nothing here.
    pub fn of_words(key: String, party: PartyId, words: &BTreeSet<String>, asked: &Label) -> Self {
        let role = |word: &String| Role::ALL.iter().copied().find(|role| role.word() == word);
        let domain = |word: &String| Domain::of_word(word.strip_prefix(DOMAIN)?);
        let mut roles: BTreeSet<Role> = words.iter().filter_map(role).collect();
        let mut held: BTreeSet<String> =
            words.iter().filter_map(|word| word.strip_prefix(HOLDS)).map(str::to_owned).collect();
        if words.contains(AUTHORITY) {
            if roles.is_empty() {
                roles.extend(Role::ALL);
            }
            roles.insert(Role::Keyholder);
            if held.is_empty() {
                held.extend(asked.compartments().map(str::to_owned));
            }
        }
        let domain = words.iter().find_map(domain).unwrap_or(Domain::Civil);
        Self { key, party, domain, roles, clearance: Clearance::of(held) }
    }

    /// Whether a word says something of a key.
    pub fn is_word(word: &str) -> bool {
        let is_domain = || word.strip_prefix(DOMAIN).is_some_and(|domain| Domain::of_word(domain).is_some());
        let is_label = || {
            word.strip_prefix(HOLDS)
                .is_some_and(|held| held.parse().is_ok_and(|label: Label| label.compartments().count() == 1))
        };
        word == AUTHORITY || Role::ALL.iter().any(|role| role.word() == word) || is_domain() || is_label()
    }
}

impl Domain {
    fn of_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|domain| domain.word() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actor(words: &[&str]) -> Actor {
        let words = words.iter().map(|word| (*word).to_owned()).collect();
        Actor::of_words("key".into(), "town".into(), &words, &"humanitarian".parse().unwrap())
    }

    #[test]
    fn a_key_of_authority_of_which_nothing_else_is_said_has_every_role_and_holds_what_is_asked() {
        let founder = actor(&["authority"]);
        assert_eq!(founder.roles.len(), Role::ALL.len());
        assert_eq!(founder.clearance, Clearance::of(["humanitarian"]));
        let stated = actor(&["authority", "steward", "holds:force", "domain:force"]);
        assert_eq!(stated.roles, [Role::Keyholder, Role::Steward].into());
        assert_eq!((stated.domain, stated.clearance), (Domain::Force, Clearance::of(["force"])));
    }

    #[test]
    fn any_other_key_has_what_is_said_and_no_more() {
        let nobody = actor(&[]);
        assert_eq!((nobody.roles.len(), nobody.clearance, nobody.domain), (0, Clearance::none(), Domain::Civil));
        assert_eq!(actor(&["field", "holds:humanitarian"]).roles, [Role::Field].into());
    }

    #[test]
    fn a_misspelled_word_is_none() {
        for word in ["steward", "authority", "domain:humanitarian", "holds:force"] {
            assert!(Actor::is_word(word), "{word}");
        }
        for word in ["stewart", "domain:navy", "holds:", "holds:a+b", "holds:public", ""] {
            assert!(!Actor::is_word(word), "{word}");
        }
    }
}
