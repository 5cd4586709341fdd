//! The TAXII 2.1 door: each topic group is a collection, in which its people find what was posted into it (S4.1, S4.2).
//!
//! Collections are kept in memory and followed by the ledger's sequence: what was posted or taken back since is read, and
//! nothing else. What of a collection a seat may see is asked of the gate for each request. A collection may be read only:
//! what is shared is decided by an approver (S4.13, G7), which no envelope can be.

mod made;
mod shelf;

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use renkei_core::act::Act;
use renkei_core::id::{Digest, GroupId, ItemId};
use renkei_core::seat::{Duty, Seat};
use renkei_core::share::Reach;
use renkei_core::time::Moment;
use renkei_formats::taxii::answer::{self, Collection, Discovery, Root};
use renkei_formats::taxii::{Asked, CollectionName, Door, Limits, Page, Place, Refusal, Rights, RootUrl, Search};
use renkei_store::group::Group;
use renkei_store::item::Item;
use renkei_store::{DbError, WriteError};
use tokio::sync::Mutex;
use uuid::Uuid;

use crate::office::{AskError, Office};
use shelf::{Kept, Standing};

pub use renkei_formats::taxii::{Answer, Request};

/// The path under which all of it is answered.
pub const PATH: &str = "/taxii2/";
/// The one API root.
const ROOT: &str = "/taxii2/hub/";
/// How a client that nobody knows is asked who it is (RFC 7617): name of the seat, token as password.
const CHALLENGE: &str = "Basic realm=\"renkei\", charset=\"UTF-8\"";

