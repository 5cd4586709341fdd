//! Campaigns: the list, one campaign with its drafts, approval and giving back.

use axum::Json;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use renkei_app::campaign::approve::Confirmed;
use renkei_app::campaign::show::{CampaignRow, CampaignShown};
use renkei_app::signin::passkey::Asking;
use renkei_app::words::number;
use renkei_core::id::CampaignId;
use renkei_core::seat::Duty;
use renkei_core::text::Language;
use serde::Deserialize;

use crate::asking::{Answer, Ask, Kind, asking, site};
use crate::form::{Nothing, Path, Query, Sent};
use crate::layout::{Page, page};
use crate::part::{Field, count, field, moment, nothing, opt_moment, state, token};
use crate::problem::Problem;
use crate::turn::{Turned, pages};
use crate::visit::Visit;

/// What an approver types.
#[derive(Debug, Deserialize)]
pub struct Approving {
    code: String,
}

/// What an approver says who gives back.
#[derive(Debug, Deserialize)]
pub struct GivingBack {
    remark: String,
}

/// The list.
pub async fn list(visit: Visit, Query(turned): Query<Turned>) -> Result<Response, Problem> {
    let mut campaigns = visit.office()?.campaigns(visit.at).await?.0;
    campaigns.reverse();
    let (campaigns, further) = turned.cut(campaigns, "/campaigns", |row| &row.campaign);
    let body = html! {
        @if visit.has(&[Duty::Drafter]) { p { a.button href="/campaigns/new" { (visit.say("plan-new")) } } }
        @if campaigns.is_empty() { (nothing(&visit, "campaigns-none")) } @else {
            div.scroll tabindex="0" role="region" aria-label=(visit.say("menu-campaigns")) { table {
                thead { tr {
                    th scope="col" { (visit.say("campaign-title")) }
                    th scope="col" { (visit.say("by-family")) }
                    th scope="col" { (visit.say("campaign-made")) }
                    th scope="col" { (visit.say("campaign-requests")) }
                    th.n scope="col" { (visit.say("effect-overdue")) }
                } }
                tbody { @for row in &campaigns { tr {
                    td { a href={ "/campaigns/" (row.campaign) } { (title(&visit, row)) } }
                    td { (row.family) }
                    td { (moment(&visit, &row.made_at)) }
                    td { @for (word, of) in &row.requests { (state(&visit, word, false)) " " (of) " " } }
                    td.n { (count(row.overdue)) }
                } } }
            } }
            (pages(&visit, turned.is_turned(), "/campaigns", further.as_deref()))
        }
    };
    Ok(page(&visit, &Page { title: &visit.say("menu-campaigns"), here: "/campaigns" }, &body))
}

/// One campaign.
pub async fn show(visit: Visit, Path(campaign): Path, Query(turned): Query<Turned>) -> Result<Response, Problem> {
    let id: CampaignId = campaign.parse().map_err(|_| Problem::missing())?;
    let office = visit.office()?;
    let mut shown = office.campaign(id, visit.at).await?;
    let remarks = office.remarks(id).await?;
    let passkeys = !office.passkeys(&visit.seat()?.id).await?.is_empty() && visit.site.settings.address.is_some();
    let drafts = shown.list.iter().filter(|request| request.state == "draft").count();
    let returned = remarks.last().is_some_and(|remark| remark.kind == "returned");
    let title = title(&visit, &shown.head);
    let here = format!("/campaigns/{id}");
    let (list, further) = turned.cut(std::mem::take(&mut shown.list), &here, |row| &row.request);
    shown.list = list;
    let body = html! {
        dl.facts {
            dt { (visit.say("by-family")) } dd { (shown.head.family) }
            dt { (visit.say("campaign-made")) } dd { (moment(&visit, &shown.head.made_at)) }
            dt { (visit.say("campaign-requests")) }
            dd { @for (word, of) in &shown.head.requests { (state(&visit, word, false)) " " (of) " " } }
        }
        @if let Some(day) = &shown.delete_on { p { (visit.words().say("credentials-delete-on", &[("day", day.clone())])) } }
        @if !shown.arrangements.is_empty() {
            h2 { (visit.say("arrangements")) }
            dl.facts { @for (name, text) in &shown.arrangements {
                dt { (visit.say(&format!("plan-{name}"))) } dd { (text) }
            } }
        }
        @if visit.has(&[Duty::Drafter, Duty::Analyst, Duty::Approver, Duty::Auditor]) {
            p { a.button.second href={ "/campaigns/" (id) "/effect" } { (visit.say("effect-title")) } }
        }
        @for remark in &remarks {
            div.card {
                p { strong { (visit.say(&format!("remark-{}", remark.kind))) } " " (remark.seat) " " (moment(&visit, &remark.at)) }
                p { (remark.text) }
            }
        }
        (table(&visit, &shown))
        (pages(&visit, turned.is_turned(), &here, further.as_deref()))
        @if drafts > 0 && visit.has(&[Duty::Approver, Duty::Deputy]) { (approval(&visit, id, drafts, passkeys)) }
        @if drafts > 0 && returned && visit.has(&[Duty::Drafter]) {
            p { a.button href={ "/campaigns/" (id) "/mend" } { (visit.say("mend-title")) } }
        }
    };
    Ok(page(&visit, &Page { title: &title, here: "/campaigns" }, &body))
}

