//! What paths and discovery name: collections and API roots.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

/// How a path names a collection: by its id, or by its alias (section 5.2.1).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum CollectionName {
    /// By id.
    Id(Uuid),
    /// By alias; whether there is such a one only the caller knows.
    Alias(Box<str>),
}

impl CollectionName {
    /// Reads one part of a path.
    pub(super) fn of(part: &str) -> Self {
        // `Uuid` reads other spellings too (braces, without hyphens); those are aliases here.
        match (part.len() == 36).then(|| Uuid::try_parse(part).ok()).flatten() {
            Some(id) => Self::Id(id),
            None => Self::Alias(part.into()),
        }
    }
}

impl fmt::Display for CollectionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Alias(alias) => f.write_str(alias),
        }
    }
}

/// The address of an API root as discovery tells it (section 4.1.1): absolute with `https`, or a path.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RootUrl(Box<str>);

/// A text is no address of an API root.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an api root is an `https` address or a path that begins and ends with one `/`, without a query")]
pub struct RootUrlError;

impl RootUrl {
    /// The address as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path, if it is one of this server.
    pub(super) fn path(&self) -> Option<&str> {
        self.0.starts_with('/').then_some(&*self.0)
    }
}

impl FromStr for RootUrl {
    type Err = RootUrlError;

    fn from_str(text: &str) -> Result<Self, RootUrlError> {
        let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'?' | b'#' | b'"' | b'\\'));
        let is_path = text.starts_with('/') && !text.contains("//") && !text.contains("/../");
        let is_absolute = text.strip_prefix("https://").is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'));
        // A root whose path is that of discovery could not be told from it.
        let is_fit = is_plain && (is_path || is_absolute) && text.ends_with('/') && text != "/taxii2/";
        is_fit.then(|| Self(text.into())).ok_or(RootUrlError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_are_what_the_standard_lets_them_be() {
        for text in ["/", "/hub/", "/taxii2/hub/", "https://taxii.example:443/", "https://taxii.example/hub/"] {
            assert!(text.parse::<RootUrl>().is_ok(), "{text}");
        }
        for text in [
            "",
            "hub/",
            "/hub",
            "//taxii.example/",
            "../hub/",
            "/a/../b/",
            "http://taxii.example/",
            "https:///",
            "https://taxii.example/?a/",
            "/taxii2/",
            "/h b/",
        ] {
            assert!(text.parse::<RootUrl>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_collection_has_an_id_or_an_alias() {
        let id = "91a7b528-80eb-42ed-a74d-c6fbd5a26116";
        assert_eq!(CollectionName::of(id).to_string(), id);
        assert_eq!(
            CollectionName::of("91a7b52880eb42eda74dc6fbd5a26116"),
            CollectionName::Alias("91a7b52880eb42eda74dc6fbd5a26116".into())
        );
    }
}
