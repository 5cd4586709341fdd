//! Warrants: the list, the form by which one is checked, one with every check (S4.16). They are executed outside.

use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use renkei_app::warrant::{FindingShown, WarrantCheckShown, WarrantListed, WarrantRead, WarrantsAsked};
use renkei_app::words::number;
use renkei_core::seat::Duty;
use renkei_core::warrant::Outcome;
use serde::Deserialize;

use crate::api::warrants::id;
use crate::form::{Files, Nothing, Path, Query, Sent};
use crate::layout::{Page, page};
use crate::part::{choice, moment, nothing, opt_moment, token};
use crate::problem::Problem;
use crate::turn::{ROWS, link, pages};
use crate::visit::Visit;

/// The duties of the seats that record warrants.
const CHECKING: &[Duty] = &[Duty::Drafter, Duty::Approver, Duty::Answerer, Duty::Legal];
/// The duties of the seats that read the records.
pub const READING: &[Duty] = &[Duty::Drafter, Duty::Approver, Duty::Deputy, Duty::Answerer, Duty::Legal, Duty::Auditor];

/// What is looked for, and where the page goes on.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Search {
    q: String,
    outcome: String,
    after: String,
}

/// The list.
pub async fn list(visit: Visit, Query(search): Query<Search>) -> Result<Response, Problem> {
    let asked = WarrantsAsked {
        outcome: Outcome::from_word(&search.outcome),
        sought: search.q.clone(),
        after: search.after.parse().ok(),
        most: ROWS as u64,
    };
    let list = visit.office()?.warrants(&asked, visit.at).await?;
    let narrowed = [("q", search.q.as_str()), ("outcome", search.outcome.as_str())];
    let first = link("/warrants", &narrowed);
    let next = list.next.as_ref().map(|next| link("/warrants", &[narrowed[0], narrowed[1], ("after", next)]));
    let is_narrowed = !search.q.trim().is_empty() || asked.outcome.is_some();
    let outcomes: Vec<_> = [(String::new(), visit.say("warrant-any"))]
        .into_iter()
        .chain(Outcome::ALL.iter().map(|known| (known.word().to_owned(), visit.say(&format!("warrant-{known}")))))
        .collect();
    let body = html! {
        p { (visit.say("warrants-what")) }
        @if visit.has(CHECKING) { p { a.button href="/warrants/new" { (visit.say("warrant-new")) } } }
        form.row method="get" action="/warrants" role="search" {
            div.field {
                label for="field-q" { (visit.say("warrant-search")) }
                input id="field-q" name="q" type="search" value=(search.q);
            }
            (choice(&visit, "outcome", "warrant-outcome", &outcomes, &search.outcome))
            div.field { button.second type="submit" { (visit.say("search")) } }
        }
        @if list.items.is_empty() {
            (nothing(&visit, if is_narrowed { "warrants-none-such" } else { "warrants-none" }))
        } @else { (table(&visit, &list.items)) }
        (pages(&visit, !search.after.is_empty(), &first, next.as_deref()))
        (courts(&visit).await?)
    };
    Ok(page(&visit, &Page { title: &visit.say("warrants"), here: "/inquiries" }, &body))
}

fn table(visit: &Visit, list: &[WarrantListed]) -> Markup {
    html! { div.scroll tabindex="0" role="region" aria-label=(visit.say("warrants")) { table {
        thead { tr {
            @for key in ["warrant-reference", "warrant-court", "warrant-issued", "warrant-outcome", "warrant-checked"] {
                th scope="col" { (visit.say(key)) }
            }
        } }
        tbody { @for one in list { tr {
            td { a href={ "/warrants/" (one.warrant) } { (one.reference) } }
            td { (one.court_name(visit.language)) }
            td { (one.issued) }
            td { (outcome(visit, one.outcome)) }
            td { (moment(visit, &one.checked_at)) }
        } } }
    } } }
}

/// The courts of the register, with what is compared with them by telephone.
async fn courts(visit: &Visit) -> Result<Markup, Problem> {
    let courts = visit.office()?.courts().await?.0;
    Ok(html! { details {
        summary { (visit.say("courts")) " (" (courts.len()) ")" }
        @if courts.is_empty() { (nothing(visit, "courts-none")) } @else { p { (visit.say("court-compare")) } }
        ul.cards { @for court in &courts { li.card {
            p { strong { (court.name_ja) " / " (court.name_en) } " " code { (court.court) } }
            @for key in &court.keys {
                p {
                    code.wide { (key.public) } br;
                    (visit.say("court-fingerprint")) ": " code { (key.fingerprint) }
                    @for (label, day) in [("court-from", &key.from), ("court-until", &key.until), ("court-revoked", &key.revoked)] {
                        @if let Some(day) = day { " · " (visit.say(label)) " " (day) }
                    }
                }
            }
        } } }
    } })
}

