//! One place reference on its own: what was settled, then the code, then the name.

use super::{
    Candidate, Match,
    codes::{self, CodeHow},
};
use crate::{
    AreaIndex, Gazetteer,
    countries::country_of,
    names::{How, kinds_in, resembles},
};
use mostari_model::PlaceRef;

/// How many candidates a person is shown.
const CANDIDATES_MAX: usize = 5;
/// Likeness of a candidate that has the very name (or is one of several that have it).
pub(super) const SAME_SCORE: f64 = 1.0;
/// Likeness of an area for which the code speaks but not the name, or the name but not the code.
const CONTRADICTED_SCORE: f64 = 0.5;

/// The unit above, as the reference states it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Above {
    NotGiven,
    Known(AreaIndex),
    /// Given, but no area of the gazetteer.
    Unknown,
}

/// A reference with what its country and its unit above mean.
pub(super) struct Asked<'a> {
    gazetteer: &'a Gazetteer,
    place: &'a PlaceRef,
    country: Option<AreaIndex>,
    above: Above,
}

/// What a reference means, looking at nothing else.
pub(super) fn alone(gazetteer: &Gazetteer, place: &PlaceRef) -> Match {
    if let Some(settled) = gazetteer.settled.get(place) {
        return match settled {
            Some(Ok(area)) => Match::exact(*area, "settled by a person"),
            Some(Err(id)) => Match::ask(Vec::new(), format!("settled to `{id}`, which is not in the gazetteer")),
            None => Match::ask(Vec::new(), "settled by a person: no area of this mission"),
        };
    }
    let country = gazetteer.country(&place.country);
    if let (None, Some(known)) = (country, country_of(&place.country)) {
        return Match::ask(Vec::new(), format!("the gazetteer has no area of {}", known.name));
    }
    if let Some(found) = national(gazetteer, place, country) {
        return found;
    }
    let asked = Asked { gazetteer, place, country, above: above(gazetteer, place) };
    asked.by_code().unwrap_or_else(|| asked.by_name())
}

/// References to a whole country, or to nothing.
fn national(gazetteer: &Gazetteer, place: &PlaceRef, country: Option<AreaIndex>) -> Option<Match> {
    let nothing_finer = [&place.code, &place.name, &place.parent_code, &place.parent_name].iter().all(|t| t.is_empty());
    if place.level == Some(0) {
        let named = [&place.code, &place.name].into_iter().find_map(|text| gazetteer.country(text));
        return named.or(country.filter(|_| nothing_finer)).map(|root| Match::exact(root, "the country"));
    }
    match (nothing_finer, country) {
        (false, _) => None,
        (true, Some(root)) if place.level.is_none() => {
            Some(Match::exact(root, "the country, and nothing finer is given"))
        }
        (true, _) => Some(Match::ask(Vec::new(), "neither a code nor a name is given")),
    }
}

/// The unit above: if its name stands for several units inside each other, the largest.
pub(super) fn above(gazetteer: &Gazetteer, place: &PlaceRef) -> Above {
    if place.parent_code.is_empty() && place.parent_name.is_empty() {
        return Above::NotGiven;
    }
    let (code, name) = (place.parent_code.clone(), place.parent_name.clone());
    let parent = PlaceRef { country: place.country.clone(), code, name, ..PlaceRef::default() };
    let found = match alone(gazetteer, &parent) {
        Match::Ask { candidates, .. } => {
            let same = candidates.iter().filter(|c| c.score >= SAME_SCORE).map(|c| c.area);
            let largest = same.clone().min_by_key(|area| (gazetteer.areas[*area].level, *area));
            largest.filter(|largest| same.clone().all(|area| gazetteer.is_within(area, *largest)))
        }
        found => found.area(),
    };
    found.map_or(Above::Unknown, Above::Known)
}

