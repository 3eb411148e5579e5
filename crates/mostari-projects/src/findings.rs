//! Every code of this crate. Codes are stable; `docs/findings/projects.md` has a heading for each.

use mostari_model::finding_cards;

finding_cards! {
    STEP = "PRJ-001" Error "a project cannot take this step from where it stands", "look at the project's history; state the steps that are missing first";
    UNKNOWN = "PRJ-002" Error "names something that nobody stated", "check the id; state the thing first, or wait for the log that states it";
    TAKEN = "PRJ-003" Error "the id is taken", "give the new thing an id of its own";
    SAME_PLACE = "PRJ-004" Error "one log says two things at one place", "ask the log's owner; nothing of that place is used until one of them is withdrawn from sync";
    INCOMPLETE = "PRJ-005" Error "a statement lacks what it must say", "state it again, complete";
    TOO_LARGE = "PRJ-006" Error "an amount is beyond anything real", "check the unit and the digits";
    SELF_CONFIRMED = "PRJ-010" Error "who delivered or reported cannot confirm", "let the receiver or an independent visitor state it";
    NOT_VISITED = "PRJ-011" Error "verified without having been there", "state the visit first, by the same party, to the same project";
    GOODS_DIFFER = "PRJ-012" Error "speaks of other goods than the delivery", "use the item and the unit of the delivery's report";
    AMOUNTS_DIFFER = "PRJ-013" Warning "parties state different amounts of one delivery", "ask both; each stays in its own column";
    UNSIGNED = "PRJ-020" Error "the owner has not signed the handover", "let the owner sign the entry that states the terms";
    NO_RUNNING_COST = "PRJ-021" Error "the handover states no running cost", "state what it costs to run for a year";
    NO_BUDGET_LINE = "PRJ-022" Error "the handover names no budget line", "name the line of the owner's budget that pays for the running cost";
    NO_ASSETS = "PRJ-023" Error "the handover lists no assets", "list what changes hands";
    NO_DEFECTS = "PRJ-024" Error "the handover has no list of defects", "list them; an empty list says that somebody looked and found none";
    NO_TRAINING = "PRJ-025" Error "the handover does not speak of training", "state who was trained in what; an empty list says that none was needed";
    NOT_OWNER = "PRJ-026" Error "somebody else than the owner signs", "only the party that the terms name as owner can sign them";
    CHECK_EARLY = "PRJ-027" Error "a check before its day", "state it as a visit; the check counts from the day that it is due";
    FORCED_TRANSFER = "PRJ-028" Warning "left to an owner who did not sign", "bring terms that the owner can sign; the checks are due all the same";
    CHECK_OVERDUE = "PRJ-029" Warning "nobody has looked whether it works", "visit it and state the check";
    CONFLICT = "PRJ-030" Warning "two values of one field stand against each other", "decide between them and say why; both stay in the history";
    NO_CONFLICT = "PRJ-031" Error "decides or states a conflict that is none", "name all values of the field that stand against each other, at least two";
    RESTATES_NOTHING = "PRJ-040" Error "replaces a figure that does not stand", "name the figure as it stands, with its month and both of its parts";
    DRIFT = "PRJ-041" Warning "a denominator changed and nobody says why", "restate the figure with the old and the new denominator and the reason";
    ASSET_PAST_END = "PRJ-050" Warning "a military asset is in use past its end", "state that the use has ended, or ask again with a new end";
    PLACE_MISSING = "PRJ-060" Warning "nobody says where the project is", "ask for coordinates, with the way they were found and the day";
    OUTSIDE_COUNTRY = "PRJ-061" Warning "the claimed place lies outside the country", "check sign, order and digits of the coordinates; go there before money moves";
    OUTSIDE_AREA = "PRJ-062" Warning "the claimed place lies outside the stated area", "check which of the two is wrong; go there before money moves";
    PLACE_SHARED = "PRJ-063" Warning "several projects claim one place", "say that they share a site, or correct the coordinates";
    NO_BUILDING = "PRJ-064" Warning "no building stands near the claimed place", "go there, or look at a recent image, before money moves";
    NOT_TOLD_APART = "PRJ-065" Warning "several buildings stand near the claimed place", "a visit with a position settles which one it is";
    PLACE_NOT_ASKED = "PRJ-066" Note "a rule about the place could not be asked", "add boundaries, buildings or the stated area; nothing is taken as true or false until then";
    PLACE_INVALID = "PRJ-067" Error "coordinates are no place on the globe", "longitude is -180 to 180 and latitude -90 to 90, in degrees";
    PAID_IN_DOUBT = "PRJ-068" Warning "money moved to a place in doubt", "settle where the project is before more is paid";
    PLACES_DIFFER = "PRJ-069" Warning "claims of one project's place lie far apart", "find out which one is right; all stay in the history";
    NOTHING_TO_TRACE = "PRJ-070" Error "nothing has this id", "check the id; `trace` takes that of a need, nomination, project, fund, payment, delivery, visit, handover or entry";
    NO_NEED = "PRJ-071" Warning "a project answers no stated need", "state the need and nominate with it";
    NO_FUND = "PRJ-072" Warning "a project at work has no fund", "state which fund stands behind it";
    NO_DELIVERY = "PRJ-073" Warning "a payment with no delivery", "state what was paid for; until then nobody can see what the money did";
    NO_PAYMENT = "PRJ-074" Warning "a delivery with no payment", "state the payment, or that none is due";
    ORPHAN = "PRJ-075" Warning "money that belongs to no project", "say which project the payment was for";
    NOT_CONFIRMED = "PRJ-076" Warning "a delivery that nobody else has confirmed", "ask the receiver";
    NOT_VERIFIED = "PRJ-077" Warning "a delivery that nobody has seen", "plan a visit";
    PAID_UNCONFIRMED = "PRJ-078" Warning "paid before anybody confirmed the delivery", "ask the receiver; say why it was paid";
    NOT_IN_LEDGER = "PRJ-079" Warning "a payment that the ledger does not know", "check the payment's id; the ledger decides about money";
    LEDGER_DIFFERS = "PRJ-080" Warning "the ledger states another amount for a payment", "the ledger decides about money; correct the statement";
    NO_HANDOVER = "PRJ-081" Warning "a finished project without a handover", "prepare the terms and let the owner sign";
}
