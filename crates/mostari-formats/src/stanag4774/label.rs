//! The label itself, read and written.

use super::refused;
use crate::{
    findings::labels as cards,
    xml::{self, Element, Walker},
};
use mostari_model::Finding;

/// Namespace of STANAG 4774 labels, edition A version 1.
pub const NAMESPACE: &str = "urn:nato:stanag:4774:confidentialitymetadatalabel:1:0";

/// What a label is for: the element that it stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LabelRole {
    /// Set by the originator of the data.
    Originator,
    /// The same in the words of another policy.
    Alternative,
    /// Of the label's own metadata.
    Metadata,
}

impl LabelRole {
    const ALL: [Self; 3] = [Self::Originator, Self::Alternative, Self::Metadata];

    /// Name of its element, as the standard spells it; others begin it with a capital letter.
    const fn element(self) -> &'static str {
        match self {
            Self::Originator => "originatorConfidentialityLabel",
            Self::Alternative => "alternativeConfidentialityLabel",
            Self::Metadata => "metadataConfidentialityLabel",
        }
    }

    fn of(element: &Element) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.element().eq_ignore_ascii_case(&element.name))
    }
}

/// How a category works on those who want to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CategoryType {
    /// A reader must hold one of the values.
    Permissive,
    /// A reader must hold all of the values.
    Restrictive,
    /// It restricts nobody.
    Informative,
}

impl CategoryType {
    const ALL: [Self; 3] = [Self::Permissive, Self::Restrictive, Self::Informative];

    const fn code(self) -> &'static str {
        match self {
            Self::Permissive => "PERMISSIVE",
            Self::Restrictive => "RESTRICTIVE",
            Self::Informative => "INFORMATIVE",
        }
    }
}

/// A value of a category.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CategoryValue {
    /// Name of its element: `GenericValue`, or one that extends it.
    pub element: String,
    /// The value.
    pub value: String,
}

/// A category: one tag with its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// Name of the tag set: `Releasable To`.
    pub tag: String,
    /// How it works.
    pub kind: CategoryType,
    /// Its identifier, or empty.
    pub uri: String,
    /// Its values in the order given.
    pub values: Vec<CategoryValue>,
}

/// A confidentiality label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfidentialityLabel {
    /// What it is for.
    pub role: LabelRole,
    /// Name of the policy: `NATO`.
    pub policy: String,
    /// Identifier of the policy (`urn:oid:1.3.26.1.3.1`), or empty.
    pub policy_uri: String,
    /// Classification: `RESTRICTED`.
    pub classification: String,
    /// Identifier of the classification, or empty.
    pub classification_uri: String,
    /// Privacy mark, or empty.
    pub privacy_mark: String,
    /// Categories in the order given.
    pub categories: Vec<Category>,
    /// Originator, with the type of its identifier, or empty.
    pub originator: (String, String),
    /// When it was made, as stated, or empty.
    pub created: String,
    /// When it is to be looked at again (`ReviewDateTime`), as stated, or empty.
    pub review: String,
}

/// The labels of a file: its root element, or the children of its root if these are labels.
///
/// # Errors
/// A [`Finding`] (`XML-…` or `STG-…`) if the file is no sound XML or holds no label, or if a label says something
/// that cannot be kept.
pub fn read_labels(bytes: &[u8]) -> Result<Vec<ConfidentialityLabel>, Box<Finding>> {
    let (text, recoded) = xml::decode(bytes);
    if let Some(doubt) = recoded {
        return Err(Box::new(doubt));
    }
    let root = Walker::whole(&text).map_err(|fault| Box::new(Finding::from(fault)))?;
    if root.namespace == NAMESPACE && LabelRole::of(&root).is_some() {
        return Ok(vec![label(&root)?]);
    }
    let of_standard: Vec<&Element> = root.children.iter().filter(|child| child.namespace == NAMESPACE).collect();
    if of_standard.is_empty() {
        let message = format!("the file holds `{}` in the namespace `{}`", root.name, root.namespace);
        return Err(refused(cards::NOT_A_LABEL, root.line, message));
    }
    of_standard.into_iter().map(label).collect()
}

fn label(element: &Element) -> Result<ConfidentialityLabel, Box<Finding>> {
    let role = LabelRole::of(element).ok_or_else(|| unknown(element))?;
    only(element, &["ConfidentialityInformation", "OriginatorID", "CreationDateTime"], &["ReviewDateTime"])?;
    let information =
        element.first("ConfidentialityInformation").ok_or_else(|| lacks(element, "ConfidentialityInformation"))?;
    only(information, &["PolicyIdentifier", "Classification", "PrivacyMark", "Category"], &[])?;
    let policy = information.first("PolicyIdentifier").ok_or_else(|| lacks(information, "PolicyIdentifier"))?;
    // The standard's attribute is `URI`; labels in the field also have `URL`.
    only(policy, &[], &["URI", "URL"])?;
    let classification = information.first("Classification").ok_or_else(|| lacks(information, "Classification"))?;
    only(classification, &[], &["URI", "URL"])?;
    let text = |of: &Element, name: &str| of.first(name).map(|e| e.text.trim().to_owned()).unwrap_or_default();
    let origin = element.first("OriginatorID");
    for (name, attributes) in [("PrivacyMark", &[][..]), ("CreationDateTime", &[]), ("OriginatorID", &["IDType"])] {
        let found = information.first(name).or(element.first(name));
        found.map_or(Ok(()), |found| only(found, &[], attributes))?;
    }
    let found = ConfidentialityLabel {
        role,
        policy: policy.text.trim().to_owned(),
        policy_uri: attribute(policy, &["URI", "URL"]),
        classification: classification.text.trim().to_owned(),
        classification_uri: attribute(classification, &["URI", "URL"]),
        privacy_mark: text(information, "PrivacyMark"),
        categories: information.all("Category").map(category).collect::<Result<_, _>>()?,
        originator: (text(element, "OriginatorID"), origin.map(|id| attribute(id, &["IDType"])).unwrap_or_default()),
        created: text(element, "CreationDateTime"),
        review: attribute(element, &["ReviewDateTime"]),
    };
    match found.policy.is_empty() || found.classification.is_empty() {
        true => Err(lacks(information, "name of a policy and of a classification")),
        false => Ok(found),
    }
}

