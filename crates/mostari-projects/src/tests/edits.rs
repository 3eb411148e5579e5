//! Two authors edit one field offline.

use super::*;
use mostari_model::EntryId;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn edit(base: &str, value: &str) -> Statement {
    Statement::FieldEdited { project: p(), field: "water source".to_owned(), base: base.into(), value: text(value) }
}

fn ids(names: &[&str]) -> BTreeSet<EntryId> {
    names.iter().map(|name| EntryId::from(*name)).collect()
}

fn decide(versions: &[&str], outcome: Outcome) -> Statement {
    let (field, reason) = ("water source".to_owned(), "both went there together".to_owned());
    Statement::ConflictDecided { project: p(), field, versions: ids(versions), outcome, reason }
}

/// The nomination (`municipality/0`), then two edits made apart upon it.
fn apart() -> Scribe {
    let mut scribe = nominated();
    scribe.say("municipality", "2023-05-01", edit("municipality/0", "well"));
    scribe.say("agency", "2023-05-02", edit("municipality/0", "river"));
    scribe
}

fn field(register: &Register) -> Field {
    register.project(&p()).unwrap().fields["water source"].clone()
}

/// In Primero (issue 508, 2026) the second of two offline edits of one field replaces the first without a word, because its
/// merge returns the newer scalar.
#[test]
fn two_offline_edits_of_one_field_both_stand_until_somebody_decides() {
    let scribe = apart();
    let merged = scribe.register();
    assert_eq!(merged.refused().count(), 0);
    assert_eq!((field(&merged).value(), field(&merged).words()), (None, "river | well".to_owned()));
    let conflict = &merged.conflicts()[0];
    assert_eq!(
        conflict.to_string(),
        "\"river\" by agency (agency/0) against \"well\" by municipality (municipality/1)"
    );
    assert!(merged.findings(day("2023-06-01")).iter().any(|finding| finding.code == "PRJ-030"));
    // The other way round: first the agency's edit, then the municipality's.
    let mut other_way = scribe.entries.clone();
    other_way.swap(2, 3);
    let mut one_by_one = Register::default();
    other_way.into_iter().for_each(|entry| assert!(one_by_one.apply(entry).is_empty()));
    assert_eq!(one_by_one.state_digest(), merged.state_digest());
}

#[test]
fn a_conflict_can_be_an_entry_of_its_own() {
    let mut scribe = apart();
    assert_eq!(scribe.register().conflicts()[0].stated, None);
    let (field, versions) = ("water source".to_owned(), ids(&["agency/0", "municipality/1"]));
    scribe.say("coordinator", "2023-05-03", Statement::ConflictStated { project: p(), field, versions });
    assert!(scribe.last_refused().is_empty());
    assert_eq!(scribe.register().conflicts()[0].stated, Some("coordinator/0".into()));
}

#[test]
fn a_decision_names_both_values_and_keeps_both_in_the_history() {
    let mut scribe = apart();
    scribe.say("coordinator", "2023-05-03", decide(&["agency/0", "municipality/1"], Outcome::Keep("agency/0".into())));
    let register = scribe.register();
    assert_eq!(field(&register).value(), Some(&text("river")));
    assert!(register.conflicts().is_empty());
    let kept: Vec<_> = field(&register).versions.into_values().filter_map(|version| version.value).collect();
    assert_eq!(kept, [text("river"), text("river"), text("well")], "the agency's, the decision's, the municipality's");
    let history = &register.project(&p()).unwrap().history;
    assert!(history.last().unwrap().words.contains("agency/0, municipality/1"));
}

#[test]
fn a_decision_may_hold_neither_and_another_edit_follows_it() {
    let mut scribe = apart();
    let decision = decide(&["agency/0", "municipality/1"], Outcome::New(text("tank")));
    let decision = scribe.say("coordinator", "2023-05-03", decision);
    scribe.say("agency", "2023-06-03", edit(&decision, "tank and pump"));
    assert_eq!(field(&scribe.register()).value(), Some(&text("tank and pump")));
}

#[test]
fn two_decisions_made_apart_are_a_conflict_again_and_so_is_a_late_third_edit() {
    let mut scribe = apart();
    let both = ["agency/0", "municipality/1"];
    scribe.say("coordinator", "2023-05-03", decide(&both, Outcome::Keep("agency/0".into())));
    scribe.say("ministry", "2023-05-03", decide(&both, Outcome::Keep("municipality/1".into())));
    assert_eq!(scribe.register().conflicts()[0].versions.len(), 2);
    scribe.say("village", "2023-05-01", edit("municipality/0", "spring"));
    let register = scribe.register();
    let standing: Vec<&EntryId> =
        register.conflicts()[0].versions.keys().cloned().collect::<Vec<_>>().leak().iter().collect();
    assert_eq!(standing, [&EntryId::from("coordinator/0"), &"ministry/0".into(), &"village/1".into()]);
}

