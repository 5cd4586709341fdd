//! Requests to questions: paths (section 3.1), methods, media types, lengths, filters; in this order.

use super::cursor::Search;
use super::filter::Filter;
use super::limits::Limits;
use super::media;
use super::name::{CollectionName, RootUrl};
use super::query::{self, Knows, unescape};
use super::refusal::Refusal;

use uuid::Uuid;

/// The plain parts of a request.
#[derive(Debug, Clone, Copy, Default)]
pub struct Request<'a> {
    /// The method as it came.
    pub method: &'a str,
    /// The path as it came: escaped, from the first `/` to before `?`.
    pub path: &'a str,
    /// The query as it came, behind `?`; empty if there is none.
    pub query: &'a str,
    /// The values of all `Accept` headers.
    pub accept: &'a [&'a str],
    /// The values of all `Content-Type` headers.
    pub content_type: &'a [&'a str],
    /// `Content-Length`; `None`: none was told, so the caller counts while it reads (section 4.2.1).
    pub length: Option<u64>,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// What this server has (section 4.1).
    Discovery,
    /// What an API root is (section 4.2).
    Root {
        /// The API root.
        root: RootUrl,
    },
    /// What became of what was added (section 4.3).
    Status {
        /// The API root.
        root: RootUrl,
        /// Which addition.
        id: Uuid,
    },
    /// Which collections there are (section 5.1).
    Collections {
        /// The API root.
        root: RootUrl,
    },
    /// What a collection is (section 5.2).
    Collection {
        /// The API root.
        root: RootUrl,
        /// The collection.
        collection: CollectionName,
    },
    /// Which objects there are (section 5.3).
    Manifest {
        /// The API root.
        root: RootUrl,
        /// The collection.
        collection: CollectionName,
        /// What is looked for.
        search: Search,
    },
    /// Objects (section 5.4).
    Objects {
        /// The API root.
        root: RootUrl,
        /// The collection.
        collection: CollectionName,
        /// What is looked for.
        search: Search,
    },
    /// To add objects (section 5.5); the body is for [`posting::read`](super::posting::read).
    Add {
        /// The API root.
        root: RootUrl,
        /// The collection.
        collection: CollectionName,
    },
    /// One object (section 5.6).
    Object {
        /// The API root.
        root: RootUrl,
        /// The collection.
        collection: CollectionName,
        /// What is looked for; the object is its only id.
        search: Search,
    },
    /// To delete versions of one object (section 5.7): all of them, if none is named.
    Delete {
        /// The API root.
        root: RootUrl,
        /// The collection.
        collection: CollectionName,
        /// What is to go; the object is its only id.
        filter: Filter,
    },
    /// Which versions of an object there are (section 5.8).
    Versions {
        /// The API root.
        root: RootUrl,
        /// The collection.
        collection: CollectionName,
        /// What is looked for; the object is its only id.
        search: Search,
    },
}

/// Turns requests into questions.
#[derive(Debug, Clone)]
pub struct Door {
    roots: Vec<RootUrl>,
    limits: Limits,
}

/// What a path leads to.
enum Place {
    Discovery,
    Root,
    Status(Uuid),
    Collections,
    Collection(CollectionName),
    Manifest(CollectionName),
    Objects(CollectionName),
    Object(CollectionName, Box<str>),
    Versions(CollectionName, Box<str>),
}

const READ: &str = "GET, HEAD";

impl Door {
    /// A door with these API roots; those with an address elsewhere are not answered here.
    pub fn new(roots: impl IntoIterator<Item = RootUrl>, limits: Limits) -> Self {
        let mut roots: Vec<_> = roots.into_iter().filter(|root| root.path().is_some()).collect();
        // The longest first, so that a root inside another one is found.
        roots.sort_by_key(|root| std::cmp::Reverse(root.as_str().len()));
        Self { roots, limits }
    }

    /// The most of everything.
    pub const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Whether a path is answered here at all, by whatever answer.
    pub fn is_here(&self, path: &str) -> bool {
        path.starts_with("/taxii2/") || self.roots.iter().any(|root| path.starts_with(root.as_str()))
    }

