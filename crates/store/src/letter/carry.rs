//! Letters on their way: claimed, sent, failed, taken over from the dead.

use std::collections::{BTreeMap, BTreeSet};

use renkei_core::id::{LetterId, RequestId, SeatId};
use renkei_core::ledger::{Detail, Entry, EntryKind, ObjectNote};
use renkei_core::question::ObjectKind;
use renkei_core::request::{State, Step};
use renkei_core::time::Moment;
use renkei_gate::Permit;
use sea_query::{CaseStatement, Expr, ExprTrait, Query};

use super::{Letter, LetterKind, LetterState, Sending, by_ids, of_requests, put_state};
use crate::chain::{Granted, Write};
use crate::db::{Tx, int};
use crate::error::{DbError, WriteError};
use crate::open::{Store, program};
use crate::request::{Request, advance_all, load_all};

impl Store {
    /// Takes a queued letter for sending: in flight, with an intent in the ledger, before it is sent.
    ///
    /// [`WriteError::Taken`]: another process was first. `worker` tells processes apart.
    pub async fn claim_letter(&self, permit: Permit, id: LetterId, worker: &str) -> Result<Sending, WriteError> {
        let claimed = self.claim_letters(vec![(permit, id)], worker).await?;
        claimed.into_iter().next().ok_or_else(|| WriteError::Taken(id.to_string()))
    }

    /// As [`Store::claim_letter`], for several letters: all or none.
    pub async fn claim_letters(
        &self,
        letters: Vec<(Permit, LetterId)>,
        worker: &str,
    ) -> Result<Vec<Sending>, WriteError> {
        let mut write = Write::begin(&self.db).await?;
        let (permits, ids): (Vec<_>, Vec<_>) = letters.into_iter().unzip();
        let granted = Granted::take_all(&mut write, permits, &LetterKind::ALL.map(LetterKind::act)).await?;
        let mut known = by_ids(&mut write.tx, &ids).await?;
        let of: Vec<RequestId> = known.values().map(|letter| letter.request).collect();
        let requests = load_all(&mut write.tx, &of).await?;
        let mut claimed = Vec::with_capacity(ids.len());
        for (granted, id) in granted.iter().zip(ids) {
            let letter = known.remove(&id).ok_or_else(|| missing("letter", &id))?;
            is_for(granted, &letter)?;
            if letter.state != LetterState::Queued {
                return Err(WriteError::Taken(id.to_string()));
            }
            if letter.kind == LetterKind::Notice {
                let request = requests.get(&letter.request).ok_or_else(|| missing("request", &letter.request))?;
                request.state.after(Step::Send)?;
            }
            claimed.push(take(&mut write, granted, letter, worker, Detail::new()).await?);
        }
        put_in_flight(&mut write.tx, &claimed).await?;
        write.commit().await?;
        Ok(claimed)
    }

    /// The server took the letter, or its file is written. Says where the request stands now.
    pub async fn letter_sent(&self, sending: Sending, at: Moment, reply: &str) -> Result<State, WriteError> {
        let id = sending.letter.new.id;
        let states = self.letters_sent(vec![(sending, reply.to_owned())], at).await?;
        states.first().copied().ok_or_else(|| WriteError::Taken(id.to_string()))
    }

