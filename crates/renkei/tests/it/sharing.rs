//! Items under their originator's conditions: what each seat sees is what a model says, and nothing else is told.

use std::collections::{BTreeMap, BTreeSet};

use renkei_testkit::browser::{Browser, BrowserOptions, Language, Window};
use serde_json::Value;

use crate::desk::{Desk, text};
use crate::pages::{EN, JA, look, see, sign_in};
use crate::served::Served;

const PARTIES: [&str; 3] = ["isp-a", "isp-b", "isp-c"];

/// Two seats an organisation: one writes, one decides.
fn seats() -> Vec<(String, &'static str)> {
    PARTIES.iter().flat_map(|party| [(format!("{party}-desk"), *party), (format!("{party}-head"), *party)]).collect()
}

pub(crate) fn open(registry: Option<String>) -> Desk {
    let desk = Desk::new(registry);
    desk.open();
    for (seat, party) in seats() {
        let duty = if seat.ends_with("desk") { "answerer" } else { "approver" };
        desk.ok(&[
            "seat",
            "invite",
            &seat,
            "--title-ja",
            "担当",
            "--title-en",
            "desk",
            "--duty",
            duty,
            "--party",
            party,
        ]);
    }
    desk
}

pub(crate) fn group(desk: &Desk, name: &str) -> String {
    desk.ok(&["group", "add", name])["group"].as_str().unwrap().to_owned()
}

pub(crate) fn draft(desk: &Desk, seat: &str, more: &[&str]) -> String {
    let args = [&["--seat", seat, "item", "draft", "--kind", "indicator"], more].concat();
    desk.ok(&args)["item"].as_str().unwrap().to_owned()
}

fn seen(desk: &Desk, at: &str, seat: &str) -> BTreeSet<String> {
    let list = desk.ok(&["--at", at, "--seat", seat, "item", "list", "--limit", "500"]);
    assert_eq!(list["next"], Value::Null);
    list["items"].as_array().unwrap().iter().map(|item| item["item"].as_str().unwrap().to_owned()).collect()
}

pub(crate) fn refused(desk: &Desk, args: &[&str]) -> (i32, String) {
    let (code, told) = desk.fails(args);
    (code, told["error"].as_str().unwrap().to_owned())
}

#[test]
fn an_item_is_written_posted_read_found_and_taken_back() {
    story(&open(None));
}

#[test]
fn an_item_is_written_posted_read_found_and_taken_back_on_postgresql() {
    let postgres = renkei_testkit::postgres::shared().unwrap();
    story(&open(Some(postgres.fresh_database().unwrap())));
}

