//! The golden matrix: every role by action by label, as `matrix.txt` beside this file shows it.
//!
//! After a change of policy, write it anew with `BLESS=1 cargo test -p mostari-policy --test matrix`, and read the
//! difference.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

use mostari_model::{Clearance, Label};
use mostari_policy::actions::*;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    fs,
    path::Path,
};

const LABELS: [&str; 4] = ["public", "force", "humanitarian", "force+humanitarian"];
/// Whose entry it is: the actor's own, a colleague's of the same party, another party's.
const WHOSE: [&str; 3] = ["mine", "ours", "theirs"];
/// What the actor holds: the compartment of their own domain (none, for a civilian), or both.
const HOLDS: [&str; 2] = ["own", "both"];

/// One question of the matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Cell {
    action: Action,
    kind: EntryKind,
    label: &'static str,
    whose: &'static str,
    holds: &'static str,
    domain: Domain,
    role: Role,
}

fn product() -> impl Iterator<Item = (Action, EntryKind)> {
    Action::ALL.iter().flat_map(|action| EntryKind::ALL.iter().map(|kind| (*action, *kind)))
}

/// The lines of a block: every label by whose it is by what the actor holds.
fn lines() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    HOLDS.into_iter().flat_map(|holds| {
        LABELS.into_iter().flat_map(move |label| WHOSE.into_iter().map(move |whose| (holds, label, whose)))
    })
}

fn question(cell: Cell) -> (Actor, Resource) {
    let clearance = match (cell.holds, cell.domain) {
        ("both", _) => Clearance::of(["force", "humanitarian"]),
        (_, Domain::Civil) => Clearance::none(),
        (_, domain) => Clearance::of([domain.word()]),
    };
    let actor =
        Actor { key: "me".into(), party: "us".into(), domain: cell.domain, roles: [cell.role].into(), clearance };
    let (originator, maker) = match cell.whose {
        "mine" => ("us", "me"),
        "ours" => ("us", "a colleague"),
        _ => ("them", "a stranger"),
    };
    let delivers = cell.kind == EntryKind::Delivery;
    let resource = Resource {
        kind: cell.kind,
        label: cell.label.parse::<Label>().unwrap(),
        originator: originator.into(),
        maker: maker.into(),
        deliverer: delivers.then(|| originator.into()),
    };
    (actor, resource)
}

fn is_allowed(policies: &Policies, cell: Cell) -> bool {
    let (actor, resource) = question(cell);
    policies.may(&actor, cell.action, &resource).allowed
}

