//! Tokens: by which a program acts for a seat through the API. Only hashes of their secrets are kept.

use renkei_core::act::Act;
use renkei_core::id::{Digest, SeatId};
use renkei_core::ledger::{Detail, EntryKind};
use renkei_core::question::ObjectKind;
use renkei_core::time::Moment;
use renkei_gate::Permit;
use sea_query::{Expr, ExprTrait, Order, Query};

use crate::db::{Row, insert};
use crate::error::{DbError, WriteError};
use crate::open::Store;

/// A token that was given out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// SHA-256 of its secret.
    pub hash: Digest,
    /// What its holder calls it.
    pub name: String,
    /// The seat it acts for.
    pub seat: SeatId,
    /// What it may be used for.
    pub scope: Scope,
    /// When it was made.
    pub made_at: Moment,
    /// When it ends by itself.
    pub ends_at: Moment,
    /// When it was last used.
    pub used_at: Option<Moment>,
}

/// What a token may be used for; never more than its seat may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// The numbers by which the office is watched, and nothing else.
    Watch,
    /// Handing in feed files, and nothing else: what a sinkhole or a sensor holds.
    Feed,
    /// Reading only.
    Read,
    /// Reading, and answering requests.
    Answer,
    /// All that its seat may do through the API; approving is never among it.
    Work,
}

impl Scope {
    /// Every scope, least first.
    pub const ALL: [Self; 5] = [Self::Watch, Self::Feed, Self::Read, Self::Answer, Self::Work];

    /// The stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Watch => "watch",
            Self::Feed => "feed",
            Self::Read => "read",
            Self::Answer => "answer",
            Self::Work => "work",
        }
    }

    /// Whether a token of this scope opens what needs another.
    pub fn opens(self, needed: Self) -> bool {
        match self {
            // They hold one door each.
            Self::Watch | Self::Feed => self == needed,
            Self::Read | Self::Answer => self >= needed && needed != Self::Feed,
            Self::Work => true,
        }
    }

    /// The scope a word stands for.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.word() == word)
    }
}

const COLUMNS: [&str; 7] = ["hash", "name", "seat", "scope", "made_at", "ends_at", "used_at"];

impl Store {
    /// Enters a token of a seat.
    pub async fn give_token(&self, permit: Permit, token: &Token) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::ManageSeats]).await?;
        granted.names(ObjectKind::Seat, &token.seat)?;
        let Token { hash, name, seat, scope, made_at, ends_at, used_at: _ } = token;
        let row = [
            ("hash", hash.0.to_vec().into()),
            ("name", name.as_str().into()),
            ("seat", seat.as_str().into()),
            ("scope", scope.word().into()),
            ("made_at", made_at.0.into()),
            ("ends_at", ends_at.0.into()),
        ];
        write.tx.run(&insert("tokens", row)).await?;
        let detail = Detail::new().put("step", "token").put("scope", scope.word()).put("ends", ends_at);
        write.append(granted.entry(EntryKind::Act, detail)).await?;
        Ok(write.commit().await?)
    }

    /// The token of a secret, if it has not ended; its use is noted.
    pub async fn use_token(&self, hash: Digest, at: Moment) -> Result<Option<Token>, DbError> {
        let mut query = Query::select();
        query
            .columns(COLUMNS)
            .from("tokens")
            .and_where(Expr::col("hash").eq(hash.0.to_vec()))
            .and_where(Expr::col("ends_at").gt(at.0));
        let Some(token) = self.db.rows(&query).await?.into_iter().next().map(read).transpose()? else {
            return Ok(None);
        };
        // To the minute is enough to see whether a token is still in use.
        if token.used_at.is_none_or(|used| at.0 - used.0 > 60 * renkei_core::time::SECOND) {
            let mut tx = self.db.begin().await?;
            let mut update = Query::update();
            update.table("tokens").value("used_at", at.0).and_where(Expr::col("hash").eq(hash.0.to_vec()));
            tx.run(&update).await?;
            tx.commit().await?;
        }
        Ok(Some(token))
    }

    /// The tokens of a seat, newest first.
    pub async fn tokens(&self, seat: &SeatId) -> Result<Vec<Token>, DbError> {
        let mut query = Query::select();
        query
            .columns(COLUMNS)
            .from("tokens")
            .and_where(Expr::col("seat").eq(seat.as_str()))
            .order_by("made_at", Order::Desc);
        self.db.rows(&query).await?.into_iter().map(read).collect()
    }

    /// Ends a token of a seat.
    pub async fn end_token(&self, permit: Permit, seat: &SeatId, hash: Digest) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::ManageSeats]).await?;
        granted.names(ObjectKind::Seat, seat)?;
        let mut delete = Query::delete();
        delete
            .from_table("tokens")
            .and_where(Expr::col("hash").eq(hash.0.to_vec()))
            .and_where(Expr::col("seat").eq(seat.as_str()));
        if write.tx.run(&delete).await? == 0 {
            return Err(WriteError::Missing { kind: "token", id: hash.to_string() });
        }
        write.append(granted.entry(EntryKind::Act, Detail::new().put("step", "token-ended"))).await?;
        Ok(write.commit().await?)
    }
}

fn read(mut row: Row) -> Result<Token, DbError> {
    Ok(Token {
        hash: row.digest("hash")?,
        name: row.text("name")?,
        seat: row.parsed("seat")?,
        scope: row.word("scope", Scope::from_word)?,
        made_at: row.moment("made_at")?,
        ends_at: row.moment("ends_at")?,
        used_at: row.opt_moment("used_at")?,
    })
}
