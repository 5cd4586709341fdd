//! Seats of every organisation: inviting, changing, suspending; tokens for programs (S4.13, S4.9).

use renkei_core::act::Act;
use renkei_core::id::{Digest, IdError, PartyId, SeatId};
use renkei_core::ledger::KeyName;
use renkei_core::question::{Object, ObjectKind, Recipient};
use renkei_core::seat::{Duty, Seat};
use renkei_core::text::Bilingual;
use renkei_core::time::{DAY, Moment};
use renkei_gate::Permit;
use renkei_store::key::{KeyMaterial, KeyPurpose, NewKey};
pub use renkei_store::token::Scope;
use renkei_store::token::Token;
use renkei_store::{DbError, WriteError};
use schemars::JsonSchema;
use serde::Serialize;

use crate::office::{AskError, Office};
use crate::secret::{self, SecretError};
use crate::signin::secret::Secret;
use crate::words::{Show, Words, table};

/// Days for which a link to a seat works.
const LINK_DAYS: i64 = 7;

/// Why a seat is not changed.
#[derive(Debug, thiserror::Error)]
pub enum SeatError {
    /// The gate.
    #[error("{0}")]
    Ask(#[from] AskError),
    /// The registry.
    #[error("{0}")]
    Write(#[from] WriteError),
    /// The registry.
    #[error("{0}")]
    Db(#[from] DbError),
    /// The file of its key.
    #[error("{0}")]
    Key(#[from] SecretError),
    /// The name of the seat.
    #[error("{0}")]
    Name(#[from] IdError),
    /// There is no such party.
    #[error("there is no party `{0}`: `renkei party list` shows who is there")]
    UnknownParty(PartyId),
    /// There is no such seat.
    #[error("there is no seat `{0}`: `renkei seat list` shows them")]
    Unknown(SeatId),
    /// The seat is another party's.
    #[error("the seat `{0}` belongs to another party")]
    OtherParty(SeatId),
    /// A duty that seats of other parties cannot have here.
    #[error("a seat of another party cannot have the duty `{}` in this office", .0.word())]
    HouseDuty(Duty),
    /// A seat that only administers cannot have other duties.
    #[error("a seat without any duty can do nothing: give it at least one")]
    NoDuty,
}

/// A seat to be made or changed.
#[derive(Debug, Clone)]
pub struct NewSeat {
    /// Its name in this office.
    pub seat: SeatId,
    /// Its party; `None`: the one whose office it is.
    pub party: Option<PartyId>,
    /// What it is called: a desk, never a person.
    pub title: Bilingual,
    /// What it may be asked to do.
    pub duties: Vec<Duty>,
}

/// A link that was given out. Its secret is shown once and kept nowhere.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Invited {
    /// The seat.
    pub seat: String,
    /// The party.
    pub party: String,
    /// Its duties.
    pub duties: Vec<&'static str>,
    /// The path to open in the office's pages.
    pub path: String,
    /// Until when it works.
    pub ends_at: String,
}

/// A token that was made. Its secret is shown once and kept nowhere.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TokenMade {
    /// What to send as `Authorization: Bearer …`.
    pub token: String,
    /// The seat it acts for.
    pub seat: String,
    /// What it may be used for.
    pub scope: &'static str,
    /// Until when.
    pub ends_at: String,
}

/// Seats.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct SeatList(pub Vec<SeatShown>);

/// A seat as shown.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SeatShown {
    /// Its name.
    pub seat: String,
    /// Its party.
    pub party: String,
    /// Title in Japanese.
    pub title_ja: String,
    /// Title in English.
    pub title_en: String,
    /// Its duties.
    pub duties: Vec<&'static str>,
    /// Whether a program sits there.
    pub machine: bool,
    /// `local` (works at the shell only), `invited`, `active`, `suspended`.
    pub state: &'static str,
    /// Tokens in force.
    pub tokens: Vec<TokenShown>,
}

/// A token as shown.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TokenShown {
    /// Its mark: the hash of its secret.
    pub id: String,
    /// What its holder calls it.
    pub name: String,
    /// What it may be used for.
    pub scope: &'static str,
    /// Until when.
    pub ends_at: String,
    /// When it was last used.
    pub used_at: Option<String>,
}

impl From<Token> for TokenShown {
    fn from(token: Token) -> Self {
        let Token { hash, name, seat: _, scope, made_at: _, ends_at, used_at } = token;
        Self {
            id: hash.to_string(),
            name,
            scope: scope.word(),
            ends_at: ends_at.to_string(),
            used_at: used_at.map(|at| at.to_string()),
        }
    }
}

impl Show for SeatList {
    fn show(&self, words: &Words) -> String {
        let head = ["seat-name", "party-id", "seat-title", "seat-duties", "seat-state"].map(|key| words.of(key));
        let rows = self.0.iter().map(|seat| {
            let title = match words.language() {
                renkei_core::text::Language::Ja => &seat.title_ja,
                renkei_core::text::Language::En => &seat.title_en,
            };
            let state = words.of(&format!("seat-state-{}", seat.state));
            let duties: Vec<_> = seat.duties.iter().map(|duty| words.of(&format!("duty-{duty}"))).collect();
            vec![seat.seat.clone(), seat.party.clone(), title.clone(), duties.join("・"), state]
        });
        table(&head, &rows.collect::<Vec<_>>())
    }
}

impl Show for Invited {
    fn show(&self, words: &Words) -> String {
        let values = [
            ("seat", self.seat.clone()),
            ("party", self.party.clone()),
            ("ends", self.ends_at.clone()),
            ("path", self.path.clone()),
        ];
        words.say("seat-invited", &values)
    }
}

impl Show for TokenMade {
    fn show(&self, words: &Words) -> String {
        let values = [
            ("seat", self.seat.clone()),
            ("scope", self.scope.to_owned()),
            ("ends", self.ends_at.clone()),
            ("token", self.token.clone()),
        ];
        words.say("token-made", &values)
    }
}

/// Duties that concern the office's own work: seats of other parties cannot have them.
const HOUSE_DUTIES: [Duty; 4] = [Duty::Drafter, Duty::Sender, Duty::Analyst, Duty::Keeper];

impl Office {
    /// Gives out a link by which a person takes a seat; makes the seat, or changes it.
    pub async fn invite(&self, new: &NewSeat, at: Moment) -> Result<Invited, SeatError> {
        let house = &self.settings.party;
        let party = new.party.as_ref().unwrap_or(house);
        let foreign = party != house;
        if new.duties.is_empty() {
            return Err(SeatError::NoDuty);
        }
        if self.store.seat(&new.seat).await?.is_some_and(|seat| seat.party != *party) {
            return Err(SeatError::OtherParty(new.seat.clone()));
        }
        let permit = self.seat_permit(&new.seat, party, at).await?;
        let role = match self.store.party(party).await? {
            Some(party) => party.role,
            None if foreign => return Err(SeatError::UnknownParty(party.clone())),
            None => renkei_core::party::Role::Centre,
        };
        // Police organisations draft and send inquiries of their own (S4.5); nothing else is theirs here.
        let inquires = |duty: &Duty| role.is_police() && matches!(duty, Duty::Drafter | Duty::Sender);
        let wrong = |duty: &&Duty| foreign && HOUSE_DUTIES.contains(duty) && !inquires(duty);
        if let Some(duty) = new.duties.iter().find(wrong) {
            return Err(SeatError::HouseDuty(*duty));
        }
        let seat = Seat {
            id: new.seat.clone(),
            party: party.clone(),
            party_role: role,
            title: new.title.clone(),
            duties: new.duties.clone(),
            machine: false,
        };
        if seat.signs() {
            self.approval_key(&seat, at).await?;
        }
        let secret = Secret::fresh();
        let ends_at = Moment(at.0 + LINK_DAYS * DAY);
        self.store.invite(permit, &seat, secret.hash(), ends_at).await?;
        Ok(Invited {
            seat: seat.id.to_string(),
            party: party.to_string(),
            duties: seat.duties.iter().map(|duty| duty.word()).collect(),
            path: format!("/invitation/{}", secret.text()),
            ends_at: ends_at.to_string(),
        })
    }

