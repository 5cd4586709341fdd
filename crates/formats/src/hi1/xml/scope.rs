//! Which namespace a prefix stands for, from inside out.

use std::borrow::Cow;

use crate::hi1::flaw::Flaw;
use crate::hi1::name::prefix_of;

/// Declarations in force, outermost first: prefix (empty: the default one) and namespace.
#[derive(Debug, Clone, Default)]
pub(super) struct Scope(Vec<(String, String)>);

impl Scope {
    /// How many declarations are in force; for [`Scope::back`].
    pub(super) fn mark(&self) -> usize {
        self.0.len()
    }

    /// Forgets what was declared since.
    pub(super) fn back(&mut self, mark: usize) {
        self.0.truncate(mark);
    }

    /// Takes the declaration that an attribute is, if it is one. The name is without `@`.
    pub(super) fn declare(&mut self, attribute: &str, uri: &str) {
        let prefix = match attribute.split_once(':') {
            None if attribute == "xmlns" => "",
            Some(("xmlns", prefix)) => prefix,
            _ => return,
        };
        self.0.push((prefix.to_owned(), uri.to_owned()));
    }

    /// The namespace of a prefix; empty: none.
    pub(super) fn uri(&self, prefix: &str) -> Option<&str> {
        let found = self.0.iter().rev().find(|(known, _)| known == prefix).map(|(_, uri)| uri.as_str());
        // The default namespace is none unless somebody declares it.
        found.or_else(|| prefix.is_empty().then_some(""))
    }

    /// A prefix that stands for a namespace here and now.
    pub(super) fn prefix(&self, uri: &str) -> Option<&str> {
        self.0
            .iter()
            .rev()
            .find(|(prefix, known)| known == uri && self.uri(prefix) == Some(uri))
            .map(|(p, _)| p.as_str())
    }

    /// The same for attributes, which the default namespace does not reach.
    pub(super) fn attribute_prefix(&self, uri: &str) -> Option<&str> {
        let is_it = |prefix: &str, known: &str| !prefix.is_empty() && known == uri && self.uri(prefix) == Some(uri);
        self.0.iter().rev().find(|(prefix, known)| is_it(prefix, known)).map(|(prefix, _)| prefix.as_str())
    }

    /// The name of an element in the tree: under the fixed prefix of its namespace, or with the namespace
    /// in braces if it is not one of HI-1.
    pub(super) fn name<'a>(&self, written: &'a str) -> Result<Cow<'a, str>, Flaw> {
        let (prefix, local) = written.split_once(':').unwrap_or(("", written));
        let uri = self.uri(prefix).ok_or(Flaw::Prefix)?;
        Ok(match prefix_of(uri) {
            Some("") => Cow::Borrowed(local),
            Some(known) if known == prefix => Cow::Borrowed(written),
            Some(known) => Cow::Owned(format!("{known}:{local}")),
            None => Cow::Owned(format!("{{{uri}}}{local}")),
        })
    }

    /// The name of an attribute in the tree, with `@`. One without prefix is in no namespace.
    pub(super) fn attribute(&self, written: &str) -> Result<String, Flaw> {
        match written.split_once(':') {
            None | Some(("xmlns" | "xml", _)) => Ok(format!("@{written}")),
            Some((prefix, local)) => {
                let uri = self.uri(prefix).ok_or(Flaw::Prefix)?;
                Ok(match prefix_of(uri) {
                    Some(known) if !known.is_empty() => format!("@{known}:{local}"),
                    _ => format!("@{{{uri}}}{local}"),
                })
            }
        }
    }
}
