//! Publication from end to end: captures are made, watched by the real sensor, taken in, drawn, approved,
//! served, opened from disk; an alert lives its life. Nothing of the sensors is in any published byte.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use renkei_app::signin::code;
use renkei_core::time::{Moment, SECOND};
use renkei_edge::sense::generate::{Plan, Truth, write};
use renkei_testkit::browser::{Browser, BrowserOptions, Language, Window};
use serde_json::Value;

use crate::desk::{Desk, text};
use crate::pages::{EN, JA, look, see, sign_in};
use crate::served::{Served, now};
use crate::sharing::group;

/// What may be in no published byte: the sensor's id and its prefix.
const SENSOR: &str = "dark-cellar-7";
const DARK: &str = "198.18.0.0/21";
/// 2026-06-01T00:00:00Z.
const JUNE: u32 = 1_780_272_000;
const WEEK: u32 = 7 * 86_400;
/// When it is published: after the last hour, in the same week.
const AT: &str = "2026-06-01T03:30:00Z";
const COUNTRIES: &str = "0.0.0.0,99.255.255.255,JP\n100.0.0.0,198.17.255.255,US\n";

/// Three hours of this week and of the week before, with what was made.
fn watched(desk: &Desk) -> (Vec<PathBuf>, [Truth; 2]) {
    let countries = desk.write("countries.csv", COUNTRIES);
    let mut files = Vec::new();
    let truths = [(30_000, JUNE, 1), (20_000, JUNE - WEEK, 2)].map(|(packets, start, seed)| {
        let plan = Plan { packets, seconds: 10_800, start, seed, ..Plan::HUNDREDTH };
        let mut capture = Vec::new();
        let truth = write(&plan, false, &mut capture).unwrap();
        let path = desk.folder.path().join(format!("{start}.pcap"));
        fs::write(&path, capture).unwrap();
        let out = desk.folder.path().join(format!("seen-{start}"));
        let more = ["--dark", DARK, "--sensor", SENSOR, "--countries", text(&countries), "--out", text(&out)];
        desk.ok(&[&["sense", text(&path)], &more[..]].concat());
        let left = fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().path());
        files.extend(left.filter(|path| text(path).contains("-hours-")));
        truth
    });
    (files, truths)
}

/// An office that took in what its sensor saw.
fn taken(desk: &Desk) -> (Vec<PathBuf>, [Truth; 2]) {
    desk.open();
    let (files, truths) = watched(desk);
    assert_eq!(files.len(), 2);
    for file in &files {
        let took = desk.ok(&["--at", AT, "publish", "take", text(file)]);
        assert_eq!((&took["files"][0]["known"], &took["files"][0]["hours"]), (&false.into(), &3.into()), "{took}");
    }
    (files, truths)
}

fn drawn(desk: &Desk, folder: &Path) -> String {
    let drawn = desk.ok(&["--at", AT, "publish", "open", "--to", text(folder)]);
    drawn["publication"].as_str().unwrap().to_owned()
}

fn figures(folder: &Path) -> Value {
    serde_json::from_slice(&fs::read(folder.join("data/figures.json")).unwrap()).unwrap()
}

/// Every file below a folder, by its path.
fn site(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
                files.insert(name, fs::read(path).unwrap());
            }
        }
    }
    files
}

/// No published byte names a sensor or an address of it, nor any address that was seen.
fn tells_nothing_of_sensors(files: &BTreeMap<String, Vec<u8>>) {
    for (path, bytes) in files {
        let text = String::from_utf8_lossy(bytes);
        for planted in [SENSOR, "198.18."] {
            assert!(!text.contains(planted), "{path} has `{planted}`");
        }
        let four = |piece: &str| piece.trim_matches('.').parse::<std::net::Ipv4Addr>().is_ok();
        let address = text.split(|c: char| !(c.is_ascii_digit() || c == '.')).find(|piece| four(piece));
        assert_eq!(address, None, "{path}");
    }
}

fn alert(desk: &Desk, name: &str, words: &str, correction: bool) -> PathBuf {
    let correction = if correction {
        "correction = { ja = \"ポートが誤っていた\", en = \"The port was wrong\" }\n"
    } else {
        ""
    };
    let text = format!(
        "title = {{ ja = \"ルータへの攻撃\", en = \"Attacks on routers\" }}\ntext = {{ ja = \"{words}\", en = \"{words}\" }}\n{correction}"
    );
    desk.write(name, &text)
}

#[test]
fn published_figures_are_what_was_made_and_nothing_of_the_sensors_leaves() {
    figures_story(None);
}