    /// The seats that the acting seat may manage: its own party's, or all for the office's keeper.
    pub async fn seats(&self, at: Moment) -> Result<SeatList, SeatError> {
        let acting = self.seat(Duty::Keeper).await?;
        let accounts = self.store.accounts().await?;
        let invitations = self.store.invitations().await?;
        let all = acting.party == self.settings.party;
        let mut list = Vec::new();
        for seat in self.store.seats().await?.into_iter().filter(|seat| all || seat.party == acting.party) {
            let account = accounts.iter().find(|account| account.seat == seat.id);
            let invited = invitations.iter().any(|invitation| {
                invitation.seat == seat.id && invitation.used_at.is_none() && invitation.ends_at > at
            });
            let state = match account {
                Some(account) if account.suspended_at.is_some() => "suspended",
                Some(_) => "active",
                None if invited => "invited",
                None => "local",
            };
            let tokens = self.store.tokens(&seat.id).await?.into_iter().filter(|token| token.ends_at > at);
            list.push(SeatShown {
                tokens: tokens.map(TokenShown::from).collect(),
                seat: seat.id.to_string(),
                party: seat.party.to_string(),
                title_ja: seat.title.ja,
                title_en: seat.title.en,
                duties: seat.duties.iter().map(|duty| duty.word()).collect(),
                machine: seat.machine,
                state,
            });
        }
        Ok(SeatList(list))
    }

