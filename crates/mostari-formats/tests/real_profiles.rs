//! The untagged tables of real responses, with figures established apart from this code (Python, pandas).

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

use mostari_formats::{Input, Reading, read};
use mostari_model::{Activities, Displacements, Flows, FoodPhases, Needs, Populations, Table, count_by_code};
use std::{collections::BTreeMap, path::PathBuf};

/// Reads a file of the real data; `None`, with a line that says so, where the data is absent.
fn reading(path: &str, kind: &str) -> Option<Reading> {
    let folder = std::env::var("MOSTARI_DATA")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data").to_owned());
    let file = PathBuf::from(folder).join(path);
    let Ok(bytes) = std::fs::read(&file) else {
        println!("skipped: no real data at {}", file.display());
        return None;
    };
    let (about, reading) = read(&Input { name: path, bytes: &bytes, siblings: &[] }, None).unwrap();
    assert_eq!(about.id, kind, "{path}");
    Some(reading)
}

macro_rules! table_of {
    ($reading:expr, $variant:ident) => {
        match &$reading.tables[..] {
            [Table::$variant(table)] => table,
            other => panic!("not one table of {}: {} tables", stringify!($variant), other.len()),
        }
    };
}

fn codes(reading: &Reading) -> Vec<(String, u64)> {
    count_by_code(&reading.findings).into_iter().collect()
}

fn expect_codes(reading: &Reading, expect: &[(&str, u64)]) {
    let expect: Vec<(String, u64)> = expect.iter().map(|(code, count)| ((*code).to_owned(), *count)).collect();
    assert_eq!(codes(reading), expect);
}

#[test]
fn needs_of_afghanistan_and_sudan_are_counted_once() {
    let Some(reading) = reading("afghanistan/hpc_hno_2024.csv", "hno") else { return };
    let needs: &Needs = table_of!(reading, Needs);
    // Row 7 (multi-purpose cash) has no figure; every other row is in the table.
    assert_eq!((reading.rows, needs.len()), (1_058, 1_057));
    expect_codes(&reading, &[("ING-050", 1), ("ING-053", 9), ("ING-055", 76), ("ING-058", 1)]);
    // Kabul district and Jebel Awlia are the deepest areas: 25 rows for everybody and one group without a total.
    let counted = || needs.iter().filter(|need| need.is_total == Some(0));
    assert_eq!(counted().count(), 26);
    assert_eq!(counted().filter(|need| need.group.is_empty()).count(), 25);
    let in_need = |country: &str, sector: &str| -> i64 {
        let rows = counted().filter(|need| need.place.country == country && need.sector == sector);
        rows.filter_map(|need| need.in_need).sum()
    };
    assert_eq!(in_need("AFG", "ALL"), 2_293_151);
    assert_eq!(in_need("SDN", "ALL"), 621_782);
    assert_eq!(in_need("AFG", "FSC"), 1_479_187);
    // Two rows have the code PRO: protection as a whole keeps it.
    assert_eq!((in_need("AFG", "PRO"), in_need("AFG", "General Protection")), (2_293_151, 2_112_106));
    let national = needs.iter().find(|need| need.place.level == Some(0) && need.sector == "ALL").unwrap();
    assert_eq!((national.in_need, national.people, national.is_total), (Some(23_666_389), Some(44_532_600), Some(1)));
}

#[test]
fn a_total_above_the_areas_that_the_file_holds_is_told_with_both_figures() {
    let Some(reading) = reading("afghanistan/afg_hpc_needs_api_2024.csv", "hno") else { return };
    assert_eq!((reading.rows, table_of!(reading, Needs).len()), (931, 930));
    let said: Vec<&str> = reading.findings.iter().map(|finding| finding.message.as_str()).collect();
    assert!(said.contains(&"the whole country, ALL, everybody: 1 area(s) add up to 3393245 of 23666389"), "{said:#?}");
    assert!(said.contains(&"Kabul (AF01), ALL, everybody: 1 area(s) add up to 2293151 of 3393245"), "{said:#?}");
    expect_codes(&reading, &[("ING-050", 1), ("ING-055", 52)]);
}

/// People by phase in one analysis.
fn phases(table: &FoodPhases, analysed: &str, validity: &str) -> BTreeMap<String, i64> {
    let mut people = BTreeMap::new();
    for row in table.iter() {
        if row.analysed.map(|date| date.to_string()).as_deref() == Some(analysed) && row.validity == validity {
            *people.entry(row.phase).or_default() += row.people.unwrap_or(0);
        }
    }
    people
}

