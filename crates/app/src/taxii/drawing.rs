//! What another hub has is shared here, and what it no longer has is taken back: by a seat that an approver gave a mandate
//! for it (S0.13, S3.2, S4.13).
//!
//! Taken is only what its originator lets a community have: objects under TLP:CLEAR and TLP:GREEN. What is narrower goes on
//! by its originator's yes alone, so it is left where it is and counted. Whatever the group knew once, and knows no longer,
//! does not come again from elsewhere: so nothing that was taken back goes round between hubs.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use renkei_core::id::{MandateId, SeatId};
use renkei_core::question::Approval;
use renkei_core::seat::Seat;
use renkei_core::share::Tlp;
use renkei_core::time::{Moment, SECOND};
use renkei_formats::stix::Object;
use renkei_formats::stix::marking::Markings;
use renkei_formats::taxii::posting::{self, Item as Added};
use renkei_formats::taxii::{Limits, Outcome, Posting, Version, pulled};
use renkei_formats::tree::Fault;
use renkei_post::hub::{Hub, HubError, MOST_BYTES, Page};
use renkei_store::DbError;
use renkei_store::mandate::Given;

use super::TaxiiError;
use crate::office::{AskError, Office};
use crate::settings::Peer;
use crate::share::{DEFINITION, ShareError};

mod shown;

pub use shown::{Drawn, DrawnList, PeerList, PeerListed};

/// The whole of a collection is compared so often, where it is large.
const WHOLE: i64 = 600 * SECOND;
/// A collection with no more versions than this is compared as a whole each time.
const FEW: usize = 5_000;
/// Ids that are asked for, or looked up, at once.
const IDS: usize = 50;
/// Objects of one item.
const COMPANY: usize = 1_000;
/// The most versions of a collection that are followed.
const MOST: usize = 4_000_000;
/// The most pages in a row that are followed.
const PAGES: usize = 100_000;

