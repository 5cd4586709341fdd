//! What the other side was told, what is proposed to it, and the message that is on its way.

use renkei_core::dossier::Taken;
use renkei_core::id::{Digest, InquiryId, PartyId, SeatId};
use renkei_core::inquiry::Step;
use renkei_core::ledger::{Detail, EntryKind};
use renkei_core::question::ObjectKind;
use renkei_core::time::Moment;
use renkei_gate::Permit;
use sea_query::{Cond, Expr, ExprTrait, Order, Query, SelectStatement};

use super::{KeptReceipt, LineObject, Objects, OnItsWay, Proposed, Telling, object, receipt};
use crate::chain::Write;
use crate::db::{Row, Tx, insert, int};
use crate::error::{DbError, WriteError};
use crate::inquiry::{Inquiry, place};
use crate::open::{Store, program};

const COLUMNS: [&str; 14] = [
    "inquiry",
    "party",
    "told",
    "proposed",
    "proposed_by",
    "proposed_at",
    "proposed_rules",
    "proposed_text",
    "step",
    "ticket",
    "message",
    "tries",
    "next_at",
    "trouble",
];

impl Store {
    /// How far the other side of an inquiry was told; `None`: it is between seats of this office.
    pub async fn telling(&self, inquiry: InquiryId) -> Result<Option<Telling>, DbError> {
        self.db.rows(&of(inquiry)).await?.into_iter().next().map(telling).transpose()
    }

    /// Those whose other side may lack something, and whose moment has come.
    pub async fn tellings_due(&self, at: Moment) -> Result<Vec<Telling>, DbError> {
        let mut query = select();
        query.and_where(Expr::col("next_at").lte(at.0)).order_by("next_at", Order::Asc).limit(200);
        self.db.rows(&query).await?.into_iter().map(telling).collect()
    }

    /// Those of a party's office that lack something still, or are in trouble.
    pub async fn tellings_of(&self, party: &PartyId) -> Result<Vec<Telling>, DbError> {
        let mut query = select();
        let waits = Cond::any()
            .add(Expr::col("message").is_not_null())
            .add(Expr::col("proposed").is_not_null())
            .add(Expr::col("trouble").is_not_null());
        query.and_where(Expr::col("party").eq(party.as_str())).cond_where(waits).order_by("inquiry", Order::Asc);
        self.db.rows(&query).await?.into_iter().map(telling).collect()
    }

    /// Objects were given to the other office, or it was told which there are.
    pub async fn note_given(&self, party: &PartyId, count: u64, at: Moment) -> Result<(), WriteError> {
        let mut write = Write::begin(&self.db).await?;
        let detail = Detail::new().put("party", party).put("questions", count);
        write.append(program(at, EntryKind::View, "line-given", detail)).await?;
        Ok(write.commit().await?)
    }

    /// A message came by another way: date, sender, digest and size.
    pub async fn note_carried(
        &self,
        seat: &SeatId,
        party: &PartyId,
        (digest, bytes): (Digest, u64),
        at: Moment,
    ) -> Result<(), WriteError> {
        let mut write = Write::begin(&self.db).await?;
        let detail = Detail::new().put("party", party).put("message", digest).put("bytes", bytes);
        let mut entry = program(at, EntryKind::Note, "line-carried", detail);
        entry.seat = Some(seat.clone());
        write.append(entry).await?;
        Ok(write.commit().await?)
    }

    /// Proposes a step to the other side: it takes place once the other side has taken it. One at a time.
    pub async fn propose_step(&self, permit: Permit, id: InquiryId, step: Step, text: &str) -> Result<(), WriteError> {
        let (mut write, granted) = self.permitted(permit, &[step.act()]).await?;
        granted.names(ObjectKind::Inquiry, &id)?;
        let at = granted.at();
        let mut update = Query::update();
        update
            .table("line_tellings")
            .value("proposed", step.word())
            .value("proposed_by", granted.seat().id.as_str())
            .value("proposed_at", at.0)
            .value("proposed_rules", granted.policy_set().0.to_vec())
            .value("proposed_text", text)
            .value("next_at", at.0)
            .value("trouble", None::<String>)
            .and_where(Expr::col("inquiry").eq(id.to_string()))
            .and_where(Expr::col("proposed").is_null());
        if write.tx.run(&update).await? == 0 {
            return Err(WriteError::Exists { kind: "proposed step", id: id.to_string() });
        }
        let detail = Detail::new().put("proposed", step);
        write.append(granted.entry(EntryKind::Act, detail)).await?;
        Ok(write.commit().await?)
    }