#[test]
fn food_phases_of_the_central_african_republic_are_not_counted_twice() {
    let Some(reading) = reading("car/ipc-area-long.csv", "ipc") else { return };
    let table: &FoodPhases = table_of!(reading, FoodPhases);
    assert_eq!((reading.rows, table.len()), (7_146, 7_146));
    // 11 areas miss their total by more than rounding, 5 miss `3+`, 6 analyses hold more people than the country.
    expect_codes(&reading, &[("ING-059", 11), ("ING-060", 5), ("ING-061", 6)]);
    let april = phases(table, "2023-04-01", "current");
    assert_eq!(april["3"] + april["4"] + april["5"], 2_388_086);
    assert_eq!((april["3+"], april["all"]), (2_371_969, 6_128_671));
    // The stated `3+` is lower by the two areas that are reported: 12,098 in Bangui, 4,022 in Bakala, 3 by rounding.
    assert_eq!(april["3"] + april["4"] + april["5"] - april["3+"], 12_098 + 4_022 - 3);
    let counted: i64 = table.iter().filter(|row| row.is_total == Some(0)).filter_map(|row| row.people).sum();
    let all: i64 = table.iter().filter(|row| row.phase == "all").filter_map(|row| row.people).sum();
    // Phases 1 to 5 are everybody once: what is missing is rounding and the 11 areas that are reported.
    assert!(counted < all && (all - counted) * 1000 < 2 * all, "{counted} of {all}");
}

#[test]
fn food_phases_of_afghanistan_are_read_with_their_areas() {
    let Some(reading) = reading("afghanistan/ipc_afg_area_long.csv", "ipc") else { return };
    let table: &FoodPhases = table_of!(reading, FoodPhases);
    assert_eq!((reading.rows, table.len()), (5_880, 5_880));
    expect_codes(&reading, &[("ING-059", 20), ("ING-060", 7)]);
    let april = phases(table, "2023-04-01", "current");
    assert_eq!((april["3"] + april["4"] + april["5"], april["3+"]), (17_213_588, 17_889_772));
}

/// Cents by boundary, status and whether shared.
fn cents(flows: &Flows) -> BTreeMap<(String, String, i64), (u64, i64)> {
    let mut sums = BTreeMap::new();
    for flow in flows.iter() {
        let sum: &mut (u64, i64) = sums.entry((flow.boundary, flow.status, flow.is_shared.unwrap())).or_default();
        sum.0 += 1;
        sum.1 += flow.amount_minor.unwrap();
    }
    sums
}

fn key(boundary: &str, status: &str, is_shared: i64) -> (String, String, i64) {
    (boundary.to_owned(), status.to_owned(), is_shared)
}

#[test]
fn incoming_money_adds_up_to_the_total_that_fts_publishes() {
    let Some(reading) = reading("afghanistan/fts_incoming_funding_afg.csv", "fts") else { return };
    let flows: &Flows = table_of!(reading, Flows);
    assert_eq!((reading.rows, flows.len()), (328, 328));
    expect_codes(&reading, &[("ING-066", 17)]);
    let sums = cents(flows);
    assert_eq!(sums[&key("incoming", "commitment", 0)], (131, 29_662_494_000));
    assert_eq!(sums[&key("incoming", "paid", 0)], (180, 42_896_635_900));
    assert_eq!(sums[&key("incoming", "commitment", 1)], (14, 387_176_700));
    assert_eq!(sums[&key("incoming", "paid", 1)], (3, 2_465_454_500));
    // `data.incoming.fundingTotal` of api-flows-afg-2020-p1.json is 725,591,299: the flows that are not shared.
    assert_eq!(296_624_940 + 428_966_359, 725_591_299);
    let nutrition = flows.iter().find(|flow| flow.sector == "Health|Nutrition|Water Sanitation Hygiene");
    assert!(nutrition.is_some());
}

#[test]
fn internal_money_is_apart_from_incoming() {
    let Some(reading) = reading("afghanistan/fts_internal_funding_afg.csv", "fts") else { return };
    let flows: &Flows = table_of!(reading, Flows);
    assert_eq!((reading.rows, flows.len()), (156, 156));
    expect_codes(&reading, &[]);
    let sums = cents(flows);
    assert_eq!(sums[&key("internal", "commitment", 0)], (6, 112_504_800));
    assert_eq!(sums[&key("internal", "paid", 0)], (150, 7_083_307_100));
    assert!(flows.iter().any(|flow| flow.sector == "Housing, Land and Property|Protection"));
}

