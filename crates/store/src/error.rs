//! What can go wrong in the registry.

use renkei_core::act::Act;
use renkei_core::id::Digest;
use renkei_core::ledger::KeyName;
use renkei_core::request::WrongStep;

/// The database failed, or holds what this version cannot read.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// The engine or the connection failed.
    #[error("the database failed: {0}")]
    Engine(#[from] sqlx::Error),
    /// A column holds something that this version did not write.
    #[error("the registry holds an unreadable `{column}`")]
    Unreadable {
        /// Which column.
        column: &'static str,
    },
}

/// Why an office cannot be opened or made.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The address of the database begins with neither `sqlite://` nor `postgres://`.
    #[error("`{0}` is not the address of a database: write sqlite://path or postgres://user@host/name")]
    Address(String),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The database holds no office yet.
    #[error("the database holds no office yet")]
    NoOffice,
    /// The database holds an office already.
    #[error("the database holds the office `{0}` already")]
    Office(String),
    /// The office was written by a newer renkei.
    #[error("the office has schema version {found}, this program knows {known}: use a newer renkei")]
    Newer {
        /// What stands in the database.
        found: u32,
        /// The newest this program knows.
        known: u32,
    },
}

/// An object is not in the version the permit was given for: ask the gate again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind} `{id}` changed: the permit is for version {permitted}, now it is {current}")]
pub struct StaleObject {
    /// Its kind (`request`).
    pub kind: &'static str,
    /// Its identifier.
    pub id: String,
    /// Version the permit names.
    pub permitted: u64,
    /// Version now; 0: it does not exist.
    pub current: u64,
}

/// Why something was not written. Nothing of the write stays.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// An object changed since the gate was asked.
    #[error(transparent)]
    Stale(#[from] StaleObject),
    /// The request cannot take the step from where it stands.
    #[error(transparent)]
    Step(#[from] WrongStep),
    /// The offer cannot take the step from where it stands.
    #[error(transparent)]
    OfferStep(#[from] renkei_core::offer::WrongStep),
    /// The item cannot take the step from where it stands.
    #[error(transparent)]
    ItemStep(#[from] renkei_core::share::WrongStep),
    /// The publication cannot take the step from where it stands.
    #[error(transparent)]
    PublicationStep(#[from] renkei_core::publication::WrongStep),
    /// The inquiry cannot take the step from where it stands.
    #[error(transparent)]
    InquiryStep(#[from] renkei_core::inquiry::WrongStep),
    /// The permit is for another act.
    #[error("the permit is for `{given}`, the write needs `{needed}`")]
    OtherAct {
        /// What the permit allows.
        given: Act,
        /// What is done.
        needed: Act,
    },
    /// The permit does not name the thing that is written.
    #[error("the permit does not name {kind} `{id}`")]
    NotNamed {
        /// Its kind.
        kind: &'static str,
        /// Its identifier.
        id: String,
    },
    /// There is no such thing.
    #[error("there is no {kind} `{id}`")]
    Missing {
        /// Its kind.
        kind: &'static str,
        /// Its identifier.
        id: String,
    },
    /// There is such a thing already.
    #[error("there is a {kind} `{id}` already")]
    Exists {
        /// Its kind.
        kind: &'static str,
        /// Its identifier.
        id: String,
    },
    /// There are as many already as there may be.
    #[error("there are {most} of kind {kind} already: remove one first")]
    Full {
        /// Its kind.
        kind: &'static str,
        /// How many there may be.
        most: usize,
    },
    /// The approval does not hold.
    #[error(transparent)]
    Approval(#[from] ApprovalError),
    /// A letter of the request is on its way: wait for its end.
    #[error("a letter of `{0}` is on its way")]
    UnderWay(String),
    /// Letters were queued for the request already.
    #[error("letters of `{0}` are queued already")]
    Queued(String),
    /// Another process took the letter, or it is not queued any more.
    #[error("the letter `{0}` is not there to be taken")]
    Taken(String),
    /// A passkey's counter does not count up, or it says otherwise than before whether it can be copied.
    #[error("the passkey `{0}` counts back: it may have been copied")]
    Counter(Digest),
    /// The campaign is closed.
    #[error("the campaign `{0}` is closed")]
    Closed(String),
}

/// Why an approval does not hold (S4.13, G7).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApprovalError {
    /// It is for another request, or for other bytes.
    #[error("the approval is for other bytes than the request's manifest")]
    OtherBytes,
    /// The key is not an active approval key of the seat that acts.
    #[error("`{0}` is not an active approval key of the seat")]
    Key(KeyName),
    /// The signature is not by the key.
    #[error("the approval is not signed with `{0}`")]
    Signature(KeyName),
}
