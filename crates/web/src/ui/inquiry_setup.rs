//! What an organisation sets for its inquiries: the stages of its approval, and a provider's form (S4.5, S4.13).

use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use renkei_app::inquiry::{ProviderForm, StageTyped};
use renkei_core::seat::Duty;
use renkei_core::text::Language;
use serde::Deserialize;

use crate::form::Sent;
use crate::layout::{Page, page};
use crate::part::{Field, field, nothing, token};
use crate::problem::Problem;
use crate::visit::Visit;

/// Stages as they are typed: one a line, Japanese name, English name and seat with commas between.
#[derive(Debug, Deserialize)]
pub struct Stages {
    stages: String,
}

/// Which version of whose form is agreed to.
#[derive(Debug, Deserialize)]
pub struct Agreeing {
    party: String,
    version: u64,
}

/// A form as it is typed.
#[derive(Debug, Deserialize)]
pub struct Written {
    form: String,
}

/// Both, as they stand.
pub async fn show(visit: Visit) -> Result<Response, Problem> {
    let office = visit.office()?;
    let stages = office.approval_stages().await?.0;
    let form = office.form_for(&visit.seat()?.party).await?;
    let lines: Vec<String> = stages.iter().map(|stage| format!("{}, {}, {}", stage.ja, stage.en, stage.seat)).collect();
    let police = visit.seat()?.party_role.is_police();
    let forms = if police { office.forms_to_agree().await? } else { Vec::new() };
    let sets = visit.has(&[Duty::Keeper, Duty::Administrator]);
    let body = html! {
        @if police {
            h2 { (visit.say("inquiry-stages")) }
            p { (visit.say("stages-what")) }
            @if lines.is_empty() { (nothing(&visit, "stages-none")) } @else {
                ol { @for stage in &stages {
                    li { (match visit.language { Language::Ja => &stage.ja, Language::En => &stage.en }) " " span.quiet { (stage.seat) } }
                } }
            }
            @if sets {
                form.sheet method="post" action="/inquiries/setup/stages" {
                    (token(&visit))
                    (field(&visit, &Field { name: "stages", label: "inquiry-stages", kind: "area", value: &lines.join("\n"), hint: "stages-hint", ..Field::default() }))
                    button type="submit" { (visit.say("stages-set")) }
                }
            }
            (to_agree(&visit, &forms, sets))
        } @else {
            h2 { (visit.say("inquiry-form")) }
            p { (visit.say("form-what")) }
            dl.facts {
                dt { (visit.say("form-version")) }
                dd { @if form.version == 0 { (visit.say("inquiry-form-none")) } @else { (form.version) } }
                dt { (visit.say("inquiry-fields")) }
                dd { ul { @for one in &form.fields { li {
                    (match visit.language { Language::Ja => &one.ja, Language::En => &one.en }) " "
                    span.quiet { (visit.site.office.rule_word("class", one.class).get(visit.language)) }
                    @if one.borderline { " – " (visit.say("inquiry-borderline")) }
                } } } }
                dt { (visit.say("inquiry-kind")) }
                dd { (form.kinds.iter().map(|kind| visit.say(&format!("inquiry-kind-{kind}"))).collect::<Vec<_>>().join(", ")) }
                dt { (visit.say("inquiry-zone")) } dd { (form.zone) }
                @if form.is_signed { dt { (visit.say("form-signed")) } dd { (visit.say("yes")) } }
                dt { (visit.say("form-agreed")) }
                dd { @if form.agreed.is_empty() { (visit.say("form-agreed-nobody")) } @else { (form.agreed.join(", ")) } }
            }
            @if sets {
                form.sheet method="post" action="/inquiries/setup/form" {
                    (token(&visit))
                    (field(&visit, &Field { name: "form", label: "form-text", kind: "area", hint: "form-hint", ..Field::default() }))
                    button type="submit" { (visit.say("form-set")) }
                }
            }
        }
    };
    Ok(page(&visit, &Page { title: &visit.say("inquiry-setup"), here: "/inquiries" }, &body))
}

/// The forms of providers, each with whether the visitor's organisation agreed to its newest version.
fn to_agree(visit: &Visit, forms: &[(ProviderForm, bool)], sets: bool) -> Markup {
    html! {
        h2 { (visit.say("forms-title")) }
        p { (visit.say("forms-what")) }
        @if forms.is_empty() { (nothing(visit, "forms-none")) }
        @if !forms.is_empty() { ul.cards { @for (form, agreed) in forms { li.card {
            p { (form.party) " · " (visit.say("form-version")) " " (form.version) }
            p { (form.fields.iter().map(|field| match visit.language { Language::Ja => &*field.ja, Language::En => &*field.en }).collect::<Vec<_>>().join(" · ")) }
            @if form.is_signed { p.quiet { (visit.say("form-signed")) } }
            @if *agreed { p { span.state { (visit.say("form-agreed-ours")) } } }
            @if !agreed && sets {
                form method="post" action="/inquiries/setup/agree" {
                    (token(visit))
                    input type="hidden" name="party" value=(form.party);
                    input type="hidden" name="version" value=(form.version);
                    p { button type="submit" { (visit.say("form-agree")) } }
                }
            }
        } } } }
    }
}

/// Agrees to a version of a provider's form, for the visitor's organisation.
pub async fn agree(visit: Visit, Sent(typed): Sent<Agreeing>) -> Result<Response, Problem> {
    let party = typed.party.parse().map_err(|_| Problem::missing())?;
    visit.office()?.agree_to_form(&party, typed.version, visit.at).await?;
    Ok(Redirect::to("/inquiries/setup").into_response())
}

/// Sets the stages.
pub async fn stages(visit: Visit, Sent(typed): Sent<Stages>) -> Result<Response, Problem> {
    let lines = typed.stages.lines().map(str::trim).filter(|line| !line.is_empty());
    let stages = lines.map(|line| {
        let mut parts = line.split([',', '、']).map(|part| part.trim().to_owned());
        let mut next = || parts.next().unwrap_or_default();
        StageTyped { ja: next(), en: next(), seat: next() }
    });
    visit.office()?.set_approval_stages(&stages.collect::<Vec<_>>(), visit.at).await?;
    Ok(Redirect::to("/inquiries/setup").into_response())
}

/// Sets the form.
pub async fn form(visit: Visit, Sent(typed): Sent<Written>) -> Result<Response, Problem> {
    visit.office()?.set_inquiry_form(&typed.form, visit.at).await?;
    Ok(Redirect::to("/inquiries/setup").into_response())
}