/// Why nothing is answered.
#[derive(Debug, thiserror::Error)]
pub enum TaxiiError {
    /// The standard's refusal, which has its answer.
    #[error("{0}")]
    Refused(#[from] Refusal),
    /// The gate.
    #[error("{0}")]
    Ask(#[from] AskError),
    /// The registry.
    #[error("{0}")]
    Db(#[from] DbError),
    /// The registry.
    #[error("{0}")]
    Write(#[from] WriteError),
}

impl TaxiiError {
    /// What the client is told; `None`: the fault is here, and more than that is not its business.
    pub fn answer(&self) -> Option<Answer> {
        match self {
            Self::Refused(refusal) => Some(refusal.answer()),
            Self::Ask(AskError::Refused(_) | AskError::NoSeat(_) | AskError::UnknownSeat(_)) => {
                Some(Refusal::NotFound.answer())
            }
            Self::Ask(AskError::Db(_)) | Self::Db(_) | Self::Write(_) => None,
        }
    }
}

/// Collections that are kept between requests. One a process.
#[derive(Debug)]
pub struct Hub {
    door: Door,
    root: Option<RootUrl>,
    known: Mutex<Known>,
}

/// What is known of the registry, up to a place in its ledger.
#[derive(Debug, Default)]
struct Known {
    seq: Option<u64>,
    groups: Arc<[Group]>,
    /// Each under a lock of its own, so that nobody waits for a collection that others read.
    kept: HashMap<GroupId, Arc<Mutex<Arc<Kept>>>>,
}

impl Default for Hub {
    fn default() -> Self {
        let root: Option<RootUrl> = ROOT.parse().ok();
        Self { door: Door::new(root.clone(), Limits::default()), root, known: Mutex::default() }
    }
}

/// The answer to a client that nobody knows.
pub fn unknown_client() -> Answer {
    Refusal::Unauthenticated { challenge: CHALLENGE }.answer()
}

/// The answer where the fault is here.
pub fn failed() -> Answer {
    Refusal::Failed.answer()
}

/// The answer to a client that asks too often.
pub fn too_many(seconds: u32) -> Answer {
    Refusal::TooMany { retry_after: seconds }.answer()
}

impl Office {
    /// Answers a request of the acting seat.
    pub async fn taxii(&self, hub: &Hub, request: &Request<'_>, at: Moment) -> Result<Answer, TaxiiError> {
        let asked = hub.door.ask(request)?;
        let seat = self.seat(Duty::Analyst).await?;
        match asked {
            Asked::Discovery => Ok(answer::discovery(&Discovery {
                title: self.settings.name.en.clone(),
                description: None,
                contact: None,
                roots: hub.root.iter().cloned().collect(),
                default: hub.root.clone(),
            })),
            Asked::Root { .. } => {
                let root = Root { title: self.settings.name.en.clone(), description: None };
                Ok(answer::root(&root, hub.door.limits()))
            }
            // Nothing can be added, so that nothing of an addition is known.
            Asked::Status { .. } => Err(Refusal::NotFound.into()),
            Asked::Collections { .. } => {
                let groups = self.hub_groups(hub).await?;
                let inside: Vec<_> = groups.iter().filter(|group| group.group.holds(&seat.id, at)).map(about).collect();
                Ok(answer::collections(&inside))
            }
            Asked::Collection { collection, .. } => {
                Ok(answer::collection(&about(&self.hub_group(hub, &seat, &collection, at).await?)))
            }
            Asked::Manifest { collection, search, .. } => {
                self.hub_page(hub, &seat, &collection, &search, false, at, answer::manifest).await
            }
            Asked::Objects { collection, search, .. } => {
                self.hub_page(hub, &seat, &collection, &search, false, at, answer::envelope).await
            }
            Asked::Object { collection, search, .. } => {
                self.hub_page(hub, &seat, &collection, &search, true, at, answer::envelope).await
            }
            Asked::Versions { collection, search, .. } => {
                self.hub_page(hub, &seat, &collection, &search, true, at, answer::versions).await
            }
            Asked::Add { collection, .. } | Asked::Delete { collection, .. } => {
                self.hub_group(hub, &seat, &collection, at).await?;
                Err(Refusal::Forbidden.into())
            }
        }
    }

    /// A page of a collection. What the seat takes with it is kept for the originators.
    async fn hub_page(
        &self,
        hub: &Hub,
        seat: &Seat,
        name: &CollectionName,
        search: &Search,
        must_be_there: bool,
        at: Moment,
        write: impl Fn(&Page<'_>) -> Answer,
    ) -> Result<Answer, TaxiiError> {
        let group = self.hub_group(hub, seat, name, at).await?;
        let kept = self.hub_kept(hub, group.group.id).await?;
        let party = self.store.party(&seat.party).await?;
        let who = (seat, party.as_ref());
        // Written at once: what rules visibility stays on this thread.
        let (answer, taken) = {
            // Items that stand alike to the reader are ruled alike: the gate is asked some twenty times at most.
            let rulings: RefCell<BTreeMap<Standing, bool>> = RefCell::default();
            let allowed = |(standing, item): &(Standing, &Item)| {
                *rulings.borrow_mut().entry(*standing).or_insert_with(|| {
                    let reach = if standing.own { Reach::Own } else { Reach::Group };
                    let act = if standing.own { Act::KeepItem } else { Act::ReadItem };
                    self.gate.rule(&self.item_question(act, who, item, reach, at)).is_allowed()
                })
            };
            let visible = |place: Place| kept.in_force(place, seat, at).any(|found| allowed(&found));
            if must_be_there && !kept.shelf.holds(&search.filter, visible) {
                return Err(Refusal::NotFound.into());
            }
            let page = kept.shelf.page(search, visible);
            let held = page.places.iter().flat_map(|place| kept.in_force(*place, seat, at));
            let others = held.filter(|found| !found.0.own && allowed(found)).map(|(_, item)| (item.id, item));
            let taken: BTreeMap<ItemId, &Item> = others.collect();
            (write(&page), taken.into_values().map(|item| (item, Reach::Group)).collect::<Vec<_>>())
        };
        self.note_taken::<TaxiiError>(who, &taken, "taxii", at).await?;
        Ok(answer)
    }

    /// The group behind a collection, if the seat is in it now; for others there is none.
    async fn hub_group(&self, hub: &Hub, seat: &Seat, name: &CollectionName, at: Moment) -> Result<Group, TaxiiError> {
        let groups = self.hub_groups(hub).await?;
        let is_it = |group: &&Group| match name {
            CollectionName::Id(id) => collection_id(group.group.id) == *id,
            CollectionName::Alias(alias) => group.group.id.to_string() == **alias,
        };
        let known = groups.iter().find(is_it).filter(|group| group.group.holds(&seat.id, at));
        known.cloned().ok_or_else(|| Refusal::NotFound.into())
    }

    /// The groups as they are in the registry now.
    async fn hub_groups(&self, hub: &Hub) -> Result<Arc<[Group]>, DbError> {
        let seq = self.store.ledger_size().await?;
        let mut known = hub.known.lock().await;
        if known.seq.is_none_or(|known| known < seq) {
            known.groups = self.store.groups().await?.into();
            known.seq = Some(seq);
        }
        Ok(Arc::clone(&known.groups))
    }

    /// A collection as it is in the registry now.
    async fn hub_kept(&self, hub: &Hub, group: GroupId) -> Result<Arc<Kept>, DbError> {
        let slot = Arc::clone(hub.known.lock().await.kept.entry(group).or_default());
        let mut kept = slot.lock().await;
        let seq = self.store.ledger_size().await?;
        if kept.seq < seq {
            let changed = self.store.items_since(group, kept.seq).await?;
            // Copied where somebody still reads it.
            let next = Arc::make_mut(&mut kept);
            if !self.follow_items(next, group, changed).await? {
                *next = Kept::default();
                let all = self.store.items_since(group, 0).await?;
                self.follow_items(next, group, all).await?;
            }
            next.seq = seq;
        }
        Ok(Arc::clone(&kept))
    }

    /// Takes in what items have become; whether the collection could follow them.
    async fn follow_items(&self, kept: &mut Kept, group: GroupId, changed: Vec<Item>) -> Result<bool, DbError> {
        for item in changed {
            let inside = item.conditions.groups.contains(&group);
            let objects = self.store.item_objects(item.id).await?;
            let values = if objects.is_empty() { self.store.item_values(item.id).await? } else { Vec::new() };
            kept.follow(item, inside, &objects, &values);
        }
        Ok(!kept.is_stale())
    }
}

/// What a member is told of a group.
fn about(group: &Group) -> Collection {
    Collection {
        id: collection_id(group.group.id),
        title: group.name.clone(),
        description: None,
        alias: Some(group.group.id.to_string()),
        rights: Rights { read: true, write: false },
        has_v20: true,
    }
}

/// The id of a group's collection: the standard wants a UUID of version 4 (section 5.2.1).
fn collection_id(group: GroupId) -> Uuid {
    let digest = Digest::of(format!("renkei taxii collection {group}").as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(digest.0.get(..16).unwrap_or(&[0; 16]));
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}
