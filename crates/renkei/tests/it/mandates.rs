//! Mandates: a machine shares by itself what its approver approved in advance, TAXII in its whole; and corrections.

use renkei_testkit::taxii::{Setup, suite};
use serde_json::{Value, json};

use crate::served::Served;
use crate::sharing::{draft, refused};

const MEDIA: &str = "application/taxii+json;version=2.1";

/// An office with a sharing bank's desk, its approver and its machine, and a reader elsewhere; and a group of all but the
/// machine.
struct Hub {
    served: Served,
    group: String,
    machine: String,
    reader: String,
}

fn hub(registry: Option<String>) -> Hub {
    let desk = crate::sharing::open(registry);
    let group = desk.ok(&["group", "add", "不正送金"])["group"].as_str().unwrap().to_owned();
    for seat in ["isp-a-desk", "isp-a-head", "isp-b-desk"] {
        desk.ok(&["group", "join", &group, seat]);
    }
    let served = Served::serve(desk, &["--rate", "100000"], std::process::Stdio::inherit());
    served.invite("isp-a-siem", "answerer", Some("isp-a"));
    let [machine, reader] = ["isp-a-siem", "isp-b-desk"].map(|seat| served.token(seat, "work"));
    Hub { served, group, machine, reader }
}

impl Hub {
    fn give(&self, by: &str, to: &str, more: &[&str]) -> Vec<String> {
        let args = ["--seat", by, "mandate", "give", to, "--group", &self.group];
        [&args[..], more].concat().iter().map(|arg| (*arg).to_owned()).collect()
    }

    fn mandate(&self, more: &[&str]) -> String {
        let args = self.give("isp-a-head", "isp-a-siem", more);
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        self.served.desk.ok(&args)["mandate"].as_str().unwrap().to_owned()
    }

    fn ask(&self, method: &str, path: &str, token: &str, body: &str) -> (u16, Value) {
        let path = format!("/taxii2/hub/{path}");
        let headers = [("authorization", &*format!("Bearer {token}")), ("accept", MEDIA), ("content-type", MEDIA)];
        let got = self.served.ask(method, &path, &headers, body);
        (got.status, serde_json::from_str(&got.body).unwrap_or(Value::Null))
    }

    fn post(&self, objects: &[Value]) -> Value {
        let (status, told) = self.ask(
            "POST",
            &format!("collections/{}/objects/", self.group),
            &self.machine,
            &json!({ "objects": objects }).to_string(),
        );
        assert_eq!(status, 202, "{told}");
        told
    }

    fn names(&self) -> Vec<String> {
        let (status, told) = self.ask("GET", &format!("collections/{}/objects/", self.group), &self.reader, "");
        assert_eq!(status, 200);
        let objects = told["objects"].as_array().cloned().unwrap_or_default();
        let seen = objects.iter().filter(|object| object["type"] == "indicator");
        seen.map(|object| object["name"].as_str().unwrap().to_owned()).collect()
    }
}

fn indicator(number: u32, more: &Value) -> Value {
    let mut object = json!({
        "type": "indicator", "spec_version": "2.1", "id": format!("indicator--0b0c2d2b-17d4-4cbf-938f-0000{number:08}"),
        "created": "2026-06-01T00:00:00.000Z", "modified": "2026-06-01T00:00:00.000Z", "name": format!("C2 {number}"),
        "indicator_types": ["malicious-activity"], "pattern": format!("[domain-name:value = 'c2-{number}.evil.example']"),
        "pattern_type": "stix", "valid_from": "2026-06-01T00:00:00Z"
    });
    object.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    object
}

const GREEN: [&str; 6] = ["--tlp", "green", "--pap", "green", "--until", "2030-01-01"];
const RED: &str = "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1";

#[test]
fn what_a_mandate_covers_is_shared_at_once() {
    covered(&hub(None));
}

