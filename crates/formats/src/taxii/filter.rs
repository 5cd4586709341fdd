//! What a client asks for (section 3.4): several values are OR, several filters are AND.

use renkei_core::time::Moment;

use super::refusal::Flaw;
use super::version::{Spec, Version};

/// The filters of a request. An empty list lets everything through.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Only what was added after this moment; not at it.
    pub added_after: Option<Moment>,
    /// Objects by id.
    pub ids: Vec<Box<str>>,
    /// Objects by type.
    pub types: Vec<Box<str>>,
    /// Which versions of each object.
    pub versions: VersionMatch,
    /// In which versions of STIX; none: the latest of each object.
    pub specs: Vec<Spec>,
}

/// Which versions of each object are wanted (section 3.4.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VersionMatch {
    /// All of them.
    All,
    /// Some of them.
    Some(Versions),
}

/// Some versions of an object: one of these is enough.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Versions {
    /// The earliest.
    pub first: bool,
    /// The latest.
    pub last: bool,
    /// Those of these moments.
    pub exact: Vec<Version>,
}

impl Default for VersionMatch {
    /// The latest version: what is meant when nothing is said.
    fn default() -> Self {
        Self::Some(Versions { last: true, ..Versions::default() })
    }
}

impl VersionMatch {
    /// Reads the values of `match[version]`.
    pub(super) fn read(values: &[Box<str>]) -> Result<Self, Flaw> {
        if let [only] = values
            && **only == *"all"
        {
            return Ok(Self::All);
        }
        let mut versions = Versions::default();
        for value in values {
            let is_new = match &**value {
                "first" => !std::mem::replace(&mut versions.first, true),
                "last" => !std::mem::replace(&mut versions.last, true),
                text => {
                    let version: Version = text.parse().map_err(|_| Flaw::Version)?;
                    let is_new = !versions.exact.contains(&version);
                    versions.exact.push(version);
                    is_new
                }
            };
            if !is_new {
                return Err(Flaw::Version);
            }
        }
        versions.exact.sort();
        Ok(Self::Some(versions))
    }

    /// Whether only versions of given moments are wanted, so that there may be none of them.
    pub(super) const fn is_exact(&self) -> bool {
        matches!(self, Self::Some(Versions { first: false, last: false, .. }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<VersionMatch, Flaw> {
        VersionMatch::read(&text.split(',').map(Into::into).collect::<Vec<_>>())
    }

    #[test]
    fn versions_are_keywords_and_moments() {
        assert_eq!(read("all"), Ok(VersionMatch::All));
        assert_eq!(read("last"), Ok(VersionMatch::default()));
        let mixed = read("first,2018-03-02T01:01:01.123Z,last,2016-03-23T01:01:01Z").unwrap();
        let VersionMatch::Some(versions) = &mixed else { panic!() };
        assert!(versions.first && versions.last && versions.exact.is_sorted() && versions.exact.len() == 2);
        assert!(!mixed.is_exact() && read("2016-03-23T01:01:01.000Z").unwrap().is_exact());
        for text in [
            "all,last",
            "all,all",
            "last,last",
            "2016-03-23T01:01:01Z,2016-03-23T01:01:01.0Z",
            "LAST",
            "",
            "x",
            "2016-03-23T01:01:01+00:00",
        ] {
            assert_eq!(read(text), Err(Flaw::Version), "{text}");
        }
    }
}
