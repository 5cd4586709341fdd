//! Warrants: a court signs, its key is in the register, a provider and a force check; forgeries, ended keys and times
//! are found; and to nobody else there is any record (S4.16, G4).

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use renkei_core::ledger::Signer;
use renkei_core::time::{Day, Moment, SECOND, Validity};
use renkei_core::warrant::{Seen, SignedStatement, Statement};
use renkei_testkit::browser::{Browser, BrowserOptions, Language, Window};
use serde_json::{Value, json};

use crate::desk::{Desk, text};
use crate::pages::{EN, JA, see, sign_in};
use crate::served::{Got, Served, between, now};
use crate::sharing::refused;

/// The number of a warrant that only who recorded it may read.
pub const REFERENCE: &str = "令和8年(る)第4649号";
const DOCUMENT: &str = "%PDF-1.7 架空の令状";

/// A court's key, as the court would make it.
fn signer(name: &str, seed: u8) -> Signer {
    Signer::from_seed(name.parse().unwrap(), &[seed; 32])
}

fn aoba() -> Signer {
    signer("aoba-district-court.example/1", 41)
}

/// A moment some days from now, to the second.
fn days(days: i64) -> Moment {
    let now = now().plus_days(days);
    Moment(now.0.div_euclid(SECOND) * SECOND)
}

fn statement(reference: &str) -> Statement {
    Statement {
        court: "aoba-district-court".parse().unwrap(),
        reference: reference.parse().unwrap(),
        issued: days(-1).day(),
        validity: Validity { from: Some(days(-1)), until: Some(days(6)) },
        media_type: "application/pdf".parse().unwrap(),
        document: Seen::of(DOCUMENT.as_bytes()),
    }
}

/// A file of courts: each with its keys and what stands beside them.
fn register(desk: &Desk, courts: &[(&str, &[(&Signer, &str)])]) -> PathBuf {
    let mut file = String::new();
    for (id, keys) in courts {
        let name = if *id == "aoba-district-court" { "青葉地方裁判所" } else { "緑地方裁判所" };
        file.push_str(&format!("[[court]]\nid = \"{id}\"\nname = {{ ja = \"{name}\", en = \"{id}\" }}\n"));
        for (signer, more) in *keys {
            file.push_str(&format!("[[court.key]]\npublic = \"{}\"\n{more}\n", signer.public()));
        }
    }
    desk.write("courts.toml", &file)
}

/// The two files that come from a court.
fn files(desk: &Desk, name: &str, signed: &SignedStatement, document: &str) -> (PathBuf, PathBuf) {
    (desk.write(&format!("{name}.txt"), &signed.to_string()), desk.write(&format!("{name}.pdf"), document))
}

/// The exit code and what is told.
fn checked(desk: &Desk, seat: &str, args: &[&str]) -> (i32, Value) {
    let output = desk.run(&[&["--seat", seat, "warrant"], args].concat());
    let told = String::from_utf8_lossy(&output.stderr);
    let read = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{args:?}: {error} {told}"));
    (output.status.code().unwrap(), read)
}

fn check(desk: &Desk, seat: &str, name: &str, signed: &SignedStatement, document: &str) -> (i32, Value) {
    let (statement, document) = files(desk, name, signed, document);
    checked(desk, seat, &["check", text(&statement), text(&document)])
}

fn as_seat(desk: &Desk, seat: &str, args: &[&str]) -> Value {
    desk.ok(&[&["--seat", seat, "warrant"], args].concat())
}

fn not_for(desk: &Desk, seat: &str, args: &[&str]) -> (i32, String) {
    refused(desk, &[&["--seat", seat, "warrant"], args].concat())
}

fn enter(desk: &Desk) {
    let courts = register(desk, &[("aoba-district-court", &[(&aoba(), "")])]);
    desk.ok(&["warrant", "court", "add", text(&courts)]);
}

/// A warrant that a seat recorded: for the walks over every route.
pub fn recorded(desk: &Desk, seat: &str) -> String {
    enter(desk);
    let (code, read) = check(desk, seat, "recorded", &statement(REFERENCE).sign(&aoba()), DOCUMENT);
    assert_eq!((code, &read["outcome"]), (0, &json!("authentic")), "{read}");
    read["warrant"].as_str().unwrap().to_owned()
}

