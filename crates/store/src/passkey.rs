//! Passkeys of seats: their public halves and how often they were used. Private halves never leave their
//! authenticators.

use renkei_core::act::Act;
use renkei_core::id::{Digest, SeatId};
use renkei_core::ledger::{Detail, EntryKind, confirm};
use renkei_core::passkey::{PasskeyKey, RelyingParty, Told};
use renkei_core::question::ObjectKind;
use renkei_core::time::Moment;
use renkei_gate::Permit;
use sea_query::{Expr, ExprTrait, Order, Query};

use crate::chain::Write;
use crate::db::{Row, Tx, insert};
use crate::error::{DbError, WriteError};
use crate::open::{Store, program};

/// A passkey of a seat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    /// SHA-256 of the credential id: its name in the ledger.
    pub mark: Digest,
    /// The credential id.
    pub credential: Vec<u8>,
    /// Whose.
    pub seat: SeatId,
    /// What its holder calls it; never in the ledger, which cannot forget.
    pub name: String,
    /// The public half.
    pub key: PasskeyKey,
    /// What the authenticator told last.
    pub told: Told,
    /// When it was made.
    pub made_at: Moment,
    /// When it was last used.
    pub used_at: Option<Moment>,
}

/// A passkey about to be entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPasskey {
    /// The credential id.
    pub credential: Vec<u8>,
    /// What its holder calls it.
    pub name: String,
    /// The public half.
    pub key: PasskeyKey,
    /// What the authenticator told.
    pub told: Told,
    /// The site that it is for.
    pub site: RelyingParty,
}

/// A use of a passkey whose signature holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Used {
    /// Which.
    pub passkey: Digest,
    /// What the authenticator told.
    pub told: Told,
    /// When.
    pub at: Moment,
}

const COLUMNS: [&str; 10] =
    ["mark", "credential", "seat", "name", "public", "counter", "eligible", "backed_up", "made_at", "used_at"];

// ----------------------------------------------------------------------------------------- reading

impl Store {
    /// The passkeys of a seat, oldest first.
    pub async fn passkeys(&self, seat: &SeatId) -> Result<Vec<Passkey>, DbError> {
        let mut query = Query::select();
        query
            .columns(COLUMNS)
            .from("passkeys")
            .and_where(Expr::col("seat").eq(seat.as_str()))
            .order_by("made_at", Order::Asc)
            .order_by("mark", Order::Asc);
        self.db.rows(&query).await?.into_iter().map(read).collect()
    }

    /// A passkey by its mark.
    pub async fn passkey(&self, mark: Digest) -> Result<Option<Passkey>, DbError> {
        let mut query = Query::select();
        query.columns(COLUMNS).from("passkeys").and_where(Expr::col("mark").eq(mark.0.to_vec()));
        self.db.rows(&query).await?.into_iter().next().map(read).transpose()
    }
}

// ----------------------------------------------------------------------------------------- writing

