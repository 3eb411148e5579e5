//! Areas by their names, from the same spelling to the merely similar.

use crate::{
    AreaIndex, AreaNode, Gazetteer,
    fold::{fold, in_order},
};
use std::collections::{BTreeSet, HashMap};
use strsim::{jaro_winkler, normalized_damerau_levenshtein, osa_distance};

/// Words that say what kind of unit a name is, with the word that stands for all its translations.
const KIND_WORDS: &[(&str, &[&str])] = &[
    ("municipality", &["municipality", "municipio", "opcina", "opstina", "komuna", "grad"]),
    ("district", &["district", "distrikt", "distrito"]),
    ("county", &["county"]),
    ("prefecture", &["prefecture", "subprefecture", "sousprefecture", "sous", "sub"]),
    ("province", &["province", "provincia", "governorate", "wilayat", "velayat", "oblast"]),
    ("region", &["region", "area"]),
    ("department", &["department", "departement"]),
    ("commune", &["commune"]),
    ("canton", &["canton", "kanton"]),
    ("cercle", &["cercle"]),
    ("state", &["state"]),
];

/// Points of the compass as names carry them, in the languages of missions.
const DIRECTION_WORDS: &[(&str, &[&str])] = &[
    ("east", &["east", "eastern", "istok", "est"]),
    ("west", &["west", "western", "zapad", "ouest"]),
    ("north", &["north", "northern", "sjever", "sever", "nord"]),
    ("south", &["south", "southern", "jug", "sud"]),
];

/// Words for the country that its names carry or drop: after 1992 places in Republika Srpska lost the adjective `Bosanski`.
const COUNTRY_WORDS: &[(&str, &[&str])] =
    &[("BIH", &["bosanski", "bosanska", "bosansko", "bosne", "i", "hercegovine", "bih"])];

/// Shortest name, in letters, that may be matched by similarity when nothing else speaks for it.
const SIMILAR_LETTERS_MIN: usize = 7;
/// The same where the unit above is the stated one.
const SIMILAR_LETTERS_MIN_WITH_PARENT: usize = 5;
/// Letters for each difference that is forgiven.
const LETTERS_PER_DIFFERENCE: usize = 10;
/// By how much a similar name must beat the next best one, as likeness from 0 to 1.
const SIMILAR_MARGIN: f64 = 0.04;
/// Candidates that are shown to a person at least resemble the name this much, as likeness from 0 to 1.
const CANDIDATE_MIN: f64 = 0.75;

/// A name this much like that of the area of its code does not speak against the code, as likeness from 0 to 1.
const RESEMBLES_MIN: f64 = 0.88;

/// How a name was found. Earlier ones are surer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum How {
    /// The same but for case, diacritics and punctuation.
    Same,
    /// The same words in another order, or joined and parted otherwise.
    Order,
    /// The same without what stands in brackets.
    Bare,
    /// The same without words such as *municipality*, or with *east* in another language.
    Core,
    /// The same without words for the country.
    Country,
    /// One of several names joined by `/` or `or`.
    Either,
    /// One part of a name joined by `-` or `/`.
    Part,
    /// Nearly the same letters, and no other name close.
    Similar,
}

impl How {
    /// What a person is told.
    pub(crate) fn because(self) -> &'static str {
        match self {
            Self::Same => "the same name",
            Self::Order => "the same words in another order or joined otherwise",
            Self::Bare => "the same name without the words in brackets",
            Self::Core => "the same name without words for the kind of unit or with a direction in another language",
            Self::Country => "the same name without words for the country",
            Self::Either => "one of the names that are given",
            Self::Part => "one part of its double name, and no other area has that word",
            Self::Similar => "nearly the same letters, and no other name is close",
        }
    }
}

/// Areas by the forms of their names.
#[derive(Debug, Clone, Default)]
pub(crate) struct NameIndex {
    forms: HashMap<(How, String), Vec<AreaIndex>>,
    /// Areas by each word of their names.
    words: HashMap<String, Vec<AreaIndex>>,
    /// Every folded name with its area, in the order of areas.
    folded: Vec<(String, AreaIndex)>,
}