fn invite(desk: &Desk, seat: &str, duty: &str, party: &str) {
    let titles = ["--title-ja", "担当", "--title-en", "desk"];
    desk.ok(&[&["seat", "invite", seat, "--duty", duty, "--party", party], &titles[..]].concat());
}

fn open(registry: Option<String>) -> Desk {
    let desk = Desk::new(registry);
    desk.open();
    let police = |id: &str| {
        format!(
            "[[party]]\nid = \"{id}\"\nname = {{ ja = \"{id}\", en = \"{id}\" }}\nrole = \"prefectural-police\"\n\
             country = \"JP\"\nzone = \"Asia/Tokyo\"\ncompetence = []\nagreement = []\n\n"
        )
    };
    let parties = desk.write("police.toml", &[police("aoba-police"), police("midori-police")].concat());
    desk.ok(&["party", "import", text(&parties)]);
    for (seat, duty, party) in [
        ("isp-a-desk", "answerer", "isp-a"),
        ("isp-a-legal", "legal", "isp-a"),
        ("isp-a-auditor", "auditor", "isp-a"),
        ("isp-a-admin", "administrator", "isp-a"),
        ("isp-b-desk", "answerer", "isp-b"),
        ("aoba-desk", "drafter", "aoba-police"),
        ("aoba-head", "approver", "aoba-police"),
        ("aoba-sender", "sender", "aoba-police"),
        ("midori-desk", "drafter", "midori-police"),
    ] {
        invite(&desk, seat, duty, party);
    }
    desk
}

#[test]
fn a_warrant_is_recorded_checked_and_found_out() {
    story(&open(None));
}

#[test]
fn a_warrant_is_recorded_checked_and_found_out_on_postgresql() {
    let postgres = renkei_testkit::postgres::shared().unwrap();
    story(&open(Some(postgres.fresh_database().unwrap())));
}

