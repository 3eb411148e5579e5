//! What protection costs: how much of a country's tables is hidden, by the rule alone and with everything that keeps
//! the hidden cells hidden, over four releases of one year; and how long it takes.
//!
//! `cargo run --release -p mostari-policy --example release_price -- [AREAS]`

use mostari_policy::disclosure::*;
use std::time::Instant;

const SECTORS: usize = 5;
const MONTHS: usize = 12;
const AREAS_PER_DISTRICT: usize = 10;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let areas: usize = std::env::args().nth(1).map_or(Ok(40), |text| text.parse())?;
    let frame = frame(areas)?;
    let mut truth = truth(&frame);
    let districts: Vec<String> = (0..areas.div_ceil(AREAS_PER_DISTRICT)).map(|i| format!("district {i}")).collect();
    let names = |axis: &Axis| axis.leaves().to_vec();
    let everything: Vec<String> = frame.areas.nodes().map(str::to_owned).collect();
    let wide: Vec<String> = districts.iter().cloned().chain(["country".to_owned()]).collect();
    let sectors: Vec<String> = names(&frame.sectors).into_iter().chain(["all".to_owned()]).collect();
    let quarters: Vec<String> = (1..=4).map(|i| format!("quarter {i}")).chain(["year".to_owned()]).collect();
    let months: Vec<String> = names(&frame.periods).into_iter().chain(quarters.iter().cloned()).collect();
    let plans = [
        ("districts by month", wide, sectors.clone(), months.clone(), false, false),
        ("areas by quarter", everything.clone(), sectors.clone(), quarters, false, false),
        ("areas by month", everything.clone(), sectors.clone(), months.clone(), false, false),
        ("areas by month, corrected, without the last district", everything, sectors, months, true, true),
    ];
    let mut done: Vec<(Table, ReleasedTable)> = Vec::new();
    for (table, areas, sectors, months, is_corrected, is_partial) in plans {
        if is_corrected {
            for (_, leaf) in truth.0.iter_mut().enumerate().filter(|(index, _)| index % 97 == 0).map(|(_, leaf)| leaf) {
                leaf.value += 3;
            }
        }
        let without_last = districts[..districts.len() - 1].iter().map(|name| name.as_str().into()).collect();
        let layout = Layout {
            table: table.to_owned(),
            areas: areas
                .into_iter()
                .filter(|area| !is_partial || *area != districts[districts.len() - 1])
                .map(Into::into)
                .collect(),
            sectors,
            periods: months,
            coverage: is_partial.then_some(without_last),
        };
        let earlier: Vec<Earlier<'_>> = done.iter().map(|(truth, shown)| Earlier { truth, shown }).collect();
        let start = Instant::now();
        let made = protect(&frame, &layout, &truth, &earlier, &Rule::counts())?;
        let seconds = start.elapsed().as_secs_f64();
        let Price { cells, cells_not_zero, hidden_primary, hidden_secondary, value, value_primary, value_secondary } =
            made.price;
        let percent = |part: u64, whole: u64| part as f64 * 100.0 / whole as f64;
        println!(
            "{table}: {cells} cells ({cells_not_zero} not zero); hidden by the rule {:.1}% of cells, {:.2}% of value; \
             with protection {:.1}% of cells, {:.2}% of value; {} sums kept open; {seconds:.1} s",
            percent(hidden_primary, cells),
            percent(value_primary, value),
            percent(hidden_primary + hidden_secondary, cells),
            percent(value_primary + value_secondary, value),
            made.evidence.len()
        );
        done.push((truth.clone(), made.table));
    }
    Ok(())
}

fn frame(areas: usize) -> Result<Frame, DisclosureError> {
    let names = |word: &str, count: usize| (1..=count).map(|i| format!("{word} {i}")).collect::<Vec<_>>();
    let leaves = names("area", areas);
    let mut area_axis = Axis::of_leaves(leaves.iter().cloned())?;
    for (district, members) in leaves.chunks(AREAS_PER_DISTRICT).enumerate() {
        area_axis = area_axis.with_group(format!("district {district}"), members)?;
    }
    let months = names("month", MONTHS);
    let mut period_axis = Axis::of_leaves(months.iter().cloned())?;
    for (quarter, members) in months.chunks(3).enumerate() {
        period_axis = period_axis.with_group(format!("quarter {}", quarter + 1), members)?;
    }
    let sectors = names("sector", SECTORS);
    Ok(Frame {
        areas: area_axis.with_group("country", &leaves)?,
        sectors: Axis::of_leaves(sectors.iter().cloned())?.with_group("all", &sectors)?,
        periods: period_axis.with_group("year", &months)?,
    })
}

/// Counts with a long tail: a tenth zero, a tenth small, the others from 11 to some thousands.
fn truth(frame: &Frame) -> Table {
    let mut state = 1_u64;
    let mut draw = |sides: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % sides
    };
    let values = (0..frame.leaf_count()).map(|leaf| {
        let value = match draw(10) {
            0 => 0,
            1 => 1 + draw(10),
            _ => 11 + (1 << draw(12)) / 2 + draw(40),
        };
        (frame.leaf_id(leaf), Leaf::count(value))
    });
    Table(values.collect())
}
