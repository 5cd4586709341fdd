//! Figures of an organisation's inquiries, from the ledger (S4.8, S4.30).

use axum::response::Response;
use maud::{Markup, html};
use renkei_app::inquiry::{FiguresRow, LEAST};
use renkei_core::time::Day;
use serde::Deserialize;

use crate::form::Query;
use crate::layout::{Page, page};
use crate::part::{Field, field, nothing};
use crate::problem::Problem;
use crate::visit::Visit;

/// The span of days, and how few inquiries are too few to show.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    from: String,
    until: String,
    least: Option<u64>,
}

impl Asked {
    /// The days; what is left empty is open.
    pub fn days(&self) -> Result<(Option<Day>, Option<Day>), Problem> {
        let day = |text: &str| match text {
            "" => Ok(None),
            text => renkei_app::parse_day(text).map(Some).ok_or_else(Problem::query),
        };
        Ok((day(&self.from)?, day(&self.until)?))
    }

    /// How few are too few.
    pub fn least(&self) -> u64 {
        self.least.unwrap_or(LEAST)
    }
}

/// The page.
pub async fn show(visit: Visit, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let figures = visit.office()?.inquiry_figures(asked.days()?, asked.least(), visit.at).await?;
    let body = html! {
        p { (visit.say("figures-what")) }
        p.quiet { (visit.say("figures-desk-what")) }
        form.sheet method="get" action="/inquiries/figures" {
            (field(&visit, &Field { name: "from", label: "inquiry-from", kind: "date", value: &asked.from, ..Field::default() }))
            (field(&visit, &Field { name: "until", label: "inquiry-until", kind: "date", value: &asked.until, ..Field::default() }))
            button type="submit" { (visit.say("figures-title")) }
        }
        @if figures.asked.is_empty() && figures.received.is_empty() && figures.suppressed == 0 { (nothing(&visit, "figures-none")) }
        (table(&visit, "inquiries-asked", &figures.asked))
        (table(&visit, "inquiries-received", &figures.received))
        @if figures.suppressed > 0 {
            p.remark { (visit.words().say("figures-suppressed", &[("count", figures.suppressed.to_string()), ("least", figures.least.to_string())])) }
        }
    };
    Ok(page(&visit, &Page { title: &visit.say("figures-title"), here: "/inquiries" }, &body))
}

fn table(visit: &Visit, title: &str, rows: &[FiguresRow]) -> Markup {
    let hours = |hours: Option<f64>| hours.map_or_else(|| visit.say("none"), |hours| format!("{hours:.1}"));
    html! { @if !rows.is_empty() {
        h2 { (visit.say(title)) }
        div.scroll tabindex="0" role="region" aria-label=(visit.say(title)) { table {
            thead { tr {
                th scope="col" { (visit.say("inquiry-with")) }
                th scope="col" { (visit.say("inquiry-instrument")) }
                @for key in ["figures-sent", "figures-items", "inquiry-state-answered", "figures-open", "inquiry-state-sent-back",
                             "inquiry-state-withdrawn", "inquiry-outcome-disclosed", "inquiry-outcome-no-data",
                             "inquiry-outcome-refused", "figures-median", "figures-p90", "figures-desk", "figures-printed",
                             "figures-postage"] {
                    th.n scope="col" { (visit.say(key)) }
                }
            } }
            tbody { @for row in rows { tr {
                td { (row.with) }
                td { (visit.say(&format!("inquiry-instrument-{}", row.instrument))) }
                td.n { (row.sent) } td.n { (row.items) } td.n { (row.answered) } td.n { (row.open) }
                td.n { (row.sent_back) } td.n { (row.withdrawn) } td.n { (row.disclosed) } td.n { (row.no_data) }
                td.n {
                    (row.refused.values().sum::<u64>())
                    @for (ground, count) in &row.refused { div.quiet { (visit.say(&format!("inquiry-ground-{ground}"))) " " (count) } }
                }
                td.n { (hours(row.median_hours)) } td.n { (hours(row.p90_hours)) }
                td.n { (renkei_app::words::number(row.desk_minutes)) } td.n { (row.printed) }
                td.n { (row.postage_saved_yen.map_or_else(|| visit.say("none"), renkei_app::words::number)) }
            } } }
        } }
    } }
}