#[test]
fn published_figures_are_what_was_made_and_nothing_of_the_sensors_leaves_on_postgresql() {
    let postgres = renkei_testkit::postgres::shared().unwrap();
    figures_story(Some(postgres.fresh_database().unwrap()));
}

fn figures_story(registry: Option<String>) {
    let desk = Desk::new(registry);
    let (files, [now, before]) = taken(&desk);
    // Exactly once, also where the file was laid out anew.
    assert_eq!(desk.ok(&["--at", AT, "publish", "take", text(&files[0])])["files"][0]["known"], true);
    let again = fs::read_to_string(&files[0]).unwrap().replace("\n  ", "\n   ");
    let again = desk.write("again.json", &again);
    assert!(desk.fails(&["--at", AT, "publish", "take", text(&again)]).1.to_string().contains("same minutes"));

    let folder = desk.folder.path().join("site");
    let report = drawn(&desk, &folder);
    let shown = figures(&folder);
    assert_eq!((&shown["now"]["packets"], &shown["before"]["packets"]), (&now.packets.into(), &before.packets.into()));
    let sum = |rows: &Value| rows.as_array().unwrap().iter().map(|row| row["packets"].as_u64().unwrap()).sum::<u64>();
    assert_eq!(
        [&shown["hourly"], &shown["daily"], &shown["weekly"]].map(sum),
        [now.packets, now.packets + before.packets, now.packets + before.packets]
    );
    // Recomputed from the files that the sensor left.
    let hours = |file: &PathBuf| -> Value { serde_json::from_slice(&fs::read(file).unwrap()).unwrap() };
    let (this, last) = (hours(&files[0]), hours(&files[1]));
    for count in ["probes", "began", "household", "mirai", "victims"] {
        let of = |file: &Value| {
            file["hours"].as_array().unwrap().iter().map(|hour| hour[count].as_u64().unwrap()).sum::<u64>()
        };
        assert_eq!(
            (shown["now"][count].as_u64(), shown["before"][count].as_u64()),
            (Some(of(&this)), Some(of(&last))),
            "{count}"
        );
    }
    assert_eq!((&shown["addresses"], shown["now"]["minutes"].as_u64()), (&2_048.into(), Some(180)));
    assert_eq!(shown["ports"][0]["port"], 23, "what the made bots look for most");
    let countries = shown["countries"].as_array().unwrap();
    assert_eq!(
        countries.iter().map(|cell| cell["count"].as_u64().unwrap()).sum::<u64>(),
        shown["now"]["began"].as_u64().unwrap()
    );
    assert!(
        countries.iter().all(|cell| cell["count"].as_u64().unwrap() >= 5 || cell["name"] == "joined"),
        "{countries:?}"
    );

    // Nothing is public yet; the very site that was drawn is, once another seat approved it.
    assert_eq!(desk.ok(&["publish", "site", "--to", text(&folder)])["files"], 0);
    desk.ok(&["--at", AT, "publish", "approve", &report]);
    let public = desk.folder.path().join("public");
    desk.ok(&["publish", "site", "--to", text(&public)]);
    assert_eq!(site(&public), site(&folder));
    tells_nothing_of_sensors(&site(&public));
    let served = Served::over(desk.clone());
    for (path, bytes) in site(&public) {
        let got = served.get(&format!("/public/{path}"), "");
        assert_eq!((got.status, got.body.as_bytes()), (200, bytes.as_slice()), "{path}");
    }
    assert_eq!(served.get("/public/", "").body.as_bytes(), site(&public)["index.html"].as_slice());
    for path in ["/public/nothing.html", "/public/ja/..%2f..%2foffice.toml", "/public/../office.toml"] {
        assert_eq!(served.get(path, "").status, 404, "{path}");
    }
    assert_eq!(desk.ok(&["audit", "verify"])["intact"], true);
}

#[test]
fn the_closed_report_has_more_and_is_never_public() {
    let desk = Desk::new(None);
    taken(&desk);
    let group = group(&desk, "電力");
    let (open, closed) = (desk.folder.path().join("open"), desk.folder.path().join("closed"));
    drawn(&desk, &open);
    desk.ok(&["--at", AT, "publish", "closed", "--group", &group, "--to", text(&closed)]);
    let (open, more) = (figures(&open), figures(&closed));
    assert_eq!((&open["now"], &open["daily"]), (&more["now"], &more["daily"]), "one analysis");
    assert_eq!((more["hourly"].as_array().unwrap().len(), &more["closed"]["group"]), (168, &"電力".into()));
    assert!(more["closed"]["detections"].as_array().unwrap().iter().any(|row| row["name"] == "mirai-like"), "{more}");
    assert!(open["closed"].is_null());
    tells_nothing_of_sensors(&site(&closed));
    assert!(String::from_utf8_lossy(&site(&closed)["ja/index.html"]).contains("電力向けの限定報告"));
    let public = desk.folder.path().join("public");
    assert_eq!(desk.ok(&["publish", "site", "--to", text(&public)])["files"], 0);
}

