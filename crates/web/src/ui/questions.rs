//! Questions that a seat keeps on the page of observations: links, and the forms to keep, change and forget them.

use std::collections::BTreeMap;

use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use renkei_app::observations::question::QuestionShown;
use renkei_core::id::QuestionId;
use serde::Deserialize;

use super::observations::Asked;
use crate::form::{Nothing, Path, Sent};
use crate::part::{Field, field, token};
use crate::problem::Problem;
use crate::visit::Visit;

/// What was typed to keep one.
#[derive(Debug, Deserialize)]
pub struct Keep {
    name: String,
    #[serde(default)]
    shared: String,
    #[serde(flatten)]
    asked: BTreeMap<String, String>,
}

/// What was typed to change one.
#[derive(Debug, Deserialize)]
pub struct Change {
    name: String,
    #[serde(default)]
    shared: String,
}

/// The questions as links.
pub fn links(visit: &Visit, kept: &[QuestionShown]) -> Markup {
    html! { @if !kept.is_empty() {
        nav.questions aria-label=(visit.say("questions")) {
            p { (visit.say("questions")) ":" }
            ul { @for one in kept { li {
                a href={ "/observations?" (query(one)) } { (one.name) }
                @if !one.own { " " span.quiet { (one.seat) } }
                @else if one.shared { " " span.quiet { (visit.say("question-shared")) } }
            } } }
        }
    } }
}

/// The forms: what is asked now is kept, the seat's own are changed or forgotten.
pub fn forms(visit: &Visit, asked: &Asked, kept: &[QuestionShown]) -> Markup {
    let own: Vec<_> = kept.iter().filter(|one| one.own).collect();
    html! {
        h2 { (visit.say("question-keep")) }
        p { (visit.say("question-keep-how")) }
        form.sheet method="post" action="/observations/questions" {
            (token(visit))
            @for (name, typed) in asked.filled() { input type="hidden" name=(name) value=(typed); }
            (field(visit, &Field { name: "name", label: "question-name", required: true, ..Field::default() }))
            p.check { label { input type="checkbox" name="shared" value="on"; " " (visit.say("question-share")) } }
            button.second type="submit" { (visit.say("question-keep")) }
        }
        @if !own.is_empty() { details {
            summary { (visit.say("questions-own")) " (" (own.len()) ")" }
            ul.cards { @for one in own { li.card { (change_form(visit, one)) } } }
        } }
    }
}

fn change_form(visit: &Visit, one: &QuestionShown) -> Markup {
    let id = format!("field-{}", one.question);
    html! {
        p { a href={ "/observations?" (query(one)) } { (one.name) } " " code { (one.told()) } }
        form method="post" action={ "/observations/questions/" (one.question) "/change" } { div.row {
            (token(visit))
            div.field {
                label for=(id) { (visit.say("question-name")) }
                input id=(id) name="name" value=(one.name) required autocomplete="off";
            }
            p.check { label { input type="checkbox" name="shared" value="on" checked[one.shared]; " " (visit.say("question-share")) } }
            div.field { button.second type="submit" { (visit.say("question-change")) } }
        } }
        form method="post" action={ "/observations/questions/" (one.question) "/forget" } {
            (token(visit))
            button.danger type="submit" aria-label=(visit.words().say("question-forget-named", &[("name", one.name.clone())])) {
                (visit.say("question-forget"))
            }
        }
    }
}

/// Keeps what is asked.
pub async fn keep(visit: Visit, Sent(typed): Sent<Keep>) -> Result<Response, Problem> {
    let Keep { name, shared, mut asked } = typed;
    asked.remove(crate::form::TOKEN);
    visit.office()?.keep_question(&name, &asked, shared == "on", visit.at).await?;
    let query = serde_urlencoded::to_string(&asked).unwrap_or_default();
    Ok(Redirect::to(&format!("/observations?{query}")).into_response())
}

/// Renames one, shares it, or no longer.
pub async fn change(visit: Visit, Path(question): Path, Sent(typed): Sent<Change>) -> Result<Response, Problem> {
    let id = id(&question)?;
    let shared = Some(typed.shared == "on");
    visit.office()?.change_question(id, Some(&typed.name), shared, visit.at).await?;
    Ok(Redirect::to("/observations").into_response())
}

/// Forgets one.
pub async fn forget(visit: Visit, Path(question): Path, Sent(_): Sent<Nothing>) -> Result<Response, Problem> {
    visit.office()?.forget_question(id(&question)?, visit.at).await?;
    Ok(Redirect::to("/observations").into_response())
}

fn query(one: &QuestionShown) -> String {
    serde_urlencoded::to_string(&one.asked).unwrap_or_default()
}

fn id(text: &str) -> Result<QuestionId, Problem> {
    text.parse().map_err(|_| Problem::missing())
}
