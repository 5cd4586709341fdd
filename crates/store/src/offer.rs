//! Offers (申し出): written by a party, taken along the edges of core's states; every word that was said is kept.
//!
//! The ledger has ids, steps and digests of the words: what a party would do is between it and the office.

use renkei_core::act::Act;
use renkei_core::class::DataClass;
use renkei_core::id::{Digest, OfferId, PartyId, RequestId, SeatId};
use renkei_core::ledger::{Detail, EntryKind};
use renkei_core::offer::{State, Step};
use renkei_core::question::ObjectKind;
use renkei_core::time::Moment;
use renkei_gate::Permit;
use sea_query::{Expr, ExprTrait, Order, Query, SelectStatement};

use crate::db::{Row, Tx, insert, int};
use crate::error::{DbError, WriteError};
use crate::open::Store;
use crate::request;

/// An offer about to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOffer {
    /// Its identifier, made by the caller.
    pub id: OfferId,
    /// Who offers.
    pub party: PartyId,
    /// The kind of data it would need, where a class fits.
    pub class: Option<DataClass>,
    /// What data it would need, in its own words.
    pub needs: String,
    /// What it would do on its own with it.
    pub does: String,
}

/// An offer as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// What was offered.
    pub new: NewOffer,
    /// Counts up with every step; a permit names it.
    pub version: u64,
    /// Where it stands.
    pub state: State,
    /// The last step that was taken; `None`: none yet.
    pub last: Option<Step>,
    /// Who wrote it.
    pub made_by: SeatId,
    /// When.
    pub made_at: Moment,
}

/// A step about to be taken, with what is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewStep {
    /// Which.
    pub step: Step,
    /// What is said; may be empty.
    pub text: String,
    /// The kind of data that is agreed to, where one is named.
    pub class: Option<DataClass>,
    /// The request by which it is given ([`Step::Provide`]).
    pub request: Option<RequestId>,
}

/// A step that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// From 1.
    pub number: u64,
    /// When.
    pub at: Moment,
    /// Who.
    pub seat: SeatId,
    /// What.
    pub new: NewStep,
}

const COLUMNS: [&str; 10] = ["id", "version", "party", "class", "needs", "does", "state", "last", "made_by", "made_at"];

