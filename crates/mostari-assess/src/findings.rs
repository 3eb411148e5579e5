//! Every code that the engine can report. Codes are stable; `docs/findings/assess.md` has a heading for each.

use mostari_model::{Finding, finding_cards};

finding_cards! {
    UNKNOWN_INDICATOR = "ASM-001" Error "No indicator has this id",
        "list the ids with `mostari list indicators`";
    WITHOUT_AREA = "ASM-002" Error "Rows without an area are not counted anywhere",
        "settle the places that `mostari findings` asks about, or add the boundaries of the areas";
    WITHOUT_DATE = "ASM-003" Error "A row without a date belongs to no period",
        "give the row a date in the file, and add the file again";
    AFTER_AS_OF = "ASM-004" Note "Rows dated after the day of the assessment are not used",
        "choose a later day with `--as-of` to use them";
    WINDOW_NOT_COVERED = "ASM-005" Warning "The event data do not cover the twelve months of the assessment",
        "add newer event data, or choose an earlier day with `--as-of`";
    OTHER_EVENT_SOURCE = "ASM-006" Warning "Events of another source are not added to these",
        "two sources report the same events under different ids; leave one of them out if the other suits better";
    EVENT_TWICE = "ASM-007" Note "Events that stand in several datasets are counted once",
        "nothing: the dataset that was added last is used";
    WITHOUT_NEIGHBOUR = "ASM-008" Note "An area touches no other area: no cluster can be told there",
        "check the boundary file if the area is no island";
    HAZARD_WITHOUT_SURFACE = "ASM-009" Warning "Hazard features without a surface are in no hazard share",
        "ask the publisher for the polygons; a feature without a place could lie anywhere";
    WORD_NOT_KNOWN = "ASM-010" Error "A word of the file is not one that this indicator knows",
        "compare it with the words in `docs/indicators.md`; the rows are not used";
    ROWS_DISAGREE = "ASM-011" Warning "Rows about the same thing give different numbers",
        "see which row is meant; the largest is used and the smallest is shown as the lower bound";
    CHECK_DIFFERS = "ASM-012" Warning "A stated figure and its cross-check differ",
        "see which of the two is meant; the stated figure is used";
    EARLIER_ROUND = "ASM-013" Note "Earlier rounds of an assessment are not used",
        "nothing: only the latest round of an operation is current";
    WITHOUT_FIGURE = "ASM-014" Error "A row without the figure that it is about is not used",
        "give the figure in the file, and add the file again; an empty cell is unknown, not 0";
    OVERLAPPING_GROUPS = "ASM-015" Note "Rows about groups of people are not added, because groups may overlap",
        "nothing, if the file also has a row for everybody; else ask the publisher for one";
}

/// Sorted by code, file, row, and each kept once: the order of threads and of rows leaves no trace.
pub(crate) fn ordered(mut findings: Vec<Finding>) -> Vec<Finding> {
    let key = |f: &Finding| (f.code.to_string(), f.file.clone(), f.row, f.column.clone(), f.message.clone());
    findings.sort_by_cached_key(key);
    findings.dedup();
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_rise_and_each_has_its_heading_in_the_docs() {
        let docs = include_str!("../../../docs/findings/assess.md");
        for (i, card) in FINDINGS.iter().enumerate() {
            assert_eq!(card.code, format!("ASM-{:03}", i + 1));
            assert!(docs.contains(&format!("## {} {}\n", card.code, card.title)), "{} has no heading", card.code);
        }
    }
}
