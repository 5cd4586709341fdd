//! The profiles of the house load, and know their families in the logs and captures that were given.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::*;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../profiles")
}

fn profile(name: &str) -> Profile {
    Profile::read(&fs::read(folder().join(format!("{name}.toml"))).unwrap()).unwrap()
}

const FAMILIES: [&str; 6] = ["gozi", "simda", "cryptowall4", "vawtrak-like", "kovter", "emotet-or-trickbot"];

#[test]
fn every_profile_of_the_house_loads_and_says_where_it_is_from() {
    for name in FAMILIES {
        let profile = profile(name);
        assert_eq!(profile.family, name);
        assert!(!profile.source.is_empty());
        assert_eq!(profile.answer.parts().2, b"");
    }
    for name in ["simda", "cryptowall4", "kovter", "emotet-or-trickbot"] {
        assert_eq!(profile(name).basis, Basis::ReadOffOneCapture, "{name}");
    }
    let marks = Marks::read(&fs::read(folder().join("marks.toml")).unwrap()).unwrap();
    let of = |agent| marks.of([198, 18, 0, 1].into(), Some(agent));
    assert_eq!(of("Mozilla/5.0 zgrab/0.x"), Some(Mark::Scanner));
    assert_eq!(of("curl/8.0"), Some(Mark::Researcher));
    assert_eq!(of("Mozilla/5.0 (compatible; Googlebot/2.1)"), Some(Mark::Crawler));
    assert_eq!(of("Mozilla/4.0 (compatible; MSIE 7.0)"), None);
}

#[test]
fn what_is_more_than_static_bytes_does_not_load() {
    let base = "family = \"x\"\nbasis = \"likeness\"\nsource = \"t\"\n";
    let fails = |more: &str| Profile::read(format!("{base}{more}").as_bytes()).unwrap_err().to_string();
    assert!(Profile::read(base.as_bytes()).is_ok());
    for key in ["script = \"x\"", "exec = \"x\"", "template = \"x\"", "redirect = \"x\"", "upstream = \"x\""] {
        assert!(fails(key).contains("unknown field"), "{key}");
        assert!(fails(&format!("[answer]\n{key}")).contains("unknown field"), "{key}");
    }
    assert!(fails("[answer]\nstatus = 301").contains("301"));
    assert!(fails("[answer]\nbody = \"x\"\nbody_hex = \"00\"").contains("not both"));
    assert!(fails(&format!("[answer]\nbody = \"{}\"", "x".repeat(5000))).contains("5000"));
    for program in ["4d5a", "7f454c46", "2321", "504b0304", "1f8b"] {
        assert!(fails(&format!("[answer]\nbody_hex = \"{program}\"")).contains("program"), "{program}");
    }
    assert!(fails("[answer]\nbody = \"<SCRIPT>\"").contains("<script"));
    assert!(fails("[[shape]]").contains("asks for nothing"));
    assert!(fails("[[shape]]\npath = '('").contains("not a pattern"));
    assert!(fails("[[shape]]\npath = '(a{1000}){1000}'").contains("not a pattern"));
    assert!(fails("[[device]]\nin = \"path\"\npattern = 'x'").contains("no group"));
}

/// A request line of a Zeek log: method, host, path, referer, agent, length.
struct Row {
    request: [String; 5],
    length: u64,
}

fn rows(name: &str) -> Option<Vec<Row>> {
    let Some(data) = std::env::var_os("RENKEI_TESTDATA") else {
        eprintln!("not run: no RENKEI_TESTDATA");
        return None;
    };
    let text = fs::read_to_string(Path::new(&data).join("sensor/c2_logs").join(name)).unwrap();
    let names: Vec<&str> = text.lines().find_map(|line| line.strip_prefix("#fields\t")).unwrap().split('\t').collect();
    let rows = text.lines().filter(|line| !line.starts_with('#') && line.contains('\t')).map(|line| {
        let cells: Vec<&str> = line.split('\t').collect();
        let cell = |name: &str| {
            names.iter().position(|known| *known == name).and_then(|at| cells.get(at)).copied().unwrap_or("-")
        };
        Row {
            request: ["method", "host", "uri", "referrer", "user_agent"].map(|name| cell(name).to_owned()),
            length: cell("request_body_len").parse().unwrap_or(0),
        }
    });
    Some(rows.collect())
}

/// How many rows have the shape, and how many of those look like a browser's.
fn shaped(profile: &Profile, rows: &[Row]) -> (usize, usize) {
    let mut counts = (0, 0);
    for Row { request: [method, _, path, referer, agent], length } in rows {
        let some = |text: &'_ String| if text == "-" { None } else { Some(text.clone()) };
        let (referer, agent) = (some(referer), some(agent));
        let request =
            Request { method, path, agent: agent.as_deref(), referer: referer.as_deref(), first: b"", length: *length };
        let likeness = profile.likeness(&request);
        counts.0 += usize::from(likeness.shaped);
        counts.1 += usize::from(likeness.shaped && likeness.linked);
    }
    counts
}

#[test]
fn families_are_known_in_their_logs_and_not_in_others() {
    let (Some(gozi), Some(simda), Some(kovter)) =
        (rows("gozi_isfb_http.log"), rows("simda_http.log"), rows("kovter_http.log.labeled"))
    else {
        return;
    };
    assert_eq!(shaped(&profile("gozi"), &gozi), (94, 0));
    assert_eq!(shaped(&profile("simda"), &simda), (479, 0));
    assert_eq!(shaped(&profile("kovter"), &kovter), (708, 0));
    for name in FAMILIES {
        for (own, rows) in [("gozi", &gozi), ("simda", &simda), ("kovter", &kovter)] {
            assert!(name == own || shaped(&profile(name), rows) == (0, 0), "{name} in the log of {own}");
        }
    }
}

#[test]
fn families_are_known_in_their_captures() {
    let Some(data) = std::env::var_os("RENKEI_TESTDATA") else {
        eprintln!("not run: no RENKEI_TESTDATA");
        return;
    };
    for (file, family, count) in
        [("cryptowall4_c2.pcapng", "cryptowall4", 3), ("trickbot.pcap", "emotet-or-trickbot", 1)]
    {
        let fields = ["http.request.method", "http.host", "http.request.uri", "http.referer", "http.user_agent"];
        let mut args = vec!["-r".to_owned(), Path::new(&data).join("sensor/c2").join(file).display().to_string()];
        args.extend(["-Y", "http.request", "-T", "fields"].map(str::to_owned));
        args.extend(fields.iter().flat_map(|field| ["-e".to_owned(), (*field).to_owned()]));
        let out = Command::new("tshark").args(&args).output().expect("`tshark`: install it: apt-get install tshark");
        let text = String::from_utf8(out.stdout).unwrap();
        let rows: Vec<Row> = text
            .lines()
            .map(|line| {
                let mut cells = line.split('\t').map(|cell| if cell.is_empty() { "-" } else { cell }.to_owned());
                Row { request: std::array::from_fn(|_| cells.next().unwrap_or("-".to_owned())), length: 0 }
            })
            .collect();
        assert_eq!(shaped(&profile(family), &rows), (count, 0), "{file}: {text}");
    }
}
