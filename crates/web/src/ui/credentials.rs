//! Batches of stolen credentials: how far each operator is. No value is shown; the office has none (S2.15).

use axum::response::Response;
use maud::html;

use crate::layout::{Page, page};
use crate::part::{count, nothing, words};
use crate::problem::Problem;
use crate::visit::Visit;

/// The page.
pub async fn list(visit: Visit) -> Result<Response, Problem> {
    let batches = visit.office()?.credential_batches(visit.at).await.map_err(Problem::failed)?.0;
    let title = visit.say("menu-credentials");
    let body = html! {
        p { (visit.say("credentials-about")) }
        @if batches.is_empty() { (nothing(&visit, "credentials-none")) } @else {
            div.scroll tabindex="0" role="region" aria-label=(title) { table {
                thead { tr {
                    th scope="col" { (visit.say("campaign-title")) }
                    th.n scope="col" { (visit.say("credentials-records")) }
                    th.n scope="col" { (visit.say("credentials-sealed")) }
                    th.n scope="col" { (visit.say("credentials-operators")) }
                    th.n scope="col" { (visit.say("credentials-receipts")) }
                    th.n scope="col" { (visit.say("credentials-reset")) }
                    th scope="col" { (visit.say("credentials-day")) }
                } }
                tbody { @for batch in &batches { tr {
                    td {
                        a href={ "/campaigns/" (batch.campaign) } { (words(&visit, &batch.title)) }
                        @if batch.rest { br; span.quiet { (visit.say("credentials-rest")) } }
                    }
                    td.n { (count(batch.records)) }
                    td.n { (count(batch.sealed)) }
                    td.n { (count(batch.operators)) }
                    td.n { (count(batch.receipts)) }
                    td.n { (count(batch.reset)) }
                    td {
                        (batch.delete_on.clone().unwrap_or_else(|| visit.say("none")))
                        @if batch.files == 0 { br; span.quiet { (visit.say("credentials-gone")) } }
                        @else if batch.overdue { br; strong { (visit.say("effect-overdue")) } }
                    }
                } } }
            } }
        }
    };
    Ok(page(&visit, &Page { title: &title, here: "/credentials" }, &body))
}
