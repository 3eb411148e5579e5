//! Several logs make one register, whatever order they arrive in.

use super::*;
use jiff::Timestamp;
use proptest::prelude::*;

/// Entries of four logs with clocks that are wrong by days, and what happens in them.
fn story() -> impl Strategy<Value = Vec<Entry>> {
    let things = prop::sample::select(vec!["d1", "d2", "d3"]);
    let step = (0_u8..12, things, 1_u64..9);
    let told = (prop::sample::select(vec!["municipality", "builder", "monitor", "donor"]), step, -400_000_i64..400_000);
    prop::collection::vec(told, 0..40).prop_map(|told| {
        let mut scribe = built();
        let entry = prepare(&mut scribe, terms());
        for (party, (kind, thing, amount), late) in told {
            let statement = match kind {
                0 => report(thing, amount),
                1 => confirm(thing, amount),
                2 => visit(&format!("visit-{thing}")),
                3 => verify(thing, &format!("visit-{thing}"), amount),
                4 => pay(thing, &format!("pay-{thing}"), amount as i64, amount),
                5 => Statement::HandoverSigned { handover: "handover-1".into(), terms: entry.as_str().into() },
                6 => Statement::Accepted { project: p(), handover: "handover-1".into() },
                7 => Statement::Operating { project: p() },
                8 => Statement::Suspended { project: p(), reason: "rain".to_owned() },
                9 => Statement::Implementing { project: p() },
                10 => Statement::MechanicallyComplete { project: p() },
                _ => check(CheckAge::Months12, Functioning::Yes),
            };
            scribe.say(party, "2025-06-01", statement);
            let told = scribe.entries.last_mut().unwrap();
            told.recorded = Timestamp::from_second(told.recorded.as_second() + late).unwrap();
        }
        scribe.entries
    })
}

/// A mixture of the entries that keeps the order within each log.
fn interleaved(entries: &[Entry], picks: &[prop::sample::Index]) -> Vec<Entry> {
    let mut logs: BTreeMap<&str, std::collections::VecDeque<&Entry>> = BTreeMap::new();
    entries.iter().for_each(|entry| logs.entry(&entry.log).or_default().push_back(entry));
    let mut mixed = Vec::new();
    for pick in picks.iter().cycle() {
        logs.retain(|_, log| !log.is_empty());
        if logs.is_empty() {
            return mixed;
        }
        let pick = pick.index(logs.len());
        let log = logs.values_mut().nth(pick).unwrap();
        mixed.extend(log.pop_front().cloned());
    }
    mixed
}

proptest! {
    #[test]
    fn any_interleaving_of_logs_gives_the_same_register_and_loses_nothing(
        entries in story(), picks in prop::collection::vec(any::<prop::sample::Index>(), 1..90)
    ) {
        let whole = Register::replay(entries.clone());
        let mut merged = Register::default();
        for entry in interleaved(&entries, &picks) {
            let id = entry.id.clone();
            let refused = merged.apply(entry);
            let logged = merged.log().iter().find(|logged| logged.entry.id == id).unwrap();
            prop_assert_eq!(&logged.refused, &refused);
        }
        prop_assert_eq!(merged.state_digest(), whole.state_digest());
        // Everything is there, once, and in the order of each log.
        prop_assert_eq!(whole.log().len(), entries.len());
        for entry in &entries {
            prop_assert!(whole.log().iter().any(|logged| *logged.entry == *entry));
        }
        for log in ["municipality", "builder", "monitor", "donor"] {
            let order: Vec<u64> = whole.log().iter().filter(|l| l.entry.log == log).map(|l| l.entry.index).collect();
            prop_assert!(order.is_sorted());
        }
        let spoken = entries.iter().filter(|entry| !matches!(entry.statement, Statement::NeedStated(_)));
        let history = &whole.project(&p()).unwrap().history;
        prop_assert!(history.len() <= spoken.count());
        // What is used or refused because of the project's state is in its history.
        let named = entries.iter().filter(|entry| entry.statement.project().is_some());
        for entry in named {
            prop_assert!(history.iter().any(|happening| happening.entry == entry.id));
        }
    }

    #[test]
    fn entries_that_arrive_twice_change_nothing(entries in story()) {
        let mut register = Register::replay(entries.clone());
        let once = register.state_digest();
        for entry in entries {
            register.apply(entry);
        }
        prop_assert_eq!(register.state_digest(), once);
    }
}

