//! Tidy over this very house, and over a bad one that stands in a folder of its own.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use xtask::tidy::tidy;

#[test]
fn this_house_is_tidy() {
    let report = tidy(&xtask::house()).expect("tidy can look");
    println!("{report}");
    assert!(report.findings.is_empty(), "{report}");
}

#[test]
fn a_bad_house_fails_every_check() {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bad-house");
    _ = fs::remove_dir_all(&root);
    for (path, text) in bad_house() {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    }
    let report = tidy(&root).expect("tidy can look");
    let failed: BTreeSet<&str> = report.findings.iter().map(|finding| finding.check).collect();
    let every = [
        "circle",
        "code-map",
        "decision",
        "edge",
        "exempt",
        "file-length",
        "first-line",
        "front-door",
        "function-length",
        "leftover",
        "link",
        "locale",
        "machine-path",
        "name",
        "policy-date",
        "requirement",
        "walls",
    ];
    assert_eq!(failed, BTreeSet::from(every), "{report}");
}

/// The smallest house in which every check has something to find.
fn bad_house() -> Vec<(&'static str, String)> {
    let package = |name: &str, asks: &str| {
        format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[dependencies]\n{asks}")
    };
    let circle = |next: &str| format!("//! One of a circle.\nuse crate::{next};\n");
    let long = format!("//! Much too long.\nfn long() {{\n{}}}\n{}", "call();\n".repeat(120), "\n".repeat(500));
    let walls = "[wall.low]\nimports = []\nwhy = \"pure\"\n[wall.high]\nimports = [\"low\"]\nwhy = \"above\"\n\
                 [[exempt]]\ncheck = \"name\"\npath = \"nowhere.rs\"\nwhy = \"stale\"\n";
    vec![
        ("Cargo.toml", "[workspace]\nresolver = \"3\"\nmembers = [\"crates/*\"]\n".to_owned()),
        ("walls.toml", walls.to_owned()),
        ("ARCHITECTURE.md", "### `crates/gone`\nsee `low::nothing` and [there](nowhere.md)\n".to_owned()),
        ("docs/requirements.txt", "G7\n".to_owned()),
        ("locales/a.ja.ftl", "hello = 今日は\n".to_owned()),
        ("locales/a.en.ftl", "bye = bye\n".to_owned()),
        ("crates/low/Cargo.toml", package("low", "high = { path = \"../high\" }\n")),
        (
            "crates/low/src/lib.rs",
            "//! The lower floor: G77.\npub mod a; pub mod b; pub mod c; pub mod d;\n".to_owned(),
        ),
        ("crates/low/src/a.rs", circle("b")),
        ("crates/low/src/b.rs", circle("c")),
        ("crates/low/src/c.rs", circle("d")),
        ("crates/low/src/d.rs", circle("a")),
        ("crates/high/Cargo.toml", package("high", "")),
        ("crates/high/src/main.rs", format!("fn main() {{\n{}}}\n", "call();\n".repeat(60))),
        ("crates/high/src/lib.rs", long),
        ("crates/high/src/utils.rs", concat!("//! A drawer. TO", "DO\nfn f() { SystemTime::now(); }\n").to_owned()),
        ("policies/g.cedar", "@from(\"2015-12-01\")\nforbid (principal, action, resource);\n".to_owned()),
        ("docs/decisions/0001-unlisted.md", "# A decision that the index forgot\n".to_owned()),
        ("office.toml", concat!("folder = \"/ro", "ot/office\"\n").to_owned()),
    ]
}