    /// As [`Store::letter_sent`], for several letters: all or none. A request whose last letter is among them is sent
    /// with it.
    pub async fn letters_sent(&self, letters: Vec<(Sending, String)>, at: Moment) -> Result<Vec<State>, WriteError> {
        let mut write = Write::begin(&self.db).await?;
        let sending: Vec<&Sending> = letters.iter().map(|(sending, _)| sending).collect();
        still_held(&mut write.tx, &sending).await?;
        put_sent(&mut write.tx, &letters, at).await?;
        let of: Vec<RequestId> = sending.iter().map(|sending| sending.letter.request).collect();
        let requests = load_all(&mut write.tx, &of).await?;
        let unsent = unsent(&mut write.tx, &of).await?;
        let mut rest: BTreeMap<RequestId, usize> = BTreeMap::new();
        for (sending, _) in &letters {
            *rest.entry(sending.letter.request).or_default() += 1;
        }
        let (mut states, mut ended) = (Vec::with_capacity(letters.len()), Vec::<&Request>::new());
        for (Sending { letter, by, .. }, _) in &letters {
            let request = requests.get(&letter.request).ok_or_else(|| missing("request", &letter.request))?;
            let of_request = rest.entry(request.id).or_default();
            *of_request -= 1;
            let is_last = *of_request == 0 && letter.kind == LetterKind::Notice && !unsent.contains(&request.id);
            let mut state = request.state;
            if is_last && state == State::Approved {
                state = state.after(Step::Send)?;
                ended.push(request);
            }
            let detail = Detail::new().put("result", "done").put("request-state", state.word());
            write.append(completion(letter, at, by, detail)).await?;
            states.push(state);
        }
        advance_all(&mut write.tx, &ended, Step::Send, |update| {
            update.value("sent_at", at.0);
        })
        .await?;
        write.commit().await?;
        Ok(states)
    }

    /// The letter did not leave. `again`: it goes back into the queue, else it waits for a person.
    ///
    /// The error's text stays in the outbox; the ledger gets only that it failed, as a server's words
    /// may hold an address.
    pub async fn letter_failed(
        &self,
        sending: Sending,
        at: Moment,
        error: &str,
        again: bool,
    ) -> Result<(), WriteError> {
        let mut write = Write::begin(&self.db).await?;
        still_held(&mut write.tx, &[&sending]).await?;
        let Sending { letter, by, .. } = sending;
        let state = if again { LetterState::Queued } else { LetterState::Failed };
        put_state(&mut write.tx, letter.new.id, state, |update| {
            update.value("last_error", error);
        })
        .await?;
        let detail = Detail::new().put("result", if again { "try-again" } else { "failed" });
        write.append(completion(&letter, at, &by, detail)).await?;
        Ok(write.commit().await?)
    }

    /// Takes over a letter that a dead process left in flight, under the same Message-ID. Whether the
    /// server got it before cannot be known, so the ledger says `may-repeat`.
    ///
    /// The caller must know that the other process is dead (it holds the office's lock now).
    pub async fn take_over_letter(&self, permit: Permit, dead: &Letter, worker: &str) -> Result<Sending, WriteError> {
        let id = dead.new.id;
        let mut write = Write::begin(&self.db).await?;
        let (granted, letter) = of_letter(&mut write, permit, id).await?;
        if (letter.state, letter.attempts) != (LetterState::InFlight, dead.attempts) {
            return Err(WriteError::Taken(id.to_string()));
        }
        let sending = take(&mut write, &granted, letter, worker, Detail::new().put("may-repeat", "yes")).await?;
        put_in_flight(&mut write.tx, std::slice::from_ref(&sending)).await?;
        write.commit().await?;
        Ok(sending)
    }
}

/// A letter and the permit for what it does.
pub(super) async fn of_letter(
    write: &mut Write,
    permit: Permit,
    id: LetterId,
) -> Result<(Granted, Letter), WriteError> {
    let granted = Granted::take(write, permit, &LetterKind::ALL.map(LetterKind::act)).await?;
    let letter = by_ids(&mut write.tx, &[id]).await?.remove(&id).ok_or_else(|| missing("letter", &id))?;
    is_for(&granted, &letter)?;
    Ok((granted, letter))
}

/// The permit must be for what the letter does, and name its request.
fn is_for(granted: &Granted, letter: &Letter) -> Result<(), WriteError> {
    if granted.act() != letter.kind.act() {
        return Err(WriteError::OtherAct { given: granted.act(), needed: letter.kind.act() });
    }
    granted.names(ObjectKind::Request, &letter.request)
}

fn missing(kind: &'static str, id: &impl std::fmt::Display) -> WriteError {
    WriteError::Missing { kind, id: id.to_string() }
}

