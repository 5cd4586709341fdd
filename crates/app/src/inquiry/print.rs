//! Paper: the form of an inquiry and of its answer as PDF, made from what was signed (S2.9).
//!
//! A force without a line, or a provider without a seat, uses the form. Its words come from `locales/paper.*.ftl`; no
//! phrase of law stands in them but what the organisation itself wrote into the inquiry.

use std::path::Path;

use renkei_core::act::Act;
use renkei_core::id::{Digest, InquiryId};
use renkei_core::inquiry::item::{Ground, Item, Outcome};
use renkei_core::inquiry::{State, Step};
use renkei_core::ledger::Detail;
use renkei_core::text::{Bilingual, Language};
use renkei_core::time::Moment;
use renkei_formats::notice::PartyZone;
use renkei_formats::paper::{
    AnswerWords, Faces, FrameWords, Given, InquiryWords, ItemLine, NOTO, Record, StageLine, answer, inquiry as form,
    official,
};
use renkei_store::inquiry::{Happened, Inquiry};

use super::{InquiryError, ProviderForm, TimeShown};
use crate::office::Office;
use crate::words::Words;

/// Which paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Print {
    /// What is asked.
    Inquiry,
    /// What is answered; before it is, a form to fill in by hand.
    Answer,
}

/// A paper that was printed.
#[derive(Debug)]
pub struct PrintedPaper {
    /// A name for the file.
    pub name: String,
    /// The PDF.
    pub pdf: Vec<u8>,
}

impl Print {
    const fn word(self) -> &'static str {
        match self {
            Self::Inquiry => "inquiry",
            Self::Answer => "answer",
        }
    }
}

impl Office {
    /// Prints the form of an inquiry or of its answer. The view is in the ledger before it is given (S4.9).
    pub async fn print_inquiry(
        &self,
        id: InquiryId,
        print: Print,
        language: Language,
        at: Moment,
    ) -> Result<PrintedPaper, InquiryError> {
        let (inquiry, seat) = self.inquiry_for(id).await?;
        if inquiry.state == State::Closed {
            return Err(InquiryError::Closed(id));
        }
        // On paper nothing leaves either that nobody approved (G7).
        let approved = inquiry.state == State::Approved && print == Print::Inquiry;
        if !approved && !inquiry.state.has_left() {
            return Err(InquiryError::Unapproved(id));
        }
        let class = Act::ReadInquiry.usual_class();
        let question = self.inquiry_question(Act::ReadInquiry, seat.clone(), &inquiry, class, at).await?;
        let permit = self.ask(question).await?;
        let words = Words::new(language);
        let zone = self.zone()?;
        let steps = self.store.inquiry_steps(id).await?;
        let asks = inquiry.paper.asker == seat.party;
        let record = self.record(&inquiry, &steps, asks, (&words, &zone), at).await?;
        let faces = tokio::task::block_in_place(faces)?;
        let printed = match print {
            Print::Inquiry => form(&record, &inquiry_words(&words), &faces),
            Print::Answer => {
                let answered = steps.iter().find(|happened| happened.taken.step == Step::Answer);
                let given = match answered {
                    Some(happened) => Some((self.kept_answer(&inquiry).await?, day(&words, &zone, happened.taken.at))),
                    None => None,
                };
                let given = given.as_ref().map(|(answer, day)| Given {
                    answer,
                    answered_on: day.clone(),
                    own_number: String::new(),
                    desk: String::new(),
                });
                answer(&record, given.as_ref(), &answer_words(&words), &faces)
            }
        };
        let printed = printed.map_err(|error| InquiryError::Print(error.to_string()))?;
        if let Some(finding) = printed.findings.first() {
            let (code, at) = (u32::from(finding.character), finding.at + 1);
            let what = format!("the form cannot show U+{code:04X}, character {at} of `{}`", finding.text);
            return Err(InquiryError::Print(what));
        }
        let paper = Digest::of(&printed.pdf);
        let detail = Detail::new().put("printed", print.word()).put("paper", paper).put("bytes", printed.pdf.len());
        self.store.record_view(permit, inquiry.paper.items.len() as u64, detail).await?;
        Ok(PrintedPaper { name: format!("{id}-{}.pdf", print.word()), pdf: printed.pdf })
    }

