//! Metrics: how often what was asked for, how long it took, and how much there is of what.
//!
//! OpenMetrics text for Prometheus and its like. Labels hold words of the route table and of closed
//! vocabularies only, never a part of a path, a query or a name.

use axum::http::Method;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use renkei_app::figures::Figures;

/// The media type of the text.
pub const TEXT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Upper ends of the spans that are told apart, in seconds.
const SPANS: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// What a request was, as far as it is counted.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    route: String,
    method: &'static str,
    status: u16,
}

/// The pattern of a route.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct At {
    route: String,
}

/// What is counted while the process lives.
pub struct Metrics {
    registry: Registry,
    requests: Family<Answered, Counter>,
    spans: Family<At, Histogram, fn() -> Histogram>,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("renkei");
        let requests = Family::<Answered, Counter>::default();
        let spans = Family::new_with_constructor((|| Histogram::new(SPANS)) as fn() -> Histogram);
        registry.register("http_requests", "Requests answered, by pattern of the route", requests.clone());
        let help = "Time from request to answer, by pattern of the route";
        registry.register_with_unit("http_request_duration", help, Unit::Seconds, spans.clone());
        Self { registry, requests, spans }
    }
}

impl Metrics {
    /// Counts a request that was answered.
    pub fn answered(&self, route: &str, method: &'static str, status: u16, seconds: f64) {
        self.requests.get_or_create(&Answered { route: route.to_owned(), method, status }).inc();
        self.spans.get_or_create(&At { route: route.to_owned() }).observe(seconds);
    }

    /// The whole text, with the office's figures of this moment.
    ///
    /// # Errors
    /// Writing to a text does not fail.
    pub fn text(&self, figures: &Figures) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        encode_registry(&mut text, &self.registry)?;
        encode_registry(&mut text, &now(figures))?;
        encode_eof(&mut text)?;
        Ok(text)
    }
}

/// Whoever asks may invent methods; only those of the table have a name in metrics and log.
pub const fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        _ => "other",
    }
}

/// Gauges of one moment.
fn now(figures: &Figures) -> Registry {
    let Figures { entries, sessions, letters, open_intents, backed_up_at, lake, rulings } = figures;
    let mut registry = Registry::with_prefix("renkei");
    let mut one = |name: &str, help: &str, value: u64| {
        let gauge = Gauge::<i64>::default();
        gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
        registry.register(name, help, gauge);
    };
    one("ledger_entries", "Entries of the ledger", *entries);
    one("sessions", "Sessions that have not ended", *sessions);
    one("open_intents", "Acts that were announced and not ended", *open_intents);
    if let Some(at) = backed_up_at {
        let help = "When the last backup was finished, in seconds since 1970";
        one("last_backup_timestamp_seconds", help, u64::try_from(at.0 / 1_000_000).unwrap_or(0));
    }
    many(&mut registry, "letters", "Letters, by state", "state", letters);
    many(&mut registry, "lake_version", "Version of each table of the lake", "table", lake);
    let counted = Family::<Vec<(String, String)>, Counter>::default();
    for (outcome, count) in rulings {
        counted.get_or_create(&label("outcome", outcome)).inc_by(*count);
    }
    registry.register("gate_rulings", "What the gate ruled since the process began, by outcome", counted);
    registry
}

fn many(registry: &mut Registry, name: &str, help: &str, key: &str, values: &[(&'static str, u64)]) {
    let family = Family::<Vec<(String, String)>, Gauge>::default();
    for (word, value) in values {
        family.get_or_create(&label(key, word)).set(i64::try_from(*value).unwrap_or(i64::MAX));
    }
    registry.register(name, help, family);
}

fn label(key: &str, word: &str) -> Vec<(String, String)> {
    vec![(key.to_owned(), word.to_owned())]
}