#[test]
fn an_alert_is_approved_by_another_corrected_and_taken_back_in_sight_of_all() {
    let desk = Desk::new(None);
    taken(&desk);
    let served = Served::over(desk.clone());
    let page = || served.get("/public/ja/alerts.html", "");
    let feed = || served.get("/public/en/feed.atom", "").body;
    // Neither an address nor the name of a sensor gets into an alert.
    for (words, told) in [("from 198.18.0.9", "is an address"), ("seen by dark-cellar-7", "never published")] {
        let file = alert(&desk, "wrong.toml", words, false);
        assert!(desk.fails(&["publish", "alert", text(&file)]).1.to_string().contains(told), "{words}");
    }
    served.invite("both-desk", "drafter,approver", None);
    let file = alert(&desk, "alert.toml", "Port 7547/tcp <b>now</b>", false);
    let written = desk.ok(&["--seat", "both-desk", "publish", "alert", text(&file)]);
    let id = written["publication"].as_str().unwrap().to_owned();
    assert_eq!((page().status, desk.fails(&["--seat", "both-desk", "publish", "approve", &id]).0), (404, 3));
    served.invite("second-head", "approver", None);
    let approve = || desk.ok(&["--seat", "second-head", "publish", "approve", &id]);
    approve();
    assert!(page().body.contains("Port 7547/tcp &lt;b&gt;now&lt;/b&gt;") && page().body.contains("ルータへの攻撃"));
    assert!(feed().contains("<title>Attacks on routers</title>"));

    // A correction says what was wrong, and waits until it is approved.
    assert!(desk.fails(&["publish", "alert", "--of", &id, text(&file)]).1.to_string().contains("what was wrong"));
    let mended = alert(&desk, "mended.toml", "Port 5555/tcp", true);
    desk.ok(&["publish", "alert", "--of", &id, text(&mended)]);
    assert!(page().body.contains("7547") && !page().body.contains("5555"));
    assert_eq!(desk.ok(&["publish", "list"])[0]["state"], "correcting");
    approve();
    assert!(
        page().body.contains("5555") && page().body.contains("ポートが誤っていた") && page().body.contains("【訂正】")
    );
    assert!(feed().contains("[Corrected] Attacks on routers") && feed().contains("The port was wrong"));

    let reason = ["--reason-ja", "攻撃ではなく調査だった", "--reason-en", "It was a survey, no attack"];
    let retract = [&["--seat", "second-head", "publish", "retract", &id], &reason[..]].concat();
    assert_eq!(
        desk.fails(
            &[
                &["--seat", "both-desk", "publish", "retract", &id, "--reason-ja", "x"],
                &["--reason-en", "198.18.0.1"][..]
            ]
            .concat()
        )
        .0,
        1
    );
    desk.ok(&retract);
    assert!(
        page().body.contains("【撤回】")
            && page().body.contains("攻撃ではなく調査だった")
            && !page().body.contains("5555")
    );
    assert!(feed().contains("[Retracted] Attacks on routers"));
    assert!(desk.fails(&retract).1.to_string().contains("retracted"), "once is enough");
    let acts = desk.ok(&["audit", "show", "--limit", "500"]).to_string();
    for act in ["draft-publication", "publish", "retract-publication"] {
        assert!(acts.contains(act), "{act}");
    }
    assert_eq!(desk.ok(&["audit", "verify"])["intact"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_site_is_read_in_both_languages_from_the_office_and_from_disk() {
    let desk = Desk::new(None);
    taken(&desk);
    let folder = desk.folder.path().join("site");
    let report = drawn(&desk, &folder);
    desk.ok(&["--at", AT, "publish", "approve", &report]);
    let written = desk.ok(&["publish", "alert", text(&alert(&desk, "alert.toml", "Update.", false))]);
    desk.ok(&["publish", "approve", written["publication"].as_str().unwrap()]);
    desk.ok(&["publish", "site", "--to", text(&folder)]);
    let served = Served::over(desk);
    for (language, window, tag) in [(Language::Japanese, Window::Wide, "ja"), (Language::English, Window::Narrow, "en")]
    {
        let browser = Browser::start(&BrowserOptions { window, language, script: true }).await.unwrap();
        for page in ["index", "alerts"] {
            browser.goto(&format!("{}/public/{tag}/{page}.html", served.site)).await.unwrap();
            look(&browser, &served.site, &format!("public-{page}-{tag}")).await;
        }
        // Nothing of it is script, and the style is taken by the policy's digest.
        let style = browser
            .run("return getComputedStyle(document.querySelector('article')).borderLeftStyle", serde_json::json!([]))
            .await
            .unwrap();
        assert_eq!(style, "solid");
    }
    let plain = BrowserOptions { window: Window::Wide, language: Language::Japanese, script: false };
    let browser = Browser::start(&plain).await.unwrap();
    browser.goto(&format!("file://{}", text(&folder.join("ja/index.html")))).await.unwrap();
    let shown = browser.text().await.unwrap();
    assert!(shown.contains("直近の7日間") && shown.contains("ルータへの攻撃"), "{shown}");
    browser.shot("public-from-disk").await.unwrap();
}

/// The same at the desk: typed in a form, looked at as everybody would, let be read with a fresh code, taken back.
#[tokio::test(flavor = "multi_thread")]
async fn an_alert_is_published_within_minutes_in_the_pages() {
    let desk = Desk::new(None);
    taken(&desk);
    let served = Served::over(desk);
    let site = served.site.clone();
    let writer = served.seat("press-desk", "drafter", None);
    let head = served.seat("press-head", "approver", None);
    let wide = BrowserOptions { window: Window::Wide, language: Language::Japanese, script: true };
    let writing = Browser::start(&wide).await.unwrap();
    sign_in(&writing, &site, "press-desk", &writer.recovery[0], JA).await;
    see(&writing, &site, "/publications", "publications-empty-ja").await;
    writing.click("link", "緊急の注意喚起を書く").await.unwrap();
    writing.wait_for("textarea[name=text_ja]").await.unwrap();
    for (label, words) in [
        ("題（日本語） 必須", "ルータへの攻撃"),
        ("題（英語） 必須", "Attacks on routers"),
        ("本文（日本語） 必須", "更新してください。"),
        ("本文（英語） 必須", "Please update."),
    ] {
        writing.fill(label, words).await.unwrap();
    }
    look(&writing, &site, "alert-new-ja").await;
    writing.click("button", "起案として保存する").await.unwrap();
    writing.wait_for(".state.publication-drafted").await.unwrap();
    let path = writing.url().await.unwrap().strip_prefix(&site).unwrap().to_owned();
    assert_eq!(served.get("/public/ja/alerts.html", "").status, 404, "a draft is not public");
    writing.goto(&format!("{site}{path}/site/ja/alerts.html")).await.unwrap();
    assert!(writing.text().await.unwrap().contains("更新してください。"), "the preview shows it");
    writing.shot("alert-preview-ja").await.unwrap();

    let narrow = BrowserOptions { window: Window::Narrow, language: Language::English, script: true };
    let deciding = Browser::start(&narrow).await.unwrap();
    sign_in(&deciding, &site, "press-head", &head.recovery[0], EN).await;
    see(&deciding, &site, &path, "alert-decide-narrow-en").await;
    // The next code: the one of this half minute may have been used to sign in.
    let next = Moment(now().0 + 30 * SECOND);
    deciding.fill("Code required", &code::now(&head.totp, next).unwrap()).await.unwrap();
    deciding.click("button", "Let everybody read it").await.unwrap();
    deciding.wait_for(".state.publication-published").await.unwrap();
    assert!(served.get("/public/ja/alerts.html", "").body.contains("更新してください。"));
    deciding.click("DisclosureTriangle", "Take it back").await.unwrap();
    deciding.fill("Reason in Japanese, which everybody reads required", "誤報だった").await.unwrap();
    deciding.fill("Reason in English required", "False alarm").await.unwrap();
    deciding.click("button", "Take it back now").await.unwrap();
    deciding.wait_for(".state.publication-retracted").await.unwrap();
    look(&deciding, &site, "alert-retracted-narrow-en").await;
    let public = served.get("/public/ja/alerts.html", "").body;
    assert!(public.contains("誤報だった") && !public.contains("更新してください。"));

    see(&writing, &site, "/publications", "publications-ja").await;
    // The sensors of this office told of nothing lately: there is no report to draw, and that is said.
    writing.click("button", "公開用の報告を描き直す").await.unwrap();
    writing.wait_for("main h1").await.unwrap();
    assert!(writing.text().await.unwrap().contains("no hours of a sensor were taken in"));
    assert_eq!(writing.tofu().await.unwrap(), "", "letters without a glyph");
}
