//! Food security phases of the Integrated Food Security Phase Classification (IPC), in the long form that the
//! Humanitarian Data Exchange publishes: one row for each area, period and phase.
//!
//! The rows `all` (everybody analysed) and `3+` (crisis or worse) count people of phases 1 to 5 once more. They are
//! marked as totals, and each is compared with the phases that it should be the sum of.

use crate::{
    Fit, Probe, ReadError, Reader, Reading,
    findings::profiles as cards,
    profile::{Days, Entries, Entry, Profile},
};
use mostari_model::{About, Date, Direction, Finding, FindingCard, FoodPhase, FoodPhases, Kind, PlaceRef};
use std::collections::BTreeMap;

/// Reads IPC tables in long form.
pub(crate) struct Ipc;

static ABOUT: About = About {
    id: "ipc",
    kind: Kind::Reader,
    name: "Food security phases (IPC, Cadre Harmonisé)",
    summary: "How many people are in which phase of food insecurity, by area and period",
    unit: "people",
    range: "0 and more; phases 1 to 5",
    direction: Direction::HigherIsWorse,
    source: "IPC Technical Manual 3.1; long tables by area on the Humanitarian Data Exchange",
    method: "Read by header names; `all` and `3+` are marked as totals and checked against phases 1 to 5",
    protection: "Counts by area only",
};

/// Most people by which five rounded phases may miss their rounded total: six roundings of half a person each.
const ROUNDING_PEOPLE_MAX: i64 = 3;

const PROFILE: Profile = Profile {
    must: &[
        &["analysed", "Date of analysis", "Analysis date"],
        &["validity", "Validity period"],
        &["phase", "Phase"],
        &["people", "Number", "Population"],
        &["country", "Country"],
    ],
    may: &[
        &["country_people", "Total country population"],
        &["level1", "Level 1", "Level 1 Name"],
        &["area", "Area", "Area name"],
        &["from", "From"],
        &["to", "To"],
        &["share", "Percentage", "Share"],
    ],
};

impl Reader for Ipc {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn fits(&self, probe: &Probe<'_>) -> Fit {
        PROFILE.fit(probe)
    }

    fn read(&self, probe: &Probe<'_>) -> Result<Reading, ReadError> {
        let mut entries = PROFILE.entries(probe)?;
        let mut findings = std::mem::take(&mut entries.findings);
        let days = AnalysisDays {
            analysed: entries.days("analysed", &mut findings),
            from: entries.days("from", &mut findings),
            to: entries.days("to", &mut findings),
        };
        let mut groups = Groups::default();
        let mut table = FoodPhases::default();
        for entry in entries.iter() {
            let Some(row) = read_row(entry, &days, &mut findings) else { continue };
            if groups.add(&row, entry, &mut findings) {
                table.push(row);
            }
        }
        groups.check(&entries, &mut findings);
        Ok(Reading { tables: vec![table.into()], findings, rows: entries.count() })
    }
}

struct AnalysisDays {
    analysed: Days,
    from: Days,
    to: Days,
}

fn read_row(entry: Entry<'_>, days: &AnalysisDays, findings: &mut Vec<Finding>) -> Option<FoodPhase> {
    let Some(phase) = phase_of(entry.text("phase")) else {
        let message = format!("`{}` is no phase", entry.text("phase"));
        findings.push(entry.cell_finding(cards::BAD_PHASE, "phase", message));
        return None;
    };
    let people = entry.people("people", findings);
    let share = share_of(entry, findings);
    if people.is_none() && share.is_none() {
        findings.push(entry.finding(cards::NO_FIGURE, format!("phase {phase}: neither people nor share")));
        return None;
    }
    Some(FoodPhase {
        place: place_of(entry),
        analysed: entry.days(days.analysed, findings).map(|(first, _)| first),
        validity: entry.text("validity").to_lowercase(),
        date_start: entry.days(days.from, findings).map(|(first, _)| first),
        date_end: entry.days(days.to, findings).map(|(_, last)| last),
        phase: phase.to_owned(),
        is_total: Some(i64::from(matches!(phase, "all" | "3+"))),
        people,
        share,
        row: entry.row(),
        ..FoodPhase::default()
    })
}

