//! The effect of a campaign, as a report that can be printed.

use axum::response::Response;
use maud::{Markup, PreEscaped, html};
use renkei_app::campaign::effect::{FigureShown, GroupEffect};
use renkei_core::id::CampaignId;

use crate::form::{Path, Query};
use crate::layout::{Page, page};
use crate::part::{count, state};
use crate::problem::Problem;
use crate::turn::{Turned, pages};
use crate::visit::Visit;

/// The report.
pub async fn show(visit: Visit, Path(campaign): Path, Query(turned): Query<Turned>) -> Result<Response, Problem> {
    let id: CampaignId = campaign.parse().map_err(|_| Problem::missing())?;
    let mut effect = visit.office()?.effect(id, visit.at).await?;
    let here = format!("/campaigns/{id}/effect");
    let (parties, further) = turned.cut(std::mem::take(&mut effect.parties), &here, |row| &row.party);
    let chart = effect.chart(visit.words());
    let body = html! {
        dl.figures {
            (group(&visit, "effect-told", &effect.told))
            (group(&visit, "effect-not-told", &effect.not_told))
            @if let Some(lift) = effect.lift_points { div { dt { (visit.say("effect-lift-points")) } dd { (format!("{lift:+.1}")) } } }
        }
        div.chart { (PreEscaped(chart)) }
        h2 { (visit.say("effect-by-party")) }
        div.scroll tabindex="0" role="region" aria-label=(visit.say("effect-by-party")) { table {
            thead { tr {
                th scope="col" { (visit.say("party-id")) }
                th scope="col" { (visit.say("effect-state")) }
                th.n scope="col" { (visit.say("effect-reached")) }
                th.n scope="col" { (visit.say("effect-gone")) }
                th.n scope="col" { (visit.say("effect-still")) }
                th.n scope="col" { (visit.say("effect-unknown")) }
            } }
            tbody { @for party in &parties { tr {
                td { (party.party) }
                td { (state(&visit, party.state, party.overdue)) }
                td.n { (figure(&party.reached)) }
                td.n { (figure(&party.gone)) }
                td.n { (count(party.devices.still_seen)) }
                td.n { (count(party.devices.unknown)) }
            } } }
        } }
        (pages(&visit, turned.is_turned(), &here, further.as_deref()))
        h2 { (visit.say("effect-assumptions")) }
        ul { @for assumption in &effect.assumptions { li { (visit.say(&format!("assumption-{assumption}"))) } } }
        p { a href={ "/campaigns/" (id) } { (visit.say("back-to-campaign")) } }
    };
    Ok(page(&visit, &Page { title: &visit.say("effect-title"), here: "/campaigns" }, &body))
}

fn group(visit: &Visit, title: &str, group: &GroupEffect) -> Markup {
    html! {
        div { dt { (visit.say(title)) } dd { (count(group.devices)) } }
        div { dt { (visit.say(title)) " · " (visit.say("effect-gone")) } dd { (count(group.gone)) } }
        div { dt { (visit.say(title)) " · " (visit.say("effect-still")) } dd { (count(group.still_seen)) } }
    }
}

/// Numerator, denominator and share: a figure never stands alone.
fn figure(figure: &FigureShown) -> Markup {
    html! {
        (count(figure.numerator)) " / " (count(figure.denominator))
        @if let Some(share) = figure.share { " (" (format!("{:.1}", share * 100.0)) " %)" }
    }
}
