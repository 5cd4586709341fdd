//! Items: the list with the look-up, a new one, one whole (S3.2, S4.1).

use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use renkei_app::share::{GroupListed, ItemListed, ItemRead, ItemTyped, ItemsAsked, Looked, ShareError, WhyListed};
use renkei_core::id::ItemId;
use renkei_core::seat::Duty;
use renkei_core::share::{Conditions, Kind, Pap, Step, Tlp};
use renkei_core::time::{DAY, Moment};
use serde::Deserialize;

use crate::api::items::{all, id};
use crate::form::{Nothing, Path, Query, Sent};
use crate::layout::{Page, page};
use crate::part::{Field, choice, field, moment, nothing, token};
use crate::problem::Problem;
use crate::visit::Visit;

/// The duties of seats that write items.
pub(super) const WRITING: &[Duty] = &[Duty::Analyst, Duty::Drafter, Duty::Approver, Duty::Deputy, Duty::Answerer];
/// The duties of seats that let them out.
pub(super) const POSTING: &[Duty] = &[Duty::Approver, Duty::Deputy];

/// Where the list goes on, and what is looked up.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    pub(super) before: Option<String>,
    value: Option<String>,
}

/// What a new item corrects.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Corrects {
    replaces: Option<String>,
}

/// What was typed as a new item.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Draft {
    kind: String,
    title: String,
    text: String,
    values: String,
    tlp: String,
    pap: String,
    group: String,
    parties: String,
    seats: String,
    unnamed: Option<String>,
    hinted: Option<String>,
    ends: String,
    replaces: String,
}

/// The list, and what a value leads to.
pub async fn list(visit: Visit, asked: Query<Asked>) -> Result<Response, Problem> {
    let office = visit.office()?;
    let value = asked.0.value.as_deref().map(str::trim).filter(|value| !value.is_empty());
    let looked = match value {
        Some(value) => match office.look_up(value, visit.at).await {
            Err(error @ ShareError::Value { .. }) => Some(Err(error)),
            looked => Some(Ok(looked?)),
        },
        None => None,
    };
    let before = asked.0.before.as_deref().map(|text| text.parse().map_err(|_| Problem::form())).transpose()?;
    let list = office.items(&ItemsAsked { before, limit: 50 }, visit.at).await?;
    let groups = office.groups(visit.at).await?.0;
    let body = html! {
        p { (visit.say("items-what")) }
        form.sheet method="get" action="/items" role="search" {
            (field(&visit, &Field { name: "value", label: "items-look-up", hint: "items-look-up-hint", value: value.unwrap_or_default(), ..Field::default() }))
            button type="submit" { (visit.say("items-look-up-do")) }
        }
        @match &looked {
            Some(Ok(looked)) => (found(&visit, looked)),
            Some(Err(_)) => p.notice role="status" { (visit.say("looked-misread")) },
            None => {}
        }
        h2 { (visit.say("items-here")) }
        p {
            @if visit.has(WRITING) { a.button href="/items/new" { (visit.say("item-new")) } " " }
            a href="/items/onward" { (visit.say("onward")) } " " a href="/items/returns" { (visit.say("returns")) } " "
            a href="/items/mandates" { (visit.say("mandates")) }
        }
        div data-live="" {
            @if list.items.is_empty() { (nothing(&visit, "items-none-yet")) } @else { (table(&visit, list.items.iter().map(|item| (item, &[][..])), "menu-items")) }
        }
        @if let Some(next) = &list.next { p { a href={ "/items?before=" (next) } { (visit.say("items-older")) } } }
        h2 { (visit.say("groups-yours")) }
        @if groups.is_empty() { (nothing(&visit, "groups-none-yours")) } @else { (people(&groups)) }
    };
    Ok(page(&visit, &Page { title: &visit.say("menu-items"), here: "/items" }, &body))
}

