//! Importing parties: what would change is shown first, and only what was shown is imported.

use axum::response::Response;
use maud::{Markup, html};
use renkei_app::party::compare::{Compared, PartyChange};
use renkei_core::id::Digest;
use serde::Deserialize;

use super::door::error;
use crate::form::Sent;
use crate::layout::{Page, page};
use crate::part::{count, token};
use crate::problem::Problem;
use crate::visit::Visit;

/// A party file as it was typed or pasted.
#[derive(Debug, Default, Deserialize)]
pub struct Typed {
    text: String,
    /// SHA-256 of the text whose changes were shown.
    #[serde(default)]
    compared: String,
    /// `compare` or `import`.
    #[serde(default)]
    act: String,
}

/// The page.
pub async fn show(visit: Visit) -> Result<Response, Problem> {
    Ok(form(&visit, &Typed::default(), &html! {}))
}

/// Shows what would change, or imports what was shown.
pub async fn send(visit: Visit, Sent(mut typed): Sent<Typed>) -> Result<Response, Problem> {
    let office = visit.office()?;
    let digest = Digest::of(typed.text.as_bytes()).to_string();
    if typed.act == "import" && typed.compared == digest {
        let done = office.import_party_text(&typed.text, visit.at).await?;
        let values = [("added", done.added), ("changed", done.changed), ("unchanged", done.unchanged)];
        let values = values.map(|(name, value)| (name, renkei_app::words::number(value)));
        let said = html! { p.notice role="status" { (visit.words().say("party-imported", &values)) } };
        return Ok(form(&visit, &Typed::default(), &said));
    }
    let said = match office.compare_parties(&typed.text, visit.at).await {
        Ok(compared) => {
            typed.compared = digest;
            changes(&visit, &compared)
        }
        Err(wrong) => {
            typed.compared.clear();
            error(&visit, &Problem::from(wrong))
        }
    };
    Ok(form(&visit, &typed, &said))
}

fn form(visit: &Visit, typed: &Typed, said: &Markup) -> Response {
    let body = html! {
        p { (visit.say("import-about")) }
        (said)
        form.sheet method="post" action="/parties/import" {
            (token(visit))
            input type="hidden" name="compared" value=(typed.compared);
            div.field {
                label for="field-text" { (visit.say("import-text")) }
                textarea id="field-text" name="text" rows="16" required spellcheck="false" { (typed.text) }
            }
            div.row {
                button.second type="submit" name="act" value="compare" { (visit.say("import-compare")) }
                @if !typed.compared.is_empty() {
                    button type="submit" name="act" value="import" { (visit.say("import-apply")) }
                }
            }
        }
    };
    page(visit, &Page { title: &visit.say("import-title"), here: "/parties" }, &body)
}

fn changes(visit: &Visit, compared: &Compared) -> Markup {
    let Compared { added, changed, unchanged, parties } = compared;
    let values = [("added", *added), ("changed", *changed), ("unchanged", *unchanged)];
    let values = values.map(|(name, value)| (name, renkei_app::words::number(value)));
    html! {
        p.notice role="status" { (visit.words().say("party-compared", &values)) }
        @for PartyChange { party, added, differences } in parties {
            h2 { code { (party) } " " (visit.say(if *added { "import-added" } else { "import-changed" })) " (" (count(differences.len() as u64)) ")" }
            div.scroll tabindex="0" role="region" aria-label=(party) { table {
                thead { tr {
                    th scope="col" { (visit.say("import-field")) }
                    th scope="col" { (visit.say("import-before")) }
                    th scope="col" { (visit.say("import-after")) }
                } }
                tbody { @for difference in differences { tr {
                    td { (visit.say(&format!("field-{}", difference.field))) }
                    td { @if let Some(value) = &difference.before { del { (value) } } }
                    td { @if let Some(value) = &difference.after { ins { (value) } } }
                } } }
            } }
        }
    }
}
