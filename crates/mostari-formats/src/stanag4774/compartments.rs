//! From a label to the compartments that a reader must hold, and back.

use super::{Category, CategoryType, CategoryValue, ConfidentialityLabel, LabelRole, Policy, refused};
use crate::findings::labels as cards;
use mostari_model::{Clearance, Finding, Label};

/// Name of Mostari's own policy, which can hold any compartment.
pub const MOSTARI_POLICY: &str = "MOSTARI";
/// Its classification of what anybody may read, and of all else.
const PUBLIC: &str = "PUBLIC";
const PROTECTED: &str = "PROTECTED";
/// Its one category.
const COMPARTMENTS: &str = "Compartments";
/// What stands between the parts of a compartment that comes from another policy.
const BETWEEN: &str = "--";

/// The compartments that a label asks of a reader.
///
/// A label of Mostari's own policy gives back its compartments. A label of another policy gives
/// `nato--restricted` for the classification (also for the lowest: *unclassified* is not *public*),
/// `nato--additional-sensitivity--atomal` for each restrictive value, and
/// `nato--releasable-to--isaf--kfor` for all values of a permissive category together, because one of them is enough
/// and a compartment must be held. Informative categories ask for nothing.
///
/// # Errors
/// A [`Finding`]: the policy is not among those known (never public for that), or the label does not keep to it.
pub fn to_compartments(label: &ConfidentialityLabel, policies: &[Policy]) -> Result<Label, Box<Finding>> {
    if label.policy == MOSTARI_POLICY {
        return own_compartments(label);
    }
    let policy = Policy::of(label, policies)?;
    policy.check(label)?;
    let own = word(&policy.name)?;
    let mut words = vec![format!("{own}{BETWEEN}{}", word(&label.classification)?)];
    for category in &label.categories {
        let tag = format!("{own}{BETWEEN}{}", word(&category.tag)?);
        let mut values = category.values.iter().map(|value| word(&value.value)).collect::<Result<Vec<String>, _>>()?;
        values.sort_unstable();
        values.dedup();
        match category.kind {
            CategoryType::Informative => {}
            CategoryType::Restrictive => words.extend(values.iter().map(|value| format!("{tag}{BETWEEN}{value}"))),
            CategoryType::Permissive => words.push(format!("{tag}{BETWEEN}{}", values.join(BETWEEN))),
        }
    }
    parse(&words.join("+"))
}

/// A label in the words of a policy; without one, or with one that cannot say it, of Mostari's own.
///
/// Going to compartments and back gives an equal label but for what asks nothing of a reader: informative categories,
/// the privacy mark, the originator and the day.
///
/// # Errors
/// A [`Finding`] of the code `STG-008` if a policy is given and compartments do not belong to it.
pub fn from_compartments(label: &Label, policy: Option<&Policy>) -> Result<ConfidentialityLabel, Box<Finding>> {
    let shown = label.to_string();
    let words: Vec<&str> = if label.is_public() { Vec::new() } else { shown.split('+').collect() };
    let Some(policy) = policy else { return Ok(own_label(&words)) };
    let stray = || refused(cards::NOT_IN_POLICY, 0, format!("`{shown}` in the policy `{}`", policy.name));
    let own = word(&policy.name)?;
    let mut classification: Option<(i64, &str)> = None;
    let mut categories: Vec<Category> = Vec::new();
    for compartment in words {
        let rest =
            compartment.strip_prefix(own.as_str()).and_then(|rest| rest.strip_prefix(BETWEEN)).ok_or_else(stray)?;
        let mut parts = rest.split(BETWEEN);
        let first = parts.next().ok_or_else(stray)?;
        let values: Vec<&str> = parts.collect();
        if values.is_empty() {
            let found = policy.classifications.iter().find(|class| is_word(&class.name, first)).ok_or_else(stray)?;
            classification = classification.max(Some((found.hierarchy, &found.name)));
        } else {
            add(&mut categories, category(policy, first, &values).ok_or_else(stray)?).ok_or_else(stray)?;
        }
    }
    let (_, classification) = classification.ok_or_else(stray)?;
    let label = ConfidentialityLabel {
        role: LabelRole::Originator,
        policy: policy.name.clone(),
        policy_uri: format!("urn:oid:{}", policy.id),
        classification: classification.to_owned(),
        classification_uri: String::new(),
        privacy_mark: String::new(),
        categories,
        originator: (String::new(), String::new()),
        created: String::new(),
        review: String::new(),
    };
    policy.check(&label)?;
    Ok(label)
}

