//! Findings: what was not used, what is doubtful, and what to do about it.

use serde::{Deserialize, Serialize};
use std::{borrow::Cow, collections::BTreeMap, fmt};

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; the row was used as it is.
    Note,
    /// The row was used, changed or with doubt.
    Warning,
    /// The row was not used.
    Error,
}

/// The card of a finding code. Each crate keeps one list `FINDINGS` of these; `docs/findings.md`
/// has a heading for each, which a test checks.
#[derive(Debug, PartialEq, Eq)]
pub struct FindingCard {
    /// Stable code such as `GEO-002`; never reused for another meaning.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// What happened, without the particulars.
    pub title: &'static str,
    /// What a person can do about it.
    pub hint: &'static str,
}

/// Declares the finding cards of a crate or module and lists them as `FINDINGS`, so that no card can be forgotten.
///
/// ```
/// mostari_model::finding_cards! {
///     RUINED_BRIDGE = "EXA-001" Warning "a bridge is down", "state its load limit, 0 t";
/// }
/// assert_eq!(FINDINGS[0].code, RUINED_BRIDGE.code);
/// ```
#[macro_export]
macro_rules! finding_cards {
    ($($name:ident = $code:literal $severity:ident $title:literal, $hint:expr;)*) => {
        $(#[doc = $title] pub(crate) const $name: &$crate::FindingCard = &$crate::FindingCard {
            code: $code,
            severity: $crate::Severity::$severity,
            title: $title,
            hint: $hint,
        };)*

        /// The cards, in the order of their codes.
        pub const FINDINGS: &[&$crate::FindingCard] = &[$($name),*];
    };
}

/// One finding: the code, the place in the file, what happened there, and a hint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The stable code.
    pub code: Cow<'static, str>,
    /// How much it matters.
    pub severity: Severity,
    /// The file, as the user named it; empty for findings of an engine.
    pub file: String,
    /// Row in the file, counted from 1 as a spreadsheet or editor would show it (the header is row 1).
    /// In a GeoJSON or JSON file: the position of the feature or element, from 1.
    pub row: Option<u64>,
    /// Column or property name.
    pub column: Option<String>,
    /// What happened here, with the value that was met.
    pub message: String,
    /// What to do about it.
    pub hint: Cow<'static, str>,
}

impl Finding {
    /// A finding of this card about the whole input; say more with the methods below.
    pub fn new(card: &'static FindingCard, message: impl Into<String>) -> Self {
        Self {
            code: Cow::Borrowed(card.code),
            severity: card.severity,
            file: String::new(),
            row: None,
            column: None,
            message: message.into(),
            hint: Cow::Borrowed(card.hint),
        }
    }

    /// Says which file.
    pub fn in_file(mut self, file: impl Into<String>) -> Self {
        self.file = file.into();
        self
    }

    /// Says which row, counted from 1.
    pub fn at_row(mut self, row: u64) -> Self {
        self.row = Some(row);
        self
    }

    /// Says which column or property.
    pub fn in_column(mut self, column: impl Into<String>) -> Self {
        self.column = Some(column.into());
        self
    }

    /// Replaces the card's hint by a more particular one.
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Cow::Owned(hint.into());
        self
    }
}

/// Prints `warning[ING-014]: message` and, on a line of its own, the place.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.severity {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        write!(f, "{word}[{}]: {}", self.code, self.message)?;
        if !self.file.is_empty() {
            write!(f, "\n  {}", self.file)?;
            if let Some(row) = self.row {
                write!(f, ":{row}")?;
            }
            if let Some(column) = &self.column {
                write!(f, " ({column})")?;
            }
        }
        Ok(())
    }
}

/// How many findings there are of each code.
pub fn count_by_code(findings: &[Finding]) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for finding in findings {
        *counts.entry(finding.code.to_string()).or_default() += 1;
    }
    counts
}
