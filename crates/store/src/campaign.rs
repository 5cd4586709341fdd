//! Campaigns (注意喚起): planned with their draft requests, closed at the end.

use std::collections::BTreeMap;

use renkei_core::act::Act;
use renkei_core::id::{CampaignId, RequestId, SeatId};
use renkei_core::ledger::{Detail, EntryKind};
use renkei_core::question::ObjectKind;
use renkei_core::request::Step;
use renkei_core::text::Bilingual;
use renkei_core::time::{Moment, Validity};
use renkei_gate::Permit;
use sea_query::{Expr, ExprTrait, Order, Query};

use crate::chain::Granted;
use crate::db::{Row, Tx, insert};
use crate::error::{DbError, WriteError};
use crate::open::Store;
use crate::remark::{self, Remark, RemarkKind};
use crate::request::{self, Draft, NewRequest, insert_draft};

/// A campaign about to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCampaign {
    /// Its identifier, made by the caller.
    pub id: CampaignId,
    /// Its title.
    pub title: Bilingual,
    /// Which malware families it is about, as the filter was typed.
    pub family: String,
    /// Which observations it takes.
    pub period: Validity,
    /// What it is for.
    pub purpose: String,
    /// Whatever else letters say: contact desk, leaflet, prior consultation.
    pub fields: BTreeMap<String, String>,
}

/// A campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Campaign {
    /// What was planned.
    pub plan: NewCampaign,
    /// Counts up with every change.
    pub version: u64,
    /// Who planned it.
    pub made_by: SeatId,
    /// When.
    pub made_at: Moment,
    /// When it was closed; `None`: it runs.
    pub closed_at: Option<Moment>,
}

const COLUMNS: [&str; 12] = [
    "id",
    "version",
    "title_ja",
    "title_en",
    "family",
    "period_from",
    "period_until",
    "purpose",
    "fields",
    "made_by",
    "made_at",
    "closed_at",
];

impl Store {
    /// Makes a campaign with its draft requests, all or nothing. The permit names the campaign in version 0.
    pub async fn plan(
        &self,
        permit: Permit,
        campaign: &NewCampaign,
        requests: &[NewRequest],
    ) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::Plan]).await?;
        granted.names(ObjectKind::Campaign, &campaign.id)?;
        if load(&mut write.tx, campaign.id).await?.is_some() {
            return Err(WriteError::Exists { kind: "campaign", id: campaign.id.to_string() });
        }
        insert_campaign(&mut write.tx, &granted, campaign).await?;
        for request in requests {
            insert_draft(&mut write.tx, &granted, campaign.id, request).await?;
        }
        write.append(granted.entry(EntryKind::Act, drafted(campaign.id, requests))).await?;
        Ok(write.commit().await?)
    }

    /// Adds draft requests to a campaign that runs. The permit names the campaign.
    pub async fn draft(&self, permit: Permit, campaign: CampaignId, requests: &[NewRequest]) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::Plan]).await?;
        granted.names(ObjectKind::Campaign, &campaign)?;
        running(&mut write.tx, campaign).await?;
        for request in requests {
            insert_draft(&mut write.tx, &granted, campaign, request).await?;
        }
        bump(&mut write.tx, campaign, None).await?;
        write.append(granted.entry(EntryKind::Act, drafted(campaign, requests))).await?;
        Ok(write.commit().await?)
    }

    /// Puts mended drafts in the place of those that were given back, with the words they were mended
    /// in; an approval no longer holds. The permit names the campaign and each request.
    pub async fn mend(
        &self,
        permit: Permit,
        campaign: &NewCampaign,
        drafts: &[(RequestId, Draft)],
        said: &str,
    ) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::Plan]).await?;
        granted.names(ObjectKind::Campaign, &campaign.id)?;
        running(&mut write.tx, campaign.id).await?;
        for (id, draft) in drafts {
            let request = request::named(&mut write.tx, &granted, *id).await?;
            request::revise(&mut write, &request, Step::Redraft, draft).await?;
        }
        let mut update = Query::update();
        update
            .table("campaigns")
            .value("title_ja", campaign.title.ja.as_str())
            .value("title_en", campaign.title.en.as_str())
            .value("purpose", campaign.purpose.as_str())
            .value("fields", serde_json::json!(campaign.fields).to_string())
            .and_where(Expr::col("id").eq(campaign.id.to_string()));
        write.tx.run(&update).await?;
        bump(&mut write.tx, campaign.id, None).await?;
        let (at, seat) = (granted.at(), granted.seat().id.clone());
        let remark = Remark { at, seat, kind: RemarkKind::Mended, text: said.to_owned() };
        remark::put(&mut write.tx, campaign.id, &remark).await?;
        let detail = Detail::new().put("step", "mend").put("requests", drafts.len());
        write.append(granted.entry(EntryKind::Act, detail)).await?;
        Ok(write.commit().await?)
    }

    /// Closes a campaign: nothing is drafted in it any more. Its requests keep their states.
    pub async fn close_campaign(&self, permit: Permit, campaign: CampaignId) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::Close]).await?;
        granted.names(ObjectKind::Campaign, &campaign)?;
        running(&mut write.tx, campaign).await?;
        bump(&mut write.tx, campaign, Some(granted.at())).await?;
        write.append(granted.entry(EntryKind::Act, Detail::new().put("campaign", campaign))).await?;
        Ok(write.commit().await?)
    }

    /// A campaign.
    pub async fn campaign(&self, id: CampaignId) -> Result<Option<Campaign>, DbError> {
        self.db.rows(&by_id(id)).await?.into_iter().next().map(read).transpose()
    }

    /// Every campaign, oldest first.
    pub async fn campaigns(&self) -> Result<Vec<Campaign>, DbError> {
        let mut query = Query::select();
        query.columns(COLUMNS).from("campaigns").order_by("made_at", Order::Asc).order_by("id", Order::Asc);
        self.db.rows(&query).await?.into_iter().map(read).collect()
    }
}

