//! How many inquiries, how they ended, how long it took: put together from the ledger, never typed (S4.8, S4.30).

use std::collections::BTreeMap;

use renkei_core::act::Act;
use renkei_core::exchange::{self, Figures, Lives, Side};
use renkei_core::id::PartyId;
use renkei_core::ledger::Detail;
use renkei_core::question::{Object, ObjectKind, Recipient};
use renkei_core::seat::Duty;
use renkei_core::time::{Day, Moment, Validity};
use schemars::JsonSchema;
use serde::Serialize;

use super::InquiryError;
use crate::office::Office;
use crate::words::{Show, Words, number, table};

/// Entries of the ledger that are read at once.
const AT_ONCE: u64 = 10_000;
pub use renkei_core::exchange::LEAST;

/// The figures of an organisation's inquiries.
#[derive(Debug, Serialize, JsonSchema)]
pub struct InquiryFigures {
    /// Whose.
    pub party: String,
    /// The first day of those counted, by when they left.
    pub from: Option<String>,
    /// The day after the last.
    pub until: Option<String>,
    /// Cells with fewer inquiries than this are left out.
    pub least: u64,
    /// What the organisation asked, by provider.
    pub asked: Vec<FiguresRow>,
    /// What it was asked, by who asked.
    pub received: Vec<FiguresRow>,
    /// Cells that were left out, because so few inquiries could point at a case.
    pub suppressed: u64,
}

/// One cell.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FiguresRow {
    /// The other side.
    pub with: String,
    /// On what they rest.
    pub instrument: &'static str,
    /// Inquiries that left.
    pub sent: u64,
    /// Items in them.
    pub items: u64,
    /// Inquiries answered.
    pub answered: u64,
    /// Inquiries sent back as a whole.
    pub sent_back: u64,
    /// Inquiries taken back.
    pub withdrawn: u64,
    /// Inquiries that wait.
    pub open: u64,
    /// Items answered with data.
    pub disclosed: u64,
    /// Items of which the provider holds no data; no refusal (S4.8).
    pub no_data: u64,
    /// Items not answered, by ground.
    pub refused: BTreeMap<String, u64>,
    /// Hours within which half of the answers came, without the time in which the clock stood still.
    pub median_hours: Option<f64>,
    /// Hours within which nine of ten came.
    pub p90_hours: Option<f64>,
    /// Minutes between the looks and steps of the organisation's own seats, as far as they are a sitting.
    pub desk_minutes: u64,
    /// Inquiries that were printed, and may have gone by post.
    pub printed: u64,
    /// What those that were not printed would have cost by registered post, in yen, for who asks (S4.12).
    pub postage_saved_yen: Option<u64>,
}

impl Office {
    /// The figures of the acting seat's organisation, of inquiries that left from a day until the day before another.
    pub async fn inquiry_figures(
        &self,
        (from, until): (Option<Day>, Option<Day>),
        least: u64,
        at: Moment,
    ) -> Result<InquiryFigures, InquiryError> {
        let (party, lives) = self.exchange(least, at).await?;
        let span = Validity { from: from.map(Day::start), until: until.map(Day::start) };
        let mut suppressed = 0;
        let mut rows = |side: Side| -> Vec<FiguresRow> {
            let all = lives.figures(&party, side, span);
            let (small, shown): (Vec<_>, Vec<_>) = all.into_iter().partition(|(_, figures)| figures.is_small(least));
            suppressed += small.len() as u64;
            shown
                .into_iter()
                .map(|((instrument, with), figures)| row(side, with.to_string(), instrument.word(), figures))
                .collect()
        };
        let (asked, received) = (rows(Side::Asked), rows(Side::Received));
        let day = |day: Option<Day>| day.map(|day| day.to_string());
        Ok(InquiryFigures {
            party: party.to_string(),
            from: day(from),
            until: day(until),
            least,
            asked,
            received,
            suppressed,
        })
    }

