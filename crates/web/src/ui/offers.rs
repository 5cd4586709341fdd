//! Offers: the list, a new one, one with what was said about it (S4.25).

use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use renkei_app::campaign::read::RequestsOf;
use renkei_app::offer::{OfferEvent, OfferListed, OfferRead, OfferTyped, Verdict};
use renkei_core::class::DataClass;
use renkei_core::id::OfferId;
use renkei_core::offer::Step;
use renkei_core::seat::Duty;
use serde::Deserialize;

use crate::api::offers::class_of;
use crate::form::{Nothing, Path, Sent};
use crate::layout::{Page, page};
use crate::part::{Field, choice, field, moment, nothing, state, token, words};
use crate::problem::Problem;
use crate::visit::Visit;

/// The duties of a party's seats that write offers.
const OFFERING: &[Duty] = &[Duty::Answerer, Duty::Approver, Duty::Deputy, Duty::Legal];
/// The duties of the house's seats that review them.
const REVIEWING: &[Duty] = &[Duty::Drafter, Duty::Approver, Duty::Deputy, Duty::Legal];
/// The duties of the house's seats that tell what came of them.
const TELLING: &[Duty] = &[Duty::Drafter, Duty::Sender];

/// What was typed as a new offer.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Make {
    class: String,
    needs: String,
    does: String,
}

/// What was typed as an answer.
#[derive(Debug, Deserialize)]
pub struct Review {
    verdict: String,
    #[serde(default)]
    class: String,
    reason: String,
}

/// Which request came of it.
#[derive(Debug, Deserialize)]
pub struct Provide {
    request: String,
    #[serde(default)]
    text: String,
}

/// What was typed.
#[derive(Debug, Deserialize)]
pub struct Said {
    #[serde(default)]
    text: String,
}

/// The list.
pub async fn list(visit: Visit) -> Result<Response, Problem> {
    let list = visit.office()?.offers().await?.0;
    let house = visit.is_house();
    let body = html! {
        p { (visit.say("offers-what")) }
        @if offers(&visit) { p { a.button href="/offers/new" { (visit.say("offer-new")) } } }
        div data-live="" { @if list.is_empty() {
            (nothing(&visit, if house { "offers-none" } else { "offers-none-yours" }))
        } @else { (table(&visit, &list, house)) } }
    };
    Ok(page(&visit, &Page { title: &visit.say("menu-offers"), here: "/offers" }, &body))
}

fn table(visit: &Visit, list: &[OfferListed], house: bool) -> Markup {
    html! { div.scroll tabindex="0" role="region" aria-label=(visit.say("menu-offers")) { table {
        thead { tr {
            th scope="col" { (visit.say("offer-needs")) }
            @if house { th scope="col" { (visit.say("party-id")) } }
            th scope="col" { (visit.say("effect-state")) }
            th scope="col" { (visit.say("offer-class")) }
            th scope="col" { (visit.say("offer-made")) }
        } }
        tbody { @for row in list { tr {
            td { a href={ "/offers/" (row.offer) } { (first_line(&row.needs)) } }
            @if house { td { (row.party) } }
            td { (state(visit, row.state, false)) }
            td { (class(visit, row.class)) }
            td { (moment(visit, &row.made_at)) }
        } } }
    } } }
}

/// The form for a new one.
pub async fn new(visit: Visit) -> Result<Response, Problem> {
    if !offers(&visit) {
        return Err(Problem::missing());
    }
    let body = html! {
        p { (visit.say("offer-how")) }
        form.sheet method="post" action="/offers" {
            (token(&visit))
            (choice(&visit, "class", "offer-class", &classes(&visit, "offer-class-none"), ""))
            (field(&visit, &Field { name: "needs", label: "offer-needs", kind: "area", required: true, hint: "offer-needs-hint", ..Field::default() }))
            (field(&visit, &Field { name: "does", label: "offer-does", kind: "area", required: true, hint: "offer-does-hint", ..Field::default() }))
            button type="submit" { (visit.say("offer-send")) }
        }
    };
    Ok(page(&visit, &Page { title: &visit.say("offer-new"), here: "/offers" }, &body))
}

/// Writes one.
pub async fn make(visit: Visit, Sent(typed): Sent<Make>) -> Result<Response, Problem> {
    let Make { class, needs, does } = typed;
    let typed = OfferTyped { class: class_of(Some(&class))?, needs, does };
    let made = visit.office()?.make_offer(&typed, visit.at).await?;
    Ok(Redirect::to(&format!("/offers/{}", made.offer)).into_response())
}

