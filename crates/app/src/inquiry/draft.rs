//! The drafting desk: what was typed becomes a paper; the checks say what would send it back.

use std::collections::BTreeMap;

use renkei_core::class::DataClass;
use renkei_core::id::{InquiryId, PartyId};
use renkei_core::inquiry::check::{self, Draft, Finding};
use renkei_core::inquiry::identifier::Kind;
use renkei_core::inquiry::item::{Item, Window};
use renkei_core::inquiry::paper::{Paper, Salt};
use renkei_core::inquiry::{Instrument, State, Step};
use renkei_core::seat::{Duty, Seat};
use renkei_core::time::Moment;
use renkei_formats::notice::PartyZone;
use renkei_store::inquiry::Inquiry;
use serde::Deserialize;

use super::{FindingShown, InquiryChanged, InquiryError, MOST, ProviderForm, optional, said};
use crate::campaign::fresh;
use crate::office::Office;

/// An inquiry as it was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct InquiryTyped {
    /// The provider.
    pub recipient: String,
    /// `inquiry`, `necessity` or `preservation`.
    pub instrument: String,
    /// The section that asks.
    pub section: String,
    /// The ground in law, as the organisation states it.
    pub basis: String,
    /// The case (件名).
    pub case: String,
    /// What it is for.
    pub purpose: String,
    /// Days that logs are to be preserved.
    pub days: u32,
    /// When the facts of the case happened: from, until. Only the checks ask for it; it leaves with nothing.
    pub occurred_from: String,
    /// See [`InquiryTyped::occurred_from`].
    pub occurred_until: String,
    /// The zone in which times were typed.
    pub zone: String,
    /// What is asked.
    pub items: Vec<ItemTyped>,
}

/// An item as it was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ItemTyped {
    /// What kind of identifier.
    pub kind: String,
    /// The identifier.
    pub value: String,
    /// The field that is asked for.
    pub field: String,
    /// From when; empty: as it stands when it is answered.
    pub from: String,
    /// Until when.
    pub until: String,
    /// The zone, where it is another than the inquiry's.
    pub zone: String,
}

impl Office {
    /// Writes a draft of the acting seat's organisation.
    pub async fn draft_inquiry(&self, typed: &InquiryTyped, at: Moment) -> Result<InquiryChanged, InquiryError> {
        let seat = self.seat(Duty::Drafter).await?;
        let (paper, occurred) = self.paper(typed, &seat, at).await?;
        let id = InquiryId::from_bits(fresh(at));
        let inquiry = blank(id, paper, &seat, occurred, at);
        let permit = self.inquiry_permit(Step::Mend, &seat, &inquiry, at, |question| question).await?;
        self.store.draft_inquiry(permit, id, &inquiry.paper, inquiry.occurred.as_ref()).await?;
        let findings = self.findings(&inquiry, at).await?.into_iter().map(FindingShown::from).collect();
        Ok(InquiryChanged { findings, ..InquiryChanged::new(id, "drafted", "") })
    }

    /// Changes a draft.
    pub async fn mend_inquiry(
        &self,
        id: InquiryId,
        typed: &InquiryTyped,
        at: Moment,
    ) -> Result<InquiryChanged, InquiryError> {
        let (before, seat) = self.inquiry_for(id).await?;
        let (paper, occurred) = self.paper(typed, &seat, at).await?;
        if paper.recipient != before.paper.recipient || paper.instrument != before.paper.instrument {
            return Err(InquiryError::Words("the same provider and instrument as before: draft another one"));
        }
        let (number, salt) = (before.paper.number.clone(), before.paper.salt);
        let changed = Inquiry { paper: Paper { number, salt, ..paper }, occurred, ..before };
        let permit = self.inquiry_permit(Step::Mend, &seat, &changed, at, |question| question).await?;
        self.store.mend_inquiry(permit, id, &changed.paper, changed.occurred.as_ref()).await?;
        let findings = self.findings(&changed, at).await?.into_iter().map(FindingShown::from).collect();
        Ok(InquiryChanged { findings, ..InquiryChanged::new(id, Step::Mend.word(), &changed.paper.number) })
    }

    /// What the checks say of an inquiry as it stands.
    pub(super) async fn findings(&self, inquiry: &Inquiry, at: Moment) -> Result<Vec<Finding>, InquiryError> {
        let form = self.inquiry_form(&inquiry.paper.recipient, Some(inquiry.paper.form)).await?;
        Ok(findings(inquiry, &form, at))
    }

