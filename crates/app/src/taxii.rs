//! The TAXII 2.1 door: each topic group is a collection, in which its people find what was posted into it (S4.1, S4.2).
//!
//! Collections are kept in memory and followed by the ledger's sequence: what was posted or taken back since is read, and
//! nothing else. What of a collection a seat may see is asked of the gate for each request. What is shared is decided by an
//! approver (S4.13, G7): a seat adds to a collection while an approver of its organisation gave it a mandate for that.

mod adding;
mod drawing;
mod made;
mod shelf;

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use renkei_core::act::Act;
use renkei_core::id::{Digest, GroupId, PartyId};
use renkei_core::party::Party;
use renkei_core::question::Approval;
use renkei_core::seat::Seat;
use renkei_core::share::Reach;
use renkei_core::time::Moment;
use renkei_formats::taxii::answer::{self, Collection, Discovery, Root};
use renkei_formats::taxii::{Asked, CollectionName, Door, Limits, Page, Place, Refusal, Rights, RootUrl, Search};
use renkei_store::group::Group;
use renkei_store::item::Item;
use renkei_store::mandate::Given;
use renkei_store::{DbError, WriteError};
use tokio::sync::Mutex;
use uuid::Uuid;

use crate::office::{AskError, Office};
use shelf::{Kept, Standing};

pub use drawing::{Drawn, DrawnList, PeerError, PeerList, PeerListed, Rounds};
pub use renkei_formats::taxii::{Answer, Request};

/// The most bytes of a body.
pub fn most_bytes() -> u64 {
    Limits::default().content
}

/// The refusal of a body that is too large.
pub fn too_large() -> Refusal {
    Refusal::TooLarge { most: most_bytes() }
}

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
    parties: HashMap<PartyId, Option<Arc<Party>>>,
    kept: HashMap<GroupId, Arc<Slot>>,
}

/// A collection, read by many at once and followed by one at a time: in its place, for a copy of a large one would cost more
/// than what is added to it.
#[derive(Debug, Default)]
struct Slot {
    following: Mutex<()>,
    kept: RwLock<Kept>,
}

