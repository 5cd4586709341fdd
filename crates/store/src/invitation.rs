//! Invitations: one-time links by which a person takes a seat.

use renkei_core::act::Act;
use renkei_core::id::{Digest, PartyId, SeatId};
use renkei_core::ledger::{Detail, EntryKind};
use renkei_core::question::ObjectKind;
use renkei_core::seat::Seat;
use renkei_core::time::Moment;
use renkei_gate::Permit;
use sea_query::{Expr, ExprTrait, Order, Query};

use crate::chain::Write;
use crate::db::{Row, insert};
use crate::error::{DbError, WriteError};
use crate::open::{Store, program};
use crate::{account, identity, passkey, seat};

/// A link that was given out; only the hash of its secret is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// SHA-256 of the secret in the link.
    pub hash: Digest,
    /// The seat to take.
    pub seat: SeatId,
    /// The seat's party.
    pub party: PartyId,
    /// Who invited.
    pub made_by: SeatId,
    /// When.
    pub made_at: Moment,
    /// Until when it can be used.
    pub ends_at: Moment,
    /// When it was used.
    pub used_at: Option<Moment>,
}

const COLUMNS: [&str; 7] = ["hash", "seat", "party", "made_by", "made_at", "ends_at", "used_at"];

impl Store {
    /// Makes a seat, or changes its title and duties, and gives out a link to it. Links given out for
    /// the same seat before do not work any more.
    pub async fn invite(&self, permit: Permit, seat: &Seat, hash: Digest, ends_at: Moment) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::ManageSeats]).await?;
        granted.names(ObjectKind::Seat, &seat.id)?;
        seat::put(&mut write.tx, seat).await?;
        let mut earlier = Query::delete();
        earlier.from_table("invitations").and_where(Expr::col("seat").eq(seat.id.as_str()));
        write.tx.run(&earlier).await?;
        let row = [
            ("hash", hash.0.to_vec().into()),
            ("seat", seat.id.as_str().into()),
            ("party", seat.party.as_str().into()),
            ("made_by", granted.seat().id.as_str().into()),
            ("made_at", granted.at().0.into()),
            ("ends_at", ends_at.0.into()),
        ];
        write.tx.run(&insert("invitations", row)).await?;
        let detail = Detail::new().put("step", "invite").put("duties", seat::duties(seat)).put("ends", ends_at);
        write.append(granted.entry(EntryKind::Act, detail)).await?;
        Ok(write.commit().await?)
    }

    /// The invitation a secret belongs to, used or not.
    pub async fn invitation(&self, hash: Digest) -> Result<Option<Invitation>, DbError> {
        let mut query = Query::select();
        query.columns(COLUMNS).from("invitations").and_where(Expr::col("hash").eq(hash.0.to_vec()));
        self.db.rows(&query).await?.into_iter().next().map(read).transpose()
    }

    /// Every invitation, newest first.
    pub async fn invitations(&self) -> Result<Vec<Invitation>, DbError> {
        let mut query = Query::select();
        query.columns(COLUMNS).from("invitations").order_by("made_at", Order::Desc);
        self.db.rows(&query).await?.into_iter().map(read).collect()
    }

    /// Takes the seat of an invitation: the account is written, the link is used up.
    pub async fn take_seat(&self, at: Moment, hash: Digest, account: &account::NewAccount) -> Result<(), WriteError> {
        let mut write = Write::begin(&self.db).await?;
        let mut update = Query::update();
        update
            .table("invitations")
            .value("used_at", at.0)
            .and_where(Expr::col("hash").eq(hash.0.to_vec()))
            .and_where(Expr::col("seat").eq(account.seat.as_str()))
            .and_where(Expr::col("used_at").is_null())
            .and_where(Expr::col("ends_at").gt(at.0));
        if write.tx.run(&update).await? == 0 {
            return Err(WriteError::Missing { kind: "invitation", id: account.seat.to_string() });
        }
        account::put(&mut write.tx, at, account).await?;
        // Taken anew, a seat is another person's, or was lost: what was signed in before ends.
        let mut open = Query::delete();
        open.from_table("sessions").and_where(Expr::col("seat").eq(account.seat.as_str()));
        write.tx.run(&open).await?;
        passkey::end_all(&mut write, &account.seat, at).await?;
        identity::end_all(&mut write.tx, &account.seat).await?;
        let detail = Detail::new().put("step", "take").put("seat", &account.seat);
        write.append(program(at, EntryKind::Note, "seat-taken", detail)).await?;
        Ok(write.commit().await?)
    }
}

fn read(mut row: Row) -> Result<Invitation, DbError> {
    Ok(Invitation {
        hash: row.digest("hash")?,
        seat: row.parsed("seat")?,
        party: row.parsed("party")?,
        made_by: row.parsed("made_by")?,
        made_at: row.moment("made_at")?,
        ends_at: row.moment("ends_at")?,
        used_at: row.opt_moment("used_at")?,
    })
}
