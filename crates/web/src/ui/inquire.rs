//! The drafting desk of inquiries: choose the provider, then its form; mend a draft (S4.5, S4.11).

use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use renkei_app::inquiry::{InquiryRead, InquiryTyped, ItemTyped, ProviderForm};
use renkei_core::class::DataClass;
use renkei_core::id::{InquiryId, PartyId};
use renkei_core::inquiry::Instrument;
use renkei_core::party::Role;
use renkei_core::seat::Duty;
use renkei_core::text::Language;
use serde::Deserialize;

use crate::form::{Path, Query, Sent};
use crate::layout::{Page, page};
use crate::part::{Field, choice, field, nothing, token};
use crate::problem::Problem;
use crate::visit::Visit;

/// The providers that inquiries go to.
const PROVIDERS: [Role; 4] = [Role::Isp, Role::HostingProvider, Role::SiteOperator, Role::FinancialInstitution];

/// Which provider and instrument were chosen.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Chosen {
    recipient: String,
    instrument: String,
}

/// A draft as it was typed: subjects one a line, fields as boxes that were ticked.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    recipient: String,
    instrument: String,
    section: String,
    basis: String,
    case: String,
    purpose: String,
    days: String,
    kind: String,
    subjects: String,
    fields: String,
    from: String,
    until: String,
    zone: String,
    #[serde(rename = "occurred-from")]
    occurred_from: String,
    #[serde(rename = "occurred-until")]
    occurred_until: String,
}

impl Typed {
    /// Every subject with every field that was ticked. A line may begin with another kind and a comma.
    fn inquiry(self) -> Result<InquiryTyped, Problem> {
        let days = match self.days.trim() {
            "" => 0,
            text => text.parse().map_err(|_| Problem::form())?,
        };
        let mut items = Vec::new();
        for line in self.subjects.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let (kind, value) = match line.split_once(',') {
                Some((kind, value)) if renkei_core::inquiry::identifier::Kind::from_word(kind.trim()).is_some() => {
                    (kind.trim(), value.trim())
                }
                _ => (self.kind.as_str(), line),
            };
            for named in self.fields.split_whitespace() {
                items.push(ItemTyped {
                    kind: kind.to_owned(),
                    value: value.to_owned(),
                    field: named.to_owned(),
                    from: self.from.clone(),
                    until: self.until.clone(),
                    zone: String::new(),
                });
            }
        }
        let Self { recipient, instrument, section, basis, case, purpose, zone, occurred_from, occurred_until, .. } =
            self;
        Ok(InquiryTyped {
            recipient,
            instrument,
            section,
            basis,
            case,
            purpose,
            days,
            occurred_from,
            occurred_until,
            zone,
            items,
        })
    }
}

/// The form: first whom and on what, then what.
pub async fn new(visit: Visit, query: Query<Chosen>) -> Result<Response, Problem> {
    if !inquires(&visit) {
        return Err(Problem::missing());
    }
    let Query(Chosen { recipient, instrument }) = query;
    let body = match (recipient.parse::<PartyId>(), Instrument::from_word(&instrument)) {
        (Ok(party), Some(instrument)) => {
            let form = visit.office()?.form_for(&party).await?;
            sheet(&visit, &form, instrument, None)
        }
        _ => whom(&visit).await?,
    };
    Ok(page(&visit, &Page { title: &visit.say("inquiry-new"), here: "/inquiries" }, &body))
}

/// Whether the visitor drafts inquiries for its organisation.
pub fn inquires(visit: &Visit) -> bool {
    visit.has(&[Duty::Drafter]) && visit.seat().is_ok_and(|seat| seat.party_role.is_police())
}

async fn whom(visit: &Visit) -> Result<Markup, Problem> {
    let providers = visit.office()?.parties_of(&PROVIDERS).await?;
    let named: Vec<_> = providers
        .into_iter()
        .map(|party| (party.id.to_string(), format!("{} ({})", party.name.get(visit.language), party.id)))
        .collect();
    let instruments: Vec<_> = [Instrument::Inquiry, Instrument::Preservation, Instrument::Necessity]
        .map(|one| (one.word().to_owned(), visit.say(&format!("inquiry-instrument-{one}"))))
        .into();
    if named.is_empty() {
        return Ok(nothing(visit, "inquiry-no-provider"));
    }
    Ok(html! {
        p { (visit.say("inquiry-how")) }
        form.sheet method="get" action="/inquiries/new" {
            (choice(visit, "recipient", "inquiry-recipient", &named, ""))
            (choice(visit, "instrument", "inquiry-instrument", &instruments, Instrument::Inquiry.word()))
            button type="submit" { (visit.say("inquiry-next")) }
        }
    })
}

