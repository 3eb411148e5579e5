//! Rows placed by what their file calls the place.

use super::{PlaceMatch, Placer};
use crate::{
    AreaIndex, Gazetteer, Match,
    findings::{ASK, LIKELY, NO_PLACE, SETTLED_LOST, SETTLED_NONE, TOTALS_DIFFER},
};
use mostari_model::{Activities, Displacements, Figures, FoodPhases, Needs, PlaceRef, Places, Populations};
use std::collections::{BTreeMap, HashMap};

/// Candidates that a finding names.
const CANDIDATES_NAMED: usize = 3;

/// Tables whose rows have a place reference.
pub(super) trait HasPlaces {
    /// References, rows in the file, datasets.
    fn columns(&self) -> (&Places, &[u32], &[u32]);
}

macro_rules! has_places {
    ($($table:ty),*) => {$(
        impl HasPlaces for $table {
            fn columns(&self) -> (&Places, &[u32], &[u32]) {
                (&self.place, &self.row, &self.dataset)
            }
        }
    )*};
}
has_places!(Populations, Needs, FoodPhases, Displacements, Activities, Figures);

/// What the distinct references of a table mean.
pub(super) struct Resolved {
    /// By the code of the reference in its column; `None` if no row uses it.
    by_code: Vec<Option<PlaceMatch>>,
}

impl Resolved {
    /// Resolves each reference that is used by rows for which `uses` holds, together with the others of its file.
    pub(super) fn of(
        gazetteer: &Gazetteer,
        places: &Places,
        row: &[u32],
        dataset: &[u32],
        uses: impl Fn(usize) -> bool,
    ) -> Self {
        let mut by_code: Vec<Option<PlaceMatch>> = vec![None; places.values().len()];
        for (i, code) in places.codes().iter().enumerate().filter(|(i, _)| uses(*i)) {
            let unresolved = || PlaceMatch {
                place: places.values()[*code as usize].clone(),
                table: "",
                found: Match::ask(Vec::new(), ""),
                rows: 0,
                first: (row[i], dataset[i]),
            };
            by_code[*code as usize].get_or_insert_with(unresolved).rows += 1;
        }
        let mut by_file: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (code, used) in by_code.iter().enumerate() {
            if let Some(used) = used {
                by_file.entry(used.first.1).or_default().push(code);
            }
        }
        for codes in by_file.values() {
            let asked: Vec<&PlaceRef> = codes.iter().map(|code| &places.values()[*code]).collect();
            for (code, found) in codes.iter().zip(gazetteer.resolve_together(&asked)) {
                by_code[*code].as_mut().expect("it is used by this file").found = found;
            }
        }
        Self { by_code }
    }

    pub(super) fn area(&self, code: u32) -> Option<AreaIndex> {
        self.by_code[code as usize].as_ref()?.found.area()
    }
}

