//! Items: what an organisation shares under its conditions, whom it reaches, and who took it (S3.2, S4.1).
//!
//! The ledger has ids, steps and digests; titles, texts, values and conditions are between the originator and whom it
//! names.

mod change;
mod conditions;
mod drawn;
mod onward;
mod returned;
mod strike;

use std::collections::BTreeMap;

use renkei_core::act::Act;
use renkei_core::id::{Digest, GroupId, ItemId, MandateId, PartyId, SeatId};
use renkei_core::ledger::{Detail, EntryKind};
use renkei_core::question::ObjectKind;
use renkei_core::share::{Conditions, Kind, Reader, State};
use renkei_core::time::Moment;
use renkei_gate::Permit;
use sea_query::{Cond, Expr, ExprTrait, Order, Query, SelectStatement};

use crate::chain::{Granted, Write};
use crate::db::{Row, Tx, insert, insert_all, int};
use crate::error::{DbError, WriteError};
use crate::open::Store;

pub use onward::{NewOnward, Onward, OnwardFilter};
pub use returned::{NewReturn, Returned};

/// An item about to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewItem {
    /// Its identifier, made by the caller.
    pub id: ItemId,
    /// Whose it is.
    pub party: PartyId,
    /// What it is about.
    pub kind: Kind,
    /// One line.
    pub title: String,
    /// Markdown; may be empty.
    pub text: String,
    /// Whom it reaches, and how far.
    pub conditions: Conditions,
    /// Kinds and values that stand in it, each in its one form.
    pub values: Vec<(String, String)>,
    /// Ids and JSON texts of its STIX objects, as they were given.
    pub objects: Vec<(String, String)>,
    /// The item whose place it takes when it is posted.
    pub replaces: Option<ItemId>,
}

impl NewItem {
    /// SHA-256 over all that is written of it: what an approver lets out.
    pub fn digest(&self) -> Digest {
        let Self { id, party, kind, title, text, conditions, values, objects, replaces } = self;
        let mut whole = serde_json::json!({
            "id": id.to_string(), "party": party.as_str(), "kind": kind.word(), "title": title, "text": text,
            "conditions": conditions::written(conditions), "values": values, "objects": objects,
        });
        // Items that take no other's place have the digest that they always had.
        if let (Some(replaces), Some(whole)) = (replaces, whole.as_object_mut()) {
            whole.insert("replaces".to_owned(), replaces.to_string().into());
        }
        Digest::of(whole.to_string().as_bytes())
    }
}

/// An item as it stands, without its values and objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its identifier.
    pub id: ItemId,
    /// Counts up with every step; a permit names it.
    pub version: u64,
    /// Whose it is.
    pub party: PartyId,
    /// What it is about.
    pub kind: Kind,
    /// One line.
    pub title: String,
    /// Markdown.
    pub text: String,
    /// Whom it reaches, and how far.
    pub conditions: Conditions,
    /// SHA-256 over all that was written of it.
    pub digest: Digest,
    /// Where it stands.
    pub state: State,
    /// Who wrote it.
    pub made_by: SeatId,
    /// When.
    pub made_at: Moment,
    /// Who let it out.
    pub posted_by: Option<SeatId>,
    /// When.
    pub posted_at: Option<Moment>,
    /// When it was taken back or dropped.
    pub ended_at: Option<Moment>,
    /// The moment of its first object in collections: no other object, of whatever item, has the same.
    pub added_at: Option<Moment>,
    /// The item whose place it takes, or took when it was posted.
    pub replaces: Option<ItemId>,
    /// The mandate by which it was posted.
    pub mandate: Option<MandateId>,
}

/// A first taking of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Who took it.
    pub seat: SeatId,
    /// By which door: `page`, `shell`, `api`, `taxii`.
    pub door: String,
    /// When.
    pub at: Moment,
}

const COLUMNS: [&str; 17] = [
    "id",
    "version",
    "party",
    "kind",
    "title",
    "text",
    "conditions",
    "digest",
    "state",
    "made_by",
    "made_at",
    "posted_by",
    "posted_at",
    "ended_at",
    "added_at",
    "replaces",
    "mandate",
];

