//! Mandates: what an approver lets a seat of its organisation share by itself, with one group, under fixed conditions
//! and until a day (S3.2, S4.13).

use std::collections::BTreeSet;

use renkei_core::act::Act;
use renkei_core::id::{ItemId, MandateId, SeatId};
use renkei_core::question::{Approval, Object, ObjectKind, Recipient, Sharing};
use renkei_core::seat::{Duty, Seat};
use renkei_core::share::{Kind, Mandate, Reach, Step, Terms};
use renkei_core::time::Moment;
use renkei_formats::taxii::{Limits, Version, posting};
use renkei_store::DbError;
use renkei_store::item::{Item, NewItem};
use renkei_store::mandate::Given;
use schemars::JsonSchema;
use serde::Serialize;

use super::item::{values_of, words};
use super::{LONGEST_TITLE, ShareError};
use crate::campaign::fresh;
use crate::office::Office;
use crate::words::{Show, Words};

/// The mandates of the acting seat's organisation, newest first.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct MandateList(pub Vec<MandateListed>);

/// A mandate.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MandateListed {
    /// Its id.
    pub mandate: String,
    /// Who shares by it.
    pub seat: String,
    /// With which group.
    pub group: String,
    /// What people call the group; none: the reader is not in it.
    pub group_name: Option<String>,
    /// `clear`, `green`, `amber`, `amber+strict`.
    pub tlp: &'static str,
    /// `clear`, `green`, `amber`, `red`.
    pub pap: &'static str,
    /// Readers are not told whose it is.
    pub unnamed: bool,
    /// Days until an item ends.
    pub days: Option<u32>,
    /// From when.
    pub from: Option<String>,
    /// Until when, not included.
    pub until: Option<String>,
    /// Who approved.
    pub given_by: String,
    /// When.
    pub given_at: String,
    /// Who ended it.
    pub ended_by: Option<String>,
    /// `holds`, `later` (not yet), `over` (its time ended), `ended` (somebody ended it), `lapsed` (who gave it may not
    /// approve any more, or left the group).
    pub state: &'static str,
}

/// What was done with a mandate.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MandateChanged {
    /// Its id.
    pub mandate: String,
    /// `given`, `ended`.
    pub done: &'static str,
}

impl Office {
    /// Lets a seat of the acting approver's organisation share by itself with a group that the approver is in.
    pub async fn give_mandate(&self, to: SeatId, terms: Terms, at: Moment) -> Result<MandateChanged, ShareError> {
        let seat = self.seat(Duty::Approver).await?;
        if self.store.seat(&to).await?.is_none_or(|to| to.party != seat.party) {
            return Err(ShareError::Seat(to));
        }
        if !self.reader(&seat, at).await?.groups.contains(&terms.group) {
            return Err(ShareError::Group(terms.group));
        }
        terms.check(at)?;
        let id = MandateId::from_bits(fresh(at));
        let mandate = Mandate { id, party: seat.party.clone(), seat: to, terms, by: seat.id.clone() };
        let question = self
            .question(Act::PostItem, seat.clone(), at)
            .on(Object::new(ObjectKind::Mandate, id, 0))
            .with_class(Kind::Indicator.class())
            .of_item(Sharing { own: true, tlp: terms.tlp, in_force: false, mandated: false })
            .to(self.sharer(&seat, at).await?)
            .approved(Approval::about_to_be_given(&seat, &mandate.seat));
        self.store.give_mandate(self.ask(question).await?, &mandate).await?;
        Ok(MandateChanged { mandate: id.to_string(), done: "given" })
    }

    /// Ends a mandate of the acting seat's organisation; what was shared by it stays.
    pub async fn end_mandate(&self, id: MandateId, at: Moment) -> Result<MandateChanged, ShareError> {
        let seat = self.seat(Duty::Analyst).await?;
        let given = self.own_mandate(&seat, id).await?;
        let question = self
            .question(Act::KeepItem, seat.clone(), at)
            .on(Object::new(ObjectKind::Mandate, id, given.version))
            .with_class(Kind::Indicator.class())
            .of_item(Sharing { own: true, tlp: given.mandate.terms.tlp, in_force: false, mandated: false })
            .to(self.sharer(&seat, at).await?);
        self.store.end_mandate(self.ask(question).await?, id).await?;
        Ok(MandateChanged { mandate: id.to_string(), done: "ended" })
    }

    /// The mandates of the acting seat's organisation.
    pub async fn mandates(&self, at: Moment) -> Result<MandateList, ShareError> {
        let seat = self.seat(Duty::Analyst).await?;
        let inside = self.reader(&seat, at).await?.groups;
        let groups = self.store.groups().await?;
        let mut list = Vec::new();
        for given in self.store.mandates_of(&seat.party).await? {
            let Given { mandate, given_at, ended, .. } = &given;
            let name = groups
                .iter()
                .find(|group| group.group.id == mandate.terms.group && inside.contains(&mandate.terms.group));
            let state = match ended {
                Some(_) => "ended",
                None if mandate.terms.within.until.is_some_and(|until| until <= at) => "over",
                None if !mandate.terms.within.holds(at) => "later",
                None if self.mandate_approval(&given, at).await?.is_none() => "lapsed",
                None => "holds",
            };
            list.push(MandateListed {
                mandate: mandate.id.to_string(),
                seat: mandate.seat.to_string(),
                group: mandate.terms.group.to_string(),
                group_name: name.map(|group| group.name.clone()),
                tlp: mandate.terms.tlp.word(),
                pap: mandate.terms.pap.word(),
                unnamed: mandate.terms.unnamed,
                days: mandate.terms.days,
                from: mandate.terms.within.from.map(|from| from.to_string()),
                until: mandate.terms.within.until.map(|until| until.to_string()),
                given_by: mandate.by.to_string(),
                given_at: given_at.to_string(),
                ended_by: ended.as_ref().map(|(by, _)| by.to_string()),
                state,
            });
        }
        Ok(MandateList(list))
    }

