//! A lake in a temporary folder, permits from the real gate, rows of sample networks.

use std::net::Ipv4Addr;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use renkei_core::act::Act;
use renkei_core::class::DataClass;
use renkei_core::id::{Digest, IntentId};
use renkei_core::measure::Measure;
use renkei_core::net::Asn;
use renkei_core::party::Role;
use renkei_core::question::{Office, Question};
use renkei_core::seat::{Duty, Seat};
use renkei_core::text::Bilingual;
use renkei_core::time::{DAY, Day, Moment};
use renkei_gate::{Gate, Permit};
use renkei_lake::{Appended, Care, CareReport, Filter, Lake, Retention};
use renkei_table::{Attribution, Builder, Row, Text, ZoneBasis, attach};
use tokio::runtime::Runtime;

/// 2026-11-02.
pub const FIRST_DAY: i32 = 20_759;
pub const INTENT: IntentId = IntentId::from_bits(7);

pub fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

pub fn permit(act: Act) -> Permit {
    static GATE: OnceLock<Gate> = OnceLock::new();
    let seat = Seat {
        id: "desk-of-tests".parse().unwrap(),
        party: "tests-office".parse().unwrap(),
        party_role: Role::Centre,
        title: Bilingual::default(),
        duties: Duty::ALL.to_vec(),
        machine: false,
    };
    let office = Office { party: seat.party.clone(), one_seat_may_hold_both: false };
    let mut question = Question::new(act, seat, office, Moment(i64::from(FIRST_DAY) * DAY));
    if act == Act::Plan {
        question = question.asking(Measure::NotifyUser);
    }
    GATE.get_or_init(Gate::embedded).permit(question).unwrap_or_else(|ruling| panic!("{act:?}: {ruling:?}"))
}

pub fn feed(name: &str) -> Digest {
    Digest::of(name.as_bytes())
}

/// Everything that makes a row of these tests differ from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Line {
    pub number: u32,
    pub day: i32,
    pub timeless: bool,
}

pub const fn line(number: u32) -> Line {
    Line { number, day: (number % 3) as i32, timeless: false }
}

pub fn family_of(number: u32) -> &'static str {
    ["vawtrak", "gozi", "ramnit"][number as usize % 3]
}

/// A batch of a feed; parties own every second address.
pub fn batch(feed: Digest, lines: &[Line]) -> RecordBatch {
    batch_named(feed, lines, "device.example")
}

pub fn batch_named(feed: Digest, lines: &[Line], hostname: &str) -> RecordBatch {
    let mut builder = Builder::new("csv/sample", feed, Day(FIRST_DAY + 9));
    let mut attribution = Attribution::default();
    let party = "isp-aozora".parse().unwrap();
    for (at, line) in lines.iter().enumerate() {
        let address = Ipv4Addr::from_bits(Ipv4Addr::new(198, 18, 0, 0).to_bits() + line.number);
        let mut row = Row::new(at as u64 + 1, address.into(), DataClass::IdentificationByIp);
        row.src_port = Some(1024 + (line.number % 60_000) as u16);
        row.dst_port = Some(443);
        if !line.timeless {
            let at = i64::from(FIRST_DAY + line.day) * DAY + i64::from(line.number) * 1_000_000 % DAY;
            row.observed_at = Some(Moment(at));
            row.zone = ZoneBasis::Stated;
            row.to_second = true;
        }
        row.set(Text::Family, family_of(line.number));
        row.set(Text::SrcCc, "JP");
        row.set(Text::SrcHostname, hostname);
        builder.push(&row);
        let owner = (line.number % 2 == 0).then_some(&party);
        attribution.push(Some(Asn(64_496 + line.number % 4)), owner, []);
    }
    attach(&builder.finish().unwrap(), attribution.finish()).unwrap()
}

pub async fn ingest(lake: &Lake, feed: Digest, lines: &[Line]) -> Appended {
    let mut append = lake.begin(feed).await.unwrap();
    for part in lines.chunks(1000) {
        append.write(&batch(feed, part)).unwrap();
    }
    append.commit(permit(Act::Ingest), INTENT).await.unwrap()
}

pub async fn care(lake: &Lake, keep_from: Option<Day>) -> CareReport {
    let care = Care {
        compact: true,
        retain: keep_from.map(|keep_from| Retention { keep_from }),
        now: Moment(i64::from(FIRST_DAY + 30) * DAY),
        intent: INTENT,
    };
    lake.care(permit(Act::RemoveObservations), care).await.unwrap()
}

/// Every line's key, sorted: the set of rows, and a row that came twice would show.
pub async fn keys(lake: &Lake) -> Vec<(i64, i64)> {
    let mut keys = Vec::new();
    let each = |batch: RecordBatch| {
        let half = |at: usize| batch.column(at).as_primitive::<Int64Type>().values().to_vec();
        keys.extend(half(0).into_iter().zip(half(1)));
        ControlFlow::Continue(())
    };
    lake.view().await.unwrap().scan(&Filter::default(), &["line_hi", "line_lo"], each).unwrap();
    keys.sort_unstable();
    keys
}

/// Every file below a folder.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

pub fn parquet_files(folder: &Path) -> Vec<PathBuf> {
    let data = |path: &PathBuf| !path.to_string_lossy().contains("_delta_log");
    files(&folder.join("observations"))
        .into_iter()
        .filter(data)
        .filter(|path| path.extension().is_some_and(|e| e == "parquet"))
        .collect()
}
