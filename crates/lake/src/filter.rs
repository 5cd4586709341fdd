//! What rows are asked for, and which files cannot have any of them.

use renkei_core::class::DataClass;
use renkei_core::id::{CampaignId, Digest, PartyId, RequestId};
use renkei_core::net::{Asn, Prefix};
use renkei_core::time::{Day, Moment};

use crate::file::DataFile;

/// Whose rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// Those of one party.
    Party(PartyId),
    /// Those that nobody owns.
    Nobody,
}

/// Which observations are asked for: all that is set must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Family of the malware, as the feed spells it.
    pub family: Option<String>,
    /// Kind of feed (`shadowserver/event4_sinkhole`).
    pub kind: Option<String>,
    /// Who can act on the address.
    pub party: Option<Whose>,
    /// AS by the route table.
    pub asn: Option<Asn>,
    /// Country of the address as the feed says (ISO 3166-1 alpha-2).
    pub country: Option<String>,
    /// Block the address lies in.
    pub prefix: Option<Prefix>,
    /// Source or destination port.
    pub port: Option<u16>,
    /// First moment; rows without a moment do not match once a bound is set.
    pub from: Option<Moment>,
    /// First moment that is too late.
    pub until: Option<Moment>,
    /// First day of observation (`observed_on`): rows without a moment have a day too.
    pub from_day: Option<Day>,
    /// First day that is too late.
    pub until_day: Option<Day>,
    /// Data class.
    pub class: Option<DataClass>,
    /// Digest of the feed file.
    pub feed: Option<Digest>,
    /// Text in address, names, tag, family or infection; ASCII letters match in either case.
    pub text: Option<String>,
}

/// Which selections are asked for: all that is set must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SelectionFilter {
    /// Campaign that chose the line.
    pub campaign: Option<CampaignId>,
    /// Request that points at the line.
    pub request: Option<RequestId>,
    /// Party asked.
    pub party: Option<Whose>,
    /// Family of the malware.
    pub family: Option<String>,
    /// First day of a plan.
    pub from_day: Option<Day>,
    /// First day that is too late.
    pub until_day: Option<Day>,
}

/// Which minutes are asked for: all that is set must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MinuteFilter {
    /// Sensor that saw it.
    pub sensor: Option<String>,
    /// Block the source lies in.
    pub prefix: Option<Prefix>,
    /// Protocol number.
    pub protocol: Option<u8>,
    /// Destination port; type × 256 + code of ICMP.
    pub port: Option<u16>,
    /// First minute.
    pub from: Option<Moment>,
    /// First minute that is too late.
    pub until: Option<Moment>,
}

