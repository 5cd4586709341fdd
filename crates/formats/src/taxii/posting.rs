//! What is added (section 5.5): an envelope to objects that are kept exactly, each judged on its own.

use std::sync::Arc;

use super::limits::Limits;
use super::refusal::{Refusal, Unprocessable};
use super::shelf::Entry;
use super::status::Detail;
use super::version::{Spec, UNVERSIONED, Version};
use crate::stix::{Id, Object};
use crate::tree::{self, Fault, Value};
use renkei_core::time::Moment;

/// An object that can be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its id.
    pub id: Id,
    /// Its type.
    pub kind: Box<str>,
    /// Which version of the object it is.
    pub version: Version,
    /// In which STIX it is written.
    pub spec: Spec,
    /// The object as it came.
    pub object: tree::Object,
}

impl Item {
    /// The entry of a shelf that it becomes when it is added at a moment; nothing of it is changed (section 5.5).
    pub fn entry(&self, added: Moment) -> Entry {
        Entry {
            added,
            id: Arc::from(self.id.as_str()),
            kind: Arc::from(&*self.kind),
            version: self.version.clone(),
            spec: self.spec,
            body: Arc::from(tree::write_object(&self.object).into_bytes()),
        }
    }
}

/// What came in one body.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Posting {
    /// The objects that can be added, in their order.
    pub items: Vec<Item>,
    /// What can not be added, and why.
    pub failures: Vec<Detail>,
}

/// Reads an envelope (section 3.7). A bundle is one too, because clients post them: what stands beside `objects` is left alone
/// (section 7.1). One bad object does not lose the others.
///
/// # Errors
/// 413 for too many bytes, 400 for no JSON (RFC 7493), 422 for JSON without a list of objects.
pub fn read(body: &[u8], limits: &Limits) -> Result<Posting, Refusal> {
    let most = usize::try_from(limits.content).unwrap_or(usize::MAX);
    let root = tree::read(body, most).map_err(|fault| match fault {
        Fault::TooLarge(_) => Refusal::TooLarge { most: limits.content },
        Fault::TooDeep => Refusal::Unprocessable(Unprocessable::TooDeep),
        Fault::Encoding(_) | Fault::IllFormed(_) | Fault::Twice => Refusal::NoJson,
    })?;
    let Value::Object(mut root) = root else { return Err(Refusal::Unprocessable(Unprocessable::Root)) };
    let Some(Value::List(values)) = root.take("objects") else {
        return Err(Refusal::Unprocessable(Unprocessable::NoObjects));
    };
    if values.is_empty() {
        return Err(Refusal::Unprocessable(Unprocessable::NoObjects));
    }
    if values.len() > limits.posted {
        return Err(Refusal::Unprocessable(Unprocessable::TooMany(limits.posted)));
    }
    let mut posting = Posting::default();
    for value in values {
        match item(value) {
            Ok(item) => posting.items.push(item),
            Err(failure) => posting.failures.push(failure),
        }
    }
    Ok(posting)
}

/// Reads one object as it would stand in an envelope; `None`: it cannot be added.
pub fn one(body: &[u8], limits: &Limits) -> Option<Item> {
    let most = usize::try_from(limits.content).unwrap_or(usize::MAX);
    item(tree::read(body, most).ok()?).ok()
}

