//! What changes after an item was posted, what its readers ask, and what they tell of it (S3.14, S4.29).

use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use renkei_app::share::{GroupListed, ItemRead, ItemsAsked, Narrowing, OnwardListed, ReturnsOf};
use renkei_app::words::number;
use renkei_core::id::ItemId;
use renkei_core::share::{Return, Target, Tlp};
use serde::Deserialize;

use super::items::{Asked, POSTING, WRITING, inside, several, state, until};
use crate::api::items::{all, id};
use crate::api::onward::{aim, onward_id};
use crate::form::{Path, Query, Sent};
use crate::layout::{Page, page};
use crate::part::{Field, choice, field, moment, nothing, token};
use crate::problem::Problem;
use crate::visit::Visit;

/// How conditions are drawn closer, as it was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Closer {
    tlp: String,
    group: String,
    parties: String,
    seats: String,
    unhinted: Option<String>,
    ends: String,
}

/// To whom an item is to go on, as it was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wider {
    kind: String,
    name: String,
    purpose: String,
}

/// An answer as it was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Answer {
    answer: String,
    words: String,
}

/// What came of an item, as it was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Told {
    what: String,
    count: String,
    note: String,
}

// ------------------------------------------------------------------------------------ parts of a page

/// What was told of an item and asked about it, with what the visitor can do about it.
pub(super) async fn parts(visit: &Visit, read: &ItemRead) -> Result<Markup, Problem> {
    let seat = visit.seat()?;
    let own = read.head.party.as_deref() == Some(seat.party.as_str());
    let posted = read.head.state == "posted";
    let groups: Vec<GroupListed> = visit.office()?.groups(visit.at).await?.0;
    let groups: Vec<&GroupListed> = groups.iter().filter(|group| inside(group, seat.id.as_str())).collect();
    Ok(html! {
        @if !read.returns.is_empty() {
            h2 { (visit.say("item-returns")) }
            ul { @for told in &read.returns { li {
                (visit.say(&format!("return-{}", told.what)))
                @if let Some(count) = told.count { " ×" (number(count)) }
                " · " (told.seat) " · " (moment(visit, &told.at))
                @if !told.note.is_empty() { br; (told.note) }
            } } }
        }
        @if !read.onward.is_empty() {
            h2 { (visit.say("onward")) }
            (asked(visit, &read.onward, own))
        }
        @if posted && !own && visit.has(WRITING) { (respond(visit, read, &groups)) }
        @if posted && own && visit.has(POSTING) { details {
            summary { (visit.say("item-widen")) }
            p { (visit.say("item-widen-how")) }
            form.sheet method="post" action={ "/items/" (read.head.item) "/widen" } {
                (token(visit)) (aims(visit, &groups, false))
                button type="submit" { (visit.say("item-widen-do")) }
            }
        } }
        @if posted && own && visit.has(WRITING) { (closer(visit, read)) }
    })
}

/// Questions, each with the form for its answer where the visitor gives it.
fn asked(visit: &Visit, list: &[OnwardListed], ours: bool) -> Markup {
    html! { ul.cards { @for one in list { li.card {
        p { @match &one.title { Some(title) => { a href={ "/items/" (one.item) } { (title) } } None => { code { (one.item) } } } " → " strong { (aimed(visit, &one.target)) } }
        p { (one.purpose) }
        p.quiet { (one.seat) " (" (one.party) ") · " (moment(visit, &one.asked_at)) }
        p { span class={ "state " (one.state) } { (visit.say(&format!("onward-{}", one.state))) } }
        @if let Some(words) = &one.words { p { (visit.say("onward-words")) ": " (words) } }
        @if ours && one.state == "asked" && visit.has(POSTING) {
            form.sheet method="post" action={ "/onward/" (one.onward) "/answer" } {
                (token(visit))
                p { (visit.say("onward-answer-how")) }
                div.field {
                    label for={ "words-" (one.onward) } { (visit.say("onward-words")) }
                    textarea id={ "words-" (one.onward) } name="words" rows="2" {}
                }
                p {
                    button type="submit" name="answer" value="yes" { (visit.say("onward-yes")) } " "
                    button.danger type="submit" name="answer" value="no" { (visit.say("onward-no")) }
                }
            }
        }
    } } } }
}

/// Whom a question names, in words.
fn aimed(visit: &Visit, target: &str) -> String {
    match target.split_once(':') {
        Some((kind, name)) => format!("{} {name}", visit.say(&format!("aim-{kind}"))),
        None => target.to_owned(),
    }
}

