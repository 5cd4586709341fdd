//! Lists for machines: the values that reach a seat, as a plain list, a sheet, or a response policy zone.
//!
//! What a filter is fed with is active action: only items whose PAP allows it (green, clear) stand in a plain list or a
//! zone. Values on the office's warning lists and addresses that no device on the Internet has are left out of both, and
//! counted; the sheet has everything the seat may read, with the lists named beside each value.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::IpAddr;

use renkei_core::id::{Digest, GroupId, ItemId, SeatId};
use renkei_core::net::{Prefix, reserved};
use renkei_core::seat::Duty;
use renkei_core::share::{Pap, Reach, State};
use renkei_core::time::Moment;
use renkei_formats::indicator::{Indicator, Kind};
use renkei_formats::notice::csv::write_field;
use renkei_formats::rpz::{Zone, owners};
use renkei_store::item::Item;
use schemars::JsonSchema;
use serde::Serialize;

use super::{ItemListed, ShareError};
use crate::office::Office;
use crate::words::{Show, Words, number};

/// Items looked at in one statement.
const ITEMS: usize = 256;

/// How a list is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A value a line.
    Plain,
    /// CSV with the item and the conditions beside each value.
    Csv,
    /// A response policy zone for resolvers.
    Rpz,
}

/// What is to stand in a list.
#[derive(Debug, Clone)]
pub struct ListAsked {
    /// How it is written.
    pub form: Form,
    /// Of which kinds; none: all that the form can say.
    pub kinds: Vec<String>,
    /// What reaches the seat by this group alone.
    pub group: Option<GroupId>,
    /// Also what stands on warning lists.
    pub warned: bool,
    /// The name of the zone; none: `rpz.` and the office's domain.
    pub zone: Option<String>,
}

/// A list.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Listing {
    /// Its media type.
    #[serde(skip)]
    pub media: &'static str,
    /// The list itself.
    #[serde(skip)]
    pub body: String,
    /// Owner names of a policy zone, without the zone's own; other forms have none.
    #[serde(skip)]
    pub owners: Vec<String>,
    /// Changes just when what stands in it does.
    pub tag: String,
    /// Values that stand in it.
    pub values: usize,
    /// What does not.
    pub left_out: LeftOut,
}

/// Values that were left out of a list.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct LeftOut {
    /// They stand on a warning list.
    pub warned: usize,
    /// No device on the Internet has them.
    pub reserved: usize,
    /// Their item's PAP allows no active action.
    pub passive: usize,
    /// The form cannot say them.
    pub unsaid: usize,
}

impl Form {
    /// Every form.
    pub const ALL: [Self; 3] = [Self::Plain, Self::Csv, Self::Rpz];

    /// The stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Csv => "csv",
            Self::Rpz => "rpz",
        }
    }

    /// The form that a word stands for.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.word() == word)
    }

    /// Whether a filter is fed with it.
    const fn acts(self) -> bool {
        matches!(self, Self::Plain | Self::Rpz)
    }
}

/// Everything that a policy zone can say, of the office's own name.
const ZONE: ListAsked = ListAsked { form: Form::Rpz, kinds: Vec::new(), group: None, warned: false, zone: None };

/// A value and the items that it stands in.
type Rows<'i> = BTreeMap<(Kind, String), Vec<&'i (Item, Reach)>>;