#[test]
fn a_page_of_the_funding_api_says_that_others_follow() {
    let Some(reading) = reading("afghanistan/api-flows-afg-2020-p1.json", "fts") else { return };
    let flows: &Flows = table_of!(reading, Flows);
    assert_eq!((reading.rows, flows.len()), (200, 200));
    expect_codes(&reading, &[("ING-066", 16), ("ING-069", 1)]);
    let sums = cents(flows);
    assert_eq!(sums[&key("incoming", "commitment", 0)], (52, 11_395_159_700));
    assert_eq!(sums[&key("incoming", "paid", 0)], (80, 16_708_995_200));
    assert_eq!(sums[&key("internal", "paid", 0)], (47, 2_467_810_000));
}

#[test]
fn every_activity_of_the_ebola_response_is_read() {
    let Some(reading) = reading("westafrica/3w.json", "3w") else { return };
    let activities: &Activities = table_of!(reading, Activities);
    assert_eq!((reading.rows, activities.len()), (1_201, 1_201));
    // One row, in Sinoe, says that its organisation is `unknown`.
    expect_codes(&reading, &[("ING-071", 1), ("ING-072", 1)]);
    let repeats = reading.findings.iter().find(|finding| finding.code == "ING-072").unwrap();
    assert!(repeats.message.starts_with("92 rows repeat an earlier one"), "{}", repeats.message);
    let of = |country: &str| activities.iter().filter(|activity| activity.place.country == country).count();
    assert_eq!((of("Liberia"), of("Guinea"), of("Sierra Leone")), (680, 429, 92));
    let first = activities.get(0);
    assert_eq!((first.place.code.as_str(), first.place.name.as_str(), first.row), ("GIN008001", "Beyla", 1));
    assert!(activities.organisation.iter().all(|name| name == name.trim()));
}

#[test]
fn the_censuses_of_bosnia_make_two_rows_an_area() {
    let Some(reading) = reading("bosnia/population-1991-2013.csv", "population") else { return };
    let table: &Populations = table_of!(reading, Populations);
    // 142 areas, two censuses; two areas have no figure of 1991.
    assert_eq!((reading.rows, table.len()), (142, 282));
    expect_codes(&reading, &[("ING-076", 2)]);
    let sum = |date: &str| -> i64 {
        let rows = table.iter().filter(|row| row.date.unwrap().to_string() == date);
        rows.filter_map(|row| row.people).sum()
    };
    assert_eq!((sum("1991-01-01"), sum("2013-01-01")), (4_551_758, 3_523_830));
}

#[test]
fn refugees_stand_where_they_are_and_returnees_where_they_returned() {
    let Some(reading) = reading("displacement/unhcr_population.csv.gz", "unhcr") else { return };
    let table: &Displacements = table_of!(reading, Displacements);
    assert_eq!((reading.rows, table.len()), (138_893, 207_639));
    expect_codes(&reading, &[("ING-078", 1), ("ING-079", 1)]);
    let people = |kind: &str, year: i16, is: &dyn Fn(&str, &str) -> bool| -> i64 {
        let rows = table.iter().filter(|row| row.kind == kind && row.date.unwrap().year() == year);
        rows.filter(|row| is(&row.place.code, &row.origin.code)).filter_map(|row| row.people).sum()
    };
    assert_eq!(people("refugee", 2024, &|_, _| true), 30_958_200);
    assert_eq!(people("idp", 2024, &|_, _| true), 68_131_711);
    assert_eq!(people("refugee", 1995, &|_, origin| origin == "BIH"), 769_753);
    assert_eq!(people("idp", 1995, &|place, _| place == "BIH"), 1_097_800);
    assert_eq!(people("returnee", 1998, &|place, _| place == "BIH"), 129_069);
}

#[test]
fn solutions_are_read_by_the_same_header() {
    let Some(reading) = reading("displacement/unhcr_solutions.csv.gz", "unhcr") else { return };
    assert_eq!((reading.rows, table_of!(reading, Displacements).len()), (21_258, 23_477));
    expect_codes(&reading, &[("ING-079", 1)]);
}
