//! From the tree to XML in its canonical form.
//!
//! The form: a declaration, one element a line, four spaces a level, text beside its tags, empty elements
//! in one tag, declarations of namespaces where the tree has them and what is missing on the root, members
//! in the order of the tree, a line feed at the end.

use std::collections::BTreeSet;

use super::escape::{is_allowed, is_name, push_attribute, push_text};
use super::scope::Scope;
use crate::hi1::flaw::WriteError;
use crate::hi1::name::{NAMESPACES, prefix_of, uri_of};
use crate::hi1::tree::{Object, Value};

/// Writes a message.
///
/// # Errors
/// When a name or a character is not possible in XML; what the builders make always is.
pub fn write(message: &Object) -> Result<String, WriteError> {
    let root = declared(message);
    let mut out = Out { text: String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"), scope: Scope::default() };
    out.element("HI1Message", &Value::Object(root), 0)?;
    Ok(out.text)
}

/// The message with a declaration on its root for each namespace that it uses where nobody declares it.
pub(in crate::hi1) fn declared(message: &Object) -> Object {
    let mut missing = BTreeSet::new();
    uses("HI1Message", message, &mut Scope::default(), &mut missing);
    let (attributes, members): (Vec<_>, Vec<_>) = message.members().partition(|(name, _)| name.starts_with('@'));
    let mut root = Object::new();
    attributes.into_iter().for_each(|(name, value)| root.push(name.to_owned(), value.clone()));
    for (prefix, uri) in NAMESPACES.iter().filter(|(_, uri)| missing.contains(uri)) {
        let name = if prefix.is_empty() { "@xmlns".to_owned() } else { format!("@xmlns:{prefix}") };
        if root.get(&name).is_none() {
            root.push(name, Value::from(*uri));
        }
    }
    members.into_iter().for_each(|(name, value)| root.push(name.to_owned(), value.clone()));
    root
}

/// Collects the namespaces of names for which no prefix is in force where they stand.
fn uses(name: &str, object: &Object, scope: &mut Scope, missing: &mut BTreeSet<&'static str>) {
    let mark = scope.mark();
    for (name, uri) in object.members() {
        if let (Some(attribute), Some(uri)) = (name.strip_prefix('@'), uri.as_text()) {
            scope.declare(attribute, uri);
        }
    }
    missing.extend(lacking(name, scope));
    for (name, value) in object.members() {
        if name == "@xsi:type" {
            let uri = value.as_text().and_then(|text| text.strip_prefix('{')?.split_once('}')).map(|(uri, _)| uri);
            let uri = uri.and_then(prefix_of).and_then(uri_of);
            missing.extend(uri.filter(|uri| scope.prefix(uri).is_none()));
        }
        if let Some((prefix, _)) = name.strip_prefix('@').and_then(|attribute| attribute.split_once(':')) {
            missing.extend(uri_of(prefix).filter(|uri| scope.attribute_prefix(uri).is_none()));
            continue;
        }
        let values = if let Value::List(values) = value { values.as_slice() } else { std::slice::from_ref(value) };
        for value in values.iter().filter(|_| !name.starts_with('@')) {
            match value.as_object() {
                Some(inner) => uses(name, inner, scope, missing),
                None => missing.extend(lacking(name, scope)),
            }
        }
    }
    scope.back(mark);
}

/// The namespace of a name in the tree, if no prefix for it is in force.
fn lacking(name: &str, scope: &Scope) -> Option<&'static str> {
    if name.starts_with(['{', '#']) {
        return None;
    }
    let uri = uri_of(name.split_once(':').map_or("", |(prefix, _)| prefix))?;
    scope.prefix(uri).is_none().then_some(uri)
}

struct Out {
    text: String,
    scope: Scope,
}

impl Out {
    fn element(&mut self, name: &str, value: &Value, level: usize) -> Result<(), WriteError> {
        let mark = self.scope.mark();
        let object = value.as_object();
        for (name, uri) in object.into_iter().flat_map(Object::members) {
            if let (Some(attribute), Some(uri)) = (name.strip_prefix('@'), uri.as_text()) {
                self.scope.declare(attribute, uri);
            }
        }
        let done = self.open(name, value, level);
        self.scope.back(mark);
        done
    }