impl Store {
    /// Writes a draft. The permit names it in version 0.
    pub async fn draft_item(&self, permit: Permit, new: &NewItem) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::KeepItem]).await?;
        granted.names(ObjectKind::Item, &new.id)?;
        put(&mut write.tx, &granted, new, None).await?;
        let detail = Detail::new().put("step", "draft").put("party", &new.party).put("kind", new.kind);
        write.append(granted.entry(EntryKind::Act, detail.put("item", new.digest()))).await?;
        Ok(write.commit().await?)
    }

    /// Notes that seats took items by a door, each once, in one write. Each permit names its item.
    pub async fn take_items(&self, taken: Vec<(Permit, ItemId)>, door: &str) -> Result<(), WriteError> {
        let mut write = Write::begin(&self.db).await?;
        for (permit, id) in taken {
            let granted = Granted::take(&mut write, permit, &[Act::ReadItem]).await?;
            granted.names(ObjectKind::Item, &id)?;
            let seat = granted.seat().id.clone();
            if write.tx.row(&receipt(id, &seat)).await?.is_some() {
                continue;
            }
            let row = [
                ("item", id.to_string().into()),
                ("seat", seat.as_str().into()),
                ("door", door.into()),
                ("at", granted.at().0.into()),
            ];
            write.tx.run(&insert("item_receipts", row)).await?;
            write.append(granted.entry(EntryKind::Act, Detail::new().put("door", door))).await?;
        }
        write.commit().await?;
        Ok(())
    }

    /// Those of some items that a seat did not take yet.
    pub async fn not_taken(&self, ids: &[ItemId], seat: &SeatId) -> Result<Vec<ItemId>, DbError> {
        let mut query = Query::select();
        query.column("item").from("item_receipts").and_where(Expr::col("seat").eq(seat.as_str()));
        query.and_where(Expr::col("item").is_in(ids.iter().map(ToString::to_string)));
        let parsed = |mut row: Row| row.parsed("item");
        let taken: Vec<ItemId> = self.db.rows(&query).await?.into_iter().map(parsed).collect::<Result<_, _>>()?;
        Ok(ids.iter().copied().filter(|id| !taken.contains(id)).collect())
    }

    /// The items that are or were a group's and whose last step came after an entry of the ledger, in the order of those
    /// steps.
    pub async fn items_since(&self, group: GroupId, seq: u64) -> Result<Vec<Item>, DbError> {
        let mut named = Query::select();
        named.column("item").from("item_reach").and_where(Expr::col("who").eq(group.to_string()));
        let mut query = select();
        query.and_where(Expr::col("changed").gt(int(seq))).and_where(Expr::col("id").in_subquery(named));
        query.order_by("changed", Order::Asc);
        self.db.rows(&query).await?.into_iter().map(read).collect()
    }

    /// Whether a seat took an item.
    pub async fn has_taken(&self, id: ItemId, seat: &SeatId) -> Result<bool, DbError> {
        Ok(!self.db.rows(&receipt(id, seat)).await?.is_empty())
    }

    /// An item.
    pub async fn item(&self, id: ItemId) -> Result<Option<Item>, DbError> {
        self.db.rows(&by_id(id)).await?.into_iter().next().map(read).transpose()
    }

    /// Several items at once.
    pub async fn items_named(&self, ids: impl IntoIterator<Item = ItemId>) -> Result<Vec<Item>, DbError> {
        let mut query = select();
        query.and_where(Expr::col("id").is_in(ids.into_iter().map(|id| id.to_string())));
        self.db.rows(&query).await?.into_iter().map(read).collect()
    }

    /// Items of the reader's organisation and items whose conditions name the reader, newest first, at most `limit`,
    /// from before `before`. What of them the reader may see is for the gate to say.
    pub async fn items_for(&self, reader: &Reader, before: Option<ItemId>, limit: u64) -> Result<Vec<Item>, DbError> {
        let who = marks(reader.groups.iter().copied(), [&reader.party], [&reader.seat]);
        let mut named = Query::select();
        named.column("item").from("item_reach").and_where(Expr::col("who").is_in(who));
        named.and_where(Expr::col("left_at").is_null());
        let mut query = select();
        query.cond_where(
            Cond::any().add(Expr::col("party").eq(reader.party.as_str())).add(Expr::col("id").in_subquery(named)),
        );
        if let Some(before) = before {
            query.and_where(Expr::col("id").lt(before.to_string()));
        }
        query.order_by("id", Order::Desc).limit(limit);
        self.db.rows(&query).await?.into_iter().map(read).collect()
    }

    /// The items of an organisation, newest first, at most `limit`, from before `before`.
    pub async fn items_of(&self, party: &PartyId, before: Option<ItemId>, limit: u64) -> Result<Vec<Item>, DbError> {
        let mut query = select();
        query.and_where(Expr::col("party").eq(party.as_str()));
        if let Some(before) = before {
            query.and_where(Expr::col("id").lt(before.to_string()));
        }
        query.order_by("id", Order::Desc).limit(limit);
        self.db.rows(&query).await?.into_iter().map(read).collect()
    }

    /// The drafts of an organisation, oldest first, at most `limit`.
    pub async fn item_drafts(&self, party: &PartyId, limit: u64) -> Result<Vec<Item>, DbError> {
        let mut query = select();
        query.and_where(Expr::col("party").eq(party.as_str())).and_where(Expr::col("state").eq(State::Draft.word()));
        query.order_by("id", Order::Asc).limit(limit);
        self.db.rows(&query).await?.into_iter().map(read).collect()
    }

    /// Which of some objects stand in items that a seat took from other organisations, each with its item.
    pub async fn objects_taken(&self, objects: &[&str], by: &SeatId) -> Result<Vec<(String, Item)>, DbError> {
        let mut taken = Query::select();
        taken.column("item").from("item_receipts").and_where(Expr::col("seat").eq(by.as_str()));
        let mut query = Query::select();
        query.columns(["item", "object"]).from("item_objects").and_where(Expr::col("item").in_subquery(taken));
        query.and_where(Expr::col("object").is_in(objects.iter().copied()));
        let mut found = Vec::new();
        for mut row in self.db.rows(&query).await? {
            if let Some(item) = self.item(row.parsed("item")?).await? {
                found.push((row.text("object")?, item));
            }
        }
        Ok(found)
    }

    /// Every item in which one of some values stands, newest first, whomever it reaches; with the kinds and values that
    /// stand in it.
    pub async fn items_with(&self, values: &[(&str, &str)]) -> Result<Vec<(Item, Vec<(String, String)>)>, DbError> {
        let mut query = Query::select();
        query.columns(["item", "kind", "value"]).from("item_values");
        query.and_where(Expr::col("value").is_in(values.iter().map(|(_, value)| *value)));
        let mut found: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
        for mut row in self.db.rows(&query).await? {
            let (kind, value) = (row.text("kind")?, row.text("value")?);
            if values.contains(&(kind.as_str(), value.as_str())) {
                found.entry(row.text("item")?).or_default().push((kind, value));
            }
        }
        let mut query = select();
        query.and_where(Expr::col("id").is_in(found.keys().cloned())).order_by("id", Order::Desc);
        let with = |row: Row| {
            let item = read(row)?;
            let values = found.remove(&item.id.to_string()).unwrap_or_default();
            Ok((item, values))
        };
        self.db.rows(&query).await?.into_iter().map(with).collect()
    }

    /// The kinds and values that stand in an item.
    pub async fn item_values(&self, id: ItemId) -> Result<Vec<(String, String)>, DbError> {
        self.db.rows(&values_in(id)).await?.into_iter().map(value).collect()
    }

    /// The kinds and values that stand in some items, each with its item.
    pub async fn values_of(&self, items: &[ItemId]) -> Result<Vec<(ItemId, String, String)>, DbError> {
        let mut query = Query::select();
        query.columns(["item", "kind", "value"]).from("item_values");
        query.and_where(Expr::col("item").is_in(items.iter().map(ToString::to_string)));
        let read = |mut row: Row| Ok((row.parsed("item")?, row.text("kind")?, row.text("value")?));
        self.db.rows(&query).await?.into_iter().map(read).collect()
    }

    /// The STIX objects of an item, as they were given.
    pub async fn item_objects(&self, id: ItemId) -> Result<Vec<(String, String)>, DbError> {
        self.db.rows(&objects_in(id)).await?.into_iter().map(object).collect()
    }

    /// Who took an item, first to last.
    pub async fn item_receipts(&self, id: ItemId) -> Result<Vec<Receipt>, DbError> {
        let mut query = Query::select();
        query.columns(["seat", "door", "at"]).from("item_receipts");
        query.and_where(Expr::col("item").eq(id.to_string()));
        query.order_by("at", Order::Asc).order_by("seat", Order::Asc);
        let read =
            |mut row: Row| Ok(Receipt { seat: row.parsed("seat")?, door: row.text("door")?, at: row.moment("at")? });
        self.db.rows(&query).await?.into_iter().map(read).collect()
    }
}

