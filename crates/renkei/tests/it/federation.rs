//! Three hubs that draw from each other: what a community may have goes everywhere, what is kept goes nowhere, and what was
//! taken back is gone everywhere and does not come again (S0.13).

use std::collections::BTreeSet;
use std::process::Stdio;
use std::time::{Duration, Instant};

use renkei_testkit::postgres;
use serde_json::{Value, json};

use crate::served::Served;
use crate::sharing::refused;

const GREEN: &str = "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb";
const PAP_RED: &str = "marking-definition--740d36e5-7714-4c30-961a-3ae632ceee0e";
const AMBER: &str = "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421";

/// A hub with a contributor (`isp-a`), a party that stands for other hubs (`isp-b`) and one that they read as (`isp-c`).
struct Hub {
    name: &'static str,
    served: Option<Served>,
    group: String,
    token: String,
    settings: String,
}

impl Hub {
    fn open(name: &'static str, registry: Option<String>) -> Self {
        let desk = crate::sharing::open(registry);
        let group = desk.ok(&["group", "add", "community"])["group"].as_str().unwrap().to_owned();
        for seat in ["isp-a-desk", "isp-a-head", "isp-b-head", "isp-c-desk"] {
            desk.ok(&["group", "join", &group, seat]);
        }
        let settings = std::fs::read_to_string(desk.office().join("office.toml")).unwrap();
        let served = Served::serve(desk, &["--rate", "100000"], Stdio::inherit());
        let token = served.token("isp-c-desk", "read");
        Self { name, served: Some(served), group, token, settings }
    }

    fn served(&self) -> &Served {
        self.served.as_ref().unwrap()
    }

    fn url(&self) -> String {
        format!("{}/taxii2/hub/collections/{}/", self.served().site, self.group)
    }

    /// Names the hubs that this one draws from; each has a seat and a mandate here.
    fn draws_from(&self, peers: &[&Self], new: bool) {
        let desk = &self.served().desk;
        let mut settings = self.settings.clone();
        for peer in peers {
            let seat = format!("hub-{}", peer.name);
            if new {
                self.served().invite(&seat, "answerer", Some("isp-b"));
                let give = ["--seat", "isp-b-head", "mandate", "give", &seat, "--group", &self.group];
                desk.ok(&[&give[..], &["--tlp", "green", "--pap", "green", "--until", "2090-01-01"]].concat());
            }
            std::fs::write(desk.office().join(format!("{}.token", peer.name)), &peer.token).unwrap();
            settings.push_str(&format!(
                "\n[[peers]]\nname = \"{0}\"\nurl = \"{1}\"\nuser = \"isp-c-desk\"\ntoken_file = \"{0}.token\"\ngroup = \"{2}\"\nseat = \"{seat}\"\n",
                peer.name,
                peer.url(),
                self.group
            ));
        }
        std::fs::write(desk.office().join("office.toml"), settings).unwrap();
    }

    /// What a reader of the hub's collection sees: names of objects, each as often as it is there.
    fn names(&self) -> Vec<String> {
        let (mut names, mut next) = (Vec::new(), String::new());
        loop {
            let path = format!("/taxii2/hub/collections/{}/objects/?limit=500{next}", self.group);
            let (status, body) = self.served().fetch(&path, &self.token);
            assert_eq!(status, 200);
            let page: Value = serde_json::from_slice(&body).unwrap();
            let objects = page["objects"].as_array().cloned().unwrap_or_default();
            names.extend(objects.iter().map(|object| object["name"].as_str().unwrap().to_owned()));
            if page["more"] != true {
                names.sort();
                return names;
            }
            next = format!("&next={}", page["next"].as_str().unwrap());
        }
    }

    /// Shares objects by people: drafted by one, let out by the other.
    fn shares(&self, tlp: &str, objects: &[Value]) -> String {
        self.shares_as(tlp, "green", objects)
    }

