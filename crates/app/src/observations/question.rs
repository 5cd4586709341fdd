//! Questions that a seat keeps: the filter as it was typed, under a name; shared with the house where it says so.

use std::collections::BTreeMap;

use renkei_core::act::Act;
use renkei_core::id::QuestionId;
use renkei_core::seat::Duty;
use renkei_core::time::Moment;
use renkei_lake::{Filter, Whose};
use renkei_store::question::{NewQuestion, QuestionChange};
use schemars::JsonSchema;
use serde::Serialize;

use super::{GROUPS, LookError, query};
use crate::campaign::fresh;
use crate::office::Office;
use crate::parse_day;
use crate::words::{Show, Words, table};

/// What a question can be narrowed by, and `by`, what it is counted by.
pub const FIELDS: [&str; 7] = ["by", "family", "party", "prefix", "port", "from", "until"];
/// Questions that one seat may keep.
const MOST: usize = 50;
/// Longest name of a question, in characters.
const LONGEST: usize = 60;

/// The questions that a seat sees, by name.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct QuestionList(pub Vec<QuestionShown>);

/// A question that is kept.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct QuestionShown {
    /// Its id.
    pub question: String,
    /// Its name.
    pub name: String,
    /// The fields that were filled, as typed.
    pub asked: BTreeMap<String, String>,
    /// Whether other seats of the house see it.
    pub shared: bool,
    /// Whether it is the acting seat's own.
    pub own: bool,
    /// Whose it is.
    pub seat: String,
    /// When it was last changed.
    pub changed_at: String,
}

/// What was done with a question.
#[derive(Debug, Serialize, JsonSchema)]
pub struct QuestionChanged {
    /// Its id.
    pub question: String,
    /// `kept`, `changed` or `forgotten`.
    pub done: &'static str,
}

/// The filter of a question as typed.
///
/// # Errors
/// When a field is none of [`FIELDS`], or cannot be read.
pub fn filter(asked: &BTreeMap<String, String>) -> Result<Filter, LookError> {
    let mut filter = Filter::default();
    for (field, typed) in asked {
        let (typed, wrong) = (typed.trim(), || LookError::Field(field.clone(), typed.trim().to_owned()));
        if typed.is_empty() && FIELDS.contains(&field.as_str()) {
            continue;
        }
        let day = || parse_day(typed).map(|day| day.start()).ok_or_else(wrong);
        match field.as_str() {
            "by" if GROUPS.iter().any(|(known, _)| *known == typed) => {}
            "family" => filter.family = Some(typed.to_owned()),
            "party" if typed == "nobody" => filter.party = Some(Whose::Nobody),
            "party" => filter.party = Some(Whose::Party(typed.parse().map_err(|_| wrong())?)),
            "prefix" => filter.prefix = Some(typed.parse().map_err(|_| wrong())?),
            "port" => filter.port = Some(typed.parse().map_err(|_| wrong())?),
            "from" => filter.from = Some(day()?),
            "until" => filter.until = Some(day()?),
            _ => return Err(wrong()),
        }
    }
    Ok(filter)
}

impl Office {
    /// The questions that the acting seat sees: its own, and those that others share.
    pub async fn questions(&self, at: Moment) -> Result<QuestionList, LookError> {
        let _may_count = self.ask_for(Act::Count, Duty::Analyst, [query(&Filter::default())], at).await?;
        let seat = self.seat(Duty::Analyst).await?;
        let kept = self.store.questions(&seat.id).await.map_err(renkei_store::WriteError::from)?;
        let shown = kept.into_iter().map(|kept| QuestionShown {
            question: kept.new.id.to_string(),
            name: kept.new.name,
            asked: kept.new.asked,
            shared: kept.new.shared,
            own: kept.seat == seat.id,
            seat: kept.seat.to_string(),
            changed_at: kept.changed_at.to_string(),
        });
        Ok(QuestionList(shown.collect()))
    }

    /// The question of a name: the acting seat's own before one that is shared.
    pub async fn question_named(&self, name: &str, at: Moment) -> Result<QuestionShown, LookError> {
        let mut named = self.questions(at).await?.0;
        named.retain(|question| question.name == name);
        named.sort_by_key(|question| !question.own);
        named.into_iter().next().ok_or_else(|| LookError::NoQuestion(name.to_owned()))
    }

