//! Objects that both sides keep, and the messages that were carried out.

use std::collections::BTreeSet;

use renkei_core::id::{InquiryId, PartyId};
use renkei_core::time::Moment;
use sea_query::{Cond, Expr, ExprTrait, Order, Query, SelectStatement};

use super::{CarriedOut, LineObject, Objects};
use crate::db::{Row, Tx, insert, int};
use crate::error::{DbError, WriteError};
use crate::open::Store;

const COLUMNS: [&str; 10] =
    ["id", "inquiry", "kind", "owner", "addressee", "generation", "state", "class", "changed_at", "body"];

impl Store {
    /// Objects by their identifiers; those that there are.
    pub async fn line_objects(&self, ids: &[String]) -> Result<Vec<LineObject>, DbError> {
        let mut found = Vec::new();
        // A statement has only so many places.
        for some in ids.chunks(500) {
            let mut query = select();
            query.and_where(Expr::col("id").is_in(some.iter().map(String::as_str)));
            for row in self.db.rows(&query).await? {
                found.push(object(row)?);
            }
        }
        Ok(found)
    }

    /// The objects of an inquiry, by identifier.
    pub async fn objects_of(&self, inquiry: InquiryId) -> Result<Vec<LineObject>, DbError> {
        let mut query = select();
        query.and_where(Expr::col("inquiry").eq(inquiry.to_string())).order_by("id", Order::Asc);
        self.db.rows(&query).await?.into_iter().map(object).collect()
    }

    /// The objects that two parties keep together and that changed since a moment, oldest change first.
    pub async fn objects_between(
        &self,
        (own, peer): (&PartyId, &PartyId),
        kind: Option<&str>,
        since: Option<Moment>,
        most: u64,
    ) -> Result<Vec<LineObject>, DbError> {
        let side = |owner: &PartyId, addressee: &PartyId| {
            let (owner, addressee) = (owner.as_str().to_owned(), addressee.as_str().to_owned());
            Cond::all().add(Expr::col("owner").eq(owner)).add(Expr::col("addressee").eq(addressee))
        };
        let mut query = select();
        query.cond_where(Cond::any().add(side(own, peer)).add(side(peer, own)));
        if let Some(kind) = kind {
            query.and_where(Expr::col("kind").eq(kind));
        }
        if let Some(since) = since {
            query.and_where(Expr::col("changed_at").gte(since.0));
        }
        query.order_by("changed_at", Order::Asc).order_by("id", Order::Asc).limit(most);
        self.db.rows(&query).await?.into_iter().map(object).collect()
    }

    /// What was answered to a message that was carried out.
    pub async fn carried_out(&self, sender: &PartyId, ticket: &str) -> Result<Option<CarriedOut>, DbError> {
        let mut query = Query::select();
        query
            .columns(["digest", "answer"])
            .from("line_answers")
            .and_where(Expr::col("sender").eq(sender.as_str()))
            .and_where(Expr::col("ticket").eq(ticket));
        let Some(mut row) = self.db.rows(&query).await?.into_iter().next() else { return Ok(None) };
        let (sender, ticket) = (sender.clone(), ticket.to_owned());
        Ok(Some(CarriedOut { sender, ticket, digest: row.digest("digest")?, answer: row.text("answer")? }))
    }
}

/// Which of some objects there are.
pub(super) async fn known<'i>(tx: &mut Tx, ids: impl Iterator<Item = &'i str>) -> Result<BTreeSet<String>, DbError> {
    let ids: Vec<&str> = ids.collect();
    let mut found = BTreeSet::new();
    for some in ids.chunks(500) {
        let mut query = Query::select();
        query.columns(["id"]).from("line_objects").and_where(Expr::col("id").is_in(some.iter().copied()));
        for mut row in tx.rows(&query).await? {
            found.insert(row.text("id")?);
        }
    }
    Ok(found)
}

/// Keeps what came and what changed; an object that somebody changed meanwhile is stale.
pub(super) async fn keep(tx: &mut Tx, objects: &Objects) -> Result<(), WriteError> {
    for made in &objects.made {
        let row = [
            ("id", made.id.as_str().into()),
            ("inquiry", made.inquiry.to_string().into()),
            ("kind", made.kind.as_str().into()),
            ("owner", made.owner.as_str().into()),
            ("addressee", made.addressee.as_str().into()),
            ("generation", int(made.generation).into()),
            ("state", made.state.as_str().into()),
            ("class", made.class.clone().into()),
            ("changed_at", made.changed_at.0.into()),
            ("body", made.body.clone().into()),
        ];
        tx.run(&insert("line_objects", row)).await?;
    }
    for changed in &objects.changed {
        let mut update = Query::update();
        update
            .table("line_objects")
            .value("generation", int(changed.generation))
            .value("state", changed.state.as_str())
            .value("changed_at", changed.changed_at.0)
            .value("body", changed.body.clone())
            .and_where(Expr::col("id").eq(changed.id.as_str()))
            .and_where(Expr::col("generation").eq(int(changed.generation.saturating_sub(1))));
        if tx.run(&update).await? == 0 {
            return Err(WriteError::Missing { kind: "object", id: changed.id.clone() });
        }
    }
    Ok(())
}

/// Keeps that a message was carried out, with its answer.
pub(super) async fn carry_out(
    tx: &mut Tx,
    carried: &CarriedOut,
    inquiry: InquiryId,
    at: Moment,
) -> Result<(), WriteError> {
    let row = [
        ("sender", carried.sender.as_str().into()),
        ("ticket", carried.ticket.as_str().into()),
        ("digest", carried.digest.0.to_vec().into()),
        ("answer", carried.answer.as_str().into()),
        ("inquiry", inquiry.to_string().into()),
        ("at", at.0.into()),
    ];
    tx.run(&insert("line_answers", row)).await?;
    Ok(())
}

fn select() -> SelectStatement {
    Query::select().columns(COLUMNS).from("line_objects").to_owned()
}

fn object(mut row: Row) -> Result<LineObject, DbError> {
    Ok(LineObject {
        id: row.text("id")?,
        inquiry: row.parsed("inquiry")?,
        kind: row.text("kind")?,
        owner: row.parsed("owner")?,
        addressee: row.parsed("addressee")?,
        generation: row.count("generation")?,
        state: row.text("state")?,
        class: row.opt_text("class")?,
        changed_at: row.moment("changed_at")?,
        body: row.opt_text("body")?,
    })
}
