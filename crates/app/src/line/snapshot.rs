//! Objects as the engine asks for them, and as they stand after a message.

use std::collections::BTreeMap;

use renkei_core::id::{Digest, InquiryId, PartyId};
use renkei_core::time::Moment;
use renkei_formats::hi1::engine::{self, Known, Register, State};
use renkei_formats::hi1::tree::{Object, Value};
use renkei_formats::hi1::word::{RequestType, Word as _};
use renkei_formats::hi1::{Action, Endpoint, Kind, ObjectId, TransactionId, Verb, json};
use renkei_store::line::{LineObject, Objects};

use crate::inquiry::wire;

/// What the registry knew at one moment of the objects that a message names.
pub(super) struct Snapshot {
    objects: BTreeMap<ObjectId, LineObject>,
    /// The digest of the same transaction, if it was carried out.
    pub carried_out: Option<Digest>,
}

impl Snapshot {
    /// Of objects.
    pub fn of(objects: Vec<LineObject>, carried_out: Option<Digest>) -> Self {
        let objects = objects.into_iter().filter_map(|object| Some((object.id.parse().ok()?, object))).collect();
        Self { objects, carried_out }
    }

    /// How often an object was changed; 0: there is none.
    pub fn generation(&self, id: ObjectId) -> u64 {
        self.objects.get(&id).map_or(0, |object| object.generation)
    }

    /// The body of an object, while it is kept.
    pub fn body(&self, id: ObjectId) -> Option<Object> {
        self.objects.get(&id).and_then(body)
    }

    /// What changes if these actions are carried out.
    pub fn after(
        &self,
        actions: &[Action<'_>],
        (inquiry, owner, addressee): (InquiryId, &PartyId, &PartyId),
        at: Moment,
    ) -> Objects {
        let mut objects = Objects::default();
        for action in actions {
            let (Some(object), Some(kind), Some(id)) = (action.object(), action.kind(), action.object_id()) else {
                continue;
            };
            match action.verb {
                Verb::Create | Verb::Deliver => {
                    // Files and dossiers are kept where they belong, once.
                    let is_kept = !matches!(kind, Kind::Document | Kind::Delivery);
                    let body = engine::born(object, &wire::end(owner), at);
                    objects.made.push(LineObject {
                        id: id.to_string(),
                        inquiry,
                        kind: kind.type_name(),
                        owner: owner.clone(),
                        addressee: addressee.clone(),
                        generation: 0,
                        state: word(State::Open).to_owned(),
                        class: class(object).map(|class| class.word().to_owned()),
                        changed_at: at,
                        body: is_kept.then(|| json::write(&body)),
                    });
                }
                Verb::Update => {
                    let Some(known) = self.objects.get(&id) else { continue };
                    let new = body(known).map(|kept| engine::updated(&kept, object, at));
                    objects.changed.push(LineObject {
                        generation: known.generation + 1,
                        state: word(state_of(kind, object)).to_owned(),
                        changed_at: at,
                        body: new.map(|object| json::write(&object)),
                        ..known.clone()
                    });
                }
                _ => {}
            }
        }
        objects
    }
}

impl Register for Snapshot {
    fn known(&self, id: ObjectId) -> Option<Known> {
        let object = self.objects.get(&id)?;
        Some(Known {
            kind: Kind::from_type_name(&object.kind)?,
            generation: object.generation,
            owner: wire::end(&object.owner),
            addressee: wire::end(&object.addressee),
            state: [State::Open, State::Done, State::Expired, State::Refused]
                .into_iter()
                .find(|state| word(*state) == object.state)?,
            class: object.class.as_deref().and_then(RequestType::from_word),
        })
    }

    fn carried_out(&self, _: &Endpoint, _: TransactionId) -> Option<Digest> {
        self.carried_out
    }
}

/// The body of an object, while it is kept.
pub(super) fn body(object: &LineObject) -> Option<Object> {
    json::read(object.body.as_deref()?).ok()
}

const fn word(state: State) -> &'static str {
    match state {
        State::Open => "open",
        State::Done => "done",
        State::Expired => "expired",
        State::Refused => "refused",
    }
}

fn class(object: &Object) -> Option<RequestType> {
    let value = object.at(&["task:RequestDetails", "task:Type", "common:Value"])?;
    value.as_text().and_then(RequestType::from_word)
}

/// Where an object stands after an update, as far as it says so.
fn state_of(kind: Kind, update: &Object) -> State {
    let said = |member: &str| update.at(&[member, "common:Value"]).and_then(Value::as_text);
    let Some((status, desired)) = kind.statuses() else { return State::Open };
    match said(status).or_else(|| said(desired)) {
        Some("Rejected" | "Cancelled" | "Invalid" | "Error") => State::Refused,
        Some("Expired") => State::Expired,
        Some("Disclosed" | "DisclosureNotAvailable" | "PreservationNotAvailable") => State::Done,
        _ => State::Open,
    }
}
