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
