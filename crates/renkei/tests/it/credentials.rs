//! Stolen credentials: split, sealed as they are read, handed over, answered, deleted; no value stays here.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use renkei_testkit::browser::{Browser, BrowserOptions, Language, Window};
use serde_json::Value;

use crate::desk::{Desk, text};
use crate::pages::{JA, see, sign_in};
use crate::served::{Person, Served};

/// What every password of the tests begins with, and nothing else.
const CANARY: &str = "C4narY-";

/// Options that say what a batch is for.
const WORDS: [&str; 8] = [
    "--title-ja",
    "識別符号の提供",
    "--title-en",
    "credentials",
    "--purpose-ja",
    "不正アクセスを防ぐため",
    "--purpose-en",
    "to prevent unauthorised access",
];

/// An office with operators `op-0` … of `op-N.example`, each with its own age key.
struct Nation {
    desk: Desk,
    keys: BTreeMap<String, PathBuf>,
}

impl Nation {
    fn new(registry: Option<String>, operators: usize) -> Self {
        let desk = Desk::new(registry);
        desk.open();
        let mut parties = String::new();
        let mut keys = BTreeMap::new();
        for number in 0..operators {
            let id = format!("op-{number}");
            let file = desk.folder.path().join(format!("{id}.key"));
            let made = Command::new("age-keygen").arg("-o").arg(&file).output().unwrap();
            let told = String::from_utf8(made.stderr).unwrap();
            let key = told.trim().rsplit(' ').next().unwrap();
            let role = if number % 5 == 0 { "financial-institution" } else { "site-operator" };
            party(&mut parties, &id, role, &[&format!("{id}.example")], &format!("seal = \"age\", key = \"{key}\""));
            keys.insert(id, file);
        }
        party(&mut parties, "op-keyless", "site-operator", &["keyless.example"], "seal = \"clear\", reason = \"test\"");
        party(
            &mut parties,
            "op-police",
            "prefectural-police",
            &["police.example"],
            "seal = \"clear\", reason = \"test\"",
        );
        let one = format!("seal = \"age\", key = \"{}\"", public(&keys["op-0"]));
        party(&mut parties, "op-twin-a", "site-operator", &["twin.example"], &one);
        party(&mut parties, "op-twin-b", "site-operator", &["twin.example"], &one);
        let file = desk.write("operators.toml", &parties);
        desk.ok(&["party", "import", text(&file)]);
        Self { desk, keys }
    }

    fn split(&self, file: &Path) -> Value {
        let args = ["--at", "2026-06-01", "credentials", "split", text(file), "--delete-on", "2026-07-01"];
        self.desk.ok(&[&args[..], &WORDS[..]].concat())
    }

    /// What an operator reads in a sealed sheet; `None`: it does not open with its key.
    fn open(&self, operator: &str, sheet: &Path) -> Option<Vec<Vec<String>>> {
        let opened = Command::new("age").arg("-d").arg("-i").arg(&self.keys[operator]).arg(sheet).output().unwrap();
        opened.status.success().then(|| {
            let sheet = String::from_utf8(opened.stdout).unwrap();
            sheet.lines().skip(1).map(|row| row.split(',').map(str::to_owned).collect()).collect()
        })
    }

    /// Every file of the office, and the whole database, in which a text stands.
    fn holding(&self, wanted: &str, registry: Option<&str>) -> Vec<String> {
        let mut found = Vec::new();
        let mut folders = vec![self.desk.office()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if memchr::memmem::find(&std::fs::read(&path).unwrap(), wanted.as_bytes()).is_some() {
                    found.push(path.display().to_string());
                }
            }
        }
        if let Some(registry) = registry {
            let dump = Command::new("pg_dump").arg(registry).output().unwrap();
            assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
            if memchr::memmem::find(&dump.stdout, wanted.as_bytes()).is_some() {
                found.push("the database".to_owned());
            }
        }
        found
    }

    fn request(&self, campaign: &str, party: &str) -> Value {
        let shown = self.desk.ok(&["campaign", "show", campaign]);
        shown["list"].as_array().unwrap().iter().find(|row| row["party"] == party).unwrap().clone()
    }
}

