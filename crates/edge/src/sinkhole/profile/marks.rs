//! Marks of researchers, scanners and browsers: who calls without being infected.

use std::net::IpAddr;

use regex::Regex;
use renkei_core::id::Digest;
use renkei_core::net::Prefix;
use serde::Deserialize;

use super::raw::pattern;
use super::{MOST_BYTES, ProfileError};

/// Who called instead of a bot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    /// Somebody who studies the botnet.
    Researcher,
    /// A program that asks everybody.
    Scanner,
    /// A person who followed a link.
    Browser,
    /// A search engine or the like.
    Crawler,
}

impl Mark {
    /// The word of the log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Researcher => "researcher",
            Self::Scanner => "scanner",
            Self::Browser => "browser",
            Self::Crawler => "crawler",
        }
    }
}

/// The list of marks, the same for all families.
#[derive(Debug, Default)]
pub struct Marks {
    rules: Vec<Rule>,
    digest: Option<Digest>,
}

#[derive(Debug)]
struct Rule {
    mark: Mark,
    agent: Option<Regex>,
    from: Vec<Prefix>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    mark: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    is: Mark,
    agent: Option<String>,
    #[serde(default)]
    from: Vec<String>,
    /// Where the rule is from; for people.
    #[serde(rename = "source")]
    _source: Option<String>,
}

impl Marks {
    /// Reads the file `marks.toml`.
    ///
    /// # Errors
    /// When it is not TOML of this shape.
    pub fn read(bytes: &[u8]) -> Result<Self, ProfileError> {
        if bytes.len() > MOST_BYTES {
            return Err(ProfileError::Long);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| ProfileError::Utf8)?;
        let file: File = toml::from_str(text)?;
        let rules = file.mark.into_iter().map(rule).collect::<Result<_, _>>()?;
        Ok(Self { rules, digest: Some(Digest::of(bytes)) })
    }

    /// SHA-256 of the file, if there is one.
    pub const fn digest(&self) -> Option<Digest> {
        self.digest
    }

    /// What marks a caller, if anything does.
    pub fn of(&self, source: IpAddr, agent: Option<&str>) -> Option<Mark> {
        self.rules
            .iter()
            .find(|rule| {
                let called = agent.is_some_and(|agent| rule.agent.as_ref().is_some_and(|known| known.is_match(agent)));
                called || rule.from.iter().any(|prefix| prefix.contains(source))
            })
            .map(|rule| rule.mark)
    }
}

fn rule(entry: Entry) -> Result<Rule, ProfileError> {
    if entry.agent.is_none() && entry.from.is_empty() {
        return Err(ProfileError::Anything);
    }
    let prefix = |text: &String| text.parse().map_err(|_| ProfileError::Pattern(text.clone()));
    Ok(Rule {
        mark: entry.is,
        agent: entry.agent.as_deref().map(pattern).transpose()?,
        from: entry.from.iter().map(prefix).collect::<Result<_, _>>()?,
    })
}