/// Why nothing is drawn from another hub.
#[derive(Debug, thiserror::Error)]
pub enum PeerError {
    /// The gate.
    #[error("{0}")]
    Ask(#[from] AskError),
    /// The registry.
    #[error("{0}")]
    Db(#[from] DbError),
    /// The other hub.
    #[error("{0}")]
    Hub(#[from] HubError),
    /// What it answers.
    #[error("what the other hub answers cannot be read: {0:?}")]
    Form(Fault),
    /// Sharing here.
    #[error("{0}")]
    Share(#[from] ShareError),
    /// Sharing here.
    #[error("{0}")]
    Taxii(#[from] TaxiiError),
    /// There is none of that name.
    #[error("there is no peer `{0}`: `[[peers]]` in office.toml names them")]
    Unknown(String),
    /// Its token.
    #[error("the file with the token for `{0}` cannot be read: {1}")]
    Token(String, #[source] std::io::Error),
    /// The seat that is to share is not there, or suspended.
    #[error("the seat `{0}`, which is to share what this hub has, is not there or is suspended")]
    Seat(SeatId),
    /// The seat may not share by itself.
    #[error("the seat `{0}` has no mandate for this group now: an approver gives one (`renkei mandate give`)")]
    Mandate(SeatId),
    /// Pages that lead nowhere.
    #[error("the other hub's pages do not come to an end")]
    Endless,
    /// A task of this process fell.
    #[error("reading was broken off")]
    BrokenOff,
}

/// How far collections were followed, kept between rounds. With a new one all is compared as a whole first.
#[derive(Debug, Default)]
pub struct Rounds(HashMap<String, Followed>);

#[derive(Debug, Default)]
struct Followed {
    /// When the last object that was seen had been added there.
    after: Option<String>,
    /// When all was compared.
    whole_at: Option<Moment>,
    few: bool,
    /// Under which mandate: under another one all is compared and looked at anew.
    under: Option<MandateId>,
    /// What was looked at and left: it is not fetched again while this process lives.
    left: BTreeSet<(String, Version)>,
}

/// Who draws what from where.
struct Drawer<'p> {
    peer: &'p Peer,
    hub: Hub,
    seat: Seat,
    given: Given,
    approval: Approval,
}

impl Office {
    /// Draws from a peer what is new there; now and then all is compared, and what is no longer there is taken back here.
    pub async fn draw_peer(&self, name: &str, rounds: &mut Rounds, at: Moment) -> Result<Drawn, PeerError> {
        let peer = self.settings.peers.0.iter().find(|peer| peer.name == name);
        let peer = peer.ok_or_else(|| PeerError::Unknown(name.to_owned()))?;
        let drawer = self.drawer(peer, at).await?;
        let followed = rounds.0.entry(name.to_owned()).or_default();
        let under = Some(drawer.given.mandate.id);
        if followed.under != under {
            *followed = Followed { under, ..Followed::default() };
        }
        let mut drawn = Drawn { peer: name.to_owned(), ..Drawn::default() };
        let due = followed.whole_at.is_none_or(|whole| at.0 - whole.0 >= WHOLE);
        if due || followed.few {
            self.draw_whole(&drawer, followed, &mut drawn, at).await?;
            followed.whole_at = Some(at);
            return Ok(drawn);
        }
        let after = followed.after.clone();
        let mut query = vec![("match[version]", "all".to_owned())];
        query.extend(after.map(|after| ("added_after", after)));
        let mut next = None;
        for turn in 0.. {
            let (page, last) = drawer.objects(&query, next.as_deref()).await?;
            if last.is_some() {
                followed.after = last;
            }
            self.draw_objects(&drawer, page.posting, followed, &mut drawn, at).await?;
            match follow(next, page.next, turn)? {
                Some(page) => next = Some(page),
                None => break,
            }
        }
        Ok(drawn)
    }

    /// Who draws: the seat with its mandate.
    async fn drawer<'p>(&self, peer: &'p Peer, at: Moment) -> Result<Drawer<'p>, PeerError> {
        let seat = self.store.seat(&peer.seat).await?;
        let suspended = self.store.account(&peer.seat).await?.is_some_and(|account| account.suspended_at.is_some());
        let seat = seat.filter(|_| !suspended).ok_or_else(|| PeerError::Seat(peer.seat.clone()))?;
        let mandates = self.mandates_in_force(&seat, at).await?;
        let mandate = mandates.into_iter().rfind(|(given, _)| given.mandate.terms.group == peer.group);
        let (given, approval) = mandate.ok_or_else(|| PeerError::Mandate(peer.seat.clone()))?;
        let token = std::fs::read_to_string(&peer.token_file);
        let token = token.map_err(|error| PeerError::Token(peer.name.clone(), error))?;
        let hub = Hub::open(&peer.url, (&peer.user, token.trim()), peer.ca_file.as_deref())?;
        Ok(Drawer { peer, hub, seat, given, approval })
    }

    /// Compares all that is there with all that came from there.
    async fn draw_whole(
        &self,
        drawer: &Drawer<'_>,
        followed: &mut Followed,
        drawn: &mut Drawn,
        at: Moment,
    ) -> Result<(), PeerError> {
        let (there, last) = drawer.manifest(drawn).await?;
        followed.left.retain(|key| there.contains(key));
        // Nothing is taken back before the whole manifest was read.
        let mut gone: BTreeMap<_, BTreeSet<(String, Version)>> = BTreeMap::new();
        for (item, id, body) in self.store.objects_by_mandate(&drawer.seat.id, drawer.peer.group).await? {
            let read = posting::one(body.as_bytes(), &Limits::default());
            if let Some(key) = read.map(|object| (id, object.version)).filter(|key| !there.contains(key)) {
                gone.entry(item).or_default().insert(key);
            }
        }
        for (id, objects) in gone {
            let Some(item) = self.store.item(id).await? else { continue };
            self.strike_objects(&drawer.seat, &item, &objects, at).await?;
            drawn.taken_back += objects.len() as u64;
        }
        let mut missing: Vec<(String, Version)> = Vec::new();
        let all: Vec<_> = there.iter().filter(|key| !followed.left.contains(*key)).cloned().collect();
        for some in all.chunks(COMPANY) {
            let known = self.known_here(drawer, some.iter().map(|(id, _)| id.as_str())).await?;
            drawn.known += some.iter().filter(|key| known.contains(*key)).count() as u64;
            missing.extend(some.iter().filter(|key| !known.contains(*key)).cloned());
        }
        missing.sort();
        missing.dedup_by(|one, other| one.0 == other.0);
        for some in missing.chunks(IDS) {
            let ids: Vec<&str> = some.iter().map(|(id, _)| id.as_str()).collect();
            let query = [("match[version]", "all".to_owned()), ("match[id]", ids.join(","))];
            let mut next = None;
            for turn in 0.. {
                let (page, _) = drawer.objects(&query, next.as_deref()).await?;
                self.draw_objects(drawer, page.posting, followed, drawn, at).await?;
                match follow(next, page.next, turn)? {
                    Some(page) => next = Some(page),
                    None => break,
                }
            }
        }
        (followed.few, followed.after) = (there.len() <= FEW, last.or(followed.after.take()));
        drawn.whole = true;
        Ok(())
    }

    /// What the group knows of objects with some ids, now or once.
    async fn known_here(
        &self,
        drawer: &Drawer<'_>,
        ids: impl Iterator<Item = &str>,
    ) -> Result<BTreeSet<(String, Version)>, DbError> {
        let ids: Vec<&str> = ids.collect();
        let mut known = BTreeSet::new();
        for ids in ids.chunks(IDS) {
            for (id, body) in self.store.objects_known(drawer.peer.group, ids).await? {
                known.extend(posting::one(body.as_bytes(), &Limits::default()).map(|object| (id, object.version)));
            }
        }
        Ok(known)
    }

    /// Shares those objects of a page that are new here and may be shared.
    async fn draw_objects(
        &self,
        drawer: &Drawer<'_>,
        page: Posting,
        followed: &mut Followed,
        drawn: &mut Drawn,
        at: Moment,
    ) -> Result<(), PeerError> {
        drawn.broken += page.failures.len() as u64;
        let known = self.known_here(drawer, page.items.iter().map(|object| object.id.as_str())).await?;
        let mut seen = BTreeSet::new();
        let (mut fresh, mut beside) = (Vec::new(), Vec::new());
        for object in page.items {
            let key = (object.id.as_str().to_owned(), object.version.clone());
            if &*object.kind == DEFINITION {
                beside.push(object.clone());
            }
            if followed.left.contains(&key) || !seen.insert(key.clone()) {
                continue;
            }
            match known.contains(&key) {
                true => drawn.known += 1,
                false => fresh.push(object),
            }
        }
        let definitions: Vec<Object<'_>> = beside.iter().map(|object| Object::of(&object.object)).collect();
        let mut wide = Vec::new();
        for object in fresh {
            match label(&object, &definitions).or(drawer.peer.unmarked) {
                Some(Tlp::Clear | Tlp::Green) => wide.push(object),
                narrow => {
                    *if narrow.is_some() { &mut drawn.kept } else { &mut drawn.unmarked } += 1;
                    followed.left.insert((object.id.as_str().to_owned(), object.version));
                }
            }
        }
        while !wide.is_empty() {
            let rest = wide.split_off(wide.len().min(COMPANY));
            let posting = Posting { items: std::mem::replace(&mut wide, rest), failures: Vec::new() };
            let mut outcomes = self.hub_judged(&drawer.given.mandate.terms, &drawer.seat, &posting).await?;
            let by = (&drawer.given, drawer.approval.clone());
            self.hub_share(&drawer.seat, by, &posting, &mut outcomes, at).await?;
            for (object, outcome) in posting.items.into_iter().zip(outcomes) {
                if outcome == Outcome::Added {
                    drawn.added += 1;
                } else {
                    drawn.refused += 1;
                    followed.left.insert((object.id.as_str().to_owned(), object.version));
                }
            }
        }
        Ok(())
    }

    /// The peers of the office, with what came from each and is in force.
    pub async fn peers(&self, at: Moment) -> Result<PeerList, PeerError> {
        let mut list = Vec::new();
        for peer in &self.settings.peers.0 {
            let objects = self.store.objects_by_mandate(&peer.seat, peer.group).await?;
            let state = match self.drawer(peer, at).await {
                Ok(_) => None,
                Err(error) => Some(error.to_string()),
            };
            list.push(PeerListed {
                peer: peer.name.clone(),
                url: peer.url.clone(),
                group: peer.group.to_string(),
                seat: peer.seat.to_string(),
                objects: objects.len() as u64,
                fault: state,
            });
        }
        Ok(PeerList(list))
    }
}

impl Drawer<'_> {
    /// Asks the other hub, on a thread that may wait.
    async fn get(
        &self,
        under: &'static str,
        query: &[(&'static str, String)],
        next: Option<&str>,
    ) -> Result<Page, PeerError> {
        let (hub, next) = (self.hub.clone(), next.map(str::to_owned));
        let mut query = query.to_vec();
        query.extend(next.map(|next| ("next", next)));
        let asked = tokio::task::spawn_blocking(move || {
            let query: Vec<(&str, &str)> = query.iter().map(|(name, value)| (*name, value.as_str())).collect();
            hub.get(under, &query)
        });
        Ok(asked.await.map_err(|_| PeerError::BrokenOff)??)
    }

    async fn objects(
        &self,
        query: &[(&'static str, String)],
        next: Option<&str>,
    ) -> Result<(pulled::Pulled, Option<String>), PeerError> {
        let page = self.get("objects/", query, next).await?;
        Ok((pulled::objects(&page.body, &limits()).map_err(PeerError::Form)?, page.last))
    }

    /// Every version that is there, and when the last was added.
    async fn manifest(&self, drawn: &mut Drawn) -> Result<(BTreeSet<(String, Version)>, Option<String>), PeerError> {
        let query = [("match[version]", "all".to_owned())];
        let (mut there, mut next, mut last) = (BTreeSet::new(), None, None);
        for turn in 0.. {
            let page = self.get("manifest/", &query, next.as_deref()).await?;
            let listed = pulled::manifest(&page.body, &limits()).map_err(PeerError::Form)?;
            drawn.broken += listed.broken as u64;
            there.extend(listed.entries.into_iter().map(|(id, version)| (id.as_str().to_owned(), version)));
            last = page.last.or(last);
            if there.len() > MOST {
                return Err(PeerError::Endless);
            }
            match follow(next, listed.next, turn)? {
                Some(page) => next = Some(page),
                None => break,
            }
        }
        Ok((there, last))
    }
}

/// The next page; a server that names the same page again, or pages without end, is not followed.
fn follow(before: Option<String>, next: Option<String>, turn: usize) -> Result<Option<String>, PeerError> {
    match next {
        Some(next) if before.as_ref() == Some(&next) || turn >= PAGES => Err(PeerError::Endless),
        next => Ok(next),
    }
}

/// The label of an object, by definitions that came along too. A marking that nobody here knows may be narrower than any.
fn label(object: &Added, definitions: &[Object<'_>]) -> Option<Tlp> {
    let definition =
        |id: &renkei_formats::stix::Id| definitions.iter().copied().find(|one| one.id().as_ref() == Some(id));
    let markings = Markings::of(Object::of(&object.object), definition);
    if !markings.others.is_empty() || markings.broken > 0 {
        return Some(Tlp::Red);
    }
    markings.tlp.and_then(|tlp| Tlp::from_word(tlp.word()))
}

fn limits() -> Limits {
    Limits { content: MOST_BYTES, posted: MOST, ..Limits::default() }
}
