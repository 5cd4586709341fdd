//! Answers: taken in as counts; a sheet of lines is counted and dropped, no name has a place (G20).

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use renkei_core::act::Act;
use renkei_core::answer::{Counts, Outcome, Status};
use renkei_core::class::DataClass;
use renkei_core::id::RequestId;
use renkei_core::measure::Measure;
use renkei_core::party::Party;
use renkei_core::question::Question;
use renkei_core::seat::{Duty, Seat};
use renkei_core::time::Moment;
use renkei_formats::notice::LineKey;
use renkei_lake::SelectionFilter;
use renkei_store::request::Request;
use schemars::JsonSchema;
use serde::Serialize;

use super::plan::PlanError;
use super::withdraw::ChangeError;
use crate::office::Office;
use crate::words::{Show, Words, number};

/// Why an answer is not taken in.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    /// The request.
    #[error("{0}")]
    Change(#[from] ChangeError),
    /// A cost that cannot be entered.
    #[error("a cost needs {0}")]
    Cost(&'static str),
    /// A status that answers something else.
    #[error("`{}` does not answer `{}`: use {}", .0.word(), .1, words_for(*.1))]
    Status(Status, Measure),
    /// The sheet cannot be read.
    #[error("cannot read `{}`: {}", .0.display(), .1)]
    Io(PathBuf, #[source] std::io::Error),
    /// The sheet has no line with a status.
    #[error("`{}` has no line with a status: expected the columns `line` and `status`", .0.display())]
    Empty(PathBuf),
    /// The sheet has not the columns it needs.
    #[error("`{}`: {}", .0.display(), .1)]
    Form(PathBuf, #[source] renkei_formats::answers::AnswersError),
    /// More answers than lines.
    #[error("the answer counts {counted} lines, the request has {asked}")]
    TooMany {
        /// Lines answered.
        counted: u64,
        /// Lines asked.
        asked: u64,
    },
}

/// An answer that was taken in.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Answered {
    /// The request.
    pub request: String,
    /// The party.
    pub party: String,
    /// `full`, `part`, `declined`, `no-data`.
    pub outcome: &'static str,
    /// Lines by status.
    #[schemars(with = "Vec<Vec<serde_json::Value>>")]
    pub counts: Vec<(&'static str, u64)>,
    /// Lines of the sheet that could not be counted.
    pub findings: u64,
    /// Columns of the sheet that were dropped unread, because they have no place here (G20).
    pub columns_dropped: u64,
}

/// A sheet that was counted.
pub(crate) struct Counted {
    pub(crate) outcome: Outcome,
    pub(crate) refused: u64,
    pub(crate) columns_dropped: u64,
}

impl Show for Answered {
    fn show(&self, words: &Words) -> String {
        let values = [
            ("request", self.request.clone()),
            ("party", self.party.clone()),
            ("outcome", words.of(&format!("outcome-{}", self.outcome))),
        ];
        let mut lines = vec![words.say("answer-done", &values)];
        for (status, count) in &self.counts {
            lines.push(format!("  {}: {}", words.of(&format!("status-{status}")), number(*count)));
        }
        if self.columns_dropped > 0 {
            lines.push(words.say("answer-dropped", &[("count", number(self.columns_dropped))]));
        }
        if self.findings > 0 {
            lines.push(words.say("answer-findings", &[("count", number(self.findings))]));
        }
        lines.join("\n")
    }
}

impl Office {
    /// Counts a party's sheet of line and status; the lines are dropped when they are counted.
    pub async fn import_answer(&self, id: RequestId, path: &Path, at: Moment) -> Result<Answered, AnswerError> {
        let bytes = std::fs::read(path).map_err(|error| AnswerError::Io(path.to_path_buf(), error))?;
        self.take_answer(id, &bytes, path, at).await
    }

    /// Counts the bytes of such a sheet.
    pub async fn take_answer(
        &self,
        id: RequestId,
        bytes: &[u8],
        path: &Path,
        at: Moment,
    ) -> Result<Answered, AnswerError> {
        let request = self.store.request(id).await.map_err(ChangeError::from)?.ok_or(ChangeError::Unknown(id))?;
        let counted = self.count_sheet(&request, bytes, path).await?;
        let mut answered = self.record_answer(id, counted.outcome, at).await?;
        answered.findings = counted.refused;
        answered.columns_dropped = counted.columns_dropped;
        Ok(answered)
    }

    /// Counts a sheet and records nothing; the bytes are the caller's to drop.
    pub(crate) async fn count_sheet(
        &self,
        request: &Request,
        bytes: &[u8],
        path: &Path,
    ) -> Result<Counted, AnswerError> {
        let keys = self.keys_of(request).await?;
        let form = |error| AnswerError::Form(path.to_path_buf(), error);
        let read = renkei_formats::answers::read(bytes, |key| keys.contains(&key)).map_err(form)?;
        if read.counts.total() == 0 {
            return Err(AnswerError::Empty(path.to_path_buf()));
        }
        let full = read.counts.total() >= request.lines;
        let outcome = if full { Outcome::Full(read.counts) } else { Outcome::Part(read.counts) };
        let columns_dropped = read.findings.iter().filter(|finding| finding.line == 1).count() as u64;
        Ok(Counted { outcome, refused: read.refused, columns_dropped })
    }

    /// The keys by which a request's lines can be answered.
    async fn keys_of(&self, request: &Request) -> Result<HashSet<LineKey>, AnswerError> {
        if !request.class.is_secret() {
            return Ok(self.lines_of(request).await?.into_iter().map(|line| line.key).collect());
        }
        let filter = SelectionFilter { request: Some(request.id), ..SelectionFilter::default() };
        let rows = self.selections(filter).await.map_err(PlanError::from).map_err(ChangeError::from)?;
        Ok(rows.into_iter().map(|row| LineKey { hi: row.line.0, lo: row.line.1 }).collect())
    }

    /// Records an answer that came by another way.
    pub async fn record_answer(&self, id: RequestId, outcome: Outcome, at: Moment) -> Result<Answered, AnswerError> {
        let request = self.store.request(id).await.map_err(ChangeError::from)?.ok_or(ChangeError::Unknown(id))?;
        let counts = outcome.counts();
        let known = Status::of(request.measure);
        if let Some((status, _)) = counts.iter().find(|(status, _)| !known.contains(status)) {
            return Err(AnswerError::Status(status, request.measure));
        }
        if counts.total() > request.lines {
            return Err(AnswerError::TooMany { counted: counts.total(), asked: request.lines });
        }
        let parties = self.store.parties().await.map_err(ChangeError::from)?;
        let seat = self.seat(Duty::Answerer).await.map_err(ChangeError::from)?;
        let question = self.answering(seat, &request, &parties, at);
        let permit = self.ask(question).await.map_err(ChangeError::from)?;
        self.store.record_answer(permit, id, &outcome).await.map_err(ChangeError::from)?;
        Ok(Answered {
            request: id.to_string(),
            party: request.party.to_string(),
            outcome: outcome.word(),
            counts: words_of(&counts),
            findings: 0,
            columns_dropped: 0,
        })
    }

    /// Records that the party said it received the request.
    pub async fn acknowledge(&self, id: RequestId, at: Moment) -> Result<(), AnswerError> {
        let request = self.store.request(id).await.map_err(ChangeError::from)?.ok_or(ChangeError::Unknown(id))?;
        let parties = self.store.parties().await.map_err(ChangeError::from)?;
        let seat = self.seat(Duty::Answerer).await.map_err(ChangeError::from)?;
        let question = self.answering(seat, &request, &parties, at);
        let permit = self.ask(question).await.map_err(ChangeError::from)?;
        Ok(self.store.acknowledge(permit, id).await.map_err(ChangeError::from)?)
    }
}

impl Office {
    /// The question whether a seat may take in, or give, the answer to a request.
    pub(crate) fn answering(&self, seat: Seat, request: &Request, parties: &[Party], at: Moment) -> Question {
        let question = self.about(Act::RecordAnswer, seat, request, parties, at).with_class(DataClass::Counts);
        question.once_sent(request.sent_at.is_some())
    }
}

fn words_of(counts: &Counts) -> Vec<(&'static str, u64)> {
    counts.iter().map(|(status, count): (Status, u64)| (status.word(), count)).collect()
}

fn words_for(measure: Measure) -> String {
    Status::of(measure).iter().map(|status| status.word()).collect::<Vec<_>>().join(", ")
}
