//! The walk over a file: the root's start tag, then one child with all that is in it at a time.

use super::{Attribute, Element, Fault, XML_NAMESPACE, is_allowed};
use crate::findings::xml as cards;
use mostari_model::FindingCard;
use quick_xml::{
    Reader, XmlVersion,
    escape::EscapeError,
    events::{BytesRef, BytesStart, Event},
};

/// Levels of nesting; IATI's deepest element stands at the ninth.
pub(super) const DEPTH_MAX: usize = 64;
/// Bytes of one text or attribute.
pub(super) const TEXT_BYTES_MAX: usize = 1 << 20;
/// Attributes of one element.
pub(super) const ATTRIBUTES_MAX: usize = 128;
/// Elements in one child of the root.
pub(super) const ELEMENTS_MAX: usize = 500_000;

/// Walks over a document; memory holds one child of the root at a time.
pub(crate) struct Walker<'a> {
    text: &'a str,
    reader: Reader<&'a [u8]>,
    /// Line of the byte `counted`.
    line: u64,
    counted: usize,
    /// Prefixes in force with the depth of the element that declared them; the default namespace has the prefix "".
    prefixes: Vec<(usize, String, String)>,
    /// Elements that are open, the root among them.
    depth: usize,
    root_name: String,
    is_over: bool,
}

impl<'a> Walker<'a> {
    /// Starts with the root's start tag.
    ///
    /// # Errors
    /// A [`Fault`] if there is no root, or something before it that is refused.
    pub(crate) fn open(text: &'a str) -> Result<(Self, Element), Fault> {
        let reader = Reader::from_str(text);
        let (prefixes, root_name) = (Vec::new(), String::new());
        let mut walker = Self { text, reader, line: 1, counted: 0, prefixes, depth: 0, root_name, is_over: false };
        loop {
            match walker.event()? {
                Event::Start(start) => {
                    let root = walker.element(&start)?;
                    walker.depth = 1;
                    walker.root_name = start.name().0.to_owned();
                    return Ok((walker, root));
                }
                Event::Empty(start) => {
                    let root = walker.element(&start)?;
                    walker.is_over = true;
                    walker.after_root()?;
                    return Ok((walker, root));
                }
                Event::Eof => return Err(walker.fault(cards::NOT_WELL_FORMED, "there is no element")),
                other => walker.outside(&other)?,
            }
        }
    }

    /// The next child of the root, whole; `None` at the root's end. Text directly in the root is added to `root`.
    ///
    /// # Errors
    /// A [`Fault`]; the walk is then over.
    pub(crate) fn next_child(&mut self, root: &mut Element) -> Result<Option<Element>, Fault> {
        while !self.is_over {
            let next = self.step(root);
            self.is_over |= next.is_err();
            if let Some(child) = next? {
                return Ok(Some(child));
            }
        }
        Ok(None)
    }

    /// A whole document at once, for small formats.
    ///
    /// # Errors
    /// The first [`Fault`].
    pub(crate) fn whole(text: &'a str) -> Result<Element, Fault> {
        let (mut walker, mut root) = Self::open(text)?;
        while let Some(child) = walker.next_child(&mut root)? {
            root.children.push(child);
            if root.children.len() > ELEMENTS_MAX {
                return Err(walker.fault(cards::TOO_MANY, format!("more than {ELEMENTS_MAX} elements")));
            }
        }
        Ok(root)
    }

    /// One event at the level of the root's children.
    fn step(&mut self, root: &mut Element) -> Result<Option<Element>, Fault> {
        match self.event()? {
            Event::Start(start) => self.subtree(&start).map(Some),
            Event::Empty(start) => {
                let child = self.element(&start)?;
                self.leave();
                Ok(Some(child))
            }
            Event::End(_) => {
                self.depth = 0;
                self.is_over = true;
                self.after_root()?;
                Ok(None)
            }
            Event::Eof => {
                let message = format!("the file ends before `</{}>`", self.root_name);
                Err(self.fault(cards::NOT_WELL_FORMED, message))
            }
            event => {
                self.add_text(&event, root)?;
                Ok(None)
            }
        }
    }

    /// Nothing but comments and blanks may follow the root.
    fn after_root(&mut self) -> Result<(), Fault> {
        loop {
            match self.event()? {
                Event::Eof => return Ok(()),
                Event::Start(_) | Event::Empty(_) => {
                    return Err(self.fault(cards::NOT_WELL_FORMED, "a second element follows the root"));
                }
                other => self.outside(&other)?,
            }
        }
    }