/// The form.
pub async fn new(visit: Visit) -> Result<Response, Problem> {
    let file = |name: &str, label: &str, hint: &str| {
        let (id, described) = (format!("field-{name}"), format!("field-{name}-hint"));
        html! { div.field {
            label for=(id) { (visit.say(label)) " " span.required { (visit.say("required")) } }
            p.hint id=(described) { (visit.say(hint)) }
            input id=(id) name=(name) type="file" required aria-describedby=(described);
        } }
    };
    let body = html! {
        p { (visit.say("warrant-how")) }
        p { (visit.say("warrant-outside")) }
        form.sheet method="post" action="/warrants" enctype="multipart/form-data" {
            (token(&visit))
            (file("statement", "warrant-statement", "warrant-statement-hint"))
            (file("document", "warrant-document", "warrant-document-hint"))
            button type="submit" { (visit.say("warrant-check")) }
        }
    };
    Ok(page(&visit, &Page { title: &visit.say("warrant-new"), here: "/inquiries" }, &body))
}

/// Records one and checks it.
pub async fn check(visit: Visit, mut files: Files) -> Result<Response, Problem> {
    let statement = String::from_utf8(files.take("statement")).map_err(|_| Problem::form())?;
    let read = visit.office()?.check_warrant(&statement, &files.take("document"), visit.at).await?;
    Ok(back(&read.head.warrant))
}

/// One with every check.
pub async fn show(visit: Visit, Path(warrant): Path) -> Result<Response, Problem> {
    let read = visit.office()?.read_warrant(id(&warrant)?, visit.at).await?;
    let head = &read.head;
    let body = html! {
        p { (outcome(&visit, head.outcome)) " " (visit.say(&format!("warrant-{}-means", head.outcome))) }
        (findings(&visit, &head.findings))
        p { strong { (visit.say("warrant-outside")) } }
        (facts(&visit, &read))
        h2 { (visit.say("warrant-checks")) }
        ol.cards { @for made in &read.checks { (one_check(&visit, made)) } }
        @if visit.has(CHECKING) {
            form method="post" action={ "/warrants/" (head.warrant) "/check" } {
                (token(&visit))
                p { (visit.say("warrant-again-how")) }
                p { button.second type="submit" { (visit.say("warrant-again")) } }
            }
        }
        details { summary { (visit.say("warrant-statement")) } pre.letter { (read.statement) } }
    };
    Ok(page(&visit, &Page { title: &head.reference, here: "/inquiries" }, &body))
}

fn facts(visit: &Visit, read: &WarrantRead) -> Markup {
    let head = &read.head;
    let open = |at: &Option<String>| match at {
        Some(_) => opt_moment(visit, at.as_ref()),
        None => html! { (visit.say("warrant-unstated")) },
    };
    html! { dl.facts {
        dt { (visit.say("warrant-reference")) } dd { (head.reference) }
        dt { (visit.say("warrant-court")) } dd { (head.court_name(visit.language)) " " code { (head.court) } }
        dt { (visit.say("warrant-issued")) } dd { (head.issued) }
        dt { (visit.say("warrant-from")) } dd { (open(&head.from)) }
        dt { (visit.say("warrant-until")) } dd { (open(&head.until)) }
        dt { (visit.say("warrant-document")) } dd { (read.media_type) " · " (number(read.size)) " B" br; code.wide { (read.digest) } }
        @if read.seen_digest != read.digest {
            dt { (visit.say("warrant-seen")) } dd { (number(read.seen_size)) " B" br; code.wide { (read.seen_digest) } }
        }
        dt { (visit.say("warrant-key")) } dd { code { (read.key) } }
        dt { (visit.say("warrant-made")) } dd { (moment(visit, &read.made_at)) " " span.quiet { (read.made_by) } }
        dt { (visit.say("warrant-id")) } dd { code { (head.warrant) } }
    } }
}

fn one_check(visit: &Visit, made: &WarrantCheckShown) -> Markup {
    html! { li.card {
        p { (moment(visit, &made.at)) " " span.quiet { (made.seat) } " " (outcome(visit, made.outcome)) }
        (findings(visit, &made.findings))
    } }
}

fn findings(visit: &Visit, list: &[FindingShown]) -> Markup {
    html! { @if !list.is_empty() {
        ul.findings { @for found in list {
            li.stops { (visit.say(&format!("warrant-finding-{}", found.0))) }
        } }
    } }
}

/// How a check came out, as a mark.
fn outcome(visit: &Visit, word: &str) -> Markup {
    let late = if word == Outcome::Authentic.word() { "" } else { " late" };
    html! { span class={ "state warrant-" (word) (late) } { (visit.say(&format!("warrant-{word}"))) } }
}

/// Checks one once more.
pub async fn again(visit: Visit, Path(warrant): Path, Sent(_): Sent<Nothing>) -> Result<Response, Problem> {
    let read = visit.office()?.check_warrant_again(id(&warrant)?, visit.at).await?;
    Ok(back(&read.head.warrant))
}

fn back(warrant: &str) -> Response {
    Redirect::to(&format!("/warrants/{warrant}")).into_response()
}
