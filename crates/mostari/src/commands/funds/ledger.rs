//! The statement of the ledger: accounts, grant lines, what waits, what was refused, and the audit.

use crate::terminal::{Terminal, count, counted, table};
use mostari_funds::{Account, AccountId, Ledger, QUERIES, STEPS, Unit, Violation, audit};
use mostari_model::Money;
use serde_json::{Value, json};

/// Refused statements shown.
const SHOWN: usize = 5;

/// What the ledger says, ready to be shown.
pub struct Statement<'a> {
    ledger: &'a Ledger,
    /// What the audit found.
    pub violations: Vec<Violation>,
}

impl<'a> Statement<'a> {
    /// Reads the ledger and asks it every question of the audit.
    pub fn of(ledger: &'a Ledger) -> Self {
        Self { ledger, violations: audit(ledger) }
    }

    /// Whether nothing was ever stated.
    pub fn is_empty(&self) -> bool {
        self.ledger.history().is_empty()
    }

    /// Shows it in words.
    pub fn show(&self, all: bool, terminal: &Terminal) {
        // Promises and reports are words, not money: their totals stand in the grant lines.
        let held = self.ledger.accounts().filter(|(_, account)| all || !account.card.kind.is_memorandum());
        let accounts: Vec<Vec<String>> = held.map(|account| self.account(account)).collect();
        lines(
            &["account", "kind", "owner", "brought", "taken", "balance", "reserved"],
            &accounts,
            &[3, 4, 5, 6],
            terminal,
        );
        let grants: Vec<Vec<String>> = self
            .ledger
            .grants()
            .map(|(id, grant)| {
                let parties = format!("{} to {}", grant.donor, grant.receiver);
                let steps = grant.posted.map(|amount| self.amount(amount.into(), grant.unit.as_str()));
                [id.to_string(), parties].into_iter().chain(steps).collect()
            })
            .collect();
        let header: Vec<&str> = ["grant line", "from, to"].into_iter().chain(STEPS).collect();
        lines(&header, &grants, &[2, 3, 4, 5], terminal);
        let waiting = self.ledger.waiting().count() as u64;
        if waiting > 0 {
            terminal.say(format!(
                "{} for a second signature or to be carried out",
                counted(waiting, "entry waits", "entries wait")
            ));
        }
        self.show_refused(all, terminal);
        match self.violations.as_slice() {
            [] => terminal.say(format!(
                "Audit: all {} rules hold over {} (digest {})",
                QUERIES.len(),
                counted(self.ledger.history().len() as u64, "statement", "statements"),
                self.ledger.state_digest().short()
            )),
            found => found.iter().for_each(|violation| terminal.say(violation.to_finding().to_string())),
        }
    }

    fn show_refused(&self, all: bool, terminal: &Terminal) {
        let refused: Vec<_> = self.ledger.refused().collect();
        if refused.is_empty() {
            return;
        }
        terminal.say(format!(
            "{} and moved nothing:",
            counted(refused.len() as u64, "statement was refused", "statements were refused")
        ));
        let shown = if all { refused.len() } else { SHOWN };
        for (entry, refusal) in refused.iter().take(shown) {
            terminal.say(format!("  {}  {}  [{}] {refusal}", entry.id, entry.happened, refusal.card().code));
        }
        if refused.len() > shown {
            terminal.say(format!("  and {} more: `--all`", count((refused.len() - shown) as u64)));
        }
    }

    fn account(&self, (id, account): (&AccountId, &Account)) -> Vec<String> {
        let amount = |amount: i128| self.amount(amount, account.card.unit.as_str());
        vec![
            id.to_string(),
            kind(account),
            account.card.owner.to_string(),
            amount(account.credits_posted.into()),
            amount(account.debits_posted.into()),
            amount(account.balance().into()),
            amount(account.debits_pending.into()),
        ]
    }

    fn amount(&self, amount: i128, unit: &str) -> String {
        let money = || Some(Money::new(i64::try_from(amount).ok()?, unit.parse().ok()?).to_string());
        let digits = self.ledger.unit(&unit.into()).map_or(0, |unit: &Unit| unit.digits);
        money().unwrap_or_else(|| format!("{} {unit}", with_point(amount, digits)))
    }

    /// As `--json` gives it: amounts are integers of the unit's smallest part.
    pub fn to_json(&self) -> Value {
        let account = |(id, account): (&AccountId, &Account)| {
            json!({
                "account": id, "kind": account.card.kind, "unit": account.card.unit, "owner": account.card.owner,
                "brought": account.credits_posted, "taken": account.debits_posted, "balance": account.balance(),
                "reserved": account.debits_pending,
            })
        };
        let grants = self.ledger.grants().map(|(id, grant)| json!({"grant": id, "line": grant}));
        let refused = self.ledger.refused().map(
            |(entry, refusal)| json!({"entry": entry.id, "code": refusal.card().code, "reason": refusal.to_string()}),
        );
        json!({
            "statements": self.ledger.history().len(),
            "digest": self.ledger.state_digest(),
            "accounts": self.ledger.accounts().map(account).collect::<Vec<_>>(),
            "grants": grants.collect::<Vec<_>>(),
            "waiting": self.ledger.waiting().map(|(id, _)| id.to_string()).collect::<Vec<_>>(),
            "refused": refused.collect::<Vec<_>>(),
            "audit": {"rules": QUERIES.len(), "violations": self.violations.iter().map(Violation::to_finding).collect::<Vec<_>>()},
        })
    }
}

fn kind(account: &Account) -> String {
    let kind = serde_json::to_value(account.card.kind).unwrap_or_default();
    let loss = |(name, cause): (&String, &Value)| format!("{name}: {}", cause.as_str().unwrap_or_default());
    match &kind {
        Value::String(word) => word.clone(),
        Value::Object(map) => map.iter().map(loss).collect(),
        _ => String::new(),
    }
}

fn lines(header: &[&str], rows: &[Vec<String>], right: &[usize], terminal: &Terminal) {
    if rows.is_empty() {
        return;
    }
    table(header, rows, right).iter().for_each(|line| terminal.say(line));
    terminal.say("");
}

/// `12345` with 3 digits is `12.345`.
fn with_point(amount: i128, digits: u8) -> String {
    let (sign, text) = (if amount < 0 { "-" } else { "" }, amount.unsigned_abs().to_string());
    if digits == 0 {
        return format!("{sign}{text}");
    }
    let digits = usize::from(digits);
    let text = format!("{text:0>width$}", width = digits + 1);
    let (whole, part) = text.split_at(text.len() - digits);
    format!("{sign}{whole}.{part}")
}

#[cfg(test)]
mod tests {
    use super::with_point;

    #[test]
    fn smallest_parts_are_shown_with_their_point() {
        assert_eq!(with_point(12_345, 3), "12.345");
        assert_eq!(with_point(5, 2), "0.05");
        assert_eq!(with_point(-120, 1), "-12.0");
        assert_eq!(with_point(7, 0), "7");
    }
}
