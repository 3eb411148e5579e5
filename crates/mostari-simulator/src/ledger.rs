//! What the entries say in a run: a small ledger in double entry, whose entries carry labels. Replayed from the log, it
//! must come to the same state, and a reader's view of it must hold what the reader may see and nothing else.

use crate::{Plant, random::Random};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Compartments that an entry may be labelled with; a label is a set of them, one bit each.
pub const COMPARTMENTS: u8 = 3;
const ACCOUNTS: u64 = 6;

/// A transfer between two accounts, for readers who hold every compartment of its label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transfer {
    /// No two have the same.
    pub id: u64,
    /// Compartments, one bit each.
    pub label: u8,
    /// The account that gives.
    pub from: u8,
    /// The account that gets.
    pub to: u8,
    /// Minor units.
    pub amount: u64,
}

impl Transfer {
    /// Any transfer with this id.
    pub fn draw(id: u64, random: &mut Random) -> Self {
        let label = if random.chance(5_000) { 0 } else { random.below(1 << COMPARTMENTS) as u8 };
        let from = random.below(ACCOUNTS) as u8;
        let to = (from + 1 + random.below(ACCOUNTS - 1) as u8) % ACCOUNTS as u8;
        // Some amounts are beyond what a floating-point number holds exactly.
        let amount = if random.chance(500) { (1 << 60) + random.below(1_000) } else { 1 + random.below(100_000) };
        Self { id, label, from, to, amount }
    }

    /// Its bytes as an entry, followed by `filling` further ones.
    pub fn to_entry(self, filling: usize) -> Vec<u8> {
        let mut entry = self.id.to_be_bytes().to_vec();
        entry.extend([self.label, self.from, self.to]);
        entry.extend(self.amount.to_be_bytes());
        entry.resize(entry.len() + filling, self.id as u8);
        entry
    }

    /// The transfer that an entry tells of.
    pub fn from_entry(entry: &[u8], plant: Plant) -> Option<Self> {
        let (id, rest) = entry.split_first_chunk::<8>()?;
        let ([label, from, to], rest) = rest.split_first_chunk::<3>()?;
        let (amount, _) = rest.split_first_chunk::<8>()?;
        let id = u64::from_be_bytes(*id);
        // The fault to plant: one entry in a few loses a compartment of its label on the way.
        let label = if plant == Plant::LostLabel && id % 7 == 3 { label & !1 } else { *label };
        Some(Self { id, label, from: *from, to: *to, amount: u64::from_be_bytes(*amount) })
    }

    /// Whether a reader who holds these compartments may see it.
    pub const fn is_for(self, compartments: u8) -> bool {
        self.label & !compartments == 0
    }
}

/// Balances by account, in minor units.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger {
    balances: BTreeMap<u8, i128>,
}

impl Ledger {
    /// Posts a transfer.
    pub fn post(&mut self, transfer: Transfer, plant: Plant) {
        let amount = match plant {
            // The fault to plant: an amount goes through a floating-point number.
            Plant::Float => transfer.amount as f64 as i128,
            _ => i128::from(transfer.amount),
        };
        *self.balances.entry(transfer.from).or_default() -= amount;
        *self.balances.entry(transfer.to).or_default() += amount;
    }

    /// The sum over all accounts: 0, or money came from nowhere.
    pub fn sum(&self) -> i128 {
        self.balances.values().sum()
    }

    /// The digest of the state.
    pub fn digest(&self) -> [u8; 32] {
        let mut digest = Sha256::new();
        for (account, balance) in &self.balances {
            digest.update([*account]);
            digest.update(balance.to_be_bytes());
        }
        digest.finalize().into()
    }
}
