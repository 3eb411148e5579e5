//! The file, the activity, and its smaller parts.

use super::Type::{Boolean, Date, DateTime, Decimal, Int, NonNegative, Text, Token, Uri};
use super::money::{BUDGET, CRS_ADD, FSS, PLANNED_DISBURSEMENT, TRANSACTION};
use super::result::RESULT;
use super::{
    AID_TYPE, CODE, DOCUMENT_LINK, NARRATIVE, NARRATIVES, PLAIN_TEXT, Rule, any, closed, holds, may, maybe, needs, one,
    some, text,
};

/// The element `iati-activities`.
pub(in crate::iati) static ROOT: Rule = holds(
    &[some("iati-activity", &ACTIVITY)],
    &[needs("version", Text), may("generated-datetime", DateTime), may("linked-data-default", Uri)],
);

static ACTIVITY: Rule = holds(
    &[
        one("iati-identifier", &IDENTIFIER),
        one("reporting-org", &REPORTING_ORG),
        one("title", &NARRATIVES),
        some("description", &DESCRIPTION),
        some("participating-org", &PARTICIPATING_ORG),
        any("other-identifier", &OTHER_IDENTIFIER),
        one("activity-status", &CODE),
        some("activity-date", &ACTIVITY_DATE),
        any("contact-info", &CONTACT_INFO),
        maybe("activity-scope", &CODE),
        any("recipient-country", &RECIPIENT_COUNTRY),
        any("recipient-region", &RECIPIENT_REGION),
        any("location", &LOCATION),
        any("sector", &SECTOR),
        any("tag", &TAG),
        maybe("country-budget-items", &COUNTRY_BUDGET_ITEMS),
        any("humanitarian-scope", &HUMANITARIAN_SCOPE),
        any("policy-marker", &POLICY_MARKER),
        maybe("collaboration-type", &CODE),
        maybe("default-flow-type", &CODE),
        maybe("default-finance-type", &CODE),
        any("default-aid-type", &AID_TYPE),
        maybe("default-tied-status", &CODE),
        any("budget", &BUDGET),
        any("planned-disbursement", &PLANNED_DISBURSEMENT),
        maybe("capital-spend", &CAPITAL_SPEND),
        any("transaction", &TRANSACTION),
        any("document-link", &DOCUMENT_LINK),
        any("related-activity", &RELATED_ACTIVITY),
        any("legacy-data", &LEGACY_DATA),
        maybe("conditions", &CONDITIONS),
        any("result", &RESULT),
        maybe("crs-add", &CRS_ADD),
        maybe("fss", &FSS),
    ],
    &[
        may("last-updated-datetime", DateTime),
        may("default-currency", Text),
        may("humanitarian", Boolean),
        may("hierarchy", Int),
        may("linked-data-uri", Uri),
        may("budget-not-provided", Text),
    ],
);

static IDENTIFIER: Rule = text(Text, &[]);

static REPORTING_ORG: Rule = holds(
    &[some("narrative", &NARRATIVE)],
    &[needs("ref", Text), needs("type", Text), may("secondary-reporter", Boolean)],
);

static DESCRIPTION: Rule = holds(&[some("narrative", &NARRATIVE)], &[may("type", Text)]);

static PARTICIPATING_ORG: Rule = holds(
    &[any("narrative", &NARRATIVE)],
    &[
        may("ref", Text),
        may("type", Text),
        needs("role", Text),
        may("activity-id", Text),
        may("crs-channel-code", Text),
    ],
);

static OTHER_IDENTIFIER: Rule = holds(&[maybe("owner-org", &OWNER_ORG)], &[needs("ref", Text), needs("type", Text)]);

static OWNER_ORG: Rule = holds(&[any("narrative", &NARRATIVE)], &[may("ref", Text)]);

static ACTIVITY_DATE: Rule = holds(&[any("narrative", &NARRATIVE)], &[needs("type", Text), needs("iso-date", Date)]);

static CONTACT_INFO: Rule = holds(
    &[
        maybe("organisation", &NARRATIVES),
        maybe("department", &NARRATIVES),
        maybe("person-name", &NARRATIVES),
        maybe("job-title", &NARRATIVES),
        any("telephone", &CONTACT_TEXT),
        any("email", &CONTACT_TEXT),
        any("website", &WEBSITE),
        any("mailing-address", &NARRATIVES),
    ],
    &[may("type", Text)],
);

static CONTACT_TEXT: Rule = text(Text, &[]);

static WEBSITE: Rule = text(Uri, &[]);

static RECIPIENT_COUNTRY: Rule =
    holds(&[any("narrative", &NARRATIVE)], &[needs("code", Text), may("percentage", Decimal)]);

static RECIPIENT_REGION: Rule = holds(
    &[any("narrative", &NARRATIVE)],
    &[needs("code", Text), may("vocabulary", Text), may("vocabulary-uri", Uri), may("percentage", Decimal)],
);

static LOCATION: Rule = holds(
    &[
        maybe("location-reach", &CODE),
        any("location-id", &LOCATION_ID),
        maybe("name", &NARRATIVES),
        maybe("description", &NARRATIVES),
        maybe("activity-description", &NARRATIVES),
        any("administrative", &ADMINISTRATIVE),
        maybe("point", &POINT),
        maybe("exactness", &CODE),
        maybe("location-class", &CODE),
        maybe("feature-designation", &CODE),
    ],
    &[may("ref", Text)],
);

static LOCATION_ID: Rule = holds(&[], &[needs("code", Text), needs("vocabulary", Text)]);

static ADMINISTRATIVE: Rule = holds(&[], &[needs("code", Text), needs("vocabulary", Text), may("level", NonNegative)]);

static POINT: Rule = holds(&[one("pos", &PLAIN_TEXT)], &[needs("srsName", Text)]);

static SECTOR: Rule = holds(
    &[any("narrative", &NARRATIVE)],
    &[may("vocabulary", Text), may("vocabulary-uri", Uri), needs("code", Text), may("percentage", Decimal)],
);

static TAG: Rule = holds(
    &[any("narrative", &NARRATIVE)],
    &[needs("code", Text), needs("vocabulary", Text), may("vocabulary-uri", Uri)],
);

static COUNTRY_BUDGET_ITEMS: Rule = holds(&[some("budget-item", &BUDGET_ITEM)], &[needs("vocabulary", Text)]);

static BUDGET_ITEM: Rule =
    holds(&[maybe("description", &NARRATIVES)], &[needs("code", Text), may("percentage", Decimal)]);

static HUMANITARIAN_SCOPE: Rule = holds(
    &[any("narrative", &NARRATIVE)],
    &[needs("type", Text), needs("vocabulary", Text), may("vocabulary-uri", Uri), needs("code", Text)],
);

static POLICY_MARKER: Rule = holds(
    &[any("narrative", &NARRATIVE)],
    &[may("vocabulary", Text), may("vocabulary-uri", Uri), needs("code", Text), may("significance", Text)],
);

static CAPITAL_SPEND: Rule = holds(&[], &[needs("percentage", Decimal)]);

static RELATED_ACTIVITY: Rule = closed(holds(&[], &[needs("ref", Text), needs("type", Text)]));

static LEGACY_DATA: Rule =
    closed(holds(&[], &[needs("name", Text), needs("value", Text), may("iati-equivalent", Token)]));

static CONDITIONS: Rule = holds(&[any("condition", &CONDITION)], &[needs("attached", Boolean)]);

static CONDITION: Rule = closed(holds(&[some("narrative", &NARRATIVE)], &[needs("type", Text)]));