/// The sheet of a provider's form; filled with a draft that is mended.
fn sheet(visit: &Visit, form: &ProviderForm, instrument: Instrument, draft: Option<&InquiryRead>) -> Markup {
    let action = draft.map_or("/inquiries".to_owned(), |draft| format!("/inquiries/{}/mend", draft.head.inquiry));
    let of = |pick: fn(&InquiryRead) -> &str| draft.map(pick).unwrap_or_default().to_owned();
    let (section, case, purpose) = (of(|it| &it.section), of(|it| &it.case), of(|it| &it.purpose));
    let basis = draft.map_or_else(|| visit.say(&format!("inquiry-basis-{instrument}")), |draft| draft.basis.clone());
    let days = draft.filter(|draft| draft.days > 0).map(|draft| draft.days.to_string()).unwrap_or_default();
    let first = draft.and_then(|draft| draft.items.first());
    let subjects = draft.map(subjects).unwrap_or_default();
    let window = first.and_then(|item| item.window.as_ref());
    let typed = |local: &str| local.get(..19).map(|text| text.replace(' ', "T")).unwrap_or_default();
    let (from, until) = window.map(|it| (typed(&it.from.local), typed(&it.until.local))).unwrap_or_default();
    let zone = window.map_or(form.zone.as_str(), |it| it.from.zone.as_str());
    let note = match visit.language {
        Language::Ja => &form.note_ja,
        Language::En => &form.note_en,
    };
    html! {
        dl.facts {
            dt { (visit.say("inquiry-recipient")) } dd { (form.party) }
            dt { (visit.say("inquiry-instrument")) } dd { (visit.say(&format!("inquiry-instrument-{instrument}"))) }
            dt { (visit.say("inquiry-form")) } dd {
                @if form.version == 0 { (visit.say("inquiry-form-none")) } @else { (form.version) }
                @if let Some(newer) = form.newer { br; (visit.words().say("form-newer", &[("version", newer.to_string())])) }
            }
        }
        @if !note.is_empty() { p.remark { (note) } }
        form.sheet method="post" action=(action) {
            (token(visit))
            input type="hidden" name="recipient" value=(form.party);
            input type="hidden" name="instrument" value=(instrument.word());
            (field(visit, &Field { name: "section", label: "inquiry-section", value: &section, required: true, hint: "inquiry-section-hint", ..Field::default() }))
            (field(visit, &Field { name: "case", label: "inquiry-case", value: &case, required: true, hint: "inquiry-case-hint", ..Field::default() }))
            (field(visit, &Field { name: "basis", label: "inquiry-basis", value: &basis, required: true, hint: "inquiry-basis-hint", ..Field::default() }))
            (field(visit, &Field { name: "purpose", label: "inquiry-purpose", value: &purpose, kind: "area", ..Field::default() }))
            @if instrument == Instrument::Preservation {
                (field(visit, &Field { name: "days", label: "inquiry-days", kind: "number", value: &days, required: true, hint: "inquiry-days-hint", ..Field::default() }))
            }
            (kinds(visit, form, first.map(|item| item.kind).unwrap_or_default()))
            (field(visit, &Field { name: "subjects", label: "inquiry-subjects", kind: "area", value: &subjects, required: true, hint: "inquiry-subjects-hint", ..Field::default() }))
            (fields(visit, form, instrument, draft))
            fieldset {
                legend { (visit.say("inquiry-window")) }
                p.hint { (visit.say("inquiry-window-hint")) }
                (field(visit, &Field { name: "from", label: "inquiry-from", kind: "datetime-local", value: &from, ..Field::default() }))
                (field(visit, &Field { name: "until", label: "inquiry-until", kind: "datetime-local", value: &until, ..Field::default() }))
                (zones(visit, form, zone))
            }
            details {
                summary { (visit.say("inquiry-occurred")) }
                p.hint { (visit.say("inquiry-occurred-hint")) }
                (field(visit, &Field { name: "occurred-from", label: "inquiry-from", kind: "datetime-local", ..Field::default() }))
                (field(visit, &Field { name: "occurred-until", label: "inquiry-until", kind: "datetime-local", ..Field::default() }))
            }
            button type="submit" { (visit.say("inquiry-keep-draft")) }
        }
    }
}

