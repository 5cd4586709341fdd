//! Signing in: taking a seat by its link, password and time code, sessions, who may try again when.

pub mod code;
pub mod password;
pub mod secret;
pub mod passkey;
pub mod oidc;

use renkei_core::id::{Digest, SeatId};
use renkei_core::seat::Seat;
use renkei_core::text::Bilingual;
use renkei_core::time::{Moment, SECOND};
use renkei_post::quarantine;
use renkei_store::account::NewAccount;
use renkei_store::session::Session;
use renkei_store::token::Scope;
use renkei_store::{DbError, WriteError};
use schemars::JsonSchema;
use serde::Serialize;
use zeroize::Zeroizing;

use crate::breached::BreachedError;
use crate::office::Office;
use code::Codes;
use password::PasswordError;
use secret::Secret;

const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
/// A session ends by itself after a working day.
const LONGEST: i64 = 12 * HOUR;
/// An unused session asks to sign in again.
const IDLE: i64 = 60 * MINUTE;
/// So many attempts are free; then each doubles the wait.
const FREE: u64 = 5;
/// The longest wait.
const LONGEST_WAIT: i64 = 15 * MINUTE;
/// Recovery codes given out with a seat.
const RECOVERY: usize = 8;

/// Why nobody is signed in, or a seat is not taken.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Seat, password or code do not belong together; which of them is not said.
    #[error("seat, password and code do not belong together")]
    Wrong,
    /// Too many attempts from here; how many seconds to wait.
    #[error("too many attempts from here: try again in {0} s")]
    Wait(i64),
    /// The link was used, replaced, or is too old.
    #[error("this link does not work any more: ask for a new one")]
    Link,
    /// The password.
    #[error("{0}")]
    Password(#[from] PasswordError),
    /// The list of breached passwords cannot be asked.
    #[error("{0}")]
    Breached(#[from] BreachedError),
    /// The first code does not belong to the secret.
    #[error("the code does not belong to this secret: is the clock of the device right?")]
    Code,
    /// The registry.
    #[error("{0}")]
    Db(#[from] DbError),
    /// The registry.
    #[error("{0}")]
    Write(#[from] WriteError),
    /// The office's key that seals the secrets of time codes.
    #[error("{0}")]
    Key(#[from] crate::ingest::quarantine::KeyError),
    /// What was sealed with it does not open.
    #[error("the secret of the time codes does not open: is the office's quarantine key the one it was made with?")]
    NoKey,
}

/// An invitation as the person who opens it sees it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct InvitationShown {
    /// The seat.
    pub seat: String,
    /// What it is called.
    pub title: BilingualShown,
    /// The party.
    pub party: String,
    /// Its duties.
    pub duties: Vec<&'static str>,
    /// Until when it works.
    pub ends_at: String,
}

/// Words in both languages.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct BilingualShown {
    /// Japanese.
    pub ja: String,
    /// English.
    pub en: String,
}

impl From<Bilingual> for BilingualShown {
    fn from(Bilingual { ja, en }: Bilingual) -> Self {
        Self { ja, en }
    }
}

/// What somebody types to take a seat.
#[derive(Debug)]
pub struct Taking<'a> {
    /// The secret of the link.
    pub link: &'a str,
    /// The password.
    pub password: &'a str,
    /// The secret of the time codes, which the page made.
    pub totp: &'a str,
    /// The first code, which shows that the app has the secret.
    pub code: &'a str,
}

/// What somebody types to sign in, and where from.
#[derive(Debug)]
pub struct Attempt<'a> {
    /// The seat.
    pub seat: &'a str,
    /// The password.
    pub password: &'a str,
    /// The time code, or a recovery code.
    pub code: &'a str,
    /// Where it comes from: the network, or a device that signed in before. Others' failures do not
    /// keep this one out.
    pub source: &'a str,
    /// What the browser calls itself.
    pub device: &'a str,
}

/// A session that was begun.
#[derive(Debug)]
pub struct SignedIn {
    /// The secret for the cookie.
    pub secret: String,
    /// The seat.
    pub seat: Seat,
}

/// Who asks through a page or the API.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// The seat.
    pub seat: Seat,
    /// The session or token.
    pub mark: Digest,
    /// How it signed in (`password+totp`, `passkey`, `token` …).
    pub way: String,
    /// What it may do; `None`: a person, whatever its seat may.
    pub scope: Option<Scope>,
}

impl Office {
    /// The same office with a visitor's seat acting.
    pub fn visited_by(&self, visitor: &Visitor) -> Self {
        self.clone().seated(Some(visitor.seat.id.clone()))
    }

