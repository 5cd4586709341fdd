//! Operations: written down, read by who needs to know, turned into the sinkhole's signed order, watched.
//!
//! Planning and recording is all that can be done until an authority record unlocks a domain (G8): the
//! gate is asked for each domain when an order is exported, and what it does not allow is not in it.

mod document;
mod order;
mod shown;
mod watch;

use renkei_core::act::Act;
use renkei_core::id::{IdError, OperationId};
use renkei_core::question::{Object, ObjectKind, Operation as Facts, Place, Question};
use renkei_core::seat::{Duty, Seat};
use renkei_core::time::Moment;
use renkei_post::names::NamesError;
use renkei_store::operation::Recorded;
use renkei_store::{DbError, WriteError};

use crate::office::{AskError, Office};
use crate::secret::SecretError;

use document::Document;
pub use document::DocumentError;
pub use order::Ordered;
pub use shown::{OperationList, OperationRecorded, OperationShown};
pub use watch::Watched;

/// Why nothing is done with an operation.
#[derive(Debug, thiserror::Error)]
pub enum OperationError {
    /// The gate.
    #[error("{0}")]
    Ask(#[from] AskError),
    /// The registry.
    #[error("{0}")]
    Write(#[from] WriteError),
    /// The registry.
    #[error("{0}")]
    Db(#[from] DbError),
    /// The record.
    #[error("{0}")]
    Document(#[from] DocumentError),
    /// There is none of this name, or it is not for this seat.
    #[error("there is no operation `{0}`: `renkei operation list` shows those this seat may see")]
    Unknown(OperationId),
    /// Bots still call.
    #[error(
        "`{domain}` is not released: bots called it {lines} times since {since}; a domain that is let go is somebody's soon"
    )]
    StillCalled {
        /// Which.
        domain: String,
        /// Observations of it.
        lines: u64,
        /// Since when they were counted.
        since: String,
    },
    /// No domain is unlocked.
    #[error("no domain of this operation is unlocked: an order would serve nothing")]
    Locked,
    /// The office's key.
    #[error("{0}")]
    Key(#[from] SecretError),
    /// The office has no key for its ledger.
    #[error("the office has no key to sign with: `renkei key rotate --ledger` makes one")]
    NoKey,
    /// What would be signed.
    #[error("{0}")]
    Order(#[from] renkei_formats::order::OrderError),
    /// A profile cannot be read, or the order cannot be written.
    #[error("cannot use `{}`: {}", .0.display(), .1)]
    Io(std::path::PathBuf, #[source] std::io::Error),
    /// The name server.
    #[error("{0}")]
    Names(#[from] NamesError),
    /// The lake.
    #[error("{0}")]
    Open(#[from] renkei_lake::OpenError),
    /// The lake.
    #[error("{0}")]
    Lake(#[from] renkei_lake::ReadError),
    /// The lake.
    #[error("{0}")]
    Log(#[from] renkei_lake::LogError),
    /// Its id.
    #[error("{0}")]
    Id(#[from] IdError),
}

impl Office {
    /// Writes an operation down, or a new version of it. A domain is released, or left out, only once its
    /// bots are quiet.
    pub async fn record_operation(&self, text: &str, at: Moment) -> Result<OperationRecorded, OperationError> {
        let document: Document = text.parse()?;
        let known = self.store.operation(&document.id).await?;
        let acting = self.seat(Duty::Keeper).await?;
        let version = known.as_ref().map_or(0, |known| known.version);
        // Who may rewrite it is said by what stands there, not by what is to stand there.
        let before = known.as_ref().map(|known| known.text.parse::<Document>()).transpose()?;
        let facts = facts(before.as_ref().unwrap_or(&document), &acting);
        let permit =
            self.ask(self.on_operation(Act::RecordOperation, acting, facts, &document.id, version, at)).await?;
        if let Some(before) = before {
            for domain in before.let_go_by(&document) {
                self.quiet(&domain, at).await?;
            }
        }
        let version = self.store.record_operation(permit, &document.id, text).await?;
        Ok(OperationRecorded { operation: document.id.to_string(), version, domains: document.domains.len() as u64 })
    }

    /// The operations that the acting seat may see: the others do not exist for it.
    pub async fn operations(&self, at: Moment) -> Result<OperationList, OperationError> {
        let acting = self.seat(Duty::Keeper).await?;
        let mut list = Vec::new();
        for recorded in self.store.operations().await? {
            let document: Document = recorded.text.parse()?;
            let facts = facts(&document, &acting);
            let question =
                self.on_operation(Act::ReadOperation, acting.clone(), facts, &recorded.id, recorded.version, at);
            if self.gate.permit(question).is_ok() {
                list.push(shown::listed(&recorded, &document));
            }
        }
        Ok(OperationList { operations: list })
    }

    /// One operation, with the gate's answer for each domain. The view is in the ledger.
    pub async fn operation(&self, id: &OperationId, at: Moment) -> Result<OperationShown, OperationError> {
        let (recorded, document, acting) = self.read_operation(id, at).await?;
        let rulings = document.domains.iter().map(|domain| {
            let facts = document.facts(domain, document.knows(&acting.id));
            let question = self.on_operation(Act::OperateSinkhole, keeper(&acting), facts, id, recorded.version, at);
            self.gate.rule(&question)
        });
        let rulings: Vec<_> = rulings.collect();
        Ok(shown::shown(&recorded, &document, rulings))
    }

    /// The record itself, as it was last written, for who changes it. The view is in the ledger.
    pub async fn operation_text(&self, id: &OperationId, at: Moment) -> Result<String, OperationError> {
        Ok(self.read_operation(id, at).await?.0.text)
    }

    /// Reads the record, if the acting seat may; the ledger has the view.
    async fn read_operation(&self, id: &OperationId, at: Moment) -> Result<(Recorded, Document, Seat), OperationError> {
        let unknown = || OperationError::Unknown(id.clone());
        let recorded = self.store.operation(id).await?.ok_or_else(unknown)?;
        let document: Document = recorded.text.parse()?;
        let acting = self.seat(Duty::Keeper).await?;
        let facts = facts(&document, &acting);
        let question = self.on_operation(Act::ReadOperation, acting.clone(), facts, id, recorded.version, at);
        match self.ask(question).await {
            Ok(permit) => self.store.record_view(permit, 0, renkei_core::ledger::Detail::new()).await?,
            // To whom it is not told, it is not there.
            Err(AskError::Refused(_)) => return Err(unknown()),
            Err(error) => return Err(error.into()),
        };
        Ok((recorded, document, acting))
    }

    fn on_operation(&self, act: Act, seat: Seat, facts: Facts, id: &OperationId, version: u64, at: Moment) -> Question {
        self.question(act, seat, at).on(Object::new(ObjectKind::Operation, id, version)).in_operation(facts)
    }
}

/// The facts of an operation as a whole, for writing it down and reading it.
fn facts(document: &Document, acting: &Seat) -> Facts {
    Facts {
        place: Place::Unknown,
        jp_domain: false,
        own_server: document.own_server,
        blank: true,
        voluntary: false,
        checked: false,
        known: document.knows(&acting.id),
        hour: document.hour,
        authority: None,
    }
}

/// The seat as if it kept the sinkhole: what a domain lacks is the domain's, whoever looks.
fn keeper(seat: &Seat) -> Seat {
    Seat { duties: vec![Duty::Keeper], ..seat.clone() }
}