    fn zone(&self) -> Result<PartyZone, InquiryError> {
        self.settings.zone.parse().map_err(|_| InquiryError::Time(self.settings.zone.clone()))
    }

    /// What the paper does not say in the reader's words. What happened inside the asking organisation before it left
    /// is shown to that one alone.
    async fn record<'a>(
        &self,
        inquiry: &'a Inquiry,
        steps: &[Happened],
        asks: bool,
        (words, zone): (&Words, &PartyZone),
        at: Moment,
    ) -> Result<Record<'a>, InquiryError> {
        let paper = &inquiry.paper;
        let form = self.inquiry_form(&paper.recipient, Some(paper.form)).await?;
        let mut names = Vec::new();
        for id in [&paper.asker, &paper.recipient] {
            let party = self.store.party(id).await?;
            names.push(party.map_or_else(|| id.to_string(), |party| of(words, party.name)));
        }
        let [asker, recipient] = <[String; 2]>::try_from(names).unwrap_or_default();
        Ok(Record {
            inquiry: inquiry.id,
            paper,
            asker,
            recipient,
            date: day(words, zone, inquiry.sent_at.unwrap_or(at)),
            instrument: words.of(&format!("inquiry-instrument-{}", paper.instrument)),
            officer: paper.officer.to_string(),
            due: inquiry.due_at.map(|due| day(words, zone, due)).unwrap_or_default(),
            days: match paper.days {
                0 => String::new(),
                days => words.say("paper-preserve", &[("days", days.to_string())]),
            },
            items: paper.items.iter().map(|item| line(item, &form, words)).collect(),
            stages: if asks { self.signed_stages(inquiry, steps, (words, zone)).await? } else { Vec::new() },
            at,
        })
    }

    async fn signed_stages(
        &self,
        inquiry: &Inquiry,
        steps: &[Happened],
        (words, zone): (&Words, &PartyZone),
    ) -> Result<Vec<StageLine>, InquiryError> {
        let since =
            steps.iter().rposition(|it| matches!(it.taken.step, Step::Mend | Step::Return)).map_or(0, |at| at + 1);
        let fresh = steps.get(since..).unwrap_or_default().iter();
        let mut signed = fresh.filter(|it| matches!(it.taken.step, Step::Countersign | Step::Approve));
        let mut lines = vec![StageLine {
            name: words.of("paper-drafter"),
            seat: inquiry.drafted_by.to_string(),
            signed: stamp(zone, inquiry.drafted_at),
        }];
        for stage in self.store.stages(&inquiry.paper.asker).await? {
            let by = signed.next();
            lines.push(StageLine {
                name: of(words, stage.name),
                seat: by.map(|it| it.taken.seat.to_string()).unwrap_or_default(),
                signed: by.map(|it| stamp(zone, it.taken.at)).unwrap_or_default(),
            });
        }
        Ok(lines)
    }
}

/// The faces of the form, from where the system keeps them.
fn faces() -> Result<Faces, InquiryError> {
    let folder = Path::new(NOTO.folder);
    let read = |file: &str| {
        let path = folder.join(file);
        std::fs::read(&path).map_err(|_| InquiryError::Fonts { path, package: NOTO.package })
    };
    Faces::noto(read(NOTO.text)?, read(NOTO.strong)?).map_err(|error| InquiryError::Print(error.to_string()))
}

fn of(words: &Words, text: Bilingual) -> String {
    match words.language() {
        Language::Ja => text.ja,
        Language::En => text.en,
    }
}

