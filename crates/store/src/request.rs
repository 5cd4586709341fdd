//! Requests (依頼): drafted, approved over their very bytes, and taken along the edges of core's states.

use std::collections::BTreeMap;

use renkei_core::act::Act;
use renkei_core::class::DataClass;
use renkei_core::id::{CampaignId, Digest, PartyId, RequestId, SeatId};
use renkei_core::ledger::confirm::CONFIRMED;
use renkei_core::ledger::{Approval, Confirmation, Detail, Entry, EntryKind};
use renkei_core::measure::Measure;
use renkei_core::question::ObjectKind;
use renkei_core::request::{State, Step};
use renkei_core::time::Moment;
use renkei_gate::Permit;
use sea_query::{Expr, ExprTrait, JoinType, Order, Query, SelectStatement, UpdateStatement};

use crate::chain::{Granted, Write};
use crate::db::{Row, Tx, insert, int};
use crate::error::{DbError, WriteError};
use crate::key::check_approval;
use crate::letter::{cancel_queued, none_sent};
use crate::open::{Store, program};
use crate::passkey::{Used, note_use};

/// What a request would send: the part of it that is approved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The canonical bytes that are approved; they name every payload by its digest.
    pub manifest: Vec<u8>,
    /// Observation lines in it.
    pub lines: u64,
    /// Devices in it.
    pub devices: u64,
    /// Lines left out because the party could not act on them, by reason.
    pub not_actionable: BTreeMap<String, u64>,
    /// When an answer is due; `None`: the party set no term.
    pub due_at: Option<Moment>,
}

/// A request about to be drafted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRequest {
    /// Its identifier, made by the caller.
    pub id: RequestId,
    /// Who is asked.
    pub party: PartyId,
    /// What is asked.
    pub measure: Measure,
    /// What kind of material it carries.
    pub class: DataClass,
    /// The token in the address that the party's replies go to: it leads them back to the request.
    pub reply: u128,
    /// What it would send.
    pub draft: Draft,
}

/// A request as it stands; its manifest's bytes are read with [`Store::manifest`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Its identifier.
    pub id: RequestId,
    /// Its campaign.
    pub campaign: CampaignId,
    /// Who is asked.
    pub party: PartyId,
    /// What is asked.
    pub measure: Measure,
    /// What kind of material it carries.
    pub class: DataClass,
    /// Where it stands.
    pub state: State,
    /// Counts up with every change; a permit names it.
    pub version: u64,
    /// Which manifest counts, from 1.
    pub revision: u64,
    /// The digest of that manifest.
    pub digest: Digest,
    /// Observation lines in it.
    pub lines: u64,
    /// Devices in it.
    pub devices: u64,
    /// Lines left out, by reason.
    pub not_actionable: BTreeMap<String, u64>,
    /// Who drafted it.
    pub drafted_by: SeatId,
    /// When.
    pub drafted_at: Moment,
    /// The approval of that manifest, if it was given.
    pub approval: Option<GivenApproval>,
    /// When an answer is due.
    pub due_at: Option<Moment>,
    /// When the last of its letters left.
    pub sent_at: Option<Moment>,
    /// When the party acknowledged.
    pub acknowledged_at: Option<Moment>,
    /// When it was closed or withdrawn.
    pub ended_at: Option<Moment>,
    /// The token in the address that the party's replies go to; `None`: nobody made one.
    pub reply: Option<u128>,
}

/// An approval that was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenApproval {
    /// Who approved.
    pub by: SeatId,
    /// When.
    pub at: Moment,
    /// The signature and what it is over.
    pub signed: Approval,
}

/// Which requests are listed; all conditions must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RequestFilter {
    /// Of a campaign.
    pub campaign: Option<CampaignId>,
    /// Asked of a party.
    pub party: Option<PartyId>,
    /// In a state.
    pub state: Option<State>,
    /// Sent, due before this moment, and not answered.
    pub overdue_at: Option<Moment>,
    /// Only those whose letters left.
    pub sent: bool,
    /// A page of them; `None`: all, oldest first.
    pub page: Option<RequestPage>,
}

/// A page of requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestPage {
    /// The last one of the page before.
    pub after: Option<RequestId>,
    /// How many at most.
    pub most: u64,
    /// Newest first; otherwise oldest first.
    pub newest: bool,
}

