//! Send: builds the letters of approved requests, queues them, and carries the queue (S4.19).
//!
//! A letter's bytes are kept before it is queued, so that a second attempt sends the very same with
//! the same Message-ID. A letter that a dead process had in flight may have been taken: it is sent
//! again, and the ledger says `may-repeat`.
//!
//! Letters go in companies, because each commit waits for the disk: a company is claimed in one
//! commit; what the server has taken is committed at once, together with whatever it took while
//! the commit before was under way. The window in which a letter can repeat is thus one commit.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use renkei_core::act::Act;
use renkei_core::id::{CampaignId, LetterId, RequestId};
use renkei_core::party::Party;
use renkei_core::question::Question;
use renkei_core::request::State;
use renkei_core::seat::{Duty, Seat};
use renkei_core::time::Moment;
use renkei_formats::notice::Manifest;
use renkei_formats::notice::letter::{LetterTextError, numbered_subject};
use renkei_formats::notice::manifest::ManifestError;
use renkei_post::address::{AddressError, MailAddress, MailDomain, ReplyToken};
use renkei_post::carrier::{Carrier, Fate, Files, Login, Receipt, SendError as CarryError, Smtp, SmtpSettings, Tls};
use renkei_post::letter::{BuildError, Letter as Mail, Outgoing, StoredError, message_id};
use renkei_post::pack::{Attachment, PackError, Plain, Shape, pack, share_out};
use renkei_post::seal::{KeyError, Recipient};
use renkei_store::letter::{Letter, LetterKind, LetterState, NewLetter, Sending};
use renkei_store::request::{Request, RequestFilter};
use renkei_store::{DbError, WriteError};
use schemars::JsonSchema;
use serde::Serialize;
use tokio::sync::mpsc::Sender;

use super::approve::approval_by;
use super::draft::{LETTER, LINES, SUBJECT};
use super::fresh;
use crate::file;
use crate::office::{AskError, Office};
use crate::parallel;
use crate::settings::CarrierSetting;
use crate::words::{Show, Words, number};

/// How long the mail server may take for one answer.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Letters claimed together: so many a dead process can leave in flight.
const COMPANY: usize = 128;

