//! Observations: counted by day, family, party …; no row is shown here.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use renkei_app::Filter;
use renkei_app::observations::export::{FileFormat, MOST};
use renkei_app::observations::question;
use renkei_app::observations::{Counts, GROUPS};
use serde::Deserialize;

use super::questions;
use crate::form::Query;
use crate::layout::{Page, page};
use crate::part::{Field, choice, count, field, nothing};
use crate::problem::Problem;
use crate::visit::Visit;

/// What is asked.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    by: String,
    family: String,
    party: String,
    prefix: String,
    port: String,
    from: String,
    until: String,
}

impl Asked {
    /// The filter; a field that cannot be read is a problem of the form.
    pub fn filter(&self) -> Result<Filter, Problem> {
        // What is grouped by is no part of it, and an unknown word there means the day.
        let narrowed = self.filled().filter(|(field, _)| *field != "by");
        let narrowed = narrowed.map(|(field, typed)| (field.to_owned(), typed.to_owned())).collect();
        Ok(question::filter(&narrowed)?)
    }

    /// The same question, without what is grouped by, as a query.
    fn query(&self) -> String {
        let filled: Vec<_> = self.filled().filter(|(field, _)| *field != "by").collect();
        serde_urlencoded::to_string(filled).unwrap_or_default()
    }

    /// The fields that are filled.
    pub(super) fn filled(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let Self { by, family, party, prefix, port, from, until } = self;
        let fields = [
            ("by", by),
            ("family", family),
            ("party", party),
            ("prefix", prefix),
            ("port", port),
            ("from", from),
            ("until", until),
        ];
        fields.into_iter().map(|(field, typed)| (field, typed.trim())).filter(|(_, typed)| !typed.is_empty())
    }

    /// What is grouped by: a known word, or the day.
    pub fn by(&self) -> String {
        let known = GROUPS.iter().any(|(word, _)| *word == self.by);
        if known { self.by.clone() } else { "day".to_owned() }
    }
}

/// Which file.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Form {
    format: String,
}

/// The observations that match as a file; the view is in the ledger.
pub async fn file(visit: Visit, Query(asked): Query<Asked>, Query(form): Query<Form>) -> Result<Response, Problem> {
    let format = FileFormat::from_word(&form.format).ok_or_else(Problem::form)?;
    let taken = visit.office()?.take_along(&asked.filter()?, format, visit.at).await?;
    let name = format!("attachment; filename=\"observations.{}\"", format.suffix());
    let headers = [
        (header::CONTENT_TYPE.as_str(), format.media_type().to_owned()),
        (header::CONTENT_DISPOSITION.as_str(), name),
        ("x-renkei-rows", taken.rows.to_string()),
        ("x-renkei-left-out", taken.red.to_string()),
    ];
    Ok((headers, taken.bytes).into_response())
}

/// The page.
pub async fn show(visit: Visit, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let by = asked.by();
    let counts = visit.office()?.count(&asked.filter()?, std::slice::from_ref(&by), visit.at).await?;
    let kept = visit.office()?.questions(visit.at).await?.0;
    let groups: Vec<_> =
        GROUPS.iter().map(|(word, _)| ((*word).to_owned(), visit.say(&format!("by-{word}")))).collect();
    let one = |name, label, value: &str| field(&visit, &Field { name, label, value, ..Field::default() });
    let date =
        |name, label, value: &str| field(&visit, &Field { name, label, value, kind: "date", ..Field::default() });
    let body = html! {
        (questions::links(&visit, &kept))
        form method="get" action="/observations" {
            div.row {
                (choice(&visit, "by", "group-by", &groups, &by))
                (one("family", "by-family", &asked.family))
                (one("party", "by-party", &asked.party))
                (one("prefix", "prefix", &asked.prefix))
                (one("port", "by-port", &asked.port))
                (date("from", "plan-from", &asked.from))
                (date("until", "plan-until", &asked.until))
            }
            button.second type="submit" { (visit.say("narrow")) }
        }
        @if counts.rows.is_empty() { (nothing(&visit, "observations-empty")) } @else {
            p {
                @for format in [FileFormat::Csv, FileFormat::Parquet] {
                    a.button.second href={ "/observations/file?format=" (format.suffix()) "&" (asked.query()) } { (visit.say(&format!("take-{}", format.suffix()))) } " "
                }
                span.quiet { (visit.words().say("take-noted", &[("most", renkei_app::words::number(MOST))])) }
            }
            @if by == "day" { (histogram(&visit, &counts)) }
            (table(&visit, &counts, &by))
        }
        (questions::forms(&visit, &asked, &kept))
    };
    Ok(page(&visit, &Page { title: &visit.say("menu-observations"), here: "/observations" }, &body))
}

fn table(visit: &Visit, counts: &Counts, by: &str) -> Markup {
    let (lines, devices) = counts.rows.iter().fold((0, 0), |sum, row| (sum.0 + row.lines, sum.1 + row.devices));
    html! {
        div.scroll tabindex="0" role="region" aria-label=(visit.say("menu-observations")) { table {
            thead { tr {
                th scope="col" { (visit.say(&format!("by-{by}"))) }
                th.n scope="col" { (visit.say("plan-lines")) }
                th.n scope="col" { (visit.say("plan-devices")) }
            } }
            tbody { @for row in &counts.rows { tr {
                td { @for cell in &row.key { (cell.clone().unwrap_or_else(|| visit.say("none"))) } }
                td.n { (count(row.lines)) }
                td.n { (count(row.devices)) }
            } } }
            tfoot { tr {
                td { (visit.say("total")) }
                td.n { (count(lines)) }
                td.n { @if counts.rows.len() == 1 { (count(devices)) } @else { (visit.say("none")) } }
            } }
        } }
    }
}

/// Lines by day as bars; the table below says the same.
fn histogram(visit: &Visit, counts: &Counts) -> Markup {
    let most = counts.rows.iter().map(|row| row.lines).max().unwrap_or(1).max(1);
    // A day alone is a bar, not a wall.
    let wide = (720.0 / counts.rows.len().max(1) as f64).min(36.0);
    html! {
        div.chart {
            svg viewBox="0 0 720 160" role="img" aria-label=(visit.say("histogram")) {
                @for (at, row) in counts.rows.iter().enumerate() {
                    @let high = 150.0 * row.lines as f64 / most as f64;
                    rect x=(format!("{:.1}", at as f64 * wide)) y=(format!("{:.1}", 155.0 - high)) width=(format!("{:.1}", (wide - 1.0).max(0.5))) height=(format!("{high:.1}")) fill="#00118f" {
                        title { @for cell in &row.key { (cell.clone().unwrap_or_default()) } ": " (row.lines) }
                    }
                }
                line x1="0" y1="155.5" x2="720" y2="155.5" stroke="#595959" {}
            }
        }
    }
}
