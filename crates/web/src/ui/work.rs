//! My work: the first page says what waits.

use axum::response::Response;
use maud::{Markup, html};
use renkei_app::campaign::read::{OVERDUE, RequestListed};
use renkei_app::inquiry::InquiryListed;
use renkei_app::offer::OfferListed;
use renkei_app::share::{ItemListed, OnwardListed};
use renkei_app::work::CampaignWaits;

use crate::layout::{Page, page};
use crate::part::{moment, nothing, state, words};
use crate::problem::Problem;
use crate::ui::inquiries::{numbered, state as inquiry_state};
use crate::ui::offers::first_line;
use crate::visit::Visit;

/// How many cards stand under one heading; the rest is behind a link.
const SHOWN: usize = 30;

/// The page.
pub async fn show(visit: Visit) -> Result<Response, Problem> {
    let work = visit.site.office.work(visit.seat()?, visit.at).await?;
    let body = html! {
        div data-live="" aria-live="polite" {
            @if work.count() == 0 { (nothing(&visit, "work-none")) }
            (campaigns(&visit, "work-approve", &work.to_approve))
            (campaigns(&visit, "work-mend", &work.to_mend))
            (requests(&visit, "work-answer", &work.to_answer, "sent"))
            (requests(&visit, "work-overdue", &work.overdue, OVERDUE))
            (requests(&visit, "work-thank", &work.to_thank, "answered"))
            (inquiries(&visit, &work.inquiries, work.more_inquiries))
            (items(&visit, &work.to_post))
            (onward(&visit, &work.onward))
            (offers(&visit, "work-review", &work.to_review))
            (offers(&visit, "work-offers-answered", &work.offers_answered))
        }
    };
    Ok(page(&visit, &Page { title: &visit.say("menu-work"), here: "/" }, &body))
}

fn campaigns(visit: &Visit, title: &str, waits: &[CampaignWaits]) -> Markup {
    html! { @if !waits.is_empty() {
        h2 { (visit.say(title)) " (" (waits.len()) ")" }
        ul.cards { @for one in waits { li.card {
            p { a href={ "/campaigns/" (one.campaign) } { (words(visit, &one.title)) } }
            p { (visit.words().say("work-drafts", &[("requests", one.requests.to_string()), ("devices", renkei_app::words::number(one.devices))])) }
            @if let Some(remark) = &one.remark { p.quiet { (visit.say("remark")) ": " (remark) } }
        } } }
    } }
}

fn requests(visit: &Visit, title: &str, waits: &[RequestListed], state: &str) -> Markup {
    let more = waits.len().saturating_sub(SHOWN);
    html! { @if !waits.is_empty() {
        h2 { (visit.say(title)) " (" (waits.len()) ")" }
        ul.cards { @for one in waits.iter().take(SHOWN) { li class={ "card" @if one.overdue { " late" } } {
            p { a href={ "/requests/" (one.request) } { (words(visit, &one.title)) } }
            p { (visit.say(one.measure)) " · " (one.party) " · " (visit.words().say("lines", &[("count", renkei_app::words::number(one.lines))])) }
            p.quiet {
                @if let Some(sent) = &one.sent_at { (visit.say("event-sent")) ": " (moment(visit, sent)) " " }
                @if let Some(due) = &one.due_at { (visit.say("request-due")) ": " (due) }
            }
        } } }
        @if more > 0 {
            p { a href={ "/requests?state=" (state) } { (visit.words().say("work-more", &[("count", renkei_app::words::number(more as u64))])) } }
        }
    } }
}

fn inquiries(visit: &Visit, waits: &[InquiryListed], more: u64) -> Markup {
    html! { @if !waits.is_empty() {
        h2 { (visit.say("work-inquiries")) " (" (renkei_app::words::number(waits.len() as u64 + more)) ")" }
        ul.cards { @for one in waits { li class={ "card" @if one.is_overdue { " late" } } {
            p { a href={ "/inquiries/" (one.inquiry) } { (numbered(visit, one)) } }
            p {
                (inquiry_state(visit, one)) " " (visit.say(&format!("inquiry-instrument-{}", one.instrument))) " · "
                (if one.is_asked_by_us { &one.recipient } else { &one.asker })
            }
            @if let Some(due) = &one.due_at { p.quiet { (visit.say("inquiry-due")) ": " (moment(visit, due)) } }
        } } }
        @if more > 0 {
            p { a href="/inquiries" { (visit.words().say("work-more", &[("count", renkei_app::words::number(more))])) } }
        }
    } }
}

fn items(visit: &Visit, waits: &[ItemListed]) -> Markup {
    html! { @if !waits.is_empty() {
        h2 { (visit.say("work-to-post")) " (" (waits.len()) ")" }
        ul.cards { @for one in waits { li.card {
            p { a href={ "/items/" (one.item) } { (one.title) } }
            p.quiet { (visit.say(&format!("item-kind-{}", one.kind))) " · TLP:" (one.tlp.to_uppercase()) }
        } } }
    } }
}

fn onward(visit: &Visit, waits: &[OnwardListed]) -> Markup {
    html! { @if !waits.is_empty() {
        h2 { (visit.say("work-onward")) " (" (waits.len()) ")" }
        ul.cards { @for one in waits { li.card {
            p { a href={ "/items/" (one.item) } { (one.title.as_ref().unwrap_or(&one.item)) } }
            p { (one.seat) " → " (one.target) }
            p.quiet { (one.purpose) }
        } } }
    } }
}

fn offers(visit: &Visit, title: &str, waits: &[OfferListed]) -> Markup {
    html! { @if !waits.is_empty() {
        h2 { (visit.say(title)) " (" (waits.len()) ")" }
        ul.cards { @for one in waits { li.card {
            p { a href={ "/offers/" (one.offer) } { (first_line(&one.needs)) } }
            p { (state(visit, one.state, false)) @if visit.is_house() { " " (one.party) } }
            p.quiet { (visit.say("offer-made")) ": " (moment(visit, &one.made_at)) }
        } } }
    } }
}