// ----------------------------------------------------------------------------------------- reading

impl Store {
    /// A request.
    pub async fn request(&self, id: RequestId) -> Result<Option<Request>, DbError> {
        self.db.rows(&by_id(id)).await?.into_iter().next().map(read).transpose()
    }

    /// Several requests, by their ids; those that are not there are left out.
    pub async fn requests_named(&self, ids: &[RequestId]) -> Result<BTreeMap<RequestId, Request>, DbError> {
        by_name(self.db.rows(&by_ids(ids)).await?)
    }

    /// The requests that a filter takes, in the order they were made.
    pub async fn requests(&self, filter: &RequestFilter) -> Result<Vec<Request>, DbError> {
        let mut query = select();
        let RequestFilter { campaign, party, state, overdue_at, sent, page } = filter;
        if let Some(campaign) = campaign {
            query.and_where(Expr::col(("requests", "campaign")).eq(campaign.to_string()));
        }
        if let Some(party) = party {
            query.and_where(Expr::col(("requests", "party")).eq(party.as_str()));
        }
        if let Some(state) = state {
            query.and_where(Expr::col(("requests", "state")).eq(state.word()));
        }
        if let Some(at) = overdue_at {
            let waiting = [State::Sent.word(), State::Acknowledged.word()];
            query.and_where(Expr::col(("requests", "state")).is_in(waiting));
            query.and_where(Expr::col(("requests", "due_at")).lt(at.0));
        }
        if *sent {
            query.and_where(Expr::col(("requests", "sent_at")).is_not_null());
        }
        match page {
            Some(RequestPage { after, most, newest }) => {
                let id = Expr::col(("requests", "id"));
                if let Some(after) = after.map(|after| after.to_string()) {
                    query.and_where(if *newest { id.lt(after) } else { id.gt(after) });
                }
                query.order_by(("requests", "id"), if *newest { Order::Desc } else { Order::Asc }).limit(*most);
            }
            None => {
                query.order_by(("requests", "id"), Order::Asc);
            }
        }
        self.db.rows(&query).await?.into_iter().map(read).collect()
    }
}

impl Store {
    /// The reply token of every request.
    pub async fn reply_tokens(&self) -> Result<Vec<(u128, RequestId)>, DbError> {
        let mut query = Query::select();
        query.columns(["id", "reply"]).from("requests").and_where(Expr::col("reply").is_not_null());
        let mut tokens = Vec::new();
        for mut row in self.db.rows(&query).await? {
            let id = row.parsed("id")?;
            tokens.extend(reply(&mut row)?.map(|token| (token, id)));
        }
        Ok(tokens)
    }
}

/// How many requests of a campaign are in a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestCount {
    /// The campaign.
    pub campaign: CampaignId,
    /// The state.
    pub state: State,
    /// How many.
    pub count: u64,
    /// How many of them wait for an answer past their term.
    pub overdue: u64,
}

impl Store {
    /// How many requests each campaign has in which state.
    pub async fn request_counts(&self, of: Option<CampaignId>, at: Moment) -> Result<Vec<RequestCount>, DbError> {
        let waits = Expr::col("state").is_in([State::Sent.word(), State::Acknowledged.word()]);
        let late = waits.and(Expr::col("due_at").lt(at.0));
        let mut query = Query::select();
        query
            .columns(["campaign", "state"])
            // What the index has, so that no row is fetched.
            .expr_as(Expr::col("campaign").count(), "requests")
            .expr_as(Expr::case(late, 1i64).count(), "overdue")
            .from("requests")
            .group_by_columns(["campaign", "state"])
            .order_by("campaign", Order::Asc)
            .order_by("state", Order::Asc);
        if let Some(campaign) = of {
            query.and_where(Expr::col("campaign").eq(campaign.to_string()));
        }
        let count = |mut row: Row| {
            Ok(RequestCount {
                campaign: row.parsed("campaign")?,
                state: row.word("state", State::from_word)?,
                count: row.count("requests")?,
                overdue: row.count("overdue")?,
            })
        };
        self.db.rows(&query).await?.into_iter().map(count).collect()
    }
}

// ----------------------------------------------------------------------------------------- writing

