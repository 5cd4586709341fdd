//! Who signs in through an identity provider: the digest of a subject, linked to one seat (OpenID Connect).

use renkei_core::act::Act;
use renkei_core::id::{Digest, PartyId, SeatId};
use renkei_core::ledger::{Detail, EntryKind};
use renkei_core::question::ObjectKind;
use renkei_core::time::Moment;
use renkei_gate::Permit;
use sea_query::{Expr, ExprTrait, Order, Query};

use crate::db::{Row, Tx, insert};
use crate::error::{DbError, WriteError};
use crate::open::Store;

/// A link between somebody at a provider and a seat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Digest of issuer and subject.
    pub subject: Digest,
    /// The seat.
    pub seat: SeatId,
    /// The provider's issuer.
    pub issuer: String,
    /// When it was linked.
    pub made_at: Moment,
    /// When it last signed in.
    pub used_at: Option<Moment>,
}

/// Somebody was sent to a provider and is waited for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    /// Digest of the state that the browser brings back.
    pub mark: Digest,
    /// Whose provider.
    pub party: PartyId,
    /// What the id token must carry.
    pub nonce: String,
    /// What shows that who asks for the token is who began.
    pub verifier: String,
    /// The session that links its seat; `None`: somebody signs in.
    pub session: Option<Digest>,
    /// Where to go afterwards.
    pub back: String,
    /// Until when it is waited.
    pub ends_at: Moment,
}

const COLUMNS: [&str; 5] = ["subject", "seat", "issuer", "made_at", "used_at"];
const FLOW_COLUMNS: [&str; 7] = ["mark", "party", "nonce", "verifier", "session", "back", "ends_at"];

impl Store {
    /// Who somebody at a provider is here.
    pub async fn identity(&self, subject: Digest) -> Result<Option<Identity>, DbError> {
        let mut query = Query::select();
        query.columns(COLUMNS).from("identities").and_where(Expr::col("subject").eq(subject.0.to_vec()));
        self.db.rows(&query).await?.into_iter().next().map(read).transpose()
    }

    /// The links of a seat, oldest first.
    pub async fn identities(&self, seat: &SeatId) -> Result<Vec<Identity>, DbError> {
        let mut query = Query::select();
        query
            .columns(COLUMNS)
            .from("identities")
            .and_where(Expr::col("seat").eq(seat.as_str()))
            .order_by("made_at", Order::Asc);
        self.db.rows(&query).await?.into_iter().map(read).collect()
    }

    /// Links somebody at a provider to the permit's own seat; one who is linked already stays where they are.
    pub async fn link_identity(&self, permit: Permit, subject: Digest, issuer: &str) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::KeepPasskeys]).await?;
        let seat = granted.seat().id.clone();
        granted.names(ObjectKind::Seat, &seat)?;
        let mut known = Query::select();
        known.columns(["subject"]).from("identities").and_where(Expr::col("subject").eq(subject.0.to_vec()));
        if write.tx.row(&known).await?.is_some() {
            return Err(WriteError::Exists { kind: "identity", id: subject.to_string() });
        }
        let row = [
            ("subject", subject.0.to_vec().into()),
            ("seat", seat.as_str().into()),
            ("issuer", issuer.into()),
            ("made_at", granted.at().0.into()),
        ];
        write.tx.run(&insert("identities", row)).await?;
        let detail = Detail::new().put("step", "identity").put("identity", subject).put("issuer", issuer);
        write.append(granted.entry(EntryKind::Act, detail)).await?;
        Ok(write.commit().await?)
    }

    /// Takes a link of the permit's own seat away.
    pub async fn unlink_identity(&self, permit: Permit, subject: Digest) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::KeepPasskeys]).await?;
        let seat = granted.seat().id.clone();
        granted.names(ObjectKind::Seat, &seat)?;
        let mut delete = Query::delete();
        delete
            .from_table("identities")
            .and_where(Expr::col("subject").eq(subject.0.to_vec()))
            .and_where(Expr::col("seat").eq(seat.as_str()));
        if write.tx.run(&delete).await? == 0 {
            return Err(WriteError::Missing { kind: "identity", id: subject.to_string() });
        }
        let detail = Detail::new().put("step", "identity-ended").put("identity", subject);
        write.append(granted.entry(EntryKind::Act, detail)).await?;
        Ok(write.commit().await?)
    }

    /// Notes that a link was used.
    pub async fn use_identity(&self, subject: Digest, at: Moment) -> Result<(), DbError> {
        let mut update = Query::update();
        update.table("identities").value("used_at", at.0).and_where(Expr::col("subject").eq(subject.0.to_vec()));
        let mut tx = self.db.begin().await?;
        tx.run(&update).await?;
        tx.commit().await
    }

    /// Waits for somebody who was sent to a provider; those that nobody came back from are forgotten.
    pub async fn begin_flow(&self, flow: &Flow, at: Moment) -> Result<(), DbError> {
        let mut tx = self.db.begin().await?;
        let mut ended = Query::delete();
        ended.from_table("flows").and_where(Expr::col("ends_at").lte(at.0));
        tx.run(&ended).await?;
        let Flow { mark, party, nonce, verifier, session, back, ends_at } = flow;
        let row = [
            ("mark", mark.0.to_vec().into()),
            ("party", party.as_str().into()),
            ("nonce", nonce.as_str().into()),
            ("verifier", verifier.as_str().into()),
            ("session", session.map(|session| session.0.to_vec()).into()),
            ("back", back.as_str().into()),
            ("ends_at", ends_at.0.into()),
        ];
        tx.run(&insert("flows", row)).await?;
        tx.commit().await
    }

    /// Ends the waiting under a mark, whatever becomes of it; `None`: nobody is waited for under it.
    pub async fn end_flow(&self, mark: Digest, at: Moment) -> Result<Option<Flow>, DbError> {
        let mut tx = self.db.begin().await?;
        let mut query = Query::select();
        query.columns(FLOW_COLUMNS).from("flows").and_where(Expr::col("mark").eq(mark.0.to_vec()));
        let flow = tx.row(&query).await?.map(read_flow).transpose()?;
        let mut delete = Query::delete();
        delete.from_table("flows").and_where(Expr::col("mark").eq(mark.0.to_vec()));
        let once = tx.run(&delete).await? == 1;
        tx.commit().await?;
        Ok(flow.filter(|flow| once && flow.ends_at > at))
    }
}

/// Takes the links of a seat away that is taken anew.
pub(crate) async fn end_all(tx: &mut Tx, seat: &SeatId) -> Result<(), DbError> {
    let mut delete = Query::delete();
    delete.from_table("identities").and_where(Expr::col("seat").eq(seat.as_str()));
    tx.run(&delete).await.map(drop)
}

fn read(mut row: Row) -> Result<Identity, DbError> {
    Ok(Identity {
        subject: row.digest("subject")?,
        seat: row.parsed("seat")?,
        issuer: row.text("issuer")?,
        made_at: row.moment("made_at")?,
        used_at: row.opt_moment("used_at")?,
    })
}

fn read_flow(mut row: Row) -> Result<Flow, DbError> {
    Ok(Flow {
        mark: row.digest("mark")?,
        party: row.parsed("party")?,
        nonce: row.text("nonce")?,
        verifier: row.text("verifier")?,
        session: row.opt_bytes("session")?.and_then(|bytes| bytes.try_into().ok()).map(Digest),
        back: row.text("back")?,
        ends_at: row.moment("ends_at")?,
    })
}
