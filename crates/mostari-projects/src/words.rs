//! Statements in words, and the project that each speaks of.

use crate::{CheckAge, Coverage, Functioning, Outcome, Statement};
use mostari_model::ProjectId;

impl Statement {
    /// The project that it names itself. Deliveries, visits, handovers and requests lead to theirs through the register.
    pub fn project(&self) -> Option<&ProjectId> {
        match self {
            Self::Nominated(nominated) => Some(&nominated.project),
            Self::Visited(visited) => Some(&visited.project),
            Self::LocationClaimed(claim) => Some(&claim.project),
            Self::MilitaryAssetRequested(asked) => asked.project.as_ref(),
            Self::Screened { project }
            | Self::Appraised { project, .. }
            | Self::Approved { project, .. }
            | Self::Funded { project, .. }
            | Self::Contracted { project, .. }
            | Self::Implementing { project }
            | Self::MechanicallyComplete { project }
            | Self::Accepted { project, .. }
            | Self::Operating { project }
            | Self::Suspended { project, .. }
            | Self::Resumed { project }
            | Self::Cancelled { project, .. }
            | Self::Abandoned { project, .. }
            | Self::TransferredUnilaterally { project, .. }
            | Self::DeliveryReported { project, .. }
            | Self::HandoverPrepared { project, .. }
            | Self::FunctionChecked { project, .. }
            | Self::FieldEdited { project, .. }
            | Self::ConflictStated { project, .. }
            | Self::ConflictDecided { project, .. } => Some(project),
            Self::NeedStated(_)
            | Self::DeliveryConfirmed { .. }
            | Self::DeliveryVerified { .. }
            | Self::DeliveryPaid { .. }
            | Self::HandoverSigned { .. }
            | Self::DefectMended { .. }
            | Self::FigureStated { .. }
            | Self::FigureRestated { .. }
            | Self::MilitaryAssetEnded { .. } => None,
        }
    }

    /// As a line of a history.
    pub fn words(&self) -> String {
        match self {
            Self::NeedStated(need) => format!("need {} stated: {}", need.need, need.words),
            Self::Nominated(n) => format!("nominated as `{}` by {}", n.title, n.nomination),
            Self::Screened { .. } => "screened".to_owned(),
            Self::Appraised { score_hundredths, method, .. } => {
                format!("appraised: {} by {method}", hundredths(*score_hundredths))
            }
            Self::Approved { decision, .. } => format!("approved: {decision}"),
            Self::Funded { fund, coverage: Coverage::Partial, .. } => format!("funded in part from {fund}"),
            Self::Funded { fund, coverage: Coverage::Full, .. } => format!("funded in full from {fund}"),
            Self::Contracted { contractor, contract, complete_by, .. } => match complete_by {
                Some(day) => format!("contracted to {contractor} under {contract}, to be complete by {day}"),
                None => format!("contracted to {contractor} under {contract}"),
            },
            Self::Implementing { .. } => "work goes on".to_owned(),
            Self::MechanicallyComplete { .. } => "work complete".to_owned(),
            Self::Accepted { handover, .. } => format!("accepted on the terms of {handover}"),
            Self::Operating { .. } => "in use".to_owned(),
            Self::Suspended { reason, .. } => format!("suspended: {reason}"),
            Self::Resumed { .. } => "resumed".to_owned(),
            Self::Cancelled { reason, .. } => format!("cancelled: {reason}"),
            Self::Abandoned { reason, .. } => format!("abandoned: {reason}"),
            Self::TransferredUnilaterally { to, reason, .. } => format!("left to {to} without a signature: {reason}"),
            Self::LocationClaimed(claim) => match claim.at {
                Some(at) => format!("said to be at {:.5} E, {:.5} N", at.longitude, at.latitude),
                None => "said to be at an unknown place".to_owned(),
            },
            Self::FieldEdited { field, value, base, .. } => format!("{field} = \"{value}\", upon {base}"),
            Self::ConflictStated { field, versions, .. } => format!("conflict in {field}: {}", list(versions)),
            Self::ConflictDecided { field, versions, outcome, reason, .. } => match outcome {
                Outcome::Keep(kept) => format!("{field}: {kept} holds, of {}: {reason}", list(versions)),
                Outcome::New(value) => format!("{field} = \"{value}\" instead of {}: {reason}", list(versions)),
            },
            Self::MilitaryAssetRequested(asked) => format!(
                "{} asks for {} until {}: {}",
                asked.asked_by, asked.asset.item, asked.until, asked.why_no_civilian
            ),
            Self::MilitaryAssetEnded { request } => format!("the use under {request} has ended"),
            delivered => delivered.words_of_delivery(),
        }
    }

    fn words_of_delivery(&self) -> String {
        match self {
            Self::DeliveryReported { delivery, deliverer, quantity, .. } => {
                format!("{delivery}: {deliverer} is said to have delivered {quantity}")
            }
            Self::DeliveryConfirmed { delivery, quantity } => format!("{delivery}: {quantity} arrived"),
            Self::DeliveryVerified { delivery, visit, quantity } => format!("{delivery}: {quantity} seen on {visit}"),
            Self::DeliveryPaid { delivery, fund, payment, amount, quantity } => {
                format!("{delivery}: {amount} paid from {fund} by {payment} for {quantity}")
            }
            Self::Visited(visited) => {
                let found = if visited.found { "found" } else { "not found" };
                format!("{}: visited and {found}: {}", visited.visit, visited.words)
            }
            Self::HandoverPrepared { handover, terms, .. } => {
                format!("{handover}: terms prepared for {}", terms.owner)
            }
            Self::HandoverSigned { handover, .. } => format!("{handover}: signed by the owner"),
            Self::DefectMended { handover, defect } => format!("{handover}: `{defect}` mended"),
            Self::FunctionChecked { age, functioning, words, .. } => {
                format!("{} months after: {}: {words}", CheckAge::months(*age), functioning.words())
            }
            Self::FigureStated { series, part, figure } => format!("{series} {part} {}: {figure}", figure.month),
            Self::FigureRestated { series, part, old, new, reason } => {
                format!("{series} {part}: {old} ({}) restated as {new} ({}): {reason}", old.month, new.month)
            }
            other => unreachable!("`words` speaks of {other:?} itself"),
        }
    }
}

impl Functioning {
    /// As a person would say it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Yes => "it works",
            Self::Partly => "it works in part",
            Self::No => "it does not work",
        }
    }
}

fn list<'a>(ids: impl IntoIterator<Item = &'a mostari_model::EntryId>) -> String {
    ids.into_iter().map(|id| id.as_str()).collect::<Vec<_>>().join(", ")
}

fn hundredths(number: i64) -> String {
    let size = number.unsigned_abs();
    format!("{}{}.{:02}", if number < 0 { "-" } else { "" }, size / 100, size % 100)
}
