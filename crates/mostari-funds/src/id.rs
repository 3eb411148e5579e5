//! Typed ids of the ledger: short shared strings, cheap to clone, printed as they are.
//!
//! An id carries a number made of its text. Ids are ordered by that number first: the same everywhere, and a map finds
//! one without reading the texts. Lists for people are sorted by text where they are made.

use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::{fmt, sync::Arc};

/// A text with its number: 64-bit FNV-1a (Fowler, Noll and Vo; RFC 9923), which only has to spread.
#[derive(Clone)]
struct Text {
    number: u64,
    text: Arc<str>,
}

impl Text {
    fn new(text: Arc<str>) -> Self {
        let step = |number: u64, byte: u8| (number ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        Self { number: text.bytes().fold(0xcbf2_9ce4_8422_2325, step), text }
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number && (Arc::ptr_eq(&self.text, &other.text) || self.text == other.text)
    }
}

impl Eq for Text {}

impl Ord for Text {
    fn cmp(&self, other: &Self) -> Ordering {
        // Two texts with one number are told apart by their bytes.
        self.number.cmp(&other.number).then_with(|| match Arc::ptr_eq(&self.text, &other.text) {
            true => Ordering::Equal,
            false => self.text.cmp(&other.text),
        })
    }
}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl EntryId {
    /// The number of the text, spread over all bits (Fibonacci hashing; Knuth, The Art of Computer Programming 3, 6.4).
    pub(crate) fn spread(&self) -> u64 {
        self.0.number.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_right(32)
    }
}

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.number.hash(state);
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Text);

        impl $name {
            /// Takes the id as it is spelled.
            pub fn new(id: impl AsRef<str>) -> Self {
                Self(Text::new(Arc::from(id.as_ref())))
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0.text
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(self.as_str(), f)
            }
        }

        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self::new(id)
            }
        }

        impl From<String> for $name {
            fn from(id: String) -> Self {
                Self(Text::new(Arc::from(id)))
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.serialize_str(self.as_str())
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
    /// What a ledger counts: an ISO 4217 code (`EUR`) or a name of goods or work with its measure (`diesel-l`).
    UnitId,
    /// An account, unique in the ledger.
    AccountId,
    /// A grant line: what is pledged, committed, disbursed and expended together.
    GrantId,
    /// A node of the budget tree.
    BudgetId,
    /// The idempotency id of an entry, chosen by who states it.
    EntryId,
    /// A log with one writer: the home of accounts.
    LogId,
    /// Whoever signed, as the record knows it: a key. Never a person's name.
    SignerId,
}

/// A lot of money or goods, numbered in the order in which the ledger met them; prints as `L17`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LotId(pub u32);

impl fmt::Display for LotId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "L{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_equal_and_ordered_as_their_texts_are_equal() {
        let (one, same, other) =
            (AccountId::new("north"), AccountId::from("north".to_owned()), AccountId::new("south"));
        assert_eq!(one, same);
        assert_eq!(one.cmp(&same), Ordering::Equal);
        assert_ne!(one.cmp(&other), Ordering::Equal);
        assert_eq!(one.cmp(&other), other.cmp(&one).reverse());
    }

    #[test]
    fn the_number_of_a_text_is_the_published_one() {
        assert_eq!(Text::new(Arc::from("foobar")).number, 0x8594_4171_f739_67e8);
    }
}
