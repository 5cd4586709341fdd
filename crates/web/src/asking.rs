//! Forms that ask a passkey: the script fills in what the authenticator said, then sends them as any form.

use maud::{Markup, html};
use renkei_app::signin::passkey::Answered;
use renkei_core::passkey::RelyingParty;
use serde::Deserialize;

use crate::problem::Problem;
use crate::visit::Visit;

/// What the script fills in when a passkey was used.
#[derive(Debug, Deserialize)]
pub struct Answer {
    credential: String,
    authenticator: String,
    client: String,
    signature: String,
    #[serde(default)]
    user: String,
}

impl Answer {
    /// As the use cases take it.
    pub fn answered(&self) -> Answered<'_> {
        Answered {
            credential: &self.credential,
            authenticator_data: &self.authenticator,
            client_data: &self.client,
            signature: &self.signature,
            user: &self.user,
        }
    }
}

/// Whether a passkey is made or used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `navigator.credentials.create`
    Make,
    /// `navigator.credentials.get`
    Use,
}

/// A form that asks a passkey.
#[derive(Debug)]
pub struct Ask<'a> {
    /// Whether it is made or used.
    pub kind: Kind,
    /// Where the form goes; what to ask comes from `begin` below it.
    pub action: &'a str,
    /// The key of its button's words.
    pub button: &'a str,
}

/// The site's address for passkeys; without one there are none.
pub fn site(visit: &Visit) -> Result<&RelyingParty, Problem> {
    visit.site.settings.address.as_ref().ok_or_else(Problem::missing)
}

/// The form, with fields of its own, and what to do where it cannot work. Nothing where the office has no
/// address for passkeys.
pub fn asking(visit: &Visit, ask: &Ask<'_>, fields: &Markup) -> Markup {
    let Ok(site) = site(visit) else { return html! {} };
    let (kind, filled): (_, &[&str]) = match ask.kind {
        Kind::Make => ("make", &["client", "attestation"]),
        Kind::Use => ("use", &["credential", "authenticator", "client", "signature", "user"]),
    };
    html! {
        div data-passkey-at=(site.origin()) {
            p.quiet data-otherwise="" { (visit.words().say("passkey-otherwise", &[("address", site.origin().to_owned())])) }
            form.sheet method="post" action=(ask.action) data-passkey=(kind) data-begin={ (ask.action) "/begin" } hidden {
                (fields)
                @for name in filled { input type="hidden" name=(name); }
                div.error role="alert" hidden
                    data-failed=(visit.say("passkey-failed"))
                    data-ended=(visit.say("passkey-ended"))
                    data-known=(visit.say("passkey-known")) {}
                button type="submit" { (visit.say(ask.button)) }
            }
        }
        script src="/passkey.js" defer {}
    }
}
