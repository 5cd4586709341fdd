//! Passkeys of one's own seat: making, naming, removing them, and signing in with one (S4.13, WebAuthn level 2).
//!
//! A ceremony is a question to an authenticator. It is open for five minutes, for one answer, and only for
//! the session that asked it. Its challenge is drawn at random, or, where something is approved, is the
//! digest of what is approved ([`crate::campaign::approve`]).

use renkei_core::act::Act;
use renkei_core::id::{Digest, SeatId};
use renkei_core::passkey::{
    Algorithm, Assertion, PasskeyError, Registration, RelyingParty, challenge_of, from_text, to_text,
};
use renkei_core::question::{Object, ObjectKind, Recipient};
use renkei_core::time::Moment;
use renkei_gate::Permit;
use renkei_store::passkey::{NewPasskey, Passkey, Used};
use renkei_store::{DbError, WriteError};
use schemars::JsonSchema;
use serde::Serialize;

use super::{MINUTE, SignInError, SignedIn, Visitor, password};
use crate::office::{AskError, Office};

/// How long a question to an authenticator stays open.
const OPEN: i64 = 5 * MINUTE;
/// The longest name of a passkey, in characters.
const LONGEST_NAME: usize = 60;

/// Why a passkey is not made, used or changed.
#[derive(Debug, thiserror::Error)]
pub enum PasskeyUseError {
    /// The question was answered before, is too old, or was never put to this visitor.
    #[error("this question to the passkey is not open any more: begin again")]
    Ceremony,
    /// What came is not what a browser sends.
    #[error("what the browser sent is not a passkey's answer")]
    Form,
    /// No passkey of the seat is known by this id.
    #[error("this passkey is not registered here, or was removed")]
    Unknown,
    /// What the authenticator said does not hold.
    #[error("{0}")]
    Passkey(#[from] PasskeyError),
    /// The gate.
    #[error("{0}")]
    Ask(#[from] AskError),
    /// The registry.
    #[error("{0}")]
    Db(#[from] DbError),
    /// The registry.
    #[error("{0}")]
    Write(#[from] WriteError),
    /// The passkey needs a name.
    #[error("give the passkey a name")]
    Name,
    /// Too many attempts, or the password is wrong.
    #[error("{0}")]
    SignIn(#[from] Box<SignInError>),
}

/// A passkey as its holder sees it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PasskeyShown {
    /// Its mark: SHA-256 of the credential id.
    pub passkey: String,
    /// What its holder calls it.
    pub name: String,
    /// How it signs.
    pub algorithm: &'static str,
    /// Whether its maker's service copies it to other devices.
    pub backed_up: bool,
    /// When it was made.
    pub made_at: String,
    /// When it was last used.
    pub used_at: Option<String>,
}

impl From<Passkey> for PasskeyShown {
    fn from(passkey: Passkey) -> Self {
        let Passkey { mark, credential: _, seat: _, name, key, told, made_at, used_at } = passkey;
        Self {
            passkey: mark.to_string(),
            name,
            algorithm: key.algorithm().word(),
            backed_up: told.backed_up,
            made_at: made_at.to_string(),
            used_at: used_at.map(|at| at.to_string()),
        }
    }
}

/// What a browser is told to make a passkey (`PublicKeyCredentialCreationOptions`, bytes as text).
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Making {
    /// What to answer.
    pub challenge: String,
    /// The name passkeys are bound to.
    pub rp_id: String,
    /// What the office is called.
    pub rp_name: String,
    /// Names the seat to the authenticator; nothing of a person.
    pub user_id: String,
    /// The seat.
    pub user_name: String,
    /// What the seat is called.
    pub user_display_name: String,
    /// Algorithms, the most wanted first.
    pub algorithms: Vec<i64>,
    /// Credential ids that the seat has already.
    pub known: Vec<String>,
}

/// What a browser is told to use a passkey (`PublicKeyCredentialRequestOptions`, bytes as text).
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Asking {
    /// What to answer.
    pub challenge: String,
    /// The name passkeys are bound to.
    pub rp_id: String,
    /// Credential ids that may answer; none: whichever the person chooses.
    pub known: Vec<String>,
}

/// What a browser sends when a passkey was used, as texts.
#[derive(Debug, Clone)]
pub struct Answered<'a> {
    /// The credential id.
    pub credential: &'a str,
    /// `authenticatorData`.
    pub authenticator_data: &'a str,
    /// `clientDataJSON`.
    pub client_data: &'a str,
    /// The signature.
    pub signature: &'a str,
    /// The user handle; empty: the authenticator gave none.
    pub user: &'a str,
}

/// What a ceremony is for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Purpose<'a> {
    /// Making a passkey.
    Make(&'a Visitor),
    /// Signing in.
    SignIn,
    /// Approving.
    Approve(&'a Visitor),
}

impl Purpose<'_> {
    /// The mark of a ceremony: what for, of which session, over which challenge.
    fn mark(self, challenge: &[u8]) -> Digest {
        let (word, session) = match self {
            Self::Make(visitor) => ("make", visitor.mark.to_string()),
            Self::SignIn => ("sign-in", String::from("-")),
            Self::Approve(visitor) => ("approve", visitor.mark.to_string()),
        };
        Digest::of(format!("renkei ceremony v1\n{word}\n{session}\n{}\n", to_text(challenge)).as_bytes())
    }
}

// ------------------------------------------------------------------------------------- one's own

impl Office {
    /// The passkeys of a seat, oldest first.
    pub async fn passkeys(&self, seat: &SeatId) -> Result<Vec<PasskeyShown>, DbError> {
        Ok(self.store.passkeys(seat).await?.into_iter().map(PasskeyShown::from).collect())
    }

    /// Begins to make a passkey. The password is asked for again, so that a session that somebody else
    /// got hold of does not become a way in that lasts.
    pub async fn begin_passkey(
        &self,
        visitor: &Visitor,
        site: &RelyingParty,
        typed: &str,
        source: &str,
        at: Moment,
    ) -> Result<Making, PasskeyUseError> {
        let seat = &visitor.seat;
        self.may_try(&seat.id, source, at).await.map_err(Box::new)?;
        let account = self.store.account(&seat.id).await?;
        if !password::fits(typed, account.as_ref().map(|account| account.password.as_str())) {
            self.store.note_failure(&seat.id, source, at).await?;
            return Err(Box::new(SignInError::Wrong).into());
        }
        self.store.forget_failures(&seat.id, source).await?;
        let challenge: [u8; 32] = rand::random();
        self.open_ceremony(Purpose::Make(visitor), &challenge, at).await?;
        let known = self.store.passkeys(&seat.id).await?;
        Ok(Making {
            challenge: to_text(&challenge),
            rp_id: site.id().to_owned(),
            rp_name: "renkei".to_owned(),
            user_id: to_text(&self.user_handle(&seat.id).0),
            user_name: seat.id.to_string(),
            user_display_name: format!("{} ({})", seat.id, self.settings.domain),
            algorithms: Algorithm::ALL.map(Algorithm::number).to_vec(),
            known: known.iter().map(|passkey| to_text(&passkey.credential)).collect(),
        })
    }

    /// Takes in a passkey that was made. Its mark comes back.
    pub async fn add_passkey(
        &self,
        visitor: &Visitor,
        site: &RelyingParty,
        name: &str,
        (client_data, attestation): (&str, &str),
        at: Moment,
    ) -> Result<Digest, PasskeyUseError> {
        let name = named(name)?;
        let read = |text| from_text(text).ok_or(PasskeyUseError::Form);
        let registration = Registration { client_data: read(client_data)?, attestation: read(attestation)? };
        let challenge = self.take_ceremony(Purpose::Make(visitor), &registration.client_data, at).await?;
        let made = registration.made(site, &challenge)?;
        let permit = self.own_permit(visitor, at).await?;
        let mark = Digest::of(&made.credential);
        let new = NewPasskey { credential: made.credential, name, key: made.key, told: made.told, site: site.clone() };
        self.store.add_passkey(permit, &new).await?;
        Ok(mark)
    }

    /// Calls a passkey of one's own something else.
    pub async fn rename_passkey(
        &self,
        visitor: &Visitor,
        passkey: Digest,
        name: &str,
        at: Moment,
    ) -> Result<(), PasskeyUseError> {
        let name = named(name)?;
        let permit = self.own_permit(visitor, at).await?;
        Ok(self.store.rename_passkey(permit, passkey, &name).await?)
    }

    /// Removes a passkey of one's own. Password and time code stay, so that it is never the last way in.
    pub async fn remove_passkey(&self, visitor: &Visitor, passkey: Digest, at: Moment) -> Result<(), PasskeyUseError> {
        let permit = self.own_permit(visitor, at).await?;
        Ok(self.store.remove_passkey(permit, passkey).await?)
    }

    /// The permit to change how one's own seat signs in.
    pub(super) async fn own_permit(&self, visitor: &Visitor, at: Moment) -> Result<Permit, PasskeyUseError> {
        let seat = visitor.seat.clone();
        let own = Object::new(ObjectKind::Seat, &seat.id, 0);
        let party = self.store.party(&seat.party).await?;
        let question = self.question(Act::KeepPasskeys, seat, at).on(own);
        let question = match party {
            Some(party) => question.to(Recipient::of(&party, at, true)),
            None => question,
        };
        Ok(self.ask(question).await?)
    }

    /// What an authenticator keeps for a seat: a digest, the same for each of its passkeys.
    fn user_handle(&self, seat: &SeatId) -> Digest {
        Digest::of(format!("renkei seat v1\n{}\n{seat}\n", self.store.origin()).as_bytes())
    }
}

// ------------------------------------------------------------------------------------- signing in

impl Office {
    /// Begins signing in by a passkey; nobody has said yet who it is.
    pub async fn begin_passkey_sign_in(&self, site: &RelyingParty, at: Moment) -> Result<Asking, PasskeyUseError> {
        let challenge: [u8; 32] = rand::random();
        self.open_ceremony(Purpose::SignIn, &challenge, at).await?;
        Ok(Asking { challenge: to_text(&challenge), rp_id: site.id().to_owned(), known: Vec::new() })
    }

    /// Signs in by a passkey alone. `source` says for a seat where the attempt comes from.
    pub async fn sign_in_by_passkey(
        &self,
        site: &RelyingParty,
        answered: &Answered<'_>,
        source: impl Fn(&SeatId) -> String,
        device: &str,
        at: Moment,
    ) -> Result<SignedIn, PasskeyUseError> {
        let (assertion, passkey) = self.answer_of(answered).await?;
        let id = passkey.seat.clone();
        let source = source(&id);
        self.may_try(&id, &source, at).await.map_err(Box::new)?;
        let challenge = self.take_ceremony(Purpose::SignIn, &assertion.client_data, at).await?;
        let account = self.store.account(&id).await?.filter(|account| account.suspended_at.is_none());
        let handle = from_text(answered.user).is_some_and(|user| user == self.user_handle(&id).0);
        let held = match assertion.holds(&passkey.key, site, &challenge) {
            Ok(_) if account.is_none() || !handle => Err(PasskeyUseError::Unknown),
            held => held.map_err(PasskeyUseError::from),
        };
        let used = match held {
            Ok(told) => self.store.use_passkey(&Used { passkey: passkey.mark, told, at }).await.map_err(Into::into),
            Err(error) => Err(error),
        };
        if let Err(error) = used {
            self.store.note_failure(&id, &source, at).await?;
            return Err(error);
        }
        self.store.forget_failures(&id, &source).await?;
        let seat = self.store.seat(&id).await?.ok_or(PasskeyUseError::Unknown)?;
        if !self.may_sign_in_here(&seat).await? {
            return Err(PasskeyUseError::Unknown);
        }
        Ok(self.begin_session(seat, "passkey", device, at).await.map_err(Box::new)?)
    }
}

// ------------------------------------------------------------------------------------- ceremonies

impl Office {
    /// Opens a ceremony.
    pub(crate) async fn open_ceremony(
        &self,
        purpose: Purpose<'_>,
        challenge: &[u8],
        at: Moment,
    ) -> Result<(), DbError> {
        self.store.begin_ceremony(purpose.mark(challenge), at, Moment(at.0 + OPEN)).await
    }

    /// Ends the ceremony whose challenge the client data carry, whatever becomes of the answer.
    pub(crate) async fn take_ceremony(
        &self,
        purpose: Purpose<'_>,
        client_data: &[u8],
        at: Moment,
    ) -> Result<Vec<u8>, PasskeyUseError> {
        let challenge = challenge_of(client_data)?;
        match self.store.end_ceremony(purpose.mark(&challenge), at).await? {
            true => Ok(challenge),
            false => Err(PasskeyUseError::Ceremony),
        }
    }

    /// What was answered, and with which passkey.
    pub(crate) async fn answer_of(&self, answered: &Answered<'_>) -> Result<(Assertion, Passkey), PasskeyUseError> {
        let read = |text| from_text(text).ok_or(PasskeyUseError::Form);
        let assertion = Assertion {
            authenticator_data: read(answered.authenticator_data)?,
            client_data: read(answered.client_data)?,
            signature: read(answered.signature)?,
        };
        let mark = Digest::of(&read(answered.credential)?);
        let passkey = self.store.passkey(mark).await?.ok_or(PasskeyUseError::Unknown)?;
        Ok((assertion, passkey))
    }
}

fn named(typed: &str) -> Result<String, PasskeyUseError> {
    let name: String = typed.trim().chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect();
    if name.is_empty() { Err(PasskeyUseError::Name) } else { Ok(name) }
}