    fn shares_as(&self, tlp: &str, pap: &str, objects: &[Value]) -> String {
        let desk = &self.served().desk;
        let bundle =
            json!({ "type": "bundle", "id": "bundle--0b0c2d2b-17d4-4cbf-938f-000000000001", "objects": objects });
        let file = desk.write("bundle.json", &bundle.to_string());
        let args = ["--seat", "isp-a-desk", "item", "draft", "--kind", "indicator", "--title", "x", "--tlp", tlp];
        let more = ["--pap", pap, "--to-group", &self.group, "--stix", crate::desk::text(&file)];
        let item = desk.ok(&[&args[..], &more].concat())["item"].as_str().unwrap().to_owned();
        desk.ok(&["--seat", "isp-a-head", "item", "post", &item]);
        item
    }

    fn draw(&self, peer: &str) -> Value {
        self.served().desk.ok(&["peer", "draw", peer])
    }
}

fn object(number: u32, name: &str, marking: Option<&str>) -> Value {
    let mut object = json!({
        "type": "indicator", "spec_version": "2.1", "id": format!("indicator--0b0c2d2b-17d4-4cbf-938f-0000{number:08}"),
        "created": "2026-06-01T00:00:00.000Z", "modified": "2026-06-01T00:00:00.000Z", "name": name,
        "pattern": format!("[domain-name:value = 'f{number}.evil.example']"), "pattern_type": "stix",
        "valid_from": "2026-06-01T00:00:00Z"
    });
    if let Some(marking) = marking {
        object["object_marking_refs"] = json!([marking]);
    }
    object
}

/// Each hub draws from each other one, over and over, until nothing changes anywhere; how often that was.
fn settle(hubs: &[Hub]) -> u32 {
    for round in 1..10 {
        let mut changed = 0;
        for hub in hubs {
            for peer in hubs.iter().filter(|peer| peer.name != hub.name) {
                let drawn = hub.draw(peer.name);
                changed += drawn["added"].as_u64().unwrap() + drawn["taken_back"].as_u64().unwrap();
            }
        }
        if changed == 0 {
            return round;
        }
    }
    panic!("the hubs do not come to rest");
}

#[test]
fn three_hubs_agree_and_what_is_taken_back_is_gone_everywhere() {
    story(|| None);
}

#[test]
fn three_hubs_agree_on_postgresql() {
    story(|| Some(postgres::shared().unwrap().fresh_database().unwrap()));
}

