//! Findings of aid activities (IATI), from `AID-001`; of writing them and project packages, from `AID-060`.

use mostari_model::finding_cards;

finding_cards! {
    NOT_ACTIVITIES = "AID-001" Error "the file holds no IATI activities",
        "deliver the activities file; an organisations file holds budgets but no activities";
    OTHER_VERSION = "AID-002" Warning "the file does not say that it is IATI 2.0x",
        "write `version=\"2.03\"`; the file was read by the rules of 2.03";
    OLD_VERSION = "AID-003" Error "the file is IATI 1.0x",
        "ask the publisher for version 2.03: version 1.0x names and nests its elements in other ways, so nothing was used";
    UNKNOWN_ELEMENT = "AID-004" Warning "an element that IATI 2.03 does not know there",
        "correct its name or put it where it belongs; it was not used";
    WRONG_ORDER = "AID-005" Warning "elements stand in the wrong order",
        "write them in the order of the schema; they were used all the same";
    TOO_OFTEN = "AID-006" Warning "an element stands there too often",
        "keep one; the first counts";
    MISSING_ELEMENT = "AID-007" Warning "an element that must be there is missing",
        "add it; what it would say counts as unknown";
    UNKNOWN_ATTRIBUTE = "AID-008" Warning "an attribute that IATI 2.03 does not know there",
        "correct its name or remove it; it was not used";
    MISSING_ATTRIBUTE = "AID-009" Warning "an attribute that must be there is missing",
        "add it; what it would say counts as unknown";
    WRONG_VALUE = "AID-010" Warning "a value is not of its type",
        "write it as the message says; it counts as unknown";
    STRAY_TEXT = "AID-011" Warning "text where none belongs",
        "put it into a `narrative`; it was not used";
    OTHER_NAMESPACE = "AID-012" Warning "the elements of IATI stand in a namespace",
        "remove the `xmlns=\"…\"`: IATI has none; the elements were read as if it were absent";
    NO_IDENTIFIER = "AID-020" Warning "an activity has no identifier",
        "give it its `iati-identifier`; without one its money cannot be counted once";
    IDENTIFIER_TWICE = "AID-021" Warning "an activity identifier stands twice",
        "ask the publisher which is meant; both are kept, and their money must not be added";
    UNKNOWN_CODE = "AID-022" Warning "a code is not in its code list",
        "use a code of the list that the message names; it counts as unknown where we need its meaning";
    WITHDRAWN_CODE = "AID-023" Note "a code was withdrawn from its list",
        "nothing to do for past years; use its successor from now on";
    BAD_KIND = "AID-024" Warning "a transaction has no type that we know",
        "use a code of `TransactionType`, 1 to 13; the transaction was not used";
    NO_DATE = "AID-025" Warning "a transaction has no date",
        "write `transaction-date` as 2024-06-30; the transaction was not used";
    BAD_AMOUNT = "AID-026" Warning "the amount of a transaction is not a number",
        "write amounts as -1250.50, without groups and currency signs; the transaction was not used";
    TOO_FINE = "AID-027" Warning "an amount does not fit into the minor unit of its currency",
        "round at the source: nothing is rounded here; the transaction was not used";
    NO_CURRENCY = "AID-028" Warning "an amount has no currency",
        "write `currency` at the value or `default-currency` at the activity; the transaction was not used";
    NOT_HUNDRED = "AID-030" Warning "percentages do not add up to 100",
        "correct them for each vocabulary; they are kept as they are";
    BAD_SHARE = "AID-031" Warning "a percentage is missing, or not between 0 and 100",
        "state a percentage for each of several; it counts as unknown";
    SHARE_ROUNDED = "AID-032" Note "a percentage was rounded to two digits after the point",
        "nothing to do; shares are kept in hundredths of a per cent";
    BAD_POINT = "AID-033" Warning "a position is not usable",
        "write `latitude longitude` in degrees (EPSG:4326); the location is kept without a point";
    DATES_REVERSED = "AID-034" Warning "an activity ends before it starts",
        "check both dates; they are kept as they are";
    DATE_TWICE = "AID-035" Warning "a date of an activity stands twice",
        "state each type of date once; the first counts";
    EMPTY_TEXT = "AID-036" Warning "a title or the name of the reporting organisation is empty",
        "write it; the activity is kept without one";
    SECONDARY = "AID-037" Note "activities that somebody else reports too",
        "nothing to do: a secondary reporter repeats what another publishes, so its money is never added";
    NOT_KEPT = "AID-038" Note "parts of the file were checked but are not kept",
        "nothing to do; the original file keeps them, and persons named as contacts are never taken over";
    NOT_A_FLOW = "AID-039" Note "transactions that are neither pledge, commitment nor payment",
        "nothing to do: the fund ledger takes them, the table of flows has no column for them";
    NOT_THE_SAME = "AID-059" Warning "an activity would not come back as it is",
        "blanks around texts, empty texts and second vocabularies get lost in IATI; mend the part that is named";
    NOT_WRITABLE = "AID-060" Error "a project cannot be written as OC4IDS",
        "supply what the message names; nothing was written";
    NOT_SPENDING = "AID-061" Note "transactions that are no spending were left out of a project package",
        "nothing to do: OC4IDS lists payments only; pledges and commitments are exported as IATI";
}
