//! Typed ids. Each is a short shared string: cheap to clone, ordered, printed as it is.

use serde::{Deserialize, Serialize};
use std::{fmt, sync::Arc};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Takes the id as it is spelled at its source.
            pub fn new(id: impl AsRef<str>) -> Self {
                Self(Arc::from(id.as_ref()))
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self::new(id)
            }
        }

        impl From<String> for $name {
            fn from(id: String) -> Self {
                Self(Arc::from(id))
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                Ok(Self::from(String::deserialize(d)?))
            }
        }
    )*};
}

ids! {
    /// An area: its P-code where there is one (always text, never a number), else the id of its source file.
    AreaId,
    /// A project, unique in a mission.
    ProjectId,
    /// A party: force, agency, ministry, municipality, donor, NGO, contractor, community.
    PartyId,
    /// An entry of a log, as the record names it.
    EntryId,
    /// A need that somebody stated.
    NeedId,
    /// The act of putting a project forward.
    NominationId,
    /// A fund that pays for projects.
    FundId,
    /// A payment, as the ledger names it.
    PaymentId,
    /// Something that was brought, built or done for a project.
    DeliveryId,
    /// A visit to see what is there.
    VisitId,
    /// The terms under which an owner takes a project over.
    HandoverId,
    /// A request for a military asset.
    RequestId,
}