fn covered(hub: &Hub) {
    let desk = &hub.served.desk;
    let list = || hub.ask("GET", "collections/", &hub.machine, "").1;
    assert_eq!(list(), json!({}), "without a mandate the machine knows of nothing");
    let post = format!("collections/{}/objects/", hub.group);
    assert_eq!(hub.ask("POST", &post, &hub.machine, r#"{"objects":[{}]}"#).0, 404);

    // Who lets out what, is an approver; nobody gives one to himself, to others, into a group he is not in, or for red.
    let fails = |by: &str, to: &str, more: &[&str]| {
        let args = hub.give(by, to, more);
        desk.fails(&args.iter().map(String::as_str).collect::<Vec<_>>())
    };
    assert_eq!(fails("isp-a-desk", "isp-a-siem", &GREEN).0, 3);
    assert_eq!(fails("isp-a-head", "isp-a-head", &GREEN).0, 3);
    assert_ne!(fails("isp-a-head", "isp-b-desk", &GREEN).0, 0);
    assert_ne!(fails("isp-a-head", "isp-a-siem", &["--tlp", "red", "--until", "2030-01-01"]).0, 0);
    assert_ne!(fails("isp-a-head", "isp-a-siem", &["--tlp", "green", "--until", "2020-01-01"]).0, 0);

    let mandate = hub.mandate(&GREEN);
    assert_eq!(list()["collections"][0]["can_read"], false);
    assert_eq!(list()["collections"][0]["can_write"], true);
    assert_eq!(hub.ask("GET", &post, &hub.machine, "").0, 403);
    let red = json!({ "object_marking_refs": [RED] });
    let told = hub.post(&[indicator(1, &json!({})), indicator(2, &json!({})), indicator(3, &red), json!({})]);
    assert_eq!((&told["success_count"], &told["failure_count"]), (&json!(2), &json!(2)), "{told}");
    assert_eq!(hub.names(), ["C2 1", "C2 2"]);
    let status = format!("status/{}/", told["id"].as_str().unwrap());
    assert_eq!(hub.ask("GET", &status, &hub.machine, ""), (200, told));
    assert_eq!(hub.ask("GET", &status, &hub.reader, "").0, 404);

    // The same again is a success, and shared once; other words under the same version are not taken.
    let again = hub.post(&[indicator(1, &json!({})), indicator(2, &json!({ "name": "other" }))]);
    assert_eq!((&again["success_count"], &again["failure_count"]), (&json!(1), &json!(1)), "{again}");
    let items = desk.ok(&["--seat", "isp-a-desk", "item", "list"])["items"].clone();
    assert_eq!(items.as_array().unwrap().len(), 1, "{items}");
    let item = items[0]["item"].as_str().unwrap().to_owned();
    let read = desk.ok(&["--seat", "isp-a-desk", "item", "show", &item]);
    assert_eq!(
        (&read["mandate"], &read["tlp"], &read["title"]),
        (&json!(mandate), &json!("green"), &json!("C2 1 (+1)"))
    );
    assert_eq!(desk.ok(&["--seat", "isp-b-desk", "item", "lookup", "c2-2.evil.example"])["items"][0]["item"], item);

    // A marking that is defined in the same envelope counts too.
    let mine = "marking-definition--0b0c2d2b-17d4-4cbf-938f-98ee46b3cd3f";
    let extension = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d";
    let defined = json!({
        "type": "marking-definition", "spec_version": "2.1", "id": mine, "created": "2026-06-01T00:00:00.000Z",
        "name": "TLP:RED", "extensions": { extension: { "extension_type": "property-extension", "tlp_2_0": "red" } }
    });
    let told = hub.post(&[defined, indicator(5, &json!({ "object_marking_refs": [mine] }))]);
    assert_eq!((&told["success_count"], &told["failure_count"]), (&json!(1), &json!(1)), "{told}");
    let ours: Vec<String> = hub.names();
    assert!(!ours.contains(&"C2 5".to_owned()), "{ours:?}");

    // Ended, suspended, without its approver: the machine shares nothing any more; what it shared stays.
    desk.ok(&["group", "leave", &hub.group, "isp-a-head"]);
    assert_eq!(hub.ask("POST", &post, &hub.machine, r#"{"objects":[{}]}"#).0, 404);
    assert_eq!(desk.ok(&["--seat", "isp-a-desk", "mandate", "list"])[0]["state"], "lapsed");
    desk.ok(&["group", "join", &hub.group, "isp-a-head"]);
    hub.post(&[indicator(4, &json!({}))]);
    assert_ne!(desk.fails(&["--seat", "isp-b-desk", "mandate", "end", &mandate]).0, 0);
    desk.ok(&["--seat", "isp-a-desk", "mandate", "end", &mandate]);
    assert_eq!(hub.ask("POST", &post, &hub.machine, r#"{"objects":[{}]}"#).0, 404);
    assert_eq!(hub.names(), ["C2 1", "C2 2", "C2 4"]);
    desk.ok(&["audit", "verify"]);
}

#[test]
fn what_a_machine_added_it_deletes_and_nothing_else() {
    deleted(&hub(None));
}

fn deleted(hub: &Hub) {
    let desk = &hub.served.desk;
    desk.ok(&["group", "join", &hub.group, "isp-a-siem"]);
    let mandate = hub.mandate(&["--tlp", "green", "--unnamed", "--until", "2030-01-01"]);
    let maker = json!({ "created_by_ref": "identity--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f" });
    let later = json!({ "modified": "2026-07-01T00:00:00.000Z", "name": "C2 1 later" });
    let told =
        hub.post(&[indicator(1, &json!({})), indicator(1, &later), indicator(2, &json!({})), indicator(3, &maker)]);
    assert_eq!((&told["success_count"], &told["failure_count"]), (&json!(3), &json!(1)), "{told}");
    assert_eq!(hub.names(), ["C2 1 later", "C2 2"]);
    let at = |number: u32, more: &str| {
        format!("collections/{}/objects/indicator--0b0c2d2b-17d4-4cbf-938f-0000{number:08}/{more}", hub.group)
    };
    // A version goes, then all of an object, then the item with its last.
    assert_eq!(hub.ask("DELETE", &at(1, "?match[version]=2026-07-01T00:00:00.000Z"), &hub.machine, "").0, 200);
    assert_eq!(hub.names(), ["C2 1", "C2 2"]);
    assert_eq!(hub.ask("DELETE", &at(1, ""), &hub.reader, "").0, 403);
    assert_eq!(hub.ask("DELETE", &at(1, ""), &hub.machine, "").0, 200);
    assert_eq!(hub.ask("GET", &at(1, ""), &hub.machine, "").0, 404);
    assert_eq!(hub.names(), ["C2 2"]);
    assert_eq!(desk.ok(&["--seat", "isp-b-desk", "item", "lookup", "c2-1.evil.example"])["items"], json!([]));
    assert_eq!(hub.ask("DELETE", &at(2, ""), &hub.machine, "").0, 200);
    assert_eq!(hub.names(), Vec::<String>::new());
    assert_eq!(desk.ok(&["--seat", "isp-a-desk", "item", "list"])["items"][0]["state"], "withdrawn");

    // What an approver let out is not a machine's to delete.
    let stix = desk.write("one.json", &indicator(9, &json!({})).to_string());
    let args = ["--title", "by hand", "--tlp", "green", "--to-group", &hub.group, "--stix", crate::desk::text(&stix)];
    let item = draft(desk, "isp-a-desk", &args);
    desk.ok(&["--seat", "isp-a-head", "item", "post", &item]);
    assert_eq!(hub.ask("DELETE", &at(9, ""), &hub.machine, "").0, 403);
    assert_eq!(hub.names(), ["C2 9"]);
    desk.ok(&["--seat", "isp-a-desk", "mandate", "end", &mandate]);
    assert_eq!(hub.ask("DELETE", &at(9, ""), &hub.machine, "").0, 403);
}

#[test]
fn a_stranger_finds_nothing_wrong_with_the_served_office() {
    let hub = hub(None);
    let desk = &hub.served.desk;
    let group = |name: &str, members: &[&str]| {
        let id = desk.ok(&["group", "add", name])["group"].as_str().unwrap().to_owned();
        members.iter().for_each(|seat| drop(desk.ok(&["group", "join", &id, seat])));
        id
    };
    let until = ["--tlp", "green", "--until", "2030-01-01"];
    let give = |id: &str| {
        let args = ["--seat", "isp-a-head", "mandate", "give", "isp-a-siem", "--group", id];
        desk.ok(&[&args[..], &until].concat());
    };
    let both = group("both", &["isp-a-head", "isp-a-siem", "isp-b-desk"]);
    let read = group("read", &["isp-a-head", "isp-a-siem", "isp-a-desk"]);
    let write = group("write", &["isp-a-head", "isp-b-desk"]);
    let hidden = group("hidden", &["isp-b-desk"]);
    give(&both);
    give(&write);
    let held = indicator(7, &json!({}));
    let stix = desk.write("held.json", &held.to_string());
    let args = ["--title", "held", "--tlp", "green", "--to-group", &read, "--stix", crate::desk::text(&stix)];
    let item = draft(desk, "isp-a-desk", &args);
    desk.ok(&["--seat", "isp-a-head", "item", "post", &item]);
    let known = |token: &str| hub.ask("GET", "collections/", token, "").1["collections"].as_array().unwrap().clone();
    let id = |collections: &[Value], alias: &str| {
        let found = collections.iter().find(|one| one["alias"] == alias).unwrap_or_else(|| panic!("{alias}"));
        found["id"].as_str().unwrap().to_owned()
    };
    let (mine, theirs) = (known(&hub.machine), known(&hub.reader));
    let report = suite(&Setup {
        base: hub.served.site.clone(),
        root: "/taxii2/hub/".to_owned(),
        credentials: ("isp-a-siem".to_owned(), hub.machine.clone()),
        read_write: id(&mine, &both),
        alias: Some(both.clone()),
        read_only: id(&mine, &read),
        held: held["id"].as_str().unwrap().to_owned(),
        write_only: id(&mine, &write),
        no_access: None,
        hidden: Some(id(&theirs, &hidden)),
    })
    .unwrap();
    println!("{} checks of {} clauses, not played: {:?}", report.checks, report.clauses.len(), report.skipped);
    assert!(report.findings.is_empty(), "{:#?}", report.findings);
    assert!(report.checks > 1_000 && report.clauses.len() > 70, "{} {}", report.checks, report.clauses.len());
}

#[test]
fn a_correction_takes_the_place_of_what_it_corrects() {
    corrected(&hub(None));
}

fn corrected(hub: &Hub) {
    let desk = &hub.served.desk;
    let to = ["--tlp", "green", "--pap", "green", "--to-group", &hub.group];
    let post = |title: &str, value: &str, more: &[&str]| {
        let item = draft(desk, "isp-a-desk", &[&["--title", title, "--value", value], &to[..], more].concat());
        desk.ok(&["--seat", "isp-a-head", "item", "post", &item]);
        item
    };
    let wrong = post("wrong", "198.18.7.7", &[]);
    desk.ok(&["--seat", "isp-b-desk", "item", "show", &wrong]);
    assert_eq!(hub.names(), ["wrong"]);
    let draft_only = draft(desk, "isp-a-desk", &[&["--title", "x"], &to[..], &["--replaces", &wrong]].concat());
    assert_eq!(hub.names(), ["wrong"], "a draft corrects nothing yet");
    desk.ok(&["--seat", "isp-a-desk", "item", "drop", &draft_only]);
    let right = post("right", "198.18.7.8", &["--replaces", &wrong]);
    assert_eq!(hub.names(), ["right"]);
    // The reader is told what it says now; its own organisation sees both.
    let (_, told) = desk.fails(&["--seat", "isp-b-desk", "item", "show", &wrong]);
    assert!(told.to_string().contains(&right), "{told}");
    assert_eq!(desk.ok(&["--seat", "isp-a-desk", "item", "show", &right])["replaces"], wrong);
    assert!(desk.ok(&["--seat", "isp-b-desk", "item", "show", &right])["replaces"].is_null());
    assert_eq!(desk.ok(&["--seat", "isp-a-desk", "item", "show", &wrong])["state"], "withdrawn");
    // A correction may be corrected: who asks for the first is told of the last.
    let last = post("last", "198.18.7.10", &["--replaces", &right]);
    for old in [&wrong, &right] {
        let (_, told) = desk.fails(&["--seat", "isp-b-desk", "item", "show", old]);
        assert!(told.to_string().contains(&last), "{told}");
    }
    let right = last;
    // What reaches the reader no more is not told of, nor can it be corrected, nor what is another's.
    let closed = post("closed", "198.18.7.9", &["--replaces", &right, "--to-seat", "isp-a-head"]);
    desk.ok(&["--seat", "isp-a-desk", "item", "narrow", &closed, "--not-group", &hub.group]);
    let (_, told) = desk.fails(&["--seat", "isp-b-desk", "item", "show", &right]);
    assert!(!told.to_string().contains(&closed), "{told}");
    let (_, of_closed) = refused(desk, &["--seat", "isp-b-desk", "item", "show", &closed]);
    assert!(of_closed.contains("there is no item"), "{of_closed}");
}

#[test]
fn the_same_on_postgresql() {
    let postgres = renkei_testkit::postgres::shared().unwrap();
    for story in [covered, deleted, corrected] {
        story(&hub(Some(postgres.fresh_database().unwrap())));
    }
}

#[test]
fn the_form_of_a_correction_has_what_is_there() {
    let hub = hub(None);
    let desk = &hub.served.desk;
    let writer = hub.served.seat("isp-a-writer", "answerer", Some("isp-a"));
    desk.ok(&["group", "join", &hub.group, "isp-a-writer"]);
    let to = ["--tlp", "green", "--to-group", &hub.group, "--to-party", "isp-b", "--unnamed", "--ends", "2030-01-01"];
    let stix = desk.write("one.json", &indicator(1, &json!({})).to_string());
    let more =
        ["--title", "C2 of July", "--text", "Seen.", "--value", "198.18.7.7", "--stix", crate::desk::text(&stix)];
    let item = draft(desk, "isp-a-desk", &[&more[..], &to].concat());
    let form = format!("/items/new?replaces={item}");
    let get = |path: &str| hub.served.get(path, &writer.cookies);
    assert_eq!(get(&form).status, 404, "a draft is changed, not corrected");
    desk.ok(&["--seat", "isp-a-head", "item", "post", &item]);
    let page = get(&form).body;
    let ends = desk.ok(&["--seat", "isp-a-desk", "item", "show", &item])["ends"].clone();
    let there = [
        format!("name=\"replaces\" value=\"{item}\""),
        "value=\"C2 of July\"".to_owned(),
        "198.18.7.7\n".to_owned(),
        format!("value=\"{}\" checked", hub.group),
        "value=\"isp-b\"".to_owned(),
        "name=\"unnamed\" value=\"on\" checked".to_owned(),
        "(1)".to_owned(),
        "name=\"ends\"".to_owned(),
    ];
    for part in there {
        assert!(page.contains(&part), "{part}: {ends}: {page}");
    }
    let shown = hub.served.get(&format!("/items/{item}"), &writer.cookies).body;
    assert!(shown.contains(&form), "{shown}");
    let of_another = hub.served.seat("isp-b-writer", "answerer", Some("isp-b"));
    desk.ok(&["group", "join", &hub.group, "isp-b-writer"]);
    assert_eq!(hub.served.get(&form, &of_another.cookies).status, 404);
}

#[test]
fn an_approver_gives_and_ends_a_mandate_from_outside() {
    let hub = hub(None);
    let [head, desk, stranger] = [("isp-a-head", "work"), ("isp-a-desk", "work"), ("isp-b-head", "work")]
        .map(|(seat, scope)| hub.served.token(seat, scope));
    let api = |method: &str, path: &str, token: &str, body: Option<&Value>| {
        let got = hub.served.api(method, &format!("/api/v1/mandates{path}"), token, body);
        (got.status, serde_json::from_str::<Value>(&got.body).unwrap_or(Value::Null))
    };
    let terms = json!({ "seat": "isp-a-siem", "group": hub.group, "tlp": "green", "pap": "green", "until": "2090-01-01T00:00:00Z" });
    // Who lets nothing out gives no mandate, and an approver gives one for its own seats and groups alone.
    assert_eq!(api("POST", "", &desk, Some(&terms)).0, 404);
    assert_eq!(api("POST", "", &stranger, Some(&terms)).0, 422);
    for (name, value) in [("tlp", "red"), ("until", "2020-01-01T00:00:00Z"), ("seat", "isp-b-desk"), ("until", "soon")]
    {
        let mut wrong = terms.clone();
        wrong[name] = value.into();
        assert!(matches!(api("POST", "", &head, Some(&wrong)).0, 400 | 422), "{name}: {value}");
    }
    let (status, made) = api("POST", "", &head, Some(&terms));
    assert_eq!(status, 200, "{made}");
    let id = made["mandate"].as_str().unwrap().to_owned();
    assert_eq!(hub.post(&[indicator(1, &json!({}))])["success_count"], 1);
    // Its organisation sees it; another does not, and cannot end what does not exist for it.
    assert_eq!(api("GET", "", &desk, None).1[0]["state"], "holds");
    assert_eq!(api("GET", "", &stranger, None).1, json!([]));
    let missing = api("POST", &format!("/mdt-{}/end", "0".repeat(26)), &stranger, None);
    assert_eq!(api("POST", &format!("/{id}/end"), &stranger, None).0, 404);
    assert_eq!(missing.0, 404);
    assert_eq!(api("POST", &format!("/{id}/end"), &desk, None).0, 200);
    assert_eq!(api("GET", "", &desk, None).1[0]["state"], "ended");
}

#[test]
fn what_is_to_be_looked_at_alone_does_not_feed_filters() {
    let hub = hub(None);
    hub.mandate(&GREEN);
    let passive = "marking-definition--740d36e5-7714-4c30-961a-3ae632ceee0e";
    let marked = indicator(1, &json!({ "object_marking_refs": [passive] }));
    let told = hub.post(&[marked.clone(), indicator(2, &json!({}))]);
    assert_eq!((&told["success_count"], &told["failure_count"]), (&1.into(), &1.into()), "{told}");
    let desk = &hub.served.desk;
    let file = desk.write("marked.json", &marked.to_string());
    let args = ["--seat", "isp-a-desk", "item", "draft", "--kind", "indicator", "--title", "x", "--tlp", "green"];
    let more = ["--pap", "green", "--to-group", &hub.group, "--stix", crate::desk::text(&file)];
    let (_, told) = refused(desk, &[&args[..], &more].concat());
    assert!(told.contains("is marked PAP:RED, and the item is to be PAP:GREEN"), "{told}");
}

#[test]
fn what_many_add_at_once_is_all_there() {
    let hub = hub(None);
    hub.mandate(&GREEN);
    let objects = |thread: u32, turn: u32| {
        (0..5).map(|place| indicator(1_000 * thread + 10 * turn + place, &json!({}))).collect()
    };
    std::thread::scope(|scope| {
        for thread in 1..=6 {
            let hub = &hub;
            scope.spawn(move || {
                for turn in 0..10 {
                    let posted: Vec<Value> = objects(thread, turn);
                    assert_eq!(hub.post(&posted)["success_count"], 5);
                    // Who reads meanwhile sees whole postings.
                    assert_eq!(hub.names().len() % 5, 0);
                }
            });
        }
    });
    let mut names = hub.names();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 6 * 10 * 5);
}
