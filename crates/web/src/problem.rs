//! What went wrong, as a page or as problem+json (RFC 9457): what happened, why, what to do.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use renkei_app::campaign::answer::AnswerError;
use renkei_app::campaign::approve::ApproveError;
use renkei_app::campaign::effect::EffectError;
use renkei_app::campaign::feedback::FeedbackError;
use renkei_app::campaign::plan::PlanError;
use renkei_app::campaign::read::RulingShown;
use renkei_app::campaign::send::SendError;
use renkei_app::campaign::show::ShowError;
use renkei_app::campaign::withdraw::ChangeError;
use renkei_app::figures::FiguresError;
use renkei_app::observations::LookError;
use renkei_app::office::AskError;
use renkei_app::operation::OperationError;
use renkei_app::party::PartyError;
use renkei_app::seats::{Scope, SeatError};
use renkei_app::signin::SignInError;
use renkei_app::signin::oidc::ProviderError;
use renkei_app::signin::passkey::PasskeyUseError;
use renkei_app::{DbError, WriteError};

/// A problem: its stable code is also the key of its words (`problem-CODE`, `problem-CODE-do`).
#[derive(Debug, Clone)]
pub struct Problem {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    /// What exactly, in words that help; never a secret.
    pub(crate) detail: Option<String>,
    /// The gate's answer, where it refused.
    pub(crate) ruling: Option<Box<RulingShown>>,
    /// Seconds to wait.
    pub(crate) wait: Option<i64>,
}

impl Problem {
    pub(crate) const fn new(status: StatusCode, code: &'static str) -> Self {
        Self { status, code, detail: None, ruling: None, wait: None }
    }

    pub(crate) fn detailed(mut self, detail: impl ToString) -> Self {
        self.detail = Some(detail.to_string());
        self
    }

    /// Nobody is signed in.
    pub const fn sign_in() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "sign-in")
    }

    /// There is no such thing, or it is not for this visitor.
    pub const fn missing() -> Self {
        Self::new(StatusCode::NOT_FOUND, "missing")
    }

    /// The form was not made by this site's page, or the page is too old.
    pub const fn forged() -> Self {
        Self::new(StatusCode::FORBIDDEN, "forged")
    }

    /// Fields are missing or not what they should be.
    pub const fn form() -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "form")
    }

    /// The query cannot be read.
    pub const fn query() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "query")
    }

    /// More than is taken.
    pub const fn too_large() -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large")
    }

    /// The token is not for this.
    pub fn scope(needed: Scope) -> Self {
        Self::new(StatusCode::FORBIDDEN, "scope").detailed(needed.word())
    }

    /// Too many requests; how many seconds to wait.
    pub fn too_many(seconds: i64) -> Self {
        Self { wait: Some(seconds), ..Self::new(StatusCode::TOO_MANY_REQUESTS, "rate") }
    }

    /// Something in the office failed; the log has it.
    pub fn failed(error: impl std::fmt::Display) -> Self {
        tracing::error!(%error, "a request failed");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "failed")
    }

    fn refused(ruling: RulingShown) -> Self {
        Self { ruling: Some(Box::new(ruling)), ..Self::new(StatusCode::FORBIDDEN, "refused") }
    }
}

impl IntoResponse for Problem {
    /// The guard turns it into the answer that fits the door.
    fn into_response(self) -> Response {
        let mut answer = self.status.into_response();
        answer.extensions_mut().insert(self);
        answer
    }
}

impl From<DbError> for Problem {
    fn from(error: DbError) -> Self {
        Self::failed(error)
    }
}

impl From<FiguresError> for Problem {
    fn from(error: FiguresError) -> Self {
        Self::failed(error)
    }
}

impl From<WriteError> for Problem {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Stale(_)
            | WriteError::Step(_)
            | WriteError::OfferStep(_)
            | WriteError::PublicationStep(_)
            | WriteError::InquiryStep(_)
            | WriteError::ItemStep(_) => Self::new(StatusCode::CONFLICT, "changed").detailed(error),
            WriteError::Missing { .. } => Self::missing(),
            WriteError::Counter(_) => Self::new(StatusCode::UNAUTHORIZED, "passkey"),
            WriteError::Exists { .. }
            | WriteError::Full { .. }
            | WriteError::Queued(_)
            | WriteError::UnderWay(_)
            | WriteError::Taken(_)
            | WriteError::Closed(_) => Self::new(StatusCode::CONFLICT, "conflict").detailed(error),
            other => Self::failed(other),
        }
    }
}

