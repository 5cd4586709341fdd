//! The ledger: who did what under which ruling; verified on demand.

use axum::response::Response;
use maud::{Markup, html};
use renkei_app::audit::{EntryShown, Verified};
use renkei_core::text::Language;
use serde::Deserialize;

use crate::form::{Nothing, Query, Sent};
use crate::layout::{Page, page};
use crate::part::{count, moment, nothing, token};
use crate::problem::Problem;
use crate::visit::Visit;

/// Entries on one page.
const PAGE: u64 = 100;

/// What is looked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Search {
    from: Option<u64>,
    until: Option<u64>,
    q: String,
}

/// The page.
pub async fn show(visit: Visit, Query(search): Query<Search>) -> Result<Response, Problem> {
    listed(&visit, &search, None).await
}

/// Verifies the whole ledger and says what it found.
pub async fn verify(visit: Visit, Sent(_): Sent<Nothing>) -> Result<Response, Problem> {
    let verified = visit.office()?.verify_ledger(&[]).await.map_err(Problem::failed)?;
    listed(&visit, &Search::default(), Some(&verified)).await
}

async fn listed(visit: &Visit, search: &Search, verified: Option<&Verified>) -> Result<Response, Problem> {
    let office = visit.office()?;
    let head = office.ledger_size().await?;
    let wanted = search.q.trim();
    let from = search.from.unwrap_or_else(|| head.saturating_sub(PAGE - 1).max(1));
    let (entries, earlier) = if wanted.is_empty() {
        let mut entries = office.read_ledger(from, PAGE, visit.at).await.map_err(Problem::failed)?.0;
        entries.reverse();
        (entries, (from > 1).then(|| format!("from={}", from.saturating_sub(PAGE).max(1))))
    } else {
        let until = search.until.unwrap_or(head);
        let found = office.search_ledger(wanted, until, PAGE as usize, visit.at).await.map_err(Problem::failed)?;
        let earlier = found
            .earlier
            .and_then(|until| serde_urlencoded::to_string([("q", wanted), ("until", &until.to_string())]).ok());
        (found.entries.0, earlier)
    };
    let body = html! {
        @if let Some(verified) = verified { (verdict(visit, verified)) }
        form method="get" action="/ledger" { div.row {
            div.field { label for="field-q" { (visit.say("search")) } input id="field-q" name="q" type="search" value=(search.q); }
            div.field { label for="field-from" { (visit.say("ledger-from")) } input id="field-from" name="from" type="number" min="1" value=(from); }
            div.field { button.second type="submit" { (visit.say("search")) } }
        } }
        form method="post" action="/ledger/verify" { (token(visit)) button type="submit" { (visit.say("ledger-verify")) } }
        @if entries.is_empty() { (nothing(visit, "ledger-none")) } @else { (table(visit, &entries)) }
        p {
            @if let Some(earlier) = &earlier { a href={ "/ledger?" (earlier) } { (visit.say("earlier")) } " " }
            @if wanted.is_empty() && from + PAGE <= head { a href={ "/ledger?from=" (from + PAGE) } { (visit.say("later")) } }
        }
    };
    Ok(page(visit, &Page { title: &visit.say("menu-ledger"), here: "/ledger" }, &body))
}

fn verdict(visit: &Visit, verified: &Verified) -> Markup {
    html! {
        @if verified.intact {
            p.notice role="status" { (visit.words().say("ledger-intact", &[("entries", renkei_app::words::number(verified.entries))])) }
        } @else {
            div.error role="alert" {
                p { strong { (visit.say("ledger-broken")) } }
                ul { @for fault in &verified.faults { li { code { (fault.code) } " " @match visit.language { Language::Ja => (fault.ja), Language::En => (fault.en) } } } }
            }
        }
    }
}

fn table(visit: &Visit, entries: &[EntryShown]) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label=(visit.say("menu-ledger")) { table {
            thead { tr {
                th.n scope="col" { (visit.say("ledger-number")) }
                th scope="col" { (visit.say("ledger-when")) }
                th scope="col" { (visit.say("ledger-kind")) }
                th scope="col" { (visit.say("try-act")) }
                th scope="col" { (visit.say("seat-name")) }
                th scope="col" { (visit.say("ledger-objects")) }
                th scope="col" { (visit.say("ruling")) }
            } }
            tbody { @for entry in entries { tr {
                td.n { (count(entry.seq)) }
                td { (moment(visit, &entry.at)) }
                td { (entry.kind) }
                td { code { (entry.act) } }
                td { (entry.seat.clone().unwrap_or_else(|| visit.say("none"))) }
                td { @for object in entry.objects.iter().take(3) { code { (object) } " " } @if entry.objects.len() > 3 { "…" } }
                td { (entry.ruling.clone().unwrap_or_default()) }
            } } }
        } }
    }
}
