//! A linear program as people build it: variables first, then rows over them.

use std::fmt::Write as _;

/// Which way the objective goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sense {
    /// Larger is better.
    Maximise,
    /// Smaller is better.
    Minimise,
}

/// Which values a variable may take within its bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Any.
    Continuous,
    /// Whole numbers.
    Integer,
}

/// A variable of one model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Variable(pub(crate) usize);

impl Variable {
    /// Its position in the model, from 0.
    pub fn index(self) -> usize {
        self.0
    }
}

/// A row of one model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Row(pub(crate) usize);

#[derive(Debug, Clone)]
pub(crate) struct VariableData {
    pub cost: f64,
    pub lower: f64,
    pub upper: f64,
    pub kind: Kind,
    pub name: Option<String>,
}

#[derive(Debug, Clone)]
pub(crate) struct RowData {
    pub lower: f64,
    pub upper: f64,
    pub terms: Vec<(Variable, f64)>,
    pub name: Option<String>,
}

/// A mixed-integer linear program.
#[derive(Debug, Clone)]
pub struct Model {
    pub(crate) sense: Sense,
    pub(crate) variables: Vec<VariableData>,
    pub(crate) rows: Vec<RowData>,
}

impl Model {
    /// A model without variables or rows.
    pub fn new(sense: Sense) -> Self {
        Self { sense, variables: Vec::new(), rows: Vec::new() }
    }

    /// Adds a variable with its coefficient in the objective and its bounds (infinite where there is none).
    pub fn add_variable(&mut self, cost: f64, lower: f64, upper: f64, kind: Kind) -> Variable {
        self.variables.push(VariableData { cost, lower, upper, kind, name: None });
        Variable(self.variables.len() - 1)
    }

    /// Adds a variable that is 0 or 1.
    pub fn add_binary(&mut self, cost: f64) -> Variable {
        self.add_variable(cost, 0.0, 1.0, Kind::Integer)
    }

    /// Adds `lower <= sum of coefficient x variable <= upper` (infinite where there is no bound).
    /// A variable that stands twice counts with the sum of its coefficients.
    pub fn add_row(&mut self, lower: f64, upper: f64, terms: &[(Variable, f64)]) -> Row {
        let mut terms = terms.to_vec();
        terms.sort_by_key(|(variable, _)| *variable);
        terms.dedup_by(|later, earlier| {
            let same = later.0 == earlier.0;
            if same {
                earlier.1 += later.1;
            }
            same
        });
        self.rows.push(RowData { lower, upper, terms, name: None });
        Row(self.rows.len() - 1)
    }

    /// Changes the bounds of a variable.
    pub fn set_bounds(&mut self, variable: Variable, lower: f64, upper: f64) {
        let data = &mut self.variables[variable.0];
        (data.lower, data.upper) = (lower, upper);
    }

    /// Coefficient in the objective and upper bound of a variable, by its index.
    pub fn variable(&self, index: usize) -> (f64, f64) {
        (self.variables[index].cost, self.variables[index].upper)
    }

    /// Lower bound, terms and upper bound of a row.
    pub fn row(&self, row: Row) -> (f64, &[(Variable, f64)], f64) {
        let RowData { lower, upper, terms, .. } = &self.rows[row.0];
        (*lower, terms, *upper)
    }

    /// The same with every integer free to take any value within its bounds.
    pub fn relaxed(&self) -> Self {
        let mut relaxed = self.clone();
        relaxed.variables.iter_mut().for_each(|variable| variable.kind = Kind::Continuous);
        relaxed
    }

    /// Names a variable, for [`Model::to_text`].
    pub fn name_variable(&mut self, variable: Variable, name: impl Into<String>) {
        self.variables[variable.0].name = Some(name.into());
    }

    /// Names a row, for [`Model::to_text`].
    pub fn name_row(&mut self, row: Row, name: impl Into<String>) {
        self.rows[row.0].name = Some(name.into());
    }

    /// How many variables.
    pub fn variables_count(&self) -> usize {
        self.variables.len()
    }

    /// How many rows.
    pub fn rows_count(&self) -> usize {
        self.rows.len()
    }

    /// Every row in words, to look at when a model does not do what it should.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        let name = |v: Variable| self.variables[v.0].name.clone().unwrap_or_else(|| format!("v{}", v.0));
        for (i, row) in self.rows.iter().enumerate() {
            let label = row.name.clone().unwrap_or_else(|| format!("r{i}"));
            let _ = write!(text, "{label}: {} <=", row.lower);
            for (variable, coefficient) in &row.terms {
                let _ = write!(text, " {coefficient:+} {}", name(*variable));
            }
            let _ = writeln!(text, " <= {}", row.upper);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_reads_as_text() {
        let mut model = Model::new(Sense::Maximise);
        let clinic = model.add_binary(1.0);
        model.name_variable(clinic, "clinic");
        let row = model.add_row(f64::NEG_INFINITY, 4.0, &[(clinic, 3.0)]);
        model.name_row(row, "money");
        assert_eq!(model.to_text(), "money: -inf <= +3 clinic <= 4\n");
    }

    #[test]
    fn a_variable_that_stands_twice_in_a_row_counts_with_the_sum() {
        let mut model = Model::new(Sense::Maximise);
        let x = model.add_binary(1.0);
        model.add_row(0.0, 4.0, &[(x, 3.0), (x, 0.5)]);
        assert_eq!(model.to_text(), "r0: 0 <= +3.5 v0 <= 4\n");
    }
}