fn party(out: &mut String, id: &str, role: &str, domains: &[&str], seal: &str) {
    let domains: Vec<String> = domains.iter().map(|domain| format!("{{ domain = \"{domain}\" }}")).collect();
    writeln!(
        out,
        "[[party]]\nid = \"{id}\"\nname = {{ ja = \"{id}\", en = \"{id}\" }}\nrole = \"{role}\"\ncountry = \"JP\"\n\
         zone = \"Asia/Tokyo\"\ncompetence = [{}]\nchannel = {{ mail = \"abuse@{id}.example\", {seal} }}\n\
         terms = {{ answer_days = 14 }}\n",
        domains.join(", ")
    )
    .unwrap();
}

fn public(file: &Path) -> String {
    let text = std::fs::read_to_string(file).unwrap();
    text.lines().find_map(|line| line.strip_prefix("# public key: ")).unwrap().to_owned()
}

/// So many credentials of so many operators, with every fault once.
fn batch(lines: usize, operators: usize) -> String {
    let mut file = "url,login,password,seen\r\n".to_owned();
    for line in 0..lines {
        let host = format!("{}.op-{}.example", ["www", "login", "pay"][line % 3], line % operators);
        writeln!(file, "https://{host}/sign-in,user{line},{CANARY}{line},2026-05-{:02}\r", line % 28 + 1).unwrap();
    }
    for (site, name) in [
        ("https://www.op-0.example/sign-in", "user0"),
        ("https://shop.nobody.example/", "a"),
        ("https://shop.nobody.example/", "b"),
        ("keyless.example", "a"),
        ("police.example", "a"),
        ("twin.example", "a"),
        ("198.18.0.1", "a"),
        ("", "a"),
    ] {
        // The first is the very first line of the file once more.
        writeln!(file, "{site},{name},{CANARY}{},\r", if name == "user0" { "0" } else { name }).unwrap();
    }
    write!(file, "op-1.example,\"open,{CANARY}x\nop-1.example,too,{CANARY}many,x,y\n").unwrap();
    file
}

/// The provider's page with sealed sheets, as every user may see it.
fn look_at_sheets(served: &Served, person: &Person, request: &str, wanted: bool) {
    if !wanted {
        return;
    }
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let options = BrowserOptions { window: Window::Narrow, language: Language::Japanese, script: true };
        let browser = Browser::start(&options).await.unwrap();
        sign_in(&browser, &served.site, &person.seat, &person.recovery[0], JA).await;
        see(&browser, &served.site, &format!("/requests/{request}"), "sealed-sheets-narrow-ja").await;
    });
}

