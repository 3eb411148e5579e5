//! Linear programs in exact integers.
//!
//! The tableau holds whole numbers over one common denominator (integer pivoting: Edmonds 1967, *Journal of Research of
//! the NBS* 71B; every division is exact), so no rounding can make a protected cell look open. Bland's rule ends any
//! run of steps without progress.

use super::system::AttackError;

type Result<T> = std::result::Result<T, AttackError>;

/// All non-negative solutions of some equations, with one of them at hand.
pub(super) struct Polytope {
    /// Rows over `denominator`; the last entry of each is its right-hand side.
    rows: Vec<Vec<i128>>,
    /// The column whose unknown each row gives; `usize::MAX` for an artificial one.
    basis: Vec<usize>,
    denominator: i128,
    columns: usize,
}

const ARTIFICIAL: usize = usize::MAX;

impl Polytope {
    /// Finds a solution of `rows`: coefficients, then the right-hand side, which is not negative.
    ///
    /// # Errors
    /// [`AttackError::Contradiction`] if there is none, [`AttackError::Overflow`].
    pub fn new(rows: Vec<Vec<i128>>) -> Result<Self> {
        let columns = rows.first().map_or(0, |row| row.len() - 1);
        let mut polytope = Self { basis: vec![ARTIFICIAL; rows.len()], rows, denominator: 1, columns };
        // The sum of the artificial unknowns is to become zero: maximise its opposite.
        let mut cost = vec![0_i128; columns + 1];
        for row in &polytope.rows {
            for (sum, entry) in cost.iter_mut().zip(row) {
                *sum = sum.checked_add(*entry).ok_or(AttackError::Overflow)?;
            }
        }
        let is_bounded = polytope.climb(&mut cost)?;
        debug_assert!(is_bounded, "a sum that is not negative has a least value");
        if cost[columns] != 0 {
            return Err(AttackError::Contradiction);
        }
        polytope.drop_artificial()?;
        Ok(polytope)
    }

    /// The largest (or smallest) sum of some columns, rounded down (or up) to a whole number; `None` if there is none.
    ///
    /// # Errors
    /// [`AttackError::Overflow`].
    pub fn extreme(&mut self, columns: &[usize], most: bool) -> Result<Option<i128>> {
        let sign = if most { 1 } else { -1 };
        let mut cost = vec![0_i128; self.columns + 1];
        for &column in columns {
            cost[column] = sign * self.denominator;
        }
        for (row, basic) in self.rows.iter().zip(&self.basis) {
            if columns.contains(basic) {
                for (reduced, entry) in cost.iter_mut().zip(row) {
                    *reduced = reduced.checked_sub(sign * entry).ok_or(AttackError::Overflow)?;
                }
            }
        }
        if !self.climb(&mut cost)? {
            return Ok(None);
        }
        // The right-hand side of the cost row is minus the value.
        let value = -cost[self.columns];
        Ok(Some(match most {
            true => value.div_euclid(self.denominator),
            false => -value.div_euclid(self.denominator),
        }))
    }

    /// Pivots until no reduced cost is positive. False if the value can grow without end.
    fn climb(&mut self, cost: &mut [i128]) -> Result<bool> {
        let patience = self.rows.len() + self.columns;
        let mut steps_in_place = 0;
        loop {
            let candidates = (0..self.columns).filter(|column| cost[*column] > 0);
            let entering = match steps_in_place > patience {
                true => candidates.min(),
                false => candidates.max_by_key(|column| (cost[*column], std::cmp::Reverse(*column))),
            };
            let Some(entering) = entering else { return Ok(true) };
            let Some(leaving) = self.leaving(entering)? else { return Ok(false) };
            let is_in_place = self.rows[leaving][self.columns] == 0;
            steps_in_place = if is_in_place { steps_in_place + 1 } else { 0 };
            self.pivot(leaving, entering, cost)?;
        }
    }

    /// The row that first becomes zero when a column grows; of several, the one with the smallest basic column.
    fn leaving(&self, entering: usize) -> Result<Option<usize>> {
        let mut best: Option<usize> = None;
        for (row, entries) in self.rows.iter().enumerate().filter(|(_, entries)| entries[entering] > 0) {
            let Some(held) = best else {
                best = Some(row);
                continue;
            };
            let ours = multiply(entries[self.columns], self.rows[held][entering])?;
            let theirs = multiply(self.rows[held][self.columns], entries[entering])?;
            if (ours, self.basis[row]) < (theirs, self.basis[held]) {
                best = Some(row);
            }
        }
        Ok(best)
    }

    fn pivot(&mut self, leaving: usize, entering: usize, cost: &mut [i128]) -> Result<()> {
        let pivot_row = std::mem::take(&mut self.rows[leaving]);
        let pivot = pivot_row[entering];
        for row in self.rows.iter_mut().filter(|row| !row.is_empty()) {
            clear(row, &pivot_row, pivot, entering, self.denominator)?;
        }
        clear(cost, &pivot_row, pivot, entering, self.denominator)?;
        self.rows[leaving] = pivot_row;
        self.basis[leaving] = entering;
        self.denominator = pivot;
        Ok(())
    }

    /// Brings real unknowns into the rows that still have an artificial one, or drops the row, which says nothing new.
    fn drop_artificial(&mut self) -> Result<()> {
        let mut row = 0;
        while row < self.rows.len() {
            if self.basis[row] != ARTIFICIAL {
                row += 1;
                continue;
            }
            match (0..self.columns).find(|column| self.rows[row][*column] != 0) {
                None => {
                    self.rows.swap_remove(row);
                    self.basis.swap_remove(row);
                }
                Some(column) => {
                    if self.rows[row][column] < 0 {
                        self.rows[row].iter_mut().for_each(|entry| *entry = -*entry);
                    }
                    self.pivot(row, column, &mut vec![0; self.columns + 1])?;
                    row += 1;
                }
            }
        }
        Ok(())
    }
}

/// Takes the entering column out of a row.
fn clear(row: &mut [i128], pivot_row: &[i128], pivot: i128, entering: usize, denominator: i128) -> Result<()> {
    let factor = row[entering];
    if factor == 0 && pivot == denominator {
        return Ok(());
    }
    for (entry, above) in row.iter_mut().zip(pivot_row) {
        let grown = multiply(*entry, pivot)?;
        let taken = if factor == 0 || *above == 0 { 0 } else { multiply(factor, *above)? };
        *entry = grown.checked_sub(taken).ok_or(AttackError::Overflow)? / denominator;
    }
    Ok(())
}

fn multiply(a: i128, b: i128) -> Result<i128> {
    a.checked_mul(b).ok_or(AttackError::Overflow)
}
