//! The structure of IATI 2.03 as tables: which elements stand where, how often, and what their attributes hold.
//!
//! The facts are those of `iati-activities-schema.xsd` and `iati-common.xsd`, version 2.03 (iatistandard.org); a test
//! compares every table with these files where they are at hand. What the tables say of all elements at once:
//! children come in the order given, then any number of elements of other namespaces; attributes of other namespaces
//! may stand anywhere but where a rule is [`closed`](Rule::closed).

mod activity;
mod money;
mod result;
mod values;

pub(super) use activity::ROOT;
pub(super) use values::{Type, day_of, is_valid, type_of_xml_attribute};

/// What an element may hold.
#[derive(Debug)]
pub(super) struct Rule {
    /// Children in their order.
    pub(super) children: &'static [Child],
    /// Attributes without namespace.
    pub(super) attributes: &'static [Given],
    /// The type of its text; `None` if it holds elements only.
    pub(super) text: Option<Type>,
    /// Whether attributes of other namespaces are kept out.
    pub(super) closed: bool,
}

/// A place for a child.
#[derive(Debug)]
pub(super) struct Child {
    pub(super) name: &'static str,
    /// Whether there must be one.
    pub(super) is_needed: bool,
    /// Whether there may be more than one.
    pub(super) may_repeat: bool,
    pub(super) rule: &'static Rule,
}

/// An attribute.
#[derive(Debug)]
pub(super) struct Given {
    pub(super) name: &'static str,
    pub(super) kind: Type,
    pub(super) is_needed: bool,
}

/// Exactly one.
const fn one(name: &'static str, rule: &'static Rule) -> Child {
    Child { name, is_needed: true, may_repeat: false, rule }
}

/// At most one.
const fn maybe(name: &'static str, rule: &'static Rule) -> Child {
    Child { name, is_needed: false, may_repeat: false, rule }
}

/// One or more.
const fn some(name: &'static str, rule: &'static Rule) -> Child {
    Child { name, is_needed: true, may_repeat: true, rule }
}

/// Any number.
const fn any(name: &'static str, rule: &'static Rule) -> Child {
    Child { name, is_needed: false, may_repeat: true, rule }
}

/// An attribute that must be there.
const fn needs(name: &'static str, kind: Type) -> Given {
    Given { name, kind, is_needed: true }
}

/// An attribute that may be there.
const fn may(name: &'static str, kind: Type) -> Given {
    Given { name, kind, is_needed: false }
}

/// An element that holds elements.
const fn holds(children: &'static [Child], attributes: &'static [Given]) -> Rule {
    Rule { children, attributes, text: None, closed: false }
}

/// An element that holds a text of a type.
const fn text(kind: Type, attributes: &'static [Given]) -> Rule {
    Rule { children: &[], attributes, text: Some(kind), closed: false }
}

/// The same without attributes of other namespaces.
const fn closed(rule: Rule) -> Rule {
    Rule { closed: true, children: rule.children, attributes: rule.attributes, text: rule.text }
}

use Type::{Date, Decimal, Text, Uri};

/// Free text in one language.
static NARRATIVE: Rule = text(Text, &[]);
/// A text in at least one language.
static NARRATIVES: Rule = holds(&[some("narrative", &NARRATIVE)], &[]);
/// A code and nothing else.
static CODE: Rule = holds(&[], &[needs("code", Text)]);
/// A day and nothing else.
static DAY: Rule = holds(&[], &[needs("iso-date", Date)]);
/// An amount of money.
static VALUE: Rule = text(Decimal, &[may("currency", Text), needs("value-date", Date)]);
/// A text without attributes.
static PLAIN_TEXT: Rule = closed(text(Text, &[]));
/// A number without attributes.
static PLAIN_DECIMAL: Rule = closed(text(Decimal, &[]));
/// A document on the web.
static DOCUMENT_LINK: Rule = holds(
    &[
        one("title", &NARRATIVES),
        maybe("description", &NARRATIVES),
        some("category", &CODE),
        any("language", &CODE),
        maybe("document-date", &DAY),
    ],
    &[needs("url", Uri), needs("format", Text)],
);
/// Provider of money.
static PROVIDER: Rule =
    holds(&[any("narrative", &NARRATIVE)], &[may("ref", Text), may("provider-activity-id", Text), may("type", Text)]);
/// Receiver of money.
static RECEIVER: Rule =
    holds(&[any("narrative", &NARRATIVE)], &[may("ref", Text), may("receiver-activity-id", Text), may("type", Text)]);
