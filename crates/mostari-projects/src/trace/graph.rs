//! What hangs together with what: one node a thing, edges from need to check.

use super::{Link, Step, TraceStep};
use crate::{FundLink, ProjectRecord, Register, Statement};
use mostari_model::{Date, EntryId, PartyId, ProjectId};
use std::collections::{BTreeMap, BTreeSet};

/// A thing: its step, its id, and the project that it belongs to. A fund is one thing for each project that it pays, so
/// that the chain of one project does not run through a fund into another.
type Key = (Step, String, Option<ProjectId>);

#[derive(Debug, Default)]
struct Node {
    words: String,
    when: Option<Date>,
    party: Option<PartyId>,
    entries: Vec<EntryId>,
    from: BTreeSet<Key>,
    to: BTreeSet<Key>,
}

/// All things and their edges.
pub(super) struct Graph {
    nodes: BTreeMap<Key, Node>,
}

impl Graph {
    pub fn of(register: &Register, links: &[FundLink], as_of: Date) -> Self {
        let mut graph = Self { nodes: BTreeMap::new() };
        for (id, need) in register.needs() {
            let stated = &need.stated;
            let people = stated.people.map_or_else(|| "people unknown".to_owned(), |people| format!("{people} people"));
            let words = format!("{} in {}, {people}: {}", stated.sector, stated.area, stated.words);
            graph.put((Step::Need, id.to_string(), None), words, None, Some(&need.party), [&need.entry]);
        }
        for project in register.projects().values() {
            graph.project(project, as_of);
        }
        for link in links {
            graph.fund(register, link);
        }
        graph
    }

    /// The things that an id names: directly, or as an entry that speaks of them.
    pub fn named(&self, register: &Register, id: &str) -> BTreeSet<Key> {
        let by_entry = |node: &Node| node.entries.iter().any(|entry| entry.as_str() == id);
        let mut named: BTreeSet<Key> =
            self.nodes.iter().filter(|(key, node)| key.1 == id || by_entry(node)).map(|(key, _)| key.clone()).collect();
        if named.is_empty() {
            let spoken = register.log().iter().find(|logged| logged.entry.id.as_str() == id);
            let statement = spoken.map(|logged| &logged.entry.statement);
            let project = statement.and_then(|statement: &Statement| register.book().project_of(statement));
            named.extend(project.map(|project| project_key(&project)).filter(|key| self.nodes.contains_key(key)));
        }
        named
    }

    /// The things themselves, all before them and all behind them.
    pub fn chain(&self, asked: &BTreeSet<Key>) -> BTreeSet<Key> {
        let walk = |next: fn(&Node) -> &BTreeSet<Key>| {
            let mut found = asked.clone();
            let mut open: Vec<&Key> = asked.iter().collect();
            while let Some(node) = open.pop().and_then(|key| self.nodes.get(key)) {
                open.extend(next(node).iter().filter(|key| found.insert((*key).clone())));
            }
            found
        };
        &walk(|node| &node.from) | &walk(|node| &node.to)
    }

    pub fn step(&self, step: Step, found: &BTreeSet<Key>, asked: &BTreeSet<Key>) -> TraceStep {
        let here = found.iter().filter(|key| key.0 == step);
        let links: Vec<Link> =
            here.filter_map(|key| Some(self.link(key, self.nodes.get(key)?, found, asked))).collect();
        let missing = links.is_empty().then(|| step.missing().to_owned());
        TraceStep { step, links, missing }
    }

    fn link(&self, key: &Key, node: &Node, found: &BTreeSet<Key>, asked: &BTreeSet<Key>) -> Link {
        let ids = |keys: &BTreeSet<Key>| keys.intersection(found).map(|(_, id, _)| id.clone()).collect();
        Link {
            id: key.1.clone(),
            project: key.2.clone(),
            words: node.words.clone(),
            when: node.when,
            party: node.party.clone(),
            entries: node.entries.clone(),
            from: ids(&node.from),
            to: ids(&node.to),
            is_asked: asked.contains(key),
        }
    }