fn story(desk: &Desk) {
    let bankers = group(desk, "不正送金");
    for seat in ["isp-a-desk", "isp-a-head", "isp-b-desk"] {
        desk.ok(&["group", "join", &bankers, seat]);
    }
    // A group is no secret to its people, and does not exist for others; nobody shares into one from outside.
    assert_eq!(desk.ok(&["--seat", "isp-b-desk", "group", "list"])[0]["name"], "不正送金");
    assert_eq!(desk.ok(&["--seat", "isp-b-head", "group", "list"]), Value::Array(vec![]));
    let outside = ["--seat", "isp-c-desk", "item", "draft", "--kind", "report", "--title", "x", "--tlp", "amber"];
    let (_, told) = refused(desk, &[&outside[..], &["--to-group", &bankers]].concat());
    assert!(told.contains("there is no group"), "{told}");

    let stix = desk.write(
        "c2.json",
        r#"{"type":"indicator","spec_version":"2.1","id":"indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","created":"2026-06-01T00:00:00.000Z","modified":"2026-06-01T00:00:00.000Z","name":"C2","pattern":"[domain-name:value = 'c2.evil.example']","pattern_type":"stix","valid_from":"2026-06-01T00:00:00Z","x_kept":1.50}"#,
    );
    let item = draft(
        desk,
        "isp-a-desk",
        &[
            "--title",
            "C2の一覧",
            "--tlp",
            "amber",
            "--to-group",
            &bankers,
            "--value",
            "198.18.7[.]7",
            "--hinted",
            "--text",
            "見たもの: hxxps://pay[.]evil[.]example/login",
            "--stix",
            text(&stix),
        ],
    );
    // A draft is its own organisation's. It is let out by the approver, who did not write it.
    let shown = desk.ok(&["--seat", "isp-a-head", "item", "show", &item]);
    assert_eq!(shown["state"], "draft");
    let values: Vec<_> = shown["values"].as_array().unwrap().iter().map(|value| value["value"].clone()).collect();
    assert_eq!(values, ["198.18.7.7", "c2.evil.example", "https://pay.evil.example/login"]);
    assert_eq!(refused(desk, &["--seat", "isp-b-desk", "item", "show", &item]).0, 1);
    assert_eq!(refused(desk, &["--seat", "isp-a-desk", "item", "post", &item]).0, 3);
    assert!(refused(desk, &["--seat", "isp-b-head", "item", "post", &item]).1.contains("there is no item"));
    desk.ok(&["--seat", "isp-a-head", "item", "post", &item]);

    // The people of the group read it, byte for byte; their colleagues do not.
    let read = desk.run(&["--seat", "isp-b-desk", "item", "show", &item]);
    let read = String::from_utf8(read.stdout).unwrap();
    assert!(read.contains("\"x_kept\":1.50") || read.contains("\"x_kept\": 1.50"), "{read}");
    let read: Value = serde_json::from_str(&read).unwrap();
    assert_eq!(
        (&read["party"], &read["reaches"], &read["taken"]),
        (&"isp-a".into(), &Value::Array(vec![]), &Value::Array(vec![]))
    );
    for stranger in ["isp-b-head", "isp-c-desk", "isp-c-head"] {
        let (code, told) = refused(desk, &["--seat", stranger, "item", "show", &item]);
        assert_eq!((code, told.contains("there is no item")), (1, true), "{told}");
    }
    // Who knows it may not change it: the gate says so, where to a stranger there is nothing.
    assert_eq!(refused(desk, &["--seat", "isp-b-desk", "item", "withdraw", &item]).0, 3);
    // Its originator sees who took it.
    let own = desk.ok(&["--seat", "isp-a-desk", "item", "show", &item]);
    assert_eq!((&own["taken"][0]["seat"], &own["taken"][0]["door"]), (&"isp-b-desk".into(), &"shell".into()));
    assert_eq!(own["taken"].as_array().unwrap().len(), 1);

    // A value is found in any spelling; to others only the hint that its originator wants given.
    let found = desk.ok(&["--seat", "isp-b-desk", "item", "lookup", "hxxps://PAY.evil.example/login"]);
    assert_eq!((&found["items"][0]["item"], &found["ask"]), (&item.as_str().into(), &Value::Array(vec![])));
    assert_eq!(
        found["items"][0]["why"],
        serde_json::json!([{ "how": "same", "value": "https://pay.evil.example/login" }])
    );
    // What lies around a value leads there too, and says how; a hint is for the very value alone.
    for (near, how, value) in [
        ("https://a.c2.evil.example/x", "parent", "c2.evil.example"),
        ("mule@c2.evil.example", "host", "c2.evil.example"),
    ] {
        let found = desk.ok(&["--seat", "isp-b-desk", "item", "lookup", near]);
        assert_eq!(found["items"][0]["why"], serde_json::json!([{ "how": how, "value": value }]));
        let hint = desk.ok(&["--seat", "isp-c-desk", "item", "lookup", near]);
        assert_eq!((&hint["items"], &hint["ask"]), (&Value::Array(vec![]), &Value::Array(vec![])));
    }
    let hint = desk.ok(&["--seat", "isp-c-desk", "item", "lookup", "198.18.7.7"]);
    assert_eq!((&hint["items"], &hint["ask"]), (&Value::Array(vec![]), &serde_json::json!(["isp-a"])));
    assert_eq!(desk.ok(&["--seat", "isp-c-desk", "item", "lookup", "198.18.7.8"])["ask"], Value::Array(vec![]));

    // Who left the group sees it no more. Taken back, it is gone for those it reached, and never was for others.
    desk.ok(&["group", "leave", &bankers, "isp-b-desk"]);
    assert!(seen(desk, "2030-01-01", "isp-b-desk").is_empty());
    desk.ok(&["--seat", "isp-a-desk", "item", "withdraw", &item]);
    assert!(refused(desk, &["--seat", "isp-b-desk", "item", "show", &item]).1.contains("was taken back"));
    assert!(refused(desk, &["--seat", "isp-c-desk", "item", "show", &item]).1.contains("there is no item"));
    assert_eq!(desk.ok(&["--seat", "isp-c-desk", "item", "lookup", "198.18.7.7"])["ask"], Value::Array(vec![]));
    assert_eq!(desk.ok(&["audit", "verify"])["intact"], true);
}

