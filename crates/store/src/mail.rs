//! Mails that came in: filed once each, with what follows from them, in one transaction.
//!
//! What a mail says is not here: its digest, its kind, the request it belongs to, codes and counts
//! are (G20). A mail that counts by itself, or by a person's word, changes its request under that
//! seat's permit; what a server reports is no act of anybody and is entered as the program's.

use std::collections::BTreeMap;

use renkei_core::act::Act;
use renkei_core::answer::Outcome;
use renkei_core::id::{Digest, LetterId, MailId, PartyId, RequestId, SeatId};
use renkei_core::ledger::{Detail, EntryKind};
use renkei_core::mail::{Kind, Proof, State};
use renkei_core::request::Step;
use renkei_core::time::Moment;
use renkei_gate::Permit;
use sea_query::{Expr, ExprTrait, Order, Query, SelectStatement};

use crate::answer::insert_answer;
use crate::chain::{Granted, Write};
use crate::channel::{Heard, hear};
use crate::db::{Row, Tx, insert};
use crate::error::{DbError, WriteError};
use crate::letter::{Delivery, put_delivery};
use crate::note::put_note_delivery;
use crate::open::{Store, program};
use crate::request::{advance, named};

/// A mail as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMail {
    /// SHA-256 of its bytes.
    pub digest: Digest,
    /// SHA-256 of its Message-ID.
    pub message_id: Option<Digest>,
    /// The request it belongs to.
    pub request: Option<RequestId>,
    /// What it is.
    pub kind: Kind,
    /// What proves its sender.
    pub proof: Proof,
    /// Domain of its sender, proved or claimed.
    pub domain: Option<String>,
    /// Where it stands.
    pub state: State,
    /// Codes of what is wrong with it.
    pub faults: Vec<String>,
    /// What was counted in it.
    pub counts: BTreeMap<String, u64>,
}

/// A mail in the registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Its identifier.
    pub id: MailId,
    /// As it was read; the state is the present one.
    pub new: NewMail,
    /// When it was read.
    pub at: Moment,
    /// When a person confirmed or dropped it.
    pub ended: Option<(Moment, SeatId)>,
}

/// What follows from a mail for the party's letters and channel: no act, but what others did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Heed {
    /// Whose address it is about.
    pub channel: Option<(PartyId, String)>,
    /// What servers reported, letter by letter.
    pub letters: Vec<(LetterId, Delivery)>,
    /// What servers reported of letters that only tried an address.
    pub notes: Vec<(LetterId, Delivery)>,
}

/// What a mail says for its request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Says {
    /// Nothing that changes it.
    Nothing,
    /// That it was received.
    Received,
    /// An answer.
    Answer(Outcome),
}

/// Whether a mail was filed now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filed {
    /// It was.
    Now,
    /// The same mail was filed before: nothing was done.
    Before,
}

impl NewMail {
    /// Its identifier.
    pub fn id(&self) -> MailId {
        id_of(self.digest)
    }
}

/// The identifier of a mail: the first half of its digest.
pub fn id_of(digest: Digest) -> MailId {
    let half = digest.0.first_chunk::<16>().copied().unwrap_or_default();
    MailId::from_bits(u128::from_be_bytes(half))
}

impl Store {
    /// Files a mail that is no act of a party, with what follows from it.
    pub async fn file_mail(&self, at: Moment, mail: &NewMail, heed: &Heed) -> Result<Filed, WriteError> {
        let mut write = Write::begin(&self.db).await?;
        if is_known(&mut write.tx, mail).await? {
            return Ok(Filed::Before);
        }
        insert_mail(&mut write.tx, mail, at).await?;
        let detail = follow(&mut write.tx, mail, heed, at).await?;
        write.append(program(at, EntryKind::Note, "mail-received", detail)).await?;
        write.commit().await?;
        Ok(Filed::Now)
    }

