//! Answering a request and giving feedback: counts, never a subscriber (G20).

use std::collections::BTreeMap;

use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use renkei_app::campaign::feedback::{Estimate, Told};
use renkei_app::campaign::read::RequestRead;
use renkei_core::answer::{Counts, DeclineReason, Outcome, Status};
use renkei_core::id::RequestId;
use renkei_core::text::Bilingual;
use serde::Deserialize;

use crate::form::{Nothing, Path, Sent};
use crate::part::{Field, choice, field, token};
use crate::problem::Problem;
use crate::visit::Visit;

/// The answer form.
pub fn form(visit: &Visit, read: &RequestRead) -> Markup {
    let outcomes = ["full", "part", "no-data", "declined"];
    let outcomes = outcomes.map(|word| (word.to_owned(), visit.say(&format!("outcome-{word}"))));
    let mut reasons = vec![(String::new(), visit.say("none"))];
    reasons.extend(
        DeclineReason::ALL.iter().map(|it| (it.word().to_owned(), visit.say(&format!("decline-{}", it.word())))),
    );
    html! {
        h2 { (visit.say("answer-title")) }
        p { (visit.say("answer-how")) }
        @if read.state == "sent" {
            form method="post" action={ "/requests/" (read.request) "/acknowledge" } {
                (token(visit))
                button.second type="submit" { (visit.say("acknowledge")) }
            }
        }
        form.sheet method="post" action={ "/requests/" (read.request) "/answer" } {
            (token(visit))
            input type="hidden" name="version" value=(read.version);
            (choice(visit, "outcome", "answer-outcome", &outcomes, "full"))
            fieldset { legend { (visit.say("answer-counts")) }
                div.row { @for status in &read.statuses {
                    (field(visit, &Field { name: status, label: &format!("status-{status}"), kind: "number", value: "0", ..Field::default() }))
                } }
            }
            (choice(visit, "reason", "answer-reason", &reasons, ""))
            button type="submit" { (visit.say("answer-send")) }
        }
    }
}

/// The feedback form.
pub fn feedback_form(visit: &Visit, read: &RequestRead) -> Markup {
    html! {
        h2 { (visit.say("feedback-title")) }
        p { (visit.say("feedback-how")) }
        form.sheet method="post" action={ "/requests/" (read.request) "/feedback" } {
            (token(visit))
            (field(visit, &Field { name: "ja", label: "feedback-ja", kind: "area", required: true, ..Field::default() }))
            (field(visit, &Field { name: "en", label: "feedback-en", kind: "area", ..Field::default() }))
            p.check { label { input type="checkbox" name="effect" value="on" checked; " " (visit.say("feedback-effect")) } }
            details {
                summary { (visit.say("estimate-title")) }
                p { (visit.say("estimate-how")) }
                (field(visit, &Field { name: "yen", label: "estimate-yen-per-device", kind: "number", ..Field::default() }))
                (field(visit, &Field { name: "basis_ja", label: "estimate-basis-ja", kind: "area", ..Field::default() }))
                (field(visit, &Field { name: "basis_en", label: "estimate-basis-en", kind: "area", ..Field::default() }))
            }
            button type="submit" { (visit.say("feedback-send")) }
        }
    }
}

/// What was typed as an answer.
#[derive(Debug, Deserialize)]
pub struct Answering {
    version: u64,
    outcome: String,
    #[serde(default)]
    reason: String,
    #[serde(flatten)]
    counts: BTreeMap<String, String>,
}

/// What was typed as feedback.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Feedback {
    ja: String,
    en: String,
    effect: String,
    yen: String,
    basis_ja: String,
    basis_en: String,
}

/// Says that the request was received.
pub async fn acknowledge(visit: Visit, Path(request): Path, Sent(_): Sent<Nothing>) -> Result<Response, Problem> {
    let id: RequestId = request.parse().map_err(|_| Problem::missing())?;
    let office = visit.office()?;
    office.read_request(id, visit.at).await?;
    office.acknowledge(id, visit.at).await?;
    Ok(back(id))
}

/// Answers.
pub async fn send(visit: Visit, Path(request): Path, Sent(typed): Sent<Answering>) -> Result<Response, Problem> {
    let id: RequestId = request.parse().map_err(|_| Problem::missing())?;
    let office = visit.office()?;
    let read = office.read_request(id, visit.at).await?;
    if read.version != typed.version {
        return Err(Problem::new(axum::http::StatusCode::CONFLICT, "changed"));
    }
    let mut counts = Counts::default();
    for status in Status::ALL {
        let typed = typed.counts.get(status.word()).map(|text| text.trim()).unwrap_or("");
        counts.add(status, if typed.is_empty() { 0 } else { typed.parse().map_err(|_| Problem::form())? });
    }
    office.record_answer(id, outcome(&typed.outcome, &typed.reason, counts)?, visit.at).await?;
    Ok(back(id))
}

/// An outcome by its words.
pub fn outcome(outcome: &str, reason: &str, counts: Counts) -> Result<Outcome, Problem> {
    Ok(match outcome {
        "full" => Outcome::Full(counts),
        "part" => Outcome::Part(counts),
        "no-data" => Outcome::NoData,
        "declined" => Outcome::Declined(DeclineReason::from_word(reason).ok_or_else(Problem::form)?),
        _ => return Err(Problem::form()),
    })
}

/// Tells the party what came of it.
pub async fn feedback(visit: Visit, Path(request): Path, Sent(typed): Sent<Feedback>) -> Result<Response, Problem> {
    let id: RequestId = request.parse().map_err(|_| Problem::missing())?;
    let words = |ja: &str, en: &str| Bilingual { ja: ja.trim().into(), en: en.trim().into() };
    let Feedback { ja, en, effect, yen, basis_ja, basis_en } = typed;
    let estimate = match yen.trim() {
        "" => None,
        yen => {
            let yen_per_device = yen.parse().map_err(|_| Problem::form())?;
            Some(Estimate { yen_per_device, basis: words(&basis_ja, &basis_en) })
        }
    };
    let told = Told { text: words(&ja, &en), effect: effect == "on", estimate };
    visit.office()?.give_feedback(id, told, visit.at).await?;
    Ok(back(id))
}

fn back(id: RequestId) -> Response {
    Redirect::to(&format!("/requests/{id}")).into_response()
}
