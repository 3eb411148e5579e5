//! What the suppressor works on: every leaf value that ever held as one unknown, every released cell as a sum of them.

use super::{
    CellId, Corrections, DisclosureError, Frame, Layout, Leaf, Need, ReleasedCell, Rule, Shown, Table, protect::Earlier,
};
use std::collections::{BTreeMap, BTreeSet};

/// One unknown of the adversary: a leaf cell in one version.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unknown {
    pub leaf: usize,
    pub version: u32,
    pub value: i64,
}

/// A cell of some release, all of whose leaves are known.
#[derive(Debug, Clone)]
pub(super) struct Cell {
    pub release: usize,
    /// Its position in its release.
    pub position: usize,
    pub value: u64,
    pub hidden: bool,
}

/// A set of unknowns whose sum must stay open.
#[derive(Debug, Clone)]
pub(super) struct Target {
    pub cell: CellId,
    /// The release whose version of the values is meant.
    pub release: usize,
    /// Leaves on each axis.
    pub axes: [Vec<u32>; 3],
    pub unknowns: Vec<u32>,
    pub need: Need,
}

/// Who contributed how much to a sum.
type Shares<'a> = BTreeMap<&'a str, u64>;

pub(super) struct Ground<'a> {
    pub frame: &'a Frame,
    pub unknowns: Vec<Unknown>,
    /// The unknown of each leaf as of each release; `None` where the leaf is in no true table up to it.
    pub of: Vec<Vec<Option<u32>>>,
    pub cells: Vec<Cell>,
    /// The cells that sum an unknown.
    pub cells_of: Vec<Vec<u32>>,
    /// All unknowns of a leaf.
    pub versions: Vec<Vec<u32>>,
    /// The true leaf values as of each release.
    truths: Vec<Vec<Option<&'a Leaf>>>,
}

