//! Read: takes every mail out of a mailbox, files it once, and lets follow what it proves.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use renkei_core::act::Act;
use renkei_core::class::DataClass;
use renkei_core::id::{Digest, RequestId};
use renkei_core::mail::{Kind, Proof, State};
use renkei_core::party::Party;
use renkei_core::request::Step;
use renkei_core::seat::Duty;
use renkei_core::time::Moment;
use renkei_gate::Permit;
use renkei_post::address::MailDomain;
use renkei_post::inbound::{Content, Delivery as Reported, Fault, Mail, Standing, Verifier};
use renkei_post::seal::AgeKey;
use renkei_store::letter::Letter;
use renkei_store::mail::{Filed, Heed, NewMail, Says, id_of};
use renkei_store::request::Request;
use schemars::JsonSchema;
use serde::Serialize;

use super::MailError;
use super::belong::{Tokens, proof};
use super::maildir::{LIMIT, Maildir};
use super::shown::MailShown;
use crate::campaign::answer::{AnswerError, Counted};
use crate::office::Office;
use crate::words::{Show, Words, number};

/// What a reading of a mailbox did.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct MailsRead {
    /// Mails that were there.
    pub mails: u64,
    /// Replies that were filed and counted.
    pub replies: u64,
    /// Answers of programs that were filed.
    pub auto_replies: u64,
    /// Reports on letters that were filed.
    pub reports: u64,
    /// Mails whose sender nothing proves: a person confirms or drops them.
    pub unconfirmed: u64,
    /// Mails that a person must look at.
    pub waiting: u64,
    /// Mails that were filed before.
    pub before: u64,
    /// Mails left where they are, because a name server did not answer.
    pub put_off: u64,
    /// Those filed now, one by one.
    pub list: Vec<MailShown>,
}

impl Show for MailsRead {
    fn show(&self, words: &Words) -> String {
        let values = [
            ("mails", number(self.mails)),
            ("replies", number(self.replies)),
            ("auto", number(self.auto_replies)),
            ("reports", number(self.reports)),
        ];
        let mut lines = vec![words.say("mail-read", &values)];
        let more = [
            ("mail-read-unconfirmed", self.unconfirmed),
            ("mail-read-waiting", self.waiting),
            ("mail-read-before", self.before),
            ("mail-read-put-off", self.put_off),
        ];
        for (key, count) in more.into_iter().filter(|(_, count)| *count > 0) {
            lines.push(words.say(key, &[("count", number(count))]));
        }
        lines.extend(self.list.iter().map(|mail| mail.line(words)));
        lines.join("\n")
    }
}

/// What is needed for every mail of one reading.
struct Reading {
    tokens: Tokens,
    parties: Arc<[Party]>,
    verifier: Verifier,
    office: MailDomain,
    key: AgeKey,
    at: Moment,
}

/// What a mail turned out to be, before it is written.
pub(super) struct Sorted {
    pub(super) new: NewMail,
    pub(super) heed: Heed,
    pub(super) says: Option<(Request, Says)>,
}

impl Office {
    /// Reads the new mails of a maildir. A mail leaves `new/` only after it was filed; `remove`: it is
    /// then removed instead of kept in `cur/`.
    pub async fn read_mails(&self, folder: &Path, remove: bool, at: Moment) -> Result<MailsRead, MailError> {
        let maildir = Maildir::open(folder)?;
        let lock = self.mail_lock()?;
        self.sweep_held().await?;
        let reading = Reading {
            tokens: self.tokens().await?,
            parties: self.store.parties().await?,
            verifier: Verifier::open(self.settings.mail_in.names, self.settings.mail_in.border.as_deref())?,
            office: self.settings.domain.parse()?,
            key: self.quarantine_key().await?,
            at,
        };
        let mut done = MailsRead::default();
        for path in maildir.waiting()? {
            let bytes = Maildir::read(&path)?;
            done.mails += 1;
            match self.read_mail(&reading, &bytes).await? {
                None => done.put_off += 1,
                Some((filed, mail)) => {
                    done.count(filed, mail);
                    maildir.done(&path, remove)?;
                }
            }
        }
        drop(lock);
        Ok(done)
    }

