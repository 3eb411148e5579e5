//! The code lists of IATI that are held against a file: codes only, as the replicated and embedded lists of
//! iatistandard.org have them (repositories IATI/IATI-Codelists and IATI/IATI-Codelists-NonEmbedded).

use super::{
    iso_codes::{COUNTRIES, CURRENCIES},
    sector_codes::SECTORS,
};

/// A code list by the name that IATI gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum List {
    ActivityDateType,
    ActivityStatus,
    BudgetStatus,
    BudgetType,
    CashAndVoucherModalities,
    Country,
    Currency,
    DocumentCategory,
    EarmarkingCategory,
    GeographicExactness,
    HumanitarianScopeVocabulary,
    IndicatorMeasure,
    OrganisationRole,
    OrganisationType,
    PolicyMarker,
    RelatedActivityType,
    ResultType,
    Sector,
    /// The first three digits of the sectors.
    SectorCategory,
    TransactionType,
}

/// What a list says of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    Active,
    Withdrawn,
    Unknown,
}

const DOCUMENT_CATEGORIES: &str = "\
    A01 A02 A03 A04 A05 A06 A07 A08 A09 A10 A11 A12 B01 B02 B03 B04 B05 B06 B07 B08 B09 B10 B11 B12 B13 B14 B15 B16 \
    B17 B18";

impl List {
    /// Its name in IATI.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::ActivityDateType => "ActivityDateType",
            Self::ActivityStatus => "ActivityStatus",
            Self::BudgetStatus => "BudgetStatus",
            Self::BudgetType => "BudgetType",
            Self::CashAndVoucherModalities => "CashandVoucherModalities",
            Self::Country => "Country",
            Self::Currency => "Currency",
            Self::DocumentCategory => "DocumentCategory",
            Self::EarmarkingCategory => "EarmarkingCategory",
            Self::GeographicExactness => "GeographicExactness",
            Self::HumanitarianScopeVocabulary => "HumanitarianScopeVocabulary",
            Self::IndicatorMeasure => "IndicatorMeasure",
            Self::OrganisationRole => "OrganisationRole",
            Self::OrganisationType => "OrganisationType",
            Self::PolicyMarker => "PolicyMarker",
            Self::RelatedActivityType => "RelatedActivityType",
            Self::ResultType => "ResultType",
            Self::Sector => "Sector",
            Self::SectorCategory => "SectorCategory",
            Self::TransactionType => "TransactionType",
        }
    }

    /// Its codes, separated by blanks; the sectors stand apart.
    const fn codes(self) -> &'static str {
        match self {
            Self::ActivityDateType => "1 2 3 4",
            Self::ActivityStatus => "1 2 3 4 5 6",
            Self::BudgetStatus | Self::BudgetType | Self::CashAndVoucherModalities | Self::GeographicExactness => "1 2",
            Self::Country => COUNTRIES,
            Self::Currency => CURRENCIES,
            Self::DocumentCategory => DOCUMENT_CATEGORIES,
            Self::EarmarkingCategory | Self::OrganisationRole => "1 2 3 4",
            Self::HumanitarianScopeVocabulary => "1-2 2-1 99",
            Self::IndicatorMeasure | Self::RelatedActivityType => "1 2 3 4 5",
            Self::OrganisationType => "10 11 15 21 22 23 24 30 40 60 70 71 72 73 80 90",
            Self::PolicyMarker => "1 2 3 4 5 6 7 8 9 10 11 12",
            Self::ResultType => "1 2 3 9",
            Self::TransactionType => "1 2 3 4 5 6 7 8 9 10 11 12 13",
            Self::Sector | Self::SectorCategory => "",
        }
    }

    /// What the list says of a code.
    pub(super) fn standing(self, code: &str) -> Standing {
        let is_known = match self {
            Self::Sector => match sector(code) {
                Some((.., false)) => return Standing::Withdrawn,
                found => found.is_some(),
            },
            Self::SectorCategory => code.len() == 3 && SECTORS.iter().any(|(sector, ..)| sector.starts_with(code)),
            _ => self.codes().split_ascii_whitespace().any(|known| known == code),
        };
        if is_known { Standing::Active } else { Standing::Unknown }
    }
}

fn sector(code: &str) -> Option<&'static (&'static str, &'static str, bool)> {
    SECTORS.binary_search_by_key(&code, |(known, ..)| known).ok().map(|at| &SECTORS[at])
}

/// The English name of a five-digit sector.
pub(crate) fn sector_name(code: &str) -> Option<&'static str> {
    sector(code).map(|(_, name, _)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_known_withdrawn_or_unknown() {
        assert_eq!(List::Sector.standing("12220"), Standing::Active);
        assert_eq!(List::Sector.standing("xx"), Standing::Unknown);
        assert_eq!(List::SectorCategory.standing("122"), Standing::Active);
        assert_eq!(List::SectorCategory.standing("1"), Standing::Unknown);
        assert_eq!(List::Country.standing("BA"), Standing::Active);
        assert_eq!(List::Currency.standing("BAM"), Standing::Active);
        assert_eq!(List::Currency.standing(""), Standing::Unknown);
        assert!(SECTORS.is_sorted());
        let (withdrawn, ..) = SECTORS.iter().find(|(.., active)| !active).expect("thirty are");
        assert_eq!(List::Sector.standing(withdrawn), Standing::Withdrawn);
    }

    const ALL: [List; 13] = [
        List::ActivityStatus,
        List::BudgetStatus,
        List::BudgetType,
        List::CashAndVoucherModalities,
        List::DocumentCategory,
        List::EarmarkingCategory,
        List::GeographicExactness,
        List::HumanitarianScopeVocabulary,
        List::IndicatorMeasure,
        List::OrganisationRole,
        List::PolicyMarker,
        List::ResultType,
        List::TransactionType,
    ];

    #[test]
    fn our_lists_are_the_published_ones() {
        let folder = std::env::var("MOSTARI_DATA")
            .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data").to_owned());
        let path = format!("{folder}/codelists/codelists.json");
        let Ok(text) = std::fs::read_to_string(&path) else {
            println!("skipped: no real data at {path}");
            return;
        };
        let published: serde_json::Value = serde_json::from_str(&text).unwrap();
        let list = |name: &str| published[format!("iati.{name}")].as_array().unwrap().clone();
        for ours in ALL {
            let theirs = list(ours.name());
            let codes: Vec<&str> = theirs.iter().map(|entry| entry["code"].as_str().unwrap()).collect();
            let mut expect: Vec<&str> = ours.codes().split_ascii_whitespace().collect();
            let mut codes = codes;
            expect.sort_unstable();
            codes.sort_unstable();
            assert_eq!(expect, codes, "{}", ours.name());
        }
        let sectors = list("Sector");
        assert_eq!(sectors.len(), SECTORS.len());
        for entry in sectors {
            let expect = if entry["status"] == "active" { Standing::Active } else { Standing::Withdrawn };
            assert_eq!(List::Sector.standing(entry["code"].as_str().unwrap()), expect);
        }
    }
}