fn story(desk: &Desk) {
    let good = statement(REFERENCE).sign(&aoba());
    // Before its court is in the register nothing is authentic, and that stands.
    let (code, early) = check(desk, "isp-a-desk", "good", &good, DOCUMENT);
    assert_eq!((code, &early["findings"]), (4, &json!(["no-court", "key-unknown"])), "{early}");
    let warrant = early["warrant"].as_str().unwrap();
    courts(desk);
    // The same once more is the same record, checked again: both outcomes stand.
    let (code, read) = check(desk, "isp-a-legal", "good", &good, DOCUMENT);
    assert_eq!((code, &read["outcome"], &read["warrant"]), (0, &json!("authentic"), &json!(warrant)), "{read}");
    assert_eq!((&read["court_ja"], &read["reference"]), (&json!("青葉地方裁判所"), &json!(REFERENCE)));
    let outcomes = |read: &Value| -> Vec<String> {
        let checks = read["checks"].as_array().unwrap().iter();
        checks.map(|check| check["outcome"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(outcomes(&read), ["not-authentic", "authentic"]);
    assert_eq!((&read["checks"][0]["court_version"], &read["checks"][1]["court_version"]), (&json!(0), &json!(1)));
    not_anothers(desk, warrant, &good);
    forgeries(desk, &good);
    // Time passes.
    let late = days(7).to_string();
    let again = desk.run(&["--at", &late, "--seat", "isp-a-desk", "warrant", "again", warrant]);
    let told: Value = serde_json::from_slice(&again.stdout).unwrap();
    assert_eq!((again.status.code(), &told["findings"]), (Some(4), &json!(["expired"])), "{told}");
    assert_eq!(told["outcome"], "not-in-force");
    // The court takes its key back: what was authentic is so no more, and that it was stays known.
    let day = days(0).day();
    let revoked = format!("revoked = \"{day}\"");
    let file = register(desk, &[("aoba-district-court", &[(&aoba(), &revoked)])]);
    let told = desk.ok(&["warrant", "court", "add", text(&file)]);
    assert_eq!((&told[0]["keys"][0]["revoked"], &told[0]["version"]), (&json!(day.to_string()), &json!(3)));
    let (code, read) = checked(desk, "isp-a-desk", &["again", warrant]);
    assert_eq!((code, &read["findings"]), (4, &json!(["key-revoked"])), "{read}");
    assert_eq!(outcomes(&read), ["not-authentic", "authentic", "not-in-force", "not-authentic"]);
    // It is revoked for good, and its key is no other court's.
    let back = register(desk, &[("aoba-district-court", &[(&aoba(), "")])]);
    assert!(refused(desk, &["warrant", "court", "add", text(&back)]).1.contains("revoked"));
    let lent = register(desk, &[("shiroyama-district-court", &[(&aoba(), "")])]);
    assert!(refused(desk, &["warrant", "court", "add", text(&lent)]).1.contains("aoba-district-court"));
    found(desk, warrant);
    assert_eq!(desk.ok(&["audit", "verify"])["intact"], true);
    // The ledger has the checks and not the number.
    let entries = desk.ok(&["audit", "show", "--limit", "1000"]).to_string();
    assert!(entries.contains("record-warrant") && !entries.contains("第4649号"), "{entries}");
}

/// The register: the keeper's alone, and refused where it is not right.
fn courts(desk: &Desk) {
    assert_eq!(desk.ok(&["warrant", "courts"]), json!([]));
    let midori = signer("midori-district-court.example/1", 42);
    let file =
        register(desk, &[("aoba-district-court", &[(&aoba(), "")]), ("midori-district-court", &[(&midori, "")])]);
    for seat in ["isp-a-legal", "aoba-head", "isp-a-admin"] {
        assert_eq!(not_for(desk, seat, &["court", "add", text(&file)]).0, 3, "{seat}");
    }
    let told = desk.ok(&["warrant", "court", "add", text(&file)]);
    let fingerprint = told[0]["keys"][0]["fingerprint"].as_str().unwrap();
    assert_eq!((told.as_array().unwrap().len(), fingerprint.split(' ').count()), (2, 8), "{told}");
    for (content, why) in [
        ("[[court]]\nid = \"x\"\n", "name"),
        ("[[court]]\nid = \"A b\"\nname = { ja = \"a\", en = \"a\" }\n", "identifier"),
        ("[[court]]\nid = \"ab\"\nname = { ja = \"a\", en = \"a\" }\n", "keys"),
        ("[[court]]\nid = \"ab\"\nname = { ja = \"a\", en = \"a\" }\n[[court.key]]\npublic = \"x\"\n", "public key"),
        ("[[court]]\nid = \"ab\"\nname = { ja = \"a\", en = \"a\" }\nseats = 1\n", "seats"),
    ] {
        let bad = desk.write("bad.toml", content);
        let (code, told) = refused(desk, &["warrant", "court", "add", text(&bad)]);
        assert!(code == 1 && told.contains(why), "{why}: {told}");
    }
    assert_eq!(desk.ok(&["warrant", "courts"]).as_array().unwrap().len(), 2);
}

/// To every other organisation, the office included, there is no such record; and each records its own.
fn not_anothers(desk: &Desk, warrant: &str, good: &SignedStatement) {
    for seat in ["isp-b-desk", "aoba-desk", "midori-desk", "desk"] {
        for verb in ["show", "again"] {
            let (code, told) = not_for(desk, seat, &[verb, warrant]);
            assert!(code == 1 && told.contains("there is no warrant"), "{seat} {verb}: {told}");
        }
    }
    for seat in ["isp-b-desk", "midori-desk"] {
        assert_eq!(as_seat(desk, seat, &["list"])["items"], json!([]), "{seat}");
    }
    // Whose duty it is not is told so, before anything is read: also in its own organisation, and in the office.
    let (statement, document) = files(desk, "good", good, DOCUMENT);
    for seat in ["isp-a-admin", "isp-a-auditor", "aoba-sender", "desk"] {
        assert_eq!(not_for(desk, seat, &["check", text(&statement), text(&document)]).0, 3, "{seat}");
    }
    assert_eq!(as_seat(desk, "isp-a-auditor", &["show", warrant])["warrant"], json!(warrant));
    assert_eq!(not_for(desk, "isp-a-auditor", &["again", warrant]).0, 3);
    assert_eq!(not_for(desk, "isp-a-admin", &["show", warrant]).0, 3);
    // The force that the court gave it to has a record of its own.
    let (code, own) = check(desk, "aoba-desk", "good", good, DOCUMENT);
    assert_eq!((code, own["checks"].as_array().unwrap().len()), (0, 1), "{own}");
    assert_ne!(own["warrant"], json!(warrant));
    assert_eq!(as_seat(desk, "aoba-head", &["list"])["items"][0]["warrant"], own["warrant"]);
}

/// Ten forgeries, as files.
fn forgeries(desk: &Desk, good: &SignedStatement) {
    let midori = signer("midori-district-court.example/1", 42);
    let stranger = signer("aoba-district-court.example/1", 43);
    let changed = |change: &dyn Fn(&mut Statement)| {
        let mut statement = statement(REFERENCE);
        change(&mut statement);
        statement
    };
    let put = |change: &dyn Fn(&mut Statement)| SignedStatement { statement: changed(change), ..good.clone() };
    let other = "%PDF-1.7 別の文書";
    let nowhere = changed(&|it| it.court = "shiroyama-district-court".parse().unwrap()).sign(&aoba());
    let swapped = put(&|it| it.document = Seen::of(other.as_bytes()));
    let moved = SignedStatement {
        signature: changed(&|it| it.reference = "x".parse().unwrap()).sign(&aoba()).signature,
        ..good.clone()
    };
    let cases: [(&str, SignedStatement, &str, &[&str]); 10] = [
        ("stranger", statement(REFERENCE).sign(&stranger), DOCUMENT, &["key-unknown"]),
        ("another-court", statement(REFERENCE).sign(&midori), DOCUMENT, &["key-of-another"]),
        ("nowhere", nowhere, DOCUMENT, &["no-court", "key-of-another"]),
        (
            "renamed",
            put(&|it| it.court = "midori-district-court".parse().unwrap()),
            DOCUMENT,
            &["key-of-another", "signature-bad"],
        ),
        ("renumbered", put(&|it| it.reference = "令和8年(る)第4650号".parse().unwrap()), DOCUMENT, &["signature-bad"]),
        ("longer", put(&|it| it.validity.until = None), DOCUMENT, &["signature-bad"]),
        ("earlier", put(&|it| it.issued = Day(it.issued.0 - 1)), DOCUMENT, &["signature-bad"]),
        ("other-document", good.clone(), other, &["size-differs", "checksum-differs"]),
        ("swapped", swapped, other, &["signature-bad"]),
        ("moved", moved, DOCUMENT, &["signature-bad"]),
    ];
    for (name, signed, document, findings) in cases {
        let (code, read) = check(desk, "isp-a-desk", name, &signed, document);
        assert_eq!((code, &read["findings"]), (4, &json!(findings)), "{name}: {read}");
        assert_eq!(read["outcome"], "not-authentic", "{name}");
    }
    // What is no statement at all is said so, and leaves no record.
    for (name, content) in [("empty", ""), ("second-form", &*good.to_string().replace("size ", "size 0"))] {
        let (bad, document) = (desk.write(name, content), desk.write("x.pdf", DOCUMENT));
        let (code, told) = not_for(desk, "isp-a-desk", &["check", text(&bad), text(&document)]);
        assert!(code == 1 && told.contains("nothing was recorded"), "{told}");
    }
    // Times are told apart from forgeries.
    for (name, from, until, finding) in [("past", -9, -2, "expired"), ("to-come", 2, 9, "not-yet-valid")] {
        let timed = changed(&|it| it.validity = Validity { from: Some(days(from)), until: Some(days(until)) });
        let (code, read) = check(desk, "isp-a-desk", name, &timed.sign(&aoba()), DOCUMENT);
        assert_eq!(
            (code, &read["findings"], &read["outcome"]),
            (4, &json!([finding]), &json!("not-in-force")),
            "{read}"
        );
    }
    // A key that could not sign on that day.
    let second = signer("aoba-district-court.example/2", 44);
    let file = register(
        desk,
        &[("aoba-district-court", &[(&aoba(), ""), (&second, &format!("from = \"{}\"", days(3).day()))])],
    );
    desk.ok(&["warrant", "court", "add", text(&file)]);
    let (code, read) = check(desk, "isp-a-desk", "too-early", &statement(REFERENCE).sign(&second), DOCUMENT);
    assert_eq!((code, &read["findings"]), (4, &json!(["key-not-in-force"])), "{read}");
    // That changed the court; the story goes on from its second version as from its first.
}

/// The list, narrowed and page by page.
fn found(desk: &Desk, warrant: &str) {
    let list = |more: &[&str]| as_seat(desk, "isp-a-desk", &[&["list"], more].concat());
    let whole = list(&[])["items"].as_array().unwrap().len();
    assert_eq!(whole, 14, "the good one, ten forgeries, two times, one key");
    let by_number = list(&["--search", "4650"]);
    assert_eq!(by_number["items"].as_array().unwrap().len(), 1);
    assert_eq!(list(&["--search", "shiroyama"])["items"][0]["court_ja"], Value::Null);
    assert_eq!(list(&["--search", "%"])["items"], json!([]));
    assert_eq!(list(&["--outcome", "not-in-force"])["items"].as_array().unwrap().len(), 2);
    let first = list(&["--limit", "13"]);
    let next = first["next"].as_str().unwrap();
    let rest = list(&["--limit", "13", "--after", next]);
    assert_eq!((&rest["items"][0]["warrant"], &rest["next"]), (&json!(warrant), &Value::Null));
    // For people.
    let told = |language: &str| {
        let command = desk.command(&["--seat", "isp-a-desk", "warrant", "show", warrant]);
        let typed = command.get_args().filter(|arg| *arg != "--json");
        let plain: Vec<OsString> =
            typed.map(|arg| if arg == "en" { language.into() } else { arg.to_owned() }).collect();
        String::from_utf8(Command::new(command.get_program()).args(plain).output().unwrap().stdout).unwrap()
    };
    let (ja, en) = (told("ja"), told("en"));
    assert!(ja.contains("確認できない") && ja.contains("裁判所が失効させました"), "{ja}");
    assert!(en.contains("The court revoked the key.") && en.contains("executed outside"), "{en}");
}

#[test]
fn programs_check_warrants() {
    let served = Served::open(None);
    enter(&served.desk);
    served.invite("isp-a-desk", "answerer", Some("isp-a"));
    served.invite("isp-a-auditor", "auditor", Some("isp-a"));
    served.invite("isp-b-desk", "legal", Some("isp-b"));
    let [a, auditor, b] = ["isp-a-desk", "isp-a-auditor", "isp-b-desk"].map(|seat| served.token(seat, "work"));
    let read = |got: Got| -> Value {
        assert_eq!(got.status, 200, "{}", got.body);
        serde_json::from_str(&got.body).unwrap()
    };
    let signed = statement(REFERENCE).sign(&aoba()).to_string();
    let given = |document: &str| json!({ "statement": signed, "document": STANDARD.encode(document) });
    let post = |path: &str, token: &str, body: Value| served.api("POST", path, token, Some(&body));
    let made = read(post("/api/v1/warrants", &a, given(DOCUMENT)));
    assert_eq!((&made["outcome"], &made["findings"]), (&json!("authentic"), &json!([])));
    let path = format!("/api/v1/warrants/{}", made["warrant"].as_str().unwrap());
    assert_eq!(read(post("/api/v1/warrants", &a, given("x")))["outcome"], "not-authentic");
    assert_eq!(read(served.api("GET", &path, &auditor, None))["reference"], json!(REFERENCE));
    assert_eq!(read(post(&format!("{path}/check"), &a, json!({})))["version"], 2);
    // Nothing of it for another provider; and for the auditor nothing to check.
    assert_eq!(served.api("GET", &path, &b, None).status, 404);
    assert_eq!(post(&format!("{path}/check"), &b, json!({})).status, 404);
    assert_eq!(post(&format!("{path}/check"), &auditor, json!({})).status, 404);
    assert_eq!(read(served.api("GET", "/api/v1/warrants", &b, None))["items"], json!([]));
    let list = read(served.api("GET", "/api/v1/warrants?outcome=authentic&q=4649&limit=1", &a, None));
    assert_eq!((list["items"].as_array().unwrap().len(), &list["next"]), (1, &Value::Null));
    assert_eq!(read(served.api("GET", "/api/v1/warrants?limit=1", &a, None))["items"][0]["outcome"], "not-authentic");
    assert_eq!(served.api("GET", "/api/v1/warrants?outcome=perhaps", &a, None).status, 422);
    for wrong in [
        json!({ "statement": signed }),
        json!({ "statement": signed, "document": "?" }),
        json!({ "statement": "x", "document": "" }),
    ] {
        assert_eq!(post("/api/v1/warrants", &a, wrong).status, 422);
    }
    let reader = served.token("isp-a-desk", "read");
    assert_eq!(post("/api/v1/warrants", &reader, given(DOCUMENT)).status, 403);
    assert_eq!(read(served.api("GET", "/api/v1/courts", &b, None))[0]["court"], "aoba-district-court");
}

/// A form with files as a browser sends it.
fn upload(served: &Served, cookies: &str, token: &str, statement: &str, document: &str) -> Got {
    let part = |name: &str, value: &str| {
        format!("--b-1\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"a.txt\"\r\n\r\n{value}\r\n")
    };
    let fields = [part("form-token", token), part("statement", statement), part("document", document)];
    let body = format!("{}--b-1--\r\n", fields.concat());
    let headers =
        [("cookie", cookies), ("origin", &served.site), ("content-type", "multipart/form-data; boundary=b-1")];
    served.ask("POST", "/warrants", &headers, &body)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_of_warrants() {
    let served = Served::open(None);
    let site = served.site.clone();
    let [desk, legal, other] = [("isp-a-desk", "answerer"), ("isp-a-legal", "legal"), ("isp-b-desk", "answerer")]
        .map(|(seat, duty)| served.seat(seat, duty, Some(&seat[..5])));
    let wide = BrowserOptions { window: Window::Wide, language: Language::Japanese, script: true };
    let person = Browser::start(&wide).await.unwrap();
    sign_in(&person, &site, "isp-a-desk", &desk.recovery[0], JA).await;
    see(&person, &site, "/warrants", "warrants-none-ja").await;
    enter(&served.desk);
    see(&person, &site, "/warrants/new", "warrant-new-ja").await;
    let good = statement(REFERENCE).sign(&aoba());
    let (signed, document) = files(&served.desk, "good", &good, DOCUMENT);
    person.wait_for("input[name=statement]").await.unwrap().attach(&signed).await.unwrap();
    person.wait_for("input[name=document]").await.unwrap().attach(&document).await.unwrap();
    person.click("button", "確認して記録する").await.unwrap();
    person.wait_for(".state.warrant-authentic").await.unwrap();
    let address = person.url().await.unwrap();
    let path = address.strip_prefix(&site).unwrap().to_owned();
    see(&person, &site, &path, "warrant-authentic-ja").await;
    assert!(person.text().await.unwrap().contains("青葉地方裁判所"));
    person.click("button", "もう一度確認する").await.unwrap();
    person.wait_for(".state.warrant-authentic").await.unwrap();
    assert_eq!(person.tofu().await.unwrap(), "", "letters without a glyph");
    // One with everything against it, and the list, on a narrow page in English.
    let token =
        between(&served.get("/warrants/new", &legal.cookies).body, "name=\"form-token\" value=\"", "\"").to_owned();
    let forged = statement("令和8年(る)第4650号").sign(&signer("aoba-district-court.example/1", 99)).to_string();
    let got = upload(&served, &legal.cookies, &token, &forged, "x");
    assert_eq!(got.status, 303, "{}", got.body);
    let forged_path = got.header("location").to_owned();
    let narrow = BrowserOptions { window: Window::Narrow, language: Language::English, script: true };
    let lawyer = Browser::start(&narrow).await.unwrap();
    sign_in(&lawyer, &site, "isp-a-legal", &legal.recovery[0], EN).await;
    see(&lawyer, &site, &forged_path, "warrant-forged-narrow-en").await;
    assert!(lawyer.text().await.unwrap().contains("The key is not in the register"));
    see(&lawyer, &site, "/warrants?q=4650", "warrants-narrow-en").await;
    let listed = lawyer.text().await.unwrap();
    assert!(listed.contains("第4650号") && !listed.contains("第4649号"), "{listed}");
    see(&lawyer, &site, "/inquiries", "inquiries-with-warrants-narrow-en").await;
    lawyer.click("link", "Warrants").await.unwrap();
    lawyer.wait_for("main h1").await.unwrap();
    // Not without this site's token, nor what is no statement, nor for anybody else.
    assert_eq!(upload(&served, &legal.cookies, "x", &forged, "x").status, 403);
    assert_eq!(served.post("/warrants", &legal.cookies, &[("form-token", token.as_str())]).status, 403);
    assert_eq!(upload(&served, &legal.cookies, &token, "x", "x").status, 422);
    assert_eq!(served.get(&path, &other.cookies).status, 404);
    assert!(!served.get("/warrants", &other.cookies).body.contains(REFERENCE));
    let again = format!("{path}/check");
    assert_eq!(served.send("/account", &again, &other.cookies, &[]).status, 404);
}