    /// Files one mail; `None`: its sender cannot be looked up now.
    async fn read_mail(&self, reading: &Reading, bytes: &[u8]) -> Result<Option<(Filed, NewMail)>, MailError> {
        let id = id_of(Digest::of(bytes));
        if let Some(mail) = self.store.mail(id).await? {
            return Ok(Some((Filed::Before, mail.new)));
        }
        let Some(sorted) = self.sort(reading, bytes).await? else { return Ok(None) };
        let Sorted { new, heed, says } = sorted;
        // What was too large to be read is not kept either; it stays in the mailbox.
        if new.state.is_open() && bytes.len() as u64 <= LIMIT {
            self.hold(id, &reading.key, bytes)?;
        }
        let filed = match says {
            Some((request, says)) => {
                let permit = self.answer_permit(&request, &reading.parties, reading.at).await?;
                self.store.file_reply(permit, &new, &says).await?
            }
            None => self.store.file_mail(reading.at, &new, &heed).await?,
        };
        Ok(Some((filed, new)))
    }

    async fn sort(&self, reading: &Reading, bytes: &[u8]) -> Result<Option<Sorted>, MailError> {
        let mail = if bytes.len() as u64 > LIMIT {
            let mail = Mail::read(&[], &reading.office);
            Mail { digest: Digest::of(bytes), faults: vec![Fault::TooLarge], ..mail }
        } else {
            Mail::read(bytes, &reading.office)
        };
        let letters = self.letters_in(&mail).await?;
        let belongs = reading.tokens.request_of(&mail, &letters);
        Ok(match &mail.content {
            Content::Reply(sheet) => self.sort_reply(reading, &mail, sheet.as_deref(), belongs, bytes).await?,
            Content::AutoReply => Some(self.sort_auto_reply(reading, &mail, belongs, &letters).await?),
            Content::Report(reported) if self.is_note(&mail).await? => {
                Some(self.sort_note_report(&mail, reported, reading.at).await?)
            }
            Content::Report(reported) => Some(self.sort_report(reading, &mail, reported, belongs).await?),
            Content::Nothing => Some(Sorted::waiting(blank(&mail, None))),
        })
    }

    async fn sort_reply(
        &self,
        reading: &Reading,
        mail: &Mail,
        sheet: Option<&[u8]>,
        belongs: Result<RequestId, Fault>,
        bytes: &[u8],
    ) -> Result<Option<Sorted>, MailError> {
        let request = match belongs {
            Ok(request) => self.store.request(request).await?,
            Err(_) => None,
        };
        let mut new = blank(mail, belongs.err());
        let Some(request) = request else { return Ok(Some(Sorted::waiting(new))) };
        new.request = Some(request.id);
        let standing = reading.verifier.check(bytes).await;
        if standing == Standing::Later {
            return Ok(None);
        }
        let party = reading.parties.iter().find(|party| party.id == request.party);
        let (proof, domain, unproved) = proof(&standing, party);
        (new.proof, new.domain) = (proof, domain);
        new.faults.extend(unproved.map(|fault| fault.code().to_owned()));
        let takes = request.state.after(Step::Answer).is_ok();
        let counted = match sheet {
            Some(sheet) => self.counted(&request, sheet).await?,
            None => None,
        };
        let fault = match (&counted, sheet) {
            (None, Some(_)) => Some(Fault::NothingCounted),
            _ if !takes => Some(Fault::NotTaken),
            _ => None,
        };
        new.faults.extend(fault.map(|fault| fault.code().to_owned()));
        let proved = new.proof != Proof::None;
        Ok(Some(match counted.filter(|_| takes) {
            Some(counted) if proved => {
                new.counts = counts(&counted);
                Sorted { new, heed: Heed::default(), says: Some((request, Says::Answer(counted.outcome))) }
            }
            Some(_) => {
                new.state = State::Unconfirmed;
                Sorted { new, heed: Heed::default(), says: None }
            }
            // Words for a person; but who writes them has received the request.
            None => {
                new.state = State::Waiting;
                let says = proved.then_some((request, Says::Received));
                Sorted { new, heed: Heed::default(), says }
            }
        }))
    }