fn story(registry: Option<String>) {
    let nation = Nation::new(registry.clone(), 12);
    let desk = &nation.desk;
    let file = desk.write("seized.csv", &batch(1_200, 12));
    let split = nation.split(&file);
    let count = |key: &str| split[key].as_u64().unwrap();
    let sum = |key: &str| split[key].as_object().unwrap().values().map(|it| it.as_u64().unwrap()).sum::<u64>();
    assert_eq!((count("records"), count("sealed"), count("repeated")), (1_210, 1_200, 1), "{split}");
    assert_eq!(split["left"]["no-operator"], 2);
    assert_eq!(split["left"]["no-key"], 2, "no key, or none that is age");
    assert_eq!(split["left"]["several-operators"], 1);
    assert_eq!((sum("left"), sum("quarantined")), (5, 4), "{split}");
    assert_eq!(count("records"), count("sealed") + count("repeated") + sum("left") + sum("quarantined"));
    assert_eq!(split["unknown_sites"], serde_json::json!([["shop.nobody.example", 2]]));
    assert_eq!(split["source_is_readable"], true);
    let campaign = split["campaign"].as_str().unwrap().to_owned();
    let again = ["--at", "2026-06-01", "credentials", "split", text(&file), "--delete-on", "2026-07-01"];
    let (_, again) = desk.fails(&[&again[..], &WORDS[..]].concat());
    assert!(
        again["error"].to_string().contains("split before") || again.to_string().contains("split before"),
        "{again}"
    );

    // Approved by who did not draft, sent, and each opens its own only.
    desk.ok(&["--at", "2026-06-01", "campaign", "approve", &campaign]);
    let sent = desk.ok(&["--at", "2026-06-01", "campaign", "send", &campaign]);
    assert_eq!(sent["letters"], 12);
    let served = Served::over(nation.desk.clone());
    let mut handed = 0;
    for number in [0, 5, 11] {
        let operator = format!("op-{number}");
        let request = nation.request(&campaign, &operator)["request"].as_str().unwrap().to_owned();
        let person = served.seat(&format!("{operator}-desk"), "answerer", Some(&operator));
        look_at_sheets(&served, &person, &request, number == 0 && registry.is_none());
        let token = served.token(&format!("{operator}-desk"), "answer");
        let got = served.fetch(&format!("/api/v1/requests/{request}/rows"), &token);
        assert_eq!(got.0, 200);
        let sheet = desk.folder.path().join("sheet.age");
        std::fs::write(&sheet, &got.1).unwrap();
        let rows = nation.open(&operator, &sheet).expect("its own key opens it");
        assert!(rows.iter().all(|row| row[1].contains(&format!("op-{number}.example")) && row[3].starts_with(CANARY)));
        assert_eq!(rows.len(), 100);
        handed += rows.len();
        assert!(nation.open("op-1", &sheet).is_none(), "another's key does not");
        // By the line's token it answers, without telling whose account it is.
        let answer: String =
            rows.iter().take(90).map(|row| format!("{},credentials-reset\n", row[0])).collect::<String>();
        let answer = format!("line,status\n{answer}{},no-such-account\n", rows[90][0]);
        let headers = [("authorization", format!("Bearer {token}")), ("content-type", "text/csv".to_owned())];
        let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
        let answered = served.ask("POST", &format!("/api/v1/requests/{request}/answer"), &headers, &answer);
        assert_eq!(answered.status, 200, "{}", answered.body);
        // The house, which asked, fetches no sealed sheet; another operator finds no such request.
        served.seat(&format!("house-{number}"), "drafter,analyst", None);
        let house = served.token(&format!("house-{number}"), "work");
        assert_eq!(served.fetch(&format!("/api/v1/requests/{request}/rows"), &house).0, 403);
        served.seat(&format!("other-{number}"), "answerer", Some("op-2"));
        let other = served.token(&format!("other-{number}"), "work");
        assert_eq!(served.fetch(&format!("/api/v1/requests/{request}/rows"), &other).0, 404);
    }
    assert_eq!(handed, 300);
    let batches = desk.ok(&["--at", "2026-06-20", "credentials", "list"]);
    assert_eq!((&batches[0]["reset"], &batches[0]["receipts"]), (&270.into(), &3.into()), "{batches}");
    // Address statuses do not answer it.
    let request = nation.request(&campaign, "op-3")["request"].as_str().unwrap().to_owned();
    desk.fails(&["answer", "record", &request, "--count", "quarantined=1"]);
    drop(served);

    // Nothing readable is left anywhere, quarantine and database included.
    assert_eq!(nation.holding(CANARY, registry.as_deref()), [""; 0]);
    // A sieve that finds nothing must be one that would: an id is nowhere either, a site's name is.
    assert_eq!(nation.holding("user1199", registry.as_deref()), [""; 0]);
    assert!(!nation.holding("op-11.example", registry.as_deref()).is_empty());

    // Known again in another file, though nothing readable was kept.
    let more = desk.write(
        "more.csv",
        &format!("site;id;password\nwww.op-3.example;user3;{CANARY}3\nop-3.example;new;{CANARY}n\n"),
    );
    let split = nation.split(&more);
    assert_eq!((&split["sealed"], &split["left"]["told-before"]), (&1.into(), &1.into()), "{split}");

    // Somebody runs the site now: the rest is split, from what was sealed to the office.
    let mut parties = String::new();
    let key = format!("seal = \"age\", key = \"{}\"", public(&nation.keys["op-0"]));
    party(&mut parties, "op-nobody", "site-operator", &["nobody.example"], &key);
    let parties = desk.write("nobody.toml", &parties);
    desk.ok(&["party", "import", text(&parties)]);
    let args = ["--at", "2026-06-21", "credentials", "split", "--rest", &campaign];
    let rest = desk.ok(&[&args[..], &WORDS[..]].concat());
    assert_eq!((&rest["records"], &rest["sealed"]), (&5.into(), &2.into()), "{rest}");
    assert_eq!((&rest["source_is_readable"], &rest["delete_on"]), (&false.into(), &"2026-07-01".into()));

    // On the day that was said, the sealed sheets go, and nothing before it.
    assert_eq!(desk.ok(&["--at", "2026-06-30", "credentials", "delete"])["files"], 0);
    let deleted = desk.ok(&["--at", "2026-07-01", "credentials", "delete"]);
    assert_eq!(deleted["batches"], 3);
    assert_eq!(desk.ok(&["--at", "2026-07-02", "credentials", "delete"])["files"], 0);
    assert_eq!(desk.ok(&["audit", "verify"])["intact"], true);
}