pub(super) fn item(value: Value) -> Result<Item, Detail> {
    let failure = |id: &str, version: &str, message: &str| Detail {
        // The standard wants an id; what has none is told by a word.
        id: if id.is_empty() { "unknown".into() } else { id.into() },
        version: version.into(),
        message: Some(message.into()),
    };
    let Value::Object(tree) = value else { return Err(failure("", UNVERSIONED, "it is not an object")) };
    let object = Object::of(&tree);
    let stated = |name: &str| tree.text(name).unwrap_or_default();
    let version = match ["modified", "created"].iter().find_map(|name| tree.get(name)) {
        None => Some(Version::default()),
        Some(value) => value.as_text().and_then(|text| text.parse().ok()),
    };
    let told = version.as_ref().map_or(UNVERSIONED, Version::as_str);
    let refused = |message| Err(failure(stated("id"), told, message));
    let (Some(id), Some(kind)) = (object.id(), object.kind_name()) else {
        return refused("it has no type or no sound id");
    };
    if id.kind() != kind {
        return refused("its id is that of another type");
    }
    let spec = match tree.get("spec_version") {
        Some(value) => value.as_text().and_then(|text| text.parse().ok()),
        None => Some(if object.spec_version() == Some(crate::stix::SpecVersion::V21) { Spec::V21 } else { Spec::V20 }),
    };
    let Some(spec) = spec else { return refused("its version of stix is none") };
    let Some(version) = version.clone() else { return refused("its version is not a timestamp of stix") };
    let kind = kind.into();
    Ok(Item { id, kind, version, spec, object: tree })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f";

    fn of(body: &str) -> Result<Posting, Refusal> {
        read(body.as_bytes(), &Limits { content: 4096, posted: 3, ..Limits::default() })
    }

    #[test]
    fn objects_are_kept_as_they_came() {
        let object = format!(
            r#"{{"x_n":1.0,"id":"{ID}","type":"indicator","spec_version":"2.1","created":"2026-01-01T00:00:00Z","modified":"2026-01-02T00:00:00.50Z"}}"#
        );
        for body in [
            format!(r#"{{"objects":[{object}]}}"#),
            format!(r#"{{"type":"bundle","id":"b","x_y":[],"objects":[{object}]}}"#),
        ] {
            let posting = of(&body).unwrap();
            assert_eq!(posting.failures, []);
            let entry = posting.items[0].entry(Moment(7));
            assert_eq!(std::str::from_utf8(&entry.body), Ok(object.as_str()));
            assert_eq!(
                (entry.version.as_str(), entry.spec, &*entry.kind),
                ("2026-01-02T00:00:00.50Z", Spec::V21, "indicator")
            );
        }
    }

    #[test]
    fn versions_come_from_the_object() {
        let item = |more: &str, kind: &str| {
            let body = format!(
                r#"{{"objects":[{{"type":"{kind}","id":"{kind}--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"{more}}}]}}"#
            );
            let item = of(&body).unwrap().items.remove(0);
            (item.version.to_string(), item.spec)
        };
        assert_eq!(item("", "ipv4-addr"), (UNVERSIONED.to_owned(), Spec::V21));
        assert_eq!(item("", "indicator"), (UNVERSIONED.to_owned(), Spec::V20));
        let created = r#","spec_version":"2.1","created":"2026-01-01T00:00:00.000Z""#;
        assert_eq!(item(created, "marking-definition"), ("2026-01-01T00:00:00.000Z".to_owned(), Spec::V21));
    }

    #[test]
    fn one_bad_object_does_not_lose_the_others() {
        let body = format!(r#"{{"objects":[{{"type":"indicator","id":"{ID}"}},1,{{"type":"malware","id":"{ID}"}}]}}"#);
        let posting = of(&body).unwrap();
        assert_eq!((posting.items.len(), posting.failures.len()), (1, 2));
        assert_eq!((&*posting.failures[0].id, &*posting.failures[1].id), ("unknown", ID));
        for more in [r#""spec_version":"x""#, r#""modified":"x""#, r#""modified":1"#, r#""spec_version":2.1"#] {
            let body = format!(r#"{{"objects":[{{"type":"indicator","id":"{ID}",{more}}}]}}"#);
            assert_eq!(of(&body).unwrap().items, [], "{more}");
        }
    }

    #[test]
    fn what_holds_no_objects_is_refused() {
        for body in ["", "{", "no", "{\"a\":1,\"a\":2}", "\u{0}"] {
            assert_eq!(of(body), Err(Refusal::NoJson), "{body}");
        }
        for body in [
            "[1]",
            "1",
            "null",
            "{}",
            r#"{"objects":"x"}"#,
            r#"{"objects":[]}"#,
            r#"{"objects":{}}"#,
            r#"{"objects":[1,1,1,1]}"#,
        ] {
            assert_eq!(of(body).unwrap_err().status().0, 422, "{body}");
        }
        assert_eq!(of(&"[".repeat(200)).unwrap_err().status().0, 422);
        assert_eq!(of(&" ".repeat(5000)), Err(Refusal::TooLarge { most: 4096 }));
    }
}
