//! What the ledger can refuse, find in aid activities, and find in an audit; `docs/findings/funds.md` has a heading for each.

use mostari_model::finding_cards;

const AUDIT: &str = "pay nothing on these books yet: run `mostari verify`, and replay the entries of a copy or mirror to see where the two part";

finding_cards! {
    EXISTS_DIFFERENT = "FND-001" Error "The id was used for another statement",
        "say it word for word to repeat it, or give the new statement an id of its own";
    OUT_OF_ORDER = "FND-002" Error "The entry is out of order",
        "apply the entries in the order of their index in the record; fetch those that are missing first";
    UNIT_UNKNOWN = "FND-003" Error "The unit was not opened",
        "open the unit first, with its kind and digits; look for a typing error in its name";
    SCALE_WRONG = "FND-004" Error "The unit has another scale",
        "give a currency the digits of ISO 4217 (EUR 2, XAF 0, KWD 3); goods and work have 0 to 9";
    ACCOUNT_UNKNOWN = "FND-005" Error "The account was not opened",
        "look for a typing error in the account's id, or open the account first";
    DECLARED_DIFFERENTLY = "FND-006" Error "It was stated before, and differently",
        "what stands never changes: use it as it was opened, or open another under a new id";
    AMOUNT_WRONG = "FND-007" Error "The amount is none",
        "state a whole number above 0 of the smallest part (12.50 EUR is 1250); to take back, swap the accounts";
    OVERFLOW = "FND-008" Error "A total would be too large",
        "check the amount and its unit: so large a sum is most often a typing error; else use another account";
    WRONG_UNIT = "FND-009" Error "The two sides count different things",
        "move only between accounts of one unit; between two units state an exchange with its rate";
    INSUFFICIENT_FUNDS = "FND-010" Error "Too little is there",
        "move at most what the message says is free; what waits is reserved until it is posted or voided";
    EARMARK_FORBIDS = "FND-011" Error "The earmarks forbid this use",
        "use it for what the named lots permit, or ask their donor; from a soft earmark depart with a stated reason";
    PERIOD_CLOSED = "FND-012" Error "The period is closed",
        "open a period that contains one of the two days in the message, or ask who closed it to open it again";
    PERIOD_WRONG = "FND-013" Error "The period does not fit the others",
        "choose days that no other period has, the first before the last; close a period exactly as it was opened";
    SAME_SIGNER = "FND-014" Error "Four eyes are two",
        "let somebody with another key approve it: who made it cannot";
    NOT_APPROVED = "FND-015" Error "The second signature is missing",
        "let somebody else approve it first, then post it";
    SAME_PARTY = "FND-016" Error "Another party must approve it",
        "let somebody of another party approve it, such as the donor; a colleague is not enough";
    GRANT_EXCEEDED = "FND-017" Error "The grant line would be exceeded",
        "record the missing pledge, commitment or disbursement first, or state an override for another party to sign";
    GRANT_UNKNOWN = "FND-018" Error "There is no such grant line",
        "open the grant line first; the movement must have a type that is a pledge, commitment, disbursement or expenditure";
    TAKEN_BACK_TOO_MUCH = "FND-019" Error "More is taken back than was brought",
        "take back at most what the message says was brought; look whether it counted towards another grant line";
    BUDGET_EXCEEDED = "FND-020" Error "The parts exceed the whole",
        "raise the budget above first, or lower one of its parts";
    BUDGET_WRONG = "FND-021" Error "The budget cannot stand there",
        "state the budget above it first, with a rate if it counts another unit; no budget stands below itself";
    NOT_WAITING = "FND-022" Error "Nothing waits under this id",
        "look at what became of it: posted, voided or expired; if it is still wanted, state it anew under a new id";
    PART_WRONG = "FND-023" Error "It cannot be posted in this part",
        "post it as a whole; a part is possible only of a single move, above 0 and at most its amount";
    NOT_REVERSIBLE = "FND-024" Error "There is nothing to reverse",
        "name the transfer itself, not its approval; a dispatch or a reversal is moved back by a new transfer";
    ALREADY_REVERSED = "FND-025" Error "It was reversed before",
        "nothing is left to do; if the movement is wanted after all, state it as a new transfer";
    RATE_WRONG = "FND-026" Error "The rate does not give the amount",
        "state the rate that the bank applied, between smallest parts, and its fee as a move of its own";
    KIND_WRONG = "FND-027" Error "The account is not for such a movement",
        "choose an account whose kind takes part: words move only to words, stores and banks by dispatch and exchange";
    PAYEE_BLOCKED = "FND-028" Error "The payee may not be paid",
        "have another party state that the payee is released, with the reason; then state the payment again";
    OWN_STANDING = "FND-029" Error "A payee speaks of its own standing",
        "let another party state it: nobody releases himself";
    DISPATCH_UNKNOWN = "FND-030" Error "There is no such dispatch",
        "name the id of the entry that sent the goods; one that still waits for a signature has not sent them yet";
    DELIVERER_WRONG = "FND-031" Error "The deliverer cannot confirm",
        "let the deliverer report and anybody else confirm or state the loss";
    MORE_THAN_DISPATCHED = "FND-032" Error "More than is on the way",
        "count again; the message says how much is on the way, and what came with another dispatch belongs to that";
    ANOTHER_HOME = "FND-033" Error "The account is at home in another log",
        "state it in the log that the message names; offline, spend from what was escrowed to this node";
    TOTAL_WRONG = "FND-034" Error "The stated total is another one",
        "state the public and restricted sums of the message, or find the posting that is missing or booked on another day";
    AID_DIFFERS = "FND-035" Error "The movement differs from the reported transaction",
        "take activity, amount, sign, type and currency from the transaction; state its activity first";
    PURPOSE_MISSING = "FND-036" Error "The use is not stated",
        "state what it is used for: at least the sector or area that the earmarks ask for";
    EMPTY = "FND-037" Error "Something that must be stated is missing",
        "state what the message says is missing: a move, or a reason in words that others will read";
    SAME_ACCOUNT = "FND-038" Error "Both sides are the same account",
        "name two accounts: the one that gives and the one that gets";
    AREA_CIRCLE = "FND-039" Error "An area would lie in itself",
        "state the area above it, and correct the chain of areas in which it stands below itself";
    EXPIRY_PASSED = "FND-040" Error "The last day is past",
        "state a last day that is not before the latest day recorded";
    AID_ZERO = "FND-101" Warning "A transaction of nothing was not posted",
        "nothing was lost; ask the publisher whether an amount is missing";
    AID_TWICE = "FND-102" Error "Two activities have the same identifier",
        "the first was used; find out which is newer, and add only that file";
    AID_NAMELESS = "FND-103" Error "An activity has no identifier",
        "ask the publisher for the activity's identifier; nothing of it was posted";
    AID_UNSUPPORTED = "FND-104" Warning "More goes out than was committed or came in",
        "compare both sums with the publisher: mostly a commitment or incoming payment is missing from the file";
    AID_TOO_LARGE = "FND-105" Error "An amount does not fit",
        "look for a typing error in the amount; it was not posted";
    NOT_FOR_THIS_READER = "FND-106" Note "Postings were left out that the reader may not see",
        "this export is not complete: ask the owners of the entries for a release, or export for a reader who may see them";
    NOT_MONEY = "FND-107" Note "Postings of goods or work are not published as money",
        "IATI has only money: publish goods and work with the project's deliveries";
    NO_ACTIVITY = "FND-108" Note "Postings belong to no activity and are not published",
        "open accounts with the aid activity that they belong to; what was opened without stays unpublished";
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
        "find the entry at the other end and its reference; if there is none, publish the discrepancy";
    PENDING_LEFT = "FND-214" Error "Something waits beyond its last day", AUDIT;
    PAID_BLOCKED = "FND-215" Error "A payee was paid who was not released", AUDIT;
    TOTAL_BROKEN = "FND-216" Error "A published total does not add up", AUDIT;
    FOREIGN_DEBIT = "FND-217" Error "An account was debited from another log than its home", AUDIT;
    NOT_REPLAYED = "FND-218" Error "The entries do not give this state", AUDIT;
}
