//! Warrants (令状): recorded and checked for authenticity, executed outside (S4.16, G4).
//!
//! What a court signed comes with the document that it signed for. The document's bytes are looked at and not kept;
//! nothing that a warrant orders is asked for, taken in or handed over. A record is its organisation's own: to every
//! other, the office included, it does not exist. Every check is in the ledger before anything is shown.

mod court;
mod shown;

use renkei_core::act::Act;
use renkei_core::id::{CourtId, PartyId, WarrantId};
use renkei_core::inquiry::Instrument;
use renkei_core::ledger::Detail;
use renkei_core::question::{Inquiry as Facts, Object, ObjectKind, Question};
use renkei_core::seat::{Duty, Seat};
use renkei_core::time::Moment;
use renkei_core::warrant::{Court, Outcome, Seen, SignedStatement, StatementError, check};
use renkei_store::warrant::{Check, NewWarrant, Registered, Warrant, WarrantFilter};
use renkei_store::{DbError, WriteError};

use crate::campaign::fresh;
use crate::office::{AskError, Office};

pub use court::{CourtKeyShown, CourtList, CourtShown};
pub use renkei_formats::upload;
pub use shown::{FindingShown, WarrantCheckShown, WarrantList, WarrantListed, WarrantRead};

/// Most warrants in one list.
pub const MOST: u64 = 1000;
/// Longest text that is looked for, in characters.
const LONGEST_SOUGHT: usize = 200;