impl Office {
    /// A list of what reaches the acting seat. That it took the items by this door is kept for their originators.
    pub async fn list(&self, asked: &ListAsked, door: &str, at: Moment) -> Result<Listing, ShareError> {
        let kinds = kinds(asked)?;
        let zone = zone_name(asked.zone.as_deref(), &self.settings.domain)?;
        let seat = self.seat(Duty::Analyst).await?;
        let party = self.store.party(&seat.party).await?;
        let (reader, who) = (self.reader(&seat, at).await?, (&seat, party.as_ref()));
        let mut items: Vec<(Item, Reach)> = Vec::new();
        let mut before = None;
        loop {
            let found = self.store.items_for(&reader, before, ITEMS as u64).await?;
            let last = found.len() < ITEMS;
            before = found.last().map(|item| item.id);
            for item in found {
                let reach = item.conditions.reach(&item.party, &reader);
                let by_group = |group| reader.groups.contains(&group) && item.conditions.groups.contains(&group);
                let wanted = asked.group.is_none_or(by_group);
                let out = item.state == State::Posted && item.conditions.hold(at);
                if wanted && out && self.may_read(who, &item, reach, at) {
                    items.push((item, reach));
                }
            }
            if last {
                break;
            }
        }
        let mut left = LeftOut::default();
        let rows = self.rows(&items, &kinds, asked, &mut left).await?;
        let used: BTreeSet<ItemId> = rows.values().flatten().map(|(item, _)| item.id).collect();
        let others = |(item, reach): &&(Item, Reach)| *reach != Reach::Own && used.contains(&item.id);
        let taken: Vec<(&Item, Reach)> = items.iter().filter(others).map(|(item, reach)| (item, *reach)).collect();
        let serial = self.store.ledger_size().await?;
        let listing = match asked.form {
            Form::Plain => plain(&rows, left),
            Form::Csv => csv(&rows, left, &*self.warnings()?),
            Form::Rpz => rpz(&rows, left, &zone, u32::try_from(serial % (1 << 32)).unwrap_or(1)),
        };
        self.note_taken::<ShareError>(who, &taken, door, at).await?;
        Ok(listing)
    }

    /// The owner names of a seat's policy zone; none while the seat is suspended.
    pub async fn policy_zone(&self, seat: &SeatId, at: Moment) -> Result<Vec<String>, ShareError> {
        if self.store.account(seat).await?.is_some_and(|account| account.suspended_at.is_some()) {
            return Ok(Vec::new());
        }
        Ok(self.clone().seated(Some(seat.clone())).list(&ZONE, "transfer", at).await?.owners)
    }

    /// The values of items, each with the items that it stands in.
    async fn rows<'i>(
        &self,
        items: &'i [(Item, Reach)],
        kinds: &[Kind],
        asked: &ListAsked,
        left: &mut LeftOut,
    ) -> Result<Rows<'i>, ShareError> {
        let warnings = self.warnings()?;
        let mut rows = Rows::new();
        for company in items.chunks(ITEMS) {
            let ids: Vec<ItemId> = company.iter().map(|(item, _)| item.id).collect();
            let of: HashMap<ItemId, &(Item, Reach)> = company.iter().map(|pair| (pair.0.id, pair)).collect();
            for (id, kind, value) in self.store.values_of(&ids).await? {
                let known = Kind::ALL.iter().copied().find(|known| known.word() == kind);
                let (Some(kind), Some(item)) = (known.filter(|kind| kinds.contains(kind)), of.get(&id)) else {
                    continue;
                };
                rows.entry((kind, value)).or_default().push(item);
            }
        }
        if asked.form.acts() {
            rows.retain(|(kind, value), items| {
                items.retain(|(item, _)| matches!(item.conditions.pap, Pap::Clear | Pap::Green));
                let warned =
                    || Indicator::read(*kind, value).is_ok_and(|value| !warnings.warnings.of(&value).is_empty());
                let count = match () {
                    () if items.is_empty() => &mut left.passive,
                    () if !self.settings.intake.accept_reserved && nobodys(*kind, value) => &mut left.reserved,
                    () if !asked.warned && warned() => &mut left.warned,
                    () => return true,
                };
                *count += 1;
                false
            });
        }
        Ok(rows)
    }
}

/// The kinds that are asked for, as far as the form can say them.
fn kinds(asked: &ListAsked) -> Result<Vec<Kind>, ShareError> {
    if asked.form == Form::Plain && asked.kinds.is_empty() {
        return Err(ShareError::List(
            "say of which kind the plain list is to be: `kind=domain`, `kind=address,block` …",
        ));
    }
    if asked.kinds.is_empty() {
        return Ok(Kind::ALL.to_vec());
    }
    let known = |word: &String| Kind::ALL.iter().copied().find(|kind| kind.word() == word);
    let kinds: Option<Vec<Kind>> = asked.kinds.iter().map(known).collect();
    kinds.ok_or(ShareError::List("there is no such kind: url, address, block, mail, sha256, domain … are"))
}

