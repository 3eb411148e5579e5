//! XML as it comes from strangers: a walk over one record at a time, with caps, without definitions and entities.
//!
//! A document type definition is refused as soon as it is seen and an entity other than the five predefined never
//! expanded, so that a file can neither fetch another (external entities) nor swell (a billion laughs).

mod decode;
mod walk;

pub(crate) use decode::decode;
pub(crate) use walk::Walker;

use mostari_model::{Finding, FindingCard};
use std::fmt::Write as _;

/// The namespace that `xml:` stands for without being declared.
pub(crate) const XML_NAMESPACE: &str = "http://www.w3.org/XML/1998/namespace";

/// An attribute: its name without prefix, its namespace (empty for none), its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Attribute {
    pub(crate) name: String,
    pub(crate) namespace: String,
    pub(crate) value: String,
}

/// An element with all that is in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Element {
    /// Name without prefix.
    pub(crate) name: String,
    /// Namespace, or empty.
    pub(crate) namespace: String,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) children: Vec<Element>,
    /// Its own text, without that of its children.
    pub(crate) text: String,
    /// Line of its start tag, from 1; 0 if it was not read from a file.
    pub(crate) line: u64,
}

impl Element {
    /// An element that is to be written.
    pub(crate) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    /// The same with an attribute without namespace.
    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.attributes.push(Attribute { name: name.to_owned(), namespace: String::new(), value: value.into() });
        self
    }

    /// The same with an attribute unless its value is empty.
    pub(crate) fn with_given(self, name: &str, value: &str) -> Self {
        if value.is_empty() { self } else { self.with(name, value) }
    }

    /// The same with `xml:lang` unless the language is empty.
    pub(crate) fn in_language(mut self, language: &str) -> Self {
        if !language.is_empty() {
            let namespace = XML_NAMESPACE.to_owned();
            self.attributes.push(Attribute { name: "lang".to_owned(), namespace, value: language.to_owned() });
        }
        self
    }

    /// The same with a text.
    pub(crate) fn holding(mut self, text: impl Into<String>) -> Self {
        self.text = text.into();
        self
    }

    /// The same with one more child.
    pub(crate) fn and(mut self, child: Element) -> Self {
        self.children.push(child);
        self
    }

    /// The value of an attribute without namespace.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|a| a.name == name && a.namespace.is_empty()).map(|a| a.value.as_str())
    }

    /// The value of `xml:lang`.
    pub(crate) fn language(&self) -> Option<&str> {
        let found = self.attributes.iter().find(|a| a.name == "lang" && a.namespace == XML_NAMESPACE);
        found.map(|a| a.value.as_str())
    }

    /// Its children of a name that are in its own namespace.
    pub(crate) fn all<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Element> {
        self.children.iter().filter(move |child| child.name == name && child.namespace == self.namespace)
    }

    /// The first child of a name in its own namespace.
    pub(crate) fn first(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name && child.namespace == self.namespace)
    }

    /// Writes it indented by two blanks a level. Children and text are never both there in what we write; attributes
    /// have no namespace, or that of `xml:`.
    pub(crate) fn write(&self, depth: usize, out: &mut String) {
        let indent = "  ".repeat(depth);
        let _infallible = write!(out, "{indent}<{}", self.name);
        for attribute in &self.attributes {
            let prefix = if attribute.namespace == XML_NAMESPACE { "xml:" } else { "" };
            let _infallible = write!(out, " {prefix}{}=\"{}\"", attribute.name, escaped(&attribute.value, true));
        }
        if self.children.is_empty() && self.text.is_empty() {
            out.push_str("/>\n");
        } else if self.children.is_empty() {
            let _infallible = writeln!(out, ">{}</{}>", escaped(&self.text, false), self.name);
        } else {
            out.push_str(">\n");
            for child in &self.children {
                child.write(depth + 1, out);
            }
            let _infallible = writeln!(out, "{indent}</{}>", self.name);
        }
    }
}

/// A text with its special characters written so that reading gives the same text back.
fn escaped(text: &str, in_attribute: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' if in_attribute => out.push_str("&quot;"),
            '\r' => out.push_str("&#13;"),
            '\n' | '\t' if in_attribute => {
                let _infallible = write!(out, "&#{};", u32::from(c));
            }
            other => out.push(other),
        }
    }
    out
}

/// Whether XML 1.0 allows a character (section 2.2).
pub(crate) fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// Why the walk cannot go on: the code, the line, what was met.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) card: &'static FindingCard,
    pub(crate) line: u64,
    pub(crate) message: String,
}

impl From<Fault> for Finding {
    fn from(fault: Fault) -> Self {
        Finding::new(fault.card, fault.message).at_row(fault.line)
    }
}
