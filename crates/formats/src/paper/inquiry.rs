//! The form of an inquiry: to whom, from whom, on which ground, which items, who signed.

use super::face::Faces;
use super::frame::finish;
use super::mark::Side;
use super::record::{FrameWords, PrintError, Printed, Record};
use super::sheet::{Keep, LEFT, MM, Place, Role, Sheets, Style, Thing, WIDE};
use super::table::{Cell, Table};

/// The words of the form, each from the caller's locales.
#[derive(Debug, Clone, Default)]
pub struct InquiryWords {
    /// Those on every page.
    pub frame: FrameWords,
    /// In the place for the seal (公印).
    pub seal: String,
    /// What the form says before its table. renkei has no phrase of its own for it.
    pub lead: String,
    /// Between that and the table (記).
    pub below: String,
    /// Before what it rests on.
    pub instrument: String,
    /// Before the ground in law.
    pub basis: String,
    /// Before the case (件名).
    pub case: String,
    /// Before what it is for.
    pub purpose: String,
    /// Before how long logs are to be preserved.
    pub days: String,
    /// Before when an answer is asked for.
    pub due: String,
    /// Before the desk that handles it.
    pub officer: String,
    /// Above the items (照会事項).
    pub items: String,
    /// Heads of the items' columns: number, subject, field, time.
    pub columns: [String; 4],
    /// Above the stages of approval (決裁).
    pub stages: String,
}

/// The sizes of texts.
pub(super) const BODY: Style = Style::of(10.0);
pub(super) const SMALL: Style = Style::of(8.0);
/// How wide the heads of facts are.
const FACT: f32 = 34.0 * MM;

/// Prints the form of an inquiry.
pub fn inquiry(record: &Record<'_>, words: &InquiryWords, faces: &Faces) -> Result<Printed, PrintError> {
    if record.items.len() != record.paper.items.len() {
        return Err(PrintError::Items);
    }
    let mut sheets = Sheets::new(faces);
    parties(&mut sheets, &record.recipient, &words.frame.honorific, &signed_by(record), Some(&words.seal));
    title(&mut sheets, &words.frame.title, &words.lead, &words.below);
    facts(
        &mut sheets,
        &[
            (words.instrument.as_str(), record.instrument.as_str()),
            (words.basis.as_str(), record.paper.basis.as_str()),
            (words.case.as_str(), record.paper.case.as_str()),
            (words.purpose.as_str(), record.paper.purpose.as_str()),
            (words.days.as_str(), record.days.as_str()),
            (words.due.as_str(), record.due.as_str()),
            (words.officer.as_str(), record.officer.as_str()),
        ],
    );
    heading(&mut sheets, &words.items);
    items(record, &words.columns).write(&mut sheets);
    stages(&mut sheets, record, &words.stages);
    finish(sheets, Side::Inquiry, record, &words.frame)
}

fn signed_by(record: &Record<'_>) -> String {
    format!("{}\n{}", record.asker, record.paper.section).trim_end().to_owned()
}

/// To whom it goes on the left, from whom on the right, with a place for its seal.
pub(super) fn parties(sheets: &mut Sheets<'_>, to: &str, honorific: &str, from: &str, seal: Option<&str>) {
    let root = sheets.root();
    let page = sheets.pages.len().saturating_sub(1);
    let node = sheets.node(root, Role::Text);
    let at = Place { x: LEFT, y: sheets.y, width: 105.0 * MM, keep: Keep::Left };
    sheets.y += sheets.write(page, Some(node), at, Style::of(12.5), &format!("{to}　{honorific}"));
    sheets.y += 5.0 * MM;
    let side = if seal.is_some() { 21.0 * MM } else { 0.0 };
    let gap = if seal.is_some() { 4.0 * MM } else { 0.0 };
    let width = 110.0 * MM - side;
    let at = Place { x: LEFT + WIDE - side - gap - width, y: sheets.y, width, keep: Keep::Right };
    let node = sheets.node(root, Role::Text);
    let used = sheets.write(page, Some(node), at, Style::of(11.5), from);
    if let Some(seal) = seal {
        let (x, y) = (LEFT + WIDE - side, sheets.y - 3.0 * MM);
        sheets.put(None, Thing::Box { x, y, w: side, h: side, fill: None, edge: Some((0.5, 170)) });
        let at = Place { x, y: y + side / 2.0 - 5.5, width: side, keep: Keep::Middle };
        sheets.write(page, None, at, Style { grey: 160, ..Style::of(7.0) }, seal);
    }
    sheets.y += used.max(side) + 3.0 * MM;
}

