//! The selections table: which lines a request points at, and which were listed but not sent.

use std::sync::{Arc, LazyLock};

use arrow::array::{
    ArrayRef, Date32Builder, Int32Builder, Int64Builder, RecordBatch, StringBuilder, TimestampMicrosecondBuilder,
};
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use renkei_core::id::{CampaignId, PartyId, RequestId};
use renkei_core::time::{Day, Moment};

use crate::column::{Column, Kind, schema_of};
use crate::key::LineKey;
use crate::word::Words;

const fn of(name: &'static str, kind: Kind, nullable: bool, unit: &'static str, doc: &'static str) -> Column {
    Column { name, kind, nullable, unit, source: "made", doc }
}

/// Every column of the selections table, in its order.
pub const SELECTION_COLUMNS: &[Column] = &[
    of("campaign", Kind::Word, false, "campaign id", "campaign that chose the line"),
    of("request", Kind::Word, true, "request id", "request that points at the line; null: no request was made of it"),
    of("party", Kind::Word, true, "party id", "party asked; null: nobody owns the address"),
    of("line_hi", Kind::Long, false, "upper 64 bits", "identity of the observation"),
    of("line_lo", Kind::Long, false, "lower 64 bits", "identity of the observation"),
    of("device_key", Kind::Text, false, "key", "key of the device at that time"),
    of("device_key_basis", Kind::Word, false, "word", "what device_key is made of"),
    of("family", Kind::Word, true, "text", "family of the malware"),
    of("observed_at", Kind::Moment, true, "µs UTC", "when it was seen"),
    of("reason", Kind::Word, true, "code", "null: sent; else why the line was listed but not sent"),
    of("selected_on", Kind::Day, false, "day UTC", "day of the plan; the partition"),
    of("class", Kind::Word, false, "data class", "data class of the line"),
    of("src_ip", Kind::Text, false, "RFC 5952", "address of the device"),
    of("src_port", Kind::Int, true, "1–65535", "source port"),
];

/// The arrow schema of selections.
pub fn selections_schema() -> SchemaRef {
    static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| schema_of(SELECTION_COLUMNS));
    SCHEMA.clone()
}

/// One line that a campaign chose.
#[derive(Debug, Clone, Copy)]
pub struct Selection<'a> {
    /// The request; `None`: no request was made of the line.
    pub request: Option<RequestId>,
    /// The party; `None`: nobody owns the address.
    pub party: Option<&'a PartyId>,
    /// The line.
    pub line: LineKey,
    /// Key of the device.
    pub device_key: &'a str,
    /// What the key is made of.
    pub device_key_basis: &'a str,
    /// Family of the malware.
    pub family: Option<&'a str>,
    /// When it was seen.
    pub observed_at: Option<Moment>,
    /// `None`: sent; else the code why it was listed but not sent.
    pub reason: Option<&'a str>,
    /// Word of the data class.
    pub class: &'a str,
    /// Address in RFC 5952 text.
    pub src_ip: &'a str,
    /// Source port.
    pub src_port: Option<u16>,
}

/// Collects selections of one campaign on one day.
#[derive(Debug)]
pub struct Selections {
    campaign: String,
    selected_on: Day,
    rows: usize,
    request: Words,
    party: Words,
    line_hi: Int64Builder,
    line_lo: Int64Builder,
    device_key: StringBuilder,
    device_key_basis: Words,
    family: Words,
    observed_at: TimestampMicrosecondBuilder,
    reason: Words,
    class: Words,
    src_ip: StringBuilder,
    src_port: Int32Builder,
}

impl Selections {
    /// For a campaign planned on a day.
    pub fn new(campaign: CampaignId, selected_on: Day) -> Self {
        Self {
            campaign: campaign.to_string(),
            selected_on,
            rows: 0,
            request: Words::default(),
            party: Words::default(),
            line_hi: Int64Builder::new(),
            line_lo: Int64Builder::new(),
            device_key: StringBuilder::new(),
            device_key_basis: Words::default(),
            family: Words::default(),
            observed_at: TimestampMicrosecondBuilder::new().with_timezone("UTC"),
            reason: Words::default(),
            class: Words::default(),
            src_ip: StringBuilder::new(),
            src_port: Int32Builder::new(),
        }
    }

    /// Adds one line.
    pub fn push(&mut self, line: &Selection<'_>) {
        self.rows = self.rows.saturating_add(1);
        match line.request {
            Some(request) => self.request.push(Some(&request.to_string())),
            None => self.request.push(None),
        }
        self.party.push(line.party.map(PartyId::as_str));
        self.line_hi.append_value(line.line.hi);
        self.line_lo.append_value(line.line.lo);
        self.device_key.append_value(line.device_key);
        self.device_key_basis.push(Some(line.device_key_basis));
        self.family.push(line.family);
        self.observed_at.append_option(line.observed_at.map(|at| at.0));
        self.reason.push(line.reason);
        self.class.push(Some(line.class));
        self.src_ip.append_value(line.src_ip);
        self.src_port.append_option(line.src_port.map(i32::from));
    }

    /// Number of lines so far.
    pub const fn len(&self) -> usize {
        self.rows
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// The batch of all so far; the collector is empty afterwards.
    ///
    /// # Errors
    /// Arrow's, when columns do not fit the schema; a mistake of this crate.
    pub fn finish(&mut self) -> Result<RecordBatch, ArrowError> {
        let rows = std::mem::take(&mut self.rows);
        let mut campaign = Words::default();
        campaign.push_many(Some(&self.campaign), rows);
        let mut selected_on = Date32Builder::new();
        selected_on.append_value_n(self.selected_on.0, rows);
        let columns: Vec<ArrayRef> = vec![
            campaign.finish(),
            self.request.finish(),
            self.party.finish(),
            Arc::new(self.line_hi.finish()),
            Arc::new(self.line_lo.finish()),
            Arc::new(self.device_key.finish()),
            self.device_key_basis.finish(),
            self.family.finish(),
            Arc::new(self.observed_at.finish()),
            self.reason.finish(),
            Arc::new(selected_on.finish()),
            self.class.finish(),
            Arc::new(self.src_ip.finish()),
            Arc::new(self.src_port.finish()),
        ];
        RecordBatch::try_new(selections_schema(), columns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_fits_its_schema() {
        let mut selections = Selections::new(CampaignId::from_bits(1), Day(20_000));
        let party: PartyId = "isp-aozora".parse().unwrap();
        selections.push(&Selection {
            request: Some(RequestId::from_bits(2)),
            party: Some(&party),
            line: LineKey { hi: 1, lo: 2 },
            device_key: "ip:198.18.0.1",
            device_key_basis: "address",
            family: None,
            observed_at: Some(Moment(0)),
            reason: None,
            class: "indicator",
            src_ip: "198.18.0.1",
            src_port: Some(1),
        });
        assert_eq!(selections.finish().unwrap().num_rows(), 1);
        assert!(selections.is_empty());
    }
}