    async fn sort_auto_reply(
        &self,
        reading: &Reading,
        mail: &Mail,
        belongs: Result<RequestId, Fault>,
        letters: &[Letter],
    ) -> Result<Sorted, MailError> {
        let mut new = blank(mail, belongs.err());
        new.request = belongs.ok();
        let mut heed = Heed::default();
        let request = match new.request {
            Some(request) => self.store.request(request).await?,
            None => None,
        };
        if let Some(request) = request {
            let party = reading.parties.iter().find(|party| party.id == request.party);
            let desk = party.and_then(|party| party.channel.as_ref()).map(|channel| channel.mail.clone());
            let to = match letters.first() {
                Some(letter) => Some(self.recipient_of(letter)?.to_string()),
                None => desk,
            };
            heed.channel = to.map(|to| (request.party, to));
        }
        Ok(Sorted { new, heed, says: None })
    }

    async fn sort_report(
        &self,
        reading: &Reading,
        mail: &Mail,
        reported: &[Reported],
        belongs: Result<RequestId, Fault>,
    ) -> Result<Sorted, MailError> {
        let mut new = blank(mail, belongs.err());
        new.request = belongs.ok();
        if new.request.is_none() || reported.is_empty() {
            return Ok(Sorted::waiting(new));
        }
        let letters = self.reported_letters(mail, new.request).await?;
        let heed = match self.heed(reported, &letters, reading.at, false).await? {
            Ok(_) if letters.is_empty() => Err(Fault::NoRequest),
            heed => heed,
        };
        match heed {
            Ok(heed) => Ok(Sorted { new, heed, says: None }),
            Err(fault) => {
                new.faults.push(fault.code().to_owned());
                Ok(Sorted::waiting(new))
            }
        }
    }

    /// Counts a sheet; `None`: nothing in it can be counted.
    pub(super) async fn counted(&self, request: &Request, sheet: &[u8]) -> Result<Option<Counted>, MailError> {
        match self.count_sheet(request, sheet, Path::new("mail")).await {
            Ok(counted) if counted.outcome.counts().total() <= request.lines => Ok(Some(counted)),
            Ok(_) | Err(AnswerError::Empty(_) | AnswerError::Form(..)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The right to take in what a party says of a request.
    pub(super) async fn answer_permit(
        &self,
        request: &Request,
        parties: &[Party],
        at: Moment,
    ) -> Result<Permit, MailError> {
        let seat = self.seat(Duty::Answerer).await?;
        let question = self.about(Act::RecordAnswer, seat, request, parties, at).with_class(DataClass::Counts);
        Ok(self.ask(question).await?)
    }
}

impl Sorted {
    pub(super) fn waiting(new: NewMail) -> Self {
        Self { new: NewMail { state: State::Waiting, ..new }, heed: Heed::default(), says: None }
    }
}

impl MailsRead {
    fn count(&mut self, filed: Filed, mail: NewMail) {
        let place = match (filed, mail.state, mail.kind) {
            (Filed::Before, ..) => {
                self.before += 1;
                return;
            }
            (_, State::Unconfirmed, _) => &mut self.unconfirmed,
            (_, State::Waiting, _) => &mut self.waiting,
            (_, _, Kind::Report) => &mut self.reports,
            (_, _, Kind::AutoReply) => &mut self.auto_replies,
            (_, _, Kind::Reply | Kind::Unreadable) => &mut self.replies,
        };
        *place += 1;
        self.list.push(MailShown::of(&mail, None));
    }
}

pub(super) fn blank(mail: &Mail, fault: Option<Fault>) -> NewMail {
    NewMail {
        digest: mail.digest,
        message_id: mail.message_id,
        request: None,
        kind: mail.content.kind(),
        proof: Proof::None,
        domain: None,
        state: State::Filed,
        faults: mail.faults.iter().chain(&fault).map(|fault| fault.code().to_owned()).collect(),
        counts: BTreeMap::new(),
    }
}

/// What is kept of a sheet: numbers.
pub(super) fn counts(counted: &Counted) -> BTreeMap<String, u64> {
    let counts = counted.outcome.counts();
    let mut kept: BTreeMap<String, u64> = counts.iter().map(|(status, n)| (status.word().to_owned(), n)).collect();
    let more = [("refused", counted.refused), ("columns-dropped", counted.columns_dropped)];
    kept.extend(more.into_iter().filter(|(_, n)| *n > 0).map(|(key, n)| (key.to_owned(), n)));
    kept
}
