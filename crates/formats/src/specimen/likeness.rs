//! Which mails are one wave, and whether it was scattered or aimed (S3.9).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::examined::{Examined, Head};

/// The values that are shipped.
const SHIPPED: &str = include_str!("likeness.toml");
/// The shortest text that tells, read once.
static SHORTEST: LazyLock<Option<usize>> = LazyLock::new(|| Rules::shipped().ok().map(|rules| rules.text.shortest));

/// Why rules cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("rules of likeness: {0}")]
pub struct RulesError(#[from] toml::de::Error);

/// When a wave is scattered.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Scattered.
    pub scattered: Scattered,
    /// Texts.
    pub text: Text,
}

/// The threshold, and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scattered {
    /// As many recipient organisations or more are a scattered wave.
    pub organisations: usize,
    /// The requirement that it serves.
    pub requirement: String,
    /// The state mark of the requirements' rows.
    pub state: String,
    /// Who says so.
    pub source: String,
}

/// Texts that are long enough to tell.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// Fewest letters and digits.
    pub shortest: usize,
    /// Who says so.
    pub source: String,
}

impl Rules {
    /// Reads rules in TOML.
    ///
    /// # Errors
    /// When a value is missing, unknown or of another type.
    pub fn read(text: &str) -> Result<Self, RulesError> {
        Ok(toml::from_str(text)?)
    }

    /// The rules that are shipped.
    ///
    /// # Errors
    /// Never with the file that is shipped; a test reads it.
    pub fn shipped() -> Result<Self, RulesError> {
        Self::read(SHIPPED)
    }
}

/// What two mails may share.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "kind", content = "key")]
pub enum Key {
    /// The same text.
    Text(String),
    /// The same file.
    File(String),
}

impl Examined {
    /// The keys by which it is like others.
    pub fn keys(&self) -> BTreeSet<Key> {
        let text = self.text_key.iter().cloned().map(Key::Text);
        text.chain(self.telling_files().map(|digest| Key::File(digest.to_owned()))).collect()
    }
}

/// A mail as it was reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reported {
    /// The organisation that received it; any name, the same for the same organisation.
    pub organisation: String,
    /// Its keys.
    pub keys: BTreeSet<Key>,
}

/// How a wave was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Manner {
    /// To many (ばらまき型).
    Scattered,
    /// To few.
    Targeted,
}

/// Mails that share a text or a file, also by way of each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cluster {
    /// Places of the mails in what was given, in order.
    pub mails: Vec<usize>,
    /// How many organisations reported one.
    pub organisations: usize,
    /// How it was sent, by that count: as far as it was reported.
    pub manner: Manner,
    /// Keys that two mails or more of it share.
    pub shared: Vec<Key>,
}

/// Groups mails. Every mail is in one group, if need be alone; groups come in the order of their first mail.
pub fn cluster(mails: &[Reported], rules: &Rules) -> Vec<Cluster> {
    let mut holders: BTreeMap<&Key, Vec<usize>> = BTreeMap::new();
    for (place, mail) in mails.iter().enumerate() {
        mail.keys.iter().for_each(|key| holders.entry(key).or_default().push(place));
    }
    let mut group: Vec<usize> = (0..mails.len()).collect();
    for places in holders.values() {
        for place in places.iter().skip(1) {
            let (one, other) = (root(&mut group, places.first().copied().unwrap_or(*place)), root(&mut group, *place));
            if let Some(slot) = group.get_mut(one.max(other)) {
                *slot = one.min(other);
            }
        }
    }
    let mut together: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for place in 0..mails.len() {
        together.entry(root(&mut group, place)).or_default().push(place);
    }
    let mut shared: BTreeMap<usize, Vec<Key>> = BTreeMap::new();
    for (key, places) in &holders {
        if let (2.., Some(first)) = (places.len(), places.first()) {
            shared.entry(root(&mut group, *first)).or_default().push((*key).clone());
        }
    }
    together
        .into_iter()
        .map(|(first, places)| {
            let names = places.iter().filter_map(|place| mails.get(*place)).map(|mail| mail.organisation.as_str());
            let organisations = names.collect::<BTreeSet<_>>().len();
            let is_scattered = organisations >= rules.scattered.organisations;
            let manner = if is_scattered { Manner::Scattered } else { Manner::Targeted };
            Cluster { mails: places, organisations, manner, shared: shared.remove(&first).unwrap_or_default() }
        })
        .collect()
}

/// The first of a group; the way to it is shortened.
fn root(group: &mut [usize], mut place: usize) -> usize {
    while let Some(above) = group.get(place).copied().filter(|above| *above != place) {
        let next = group.get(above).copied().unwrap_or(above);
        if let Some(slot) = group.get_mut(place) {
            *slot = next;
        }
        place = next;
    }
    place
}