    async fn paper(
        &self,
        typed: &InquiryTyped,
        seat: &Seat,
        _at: Moment,
    ) -> Result<(Paper, Option<Window>), InquiryError> {
        let recipient: PartyId =
            typed.recipient.parse().map_err(|_| InquiryError::Words("a provider of the directory"))?;
        let form = self.form_to_ask_by(&recipient, &seat.party).await?;
        let instrument = Instrument::from_word(&typed.instrument).ok_or(InquiryError::Words("an instrument"))?;
        if typed.items.is_empty() || typed.items.len() > MOST {
            return Err(InquiryError::Items(typed.items.len()));
        }
        let zone = if typed.zone.is_empty() { form.zone.clone() } else { typed.zone.clone() };
        let items = (1u32..).zip(&typed.items).map(|(number, typed)| item(number, typed, &form, &zone));
        let paper = Paper {
            number: String::new(),
            salt: Some(Salt(rand::random())),
            asker: seat.party.clone(),
            section: said(&typed.section, "the section that asks")?,
            officer: seat.id.clone(),
            recipient,
            instrument,
            form: form.version,
            basis: said(&typed.basis, "the ground in law")?,
            case: said(&typed.case, "the case")?,
            purpose: optional(&typed.purpose).ok_or(InquiryError::Words("fewer words"))?,
            days: typed.days,
            items: items.collect::<Result<_, _>>()?,
        };
        Ok((paper, window(&typed.occurred_from, &typed.occurred_until, &zone)?))
    }
}

/// What the checks say of an inquiry.
pub(super) fn findings(inquiry: &Inquiry, form: &ProviderForm, at: Moment) -> Vec<Finding> {
    let paper = &inquiry.paper;
    let zones: BTreeMap<String, PartyZone> = paper
        .items
        .iter()
        .filter_map(|item| item.window.as_ref())
        .chain(&inquiry.occurred)
        .filter_map(|window| Some((window.zone.clone(), window.zone.parse().ok()?)))
        .collect();
    let offset = |zone: &str, at: Moment| zones.get(zone).map(|zone| zone.offset_seconds(at) / 60);
    check::check(&Draft {
        instrument: paper.instrument,
        items: &paper.items,
        now: at,
        occurred: inquiry.occurred.as_ref(),
        form: &form.checked(),
        offset_minutes: &offset,
    })
}

/// An inquiry that is not in the registry yet.
fn blank(id: InquiryId, paper: Paper, seat: &Seat, occurred: Option<Window>, at: Moment) -> Inquiry {
    Inquiry {
        id,
        version: 0,
        paper,
        occurred,
        state: State::Draft,
        signed: 0,
        digest: None,
        drafted_by: seat.id.clone(),
        drafted_at: at,
        sent_at: None,
        due_at: None,
        stopped_at: None,
        ended_at: None,
        filed_at: None,
    }
}

/// What cannot be read as an identifier stays as it was typed: the checks say so, and stop it.
fn item(number: u32, typed: &ItemTyped, form: &ProviderForm, zone: &str) -> Result<Item, InquiryError> {
    let kind = Kind::from_word(&typed.kind).ok_or(InquiryError::Words("a kind of identifier for each item"))?;
    let value = said(&typed.value, "an identifier for each item")?.replace('\n', " ");
    let field = form.field(&typed.field).ok_or_else(|| InquiryError::UnknownField(typed.field.clone()))?;
    let zone = if typed.zone.is_empty() { zone } else { &typed.zone };
    Ok(Item {
        number,
        kind,
        value: kind.normal(&value).unwrap_or(value),
        field: field.id.clone(),
        class: DataClass::from_word(field.class).unwrap_or(DataClass::Content),
        borderline: field.borderline,
        window: window(&typed.from, &typed.until, zone)?,
    })
}

/// A span of time as typed; nothing typed: none.
fn window(from: &str, until: &str, zone: &str) -> Result<Option<Window>, InquiryError> {
    let (from, until) = (from.trim(), until.trim());
    if from.is_empty() && until.is_empty() {
        return Ok(None);
    }
    let rules: PartyZone = zone.parse().map_err(|_| InquiryError::Time(zone.to_owned()))?;
    let read = |text: &str| rules.moment(text).ok_or_else(|| InquiryError::Time(text.to_owned()));
    Ok(Some(Window { from: read(from)?, until: read(until)?, zone: rules.name().to_owned() }))
}