impl Store {
    /// Replaces what a request would send; an approval no longer holds, queued letters are dropped.
    pub async fn redraft(&self, permit: Permit, id: RequestId, draft: &Draft) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::Plan]).await?;
        let request = named(&mut write.tx, &granted, id).await?;
        none_sent(&mut write.tx, id).await?;
        cancel_queued(&mut write.tx, id).await?;
        revise(&mut write, &request, Step::Redraft, draft).await?;
        let detail = Detail::new().put("step", Step::Redraft.word()).put("manifest", Digest::of(&draft.manifest));
        write.append(granted.entry(EntryKind::Act, detail)).await?;
        Ok(write.commit().await?)
    }

    /// Approves a request over the bytes of its manifest. The permit's seat signs with a key of its own;
    /// the signature is checked here and stands in the ledger, where the outside program checks it again.
    /// `confirmed` is the word for how the person showed that it is the seat's.
    pub async fn approve(
        &self,
        permit: Permit,
        id: RequestId,
        approval: &Approval,
        confirmed: &str,
    ) -> Result<(), WriteError> {
        self.approve_all(vec![(permit, id, approval.clone())], confirmed, None).await
    }

    /// As [`Store::approve`], for several requests: all or none. Where a passkey confirmed it, its
    /// confirmation is entered before them, and each names it.
    pub async fn approve_all(
        &self,
        requests: Vec<(Permit, RequestId, Approval)>,
        confirmed: &str,
        passkey: Option<(&Confirmation, &Used)>,
    ) -> Result<(), WriteError> {
        let mut write = Write::begin(&self.db).await?;
        let confirmation = match (passkey, requests.first()) {
            (Some((confirmation, used)), Some((permit, _, _))) => {
                note_use(&mut write.tx, used).await?;
                let entry = program(permit.at(), EntryKind::Note, CONFIRMED, confirmation.detail());
                let entry = Entry { seat: Some(permit.seat().id.clone()), ..entry };
                Some(write.append(entry).await?)
            }
            _ => None,
        };
        for (permit, id, approval) in requests {
            let granted = Granted::take(&mut write, permit, &[Act::Approve]).await?;
            let request = named(&mut write.tx, &granted, id).await?;
            let seat = granted.seat().id.clone();
            check_approval(&mut write.tx, &seat, &id.to_string(), request.digest, &approval).await?;
            advance(&mut write.tx, &request, Step::Approve, |_| ()).await?;
            set_approval(&mut write.tx, (id, request.revision), (&seat, granted.at()), &approval).await?;
            let detail =
                Detail::new().put("manifest", request.digest).put("lines", request.lines).put("confirmed", confirmed);
            let detail = match confirmation {
                Some(entry) => detail.put("confirmation", entry),
                None => detail,
            };
            write.append(granted.approved(detail, approval)).await?;
        }
        Ok(write.commit().await?)
    }

    /// The party said that it received the request.
    pub async fn acknowledge(&self, permit: Permit, id: RequestId) -> Result<(), WriteError> {
        let at = permit.at();
        self.step(permit, id, Act::RecordAnswer, Step::Acknowledge, |update| {
            update.value("acknowledged_at", at.0);
        })
        .await
    }

    /// Closes a request: nothing more is expected.
    pub async fn close_request(&self, permit: Permit, id: RequestId) -> Result<(), WriteError> {
        let at = permit.at();
        self.step(permit, id, Act::Close, Step::Close, |update| {
            update.value("ended_at", at.0);
        })
        .await
    }

    async fn step(
        &self,
        permit: Permit,
        id: RequestId,
        act: Act,
        step: Step,
        more: impl FnOnce(&mut UpdateStatement),
    ) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[act]).await?;
        let request = named(&mut write.tx, &granted, id).await?;
        advance(&mut write.tx, &request, step, more).await?;
        write.append(granted.entry(EntryKind::Act, Detail::new().put("step", step.word()))).await?;
        Ok(write.commit().await?)
    }
}

/// The request, which the permit must name.
pub async fn named(tx: &mut Tx, granted: &Granted, id: RequestId) -> Result<Request, WriteError> {
    granted.names(ObjectKind::Request, &id)?;
    load(tx, id).await
}

