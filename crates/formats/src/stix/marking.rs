//! Data markings (STIX 2.1 section 7.2): TLP and PAP as levels, whatever form they came in.
//!
//! TLP 2.0 came after the standard, as an extension with fixed ids (OASIS CTI common objects,
//! `tlp-2.0`); the four of TLP 1.0 stand in section 7.2.1.4. PAP is an extension of the same collection
//! (`pap`). A reference to a fixed id is enough: the definition need not come along.

use super::Object;
use super::id::Id;
use crate::tree;

/// The extension by which TLP 2.0 is stated.
pub const TLP_EXTENSION: &str = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d";
/// The extension by which PAP is stated.
pub const PAP_EXTENSION: &str = "extension-definition--f8d78575-edfd-406e-8e84-6162a8450f5b";

/// The Traffic Light Protocol, version 2.0, from the freest to the strictest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tlp {
    /// No limit.
    Clear,
    /// The community.
    Green,
    /// The organisation and its clients.
    Amber,
    /// The organisation alone.
    AmberStrict,
    /// The named recipients alone.
    Red,
}

/// The Permissible Actions Protocol, from the freest to the strictest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pap {
    /// No limit.
    Clear,
    /// Active actions are allowed.
    Green,
    /// Passive cross-checks alone.
    Amber,
    /// Nothing that could be noticed.
    Red,
}

/// Levels, words, and the ids of the definitions: those of today first, then older ones that mean the same.
const TLP: [(Tlp, &str, &str); 9] = [
    (Tlp::Clear, "clear", "94868c89-83c2-464b-929b-a1a8aa3c8487"),
    (Tlp::Green, "green", "bab4a63c-aed9-4cf5-a766-dfca5abac2bb"),
    (Tlp::Amber, "amber", "55d920b0-5e8b-4f79-9ee9-91f868d9b421"),
    (Tlp::AmberStrict, "amber+strict", "939a9414-2ddd-4d32-a0cd-375ea402b003"),
    (Tlp::Red, "red", "e828b379-4e03-4974-9ac4-e53a884c97c1"),
    (Tlp::Clear, "white", "613f2e26-407d-48c7-9eca-b8e91df99dc9"),
    (Tlp::Green, "green", "34098fce-860f-48ae-8e50-ebd3cc5e41da"),
    (Tlp::Amber, "amber", "f88d31f6-486f-44da-b317-01333bde0b82"),
    (Tlp::Red, "red", "5e57c739-391a-4eb3-b6be-7d15ca92d5ed"),
];

const PAP: [(Pap, &str, &str); 5] = [
    (Pap::Clear, "clear", "ad15a0cd-55b6-4588-a14c-a66105329b92"),
    (Pap::Green, "green", "c43594d1-4b11-4c59-93ab-1c9b14d53ce9"),
    (Pap::Amber, "amber", "60f8932b-e51e-4458-b265-a2e8be9a80ab"),
    (Pap::Red, "red", "740d36e5-7714-4c30-961a-3ae632ceee0e"),
    (Pap::Clear, "white", "a3bea94c-b469-41dc-9cfe-d6e7daba7730"),
];

const PREFIX: &str = "marking-definition--";

impl Tlp {
    /// Every level, from the freest.
    pub const ALL: [Self; 5] = [Self::Clear, Self::Green, Self::Amber, Self::AmberStrict, Self::Red];