fn table(visit: &Visit, shown: &CampaignShown) -> Markup {
    html! {
        h2 { (visit.say("menu-requests")) }
        div.scroll tabindex="0" role="region" aria-label=(visit.say("menu-requests")) { table {
            thead { tr {
                th scope="col" { (visit.say("party-id")) }
                th scope="col" { (visit.say("plan-measure")) }
                th scope="col" { (visit.say("effect-state")) }
                th.n scope="col" { (visit.say("plan-devices")) }
                th.n scope="col" { (visit.say("plan-lines")) }
                th.n scope="col" { (visit.say("plan-left")) }
                th scope="col" { (visit.say("event-sent")) }
                th scope="col" { (visit.say("request-due")) }
            } }
            tbody { @for request in &shown.list { tr {
                td { a href={ "/requests/" (request.request) } { (request.party) } }
                td { (visit.say(request.measure)) }
                td { (state(visit, request.state, request.overdue)) }
                td.n { (count(request.devices)) }
                td.n { (count(request.lines)) }
                td.n { (count(request.not_actionable.values().sum())) }
                td { (opt_moment(visit, request.sent_at.as_ref())) }
                td { (request.due_at.clone().unwrap_or_else(|| visit.say("none"))) }
            } } }
        } }
    }
}

fn approval(visit: &Visit, id: CampaignId, drafts: usize, passkeys: bool) -> Markup {
    let action = format!("/campaigns/{id}/approve/passkey");
    let ask = Ask { kind: Kind::Use, action: &action, button: "approve-by-passkey" };
    let by_code = html! {
        form.sheet method="post" action={ "/campaigns/" (id) "/approve" } {
            (token(visit))
            (field(visit, &Field { name: "code", label: "sign-in-code", hint: "approve-code-hint", required: true, autocomplete: "one-time-code", ..Field::default() }))
            button type="submit" { (visit.say("approve-and-send")) }
        }
    };
    html! {
        h2 { (visit.say("approve-title")) }
        p { (visit.words().say("approve-what", &[("count", number(drafts as u64))])) }
        @if passkeys {
            p { (visit.say("approve-passkey-how")) }
            (asking(visit, &ask, &token(visit)))
            details { summary { (visit.say("approve-by-code")) } (by_code) }
        } @else {
            (by_code)
        }
        details {
            summary { (visit.say("return-title")) }
            form.sheet method="post" action={ "/campaigns/" (id) "/return" } {
                (token(visit))
                (field(visit, &Field { name: "remark", label: "return-remark", kind: "area", hint: "return-hint", required: true, ..Field::default() }))
                button.danger type="submit" { (visit.say("return-title")) }
            }
        }
    }
}

/// Approves the drafts with a fresh code, and lets the sending seat send them.
pub async fn approve(visit: Visit, Path(campaign): Path, Sent(typed): Sent<Approving>) -> Result<Response, Problem> {
    let id: CampaignId = campaign.parse().map_err(|_| Problem::missing())?;
    let seat = visit.seat()?;
    let source = format!("approve {}", visit.site.source(seat.id.as_str(), visit.device.as_deref(), visit.peer));
    let office = visit.office()?;
    office.confirm(&seat.id, &typed.code, &source, visit.at).await?;
    office.approve(id, Confirmed::TimeCode, visit.at).await?;
    // The machine's seat sends what is approved; the gate asks for that approval again.
    office.seated(None).send(Some(id), visit.at).await?;
    Ok(Redirect::to(&format!("/campaigns/{id}")).into_response())
}

/// What a passkey is asked to sign: the digest of what is approved.
pub async fn begin_approval(
    visit: Visit,
    Path(campaign): Path,
    Sent(_): Sent<Nothing>,
) -> Result<Json<Asking>, Problem> {
    let id: CampaignId = campaign.parse().map_err(|_| Problem::missing())?;
    Ok(Json(visit.office()?.begin_approval(id, visit.visitor()?, site(&visit)?, visit.at).await?))
}

/// Approves the drafts by a passkey over their very bytes, and lets the sending seat send them.
pub async fn approve_by_passkey(
    visit: Visit,
    Path(campaign): Path,
    Sent(answer): Sent<Answer>,
) -> Result<Response, Problem> {
    let id: CampaignId = campaign.parse().map_err(|_| Problem::missing())?;
    let visitor = visit.visitor()?;
    let seat = visitor.seat.id.as_str();
    let source = format!("approve {}", visit.site.source(seat, visit.device.as_deref(), visit.peer));
    let office = visit.office()?;
    office.approve_by_passkey(id, visitor, site(&visit)?, (&answer.answered(), &source), visit.at).await?;
    office.seated(None).send(Some(id), visit.at).await?;
    Ok(Redirect::to(&format!("/campaigns/{id}")).into_response())
}

/// Gives the drafts back.
pub async fn give_back(visit: Visit, Path(campaign): Path, Sent(typed): Sent<GivingBack>) -> Result<Response, Problem> {
    let id: CampaignId = campaign.parse().map_err(|_| Problem::missing())?;
    if typed.remark.trim().is_empty() {
        return Err(Problem::form());
    }
    visit.office()?.return_drafts(id, typed.remark.trim(), visit.at).await?;
    Ok(Redirect::to(&format!("/campaigns/{id}")).into_response())
}

fn title(visit: &Visit, row: &CampaignRow) -> String {
    match visit.language {
        Language::En if !row.title_en.is_empty() => row.title_en.clone(),
        Language::En | Language::Ja => row.title_ja.clone(),
    }
}
