//! Double-entry ledgers of money, goods and weeks: statements to balances, residue and audit.