fn people(groups: &[GroupListed]) -> Markup {
    html! { ul.cards { @for group in groups { li.card {
        strong { (group.name) }
        p { @for (place, member) in group.members.iter().filter(|member| member.inside).enumerate() {
            @if place > 0 { "・" } (member.seat)
        } }
    } } } }
}

fn found(visit: &Visit, looked: &Looked) -> Markup {
    html! { section {
        h2 { (visit.say("items-found")) ": " code { (looked.value) } }
        @if looked.items.is_empty() && looked.ask.is_empty() { (nothing(visit, "looked-none")) }
        @if !looked.items.is_empty() { (table(visit, looked.items.iter().map(|found| (&found.item, &found.why[..])), "items-found")) }
        @for list in &looked.warnings { p.notice { (visit.say("warned")) ": " (list) } }
        @for party in &looked.ask { p.notice { (visit.site.words(visit.language).say("looked-ask", &[("party", party.clone())])) } }
    } }
}

fn table<'i>(visit: &Visit, items: impl Iterator<Item = (&'i ItemListed, &'i [WhyListed])>, label: &str) -> Markup {
    html! { div.scroll tabindex="0" role="region" aria-label=(visit.say(label)) { table {
        thead { tr {
            th scope="col" { (visit.say("item-title")) }
            th scope="col" { (visit.say("item-kind")) }
            th scope="col" { (visit.say("item-from")) }
            th scope="col" { (visit.say("tlp")) }
            th scope="col" { (visit.say("effect-state")) }
            th scope="col" { (visit.say("item-posted")) }
        } }
        tbody { @for (row, why) in items { tr {
            td {
                a href={ "/items/" (row.item) } { (row.title) }
                @for why in why { br; span.quiet { (visit.say(&format!("near-{}", why.how))) ": " (why.value) } }
            }
            td { (visit.say(&format!("item-kind-{}", row.kind))) }
            td { (from(visit, row)) }
            td { "TLP:" (row.tlp.to_uppercase()) }
            td { (state(visit, row.state)) }
            td { @if let Some(at) = &row.posted_at { (moment(visit, at)) } }
        } } }
    } } }
}

/// Where an item stands.
pub(super) fn state(visit: &Visit, word: &str) -> Markup {
    html! { span class={ "state " (word) } { (visit.say(&format!("item-state-{word}"))) } }
}

fn from(visit: &Visit, item: &ItemListed) -> String {
    item.party.clone().unwrap_or_else(|| visit.say("item-unnamed"))
}