/// Enters that a worker is about to send a letter.
async fn take(
    write: &mut Write,
    granted: &Granted,
    mut letter: Letter,
    worker: &str,
    detail: Detail,
) -> Result<Sending, WriteError> {
    letter.state = LetterState::InFlight;
    letter.attempts += 1;
    letter.worker = Some(worker.to_owned());
    letter.claimed_at = Some(granted.at());
    let new = &letter.new;
    let detail = detail.put("letter", new.id).put("message", new.digest).put("attempt", letter.attempts);
    write.append(granted.entry(EntryKind::Intent, detail)).await?;
    Ok(Sending { letter, worker: worker.to_owned(), by: granted.seat().id.clone() })
}

/// Puts letters in flight as they say; what is alike in them is written at once.
async fn put_in_flight(tx: &mut Tx, claimed: &[Sending]) -> Result<(), DbError> {
    let mut alike: BTreeMap<(u64, Option<i64>, &str), Vec<String>> = BTreeMap::new();
    for Sending { letter, worker, .. } in claimed {
        let how = (letter.attempts, letter.claimed_at.map(|at| at.0), worker.as_str());
        alike.entry(how).or_default().push(letter.new.id.to_string());
    }
    for ((attempts, at, worker), ids) in alike {
        let mut update = Query::update();
        update
            .table("letters")
            .value("state", LetterState::InFlight.word())
            .value("attempts", int(attempts))
            .value("worker", worker)
            .value("claimed_at", at)
            .and_where(Expr::col("id").is_in(ids));
        tx.run(&update).await?;
    }
    Ok(())
}

/// Puts down that letters left, each with its server's reply.
async fn put_sent(tx: &mut Tx, letters: &[(Sending, String)], at: Moment) -> Result<(), DbError> {
    let ids = || letters.iter().map(|(sending, _)| sending.letter.new.id.to_string());
    let replies = ids().zip(letters).fold(CaseStatement::new(), |replies, (id, (_, reply))| {
        replies.case(Expr::col("id").eq(id), Expr::val(reply.as_str()))
    });
    let mut update = Query::update();
    update
        .table("letters")
        .value("state", LetterState::Sent.word())
        .value("sent_at", at.0)
        .value("reply", replies)
        .value("last_error", None::<String>)
        .and_where(Expr::col("id").is_in(ids()));
    tx.run(&update).await.map(drop)
}

/// Refuses if a letter is not in flight any more as its worker took it.
async fn still_held(tx: &mut Tx, sending: &[&Sending]) -> Result<(), WriteError> {
    let ids: Vec<LetterId> = sending.iter().map(|sending| sending.letter.new.id).collect();
    let now = by_ids(tx, &ids).await?;
    for Sending { letter, worker, .. } in sending {
        let id = letter.new.id;
        let held = now.get(&id).is_some_and(|now| {
            let same = now.worker.as_deref() == Some(worker) && now.attempts == letter.attempts;
            now.state == LetterState::InFlight && same
        });
        if !held {
            return Err(WriteError::Taken(id.to_string()));
        }
    }
    Ok(())
}

/// Those of some requests that have a notice which neither left nor was cancelled.
async fn unsent(tx: &mut Tx, requests: &[RequestId]) -> Result<BTreeSet<RequestId>, DbError> {
    let done = [LetterState::Sent.word(), LetterState::Cancelled.word()];
    let mut query = of_requests(requests);
    query.and_where(Expr::col("kind").eq(LetterKind::Notice.word())).and_where(Expr::col("state").is_not_in(done));
    tx.rows(&query).await?.into_iter().map(|mut row| row.parsed("request")).collect()
}

fn completion(letter: &Letter, at: Moment, by: &SeatId, detail: Detail) -> Entry {
    let detail = detail.put("letter", letter.new.id).put("attempt", letter.attempts);
    let object = ObjectNote { kind: ObjectKind::Letter.word().to_owned(), id: letter.new.id.to_string(), version: 0 };
    Entry {
        seat: Some(by.clone()),
        objects: vec![object],
        ..program(at, EntryKind::Completion, letter.kind.act().word(), detail)
    }
}