impl Asked<'_> {
    fn fits_country(&self, area: AreaIndex) -> bool {
        self.country.is_none_or(|root| self.gazetteer.is_within(area, root))
    }

    fn fits_level(&self, area: AreaIndex) -> bool {
        self.place.level.is_none_or(|level| self.gazetteer.areas[area].level == level)
    }

    fn fits_above(&self, area: AreaIndex) -> bool {
        match self.above {
            Above::Known(above) => area != above && self.gazetteer.is_within(area, above),
            Above::NotGiven | Above::Unknown => true,
        }
    }

    fn iso3(&self) -> &str {
        let root = self.country.or(match self.above {
            Above::Known(above) => Some(self.gazetteer.root_of(above)),
            Above::NotGiven | Above::Unknown => None,
        });
        let only =
            || (self.gazetteer.roots.len() == 1).then(|| self.gazetteer.roots.values().next().copied()).flatten();
        let root = root.or_else(only);
        self.gazetteer.roots.iter().find(|(_, of)| Some(**of) == root).map_or("", |(iso3, _)| iso3)
    }

    fn find(&self, allowed: &dyn Fn(AreaIndex) -> bool) -> Option<(How, Vec<AreaIndex>)> {
        self.gazetteer.names.find(&self.place.name, self.iso3(), allowed)
    }

    /// What the code says, held against the name; `None` if there is no code or no area has one like it.
    fn by_code(&self) -> Option<Match> {
        let (how, areas) = codes::find(self.gazetteer, &self.place.code)?;
        let name = &self.place.name;
        let [area] = areas[..] else {
            let agreeing: Vec<_> =
                areas.iter().copied().filter(|area| self.name_agrees(*area) == Some(How::Same)).collect();
            return Some(match agreeing[..] {
                [area] => Match::likely(area, format!("{}, and the same name", how.because())),
                _ => Match::ask(self.candidates(&areas, how.because()), "several areas have such a code"),
            });
        };
        if !self.fits_country(area) || !self.fits_level(area) {
            let because =
                format!("its code is that of {}, which has another country or level", self.gazetteer.describe(area));
            return Some(Match::ask(self.contradicted(&[area], &because), because));
        }
        if name.is_empty() {
            return Some(match how {
                CodeHow::Same => Match::exact(area, how.because()),
                CodeHow::Prefix | CodeHow::Widths => Match::likely(area, how.because()),
                CodeHow::ZeroTail => {
                    Match::ask(self.candidates(&[area], how.because()), "no name confirms such a code")
                }
            });
        }
        match self.name_agrees(area) {
            Some(How::Same) if matches!(how, CodeHow::Same | CodeHow::Prefix) => {
                Some(Match::exact(area, format!("{} and the same name", how.because())))
            }
            Some(agrees) => Some(Match::likely(area, format!("{}; {}", how.because(), agrees.because()))),
            None => Some(self.disagreeing(how, area)),
        }
    }

    /// How the name agrees with that of an area, if it does.
    fn name_agrees(&self, area: AreaIndex) -> Option<How> {
        let only = |other| other == area;
        let found = self.find(&only).map(|(how, _)| how);
        let like = || resembles(&self.place.name, &self.gazetteer.areas[area]);
        let rival =
            || self.find(&|other| other != area && self.fits_country(other)).is_some_and(|(how, _)| how == How::Same);
        found.or_else(|| (like() && !rival()).then_some(How::Similar))
    }

    /// The code is that of one area, the name is not.
    fn disagreeing(&self, how: CodeHow, by_code: AreaIndex) -> Match {
        let of_code = self.gazetteer.describe(by_code);
        let name = &self.place.name;
        let fits = |area| self.fits_country(area) && self.fits_level(area) && self.fits_above(area);
        let named = self.find(&fits).filter(|(how, _)| *how == How::Same).map(|(_, areas)| areas).unwrap_or_default();
        let parent = |area: AreaIndex| self.gazetteer.areas[area].parent;
        match (how, &named[..]) {
            // The code is of another edition: its numbers were given out anew, and the name says to whom.
            (CodeHow::Prefix | CodeHow::Widths, [area]) if parent(*area) == parent(by_code) => {
                let because = format!(
                    "the same name, under the same unit; its code is of another edition (here it is that of {of_code})"
                );
                Match::likely(*area, because)
            }
            (CodeHow::Same, []) => Match::likely(by_code, format!("the same code; no area is called `{name}`")),
            _ => {
                let because = format!("its code is that of {of_code}, its name is not");
                let both: Vec<_> = std::iter::once(by_code).chain(named).collect();
                Match::ask(self.contradicted(&both, &because), because)
            }
        }
    }

    /// What the name says; a code that no area has is mentioned and leaves a doubt.
    fn by_name(&self) -> Match {
        let code = &self.place.code;
        if self.place.name.is_empty() {
            return Match::ask(Vec::new(), format!("no area has the code `{code}`, and no name is given"));
        }
        let fits = |area| self.fits_country(area) && self.fits_level(area) && self.fits_above(area);
        match self.find(&fits) {
            Some((how, areas)) => self.named(how, areas),
            None => self.unnamed(&fits),
        }
    }

    fn named(&self, how: How, areas: Vec<AreaIndex>) -> Match {
        let areas = self.directly_below(areas);
        let [area] = areas[..] else {
            return Match::ask(self.candidates(&areas, how.because()), format!("{} areas have this name", areas.len()));
        };
        let node = &self.gazetteer.areas[area];
        let names = || std::iter::once(&node.name).chain(&node.other_names);
        let kinds = kinds_in(&self.place.name);
        let kind_differs = how > How::Bare && !names().any(|name| kinds.is_subset(&kinds_in(name)));
        if kind_differs && self.place.level.is_none() {
            return Match::ask(
                self.candidates(&areas, how.because()),
                "it says what kind of unit is meant, the area does not",
            );
        }
        if how >= How::Bare && self.place.name.contains('(') && names().all(|name| name.contains('(')) {
            return Match::ask(self.candidates(&areas, how.because()), "the words in brackets differ");
        }
        let doubt = match (self.above, self.place.code.is_empty()) {
            (Above::Unknown, _) => "; the unit above is not in the gazetteer",
            (_, false) => "; its code is not in the gazetteer",
            _ => "",
        };
        match how {
            How::Same if doubt.is_empty() && self.country_is_clear() => Match::exact(area, how.because()),
            _ => Match::likely(area, format!("{}{doubt}", how.because())),
        }
    }

    fn country_is_clear(&self) -> bool {
        self.place.country.is_empty() || self.country.is_some()
    }

    /// Of several, the one directly below the stated unit, if there is just one.
    fn directly_below(&self, areas: Vec<AreaIndex>) -> Vec<AreaIndex> {
        if let Above::Known(above) = self.above {
            let direct: Vec<_> =
                areas.iter().copied().filter(|area| self.gazetteer.areas[*area].parent == Some(above)).collect();
            if direct.len() == 1 {
                return direct;
            }
        }
        areas
    }

    /// No area has the name: one elsewhere, one with nearly the same letters, or none.
    fn unnamed(&self, fits: &dyn Fn(AreaIndex) -> bool) -> Match {
        let has_parent = matches!(self.above, Above::Known(_));
        if has_parent && let Some((how, areas)) = self.find(&|area| self.fits_country(area) && self.fits_level(area)) {
            let because = "an area of this name lies elsewhere than under the unit that is stated above it";
            return Match::ask(self.contradicted(&areas, how.because()), because);
        }
        if self.above != Above::Unknown
            && let Some(area) = self.gazetteer.names.find_similar(&self.place.name, fits, has_parent)
        {
            return Match::likely(area, How::Similar.because());
        }
        let like = self.gazetteer.names.similar(&self.place.name, &|area| self.fits_country(area), CANDIDATES_MAX);
        let candidate =
            |(area, score)| Candidate { area, score: f64::min(score, 0.99), because: "a name like it".to_owned() };
        let because = if like.is_empty() { "no area has a name like it" } else { "no name is close enough to be sure" };
        Match::ask(like.into_iter().map(candidate).collect(), because)
    }

    fn candidates(&self, areas: &[AreaIndex], because: &str) -> Vec<Candidate> {
        let candidate = |area: &AreaIndex| Candidate { area: *area, score: SAME_SCORE, because: because.to_owned() };
        areas.iter().map(candidate).collect()
    }

    fn contradicted(&self, areas: &[AreaIndex], because: &str) -> Vec<Candidate> {
        let mut candidates = self.candidates(areas, because);
        candidates.iter_mut().for_each(|candidate| candidate.score = CONTRADICTED_SCORE);
        candidates
    }
}