/// The form for a new one.
pub async fn new(visit: Visit, corrects: Query<Corrects>) -> Result<Response, Problem> {
    if !visit.has(WRITING) {
        return Err(Problem::missing());
    }
    let old = match &corrects.0.replaces {
        Some(item) => Some(visit.office()?.read_item(id(item)?, "page", visit.at).await?),
        None => None,
    };
    if old.as_ref().is_some_and(|read| read.head.state != "posted" || !is_own(&visit, read)) {
        return Err(Problem::missing());
    }
    let known = Known::of(old.as_ref());
    let seat = visit.seat()?.id.to_string();
    let groups = visit.office()?.groups(visit.at).await?.0;
    let groups: Vec<_> = groups.iter().filter(|group| inside(group, &seat)).collect();
    let of = |words: &[&str], key: &str| -> Vec<(String, String)> {
        words.iter().map(|word| ((*word).to_owned(), visit.say(&format!("{key}-{word}")))).collect()
    };
    let kinds = of(&Kind::ALL.iter().map(|kind| kind.word()).collect::<Vec<_>>(), "item-kind");
    let tlps: Vec<_> =
        Tlp::ALL.iter().map(|tlp| (tlp.word().to_owned(), format!("TLP:{}", tlp.word().to_uppercase()))).collect();
    let paps: Vec<_> =
        Pap::ALL.iter().map(|pap| (pap.word().to_owned(), format!("PAP:{}", pap.word().to_uppercase()))).collect();
    let area =
        |name, label, hint, value| field(&visit, &Field { name, label, hint, value, kind: "area", ..Field::default() });
    let line = |name, label, hint, value| field(&visit, &Field { name, label, hint, value, ..Field::default() });
    let body = html! {
        p { (visit.say("item-how")) }
        form.sheet method="post" action="/items" {
            (token(&visit))
            @if let Some(read) = &old {
                input type="hidden" name="replaces" value=(read.head.item);
                p.notice { (visit.site.words(visit.language).say("item-correct-how", &[("item", read.head.title.clone())])) }
                @if !read.objects.is_empty() { p.notice { (visit.site.words(visit.language).say("item-correct-objects", &[("count", read.objects.len().to_string())])) } }
            }
            (choice(&visit, "kind", "item-kind", &kinds, known.kind))
            (field(&visit, &Field { name: "title", label: "item-title", required: true, value: known.title, ..Field::default() }))
            (area("text", "item-text", "item-text-hint", known.text))
            (area("values", "item-values", "item-values-hint", &known.values))
            fieldset {
                legend { (visit.say("item-conditions")) }
                (choice(&visit, "tlp", "tlp", &tlps, known.tlp))
                (choice(&visit, "pap", "pap", &paps, known.pap))
                @for group in &groups {
                    p.check { label { input type="checkbox" name="group" value=(group.group) checked[known.groups.contains(&group.group.as_str())]; " " (visit.say("item-to-group")) " " (group.name) } }
                }
                (line("parties", "item-to-parties", "item-to-hint", &known.parties))
                (line("seats", "item-to-seats", "item-to-hint", &known.seats))
                (field(&visit, &Field { name: "ends", label: "item-ends", kind: "date", value: &known.ends, ..Field::default() }))
                p.check { label { input type="checkbox" name="unnamed" value="on" checked[known.unnamed]; " " (visit.say("item-be-unnamed")) } }
                p.check { label { input type="checkbox" name="hinted" value="on" checked[known.hinted]; " " (visit.say("item-be-hinted")) } }
            }
            button type="submit" { (visit.say("item-draft")) }
        }
    };
    Ok(page(&visit, &Page { title: &visit.say("item-new"), here: "/items" }, &body))
}

/// Writes one.
pub async fn draft(visit: Visit, Sent(typed): Sent<Draft>) -> Result<Response, Problem> {
    let conditions = Conditions {
        groups: all(&several(&typed.group))?,
        parties: all(&several(&typed.parties))?,
        seats: all(&several(&typed.seats))?,
        unnamed: typed.unnamed.is_some(),
        hinted: typed.hinted.is_some(),
        ends: until(&typed.ends)?,
        ..Conditions::closed(
            Tlp::from_word(&typed.tlp).ok_or_else(Problem::form)?,
            Pap::from_word(&typed.pap).ok_or_else(Problem::form)?,
        )
    };
    let item = ItemTyped {
        kind: Kind::from_word(&typed.kind).ok_or_else(Problem::form)?,
        title: typed.title,
        text: typed.text,
        values: typed.values.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect(),
        stix: None,
        conditions,
        replaces: (!typed.replaces.is_empty()).then(|| id(&typed.replaces)).transpose()?,
    };
    let made = visit.office()?.draft_item(item, visit.at).await?;
    Ok(Redirect::to(&format!("/items/{}", made.item)).into_response())
}

/// What stands in the form before anything is typed: what is there of the item that is corrected.
struct Known<'r> {
    kind: &'r str,
    title: &'r str,
    text: &'r str,
    values: String,
    tlp: &'r str,
    pap: &'r str,
    groups: Vec<&'r str>,
    parties: String,
    seats: String,
    ends: String,
    unnamed: bool,
    hinted: bool,
}