    /// An element with all that is in it, up to its end tag. The stack of open elements stands in for recursion.
    fn subtree(&mut self, start: &BytesStart<'a>) -> Result<Element, Fault> {
        let mut open = vec![self.element(start)?];
        self.depth += 1;
        let mut count = 1_usize;
        loop {
            match self.event()? {
                Event::Start(start) => {
                    if self.depth >= DEPTH_MAX {
                        return Err(self.fault(cards::TOO_DEEP, format!("more than {DEPTH_MAX} levels")));
                    }
                    open.push(self.element(&start)?);
                    self.depth += 1;
                    count += 1;
                }
                Event::Empty(start) => {
                    let child = self.element(&start)?;
                    self.leave();
                    open.last_mut().expect("the first is open").children.push(child);
                    count += 1;
                }
                Event::End(_) => {
                    let closed = open.pop().expect("the first is open");
                    self.depth -= 1;
                    self.leave();
                    match open.last_mut() {
                        Some(parent) => parent.children.push(closed),
                        None => return Ok(closed),
                    }
                }
                Event::Eof => {
                    let name = &open.last().expect("the first is open").name;
                    let message = format!("the file ends before `</{name}>`");
                    return Err(self.fault(cards::NOT_WELL_FORMED, message));
                }
                event => self.add_text(&event, open.last_mut().expect("the first is open"))?,
            }
            if count > ELEMENTS_MAX {
                return Err(self.fault(cards::TOO_MANY, format!("more than {ELEMENTS_MAX} elements in one record")));
            }
        }
    }

