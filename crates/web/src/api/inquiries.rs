//! Inquiries for programs: a provider's system answers them, a force's system drafts them (S4.5, S4.26).

use axum::Json;
use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use renkei_app::inquiry::{
    Answering, Encoding, InquiryError, InquiryFigures, InquiryListed, InquiryRead, InquiryTyped, ProviderForm,
};
use renkei_core::inquiry::{State, Step};
use serde::{Deserialize, de::DeserializeOwned};

use super::requests::PageOf;
use crate::form::{Path, Query};
use crate::problem::Problem;
use crate::ui::inquiries::id;
use crate::ui::inquiry_figures::Asked;
use crate::visit::Visit;

/// Where a page goes on.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Paged {
    state: Option<String>,
    after: Option<String>,
    limit: Option<usize>,
}

/// What is said with a step.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Said {
    text: String,
}

/// What the legal desk decides.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Judging {
    item: u32,
    allowed: bool,
    reason: String,
}

/// The inquiries that the token's seat sees, newest first.
pub async fn list(visit: Visit, paged: Query<Paged>) -> Result<Json<PageOf<InquiryListed>>, Problem> {
    let Query(Paged { state, after, limit }) = paged;
    let state = state.map(|word| State::from_word(&word).ok_or_else(Problem::form)).transpose()?;
    let items = visit.office()?.inquiries(state, visit.at).await?.0;
    PageOf::cut(items, |item| &item.inquiry, after.as_deref(), limit).map(Json)
}

/// One inquiry; that it was looked at is in the ledger.
pub async fn show(visit: Visit, Path(inquiry): Path) -> Result<Json<InquiryRead>, Problem> {
    read(&visit, &inquiry).await
}

/// The form of a provider.
pub async fn form(visit: Visit, Path(party): Path) -> Result<Json<ProviderForm>, Problem> {
    let party = party.parse().map_err(|_| Problem::missing())?;
    Ok(Json(visit.office()?.form_for(&party).await?))
}

/// How many inquiries, how they ended, how long it took; from the ledger.
pub async fn figures(visit: Visit, Query(asked): Query<Asked>) -> Result<Json<InquiryFigures>, Problem> {
    Ok(Json(visit.office()?.inquiry_figures(asked.days()?, asked.least(), visit.at).await?))
}

/// Writes a draft.
pub async fn draft(visit: Visit, body: Bytes) -> Result<Json<InquiryRead>, Problem> {
    let typed: InquiryTyped = sent(&body)?;
    let made = visit.office()?.draft_inquiry(&typed, visit.at).await?;
    read(&visit, &made.inquiry).await
}

/// Changes a draft.
pub async fn mend(visit: Visit, Path(inquiry): Path, body: Bytes) -> Result<Json<InquiryRead>, Problem> {
    let typed: InquiryTyped = sent_about(&visit, &inquiry, &body).await?;
    visit.office()?.mend_inquiry(id(&inquiry)?, &typed, visit.at).await?;
    read(&visit, &inquiry).await
}

/// Submits a draft to the stages, which sign in the pages.
pub async fn submit(visit: Visit, Path(inquiry): Path) -> Result<Json<InquiryRead>, Problem> {
    visit.office()?.submit_inquiry(id(&inquiry)?, visit.at).await?;
    read(&visit, &inquiry).await
}

/// Sends an approved inquiry.
pub async fn send(visit: Visit, Path(inquiry): Path) -> Result<Json<InquiryRead>, Problem> {
    visit.office()?.send_inquiry(id(&inquiry)?, visit.at).await?;
    read(&visit, &inquiry).await
}

/// Looks once more who else asks about the same subjects (S4.10).
pub async fn hint(visit: Visit, Path(inquiry): Path) -> Result<Json<InquiryRead>, Problem> {
    visit.office()?.look_for_hints(id(&inquiry)?, visit.at).await?;
    read(&visit, &inquiry).await
}

/// Says that it was received.
pub async fn receive(visit: Visit, Path(inquiry): Path) -> Result<Json<InquiryRead>, Problem> {
    visit.office()?.step_inquiry(id(&inquiry)?, Step::Receive, "", visit.at).await?;
    read(&visit, &inquiry).await
}

