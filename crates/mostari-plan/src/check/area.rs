//! Areas below areas, found by walking up.

use mostari_model::AreaId;
use std::collections::{BTreeMap, BTreeSet};

/// Whether an area is one of `of` or lies below one of them. No `of` at all means everywhere.
pub(super) fn is_covered(area: &AreaId, of: &[AreaId], parents: &BTreeMap<AreaId, Option<AreaId>>) -> bool {
    if of.is_empty() {
        return true;
    }
    let mut seen = BTreeSet::new();
    let mut here = Some(area);
    while let Some(area) = here {
        if of.contains(area) {
            return true;
        }
        if !seen.insert(area) {
            return false;
        }
        here = parents.get(area).and_then(|parent| parent.as_ref());
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_area_covers_itself_and_what_is_below() {
        let parents = BTreeMap::from([
            ("land".into(), None),
            ("north".into(), Some("land".into())),
            ("hill".into(), Some("north".into())),
            ("south".into(), Some("land".into())),
        ]);
        let covered = |area: &str, of: &[&str]| {
            is_covered(&area.into(), &of.iter().map(|a| AreaId::from(*a)).collect::<Vec<_>>(), &parents)
        };
        assert!(covered("hill", &["north"]) && covered("hill", &["land"]) && covered("hill", &["hill"]));
        assert!(!covered("hill", &["south"]) && !covered("north", &["hill"]));
        assert!(covered("hill", &[]));
    }
}