    /// Files a reply whose sender is proved, and takes in what it says.
    pub async fn file_reply(&self, permit: Permit, mail: &NewMail, says: &Says) -> Result<Filed, WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::RecordAnswer]).await?;
        if is_known(&mut write.tx, mail).await? {
            return Ok(Filed::Before);
        }
        insert_mail(&mut write.tx, mail, granted.at()).await?;
        let detail = take(&mut write.tx, &granted, mail, says).await?;
        write.append(granted.entry(EntryKind::Act, named_mail(detail, mail))).await?;
        write.commit().await?;
        Ok(Filed::Now)
    }

    /// A person says that a mail counts: what it says is taken in now.
    pub async fn confirm_mail(
        &self,
        permit: Permit,
        id: MailId,
        counts: &BTreeMap<String, u64>,
        says: &Says,
        heed: &Heed,
    ) -> Result<(), WriteError> {
        let (mut write, granted, mail) = self.open_mail(permit, id).await?;
        let new = NewMail { state: State::Confirmed, counts: counts.clone(), ..mail.new };
        end(&mut write.tx, id, &new, &granted).await?;
        let mut detail = take(&mut write.tx, &granted, &new, says).await?;
        for (key, value) in follow(&mut write.tx, &new, heed, granted.at()).await?.iter() {
            detail = detail.put(key, value);
        }
        write.append(granted.entry(EntryKind::Act, named_mail(detail, &new))).await?;
        Ok(write.commit().await?)
    }

    /// A person says that a mail does not count.
    pub async fn drop_mail(&self, permit: Permit, id: MailId) -> Result<(), WriteError> {
        let (mut write, granted, mail) = self.open_mail(permit, id).await?;
        let new = NewMail { state: State::Dropped, ..mail.new };
        end(&mut write.tx, id, &new, &granted).await?;
        write.append(granted.entry(EntryKind::Act, named_mail(Detail::new(), &new))).await?;
        Ok(write.commit().await?)
    }

    async fn open_mail(&self, permit: Permit, id: MailId) -> Result<(Write, Granted, Mail), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[Act::RecordAnswer]).await?;
        let mail = write.tx.row(&by_id(id)).await?.map(read).transpose()?;
        let mail = mail.filter(|mail| mail.new.state.is_open());
        let mail = mail.ok_or_else(|| WriteError::Missing { kind: "mail that waits", id: id.to_string() })?;
        Ok((write, granted, mail))
    }
}

// ----------------------------------------------------------------------------------------- reading

impl Store {
    /// A mail.
    pub async fn mail(&self, id: MailId) -> Result<Option<Mail>, DbError> {
        self.db.rows(&by_id(id)).await?.into_iter().next().map(read).transpose()
    }

    /// Mails in the order they were read; `open`: only those that wait for a person.
    pub async fn mails(&self, open: bool) -> Result<Vec<Mail>, DbError> {
        let mut query = select();
        if open {
            query.and_where(Expr::col("state").is_in([State::Waiting.word(), State::Unconfirmed.word()]));
        }
        query.order_by("at", Order::Asc).order_by("id", Order::Asc);
        self.db.rows(&query).await?.into_iter().map(read).collect()
    }
}

// ------------------------------------------------------------------------------------------ pieces

/// Whether the mail is filed already: the same bytes, or another copy of a mail that was proved. One
/// that was not proved cannot keep the true one out by bearing its Message-ID.
async fn is_known(tx: &mut Tx, mail: &NewMail) -> Result<bool, DbError> {
    if tx.row(&by_id(mail.id())).await?.is_some() {
        return Ok(true);
    }
    let (Some(message_id), Some(request)) = (mail.message_id, mail.request) else { return Ok(false) };
    let mut copy = select();
    copy.and_where(Expr::col("message_id").eq(message_id.0.to_vec()))
        .and_where(Expr::col("request").eq(request.to_string()))
        .and_where(Expr::col("proof").ne(Proof::None.word()));
    Ok(mail.proof != Proof::None && tx.row(&copy).await?.is_some())
}

async fn insert_mail(tx: &mut Tx, mail: &NewMail, at: Moment) -> Result<(), DbError> {
    let NewMail { digest, message_id, request, kind, proof, domain, state, faults, counts } = mail;
    let row = [
        ("id", mail.id().to_string().into()),
        ("digest", digest.0.to_vec().into()),
        ("message_id", message_id.map(|id| id.0.to_vec()).into()),
        ("request", request.map(|id| id.to_string()).into()),
        ("kind", kind.word().into()),
        ("proof", proof.word().into()),
        ("domain", domain.clone().into()),
        ("state", state.word().into()),
        ("faults", serde_json::json!(faults).to_string().into()),
        ("counts", serde_json::json!(counts).to_string().into()),
        ("at", at.0.into()),
    ];
    tx.run(&insert("mails", row)).await.map(drop)
}

