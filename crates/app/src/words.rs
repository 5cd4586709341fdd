//! Words for people: everything the program says, in Japanese and English (`locales/`).

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use renkei_core::text::Language;
use serde::Serialize;

/// A value that a command returns: JSON for machines, words for people.
pub trait Show: Serialize {
    /// The text a person reads; ends without a line feed.
    fn show(&self, words: &Words) -> String;
}

/// The words of one language.
pub struct Words {
    language: Language,
    bundle: FluentBundle<FluentResource>,
}

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Words").field("language", &self.language).finish_non_exhaustive()
    }
}

impl Words {
    /// The words of a language.
    pub fn new(language: Language) -> Self {
        let (tag, texts) = match language {
            Language::Ja => (
                "ja",
                [
                    include_str!("../../../locales/cli.ja.ftl"),
                    include_str!("../../../locales/web.ja.ftl"),
                    include_str!("../../../locales/inquiry.ja.ftl"),
                    include_str!("../../../locales/paper.ja.ftl"),
                    include_str!("../../../locales/share.ja.ftl"),
                    include_str!("../../../locales/warrant.ja.ftl"),
                ],
            ),
            Language::En => (
                "en",
                [
                    include_str!("../../../locales/cli.en.ftl"),
                    include_str!("../../../locales/web.en.ftl"),
                    include_str!("../../../locales/inquiry.en.ftl"),
                    include_str!("../../../locales/paper.en.ftl"),
                    include_str!("../../../locales/share.en.ftl"),
                    include_str!("../../../locales/warrant.en.ftl"),
                ],
            ),
        };
        let mut bundle = FluentBundle::new_concurrent(tag.parse().into_iter().collect());
        bundle.set_use_isolating(false);
        for text in texts {
            let resource = match FluentResource::try_new(text.to_owned()) {
                Ok(resource) | Err((resource, _)) => resource,
            };
            bundle.add_resource_overriding(resource);
        }
        Self { language, bundle }
    }

    /// The language.
    pub const fn language(&self) -> Language {
        self.language
    }

    /// The words of a key, with values in their places. An unknown key shows itself.
    pub fn say(&self, key: &str, values: &[(&str, String)]) -> String {
        let Some(pattern) = self.bundle.get_message(key).and_then(|message| message.value()) else {
            return key.to_owned();
        };
        let mut arguments = FluentArgs::new();
        for (name, value) in values {
            arguments.set(*name, value.as_str());
        }
        let mut errors = vec![];
        self.bundle.format_pattern(pattern, Some(&arguments), &mut errors).into_owned()
    }

    /// Whether a key has words: a page may ask for one made from data.
    pub fn has(&self, key: &str) -> bool {
        self.bundle.has_message(key)
    }

    /// The words of a key without values.
    pub fn of(&self, key: &str) -> String {
        self.say(key, &[])
    }
}

/// A number with commas between its thousands.
pub fn number(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A table in plain text: columns as wide as their widest cell, numbers to the right.
/// Japanese letters count double, as terminals draw them.
pub fn table(head: &[String], rows: &[Vec<String>]) -> String {
    let wide = |text: &str| text.chars().map(|c| if is_wide(c) { 2 } else { 1 }).sum::<usize>();
    let columns = head.len();
    let widths: Vec<usize> = (0..columns)
        .map(|at| rows.iter().chain([&head.to_vec()]).filter_map(|row| row.get(at)).map(|c| wide(c)).max().unwrap_or(0))
        .collect();
    let line = |cells: &[String]| {
        let mut text = String::new();
        for (cell, width) in cells.iter().zip(&widths) {
            let pad = " ".repeat(width.saturating_sub(wide(cell)));
            let numeric = cell.chars().all(|c| c.is_ascii_digit() || ",.% +-–".contains(c)) && !cell.is_empty();
            text.push_str("  ");
            if numeric { text.extend([pad.as_str(), cell]) } else { text.extend([cell.as_str(), &pad]) }
        }
        text.trim_end().to_owned()
    };
    std::iter::once(line(head)).chain(rows.iter().map(|row| line(row))).collect::<Vec<_>>().join("\n")
}

fn is_wide(c: char) -> bool {
    matches!(c as u32, 0x1100..=0x115F | 0x2E80..=0xA4CF | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF | 0xFE30..=0xFE6F | 0xFF00..=0xFF60 | 0xFFE0..=0xFFE6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_commas() {
        assert_eq!([0, 999, 1000, 44_000, 1_234_567].map(number), ["0", "999", "1,000", "44,000", "1,234,567"]);
    }

    #[test]
    fn both_languages_parse_and_have_the_same_keys() {
        let keys = |text: &str| {
            let resource = FluentResource::try_new(text.to_owned()).expect("locale parses");
            let keys = resource.entries().filter_map(|entry| match entry {
                fluent_syntax::ast::Entry::Message(message) => Some(message.id.name.to_owned()),
                _ => None,
            });
            keys.collect::<std::collections::BTreeSet<_>>()
        };
        assert_eq!(
            keys(include_str!("../../../locales/cli.ja.ftl")),
            keys(include_str!("../../../locales/cli.en.ftl"))
        );
    }
}
