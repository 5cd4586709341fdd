//! Answers: counts per status, all versions kept, the latest counts. No subscriber has a column (G20).

use std::collections::BTreeMap;

use renkei_core::act::Act;
use renkei_core::answer::{Counts, DeclineReason, Outcome, Status};
use renkei_core::id::{CampaignId, RequestId, SeatId};
use renkei_core::ledger::{Detail, EntryKind};
use renkei_core::request::Step;
use renkei_core::time::Moment;
use renkei_gate::Permit;
use sea_query::{Expr, ExprTrait, JoinType, Order, Query, SelectStatement};

use crate::chain::Granted;
use crate::db::{Row, Tx, insert, int};
use crate::error::{DbError, WriteError};
use crate::open::Store;
use crate::request::{Request, advance, named};

/// An answer of a party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The request it answers.
    pub request: RequestId,
    /// Which answer to it, from 1.
    pub number: u64,
    /// When it was recorded.
    pub at: Moment,
    /// Who recorded it.
    pub seat: SeatId,
    /// What it says.
    pub outcome: Outcome,
}

impl Store {
    /// Records an answer; a later one takes the place of an earlier one, which is kept.
    pub async fn record_answer(&self, permit: Permit, id: RequestId, outcome: &Outcome) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::RecordAnswer]).await?;
        let request = named(&mut write.tx, &granted, id).await?;
        let detail = insert_answer(&mut write.tx, &granted, &request, outcome).await?;
        write.append(granted.entry(EntryKind::Act, detail)).await?;
        Ok(write.commit().await?)
    }

    /// Every answer to a request, oldest first; the last one counts.
    pub async fn answers(&self, request: RequestId) -> Result<Vec<Answer>, DbError> {
        let mut query = select();
        query.and_where(Expr::col(("answers", "request")).eq(request.to_string())).order_by("number", Order::Asc);
        self.db.rows(&query).await?.into_iter().map(read).collect()
    }

    /// The answer that counts, for every request of a campaign that has one.
    pub async fn latest_answers(
        &self,
        campaign: CampaignId,
        among: Option<(RequestId, RequestId)>,
    ) -> Result<BTreeMap<RequestId, Answer>, DbError> {
        let mut query = select();
        query
            .join(JoinType::InnerJoin, "requests", Expr::col(("requests", "id")).equals(("answers", "request")))
            .and_where(Expr::col(("requests", "campaign")).eq(campaign.to_string()))
            .order_by(("answers", "number"), Order::Asc);
        if let Some((first, last)) = among {
            query.and_where(Expr::col(("requests", "id")).between(first.to_string(), last.to_string()));
        }
        let answers = self.db.rows(&query).await?.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
        // Ascending by number, so that the last of each request stays.
        Ok(answers.into_iter().map(|answer| (answer.request, answer)).collect())
    }
}

/// Writes an answer inside a write; says what the ledger keeps of it.
pub async fn insert_answer(
    tx: &mut Tx,
    granted: &Granted,
    request: &Request,
    outcome: &Outcome,
) -> Result<Detail, WriteError> {
    advance(tx, request, Step::Answer, |_| ()).await?;
    let mut earlier = select();
    earlier.and_where(Expr::col(("answers", "request")).eq(request.id.to_string()));
    let number = tx.rows(&earlier).await?.len() as u64 + 1;
    let reason = match outcome {
        Outcome::Declined(reason) => Some(reason.word()),
        Outcome::Full(_) | Outcome::Part(_) | Outcome::NoData => None,
    };
    let counts: BTreeMap<_, _> = outcome.counts().iter().map(|(status, count)| (status.word(), count)).collect();
    let row = [
        ("request", request.id.to_string().into()),
        ("number", int(number).into()),
        ("at", granted.at().0.into()),
        ("seat", granted.seat().id.as_str().into()),
        ("outcome", outcome.word().into()),
        ("reason", reason.map(str::to_owned).into()),
        ("counts", serde_json::json!(counts).to_string().into()),
    ];
    tx.run(&insert("answers", row)).await?;
    let mut detail = Detail::new().put("number", number).put("outcome", outcome.word());
    if let Some(reason) = reason {
        detail = detail.put("reason", reason);
    }
    for (status, count) in counts {
        detail = detail.put(&format!("count.{status}"), count);
    }
    Ok(detail)
}

fn select() -> SelectStatement {
    let columns = ["request", "number", "at", "seat", "outcome", "reason", "counts"];
    Query::select().columns(columns.map(|column| ("answers", column))).from("answers").to_owned()
}

fn read(mut row: Row) -> Result<Answer, DbError> {
    let stored: BTreeMap<String, u64> = row.json("counts")?;
    let mut counts = Counts::default();
    for (word, count) in stored {
        counts.add(Status::from_word(&word).ok_or_else(|| row.unreadable("counts"))?, count);
    }
    let reason = row.opt_text("reason")?.as_deref().and_then(DeclineReason::from_word);
    let outcome = match (row.text("outcome")?.as_str(), reason) {
        ("full", None) => Outcome::Full(counts),
        ("part", None) => Outcome::Part(counts),
        ("declined", Some(reason)) => Outcome::Declined(reason),
        ("no-data", None) => Outcome::NoData,
        _ => return Err(row.unreadable("outcome")),
    };
    Ok(Answer {
        request: row.parsed("request")?,
        number: row.count("number")?,
        at: row.moment("at")?,
        seat: row.parsed("seat")?,
        outcome,
    })
}
