//! The gates: every rule with its source and reason; a case tried without doing it.

use axum::response::Response;
use maud::html;
use renkei_app::rules::Case;
use renkei_core::act::Act;
use renkei_core::class::DataClass;
use renkei_core::measure::Measure;
use renkei_core::party::Role;
use renkei_core::seat::Duty;
use serde::Deserialize;

use crate::form::Query;
use crate::layout::{Page, page};
use crate::part::{choice, ruling, words};
use crate::problem::Problem;
use crate::visit::Visit;

/// The case that is tried.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Tried {
    act: String,
    duty: String,
    class: String,
    measure: String,
    recipient: String,
    nda: String,
    approved: String,
}

/// The page.
pub async fn show(visit: Visit, Query(tried): Query<Tried>) -> Result<Response, Problem> {
    let office = visit.office()?;
    let answer = case(&tried, &visit).map(|case| office.try_case(&case));
    let label = |vocabulary: &str, word: &str| office.rule_word(vocabulary, word).get(visit.language).to_owned();
    let none = (String::new(), visit.say("none"));
    let options = |vocabulary: &str, words: Vec<&'static str>| -> Vec<(String, String)> {
        words.into_iter().map(|word| (word.to_owned(), label(vocabulary, word))).collect()
    };
    let mut measures = vec![none.clone()];
    measures.extend(office.measures().into_iter().map(|(word, name)| (word, name.get(visit.language).to_owned())));
    let mut roles = vec![none];
    roles.extend(options("role", Role::ALL.iter().map(|role| role.word()).collect()));
    let yes_no = [(String::new(), visit.say("no")), ("yes".to_owned(), visit.say("yes"))];
    let body = html! {
        h2 { (visit.say("try-title")) }
        p { (visit.say("try-how")) }
        form method="get" action="/gates" {
            div.row {
                (choice(&visit, "act", "try-act", &options("act", Act::ALL.iter().map(|act| act.word()).collect()), &tried.act))
                (choice(&visit, "duty", "try-duty", &options("duty", Duty::ALL.iter().map(|duty| duty.word()).collect()), &tried.duty))
                (choice(&visit, "class", "try-class", &options("class", DataClass::ALL.iter().map(|class| class.word()).collect()), &tried.class))
                (choice(&visit, "measure", "plan-measure", &measures, &tried.measure))
                (choice(&visit, "recipient", "try-recipient", &roles, &tried.recipient))
                (choice(&visit, "nda", "try-nda", &yes_no, &tried.nda))
                (choice(&visit, "approved", "try-approved", &yes_no, &tried.approved))
            }
            button type="submit" { (visit.say("try")) }
        }
        @if let Some(answer) = &answer { div role="status" { (ruling(&visit, answer)) } }
        h2 { (visit.say("rules-title")) }
        div.scroll tabindex="0" role="region" aria-label=(visit.say("rules-title")) { table {
            thead { tr {
                th scope="col" { (visit.say("rule-gate")) }
                th scope="col" { (visit.say("rule-says")) }
                th scope="col" { (visit.say("rule-reason")) }
                th scope="col" { (visit.say("rule-source")) }
            } }
            tbody { @for rule in office.rules() { tr {
                td { strong { (rule.gate) } br; code { (rule.code) } }
                td { (visit.say(&format!("outcome-{}", rule.outcome))) }
                td { (words(&visit, &rule.reason)) }
                td { (rule.requirements.join(", ")) }
            } } }
        } }
    };
    Ok(page(&visit, &Page { title: &visit.say("menu-gates"), here: "/gates" }, &body))
}

fn case(tried: &Tried, visit: &Visit) -> Option<Case> {
    Some(Case {
        act: Act::from_word(&tried.act)?,
        duties: vec![Duty::from_word(&tried.duty)?],
        class: DataClass::from_word(&tried.class)?,
        measure: Measure::from_word(&tried.measure),
        recipient: Role::from_word(&tried.recipient),
        nda: tried.nda == "yes",
        approved: tried.approved == "yes",
        at: visit.at,
    })
}
