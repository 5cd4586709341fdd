//! What is added to a collection and deleted from it: by a mandate, which is the approval of an approver in advance.
//!
//! Each body becomes one item of the adding seat's organisation, under the conditions of the mandate. An object that the
//! collection shows already is not shared a second time.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use renkei_core::id::ItemId;
use renkei_core::question::Approval;
use renkei_core::seat::Seat;
use renkei_core::share::{Kind, Terms};
use renkei_core::time::Moment;
use renkei_formats::stix::Object;
use renkei_formats::taxii::answer;
use renkei_formats::taxii::posting::{self, Item as Added};
use renkei_formats::taxii::{Answer, CollectionName, Filter, Outcome, Place, Posting, Refusal, Status, Version};
use renkei_formats::tree::write_object;
use renkei_store::item::Item;
use renkei_store::mandate::Given;
use uuid::Uuid;

use super::shelf::{Kept, Standing};
use super::{Hub, TaxiiError};
use crate::office::{AskError, Office};
use crate::share::{DEFINITION, ShareError, stricter};

/// Characters of a title that an object's name gives.
const TITLE: usize = 120;

impl Office {
    /// Adds what a body holds to a collection.
    pub(super) async fn hub_add(
        &self,
        hub: &Hub,
        (seat, writes): (&Seat, bool),
        name: &CollectionName,
        body: impl Future<Output = Result<Vec<u8>, Refusal>>,
        at: Moment,
    ) -> Result<Answer, TaxiiError> {
        let (known, seq) = self.hub_known(hub, (seat, writes), name, at).await?;
        known.rights.may_add()?;
        let (given, approval) = known.mandate.ok_or(Refusal::Forbidden)?;
        let posting = posting::read(&body.await?, hub.door.limits())?;
        let slot = self.hub_kept(hub, known.group.group.id, seq).await?;
        let party = self.hub_party(hub, &seat.party).await?;
        // Found at once: what rules visibility stays on this thread.
        let there: Vec<Option<Outcome>> = {
            let kept = slot.read();
            let rulings = RefCell::default();
            let allowed = |found: &(Standing, &Arc<Item>)| {
                // Who may not read is told of its own organisation's objects alone.
                (known.rights.read || found.0.own) && self.hub_allows(&rulings, (seat, party.as_deref()), found, at)
            };
            posting.items.iter().map(|object| shown(&kept, object, seat, at, &allowed)).collect()
        };
        let mut outcomes = self.hub_judged(&given.mandate.terms, seat, &posting).await?;
        for (place, (object, there)) in posting.items.iter().zip(there).enumerate() {
            let (earlier, rest) = outcomes.split_at_mut(place);
            if let Some(outcome) = there.or_else(|| among(&posting.items, earlier, object))
                && let Some(judged) = rest.first_mut()
            {
                *judged = outcome;
            }
        }
        self.hub_share(seat, (&given, approval), &posting, &mut outcomes, at).await?;
        let status = Status::of(Uuid::new_v4(), at, &posting, &outcomes);
        let answer = answer::accepted(&status);
        let text = String::from_utf8_lossy(&answer.body);
        self.store.keep_addition(&status.id.to_string(), &seat.id, at, &text).await?;
        Ok(answer)
    }

    /// Shares those objects of a posting that are to be added; if that fails for what they are, the client is told so.
    pub(super) async fn hub_share(
        &self,
        seat: &Seat,
        (given, approval): (&Given, Approval),
        posting: &Posting,
        outcomes: &mut [Outcome],
        at: Moment,
    ) -> Result<(), TaxiiError> {
        let added: Vec<&Added> =
            posting.items.iter().zip(&*outcomes).filter(|(_, it)| **it == Outcome::Added).map(|(it, _)| it).collect();
        if added.is_empty() {
            return Ok(());
        }
        let objects = added.iter().map(|it| (it.id.as_str().to_owned(), write_object(&it.object))).collect();
        let about = (kind(&added), title(&added));
        let failure = match self.share_by_mandate(seat, (given, approval), (about.0, &about.1), objects, at).await {
            Ok(_) => return Ok(()),
            Err(ShareError::Ask(AskError::Refused(_))) => Outcome::Forbidden,
            Err(ShareError::TooMany { .. } | ShareError::Words { .. }) => Outcome::NotTaken,
            Err(ShareError::Ask(error)) => return Err(error.into()),
            Err(ShareError::Db(error)) => return Err(error.into()),
            Err(ShareError::Write(error)) => return Err(error.into()),
            Err(_) => Outcome::Failed,
        };
        outcomes.iter_mut().filter(|it| **it == Outcome::Added).for_each(|it| *it = failure);
        Ok(())
    }

    /// Which objects of a posting may be added under the terms of a mandate.
    pub(super) async fn hub_judged(
        &self,
        terms: &Terms,
        seat: &Seat,
        posting: &Posting,
    ) -> Result<Vec<Outcome>, TaxiiError> {
        let ids: Vec<&str> = posting.items.iter().map(|object| object.id.as_str()).collect();
        let anothers: BTreeSet<String> = self.anothers(&ids, seat).await?.into_iter().map(|(id, _)| id).collect();
        let definitions: Vec<Object<'_>> = posting
            .items
            .iter()
            .filter(|object| &*object.kind == DEFINITION)
            .map(|object| Object::of(&object.object))
            .collect();
        let judged = |object: &Added| match Object::of(&object.object) {
            seen if terms.unnamed && seen.created_by().is_some() => Outcome::NamesItself,
            seen if stricter(seen, &definitions, (terms.tlp, terms.pap)).is_some() => Outcome::TooStrict,
            _ if anothers.contains(object.id.as_str()) => Outcome::Anothers,
            _ => Outcome::Added,
        };
        Ok(posting.items.iter().map(judged).collect())
    }