/// The request, inside a write.
pub async fn load(tx: &mut Tx, id: RequestId) -> Result<Request, WriteError> {
    let row = tx.row(&by_id(id)).await?;
    let row = row.ok_or_else(|| WriteError::Missing { kind: "request", id: id.to_string() })?;
    Ok(read(row)?)
}

/// Several requests, inside a write.
pub async fn load_all(tx: &mut Tx, ids: &[RequestId]) -> Result<BTreeMap<RequestId, Request>, DbError> {
    by_name(tx.rows(&by_ids(ids)).await?)
}

fn by_name(rows: Vec<Row>) -> Result<BTreeMap<RequestId, Request>, DbError> {
    rows.into_iter().map(|row| read(row).map(|request| (request.id, request))).collect()
}

/// Takes requests that stand alike along an edge of their state machine; their versions go up.
pub async fn advance_all(
    tx: &mut Tx,
    requests: &[&Request],
    step: Step,
    more: impl FnOnce(&mut UpdateStatement),
) -> Result<(), WriteError> {
    let Some(first) = requests.first() else { return Ok(()) };
    let state = first.state.after(step)?;
    requests.iter().try_for_each(|request| request.state.after(step).map(drop))?;
    let mut update = Query::update();
    update.table("requests").value("state", state.word()).value("version", Expr::col("version").add(1i64));
    more(&mut update);
    update.and_where(Expr::col("id").is_in(requests.iter().map(|request| request.id.to_string())));
    tx.run(&update).await?;
    Ok(())
}

/// Takes the request along an edge of its state machine; its version goes up.
pub async fn advance(
    tx: &mut Tx,
    request: &Request,
    step: Step,
    more: impl FnOnce(&mut UpdateStatement),
) -> Result<State, WriteError> {
    let state = request.state.after(step)?;
    let mut update = Query::update();
    update.table("requests").value("state", state.word()).value("version", int(request.version + 1));
    more(&mut update);
    update.and_where(Expr::col("id").eq(request.id.to_string()));
    tx.run(&update).await?;
    Ok(state)
}

/// Puts a new manifest in the place of the last; the last is kept.
pub async fn revise(write: &mut Write, request: &Request, step: Step, draft: &Draft) -> Result<u64, WriteError> {
    let revision = request.revision + 1;
    let Draft { manifest, lines, devices, not_actionable, due_at } = draft;
    advance(&mut write.tx, request, step, |update| {
        update
            .value("revision", int(revision))
            .value("lines", int(*lines))
            .value("devices", int(*devices))
            .value("not_actionable", serde_json::json!(not_actionable).to_string())
            .value("due_at", due_at.map(|at| at.0));
    })
    .await?;
    insert_manifest(&mut write.tx, request.id, revision, manifest).await?;
    Ok(revision)
}

/// Writes a draft of a campaign.
pub async fn insert_draft(
    tx: &mut Tx,
    granted: &Granted,
    campaign: CampaignId,
    request: &NewRequest,
) -> Result<(), WriteError> {
    let NewRequest { id, party, measure, class, reply, draft } = request;
    let Draft { manifest, lines, devices, not_actionable, due_at } = draft;
    if tx.row(&by_id(*id)).await?.is_some() {
        return Err(WriteError::Exists { kind: "request", id: id.to_string() });
    }
    let row = [
        ("id", id.to_string().into()),
        ("campaign", campaign.to_string().into()),
        ("party", party.as_str().into()),
        ("measure", measure.word().into()),
        ("class", class.word().into()),
        ("state", State::Draft.word().into()),
        ("version", 1i64.into()),
        ("revision", 1i64.into()),
        ("lines", int(*lines).into()),
        ("devices", int(*devices).into()),
        ("not_actionable", serde_json::json!(not_actionable).to_string().into()),
        ("drafted_by", granted.seat().id.as_str().into()),
        ("drafted_at", granted.at().0.into()),
        ("due_at", due_at.map(|at| at.0).into()),
        ("reply", hex(*reply).into()),
    ];
    tx.run(&insert("requests", row)).await?;
    Ok(insert_manifest(tx, *id, 1, manifest).await?)
}

