//! Budgets, planned disbursements, transactions, and what reporting to the OECD adds.

use super::Type::{Boolean, Date, Decimal, Text, Uri};
use super::{
    AID_TYPE, CODE, DAY, NARRATIVE, NARRATIVES, PLAIN_DECIMAL, PLAIN_TEXT, PROVIDER, RECEIVER, Rule, VALUE, any, holds,
    may, maybe, needs, one, text,
};

pub(super) static BUDGET: Rule = holds(
    &[one("period-start", &DAY), one("period-end", &DAY), one("value", &VALUE)],
    &[may("type", Text), may("status", Text)],
);

pub(super) static PLANNED_DISBURSEMENT: Rule = holds(
    &[
        one("period-start", &DAY),
        maybe("period-end", &DAY),
        one("value", &VALUE),
        maybe("provider-org", &PROVIDER),
        maybe("receiver-org", &RECEIVER),
    ],
    &[may("type", Text)],
);

pub(super) static TRANSACTION: Rule = holds(
    &[
        one("transaction-type", &CODE),
        one("transaction-date", &DAY),
        one("value", &VALUE),
        maybe("description", &NARRATIVES),
        maybe("provider-org", &PROVIDER),
        maybe("receiver-org", &RECEIVER),
        maybe("disbursement-channel", &CODE),
        any("sector", &SECTOR),
        maybe("recipient-country", &RECIPIENT_COUNTRY),
        maybe("recipient-region", &RECIPIENT_REGION),
        maybe("flow-type", &CODE),
        maybe("finance-type", &CODE),
        any("aid-type", &AID_TYPE),
        maybe("tied-status", &CODE),
    ],
    &[may("ref", Text), may("humanitarian", Boolean)],
);

static SECTOR: Rule =
    holds(&[any("narrative", &NARRATIVE)], &[may("vocabulary", Text), may("vocabulary-uri", Uri), needs("code", Text)]);

static RECIPIENT_COUNTRY: Rule = holds(&[any("narrative", &NARRATIVE)], &[needs("code", Text)]);

static RECIPIENT_REGION: Rule =
    holds(&[any("narrative", &NARRATIVE)], &[needs("code", Text), may("vocabulary", Text), may("vocabulary-uri", Uri)]);

pub(super) static CRS_ADD: Rule = holds(
    &[
        any("other-flags", &OTHER_FLAGS),
        maybe("loan-terms", &LOAN_TERMS),
        maybe("loan-status", &LOAN_STATUS),
        maybe("channel-code", &PLAIN_TEXT),
    ],
    &[],
);

static OTHER_FLAGS: Rule = holds(&[], &[needs("code", Text), needs("significance", Boolean)]);

static LOAN_TERMS: Rule = holds(
    &[
        maybe("repayment-type", &CODE),
        maybe("repayment-plan", &CODE),
        maybe("commitment-date", &DAY),
        maybe("repayment-first-date", &DAY),
        maybe("repayment-final-date", &DAY),
    ],
    &[may("rate-1", Decimal), may("rate-2", Decimal)],
);

static LOAN_STATUS: Rule = holds(
    &[
        maybe("interest-received", &PLAIN_DECIMAL),
        maybe("principal-outstanding", &PLAIN_DECIMAL),
        maybe("principal-arrears", &PLAIN_DECIMAL),
        maybe("interest-arrears", &PLAIN_DECIMAL),
    ],
    &[needs("year", Decimal), may("currency", Text), needs("value-date", Date)],
);

pub(super) static FSS: Rule = holds(
    &[any("forecast", &FORECAST)],
    &[needs("extraction-date", Date), may("priority", Boolean), may("phaseout-year", Decimal)],
);

static FORECAST: Rule = text(Decimal, &[needs("year", Decimal), may("currency", Text), may("value-date", Date)]);