impl<'r> Known<'r> {
    fn of(read: Option<&'r ItemRead>) -> Self {
        let reaches = |kind: &'static str| {
            let all = read.map(|read| read.reaches.as_slice()).unwrap_or_default();
            all.iter().filter(move |who| who.kind == kind).map(|who| who.id.as_str()).collect::<Vec<_>>()
        };
        let head = read.map(|read| &read.head);
        let values = read.map(|read| read.values.as_slice()).unwrap_or_default();
        Self {
            kind: head.map_or(Kind::Indicator.word(), |head| head.kind),
            title: head.map_or("", |head| &head.title),
            text: read.map_or("", |read| &read.text),
            values: values.iter().map(|value| format!("{}\n", value.value)).collect(),
            tlp: head.map_or(Tlp::Amber.word(), |head| head.tlp),
            pap: head.map_or(Pap::Amber.word(), |head| head.pap),
            groups: reaches("group"),
            parties: reaches("party").join(" "),
            seats: reaches("seat").join(" "),
            ends: read.and_then(|read| last_day(read.ends.as_deref()?)).unwrap_or_default(),
            unnamed: read.and_then(|read| read.unnamed).unwrap_or_default(),
            hinted: read.and_then(|read| read.hinted).unwrap_or_default(),
        }
    }
}

/// The day in Japan that an end falls on or closes: the other way of [`until`].
fn last_day(ends: &str) -> Option<String> {
    let ends = renkei_app::parse_moment(ends)?;
    Some(Moment(ends.0 - 1 + 9 * DAY / 24).day().to_string())
}

/// Whether an item is the visitor's own organisation's.
fn is_own(visit: &Visit, read: &ItemRead) -> bool {
    visit.seat().is_ok_and(|seat| read.head.party.as_deref() == Some(seat.party.as_str()))
}

/// Identifiers with blanks, commas or lines between.
pub(super) fn several(text: &str) -> Vec<String> {
    let parts = text.split([' ', ',', '\u{3000}', '、', '\n', '\r']).filter(|part| !part.is_empty());
    parts.map(str::to_owned).collect()
}

/// The end of a day in Japan: the whole day is still inside.
pub(super) fn until(day: &str) -> Result<Option<Moment>, Problem> {
    match day {
        "" => Ok(None),
        day => {
            let start = renkei_app::parse_day(day).ok_or_else(Problem::form)?.start();
            Ok(Some(Moment(start.0 + DAY - 9 * DAY / 24)))
        }
    }
}

/// Whether a seat is in a group now.
pub(super) fn inside(group: &GroupListed, seat: &str) -> bool {
    group.members.iter().any(|member| member.inside && member.seat == seat)
}