/// A day of the office: with its era in Japanese, as ISO 8601 has it in English.
fn day(words: &Words, zone: &PartyZone, at: Moment) -> String {
    let local = Moment(at.0 + i64::from(zone.offset_seconds(at)) * 1_000_000).day();
    match words.language() {
        Language::Ja => official(local),
        Language::En => local.to_string(),
    }
}

/// Month, day, hour and minute.
fn stamp(zone: &PartyZone, at: Moment) -> String {
    let local = zone.local(at).to_string();
    local.get(5..16).map(|text| text.replace('T', " ")).unwrap_or(local)
}

fn line(item: &Item, form: &ProviderForm, words: &Words) -> ItemLine {
    let field = form.fields.iter().find(|field| field.id == item.field);
    let name = field.map(|field| match words.language() {
        Language::Ja => field.ja.clone(),
        Language::En => field.en.clone(),
    });
    let span = match &item.window {
        None => words.of("paper-as-it-stands"),
        Some(window) => {
            let ends = [window.from, window.until].map(|at| {
                let time = TimeShown::of(at, &window.zone);
                let weekday = words.of(&format!("weekday-{}", time.weekday));
                words.say("paper-moment", &[("japan", time.japan), ("weekday", weekday), ("utc", time.utc)])
            });
            let [from, until] = ends;
            words.say("paper-span", &[("from", from), ("until", until)])
        }
    };
    ItemLine {
        kind: words.of(&format!("inquiry-kind-{}", item.kind)),
        field: name.unwrap_or_else(|| item.field.clone()),
        class: words.of(&format!("paper-class-{}", item.class)),
        span,
    }
}

fn frame(words: &Words, title: &str) -> FrameWords {
    FrameWords {
        language: match words.language() {
            Language::Ja => "ja".to_owned(),
            Language::En => "en".to_owned(),
        },
        title: words.of(title),
        honorific: words.of("paper-honorific").trim().to_owned(),
        continued: words.of("paper-continued"),
        digest: words.of("paper-digest"),
        note: words.of("paper-note"),
        code: words.of("paper-code"),
    }
}

fn inquiry_words(words: &Words) -> InquiryWords {
    let of = |key: &str| words.of(key);
    InquiryWords {
        frame: frame(words, "paper-inquiry-title"),
        seal: of("paper-inquiry-seal"),
        lead: of("paper-inquiry-lead"),
        below: of("paper-below"),
        instrument: of("paper-instrument"),
        basis: of("paper-basis"),
        case: of("paper-case"),
        purpose: of("paper-purpose"),
        days: of("paper-days"),
        due: of("paper-due"),
        officer: of("paper-officer"),
        items: of("paper-inquiry-items"),
        columns: ["paper-number", "paper-subject", "paper-field", "paper-time"].map(of),
        stages: of("paper-stages"),
    }
}

fn answer_words(words: &Words) -> AnswerWords {
    let of = |key: &str| words.of(key);
    let outcome = |at: usize| Outcome::ALL.get(at).map(|it| of(&format!("inquiry-outcome-{it}"))).unwrap_or_default();
    let ground = |at: usize| Ground::ALL.get(at).map(|it| of(&format!("inquiry-ground-{it}"))).unwrap_or_default();
    AnswerWords {
        frame: frame(words, "paper-answer-title"),
        seal: of("paper-answer-seal"),
        lead: of("paper-answer-lead"),
        below: of("paper-below"),
        number: of("paper-asked-number"),
        asked_on: of("paper-asked-on"),
        case: of("paper-case"),
        answered_on: of("paper-answered-on"),
        own_number: of("paper-own-number"),
        desk: of("paper-desk"),
        items: of("paper-answer-items"),
        columns: ["paper-number", "paper-asked", "paper-answer"].map(of),
        outcomes: std::array::from_fn(outcome),
        ground: of("paper-ground"),
        grounds: std::array::from_fn(ground),
        content: of("paper-content"),
        remark: of("paper-remark"),
        files: of("paper-files"),
        file_columns: ["paper-file-name", "paper-file-bytes", "paper-file-digest"].map(of),
    }
}
