//! The provider's desk: receive, ask, decide what is borderline, answer item by item, send back (S4.6, S4.8, S4.9).

use std::collections::BTreeMap;

use axum::response::Response;
use maud::{Markup, html};
use renkei_app::inquiry::{Answering, InquiryRead, ItemAnswer, ItemShown};
use renkei_core::inquiry::Step;
use renkei_core::inquiry::item::{Ground, Outcome};
use renkei_core::seat::Duty;
use serde::Deserialize;

use crate::form::{Path, Sent};
use crate::part::{Field, choice, field, token};
use crate::problem::Problem;
use crate::ui::inquiries::{action, back, button, id, named, said, span_of};
use crate::visit::Visit;

/// What the legal desk decides.
#[derive(Debug, Deserialize)]
pub struct Judging {
    item: u32,
    allowed: String,
    reason: String,
}

/// What the provider's seats can do next.
pub fn desk(visit: &Visit, read: &InquiryRead) -> Markup {
    let answers = visit.has(&[Duty::Answerer, Duty::Legal]);
    let open: Vec<&ItemShown> = match read.head.instrument {
        "necessity" => read.items.iter().filter(|item| item.judged.is_none()).collect(),
        _ => read.items.iter().filter(|item| item.borderline && item.judged.is_none()).collect(),
    };
    html! {
        @if answers && read.can(Step::Receive) {
            h2 { (visit.say("inquiry-step-receive")) }
            (button(visit, read, Step::Receive.word(), "inquiry-step-receive"))
        }
        @if visit.has(&[Duty::Legal]) && read.can(Step::Judge) && !open.is_empty() { (judging(visit, read, &open)) }
        @if answers && read.can(Step::Answer) {
            @if !open.is_empty() { p.remark { (visit.say("inquiry-judge-first")) } }
            (answering(visit, read))
            details {
                summary { (visit.say("inquiry-step-ask-back")) }
                p { (visit.say("inquiry-ask-how")) }
                (said(visit, read, Step::AskBack, "inquiry-ask", false))
            }
        }
        @if answers && read.can(Step::SendBack) {
            details {
                summary { (visit.say("inquiry-step-send-back")) }
                (said(visit, read, Step::SendBack, "inquiry-send-back", true))
            }
        }
    }
}

fn judging(visit: &Visit, read: &InquiryRead, open: &[&ItemShown]) -> Markup {
    let verdicts: Vec<_> =
        ["no", "yes"].map(|word| (word.to_owned(), visit.say(&format!("inquiry-judge-{word}")))).into();
    html! {
        h2 { (visit.say("inquiry-step-judge")) }
        p { (visit.say("inquiry-judge-how")) }
        @for item in open {
            form.sheet method="post" action=(action(read, Step::Judge.word())) {
                (token(visit))
                input type="hidden" name="item" value=(item.number);
                p { strong { (visit.words().say("inquiry-item", &[("number", item.number.to_string())])) } " " (named(visit, item)) }
                (choice(visit, "allowed", "inquiry-judge", &verdicts, "no"))
                (field(visit, &Field { name: "reason", label: "inquiry-judge-reason", kind: "area", required: true, ..Field::default() }))
                button type="submit" { (visit.say("inquiry-step-judge")) }
            }
        }
    }
}

/// One fieldset an item: outcome, ground, data.
fn answering(visit: &Visit, read: &InquiryRead) -> Markup {
    let outcomes: Vec<_> = Outcome::ALL
        .iter()
        .map(|outcome| (outcome.word().to_owned(), visit.say(&format!("inquiry-outcome-{outcome}"))))
        .collect();
    let mut grounds = vec![(String::new(), visit.say("none"))];
    grounds.extend(
        Ground::ALL.iter().map(|ground| (ground.word().to_owned(), visit.say(&format!("inquiry-ground-{ground}")))),
    );
    html! {
        h2 { (visit.say("inquiry-step-answer")) }
        p { (visit.say("inquiry-answer-how")) }
        form.sheet method="post" action=(action(read, Step::Answer.word())) {
            (token(visit))
            @for item in &read.items {
                fieldset {
                    legend {
                        (visit.words().say("inquiry-item", &[("number", item.number.to_string())])) " "
                        (visit.say(&format!("inquiry-kind-{}", item.kind))) " " code { (item.value) } " – " (named(visit, item))
                    }
                    @if let Some(window) = &item.window { (span_of(visit, window)) }
                    (choice(visit, &format!("outcome-{}", item.number), "inquiry-outcome", &outcomes, default_outcome(item)))
                    (field(visit, &Field { name: &format!("data-{}", item.number), label: "inquiry-data", kind: "area", hint: "inquiry-data-hint", ..Field::default() }))
                    (choice(visit, &format!("ground-{}", item.number), "inquiry-ground", &grounds, default_ground(item)))
                    @if item.window.is_some() {
                        (field(visit, &Field { name: &format!("at-{}", item.number), label: "inquiry-data-at", hint: "inquiry-data-at-hint", ..Field::default() }))
                    }
                    (field(visit, &Field { name: &format!("remark-{}", item.number), label: "inquiry-answer-remark", ..Field::default() }))
                }
            }
            (field(visit, &Field { name: "delete-days", label: "inquiry-delete-days", kind: "number", hint: "inquiry-delete-days-hint", ..Field::default() }))
            button type="submit" { (visit.say("inquiry-step-answer")) }
        }
    }
}

/// What the legal desk did not allow is refused unless somebody says otherwise.
fn default_outcome(item: &ItemShown) -> &'static str {
    if item.judged == Some(false) { Outcome::Refused.word() } else { Outcome::Disclosed.word() }
}

fn default_ground(item: &ItemShown) -> &'static str {
    if item.judged == Some(false) { Ground::LegalDesk.word() } else { "" }
}

/// Keeps what the legal desk decided.
pub async fn judge(visit: Visit, Path(inquiry): Path, Sent(typed): Sent<Judging>) -> Result<Response, Problem> {
    let id = id(&inquiry)?;
    let Judging { item, allowed, reason } = typed;
    visit.office()?.judge_item(id, (item, allowed == "yes"), &reason, visit.at).await?;
    Ok(back(id))
}

/// Answers every item.
pub async fn answer(
    visit: Visit,
    Path(inquiry): Path,
    Sent(typed): Sent<BTreeMap<String, String>>,
) -> Result<Response, Problem> {
    let id = id(&inquiry)?;
    let of = |name: &str, number: u32| typed.get(&format!("{name}-{number}")).cloned().unwrap_or_default();
    let numbers = typed.keys().filter_map(|name| name.strip_prefix("outcome-")?.parse::<u32>().ok());
    let items = numbers.map(|number| {
        let outcome = of("outcome", number);
        let ground = if outcome == Outcome::Refused.word() { of("ground", number) } else { String::new() };
        ItemAnswer {
            number,
            outcome,
            ground,
            remark: of("remark", number),
            data: of("data", number),
            at: of("at", number),
        }
    });
    let delete_days = match typed.get("delete-days").map(|text| text.trim()).unwrap_or_default() {
        "" => None,
        text => Some(text.parse().map_err(|_| Problem::form())?),
    };
    let answering = Answering { items: items.collect(), delete_days };
    visit.office()?.answer_inquiry(id, &answering, visit.at).await?;
    Ok(back(id))
}