    /// Keeps the message that tells the other side, with this office's receipt of it and the objects that it makes: the other side may speak of them
    /// before its answer arrives. A message that is on its way already stays, and is what is told.
    pub async fn put_on_its_way(
        &self,
        id: InquiryId,
        new: &OnItsWay,
        made: Vec<LineObject>,
        submitted: &KeptReceipt,
    ) -> Result<OnItsWay, WriteError> {
        let mut write = Write::begin(&self.db).await?;
        let before = write.tx.row(&of(id)).await?.map(telling).transpose()?;
        if let Some(carried) = before.and_then(|telling| telling.carried) {
            return Ok(carried);
        }
        let mut update = Query::update();
        update
            .table("line_tellings")
            .value("step", int(new.step))
            .value("ticket", new.ticket.as_str())
            .value("message", new.message.as_str())
            .and_where(Expr::col("inquiry").eq(id.to_string()));
        write.tx.run(&update).await?;
        let known = object::known(&mut write.tx, made.iter().map(|object| object.id.as_str())).await?;
        let made = made.into_iter().filter(|object| !known.contains(&object.id)).collect();
        object::keep(&mut write.tx, &Objects { made, changed: Vec::new() }).await?;
        receipt::keep(&mut write, id, &new.ticket, submitted).await?;
        write.commit().await?;
        Ok(new.clone())
    }

    /// Nothing is to be told of the steps that were seen: it is looked at again when something changes.
    pub async fn rest_telling(&self, id: InquiryId, seen: u64) -> Result<(), WriteError> {
        let mut write = Write::begin(&self.db).await?;
        let steps = place(&mut write.tx, id).await?.saturating_sub(1);
        let mut update = Query::update();
        update
            .table("line_tellings")
            .value("next_at", None::<i64>)
            .and_where(Expr::col("inquiry").eq(id.to_string()))
            .and_where(Expr::col("proposed").is_null());
        // A step that was taken in between is told.
        if steps == seen {
            write.tx.run(&update).await?;
        }
        Ok(write.commit().await?)
    }

    /// The other side could not be told: it is tried again.
    pub async fn trouble_telling(&self, id: InquiryId, trouble: &str, next_at: Moment) -> Result<(), WriteError> {
        let mut write = Write::begin(&self.db).await?;
        let mut update = Query::update();
        update
            .table("line_tellings")
            .value("tries", Expr::col("tries").add(1i64))
            .value("next_at", next_at.0)
            .value("trouble", trouble)
            .and_where(Expr::col("inquiry").eq(id.to_string()));
        write.tx.run(&update).await?;
        Ok(write.commit().await?)
    }

    /// The other side took a message that told steps of ours; `answer` is the digest of what it answered.
    pub async fn note_told(
        &self,
        id: InquiryId,
        carried: &OnItsWay,
        objects: &Objects,
        (answer, at): (Digest, Moment),
    ) -> Result<(), WriteError> {
        let mut write = Write::begin(&self.db).await?;
        if told(&mut write, id, carried, (answer, at)).await? {
            object::keep(&mut write.tx, objects).await?;
        }
        Ok(write.commit().await?)
    }

    /// The other side refused a message for good: a proposed step does not take place; what left stays told of as
    /// refused until somebody decides.
    pub async fn note_refused(
        &self,
        id: InquiryId,
        carried: &OnItsWay,
        why: &str,
        (next_at, at): (Option<Moment>, Moment),
    ) -> Result<(), WriteError> {
        let mut write = Write::begin(&self.db).await?;
        let mut update = Query::update();
        let none = None::<String>;
        update
            .table("line_tellings")
            .values([
                ("step", None::<i64>.into()),
                ("ticket", none.clone().into()),
                ("message", none.clone().into()),
                ("proposed", none.clone().into()),
                ("proposed_by", none.clone().into()),
                ("proposed_at", None::<i64>.into()),
                ("proposed_rules", None::<Vec<u8>>.into()),
                ("proposed_text", none.into()),
                ("next_at", next_at.map(|at| at.0).into()),
                ("trouble", why.into()),
            ])
            .value("tries", Expr::col("tries").add(1i64))
            .and_where(Expr::col("inquiry").eq(id.to_string()))
            .and_where(Expr::col("ticket").eq(carried.ticket.as_str()));
        if write.tx.run(&update).await? > 0 {
            let detail = Detail::new().put("inquiry", id).put("step", carried.step).put("why", why);
            write.append(program(at, EntryKind::Note, "line-refused", detail)).await?;
        }
        Ok(write.commit().await?)
    }
}

/// Notes that the other side has the steps of a message; false: it was noted before.
pub(super) async fn told(
    write: &mut Write,
    id: InquiryId,
    carried: &OnItsWay,
    (answer, at): (Digest, Moment),
) -> Result<bool, WriteError> {
    let mut update = Query::update();
    update
        .table("line_tellings")
        .value("told", int(carried.step))
        .value("step", None::<i64>)
        .value("ticket", None::<String>)
        .value("message", None::<String>)
        .value("tries", 0i64)
        // Whether more is to be told is looked at once more.
        .value("next_at", at.0)
        .value("trouble", None::<String>)
        .and_where(Expr::col("inquiry").eq(id.to_string()))
        .and_where(Expr::col("ticket").eq(carried.ticket.as_str()));
    if write.tx.run(&update).await? == 0 {
        return Ok(false);
    }
    let detail = Detail::new()
        .put("inquiry", id)
        .put("step", carried.step)
        .put("ticket", &carried.ticket)
        .put("message", Digest::of(carried.message.as_bytes()))
        .put("bytes", carried.message.len())
        .put("answer", answer);
    write.append(program(at, EntryKind::Note, "line-told", detail)).await?;
    Ok(true)
}

