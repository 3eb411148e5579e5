//! What the releases say, as linear equations over leaf values, and the bounds that follow.

use super::{sensitive::Versions, simplex::Polytope};
use crate::disclosure::{CellId, Corrections, DisclosureError, Frame, ReleasedTable, Shown};
use std::collections::{BTreeMap, BTreeSet};

/// Everything that the adversary knows.
#[derive(Debug, Clone, Copy)]
pub struct Observed<'a> {
    /// The hierarchies.
    pub frame: &'a Frame,
    /// All releases, in the order in which they were made.
    pub releases: &'a [&'a ReleasedTable],
    /// Which leaves were corrected before which release.
    pub corrections: &'a Corrections,
}

/// A sum that the adversary would like to know: leaf cells, each with how often it had been corrected.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Question(pub Vec<(CellId, u32)>);

/// What the adversary derives of a sum: it is certainly not outside these bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// The smallest possible value, rounded up to a whole number.
    pub low: u64,
    /// The largest, rounded down; `None` if there is none.
    pub high: Option<u64>,
}

/// Why the attack cannot be carried out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AttackError {
    /// The input does not fit together.
    #[error("the releases cannot be attacked")]
    Input(#[source] DisclosureError),
    /// No table could have led to these releases.
    #[error("the releases contradict each other")]
    Contradiction,
    /// Numbers beyond 128 bits; the answer is not known.
    #[error("the numbers of the attack grow beyond 128 bits")]
    Overflow,
}

/// The tightest bounds of each sum that follow from the releases, from non-negative values (exact linear programs), and
/// from whole numbers by rounding.
///
/// # Errors
/// [`AttackError`].
pub fn bounds(observed: &Observed<'_>, questions: &[Question]) -> Result<Vec<Bounds>, AttackError> {
    let mut system = System::new(observed)?;
    questions.iter().map(|question| system.bounds(observed.frame, question)).collect()
}

/// A leaf cell in a version.
type Key = (usize, u32);

struct Equation {
    unknowns: Vec<usize>,
    value: i128,
}

/// A group of unknowns that always occur together, so that only their sum is told.
#[derive(Clone, Copy)]
struct Class {
    component: usize,
    column: usize,
}

struct System {
    number: BTreeMap<Key, usize>,
    fixed: Vec<Option<i128>>,
    /// The class of every unknown that some equation still holds.
    class: Vec<Option<Class>>,
    /// How many unknowns each class has, by component and column.
    members: Vec<Vec<usize>>,
    components: Vec<Polytope>,
    known: BTreeMap<(usize, Vec<usize>, bool), Option<i128>>,
}

impl System {
    fn new(observed: &Observed<'_>) -> Result<Self, AttackError> {
        let (number, equations) = equations(observed)?;
        let mut fixed = vec![None; number.len()];
        let equations = reduce(equations, &mut fixed)?;
        let mut signature = vec![Vec::new(); number.len()];
        for (index, equation) in equations.iter().enumerate() {
            for &unknown in &equation.unknowns {
                signature[unknown].push(index);
            }
        }
        let mut system = Self {
            class: vec![None; number.len()],
            number,
            fixed,
            members: Vec::new(),
            components: Vec::new(),
            known: BTreeMap::new(),
        };
        let component_of = connect(&equations, &signature);
        system.classify(&equations, &signature, &component_of)?;
        Ok(system)
    }

    /// Joins unknowns with the same equations, and makes one polytope of every connected part.
    fn classify(
        &mut self,
        equations: &[Equation],
        signature: &[Vec<usize>],
        component_of: &[usize],
    ) -> Result<(), AttackError> {
        let mut groups: BTreeMap<&[usize], Vec<usize>> = BTreeMap::new();
        for (unknown, equations) in signature.iter().enumerate().filter(|(_, equations)| !equations.is_empty()) {
            groups.entry(equations).or_default().push(unknown);
        }
        let names: BTreeSet<usize> = component_of.iter().copied().collect();
        for (component, name) in names.into_iter().enumerate() {
            let rows: Vec<usize> = (0..equations.len()).filter(|row| component_of[*row] == name).collect();
            let columns: Vec<_> = groups.iter().filter(|(of, _)| component_of[of[0]] == name).collect();
            let mut matrix = vec![vec![0_i128; columns.len() + 1]; rows.len()];
            for (column, (of, unknowns)) in columns.iter().enumerate() {
                for equation in of.iter() {
                    let row = rows.binary_search(equation).expect("the equations of a class lie in its component");
                    matrix[row][column] = 1;
                }
                for &unknown in unknowns.iter() {
                    self.class[unknown] = Some(Class { component, column });
                }
            }
            for (row, equation) in rows.iter().enumerate() {
                matrix[row][columns.len()] = equations[*equation].value;
            }
            self.members.push(columns.iter().map(|(_, unknowns)| unknowns.len()).collect());
            self.components.push(Polytope::new(matrix)?);
        }
        Ok(())
    }