/// A question that one or more columns of a row answer.
#[derive(Debug, Clone)]
pub(crate) enum Test {
    /// The column holds this very text.
    Is(&'static str, String),
    /// The column holds nothing.
    IsNull(&'static str),
    /// The column holds this number.
    Number(&'static str, i64),
    /// One of the columns holds this number.
    AnyNumber(&'static [&'static str], i64),
    /// The moment lies between (the end excluded).
    Between(&'static str, Option<i64>, Option<i64>),
    /// The address lies in the block.
    Inside(&'static str, Prefix),
    /// One of the columns holds the text somewhere.
    Contains(&'static [&'static str], String),
    /// The line is one of these.
    Lines(std::sync::Arc<std::collections::HashSet<u128>>),
}

/// Columns that a search for text looks into.
const SEARCHED: &[&str] =
    &["src_ip", "src_hostname", "dst_ip", "dst_hostname", "ssl_servername", "tag", "family", "infection"];

/// Tests for rows, and days between which they lie.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tests {
    pub(crate) tests: Vec<Test>,
    pub(crate) from_day: Option<Day>,
    pub(crate) until_day: Option<Day>,
}

impl From<&Filter> for Tests {
    fn from(filter: &Filter) -> Self {
        let Filter { family, kind, party, asn, country, prefix, port, from, until, .. } = filter;
        let Filter { from_day, until_day, class, feed, text, .. } = filter;
        let is = |column, text: &Option<String>| text.clone().map(|text| Test::Is(column, text));
        let mut tests: Vec<Test> = [
            is("family", family),
            is("kind", kind),
            is("src_cc", country),
            party.as_ref().map(whose),
            class.map(|class| Test::Is("class", class.word().to_owned())),
            feed.map(|feed| Test::Is("feed", feed.to_string())),
            asn.map(|asn| Test::Number("asn", i64::from(asn.0))),
            port.map(|port| Test::AnyNumber(&["src_port", "dst_port"], i64::from(port))),
            prefix.map(|prefix| Test::Inside("src_ip", prefix)),
            text.clone().map(|text| Test::Contains(SEARCHED, text)),
        ]
        .into_iter()
        .flatten()
        .collect();
        if from.is_some() || until.is_some() {
            tests.push(Test::Between("observed_at", from.map(|at| at.0), until.map(|at| at.0)));
        }
        let last = until.map(|at| Day(Moment(at.0.saturating_sub(1)).day().0.saturating_add(1)));
        Self { tests, from_day: later(from.map(Moment::day), *from_day), until_day: earlier(last, *until_day) }
    }
}

impl From<&SelectionFilter> for Tests {
    fn from(filter: &SelectionFilter) -> Self {
        let SelectionFilter { campaign, request, party, family, from_day, until_day } = filter;
        let tests = [
            campaign.map(|id| Test::Is("campaign", id.to_string())),
            request.map(|id| Test::Is("request", id.to_string())),
            party.as_ref().map(whose),
            family.clone().map(|text| Test::Is("family", text)),
        ];
        Self { tests: tests.into_iter().flatten().collect(), from_day: *from_day, until_day: *until_day }
    }
}

impl From<&MinuteFilter> for Tests {
    fn from(filter: &MinuteFilter) -> Self {
        let MinuteFilter { sensor, prefix, protocol, port, from, until } = filter;
        let tests = [
            sensor.clone().map(|text| Test::Is("sensor", text)),
            prefix.map(|prefix| Test::Inside("src_ip", prefix)),
            protocol.map(|protocol| Test::Number("protocol", i64::from(protocol))),
            port.map(|port| Test::Number("dst_port", i64::from(port))),
            (from.is_some() || until.is_some())
                .then(|| Test::Between("minute", from.map(|at| at.0), until.map(|at| at.0))),
        ];
        let until_day = until.map(|at| Day(Moment(at.0.saturating_sub(1)).day().0.saturating_add(1)));
        Self { tests: tests.into_iter().flatten().collect(), from_day: from.map(Moment::day), until_day }
    }
}

impl Tests {
    /// Whether a file may hold a row that is asked for, by its day and by what the log says of it.
    pub(crate) fn may_hold(&self, file: &DataFile) -> bool {
        let day_fits = file.day.is_none_or(|day| {
            self.from_day.is_none_or(|from| from <= day) && self.until_day.is_none_or(|until| day < until)
        });
        day_fits && self.tests.iter().all(|test| test.may_hold(file))
    }
}

impl Test {
    /// The columns it looks at.
    pub(crate) fn columns(&self) -> &[&'static str] {
        match self {
            Self::Is(column, _)
            | Self::IsNull(column)
            | Self::Number(column, _)
            | Self::Between(column, ..)
            | Self::Inside(column, _) => std::slice::from_ref(column),
            Self::AnyNumber(columns, _) | Self::Contains(columns, _) => columns,
            Self::Lines(_) => &["line_hi", "line_lo"],
        }
    }

    fn may_hold(&self, file: &DataFile) -> bool {
        match self {
            Self::Is(column, text) => file.bounds.get(*column).is_none_or(|bounds| {
                let all_null = bounds.nulls.is_some() && bounds.nulls == file.rows;
                !all_null
                    && bounds.least.as_ref().is_none_or(|least| least <= text)
                    && bounds.greatest.as_ref().is_none_or(|greatest| text <= greatest)
            }),
            Self::IsNull(column) => file.bounds.get(*column).is_none_or(|bounds| bounds.nulls != Some(0)),
            _ => true,
        }
    }
}

fn whose(whose: &Whose) -> Test {
    match whose {
        Whose::Party(id) => Test::Is("party", id.as_str().to_owned()),
        Whose::Nobody => Test::IsNull("party"),
    }
}

fn later(one: Option<Day>, other: Option<Day>) -> Option<Day> {
    one.max(other)
}

fn earlier(one: Option<Day>, other: Option<Day>) -> Option<Day> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}
