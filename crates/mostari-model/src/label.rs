//! Labels: who may read what. A label is a set of compartments; joining is union.

use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, fmt, str::FromStr};

/// The compartments that a reader must hold, all of them, to see something. The empty set is public.
///
/// ```
/// use mostari_model::{Clearance, Label};
/// let force: Label = "force".parse().unwrap();
/// let both = force.join(&"humanitarian".parse().unwrap());
/// assert_eq!(both.to_string(), "force+humanitarian");
/// assert!(!both.is_readable_by(&Clearance::of(["force"])));
/// assert!(Label::public().is_readable_by(&Clearance::none()));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Label(BTreeSet<String>);

impl Label {
    /// The empty set: anybody may read.
    pub fn public() -> Self {
        Self::default()
    }

    /// The union: a result carries the label of everything it used.
    pub fn join(&self, other: &Self) -> Self {
        Self(self.0.union(&other.0).cloned().collect())
    }

    /// Whether a reader with this clearance may see what carries this label.
    pub fn is_readable_by(&self, clearance: &Clearance) -> bool {
        self.0.is_subset(&clearance.0)
    }

    /// The compartments, in order.
    pub fn compartments(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether anybody may read.
    pub fn is_public(&self) -> bool {
        self.0.is_empty()
    }
}

/// Not a label: compartments are lower-case words joined by `+`.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not a label: write compartments as lower-case words joined by `+`, or `public`")]
pub struct LabelError(String);

impl FromStr for Label {
    type Err = LabelError;

    fn from_str(text: &str) -> Result<Self, LabelError> {
        if text.is_empty() || text == "public" {
            return Ok(Self::public());
        }
        let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        text.split('+')
            .map(|part| match !part.is_empty() && part != "public" && part.chars().all(word) {
                true => Ok(part.to_owned()),
                false => Err(LabelError(text.to_owned())),
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.is_public() {
            true => f.write_str("public"),
            false => f.write_str(&self.0.iter().cloned().collect::<Vec<_>>().join("+")),
        }
    }
}

/// The compartments that a reader holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Clearance(BTreeSet<String>);

impl Clearance {
    /// A reader from the public.
    pub fn none() -> Self {
        Self::default()
    }

    /// A reader who holds these compartments.
    pub fn of<S: Into<String>>(compartments: impl IntoIterator<Item = S>) -> Self {
        Self(compartments.into_iter().map(Into::into).collect())
    }

    /// The compartments, in order.
    pub fn compartments(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// The label that only readers with all of these compartments may see.
    pub fn to_label(&self) -> Label {
        Label(self.0.clone())
    }

    /// A reader who holds every compartment of this label.
    pub fn for_label(label: &Label) -> Self {
        Self(label.0.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joining_never_makes_a_label_easier_to_read() {
        let a: Label = "force".parse().unwrap();
        let b: Label = "humanitarian".parse().unwrap();
        let holder = Clearance::of(["force"]);
        assert!(a.is_readable_by(&holder));
        assert!(!a.join(&b).is_readable_by(&holder));
        assert_eq!(a.join(&b), b.join(&a));
        assert_eq!(a.join(&Label::public()), a);
    }

    #[test]
    fn a_label_with_an_empty_or_upper_case_part_is_refused() {
        for text in ["force+", "Force", "a b", "force+public"] {
            assert!(text.parse::<Label>().is_err(), "{text}");
        }
    }
}