#[test]
fn what_cannot_be_kept_is_refused_with_what_to_do() {
    let desk = open(None);
    let base = ["--seat", "isp-a-desk", "item", "draft", "--kind", "indicator", "--title", "x"];
    let stix = desk.write(
        "named.json",
        r#"{"type":"malware","spec_version":"2.1","id":"malware--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","created":"2026-06-01T00:00:00.000Z","modified":"2026-06-01T00:00:00.000Z","is_family":false,"created_by_ref":"identity--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"}"#,
    );
    for (more, told) in [
        (&["--tlp", "red", "--to-party", "isp-b"][..], "named people"),
        (&["--tlp", "amber", "--unnamed", "--hinted"], "unnamed and hinted"),
        (&["--tlp", "amber", "--to-party", "isp-x"], "there is no party"),
        (&["--tlp", "amber", "--to-seat", "nobody"], "there is no seat"),
        (&["--tlp", "amber", "--value", "?"], "value 1"),
        (&["--tlp", "amber", "--unnamed", "--stix", text(&stix)], "created_by_ref"),
        (&["--tlp", "amber", "--stix", "Cargo.toml"], "cannot be taken"),
    ] {
        let (code, error) = refused(&desk, &[&base[..], more].concat());
        assert!(code == 1 && error.contains(told), "{error}");
    }
    // Without a contract in force nothing is read, whoever is named.
    let item = draft(&desk, "isp-a-desk", &["--title", "x", "--tlp", "green", "--to-party", "isp-b"]);
    desk.ok(&["--seat", "isp-a-head", "item", "post", &item]);
    assert_eq!(seen(&desk, "2030-01-01", "isp-b-head").len(), 1);
    let seat = |duty: &str, seat: &str| {
        desk.ok(&[
            "seat",
            "invite",
            seat,
            "--title-ja",
            "担当",
            "--title-en",
            "desk",
            "--duty",
            duty,
            "--party",
            "isp-b",
        ])
    };
    seat("administrator", "isp-b-admin");
    assert!(seen(&desk, "2030-01-01", "isp-b-admin").is_empty());
    assert_eq!(seen(&desk, "2023-12-31", "isp-b-head").len(), 0, "the contract begins in 2024");
    // Whom the gate refuses is not told that there was something either.
    let absent = |at: &str, seat: &str| {
        let (code, told) = refused(&desk, &["--at", at, "--seat", seat, "item", "show", &item]);
        (code, told.contains("there is no item"))
    };
    assert_eq!(absent("2023-12-31", "isp-b-head"), (1, true));
    desk.ok(&["--seat", "isp-a-desk", "item", "withdraw", &item]);
    assert_eq!(absent("2023-12-31", "isp-b-head"), (1, true));
    assert_eq!(absent("2030-01-01", "isp-b-head"), (1, false), "it was there for this one");
}

