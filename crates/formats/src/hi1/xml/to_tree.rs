//! From the document to the tree: names under fixed prefixes, lists and numbers where the schema has them.

use super::document::{Document, Element, Item};
use super::escape::is_name;
use super::scope::Scope;
use crate::hi1::flaw::Flaw;
use crate::hi1::name::{CORE, Kind};
use crate::hi1::schema::{MESSAGE, Shape, Table, table_of};
use crate::hi1::tree::{Object, Value};

/// The tree of a message.
pub(super) fn tree(document: &Document) -> Result<Object, Flaw> {
    let root = document.root();
    let mut scope = Scope::default();
    root.attributes().for_each(|(name, uri)| scope.declare(name, uri));
    let (prefix, local) = root.name().split_once(':').unwrap_or(("", root.name()));
    if local != "HI1Message" || scope.uri(prefix) != Some(CORE) {
        return Err(Flaw::Root);
    }
    match value(root, Some(&Shape::Object(MESSAGE)), &mut Scope::default())? {
        Value::Object(object) => Ok(object),
        _ => Err(Flaw::Root),
    }
}

/// The value of one element, whose declarations are not in the scope yet.
fn value(element: &Element, shape: Option<&Shape>, scope: &mut Scope) -> Result<Value, Flaw> {
    let mark = scope.mark();
    element.attributes().for_each(|(name, uri)| scope.declare(name, uri));
    let value = within(element, shape, scope);
    scope.back(mark);
    value
}

fn within(element: &Element, shape: Option<&Shape>, scope: &mut Scope) -> Result<Value, Flaw> {
    let mut object = attributes(element, scope)?;
    let has_elements = element.items().iter().any(|item| matches!(item, Item::Element(_)));
    let text = text(element);
    if has_elements {
        if !text.trim_ascii().is_empty() {
            return Err(Flaw::Mixed);
        }
        members(element, &mut object, shape, scope)?;
        return Ok(Value::Object(object));
    }
    let is_parent = matches!(shape, Some(Shape::Object(_) | Shape::Thing | Shape::Entry(_)));
    if is_parent {
        if text.trim_ascii().is_empty() { Ok(Value::Object(object)) } else { Err(Flaw::Mixed) }
    } else if object.is_empty() {
        Ok(simple(text, shape))
    } else {
        Ok(Value::Object(object.with("#text", text)))
    }
}

fn attributes(element: &Element, scope: &Scope) -> Result<Object, Flaw> {
    let mut object = Object::new();
    for (written, text) in element.attributes() {
        let name = scope.attribute(written)?;
        if object.get(&name).is_some() {
            return Err(Flaw::Twice);
        }
        if name.starts_with("@xmlns") && !is_namespace(&name, text) {
            return Err(Flaw::Prefix);
        }
        let text = if name == "@xsi:type" { type_name(text, scope) } else { text.to_owned() };
        object.push(name, Value::Text(text));
    }
    Ok(object)
}

/// Whether a prefix may stand for a namespace: no prefix stands for none, and braces would end its name.
fn is_namespace(attribute: &str, uri: &str) -> bool {
    !uri.contains(['{', '}']) && (attribute == "@xmlns" || !uri.is_empty())
}

/// `{namespace}name` of a qualified name; one whose prefix is unknown stays as it is.
fn type_name(written: &str, scope: &Scope) -> String {
    let (prefix, local) = written.split_once(':').unwrap_or(("", written));
    match scope.uri(prefix) {
        Some(uri) if !uri.is_empty() && is_name(local) && !local.contains(':') => format!("{{{uri}}}{local}"),
        _ => written.to_owned(),
    }
}

fn text(element: &Element) -> String {
    let says = element.items().iter().map(|item| match item {
        Item::Text(_, says) => says.as_str(),
        _ => "",
    });
    says.collect()
}

fn members(element: &Element, object: &mut Object, shape: Option<&Shape>, scope: &mut Scope) -> Result<(), Flaw> {
    let table = table(object, shape);
    for item in element.items() {
        let Item::Element(child) = item else { continue };
        let mark = scope.mark();
        child.attributes().for_each(|(name, uri)| scope.declare(name, uri));
        let name = scope.name(child.name());
        scope.back(mark);
        let name = name?;
        let field = table.and_then(|table| table.field(&name)).map(|(_, field)| &field.shape);
        let (one, is_list) = match field {
            Some(Shape::List(one)) => (Some(*one), true),
            one => (one, false),
        };
        add(object, &name, value(child, one, scope)?, is_list);
    }
    Ok(())
}

/// Adds a member; the second of a name makes a list of it.
fn add(object: &mut Object, name: &str, value: Value, is_list: bool) {
    match object.get_mut(name) {
        None => object.push(name.to_owned(), if is_list { Value::List(vec![value]) } else { value }),
        Some(Value::List(values)) => values.push(value),
        Some(first) => {
            let before = std::mem::replace(first, Value::Null);
            *first = Value::List(vec![before, value]);
        }
    }
}

fn table(object: &Object, shape: Option<&Shape>) -> Option<&'static Table> {
    match shape? {
        Shape::Object(table) => Some(table),
        Shape::Thing => Kind::from_type_name(object.text("@xsi:type")?).map(table_of),
        _ => None,
    }
}

fn simple(text: String, shape: Option<&Shape>) -> Value {
    let trimmed = text.trim_ascii();
    match shape {
        Some(Shape::Count(_)) => match trimmed.parse::<u64>() {
            Ok(number) => Value::from(number),
            Err(_) => Value::Text(text),
        },
        Some(Shape::Flag) => match trimmed {
            "true" | "1" => Value::Flag(true),
            "false" | "0" => Value::Flag(false),
            _ => Value::Text(text),
        },
        _ => Value::Text(text),
    }
}
