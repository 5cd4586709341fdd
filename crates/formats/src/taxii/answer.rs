//! Every answer of the standard (sections 4 and 5): values in, status, headers and bytes out. Lists that would be empty are left
//! out (section 2), so that nothing is `{}`.

use uuid::Uuid;

use super::answer_form::Answer;
use super::limits::Limits;
use super::media::{MEDIA_TYPE, STIX_MEDIA_TYPE};
use super::name::RootUrl;
use super::rights::Rights;
use super::shelf::{Entry, Page};
use super::stamp::stamp;
use super::status::{Detail, Status};
use super::version::Spec;
use crate::tree::{Object, Value, write, write_object};

/// What this server is (section 4.1.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discovery {
    /// Its name.
    pub title: String,
    /// What it is for.
    pub description: Option<String>,
    /// Whom to ask.
    pub contact: Option<String>,
    /// The API roots that this client may know of.
    pub roots: Vec<RootUrl>,
    /// Which of them is meant when nothing is said; told only if it is one of them.
    pub default: Option<RootUrl>,
}

/// What an API root is (section 4.2.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root {
    /// Its name.
    pub title: String,
    /// What it is for.
    pub description: Option<String>,
}

/// What a collection is, for one client (section 5.2.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collection {
    /// Its id: a UUID of version 4.
    pub id: Uuid,
    /// Its name.
    pub title: String,
    /// What it is for.
    pub description: Option<String>,
    /// Another name, unique in its API root, that may stand in paths instead of the id.
    pub alias: Option<String>,
    /// What this client may do.
    pub rights: Rights,
    /// Whether objects of STIX 2.0 are here besides those of 2.1.
    pub has_v20: bool,
}

const STIX_20_MEDIA_TYPE: &str = "application/stix+json;version=2.0";

/// `GET /taxii2/` (section 4.1).
pub fn discovery(discovery: &Discovery) -> Answer {
    let roots: Vec<&str> = discovery.roots.iter().map(RootUrl::as_str).collect();
    let default = discovery.default.as_ref().filter(|root| discovery.roots.contains(root)).map(RootUrl::as_str);
    let object = Object::new()
        .with("title", discovery.title.as_str())
        .with_some("description", discovery.description.as_deref())
        .with_some("contact", discovery.contact.as_deref())
        .with_some("default", default)
        .with_some("api_roots", list(roots));
    good(&object)
}

/// `GET /{api-root}/` (section 4.2).
pub fn root(root: &Root, limits: &Limits) -> Answer {
    let object = Object::new()
        .with("title", root.title.as_str())
        .with_some("description", root.description.as_deref())
        .with("versions", vec![MEDIA_TYPE])
        .with("max_content_length", i64::try_from(limits.content).unwrap_or(i64::MAX));
    good(&object)
}

/// `GET /{api-root}/collections/` (section 5.1), always in the same order (section 3.3): the caller's.
pub fn collections(collections: &[Collection]) -> Answer {
    let collections: Vec<Object> = collections.iter().map(collection_object).collect();
    good(&Object::new().with_some("collections", list(collections)))
}

/// `GET /{api-root}/collections/{id}/` (section 5.2).
pub fn collection(collection: &Collection) -> Answer {
    good(&collection_object(collection))
}

/// `GET /{api-root}/collections/{id}/manifest/` (section 5.3). With `next`, which the standard forgot there and clients need.
pub fn manifest(page: &Page<'_>) -> Answer {
    pages(page, "objects", |body, entry| {
        body.extend_from_slice(b"{\"id\":");
        put_text(body, &entry.id);
        body.extend_from_slice(b",\"date_added\":");
        put_text(body, &stamp(entry.added));
        body.extend_from_slice(b",\"version\":");
        put_text(body, entry.version.as_str());
        body.extend_from_slice(b",\"media_type\":");
        match entry.spec {
            Spec::V21 => put_text(body, STIX_MEDIA_TYPE),
            spec => put_text(body, &format!("application/stix+json;version={spec}")),
        }
        body.push(b'}');
    })
}

