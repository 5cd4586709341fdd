//! Minutes from a sensor to the lake: left as files, handed in by the sensor itself, once; summed up, written out.

use std::fs;

use renkei_edge::sense::generate::{Plan, write};
use serde_json::json;

use crate::desk::{Desk, text};
use crate::served::Served;

const DARK: &str = "198.18.0.0/21";

#[test]
fn a_sensor_hands_in_what_it_saw_and_the_figures_equal_the_lakes() {
    let desk = Desk::new(None);
    desk.open();
    let served = Served::over(desk);
    let desk = &served.desk;
    served.invite("sensor-1", "drafter", None);
    let token = desk.write("token", &served.token("sensor-1", "feed"));
    let plan = Plan { packets: 20_000, start: 1_780_272_000, ..Plan::HUNDREDTH };
    let mut capture = Vec::new();
    let truth = write(&plan, false, &mut capture).unwrap();
    let path = desk.folder.path().join("dark.pcap");
    fs::write(&path, capture).unwrap();
    let out = desk.folder.path().join("seen");
    let sense = ["sense", text(&path), "--dark", DARK, "--sensor", "cellar", "--out", text(&out), "--minutes"];
    let report = desk.ok(&[&sense[..], &["--hand-to", &served.site, "--token", text(&token)]].concat());
    let taken = report["accounts"]["taken"].as_u64().unwrap();
    assert_eq!(taken, truth.packets);
    // All that is for the office is there, and lies here no more.
    let left: Vec<_> = fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| name.to_string_lossy().contains("-alerts-")), "{left:?}");
    let all = desk.ok(&["minutes", "--by", "day"]);
    assert_eq!((&all["rows"][0]["key"], &all["rows"][0]["packets"]), (&json!(["2026-06-01"]), &json!(taken)));
    let by_port = desk.ok(&["minutes", "--by", "protocol,port", "--limit", "10"]);
    for port in report["top_ports"].as_array().unwrap().iter().take(3) {
        let [protocol, port, packets] = [0, 1, 2].map(|at| port[at].as_u64().unwrap());
        let found =
            desk.ok(&["minutes", "--by", "port", "--port", &port.to_string(), "--protocol", &protocol.to_string()]);
        // The report counts what asks for a port, minutes what answers from elsewhere too.
        assert!(found["rows"][0]["packets"].as_u64().unwrap() >= packets, "{found} {port}");
    }
    assert!(by_port["more"].as_u64().unwrap() > 0);
    let hours =
        desk.ok(&["--at", "2026-06-01T03:30:00Z", "publish", "open", "--to", text(&desk.folder.path().join("site"))]);
    assert_eq!(hours["done"], "drawn", "the hours came too");
    assert!(desk.ok(&["observations", "--by", "kind"])["rows"].as_array().unwrap().len() >= 2);
    // Written out, once.
    let avro = desk.folder.path().join("minutes.avro");
    let written = desk.ok(&["minutes", "--flowtuple", text(&avro)]);
    assert_eq!(written["records"], desk.ok(&["minutes", "--by", "sensor"])["rows"][0]["rows"]);
    assert!(fs::read(&avro).unwrap().starts_with(b"Obj\x01"));
    desk.fails(&["minutes", "--flowtuple", text(&avro)]);
    assert_eq!(desk.ok(&["audit", "verify"])["intact"], true);
}

#[test]
fn a_file_of_minutes_is_taken_once_and_a_bad_line_of_it_is_kept_out() {
    let desk = Desk::new(None);
    desk.open();
    let header = renkei_formats_header();
    let good = "2026-06-01T00:01:00Z,0,cellar,198.18.0.7,23,6,2,64,4,240,60,60,3,60,1024,0,0,0";
    let file = desk.write("2026-06-01-minutes.csv", &format!("{header}{good}\nnot a row\n"));
    let (code, told) = {
        let told = desk.ok(&["ingest", text(&file)]);
        (told["feeds"][0]["findings"][0]["code"].clone(), told)
    };
    assert_eq!(code, "R099", "{told}");
    let feed = &told["feeds"][0];
    assert_eq!((&feed["kind"], &feed["lines"], &feed["stored"]), (&json!("sensor/minutes"), &json!(2), &json!(1)));
    assert_eq!(desk.ok(&["ingest", text(&file)])["feeds"][0]["known"], true);
    assert_eq!(desk.ok(&["minutes", "--by", "source"])["rows"][0]["packets"], 4);
    assert_eq!(desk.ok(&["minutes", "--port", "80"])["rows"], json!([]));
}

/// The first line of a file of minutes, as the page of columns says it.
fn renkei_formats_header() -> String {
    let page = include_str!("../../../../docs/columns.md");
    let table = page.split("## Minutes").nth(1).unwrap();
    let names = table.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    names.collect::<Vec<_>>().join(",") + "\n"
}
