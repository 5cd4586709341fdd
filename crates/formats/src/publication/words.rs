//! The words of what is published, in Japanese and English (`locales/publication.*.ftl`).

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use renkei_core::text::Language;

/// The words of one language.
#[derive(Clone, Copy)]
pub(super) struct Words {
    pub language: Language,
    bundle: &'static FluentBundle<FluentResource>,
}

impl Words {
    pub(super) fn new(language: Language) -> Self {
        static JA: LazyLock<FluentBundle<FluentResource>> =
            LazyLock::new(|| load("ja", include_str!("../../../../locales/publication.ja.ftl")));
        static EN: LazyLock<FluentBundle<FluentResource>> =
            LazyLock::new(|| load("en", include_str!("../../../../locales/publication.en.ftl")));
        let bundle = match language {
            Language::Ja => &*JA,
            Language::En => &*EN,
        };
        Self { language, bundle }
    }

    /// The words of a key; an unknown key shows itself, which a test looks for.
    pub(super) fn of(&self, key: &str) -> String {
        self.say(key, &[])
    }

    /// The words of a key, with values in their places.
    pub(super) fn say(&self, key: &str, values: &[(&str, String)]) -> String {
        let Some(pattern) = self.bundle.get_message(key).and_then(|message| message.value()) else {
            return key.to_owned();
        };
        let mut arguments = FluentArgs::new();
        for (name, value) in values {
            arguments.set(*name, value.as_str());
        }
        self.bundle.format_pattern(pattern, Some(&arguments), &mut vec![]).into_owned()
    }

    /// Whether a key has words.
    pub(super) fn has(&self, key: &str) -> bool {
        self.bundle.has_message(key)
    }
}

fn load(tag: &str, source: &str) -> FluentBundle<FluentResource> {
    let mut bundle = FluentBundle::new_concurrent(tag.parse().into_iter().collect());
    bundle.set_use_isolating(false);
    let resource = match FluentResource::try_new(source.to_owned()) {
        Ok(resource) | Err((resource, _)) => resource,
    };
    bundle.add_resource_overriding(resource);
    bundle
}

/// A number with commas between its thousands.
pub(super) fn number(count: u64) -> String {
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

/// A measure with two decimals while it is small.
pub(super) fn measure(value: f64) -> String {
    if value >= 1_000.0 { number(value.round() as u64) } else { format!("{value:.2}") }
}

/// How much something changed, in percent; `–` where there is nothing to compare with.
pub(super) fn change(now: f64, before: f64) -> String {
    if before > 0.0 { format!("{:+.1} %", (now / before - 1.0) * 100.0) } else { "–".to_owned() }
}

/// A moment as pages show it: day and hour in UTC.
pub(super) fn moment(text: &str) -> String {
    text.get(..16).unwrap_or(text).replace('T', " ")
}