/// One offer.
pub async fn show(visit: Visit, Path(offer): Path) -> Result<Response, Problem> {
    let read = visit.office()?.read_offer(id(&offer)?, visit.at).await?;
    let head = &read.head;
    let body = html! {
        dl.facts {
            dt { (visit.say("effect-state")) } dd { (state(&visit, head.state, false)) }
            dt { (visit.say("party-id")) } dd { (head.party) }
            dt { (visit.say("offer-class")) } dd { (class(&visit, head.class)) }
            dt { (visit.say("offer-made")) } dd {
                (moment(&visit, &head.made_at))
                @if let Some(seat) = &read.made_by { " " span.quiet { (seat) } }
            }
            dt { (visit.say("offer-id")) } dd { code { (head.offer) } }
        }
        h2 { (visit.say("offer-needs")) }
        pre.letter { (head.needs) }
        h2 { (visit.say("offer-does")) }
        pre.letter { (read.does) }
        @if !read.thread.is_empty() {
            h2 { (visit.say("thread")) }
            ol.cards { @for event in &read.thread { (happened(&visit, event)) } }
        }
        (next(&visit, &read).await?)
    };
    Ok(page(&visit, &Page { title: &first_line(&head.needs), here: "/offers" }, &body))
}

fn happened(visit: &Visit, event: &OfferEvent) -> Markup {
    html! { li.card {
        p {
            strong { (visit.say(&format!("offer-step-{}", event.step))) } " " (moment(visit, &event.at))
            @if let Some(seat) = &event.seat { " " span.quiet { (seat) } }
        }
        @if event.class.is_some() { p { (visit.say("offer-class")) ": " (class(visit, event.class)) } }
        @if let Some(request) = &event.request {
            p { (visit.say("offer-request")) ": " a href={ "/requests/" (request) } { (request) } }
        }
        @for line in event.text.lines() { p { (line) } }
    } }
}

/// What the visitor's side can do next.
async fn next(visit: &Visit, read: &OfferRead) -> Result<Markup, Problem> {
    let reviews = visit.is_house() && visit.has(REVIEWING);
    let requests = match reviews && read.can(Step::Provide) {
        true => requests_of(visit, &read.head.party).await?,
        false => Vec::new(),
    };
    Ok(html! {
        @if reviews && read.can(Step::Accept) { (review_form(visit, read)) }
        @if reviews && read.can(Step::Provide) {
            h2 { (visit.say("offer-provide")) }
            @if requests.is_empty() { (nothing(visit, "offer-no-request")) } @else {
                form.sheet method="post" action=(action(read, "request")) {
                    (token(visit))
                    (choice(visit, "request", "offer-request", &requests, ""))
                    (field(visit, &Field { name: "text", label: "offer-remark", kind: "area", ..Field::default() }))
                    button type="submit" { (visit.say("offer-provide")) }
                }
            }
        }
        @if visit.is_house() && visit.has(TELLING) && read.can(Step::FeedBack) {
            h2 { (visit.say("feedback-title")) }
            form.sheet method="post" action=(action(read, "feedback")) {
                (token(visit))
                (field(visit, &Field { name: "text", label: "offer-feedback", kind: "area", required: true, ..Field::default() }))
                button type="submit" { (visit.say("feedback-send")) }
            }
        }
        @if offers(visit) && read.head.to_acknowledge {
            form method="post" action=(action(read, "acknowledge")) {
                (token(visit))
                p { button type="submit" { (visit.say("offer-acknowledge")) } }
            }
        }
        @if offers(visit) && read.can(Step::Withdraw) {
            details {
                summary { (visit.say("offer-withdraw")) }
                form.sheet method="post" action=(action(read, "withdraw")) {
                    (token(visit))
                    (field(visit, &Field { name: "text", label: "offer-remark", kind: "area", ..Field::default() }))
                    button.danger type="submit" { (visit.say("offer-withdraw")) }
                }
            }
        }
    })
}