#[test]
fn a_decision_that_hides_a_value_or_decides_nothing_is_refused() {
    let mut scribe = apart();
    scribe.say("coordinator", "2023-05-03", decide(&["agency/0"], Outcome::Keep("agency/0".into())));
    assert_eq!(scribe.last_refused(), ["PRJ-031"]);
    let third = Outcome::Keep("municipality/0".into());
    scribe.say("coordinator", "2023-05-03", decide(&["agency/0", "municipality/1"], third));
    assert_eq!(scribe.last_refused(), ["PRJ-031"]);
    // The nomination is below both edits: naming it beside one of them would overwrite the other in silence.
    scribe.say("coordinator", "2023-05-03", decide(&["agency/0", "municipality/0"], Outcome::New(text("tank"))));
    assert_eq!(scribe.last_refused(), ["PRJ-031"]);
}

#[test]
fn an_edit_upon_an_entry_that_is_not_there_waits_for_it() {
    let full = apart();
    let mut register = Register::replay(full.entries[..2].to_vec());
    let mut late = full.entries[3].clone();
    late.index = 1;
    late.id = "agency/1".into();
    late.statement = edit("municipality/1", "well with pump");
    let refused = register.apply(late);
    assert_eq!(refused[0].code, "PRJ-002");
    register.apply(full.entries[2].clone());
    assert_eq!(register.refused().count(), 0, "the base has arrived");
    assert_eq!(field(&register).value(), Some(&text("well with pump")));
}

/// An author who works offline: each act is an edit upon, or a decision between, what a random earlier moment showed.
#[derive(Debug, Clone)]
struct Act {
    author: usize,
    seen: prop::sample::Index,
    value: u8,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = (0_usize..3, any::<prop::sample::Index>(), any::<u8>());
    prop::collection::vec(act.prop_map(|(author, seen, value)| Act { author, seen, value }), 1..14)
}

/// Writes the acts: an author who sees a conflict decides it, else edits.
fn write(acts: &[Act]) -> Scribe {
    let mut scribe = nominated();
    for act in acts {
        // What the author saw: any prefix of what there is now; logs of one author are read whole.
        let seen = 2 + act.seen.index(scribe.entries.len() - 1);
        let seen = Register::replay(scribe.entries[..seen].to_vec());
        let value = text(&act.value.to_string());
        let statement = match seen.conflicts().first() {
            Some(conflict) => {
                let versions: Vec<&str> = conflict.versions.keys().map(EntryId::as_str).collect();
                decide(&versions, Outcome::New(value))
            }
            None => {
                let standing = seen.project(&p()).unwrap().fields.get("water source").cloned();
                let base = standing.and_then(|field| field.standing().next().map(|(entry, _)| entry.to_string()));
                let (field, base) = ("water source".to_owned(), base.unwrap_or("municipality/0".to_owned()));
                Statement::FieldEdited { project: p(), field, base: base.as_str().into(), value }
            }
        };
        scribe.say(["agency", "ministry", "village"][act.author], "2023-05-01", statement);
    }
    scribe
}

proptest! {
    #[test]
    fn no_merge_order_loses_a_value_or_changes_what_stands(
        acts in acts(), order in prop::collection::vec(any::<prop::sample::Index>(), 20)
    ) {
        let scribe = write(&acts);
        let whole = scribe.register();
        prop_assert_eq!(whole.refused().count(), 0);
        // Every value that anybody wrote is still there.
        let versions = field(&whole).versions;
        for act in &acts {
            prop_assert!(versions.values().any(|version| version.value == Some(text(&act.value.to_string()))));
        }
        prop_assert_eq!(versions.len(), acts.len() + 1);
        // One value holds, or all that stand are in a conflict.
        let standing = field(&whole).standing().count();
        prop_assert_eq!(standing > 1, whole.conflicts().len() == 1);
        // Any order of arrival.
        let mut rest = scribe.entries.clone();
        let mut merged = Register::default();
        for index in order.iter().cycle() {
            if rest.is_empty() { break; }
            merged.apply(rest.remove(index.index(rest.len())));
        }
        prop_assert_eq!(merged.state_digest(), whole.state_digest());
    }
}