impl From<AskError> for Problem {
    fn from(error: AskError) -> Self {
        match error {
            AskError::Refused(ruling) => Self::refused((*ruling).into()),
            AskError::NoSeat(_) | AskError::UnknownSeat(_) => {
                Self::new(StatusCode::FORBIDDEN, "no-seat").detailed(error)
            }
            AskError::Db(error) => error.into(),
        }
    }
}

impl From<SendError> for Problem {
    fn from(error: SendError) -> Self {
        match error {
            SendError::Ask(error) => error.into(),
            SendError::Write(error) => error.into(),
            SendError::Db(error) => error.into(),
            SendError::Busy => Self::new(StatusCode::CONFLICT, "busy"),
            other => Self::failed(other),
        }
    }
}

impl From<ApproveError> for Problem {
    fn from(error: ApproveError) -> Self {
        match error {
            ApproveError::Ask(error) => error.into(),
            ApproveError::Write(error) => error.into(),
            ApproveError::Db(error) => error.into(),
            ApproveError::Passkey(error) => error.into(),
            ApproveError::Nothing(_) | ApproveError::NoPasskey(_) => {
                Self::new(StatusCode::CONFLICT, "nothing").detailed(error)
            }
            other => Self::failed(other),
        }
    }
}

impl From<PlanError> for Problem {
    fn from(error: PlanError) -> Self {
        match error {
            PlanError::Ask(error) => error.into(),
            PlanError::Write(error) => error.into(),
            PlanError::Db(error) => error.into(),
            PlanError::Nothing => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "nothing-matches"),
            other => Self::failed(other),
        }
    }
}

impl From<ChangeError> for Problem {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::Unknown(_) | ChangeError::NoCampaign(_) => Self::missing(),
            ChangeError::Send(error) => error.into(),
            ChangeError::Approve(error) => error.into(),
            ChangeError::Plan(error) => error.into(),
            ChangeError::Deleted(_) => Self::new(StatusCode::GONE, "deleted").detailed(error),
            ChangeError::Nothing(_)
            | ChangeError::NotSent(_)
            | ChangeError::Sealed(_)
            | ChangeError::Arrived(_)
            | ChangeError::AllFail(..) => Self::new(StatusCode::CONFLICT, "nothing").detailed(error),
            other => Self::failed(other),
        }
    }
}

impl From<AnswerError> for Problem {
    fn from(error: AnswerError) -> Self {
        match error {
            AnswerError::Change(error) => error.into(),
            AnswerError::Io(..) => Self::failed(error),
            AnswerError::Empty(_)
            | AnswerError::Form(..)
            | AnswerError::Status(..)
            | AnswerError::Cost(_)
            | AnswerError::TooMany { .. } => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "answer").detailed(error),
        }
    }
}

impl From<FeedbackError> for Problem {
    fn from(error: FeedbackError) -> Self {
        match error {
            FeedbackError::Change(error) => error.into(),
            FeedbackError::Effect(error) => error.into(),
            FeedbackError::Baseless => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "estimate").detailed(error),
        }
    }
}

impl From<ShowError> for Problem {
    fn from(error: ShowError) -> Self {
        match error {
            ShowError::Db(error) => error.into(),
            ShowError::Unknown(_) => Self::missing(),
        }
    }
}

impl From<EffectError> for Problem {
    fn from(error: EffectError) -> Self {
        match error {
            EffectError::Ask(error) => error.into(),
            EffectError::Unknown(_) => Self::missing(),
            other => Self::failed(other),
        }
    }
}

impl From<LookError> for Problem {
    fn from(error: LookError) -> Self {
        match error {
            LookError::Ask(error) => error.into(),
            LookError::Write(error) => error.into(),
            LookError::Cursor(_) | LookError::Field(..) | LookError::Name(_) => Self::form().detailed(error),
            LookError::NoQuestion(_) => Self::missing(),
            LookError::Nothing => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "nothing-matches"),
            LookError::TooMany { .. } => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "too-many").detailed(error),
            other => Self::failed(other),
        }
    }
}

