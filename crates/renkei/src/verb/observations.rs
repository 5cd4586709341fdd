//! `observations`: counts, or rows a page at a time.

use anyhow::Context as _;
use renkei_app::observations::export::FileFormat;
use renkei_app::observations::question;
use renkei_app::words::{Show, Words, number};
use serde::Serialize;

use super::filter::filter;
use crate::cli::{ObservationsArgs, ObservationsVerb};
use crate::desk::Desk;

/// Counts or shows.
pub async fn run(desk: &Desk<'_>, args: &ObservationsArgs) -> anyhow::Result<()> {
    let office = desk.office().await?;
    if let Some(ObservationsVerb::Questions) = &args.verb {
        return desk.tell(&office.questions(desk.at).await?);
    }
    let mut by = args.by.clone();
    let which = match &args.question {
        Some(name) => {
            let kept = office.question_named(name, desk.at).await?;
            by.extend(kept.by().cloned().filter(|_| args.count && args.by.is_empty()));
            question::filter(&kept.asked)?
        }
        None => filter(&args.filter)?,
    };
    if let Some(path) = &args.save {
        let suffix = path.extension().and_then(|suffix| suffix.to_str()).unwrap_or("");
        let format = FileFormat::from_word(suffix).context("the file's name must end with .csv or .parquet")?;
        let taken = office.take_along(&which, format, desk.at).await?;
        std::fs::write(path, &taken.bytes).with_context(|| format!("cannot write `{}`", path.display()))?;
        return desk.tell(&Saved { rows: taken.rows, left_out: taken.red, file: path.display().to_string() });
    }
    if args.count || !by.is_empty() {
        desk.tell(&office.count(&which, &by, desk.at).await?)
    } else {
        desk.tell(&office.look(&which, args.after.as_deref(), args.limit, desk.at).await?)
    }
}

/// What was written.
#[derive(Serialize)]
struct Saved {
    rows: u64,
    left_out: u64,
    file: String,
}

impl Show for Saved {
    fn show(&self, words: &Words) -> String {
        let values = [("rows", number(self.rows)), ("left", number(self.left_out)), ("file", self.file.clone())];
        words.say("observations-saved", &values)
    }
}