/// A reader who is cleared up to a classification: the compartments of it and of all below it.
///
/// # Errors
/// A [`Finding`] if the policy has no such classification.
pub fn compartments_up_to(policy: &Policy, classification: &str) -> Result<Clearance, Box<Finding>> {
    let top = policy.classifications.iter().find(|class| class.name == classification).ok_or_else(|| {
        let message = format!("`{classification}` is no classification of the policy `{}`", policy.name);
        refused(cards::UNKNOWN_CLASSIFICATION, 0, message)
    })?;
    let own = word(&policy.name)?;
    let below = policy.classifications.iter().filter(|class| class.hierarchy <= top.hierarchy);
    let words = below.map(|class| Ok(format!("{own}{BETWEEN}{}", word(&class.name)?)));
    Ok(Clearance::of(words.collect::<Result<Vec<String>, Box<Finding>>>()?))
}

fn own_compartments(label: &ConfidentialityLabel) -> Result<Label, Box<Finding>> {
    let breaks = |message: String| refused(cards::BREAKS_POLICY, 0, message);
    let mut found = Label::public();
    for category in &label.categories {
        if category.tag != COMPARTMENTS || category.kind != CategoryType::Restrictive {
            return Err(refused(cards::UNKNOWN_CATEGORY, 0, format!("the category `{}`", category.tag)));
        }
        for value in &category.values {
            let compartment = parse(&value.value)?;
            // The word `public` and several words in one are readings of a label, but no compartment.
            if compartment.is_public() || value.value.contains('+') {
                return Err(refused(cards::NOT_KEPT, 0, format!("`{}` is not a compartment", value.value)));
            }
            found = found.join(&compartment);
        }
    }
    match (label.classification.as_str(), found.is_public()) {
        (PUBLIC, true) | (PROTECTED, false) => Ok(found),
        (PUBLIC, false) => Err(breaks(format!("`{PUBLIC}` with the compartments {found}"))),
        (PROTECTED, true) => Err(breaks(format!("`{PROTECTED}` without a compartment"))),
        (other, _) => Err(refused(cards::UNKNOWN_CLASSIFICATION, 0, format!("the classification `{other}`"))),
    }
}

fn own_label(words: &[&str]) -> ConfidentialityLabel {
    let value = |word: &&str| CategoryValue { element: "GenericValue".to_owned(), value: (*word).to_owned() };
    let category = Category {
        tag: COMPARTMENTS.to_owned(),
        kind: CategoryType::Restrictive,
        uri: String::new(),
        values: words.iter().map(value).collect(),
    };
    ConfidentialityLabel {
        role: LabelRole::Originator,
        policy: MOSTARI_POLICY.to_owned(),
        policy_uri: String::new(),
        classification: if words.is_empty() { PUBLIC } else { PROTECTED }.to_owned(),
        classification_uri: String::new(),
        privacy_mark: String::new(),
        categories: if words.is_empty() { Vec::new() } else { vec![category] },
        originator: (String::new(), String::new()),
        created: String::new(),
        review: String::new(),
    }
}

/// The category that a compartment stands for; `None` if the policy has none, or several, of these names.
fn category(policy: &Policy, tag: &str, values: &[&str]) -> Option<Category> {
    let mut sets = policy.tags.iter().filter(|set| is_word(&set.name, tag));
    let set = sets.next().filter(|_| sets.next().is_none())?;
    let mut kind = None;
    let mut found = Vec::new();
    for value in values {
        let mut known = set.values.iter().filter(|known| is_word(&known.name, value));
        let known_value = known.next().filter(|_| known.next().is_none())?;
        if *kind.get_or_insert(known_value.kind) != known_value.kind {
            return None;
        }
        found.push(CategoryValue { element: "GenericValue".to_owned(), value: known_value.name.clone() });
    }
    Some(Category { tag: set.name.clone(), kind: kind?, uri: String::new(), values: found })
}

/// Adds a category. Restrictive values of one tag are one category; of two permissive sets a reader must belong to
/// both, which one category cannot say.
fn add(categories: &mut Vec<Category>, new: Category) -> Option<()> {
    match categories.iter_mut().find(|known| known.tag == new.tag && known.kind == new.kind) {
        None => categories.push(new),
        Some(known) if new.kind == CategoryType::Restrictive => known.values.extend(new.values),
        Some(_) => return None,
    }
    Some(())
}

fn is_word(name: &str, compartment_word: &str) -> bool {
    word(name).is_ok_and(|word| word == compartment_word)
}

/// A name as a part of a compartment: lower case, every run of other characters one `-`.
fn word(name: &str) -> Result<String, Box<Finding>> {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_lowercase());
        } else if !c.is_ascii() {
            // Names that differ in such a letter only must not become the same compartment.
            out.push_str(&format!("u{:x}", u32::from(c)));
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    let out = out.trim_end_matches('-');
    match out.is_empty() {
        true => Err(refused(cards::NOT_KEPT, 0, format!("`{name}` holds no letter"))),
        false => Ok(out.to_owned()),
    }
}

fn parse(words: &str) -> Result<Label, Box<Finding>> {
    words.parse().map_err(|error| refused(cards::NOT_KEPT, 0, format!("{error}")))
}