/// Rows written in one statement.
const ROWS: usize = 256;

/// Puts an item down as a draft.
async fn put(tx: &mut Tx, granted: &Granted, new: &NewItem, mandate: Option<MandateId>) -> Result<(), DbError> {
    let NewItem { id, party, kind, title, text, conditions, values, objects, replaces } = new;
    let id = id.to_string();
    let row = [
        ("id", id.as_str().into()),
        ("version", 1i64.into()),
        ("party", party.as_str().into()),
        ("kind", kind.word().into()),
        ("title", title.as_str().into()),
        ("text", text.as_str().into()),
        ("conditions", conditions::written(conditions).to_string().into()),
        ("digest", new.digest().0.to_vec().into()),
        ("state", State::Draft.word().into()),
        ("made_by", granted.seat().id.as_str().into()),
        ("made_at", granted.at().0.into()),
        ("changed", 0i64.into()),
        ("replaces", replaces.map(|replaces| replaces.to_string()).into()),
        ("mandate", mandate.map(|mandate| mandate.to_string()).into()),
    ];
    tx.run(&insert("items", row)).await?;
    for who in marks(conditions.groups.iter().copied(), &conditions.parties, &conditions.seats) {
        tx.run(&insert("item_reach", [("item", id.as_str().into()), ("who", who.into())])).await?;
    }
    put_values(tx, &id, values).await?;
    for (chunk, objects) in objects.chunks(ROWS).enumerate() {
        let row = |(place, (object, body)): (usize, &(String, String))| {
            let place = int((chunk * ROWS + place) as u64);
            [id.as_str().into(), place.into(), object.as_str().into(), body.as_str().into()]
        };
        let rows = objects.iter().enumerate().map(row);
        tx.run(&insert_all("item_objects", ["item", "place", "object", "body"], rows)).await?;
    }
    Ok(())
}