fn review_form(visit: &Visit, read: &OfferRead) -> Markup {
    let verdicts: Vec<_> = Verdict::ALL
        .map(|verdict| (verdict.word().to_owned(), visit.say(&format!("offer-verdict-{}", verdict.word()))))
        .into();
    html! {
        h2 { (visit.say("offer-review")) }
        p { (visit.say("offer-review-how")) }
        form.sheet method="post" action=(action(read, "review")) {
            (token(visit))
            (choice(visit, "verdict", "offer-verdict", &verdicts, "part"))
            (choice(visit, "class", "offer-class-part", &classes(visit, "offer-class-same"), ""))
            (field(visit, &Field { name: "reason", label: "offer-reason", kind: "area", required: true, hint: "offer-reason-hint", ..Field::default() }))
            button type="submit" { (visit.say("offer-review")) }
        }
    }
}

/// The requests of the party that was written to, by which the offer can be met.
async fn requests_of(visit: &Visit, party: &str) -> Result<Vec<(String, String)>, Problem> {
    let of = RequestsOf { party: party.parse().ok(), ..RequestsOf::default() };
    let list = visit.office()?.requests_for(visit.seat()?, &of, visit.at).await?.items;
    let named = list.into_iter().filter(|request| request.state != "withdrawn").map(|request| {
        let label = format!("{} · {}", words(visit, &request.title), visit.say(&format!("state-{}", request.state)));
        (request.request, label)
    });
    Ok(named.collect())
}

/// Answers one.
pub async fn review(visit: Visit, Path(offer): Path, Sent(typed): Sent<Review>) -> Result<Response, Problem> {
    let id = id(&offer)?;
    let verdict = Verdict::from_word(&typed.verdict).ok_or_else(Problem::form)?;
    visit.office()?.review_offer(id, verdict, class_of(Some(&typed.class))?, &typed.reason, visit.at).await?;
    Ok(back(id))
}

/// Names the request that came of one.
pub async fn provide(visit: Visit, Path(offer): Path, Sent(typed): Sent<Provide>) -> Result<Response, Problem> {
    let id = id(&offer)?;
    let request = typed.request.parse().map_err(|_| Problem::form())?;
    visit.office()?.provide_offer(id, request, &typed.text, visit.at).await?;
    Ok(back(id))
}

/// Tells what came of one.
pub async fn feedback(visit: Visit, Path(offer): Path, Sent(typed): Sent<Said>) -> Result<Response, Problem> {
    let id = id(&offer)?;
    visit.office()?.feed_back_offer(id, &typed.text, visit.at).await?;
    Ok(back(id))
}

/// Takes one back.
pub async fn withdraw(visit: Visit, Path(offer): Path, Sent(typed): Sent<Said>) -> Result<Response, Problem> {
    let id = id(&offer)?;
    visit.office()?.withdraw_offer(id, &typed.text, visit.at).await?;
    Ok(back(id))
}

/// Says that what the office said was seen.
pub async fn acknowledge(visit: Visit, Path(offer): Path, Sent(_): Sent<Nothing>) -> Result<Response, Problem> {
    let id = id(&offer)?;
    visit.office()?.acknowledge_offer(id, visit.at).await?;
    Ok(back(id))
}

/// Whether the visitor writes offers for its party.
fn offers(visit: &Visit) -> bool {
    !visit.is_house() && visit.has(OFFERING)
}

fn classes(visit: &Visit, none: &str) -> Vec<(String, String)> {
    let mut classes = vec![(String::new(), visit.say(none))];
    classes.extend(DataClass::ALL.iter().map(|known| (known.word().to_owned(), class(visit, Some(known.word())))));
    classes
}

fn class(visit: &Visit, word: Option<&str>) -> String {
    match word {
        Some(word) => visit.site.office.rule_word("class", word).get(visit.language).to_owned(),
        None => visit.say("none"),
    }
}

/// The first line of a text, cut where a heading ends.
pub fn first_line(text: &str) -> String {
    const WIDE: usize = 60;
    let line = text.lines().next().unwrap_or_default();
    let cut: String = line.chars().take(WIDE).collect();
    if cut.len() < line.len() { format!("{cut}…") } else { cut }
}

fn action(read: &OfferRead, step: &str) -> String {
    format!("/offers/{}/{step}", read.head.offer)
}

fn id(text: &str) -> Result<OfferId, Problem> {
    text.parse().map_err(|_| Problem::missing())
}

fn back(id: OfferId) -> Response {
    Redirect::to(&format!("/offers/{id}")).into_response()
}
