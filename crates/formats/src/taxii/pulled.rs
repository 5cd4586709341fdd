//! What another server answers: pages of objects (section 3.7) and of a manifest (section 5.3), read with the care with
//! which postings are.

use super::limits::Limits;
use super::posting::{Posting, item};
use super::version::Version;
use crate::stix::Id;
use crate::tree::{self, Fault, Object, Value};

/// A page of objects.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pulled {
    /// Its objects, each judged on its own.
    pub posting: Posting,
    /// How the next page is asked for; none: this is the last.
    pub next: Option<String>,
}

/// A page of a manifest.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listed {
    /// Ids and versions of what is there.
    pub entries: Vec<(Id, Version)>,
    /// How many entries could not be read.
    pub broken: usize,
    /// How the next page is asked for; none: this is the last.
    pub next: Option<String>,
}

/// Reads an envelope that a server sent. One without objects is `{}`.
///
/// # Errors
/// When it is no JSON object within the limits.
pub fn objects(body: &[u8], limits: &Limits) -> Result<Pulled, Fault> {
    let (values, next) = page(body, limits)?;
    let mut posting = Posting::default();
    for value in values {
        match item(value) {
            Ok(item) => posting.items.push(item),
            Err(failure) => posting.failures.push(failure),
        }
    }
    Ok(Pulled { posting, next })
}

/// Reads a manifest that a server sent.
///
/// # Errors
/// When it is no JSON object within the limits.
pub fn manifest(body: &[u8], limits: &Limits) -> Result<Listed, Fault> {
    let (values, next) = page(body, limits)?;
    let mut listed = Listed { next, ..Listed::default() };
    for value in values {
        let Value::Object(entry) = value else {
            listed.broken += 1;
            continue;
        };
        let read = |name: &str| entry.text(name);
        match (read("id").and_then(|id| id.parse().ok()), read("version").and_then(|version| version.parse().ok())) {
            (Some(id), Some(version)) => listed.entries.push((id, version)),
            _ => listed.broken += 1,
        }
    }
    Ok(listed)
}

/// The list of a page, cut at the most that a page may have, and how the next one is asked for: `more` without `next` says
/// nothing that a client could ask for.
fn page(body: &[u8], limits: &Limits) -> Result<(Vec<Value>, Option<String>), Fault> {
    let most = usize::try_from(limits.content).unwrap_or(usize::MAX);
    let mut root = match tree::read(body, most)? {
        Value::Object(root) => root,
        _ => Object::default(),
    };
    let more = root.get("more") == Some(&Value::Flag(true));
    let next = root.text("next").filter(|_| more).map(str::to_owned);
    let mut values = match root.take("objects") {
        Some(Value::List(values)) => values,
        _ => Vec::new(),
    };
    values.truncate(limits.posted);
    Ok((values, next))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f";

    #[test]
    fn pages_are_read_entry_by_entry() {
        let body = format!(
            r#"{{"more":true,"next":"p2","objects":[7,{{"id":"{ID}","date_added":"2026-01-01T00:00:00Z","version":"2026-01-02T00:00:00.5Z"}},{{"id":"x"}}]}}"#
        );
        let listed = manifest(body.as_bytes(), &Limits::default()).unwrap();
        assert_eq!((listed.entries.len(), listed.broken, listed.next.as_deref()), (1, 2, Some("p2")));
        assert_eq!(listed.entries[0].0.as_str(), ID);
        let object = format!(
            r#"{{"type":"indicator","spec_version":"2.1","id":"{ID}","created":"2026-01-01T00:00:00Z","modified":"2026-01-02T00:00:00Z"}}"#
        );
        let body = format!(r#"{{"more":false,"next":"p2","objects":[{object},{{}}]}}"#);
        let pulled = objects(body.as_bytes(), &Limits::default()).unwrap();
        assert_eq!((pulled.posting.items.len(), pulled.posting.failures.len(), pulled.next), (1, 1, None));
    }

    #[test]
    fn what_has_no_objects_is_an_empty_page() {
        for body in ["{}", "[]", r#"{"objects":{}}"#, r#"{"more":true}"#] {
            assert_eq!(objects(body.as_bytes(), &Limits::default()).unwrap(), Pulled::default(), "{body}");
        }
        assert!(objects(b"<html>", &Limits::default()).is_err());
        assert!(objects(b"{} {}", &Limits { content: 4, ..Limits::default() }).is_err());
    }
}