/// An inquiry leaves: if its provider's office is on a line, that office is told.
pub(crate) async fn begin(tx: &mut Tx, inquiry: &Inquiry) -> Result<(), WriteError> {
    let party = inquiry.paper.recipient.as_str();
    let mut query = Query::select();
    query.columns(["party"]).from("lines").and_where(Expr::col("party").eq(party));
    if tx.row(&query).await?.is_none() {
        return Ok(());
    }
    let row = [
        ("inquiry", inquiry.id.to_string().into()),
        ("party", party.into()),
        ("told", 0i64.into()),
        ("tries", 0i64.into()),
        ("next_at", 0i64.into()),
    ];
    tx.run(&insert("line_tellings", row)).await?;
    Ok(())
}

/// An inquiry changed here: its other side is told at the next look.
pub(crate) async fn wake(tx: &mut Tx, id: InquiryId) -> Result<(), WriteError> {
    let mut update = Query::update();
    update.table("line_tellings").value("next_at", 0i64).and_where(Expr::col("inquiry").eq(id.to_string()));
    tx.run(&update).await?;
    Ok(())
}

/// Nothing is proposed or on its way any more: it stands among the steps now, or its place was taken.
pub(super) async fn unpropose(tx: &mut Tx, id: InquiryId) -> Result<(), WriteError> {
    let mut update = Query::update();
    update
        .table("line_tellings")
        .values([
            ("proposed", None::<String>.into()),
            ("proposed_by", None::<String>.into()),
            ("proposed_at", None::<i64>.into()),
            ("proposed_rules", None::<Vec<u8>>.into()),
            ("proposed_text", None::<String>.into()),
            ("step", None::<i64>.into()),
            ("ticket", None::<String>.into()),
            ("message", None::<String>.into()),
        ])
        .and_where(Expr::col("inquiry").eq(id.to_string()));
    tx.run(&update).await?;
    Ok(())
}

/// The other side has so many steps.
pub(super) async fn has(tx: &mut Tx, inquiry: &Inquiry, party: &str, told: u64) -> Result<(), WriteError> {
    let mut update = Query::update();
    update
        .table("line_tellings")
        .value("told", int(told))
        .and_where(Expr::col("inquiry").eq(inquiry.id.to_string()))
        .and_where(Expr::col("told").lt(int(told)));
    if tx.run(&update).await? > 0 || tx.row(&of(inquiry.id)).await?.is_some() {
        return Ok(());
    }
    let row = [
        ("inquiry", inquiry.id.to_string().into()),
        ("party", party.into()),
        ("told", int(told).into()),
        ("tries", 0i64.into()),
        ("next_at", None::<i64>.into()),
    ];
    tx.run(&insert("line_tellings", row)).await?;
    Ok(())
}

/// Removes what messages and objects of an inquiry say of whom it was about.
pub(crate) async fn empty(tx: &mut Tx, id: InquiryId) -> Result<(), WriteError> {
    let mut objects = Query::update();
    objects.table("line_objects").value("body", None::<String>).and_where(Expr::col("inquiry").eq(id.to_string()));
    tx.run(&objects).await?;
    let mut words = Query::update();
    words.table("line_tellings").value("proposed_text", None::<String>);
    words.and_where(Expr::col("inquiry").eq(id.to_string()));
    tx.run(&words).await?;
    Ok(())
}

fn select() -> SelectStatement {
    Query::select().columns(COLUMNS).from("line_tellings").to_owned()
}

fn of(inquiry: InquiryId) -> SelectStatement {
    let mut query = select();
    query.cond_where(Cond::all().add(Expr::col("inquiry").eq(inquiry.to_string())));
    query
}

fn telling(mut row: Row) -> Result<Telling, DbError> {
    let told = row.count("told")?;
    let proposed = match row.opt_text("proposed")? {
        Some(word) => Some(Proposed {
            taken: Taken {
                number: 0,
                at: row.moment("proposed_at")?,
                step: Step::from_word(&word).ok_or_else(|| row.unreadable("proposed"))?,
                seat: row.parsed("proposed_by")?,
                policy_set: Digest(
                    row.bytes("proposed_rules")?.try_into().map_err(|_| row.unreadable("proposed_rules"))?,
                ),
                signed: None,
            },
            text: row.opt_text("proposed_text")?.unwrap_or_default(),
        }),
        None => None,
    };
    let carried = match (row.opt_int("step")?, row.opt_text("ticket")?, row.opt_text("message")?) {
        (Some(step), Some(ticket), Some(message)) => {
            let step = u64::try_from(step).map_err(|_| row.unreadable("step"))?;
            Some(OnItsWay { step, ticket, message })
        }
        _ => None,
    };
    Ok(Telling {
        inquiry: row.parsed("inquiry")?,
        party: row.parsed("party")?,
        told,
        proposed,
        carried,
        tries: row.count("tries")?,
        next_at: row.opt_moment("next_at")?,
        trouble: row.opt_text("trouble")?,
    })
}
