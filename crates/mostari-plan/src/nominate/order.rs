//! Which project waits for which: clinic after bridge after clearance.

use mostari_model::{Catalogue, Project, ProjectId};
use std::collections::BTreeMap;

/// For each kind that a project's kind needs before, the one project of that kind in the same area that matters to
/// it: the nearest where both have a point, else the one that serves most people (of equals, the first). The
/// catalogue's kinds do not wait for each other in circles, so neither do projects.
pub(super) fn link(projects: &mut [Project], catalogue: &Catalogue) {
    let mut places: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
    for (i, project) in projects.iter().enumerate() {
        places.entry((project.area.to_string(), project.kind.clone())).or_default().push(i);
    }
    let needs = |project: &Project| -> Vec<ProjectId> {
        let kinds = catalogue.kind(&project.kind).map_or(&[][..], |kind| &kind.needs_before);
        let of_kind = |kind: &String| {
            let there = places.get(&(project.area.to_string(), kind.clone()))?;
            matters(project, there.iter().map(|i| &projects[*i])).map(|p| p.id.clone())
        };
        kinds.iter().filter_map(of_kind).collect()
    };
    let all: Vec<Vec<ProjectId>> = projects.iter().map(needs).collect();
    for (project, needs) in projects.iter_mut().zip(all) {
        project.needs_before = needs;
    }
}

fn matters<'a>(project: &Project, others: impl Iterator<Item = &'a Project> + Clone) -> Option<&'a Project> {
    let nearest = |(longitude, latitude): (f64, f64)| {
        let squared = |p: &&Project| {
            p.point.map(|(x, y)| {
                // East-west degrees shrink with latitude; enough to compare distances within an area.
                let east = (x - longitude) * latitude.to_radians().cos();
                east * east + (y - latitude) * (y - latitude)
            })
        };
        let with_point = others.clone().filter_map(move |p| squared(&p).map(|d| (d, p)));
        with_point.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, p)| p)
    };
    project.point.and_then(nearest).or_else(|| others.clone().reduce(|a, b| if b.people > a.people { b } else { a }))
}