async fn end(tx: &mut Tx, id: MailId, mail: &NewMail, granted: &Granted) -> Result<(), DbError> {
    let mut update = Query::update();
    update
        .table("mails")
        .value("state", mail.state.word())
        .value("counts", serde_json::json!(mail.counts).to_string())
        .value("ended_at", granted.at().0)
        .value("ended_by", granted.seat().id.as_str())
        .and_where(Expr::col("id").eq(id.to_string()));
    tx.run(&update).await.map(drop)
}

/// Takes in what a mail says for its request.
async fn take(tx: &mut Tx, granted: &Granted, mail: &NewMail, says: &Says) -> Result<Detail, WriteError> {
    let Some(id) = mail.request else { return Ok(Detail::new()) };
    let request = named(tx, granted, id).await?;
    match says {
        Says::Answer(outcome) => insert_answer(tx, granted, &request, outcome).await,
        Says::Received if request.state.after(Step::Acknowledge).is_ok() => {
            let at = granted.at();
            advance(tx, &request, Step::Acknowledge, |update| {
                update.value("acknowledged_at", at.0);
            })
            .await?;
            Ok(Detail::new().put("step", Step::Acknowledge.word()))
        }
        Says::Received | Says::Nothing => Ok(Detail::new()),
    }
}

/// Notes what others did with letters and how the channel does.
async fn follow(tx: &mut Tx, mail: &NewMail, heed: &Heed, at: Moment) -> Result<Detail, WriteError> {
    let mut detail = named_mail(Detail::new(), mail);
    for (letter, delivery) in &heed.letters {
        put_delivery(tx, *letter, delivery).await?;
        detail = detail.put(&format!("delivery.{letter}"), delivery.action.word());
    }
    for (note, delivery) in &heed.notes {
        put_note_delivery(tx, *note, delivery).await?;
        detail = detail.put(&format!("delivery.{note}"), delivery.action.word());
    }
    let Some((party, address)) = &heed.channel else { return Ok(detail) };
    for (_, delivery) in heed.letters.iter().chain(&heed.notes) {
        hear(tx, party, address, Heard::Report(delivery)).await?;
    }
    if mail.kind == Kind::AutoReply {
        hear(tx, party, address, Heard::AutoReply(at)).await?;
    }
    Ok(detail.put("party", party))
}

fn named_mail(detail: Detail, mail: &NewMail) -> Detail {
    let detail = detail
        .put("mail", mail.digest)
        .put("kind", mail.kind.word())
        .put("proof", mail.proof.word())
        .put("mail-state", mail.state.word());
    let detail = if mail.faults.is_empty() { detail } else { detail.put("faults", mail.faults.join(" ")) };
    match mail.request {
        Some(request) => detail.put("request", request),
        None => detail,
    }
}

fn select() -> SelectStatement {
    let columns = [
        "id",
        "digest",
        "message_id",
        "request",
        "kind",
        "proof",
        "domain",
        "state",
        "faults",
        "counts",
        "at",
        "ended_at",
        "ended_by",
    ];
    Query::select().columns(columns).from("mails").to_owned()
}

fn by_id(id: MailId) -> SelectStatement {
    select().and_where(Expr::col("id").eq(id.to_string())).to_owned()
}

fn read(mut row: Row) -> Result<Mail, DbError> {
    let message_id = row.opt_bytes("message_id")?.map(<[u8; 32]>::try_from).transpose();
    Ok(Mail {
        id: row.parsed("id")?,
        new: NewMail {
            digest: row.digest("digest")?,
            message_id: message_id.map_err(|_| row.unreadable("message_id"))?.map(Digest),
            request: row.opt_parsed("request")?,
            kind: row.word("kind", Kind::from_word)?,
            proof: row.word("proof", Proof::from_word)?,
            domain: row.opt_text("domain")?,
            state: row.word("state", State::from_word)?,
            faults: row.json("faults")?,
            counts: row.json("counts")?,
        },
        at: row.moment("at")?,
        ended: row.opt_moment("ended_at")?.zip(row.opt_parsed("ended_by")?),
    })
}