    /// The word of TLP 2.0 in lower case (`amber+strict`).
    pub fn word(self) -> &'static str {
        TLP.iter().find(|(level, _, _)| *level == self).map_or("", |(_, word, _)| word)
    }

    /// The level that a word stands for, in any case; `white` is `clear`.
    pub fn from_word(word: &str) -> Option<Self> {
        TLP.iter().find(|(_, known, _)| known.eq_ignore_ascii_case(word)).map(|(level, _, _)| *level)
    }

    /// The tag of the MISP taxonomy `tlp`.
    pub fn tag(self) -> String {
        format!("tlp:{}", self.word())
    }

    /// The level of such a tag, in any case.
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::from_word(after(tag, "tlp:")?)
    }

    /// The id of its definition in TLP 2.0.
    pub fn id(self) -> String {
        TLP.iter()
            .find(|(level, _, _)| *level == self)
            .map_or_else(String::new, |(_, _, uuid)| format!("{PREFIX}{uuid}"))
    }

    /// The level of a fixed id, of TLP 2.0 or 1.0.
    pub fn from_id(id: &str) -> Option<Self> {
        let uuid = id.strip_prefix(PREFIX)?;
        TLP.iter().find(|(_, _, known)| known.eq_ignore_ascii_case(uuid)).map(|(level, _, _)| *level)
    }

    /// The level of a marking definition: by its id, its extension, or as section 7.2.1.4 has it.
    pub fn from_definition(object: Object<'_>) -> Option<Self> {
        let tree = object.tree();
        let extension = || Self::from_word(tree.object("extensions")?.object(TLP_EXTENSION)?.text("tlp_2_0")?);
        let older = || Self::from_word(tree.object("definition")?.text("tlp")?);
        (object.kind_name() == Some("marking-definition"))
            .then(|| Self::from_id(tree.text("id")?).or_else(extension).or_else(older))?
    }

    /// Its definition, as OASIS published it.
    pub fn definition(self) -> tree::Object {
        let name = format!("TLP:{}", self.word().to_ascii_uppercase());
        definition(&self.id(), "2022-10-01T00:00:00.000Z", &name, TLP_EXTENSION, "tlp_2_0", self.word())
    }
}

impl Pap {
    /// Every level, from the freest.
    pub const ALL: [Self; 4] = [Self::Clear, Self::Green, Self::Amber, Self::Red];

    /// The word in lower case.
    pub fn word(self) -> &'static str {
        PAP.iter().find(|(level, _, _)| *level == self).map_or("", |(_, word, _)| word)
    }

    /// The level that a word stands for, in any case; `white` is `clear`.
    pub fn from_word(word: &str) -> Option<Self> {
        PAP.iter().find(|(_, known, _)| known.eq_ignore_ascii_case(word)).map(|(level, _, _)| *level)
    }

    /// The tag of the MISP taxonomy `PAP`.
    pub fn tag(self) -> String {
        format!("PAP:{}", self.word().to_ascii_uppercase())
    }

    /// The level of such a tag, in any case.
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::from_word(after(tag, "pap:")?)
    }

    /// The id of its definition.
    pub fn id(self) -> String {
        PAP.iter()
            .find(|(level, _, _)| *level == self)
            .map_or_else(String::new, |(_, _, uuid)| format!("{PREFIX}{uuid}"))
    }

    /// The level of a fixed id.
    pub fn from_id(id: &str) -> Option<Self> {
        let uuid = id.strip_prefix(PREFIX)?;
        PAP.iter().find(|(_, _, known)| known.eq_ignore_ascii_case(uuid)).map(|(level, _, _)| *level)
    }

    /// The level of a marking definition: by its id or its extension.
    pub fn from_definition(object: Object<'_>) -> Option<Self> {
        let tree = object.tree();
        let extension = || Self::from_word(tree.object("extensions")?.object(PAP_EXTENSION)?.text("pap")?);
        (object.kind_name() == Some("marking-definition"))
            .then(|| Self::from_id(tree.text("id")?).or_else(extension))?
    }

    /// Its definition, as OASIS published it.
    pub fn definition(self) -> tree::Object {
        let name = format!("PAP:{}", self.word().to_ascii_uppercase());
        definition(&self.id(), "2022-10-02T00:00:00.000Z", &name, PAP_EXTENSION, "pap", self.word())
    }
}

fn definition(id: &str, created: &str, name: &str, extension: &str, property: &str, word: &str) -> tree::Object {
    let stated = tree::Object::new().with("extension_type", "property-extension").with(property, word);
    tree::Object::new()
        .with("type", "marking-definition")
        .with("spec_version", "2.1")
        .with("id", id)
        .with("created", created)
        .with("name", name)
        .with("extensions", tree::Object::new().with(extension, stated))
}

/// What stands behind a prefix, in any case.
fn after<'t>(tag: &'t str, prefix: &str) -> Option<&'t str> {
    let (head, rest) = tag.trim().split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(rest)
}

/// What the markings of an object say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Markings {
    /// The strictest level of TLP.
    pub tlp: Option<Tlp>,
    /// The strictest level of PAP.
    pub pap: Option<Pap>,
    /// Markings that are neither, or whose definition is not known: what they ask for must be found out
    /// before the object is handed on.
    pub others: Vec<Id>,
    /// Texts in the place of references that are no ids. They may have meant a limit.
    pub broken: usize,
}

