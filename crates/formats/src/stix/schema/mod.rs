//! The tables of STIX 2.1 (OASIS Standard of 10 June 2021): what each kind of object has, as data.
//!
//! One file a group, each entry with its section. The tables say what is looked at when an object is
//! checked; they never decide what is kept, because all is.

mod shape;
mod vocabulary;
mod part;
mod base;
mod domain;
mod relation;
mod observable;
mod meta;
mod rule;

pub(crate) use base::base;
pub(crate) use part::EXTENSIONS;
pub(crate) use rule::{Rule, rules};
pub use shape::{Class, Kind, Property, Section, Vocabulary};
pub(crate) use shape::{Shape, Targets};

/// Every kind of the standard, in its order.
pub fn kinds() -> impl Iterator<Item = &'static Kind> {
    [domain::DOMAIN, relation::RELATIONS, observable::OBSERVABLES, meta::META].into_iter().flatten()
}

/// The kind that a word of `type` stands for; `None`: a custom object.
pub fn kind(name: &str) -> Option<&'static Kind> {
    kinds().find(|kind| kind.name == name)
}

impl Targets {
    /// Whether a reference may lead to an object of this kind. Custom kinds may be of any group.
    pub(crate) fn allow(self, name: &str) -> bool {
        let class = match self {
            Self::Of(names) => return names.contains(&name),
            _ if matches!(name, "bundle") => return false,
            _ => kind(name).map(|kind| kind.class),
        };
        match (class, self) {
            (None, _) => true,
            (Some(class), Self::Domain) => class == Class::Domain,
            (Some(class), Self::Observables) => class == Class::Observable,
            (Some(class), Self::Observed) => matches!(class, Class::Observable | Class::Relation),
            (Some(class), Self::Things) => class != Class::Meta,
            (Some(class), _) => matches!(class, Class::Domain | Class::Observable),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_tables_hang_together() {
        let names: BTreeSet<_> = kinds().map(|kind| kind.name).collect();
        assert_eq!((kinds().count(), names.len()), (42, 42));
        for kind in kinds() {
            let section = match kind.class {
                Class::Domain => "4.",
                Class::Relation => "5.",
                Class::Observable => "6.",
                Class::Meta => "7.",
            };
            assert!(kind.section.starts_with(section), "{}", kind.name);
            let own: Vec<_> = kind.properties.iter().chain(base(kind.class, kind.name)).map(|p| p.name).collect();
            assert_eq!(own.len(), own.iter().collect::<BTreeSet<_>>().len(), "{}", kind.name);
            assert!(kind.contributing.iter().all(|name| own.contains(name)), "{}", kind.name);
            assert_eq!(kind.contributing.is_empty(), kind.class != Class::Observable || kind.name == "process");
            for property in kind.properties {
                references_lead_somewhere(property.shape, &names);
            }
        }
        for extension in EXTENSIONS {
            let part = &extension.part;
            assert!(part.section.starts_with(kind(extension.of).unwrap().section), "{}", part.name);
        }
    }

    fn references_lead_somewhere(shape: Shape, names: &BTreeSet<&str>) {
        match shape {
            Shape::Ref(Targets::Of(targets)) => assert!(targets.iter().all(|name| names.contains(name))),
            Shape::List(inner) => references_lead_somewhere(*inner, names),
            Shape::Part(part) => part.properties.iter().for_each(|inner| references_lead_somewhere(inner.shape, names)),
            Shape::Open(words) | Shape::Enum(words) => {
                assert_eq!(words.words.len(), words.words.iter().collect::<BTreeSet<_>>().len(), "{}", words.name);
            }
            _ => {}
        }
    }
}
