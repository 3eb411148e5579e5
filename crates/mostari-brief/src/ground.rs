//! What every section looks things up in: areas by id, datasets by number, projects by id, names of parties.

use crate::{Briefing, topic::Topic};
use mostari_model::{AreaId, Dataset, DatasetId, Label, PartyId, Project, ProjectId};
use mostari_place::{AreaIndex, AreaNode};
use std::collections::{BTreeMap, BTreeSet};

/// A briefing's inputs with their indexes.
pub(crate) struct Ground<'a> {
    pub(crate) input: Briefing<'a>,
    /// Areas that have nothing below them, in the gazetteer's order.
    pub(crate) leaves: Vec<AreaIndex>,
    /// What the assessment says, one topic for each indicator and part, in its order.
    pub(crate) topics: Vec<Topic<'a>>,
    area_of: BTreeMap<&'a AreaId, AreaIndex>,
    project_of: BTreeMap<&'a ProjectId, &'a Project>,
    party_names: BTreeMap<&'a PartyId, &'a str>,
}

impl<'a> Ground<'a> {
    pub(crate) fn of(input: &Briefing<'a>) -> Self {
        let areas = &input.placed.gazetteer.areas;
        let parents: BTreeSet<AreaIndex> = areas.iter().filter_map(|area| area.parent).collect();
        let area_of: BTreeMap<_, _> = areas.iter().enumerate().map(|(i, area)| (&area.id, i)).collect();
        let donors = input.means.iter().flat_map(|means| means.donors.iter().map(|d| (&d.id, d.name.as_str())));
        let parties = input.means.iter().flat_map(|means| means.parties.iter().map(|p| (&p.id, p.name.as_str())));
        Self {
            leaves: (0..areas.len()).filter(|i| !parents.contains(i)).collect(),
            topics: Topic::all(input.assessment, input.indicators, &area_of),
            area_of,
            project_of: input.projects.iter().map(|project| (&project.id, project)).collect(),
            party_names: donors.chain(parties).collect(),
            input: *input,
        }
    }

    pub(crate) fn area(&self, index: AreaIndex) -> &'a AreaNode {
        &self.input.placed.gazetteer.areas[index]
    }

    pub(crate) fn area_index(&self, id: &AreaId) -> Option<AreaIndex> {
        self.area_of.get(id).copied()
    }

    /// The area's name, or its id where it has none.
    pub(crate) fn area_name(&self, id: &'a AreaId) -> &'a str {
        let name = self.area_index(id).map_or("", |index| self.area(index).name.as_str());
        if name.is_empty() { id.as_str() } else { name }
    }

    /// The name of the unit above, or nothing.
    pub(crate) fn parent_name(&self, index: AreaIndex) -> &'a str {
        self.area(index).parent.map_or("", |parent| self.area(parent).name.as_str())
    }

    pub(crate) fn project(&self, id: &ProjectId) -> Option<&'a Project> {
        self.project_of.get(id).copied()
    }

    /// The project's title, or its id where it is not among the candidates.
    pub(crate) fn project_title(&self, id: &'a ProjectId) -> &'a str {
        self.project(id).map_or(id.as_str(), |project| project.title.as_str())
    }

    /// The party's name, or its id where the means do not name it.
    pub(crate) fn party_name(&self, id: &'a PartyId) -> &'a str {
        self.party_names.get(id).copied().filter(|name| !name.is_empty()).unwrap_or(id.as_str())
    }

    pub(crate) fn dataset(&self, id: DatasetId) -> Option<&'a Dataset> {
        self.input.snapshot.datasets.iter().find(|dataset| dataset.id == id)
    }

    /// The union of the labels of everything that the page was made from.
    pub(crate) fn label(&self) -> Label {
        let of_plan = self.input.plan.map_or_else(Label::public, |plan| plan.label.clone());
        self.input.snapshot.label.join(&self.input.assessment.label).join(&of_plan)
    }
}

/// `UCDP GED 25.1 (CC BY 4.0)`; says so where nobody stated a licence.
pub(crate) fn source_words(dataset: &Dataset) -> String {
    let source = if dataset.source.is_empty() { &dataset.file } else { &dataset.source };
    let licence = if dataset.licence.is_empty() { "licence not stated" } else { &dataset.licence };
    format!("{source} ({licence})")
}