    fn bounds(&mut self, frame: &Frame, question: &Question) -> Result<Bounds, AttackError> {
        let mut sum = 0_i128;
        let mut is_bounded = true;
        let mut held: BTreeMap<usize, BTreeMap<usize, usize>> = BTreeMap::new();
        for (id, version) in &question.0 {
            let leaf = frame.extent(id, None)?.leaf_cells(frame)[0];
            let unknown = self.number.get(&(leaf, *version)).copied();
            let fixed = unknown.and_then(|unknown| self.fixed[unknown]);
            match (fixed, unknown.and_then(|unknown| self.class[unknown])) {
                (Some(value), _) => sum += value,
                (None, Some(class)) => {
                    *held.entry(class.component).or_default().entry(class.column).or_default() += 1;
                }
                (None, None) => is_bounded = false,
            }
        }
        let (mut low, mut high) = (sum, is_bounded.then_some(sum));
        for (component, columns) in held {
            let members = &self.members[component];
            let whole = columns.iter().filter(|(column, count)| members[**column] == **count);
            let whole: Vec<usize> = whole.map(|(column, _)| *column).collect();
            let least = self.extreme(component, whole, false)?;
            low += least.expect("a sum of values that are not negative has a least value");
            if let Some(so_far) = high {
                let most = self.extreme(component, columns.into_keys().collect(), true)?;
                high = most.map(|most| so_far + most);
            }
        }
        let narrow = |value: i128| u64::try_from(value).map_err(|_| AttackError::Overflow);
        Ok(Bounds { low: narrow(low)?, high: high.map(narrow).transpose()? })
    }

    fn extreme(&mut self, component: usize, columns: Vec<usize>, most: bool) -> Result<Option<i128>, AttackError> {
        if columns.is_empty() {
            return Ok(Some(0));
        }
        let key = (component, columns, most);
        if let Some(known) = self.known.get(&key) {
            return Ok(*known);
        }
        let found = self.components[component].extreme(&key.1, most)?;
        self.known.insert(key, found);
        Ok(found)
    }
}

/// One equation for every shown cell.
fn equations(observed: &Observed<'_>) -> Result<(BTreeMap<Key, usize>, Vec<Equation>), AttackError> {
    let frame = observed.frame;
    let versions = Versions::new(observed.corrections);
    let mut number = BTreeMap::new();
    let mut equations = Vec::new();
    for (release, table) in observed.releases.iter().enumerate() {
        let covered = table.layout.covered(frame)?;
        for released in &table.cells {
            let Shown::Value(value) = released.shown else { continue };
            let extent = frame.extent(&released.cell, covered.as_deref())?;
            let mut unknowns = Vec::new();
            for leaf in extent.leaf_cells(frame) {
                let next = number.len();
                let version = versions.at(&frame.leaf_id(leaf), release);
                unknowns.push(*number.entry((leaf, version)).or_insert(next));
            }
            unknowns.sort_unstable();
            equations.push(Equation { unknowns, value: i128::from(value) });
        }
    }
    Ok((number, equations))
}

/// Takes out what is told outright: a single unknown, and all unknowns of a zero; then repeated equations.
fn reduce(mut equations: Vec<Equation>, fixed: &mut [Option<i128>]) -> Result<Vec<Equation>, AttackError> {
    loop {
        let mut is_settled = true;
        for equation in &mut equations {
            let Equation { unknowns, value } = equation;
            unknowns.retain(|unknown| match fixed[*unknown] {
                Some(known) => {
                    *value -= known;
                    false
                }
                None => true,
            });
            if *value < 0 || (unknowns.is_empty() && *value != 0) {
                return Err(AttackError::Contradiction);
            }
            if !unknowns.is_empty() && (*value == 0 || unknowns.len() == 1) {
                is_settled = false;
                for &unknown in unknowns.iter() {
                    fixed[unknown] = Some(*value);
                }
                *value = 0;
                unknowns.clear();
            }
        }
        equations.retain(|equation| !equation.unknowns.is_empty());
        if is_settled {
            break;
        }
    }
    let mut distinct: BTreeMap<Vec<usize>, i128> = BTreeMap::new();
    for Equation { unknowns, value } in equations {
        if distinct.insert(unknowns, value).is_some_and(|before| before != value) {
            return Err(AttackError::Contradiction);
        }
    }
    Ok(distinct.into_iter().map(|(unknowns, value)| Equation { unknowns, value }).collect())
}

/// The smallest equation that each equation is connected to through shared unknowns.
fn connect(equations: &[Equation], signature: &[Vec<usize>]) -> Vec<usize> {
    let mut component = vec![usize::MAX; equations.len()];
    for start in 0..equations.len() {
        if component[start] != usize::MAX {
            continue;
        }
        component[start] = start;
        let mut open = vec![start];
        while let Some(equation) = open.pop() {
            for &unknown in &equations[equation].unknowns {
                for &next in &signature[unknown] {
                    if component[next] == usize::MAX {
                        component[next] = start;
                        open.push(next);
                    }
                }
            }
        }
    }
    component
}