/// One item.
pub async fn show(visit: Visit, Path(item): Path) -> Result<Response, Problem> {
    let read = visit.office()?.read_item(id(&item)?, "page", visit.at).await?;
    let head = &read.head;
    let body = html! {
        dl.facts {
            dt { (visit.say("effect-state")) } dd { (state(&visit, head.state)) }
            dt { (visit.say("item-kind")) } dd { (visit.say(&format!("item-kind-{}", head.kind))) }
            dt { (visit.say("item-from")) } dd { (from(&visit, head)) }
            dt { (visit.say("item-conditions")) } dd {
                strong { "TLP:" (head.tlp.to_uppercase()) } " PAP:" (head.pap.to_uppercase())
                p.quiet { (visit.say(&format!("tlp-{}", head.tlp.replace('+', "-")))) }
            }
            @if let Some(at) = &head.posted_at { dt { (visit.say("item-posted")) } dd { (moment(&visit, at)) } }
            @if let Some(old) = &read.replaces { dt { (visit.say("item-replaces")) } dd { a href={ "/items/" (old) } { code { (old) } } } }
            @if let Some(mandate) = &read.mandate { dt { (visit.say("item-mandate")) } dd { code { (mandate) } } }
            @if read.unnamed == Some(true) { dt { (visit.say("item-from")) } dd { (visit.say("item-be-unnamed")) } }
            @if read.hinted == Some(true) { dt { (visit.say("items-look-up")) } dd { (visit.say("item-be-hinted")) } }
            @if let Some(ends) = &read.ends { dt { (visit.say("item-ends")) } dd { (moment(&visit, ends)) } }
            dt { (visit.say("item")) } dd { code { (head.item) } }
        }
        @if !read.text.is_empty() { h2 { (visit.say("item-text")) } pre.letter { (read.text) } }
        @if !read.values.is_empty() {
            h2 { (visit.say("item-values")) }
            ul { @for value in &read.values { li { code { (value.value) } " " span.quiet { (value.kind) } @for list in &value.warnings { br; span.notice { (visit.say("warned")) ": " (list) } } } } }
        }
        @if !read.objects.is_empty() {
            details {
                summary { (visit.site.words(visit.language).say("item-objects-here", &[("count", read.objects.len().to_string())])) }
                @for object in &read.objects { pre.letter { (object.get()) } }
            }
        }
        @if !read.reaches.is_empty() {
            h2 { (visit.say("item-reaches")) }
            ul { @for who in &read.reaches { li { @if let Some(name) = &who.name { (name) " " } code { (who.id) } } } }
        }
        @if head.state != "draft" && !read.taken.is_empty() {
            h2 { (visit.say("item-taken")) }
            ul { @for taken in &read.taken { li { (taken.seat) " · " (visit.say(&format!("door-{}", taken.door))) " · " (moment(&visit, &taken.at)) } } }
        }
        (super::onward::parts(&visit, &read).await?)
        (next(&visit, &read)?)
    };
    Ok(page(&visit, &Page { title: &head.title, here: "/items" }, &body))
}

/// What the visitor can do next with an item of its own organisation.
fn next(visit: &Visit, read: &ItemRead) -> Result<Markup, Problem> {
    let own = is_own(visit, read);
    let form = |step: &str, key: &str, class: &str| {
        html! { form method="post" action={ "/items/" (read.head.item) "/" (step) } {
            (token(visit))
            p { button class=(class) type="submit" { (visit.say(key)) } }
        } }
    };
    Ok(html! {
        @if own && read.head.state == "draft" {
            @if visit.has(POSTING) { p { (visit.say("item-post-how")) } (form("post", "item-post", "")) }
            @else { p.notice { (visit.say("item-post-waits")) } }
            @if visit.has(WRITING) { (form("drop", "item-drop", "danger")) }
        }
        @if own && read.head.state == "posted" && visit.has(WRITING) {
            p { a.button href={ "/items/new?replaces=" (read.head.item) } { (visit.say("item-correct")) } }
            h2 { (visit.say("item-withdraw")) }
            p { (visit.say("item-withdraw-how")) }
            (form("withdraw", "item-withdraw", "danger"))
        }
    })
}

/// Lets one out.
pub async fn post(visit: Visit, Path(item): Path, Sent(_): Sent<Nothing>) -> Result<Response, Problem> {
    let id = id(&item)?;
    visit.office()?.post_item(id, visit.at).await?;
    Ok(back(id))
}

/// Takes one back.
pub async fn withdraw(visit: Visit, Path(item): Path, Sent(_): Sent<Nothing>) -> Result<Response, Problem> {
    let id = id(&item)?;
    visit.office()?.end_item(id, Step::Withdraw, visit.at).await?;
    Ok(back(id))
}

/// Gives a draft up.
pub async fn drop(visit: Visit, Path(item): Path, Sent(_): Sent<Nothing>) -> Result<Response, Problem> {
    visit.office()?.end_item(id(&item)?, Step::Drop, visit.at).await?;
    Ok(Redirect::to("/items").into_response())
}

fn back(id: ItemId) -> Response {
    Redirect::to(&format!("/items/{id}")).into_response()
}
