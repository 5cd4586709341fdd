//! The register of courts.

use renkei_core::act::Act;
use renkei_core::id::CourtId;
use renkei_core::ledger::{Detail, EntryKind};
use renkei_core::question::ObjectKind;
use renkei_core::text::Bilingual;
use renkei_core::time::{Day, Moment};
use renkei_core::warrant::{Court, CourtKey};
use renkei_gate::Permit;
use sea_query::{Expr, ExprTrait, OnConflict, Order, Query};

use crate::db::{Row, insert, int};
use crate::error::{DbError, WriteError};
use crate::open::Store;

/// A court as the register has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    /// The court.
    pub court: Court,
    /// Counts up with every change.
    pub version: u64,
    /// When it was last changed.
    pub changed_at: Moment,
}

impl Store {
    /// Enters a court, or changes it. The permit names it in the version that was looked at. Keys that it has stay.
    pub async fn set_court(&self, permit: Permit, court: &Court) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::ImportCourt]).await?;
        let Court { id, name: Bilingual { ja, en }, keys } = court;
        granted.names(ObjectKind::Court, id)?;
        let row = [
            ("id", id.as_str().into()),
            ("version", 1i64.into()),
            ("ja", ja.as_str().into()),
            ("en", en.as_str().into()),
            ("changed_by", granted.seat().id.as_str().into()),
            ("changed_at", granted.at().0.into()),
        ];
        let mut row = insert("courts", row);
        let next = Expr::col(("courts", "version")).add(1i64);
        let mut changed = OnConflict::column("id").update_columns(["ja", "en", "changed_by", "changed_at"]).to_owned();
        row.on_conflict(changed.value("version", next).to_owned());
        write.tx.run(&row).await?;
        let mut detail = Detail::new().put("ja", ja).put("en", en).put("keys", keys.len());
        for (place, CourtKey { key, from, until, revoked }) in keys.iter().enumerate() {
            let day = |day: &Option<Day>| day.map(|day| i64::from(day.0));
            let row = [
                ("court", id.as_str().into()),
                ("key", key.to_string().into()),
                ("place", int(place as u64).into()),
                ("from_day", day(from).into()),
                ("until_day", day(until).into()),
                ("revoked_day", day(revoked).into()),
            ];
            let mut row = insert("court_keys", row);
            let changed = ["place", "from_day", "until_day", "revoked_day"];
            row.on_conflict(OnConflict::columns(["court", "key"]).update_columns(changed).to_owned());
            write.tx.run(&row).await?;
            // The days stand in the entry, so that it says years later what was known of the key.
            let shown = |day: &Option<Day>| day.map_or_else(|| "-".to_owned(), |day| day.to_string());
            let said = format!("{key} {} {} {}", shown(from), shown(until), shown(revoked));
            detail = detail.put(&format!("key-{}", place + 1), said);
        }
        write.append(granted.entry(EntryKind::Act, detail)).await?;
        Ok(write.commit().await?)
    }

    /// Every court, by identifier.
    pub async fn courts(&self) -> Result<Vec<Registered>, DbError> {
        let mut query = Query::select();
        query.columns(["id", "version", "ja", "en", "changed_at"]).from("courts").order_by("id", Order::Asc);
        let mut courts = self.db.rows(&query).await?.into_iter().map(court).collect::<Result<Vec<_>, _>>()?;
        let mut query = Query::select();
        let columns = ["court", "key", "from_day", "until_day", "revoked_day"];
        query.columns(columns).from("court_keys").order_by("place", Order::Asc);
        for mut row in self.db.rows(&query).await? {
            let of: CourtId = row.parsed("court")?;
            let key = key(row)?;
            if let Some(known) = courts.iter_mut().find(|known| known.court.id == of) {
                known.court.keys.push(key);
            }
        }
        Ok(courts)
    }
}

fn court(mut row: Row) -> Result<Registered, DbError> {
    let name = Bilingual { ja: row.text("ja")?, en: row.text("en")? };
    let court = Court { id: row.parsed("id")?, name, keys: Vec::new() };
    Ok(Registered { court, version: row.count("version")?, changed_at: row.moment("changed_at")? })
}

fn key(mut row: Row) -> Result<CourtKey, DbError> {
    Ok(CourtKey {
        key: row.parsed("key")?,
        from: day(&mut row, "from_day")?,
        until: day(&mut row, "until_day")?,
        revoked: day(&mut row, "revoked_day")?,
    })
}

fn day(row: &mut Row, column: &'static str) -> Result<Option<Day>, DbError> {
    let days = row.opt_int(column)?;
    days.map(|days| i32::try_from(days).map(Day).map_err(|_| row.unreadable(column))).transpose()
}
