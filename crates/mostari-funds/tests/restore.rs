//! Crash and restore, retries, and nodes that are cut off: the digest is a function of the entries.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

use mostari_funds::{
    AccountCard, AccountKind, Entry, Ledger, Move, Outcome, Plain, Statement, Transfer, Unit, UnitKind, Use, audit,
    synthetic,
};
use mostari_model::{Date, Label, Period};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn the_digest_is_the_same_after_replay_and_after_a_crash_at_any_entry(
        seed in any::<u64>(), postings in 20_usize..500, cut in 0.0..1.0_f64,
    ) {
        let (entries, made) = synthetic::history(synthetic::Shape { seed, postings, ..Default::default() });
        let whole = Ledger::replay(&entries);
        let (before, after) = entries.split_at((entries.len() as f64 * cut) as usize);
        let bytes = serde_json::to_vec(&Ledger::replay(before)).unwrap();
        let mut restored: Ledger = serde_json::from_slice(&bytes).unwrap();
        for entry in after {
            restored.apply(entry);
        }
        prop_assert_eq!(made.state_digest(), whole.state_digest());
        prop_assert_eq!(restored.state_digest(), whole.state_digest());
        prop_assert_eq!(restored, whole);
    }

    #[test]
    fn entries_that_are_applied_again_after_a_restart_get_their_old_answers(seed in any::<u64>()) {
        let (entries, mut ledger) = synthetic::history(synthetic::Shape { seed, postings: 100, ..Default::default() });
        let digest = ledger.state_digest();
        // A retry of something with another index stands in the history under its own index.
        for recorded in ledger.history().to_vec() {
            let first = ledger.answer(&recorded.entry.id).unwrap().entry == recorded.entry;
            let answer = ledger.apply(&recorded.entry);
            if first {
                prop_assert_eq!(answer, recorded.outcome);
            }
        }
        prop_assert_eq!(ledger.state_digest(), digest);
        prop_assert_eq!(ledger.history().len(), entries.len());
    }

    #[test]
    fn however_two_logs_are_merged_nobody_overspends_what_was_escrowed(
        spends in prop::collection::vec((0_usize..2, 1_u64..60), 1..60), order in any::<u64>(),
    ) {
        // What each node accepts alone, offline, on its own escrow of 1 000 ...
        let mut alone = [founded(), founded()];
        let mut accepted: [Vec<Entry>; 2] = [Vec::new(), Vec::new()];
        for (at, (node, amount)) in spends.iter().enumerate() {
            let mut entry = spend(*node, *amount, at as u64);
            entry.index = alone[*node].size();
            if matches!(alone[*node].apply(&entry), Outcome::Posted(_)) {
                accepted[*node].push(entry);
            }
        }
        // ... everybody accepts, in whatever order the two logs are merged.
        let mut merged = founded();
        let mut dice = synthetic::Dice::new(order);
        let mut queues = accepted.map(Vec::into_iter);
        loop {
            let node = dice.below(2) as usize;
            let Some(mut entry) = queues[node].next().or_else(|| queues[1 - node].next()) else { break };
            entry.index = merged.size();
            prop_assert!(matches!(merged.apply(&entry), Outcome::Posted(_)));
        }
        prop_assert_eq!(audit(&merged), []);
    }
}

fn entry(log: &str, index: u64, statement: Statement) -> Entry {
    let day = Date::constant(2026, 3, 1);
    Entry {
        index,
        id: format!("{log}-{index}").into(),
        log: log.into(),
        by: "clerk".into(),
        party: "agency".into(),
        recorded: day,
        happened: day,
        label: Label::public(),
        statement,
    }
}

fn transfer(plain: Plain) -> Statement {
    Statement::Transfer(Transfer { moves: vec![Move::Plain(plain)], pending_until: None, override_reason: None })
}

/// Two nodes, each with an escrow of 1 000 that it alone may spend.
fn founded() -> Ledger {
    let card = |account: &str, kind, home: &str| {
        let (account, unit, owner) = (account.into(), "EUR".into(), "agency".into());
        Statement::OpenAccount(Box::new(AccountCard {
            account,
            unit,
            kind,
            owner,
            home: home.into(),
            area: None,
            activity: String::new(),
        }))
    };
    let period = Period { from: Date::constant(2026, 1, 1), to: Date::constant(2026, 12, 31) };
    let statements = [
        Statement::OpenUnit(Unit { unit: "EUR".into(), kind: UnitKind::Money, digits: 2, four_eyes_from: None }),
        Statement::OpenPeriod { period },
        card("world", AccountKind::Outside, "hq"),
        card("project", AccountKind::Project, "hq"),
        card("escrow-0", AccountKind::Escrow, "node-0"),
        card("escrow-1", AccountKind::Escrow, "node-1"),
        transfer(Plain::new("world", "escrow-0", 1_000)),
        transfer(Plain::new("world", "escrow-1", 1_000)),
    ];
    let ledger = Ledger::replay((0..).zip(statements).map(|(index, it)| entry("hq", index, it)).collect::<Vec<_>>());
    assert_eq!(ledger.refused().count(), 0);
    ledger
}

fn spend(node: usize, amount: u64, number: u64) -> Entry {
    let plain = Plain { purpose: Some(Use::default()), ..Plain::new(format!("escrow-{node}"), "project", amount) };
    entry(&format!("node-{node}"), 1_000 + number, transfer(plain))
}