fn phase_of(text: &str) -> Option<&'static str> {
    let text = text.to_lowercase();
    let word = text.strip_prefix("phase").unwrap_or(&text).trim();
    ["1", "2", "3", "4", "5", "3+", "all"].into_iter().find(|phase| *phase == word)
}

fn share_of(entry: Entry<'_>, findings: &mut Vec<Finding>) -> Option<f64> {
    let text = entry.text("share");
    let share = crate::values::number(text);
    if let Ok(share) = share
        && share.is_none_or(|share| (0.0..=1.0).contains(&share))
    {
        return share;
    }
    findings.push(entry.cell_finding(cards::BAD_SHARE, "share", format!("`{text}`")));
    None
}

/// The area; the first level where the table stops there; the country where it has no areas.
fn place_of(entry: Entry<'_>) -> PlaceRef {
    let country = entry.text("country").to_owned();
    let (level1, area) = (entry.known("level1").to_owned(), entry.known("area").to_owned());
    match (area.is_empty(), level1.is_empty()) {
        (false, _) => PlaceRef { country, name: area, parent_name: level1, ..PlaceRef::default() },
        (true, false) => PlaceRef { country, level: Some(1), name: level1, ..PlaceRef::default() },
        (true, true) => PlaceRef { country, level: Some(0), ..PlaceRef::default() },
    }
}

/// An analysis and the period that it speaks of.
type Analysis = (Option<Date>, String, Option<Date>, Option<Date>);

/// The rows of each area in each period, to be compared with their totals.
#[derive(Default)]
struct Groups(BTreeMap<(Analysis, PlaceRef), Group>);

#[derive(Default)]
struct Group {
    people: BTreeMap<String, (Option<i64>, u32)>,
    country_people: Option<i64>,
}

impl Groups {
    /// Whether the row is new; one that repeats another is reported.
    fn add(&mut self, row: &FoodPhase, entry: Entry<'_>, findings: &mut Vec<Finding>) -> bool {
        let analysis = (row.analysed, row.validity.clone(), row.date_start, row.date_end);
        let group = self.0.entry((analysis, row.place.clone())).or_default();
        if let Some((_, first)) = group.people.get(&row.phase) {
            let message = format!("{}, phase {}: see row {first}", row.place.to_words(), row.phase);
            findings.push(entry.finding(cards::ROW_TWICE, message));
            return false;
        }
        group.people.insert(row.phase.clone(), (row.people, row.row));
        group.country_people = crate::values::integer(entry.text("country_people")).ok().flatten();
        true
    }

    fn check(&self, entries: &Entries, findings: &mut Vec<Finding>) {
        let column = entries.spelled("people");
        for ((_, place), group) in &self.0 {
            let found = |card: &'static FindingCard, row: u32, message: String| {
                Finding::new(card, message).at_row(row.into()).in_column(column)
            };
            if let Some((sum, total, row)) = group.mismatch(&["1", "2", "3", "4", "5"], "all") {
                let message = format!("{}: phases 1 to 5 are {sum} people, `all` is {total}", place.to_words());
                findings.push(found(cards::PHASES_OFF_ALL, row, message));
            }
            if let Some((sum, total, row)) = group.mismatch(&["3", "4", "5"], "3+") {
                let message = format!("{}: phases 3 to 5 are {sum} people, `3+` is {total}", place.to_words());
                findings.push(found(cards::PHASES_OFF_CRISIS, row, message));
            }
        }
        self.check_countries(entries, findings);
    }

    /// Areas of one analysis should not hold more people than their country.
    fn check_countries(&self, entries: &Entries, findings: &mut Vec<Finding>) {
        let mut analyses: BTreeMap<(&Analysis, &str), (i64, i64)> = BTreeMap::new();
        for ((analysis, place), group) in &self.0 {
            let Some(((Some(people), _), country_people)) = group.people.get("all").zip(group.country_people) else {
                continue;
            };
            let sums = analyses.entry((analysis, &place.country)).or_default();
            sums.0 += people;
            sums.1 = country_people;
        }
        for (((analysed, validity, from, to), country), (sum, country_people)) in analyses {
            // Each area and the country are rounded, and sums of rounded areas drift: one in a thousand is no overlap.
            if sum - country_people > country_people / 1000 {
                let [analysed, from, to] =
                    [analysed, from, to].map(|date| date.map_or("?".to_owned(), |date| date.to_string()));
                let message = format!(
                    "{country}, analysis of {analysed}, {validity} {from} to {to}: areas hold {sum} people, the country {country_people}"
                );
                let finding = Finding::new(cards::AREAS_ABOVE_COUNTRY, message);
                findings.push(finding.in_column(entries.spelled("country_people")));
            }
        }
    }
}