/// Why a warrant is not checked, recorded or read, or a court is not entered.
#[derive(Debug, thiserror::Error)]
pub enum WarrantError {
    /// The gate.
    #[error("{0}")]
    Ask(#[from] AskError),
    /// The registry.
    #[error("{0}")]
    Write(#[from] WriteError),
    /// The registry.
    #[error("{0}")]
    Db(#[from] DbError),
    /// There is none, or it is another organisation's.
    #[error("there is no warrant `{0}`: `renkei warrant list` shows them")]
    Unknown(WarrantId),
    /// What was given is not what a court signs.
    #[error("the statement cannot be read, so nothing was recorded: {0}")]
    Statement(#[from] StatementError),
    /// The file of courts is not right. Nothing of it is entered.
    #[error("the file of courts is not right: {0}")]
    File(String),
    /// A value in the file of courts is not what its key takes.
    #[error("court `{court}`: {why}")]
    Value {
        /// The court as typed.
        court: String,
        /// What is wrong, and what to do.
        why: String,
    },
    /// The key was taken back.
    #[error("court `{0}`: its key `{1}` was revoked, and stays so: give the court's new key another name")]
    Revoked(CourtId, String),
}

/// Which warrants are asked for.
#[derive(Debug, Clone, Default)]
pub struct WarrantsAsked {
    /// How the last check came out; `None`: however.
    pub outcome: Option<Outcome>,
    /// What stands in the number or in the court's identifier; empty: whatever.
    pub sought: String,
    /// Behind which.
    pub after: Option<WarrantId>,
    /// At most so many; 0: as many as one list has.
    pub most: u64,
}

impl Office {
    /// Records what a court signed about a warrant and checks it against the document; what was recorded before is
    /// checked again.
    pub async fn check_warrant(
        &self,
        statement: &str,
        document: &[u8],
        at: Moment,
    ) -> Result<WarrantRead, WarrantError> {
        let seat = self.warrant_seat().await?;
        // Whoever may not record is told so before anything is read.
        let id = WarrantId::from_bits(fresh(at));
        let question = self.warrant_question(Act::RecordWarrant, &seat, (&seat.party, id, 0), at);
        self.must_allow(&question).await?;
        let (signed, seen): (SignedStatement, _) = (statement.parse()?, Seen::of(document));
        if let Some(known) = self.store.same_warrant(&seat.party, &signed, seen).await? {
            return self.weigh_warrant_again(seat, &known, at).await;
        }
        let new = NewWarrant { id, party: seat.party.clone(), signed, seen };
        let (check, court) = self.weigh_warrant(&new, at).await?;
        let permit = self.ask(question.on(court)).await?;
        self.store.record_warrant(permit, &new, &check).await?;
        self.shown_warrant(id).await
    }

    /// Checks a warrant that was recorded once more: time passes, and keys are revoked.
    pub async fn check_warrant_again(&self, id: WarrantId, at: Moment) -> Result<WarrantRead, WarrantError> {
        let (seat, warrant) = self.warrant_for(id).await?;
        self.weigh_warrant_again(seat, &warrant, at).await
    }

    /// Whether the acting seat's organisation recorded a warrant; to any other it does not exist.
    pub async fn knows_warrant(&self, id: WarrantId) -> Result<(), WarrantError> {
        self.warrant_for(id).await.map(drop)
    }

    /// A warrant with every check. That it is looked at is in the ledger before it is shown.
    pub async fn read_warrant(&self, id: WarrantId, at: Moment) -> Result<WarrantRead, WarrantError> {
        let (seat, warrant) = self.warrant_for(id).await?;
        let about = (&warrant.new.party, id, warrant.version);
        let permit = self.ask(self.warrant_question(Act::ReadWarrant, &seat, about, at)).await?;
        self.store.record_view(permit, 1, Detail::new()).await?;
        self.shown_warrant(id).await
    }

    /// The warrants that the acting seat's organisation recorded, newest first.
    pub async fn warrants(&self, asked: &WarrantsAsked, at: Moment) -> Result<WarrantList, WarrantError> {
        let seat = self.warrant_seat().await?;
        // The list names no document; that the seat may read what it names is asked once for all of it.
        let question = self.question(Act::ReadWarrant, seat.clone(), at).of_inquiry(facts(&seat.party));
        self.must_allow(&question).await?;
        let sought: String = asked.sought.trim().chars().take(LONGEST_SOUGHT).collect();
        let most = if asked.most == 0 { MOST } else { asked.most.min(MOST) };
        let filter = WarrantFilter {
            party: &seat.party,
            outcome: asked.outcome,
            sought: &sought,
            after: asked.after,
            // One more says whether there is a next page.
            most: most + 1,
        };
        let mut warrants = self.store.warrants(&filter).await?;
        let is_more = warrants.len() as u64 > most;
        warrants.truncate(usize::try_from(most).unwrap_or(usize::MAX));
        let courts = self.store.courts().await?;
        Ok(WarrantList::of(&warrants, &courts, is_more))
    }

    async fn weigh_warrant_again(
        &self,
        seat: Seat,
        warrant: &Warrant,
        at: Moment,
    ) -> Result<WarrantRead, WarrantError> {
        let id = warrant.new.id;
        let (check, court) = self.weigh_warrant(&warrant.new, at).await?;
        let about = (&warrant.new.party, id, warrant.version);
        let question = self.warrant_question(Act::RecordWarrant, &seat, about, at).on(court);
        self.store.check_warrant(self.ask(question).await?, warrant, &check).await?;
        self.shown_warrant(id).await
    }

    /// What the check says, and the court in the version that it was made against.
    async fn weigh_warrant(&self, new: &NewWarrant, at: Moment) -> Result<(Check, Object), DbError> {
        let registered = self.store.courts().await?;
        let named = &new.signed.statement.court;
        let version = registered.iter().find(|known| known.court.id == *named).map_or(0, |known| known.version);
        let courts: Vec<Court> = registered.into_iter().map(|Registered { court, .. }| court).collect();
        let checked = check(&new.signed, new.seen, &courts, at);
        Ok((Check { checked, court_version: version }, Object::new(ObjectKind::Court, named, version)))
    }

    async fn shown_warrant(&self, id: WarrantId) -> Result<WarrantRead, WarrantError> {
        let warrant = self.store.warrant(id).await?.ok_or(WarrantError::Unknown(id))?;
        let (checks, courts) = (self.store.warrant_checks(id).await?, self.store.courts().await?);
        Ok(WarrantRead::of(&warrant, checks, &courts))
    }

    /// The acting seat and the warrant, if the seat's organisation recorded it.
    async fn warrant_for(&self, id: WarrantId) -> Result<(Seat, Warrant), WarrantError> {
        let seat = self.warrant_seat().await?;
        let warrant = self.store.warrant(id).await?.filter(|warrant| warrant.new.party == seat.party);
        Ok((seat, warrant.ok_or(WarrantError::Unknown(id))?))
    }

    /// The seat that acts: without a name the office's own whose duty it is, the drafter's at the police and the
    /// answerer's at a provider.
    async fn warrant_seat(&self) -> Result<Seat, AskError> {
        if self.acting.seat.is_some() {
            return self.seat(Duty::Answerer).await;
        }
        let usual = |seat: &Seat| if seat.party_role.is_police() { Duty::Drafter } else { Duty::Answerer };
        let seats = self.store.seats().await?;
        let own = seats.into_iter().find(|seat| seat.party == self.settings.party && seat.has(usual(seat)));
        match own {
            Some(seat) => Ok(seat),
            None => self.seat(Duty::Answerer).await,
        }
    }

    fn warrant_question(
        &self,
        act: Act,
        seat: &Seat,
        (party, id, version): (&PartyId, WarrantId, u64),
        at: Moment,
    ) -> Question {
        let object = Object::new(ObjectKind::Warrant, id, version);
        self.question(act, seat.clone(), at).on(object).of_inquiry(facts(party)).nothing_leaves()
    }
}

/// The matter of a warrant is whose record it is: for the gate that organisation is the asker (docs/decisions/0102).
fn facts(party: &PartyId) -> Facts {
    Facts::of(party.clone(), Instrument::Warrant)
}