impl NameIndex {
    /// Indexes all names of all areas.
    pub(crate) fn of(gazetteer: &Gazetteer) -> Self {
        let mut index = Self::default();
        let countries: HashMap<AreaIndex, &str> =
            gazetteer.roots.iter().map(|(iso3, root)| (*root, iso3.as_str())).collect();
        for (area, node) in gazetteer.areas.iter().enumerate() {
            let country = countries.get(&gazetteer.root_of(area)).copied().unwrap_or("");
            for name in std::iter::once(&node.name).chain(&node.other_names) {
                index.add(area, name, country);
            }
        }
        index
    }

    fn add(&mut self, area: AreaIndex, name: &str, country: &str) {
        let folded = fold(name);
        if folded.is_empty() {
            return;
        }
        for (how, form) in forms_of(name, country) {
            insert(self.forms.entry((how, form)).or_default(), area);
        }
        for part in parts_of(name) {
            insert(self.forms.entry((How::Part, part)).or_default(), area);
        }
        for word in folded.split(' ') {
            insert(self.words.entry(word.to_owned()).or_default(), area);
        }
        if !self.folded.contains_last(&folded, area) {
            self.folded.push((folded, area));
        }
    }

    /// The areas that a name fits best among those allowed, and how; surer ways come first, similarity last.
    pub(crate) fn find(
        &self,
        name: &str,
        country: &str,
        allowed: &dyn Fn(AreaIndex) -> bool,
    ) -> Option<(How, Vec<AreaIndex>)> {
        let hits = |how: How, form: String| -> Vec<AreaIndex> {
            self.forms.get(&(how, form)).into_iter().flatten().copied().filter(|area| allowed(*area)).collect()
        };
        let forms = forms_of(name, country);
        for (how, form) in &forms {
            let found = hits(*how, form.clone());
            if !found.is_empty() {
                // `Kupres` may be `Kupres` or `Kupres (BiH)`: with the same bare name only a person can say.
                let twins = if has_brackets(name) { Vec::new() } else { hits(How::Bare, bare(name)) };
                return Some((*how, if *how == How::Same && twins.len() > found.len() { twins } else { found }));
            }
        }
        if let Some(found) = self.find_either(name, country, allowed) {
            return Some((How::Either, found));
        }
        let part = fold(name);
        let found = hits(How::Part, part.clone());
        let with_word = self
            .words
            .get(part.split(' ').next().unwrap_or(""))
            .map_or(0, |areas| areas.iter().filter(|area| allowed(**area)).count());
        (found.len() == 1 && with_word == 1 && !part.contains(' ')).then_some((How::Part, found))
    }

    /// The areas that any of several names joined by `/` or `or` fits.
    fn find_either(&self, name: &str, country: &str, allowed: &dyn Fn(AreaIndex) -> bool) -> Option<Vec<AreaIndex>> {
        let alternatives: Vec<&str> = name.split('/').flat_map(|part| part.split(" or ")).map(str::trim).collect();
        if alternatives.len() < 2 {
            return None;
        }
        let mut found = BTreeSet::new();
        for alternative in alternatives.into_iter().filter(|part| !part.is_empty()) {
            found.extend(self.find(alternative, country, allowed).into_iter().flat_map(|(_, areas)| areas));
        }
        (!found.is_empty()).then(|| found.into_iter().collect())
    }

    /// The one area whose name has nearly the same letters, if no other comes close.
    pub(crate) fn find_similar(
        &self,
        name: &str,
        allowed: &dyn Fn(AreaIndex) -> bool,
        has_parent: bool,
    ) -> Option<AreaIndex> {
        let wanted = fold(name);
        let letters = wanted.chars().filter(|letter| *letter != ' ').count();
        let letters_min = if has_parent { SIMILAR_LETTERS_MIN_WITH_PARENT } else { SIMILAR_LETTERS_MIN };
        if letters < letters_min {
            return None;
        }
        let ranked = self.similar(name, allowed, 3);
        let (best, _) = ranked.first()?;
        let near =
            self.folded.iter().filter(|(_, area)| area == best).any(|(folded, _)| differs_little(&wanted, folded));
        let rival = ranked.get(1).map_or(0.0, |(_, score)| *score);
        (near && ranked[0].1 - rival >= SIMILAR_MARGIN).then_some(*best)
    }