    /// Keeps a question of the acting seat under a name that it has not used yet.
    pub async fn keep_question(
        &self,
        name: &str,
        asked: &BTreeMap<String, String>,
        shared: bool,
        at: Moment,
    ) -> Result<QuestionChanged, LookError> {
        let name = checked(name)?;
        let narrowed = filter(asked)?;
        let filled = asked.iter().map(|(field, typed)| (field.clone(), typed.trim().to_owned()));
        let asked = filled.filter(|(_, typed)| !typed.is_empty()).collect();
        let permit = self.ask_for(Act::Count, Duty::Analyst, [query(&narrowed)], at).await?;
        let id = QuestionId::from_bits(fresh(at));
        self.store.keep_question(permit, &NewQuestion { id, name, asked, shared }, MOST).await?;
        Ok(QuestionChanged { question: id.to_string(), done: "kept" })
    }

    /// Renames a question of the acting seat, or shares it from now on, or no longer.
    pub async fn change_question(
        &self,
        id: QuestionId,
        name: Option<&str>,
        shared: Option<bool>,
        at: Moment,
    ) -> Result<QuestionChanged, LookError> {
        let change = QuestionChange { name: name.map(checked).transpose()?, shared };
        let permit = self.ask_for(Act::Count, Duty::Analyst, [query(&Filter::default())], at).await?;
        self.store.change_question(permit, id, &change).await?;
        Ok(QuestionChanged { question: id.to_string(), done: "changed" })
    }

    /// Forgets a question of the acting seat.
    pub async fn forget_question(&self, id: QuestionId, at: Moment) -> Result<QuestionChanged, LookError> {
        let permit = self.ask_for(Act::Count, Duty::Analyst, [query(&Filter::default())], at).await?;
        self.store.forget_question(permit, id).await?;
        Ok(QuestionChanged { question: id.to_string(), done: "forgotten" })
    }
}

/// A name that can be read and typed again.
fn checked(name: &str) -> Result<String, LookError> {
    let name = name.trim();
    let well = !name.is_empty() && name.chars().count() <= LONGEST && !name.chars().any(char::is_control);
    well.then(|| name.to_owned()).ok_or_else(|| LookError::Name(LONGEST))
}

impl QuestionShown {
    /// What it is counted by, where it says so.
    pub fn by(&self) -> Option<&String> {
        self.asked.get("by")
    }

    /// Its fields in one line.
    pub fn told(&self) -> String {
        let pairs = FIELDS.iter().filter_map(|field| Some(format!("{field}={}", self.asked.get(*field)?)));
        pairs.collect::<Vec<_>>().join(" ")
    }
}

impl Show for QuestionList {
    fn show(&self, words: &Words) -> String {
        if self.0.is_empty() {
            return words.of("questions-none");
        }
        let head = ["question-name", "question-asked", "question-shared", "question-seat"].map(|key| words.of(key));
        let yes = |shared: bool| words.of(if shared { "yes" } else { "no" });
        let rows = self.0.iter().map(|one| vec![one.name.clone(), one.told(), yes(one.shared), one.seat.clone()]);
        table(&head, &rows.collect::<Vec<_>>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(field, typed)| ((*field).to_owned(), (*typed).to_owned())).collect()
    }

    #[test]
    fn what_was_typed_is_read_and_nothing_else_is_kept() {
        let typed = [("by", "day"), ("family", " vawtrak "), ("party", "nobody"), ("port", ""), ("from", "2026-11-01")];
        let read = filter(&asked(&typed)).unwrap();
        assert_eq!((read.family.as_deref(), read.party, read.port), (Some("vawtrak"), Some(Whose::Nobody), None));
        assert!(read.from.is_some() && read.until.is_none());
        for wrong in [("port", "x"), ("prefix", "198.18.0.0/33"), ("until", "soon"), ("by", "name"), ("name", "x")] {
            let error = filter(&asked(&[wrong])).unwrap_err();
            assert!(matches!(&error, LookError::Field(field, _) if field == wrong.0), "{wrong:?}: {error}");
        }
    }
}