    /// Reads a request. Who asks is known already: an unknown one is refused by the caller with
    /// [`Refusal::Unauthenticated`], whatever it asks for. `HEAD` is read as `GET`.
    ///
    /// # Errors
    /// The refusal to answer with: 404 for a path that is none (one without `/` at its end is none), 405, 406, 415, 413, 400.
    pub fn ask(&self, request: &Request<'_>) -> Result<Asked, Refusal> {
        let (root, place) = self.place(request.path).ok_or(Refusal::NotFound)?;
        let method = match request.method {
            "HEAD" => "GET",
            method => method,
        };
        let allow = match place {
            Place::Objects(_) => "GET, HEAD, POST",
            Place::Object(..) => "GET, HEAD, DELETE",
            _ => READ,
        };
        if !allow.split(", ").any(|allowed| allowed == method) {
            return Err(Refusal::Method { allow });
        }
        if !media::accepts(request.accept.iter().copied()) {
            return Err(Refusal::NotAcceptable);
        }
        if method == "POST" {
            if !media::is_read(request.content_type.iter().copied()) {
                return Err(Refusal::Unsupported);
            }
            if request.length.is_some_and(|length| length > self.limits.content) {
                return Err(Refusal::TooLarge { most: self.limits.content });
            }
        }
        self.question(root, place, method, request.query)
    }

    fn question(&self, root: RootUrl, place: Place, method: &str, query: &str) -> Result<Asked, Refusal> {
        let search = |collection: &CollectionName, object: &str, what: &str, knows: Knows| {
            let resource = format!("{}\n{collection}\n{object}\n{what}", root.as_str());
            let search = query::read(&resource, query, knows, &self.limits).map_err(Refusal::Query);
            search.map(|mut search| {
                if !object.is_empty() {
                    search.filter.ids = vec![object.into()];
                }
                search
            })
        };
        Ok(match place {
            Place::Discovery => Asked::Discovery,
            Place::Root => Asked::Root { root },
            Place::Status(id) => Asked::Status { root, id },
            Place::Collections => Asked::Collections { root },
            Place::Collection(collection) => Asked::Collection { root, collection },
            Place::Manifest(collection) => {
                let search = search(&collection, "", "manifest", Knows::All)?;
                Asked::Manifest { root, collection, search }
            }
            Place::Objects(collection) if method == "POST" => Asked::Add { root, collection },
            Place::Objects(collection) => {
                let search = search(&collection, "", "objects", Knows::All)?;
                Asked::Objects { root, collection, search }
            }
            Place::Object(collection, object) if method == "DELETE" => {
                let filter = search(&collection, &object, "delete", Knows::Delete)?.filter;
                Asked::Delete { root, collection, filter }
            }
            Place::Object(collection, object) => {
                let search = search(&collection, &object, "object", Knows::Object)?;
                Asked::Object { root, collection, search }
            }
            Place::Versions(collection, object) => {
                let search = search(&collection, &object, "versions", Knows::Versions)?;
                Asked::Versions { root, collection, search }
            }
        })
    }

    /// Where a path leads.
    fn place(&self, path: &str) -> Option<(RootUrl, Place)> {
        if path == "/taxii2/" {
            // No root belongs to it; the first stands in and is not told.
            return Some((self.roots.first()?.clone(), Place::Discovery));
        }
        let root = self.roots.iter().find(|root| path.starts_with(root.as_str()))?;
        let rest = path.strip_prefix(root.as_str())?;
        if rest.is_empty() {
            return Some((root.clone(), Place::Root));
        }
        let parts: Option<Vec<String>> = rest.strip_suffix('/')?.split('/').map(unescape).collect();
        let parts = parts?;
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        if parts.iter().any(|part| part.is_empty() || part.chars().any(char::is_control)) {
            return None;
        }
        let place = match parts.as_slice() {
            ["status", id] => match CollectionName::of(id) {
                CollectionName::Id(id) => Place::Status(id),
                CollectionName::Alias(_) => return None,
            },
            ["collections"] => Place::Collections,
            ["collections", id] => Place::Collection(CollectionName::of(id)),
            ["collections", id, "manifest"] => Place::Manifest(CollectionName::of(id)),
            ["collections", id, "objects"] => Place::Objects(CollectionName::of(id)),
            ["collections", id, "objects", object] => Place::Object(CollectionName::of(id), (*object).into()),
            ["collections", id, "objects", object, "versions"] => {
                Place::Versions(CollectionName::of(id), (*object).into())
            }
            _ => return None,
        };
        Some((root.clone(), place))
    }
}
