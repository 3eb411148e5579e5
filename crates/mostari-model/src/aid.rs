//! Aid activities and their transactions, in the words of IATI 2.03: what readers give and the ledger takes.

use crate::{Currency, Date, Money};
use serde::{Deserialize, Serialize};

/// A kind of movement of money, by its code in IATI's list `TransactionType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum TransactionType {
    /// Funds received for use on the activity.
    IncomingFunds = 1,
    /// A firm written obligation to provide funds.
    OutgoingCommitment = 2,
    /// Funds placed at the disposal of a receiver.
    Disbursement = 3,
    /// Money spent on goods and services for the activity.
    Expenditure = 4,
    /// Interest paid.
    InterestPayment = 5,
    /// Repayment of a loan.
    LoanRepayment = 6,
    /// Repayment of money that was paid before.
    Reimbursement = 7,
    /// Purchase of equity.
    PurchaseOfEquity = 8,
    /// Sale of equity.
    SaleOfEquity = 9,
    /// A guarantee of credit.
    CreditGuarantee = 10,
    /// A firm written obligation of somebody else to provide funds.
    IncomingCommitment = 11,
    /// A statement of intent to provide funds.
    OutgoingPledge = 12,
    /// A statement of intent of somebody else to provide funds.
    IncomingPledge = 13,
}

impl TransactionType {
    /// Every type, in the order of its code.
    pub const ALL: [Self; 13] = [
        Self::IncomingFunds,
        Self::OutgoingCommitment,
        Self::Disbursement,
        Self::Expenditure,
        Self::InterestPayment,
        Self::LoanRepayment,
        Self::Reimbursement,
        Self::PurchaseOfEquity,
        Self::SaleOfEquity,
        Self::CreditGuarantee,
        Self::IncomingCommitment,
        Self::OutgoingPledge,
        Self::IncomingPledge,
    ];

    /// Its code, 1 to 13.
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The type of a code, if there is one.
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code).checked_sub(1)?).copied()
    }

    /// Whether the reporting organisation's activity is at the receiving end.
    pub const fn is_incoming(self) -> bool {
        matches!(self, Self::IncomingFunds | Self::IncomingCommitment | Self::IncomingPledge)
    }
}

/// An organisation as a file names it. No person.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Organisation {
    /// Its identifier (`XM-DAC-41122`), or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// Its name, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Code of IATI's list `OrganisationType`, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub kind: String,
}

/// The other end of a transaction.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counterparty {
    /// Who.
    pub organisation: Organisation,
    /// Identifier of the activity at that end, or empty: what links provider and receiver.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub activity: String,
}

/// One movement of money that an activity reports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AidTransaction {
    /// Reference that its publisher gave, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reference: String,
    /// What kind.
    pub kind: TransactionType,
    /// When it happened, as stated.
    pub date: Date,
    /// How much; negative where a publisher takes something back.
    pub amount: Money,
    /// The day whose exchange rate applies, if stated.
    pub value_date: Option<Date>,
    /// Who gave.
    pub provider: Option<Counterparty>,
    /// Who got.
    pub receiver: Option<Counterparty>,
    /// In words, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Sector code, where the transaction and not the activity states it, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sector: String,
    /// ISO 3166-1 alpha-2 code of the country, where the transaction states it, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub country: String,
}

/// A part of an activity that goes to a sector or country, in hundredths of a per cent; `None` if no share is stated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AidShare {
    /// Code of the vocabulary, such as `1` (DAC five-digit) or `G1`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub vocabulary: String,
    /// Code in it.
    pub code: String,
    /// Hundredths of a per cent, at most 10 000.
    pub basis_points: Option<u32>,
}

/// A place where an activity works: a claim of its publisher.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct AidLocation {
    /// Reference that its publisher gave, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reference: String,
    /// Name, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Codes of administrative units: vocabulary, level, code.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<(String, Option<u8>, String)>,
    /// Longitude and latitude in degrees, if stated.
    pub point: Option<(f64, f64)>,
    /// Code of IATI's list `GeographicExactness` (1 exact, 2 approximate), or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub exactness: String,
}

/// An organisation's part in an activity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Participation {
    /// Code of IATI's list `OrganisationRole`: 1 funding, 2 accountable, 3 extending, 4 implementing.
    pub role: u8,
    /// Who, and with which activity.
    pub party: Counterparty,
}

/// An aid activity: one `iati-activity`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct AidActivity {
    /// Its identifier, unique in the world: `XM-DAC-41122-CAF-17`.
    pub id: String,
    /// Titles by language (`en`); the language may be empty.
    pub titles: Vec<(String, String)>,
    /// Descriptions by language.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub descriptions: Vec<(String, String)>,
    /// Who reports it.
    pub reporting: Organisation,
    /// Whether the reporting organisation repeats what somebody else reports (`secondary-reporter`).
    #[serde(default)]
    pub is_secondary: bool,
    /// Code of IATI's list `ActivityStatus`, 1 to 6.
    pub status: u8,
    /// Planned start.
    pub start_planned: Option<Date>,
    /// Actual start.
    pub start_actual: Option<Date>,
    /// Planned end.
    pub end_planned: Option<Date>,
    /// Actual end.
    pub end_actual: Option<Date>,
    /// Currency of amounts that name none.
    pub default_currency: Option<Currency>,
    /// Whether it is humanitarian, if stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_humanitarian: Option<bool>,
    /// Its level in the publisher's own hierarchy, if stated: money of a level is never added to that of another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hierarchy: Option<i32>,
    /// Who takes part.
    pub participations: Vec<Participation>,
    /// Countries by ISO 3166-1 alpha-2 code.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub countries: Vec<AidShare>,
    /// Regions; their shares and those of the countries make up the whole together.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<AidShare>,
    /// Sectors.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sectors: Vec<AidShare>,
    /// Places.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub locations: Vec<AidLocation>,
    /// Related activities: code of IATI's list `RelatedActivityType`, identifier.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<(u8, String)>,
    /// Movements of money, in the order of the file.
    pub transactions: Vec<AidTransaction>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_and_its_type_are_one_to_one() {
        for kind in TransactionType::ALL {
            assert_eq!(TransactionType::from_code(kind.code()), Some(kind));
        }
        assert_eq!([0, 14, 255].map(TransactionType::from_code), [None; 3]);
    }
}