fn category(element: &Element) -> Result<Category, Box<Finding>> {
    if let Some(attribute) = stray_attribute(element, &["TagName", "Type", "URI"]) {
        return Err(refused(cards::NOT_KEPT, element.line, format!("`{attribute}` of `Category` is not understood")));
    }
    let tag = attribute(element, &["TagName"]);
    let given = element.get("Type").unwrap_or_default().trim();
    let kind = CategoryType::ALL.into_iter().find(|kind| kind.code().eq_ignore_ascii_case(given)).ok_or_else(|| {
        refused(cards::NOT_KEPT, element.line, format!("the category `{tag}` has the type `{given}`"))
    })?;
    if tag.is_empty() || element.children.is_empty() {
        return Err(lacks(element, "name and values"));
    }
    let values = element.children.iter().map(|value| {
        if value.namespace != NAMESPACE || value.text.trim().is_empty() {
            return Err(unknown(value));
        }
        only(value, &[], &[])?;
        Ok(CategoryValue { element: value.name.clone(), value: value.text.trim().to_owned() })
    });
    let uri = element.get("URI").unwrap_or_default().trim().to_owned();
    Ok(Category { tag, kind, uri, values: values.collect::<Result<_, _>>()? })
}

/// The first of these attributes that is there, or empty.
fn attribute(element: &Element, names: &[&str]) -> String {
    names.iter().find_map(|name| element.get(name)).unwrap_or_default().trim().to_owned()
}

/// Nothing but the children and attributes named may stand in an element, and each child but `Category` once.
fn only(element: &Element, names: &[&str], attributes: &[&str]) -> Result<(), Box<Finding>> {
    for (position, child) in element.children.iter().enumerate() {
        let is_known = child.namespace == NAMESPACE && names.contains(&child.name.as_str());
        let stands_twice = || element.children[..position].iter().any(|before| before.name == child.name);
        if !is_known || (child.name != "Category" && stands_twice()) {
            return Err(unknown(child));
        }
    }
    match stray_attribute(element, attributes) {
        Some(name) => {
            let message = format!("`{name}` of `{}` is not understood", element.name);
            Err(refused(cards::NOT_KEPT, element.line, message))
        }
        None => Ok(()),
    }
}

/// An attribute without namespace that is not among those named; others (`xsi:type`, `xml:lang`) say nothing here.
fn stray_attribute<'e>(element: &'e Element, names: &[&str]) -> Option<&'e str> {
    let own = element.attributes.iter().filter(|attribute| attribute.namespace.is_empty());
    own.map(|attribute| attribute.name.as_str()).find(|name| !names.contains(name))
}

fn unknown(element: &Element) -> Box<Finding> {
    refused(cards::NOT_KEPT, element.line, format!("`{}` is not understood there", element.name))
}

fn lacks(element: &Element, what: &str) -> Box<Finding> {
    refused(cards::NOT_A_LABEL, element.line, format!("`{}` lacks its {what}", element.name))
}

/// Labels as XML: one as the root element, several within `labels`.
pub fn write_labels(labels: &[ConfidentialityLabel]) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    match labels {
        [one] => of_label(one).with("xmlns", NAMESPACE).write(0, &mut out),
        several => {
            let mut root = Element::new("labels").with("xmlns", NAMESPACE);
            root.children = several.iter().map(of_label).collect();
            root.write(0, &mut out);
        }
    }
    out
}

fn of_label(label: &ConfidentialityLabel) -> Element {
    let text = |name: &str, text: &str| Element::new(name).holding(text);
    let mut information = Element::new("ConfidentialityInformation")
        .and(text("PolicyIdentifier", &label.policy).with_given("URI", &label.policy_uri))
        .and(text("Classification", &label.classification).with_given("URI", &label.classification_uri));
    if !label.privacy_mark.is_empty() {
        information = information.and(text("PrivacyMark", &label.privacy_mark));
    }
    for category in &label.categories {
        let element = Element::new("Category")
            .with("TagName", &category.tag)
            .with("Type", category.kind.code())
            .with_given("URI", &category.uri);
        let with_values =
            category.values.iter().fold(element, |element, value| element.and(text(&value.element, &value.value)));
        information = information.and(with_values);
    }
    let mut element = Element::new(label.role.element()).with_given("ReviewDateTime", &label.review).and(information);
    if !label.originator.0.is_empty() {
        element = element.and(text("OriginatorID", &label.originator.0).with_given("IDType", &label.originator.1));
    }
    if !label.created.is_empty() {
        element = element.and(text("CreationDateTime", &label.created));
    }
    element
}