fn drafted(campaign: CampaignId, requests: &[NewRequest]) -> Detail {
    Detail::new()
        .put("campaign", campaign)
        .put("requests", requests.len())
        .put("lines", requests.iter().map(|request| request.draft.lines).sum::<u64>())
        .put("devices", requests.iter().map(|request| request.draft.devices).sum::<u64>())
}

async fn insert_campaign(tx: &mut Tx, granted: &Granted, campaign: &NewCampaign) -> Result<(), DbError> {
    let NewCampaign { id, title, family, period, purpose, fields } = campaign;
    let row = [
        ("id", id.to_string().into()),
        ("version", 1i64.into()),
        ("title_ja", title.ja.as_str().into()),
        ("title_en", title.en.as_str().into()),
        ("family", family.as_str().into()),
        ("period_from", period.from.map(|at| at.0).into()),
        ("period_until", period.until.map(|at| at.0).into()),
        ("purpose", purpose.as_str().into()),
        ("fields", serde_json::json!(fields).to_string().into()),
        ("made_by", granted.seat().id.as_str().into()),
        ("made_at", granted.at().0.into()),
    ];
    tx.run(&insert("campaigns", row)).await.map(drop)
}

async fn running(tx: &mut Tx, id: CampaignId) -> Result<Campaign, WriteError> {
    match load(tx, id).await? {
        None => Err(WriteError::Missing { kind: "campaign", id: id.to_string() }),
        Some(campaign) if campaign.closed_at.is_some() => Err(WriteError::Closed(id.to_string())),
        Some(campaign) => Ok(campaign),
    }
}

async fn bump(tx: &mut Tx, id: CampaignId, closed_at: Option<Moment>) -> Result<(), DbError> {
    let mut update = Query::update();
    update.table("campaigns").value("version", Expr::col("version").add(1i64));
    if let Some(at) = closed_at {
        update.value("closed_at", at.0);
    }
    update.and_where(Expr::col("id").eq(id.to_string()));
    tx.run(&update).await.map(drop)
}

async fn load(tx: &mut Tx, id: CampaignId) -> Result<Option<Campaign>, DbError> {
    tx.row(&by_id(id)).await?.map(read).transpose()
}

fn by_id(id: CampaignId) -> sea_query::SelectStatement {
    Query::select().columns(COLUMNS).from("campaigns").and_where(Expr::col("id").eq(id.to_string())).to_owned()
}

fn read(mut row: Row) -> Result<Campaign, DbError> {
    Ok(Campaign {
        plan: NewCampaign {
            id: row.parsed("id")?,
            title: Bilingual { ja: row.text("title_ja")?, en: row.text("title_en")? },
            family: row.text("family")?,
            period: Validity { from: row.opt_moment("period_from")?, until: row.opt_moment("period_until")? },
            purpose: row.text("purpose")?,
            fields: row.json("fields")?,
        },
        version: row.count("version")?,
        made_by: row.parsed("made_by")?,
        made_at: row.moment("made_at")?,
        closed_at: row.opt_moment("closed_at")?,
    })
}