impl Placer<'_> {
    /// Lists the matches of a table and reports those that are not beyond doubt.
    pub(super) fn keep(&mut self, table: &'static str, resolved: Resolved) {
        let mut used: Vec<PlaceMatch> = resolved.by_code.into_iter().flatten().collect();
        used.iter_mut().for_each(|used| used.table = table);
        used.iter().for_each(|used| self.report_match(used));
        self.matches.extend(used);
    }

    fn report_match(&mut self, used: &PlaceMatch) {
        let PlaceMatch { place, table, found, rows, first: (row, dataset) } = used;
        let what = format!("`{}` in {rows} {} of {table}", place.to_words(), if *rows == 1 { "row" } else { "rows" });
        let (card, message) = match found {
            Match::Exact { .. } => return,
            Match::Likely { area, because } => {
                (LIKELY, format!("{what} is taken as {}: {because}", self.gazetteer.describe(*area)))
            }
            Match::Ask { candidates, because } => {
                let card = match self.gazetteer.settled.get(place) {
                    Some(None) => SETTLED_NONE,
                    Some(Some(Err(_))) => SETTLED_LOST,
                    _ if place.is_empty() => NO_PLACE,
                    _ => ASK,
                };
                let named = candidates.iter().take(CANDIDATES_NAMED).map(|c| self.gazetteer.describe(c.area));
                let named = named.collect::<Vec<_>>().join(" or ");
                (
                    card,
                    if named.is_empty() {
                        format!("{what}: {because}")
                    } else {
                        format!("{what}: {because}; {named}?")
                    },
                )
            }
        };
        self.report(card, *dataset, *row, message);
    }

    /// Needs; a row without any place is the national row of its file.
    pub(super) fn needs(&mut self) -> Vec<Option<AreaIndex>> {
        let needs = &self.snapshot.tables.needs;
        let mut resolved = Resolved::of(&self.gazetteer, &needs.place, &needs.row, &needs.dataset, |_| true);
        if let Some(country) = self.gazetteer.country(&self.snapshot.mission.country) {
            for used in resolved.by_code.iter_mut().flatten().filter(|used| used.place.is_empty()) {
                if !self.gazetteer.settled.contains_key(&used.place) {
                    used.found = Match::exact(country, "the national row of its file");
                }
            }
        }
        let areas = needs.place.codes().iter().map(|code| resolved.area(*code)).collect();
        self.keep("needs", resolved);
        areas
    }

    /// Populations, and with them the people of each area.
    pub(super) fn populations(&mut self) -> Vec<Option<AreaIndex>> {
        let table = &self.snapshot.tables.populations;
        let mut resolved = Resolved::of(&self.gazetteer, &table.place, &table.row, &table.dataset, |_| true);
        ask_where_one_area_is_counted_twice(&self.gazetteer, &mut resolved);
        let areas: Vec<_> = table.place.codes().iter().map(|code| resolved.area(*code)).collect();
        self.keep("populations", resolved);
        self.attach_people(&areas);
        areas
    }

    /// Gives each area its latest total; of several for one day, the one that was added last.
    fn attach_people(&mut self, areas: &[Option<AreaIndex>]) {
        let table = &self.snapshot.tables.populations;
        let mut latest: BTreeMap<AreaIndex, usize> = BTreeMap::new();
        for (i, area) in areas.iter().enumerate() {
            let (Some(area), Some(people)) = (*area, table.people[i]) else { continue };
            if !table.group.get(i).eq_ignore_ascii_case("total") || people < 0 {
                continue;
            }
            let Some(known) = latest.insert(area, i) else { continue };
            if table.date[i] < table.date[known] {
                latest.insert(area, known);
            } else if table.date[i] == table.date[known] && table.people[i] != table.people[known] {
                let was = table.people[known].unwrap_or_default();
                let message = format!("{} has {people} people here and {was} elsewhere", self.gazetteer.describe(area));
                self.report(TOTALS_DIFFER, table.dataset[i], table.row[i], message);
            }
        }
        for (area, i) in latest {
            let people = table.people[i].and_then(|people| u64::try_from(people).ok());
            self.gazetteer.areas[area].people = people.map(|people| (people, table.dataset[i]));
        }
    }
}

/// A population table counts each area once: where two different references of one file mean the same area, the
/// doubtful ones are more likely an area that the gazetteer lacks.
fn ask_where_one_area_is_counted_twice(gazetteer: &Gazetteer, resolved: &mut Resolved) {
    let mut uses: HashMap<(u32, AreaIndex), u32> = HashMap::new();
    for used in resolved.by_code.iter().flatten() {
        if let Some(area) = used.found.area() {
            *uses.entry((used.first.1, area)).or_default() += 1;
        }
    }
    for used in resolved.by_code.iter_mut().flatten() {
        let Match::Likely { area, because } = &used.found else { continue };
        if uses[&(used.first.1, *area)] > 1 {
            let candidate = crate::Candidate { area: *area, score: 0.9, because: because.clone() };
            let because = format!("{} stands in the file under another name too", gazetteer.describe(*area));
            used.found = Match::ask(vec![candidate], because);
        }
    }
}