/// A marking of parts of an object (section 7.2.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granular<'a> {
    /// The marking; `None`: it states a language, or is broken.
    pub marking: Option<Id>,
    /// The language of these parts.
    pub language: Option<&'a str>,
    /// The parts.
    pub selectors: Vec<&'a str>,
}

impl Markings {
    /// The markings of the object and of any part of it: who may see the whole object must satisfy all.
    /// `definition` finds definitions that came along or are kept; fixed ids need none.
    pub fn of<'d>(object: Object<'_>, definition: impl Fn(&Id) -> Option<Object<'d>>) -> Self {
        let mut markings = Self::default();
        let tree = object.tree();
        let parts = tree.objects("granular_markings").filter_map(|part| part.get("marking_ref"));
        for value in tree.list("object_marking_refs").iter().chain(parts) {
            match value.as_text().and_then(|text| text.parse().ok()) {
                Some(id) => markings.add(id, &definition),
                None => markings.broken += 1,
            }
        }
        markings
    }

    fn add<'d>(&mut self, id: Id, definition: &impl Fn(&Id) -> Option<Object<'d>>) {
        let known = definition(&id);
        let tlp = Tlp::from_id(id.as_str()).or_else(|| known.and_then(Tlp::from_definition));
        let pap = Pap::from_id(id.as_str()).or_else(|| known.and_then(Pap::from_definition));
        if tlp.is_none() && pap.is_none() {
            self.others.push(id);
        }
        self.tlp = self.tlp.max(tlp);
        self.pap = self.pap.max(pap);
    }
}

/// The markings of parts of an object.
pub fn granular(object: Object<'_>) -> impl Iterator<Item = Granular<'_>> {
    object.tree().objects("granular_markings").map(|tree| Granular {
        marking: tree.text("marking_ref").and_then(|text| text.parse().ok()),
        language: tree.text("lang"),
        selectors: tree.texts("selectors").collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_known_in_every_form() {
        for level in Tlp::ALL {
            assert_eq!(Tlp::from_word(level.word()), Some(level));
            assert_eq!(Tlp::from_tag(&level.tag()), Some(level));
            assert_eq!(Tlp::from_id(&level.id()), Some(level));
            let definition = level.definition();
            assert_eq!(Tlp::from_definition(Object::of(&definition)), Some(level));
            let copied = definition.with("id", "marking-definition--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f");
            assert_eq!(Tlp::from_definition(Object::of(&copied)), Some(level));
        }
        for level in Pap::ALL {
            assert_eq!(Pap::from_tag(&level.tag().to_lowercase()), Some(level));
            assert_eq!(Pap::from_definition(Object::of(&level.definition())), Some(level));
        }
        assert_eq!(Tlp::from_tag("TLP:WHITE"), Some(Tlp::Clear));
        assert_eq!(Tlp::from_tag("tlp:ex:chr"), None);
        assert_eq!(Tlp::from_tag("\u{3000}"), None);
        assert_eq!(Tlp::from_id("marking-definition--f88d31f6-486f-44da-b317-01333bde0b82"), Some(Tlp::Amber));
    }

    #[test]
    fn the_strictest_marking_of_any_part_counts() {
        let other = "marking-definition--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f";
        let part = tree::Object::new().with("marking_ref", Tlp::Red.id()).with("selectors", vec!["description"]);
        let refs = vec![Tlp::Green.id(), Pap::Amber.id(), other.to_owned(), "x".to_owned()];
        let tree = tree::Object::new().with("object_marking_refs", refs).with("granular_markings", vec![part]);
        let markings = Markings::of(Object::of(&tree), |_| None);
        assert_eq!((markings.tlp, markings.pap), (Some(Tlp::Red), Some(Pap::Amber)));
        assert_eq!((markings.others.len(), markings.broken), (1, 1));
        let definition = Tlp::AmberStrict.definition();
        let known = Markings::of(Object::of(&tree), |_| Some(Object::of(&definition)));
        assert!(known.others.is_empty());
        assert_eq!(granular(Object::of(&tree)).next().unwrap().selectors, ["description"]);
    }
}
