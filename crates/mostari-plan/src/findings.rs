//! Every code that planning can report. Codes are stable; `docs/findings/plan.md` has a heading for each.

use mostari_model::finding_cards;

finding_cards! {
    PEOPLE_UNKNOWN = "PLN-001" Warning "nobody knows how many people live in an area, so that nothing is proposed there for them",
        "add a population table that covers the area";
    FACILITY_NEVER_RECORDED = "PLN-002" Warning "no facility of a kind is recorded anywhere, so that too few cannot be told from not counted",
        "add a facilities file with this kind, or take the kind out of the catalogue";
    FACILITY_NOT_IN_A_LEAF = "PLN-003" Warning "a facility is in no smallest area, so that it counts nowhere",
        "give it a point or the code of a smallest area";
    HAZARD_NOT_USED = "PLN-004" Warning "a suspected or confirmed hazard has no polygon, or lies in no area, and calls for no project",
        "ask the mine action centre for its polygon; the hazard itself stays in the record";
    HAZARD_PEOPLE_ESTIMATED = "PLN-005" Note "the people near hazards are taken from the whole area, as no settlement there has a count",
        "add settlements with people";
    INDICATOR_UNKNOWN = "PLN-006" Warning "an indicator that the catalogue asks for is not in the assessment, or unknown in an area",
        "list the indicators with `mostari list`, and add the data that it needs";
    PROPOSAL_CLOSED = "PLN-007" Note "a proposal is completed or cancelled and no candidate",
        "nothing to do, unless its status is wrong";
    PROPOSAL_INCOMPLETE = "PLN-008" Error "a proposal lacks what a plan needs, and its kind does not say it",
        "complete the OC4IDS file, or give the proposal a kind of the catalogue";
    PROPOSAL_COMPLETED = "PLN-009" Note "what a proposal does not say was taken from its kind in the catalogue",
        "state it in the OC4IDS file if it is otherwise";
    PROPOSAL_CURRENCY = "PLN-010" Error "a proposal has its budget in another currency than the catalogue",
        "state the budget in the catalogue's currency; no exchange rate is guessed";
    PROPOSAL_TWICE = "PLN-011" Error "a project id stands twice; the later one is not used",
        "give each project its own id";
    PROPOSAL_SPREAD = "PLN-012" Note "a budget has no spread; 20 % less and more is assumed",
        "give the proposal a kind of the catalogue, whose spread is then used";
    PROPOSAL_KIND_UNKNOWN = "PLN-013" Warning "a proposal names a kind that is not in the catalogue",
        "add the kind to the catalogue, or correct the proposal";
    PROPOSAL_WORK_UNKNOWN = "PLN-014" Warning "nothing says which weeks of work a proposal takes; none are planned",
        "give the proposal a kind of the catalogue";
    SEVERITY_ASSUMED = "PLN-015" Note "nothing says how severe the need is that a proposal answers; the least is assumed",
        "add a needs table that covers its area";
    INSECURITY_ASSUMED = "PLN-016" Warning "recent insecurity of an area is unknown; the median of the known areas is assumed",
        "add events that cover the last twelve months, and a population table";
    NOT_IN_PROBLEM = "PLN-017" Error "a candidate cannot be planned and was left out",
        "see the message; the candidate itself is unchanged";
    NOTHING_PROPOSED = "PLN-018" Note "a kind of the catalogue gave rise to no project",
        "nothing to do, unless you expected one";
    WORD_UNKNOWN = "PLN-019" Warning "an earmark or caveat names a sector or kind that no candidate has",
        "check the spelling in `means.toml`; `mostari list projects DIR` shows the kinds";
    CONVOY_COUNT_UNKNOWN = "PLN-020" Warning "people that convoys are to serve are not counted in an area, so that nothing is brought there for them",
        "add data that count them, or state a `[[demand]]` of the area";
    CONVOY_NOTHING_WANTED = "PLN-021" Warning "a `[[demand_from]]` asks for nothing anywhere",
        "check the indicator, its part and the share; `mostari assess DIR --json` shows what is counted";
    SITES_PEOPLE_UNKNOWN = "PLN-022" Warning "nobody knows how many people live in an area, or where it lies, so that sites are chosen without them",
        "add a population table and boundaries that cover the area";
    SITES_NOT_IN_A_LEAF = "PLN-023" Warning "a facility is in no smallest area, so that it does not count as standing",
        "give it a point or the code of a smallest area";
    PRESENCE_WEIGHT_ASSUMED = "PLN-024" Warning "what an area weighs for presence is unknown; the median of the known areas is assumed",
        "add data that cover the area, or weigh by another indicator with `--weigh`";
    PRESENCE_POSTS_CUT = "PLN-025" Note "teams are placed in the areas of most weight only",
        "name the areas in which teams can stand with `--post`";
}
