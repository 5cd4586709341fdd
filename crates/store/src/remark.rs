//! Remarks on a campaign's drafts: given back by the approver, mended by the drafter (S4.13).

use renkei_core::act::Act;
use renkei_core::id::{CampaignId, Digest, SeatId};
use renkei_core::ledger::{Detail, EntryKind};
use renkei_core::question::ObjectKind;
use renkei_core::time::Moment;
use renkei_gate::Permit;
use sea_query::{Expr, ExprTrait, Order, Query};

use crate::db::{Row, Tx, insert};
use crate::error::{DbError, WriteError};
use crate::open::Store;

/// What was said about a campaign's drafts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// When.
    pub at: Moment,
    /// Who.
    pub seat: SeatId,
    /// What it says about the drafts.
    pub kind: RemarkKind,
    /// What was said.
    pub text: String,
}

/// What a remark does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RemarkKind {
    /// 差戻し: the drafts wait to be mended.
    Returned,
    /// They were mended and wait for approval again.
    Mended,
}

impl RemarkKind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::Returned, Self::Mended];

    /// The stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Returned => "returned",
            Self::Mended => "mended",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.word() == word)
    }
}

impl Store {
    /// Gives a campaign's drafts back; the ledger has the digest of what was said, not the words.
    pub async fn return_drafts(&self, permit: Permit, campaign: CampaignId, text: &str) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::ReturnDraft]).await?;
        granted.names(ObjectKind::Campaign, &campaign)?;
        let (at, seat) = (granted.at(), granted.seat().id.clone());
        put(&mut write.tx, campaign, &Remark { at, seat, kind: RemarkKind::Returned, text: text.to_owned() }).await?;
        let detail = Detail::new().put("step", "return").put("said", Digest::of(text.as_bytes()));
        write.append(granted.entry(EntryKind::Act, detail)).await?;
        Ok(write.commit().await?)
    }

    /// What was said about a campaign's drafts, oldest first.
    pub async fn remarks(&self, campaign: CampaignId) -> Result<Vec<Remark>, DbError> {
        let mut query = Query::select();
        query
            .columns(["at", "seat", "kind", "text"])
            .from("remarks")
            .and_where(Expr::col("campaign").eq(campaign.to_string()))
            .order_by("at", Order::Asc);
        self.db.rows(&query).await?.into_iter().map(read).collect()
    }
}

/// Writes a remark.
pub(crate) async fn put(tx: &mut Tx, campaign: CampaignId, remark: &Remark) -> Result<(), DbError> {
    let Remark { at, seat, kind, text } = remark;
    let row = [
        ("id", format!("{campaign} {} {}", at.0, kind.word()).into()),
        ("campaign", campaign.to_string().into()),
        ("at", at.0.into()),
        ("seat", seat.as_str().into()),
        ("kind", kind.word().into()),
        ("text", text.as_str().into()),
    ];
    tx.run(&insert("remarks", row)).await.map(drop)
}

fn read(mut row: Row) -> Result<Remark, DbError> {
    Ok(Remark {
        at: row.moment("at")?,
        seat: row.parsed("seat")?,
        kind: row.word("kind", RemarkKind::from_word)?,
        text: row.text("text")?,
    })
}