    /// What became of an addition of the seat.
    pub(super) async fn hub_status(&self, seat: &Seat, id: &str) -> Result<Answer, TaxiiError> {
        let body = self.store.addition(id, &seat.id).await?.ok_or(Refusal::NotFound)?;
        Ok(answer::kept_status(body))
    }

    /// Deletes versions of an object that the seat's organisation added by a mandate, and nobody else holds.
    pub(super) async fn hub_delete(
        &self,
        hub: &Hub,
        (seat, writes): (&Seat, bool),
        name: &CollectionName,
        filter: &Filter,
        at: Moment,
    ) -> Result<Answer, TaxiiError> {
        let (known, seq) = self.hub_known(hub, (seat, writes), name, at).await?;
        known.rights.may_delete()?;
        let slot = self.hub_kept(hub, known.group.group.id, seq).await?;
        let party = self.hub_party(hub, &seat.party).await?;
        let gone = {
            let kept = slot.read();
            let rulings = RefCell::default();
            let allowed =
                |found: &(Standing, &Arc<Item>)| self.hub_allows(&rulings, (seat, party.as_deref()), found, at);
            let visible = |place: Place| kept.in_force(place, seat, at).any(|found| allowed(&found));
            let places = kept.shelf.named(filter, visible);
            if places.is_empty() {
                return Err(Refusal::NotFound.into());
            }
            struck(&kept, &places, seat, at, &allowed)?
        };
        for (id, objects) in gone {
            let Some(item) = self.store.item(id).await? else { continue };
            match self.strike_objects(seat, &item, &objects, at).await {
                Ok(()) => {}
                Err(ShareError::Ask(error)) => return Err(error.into()),
                Err(ShareError::Db(error)) => return Err(error.into()),
                Err(ShareError::Write(error)) => return Err(error.into()),
                Err(_) => return Err(Refusal::Failed.into()),
            }
        }
        Ok(answer::deleted())
    }
}

/// Objects to be taken out of items, by id and version.
type Struck = BTreeMap<ItemId, BTreeSet<(String, Version)>>;

/// What is to be taken out of which items; refused where another organisation holds it too, or an approver let it out.
/// What others hold unseen by the client is not told of.
fn struck(
    kept: &Kept,
    places: &[Place],
    seat: &Seat,
    at: Moment,
    allowed: &impl Fn(&(Standing, &Arc<Item>)) -> bool,
) -> Result<Struck, Refusal> {
    let mut gone = Struck::new();
    for place in places {
        let Some(entry) = kept.shelf.entry(*place) else { continue };
        for (standing, item) in kept.in_force(*place, seat, at).filter(allowed) {
            if !standing.own || item.mandate.is_none() {
                return Err(Refusal::Forbidden);
            }
            gone.entry(item.id).or_default().insert((entry.id.to_string(), entry.version.clone()));
        }
    }
    Ok(gone)
}

/// What there is already under the id and version of an object, as far as the client may know of it.
fn shown(
    kept: &Kept,
    object: &Added,
    seat: &Seat,
    at: Moment,
    allowed: &impl Fn(&(Standing, &Arc<Item>)) -> bool,
) -> Option<Outcome> {
    let (place, is_same) = kept.shelf.find(&object.entry(at))?;
    let is_shown = kept.in_force(place, seat, at).any(|found| allowed(&found));
    is_shown.then_some(if is_same { Outcome::Same } else { Outcome::Other })
}

/// The same for what stands earlier in the same body and is to be added.
fn among(earlier: &[Added], outcomes: &[Outcome], object: &Added) -> Option<Outcome> {
    let key = |it: &Added| (it.id.clone(), it.version.clone(), it.spec);
    let mut added = earlier.iter().zip(outcomes).filter(|(_, outcome)| **outcome == Outcome::Added);
    let (twin, _) = added.find(|(it, _)| key(it) == key(object))?;
    Some(if twin.object == object.object { Outcome::Same } else { Outcome::Other })
}

/// What an item of these objects is about.
fn kind(objects: &[&Added]) -> Kind {
    let all = |kinds: &[&str]| objects.iter().all(|object| kinds.contains(&&*object.kind));
    match () {
        () if all(&["sighting", "observed-data"]) => Kind::Sighting,
        () if all(&["vulnerability"]) => Kind::Vulnerability,
        () if all(&["threat-actor", "intrusion-set"]) => Kind::Actor,
        () if objects.iter().any(|object| &*object.kind == "report") => Kind::Report,
        () => Kind::Indicator,
    }
}

/// The first name among the objects, and how many there are besides.
fn title(objects: &[&Added]) -> String {
    let name = objects.iter().find_map(|object| object.object.text("name").filter(|name| !name.trim().is_empty()));
    let first = objects.first().map(|object| object.id.as_str()).unwrap_or_default();
    let name: String = name.unwrap_or(first).chars().take(TITLE).collect();
    match objects.len() {
        0 | 1 => name,
        count => format!("{name} (+{})", count - 1),
    }
}
