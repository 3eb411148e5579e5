//! What the ledger can refuse, find in aid activities, and find in an audit; `docs/findings/funds.md` has a heading for each.

use mostari_model::finding_cards;

const AUDIT: &str = "compare the ledger with a copy or a mirror, and replay the record from its entries";

finding_cards! {
    EXISTS_DIFFERENT = "FND-001" Error "The id was used for another statement",
        "give each statement an id of its own; repeat one only word for word";
    OUT_OF_ORDER = "FND-002" Error "The entry is out of order",
        "apply entries in the order of the record";
    UNIT_UNKNOWN = "FND-003" Error "The unit was not opened",
        "open the unit first, with its digits";
    SCALE_WRONG = "FND-004" Error "The unit has another scale",
        "a currency has the digits of ISO 4217; goods and work have at most 9";
    ACCOUNT_UNKNOWN = "FND-005" Error "The account was not opened",
        "open the account first";
    DECLARED_DIFFERENTLY = "FND-006" Error "It was stated before, and differently",
        "units, accounts, areas and grant lines never change; choose another id";
    AMOUNT_WRONG = "FND-007" Error "The amount is none",
        "state a whole number of smallest parts above 0; swap the accounts to take something back";
    OVERFLOW = "FND-008" Error "A total would be too large",
        "look for an amount in the wrong unit; then use another account";
    WRONG_UNIT = "FND-009" Error "The two sides count different things",
        "use an exchange with a stated rate between units";
    INSUFFICIENT_FUNDS = "FND-010" Error "Too little is there",
        "move less, or void what is reserved";
    EARMARK_FORBIDS = "FND-011" Error "The earmarks forbid this use",
        "ask the donor, or state why a soft earmark is departed from";
    PERIOD_CLOSED = "FND-012" Error "The period is closed",
        "open the period in which it is to be booked";
    PERIOD_WRONG = "FND-013" Error "The period does not fit the others",
        "periods do not overlap; close one exactly as it was opened";
    SAME_SIGNER = "FND-014" Error "Four eyes are two",
        "let somebody else approve it";
    NOT_APPROVED = "FND-015" Error "The second signature is missing",
        "let somebody else approve it first";
    SAME_PARTY = "FND-016" Error "Another party must approve it",
        "a grant line is exceeded only with the signature of a second party";
    GRANT_EXCEEDED = "FND-017" Error "The grant line would be exceeded",
        "record the pledge, commitment or disbursement that it rests on, or state an override";
    GRANT_UNKNOWN = "FND-018" Error "There is no such grant line",
        "open the grant line first, and give the movement its type";
    TAKEN_BACK_TOO_MUCH = "FND-019" Error "More is taken back than was brought",
        "take back at most what the grant line was brought";
    BUDGET_EXCEEDED = "FND-020" Error "The parts exceed the whole",
        "raise the budget above, or lower its parts";
    BUDGET_WRONG = "FND-021" Error "The budget cannot stand there",
        "state the budget above it first, and the rate into its unit";
    NOT_WAITING = "FND-022" Error "Nothing waits under this id",
        "it was posted, voided or has expired; state it anew";
    PART_WRONG = "FND-023" Error "It cannot be posted in this part",
        "post all of it, or at most the amount of its only move";
    NOT_REVERSIBLE = "FND-024" Error "There is nothing to reverse",
        "name the transfer that moved something; a reversal itself is not reversed";
    ALREADY_REVERSED = "FND-025" Error "It was reversed before",
        "state a new transfer";
    RATE_WRONG = "FND-026" Error "The rate does not give the amount",
        "state the rate that the bank used, and its fee as a move of its own";
    KIND_WRONG = "FND-027" Error "The account is not for such a movement",
        "look at the kinds of both accounts";
    PAYEE_BLOCKED = "FND-028" Error "The payee may not be paid",
        "let another party release it, with the reason";
    OWN_STANDING = "FND-029" Error "A payee speaks of its own standing",
        "let another party state it";
    DISPATCH_UNKNOWN = "FND-030" Error "There is no such dispatch",
        "name the entry that sent the goods";
    DELIVERER_WRONG = "FND-031" Error "The deliverer cannot confirm",
        "the deliverer reports, another party confirms";
    MORE_THAN_DISPATCHED = "FND-032" Error "More than is on the way",
        "count again; what came from elsewhere belongs to another dispatch";
    ANOTHER_HOME = "FND-033" Error "The account is at home in another log",
        "spend from the account that was escrowed to this node";
    TOTAL_WRONG = "FND-034" Error "The stated total is another one",
        "state the sums that the ledger gives";
    AID_DIFFERS = "FND-035" Error "The movement differs from the reported transaction",
        "take amount, type and currency from the transaction";
    PURPOSE_MISSING = "FND-036" Error "The use is not stated",
        "state sector, area and purpose";
    EMPTY = "FND-037" Error "Something that must be stated is missing",
        "state it";
    SAME_ACCOUNT = "FND-038" Error "Both sides are the same account",
        "name the account that gets";
    AREA_CIRCLE = "FND-039" Error "An area would lie in itself",
        "state the area that it lies in";
    EXPIRY_PASSED = "FND-040" Error "The last day is past",
        "state a day to come";
    AID_ZERO = "FND-101" Warning "A transaction of nothing was not posted",
        "ask the publisher what it stands for";
    AID_TWICE = "FND-102" Error "Two activities have the same identifier",
        "the first was used; take the other out, or its publisher's mistake";
    AID_NAMELESS = "FND-103" Error "An activity has no identifier",
        "nothing can be counted under it; ask the publisher";
    AID_UNSUPPORTED = "FND-104" Warning "More goes out than was committed or came in",
        "ask the publisher for the transactions that are missing";
    AID_TOO_LARGE = "FND-105" Error "An amount does not fit",
        "ask the publisher; it is larger than 63 bits of cents";
    NOT_FOR_THIS_READER = "FND-106" Note "Postings were left out that the reader may not see",
        "ask their owners for a release";
    NOT_MONEY = "FND-107" Note "Postings of goods or work are not published as money",
        "publish them with the project";
    DEBITS_DIFFER = "FND-201" Error "Debits and credits differ", AUDIT;
    AMOUNT_NOT_WHOLE = "FND-202" Error "An amount or a scale is not as it must be", AUDIT;
    UNITS_MIXED = "FND-203" Error "Units were mixed, or a rate was not kept", AUDIT;
    GRANT_ORDER = "FND-204" Error "A grant line spends more than the step above it", AUDIT;
    BELOW_ZERO = "FND-205" Error "A controlled account fell below zero", AUDIT;
    EARMARK_BROKEN = "FND-206" Error "A lot was used against its earmark, out of order, or not conserved", AUDIT;
    BUDGET_BROKEN = "FND-207" Error "The parts of a budget exceed it", AUDIT;
    ID_TWICE = "FND-208" Error "An id stands for two things", AUDIT;
    HISTORY_CHANGED = "FND-209" Error "An entry was changed, lost, or reversed twice", AUDIT;
    BOOKED_CLOSED = "FND-210" Error "Something was booked in a closed period", AUDIT;
    TWO_EYES = "FND-211" Error "A movement lacks its second signature", AUDIT;
    DELIVERY_BROKEN = "FND-212" Error "A delivery was confirmed by its deliverer, or exceeds its dispatch", AUDIT;
    FLOW_UNMATCHED = "FND-213" Error "A flow is unmatched and nobody said so",
        "publish the discrepancy, or find the other side";
    PENDING_LEFT = "FND-214" Error "Something waits beyond its last day", AUDIT;
    PAID_BLOCKED = "FND-215" Error "A payee was paid who was not released", AUDIT;
    TOTAL_BROKEN = "FND-216" Error "A published total does not add up", AUDIT;
    FOREIGN_DEBIT = "FND-217" Error "An account was debited from another log than its home", AUDIT;
    NOT_REPLAYED = "FND-218" Error "The entries do not give this state", AUDIT;
}