fn block(policies: &Policies, action: Action, kind: EntryKind) -> String {
    let mut text = String::new();
    for (holds, label, whose) in lines() {
        write!(text, "  {holds:<6}{label:<19}{whose:<7}").unwrap();
        for domain in Domain::ALL {
            for role in Role::ALL {
                let cell = Cell { action, kind, label, whose, holds, domain: *domain, role: *role };
                text.push(if is_allowed(policies, cell) { '✔' } else { '✘' });
            }
            text.push(' ');
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    text
}

const HEAD: &str = "\
Who may do what. One block for each action, with the kinds of entry that have the same answers.
A line: what the actor holds (the compartment of the own domain, or both), the label of the entry, and whose it is
(mine: I signed it; ours: a colleague of my party did; theirs: another party's). Then, for actors of the force, of a
humanitarian organisation and civilians, one mark for each role:
  F field  C coordinator  T treasurer  A approver  D deliverer  M monitor  S steward  K keyholder  U auditor  P public
";

fn matrix(policies: &Policies) -> String {
    let mut text = HEAD.to_owned();
    for action in Action::ALL {
        let mut blocks: Vec<(String, Vec<&str>)> = Vec::new();
        for kind in EntryKind::ALL {
            let block = block(policies, *action, *kind);
            match blocks.iter_mut().find(|(held, _)| *held == block) {
                Some((_, kinds)) => kinds.push(kind.word()),
                None => blocks.push((block, vec![kind.word()])),
            }
        }
        for (block, kinds) in blocks {
            let _ = writeln!(text, "\n{action}: {}", kinds.join(", "));
            let uniform = |mark| !block.contains(mark);
            if uniform('✔') || uniform('✘') {
                text.push_str(if uniform('✔') { "  nobody\n" } else { "  everybody\n" });
                continue;
            }
            let _ = writeln!(text, "  {:32}force      humanit.   civil", "");
            let _ = writeln!(text, "  {:<6}{:<19}{:<7}FCTADMSKUP FCTADMSKUP FCTADMSKUP", "holds", "label", "whose");
            text.push_str(&block);
        }
    }
    text
}

fn path() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/matrix.txt")
}

/// Reads the file back, mark by mark.
fn read(text: &str) -> BTreeMap<Cell, bool> {
    let mut cells = BTreeMap::new();
    let mut heading: Option<(Action, Vec<EntryKind>)> = None;
    for line in text.lines().skip(HEAD.lines().count()) {
        if let Some((action, kinds)) = line.split_once(": ") {
            let action = Action::ALL.iter().find(|known| known.word() == action).unwrap();
            let kind = |word: &str| *EntryKind::ALL.iter().find(|known| known.word() == word).unwrap();
            heading = Some((*action, kinds.split(", ").map(kind).collect()));
            continue;
        }
        let Some((action, kinds)) = &heading else { continue };
        for ((holds, label, whose), marks) in marks(line) {
            let actors = Domain::ALL.iter().flat_map(|domain| Role::ALL.iter().map(|role| (*domain, *role)));
            assert_eq!(marks.chars().count(), actors.clone().count(), "{line}");
            for ((domain, role), mark) in actors.zip(marks.chars()) {
                for kind in kinds {
                    let cell = Cell { action: *action, kind: *kind, label, whose, holds, domain, role };
                    assert!(cells.insert(cell, mark == '✔').is_none(), "{cell:?} stands twice");
                }
            }
        }
    }
    cells
}

/// What a line of the file says: for whom, and one mark for each domain and role.
fn marks(line: &str) -> Vec<((&'static str, &'static str, &'static str), String)> {
    let actors = Domain::ALL.len() * Role::ALL.len();
    match line.trim() {
        "nobody" => lines().map(|at| (at, "✘".repeat(actors))).collect(),
        "everybody" => lines().map(|at| (at, "✔".repeat(actors))).collect(),
        text if text.contains(['✔', '✘']) => {
            let words: Vec<&str> = text.split_whitespace().collect();
            let at = lines().find(|(holds, label, whose)| words.starts_with(&[*holds, *label, *whose])).unwrap();
            vec![(at, words[3..].concat())]
        }
        _ => Vec::new(),
    }
}

#[test]
fn the_matrix_is_as_the_file_shows_it() {
    let now = matrix(&Policies::shipped());
    if std::env::var_os("BLESS").is_some() {
        fs::write(path(), &now).unwrap();
    }
    let before = fs::read_to_string(path()).unwrap_or_default();
    assert!(now == before, "policies changed: write the matrix anew with BLESS=1 and read the difference");
}

#[test]
fn no_combination_is_missing_from_the_file_and_every_mark_is_true() {
    let policies = Policies::shipped();
    let cells = read(&fs::read_to_string(path()).unwrap());
    let mut expected = 0;
    for (action, kind) in product() {
        for (holds, label, whose) in lines() {
            for domain in Domain::ALL {
                for role in Role::ALL {
                    let cell = Cell { action, kind, label, whose, holds, domain: *domain, role: *role };
                    assert_eq!(cells.get(&cell), Some(&is_allowed(&policies, cell)), "{cell:?}");
                    expected += 1;
                }
            }
        }
    }
    println!("{expected} combinations");
    assert_eq!(cells.len(), expected);
}

#[test]
fn every_shipped_policy_matters_to_at_least_one_answer() {
    let policies = Policies::shipped();
    let cells = read(&fs::read_to_string(path()).unwrap());
    let mut decides: BTreeMap<String, Vec<Cell>> = BTreeMap::new();
    for cell in cells.keys() {
        let (actor, resource) = question(*cell);
        for name in policies.may(&actor, cell.action, &resource).reasons {
            decides.entry(name).or_default().push(*cell);
        }
    }
    let named: BTreeSet<String> = decides.keys().cloned().collect();
    assert_eq!(named, policies.names(), "a policy that never decides is dead");
    for (name, decided) in &decides {
        let without = policies.without(name);
        let matters = decided.iter().find(|cell| is_allowed(&without, **cell) != cells[*cell]);
        let cell = matters.unwrap_or_else(|| panic!("without `{name}` all answers are the same"));
        println!("{name}: decides {} answers, alone for instance {cell:?}", decided.len());
    }
}

fn cells() -> impl Iterator<Item = (Cell, bool)> {
    read(&fs::read_to_string(path()).unwrap()).into_iter()
}

/// Among all answers of the matrix that are yes, none is as `forbidden` says.
fn never(forbidden: impl Fn(&Cell) -> bool) {
    let asked: Vec<_> = cells().filter(|(cell, _)| forbidden(cell)).collect();
    assert!(!asked.is_empty(), "the question is not in the matrix");
    let yes = asked.iter().find(|(_, allowed)| *allowed);
    assert!(yes.is_none(), "{yes:?}");
}

#[test]
fn nobody_of_the_force_releases_or_erases_humanitarian_data() {
    never(|cell| {
        let lowers = matches!(cell.action, Action::Release | Action::Erase);
        lowers && cell.domain == Domain::Force && cell.label.contains("humanitarian")
    });
}

#[test]
fn neither_domain_sees_of_the_other_what_was_not_released() {
    let other = |cell: &Cell| match cell.domain {
        Domain::Force => cell.label.contains("humanitarian"),
        Domain::Humanitarian => cell.label.contains("force"),
        Domain::Civil => false,
    };
    never(|cell| matches!(cell.action, Action::Read | Action::Export) && other(cell));
}

#[test]
fn both_domains_read_public_data_of_each_other() {
    let reads = cells().filter(|(cell, _)| cell.action == Action::Read && cell.label == "public");
    assert!(reads.into_iter().all(|(_, allowed)| allowed));
}

#[test]
fn only_the_originator_releases_and_erases() {
    never(|cell| matches!(cell.action, Action::Release | Action::Erase) && cell.whose == "theirs");
}

#[test]
fn a_deliverer_never_confirms_its_own_delivery() {
    never(|cell| cell.action == Action::ConfirmDelivery && cell.whose != "theirs");
}

#[test]
fn nobody_approves_what_they_made() {
    never(|cell| cell.action == Action::Approve && cell.whose == "mine");
}

#[test]
fn no_notification_is_ever_approved_or_released() {
    never(|cell| {
        let asks = matches!(cell.action, Action::Approve | Action::Release | Action::Export);
        asks && cell.kind == EntryKind::Notification
    });
}

#[test]
fn money_decisions_and_keys_are_never_erased() {
    never(|cell| {
        let kept = matches!(cell.kind, EntryKind::Transfer | EntryKind::Decision | EntryKind::Key);
        cell.action == Action::Erase && kept
    });
}

#[test]
fn anybody_verifies_everything() {
    assert!(cells().filter(|(cell, _)| cell.action == Action::Verify).all(|(_, allowed)| allowed));
}