    /// What a link leads to, if it still works.
    pub async fn open_invitation(&self, link: &str, at: Moment) -> Result<InvitationShown, SignInError> {
        let hash = Secret::read(link).ok_or(SignInError::Link)?.hash();
        let invitation = self.store.invitation(hash).await?.ok_or(SignInError::Link)?;
        if invitation.used_at.is_some() || invitation.ends_at <= at {
            return Err(SignInError::Link);
        }
        let seat = self.store.seat(&invitation.seat).await?.ok_or(SignInError::Link)?;
        Ok(InvitationShown {
            seat: seat.id.to_string(),
            title: seat.title.into(),
            party: seat.party.to_string(),
            duties: seat.duties.iter().map(|duty| duty.word()).collect(),
            ends_at: invitation.ends_at.to_string(),
        })
    }

    /// Takes a seat by its link. The recovery codes come back once and are kept as hashes.
    pub async fn take_seat(&self, taking: &Taking<'_>, at: Moment) -> Result<Vec<String>, SignInError> {
        let shown = self.open_invitation(taking.link, at).await?;
        let seat: SeatId = shown.seat.parse().map_err(|_| SignInError::Link)?;
        password::check(taking.password, seat.as_str())?;
        if let Some(list) = &self.settings.breached
            && tokio::task::block_in_place(|| list.has(taking.password))?
        {
            return Err(PasswordError::Breached.into());
        }
        let codes = Codes::new(taking.totp, seat.as_str(), "renkei").ok_or(SignInError::Code)?;
        codes.step(taking.code, at).ok_or(SignInError::Code)?;
        let recovery: Vec<String> = (0..RECOVERY).map(|_| recovery_code()).collect();
        let account = NewAccount {
            seat: seat.clone(),
            password: password::hash(taking.password).ok_or(SignInError::Wrong)?,
            totp: self.seal_secret(taking.totp).await?,
            recovery: recovery.iter().map(|code| Digest::of(code.as_bytes()).to_string()).collect(),
        };
        let hash = Secret::read(taking.link).ok_or(SignInError::Link)?.hash();
        self.store.take_seat(at, hash, &account).await?;
        Ok(recovery)
    }

    /// Signs in with seat, password and code.
    pub async fn sign_in(&self, attempt: &Attempt<'_>, at: Moment) -> Result<SignedIn, SignInError> {
        let Ok(seat) = attempt.seat.trim().parse::<SeatId>() else {
            password::fits(attempt.password, None);
            return Err(SignInError::Wrong);
        };
        self.may_try(&seat, attempt.source, at).await?;
        match self.try_sign_in(&seat, attempt, at).await {
            Err(SignInError::Wrong) => {
                self.store.note_failure(&seat, attempt.source, at).await?;
                Err(SignInError::Wrong)
            }
            other => other,
        }
    }

    async fn try_sign_in(&self, id: &SeatId, attempt: &Attempt<'_>, at: Moment) -> Result<SignedIn, SignInError> {
        let account = self.store.account(id).await?.filter(|account| account.suspended_at.is_none());
        let fits = password::fits(attempt.password, account.as_ref().map(|account| account.password.as_str()));
        let seat = self.store.seat(id).await?.filter(|_| fits).ok_or(SignInError::Wrong)?;
        if !self.may_sign_in_here(&seat).await? {
            return Err(SignInError::Wrong);
        }
        let way = if self.check_code(id, attempt.code, at).await? {
            "password+totp"
        } else if self.store.use_recovery(id, &Digest::of(tidy(attempt.code).as_bytes()).to_string()).await? {
            "password+recovery"
        } else {
            return Err(SignInError::Wrong);
        };
        self.store.forget_failures(id, attempt.source).await?;
        self.begin_session(seat, way, attempt.device, at).await
    }

    /// Begins a session of a seat whose person showed who it is.
    pub(crate) async fn begin_session(
        &self,
        seat: Seat,
        way: &str,
        device: &str,
        at: Moment,
    ) -> Result<SignedIn, SignInError> {
        let secret = Secret::fresh();
        let session = Session {
            hash: secret.hash(),
            seat: seat.id.clone(),
            way: way.to_owned(),
            device: device.chars().filter(|c| !c.is_control()).take(120).collect(),
            made_at: at,
            seen_at: at,
            ends_at: Moment(at.0 + LONGEST),
        };
        self.store.begin_session(&session).await?;
        Ok(SignedIn { secret: secret.text(), seat })
    }