    /// The areas whose names resemble a name most, best first, with their likeness from 0 to 1.
    pub(crate) fn similar(
        &self,
        name: &str,
        allowed: &dyn Fn(AreaIndex) -> bool,
        count: usize,
    ) -> Vec<(AreaIndex, f64)> {
        let wanted = fold(name);
        let mut best: HashMap<AreaIndex, f64> = HashMap::new();
        for (folded, area) in self.folded.iter().filter(|(_, area)| allowed(*area)) {
            let score = likeness(&wanted, folded);
            if score >= CANDIDATE_MIN {
                let known = best.entry(*area).or_default();
                *known = known.max(score);
            }
        }
        let mut ranked: Vec<_> = best.into_iter().collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        ranked.truncate(count);
        ranked
    }
}

/// Whether a name resembles one of an area's so much that it does not speak against it.
pub(crate) fn resembles(name: &str, node: &AreaNode) -> bool {
    let wanted = fold(name);
    let names = std::iter::once(&node.name).chain(&node.other_names).map(|name| fold(name));
    names.into_iter().any(|name| likeness(&wanted, &name) >= RESEMBLES_MIN || differs_little(&wanted, &name))
}

trait ContainsLast {
    fn contains_last(&self, folded: &str, area: AreaIndex) -> bool;
}

impl ContainsLast for Vec<(String, AreaIndex)> {
    /// Whether the area, which was the last to be added, has this name already.
    fn contains_last(&self, folded: &str, area: AreaIndex) -> bool {
        self.iter().rev().take_while(|(_, of)| *of == area).any(|(name, _)| name == folded)
    }
}

fn insert(areas: &mut Vec<AreaIndex>, area: AreaIndex) {
    if areas.last() != Some(&area) {
        areas.push(area);
    }
}

/// Likeness of two folded names, 0 to 1: the greatest of Jaro-Winkler similarity, of the share of letters that need no change,
/// and, where all words of one stand in the other, of 0.8 and more the more of them that are.
fn likeness(wanted: &str, folded: &str) -> f64 {
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<BTreeSet<_>>();
    let (a, b) = (words(wanted), words(folded));
    let (less, more) = (a.len().min(b.len()), a.len().max(b.len()));
    let inner = if a.is_subset(&b) || b.is_subset(&a) { 0.8 + 0.2 * less as f64 / more as f64 } else { 0.0 };
    jaro_winkler(wanted, folded).max(normalized_damerau_levenshtein(wanted, folded)).max(inner)
}

/// Whether two folded names differ in so few letters that a slip explains it, and not in their numbers or single letters.
fn differs_little(a: &str, b: &str) -> bool {
    let (joined_a, joined_b) = (a.replace(' ', ""), b.replace(' ', ""));
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let single =
        |text: &str| text.split(' ').filter(|word| word.chars().count() == 1).map(str::to_owned).collect::<Vec<_>>();
    let same_count = a.split(' ').count() == b.split(' ').count();
    if digits(a) != digits(b)
        || (same_count && single(a) != single(b))
        || joined_a.chars().next() != joined_b.chars().next()
    {
        return false;
    }
    let in_order = |text: &str| {
        let mut letters: Vec<char> = text.chars().collect();
        letters.sort_unstable();
        letters
    };
    let letters = joined_a.chars().count().min(joined_b.chars().count());
    // A letter in the wrong place (`Kupra` for `Krupa`) is one slip, though it takes two changes to mend.
    let moved = usize::from(letters >= SIMILAR_LETTERS_MIN && in_order(&joined_a) == in_order(&joined_b));
    osa_distance(&joined_a, &joined_b) <= (letters / LETTERS_PER_DIFFERENCE).max(1) + moved
}

fn has_brackets(name: &str) -> bool {
    name.contains('(')
}