fn zone_name(typed: Option<&str>, domain: &str) -> Result<String, ShareError> {
    let name = typed.map_or_else(|| format!("rpz.{domain}"), str::to_owned);
    match Indicator::read(Kind::Domain, &name) {
        Ok(name) => Ok(name.as_str().to_owned()),
        Err(_) => Err(ShareError::List("the name of the zone is no domain")),
    }
}

/// Whether an address or block is of those that no device on the Internet has.
fn nobodys(kind: Kind, value: &str) -> bool {
    let first = match kind {
        Kind::Address => value.parse::<IpAddr>().ok(),
        Kind::Block => value.parse::<Prefix>().ok().map(|block| block.address()),
        _ => None,
    };
    first.is_some_and(|address| reserved(address).is_some())
}

fn listing(media: &'static str, body: String, same: &str, values: usize, left_out: LeftOut) -> Listing {
    Listing { media, body, owners: Vec::new(), tag: Digest::of(same.as_bytes()).to_string(), values, left_out }
}

fn plain(rows: &Rows<'_>, left: LeftOut) -> Listing {
    let mut body = String::new();
    for (_, value) in rows.keys() {
        body.push_str(value);
        body.push('\n');
    }
    let same = body.clone();
    listing("text/plain; charset=utf-8", body, &same, rows.len(), left)
}

fn csv(rows: &Rows<'_>, left: LeftOut, lists: &super::warning::Read) -> Listing {
    let mut body = String::from("value,kind,item,title,from,tlp,pap,posted_at,ends,warnings\r\n");
    for ((kind, value), items) in rows {
        let found = Indicator::read(*kind, value).ok();
        let warnings = found.map(|value| lists.warnings.of(&value).join("; ")).unwrap_or_default();
        for (item, reach) in items {
            let row = ItemListed::of(item, *reach);
            let ends = item.conditions.ends.map(|ends| ends.to_string()).unwrap_or_default();
            let fields = [
                value,
                kind.word(),
                &row.item,
                &row.title,
                row.party.as_deref().unwrap_or_default(),
                row.tlp,
                row.pap,
                row.posted_at.as_deref().unwrap_or_default(),
                &ends,
                &warnings,
            ];
            for (place, field) in fields.into_iter().enumerate() {
                if place > 0 {
                    body.push(',');
                }
                write_field(&mut body, field);
            }
            body.push_str("\r\n");
        }
    }
    let same = body.clone();
    listing("text/csv; charset=utf-8", body, &same, rows.len(), left)
}

fn rpz(rows: &Rows<'_>, mut left: LeftOut, name: &str, serial: u32) -> Listing {
    let mut values = 0;
    let mut write = |serial| {
        let mut zone = Zone::new(name, serial);
        let said = rows.keys().filter(|(kind, value)| zone.add(*kind, value)).count();
        values = said;
        zone.finish()
    };
    // The serial counts the ledger; what stands in the zone may be the same.
    let (same, body) = (write(0), write(serial));
    left.unsaid = rows.len() - values;
    let owners = rows.keys().flat_map(|(kind, value)| owners(*kind, value)).collect();
    Listing { owners, ..listing("text/dns; charset=utf-8", body, &same, values, left) }
}

impl Show for Listing {
    fn show(&self, words: &Words) -> String {
        let LeftOut { warned, reserved, passive, unsaid } = self.left_out;
        let values = [
            ("values", self.values),
            ("warned", warned),
            ("reserved", reserved),
            ("passive", passive),
            ("unsaid", unsaid),
        ];
        words.say("listing-done", &values.map(|(name, count)| (name, number(count as u64))))
    }
}
