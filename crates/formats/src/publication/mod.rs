//! Publication: what everybody may read, as a static site: pages, tables, figures and a feed. No IO.
//!
//! One [`Site`] in, files out: the same values give the same bytes, so that a folder on a disk and a served
//! office show the same. Nothing here has a field for a sensor's id, address or prefix (S1.27, S3.8).

mod analysis;
mod words;
mod markup;
mod chart;
mod sheet;
mod report;
mod alert;
mod feed;
mod page;

pub use analysis::{Analysis, DAYS, Depth};
use renkei_core::text::{Bilingual, Language};
use renkei_core::time::Moment;
use serde::{Deserialize, Serialize};

/// What stands in the key `form` of figures of this shape.
pub const FORM: &str = "renkei-publication/1";

/// Cells of a breakdown with fewer than this are joined in the open report.
pub const LEAST: u64 = 5;

/// The name under which joined cells are listed.
pub const JOINED: &str = "joined";

/// Figures of a report: one analysis for the open and the closed one (S1.27).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// [`FORM`].
    pub form: String,
    /// When it was made.
    pub made_at: String,
    /// Beginning of the last seven days, in UTC.
    pub from: String,
    /// Their end, and that of everything here.
    pub until: String,
    /// Dark addresses of all sensors together.
    pub addresses: u64,
    /// The smallest attack that the largest sensor can see, in packets a second.
    pub smallest_attack_pps: f64,
    /// Cells of breakdowns below this are joined; 0: all are told.
    pub least: u64,
    /// The last seven days.
    pub now: Sum,
    /// The seven days before.
    pub before: Sum,
    /// The last two days by hours; in the closed report seven days.
    pub hourly: Vec<Row>,
    /// The last two weeks by days.
    pub daily: Vec<Row>,
    /// The last eight weeks.
    pub weekly: Vec<Row>,
    /// Ports of the last seven days, most packets first.
    pub ports: Vec<PortRow>,
    /// Sources that began to probe, by country where their range is registered.
    pub countries: Vec<CountryRow>,
    /// Victims of attacks, likewise.
    pub victim_countries: Vec<CountryRow>,
    /// What only the closed report has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<Closed>,
}

/// What the closed report tells besides (S1.26, S1.27).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Closed {
    /// What people call the group.
    pub group: String,
    /// Detections by rule: in the last seven days, and the seven before.
    pub detections: Vec<CountryRow>,
    /// Addresses of the group's members that the sensors' feeds name, by kind of feed; last seven days.
    pub members: Vec<CountryRow>,
}

/// Counts over a span of time.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Sum {
    /// Minutes that a sensor watched, added up over sensors; 0: nothing is known of the span.
    pub minutes: u64,
    /// All packets.
    pub packets: u64,
    /// Packets that ask for something.
    pub probes: u64,
    /// Probes for each dark address in two minutes (S1.26).
    pub accesses: f64,
    /// Different sources in an hour, on average.
    pub sources: f64,
    /// Sources that began to probe.
    pub began: u64,
    /// Those of them that look for household devices (S1.28).
    pub household: u64,
    /// Sources told as Mirai-like, each once an hour.
    pub mirai: u64,
    /// Victims of attacks that were told, each once an hour.
    pub victims: u64,
}

/// A span of time and its counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Its beginning, in UTC.
    pub from: String,
    /// What was counted.
    #[serde(flatten)]
    pub sum: Sum,
}

/// A port and its counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortRow {
    /// `tcp` or `udp`.
    pub protocol: String,
    /// Port.
    pub port: u16,
    /// Packets that ask for it.
    pub packets: u64,
    /// Sources that began to ask for it; `None`: fewer than are told.
    pub began: Option<u64>,
    /// Packets in the seven days before.
    pub packets_before: u64,
    /// Its place in the seven days before, from 1.
    pub place_before: Option<u64>,
}

/// A cell of a breakdown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountryRow {
    /// A country's two letters, a rule, a kind, `unknown` or [`JOINED`].
    pub name: String,
    /// In the last seven days.
    pub count: u64,
    /// In the seven days before; `None` where they cannot be told.
    pub before: Option<u64>,
}

impl Sum {
    /// The share of household devices among the sources that began to probe, in percent.
    pub fn household_share(&self) -> Option<f64> {
        (self.began > 0).then(|| self.household as f64 * 100.0 / self.began as f64)
    }
}

/// An urgent alert as everybody reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// Its id, as pages name it.
    pub id: String,
    /// Its id, as 128 bits, for the feed.
    pub bits: u128,
    /// What it is called.
    pub title: Bilingual,
    /// What it says.
    pub text: Bilingual,
    /// When it was first published.
    pub published: Moment,
    /// What was wrong before, with the moment of each correction; the first first.
    pub corrections: Vec<(Moment, Bilingual)>,
    /// When it was taken back, and why.
    pub retracted: Option<(Moment, Bilingual)>,
}

impl Alert {
    /// When it last changed.
    pub fn changed(&self) -> Moment {
        let corrected = self.corrections.last().map(|(at, _)| *at);
        self.retracted.as_ref().map(|(at, _)| *at).or(corrected).unwrap_or(self.published)
    }
}

/// Everything that is published.
#[derive(Debug, Clone, PartialEq)]
pub struct Site {
    /// Who publishes.
    pub office: Bilingual,
    /// The domain of the office, for the ids of feeds.
    pub domain: String,
    /// The report, if one was published.
    pub report: Option<Report>,
    /// When that was published.
    pub report_at: Moment,
    /// The report was taken back: when and why.
    pub report_retracted: Option<(Moment, Bilingual)>,
    /// The alerts, newest first.
    pub alerts: Vec<Alert>,
    /// The last moment at which something changed.
    pub changed: Moment,
}

/// A file of the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its path, relative.
    pub path: String,
    /// Its media type.
    pub kind: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

const HTML: &str = "text/html; charset=utf-8";
const CSV: &str = "text/csv; charset=utf-8";

impl File {
    fn new(path: impl Into<String>, kind: &'static str, text: String) -> Self {
        Self { path: path.into(), kind, bytes: text.into_bytes() }
    }
}

/// The files of a site, by path.
///
/// # Errors
/// Figures that cannot be written as JSON: none that counts can have.
pub fn files(site: &Site) -> Result<Vec<File>, serde_json::Error> {
    let mut files = vec![File::new("index.html", HTML, page::front(site))];
    for language in [Language::Ja, Language::En] {
        let tag = language.tag();
        files.push(File::new(format!("{tag}/index.html"), HTML, page::report(site, language)));
        files.push(File::new(format!("{tag}/alerts.html"), HTML, page::alerts(site, language)));
        files.push(File::new(
            format!("{tag}/feed.atom"),
            "application/atom+xml; charset=utf-8",
            feed::feed(site, language),
        ));
    }
    if let Some(report) = &site.report {
        let figures = serde_json::to_string_pretty(report)? + "\n";
        files.push(File::new("data/figures.json", "application/json", figures));
        files.extend(
            sheet::sheets(report).into_iter().map(|(name, text)| File::new(format!("data/{name}.csv"), CSV, text)),
        );
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(files)
}

#[cfg(test)]
mod tests;