/// The key of a text: letters and digits alone, in lower case, full-width ones narrowed; links and the names of
/// recipients, which differ from mail to mail, are left out. None where too little is left.
pub(super) fn text_key(text: &str, head: &Head) -> Option<String> {
    let shortest = (*SHORTEST)?;
    let people = head.to.iter().chain(&head.cc);
    let names: Vec<String> = people
        .flat_map(|person| [person.name.as_deref(), person.address.as_deref()])
        .flatten()
        .map(bare)
        .filter(|name| name.chars().count() > 1)
        .collect();
    let words = text.split_whitespace().filter(|word| !word.contains("://") && !word.contains('@'));
    let mut whole: String = words.map(bare).collect();
    for name in &names {
        whole = whole.replace(name.as_str(), "");
    }
    if whole.chars().count() < shortest {
        return None;
    }
    let mut hash = Sha256::new_with_prefix(b"renkei mail text v1\n");
    hash.update(whole.as_bytes());
    Some(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Letters and digits in lower case, full-width ones narrowed.
fn bare(text: &str) -> String {
    let narrow = |c: char| match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        other => other,
    };
    text.chars().map(narrow).filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rules(organisations: usize) -> Rules {
        let mut rules = Rules::shipped().unwrap();
        rules.scattered.organisations = organisations;
        rules
    }

    #[test]
    fn ten_organisations_are_scattered() {
        let rules = Rules::shipped().unwrap();
        assert_eq!((rules.scattered.organisations, rules.text.shortest), (10, 40));
        let one = |number: usize| Reported {
            organisation: format!("org-{number}"),
            keys: BTreeSet::from([Key::File("aa".to_owned())]),
        };
        let mut mails: Vec<_> = (0..9).map(one).collect();
        // One organisation counts once, however many it reports.
        mails.push(one(0));
        assert_eq!(cluster(&mails, &rules)[0].manner, Manner::Targeted);
        mails.push(one(9));
        let found = cluster(&mails, &rules);
        assert_eq!((found.len(), found[0].organisations, found[0].manner), (1, 10, Manner::Scattered));
    }

    #[test]
    fn the_same_text_has_the_same_key_whoever_got_it() {
        let head = |name: &str| Head {
            to: vec![super::super::Person { name: Some(name.to_owned()), address: Some(format!("{name}@a.example")) }],
            ..Head::default()
        };
        let text = |name: &str, id: u32| {
            format!(
                "Dear {name},\r\nplease look at the invoice of this month at once: https://x.test/{id}\r\nYours, Ｔｈｅ Bank"
            )
        };
        let key = text_key(&text("hanako", 1), &head("hanako"));
        assert!(key.is_some());
        assert_eq!(key, text_key(&text("taro", 2).replace("\r\n", "\n> "), &head("taro")));
        assert_ne!(key, text_key(&text("taro", 2).replace("month", "year"), &head("taro")));
        assert_eq!(text_key("Hello", &Head::default()), None);
    }

    proptest! {
        /// The same groups as walking from mail to mail until nothing is new.
        #[test]
        fn groups_agree_with_walking(
            mails in prop::collection::vec((0usize..6, prop::collection::btree_set(0u8..12, 0..4)), 0..25),
            threshold in 1usize..5,
        ) {
            let mails: Vec<_> = mails.into_iter().map(|(organisation, keys)| Reported {
                organisation: organisation.to_string(),
                keys: keys.into_iter().map(|key| Key::File(key.to_string())).collect(),
            }).collect();
            let found = cluster(&mails, &rules(threshold));
            let mut seen = BTreeSet::new();
            let mut walked = Vec::new();
            for start in 0..mails.len() {
                if seen.contains(&start) { continue; }
                let mut group = BTreeSet::from([start]);
                loop {
                    let keys: BTreeSet<_> = group.iter().flat_map(|place: &usize| mails[*place].keys.clone()).collect();
                    let wider: BTreeSet<_> = (0..mails.len())
                        .filter(|place| group.contains(place) || mails[*place].keys.iter().any(|key| keys.contains(key)))
                        .collect();
                    if wider == group { break; }
                    group = wider;
                }
                seen.extend(group.iter().copied());
                walked.push(group.into_iter().collect::<Vec<_>>());
            }
            prop_assert_eq!(found.iter().map(|one| one.mails.clone()).collect::<Vec<_>>(), walked);
            for one in found {
                let names: BTreeSet<_> = one.mails.iter().map(|place| &mails[*place].organisation).collect();
                prop_assert_eq!(one.organisations, names.len());
                prop_assert_eq!(one.manner == Manner::Scattered, names.len() >= threshold);
            }
        }
    }
}
