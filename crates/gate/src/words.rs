//! What people read for the words of the rules, in Japanese and English.

use std::collections::BTreeMap;

use renkei_core::text::Bilingual;

/// Labels of acts, data classes, roles, duties, outcomes … They decide nothing.
#[derive(Debug, Clone)]
pub struct Words(BTreeMap<String, BTreeMap<String, (String, String)>>);

impl Words {
    /// The labels that were compiled in.
    #[expect(clippy::expect_used, reason = "the text is compiled in, and a test reads it")]
    pub fn embedded() -> Self {
        let text = include_str!("../../../policies/words.toml");
        Self(toml::from_str(text).expect("words.toml is a table of tables of pairs"))
    }

    /// What people read for a word of a vocabulary (`act`, `class`, `role`, `duty`, `outcome`,
    /// `agreement`, `topic`, `release`, `place`); the word itself where no label is given.
    pub fn of(&self, vocabulary: &str, word: &str) -> Bilingual {
        match self.0.get(vocabulary).and_then(|words| words.get(word)) {
            Some((ja, en)) => Bilingual { ja: ja.clone(), en: en.clone() },
            None => Bilingual { ja: word.to_owned(), en: word.to_owned() },
        }
    }

    /// Whether a label is given.
    pub fn has(&self, vocabulary: &str, word: &str) -> bool {
        self.0.get(vocabulary).is_some_and(|words| words.contains_key(word))
    }
}
