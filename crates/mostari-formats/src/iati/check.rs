//! Holds elements against the rules of the schema.

use super::{
    report::Report,
    schema::{Child, Rule, Type, is_valid, type_of_xml_attribute},
};
use crate::{findings::aid as cards, xml::Element};

/// Namespace of `xsi:schemaLocation` and its like, which may stand on any element.
const XSI_NAMESPACE: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// Checks an element and all that is in it; `home` is the namespace in which the file keeps its IATI elements.
pub(super) fn element(element: &Element, rule: &'static Rule, home: &str, path: &str, report: &mut Report) {
    own(element, rule, home, path, report);
    let mut order = Order::new(rule);
    for child in &element.children {
        let below = joined(path, &child.name);
        if let Some(found) = order.next(child, home, path, report) {
            self::element(child, found, home, &below, report);
        }
    }
    order.end(element.line, path, report);
}

/// Checks the attributes and the text of an element alone.
pub(super) fn own(element: &Element, rule: &Rule, home: &str, path: &str, report: &mut Report) {
    attributes(element, rule, home, path, report);
    let text = element.text.trim_matches([' ', '\t', '\r', '\n']);
    match rule.text {
        None if !text.is_empty() => {
            let message = format!("`{}` holds the text `{}`", element.name, shortened(text));
            report.say(cards::STRAY_TEXT, element.line, path, message);
        }
        Some(kind) if !is_valid(kind, &element.text) => wrong(element, kind, &element.text, path, report),
        _ => {}
    }
}

fn attributes(element: &Element, rule: &Rule, home: &str, path: &str, report: &mut Report) {
    for attribute in &element.attributes {
        let at = format!("{path}/@{}", attribute.name);
        let at = at.trim_start_matches('/');
        let known = rule.attributes.iter().find(|given| given.name == attribute.name);
        let kind = match (attribute.namespace.as_str(), known) {
            ("", Some(given)) => Some(given.kind),
            (XSI_NAMESPACE, _) => None,
            (namespace, _) if namespace.is_empty() || namespace == home || rule.closed => {
                let message = format!("`{}` has no attribute `{}`", element.name, attribute.name);
                report.say(cards::UNKNOWN_ATTRIBUTE, element.line, at, message);
                None
            }
            (namespace, _) => type_of_xml_attribute(namespace, &attribute.name),
        };
        if let Some(kind) = kind.filter(|kind| !is_valid(*kind, &attribute.value)) {
            wrong(element, kind, &attribute.value, at, report);
        }
    }
    for given in rule.attributes.iter().filter(|given| given.is_needed && element.get(given.name).is_none()) {
        let message = format!("`{}` lacks the attribute `{}`", element.name, given.name);
        report.say(cards::MISSING_ATTRIBUTE, element.line, joined(path, &format!("@{}", given.name)).as_str(), message);
    }
}

fn wrong(element: &Element, kind: Type, value: &str, path: &str, report: &mut Report) {
    let message = format!("`{}` is not {}", shortened(value.trim()), kind.words());
    report.say(cards::WRONG_VALUE, element.line, path, message);
}

/// Checks the children of an element one after the other.
pub(super) struct Order {
    rule: &'static Rule,
    /// How many of each child there were, in the order of the rule.
    counts: Vec<u32>,
    /// The place that was reached in the rule.
    at: usize,
    /// Whether an element of another namespace came by, which belongs at the end.
    saw_foreign: bool,
}

impl Order {
    pub(super) fn new(rule: &'static Rule) -> Self {
        Self { rule, counts: vec![0; rule.children.len()], at: 0, saw_foreign: false }
    }

    /// Takes the next child; the rule that it must follow, if it is a known one.
    pub(super) fn next(
        &mut self,
        child: &Element,
        home: &str,
        path: &str,
        report: &mut Report,
    ) -> Option<&'static Rule> {
        let below = joined(path, &child.name);
        if child.namespace != home {
            if self.rule.text.is_some() || child.namespace.is_empty() {
                let message = format!("`{}` does not belong here", child.name);
                report.say(cards::UNKNOWN_ELEMENT, child.line, &below, message);
            }
            self.saw_foreign = true;
            return None;
        }
        let Some(found) = self.rule.children.iter().position(|known| known.name == child.name) else {
            let message = format!("`{}` does not belong here", child.name);
            report.say(cards::UNKNOWN_ELEMENT, child.line, &below, message);
            return None;
        };
        if found < self.at || self.saw_foreign {
            let after =
                if self.saw_foreign { "an element of another namespace" } else { self.rule.children[self.at].name };
            let message = format!("`{}` stands after `{after}`", child.name);
            report.say(cards::WRONG_ORDER, child.line, &below, message);
        }
        self.at = self.at.max(found);
        self.counts[found] += 1;
        if self.counts[found] == 2 && !self.rule.children[found].may_repeat {
            report.say(cards::TOO_OFTEN, child.line, &below, format!("there may be one `{}` only", child.name));
        }
        Some(self.rule.children[found].rule)
    }

    /// Tells which children are missing.
    pub(super) fn end(&self, line: u64, path: &str, report: &mut Report) {
        let is_missing = |(child, count): &(&Child, &u32)| child.is_needed && **count == 0;
        for (child, _) in self.rule.children.iter().zip(&self.counts).filter(is_missing) {
            let message = format!("there is no `{}`", child.name);
            report.say(cards::MISSING_ELEMENT, line, &joined(path, child.name), message);
        }
    }
}

fn joined(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") }
}

/// The first characters of a text, for a message.
pub(super) fn shortened(text: &str) -> String {
    const SHOWN: usize = 40;
    match text.char_indices().nth(SHOWN) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}
