//! Watching an operation's domains: registrations that end, records that drift, bots that still call.
//!
//! Of domains that were taken down more than one in seven was let go within ten months, and some came
//! back into the hands they were taken from; records that lead nowhere let others answer in one's place.

use renkei_core::id::OperationId;
use renkei_core::operation::{DomainState, Prerequisite};
use renkei_core::time::Moment;
use renkei_lake::Filter;
use renkei_post::names::{Asked, Names};
use schemars::JsonSchema;
use serde::Serialize;

use super::OperationError;
use super::document::{Document, Domain};
use crate::office::Office;
use crate::words::{Show, Words, number};

/// How an operation stands.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Watched {
    /// The operation.
    pub operation: String,
    /// Whether nothing needs a person.
    pub well: bool,
    /// What is to be arranged before the hour and is not.
    pub open_prerequisites: Vec<&'static str>,
    /// One for each domain that is held.
    pub domains: Vec<DomainWatched>,
}

/// How a domain stands.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DomainWatched {
    /// Its name.
    pub domain: String,
    /// Days until its registration ends; none: the record does not say when.
    pub days_left: Option<i64>,
    /// Whether that is soon, or not known.
    pub expires_soon: bool,
    /// Addresses and name servers that are not as recorded (`A 198.18.9.9`, `no NS ns1.sinkhole.example`).
    pub drift: Vec<String>,
    /// Why its records are not known.
    pub unasked: Option<String>,
    /// Observations of it since the quiet days began.
    pub recent_lines: u64,
}

impl Show for Watched {
    fn show(&self, words: &Words) -> String {
        let mut lines = Vec::new();
        for what in &self.open_prerequisites {
            let what = words.of(&format!("prerequisite-{what}"));
            lines.push(words.say("operation-open", &[("what", what)]));
        }
        for domain in &self.domains {
            let days = domain.days_left.map_or_else(|| "?".to_owned(), |days| days.to_string());
            let values = [("domain", domain.domain.clone()), ("days", days), ("lines", number(domain.recent_lines))];
            lines.push(words.say("operation-domain", &values));
            if domain.expires_soon {
                lines.push(words.of("operation-expires"));
            }
            for drift in &domain.drift {
                lines.push(words.say("operation-drift", &[("drift", drift.clone())]));
            }
            if let Some(why) = &domain.unasked {
                lines.push(words.say("operation-unasked", &[("why", why.clone())]));
            }
        }
        lines.push(words.of(if self.well { "operation-well" } else { "operation-unwell" }));
        lines.join("\n")
    }
}

impl Office {
    /// Looks at what an operation's domains lead to, how long they are registered, and who still calls.
    pub async fn watch_operation(&self, id: &OperationId, at: Moment) -> Result<Watched, OperationError> {
        let (_, document, _) = self.read_operation(id, at).await?;
        let names = Names::open(self.settings.mail_in.names)?;
        let mut domains = Vec::new();
        for domain in document.domains.iter().filter(|domain| domain.state == DomainState::Held) {
            domains.push(self.watch_domain(&document, domain, &names, at).await?);
        }
        let open: Vec<_> = document.open_prerequisites().into_iter().map(Prerequisite::word).collect();
        let waits = document.hour.is_some_and(|hour| at < hour);
        let calm = |domain: &DomainWatched| !domain.expires_soon && domain.drift.is_empty() && domain.unasked.is_none();
        let well = domains.iter().all(calm) && (open.is_empty() || !waits);
        Ok(Watched { operation: id.to_string(), well, open_prerequisites: open, domains })
    }

    async fn watch_domain(
        &self,
        document: &Document,
        domain: &Domain,
        names: &Names,
        at: Moment,
    ) -> Result<DomainWatched, OperationError> {
        let days_left = domain.registered_until.map(|until| i64::from(until.0) - i64::from(at.day().0));
        let (drift, unasked) = match names.ask(domain.name.as_str()).await {
            Ok(asked) => (drift(document, domain, &asked), None),
            Err(error) => (Vec::new(), Some(error.to_string())),
        };
        Ok(DomainWatched {
            domain: domain.name.to_string(),
            days_left,
            expires_soon: days_left.is_none_or(|days| days <= i64::from(document.alarm_days)),
            drift,
            unasked,
            recent_lines: self.recent(domain, at).await?,
        })
    }

    /// Refuses to let a domain go while bots call it: within the quiet days of the settings.
    pub(super) async fn quiet(&self, domain: &Domain, at: Moment) -> Result<(), OperationError> {
        let lines = self.recent(domain, at).await?;
        if lines == 0 {
            return Ok(());
        }
        let since = at.plus_days(-i64::from(self.settings.quiet_days)).day().to_string();
        Err(OperationError::StillCalled { domain: domain.name.to_string(), lines, since })
    }

    /// Observations of a domain within the quiet days.
    async fn recent(&self, domain: &Domain, at: Moment) -> Result<u64, OperationError> {
        let since = at.plus_days(-i64::from(self.settings.quiet_days)).day();
        let filter = Filter { text: Some(domain.name.to_string()), from_day: Some(since), ..Filter::default() };
        let rows = self.lake().await?.view().await?.count(&filter, &[])?;
        Ok(rows.iter().map(|row| row.lines).sum())
    }
}

/// What a domain's records say that the operation does not, and the other way round.
fn drift(document: &Document, domain: &Domain, asked: &Asked) -> Vec<String> {
    let Asked { a, aaaa, ns } = asked;
    let texts = |list: &mut dyn Iterator<Item = String>| list.collect::<Vec<String>>();
    let wanted = [
        ("A", texts(&mut domain.a.iter().map(ToString::to_string)), texts(&mut a.iter().map(ToString::to_string))),
        (
            "AAAA",
            texts(&mut domain.aaaa.iter().map(ToString::to_string)),
            texts(&mut aaaa.iter().map(ToString::to_string)),
        ),
        ("NS", texts(&mut document.server.ns.iter().map(|ns| ns.name.clone())), ns.clone()),
    ];
    let mut drift = Vec::new();
    for (kind, wanted, found) in &wanted {
        drift.extend(found.iter().filter(|one| !wanted.contains(one)).map(|one| format!("{kind} {one}")));
        drift.extend(wanted.iter().filter(|one| !found.contains(one)).map(|one| format!("no {kind} {one}")));
    }
    drift
}