#[test]
fn credentials_go_to_their_operator_alone_on_sqlite() {
    story(None);
}

#[test]
fn credentials_go_to_their_operator_alone_on_postgresql() {
    let postgres = renkei_testkit::postgres::shared().unwrap();
    story(Some(postgres.fresh_database().unwrap()));
}

#[test]
fn a_sealed_file_is_split_and_a_foreign_one_refused() {
    let nation = Nation::new(None, 2);
    let desk = &nation.desk;
    let keys = desk.ok(&["key", "list"]);
    let recipient = keys.as_array().or_else(|| keys["keys"].as_array()).unwrap();
    let recipient =
        recipient.iter().find_map(|key| key["public"].as_str().filter(|it| it.starts_with("age1"))).unwrap();
    let plain = desk.write("plain.txt", &format!("https://www.op-1.example/x:taro:{CANARY}:with:colons\n"));
    let sealed = desk.folder.path().join("plain.txt.age");
    let seal = |to: &str| Command::new("age").args(["-a", "-r", to, "-o"]).arg(&sealed).arg(&plain).status().unwrap();
    assert!(seal(&public(&nation.keys["op-0"])).success());
    let args = ["credentials", "split", text(&sealed), "--delete-on", "2099-01-01"];
    let (_, refused) = desk.fails(&[&args[..], &WORDS[..]].concat());
    assert!(refused.to_string().contains("quarantine key"), "{refused}");
    assert!(seal(recipient).success());
    let split = desk.ok(&[&args[..], &WORDS[..]].concat());
    assert_eq!((&split["sealed"], &split["source_is_readable"]), (&1.into(), &false.into()), "{split}");
    let (_, refused) =
        desk.fails(&[&["credentials", "split", text(&plain), "--delete-on", "2020-01-01"], &WORDS[..]].concat());
    assert!(refused.to_string().contains("not in the future"), "{refused}");
    let other = desk.write("other.csv", "name,telephone\na,b\n");
    let (_, refused) =
        desk.fails(&[&["credentials", "split", text(&other), "--delete-on", "2099-01-01"], &WORDS[..]].concat());
    assert!(refused.to_string().contains("not a file of credentials"), "{refused}");
}