/// Why letters do not leave.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// The gate.
    #[error("{0}")]
    Ask(#[from] AskError),
    /// The registry.
    #[error("{0}")]
    Write(#[from] WriteError),
    /// The registry.
    #[error("{0}")]
    Db(#[from] DbError),
    /// The office's files.
    #[error("the office's files cannot be used: {0}")]
    Io(#[from] io::Error),
    /// A manifest.
    #[error("{0}")]
    Manifest(#[from] ManifestError),
    /// An address.
    #[error("{0}")]
    Address(#[from] AddressError),
    /// A key.
    #[error("{0}")]
    Key(#[from] KeyError),
    /// An attachment.
    #[error("{0}")]
    Pack(#[from] PackError),
    /// A mail.
    #[error("{0}")]
    Build(#[from] BuildError),
    /// A stored mail.
    #[error("{0}")]
    Stored(#[from] StoredError),
    /// A subject.
    #[error("{0}")]
    Text(#[from] LetterTextError),
    /// The carrier cannot be set up.
    #[error("the mail server's settings cannot be used: {0}")]
    Carrier(#[from] renkei_post::carrier::OpenError),
    /// A setting of the carrier.
    #[error("{0}")]
    Settings(#[from] crate::settings::SettingsError),
    /// The party of a request is gone, or has no channel now.
    #[error("the party `{0}` has no channel now: withdraw the request, or give the party one")]
    Party(String),
    /// The manifest is not there.
    #[error("the request `{0}` has no manifest")]
    NoManifest(RequestId),
    /// Another process sends.
    #[error("another process is sending from this office: try again when it is done")]
    Busy,
}

/// What a sending did.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct Sent {
    /// Requests whose letters were queued now.
    pub requests: u64,
    /// Letters taken by the server, or written.
    pub letters: u64,
    /// Letters that were in flight when a process died: they may repeat.
    pub may_repeat: u64,
    /// Letters that wait for the next run.
    pub waiting: u64,
    /// Letters refused for good.
    pub failed: u64,
    /// What the last refusal or delay said.
    pub last_error: Option<String>,
    /// Where `.eml` files are, if letters leave as files.
    pub outbox: Option<PathBuf>,
    /// Requests the gate did not let leave.
    pub refused: Vec<RefusedRequest>,
    /// Parties all of whose addresses fail: what was sent to them may come back.
    pub failing: Vec<String>,
}

/// A request that the gate did not let leave.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RefusedRequest {
    /// The request.
    pub request: String,
    /// The party.
    pub party: String,
    /// The ruling.
    pub ruling: String,
}

impl Show for Sent {
    fn show(&self, words: &Words) -> String {
        let values = [
            ("requests", number(self.requests)),
            ("letters", number(self.letters)),
            ("waiting", number(self.waiting)),
            ("failed", number(self.failed)),
        ];
        let mut lines = vec![words.say("send-done", &values)];
        if self.may_repeat > 0 {
            lines.push(words.say("send-may-repeat", &[("count", number(self.may_repeat))]));
        }
        if let Some(error) = &self.last_error {
            lines.push(words.say("send-error", &[("error", error.clone())]));
        }
        for refused in &self.refused {
            lines.push(
                words.say("send-refused", &[("party", refused.party.clone()), ("ruling", refused.ruling.clone())]),
            );
        }
        for party in &self.failing {
            lines.push(words.say("send-all-fail", &[("party", party.clone())]));
        }
        if let Some(outbox) = &self.outbox {
            lines.push(words.say("send-outbox", &[("folder", outbox.display().to_string())]));
        }
        lines.join("\n")
    }
}

/// A mail of a thread: what it carries and what came before it.
pub(crate) struct Thread<'a> {
    pub(crate) party: &'a Party,
    /// Which of the approved addresses it goes to.
    pub(crate) to: &'a str,
    pub(crate) manifest: &'a Manifest,
    pub(crate) token: ReplyToken,
    pub(crate) earlier: &'a [LetterId],
    pub(crate) at: Moment,
}

/// Who sends, and the seats on whose approval it rests.
struct Desk {
    sender: Seat,
    seats: Vec<Seat>,
}

impl Office {
    /// Sends the approved requests of a campaign and whatever waits in the outbox.
    pub async fn send(&self, campaign: Option<CampaignId>, at: Moment) -> Result<Sent, SendError> {
        let lock = self.outbox_lock()?;
        let mut sent = Sent::default();
        let filter = RequestFilter { campaign, state: Some(State::Approved), ..RequestFilter::default() };
        let parties = self.store.parties().await?;
        for company in self.store.requests(&filter).await?.chunks(COMPANY) {
            let ids: Vec<RequestId> = company.iter().map(|request| request.id).collect();
            let queued = self.store.with_letters(&ids).await?;
            let unqueued: Vec<&Request> = company.iter().filter(|request| !queued.contains(&request.id)).collect();
            self.queue(&unqueued, &parties, at, &mut sent).await?;
        }
        self.carry(&parties, at, &mut sent).await?;
        drop(lock);
        Ok(sent)
    }

    /// Builds the letters of some requests and queues them all in one commit.
    async fn queue(
        &self,
        requests: &[&Request],
        parties: &[Party],
        at: Moment,
        sent: &mut Sent,
    ) -> Result<(), SendError> {
        if requests.is_empty() {
            return Ok(());
        }
        let (mut permits, mut contents) = (Vec::new(), Vec::new());
        let (failing, desk) = (self.failing().await?, self.desk().await?);
        let revisions: Vec<(RequestId, u64)> = requests.iter().map(|request| (request.id, request.revision)).collect();
        let manifests = self.store.manifests_of(&revisions).await?;
        for request in requests {
            match self.ask(self.sending_by(&desk, Act::Send, request, parties, at)).await {
                Err(AskError::Refused(ruling)) => sent.refused.push(RefusedRequest {
                    request: request.id.to_string(),
                    party: request.party.to_string(),
                    ruling: ruling.to_string(),
                }),
                answer => {
                    permits.push((answer?, request.id));
                    let party = parties.iter().find(|party| party.id == request.party);
                    let party = party.ok_or_else(|| SendError::Party(request.party.to_string()))?;
                    let token = reply_token(request)?;
                    let manifest = manifests.get(&request.id).ok_or(SendError::NoManifest(request.id))?;
                    let manifest: Manifest = String::from_utf8_lossy(&manifest.bytes).parse()?;
                    let to = failing.first(&party.id, &manifest);
                    if to.is_none() {
                        sent.failing.push(party.id.to_string());
                    }
                    // Where all fail, the first is tried all the same: a report may tell that it works again.
                    let to = to.unwrap_or(manifest.to.as_str()).to_owned();
                    contents.push((party, manifest, to, token));
                }
            }
        }
        let mails = tokio::task::block_in_place(|| {
            parallel::each(&contents, |(party, manifest, to, token)| {
                self.mails(&Thread { party, to, manifest, token: *token, earlier: &[], at })
            })
        });
        let queued = permits.into_iter().zip(mails).map(|((permit, id), mails)| Ok((permit, id, mails?)));
        let queued = queued.collect::<Result<Vec<_>, SendError>>()?;
        let count = queued.len() as u64;
        self.store.queue_all(queued).await?;
        sent.requests += count;
        Ok(())
    }

    /// The manifest of a request as it stands.
    pub(crate) async fn manifest_of(&self, request: &Request) -> Result<Manifest, SendError> {
        let stored = self.store.manifest(request.id, request.revision).await?;
        let stored = stored.ok_or(SendError::NoManifest(request.id))?;
        Ok(String::from_utf8_lossy(&stored.bytes).parse()?)
    }

    /// Builds the mails of a manifest and keeps their bytes; nothing is queued yet.
    pub(crate) fn mails(&self, thread: &Thread<'_>) -> Result<Vec<NewLetter>, SendError> {
        let domain: MailDomain = self.settings.domain.parse()?;
        let from: MailAddress = format!("desk@{}", domain.as_str()).parse()?;
        let to: MailAddress = thread.to.parse()?;
        let (subject, text, attachments) = self.content(thread)?;
        let bundles = share_out(attachments, self.settings.post.part_bytes);
        let parts = bundles.len();
        let language = thread.party.channel.as_ref().map(|channel| channel.language).unwrap_or_default();
        let mut letters: Vec<NewLetter> = Vec::new();
        for (index, attachments) in bundles.into_iter().enumerate() {
            let id = LetterId::from_bits(fresh(thread.at));
            let subject = numbered_subject(&subject, language, index + 1, parts)?;
            let mail = Mail {
                id,
                office: &domain,
                office_name: &self.settings.name.en,
                from: &from,
                to: &to,
                reply: thread.token,
                thread: thread.earlier,
                date: thread.at,
                subject: &subject,
                text: &text,
                attachments,
            };
            let digest = file::keep(&self.folder, &mail.build()?.bytes)?;
            let (part, parts) = (index as u32 + 1, parts as u32);
            letters.push(NewLetter { id, part, parts, message_id: message_id(id, &domain), digest });
        }
        Ok(letters)
    }

    /// Subject, text and sealed attachments, read by the digests that were approved.
    fn content(&self, thread: &Thread<'_>) -> Result<(String, String, Vec<Attachment>), SendError> {
        let channel = thread.party.channel.as_ref();
        let channel = channel.ok_or_else(|| SendError::Party(thread.party.id.to_string()))?;
        let recipient = Recipient::check(&channel.seal, thread.at)?;
        let (mut subject, mut text, mut attachments) = (String::new(), String::new(), Vec::new());
        for payload in &thread.manifest.payloads {
            let bytes = file::read(&self.folder, payload.digest)?;
            match payload.name.as_str() {
                LETTER => text = String::from_utf8_lossy(&bytes).into_owned(),
                SUBJECT => subject = String::from_utf8_lossy(&bytes).into_owned(),
                name if name.ends_with(".age") => {
                    attachments.push(Attachment { name: name.to_owned(), media_type: recipient.media_type(), bytes })
                }
                name => {
                    let shape = if name == LINES { Shape::Sheet } else { Shape::Lines };
                    let plain = Plain::new(name, shape, bytes);
                    attachments.extend(pack(&plain, &recipient, self.settings.post.part_bytes)?);
                }
            }
        }
        Ok((subject, text, attachments))
    }

    /// A question about letting something of a request leave, with the approval it rests on.
    pub(crate) async fn sending(
        &self,
        act: Act,
        request: &Request,
        parties: &[Party],
        at: Moment,
    ) -> Result<Question, SendError> {
        Ok(self.sending_by(&self.desk().await?, act, request, parties, at))
    }

    /// As [`Office::sending`], by a desk that was looked up before.
    fn sending_by(&self, desk: &Desk, act: Act, request: &Request, parties: &[Party], at: Moment) -> Question {
        let question = self.about(act, desk.sender.clone(), request, parties, at);
        match approval_by(&desk.seats, request) {
            Some(approval) => question.approved(approval),
            None => question,
        }
    }

    async fn desk(&self) -> Result<Desk, SendError> {
        Ok(Desk { sender: self.seat(Duty::Sender).await?, seats: self.store.seats().await? })
    }

    /// Carries whatever waits, first what a dead process left in flight. The caller holds the lock.
    pub(crate) async fn carry(&self, parties: &[Party], at: Moment, sent: &mut Sent) -> Result<(), SendError> {
        let mut carrier = self.carry_notes(self.carrier()?, at).await?;
        let worker = format!("process {}", std::process::id());
        let mut left = Vec::new();
        for letter in self.store.letters_in(LetterState::InFlight, u64::MAX >> 1).await? {
            let request = self.store.request(letter.request).await?.ok_or(SendError::NoManifest(letter.request))?;
            let permit = self.ask(self.sending(letter.kind.act(), &request, parties, at).await?).await?;
            left.push(self.store.take_over_letter(permit, &letter, &worker).await?);
            sent.may_repeat += 1;
        }
        let mut there;
        (carrier, there) = self.carry_all(carrier, left, at, sent).await?;
        let queued = self.store.letters_in(LetterState::Queued, u64::MAX >> 1).await?;
        for company in queued.chunks(COMPANY) {
            if !there {
                break;
            }
            let mut permits = Vec::new();
            let ids: Vec<RequestId> = company.iter().map(|letter| letter.request).collect();
            let (desk, requests) = (self.desk().await?, self.store.requests_named(&ids).await?);
            for letter in company {
                let request = requests.get(&letter.request).ok_or(SendError::NoManifest(letter.request))?;
                match self.ask(self.sending_by(&desk, letter.kind.act(), request, parties, at)).await {
                    Err(AskError::Refused(ruling)) => sent.last_error = Some(ruling.to_string()),
                    permit => permits.push((permit?, letter.new.id)),
                }
            }
            if permits.is_empty() {
                continue;
            }
            let claimed = self.store.claim_letters(permits, &worker).await?;
            (carrier, there) = self.carry_all(carrier, claimed, at, sent).await?;
        }
        sent.waiting += self.store.letters_in(LetterState::Queued, u64::MAX >> 1).await?.len() as u64;
        Ok(())
    }

    /// Carries claimed letters on a thread of its own and enters what became of each as soon as it
    /// is known; `false`: the server is away, the rest waits.
    async fn carry_all(
        &self,
        carrier: Carrier,
        letters: Vec<Sending>,
        at: Moment,
        sent: &mut Sent,
    ) -> Result<(Carrier, bool), SendError> {
        let (tell, mut told) = tokio::sync::mpsc::channel(COMPANY);
        let folder = self.folder.clone();
        let work = tokio::task::spawn_blocking(move || run(carrier, &folder, letters, &tell));
        let mut there = true;
        while let Some(first) = told.recv().await {
            let mut company = vec![first];
            while let Ok(next) = told.try_recv() {
                company.push(next);
            }
            there &= self.enter(company, at, sent).await?;
        }
        let carrier = work.await.map_err(|lost| io::Error::other(lost.to_string()))?;
        Ok((carrier, there))
    }

    /// Enters what became of some letters: those taken first, all in one commit.
    async fn enter(&self, company: Vec<Carried>, at: Moment, sent: &mut Sent) -> Result<bool, SendError> {
        let (mut taken, mut failed, mut there) = (Vec::new(), Vec::new(), true);
        for (sending, end) in company {
            match end {
                Ok(Receipt::File { path, .. }) => {
                    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                    sent.outbox = path.parent().map(PathBuf::from);
                    taken.push((sending, name));
                }
                Ok(Receipt::Server(reply)) => taken.push((sending, reply)),
                Err(error) => failed.push((sending, error)),
            }
        }
        sent.letters += taken.len() as u64;
        if !taken.is_empty() {
            self.store.letters_sent(taken, at).await?;
        }
        for (sending, error) in failed {
            let again = error.fate() != Fate::Refused;
            there &= !matches!(error, CarryError::Unreachable { .. });
            self.store.letter_failed(sending, at, &error.to_string(), again).await?;
            sent.last_error = Some(error.to_string());
            sent.failed += u64::from(!again);
        }
        Ok(there)
    }

    pub(crate) fn carrier(&self) -> Result<Carrier, SendError> {
        let smtp = match &self.settings.post.carrier {
            CarrierSetting::Files => return Ok(Carrier::Files(Files::new(self.folder.join("outbox")))),
            CarrierSetting::Smtp(smtp) => smtp,
        };
        let tls = match smtp.security.as_str() {
            "starttls" => Tls::StartTls,
            "tls" => Tls::Implicit,
            "loopback" => Tls::PlainLoopback,
            other => {
                return Err(SendError::Settings(crate::settings::SettingsError::Value {
                    key: "post.smtp.security",
                    value: other.into(),
                    expected: "`starttls`, `tls` or `loopback`",
                }));
            }
        };
        let login = match (&smtp.user, &smtp.password_file) {
            (Some(user), Some(file)) => Some(Login { user: user.clone(), password_file: file.clone() }),
            _ => None,
        };
        let settings = SmtpSettings {
            host: smtp.host.clone(),
            port: smtp.port,
            tls,
            ca_file: smtp.ca_file.clone(),
            login,
            hello: self.settings.domain.parse()?,
            timeout: TIMEOUT,
        };
        Ok(Carrier::Smtp(Box::new(Smtp::open(settings)?)))
    }

    /// The lock of the outbox: one process sends at a time, so that what is in flight belongs to the dead.
    pub(crate) fn outbox_lock(&self) -> Result<File, SendError> {
        let file = File::options().create(true).truncate(false).write(true).open(self.folder.join("outbox.lock"))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(std::fs::TryLockError::WouldBlock) => Err(SendError::Busy),
            Err(std::fs::TryLockError::Error(error)) => Err(error.into()),
        }
    }

    /// The letters of a request that left, the first one first.
    pub(crate) async fn left(&self, request: RequestId) -> Result<Vec<Letter>, DbError> {
        let mut letters = self.store.letters(request).await?;
        letters.retain(|letter| matches!(letter.state, LetterState::Sent | LetterState::InFlight));
        letters.sort_by_key(|letter| (letter.kind != LetterKind::Notice, letter.queued_at, letter.new.part));
        Ok(letters)
    }
}

/// The token that leads a party's answers back to a request.
pub(crate) fn reply_token(request: &Request) -> Result<ReplyToken, SendError> {
    request.reply.map(ReplyToken::from_bits).ok_or(SendError::NoManifest(request.id))
}

/// What became of a letter.
type Carried = (Sending, Result<Receipt, CarryError>);

/// Carries letters until all are told or nobody listens: files several at once, each on the disk
/// before it is told; mails one after the other. Once the server is away the rest is not offered.
fn run(mut carrier: Carrier, folder: &Path, letters: Vec<Sending>, tell: &Sender<Carried>) -> Carrier {
    let bytes = |sending: &Sending| -> Result<Outgoing, CarryError> {
        let digest = sending.letter().new.digest;
        let lost = |why: String| CarryError::File { path: folder.join(digest.to_string()), why };
        let bytes = file::read(folder, digest).map_err(|error| lost(error.to_string()))?;
        Outgoing::from_stored(bytes).map_err(|error| lost(error.to_string()))
    };
    if let Carrier::Files(files) = &carrier {
        let ends = parallel::each(&letters, |sending| files.send(&bytes(sending)?));
        for carried in letters.into_iter().zip(ends) {
            if tell.blocking_send(carried).is_err() {
                break;
            }
        }
        return carrier;
    }
    let mut away = None;
    for sending in letters {
        let end = match &away {
            Some((server, why)) => {
                Err(CarryError::Unreachable { server: String::clone(server), why: String::clone(why) })
            }
            None => bytes(&sending).and_then(|letter| carrier.send(&letter)),
        };
        if let Err(CarryError::Unreachable { server, why }) = &end {
            away = Some((server.clone(), why.clone()));
        }
        if tell.blocking_send((sending, end)).is_err() {
            break;
        }
    }
    carrier
}
