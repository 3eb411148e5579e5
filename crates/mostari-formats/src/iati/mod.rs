//! IATI 2.03: read leniently, written strictly.
//!
//! Reading goes over one activity at a time: its structure is held against the tables in [`schema`], its codes against
//! [`codes`], then what the ledger needs is taken out ([`take`]). Every fault is a finding with line and path; a
//! faulty part costs that part only. Writing builds the same elements and refuses whatever reading would warn of.

mod check;
mod codes;
mod iso_codes;
mod meaning;
mod report;
mod schema;
mod sector_codes;
mod take;
mod write;

pub(crate) use codes::sector_name;
pub(crate) use write::decimal;
pub use write::{WriteError, write_iati};

use crate::{ReadError, xml::Element};
use crate::{findings::aid as cards, unpack::unpack, xml, xml::Walker};
use mostari_model::{AidActivity, Finding};
use report::Report;

/// An activity and the line that it starts in.
pub(crate) struct Placed {
    pub(crate) line: u64,
    pub(crate) activity: AidActivity,
}

/// The activities of an IATI file, which may be wrapped in gzip or zip, in their order, and every fault that was met.
///
/// An activity is kept whatever it lacks: unknown is `0`, empty or `None`. A transaction without a type, a date or an
/// exact amount in a known currency is not; a finding says so. After a fault of the XML itself (`XML-…`, an error)
/// nothing more is read. `Finding::row` is the line, `Finding::column` the path below the activity.
///
/// ```
/// let file = br#"<iati-activities version="2.03"><iati-activity default-currency="EUR">
///   <iati-identifier>XM-DAC-99999-1</iati-identifier>
///   <transaction><transaction-type code="3"/><transaction-date iso-date="2024-06-30"/>
///     <value value-date="2024-06-30">1250.50</value></transaction>
/// </iati-activity></iati-activities>"#;
/// let (activities, findings) = mostari_formats::read_iati(file);
/// assert_eq!(activities[0].transactions[0].amount.minor, 125_050);
/// assert!(findings.iter().any(|f| f.code == "AID-007" && f.message.contains("`reporting-org`")));
/// ```
pub fn read_iati(bytes: &[u8]) -> (Vec<AidActivity>, Vec<Finding>) {
    match unpack(bytes) {
        Ok(unpacked) => {
            let (placed, findings) = read_document(&unpacked.bytes);
            (placed.into_iter().map(|placed| placed.activity).collect(), findings)
        }
        Err(ReadError::Refused(finding)) => (Vec::new(), vec![*finding]),
        Err(other) => (Vec::new(), vec![Finding::new(cards::NOT_ACTIVITIES, other.to_string())]),
    }
}

/// The same for bytes that are XML already, with the line of each activity.
pub(crate) fn read_document(bytes: &[u8]) -> (Vec<Placed>, Vec<Finding>) {
    let (text, recoded) = xml::decode(bytes);
    let mut report = Report::default();
    report.findings.extend(recoded);
    let mut placed = Vec::new();
    if let Err(fault) = read_text(&text, &mut placed, &mut report) {
        report.findings.push(fault.into());
    }
    (placed, report.finish())
}

fn read_text(text: &str, placed: &mut Vec<Placed>, report: &mut Report) -> Result<(), xml::Fault> {
    let (mut walker, mut root) = Walker::open(text)?;
    if root.name != "iati-activities" {
        report.say(cards::NOT_ACTIVITIES, root.line, "", format!("the file holds `{}`", root.name));
        return Ok(());
    }
    let home = root.namespace.clone();
    if !home.is_empty() {
        report.say(cards::OTHER_NAMESPACE, root.line, "xmlns", format!("the namespace is `{home}`"));
    }
    if !is_version_2(&root, report) {
        return Ok(());
    }
    let mut order = check::Order::new(&schema::ROOT);
    while let Some(child) = walker.next_child(&mut root)? {
        let rule = order.next(&child, &home, "", report);
        if child.name != "iati-activity" || child.namespace != home {
            continue;
        }
        report.begin_activity();
        if let Some(rule) = rule {
            check::element(&child, rule, &home, "", report);
        }
        meaning::check(&child, report);
        let activity = take::activity(&child, report);
        report.remember(&activity, child.line);
        placed.push(Placed { line: child.line, activity });
    }
    report.end_activities();
    order.end(root.line, "", report);
    check::own(&root, &schema::ROOT, &home, "", report);
    Ok(())
}

/// Whether the file can be read by the rules of 2.03; versions 1.0x cannot.
fn is_version_2(root: &Element, report: &mut Report) -> bool {
    let version = root.get("version").map(str::trim);
    match version {
        Some("2.01" | "2.02" | "2.03") => true,
        Some(old) if old.starts_with("1.") => {
            report.say(cards::OLD_VERSION, root.line, "@version", format!("the version is `{old}`"));
            false
        }
        other => {
            let message = format!("the version is `{}`", other.unwrap_or_default());
            report.say(cards::OTHER_VERSION, root.line, "@version", message);
            true
        }
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