// ------------------------------------------------------------------------------- pages and programs

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_of_an_item() {
    let served = Served::open(None);
    let site = served.site.clone();
    let [writer, head, reader] = [("isp-a-desk", "answerer"), ("isp-a-head", "approver"), ("isp-b-desk", "answerer")]
        .map(|(seat, duty)| served.seat(seat, duty, Some(&seat[..5])));
    let bankers = group(&served.desk, "不正送金");
    for seat in ["isp-a-desk", "isp-a-head", "isp-b-desk"] {
        served.desk.ok(&["group", "join", &bankers, seat]);
    }
    // It is written on a narrow page without script.
    let narrow = BrowserOptions { window: Window::Narrow, language: Language::English, script: false };
    let theirs = Browser::start(&narrow).await.unwrap();
    sign_in(&theirs, &site, "isp-a-desk", &writer.recovery[0], EN).await;
    theirs.goto(&format!("{site}/items")).await.unwrap();
    theirs.wait_for("p.empty").await.unwrap();
    theirs.shot("items-empty-narrow-en").await.unwrap();
    theirs.click("link", "Write an item").await.unwrap();
    theirs.fill("Title required", "C2 of July").await.unwrap();
    theirs.fill("Text", "Seen since Monday: hxxps://pay[.]evil[.]example/login").await.unwrap();
    theirs.fill("Values", "198.18.7[.]7\n2001:db8::/48").await.unwrap();
    theirs.choose("TLP", "TLP:GREEN").await.unwrap();
    theirs.tick("Group: 不正送金").await.unwrap();
    theirs.shot("item-new-narrow-en").await.unwrap();
    theirs.click("button", "Write the draft").await.unwrap();
    theirs.wait_for(".state.draft").await.unwrap();
    assert!(theirs.text().await.unwrap().contains("It waits for an approver"));
    let item = theirs.url().await.unwrap().rsplit('/').next().unwrap().to_owned();

    // The approver lets it out; a member finds it by a value, and is told to whom it is gone.
    let wide = BrowserOptions { window: Window::Wide, language: Language::Japanese, script: true };
    let house = Browser::start(&wide).await.unwrap();
    sign_in(&house, &site, "isp-a-head", &head.recovery[0], JA).await;
    see(&house, &site, &format!("/items/{item}"), "item-draft-ja").await;
    house.click("button", "共有する").await.unwrap();
    house.wait_for(".state.posted").await.unwrap();
    let member = Browser::start(&wide).await.unwrap();
    sign_in(&member, &site, "isp-b-desk", &reader.recovery[0], JA).await;
    see(&member, &site, "/items", "items-ja").await;
    member.fill("値で探す", "hxxps://PAY[.]evil[.]example/login").await.unwrap();
    member.click("button", "探す").await.unwrap();
    member.wait_for("section td a").await.unwrap();
    look(&member, &site, "items-found-ja").await;
    see(&member, &site, &format!("/items/{item}"), "item-ja").await;
    assert_eq!(member.tofu().await.unwrap(), "", "letters without a glyph");
    assert!(!member.text().await.unwrap().contains("isp-a-desk"), "which desk wrote it is its organisation's");
    see(&member, &site, "/items/new", "item-new-ja").await;
    house.goto(&format!("{site}/items/{item}")).await.unwrap();
    house.wait_for("main h1").await.unwrap();
    assert!(house.text().await.unwrap().contains("isp-b-desk · 画面"));

    // Taken back without script; what was read is gone, and says so.
    theirs.goto(&format!("{site}/items/{item}")).await.unwrap();
    theirs.click("button", "Take it back").await.unwrap();
    theirs.wait_for(".state.withdrawn").await.unwrap();
    theirs.shot("item-withdrawn-narrow-en").await.unwrap();
    member.goto(&format!("{site}/items/{item}")).await.unwrap();
    member.wait_for("main h1").await.unwrap();
    assert!(member.text().await.unwrap().contains("取り下げられました"));
    member.shot("item-gone-ja").await.unwrap();
}