macro_rules! steps {
    ($($(#[$doc:meta])* $name:ident $step:ident;)+) => {$(
        $(#[$doc])*
        pub async fn $name(visit: Visit, Path(inquiry): Path, body: Bytes) -> Result<Json<InquiryRead>, Problem> {
            let Said { text } = sent_about(&visit, &inquiry, &body).await?;
            visit.office()?.step_inquiry(id(&inquiry)?, Step::$step, &text, visit.at).await?;
            read(&visit, &inquiry).await
        }
    )+};
}

steps! {
    /// Asks about it.
    ask_back AskBack;
    /// Sends it back as a whole.
    send_back SendBack;
    /// Takes it back.
    withdraw Withdraw;
}

/// Keeps what the legal desk decided on an item.
pub async fn judge(visit: Visit, Path(inquiry): Path, body: Bytes) -> Result<Json<InquiryRead>, Problem> {
    let Judging { item, allowed, reason } = sent_about(&visit, &inquiry, &body).await?;
    visit.office()?.judge_item(id(&inquiry)?, (item, allowed), &reason, visit.at).await?;
    read(&visit, &inquiry).await
}

/// Answers every item.
pub async fn answer(visit: Visit, Path(inquiry): Path, body: Bytes) -> Result<Json<InquiryRead>, Problem> {
    let typed: Answering = sent_about(&visit, &inquiry, &body).await?;
    visit.office()?.answer_inquiry(id(&inquiry)?, &typed, visit.at).await?;
    read(&visit, &inquiry).await
}

/// The dossier.
pub async fn dossier(visit: Visit, Path(inquiry): Path) -> Result<Response, Problem> {
    let text = visit.office()?.dossier(id(&inquiry)?, visit.at).await?;
    Ok(([(CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response())
}

/// The message of ETSI TS 103 120 that carries it (docs/profile-jp).
pub async fn message(visit: Visit, Path(inquiry): Path) -> Result<Response, Problem> {
    let text = visit.office()?.inquiry_message(id(&inquiry)?, Encoding::Json, visit.at).await?;
    Ok(([(CONTENT_TYPE, "application/json")], text).into_response())
}

/// A sealed file of the answer.
pub async fn file(
    visit: Visit,
    axum::extract::Path((inquiry, file)): axum::extract::Path<(String, String)>,
) -> Result<Response, Problem> {
    let number = file.parse().map_err(|_| Problem::missing())?;
    let (_, bytes) = visit.office()?.answer_file(id(&inquiry)?, number, visit.at).await?;
    Ok(([(CONTENT_TYPE, "application/octet-stream")], Body::from(bytes)).into_response())
}

async fn read(visit: &Visit, inquiry: &str) -> Result<Json<InquiryRead>, Problem> {
    Ok(Json(visit.office()?.read_inquiry(id(inquiry)?, visit.at).await?))
}

/// What was sent about an inquiry; whoever may not know of it is not told whether it was well said.
async fn sent_about<T: DeserializeOwned>(visit: &Visit, inquiry: &str, body: &Bytes) -> Result<T, Problem> {
    visit.office()?.knows_inquiry(id(inquiry)?).await?;
    sent(body)
}

fn sent<T: DeserializeOwned>(body: &Bytes) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|error| Problem::form().detailed(error))
}

impl From<InquiryError> for Problem {
    fn from(error: InquiryError) -> Self {
        match error {
            InquiryError::Ask(error) => error.into(),
            InquiryError::Write(error) => error.into(),
            InquiryError::Db(error) => error.into(),
            InquiryError::Unknown(_) | InquiryError::UnknownParty(_) => Self::missing(),
            InquiryError::Stage(_)
            | InquiryError::NotFiled(_)
            | InquiryError::Unsent(_)
            | InquiryError::Unapproved(_)
            | InquiryError::Closed(_) => Self::new(StatusCode::CONFLICT, "conflict").detailed(error),
            InquiryError::Sign(error) => (*error).into(),
            InquiryError::Seal(_)
            | InquiryError::NoLedgerKey
            | InquiryError::Print(_)
            | InquiryError::Fonts { .. }
            | InquiryError::Scan(_) => Self::failed(error),
            InquiryError::Words(_)
            | InquiryError::Items(_)
            | InquiryError::UnknownField(_)
            | InquiryError::Time(_)
            | InquiryError::Stops(_)
            | InquiryError::Misfit(_)
            | InquiryError::BadStage(_)
            | InquiryError::NoMessage(_)
            | InquiryError::Message(_)
            | InquiryError::NoKey(_)
            | InquiryError::Answer(_)
            | InquiryError::List(_)
            | InquiryError::Form(_) => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "inquiry").detailed(error),
        }
    }
}
