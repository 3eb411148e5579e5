//! What a release states, as the record carries it.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

mod common;

use common::Dice;
use mostari_model::{Digest, Label};
use mostari_policy::{disclosure::*, release::Release};

fn made() -> (Frame, Protected) {
    let mut dice = Dice::new(7);
    let frame = common::frame(&mut dice);
    let truth = common::truth(&frame, &mut dice);
    let layout = common::layout(&frame, 0, &mut dice);
    let made = protect(&frame, &layout, &truth, &[], &Rule::counts()).unwrap();
    (frame, made)
}

fn statement(made: &Protected) -> Release {
    let labels = ("humanitarian".parse().unwrap(), Label::public());
    Release::of(made, &Rule::counts(), Digest::of(b"snapshot"), Vec::new(), labels, "Clinic Network".into())
}

#[test]
fn a_release_reads_back_as_it_was_written() {
    let release = statement(&made().1);
    let text = serde_json::to_string(&release).unwrap();
    assert_eq!(serde_json::from_str::<Release>(&text).unwrap(), release);
    assert!(serde_json::from_str::<Release>(&text.replacen('{', "{\"more\":1,", 1)).is_err());
}

#[test]
fn a_release_names_the_table_by_its_bytes_and_counts_what_it_hides() {
    let (_, made) = made();
    let release = statement(&made);
    assert_eq!(release.released, Digest::of_value(&made.table));
    assert_eq!(release.hidden, made.table.hidden_count());
}

#[test]
fn a_released_table_tells_no_reason_for_a_hidden_cell() {
    let (_, made) = made();
    let text = serde_json::to_string(&made.table).unwrap();
    assert!(text.contains("\"shown\":\"hidden\"") && text.contains("\"shown\":{\"value\":"));
    assert_eq!(serde_json::from_str::<ReleasedTable>(&text).unwrap(), made.table);
    let (primary, secondary) = (made.price.hidden_primary, made.price.hidden_secondary);
    assert!(primary > 0 && secondary > 0);
    assert_eq!(text.matches("\"hidden\"").count() as u64, primary + secondary);
}

#[test]
fn the_same_truth_and_releases_give_the_same_bytes() {
    let [first, second] = [common::history(11, common::Way::Shipped), common::history(11, common::Way::Shipped)];
    assert_eq!(serde_json::to_vec(&first.1.shown).unwrap(), serde_json::to_vec(&second.1.shown).unwrap());
}
