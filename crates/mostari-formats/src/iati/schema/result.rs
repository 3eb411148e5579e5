//! Results with their indicators.

use super::Type::{Boolean, Date, Positive, Text, Uri};
use super::{DAY, DOCUMENT_LINK, NARRATIVES, Rule, any, closed, holds, may, maybe, needs, one, some};

pub(super) static RESULT: Rule = holds(
    &[
        one("title", &NARRATIVES),
        maybe("description", &NARRATIVES),
        any("document-link", &DOCUMENT_LINK),
        any("reference", &REFERENCE),
        some("indicator", &INDICATOR),
    ],
    &[needs("type", Text), may("aggregation-status", Boolean)],
);

static REFERENCE: Rule = holds(&[], &[needs("code", Text), needs("vocabulary", Text), may("vocabulary-uri", Uri)]);

static INDICATOR: Rule = holds(
    &[
        one("title", &NARRATIVES),
        maybe("description", &NARRATIVES),
        any("document-link", &DOCUMENT_LINK),
        any("reference", &INDICATOR_REFERENCE),
        any("baseline", &BASELINE),
        any("period", &PERIOD),
    ],
    &[needs("measure", Text), may("ascending", Boolean), may("aggregation-status", Boolean)],
);

static INDICATOR_REFERENCE: Rule =
    holds(&[], &[needs("vocabulary", Text), needs("code", Text), may("indicator-uri", Uri)]);

static BASELINE: Rule = holds(
    &[
        any("location", &PLACE),
        any("dimension", &DIMENSION),
        any("document-link", &DOCUMENT_LINK),
        maybe("comment", &NARRATIVES),
    ],
    &[may("iso-date", Date), needs("year", Positive), may("value", Text)],
);

static PERIOD: Rule = holds(
    &[one("period-start", &DAY), one("period-end", &DAY), any("target", &MEASURED), any("actual", &MEASURED)],
    &[],
);

/// A target or what was reached.
static MEASURED: Rule = closed(holds(
    &[
        any("location", &PLACE),
        any("dimension", &DIMENSION),
        maybe("comment", &NARRATIVES),
        any("document-link", &DOCUMENT_LINK),
    ],
    &[may("value", Text)],
));

static PLACE: Rule = holds(&[], &[may("ref", Text)]);

static DIMENSION: Rule = holds(&[], &[may("name", Text), may("value", Text)]);
