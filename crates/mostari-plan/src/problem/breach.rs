//! A rule that does not hold, as the checkers of stock, pre-positioning, presence and survey say it.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A rule that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breach {
    /// Stable code of the rule, such as `STK-R01`; each checker lists its own.
    pub code: Cow<'static, str>,
    /// What it is about: a part, a depot, an area.
    pub subject: String,
    /// What is wrong, with figures.
    pub message: String,
}

impl Breach {
    /// A breach of the rule of this code.
    pub fn new(code: &'static str, subject: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code: Cow::Borrowed(code), subject: subject.into(), message: message.into() }
    }
}