impl<'a> Ground<'a> {
    /// Earlier releases as they are, and the new one with nothing hidden but what the rule hides.
    pub fn new(
        frame: &'a Frame,
        rule: &Rule,
        earlier: &[Earlier<'a>],
        layout: &Layout,
        truth: &'a Table,
    ) -> Result<Self, DisclosureError> {
        let truths: Vec<&'a Table> = earlier.iter().map(|past| past.truth).chain([truth]).collect();
        let names: Vec<CellId> = (0..frame.leaf_count()).map(|leaf| frame.leaf_id(leaf)).collect();
        let by_leaf = |truth: &&'a Table| names.iter().map(|name| truth.0.get(name)).collect();
        let mut ground = Self {
            frame,
            unknowns: Vec::new(),
            of: Vec::new(),
            cells: Vec::new(),
            cells_of: Vec::new(),
            versions: vec![Vec::new(); names.len()],
            truths: truths.iter().map(by_leaf).collect(),
        };
        ground.number_unknowns(&names, &Corrections::between(&truths))?;
        for (release, past) in earlier.iter().enumerate() {
            past.shown.check_whole()?;
            let shows = |cell: &ReleasedCell| matches!(cell.shown, Shown::Value(_));
            let hidden: Vec<bool> = past.shown.cells.iter().map(|cell| !shows(cell)).collect();
            ground.add_release(release, &past.shown.layout, |position, _, _| hidden[position])?;
        }
        let is_small = |_, value, shares: &Shares<'_>| rule.need(value, shares).is_some();
        ground.add_release(earlier.len(), layout, is_small)?;
        Ok(ground)
    }

    fn number_unknowns(&mut self, names: &[CellId], corrections: &Corrections) -> Result<(), DisclosureError> {
        let mut current: Vec<Option<u32>> = vec![None; names.len()];
        let mut version = vec![0; names.len()];
        for (truth, corrected) in self.truths.iter().zip(&corrections.0) {
            for (leaf, known) in truth.iter().enumerate() {
                let Some(known) = known else { continue };
                let is_corrected = corrected.contains(&names[leaf]);
                if current[leaf].is_none() || is_corrected {
                    version[leaf] += u32::from(is_corrected);
                    let value = i64::try_from(known.value).map_err(|_| DisclosureError::Overflow)?;
                    let index = u32::try_from(self.unknowns.len()).map_err(|_| DisclosureError::Overflow)?;
                    self.unknowns.push(Unknown { leaf, version: version[leaf], value });
                    self.versions[leaf].push(index);
                    current[leaf] = Some(index);
                }
            }
            self.of.push(current.clone());
        }
        self.cells_of = vec![Vec::new(); self.unknowns.len()];
        Ok(())
    }

    fn add_release(
        &mut self,
        release: usize,
        layout: &Layout,
        is_hidden: impl Fn(usize, u64, &Shares<'_>) -> bool,
    ) -> Result<(), DisclosureError> {
        let covered = layout.covered(self.frame)?;
        for (position, id) in layout.cells().enumerate() {
            let leaves = self.frame.extent(&id, covered.as_deref())?.leaf_cells(self.frame);
            let Some((value, shares)) = self.sum(release, &leaves) else { continue };
            let hidden = is_hidden(position, value, &shares);
            let index = u32::try_from(self.cells.len()).map_err(|_| DisclosureError::Overflow)?;
            for &leaf in &leaves {
                let unknown = self.of[release][leaf].expect("a leaf of the truth has an unknown");
                self.cells_of[unknown as usize].push(index);
            }
            self.cells.push(Cell { release, position, value, hidden });
        }
        Ok(())
    }

    /// The sum of some leaves as of a release, with its contributions; `None` if there is no leaf or one is unknown.
    fn sum(&self, release: usize, leaves: &[usize]) -> Option<(u64, Shares<'a>)> {
        let mut value = 0_u64;
        let mut shares = Shares::new();
        for &leaf in leaves {
            let known = self.truths[release][leaf]?;
            value = value.checked_add(known.value)?;
            for (party, share) in &known.contributions {
                *shares.entry(party).or_default() += share;
            }
        }
        (!leaves.is_empty()).then_some((value, shares))
    }

    /// Every sum that the rule protects: each cell of the frame, whole, within the coverage of any release and outside
    /// it, as of each release. The largest come first, so that totals are settled before their parts.
    pub fn targets(&self, rule: &Rule, layouts: &[&Layout]) -> Result<Vec<Target>, DisclosureError> {
        let mut cuts: BTreeSet<Option<Vec<u32>>> = [None].into();
        for layout in layouts {
            if let Some(covered) = layout.covered(self.frame)? {
                let all = 0..self.frame.areas.leaves().len() as u32;
                cuts.insert(Some(all.filter(|leaf| covered.binary_search(leaf).is_err()).collect()));
                cuts.insert(Some(covered));
            }
        }
        let mut found: BTreeMap<Vec<u32>, Target> = BTreeMap::new();
        for id in self.frame.cells() {
            for cut in &cuts {
                let extent = self.frame.extent(&id, cut.as_deref())?;
                let leaves = extent.leaf_cells(self.frame);
                for release in 0..self.of.len() {
                    let Some((value, shares)) = self.sum(release, &leaves) else { continue };
                    let Some(need) = rule.need(value, &shares) else { continue };
                    let unknowns: Vec<u32> = leaves.iter().filter_map(|leaf| self.of[release][*leaf]).collect();
                    let axes = [0, 1, 2].map(|axis| extent.axis(axis).to_vec());
                    let target = Target { cell: id.clone(), release, axes, unknowns: unknowns.clone(), need };
                    let held = found.entry(unknowns).or_insert(target);
                    held.need = held.need.and(need);
                }
            }
        }
        let mut targets: Vec<Target> = found.into_values().collect();
        targets.sort_by_key(|target| std::cmp::Reverse(target.unknowns.len()));
        Ok(targets)
    }
}
