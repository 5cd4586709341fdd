//! Seats in the registry: desks of parties, never persons.

use renkei_core::act::Act;
use renkei_core::id::SeatId;
use renkei_core::ledger::{Detail, EntryKind};
use renkei_core::party::Role;
use renkei_core::seat::{Duty, Seat};
use renkei_core::text::Bilingual;
use renkei_gate::Permit;
use sea_query::{OnConflict, Order, Query};
use serde::{Deserialize, Serialize};

use crate::db::{Row, Tx, insert};
use crate::error::{DbError, WriteError};
use crate::open::Store;

/// Everything of a seat that is not a column.
#[derive(Serialize, Deserialize)]
struct Stored {
    party_role: String,
    title_ja: String,
    title_en: String,
    duties: Vec<String>,
    machine: bool,
}

impl Store {
    /// Adds or changes seats in one act.
    pub async fn set_seats(&self, permit: Permit, seats: &[Seat]) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::SetOffice, Act::ImportParty]).await?;
        let mut detail = Detail::new().put("seats", seats.len());
        for seat in seats {
            detail = detail.put(&format!("seat.{}", seat.id), duties(seat));
            put(&mut write.tx, seat).await?;
        }
        write.append(granted.entry(EntryKind::Act, detail)).await?;
        Ok(write.commit().await?)
    }

    /// Every seat, by identifier.
    pub async fn seats(&self) -> Result<Vec<Seat>, DbError> {
        let mut query = Query::select();
        query.columns(["id", "party", "body"]).from("seats").order_by("id", Order::Asc);
        self.db.rows(&query).await?.into_iter().map(read).collect()
    }

    /// A seat.
    pub async fn seat(&self, id: &SeatId) -> Result<Option<Seat>, DbError> {
        Ok(self.seats().await?.into_iter().find(|seat| seat.id == *id))
    }
}

/// The seat's duties in one line, as the ledger keeps them.
pub(crate) fn duties(seat: &Seat) -> String {
    seat.duties.iter().map(|duty| duty.word()).collect::<Vec<_>>().join(" ")
}

/// Writes a seat in the place of what was there.
pub(crate) async fn put(tx: &mut Tx, seat: &Seat) -> Result<(), DbError> {
    let Seat { id, party, party_role, title, duties, machine } = seat;
    let Bilingual { ja, en } = title.clone();
    let duties: Vec<_> = duties.iter().map(|duty| duty.word().to_owned()).collect();
    let party_role = party_role.word().to_owned();
    let stored = Stored { party_role, title_ja: ja, title_en: en, duties, machine: *machine };
    let body = serde_json::to_string(&stored).map_err(|_| DbError::Unreadable { column: "body" })?;
    let mut row =
        insert("seats", [("id", id.as_str().into()), ("party", party.as_str().into()), ("body", body.into())]);
    row.on_conflict(OnConflict::column("id").update_columns(["party", "body"]).to_owned());
    tx.run(&row).await.map(drop)
}

fn read(mut row: Row) -> Result<Seat, DbError> {
    let Stored { party_role, title_ja, title_en, duties, machine } = row.json("body")?;
    let duties: Option<Vec<_>> = duties.iter().map(|word| Duty::from_word(word)).collect();
    Ok(Seat {
        id: row.parsed("id")?,
        party: row.parsed("party")?,
        party_role: Role::from_word(&party_role).ok_or_else(|| row.unreadable("body"))?,
        title: Bilingual { ja: title_ja, en: title_en },
        duties: duties.ok_or_else(|| row.unreadable("body"))?,
        machine,
    })
}