fn story(registry: impl Fn() -> Option<String>) {
    let mut hubs = ["north", "east", "south"].map(|name| Hub::open(name, registry()));
    for hub in &hubs {
        let peers: Vec<&Hub> = hubs.iter().filter(|peer| peer.name != hub.name).collect();
        hub.draws_from(&peers, true);
    }
    // What the community may have goes everywhere, once; what is narrower or has no label stays where it is.
    let item = hubs[0].shares("green", &[object(1, "a", Some(GREEN)), object(2, "b", Some(GREEN))]);
    hubs[0].shares("amber", &[object(3, "kept", Some(AMBER))]);
    hubs[0].shares("green", &[object(4, "bare", None)]);
    let clear =
        hubs[1].shares("clear", &[object(5, "c", Some("marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"))]);
    // What is not to be acted upon does not get under a mandate that lets filters be fed.
    let mut passive = object(6, "passive", Some(GREEN));
    passive["object_marking_refs"] = json!([GREEN, PAP_RED]);
    hubs[0].shares_as("green", "red", &[passive]);
    let first = hubs[2].draw("north");
    let counts = ["added", "kept", "unmarked", "refused"].map(|key| first[key].as_u64().unwrap());
    assert_eq!(counts, [2, 1, 1, 1], "{first}");
    settle(&hubs);
    assert_eq!(hubs[0].names(), ["a", "b", "bare", "c", "kept", "passive"]);
    assert_eq!(hubs[1].names(), ["a", "b", "c"]);
    assert_eq!(hubs[2].names(), ["a", "b", "c"]);
    let again = hubs[2].draw("east");
    assert_eq!((&again["added"], &again["known"]), (&0.into(), &3.into()));
    // A value of another hub is found here, and its items belong to who stands for that hub.
    let found = hubs[2].served().desk.ok(&["--seat", "isp-a-desk", "item", "lookup", "f1.evil.example"]);
    assert_eq!(found["items"][0]["party"], "isp-b");
    // Without a mandate nothing is shared; who may not say it is told so.
    let listed = hubs[2].served().desk.ok(&["peer", "list"]);
    assert_eq!((&listed[0]["fault"], &listed[0]["objects"].as_u64().map(|n| n >= 2)), (&Value::Null, &Some(true)));
    assert!(refused(&hubs[2].served().desk, &["peer", "draw", "west"]).1.contains("there is no peer `west`"));

    // A link is cut: nothing is taken back for that. Healed, it goes on.
    let desk = hubs[0].served.take().unwrap().killed();
    let told = refused(&hubs[2].served().desk, &["peer", "draw", "north"]).1;
    assert!(told.contains("no answer"), "{told}");
    let all = hubs[2].served().desk.run(&["peer", "draw"]);
    let drawn: Value = serde_json::from_slice(&all.stdout).unwrap();
    assert!(!all.status.success() && drawn[0]["peer"] == "east", "one that is silent keeps no other from being drawn");
    assert_eq!(hubs[2].names(), ["a", "b", "c"]);
    hubs[0].served = Some(Served::serve(desk, &["--rate", "100000"], Stdio::inherit()));
    for hub in &hubs {
        let peers: Vec<&Hub> = hubs.iter().filter(|peer| peer.name != hub.name).collect();
        hub.draws_from(&peers, false);
    }
    settle(&hubs);

    // Taken back at its origin it is gone everywhere, though each hub could have it back from another.
    hubs[0].served().desk.ok(&["--seat", "isp-a-desk", "item", "withdraw", &item]);
    let rounds = settle(&hubs);
    assert!(rounds <= 4, "{rounds}");
    assert_eq!(hubs[0].names(), ["bare", "c", "kept", "passive"]);
    assert_eq!((hubs[1].names(), hubs[2].names()), (vec!["c".to_owned()], vec!["c".to_owned()]));
    // Drawn closer is as good as taken back, for whom it no longer reaches.
    hubs[1].served().desk.ok(&["--seat", "isp-a-desk", "item", "narrow", &clear, "--not-group", &hubs[1].group]);
    settle(&hubs);
    assert!(hubs[1].names().is_empty() && hubs[2].names().is_empty());
    for hub in &hubs {
        hub.served().desk.ok(&["audit", "verify"]);
    }
    killed_while_drawing(&mut hubs);
}

/// A process that draws is killed at some moments; what it shared is shared once, and the next one goes on.
fn killed_while_drawing(hubs: &mut [Hub; 3]) {
    let many: Vec<Value> = (100..700).map(|number| object(number, &format!("n{number}"), Some(GREEN))).collect();
    hubs[0].shares("green", &many);
    for wait in [40, 120, 250, 500, 900] {
        let mut drawing = hubs[2].served().desk.spawn(&["peer", "draw", "north"]);
        std::thread::sleep(Duration::from_millis(wait));
        drawing.kill().unwrap();
        drawing.wait().unwrap();
        let names = hubs[2].names();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "something stands there twice");
    }
    settle(hubs);
    let names = hubs[2].names();
    assert_eq!(names.len(), 600);
    assert_eq!(hubs[1].names(), names);

    // A served office draws by itself: what is posted elsewhere is there within a round.
    let desk = hubs[2].served.take().unwrap().killed();
    hubs[2].served = Some(Served::serve(desk, &["--rate", "100000"], Stdio::inherit()));
    hubs[0].shares("green", &[object(900, "late", Some(GREEN))]);
    let began = Instant::now();
    while !hubs[2].names().contains(&"late".to_owned()) {
        assert!(began.elapsed() < Duration::from_secs(60), "a served office draws nothing");
        std::thread::sleep(Duration::from_millis(200));
    }
}
