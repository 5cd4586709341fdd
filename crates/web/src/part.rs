//! Parts of pages: fields, tables, moments, rulings.

use maud::{Markup, html};
use renkei_app::campaign::read::RulingShown;
use renkei_app::signin::BilingualShown;
use renkei_app::words::number;
use renkei_core::text::Language;

use crate::form::TOKEN;
use crate::visit::Visit;

/// The hidden field by which a form shows that this site made it.
pub fn token(visit: &Visit) -> Markup {
    html! { input type="hidden" name=(TOKEN) value=(visit.form_token()); }
}

/// One field of a form.
pub struct Field<'a> {
    /// Its name.
    pub name: &'a str,
    /// The key of its label.
    pub label: &'a str,
    /// `text`, `password`, `number`, `date` …
    pub kind: &'a str,
    /// What stands in it.
    pub value: &'a str,
    /// Whether it must be filled.
    pub required: bool,
    /// The key of a hint; empty: none.
    pub hint: &'a str,
    /// What browsers may fill in; empty: nothing.
    pub autocomplete: &'a str,
}

impl Default for Field<'_> {
    fn default() -> Self {
        Self { name: "", label: "", kind: "text", value: "", required: false, hint: "", autocomplete: "off" }
    }
}

/// A field with its label, hint and mark.
pub fn field(visit: &Visit, field: &Field<'_>) -> Markup {
    let id = format!("field-{}", field.name);
    let hint = format!("{id}-hint");
    let described = (!field.hint.is_empty()).then_some(hint.as_str());
    html! {
        div.field {
            label for=(id) {
                (visit.say(field.label))
                @if field.required { " " span.required { (visit.say("required")) } }
            }
            @if !field.hint.is_empty() { p.hint id=(hint) { (visit.say(field.hint)) } }
            @if field.kind == "area" {
                textarea id=(id) name=(field.name) rows="4" required[field.required] aria-describedby=[described] {
                    (field.value)
                }
            } @else {
                input id=(id) name=(field.name) type=(field.kind) value=(field.value) required[field.required]
                    autocomplete=(field.autocomplete) aria-describedby=[described];
            }
        }
    }
}

/// A choice of one.
pub fn choice(visit: &Visit, name: &str, label: &str, options: &[(String, String)], chosen: &str) -> Markup {
    let id = format!("field-{name}");
    html! {
        div.field {
            label for=(id) { (visit.say(label)) }
            select id=(id) name=(name) {
                @for (value, text) in options {
                    option value=(value) selected[value == chosen] { (text) }
                }
            }
        }
    }
}

/// Words in the visitor's language.
pub fn words(visit: &Visit, both: &BilingualShown) -> String {
    let (first, second) = match visit.language {
        Language::Ja => (&both.ja, &both.en),
        Language::En => (&both.en, &both.ja),
    };
    if first.is_empty() { second.clone() } else { first.clone() }
}

/// A moment in the office's zone, to the minute, with the zone; the exact moment stands behind it.
pub fn moment(visit: &Visit, text: &str) -> Markup {
    let zone = visit.site.office.settings().zone.as_str();
    let local = text.parse::<jiff::Timestamp>().ok().and_then(|stamp| stamp.in_tz(zone).ok());
    match local {
        Some(local) => html! { time datetime=(text) { (local.strftime("%Y-%m-%d %H:%M %Z").to_string()) } },
        None => html! { (text) },
    }
}

/// A moment that may be missing.
pub fn opt_moment(visit: &Visit, text: Option<&String>) -> Markup {
    match text {
        Some(text) => moment(visit, text),
        None => html! { (visit.say("none")) },
    }
}

/// A number for people.
pub fn count(number_of: u64) -> Markup {
    html! { span.number { (number(number_of)) } }
}

/// A state as a mark.
pub fn state(visit: &Visit, word: &str, overdue: bool) -> Markup {
    html! {
        span class={ "state " (word) } { (visit.say(&format!("state-{word}"))) }
        @if overdue { " " span class="state late" { (visit.say("effect-overdue")) } }
    }
}

/// What a page says when there is nothing, and what to do next.
pub fn nothing(visit: &Visit, key: &str) -> Markup {
    html! { p.empty { (visit.say(key)) } }
}

/// A ruling: what it says, and every ground with its reason.
pub fn ruling(visit: &Visit, ruling: &RulingShown) -> Markup {
    html! {
        div class={ "ruling " (ruling.outcome) } {
            p.outcome { (visit.say(&format!("outcome-{}", ruling.outcome))) }
            ul {
                @for ground in &ruling.grounds {
                    li {
                        strong { (ground.gate) } " " (words(visit, &ground.reason)) " "
                        span.source { (ground.requirements.join(", ")) " · " code { (ground.code) } }
                    }
                }
            }
        }
    }
}
