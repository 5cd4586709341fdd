//! Mandates: what an approver approved in advance for a seat, and what became of what the seat added (S3.2, S4.13).

use renkei_core::act::Act;
use renkei_core::id::{MandateId, PartyId, SeatId};
use renkei_core::ledger::{Detail, EntryKind};
use renkei_core::question::ObjectKind;
use renkei_core::share::{Mandate, Pap, Terms, Tlp};
use renkei_core::time::{DAY, Moment, Validity};
use renkei_gate::Permit;
use sea_query::{Expr, ExprTrait, Order, Query, SelectStatement};

use crate::db::{Row, Tx, insert};
use crate::error::{DbError, WriteError};
use crate::open::Store;

/// How long it is kept what became of an addition; the standard asks for a day at least (TAXII 2.1, section 4.3).
const KEPT: i64 = 2 * DAY;

/// A mandate as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// What was approved.
    pub mandate: Mandate,
    /// Counts up with every change; a permit names it.
    pub version: u64,
    /// When.
    pub given_at: Moment,
    /// Who ended it, and when.
    pub ended: Option<(SeatId, Moment)>,
}

impl Given {
    /// Whether its seat may share by it at a moment.
    pub fn holds(&self, at: Moment) -> bool {
        self.ended.is_none() && self.mandate.terms.within.holds(at)
    }
}

impl Store {
    /// Gives a mandate. The permit names it in version 0.
    pub async fn give_mandate(&self, permit: Permit, new: &Mandate) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::PostItem]).await?;
        granted.names(ObjectKind::Mandate, &new.id)?;
        let Terms { group, tlp, pap, unnamed, days, within } = new.terms;
        let row = [
            ("id", new.id.to_string().into()),
            ("version", 1i64.into()),
            ("party", granted.seat().party.as_str().into()),
            ("seat", new.seat.as_str().into()),
            ("topic_group", group.to_string().into()),
            ("tlp", tlp.word().into()),
            ("pap", pap.word().into()),
            ("unnamed", i64::from(unnamed).into()),
            ("days", days.map(i64::from).into()),
            ("from_at", within.from.map(|from| from.0).into()),
            ("until_at", within.until.map(|until| until.0).into()),
            ("given_by", granted.seat().id.as_str().into()),
            ("given_at", granted.at().0.into()),
        ];
        write.tx.run(&insert("mandates", row)).await?;
        let mut detail = Detail::new().put("step", "give-mandate").put("seat", &new.seat).put("group", group);
        detail = detail.put("tlp", tlp).put("pap", pap);
        for (key, moment) in [("from", within.from), ("until", within.until)] {
            if let Some(moment) = moment {
                detail = detail.put(key, moment);
            }
        }
        write.append(granted.entry(EntryKind::Act, detail)).await?;
        Ok(write.commit().await?)
    }

    /// Ends a mandate of the acting seat's organisation.
    pub async fn end_mandate(&self, permit: Permit, id: MandateId) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::KeepItem]).await?;
        granted.names(ObjectKind::Mandate, &id)?;
        let mut update = Query::update();
        update
            .table("mandates")
            .value("version", Expr::col("version").add(1))
            .value("ended_by", granted.seat().id.as_str())
            .value("ended_at", granted.at().0)
            .and_where(Expr::col("id").eq(id.to_string()))
            .and_where(Expr::col("party").eq(granted.seat().party.as_str()))
            .and_where(Expr::col("ended_at").is_null());
        if write.tx.run(&update).await? == 0 {
            return Err(WriteError::Missing { kind: "mandate", id: id.to_string() });
        }
        write.append(granted.entry(EntryKind::Act, Detail::new().put("step", "end-mandate"))).await?;
        Ok(write.commit().await?)
    }

    /// The mandates of an organisation, newest first.
    pub async fn mandates_of(&self, party: &PartyId) -> Result<Vec<Given>, DbError> {
        let mut query = select();
        query.and_where(Expr::col("party").eq(party.as_str())).order_by("id", Order::Desc);
        self.db.rows(&query).await?.into_iter().map(read).collect()
    }

    /// The mandates that were not ended by which a seat shares, oldest first.
    pub async fn mandates_for(&self, seat: &SeatId) -> Result<Vec<Given>, DbError> {
        let mut query = select();
        query.and_where(Expr::col("seat").eq(seat.as_str())).and_where(Expr::col("ended_at").is_null());
        query.order_by("id", Order::Asc);
        self.db.rows(&query).await?.into_iter().map(read).collect()
    }

    /// A mandate.
    pub async fn mandate(&self, id: MandateId) -> Result<Option<Given>, DbError> {
        self.db.rows(&by_id(id)).await?.into_iter().next().map(read).transpose()
    }

    /// Keeps what became of an addition, and lets go of what is older than two days.
    pub async fn keep_addition(&self, id: &str, seat: &SeatId, at: Moment, body: &str) -> Result<(), DbError> {
        let mut old = Query::delete();
        old.from_table("additions").and_where(Expr::col("requested_at").lt(at.0.saturating_sub(KEPT)));
        let row =
            [("id", id.into()), ("seat", seat.as_str().into()), ("requested_at", at.0.into()), ("body", body.into())];
        let mut tx = self.db.begin().await?;
        tx.run(&old).await?;
        tx.run(&insert("additions", row)).await?;
        tx.commit().await
    }

    /// What became of an addition of a seat.
    pub async fn addition(&self, id: &str, seat: &SeatId) -> Result<Option<String>, DbError> {
        let mut query = Query::select();
        query.column("body").from("additions").and_where(Expr::col("id").eq(id));
        query.and_where(Expr::col("seat").eq(seat.as_str()));
        self.db.rows(&query).await?.into_iter().next().map(|mut row| row.text("body")).transpose()
    }
}

/// The mandate as it stands inside a write.
pub(crate) async fn load(tx: &mut Tx, id: MandateId) -> Result<Given, WriteError> {
    let row = tx.row(&by_id(id)).await?;
    let row = row.ok_or_else(|| WriteError::Missing { kind: "mandate", id: id.to_string() })?;
    Ok(read(row)?)
}

fn by_id(id: MandateId) -> SelectStatement {
    select().and_where(Expr::col("id").eq(id.to_string())).to_owned()
}

fn select() -> SelectStatement {
    let columns = [
        "id",
        "version",
        "party",
        "seat",
        "topic_group",
        "tlp",
        "pap",
        "unnamed",
        "days",
        "from_at",
        "until_at",
        "given_by",
        "given_at",
        "ended_by",
        "ended_at",
    ];
    Query::select().columns(columns).from("mandates").to_owned()
}

fn read(mut row: Row) -> Result<Given, DbError> {
    let days = row.opt_int("days")?;
    let mandate = Mandate {
        id: row.parsed("id")?,
        party: row.parsed("party")?,
        seat: row.parsed("seat")?,
        terms: Terms {
            group: row.parsed("topic_group")?,
            tlp: row.word("tlp", Tlp::from_word)?,
            pap: row.word("pap", Pap::from_word)?,
            unnamed: row.count("unnamed")? != 0,
            days: days.and_then(|days| u32::try_from(days).ok()),
            within: Validity { from: row.opt_moment("from_at")?, until: row.opt_moment("until_at")? },
        },
        by: row.parsed("given_by")?,
    };
    let ended = row.opt_parsed("ended_by")?.zip(row.opt_moment("ended_at")?);
    Ok(Given { mandate, version: row.count("version")?, given_at: row.moment("given_at")?, ended })
}