impl Store {
    /// Writes an offer. The permit names the offer in version 0.
    pub async fn make_offer(&self, permit: Permit, offer: &NewOffer) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::MakeOffer]).await?;
        granted.names(ObjectKind::Offer, &offer.id)?;
        let NewOffer { id, party, class, needs, does } = offer;
        let row = [
            ("id", id.to_string().into()),
            ("version", 1i64.into()),
            ("party", party.as_str().into()),
            ("class", class.map(|class| class.word().to_owned()).into()),
            ("needs", needs.as_str().into()),
            ("does", does.as_str().into()),
            ("state", State::Offered.word().into()),
            ("made_by", granted.seat().id.as_str().into()),
            ("made_at", granted.at().0.into()),
        ];
        write.tx.run(&insert("offers", row)).await?;
        let said = Digest::of(format!("{needs}\n{does}").as_bytes());
        let detail = with_class(Detail::new().put("step", "make").put("party", party).put("said", said), *class);
        write.append(granted.entry(EntryKind::Act, detail)).await?;
        Ok(write.commit().await?)
    }

    /// Takes a step of an offer. The permit names the offer; a request that is named must be the same party's.
    pub async fn step_offer(&self, permit: Permit, id: OfferId, new: &NewStep) -> Result<(), WriteError> {
        let NewStep { step, text, class, request } = new;
        let (mut write, granted) = self.permitted(permit, &[step.act()]).await?;
        granted.names(ObjectKind::Offer, &id)?;
        let offer = load(&mut write.tx, id).await?;
        let state = offer.state.after(*step)?;
        if let Some(named) = request {
            let found = request::load(&mut write.tx, *named).await?;
            if found.party != offer.new.party {
                return Err(WriteError::Missing { kind: "request", id: named.to_string() });
            }
        }
        let mut update = Query::update();
        update
            .table("offers")
            .value("version", int(offer.version + 1))
            .value("state", state.word())
            .value("last", step.word())
            .and_where(Expr::col("id").eq(id.to_string()));
        write.tx.run(&update).await?;
        let row = [
            ("offer", id.to_string().into()),
            ("number", int(offer.version).into()),
            ("at", granted.at().0.into()),
            ("seat", granted.seat().id.as_str().into()),
            ("step", step.word().into()),
            ("text", text.as_str().into()),
            ("class", class.map(|class| class.word().to_owned()).into()),
            ("request", request.map(|request| request.to_string()).into()),
        ];
        write.tx.run(&insert("offer_steps", row)).await?;
        let mut detail = with_class(Detail::new().put("step", step), *class);
        if !text.is_empty() {
            detail = detail.put("said", Digest::of(text.as_bytes()));
        }
        if let Some(request) = request {
            detail = detail.put("request", request);
        }
        write.append(granted.entry(EntryKind::Act, detail)).await?;
        Ok(write.commit().await?)
    }

    /// An offer.
    pub async fn offer(&self, id: OfferId) -> Result<Option<Offer>, DbError> {
        self.db.rows(&by_id(id)).await?.into_iter().next().map(read).transpose()
    }

    /// Every offer, newest first; `party`: that party's only.
    pub async fn offers(&self, party: Option<&PartyId>) -> Result<Vec<Offer>, DbError> {
        let mut query = select();
        if let Some(party) = party {
            query.and_where(Expr::col("party").eq(party.as_str()));
        }
        query.order_by("id", Order::Desc);
        self.db.rows(&query).await?.into_iter().map(read).collect()
    }

    /// What happened to an offer, oldest first.
    pub async fn offer_steps(&self, id: OfferId) -> Result<Vec<Taken>, DbError> {
        let mut query = Query::select();
        query
            .columns(["number", "at", "seat", "step", "text", "class", "request"])
            .from("offer_steps")
            .and_where(Expr::col("offer").eq(id.to_string()))
            .order_by("number", Order::Asc);
        self.db.rows(&query).await?.into_iter().map(read_step).collect()
    }
}

fn with_class(detail: Detail, class: Option<DataClass>) -> Detail {
    match class {
        Some(class) => detail.put("class", class),
        None => detail,
    }
}

/// The offer, inside a write.
pub async fn load(tx: &mut Tx, id: OfferId) -> Result<Offer, WriteError> {
    let row = tx.row(&by_id(id)).await?;
    let row = row.ok_or_else(|| WriteError::Missing { kind: "offer", id: id.to_string() })?;
    Ok(read(row)?)
}

fn select() -> SelectStatement {
    Query::select().columns(COLUMNS).from("offers").to_owned()
}

fn by_id(id: OfferId) -> SelectStatement {
    select().and_where(Expr::col("id").eq(id.to_string())).to_owned()
}

fn read(mut row: Row) -> Result<Offer, DbError> {
    Ok(Offer {
        new: NewOffer {
            id: row.parsed("id")?,
            party: row.parsed("party")?,
            class: class(&mut row)?,
            needs: row.text("needs")?,
            does: row.text("does")?,
        },
        version: row.count("version")?,
        state: row.word("state", State::from_word)?,
        last: match row.opt_text("last")? {
            Some(word) => Some(Step::from_word(&word).ok_or_else(|| row.unreadable("last"))?),
            None => None,
        },
        made_by: row.parsed("made_by")?,
        made_at: row.moment("made_at")?,
    })
}

fn read_step(mut row: Row) -> Result<Taken, DbError> {
    Ok(Taken {
        number: row.count("number")?,
        at: row.moment("at")?,
        seat: row.parsed("seat")?,
        new: NewStep {
            step: row.word("step", Step::from_word)?,
            text: row.text("text")?,
            class: class(&mut row)?,
            request: row.opt_parsed("request")?,
        },
    })
}

fn class(row: &mut Row) -> Result<Option<DataClass>, DbError> {
    match row.opt_text("class")? {
        Some(word) => Ok(Some(DataClass::from_word(&word).ok_or_else(|| row.unreadable("class"))?)),
        None => Ok(None),
    }
}
