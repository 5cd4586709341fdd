//! Passkeys of one's own seat: the list, making one, naming and removing them.

use axum::Json;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use renkei_app::signin::passkey::{Making, PasskeyShown};
use renkei_core::id::Digest;
use serde::Deserialize;

use crate::asking::{Ask, Kind, asking, site};
use crate::form::Sent;
use crate::part::{Field, field, moment, nothing, opt_moment, token};
use crate::problem::Problem;
use crate::visit::Visit;

/// What is typed before a passkey is made.
#[derive(Debug, Deserialize)]
pub struct Beginning {
    password: String,
}

/// A passkey that was made, as the script fills it in.
#[derive(Debug, Deserialize)]
pub struct Added {
    name: String,
    client: String,
    attestation: String,
}

/// A new name.
#[derive(Debug, Deserialize)]
pub struct Renamed {
    passkey: String,
    name: String,
}

/// Which to remove.
#[derive(Debug, Deserialize)]
pub struct Removed {
    passkey: String,
}

/// The part of the page on one's own seat.
pub fn part(visit: &Visit, passkeys: &[PasskeyShown]) -> Markup {
    let fields = html! {
        (token(visit))
        (field(visit, &Field { name: "name", label: "passkey-name", hint: "passkey-name-hint", required: true, ..Field::default() }))
        (field(visit, &Field { name: "password", label: "sign-in-password", kind: "password", hint: "passkey-password-hint", required: true, autocomplete: "current-password", ..Field::default() }))
    };
    // Without an address there is nothing to bind a passkey to.
    let open = site(visit).is_ok();
    if !open && passkeys.is_empty() {
        return html! {};
    }
    html! {
        h2 id="passkeys" { (visit.say("passkeys")) }
        p { (visit.say("passkeys-how")) }
        @if passkeys.is_empty() { (nothing(visit, "passkeys-none")) } @else { (table(visit, passkeys)) }
        @if open {
            h3 { (visit.say("passkey-add")) }
            (asking(visit, &Ask { kind: Kind::Make, action: "/account/passkeys", button: "passkey-make" }, &fields))
        }
    }
}

fn table(visit: &Visit, passkeys: &[PasskeyShown]) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label=(visit.say("passkeys")) { table {
            thead { tr {
                th scope="col" { (visit.say("passkey-name")) }
                th scope="col" { (visit.say("passkey-kept")) }
                th scope="col" { (visit.say("passkey-made")) }
                th scope="col" { (visit.say("passkey-used")) }
                th scope="col" { (visit.say("passkey-remove")) }
            } }
            tbody { @for passkey in passkeys { tr {
                td {
                    strong { (passkey.name) }
                    details {
                        summary { (visit.say("passkey-rename")) }
                        form method="post" action="/account/passkeys/rename" {
                            (token(visit))
                            input type="hidden" name="passkey" value=(passkey.passkey);
                            input name="name" value=(passkey.name) required maxlength="60" aria-label=(visit.say("passkey-name"));
                            button.plain type="submit" { (visit.say("passkey-rename")) }
                        }
                    }
                }
                td { (visit.say(if passkey.backed_up { "passkey-copied" } else { "passkey-one-device" })) }
                td { (moment(visit, &passkey.made_at)) }
                td { (opt_moment(visit, passkey.used_at.as_ref())) }
                td { form method="post" action="/account/passkeys/remove" {
                    (token(visit))
                    input type="hidden" name="passkey" value=(passkey.passkey);
                    button.plain type="submit" { (visit.say("passkey-remove")) }
                } }
            } } }
        } }
    }
}

/// What the browser is to make, once the password was typed again.
pub async fn begin(visit: Visit, Sent(typed): Sent<Beginning>) -> Result<Json<Making>, Problem> {
    let site = site(&visit)?;
    let visitor = visit.visitor()?;
    let seat = visitor.seat.id.as_str();
    let source = format!("passkey {}", visit.site.source(seat, visit.device.as_deref(), visit.peer));
    Ok(Json(visit.office()?.begin_passkey(visitor, site, &typed.password, &source, visit.at).await?))
}

/// Takes in what was made.
pub async fn add(visit: Visit, Sent(typed): Sent<Added>) -> Result<Response, Problem> {
    let site = site(&visit)?;
    let Added { name, client, attestation } = &typed;
    visit.office()?.add_passkey(visit.visitor()?, site, name, (client, attestation), visit.at).await?;
    Ok(back())
}

/// Calls one something else.
pub async fn rename(visit: Visit, Sent(typed): Sent<Renamed>) -> Result<Response, Problem> {
    let passkey: Digest = typed.passkey.parse().map_err(|_| Problem::form())?;
    visit.office()?.rename_passkey(visit.visitor()?, passkey, &typed.name, visit.at).await?;
    Ok(back())
}

/// Removes one.
pub async fn remove(visit: Visit, Sent(typed): Sent<Removed>) -> Result<Response, Problem> {
    let passkey: Digest = typed.passkey.parse().map_err(|_| Problem::form())?;
    visit.office()?.remove_passkey(visit.visitor()?, passkey, visit.at).await?;
    Ok(back())
}

fn back() -> Response {
    Redirect::to("/account#passkeys").into_response()
}