/// What a reader can tell the originator and ask of it.
fn respond(visit: &Visit, read: &ItemRead, groups: &[&GroupListed]) -> Markup {
    let words = Return::ALL.iter().map(|word| (word.word().to_owned(), visit.say(&format!("return-{}", word.word()))));
    html! {
        details {
            summary { (visit.say("return-tell")) }
            p { (visit.say("return-how")) }
            form.sheet method="post" action={ "/items/" (read.head.item) "/returns" } {
                (token(visit))
                (choice(visit, "what", "return-what", &words.collect::<Vec<_>>(), Return::Seen.word()))
                (field(visit, &Field { name: "count", label: "return-count", hint: "return-count-hint", kind: "number", ..Field::default() }))
                (field(visit, &Field { name: "note", label: "return-note", kind: "area", ..Field::default() }))
                button type="submit" { (visit.say("return-do")) }
            }
        }
        details {
            summary { (visit.say("onward-ask")) }
            p { (visit.say("onward-how")) }
            form.sheet method="post" action={ "/items/" (read.head.item) "/onward" } {
                (token(visit)) (aims(visit, groups, true))
                (field(visit, &Field { name: "purpose", label: "onward-purpose", kind: "area", required: true, ..Field::default() }))
                button type="submit" { (visit.say("onward-do")) }
            }
        }
    }
}

/// The fields that say to whom: a group of one's own, or a kind and a name.
fn aims(visit: &Visit, groups: &[&GroupListed], outside: bool) -> Markup {
    let mut kinds: Vec<_> = groups
        .iter()
        .map(|group| (format!("group:{}", group.group), format!("{} {}", visit.say("aim-group"), group.name)))
        .collect();
    let mut words = vec!["party", "seat"];
    words.extend(outside.then_some("outside"));
    kinds.extend(words.into_iter().map(|kind| (kind.to_owned(), visit.say(&format!("aim-{kind}")))));
    html! {
        (choice(visit, "kind", "aim-kind", &kinds, "party"))
        (field(visit, &Field { name: "name", label: "aim-name", hint: "aim-name-hint", ..Field::default() }))
    }
}

/// The form that draws the conditions closer.
fn closer(visit: &Visit, read: &ItemRead) -> Markup {
    let of = |kind: &str| read.reaches.iter().filter(move |who| who.kind == kind).collect::<Vec<_>>();
    let narrower = Tlp::ALL.iter().map(|tlp| tlp.word()).skip_while(|word| *word != read.head.tlp);
    let tlps: Vec<_> = narrower.map(|word| (word.to_owned(), format!("TLP:{}", word.to_uppercase()))).collect();
    html! { details {
        summary { (visit.say("item-narrow")) }
        p { (visit.say("item-narrow-how")) }
        form.sheet method="post" action={ "/items/" (read.head.item) "/narrow" } {
            (token(visit))
            (choice(visit, "tlp", "tlp", &tlps, read.head.tlp))
            @for (kind, name) in [("group", "group"), ("party", "parties"), ("seat", "seats")] {
                @for who in of(kind) { p.check { label {
                    input type="checkbox" name=(name) value=(who.id); " "
                    (visit.say("item-no-longer")) " " (who.name.as_deref().unwrap_or(&who.id))
                } } }
            }
            p.check { label { input type="checkbox" name="unhinted" value="on"; " " (visit.say("item-be-unhinted")) } }
            (field(visit, &Field { name: "ends", label: "item-ends", kind: "date", ..Field::default() }))
            button.danger type="submit" { (visit.say("item-narrow-do")) }
        }
    } }
}

// --------------------------------------------------------------------------------------------- pages

/// The questions that concern the visitor's organisation.
pub async fn list(visit: Visit) -> Result<Response, Problem> {
    let list = visit.office()?.onwards(visit.at).await?;
    let body = html! {
        p { (visit.say("onward-what")) }
        h2 { (visit.say("onward-of-ours")) }
        @if list.of_ours.is_empty() { (nothing(&visit, "onward-none")) } @else { (asked(&visit, &list.of_ours, true)) }
        h2 { (visit.say("onward-by-us")) }
        @if list.by_us.is_empty() { (nothing(&visit, "onward-none")) } @else { (asked(&visit, &list.by_us, false)) }
    };
    Ok(page(&visit, &Page { title: &visit.say("onward"), here: "/items" }, &body))
}