#[test]
fn programs_write_read_and_look_up() {
    let served = Served::open(None);
    for (seat, duty) in
        [("isp-a-desk", "answerer"), ("isp-a-head", "approver"), ("isp-b-desk", "answerer"), ("isp-c-desk", "answerer")]
    {
        served.invite(seat, duty, Some(&seat[..5]));
    }
    let [a, head, b, c] =
        ["isp-a-desk", "isp-a-head", "isp-b-desk", "isp-c-desk"].map(|seat| served.token(seat, "work"));
    let json = |got: crate::served::Got| -> Value {
        assert_eq!(got.status, 200, "{}", got.body);
        serde_json::from_str(&got.body).unwrap()
    };
    let typed = serde_json::json!({
        "kind": "indicator", "title": "C2", "tlp": "amber", "parties": ["isp-b"], "values": ["c2[.]evil[.]example"],
        "ends": "2099-01-01T00:00:00+09:00",
        "stix": { "type": "malware", "spec_version": "2.1", "id": "malware--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
                  "created": "2026-06-01T00:00:00.000Z", "modified": "2026-06-01T00:00:00.000Z", "is_family": true },
    });
    let made = json(served.api("POST", "/api/v1/items", &a, Some(&typed)));
    assert_eq!((&made["state"], &made["objects"][0]["type"]), (&"draft".into(), &"malware".into()));
    let path = format!("/api/v1/items/{}", made["item"].as_str().unwrap());
    assert_eq!(served.api("POST", &format!("{path}/post"), &a, None).status, 404, "the route is the approver's");
    assert_eq!(json(served.api("POST", &format!("{path}/post"), &head, None))["state"], "posted");
    assert_eq!(served.api("POST", &format!("{path}/post"), &head, None).status, 409);
    assert_eq!(json(served.api("GET", &path, &b, None))["values"][0]["value"], "c2.evil.example");
    for (token, seen) in [(&b, 1), (&c, 0)] {
        assert_eq!(json(served.api("GET", "/api/v1/items", token, None))["items"].as_array().unwrap().len(), seen);
        let looked = json(served.api("GET", "/api/v1/items/look-up?value=C2.EVIL.example", token, None));
        assert_eq!(looked["items"].as_array().unwrap().len(), seen);
    }
    assert_eq!(served.api("GET", &path, &c, None).status, 404);
    assert_eq!(served.api("GET", "/api/v1/items/look-up?value=%3F", &b, None).status, 422);
    for wrong in [
        serde_json::json!({ "kind": "indicator", "title": "", "tlp": "amber" }),
        serde_json::json!({ "title": "x", "tlp": "amber" }),
    ] {
        assert_eq!(served.api("POST", "/api/v1/items", &a, Some(&wrong)).status, 422);
    }
    assert_eq!(json(served.api("POST", &format!("{path}/withdraw"), &a, None))["state"], "withdrawn");
    assert_eq!(served.api("GET", &path, &b, None).status, 410);
}

// ------------------------------------------------------------------------------------- leak test

/// Numbers that are the same in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % most
    }

    fn some<'a>(&mut self, of: &'a [String]) -> BTreeSet<&'a str> {
        (0..self.below(2)).map(|_| of[self.below(of.len())].as_str()).collect()
    }
}

struct Kept<'a> {
    party: &'a str,
    groups: BTreeSet<&'a str>,
    parties: BTreeSet<&'a str>,
    seats: BTreeSet<&'a str>,
    value: String,
    posted: bool,
    over: bool,
    ends: usize,
}

/// The model: ten lines that know nothing of renkei.
fn should_see(item: &Kept, inside: &BTreeMap<(&str, &str), usize>, seat: &str, party: &str, day: usize) -> bool {
    if item.party == party {
        return !item.over || item.posted;
    }
    let member = |group: &&str| inside.get(&(*group, seat)).is_some_and(|until| day < *until);
    let named = item.parties.contains(party) || item.seats.contains(seat) || item.groups.iter().any(member);
    item.posted && !item.over && day < item.ends && named
}