    /// The same as a table in CSV, as `verify --figures` makes it of an exported ledger: to the byte.
    pub async fn inquiry_table(
        &self,
        (from, until): (Option<Day>, Option<Day>),
        least: u64,
        at: Moment,
    ) -> Result<String, InquiryError> {
        let (party, lives) = self.exchange(least, at).await?;
        let span = Validity { from: from.map(Day::start), until: until.map(Day::start) };
        Ok(exchange::table(&lives, &exchange::Asked { party, span, least }))
    }

    /// All inquiries of the ledger, for the figures of the acting seat's organisation; that they are counted is kept.
    async fn exchange(&self, least: u64, at: Moment) -> Result<(PartyId, Lives), InquiryError> {
        let seat = self.seat(Duty::Drafter).await?;
        let party = seat.party.clone();
        let known = self.store.party(&party).await?;
        let version = known.as_ref().map_or(0, |party| party.version);
        let question = self.question(Act::CountInquiries, seat, at).on(Object::new(ObjectKind::Party, &party, version));
        let question = match &known {
            Some(party) => question.to(Recipient::of(party, at, true)),
            None => question,
        };
        let permit = self.ask(question).await?;
        let mut lives = Lives::default();
        let mut next = 1;
        loop {
            let entries = self.store.entries(next, AT_ONCE).await?;
            entries.iter().for_each(|entry| lives.entry(entry));
            match entries.last() {
                Some(last) => next = last.seq + 1,
                None => break,
            }
        }
        self.store.record_act(permit, Detail::new().put("least", least)).await?;
        Ok((party, lives))
    }
}

fn row(side: Side, with: String, instrument: &'static str, figures: Figures) -> FiguresRow {
    const HOUR: f64 = 3_600_000_000.0;
    let hours = |percent| figures.within(percent).map(|micros| (micros as f64 / HOUR * 10.0).round() / 10.0);
    let (median_hours, p90_hours) = (hours(50), hours(90));
    let postage_saved_yen = (side == Side::Asked).then(|| figures.postage_saved());
    let desk_minutes = u64::try_from(figures.sat / 60_000_000).unwrap_or(0);
    let Figures { sent, items, answered, sent_back, withdrawn, open, disclosed, no_data, refused, printed, .. } =
        figures;
    FiguresRow {
        with,
        instrument,
        sent,
        items,
        answered,
        sent_back,
        withdrawn,
        open,
        disclosed,
        no_data,
        refused,
        median_hours,
        p90_hours,
        desk_minutes,
        printed,
        postage_saved_yen,
    }
}

impl Show for InquiryFigures {
    fn show(&self, words: &Words) -> String {
        let mut parts = Vec::new();
        for (title, rows) in [("inquiries-asked", &self.asked), ("inquiries-received", &self.received)] {
            if rows.is_empty() {
                continue;
            }
            let head = [
                "inquiry-with",
                "inquiry-instrument",
                "figures-sent",
                "inquiry-state-answered",
                "inquiry-outcome-disclosed",
                "inquiry-outcome-no-data",
                "inquiry-outcome-refused",
                "figures-median",
                "figures-p90",
                "figures-desk",
                "figures-postage",
            ];
            let hours = |hours: Option<f64>| hours.map_or_else(|| words.of("none"), |hours| format!("{hours:.1}"));
            let lines = rows.iter().map(|row| {
                let refused: u64 = row.refused.values().sum();
                vec![
                    row.with.clone(),
                    words.of(&format!("inquiry-instrument-{}", row.instrument)),
                    row.sent.to_string(),
                    row.answered.to_string(),
                    row.disclosed.to_string(),
                    row.no_data.to_string(),
                    refused.to_string(),
                    hours(row.median_hours),
                    hours(row.p90_hours),
                    row.desk_minutes.to_string(),
                    row.postage_saved_yen.map_or_else(|| words.of("none"), number),
                ]
            });
            parts.push(format!(
                "{}\n{}",
                words.of(title),
                table(&head.map(|key| words.of(key)), &lines.collect::<Vec<_>>())
            ));
        }
        if parts.is_empty() && self.suppressed == 0 {
            parts.push(words.of("figures-none"));
        }
        if self.suppressed > 0 {
            let values = [("count", self.suppressed.to_string()), ("least", self.least.to_string())];
            parts.push(words.say("figures-suppressed", &values));
        }
        parts.join("\n\n")
    }
}