    fn open(&mut self, name: &str, value: &Value, level: usize) -> Result<(), WriteError> {
        let (tag, declaration) = self.tag(name)?;
        self.text.extend(std::iter::repeat_n("    ", level));
        self.text.push('<');
        self.text.push_str(&tag);
        if let Some(uri) = declaration {
            if value.as_object().is_some_and(|object| object.get("@xmlns").is_some()) {
                return Err(WriteError::Name);
            }
            self.attribute("xmlns", &uri)?;
            self.scope.declare("xmlns", &uri);
        }
        let is_empty = match value {
            Value::Object(object) => self.members(object, level)?,
            Value::Text(text) if text.is_empty() => true,
            Value::Text(text) => {
                self.text.push('>');
                self.content(text)?;
                false
            }
            Value::Number(number) => {
                self.text.push_str(&format!(">{number}"));
                false
            }
            Value::Flag(flag) => {
                self.text.push_str(if *flag { ">true" } else { ">false" });
                false
            }
            Value::Null | Value::List(_) => return Err(WriteError::Shape),
        };
        if is_empty {
            self.text.push_str("/>\n");
        } else {
            self.text.push_str(&format!("</{tag}>\n"));
        }
        Ok(())
    }

    /// Attributes, the end of the tag, and what stands inside; whether nothing does.
    fn members(&mut self, object: &Object, level: usize) -> Result<bool, WriteError> {
        let (attributes, members): (Vec<_>, Vec<_>) = object.members().partition(|(name, _)| name.starts_with('@'));
        for (name, value) in attributes {
            let written = self.attribute_name(name.trim_start_matches('@'))?;
            let text = value.as_text().ok_or(WriteError::Shape)?;
            let text = if name == "@xsi:type" { self.type_name(text) } else { text.to_owned() };
            self.attribute(&written, &text)?;
        }
        match members.as_slice() {
            [] => return Ok(true),
            [("#text", value)] => {
                self.text.push('>');
                self.content(value.as_text().ok_or(WriteError::Shape)?)?;
                return Ok(false);
            }
            _ => self.text.push_str(">\n"),
        }
        let from = self.text.len();
        for (name, value) in members {
            let values = if let Value::List(values) = value { values.as_slice() } else { std::slice::from_ref(value) };
            values.iter().try_for_each(|value| self.element(name, value, level + 1))?;
        }
        if self.text.len() == from {
            // Lists without values alone.
            self.text.truncate(from - 2);
            return Ok(true);
        }
        self.text.extend(std::iter::repeat_n("    ", level));
        Ok(false)
    }

    /// The tag of a name in the tree, and the namespace that it must declare itself.
    fn tag(&self, name: &str) -> Result<(String, Option<String>), WriteError> {
        let (uri, local) = match name.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
            Some((uri, local)) => (uri, local),
            None => {
                let (prefix, local) = name.split_once(':').unwrap_or(("", name));
                (uri_of(prefix).ok_or(WriteError::Name)?, local)
            }
        };
        if !is_name(local) || local.contains(':') {
            return Err(WriteError::Name);
        }
        Ok(match self.scope.prefix(uri) {
            Some("") => (local.to_owned(), None),
            Some(prefix) => (format!("{prefix}:{local}"), None),
            None if uri.is_empty() && self.scope.uri("") == Some("") => (local.to_owned(), None),
            None => (local.to_owned(), Some(uri.to_owned())),
        })
    }

    fn attribute_name(&self, name: &str) -> Result<String, WriteError> {
        let written = match name.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
            Some((uri, local)) => {
                let prefix = self.scope.attribute_prefix(uri).ok_or(WriteError::Name)?;
                format!("{prefix}:{local}")
            }
            None => match name.split_once(':') {
                None | Some(("xmlns" | "xml", _)) => name.to_owned(),
                Some((prefix, local)) => {
                    let uri = uri_of(prefix).ok_or(WriteError::Name)?;
                    let prefix = self.scope.attribute_prefix(uri).ok_or(WriteError::Name)?;
                    format!("{prefix}:{local}")
                }
            },
        };
        if is_name(&written) { Ok(written) } else { Err(WriteError::Name) }
    }

    fn type_name(&self, name: &str) -> String {
        let parts = name.strip_prefix('{').and_then(|rest| rest.split_once('}'));
        match parts.and_then(|(uri, local)| Some((self.scope.prefix(uri)?, local))) {
            Some(("", local)) => local.to_owned(),
            Some((prefix, local)) => format!("{prefix}:{local}"),
            None => name.to_owned(),
        }
    }

    fn attribute(&mut self, name: &str, text: &str) -> Result<(), WriteError> {
        if !text.chars().all(is_allowed) {
            return Err(WriteError::Character);
        }
        self.text.push_str(&format!(" {name}=\""));
        push_attribute(&mut self.text, text);
        self.text.push('"');
        Ok(())
    }

    fn content(&mut self, text: &str) -> Result<(), WriteError> {
        if !text.chars().all(is_allowed) {
            return Err(WriteError::Character);
        }
        push_text(&mut self.text, text);
        Ok(())
    }
}
