//! The walk through a tree beside the tables of the schema.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::MINORS;
use crate::hi1::finding::{Code, Finding};
use crate::hi1::message::Message;
use crate::hi1::name::ObjectId;
use crate::hi1::schema::{MESSAGE, Need, Shape, Table, kind_of, table_of};
use crate::hi1::time;
use crate::hi1::tree::{Object, Value};
use crate::hi1::word::{Dictionary, OWNER};

/// Where members are not as the schema has them.
pub(super) fn shapes(message: &Message) -> Vec<Finding> {
    let mut walk = Walk { path: String::new(), action: None, is_root: true, findings: Vec::new() };
    walk.members(message.root(), MESSAGE);
    walk.findings
}

struct Walk {
    path: String,
    action: Option<usize>,
    is_root: bool,
    findings: Vec<Finding>,
}

impl Walk {
    fn find(&mut self, code: Code) {
        self.findings.push(Finding { action: self.action, path: self.path.clone(), code });
    }

    /// Does something one step deeper.
    fn at(&mut self, step: &str, inside: impl FnOnce(&mut Self)) {
        let before = self.path.len();
        if !self.path.is_empty() && !step.starts_with('[') {
            self.path.push('/');
        }
        self.path.push_str(step);
        inside(self);
        self.path.truncate(before);
    }

    fn members(&mut self, object: &Object, table: &'static Table) {
        let is_root = std::mem::take(&mut self.is_root);
        let is_extended = table.is_national && object.get("@xsi:type").is_some();
        for (name, value) in object.members() {
            if name.starts_with('@') {
                let is_known = is_root || name == "@xmlns" || name.starts_with("@xmlns:") || is_extended;
                if !is_known && name != "@xsi:type" {
                    self.at("?", |walk| walk.find(Code::UnknownMember));
                } else if value.as_text().is_none() {
                    self.at(if is_known { "@" } else { "@xsi:type" }, |walk| walk.find(Code::WrongShape));
                }
                continue;
            }
            match table.field(name) {
                Some((_, field)) => self.at(field.name, |walk| walk.value(value, &field.shape)),
                None if is_extended => {}
                None => self.at("?", |walk| walk.find(Code::UnknownMember)),
            }
        }
        self.needs(object, table);
    }

    fn needs(&mut self, object: &Object, table: &'static Table) {
        for field in table.all().filter(|field| field.need == Need::Must && object.get(field.name).is_none()) {
            self.at(field.name, |walk| walk.find(Code::MissingMember));
        }
        let choices = || table.all().filter(|field| field.need == Need::OneOf);
        if choices().next().is_some() && choices().filter(|field| object.get(field.name).is_some()).count() != 1 {
            self.find(Code::Choice);
        }
    }

    fn value(&mut self, value: &Value, shape: &Shape) {
        match shape {
            Shape::List(one) => self.list(value, one),
            Shape::Any => {}
            Shape::Object(table) => match value {
                Value::Object(object) => {
                    self.typed(object, table.is_national);
                    self.members(object, table);
                }
                _ => self.find(Code::WrongShape),
            },
            Shape::Thing => match value.as_object() {
                Some(object) => match kind_of(object) {
                    Some(kind) => self.members(object, table_of(kind)),
                    None => self.find(Code::UnknownKind),
                },
                None => self.find(Code::WrongShape),
            },
            Shape::Entry(dictionary) => match value.as_object() {
                Some(entry) => self.entry(entry, dictionary.as_ref()),
                None => self.find(Code::WrongShape),
            },
            Shape::Flag => self.unless(matches!(value, Value::Flag(_)), Code::WrongShape),
            Shape::Count(least) => {
                let number = if let Value::Number(number) = value { number.as_u64() } else { None };
                self.unless(number.is_some_and(|number| number >= *least), Code::BadCount);
            }
            _ => match value.as_text() {
                Some(text) => self.text(text, shape),
                None => self.find(Code::WrongShape),
            },
        }
    }

    /// A type of its own may only be said where a nation may extend.
    fn typed(&mut self, object: &Object, is_national: bool) {
        if !is_national && object.get("@xsi:type").is_some() {
            self.at("@xsi:type", |walk| walk.find(Code::UnknownMember));
        }
    }

    fn list(&mut self, value: &Value, one: &Shape) {
        let Value::List(values) = value else { return self.find(Code::WrongShape) };
        let is_actions = self.path.ends_with("/ActionRequest") || self.path.ends_with("/ActionResponse");
        for (at, value) in values.iter().enumerate() {
            if is_actions {
                self.action = Some(at);
            }
            self.at(&format!("[{at}]"), |walk| walk.value(value, one));
        }
        if is_actions {
            self.action = None;
            self.unless(!values.is_empty(), Code::MissingMember);
        }
    }

    fn text(&mut self, text: &str, shape: &Shape) {
        let (is_good, code) = match shape {
            Shape::Text(most) => (text.chars().count() <= *most, Code::TooLong),
            Shape::Uuid => (text.parse::<ObjectId>().is_ok(), Code::BadUuid),
            Shape::Time => (time::read(text).is_some(), Code::BadTime),
            Shape::Microseconds if time::read(text).is_none() => (false, Code::BadTime),
            Shape::Microseconds => (time::is_to_microsecond(text), Code::BadMicroseconds),
            Shape::Version => (is_version(text), Code::BadVersion),
            Shape::Country => (text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase()), Code::BadCountry),
            Shape::Base64 => (STANDARD.decode(text).is_ok(), Code::BadBase64),
            _ => (false, Code::WrongShape),
        };
        self.unless(is_good, code);
    }

    fn entry(&mut self, entry: &Object, dictionary: Option<&Dictionary>) {
        let before = self.findings.len();
        for (name, value) in entry.members() {
            match name {
                "common:Owner" | "common:Name" | "common:Value" => {
                    self.at(name, |walk| walk.value(value, &Shape::Text(255)));
                }
                name if name.starts_with("@xmlns") => {}
                _ => self.at("?", |walk| walk.find(Code::UnknownMember)),
            }
        }
        let parts = [entry.text("common:Owner"), entry.text("common:Name"), entry.text("common:Value")];
        let [Some(owner), Some(name), Some(word)] = parts else {
            // A member of another shape was found already.
            return self.unless(self.findings.len() > before, Code::MissingMember);
        };
        let Some(dictionary) = dictionary else { return };
        match (owner == OWNER, name == dictionary.name) {
            (true, true) => self.unless(dictionary.words.contains(&word), Code::BadWord),
            // Nations may have words of their own, but not for where things stand.
            (false, _) if !dictionary.name.ends_with("Status") => {}
            _ => self.find(Code::OtherDictionary),
        }
    }

    fn unless(&mut self, is_good: bool, code: Code) {
        if !is_good {
            self.find(code);
        }
    }
}

/// Whether a text is `V1.minor.patch` of a version that is taken.
fn is_version(text: &str) -> bool {
    let mut parts = text.strip_prefix('V').unwrap_or_default().split('.').map(number);
    let parts = [parts.next(), parts.next(), parts.next(), parts.next()];
    matches!(parts, [Some(Some(1)), Some(Some(minor)), Some(Some(_)), None] if MINORS.contains(&minor))
}

fn number(text: &str) -> Option<u32> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}
