//! Security policies (SPIF), as far as they name classifications and categories.

use super::{Category, CategoryType, ConfidentialityLabel, refused};
use crate::{
    findings::labels as cards,
    xml::{self, Element, Walker},
};
use mostari_model::Finding;
use std::collections::BTreeSet;

/// A classification of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Classification {
    /// Its name.
    pub name: String,
    /// Its place among the others: a higher one protects more.
    pub hierarchy: i64,
}

/// A value that a category may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagValue {
    /// Its name.
    pub name: String,
    /// How its tag works.
    pub kind: CategoryType,
    /// Classifications with which it must not stand.
    pub excluded: Vec<String>,
}

/// A tag set: what a label names as a category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagSet {
    /// Its name.
    pub name: String,
    /// The values of all its tags.
    pub values: Vec<TagValue>,
}

/// A security policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Its name: `NATO`.
    pub name: String,
    /// Its object identifier: `1.3.26.1.3.1`.
    pub id: String,
    /// Its classifications.
    pub classifications: Vec<Classification>,
    /// Its tag sets.
    pub tags: Vec<TagSet>,
}

/// Reads a SPIF file.
///
/// What goes beyond names (markings, equivalent policies, categories that require others) is passed over: it never
/// makes a label valid that the names make invalid.
///
/// # Errors
/// A [`Finding`] if the file is no sound XML, no SPIF, or names two things alike.
pub fn read_policy(bytes: &[u8]) -> Result<Policy, Box<Finding>> {
    let (text, recoded) = xml::decode(bytes);
    if let Some(doubt) = recoded {
        return Err(Box::new(doubt));
    }
    let root = Walker::whole(&text).map_err(|fault| Box::new(Finding::from(fault)))?;
    let bad = |line: u64, message: String| refused(cards::NOT_A_POLICY, line, message);
    if root.name != "SPIF" {
        return Err(bad(root.line, format!("the file holds `{}`", root.name)));
    }
    let own = root.first("securityPolicyId").ok_or_else(|| bad(root.line, "it names no policy".to_owned()))?;
    let given = |element: &Element, name: &str| element.get(name).unwrap_or_default().trim().to_owned();
    let classes = root.first("securityClassifications").map(|all| all.all("securityClassification").collect());
    let mut classifications = Vec::new();
    for class in classes.unwrap_or(Vec::new()) {
        let hierarchy = given(class, "hierarchy").parse();
        let hierarchy =
            hierarchy.map_err(|_| bad(class.line, format!("`{}` has no hierarchy", given(class, "name"))))?;
        classifications.push(Classification { name: given(class, "name"), hierarchy });
    }
    let sets = root.first("securityCategoryTagSets").map(|all| all.all("securityCategoryTagSet").collect());
    let tags = sets.unwrap_or(Vec::new()).into_iter().map(tag_set).collect::<Result<Vec<TagSet>, _>>()?;
    let policy = Policy { name: given(own, "name"), id: given(own, "id"), classifications, tags };
    let mut names = BTreeSet::new();
    let twice = policy.classifications.iter().find(|class| class.name.is_empty() || !names.insert(&class.name));
    match twice {
        Some(class) => Err(bad(root.line, format!("the classification `{}` stands twice", class.name))),
        None if policy.classifications.is_empty() || policy.name.is_empty() => {
            Err(bad(root.line, "it names no policy or no classification".to_owned()))
        }
        None => Ok(policy),
    }
}

fn tag_set(set: &Element) -> Result<TagSet, Box<Finding>> {
    let given = |element: &Element, name: &str| element.get(name).unwrap_or_default().trim().to_owned();
    let mut values = Vec::new();
    for tag in set.all("securityCategoryTag") {
        let kind = match (given(tag, "tagType").as_str(), given(tag, "enumType").as_str()) {
            ("permissive", _) | ("enumerated", "permissive") => CategoryType::Permissive,
            ("restrictive", _) | ("enumerated", "restrictive") => CategoryType::Restrictive,
            ("tagType7" | "informative", _) => CategoryType::Informative,
            (other, _) => {
                let message = format!("the tag `{}` has the type `{other}`", given(tag, "name"));
                return Err(refused(cards::NOT_A_POLICY, tag.line, message));
            }
        };
        for value in tag.all("tagCategory") {
            let mut excluded: Vec<String> = Vec::new();
            for class in value.all("excludedClass").map(|class| class.text.trim().to_owned()) {
                if excluded.contains(&class) {
                    let message = format!("`{class}` is excluded twice from `{}`", given(value, "name"));
                    return Err(refused(cards::NOT_A_POLICY, value.line, message));
                }
                excluded.push(class);
            }
            values.push(TagValue { name: given(value, "name"), kind, excluded });
        }
    }
    Ok(TagSet { name: given(set, "name"), values })
}

impl Policy {
    /// The policy that a label names, by its identifier if it has one, else by its name.
    ///
    /// # Errors
    /// A [`Finding`] of the code `STG-002` if none of these is meant.
    pub fn of<'p>(label: &ConfidentialityLabel, policies: &'p [Self]) -> Result<&'p Self, Box<Finding>> {
        let id = label.policy_uri.strip_prefix("urn:oid:").unwrap_or(&label.policy_uri);
        let is_meant = |policy: &&Self| policy.name == label.policy && (id.is_empty() || policy.id == id);
        policies.iter().find(is_meant).ok_or_else(|| {
            let message = format!("the policy is `{}` `{}`", label.policy, label.policy_uri);
            refused(cards::UNKNOWN_POLICY, 0, message)
        })
    }

    /// Whether a label keeps to this policy: known names, each category of its type, no classification excluded.
    ///
    /// # Errors
    /// The first fault.
    pub fn check(&self, label: &ConfidentialityLabel) -> Result<(), Box<Finding>> {
        if !self.classifications.iter().any(|class| class.name == label.classification) {
            let message = format!("`{}` is no classification of the policy `{}`", label.classification, self.name);
            return Err(refused(cards::UNKNOWN_CLASSIFICATION, 0, message));
        }
        label.categories.iter().try_for_each(|category| self.check_category(category, &label.classification))
    }

    fn check_category(&self, category: &Category, classification: &str) -> Result<(), Box<Finding>> {
        let set = self.tags.iter().find(|set| set.name == category.tag).ok_or_else(|| {
            let message = format!("the policy `{}` has no category `{}`", self.name, category.tag);
            refused(cards::UNKNOWN_CATEGORY, 0, message)
        })?;
        for value in &category.values {
            let of_name = || set.values.iter().filter(|known| known.name == value.value);
            let known = of_name().find(|known| known.kind == category.kind).or(of_name().next()).ok_or_else(|| {
                let message = format!("the category `{}` has no value `{}`", category.tag, value.value);
                refused(cards::UNKNOWN_CATEGORY, 0, message)
            })?;
            if known.kind != category.kind {
                let message = format!("`{}` of `{}` does not work as {:?}", value.value, category.tag, category.kind);
                return Err(refused(cards::BREAKS_POLICY, 0, message));
            }
            if known.excluded.iter().any(|excluded| excluded == classification) {
                let message = format!("`{}` of `{}` excludes `{classification}`", value.value, category.tag);
                return Err(refused(cards::BREAKS_POLICY, 0, message));
            }
        }
        Ok(())
    }
}
