//! Which lines there are.

use renkei_core::act::Act;
use renkei_core::id::{Digest, PartyId};
use renkei_core::ledger::{Detail, EntryKind};
use renkei_core::question::ObjectKind;
use renkei_gate::Permit;
use sea_query::{Expr, ExprTrait, OnConflict, Order, Query};

use super::{Line, NewLine};
use crate::chain::Write;
use crate::db::{Row, insert};
use crate::error::{DbError, WriteError};
use crate::open::{Store, program};

const COLUMNS: [&str; 8] = ["party", "version", "url", "authority", "office_key", "keys", "made_by", "made_at"];

impl Store {
    /// Every line, by party.
    pub async fn lines(&self) -> Result<Vec<Line>, DbError> {
        let mut query = Query::select();
        query.columns(COLUMNS).from("lines").order_by("party", Order::Asc);
        self.db.rows(&query).await?.into_iter().map(line).collect()
    }

    /// The line to a party's office.
    pub async fn line(&self, party: &PartyId) -> Result<Option<Line>, DbError> {
        let mut query = Query::select();
        query.columns(COLUMNS).from("lines").and_where(Expr::col("party").eq(party.as_str()));
        self.db.rows(&query).await?.into_iter().next().map(line).transpose()
    }

    /// Enters a line, or changes it. The permit names the party.
    pub async fn set_line(&self, permit: Permit, party: &PartyId, new: &NewLine) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::ImportParty]).await?;
        granted.names(ObjectKind::Party, party)?;
        let NewLine { url, authority, office_key, keys } = new;
        let row = [
            ("party", party.as_str().into()),
            ("version", 1i64.into()),
            ("url", url.as_str().into()),
            ("authority", authority.as_str().into()),
            ("office_key", office_key.as_str().into()),
            ("keys", keys.as_str().into()),
            ("made_by", granted.seat().id.as_str().into()),
            ("made_at", granted.at().0.into()),
        ];
        let mut row = insert("lines", row);
        let columns = ["url", "authority", "office_key", "keys", "made_by", "made_at"];
        let next = Expr::col(("lines", "version")).add(1i64);
        row.on_conflict(OnConflict::column("party").update_columns(columns).value("version", next).to_owned());
        write.tx.run(&row).await?;
        let detail = Detail::new()
            .put("line", url)
            .put("office-key", office_key)
            .put("authority", Digest::of(authority.as_bytes()))
            .put("keys", Digest::of(keys.as_bytes()));
        write.append(granted.entry(EntryKind::Act, detail)).await?;
        Ok(write.commit().await?)
    }

    /// Enters that the office made its certificate for lines.
    pub async fn note_certificate(&self, permit: Permit, detail: Detail) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::ImportParty]).await?;
        write.append(granted.entry(EntryKind::Act, detail)).await?;
        Ok(write.commit().await?)
    }

    /// Removes a line: nothing is told or taken on it any more.
    pub async fn remove_line(&self, permit: Permit, party: &PartyId) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::ImportParty]).await?;
        granted.names(ObjectKind::Party, party)?;
        let mut delete = Query::delete();
        delete.from_table("lines").and_where(Expr::col("party").eq(party.as_str()));
        if write.tx.run(&delete).await? == 0 {
            return Err(WriteError::Missing { kind: "line", id: party.to_string() });
        }
        write.append(granted.entry(EntryKind::Act, Detail::new().put("line", "removed"))).await?;
        Ok(write.commit().await?)
    }
}

/// Keeps the keys for which the other office vouches, if they are others than before.
pub(super) async fn keep_keys(
    write: &mut Write,
    party: &PartyId,
    keys: &str,
    at: renkei_core::time::Moment,
) -> Result<(), WriteError> {
    let mut update = Query::update();
    update
        .table("lines")
        .value("keys", keys)
        .and_where(Expr::col("party").eq(party.as_str()))
        .and_where(Expr::col("keys").ne(keys));
    if write.tx.run(&update).await? > 0 {
        let detail = Detail::new().put("party", party).put("keys", Digest::of(keys.as_bytes()));
        write.append(program(at, EntryKind::Note, "line-keys", detail)).await?;
    }
    Ok(())
}

fn line(mut row: Row) -> Result<Line, DbError> {
    Ok(Line {
        party: row.parsed("party")?,
        version: row.count("version")?,
        url: row.text("url")?,
        authority: row.text("authority")?,
        office_key: row.text("office_key")?,
        keys: row.text("keys")?,
        made_by: row.parsed("made_by")?,
        made_at: row.moment("made_at")?,
    })
}