/// The folded name without what stands in brackets.
fn bare(name: &str) -> String {
    let mut depth = 0_u32;
    let outside = name.chars().filter(|letter| {
        match letter {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ => return depth == 0,
        }
        false
    });
    fold(&outside.collect::<String>())
}

/// The forms under which a name is kept and looked up, surest first.
fn forms_of(name: &str, country: &str) -> Vec<(How, String)> {
    let folded = fold(name);
    let mut forms = vec![(How::Same, folded.clone())];
    forms.push((How::Order, in_order(folded.split(' '))));
    forms.push((How::Order, folded.replace(' ', "")));
    let bare = bare(name);
    let core = core_of(&bare, &[]);
    let country_words = COUNTRY_WORDS.iter().find(|(iso3, _)| *iso3 == country).map_or(&[][..], |(_, words)| words);
    let local = core_of(&bare, country_words);
    forms.push((How::Bare, bare));
    forms.push((How::Core, core));
    forms.push((How::Country, local));
    // Too little is left of `5th district` or `Bosnian municipality` to say which is meant.
    let says_enough = |form: &str| form.split(' ').any(|word| word.chars().filter(|c| c.is_alphabetic()).count() >= 3);
    forms.retain(|(how, form)| *how == How::Same || says_enough(form));
    forms
}

/// The words of a folded name in order, without words for the kind of unit and other words to drop, directions in English.
fn core_of(folded: &str, drop: &[&str]) -> String {
    let is_kind = |word: &str| KIND_WORDS.iter().any(|(_, words)| words.contains(&word));
    let direction = |word: &str| {
        let known = DIRECTION_WORDS.iter().find(|(_, words)| words.contains(&word));
        known.map_or_else(|| word.to_owned(), |(english, _)| (*english).to_owned())
    };
    in_order(folded.split(' ').filter(|word| !is_kind(word) && !drop.contains(word)).map(direction))
}

/// The canonical words for the kind of unit in a name.
pub(crate) fn kinds_in(name: &str) -> BTreeSet<&'static str> {
    let folded = fold(name);
    let kind = |word: &str| KIND_WORDS.iter().find(|(_, words)| words.contains(&word)).map(|(kind, _)| *kind);
    folded.split(' ').filter_map(kind).collect()
}

/// The parts of a double name such as `Prozor-Rama`, folded; parts of several words or of few letters say too little.
fn parts_of(name: &str) -> Vec<String> {
    let parts: Vec<String> = name.split(['-', '/']).map(fold).collect();
    let fit = |part: &String| part.chars().count() >= 4 && !part.contains(' ');
    if parts.len() == 2 { parts.into_iter().filter(fit).collect() } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(a: &str, b: &str, expect: bool) {
        assert_eq!(differs_little(&fold(a), &fold(b)), expect, "{a} and {b}");
        assert_eq!(differs_little(&fold(b), &fold(a)), expect, "{b} and {a}");
    }

    #[test]
    fn a_slip_of_one_letter_is_little() {
        check("Telemele", "Telimele", true);
        check("River Ghee", "River Gee", true);
        check("Krupa na Uni", "Kupra na Uni", true);
        check("Sari pul", "Sar-e-Pul", true);
    }

    #[test]
    fn another_place_is_not_a_slip() {
        check("Paktya", "Paktika", false);
        check("Cluster 1", "Cluster 2", false);
        check("Zone A", "Zone B", false);
        check("Gradačac", "Gračanica", false);
        check("Kabul Urban", "Kabul", false);
    }

    #[test]
    fn the_core_of_a_name_has_no_kind_and_an_english_direction() {
        assert_eq!(core_of(&fold("Brčko distrikt"), &[]), "brcko");
        assert_eq!(core_of(&fold("Doboj Istok"), &[]), core_of(&fold("Doboj East"), &[]));
        assert_eq!(core_of(&fold("Bosanski Brod"), COUNTRY_WORDS[0].1), "brod");
    }

    #[test]
    fn brackets_are_left_out_of_the_bare_name() {
        assert_eq!(bare("Kupres (BiH)"), "kupres");
        assert_eq!(bare("Trnovo (RS) "), "trnovo");
    }
}
