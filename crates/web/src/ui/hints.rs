//! Duplicate hints on the page of an inquiry: how many others ask about the same subject, and whom to call (S4.10).

use axum::response::Response;
use maud::{Markup, html};
use renkei_app::hint::{HintError, HintsShown};
use renkei_app::inquiry::InquiryRead;

use crate::form::{Nothing, Path, Sent};
use crate::part::moment;
use crate::problem::Problem;
use crate::ui::inquiries::{back, button, id};
use crate::visit::Visit;

/// What is known of others who ask.
pub fn part(visit: &Visit, read: &InquiryRead) -> Markup {
    html! { @if let Some(hints) = &read.hints {
        h2 { (visit.say("hints-title")) }
        p.quiet { (visit.say("hints-what")) }
        @if hints.items.is_empty() && hints.trouble.is_none() { p { (visit.say("hints-no-part")) } }
        (list(visit, hints))
        @if let Some(trouble) = &hints.trouble {
            p { strong { (visit.say("hints-trouble")) } ": " span.quiet lang="en" { (trouble) } }
        }
        @if hints.is_open { (button(visit, read, "hints", "hints-look")) }
    } }
}

fn list(visit: &Visit, hints: &HintsShown) -> Markup {
    html! { @if !hints.items.is_empty() {
        ul.cards { @for item in &hints.items { li class={ "card" @if item.others.is_some_and(|others| others > 0) { " late" } } {
            p { (item.say(visit.words())) }
            @if let Some(at) = &item.looked_at { p.quiet { (visit.say("hints-looked-at")) ": " (moment(visit, at)) } }
        } } }
    } }
}

/// Looks once more.
pub async fn look(visit: Visit, Path(inquiry): Path, Sent(_): Sent<Nothing>) -> Result<Response, Problem> {
    let id = id(&inquiry)?;
    visit.office()?.look_for_hints(id, visit.at).await?;
    Ok(back(id))
}

impl From<HintError> for Problem {
    fn from(error: HintError) -> Self {
        use axum::http::StatusCode;
        match error {
            HintError::Ask(error) => error.into(),
            HintError::Write(error) => error.into(),
            HintError::Db(error) => error.into(),
            HintError::Inquiry(error) => error.into(),
            HintError::NotThere(_) | HintError::NoDesk(_) | HintError::Off(_) => {
                Self::new(StatusCode::CONFLICT, "conflict").detailed(error)
            }
            HintError::Refused { .. } | HintError::Silent(..) => {
                Self::new(StatusCode::BAD_GATEWAY, "hints-silent").detailed(error)
            }
            HintError::Line(_) | HintError::Secret(_) | HintError::Io(..) | HintError::NoKey => Self::failed(error),
        }
    }
}