/// The title, what is said before the table, and what stands between the two.
pub(super) fn title(sheets: &mut Sheets<'_>, title: &str, lead: &str, below: &str) {
    let middle = Style::of(17.0).strong().spaced(0.3);
    sheets.say(Role::Title(title.to_owned()), Keep::Middle, middle, title);
    sheets.y += 4.0 * MM;
    sheets.say(Role::Text, Keep::Left, Style::of(10.5), lead);
    sheets.y += 2.0 * MM;
    sheets.say(Role::Text, Keep::Middle, Style::of(10.5), below);
    sheets.y += 2.0 * MM;
}

/// A table of facts; those that are not there are left out.
pub(super) fn facts(sheets: &mut Sheets<'_>, facts: &[(&str, &str)]) {
    let known = facts.iter().filter(|(_, fact)| !fact.is_empty());
    let rows = known.map(|(head, fact)| vec![Cell::of(BODY, head).head(), Cell::of(BODY, fact)]).collect();
    Table { widths: vec![FACT, WIDE - FACT], rows, ..Table::default() }.write(sheets);
    sheets.y += 5.0 * MM;
}

/// The head of a part, which does not stay alone at the foot of a page.
pub(super) fn heading(sheets: &mut Sheets<'_>, text: &str) {
    if sheets.left() < 32.0 * MM {
        sheets.turn();
    }
    sheets.say(Role::Head(text.to_owned()), Keep::Left, Style::of(11.0).strong(), text);
    sheets.y += 1.0 * MM;
}

fn items(record: &Record<'_>, columns: &[String; 4]) -> Table {
    let rows = record.paper.items.iter().zip(&record.items).map(|(item, shown)| {
        vec![
            Cell::of(BODY, &item.number.to_string()).head().middle(),
            Cell::of(SMALL.soft(), &shown.kind).and(BODY, &item.value),
            Cell::of(BODY, &shown.field).and(SMALL.soft(), &shown.class),
            Cell::of(Style::of(9.0), &shown.span),
        ]
    });
    Table {
        widths: [12.0, 54.0, 44.0, 60.0].map(|width| width * MM).to_vec(),
        heads: columns.iter().map(|column| Cell::of(Style::of(9.0).strong(), column)).collect(),
        rows: rows.collect(),
        ..Table::default()
    }
}

/// Who signed, from the first stage to the approver, at the right as on a paper that went round.
fn stages(sheets: &mut Sheets<'_>, record: &Record<'_>, title: &str) {
    if record.stages.is_empty() {
        return;
    }
    sheets.y += 5.0 * MM;
    if sheets.left() < 34.0 * MM {
        sheets.turn();
    }
    let count = record.stages.len() as f32;
    let width = (WIDE / count).min(36.0 * MM);
    sheets.say(Role::Head(title.to_owned()), Keep::Right, Style::of(9.5).strong(), title);
    sheets.y += 1.0 * MM;
    let heads = record.stages.iter().map(|stage| Cell::of(Style::of(9.0).strong(), &stage.name)).collect();
    let row = record.stages.iter().map(|stage| Cell::of(SMALL, &stage.seat).and(SMALL.soft(), &stage.signed).middle());
    let widths = record.stages.iter().map(|_| width).collect();
    Table { indent: WIDE - width * count, widths, heads, rows: vec![row.collect()] }.write(sheets);
}