impl Slot {
    /// Held while an answer is written, and never while something is waited for.
    fn read(&self) -> RwLockReadGuard<'_, Kept> {
        self.kept.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Kept> {
        self.kept.write().unwrap_or_else(PoisonError::into_inner)
    }
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
    /// Answers a request of a seat. `writes`: its token opens work; `body` is read where objects are added alone.
    pub async fn taxii(
        &self,
        hub: &Hub,
        (seat, writes): (&Seat, bool),
        request: &Request<'_>,
        body: impl Future<Output = Result<Vec<u8>, Refusal>>,
        at: Moment,
    ) -> Result<Answer, TaxiiError> {
        let asked = hub.door.ask(request)?;
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
            Asked::Status { id, .. } => self.hub_status(seat, &id.to_string()).await,
            Asked::Collections { .. } => {
                let (now, mandates) = (self.hub_now(hub).await?, self.mandates_in_force(seat, at).await?);
                let known = now.groups.iter().filter_map(|group| member(group, &mandates, (seat, writes), at));
                Ok(answer::collections(&known.map(|known| about(&known)).collect::<Vec<_>>()))
            }
            Asked::Collection { collection, .. } => {
                Ok(answer::collection(&about(&self.hub_known(hub, (seat, writes), &collection, at).await?.0)))
            }
            Asked::Manifest { collection, search, .. } => {
                self.hub_page(hub, seat, &collection, &search, false, at, answer::manifest).await
            }
            Asked::Objects { collection, search, .. } => {
                self.hub_page(hub, seat, &collection, &search, false, at, answer::envelope).await
            }
            Asked::Object { collection, search, .. } => {
                self.hub_page(hub, seat, &collection, &search, true, at, answer::envelope).await
            }
            Asked::Versions { collection, search, .. } => {
                self.hub_page(hub, seat, &collection, &search, true, at, answer::versions).await
            }
            Asked::Add { collection, .. } => self.hub_add(hub, (seat, writes), &collection, body, at).await,
            Asked::Delete { collection, filter, .. } => {
                self.hub_delete(hub, (seat, writes), &collection, &filter, at).await
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
        let (group, seq) = self.hub_group(hub, seat, name, at).await?;
        let slot = self.hub_kept(hub, group, seq).await?;
        let party = self.hub_party(hub, &seat.party).await?;
        let who = (seat, party.as_deref());
        // Written at once: what rules visibility stays on this thread.
        let (answer, taken) = {
            let kept = slot.read();
            let rulings = RefCell::default();
            let allowed = |found: &(Standing, &Arc<Item>)| self.hub_allows(&rulings, who, found, at);
            let visible = |place: Place| kept.in_force(place, seat, at).any(|found| allowed(&found));
            if must_be_there && !kept.shelf.holds(&search.filter, visible) {
                return Err(Refusal::NotFound.into());
            }
            let page = kept.shelf.page(search, visible);
            let held = page.places.iter().flat_map(|place| kept.in_force(*place, seat, at));
            let others = held.filter(|found| !found.0.own && allowed(found));
            let mut taken = BTreeMap::new();
            for (_, item) in others {
                taken.entry(item.id).or_insert_with(|| Arc::clone(item));
            }
            (write(&page), taken)
        };
        let taken: Vec<(&Item, Reach)> = taken.values().map(|item| (&**item, Reach::Group)).collect();
        self.note_taken::<TaxiiError>(who, &taken, "taxii", at).await?;
        Ok(answer)
    }

    /// Whether a seat may see an item that stands to it in some way. Items that stand alike to the reader are ruled alike:
    /// the gate is asked some twenty times at most.
    fn hub_allows(
        &self,
        rulings: &RefCell<BTreeMap<Standing, bool>>,
        who: (&Seat, Option<&Party>),
        (standing, item): &(Standing, &Arc<Item>),
        at: Moment,
    ) -> bool {
        *rulings.borrow_mut().entry(*standing).or_insert_with(|| {
            let reach = if standing.own { Reach::Own } else { Reach::Group };
            let act = if standing.own { Act::KeepItem } else { Act::ReadItem };
            self.gate.rule(&self.item_question(act, who, item, reach, at)).is_allowed()
        })
    }

    /// The group behind a collection that the seat reads: it is in it now.
    async fn hub_group(
        &self,
        hub: &Hub,
        seat: &Seat,
        name: &CollectionName,
        at: Moment,
    ) -> Result<(GroupId, u64), TaxiiError> {
        let now = self.hub_now(hub).await?;
        let group = now.groups.iter().find(|group| is_named(group, name)).ok_or(Refusal::NotFound)?;
        if group.group.holds(&seat.id, at) {
            return Ok((group.group.id, now.seq));
        }
        // Who may add knows that there is something, and that it may not read it.
        let mandates = self.mandates_in_force(seat, at).await?;
        Err(member(group, &mandates, (seat, true), at).map_or(Refusal::NotFound, |_| Refusal::Forbidden).into())
    }

    /// A collection that the seat may know of, and what it may do there.
    async fn hub_known(
        &self,
        hub: &Hub,
        who: (&Seat, bool),
        name: &CollectionName,
        at: Moment,
    ) -> Result<(Member, u64), TaxiiError> {
        let now = self.hub_now(hub).await?;
        let group = now.groups.iter().find(|group| is_named(group, name)).ok_or(Refusal::NotFound)?;
        let mandates = self.mandates_in_force(who.0, at).await?;
        let known = member(group, &mandates, who, at).ok_or(Refusal::NotFound)?;
        Ok((known, now.seq))
    }

    /// The groups as they are in the registry now.
    async fn hub_now(&self, hub: &Hub) -> Result<Now, DbError> {
        let seq = self.store.ledger_size().await?;
        let mut known = hub.known.lock().await;
        if known.seq.is_none_or(|known| known < seq) {
            known.groups = self.store.groups().await?.into();
            known.parties.clear();
            known.seq = Some(seq);
        }
        Ok(Now { seq, groups: Arc::clone(&known.groups) })
    }

    /// An organisation as it is in the registry now: whatever changes it is in the ledger, so that it is read once for each
    /// place of the ledger at most.
    async fn hub_party(&self, hub: &Hub, id: &PartyId) -> Result<Option<Arc<Party>>, DbError> {
        let mut known = hub.known.lock().await;
        if let Some(party) = known.parties.get(id) {
            return Ok(party.clone());
        }
        let party = self.store.party(id).await?.map(Arc::new);
        known.parties.insert(id.clone(), party.clone());
        Ok(party)
    }

    /// A collection as it was in the registry at a place of the ledger, or later.
    async fn hub_kept(&self, hub: &Hub, group: GroupId, seq: u64) -> Result<Arc<Slot>, DbError> {
        let slot = Arc::clone(hub.known.lock().await.kept.entry(group).or_default());
        let following = slot.following.lock().await;
        let known = slot.read().seq;
        if known < seq {
            let changed = self.store.items_since(group, known).await?;
            if !self.follow_items(&slot, group, changed).await? {
                let anew = Slot::default();
                let all = self.store.items_since(group, 0).await?;
                self.follow_items(&anew, group, all).await?;
                *slot.write() = std::mem::take(&mut *anew.write());
            }
            slot.write().seq = seq;
        }
        drop(following);
        Ok(slot)
    }

    /// Takes in what items have become; whether the collection could follow them.
    async fn follow_items(&self, slot: &Slot, group: GroupId, changed: Vec<Item>) -> Result<bool, DbError> {
        for item in changed {
            let inside = item.conditions.groups.contains(&group);
            let objects = self.store.item_objects(item.id).await?;
            let values = if objects.is_empty() { self.store.item_values(item.id).await? } else { Vec::new() };
            slot.write().follow(item, inside, &objects, &values);
        }
        Ok(!slot.read().is_stale())
    }
}

/// The groups, at a place of the ledger.
struct Now {
    seq: u64,
    groups: Arc<[Group]>,
}

/// A seat at a collection.
struct Member {
    group: Group,
    rights: Rights,
    mandate: Option<(Given, Approval)>,
}

/// What a seat may do with a group's collection: read what it is in, add by the last mandate for it. `None`: there is none
/// for it.
fn member(group: &Group, mandates: &[(Given, Approval)], (seat, writes): (&Seat, bool), at: Moment) -> Option<Member> {
    let id = group.group.id;
    let mandate = mandates.iter().rfind(|(given, _)| given.mandate.terms.group == id).cloned();
    let (read, knows) = (group.group.holds(&seat.id, at), mandate.is_some());
    (read || knows).then(|| Member { group: group.clone(), rights: Rights { read, write: knows && writes }, mandate })
}

/// What a seat is told of a collection.
fn about(Member { group, rights, .. }: &Member) -> Collection {
    Collection {
        id: collection_id(group.group.id),
        title: group.name.clone(),
        description: None,
        alias: Some(group.group.id.to_string()),
        rights: *rights,
        has_v20: true,
    }
}

fn is_named(group: &Group, name: &CollectionName) -> bool {
    match name {
        CollectionName::Id(id) => collection_id(group.group.id) == *id,
        CollectionName::Alias(alias) => group.group.id.to_string() == **alias,
    }
}

/// The id of a group's collection: the standard wants a UUID of version 4 (section 5.2.1).
fn collection_id(group: GroupId) -> Uuid {
    let digest = Digest::of(format!("renkei taxii collection {group}").as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(digest.0.get(..16).unwrap_or(&[0; 16]));
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}