impl From<PartyError> for Problem {
    fn from(error: PartyError) -> Self {
        match error {
            PartyError::Ask(error) => error.into(),
            PartyError::Write(error) => error.into(),
            PartyError::Db(error) => error.into(),
            PartyError::Unknown(_) => Self::missing(),
            PartyError::File(_) | PartyError::Key(..) => Self::form().detailed(error),
        }
    }
}

impl From<SeatError> for Problem {
    fn from(error: SeatError) -> Self {
        match error {
            SeatError::Ask(error) => error.into(),
            SeatError::Write(error) => error.into(),
            SeatError::Db(error) => error.into(),
            SeatError::Key(error) => Self::failed(error),
            SeatError::Unknown(_) | SeatError::UnknownParty(_) => Self::missing(),
            SeatError::Name(_) | SeatError::OtherParty(_) | SeatError::HouseDuty(_) | SeatError::NoDuty => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "seat").detailed(error)
            }
        }
    }
}

impl From<PasskeyUseError> for Problem {
    fn from(error: PasskeyUseError) -> Self {
        match error {
            PasskeyUseError::Ceremony => Self::new(StatusCode::GONE, "ceremony"),
            PasskeyUseError::Form | PasskeyUseError::Name => Self::form(),
            // Which of the many conditions failed is for the tests and the log, not for a stranger.
            PasskeyUseError::Unknown | PasskeyUseError::Passkey(_) => Self::new(StatusCode::UNAUTHORIZED, "passkey"),
            PasskeyUseError::Ask(error) => error.into(),
            PasskeyUseError::Db(error) => error.into(),
            PasskeyUseError::Write(error) => error.into(),
            PasskeyUseError::SignIn(error) => (*error).into(),
        }
    }
}

impl From<OperationError> for Problem {
    fn from(error: OperationError) -> Self {
        match error {
            OperationError::Ask(error) => error.into(),
            OperationError::Write(error) => error.into(),
            OperationError::Db(error) => error.into(),
            OperationError::Unknown(_) => Self::missing(),
            OperationError::Document(_) | OperationError::Id(_) => Self::form().detailed(error),
            OperationError::StillCalled { .. } => Self::new(StatusCode::CONFLICT, "conflict").detailed(error),
            other => Self::failed(other),
        }
    }
}

impl From<ProviderError> for Problem {
    fn from(error: ProviderError) -> Self {
        match error {
            ProviderError::None(_) => Self::missing(),
            ProviderError::Flow => Self::new(StatusCode::GONE, "flow"),
            ProviderError::Unlinked => Self::new(StatusCode::UNAUTHORIZED, "unlinked"),
            ProviderError::Linked => Self::new(StatusCode::CONFLICT, "linked"),
            // What a provider says is for the log; a stranger could put words into it.
            ProviderError::Refused(_) => {
                tracing::warn!(%error, "an identity provider signed nobody in");
                Self::new(StatusCode::UNAUTHORIZED, "provider")
            }
            ProviderError::Away(_) => {
                tracing::error!(%error, "an identity provider cannot be asked");
                Self::new(StatusCode::BAD_GATEWAY, "provider-away")
            }
            ProviderError::SignIn(error) => error.into(),
            ProviderError::Own(error) => (*error).into(),
            ProviderError::Db(error) => error.into(),
            ProviderError::Write(error) => error.into(),
        }
    }
}

impl From<SignInError> for Problem {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Wrong => Self::new(StatusCode::UNAUTHORIZED, "wrong"),
            SignInError::Wait(seconds) => {
                Self { wait: Some(seconds), ..Self::new(StatusCode::TOO_MANY_REQUESTS, "wait") }
            }
            SignInError::Link => Self::new(StatusCode::GONE, "link"),
            SignInError::Password(error) => Self::new(StatusCode::UNPROCESSABLE_ENTITY, error.code()),
            SignInError::Code => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "code"),
            SignInError::Db(error) => error.into(),
            SignInError::Write(error) => error.into(),
            other => Self::failed(other),
        }
    }
}