    async fn own_mandate(&self, seat: &Seat, id: MandateId) -> Result<Given, ShareError> {
        let given = self.store.mandate(id).await?.filter(|given| given.mandate.party == seat.party);
        given.ok_or(ShareError::NoMandate(id))
    }

    /// The mandates by which a seat shares now, first given first, each with the approval that it is.
    pub(crate) async fn mandates_in_force(&self, seat: &Seat, at: Moment) -> Result<Vec<(Given, Approval)>, DbError> {
        let mut list = Vec::new();
        for given in self.store.mandates_for(&seat.id).await? {
            if given.mandate.party == seat.party
                && given.holds(at)
                && let Some(approval) = self.mandate_approval(&given, at).await?
            {
                list.push((given, approval));
            }
        }
        Ok(list)
    }

    /// The approval that a mandate is, while who gave it may approve, is not suspended, and is in the group.
    async fn mandate_approval(&self, given: &Given, at: Moment) -> Result<Option<Approval>, DbError> {
        let Some(by) = self.store.seat(&given.mandate.by).await? else { return Ok(None) };
        let suspended = self.store.account(&by.id).await?.is_some_and(|account| account.suspended_at.is_some());
        let inside = self.reader(&by, at).await?.groups.contains(&given.mandate.terms.group);
        let may = by.can_approve() && by.party == given.mandate.party && !suspended && inside;
        Ok(may.then(|| Approval::about_to_be_given(&by, &given.mandate.seat)))
    }

    /// Shares objects by a mandate, at once.
    pub(crate) async fn share_by_mandate(
        &self,
        seat: &Seat,
        (given, approval): (&Given, Approval),
        (kind, title): (Kind, &str),
        objects: Vec<(String, String)>,
        at: Moment,
    ) -> Result<ItemId, ShareError> {
        let values = values_of(&[], "", &objects)?;
        let id = ItemId::from_bits(fresh(at));
        let title = words(&title.chars().take(LONGEST_TITLE).collect::<String>(), "a title", LONGEST_TITLE)?;
        let conditions = given.mandate.terms.conditions(at);
        let (party, text) = (seat.party.clone(), String::new());
        let new = NewItem { id, party, kind, title, text, conditions, values, objects, replaces: None };
        let question = self
            .question(Act::PostItem, seat.clone(), at)
            .on(Object::new(ObjectKind::Item, id, 0))
            .with_class(kind.class())
            .of_item(Sharing { own: true, tlp: given.mandate.terms.tlp, in_force: false, mandated: true })
            .to(self.sharer(seat, at).await?)
            .approved(approval);
        self.store.post_by_mandate(self.ask(question).await?, &new, given.mandate.id).await?;
        Ok(id)
    }

    /// Takes objects out of an item of the seat's organisation; with the last of them the item is taken back.
    pub(crate) async fn strike_objects(
        &self,
        seat: &Seat,
        item: &Item,
        gone: &BTreeSet<(String, Version)>,
        at: Moment,
    ) -> Result<(), ShareError> {
        let is_gone = |(id, body): &(String, String)| {
            let read = posting::one(body.as_bytes(), &Limits::default());
            read.is_some_and(|object| gone.contains(&(id.clone(), object.version)))
        };
        let (gone, rest): (Vec<_>, Vec<_>) = self.store.item_objects(item.id).await?.into_iter().partition(is_gone);
        let party = self.store.party(&seat.party).await?;
        let question = self.item_question(Act::KeepItem, (seat, party.as_ref()), item, Reach::Own, at);
        let permit = self.ask(question).await?;
        if rest.is_empty() {
            return Ok(self.store.step_item(permit, item.id, Step::Withdraw).await?);
        }
        let bodies = gone.into_iter().map(|(_, body)| body).collect();
        Ok(self.store.strike_objects(permit, item.id, &bodies, &values_of(&[], &item.text, &rest)?).await?)
    }

    /// A seat's organisation as who shares: it stands in the register, with what it signed.
    pub(super) async fn sharer(&self, seat: &Seat, at: Moment) -> Result<Recipient, ShareError> {
        let party = self.store.party(&seat.party).await?;
        let party = party.ok_or_else(|| ShareError::Party(seat.party.to_string()))?;
        Ok(Recipient::of(&party, at, true))
    }
}

impl Show for MandateList {
    fn show(&self, words: &Words) -> String {
        if self.0.is_empty() {
            return words.of("mandates-none");
        }
        self.0.iter().map(|mandate| mandate.show(words)).collect::<Vec<_>>().join("\n")
    }
}

impl Show for MandateListed {
    fn show(&self, words: &Words) -> String {
        let Self { mandate, seat, group, group_name, tlp, pap, until, given_by, state, .. } = self;
        let group = group_name.as_ref().unwrap_or(group);
        let state = words.of(&format!("mandate-state-{state}"));
        let until = until.clone().unwrap_or_default();
        let labels = format!("TLP:{} PAP:{}", tlp.to_uppercase(), pap.to_uppercase());
        format!(
            "{mandate} · {state} · {seat} → {group} · {labels}\n  {}: {until} · {}: {given_by}",
            words.of("mandate-until"),
            words.of("mandate-by")
        )
    }
}

impl Show for MandateChanged {
    fn show(&self, words: &Words) -> String {
        words.say(&format!("mandate-done-{}", self.done), &[("mandate", self.mandate.clone())])
    }
}