/// `GET …/objects/` and `GET …/objects/{object-id}/` (sections 5.4 and 5.6): the bytes of the entries, not looked at again.
pub fn envelope(page: &Page<'_>) -> Answer {
    pages(page, "objects", |body, entry| body.extend_from_slice(&entry.body))
}

/// `GET …/objects/{object-id}/versions/` (section 5.8).
pub fn versions(page: &Page<'_>) -> Answer {
    pages(page, "versions", |body, entry| put_text(body, entry.version.as_str()))
}

/// `GET /{api-root}/status/{id}/` (section 4.3).
pub fn status(status: &Status) -> Answer {
    good(&status_object(status))
}

/// `GET /{api-root}/status/{id}/` of a status that was kept as the body of the answer to its addition.
pub fn kept_status(body: String) -> Answer {
    Answer::new(200, body.into_bytes())
}

/// To `POST …/objects/` (section 5.5).
pub fn accepted(status: &Status) -> Answer {
    Answer::new(202, write_object(&status_object(status)).into_bytes())
}

/// To `DELETE …/objects/{object-id}/` (section 5.7). The standard wants no payload, and clients read one all the same.
pub fn deleted() -> Answer {
    good(&Object::new())
}

fn good(object: &Object) -> Answer {
    Answer::new(200, write_object(object).into_bytes())
}

fn list<T: Into<Value>>(values: Vec<T>) -> Option<Vec<T>> {
    (!values.is_empty()).then_some(values)
}

fn collection_object(collection: &Collection) -> Object {
    let media_types =
        if collection.has_v20 { vec![STIX_MEDIA_TYPE, STIX_20_MEDIA_TYPE] } else { vec![STIX_MEDIA_TYPE] };
    Object::new()
        .with("id", collection.id.to_string())
        .with("title", collection.title.as_str())
        .with_some("description", collection.description.as_deref())
        .with_some("alias", collection.alias.as_deref())
        .with("can_read", collection.rights.read)
        .with("can_write", collection.rights.write)
        .with("media_types", media_types)
}

fn status_object(status: &Status) -> Object {
    let count = |details: &[Detail]| i64::try_from(details.len()).unwrap_or(i64::MAX);
    let details = |details: &[Detail]| {
        let object = |detail: &Detail| {
            Object::new()
                .with("id", &*detail.id)
                .with("version", &*detail.version)
                .with_some("message", detail.message.as_deref())
        };
        list(details.iter().map(object).collect())
    };
    Object::new()
        .with("id", status.id.to_string())
        .with("status", status.word())
        .with("request_timestamp", stamp(status.requested))
        .with("total_count", i64::try_from(status.total()).unwrap_or(i64::MAX))
        .with("success_count", count(&status.successes))
        .with_some("successes", details(&status.successes))
        .with("failure_count", count(&status.failures))
        .with_some("failures", details(&status.failures))
        .with("pending_count", count(&status.pendings))
        .with_some("pendings", details(&status.pendings))
}

/// A page: `more` and `next` first, so that a client that reads a stream knows them early, then the list. The headers say when
/// its first and last entry were added (section 3.2); for an empty page there is nothing to say.
fn pages(page: &Page<'_>, name: &str, put: impl Fn(&mut Vec<u8>, &Entry)) -> Answer {
    let (Some(first), Some(last)) = (page.entries.first(), page.entries.last()) else {
        return Answer::new(200, b"{}".to_vec());
    };
    let length: usize = page.entries.iter().map(|entry| entry.body.len() + 1).sum();
    let mut body = Vec::with_capacity(length + 256);
    body.push(b'{');
    if let Some(next) = &page.next {
        body.extend_from_slice(b"\"more\":true,\"next\":");
        put_text(&mut body, next);
        body.push(b',');
    }
    put_text(&mut body, name);
    body.extend_from_slice(b":[");
    for (place, entry) in page.entries.iter().enumerate() {
        if place > 0 {
            body.push(b',');
        }
        put(&mut body, entry);
    }
    body.extend_from_slice(b"]}");
    Answer::new(200, body)
        .with("x-taxii-date-added-first", stamp(first.added))
        .with("x-taxii-date-added-last", stamp(last.added))
}

fn put_text(body: &mut Vec<u8>, text: &str) {
    body.extend_from_slice(write(&text.into()).as_bytes());
}