/// Kind of aid.
static AID_TYPE: Rule = holds(&[], &[needs("code", Text), may("vocabulary", Text)]);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml::{Element, Walker};
    use std::collections::BTreeMap;

    /// The published schema, by the names of its top-level elements, types and attributes.
    struct Published {
        parts: BTreeMap<(String, String), Element>,
    }

    impl Published {
        fn load() -> Option<Self> {
            let folder = std::env::var("MOSTARI_DATA")
                .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data").to_owned());
            let mut parts = BTreeMap::new();
            for file in ["iati-common.xsd", "iati-activities-schema.xsd"] {
                let path = format!("{folder}/formats/iati/schema/{file}");
                let Ok(text) = std::fs::read_to_string(&path) else {
                    println!("skipped: no real data at {path}");
                    return None;
                };
                for part in Walker::whole(&text).expect("well-formed").children {
                    let name = part.get("name").unwrap_or_default().to_owned();
                    parts.insert((part.name.clone(), name), part);
                }
            }
            Some(Self { parts })
        }

        fn part(&self, kind: &str, name: &str) -> &Element {
            &self.parts[&(kind.to_owned(), name.to_owned())]
        }
    }

    fn type_named(name: &str) -> Option<Type> {
        Some(match name.strip_prefix("xsd:")? {
            "string" => Type::Text,
            "date" => Type::Date,
            "dateTime" => Type::DateTime,
            "boolean" => Type::Boolean,
            "decimal" => Type::Decimal,
            "int" => Type::Int,
            "nonNegativeInteger" => Type::NonNegative,
            "positiveInteger" => Type::Positive,
            "anyURI" => Type::Uri,
            "NMTOKEN" => Type::Token,
            other => panic!("no type {other}"),
        })
    }

    fn is_first(element: &Element, path: &str) -> String {
        format!("{path} > {}", element.get("name").or(element.get("ref")).unwrap_or_default())
    }

    /// Compares a rule with a declaration of an element; returns how many elements were compared.
    fn compare(published: &Published, declared: &Element, rule: &Rule, path: &str) -> usize {
        let declared = match declared.get("ref") {
            Some(name) => published.part("element", name),
            None => declared,
        };
        match declared.get("type") {
            Some(simple) if simple.starts_with("xsd:") => {
                assert_eq!((rule.text, rule.closed), (type_named(simple), true), "{path}");
                assert!(rule.children.is_empty() && rule.attributes.is_empty(), "{path}");
                1
            }
            Some(named) => of_type(published, published.part("complexType", named), rule, path),
            None => of_type(published, declared.first("complexType").expect("has a type of its own"), rule, path),
        }
    }

    fn of_type(published: &Published, declared: &Element, rule: &Rule, path: &str) -> usize {
        if let Some(content) = declared.first("complexContent") {
            let base = content.first("extension").expect("extends").get("base").expect("a type");
            return of_type(published, published.part("complexType", base), rule, path);
        }
        let (holder, text) = match declared.first("simpleContent") {
            Some(content) => {
                let extension = content.first("extension").expect("extends");
                (extension, type_named(extension.get("base").expect("a type")))
            }
            None => (declared, None),
        };
        assert_eq!(rule.text, text, "{path}");
        assert_eq!(rule.closed, holder.first("anyAttribute").is_none(), "{path}");
        attributes(published, holder, rule, path);
        let children: Vec<&Element> = holder.first("sequence").map_or(Vec::new(), |s| s.all("element").collect());
        let (names, expect): (Vec<&str>, Vec<&str>) = children
            .iter()
            .zip(rule.children)
            .map(|(child, ours)| (child.get("name").or(child.get("ref")).unwrap_or_default(), ours.name))
            .unzip();
        assert_eq!((children.len(), names), (rule.children.len(), expect), "{path}");
        let mut count = 1;
        for (child, ours) in children.into_iter().zip(rule.children) {
            let below = is_first(child, path);
            assert_eq!(ours.is_needed, child.get("minOccurs").unwrap_or("1") == "1", "{below}");
            assert_eq!(ours.may_repeat, child.get("maxOccurs").unwrap_or("1") == "unbounded", "{below}");
            count += compare(published, child, ours.rule, &below);
        }
        count
    }

    fn attributes(published: &Published, holder: &Element, rule: &Rule, path: &str) {
        let mut theirs = BTreeMap::new();
        for attribute in holder.all("attribute") {
            let name = attribute.get("name").or(attribute.get("ref")).expect("a name");
            if name == "xml:lang" {
                continue;
            }
            let kind = match attribute.get("ref") {
                Some(name) => published.part("attribute", name).get("type"),
                None => attribute.get("type"),
            };
            theirs.insert(
                name,
                (type_named(kind.expect("a type")).expect("simple"), attribute.get("use") == Some("required")),
            );
        }
        let ours: BTreeMap<&str, (Type, bool)> =
            rule.attributes.iter().map(|given| (given.name, (given.kind, given.is_needed))).collect();
        assert_eq!(ours, theirs, "{path}");
    }

    #[test]
    fn every_table_says_what_the_published_schema_says() {
        let Some(published) = Published::load() else { return };
        let count = compare(&published, published.part("element", "iati-activities"), &ROOT, "iati-activities");
        assert!(count > 200, "{count} elements were compared");
    }
}