async fn insert_manifest(tx: &mut Tx, id: RequestId, revision: u64, manifest: &[u8]) -> Result<(), DbError> {
    let row = [
        ("request", id.to_string().into()),
        ("revision", int(revision).into()),
        ("digest", Digest::of(manifest).0.to_vec().into()),
        ("bytes", manifest.to_vec().into()),
    ];
    tx.run(&insert("manifests", row)).await.map(drop)
}

/// Writes who approved a manifest.
pub async fn set_approval(
    tx: &mut Tx,
    manifest: (RequestId, u64),
    by: (&SeatId, Moment),
    approval: &Approval,
) -> Result<(), DbError> {
    let mut update = Query::update();
    update
        .table("manifests")
        .value("approved_by", by.0.as_str())
        .value("approved_at", by.1.0)
        .value("approval_key", approval.key.as_str())
        .value("signature", approval.signature.to_vec())
        .and_where(Expr::col("request").eq(manifest.0.to_string()))
        .and_where(Expr::col("revision").eq(int(manifest.1)));
    tx.run(&update).await.map(drop)
}

// -------------------------------------------------------------------------------------------- rows

const OWN: [&str; 18] = [
    "reply",
    "id",
    "campaign",
    "party",
    "measure",
    "class",
    "state",
    "version",
    "revision",
    "lines",
    "devices",
    "not_actionable",
    "drafted_by",
    "drafted_at",
    "due_at",
    "sent_at",
    "acknowledged_at",
    "ended_at",
];
const OF_MANIFEST: [&str; 5] = ["digest", "approved_by", "approved_at", "approval_key", "signature"];

/// Requests, each with the manifest that counts.
fn select() -> SelectStatement {
    let same = Expr::col(("manifests", "request")).equals(("requests", "id"));
    let current = Expr::col(("manifests", "revision")).equals(("requests", "revision"));
    let mut query = Query::select();
    query
        .columns(OWN.map(|column| ("requests", column)))
        .columns(OF_MANIFEST.map(|column| ("manifests", column)))
        .from("requests")
        .join(JoinType::InnerJoin, "manifests", same.and(current));
    query
}

fn by_id(id: RequestId) -> SelectStatement {
    select().and_where(Expr::col(("requests", "id")).eq(id.to_string())).to_owned()
}

fn by_ids(ids: &[RequestId]) -> SelectStatement {
    let ids = ids.iter().map(ToString::to_string);
    select().and_where(Expr::col(("requests", "id")).is_in(ids)).to_owned()
}

fn read(mut row: Row) -> Result<Request, DbError> {
    let id: RequestId = row.parsed("id")?;
    let digest = row.digest("digest")?;
    Ok(Request {
        id,
        campaign: row.parsed("campaign")?,
        party: row.parsed("party")?,
        measure: row.word("measure", Measure::from_word)?,
        class: row.word("class", DataClass::from_word)?,
        state: row.word("state", State::from_word)?,
        version: row.count("version")?,
        revision: row.count("revision")?,
        digest,
        lines: row.count("lines")?,
        devices: row.count("devices")?,
        not_actionable: row.json("not_actionable")?,
        drafted_by: row.parsed("drafted_by")?,
        drafted_at: row.moment("drafted_at")?,
        approval: approval(&mut row, id, digest)?,
        due_at: row.opt_moment("due_at")?,
        sent_at: row.opt_moment("sent_at")?,
        acknowledged_at: row.opt_moment("acknowledged_at")?,
        ended_at: row.opt_moment("ended_at")?,
        reply: reply(&mut row)?,
    })
}

/// A reply token as the column has it.
fn hex(token: u128) -> String {
    format!("{token:032x}")
}

fn reply(row: &mut Row) -> Result<Option<u128>, DbError> {
    let Some(hex) = row.opt_text("reply")? else { return Ok(None) };
    u128::from_str_radix(&hex, 16).map(Some).map_err(|_| row.unreadable("reply"))
}

fn approval(row: &mut Row, id: RequestId, digest: Digest) -> Result<Option<GivenApproval>, DbError> {
    let Some(by) = row.opt_parsed("approved_by")? else { return Ok(None) };
    let signature = row.bytes("signature")?.try_into().map_err(|_| row.unreadable("signature"))?;
    let signed = Approval { subject: id.to_string(), digest, key: row.parsed("approval_key")?, signature };
    Ok(Some(GivenApproval { by, at: row.moment("approved_at")?, signed }))
}
