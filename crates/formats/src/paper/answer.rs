//! The form of an answer: a place for each item, blank or as it was answered; never the data that was handed over sealed.

use renkei_core::inquiry::answer::{Answer, Answered, Sealed};
use renkei_core::inquiry::item::{Ground, Outcome};

use super::face::Faces;
use super::frame::finish;
use super::inquiry::{BODY, SMALL, facts, heading, parties, title};
use super::mark::Side;
use super::record::{FrameWords, PrintError, Printed, Record};
use super::sheet::{MM, Sheets, Style, WIDE};
use super::table::{Cell, Table};

/// The words of the form, each from the caller's locales.
#[derive(Debug, Clone, Default)]
pub struct AnswerWords {
    /// Those on every page.
    pub frame: FrameWords,
    /// In the place for the provider's seal.
    pub seal: String,
    /// What the form says before its table.
    pub lead: String,
    /// Between that and the table (記).
    pub below: String,
    /// Before the number of the inquiry.
    pub number: String,
    /// Before the date of the inquiry.
    pub asked_on: String,
    /// Before the case (件名).
    pub case: String,
    /// Before the day of the answer.
    pub answered_on: String,
    /// Before the provider's own number.
    pub own_number: String,
    /// Before the desk that answers.
    pub desk: String,
    /// Above the items (回答事項).
    pub items: String,
    /// Heads of the items' columns: number, what was asked, the answer.
    pub columns: [String; 3],
    /// The outcomes, in the order of [`Outcome::ALL`].
    pub outcomes: [String; Outcome::ALL.len()],
    /// Before the grounds of a refusal.
    pub ground: String,
    /// The grounds, in the order of [`Ground::ALL`].
    pub grounds: [String; Ground::ALL.len()],
    /// Before the place for what is answered by hand.
    pub content: String,
    /// Before what is said besides.
    pub remark: String,
    /// Above the sealed files that were handed over.
    pub files: String,
    /// Heads of the files' columns: name, bytes, SHA-256.
    pub file_columns: [String; 3],
}

/// What a provider answered, to be printed; without it the form is blank.
#[derive(Debug, Clone)]
pub struct Given<'a> {
    /// The answer.
    pub answer: &'a Answer,
    /// The day of the answer.
    pub answered_on: String,
    /// The provider's own number; empty: none.
    pub own_number: String,
    /// The desk that answered.
    pub desk: String,
}

/// Prints the form of an answer.
pub fn answer(
    record: &Record<'_>,
    given: Option<&Given<'_>>,
    words: &AnswerWords,
    faces: &Faces,
) -> Result<Printed, PrintError> {
    if record.items.len() != record.paper.items.len() {
        return Err(PrintError::Items);
    }
    if given.is_some_and(|given| given.answer.inquiry != record.inquiry || given.answer.fits(record.paper).is_err()) {
        return Err(PrintError::Items);
    }
    let mut sheets = Sheets::new(faces);
    let to = format!("{}　{}", record.asker, record.paper.section).replace('\n', "　");
    parties(&mut sheets, to.trim_end(), &words.frame.honorific, &record.recipient, Some(&words.seal));
    title(&mut sheets, &words.frame.title, &words.lead, &words.below);
    // A blank form has an empty place where a filled one has a fact.
    let place = "　";
    let (answered_on, own_number, desk) = match given {
        Some(given) => (given.answered_on.as_str(), given.own_number.as_str(), given.desk.as_str()),
        None => (place, place, "　\n　"),
    };
    facts(
        &mut sheets,
        &[
            (words.number.as_str(), record.paper.number.as_str()),
            (words.asked_on.as_str(), record.date.as_str()),
            (words.case.as_str(), record.paper.case.as_str()),
            (words.answered_on.as_str(), answered_on),
            (words.own_number.as_str(), own_number),
            (words.desk.as_str(), desk),
        ],
    );
    heading(&mut sheets, &words.items);
    items(record, given.map(|given| given.answer), words).write(&mut sheets);
    if let Some(files) = given.map(|given| &given.answer.files).filter(|files| !files.is_empty()) {
        sheets.y += 5.0 * MM;
        heading(&mut sheets, &words.files);
        self::files(files, words).write(&mut sheets);
    }
    finish(sheets, Side::Answer, record, &words.frame)
}

fn items(record: &Record<'_>, answer: Option<&Answer>, words: &AnswerWords) -> Table {
    let rows = record.paper.items.iter().zip(&record.items).map(|(item, shown)| {
        let answered = answer.and_then(|answer| answer.items.iter().find(|answered| answered.number == item.number));
        vec![
            Cell::of(BODY, &item.number.to_string()).head().middle(),
            Cell::of(SMALL.soft(), &shown.kind)
                .and(BODY, &item.value)
                .and(BODY, &shown.field)
                .and(SMALL.soft(), &shown.span),
            place(answered, words),
        ]
    });
    Table {
        widths: [12.0, 60.0, 98.0].map(|width| width * MM).to_vec(),
        heads: words.columns.iter().map(|column| Cell::of(Style::of(9.0).strong(), column)).collect(),
        rows: rows.collect(),
        ..Table::default()
    }
}

/// The place for an item's answer: its outcomes, its grounds, and lines to write on or what was said.
fn place(answered: Option<&Answered>, words: &AnswerWords) -> Cell {
    let outcome = |outcome: &Outcome| answered.is_some_and(|answered| answered.outcome == *outcome);
    let ground = |ground: &Ground| answered.is_some_and(|answered| answered.ground == Some(*ground));
    let outcomes = boxes(Outcome::ALL.iter().map(outcome), &words.outcomes);
    let grounds = format!("{}{}", words.ground, boxes(Ground::ALL.iter().map(ground), &words.grounds));
    let cell = Cell::of(BODY, &outcomes).and(SMALL, &grounds);
    match answered {
        Some(answered) if answered.remark.is_empty() => cell,
        Some(answered) => cell.and(SMALL.soft(), &words.remark).and(Style::of(9.0), &answered.remark),
        None => cell
            .and(SMALL.soft(), &words.content)
            .blank(6.0 * MM)
            .blank(8.0 * MM)
            .and(SMALL.soft(), &words.remark)
            .blank(6.0 * MM),
    }
}

/// `■` before what holds, `□` before the rest; each stays with its word.
fn boxes(holds: impl Iterator<Item = bool>, words: &[String]) -> String {
    let marked = holds.zip(words).map(|(holds, word)| format!("{}{word}", if holds { '■' } else { '□' }));
    marked.collect::<Vec<_>>().join("　")
}

fn files(files: &[Sealed], words: &AnswerWords) -> Table {
    let rows = files.iter().map(|Sealed { name, bytes, digest }| {
        let digest = digest.to_string();
        vec![
            Cell::of(Style::of(9.0), name).head(),
            Cell::of(Style::of(9.0), &bytes.to_string()),
            Cell::of(Style::of(7.5), &digest),
        ]
    });
    let widths = vec![52.0 * MM, 22.0 * MM, WIDE - 74.0 * MM];
    let heads = words.file_columns.iter().map(|column| Cell::of(Style::of(9.0).strong(), column)).collect();
    Table { widths, heads, rows: rows.collect(), ..Table::default() }
}