    /// The next event; the line is that of its first byte.
    fn event(&mut self) -> Result<Event<'a>, Fault> {
        self.count_lines(self.reader.buffer_position());
        match self.reader.read_event() {
            Ok(Event::DocType(_)) => Err(self.fault(cards::DOCTYPE, "there is a `<!DOCTYPE …>`")),
            Ok(event) => Ok(event),
            Err(error) => {
                self.count_lines(self.reader.error_position());
                Err(self.fault(cards::NOT_WELL_FORMED, error.to_string()))
            }
        }
    }

    fn count_lines(&mut self, position: u64) {
        let position = usize::try_from(position).map_or(self.text.len(), |at| at.min(self.text.len()));
        if position > self.counted {
            let passed = &self.text.as_bytes()[self.counted..position];
            self.line += memchr::memchr_iter(b'\n', passed).count() as u64;
            self.counted = position;
        }
    }

    fn fault(&self, card: &'static FindingCard, message: impl Into<String>) -> Fault {
        Fault { card, line: self.line, message: message.into() }
    }

    /// Before and after the root stand comments, instructions and blanks only.
    fn outside(&self, event: &Event<'_>) -> Result<(), Fault> {
        let is_blank = match event {
            Event::Text(text) => text.xml10_content().trim_matches([' ', '\t', '\r', '\n', '\u{feff}']).is_empty(),
            Event::CData(_) | Event::GeneralRef(_) | Event::End(_) => false,
            _ => true,
        };
        match is_blank {
            true => Ok(()),
            false => Err(self.fault(cards::NOT_WELL_FORMED, "there is text outside of the root element")),
        }
    }

    fn add_text(&self, event: &Event<'_>, to: &mut Element) -> Result<(), Fault> {
        match event {
            Event::Text(text) => self.push(&text.xml10_content(), to),
            Event::CData(text) => self.push(&text.xml10_content(), to),
            Event::GeneralRef(reference) => {
                let c = self.resolve(reference)?;
                self.push(c.encode_utf8(&mut [0; 4]), to)
            }
            _ => Ok(()),
        }
    }

    fn push(&self, text: &str, to: &mut Element) -> Result<(), Fault> {
        if to.text.len() + text.len() > TEXT_BYTES_MAX {
            let message = format!("the text of `{}` has more than {TEXT_BYTES_MAX} bytes", to.name);
            return Err(self.fault(cards::TOO_LONG, message));
        }
        self.check_characters(text)?;
        to.text.push_str(text);
        Ok(())
    }

    fn check_characters(&self, text: &str) -> Result<(), Fault> {
        match text.chars().find(|c| !is_allowed(*c)) {
            None => Ok(()),
            Some(c) => {
                let message = format!("the character U+{:04X} is not allowed", u32::from(c));
                Err(self.fault(cards::NOT_WELL_FORMED, message))
            }
        }
    }

    /// One of the five predefined entities, or a character by its number.
    fn resolve(&self, reference: &BytesRef<'_>) -> Result<char, Fault> {
        match reference.resolve_char_ref() {
            Ok(Some(c)) => return Ok(c),
            Ok(None) => {}
            Err(error) => return Err(self.fault(cards::NOT_WELL_FORMED, error.to_string())),
        }
        match &**reference {
            "amp" => Ok('&'),
            "lt" => Ok('<'),
            "gt" => Ok('>'),
            "quot" => Ok('"'),
            "apos" => Ok('\''),
            other => Err(self.fault(cards::ENTITY, format!("`&{other};` is not one of the five predefined entities"))),
        }
    }

    /// An element from its start tag; the prefixes that it declares hold until [`Walker::leave`].
    fn element(&mut self, start: &BytesStart<'_>) -> Result<Element, Fault> {
        let mut given = Vec::new();
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|error| self.fault(cards::NOT_WELL_FORMED, error.to_string()))?;
            if given.len() >= ATTRIBUTES_MAX {
                return Err(self.fault(cards::TOO_MANY, format!("more than {ATTRIBUTES_MAX} attributes")));
            }
            if attribute.value.len() > TEXT_BYTES_MAX {
                let message = format!("the attribute `{}` has more than {TEXT_BYTES_MAX} bytes", attribute.key.0);
                return Err(self.fault(cards::TOO_LONG, message));
            }
            let value = attribute.normalized_value(XmlVersion::Explicit1_0).map_err(|error| {
                let card = match &error {
                    quick_xml::Error::Escape(EscapeError::UnrecognizedEntity(..)) => cards::ENTITY,
                    _ => cards::NOT_WELL_FORMED,
                };
                self.fault(card, error.to_string())
            })?;
            self.check_characters(&value)?;
            match attribute.key.0.strip_prefix("xmlns") {
                Some("") => self.prefixes.push((self.depth, String::new(), value.into_owned())),
                Some(rest) if rest.starts_with(':') => {
                    self.prefixes.push((self.depth, rest[1..].to_owned(), value.into_owned()));
                }
                _ => given.push((attribute.key.0.to_owned(), value.into_owned())),
            }
        }
        let (name, namespace) = self.resolve_name(start.name().0, true)?;
        let mut attributes = Vec::with_capacity(given.len());
        for (qualified, value) in given {
            let (name, namespace) = self.resolve_name(&qualified, false)?;
            attributes.push(Attribute { name, namespace, value });
        }
        Ok(Element { name, namespace, attributes, line: self.line, ..Element::default() })
    }

    /// Forgets the prefixes of the element that just ended.
    fn leave(&mut self) {
        let depth = self.depth;
        self.prefixes.retain(|(declared_at, ..)| *declared_at < depth);
    }

    /// The name without prefix, and its namespace; attributes without prefix have none.
    fn resolve_name(&self, qualified: &str, is_element: bool) -> Result<(String, String), Fault> {
        let (prefix, name) = qualified.split_once(':').unwrap_or(("", qualified));
        let is_start = |c: char| c.is_alphabetic() || c == '_';
        let is_name = |text: &str| {
            text.starts_with(is_start)
                && text.chars().all(|c| is_start(c) || c.is_alphanumeric() || matches!(c, '-' | '.' | '\u{b7}'))
        };
        if !is_name(name) || !(prefix.is_empty() || is_name(prefix)) {
            return Err(self.fault(cards::NOT_WELL_FORMED, format!("`{qualified}` is not a name")));
        }
        let namespace = match prefix {
            "xml" => Some(XML_NAMESPACE),
            "" if !is_element => Some(""),
            _ => self.prefixes.iter().rev().find(|(_, known, _)| known == prefix).map(|(.., uri)| uri.as_str()),
        };
        match namespace {
            Some(namespace) => Ok((name.to_owned(), namespace.to_owned())),
            None if prefix.is_empty() => Ok((name.to_owned(), String::new())),
            None => Err(self.fault(cards::NOT_WELL_FORMED, format!("the prefix `{prefix}` is not declared"))),
        }
    }
}

#[cfg(test)]
#[path = "walk_tests.rs"]
mod tests;
