//! One's own seat: what it may do, where it is signed in.

use axum::response::{IntoResponse, Redirect, Response};
use maud::html;
use renkei_core::id::Digest;
use serde::Deserialize;

use crate::form::Sent;
use crate::layout::{Page, page};
use crate::part::{moment, token};
use crate::problem::Problem;
use crate::visit::Visit;

/// Which session to end.
#[derive(Debug, Deserialize)]
pub struct EndSession {
    session: String,
}

/// The page.
pub async fn show(visit: Visit) -> Result<Response, Problem> {
    let visitor = visit.visitor()?;
    let seat = &visitor.seat;
    let sessions = visit.site.office.sessions(&seat.id).await?;
    let passkeys = visit.site.office.passkeys(&seat.id).await?;
    let identities = super::oidc::part(&visit, &visit.site.office.identities(&seat.id).await?).await?;
    let body = html! {
        dl.facts {
            dt { (visit.say("seat-name")) } dd { code { (seat.id) } " " (seat.title.get(visit.language)) }
            dt { (visit.say("party-id")) } dd { (seat.party) }
            dt { (visit.say("seat-duties")) }
            dd { (seat.duties.iter().map(|duty| visit.say(&format!("duty-{}", duty.word()))).collect::<Vec<_>>().join("・")) }
        }
        (super::passkeys::part(&visit, &passkeys))
        (identities)
        h2 { (visit.say("sessions")) }
        div.scroll tabindex="0" role="region" aria-label=(visit.say("sessions")) { table {
            thead { tr {
                th scope="col" { (visit.say("session-device")) }
                th scope="col" { (visit.say("session-since")) }
                th scope="col" { (visit.say("session-seen")) }
                th scope="col" { (visit.say("session-way")) }
                th scope="col" { (visit.say("session-end")) }
            } }
            tbody { @for session in &sessions { tr {
                td { (session.device) @if session.hash == visitor.mark { " " span class="state good" { (visit.say("session-this")) } } }
                td { (moment(&visit, &session.made_at.to_string())) }
                td { (moment(&visit, &session.seen_at.to_string())) }
                td { (visit.say(&format!("way-{}", session.way.replace('+', "-")))) }
                td { form method="post" action="/account/sessions" {
                    (token(&visit))
                    input type="hidden" name="session" value=(session.hash);
                    button.plain type="submit" { (visit.say("session-end")) }
                } }
            } } }
        } }
    };
    Ok(page(&visit, &Page { title: &visit.say("account"), here: "/account" }, &body))
}

/// Ends a session of one's own.
pub async fn end_session(visit: Visit, Sent(typed): Sent<EndSession>) -> Result<Response, Problem> {
    let mark: Digest = typed.session.parse().map_err(|_| Problem::form())?;
    visit.site.office.end_session(&visit.seat()?.id, mark).await?;
    Ok(Redirect::to("/account").into_response())
}