impl Group {
    /// The sum of phases, the stated total and its row, where they differ by more than rounding explains.
    /// A phase without a row counts nobody; without any phase there is nothing to compare.
    fn mismatch(&self, phases: &[&str], total: &str) -> Option<(i64, i64, u32)> {
        let (stated, row) = self.people.get(total)?;
        let stated = (*stated)?;
        let known: Vec<i64> = phases.iter().filter_map(|phase| self.people.get(*phase)?.0).collect();
        let sum: i64 = known.iter().sum();
        (!known.is_empty() && (sum - stated).abs() > ROUNDING_PEOPLE_MAX).then_some((sum, stated, *row))
    }
}

#[cfg(test)]
mod tests {
    use crate::profile::testing::{codes, read_with};
    use mostari_model::Table;

    const HEADER: &str = "Date of analysis,Country,Total country population,Level 1,Area,Validity period,From,To,Phase,Number,Percentage\n";

    /// Each row as `area phase people share`, the totals in brackets; every row is of the same analysis.
    fn check(rows: &[&str], expect: &[&str], expect_codes: &[&str]) {
        let rows: String =
            rows.iter().map(|row| format!("Apr 2023,XXX,1000,A,B,current,2023-04-01,2023-08-31,{row}\n")).collect();
        let reading = read_with("ipc", &format!("{HEADER}{rows}"));
        let [Table::FoodPhases(table)] = &reading.tables[..] else { panic!("not one table of phases") };
        let said = table.iter().map(|row| {
            assert_eq!(row.analysed.unwrap().to_string(), "2023-04-01");
            assert_eq!((row.place.name.as_str(), row.place.parent_name.as_str()), ("B", "A"));
            let words = format!("{} {:?} {:?}", row.phase, row.people, row.share);
            if row.is_total == Some(1) { format!("({words})") } else { words }
        });
        assert_eq!(said.collect::<Vec<_>>(), expect);
        assert_eq!(codes(&reading), expect_codes);
    }

    #[test]
    fn all_and_three_plus_are_totals() {
        check(
            &["all,10,1.0", "3+,4,0.4", "1,6,0.6", "2,0,0", "3,4,0.4", "4,0,0", "5,0,0"],
            &[
                "(all Some(10) Some(1.0))",
                "(3+ Some(4) Some(0.4))",
                "1 Some(6) Some(0.6)",
                "2 Some(0) Some(0.0)",
                "3 Some(4) Some(0.4)",
                "4 Some(0) Some(0.0)",
                "5 Some(0) Some(0.0)",
            ],
            &[],
        );
    }

    #[test]
    fn phases_that_miss_their_totals_by_more_than_rounding_are_told() {
        let rows = ["all,100,1", "3+,50,0.5", "1,49,0.5", "3,40,0.4", "4,8,0.1"];
        let expect = [
            "(all Some(100) Some(1.0))",
            "(3+ Some(50) Some(0.5))",
            "1 Some(49) Some(0.5)",
            "3 Some(40) Some(0.4)",
            "4 Some(8) Some(0.1)",
        ];
        // 49 + 40 + 8 is 97: three people are rounding; 48 of 50 is rounding too.
        check(&rows, &expect, &[]);
        let rows = ["all,100,1", "3+,50,0.5", "1,49,0.5", "3,40,0.4"];
        let expect = &expect[..4];
        check(&rows, expect, &["ING-059", "ING-060"]);
    }

    #[test]
    fn an_area_with_more_people_than_its_country_is_told() {
        check(&["all,1002,1"], &["(all Some(1002) Some(1.0))"], &["ING-061"]);
    }

    #[test]
    fn broken_rows_are_told_one_by_one() {
        check(
            &["6,10,0.1", "2,,", "1,10,55", "1,10,0.1"],
            &["1 Some(10) None"],
            &["ING-062", "ING-050", "ING-063", "ING-051"],
        );
    }
}