/// Puts down what an item is found by.
async fn put_values(tx: &mut Tx, id: &str, values: &[(String, String)]) -> Result<(), DbError> {
    for values in values.chunks(ROWS) {
        let rows = values.iter().map(|(kind, value)| [id.into(), kind.as_str().into(), value.as_str().into()]);
        tx.run(&insert_all("item_values", ["item", "kind", "value"], rows)).await?;
    }
    Ok(())
}

/// The marks by which an item finds whom it names: a party and a seat may have the same text.
fn marks<'a>(
    groups: impl IntoIterator<Item = GroupId>,
    parties: impl IntoIterator<Item = &'a PartyId>,
    seats: impl IntoIterator<Item = &'a SeatId>,
) -> Vec<String> {
    let groups = groups.into_iter().map(|group| group.to_string());
    let parties = parties.into_iter().map(|party| format!("party:{party}"));
    let seats = seats.into_iter().map(|seat| format!("seat:{seat}"));
    groups.chain(parties).chain(seats).collect()
}

async fn load(tx: &mut Tx, id: ItemId) -> Result<Item, WriteError> {
    let row = tx.row(&by_id(id)).await?;
    let row = row.ok_or_else(|| WriteError::Missing { kind: "item", id: id.to_string() })?;
    Ok(read(row)?)
}

fn values_in(id: ItemId) -> SelectStatement {
    let mut query = Query::select();
    query.columns(["kind", "value"]).from("item_values").and_where(Expr::col("item").eq(id.to_string()));
    query.order_by("kind", Order::Asc).order_by("value", Order::Asc).to_owned()
}

fn value(mut row: Row) -> Result<(String, String), DbError> {
    Ok((row.text("kind")?, row.text("value")?))
}

fn objects_in(id: ItemId) -> SelectStatement {
    let mut query = Query::select();
    query.columns(["object", "body"]).from("item_objects").and_where(Expr::col("item").eq(id.to_string()));
    query.and_where(Expr::col("struck_at").is_null()).order_by("place", Order::Asc).to_owned()
}

fn object(mut row: Row) -> Result<(String, String), DbError> {
    Ok((row.text("object")?, row.text("body")?))
}

fn receipt(id: ItemId, seat: &SeatId) -> SelectStatement {
    let mut query = Query::select();
    query.column("at").from("item_receipts").and_where(Expr::col("item").eq(id.to_string()));
    query.and_where(Expr::col("seat").eq(seat.as_str()));
    query
}

fn select() -> SelectStatement {
    Query::select().columns(COLUMNS).from("items").to_owned()
}

fn by_id(id: ItemId) -> SelectStatement {
    select().and_where(Expr::col("id").eq(id.to_string())).to_owned()
}

fn read(mut row: Row) -> Result<Item, DbError> {
    let conditions = conditions::read(row.json("conditions")?);
    Ok(Item {
        id: row.parsed("id")?,
        version: row.count("version")?,
        party: row.parsed("party")?,
        kind: row.word("kind", Kind::from_word)?,
        title: row.text("title")?,
        text: row.text("text")?,
        conditions: conditions.ok_or_else(|| row.unreadable("conditions"))?,
        digest: row.digest("digest")?,
        state: row.word("state", State::from_word)?,
        made_by: row.parsed("made_by")?,
        made_at: row.moment("made_at")?,
        posted_by: row.opt_parsed("posted_by")?,
        posted_at: row.opt_moment("posted_at")?,
        ended_at: row.opt_moment("ended_at")?,
        added_at: row.opt_moment("added_at")?,
        replaces: row.opt_parsed("replaces")?,
        mandate: row.opt_parsed("mandate")?,
    })
}