/// The subjects of a draft, one a line, each once.
fn subjects(draft: &InquiryRead) -> String {
    let first = draft.items.first().map(|item| item.kind);
    let mut lines: Vec<String> = Vec::new();
    for item in &draft.items {
        let line = match Some(item.kind) == first {
            true => item.value.clone(),
            false => format!("{},{}", item.kind, item.value),
        };
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines.join("\n")
}

fn kinds(visit: &Visit, form: &ProviderForm, chosen: &str) -> Markup {
    let kinds: Vec<_> =
        form.kinds.iter().map(|kind| ((*kind).to_owned(), visit.say(&format!("inquiry-kind-{kind}")))).collect();
    choice(visit, "kind", "inquiry-kind", &kinds, chosen)
}

/// The fields that can be asked on this instrument as boxes; the others are named with why they cannot.
fn fields(visit: &Visit, form: &ProviderForm, instrument: Instrument, draft: Option<&InquiryRead>) -> Markup {
    let asked = |class: &str| match instrument {
        Instrument::Inquiry => class == DataClass::Registration.word(),
        Instrument::Necessity => class != DataClass::Registration.word(),
        Instrument::Preservation => class == DataClass::Traffic.word(),
        Instrument::Warrant => false,
    };
    let (open, closed): (Vec<_>, Vec<_>) = form.fields.iter().partition(|field| asked(field.class));
    let ticked = |id: &str| draft.is_some_and(|draft| draft.items.iter().any(|item| item.field == id));
    let name = |ja: &str, en: &str| match visit.language {
        Language::Ja => ja.to_owned(),
        Language::En => en.to_owned(),
    };
    html! {
        fieldset {
            legend { (visit.say("inquiry-fields")) " " span.required { (visit.say("required")) } }
            @if open.is_empty() { p { (visit.say("inquiry-fields-none")) } }
            @for one in &open {
                div.tick {
                    input type="checkbox" id={ "field-" (one.id) } name="fields" value=(one.id) checked[ticked(&one.id)];
                    label for={ "field-" (one.id) } {
                        (name(&one.ja, &one.en))
                        @if one.borderline { " – " (visit.say("inquiry-borderline")) }
                    }
                }
            }
        }
        @if instrument == Instrument::Inquiry && !closed.is_empty() {
            details {
                summary { (visit.say("inquiry-not-askable")) }
                p { (visit.say("inquiry-not-askable-why")) }
                ul { @for one in &closed { li { (name(&one.ja, &one.en)) } } }
            }
        }
    }
}

fn zones(visit: &Visit, form: &ProviderForm, chosen: &str) -> Markup {
    let mut zones = vec![form.zone.clone(), "Asia/Tokyo".to_owned(), "UTC".to_owned()];
    zones.dedup();
    if !zones.iter().any(|zone| zone == chosen) {
        zones.push(chosen.to_owned());
    }
    let mut options: Vec<(String, String)> = Vec::new();
    for zone in zones {
        if !options.iter().any(|(known, _)| *known == zone) {
            options.push((zone.clone(), zone));
        }
    }
    choice(visit, "zone", "inquiry-zone", &options, chosen)
}

/// Writes a draft.
pub async fn draft(visit: Visit, Sent(typed): Sent<Typed>) -> Result<Response, Problem> {
    let made = visit.office()?.draft_inquiry(&typed.inquiry()?, visit.at).await?;
    Ok(Redirect::to(&format!("/inquiries/{}", made.inquiry)).into_response())
}

/// The form with a draft in it.
pub async fn mend_form(visit: Visit, Path(inquiry): Path) -> Result<Response, Problem> {
    let id: InquiryId = inquiry.parse().map_err(|_| Problem::missing())?;
    let read = visit.office()?.read_inquiry(id, visit.at).await?;
    let recipient: PartyId = read.head.recipient.parse().map_err(|_| Problem::missing())?;
    let instrument = Instrument::from_word(read.head.instrument).ok_or_else(Problem::missing)?;
    if !read.can(renkei_core::inquiry::Step::Mend) {
        return Err(Problem::missing());
    }
    let form = visit.office()?.form_for(&recipient).await?;
    let body = sheet(&visit, &form, instrument, Some(&read));
    Ok(page(&visit, &Page { title: &visit.say("inquiry-mend"), here: "/inquiries" }, &body))
}

/// Changes a draft.
pub async fn mend(visit: Visit, Path(inquiry): Path, Sent(typed): Sent<Typed>) -> Result<Response, Problem> {
    let id: InquiryId = inquiry.parse().map_err(|_| Problem::missing())?;
    visit.office()?.mend_inquiry(id, &typed.inquiry()?, visit.at).await?;
    Ok(Redirect::to(&format!("/inquiries/{id}")).into_response())
}