    fn put<'a>(
        &mut self,
        key: Key,
        words: String,
        when: Option<Date>,
        party: Option<&PartyId>,
        entries: impl IntoIterator<Item = &'a EntryId>,
    ) {
        let node = self.nodes.entry(key).or_default();
        // What the ledger says of a thing stands beside what the register says of it.
        node.words = if node.words.is_empty() { words } else { format!("{}; {words}", node.words) };
        node.when = node.when.or(when);
        node.party = node.party.take().or_else(|| party.cloned());
        node.entries.extend(entries.into_iter().cloned());
    }

    fn join(&mut self, from: &Key, to: &Key) {
        if self.nodes.contains_key(from) && self.nodes.contains_key(to) {
            self.nodes.entry(from.clone()).or_default().to.insert(to.clone());
            self.nodes.entry(to.clone()).or_default().from.insert(from.clone());
        }
    }

    fn project(&mut self, project: &ProjectRecord, as_of: Date) {
        let id = &project.id;
        let (of, own) = (Some(id.clone()), project_key(id));
        let first = project.history.first();
        let nomination = (Step::Nomination, project.nomination.to_string(), of.clone());
        let (day, party) = (first.map(|h| h.happened), first.map(|h| &h.party));
        let by = party.map_or_else(String::new, |party| format!("put forward by {party}"));
        self.put(nomination.clone(), by, day, party, first.map(|h| &h.entry));
        let words = format!("{}, in {}: {}", project.title(), project.area, project.state);
        self.put(own.clone(), words, Some(project.since), None, []);
        self.join(&nomination, &own);
        for need in &project.needs {
            self.join(&(Step::Need, need.to_string(), None), &nomination);
        }
        for fund in project.funds.keys() {
            let key = (Step::Fund, fund.to_string(), of.clone());
            self.put(key.clone(), "named as its fund".to_owned(), None, None, []);
            self.join(&own, &key);
        }
        self.deliveries(project, &own);
        self.after(project, as_of);
    }

    fn deliveries(&mut self, project: &ProjectRecord, own: &Key) {
        let of = own.2.clone();
        for (id, visit) in &project.visits {
            let key = (Step::Verification, id.to_string(), of.clone());
            let found = if visit.found { "found" } else { "not found" };
            self.put(
                key.clone(),
                format!("{found}: {}", visit.words),
                Some(visit.happened),
                Some(&visit.party),
                [&visit.entry],
            );
            self.join(own, &key);
        }
        for (id, delivery) in &project.deliveries {
            let key = (Step::Delivery, id.to_string(), of.clone());
            let confirmed = delivery.confirmed.values();
            let said: Vec<String> = confirmed.clone().map(|w| format!("{} confirms {}", w.party, w.amount)).collect();
            let said = if said.is_empty() { "confirmed by nobody".to_owned() } else { said.join(", ") };
            let words = format!("{} by {}; {said}", delivery.reported, delivery.deliverer);
            let entries = [&delivery.entry].into_iter().chain(confirmed.map(|w| &w.entry));
            let entries = entries.chain(delivery.verified.values().map(|w| &w.entry));
            self.put(key.clone(), words, Some(delivery.happened), Some(&delivery.reporter), entries);
            self.join(own, &key);
            for visit in delivery.verified.keys() {
                self.join(&key, &(Step::Verification, visit.to_string(), of.clone()));
            }
            for (payment, paid) in &delivery.paid {
                let paid_by = (Step::Payment, payment.to_string(), of.clone());
                let words = format!("{} stated as paid", paid.money);
                self.put(paid_by.clone(), words, Some(paid.happened), None, [&paid.entry]);
                self.join(&paid_by, &key);
                let fund = (Step::Fund, paid.fund.to_string(), of.clone());
                if !self.nodes.contains_key(&fund) {
                    self.put(fund.clone(), "named by a payment".to_owned(), None, None, []);
                    self.join(own, &fund);
                }
                self.join(&fund, &paid_by);
            }
        }
    }

    /// Handover and checks come behind everything that was delivered and seen.
    fn after(&mut self, project: &ProjectRecord, as_of: Date) {
        let (of, own) = (Some(project.id.clone()), project_key(&project.id));
        let mut last = own.clone();
        for (id, handover) in &project.handovers {
            let key = (Step::Handover, id.to_string(), of.clone());
            let owner = &handover.terms.owner;
            let (words, day) = match &handover.signed {
                Some((_, day)) => (format!("signed by its owner, {owner}"), Some(*day)),
                None => (format!("not signed by {owner}"), None),
            };
            let entries = [&handover.entry].into_iter().chain(handover.signed.iter().map(|(entry, _)| entry));
            self.put(key.clone(), words, day, Some(owner), entries);
            self.behind_all(project, &key);
            if project.accepted.as_ref() == Some(id) {
                last = key;
            }
        }
        if let Some(transfer) = &project.transferred {
            let key = (Step::Handover, transfer.entry.to_string(), of.clone());
            let words = format!("left to {} without a signature", transfer.to);
            self.put(key.clone(), words, Some(transfer.happened), Some(&transfer.to), [&transfer.entry]);
            self.behind_all(project, &key);
            last = if last == own { key } else { last };
        }
        for check in project.checks(as_of) {
            let key = (Step::Check, format!("{} +{} months", project.id, check.age.months()), of.clone());
            let done = project.checks.iter().find(|done| Some(&done.entry) == check.done.as_ref());
            let words = match done {
                Some(done) => format!("{}: {}", done.functioning.words(), done.words),
                None if check.is_overdue => "overdue: nobody has looked".to_owned(),
                None => "not yet".to_owned(),
            };
            self.put(key.clone(), words, Some(check.due), done.map(|done| &done.party), check.done.as_ref());
            self.join(&last, &key);
        }
    }

    fn behind_all(&mut self, project: &ProjectRecord, key: &Key) {
        let of = &key.2;
        self.join(&project_key(&project.id), key);
        for delivery in project.deliveries.keys() {
            self.join(&(Step::Delivery, delivery.to_string(), of.clone()), key);
        }
        for visit in project.visits.keys() {
            self.join(&(Step::Verification, visit.to_string(), of.clone()), key);
        }
    }

    /// What the ledger says, hung behind the project that the money is for.
    fn fund(&mut self, register: &Register, link: &FundLink) {
        let of = link.project.clone();
        let key = (Step::Fund, link.fund.to_string(), of.clone());
        let words = format!("committed {}, disbursed {}", link.money.committed, link.money.disbursed);
        self.put(key.clone(), words, None, None, []);
        if let Some(project) = &of {
            self.join(&project_key(project), &key);
        }
        for payment in &link.payments {
            let paid = (Step::Payment, payment.payment.to_string(), of.clone());
            self.put(paid.clone(), format!("{} in the ledger", payment.amount), Some(payment.date), None, []);
            self.join(&key, &paid);
            let Some(delivery) = &payment.delivery else { continue };
            let project = register.book().deliveries.get(delivery).cloned();
            self.join(&paid, &(Step::Delivery, delivery.to_string(), project));
        }
    }
}

fn project_key(project: &ProjectId) -> Key {
    (Step::Project, project.to_string(), Some(project.clone()))
}