#[test]
fn what_each_seat_sees_is_what_the_model_says() {
    let desk = open(None);
    let who = seats();
    let seats: Vec<String> = who.iter().map(|(seat, _)| seat.clone()).collect();
    let parties: Vec<String> = PARTIES.map(str::to_owned).to_vec();
    let groups: Vec<String> = ["one", "two"].map(|name| group(&desk, name)).to_vec();
    let (mut dice, mut inside, mut items) = (Dice(2026), BTreeMap::new(), BTreeMap::<String, Kept>::new());
    let date = |day: usize| format!("2026-07-{:02}", day + 1);
    let last = 16;
    for day in 0..last {
        let at = date(day);
        for _ in 0..2 {
            match dice.below(6) {
                0 | 1 => {
                    let (group, seat) = (&groups[dice.below(2)], &seats[dice.below(seats.len())]);
                    let until = (day + 1 + dice.below(20)).min(29);
                    desk.ok(&["--at", &at, "group", "join", group, seat, "--until", &date(until)]);
                    inside.insert((group.as_str(), seat.as_str()), until);
                }
                2 => {
                    let Some(key) = inside.keys().nth(dice.below(inside.len().max(1))).copied() else { continue };
                    desk.ok(&["--at", &at, "group", "leave", key.0, key.1]);
                    inside.remove(&key);
                }
                3 | 4 => {
                    let party = PARTIES[dice.below(3)];
                    let own = format!("{party}-desk");
                    let mine = |group: &&str| inside.get(&(*group, own.as_str())).is_some_and(|until| day < *until);
                    let groups: BTreeSet<&str> = groups.iter().map(String::as_str).filter(mine).collect();
                    let (parties, seats) = (dice.some(&parties), dice.some(&seats));
                    let ends = (day + 2 + dice.below(28)).min(29);
                    let value = format!("198.18.3.{}", items.len() + 1);
                    let mut args = vec!["--at".to_owned(), at.clone(), "--seat".to_owned(), own.clone()];
                    args.extend(
                        ["item", "draft", "--kind", "sighting", "--title", "t", "--tlp", "amber"].map(str::to_owned),
                    );
                    args.extend(["--value".to_owned(), value.clone(), "--ends".to_owned(), date(ends)]);
                    let named = [("--to-group", &groups), ("--to-party", &parties), ("--to-seat", &seats)];
                    for (option, set) in named {
                        args.extend(set.iter().flat_map(|one| [option.to_owned(), (*one).to_owned()]));
                    }
                    let args: Vec<&str> = args.iter().map(String::as_str).collect();
                    let item = desk.ok(&args)["item"].as_str().unwrap().to_owned();
                    if dice.below(5) > 0 {
                        desk.ok(&["--at", &at, "--seat", &format!("{party}-head"), "item", "post", &item]);
                    }
                    let posted = is_posted(&desk, &at, &own, &item);
                    items.insert(item, Kept { party, groups, parties, seats, value, posted, over: false, ends });
                }
                _ => {
                    let Some(id) = items.keys().nth(dice.below(items.len().max(1))).cloned() else { continue };
                    let item = items.get_mut(&id).unwrap();
                    if item.over {
                        continue;
                    }
                    let (own, step) = (format!("{}-desk", item.party), if item.posted { "withdraw" } else { "drop" });
                    desk.ok(&["--at", &at, "--seat", &own, "item", step, &id]);
                    item.over = true;
                }
            }
        }
    }
    assert!(items.len() > 6 && items.values().any(|item| item.over), "{}", items.len());
    let (at, mut reached) = (date(last), 0);
    for (seat, party) in &who {
        let should: BTreeSet<String> = items
            .iter()
            .filter(|(_, item)| should_see(item, &inside, seat, party, last))
            .map(|(id, _)| id.clone())
            .collect();
        assert_eq!(seen(&desk, &at, seat), should, "{seat}");
        reached += should.iter().filter(|id| items[*id].party != *party).count();
        for (id, item) in items.iter().step_by(4) {
            // By every door the same: one item, one value.
            let found = desk.ok(&["--at", &at, "--seat", seat, "item", "lookup", &item.value]);
            assert_eq!(found["items"].as_array().unwrap().len(), usize::from(should.contains(id)), "{seat} {id}");
            assert_eq!(found["ask"], Value::Array(vec![]));
            let shown = desk.run(&["--at", &at, "--seat", seat, "item", "show", id]).status.success();
            assert_eq!(shown, should.contains(id), "{seat} {id}");
        }
    }
    assert!(reached > 0, "a walk in which nothing reaches anybody shows nothing");
}

fn is_posted(desk: &Desk, at: &str, seat: &str, item: &str) -> bool {
    desk.ok(&["--at", at, "--seat", seat, "item", "show", item])["state"] == "posted"
}
