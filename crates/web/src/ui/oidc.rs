//! Signing in through an organisation's own identity provider, and linking one's seat with it.

use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::SameSite;
use maud::{Markup, html};
use renkei_app::signin::oidc::{Came, CameBack, IdentityShown};
use renkei_core::id::{Digest, PartyId};
use serde::Deserialize;

use super::door::{Back, cookie, signed_in};
use crate::asking::site;
use crate::form::{Path, Query, Sent};
use crate::layout::{Page, page};
use crate::part::{Field, field, moment, opt_moment, token, words};
use crate::problem::Problem;
use crate::visit::Visit;

/// The cookie by which the browser that was sent is known when it comes back.
const STATE: &str = "renkei-oidc";
/// Where providers send browsers back to.
const HERE: &str = "/sign-in/oidc";

/// What a browser brings back.
#[derive(Debug, Deserialize)]
pub struct Brought {
    state: String,
    code: Option<String>,
    error: Option<String>,
}

/// The password, typed again.
#[derive(Debug, Deserialize)]
pub struct Link {
    password: String,
}

/// Which link to take away.
#[derive(Debug, Deserialize)]
pub struct Unlink {
    identity: String,
}

fn redirect(visit: &Visit) -> Result<String, Problem> {
    Ok(format!("{}{HERE}", site(visit)?.origin()))
}

/// The providers a stranger may choose among.
pub async fn choices(visit: &Visit, back: &str) -> Result<Markup, Problem> {
    let providers = visit.site.office.providers().await?;
    if providers.is_empty() || site(visit).is_err() {
        return Ok(html! {});
    }
    let query = |party: &PartyId| {
        let query = serde_urlencoded::to_string([("back", back)]).unwrap_or_default();
        format!("{HERE}/{party}?{query}")
    };
    Ok(html! {
        h2 { (visit.say("provider")) }
        ul { @for (party, name) in &providers {
            li { a href=(query(party)) { (visit.words().say("provider-of", &[("party", words(visit, name))])) } }
        } }
    })
}

/// Sends a stranger to the provider of a party.
pub async fn begin(
    visit: Visit,
    jar: CookieJar,
    Path(party): Path,
    Query(back): Query<Back>,
) -> Result<Response, Problem> {
    let party: PartyId = party.parse().map_err(|_| Problem::missing())?;
    let sent = visit.site.office.begin_provider(&party, &redirect(&visit)?, back.path(), visit.at).await?;
    let state = cookie(&visit, STATE, sent.state, SameSite::Lax);
    Ok((jar.add(state), Redirect::to(&sent.url)).into_response())
}

/// Takes in who comes back from a provider.
pub async fn come_back(visit: Visit, jar: CookieJar, Query(brought): Query<Brought>) -> Result<Response, Problem> {
    let Brought { state, code, error } = &brought;
    let kept = jar.get(STATE).map(|cookie| cookie.value().to_owned());
    let came = CameBack { state, kept: kept.as_deref(), code: code.as_deref(), error: error.as_deref() };
    let office = &visit.site.office;
    match office.come_back(came, visit.visitor.as_ref(), &redirect(&visit)?, &visit.agent, visit.at).await? {
        Came::In(signed, back) => Ok(signed_in(&visit, jar, signed, &Back::to(back))),
        Came::Linked => Ok(Redirect::to("/account#identities").into_response()),
    }
}

/// The part of the page on one's own seat; nothing where the party has no provider.
pub async fn part(visit: &Visit, linked: &[IdentityShown]) -> Result<Markup, Problem> {
    let providers = visit.site.office.providers().await?;
    let seat = visit.seat()?;
    let own = providers.iter().any(|(party, _)| *party == seat.party);
    if !own && linked.is_empty() {
        return Ok(html! {});
    }
    Ok(html! {
        h2 id="identities" { (visit.say("provider")) }
        p { (visit.say("provider-how")) }
        @if !linked.is_empty() { (table(visit, linked)) }
        @if own && linked.is_empty() && site(visit).is_ok() {
            form.sheet method="post" action="/account/oidc" {
                (token(visit))
                (field(visit, &Field { name: "password", label: "sign-in-password", kind: "password", hint: "provider-password-hint", required: true, autocomplete: "current-password", ..Field::default() }))
                button type="submit" { (visit.say("provider-link")) }
            }
        }
    })
}

fn table(visit: &Visit, linked: &[IdentityShown]) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label=(visit.say("provider")) { table {
            thead { tr {
                th scope="col" { (visit.say("provider-issuer")) }
                th scope="col" { (visit.say("provider-linked")) }
                th scope="col" { (visit.say("passkey-used")) }
                th scope="col" { (visit.say("provider-unlink")) }
            } }
            tbody { @for identity in linked { tr {
                td { (identity.issuer) }
                td { (moment(visit, &identity.made_at)) }
                td { (opt_moment(visit, identity.used_at.as_ref())) }
                td { form method="post" action="/account/oidc/remove" {
                    (token(visit))
                    input type="hidden" name="identity" value=(identity.identity);
                    button.plain type="submit" { (visit.say("provider-unlink")) }
                } }
            } } }
        } }
    }
}

/// Begins to link one's seat, once the password was typed again. A form of this site leads to no other
/// (the policy of its pages says so), so that the way to the provider is a link on the answer.
pub async fn link(visit: Visit, jar: CookieJar, Sent(typed): Sent<Link>) -> Result<Response, Problem> {
    let visitor = visit.visitor()?;
    let source = format!("oidc {}", visit.site.source(visitor.seat.id.as_str(), visit.device.as_deref(), visit.peer));
    let office = visit.office()?;
    let sent = office.begin_link(visitor, &redirect(&visit)?, (&typed.password, &source), visit.at).await?;
    let state = cookie(&visit, STATE, sent.state, SameSite::Lax);
    let body = html! {
        p { (visit.say("provider-go-how")) }
        p { a.button href=(sent.url) { (visit.say("provider-go")) } }
    };
    let shown = page(&visit, &Page { title: &visit.say("provider-link"), here: "/account" }, &body);
    Ok((jar.add(state), shown).into_response())
}

/// Takes a link away.
pub async fn unlink(visit: Visit, Sent(typed): Sent<Unlink>) -> Result<Response, Problem> {
    let identity: Digest = typed.identity.parse().map_err(|_| Problem::form())?;
    visit.office()?.unlink(visit.visitor()?, identity, visit.at).await?;
    Ok(Redirect::to("/account#identities").into_response())
}
