//! A document of XML that keeps every byte: what was read is written again to the byte.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::escape::{decoded, is_allowed, is_name, line_feeds};
use crate::hi1::flaw::{Flaw, MOST_ATTRIBUTES, MOST_DEPTH};

/// A document: one element, and what stands around it.
#[derive(Clone, PartialEq, Eq)]
pub struct Document {
    /// Byte order mark, declaration, comments, spaces, as they are.
    before: String,
    root: Element,
    after: String,
}

/// An element.
#[derive(Clone, PartialEq, Eq)]
pub struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    items: Vec<Item>,
    /// The tags as they are; an empty element has the first alone.
    tags: (String, String),
}

/// What stands in an element.
#[derive(Clone, PartialEq, Eq)]
pub enum Item {
    /// An element.
    Element(Element),
    /// Text, a reference or a CDATA section: as it is, and what it says.
    Text(String, String),
    /// A comment or an instruction, as it is.
    Aside(String),
}

impl Document {
    /// Reads a document. Nothing is looked up anywhere; a document type is refused.
    ///
    /// # Errors
    /// When the grammar is broken, entities are declared or used, or the encoding is said to be another one.
    pub fn read(text: &str) -> Result<Self, Flaw> {
        let (mark, body) = text.split_at(text.len() - text.trim_start_matches('\u{feff}').len());
        if mark.chars().count() > 1 {
            return Err(Flaw::IllFormed(0));
        }
        let mut reader = Reader::from_str(body);
        reader.config_mut().check_comments = true;
        let mut building = Building { before: mark.to_owned(), ..Building::default() };
        loop {
            let from = position(&reader);
            let event = reader.read_event().map_err(|_| Flaw::IllFormed(reader.error_position()))?;
            let raw = body.get(from..position(&reader)).unwrap_or_default();
            if matches!(event, Event::Eof) {
                break;
            }
            building.take(&event, raw).map_err(|flaw| flaw_at(flaw, from as u64))?;
        }
        building.done().map_err(|flaw| flaw_at(flaw, text.len() as u64))
    }

    /// The element that holds all others.
    pub const fn root(&self) -> &Element {
        &self.root
    }

    /// The very text that was read.
    pub fn write(&self) -> String {
        let mut out = self.before.clone();
        self.root.push(&mut out);
        out.push_str(&self.after);
        out
    }
}

impl Element {
    /// The name as it stands, with its prefix.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Attributes in their order: names as they stand, values decoded.
    pub fn attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.attributes.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// What stands in it.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    fn open(start: &BytesStart<'_>, raw: &str) -> Result<Self, Flaw> {
        let name = start.name().into_inner().to_owned();
        if !is_name(&name) {
            return Err(Flaw::IllFormed(0));
        }
        let mut attributes = Vec::new();
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|error| match error {
                quick_xml::events::attributes::AttrError::Duplicated(..) => Flaw::Twice,
                _ => Flaw::IllFormed(0),
            })?;
            let (key, value) = (attribute.key.into_inner(), attribute.value.as_ref());
            if attributes.len() == MOST_ATTRIBUTES || !is_name(key) || value.contains('<') {
                return Err(Flaw::IllFormed(0));
            }
            // A reader of XML makes spaces of line ends and tabs that are not written as references.
            let value = decoded(&line_feeds(value).replace(['\n', '\t'], " "))?;
            attributes.push((key.to_owned(), value));
        }
        Ok(Self { name, attributes, items: Vec::new(), tags: (raw.to_owned(), String::new()) })
    }

    fn push(&self, out: &mut String) {
        out.push_str(&self.tags.0);
        for item in &self.items {
            match item {
                Item::Element(element) => element.push(out),
                Item::Text(raw, _) | Item::Aside(raw) => out.push_str(raw),
            }
        }
        out.push_str(&self.tags.1);
    }
}

/// A document while it is read.
#[derive(Default)]
struct Building {
    before: String,
    open: Vec<Element>,
    root: Option<Element>,
    after: String,
    has_begun: bool,
}

impl Building {
    fn take(&mut self, event: &Event<'_>, raw: &str) -> Result<(), Flaw> {
        let is_first = !std::mem::replace(&mut self.has_begun, true);
        match event {
            Event::Start(_) | Event::Empty(_) if self.open.len() == MOST_DEPTH => return Err(Flaw::TooDeep),
            Event::Start(start) => {
                self.open.push(Element::open(start, raw)?);
            }
            Event::Empty(start) => {
                let element = Element::open(start, raw)?;
                self.close(element)?;
            }
            Event::End(_) => {
                let mut element = self.open.pop().ok_or(Flaw::IllFormed(0))?;
                element.tags.1 = raw.to_owned();
                self.close(element)?;
            }
            Event::Text(_) => self.text(raw, line_feeds(raw))?,
            Event::GeneralRef(_) => self.text(raw, decoded(raw)?)?,
            Event::CData(_) => {
                let inner = raw.strip_prefix("<![CDATA[").and_then(|rest| rest.strip_suffix("]]>"));
                let inner = inner.filter(|_| !self.open.is_empty()).ok_or(Flaw::IllFormed(0))?;
                self.text(raw, line_feeds(inner))?;
            }
            Event::Decl(declaration) => {
                let encoding = declaration.encoding().transpose().map_err(|_| Flaw::IllFormed(0))?;
                if encoding.is_some_and(|name| !name.eq_ignore_ascii_case("utf-8")) {
                    return Err(Flaw::Encoding);
                }
                if !is_first || declaration.version().map_err(|_| Flaw::IllFormed(0))?.as_ref() != "1.0" {
                    return Err(Flaw::IllFormed(0));
                }
                self.aside(raw);
            }
            Event::Comment(_) | Event::PI(_) => self.aside(raw),
            Event::DocType(_) => return Err(Flaw::Entities),
            Event::Eof => {}
        }
        Ok(())
    }

    fn text(&mut self, raw: &str, says: String) -> Result<(), Flaw> {
        if !says.chars().all(is_allowed) || (raw.contains("]]>") && !raw.starts_with("<![CDATA[")) {
            return Err(Flaw::IllFormed(0));
        }
        match self.open.last_mut() {
            Some(element) => element.items.push(Item::Text(raw.to_owned(), says)),
            // Around the root stand spaces alone.
            None if raw.trim_ascii().is_empty() => self.aside(raw),
            None => return Err(Flaw::IllFormed(0)),
        }
        Ok(())
    }

    fn aside(&mut self, raw: &str) {
        match (self.open.last_mut(), &self.root) {
            (Some(element), _) => element.items.push(Item::Aside(raw.to_owned())),
            (None, None) => self.before.push_str(raw),
            (None, Some(_)) => self.after.push_str(raw),
        }
    }

    fn close(&mut self, element: Element) -> Result<(), Flaw> {
        match self.open.last_mut() {
            Some(parent) => parent.items.push(Item::Element(element)),
            None if self.root.is_none() => self.root = Some(element),
            None => return Err(Flaw::IllFormed(0)),
        }
        Ok(())
    }

    fn done(self) -> Result<Document, Flaw> {
        let root = self.root.filter(|_| self.open.is_empty()).ok_or(Flaw::IllFormed(0))?;
        Ok(Document { before: self.before, root, after: self.after })
    }
}

fn position(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

/// Says where, if the flaw does not say so yet.
const fn flaw_at(flaw: Flaw, at: u64) -> Flaw {
    match flaw {
        Flaw::IllFormed(0) => Flaw::IllFormed(at),
        other => other,
    }
}