#[test]
fn a_slow_clock_does_not_put_an_answer_before_its_question() {
    let mut scribe = contracted();
    scribe.say("builder", "2023-11-01", report("beds-1", 40));
    scribe.say("village", "2023-11-03", confirm("beds-1", 40));
    // The village's clock stands in 1970.
    scribe.entries.last_mut().unwrap().recorded = Timestamp::UNIX_EPOCH;
    assert_eq!(scribe.register().refused().count(), 0);
}

#[test]
fn what_an_author_has_read_comes_before_what_it_says() {
    let mut scribe = nominated();
    let screened = scribe.say("municipality", "2023-04-01", Statement::Screened { project: p() });
    let method = "weights v3".to_owned();
    scribe.say("ministry", "2023-04-10", Statement::Appraised { project: p(), score_hundredths: 1, method });
    scribe.entries.last_mut().unwrap().recorded = Timestamp::UNIX_EPOCH;
    assert_eq!(scribe.last_refused(), ["PRJ-001"], "by its clock it came before the screening");
    scribe.entries.last_mut().unwrap().after.push(screened.as_str().into());
    assert!(scribe.last_refused().is_empty());
}

#[test]
fn logs_that_wait_for_each_other_are_taken_by_their_clocks() {
    let mut scribe = nominated();
    // Each log speaks of the other's delivery before it reports its own.
    scribe.say("a", "2023-05-01", confirm("of-b", 40));
    scribe.say("b", "2023-05-01", confirm("of-a", 40));
    scribe.say("a", "2023-05-02", report("of-a", 40));
    scribe.say("b", "2023-05-02", report("of-b", 40));
    let register = scribe.register();
    let refused: Vec<&str> = register.refused().map(|logged| logged.entry.id.as_str()).collect();
    assert_eq!(refused, ["a/0"], "the other three fit");
    let mut backwards = Register::default();
    scribe.entries.iter().rev().for_each(|entry| drop(backwards.apply(entry.clone())));
    assert_eq!(backwards.state_digest(), register.state_digest());
}

#[test]
fn a_log_that_says_two_things_at_one_place_is_not_used_there() {
    let mut scribe = contracted();
    scribe.say("builder", "2023-11-01", report("beds-1", 40));
    let mut other = scribe.entries.last().unwrap().clone();
    other.id = "builder/0b".into();
    other.statement = report("beds-1", 400);
    let mut register = scribe.register();
    assert_eq!(register.apply(other)[0].code, "PRJ-004");
    assert_eq!(register.refused().count(), 2);
    assert!(register.project(&p()).unwrap().deliveries.is_empty());
}

#[test]
fn what_was_refused_is_used_once_what_it_speaks_of_arrives() {
    let scribe = built();
    let mut register = Register::replay(scribe.entries.iter().filter(|entry| entry.log != "municipality").cloned());
    assert!(register.projects().is_empty());
    assert_eq!(
        register.refused().count(),
        scribe.entries.iter().filter(|e| !["municipality", "village"].contains(&e.log.as_str())).count()
    );
    register.extend(scribe.entries.clone());
    assert_eq!(register.refused().count(), 0);
    assert_eq!(register.state_digest(), scribe.register().state_digest());
}

#[test]
fn a_result_carries_the_labels_of_all_that_it_shows() {
    let mut scribe = built();
    scribe.entries[4].label = "force".parse().unwrap();
    scribe.entries.last_mut().unwrap().label = "humanitarian".parse().unwrap();
    let register = scribe.register();
    assert_eq!(register.label().to_string(), "force+humanitarian");
    assert_eq!(register.project(&p()).unwrap().label.to_string(), "force+humanitarian");
    assert_eq!(trace(&register, &[], "clinic", day("2024-06-01")).unwrap().label.to_string(), "force+humanitarian");
}

#[test]
fn an_entry_reads_back_as_it_was_written() {
    for entry in operating().entries {
        let text = serde_json::to_string(&entry).unwrap();
        assert_eq!(serde_json::from_str::<Entry>(&text).unwrap(), entry, "{text}");
    }
    let text = serde_json::to_value(&operating().entries[2]).unwrap();
    assert_eq!(text["statement"], serde_json::json!({ "says": "screened", "project": "clinic" }));
}
