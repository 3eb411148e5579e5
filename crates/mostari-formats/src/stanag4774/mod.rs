//! Confidentiality labels of STANAG 4774 (ADatP-4774, *Confidentiality Metadata Label Syntax*), in and out.
//!
//! [`read_labels`] and [`write_labels`] keep what a label says. [`read_policy`] reads as much of a security policy
//! (SPIF, xmlspif.org) as names its classifications and categories; [`Policy::check`] holds a label against it.
//! [`to_compartments`] and [`from_compartments`] map a label to a [`Label`](mostari_model::Label) and back; the rules
//! stand in `docs/formats/stanag4774.md`. Whatever is not understood is refused: no label becomes weaker by reading.

mod compartments;
mod label;
mod policy;

pub use compartments::{MOSTARI_POLICY, compartments_up_to, from_compartments, to_compartments};
pub use label::{
    Category, CategoryType, CategoryValue, ConfidentialityLabel, LabelRole, NAMESPACE, read_labels, write_labels,
};
pub use policy::{Classification, Policy, TagSet, TagValue, read_policy};

use mostari_model::{Finding, FindingCard};

fn refused(card: &'static FindingCard, line: u64, message: impl Into<String>) -> Box<Finding> {
    let finding = Finding::new(card, message);
    Box::new(if line == 0 { finding } else { finding.at_row(line) })
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