impl Store {
    /// Enters a passkey of the permit's own seat; the ledger introduces it with its public half.
    pub async fn add_passkey(&self, permit: Permit, new: &NewPasskey) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::KeepPasskeys]).await?;
        let seat = granted.seat().id.clone();
        granted.names(ObjectKind::Seat, &seat)?;
        let NewPasskey { credential, name, key, told, site } = new;
        let Told { counter, backup_eligible, backed_up } = *told;
        let mark = Digest::of(credential);
        let mut known = Query::select();
        known.columns(["mark"]).from("passkeys").and_where(Expr::col("mark").eq(mark.0.to_vec()));
        if write.tx.row(&known).await?.is_some() {
            return Err(WriteError::Exists { kind: "passkey", id: mark.to_string() });
        }
        let row = [
            ("mark", mark.0.to_vec().into()),
            ("credential", credential.clone().into()),
            ("seat", seat.as_str().into()),
            ("name", name.as_str().into()),
            ("public", key.cose().to_vec().into()),
            ("counter", i64::from(counter).into()),
            ("eligible", i64::from(backup_eligible).into()),
            ("backed_up", i64::from(backed_up).into()),
            ("made_at", granted.at().0.into()),
        ];
        write.tx.run(&insert("passkeys", row)).await?;
        write.append(granted.entry(EntryKind::Key, confirm::introduction(mark, site, key))).await?;
        Ok(write.commit().await?)
    }

    /// Calls a passkey of the permit's own seat something else.
    pub async fn rename_passkey(&self, permit: Permit, mark: Digest, name: &str) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::KeepPasskeys]).await?;
        let seat = granted.seat().id.clone();
        granted.names(ObjectKind::Seat, &seat)?;
        let mut update = Query::update();
        update.table("passkeys").value("name", name).and_where(own(mark, &seat));
        if write.tx.run(&update).await? == 0 {
            return Err(missing(mark));
        }
        let detail = Detail::new().put("step", "rename").put("passkey", mark);
        write.append(granted.entry(EntryKind::Act, detail)).await?;
        Ok(write.commit().await?)
    }

    /// Removes a passkey of the permit's own seat. Its password and time code stay, so that it is never
    /// the last way in; what it confirmed before still holds.
    pub async fn remove_passkey(&self, permit: Permit, mark: Digest) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::KeepPasskeys]).await?;
        let seat = granted.seat().id.clone();
        granted.names(ObjectKind::Seat, &seat)?;
        let mut delete = Query::delete();
        delete.from_table("passkeys").and_where(own(mark, &seat));
        if write.tx.run(&delete).await? == 0 {
            return Err(missing(mark));
        }
        write.append(granted.entry(EntryKind::Key, confirm::ending(mark))).await?;
        Ok(write.commit().await?)
    }

    /// Notes that a passkey was used. One whose counter does not count up may have been copied: it is
    /// refused, and the ledger says so (WebAuthn section 6.1.1).
    pub async fn use_passkey(&self, used: &Used) -> Result<(), WriteError> {
        let mut write = Write::begin(&self.db).await?;
        match note_use(&mut write.tx, used).await {
            Err(error @ WriteError::Counter(_)) => {
                let detail = Detail::new().put("passkey", used.passkey).put("counter", used.told.counter);
                write.append(program(used.at, EntryKind::Note, "passkey-counts-back", detail)).await?;
                write.commit().await?;
                Err(error)
            }
            Err(other) => Err(other),
            Ok(()) => Ok(write.commit().await?),
        }
    }
}

/// Notes a use, inside a write.
pub(crate) async fn note_use(tx: &mut Tx, used: &Used) -> Result<(), WriteError> {
    let Used { passkey, told, at } = used;
    let counter = i64::from(told.counter);
    // Both 0: the authenticator does not count.
    let counts = match told.counter {
        0 => Expr::col("counter").eq(0i64),
        _ => Expr::col("counter").lt(counter),
    };
    let mut update = Query::update();
    update
        .table("passkeys")
        .value("counter", counter)
        .value("backed_up", i64::from(told.backed_up))
        .value("used_at", at.0)
        .and_where(Expr::col("mark").eq(passkey.0.to_vec()))
        // Whether it can be copied never changes: another answer is another authenticator's.
        .and_where(Expr::col("eligible").eq(i64::from(told.backup_eligible)))
        .and_where(counts);
    if tx.run(&update).await? == 1 { Ok(()) } else { Err(WriteError::Counter(*passkey)) }
}

/// Ends every passkey of a seat that is taken anew.
pub(crate) async fn end_all(write: &mut Write, seat: &SeatId, at: Moment) -> Result<(), DbError> {
    let mut query = Query::select();
    query.columns(["mark"]).from("passkeys").and_where(Expr::col("seat").eq(seat.as_str()));
    let mut delete = Query::delete();
    delete.from_table("passkeys").and_where(Expr::col("seat").eq(seat.as_str()));
    let rows = write.tx.rows(&query).await?;
    write.tx.run(&delete).await?;
    for mut row in rows {
        let detail = confirm::ending(row.digest("mark")?);
        write.append(program(at, EntryKind::Key, "passkey-ended", detail)).await?;
    }
    Ok(())
}

fn own(mark: Digest, seat: &SeatId) -> Expr {
    Expr::col("mark").eq(mark.0.to_vec()).and(Expr::col("seat").eq(seat.as_str()))
}

fn missing(mark: Digest) -> WriteError {
    WriteError::Missing { kind: "passkey", id: mark.to_string() }
}

fn read(mut row: Row) -> Result<Passkey, DbError> {
    let counter = u32::try_from(row.count("counter")?).map_err(|_| row.unreadable("counter"))?;
    let key = PasskeyKey::from_cose(&row.bytes("public")?).map_err(|_| row.unreadable("public"))?;
    Ok(Passkey {
        mark: row.digest("mark")?,
        credential: row.bytes("credential")?,
        seat: row.parsed("seat")?,
        name: row.text("name")?,
        key,
        told: Told { counter, backup_eligible: row.count("eligible")? != 0, backed_up: row.count("backed_up")? != 0 },
        made_at: row.moment("made_at")?,
        used_at: row.opt_moment("used_at")?,
    })
}