    /// Lets a seat sign in no more, or again.
    pub async fn suspend_seat(&self, id: &SeatId, suspended: bool, at: Moment) -> Result<(), SeatError> {
        let seat = self.store.seat(id).await?.ok_or_else(|| SeatError::Unknown(id.clone()))?;
        let permit = self.seat_permit(id, &seat.party, at).await?;
        Ok(self.store.suspend(permit, id, suspended).await?)
    }

    /// Makes a token by which a program acts for a seat.
    pub async fn make_token(
        &self,
        id: &SeatId,
        name: &str,
        scope: Scope,
        days: u32,
        at: Moment,
    ) -> Result<TokenMade, SeatError> {
        let seat = self.store.seat(id).await?.ok_or_else(|| SeatError::Unknown(id.clone()))?;
        let permit = self.seat_permit(id, &seat.party, at).await?;
        let secret = Secret::fresh();
        let token = Token {
            hash: secret.hash(),
            name: name.chars().take(60).collect(),
            seat: id.clone(),
            scope,
            made_at: at,
            ends_at: Moment(at.0 + i64::from(days) * DAY),
            used_at: None,
        };
        self.store.give_token(permit, &token).await?;
        Ok(TokenMade {
            token: format!("renkei_{}", secret.text()),
            seat: id.to_string(),
            scope: scope.word(),
            ends_at: token.ends_at.to_string(),
        })
    }

    /// Ends a token.
    pub async fn end_token(&self, id: &SeatId, token: Digest, at: Moment) -> Result<(), SeatError> {
        let seat = self.store.seat(id).await?.ok_or_else(|| SeatError::Unknown(id.clone()))?;
        let permit = self.seat_permit(id, &seat.party, at).await?;
        Ok(self.store.end_token(permit, id, token).await?)
    }

    /// A seat that approves, or signs inquiries or answers, does so with a key of its own; it gets one with its
    /// first link.
    pub(crate) async fn approval_key(&self, seat: &Seat, at: Moment) -> Result<(), SeatError> {
        let Seat { id: seat, party, .. } = seat;
        if self.active_key(Some(seat), KeyPurpose::Approval).await?.is_some() {
            return Ok(());
        }
        let name = format!("{}/{seat}-1", self.settings.domain);
        let name: KeyName = name.parse().map_err(|_| IdError::Slug(name.clone()))?;
        let acting = self.seat(Duty::Keeper).await?;
        let question = self.question(Act::ManageKey, acting, at).on(Object::new(ObjectKind::Key, &name, 0));
        let question = match self.store.party(party).await? {
            Some(party) => question.to(Recipient::of(&party, at, true)),
            None => question,
        };
        let permit = self.ask(question).await?;
        let signer = secret::make_signer(&self.key_file(name.as_str()), name.clone())?;
        let public = KeyMaterial::Ed25519(signer.public());
        let new = NewKey { name, seat: Some(seat.clone()), purpose: KeyPurpose::Approval, public };
        Ok(self.store.insert_key(permit, &new).await?)
    }

    /// May the acting seat manage this seat?
    async fn seat_permit(&self, id: &SeatId, party: &PartyId, at: Moment) -> Result<Permit, SeatError> {
        let acting = self.seat(Duty::Keeper).await?;
        let question = self.question(Act::ManageSeats, acting, at).on(Object::new(ObjectKind::Seat, id, 0));
        let question = match self.store.party(party).await? {
            Some(party) => question.to(Recipient::of(&party, at, true)),
            None if *party == self.settings.party => question,
            None => return Err(SeatError::UnknownParty(party.clone())),
        };
        Ok(self.ask(question).await?)
    }
}