    /// Asks for a fresh code before something weighty; failures count as those of signing in do.
    pub async fn confirm(&self, id: &SeatId, code: &str, source: &str, at: Moment) -> Result<(), SignInError> {
        self.may_try(id, source, at).await?;
        if self.check_code(id, code, at).await? {
            return Ok(self.store.forget_failures(id, source).await?);
        }
        self.store.note_failure(id, source, at).await?;
        Err(SignInError::Wrong)
    }

    /// Whether a code is a seat's now; a code is good once.
    pub async fn check_code(&self, id: &SeatId, code: &str, at: Moment) -> Result<bool, SignInError> {
        let Some(account) = self.store.account(id).await? else { return Ok(false) };
        let secret = self.open_secret(&account.totp).await?;
        let step = Codes::new(&secret, id.as_str(), "renkei").and_then(|codes| codes.step(code, at));
        match step {
            Some(step) => Ok(self.store.use_step(id, step).await?),
            None => Ok(false),
        }
    }

    /// Whether an attempt may be made now: attempts from one source wait longer and longer, and keep
    /// nobody else out.
    pub async fn may_try(&self, seat: &SeatId, source: &str, at: Moment) -> Result<(), SignInError> {
        let Some(failures) = self.store.failures(seat, source).await? else { return Ok(()) };
        let over = failures.count.saturating_sub(FREE).min(8);
        if failures.count < FREE {
            return Ok(());
        }
        let wait = ((30 * SECOND) << over).min(LONGEST_WAIT);
        let left = failures.last_at.0 + wait - at.0;
        if left > 0 { Err(SignInError::Wait(left / SECOND + 1)) } else { Ok(()) }
    }

    /// Who a session's cookie belongs to. What a page does by itself (`attended` is false) keeps no idle
    /// session awake.
    pub async fn visitor(&self, cookie: &str, attended: bool, at: Moment) -> Result<Option<Visitor>, DbError> {
        let Some(secret) = Secret::read(cookie) else { return Ok(None) };
        let Some(session) = self.store.session(secret.hash(), at).await? else { return Ok(None) };
        if at.0 - session.seen_at.0 > IDLE {
            return Ok(None);
        }
        if attended && at.0 - session.seen_at.0 > MINUTE {
            self.store.see_session(session.hash, at).await?;
        }
        let seat = self.store.seat(&session.seat).await?;
        Ok(seat.map(|seat| Visitor { seat, mark: session.hash, way: session.way, scope: None }))
    }

    /// Who a token belongs to; nobody, while its seat is suspended.
    pub async fn bearer(&self, token: &str, at: Moment) -> Result<Option<Visitor>, DbError> {
        let Some(secret) = token.strip_prefix("renkei_").and_then(Secret::read) else { return Ok(None) };
        let Some(token) = self.store.use_token(secret.hash(), at).await? else { return Ok(None) };
        let account = self.store.account(&token.seat).await?;
        if account.is_some_and(|account| account.suspended_at.is_some()) {
            return Ok(None);
        }
        let seat = self.store.seat(&token.seat).await?;
        Ok(seat.map(|seat| Visitor { seat, mark: token.hash, way: "token".into(), scope: Some(token.scope) }))
    }

    /// The sessions of a seat, newest first.
    pub async fn sessions(&self, seat: &SeatId) -> Result<Vec<Session>, DbError> {
        self.store.sessions(seat).await
    }

    /// Signs out, here or elsewhere.
    pub async fn end_session(&self, seat: &SeatId, mark: Digest) -> Result<bool, DbError> {
        self.store.end_session(seat, mark).await
    }

    pub(crate) async fn seal_secret(&self, plain: &str) -> Result<Vec<u8>, SignInError> {
        let identity = self.office_identity().await?;
        quarantine::seal(&identity.recipient(), plain.as_bytes()).map_err(|_| SignInError::NoKey)
    }

    pub(crate) async fn open_secret(&self, sealed: &[u8]) -> Result<Zeroizing<String>, SignInError> {
        let plain = self.office_identity().await?.open(sealed).map_err(|_| SignInError::NoKey)?;
        Ok(Zeroizing::new(String::from_utf8_lossy(&plain).into_owned()))
    }
}

/// A recovery code: 80 random bits in four groups that can be read aloud.
fn recovery_code() -> String {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";
    let random: [u8; 16] = rand::random();
    let letter = |byte: &u8| LETTERS.get(usize::from(byte % 32)).map_or('a', |letter| char::from(*letter));
    random.chunks(4).map(|four| four.iter().map(letter).collect::<String>()).collect::<Vec<_>>().join("-")
}

/// A recovery code as it was given out, however it was typed.
fn tidy(typed: &str) -> String {
    typed.trim().to_lowercase().replace(' ', "")
}
