//! `answer`: a sheet that is counted, or counts as typed.

use anyhow::{Context as _, bail};
use renkei_app::campaign::cost::Spent;
use renkei_core::answer::{Counts, DeclineReason, Outcome, Status};

use crate::cli::AnswerVerb;
use crate::desk::Desk;

/// Imports or records.
pub async fn run(desk: &Desk<'_>, verb: &AnswerVerb) -> anyhow::Result<()> {
    let office = desk.office().await?;
    match verb {
        AnswerVerb::Import { request, file } => desk.tell(&office.import_answer(*request, file, desk.at).await?),
        AnswerVerb::Record { request, counts, part, no_data, declined } => {
            let outcome = if *no_data {
                Outcome::NoData
            } else if let Some(word) = declined {
                let words = || DeclineReason::ALL.map(DeclineReason::word).join(", ");
                Outcome::Declined(
                    DeclineReason::from_word(word).with_context(|| format!("`{word}` is none of {}", words()))?,
                )
            } else {
                let counts = read(counts)?;
                if *part { Outcome::Part(counts) } else { Outcome::Full(counts) }
            };
            desk.tell(&office.record_answer(*request, outcome, desk.at).await?)
        }
        AnswerVerb::Cost { request, minutes, amount, currency, what } => {
            let (currency, what) = (currency.clone(), what.clone());
            let spent = Spent { minutes: *minutes, amount: *amount, currency, what };
            desk.tell(&office.record_cost(*request, &spent, desk.at).await?)
        }
        AnswerVerb::Acknowledge { request } => Ok(office.acknowledge(*request, desk.at).await?),
    }
}

fn read(typed: &[String]) -> anyhow::Result<Counts> {
    if typed.is_empty() {
        bail!("say what the party answered: --count STATUS=COUNT, --declined REASON or --no-data");
    }
    let mut counts = Counts::default();
    for pair in typed {
        let (word, count) = pair.split_once('=').with_context(|| format!("`{pair}`: write STATUS=COUNT"))?;
        let words = || Status::ALL.map(Status::word).join(", ");
        let status = Status::from_word(word).with_context(|| format!("`{word}` is none of {}", words()))?;
        counts.add(status, count.parse().with_context(|| format!("`{count}` is not a count"))?);
    }
    Ok(counts)
}
