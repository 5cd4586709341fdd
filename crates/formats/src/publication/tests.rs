//! The site of made figures: well-formed, without script, nothing loaded, the same in every form.

use super::*;

fn sum(number: u64) -> Sum {
    Sum {
        minutes: 60,
        packets: 10 * number,
        probes: 9 * number,
        accesses: 1.5,
        sources: 12.0,
        began: 20,
        household: 5,
        mirai: number,
        victims: 2,
    }
}

fn report() -> Report {
    let row = |hour: u64| Row {
        from: format!("2026-11-2{}T0{hour}:00:00Z", hour % 3),
        sum: if hour == 2 { Sum::default() } else { sum(hour) },
    };
    let cell = |name: &str, count| CountryRow { name: name.into(), count, before: Some(7) };
    let port = PortRow {
        protocol: "tcp".into(),
        port: 23,
        packets: 12_346,
        began: None,
        packets_before: 10_000,
        place_before: Some(2),
    };
    Report {
        form: FORM.into(),
        made_at: "2026-11-23T10:00:00Z".into(),
        from: "2026-11-16T10:00:00Z".into(),
        until: "2026-11-23T10:00:00Z".into(),
        addresses: 2_048,
        smallest_attack_pps: 174_762.67,
        least: LEAST,
        now: sum(30),
        before: sum(20),
        hourly: (0..5).map(row).collect(),
        daily: (0..3).map(row).collect(),
        weekly: (0..2).map(row).collect(),
        ports: vec![port],
        countries: vec![cell("JP", 90), cell("unknown", 8), cell(JOINED, 3)],
        victim_countries: vec![],
        closed: None,
    }
}

fn both(text: &str) -> Bilingual {
    Bilingual { ja: format!("{text}（日本語）"), en: format!("{text} <in English> & \"so\"") }
}

fn alert(bits: u128) -> Alert {
    Alert {
        id: format!("pub-{bits}"),
        bits,
        title: both("worm"),
        text: both("It spreads.\n\nUpdate."),
        published: Moment(1_000_000),
        corrections: vec![],
        retracted: None,
    }
}

fn site() -> Site {
    let corrected = Alert { corrections: vec![(Moment(2_000_000), both("the port was wrong"))], ..alert(1) };
    let gone = Alert {
        retracted: Some((Moment(3_000_000), both("it was no worm"))),
        text: both("SECRETLY WRONG"),
        ..alert(2)
    };
    Site {
        office: Bilingual { ja: "試験センター".into(), en: "Test Centre".into() },
        domain: "office.example".into(),
        report: Some(report()),
        report_at: Moment(2_500_000),
        report_retracted: None,
        alerts: vec![corrected, gone, alert(3)],
        changed: Moment(4_000_000),
    }
}

fn made() -> Vec<(String, String)> {
    let files = files(&site()).unwrap();
    files.into_iter().map(|file| (file.path, String::from_utf8(file.bytes).unwrap())).collect()
}

fn text(path: &str) -> String {
    made().into_iter().find(|(known, _)| known == path).unwrap().1
}

#[test]
fn pages_and_feeds_are_well_formed_and_load_nothing() {
    for (path, text) in made().iter().filter(|(path, _)| path.ends_with(".html") || path.ends_with(".atom")) {
        let body = text.strip_prefix("<!DOCTYPE html>\n").unwrap_or(text);
        let mut reader = quick_xml::Reader::from_str(body);
        reader.config_mut().check_end_names = true;
        loop {
            match reader.read_event() {
                Ok(quick_xml::events::Event::Eof) => break,
                Ok(_) => {}
                Err(error) => panic!("{path}: {error}"),
            }
        }
        for loaded in
            ["<script", "src=", "@import", "url(", "http://", "https://", "onload", "style=", "<iframe", "<form"]
        {
            let known = text.replace("http://www.w3.org/2005/Atom", "");
            assert!(!known.contains(loaded), "{path}: {loaded}");
        }
        assert!(!text.contains("<in English>"), "{path}: what was typed is escaped");
    }
}

#[test]
fn every_link_leads_to_a_file_of_the_site() {
    let files: Vec<String> = made().into_iter().map(|(path, _)| path).collect();
    for (path, text) in made().iter().filter(|(path, _)| path.ends_with(".html")) {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for href in text.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
            let href = href.split('#').next().unwrap();
            if href == "data:," {
                continue;
            }
            let target = match href.strip_prefix("../") {
                Some(rest) => rest.to_owned(),
                None if folder.is_empty() => href.to_owned(),
                None => format!("{folder}/{href}"),
            };
            assert!(files.contains(&target), "{path} links {href}");
        }
    }
}

#[test]
fn words_are_there_and_the_policy_names_the_style() {
    for path in ["ja/index.html", "en/index.html", "ja/alerts.html", "en/alerts.html", "index.html"] {
        let page = text(path);
        for key in ["caveat-", "series-", "-title", "-caption", "advice-", "mark-", "known-", "-none", "-at"] {
            let shown = page
                .split(['>', '"'])
                .any(|piece| piece.starts_with(key) && !piece.contains(' ') && piece.len() > key.len());
            assert!(!shown, "{path} shows a key: {key}");
        }
        let style = page.split("<style>").nth(1).unwrap().split("</style>").next().unwrap();
        use base64::Engine as _;
        use sha2::Digest as _;
        let digest = base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(style));
        assert!(page.contains(&format!("style-src &#39;sha256-{digest}&#39;")), "{path}");
        assert!(page.contains("lang=\"") && page.matches("<h1>").count() == 1, "{path}");
    }
    assert!(text("ja/index.html").contains("感染した機器は同種の機器を探す"));
}

#[test]
fn the_same_figures_stand_in_page_csv_and_json() {
    let page = text("en/index.html");
    for shown in ["12,346", "+23.5 %", "23/tcp", "2,048", "174,763", "fewer than 5", "+50.0 %", "25.0 %", "–"] {
        assert!(page.contains(shown), "{shown}");
    }
    assert!(text("data/ports.csv").contains("tcp,23,12346,,10000,2\r\n"));
    assert!(
        text("data/hourly.csv").lines().count() == 6 && text("data/hourly.csv").contains("2026-11-22T02:00:00Z,0,,,")
    );
    let figures: Report = serde_json::from_str(&text("data/figures.json")).unwrap();
    assert_eq!(figures, report());
}

#[test]
fn corrections_and_retractions_are_told_as_such() {
    let (page, feed) = (text("ja/alerts.html"), text("ja/feed.atom"));
    for told in ["【訂正】", "【撤回】", "the port was wrong", "it was no worm"] {
        assert!(page.contains(told) && feed.contains(told), "{told}");
    }
    // What was taken back is told no more, only that it was.
    assert!(!page.contains("SECRETLY WRONG") && !feed.contains("SECRETLY WRONG"));
    assert!(feed.contains("<id>urn:uuid:00000000-0000-0000-0000-000000000001</id>"));
    assert!(
        feed.contains("<updated>1970-01-01T00:00:02Z</updated>")
            && feed.contains("<published>1970-01-01T00:00:01Z</published>")
    );
    // The list of those that stand does not name the one that is gone.
    let list = text("en/index.html");
    assert!(list.contains("#pub-1") && list.contains("#pub-3") && !list.contains("#pub-2"));
}

#[test]
fn pages_are_light() {
    for (path, text) in made() {
        assert!(text.len() < 40_000, "{path}: {} bytes", text.len());
    }
}