/// What became of what the visitor's organisation shared.
pub async fn returns(visit: Visit, paged: Query<Asked>) -> Result<Response, Problem> {
    let before = paged.0.before.as_deref().map(|text| text.parse().map_err(|_| Problem::form())).transpose()?;
    let list = visit.office()?.returns(&ItemsAsked { before, limit: 50 }, visit.at).await?;
    let body = html! {
        p { (visit.say("returns-what")) }
        @if list.items.is_empty() { (nothing(&visit, "returns-none")) } @else { (table(&visit, &list.items)) }
        @if let Some(next) = &list.next { p { a href={ "/items/returns?before=" (next) } { (visit.say("items-older")) } } }
    };
    Ok(page(&visit, &Page { title: &visit.say("returns"), here: "/items" }, &body))
}

fn table(visit: &Visit, items: &[ReturnsOf]) -> Markup {
    html! { div.scroll tabindex="0" role="region" aria-label=(visit.say("returns")) { table {
        thead { tr {
            @for key in ["item-title", "effect-state", "returns-taken", "returns-told", "returns-sightings", "returns-asked"] {
                th scope="col" { (visit.say(key)) }
            }
        } }
        tbody { @for one in items { tr {
            td { a href={ "/items/" (one.item.item) } { (one.item.title) } }
            td { (state(visit, one.item.state)) }
            td.number { (number(one.taken_by as u64)) }
            td { @for (place, (word, count)) in one.told.iter().enumerate() {
                @if place > 0 { br; } (visit.say(&format!("return-{word}"))) " " (number(*count as u64))
            } }
            td.number { (number(one.sightings)) }
            td.number { (number(one.asked as u64)) }
        } } }
    } } }
}

// ------------------------------------------------------------------------------------------- answers

/// Draws an item's conditions closer.
pub async fn narrow(visit: Visit, Path(item): Path, Sent(typed): Sent<Closer>) -> Result<Response, Problem> {
    let id = id(&item)?;
    let office = visit.office()?;
    // The label as it is stands in the form: that is no change.
    let now = office.read_item(id, "page", visit.at).await?.head.tlp;
    let tlp = Some(typed.tlp.as_str()).filter(|word| !word.is_empty() && *word != now);
    let how = Narrowing {
        tlp: tlp.map(|word| Tlp::from_word(word).ok_or_else(Problem::form)).transpose()?,
        groups: all(&several(&typed.group))?,
        parties: all(&several(&typed.parties))?,
        seats: all(&several(&typed.seats))?,
        unhinted: typed.unhinted.is_some(),
        ends: until(&typed.ends)?,
        ..Narrowing::default()
    };
    office.narrow_item(id, &how, visit.at).await?;
    Ok(back(id))
}

/// Lets one reach somebody more.
pub async fn widen(visit: Visit, Path(item): Path, Sent(typed): Sent<Wider>) -> Result<Response, Problem> {
    let id = id(&item)?;
    visit.office()?.widen_item(id, &typed.target()?, visit.at).await?;
    Ok(back(id))
}

/// Asks whether one may go on.
pub async fn ask(visit: Visit, Path(item): Path, Sent(typed): Sent<Wider>) -> Result<Response, Problem> {
    let id = id(&item)?;
    visit.office()?.ask_onward(id, typed.target()?, &typed.purpose, visit.at).await?;
    Ok(back(id))
}

/// Answers such a question.
pub async fn answer(visit: Visit, Path(onward): Path, Sent(typed): Sent<Answer>) -> Result<Response, Problem> {
    let granted = match typed.answer.as_str() {
        "yes" => true,
        "no" => false,
        _ => return Err(Problem::form()),
    };
    visit.office()?.answer_onward(onward_id(&onward)?, granted, &typed.words, visit.at).await?;
    Ok(Redirect::to("/items/onward").into_response())
}

/// Tells what came of one.
pub async fn tell(visit: Visit, Path(item): Path, Sent(typed): Sent<Told>) -> Result<Response, Problem> {
    let id = id(&item)?;
    let what = Return::from_word(&typed.what).ok_or_else(Problem::form)?;
    let count = match typed.count.trim() {
        "" => None,
        text => Some(text.parse().map_err(|_| Problem::form())?),
    };
    visit.office()?.tell_return(id, what, count, &typed.note, visit.at).await?;
    Ok(back(id))
}

impl Wider {
    fn target(&self) -> Result<Target, Problem> {
        match self.kind.starts_with("group:") {
            true => aim(&self.kind),
            false => aim(&format!("{}:{}", self.kind, self.name.trim())),
        }
    }
}

fn back(id: ItemId) -> Response {
    Redirect::to(&format!("/items/{id}")).into_response()
}
