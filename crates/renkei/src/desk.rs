//! Where a verb works: the office that is opened, the moment, the words, and how results are told.

use renkei_app::office::{Acting, Office};
use renkei_app::words::{Show, Words};
use renkei_core::time::Moment;

use crate::cli::Arguments;
use crate::moment;

/// What every verb is given.
pub struct Desk<'a> {
    /// The command line.
    pub arguments: &'a Arguments,
    /// The moment it is for this call.
    pub at: Moment,
}

impl<'a> Desk<'a> {
    /// The desk of a call.
    pub fn new(arguments: &'a Arguments) -> Self {
        Self { arguments, at: arguments.at.unwrap_or_else(moment::now) }
    }

    /// Opens the office and settles what a dead process left.
    pub async fn office(&self) -> anyhow::Result<Office> {
        let acting = Acting { seat: self.arguments.seat.clone() };
        let office = Office::open(&self.arguments.office, self.arguments.registry.clone(), acting, self.at).await?;
        let settled = office.settle(self.at).await?;
        if settled > 0 {
            tracing::warn!(settled, "acts that an earlier process announced and did not end were settled");
        }
        Ok(office)
    }

    /// Tells a result: words for people, JSON for machines.
    pub fn tell(&self, view: &impl Show) -> anyhow::Result<()> {
        use std::io::Write as _;
        let mut out = std::io::stdout().lock();
        let told = if self.arguments.json {
            serde_json::to_writer_pretty(&mut out, view)?;
            writeln!(out)
        } else {
            writeln!(out, "{}", view.show(&Words::new(self.arguments.language())))
        };
        match told {
            // Whoever read the output has seen enough.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            told => Ok(told?),
        }
    }
}
