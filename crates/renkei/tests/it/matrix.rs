//! Every route × every role × own and foreign organisation, walked from the one route table.

use std::collections::BTreeMap;

use renkei_core::seat::Duty;
use renkei_web::route::{Door, ROUTES, Route, Who};

use crate::served::{Got, Person, Served};

/// A path with a request, campaign … of another organisation in its places.
fn filled(path: &str, foreign: &BTreeMap<&str, String>) -> String {
    foreign.iter().fold(path.to_owned(), |path, (name, value)| path.replace(&format!("{{{name}}}"), value))
}

/// Asks as a seat would: programs with its token, people with its session.
fn ask(served: &Served, route: &Route, path: &str, (person, token): (&Person, &str)) -> Got {
    match (route.door, route.method.as_str() == "GET") {
        (Door::Api, true) => served.api("GET", path, token, None),
        (Door::Api, false) => served.api("POST", path, token, Some(&serde_json::json!({}))),
        (_, true) => served.get(path, &person.cookies),
        // A form without its token is refused whoever sends it.
        (..) => served.post(path, &person.cookies, &[]),
    }
}

/// What is shared between two others.
const SHARED: &str = "秘中の秘の手口";

/// An item that isp-b shares with isp-c: nobody else hears of it, the house neither.
fn shared(served: &Served) -> String {
    let drafted = ["--kind", "method", "--title", SHARED, "--tlp", "amber", "--to-party", "isp-c"];
    let drafted = [&["--seat", "isp-b-offers", "item", "draft"], &drafted[..]].concat();
    let item = served.desk.ok(&drafted)["item"].as_str().unwrap().to_owned();
    served.invite("isp-b-head", "approver", Some("isp-b"));
    served.desk.ok(&["--seat", "isp-b-head", "item", "post", &item]);
    item
}

/// A mandate of isp-b.
fn given(served: &Served) -> String {
    let group = crate::sharing::group(&served.desk, "a group");
    served.desk.ok(&["group", "join", &group, "isp-b-head"]);
    let give = ["--seat", "isp-b-head", "mandate", "give", "isp-b-offers", "--group", &group];
    let given = served.desk.ok(&[&give[..], &["--tlp", "green", "--until", "2090-01-01"]].concat());
    given["mandate"].as_str().unwrap().to_owned()
}

/// A seat of each duty in the house, some of isp-a, and one of another force; with their tokens.
fn seats(served: &Served) -> Vec<(Person, Duty, bool, String)> {
    let mut seats: Vec<(Person, Duty, bool, String)> = Vec::new();
    for duty in Duty::ALL {
        let house = served.seat(&format!("house-{}", duty.word()), duty.word(), None);
        let token = served.token(&house.seat, "work");
        seats.push((house, duty, true, token));
        if matches!(duty, Duty::Answerer | Duty::Legal | Duty::Auditor | Duty::Administrator | Duty::Approver) {
            let other = served.seat(&format!("isp-a-{}", duty.word()), duty.word(), Some("isp-a"));
            let token = served.token(&other.seat, "work");
            seats.push((other, duty, false, token));
        }
    }
    // Another force, which may inquire itself.
    let other = served.seat("midori-desk", "drafter", Some("midori-police"));
    seats.push((other, Duty::Drafter, false, served.token("midori-desk", "work")));
    seats
}

#[test]
fn no_route_shows_or_does_what_is_not_the_seats() {
    let served = Served::open(None);
    let campaign = served.desk.plan();
    served.desk.ok(&["campaign", "approve", &campaign]);
    served.desk.ok(&["campaign", "send", &campaign]);
    let list = served.desk.ok(&["campaign", "show", &campaign])["list"].clone();
    let request = |party: &str| {
        let row = list.as_array().unwrap().iter().find(|row| row["party"] == party);
        row.unwrap()["request"].as_str().unwrap().to_owned()
    };
    served.invite("isp-b-offers", "answerer", Some("isp-b"));
    let typed = serde_json::json!({ "needs": "x", "does": "y" });
    let made = served.api("POST", "/api/v1/offers", &served.token("isp-b-offers", "work"), Some(&typed));
    let offer = crate::served::between(&made.body, "\"offer\":\"", "\"").to_owned();
    let inquiry = crate::inquiries::sent_to(&served.desk, "isp-b");
    let item = shared(&served);
    let to_a = ["--seat", "isp-c-answerer-of-items", "item", "ask", &item, "--to-party", "isp-a", "--purpose", SHARED];
    served.invite("isp-c-answerer-of-items", "answerer", Some("isp-c"));
    let (onward, mandate) = (served.desk.ok(&to_a)["onward"].as_str().unwrap().to_owned(), given(&served));
    let warrant = crate::warrants::recorded(&served.desk, "isp-b-offers");
    // What stands in the places belongs to isp-b; the foreign seats are isp-a's.
    let foreign = BTreeMap::from([
        ("request", request("isp-b")),
        ("campaign", campaign.clone()),
        ("party", "isp-b".to_owned()),
        ("link", "A".repeat(43)),
        ("language", "en".to_owned()),
        ("passkey", "0".repeat(64)),
        ("webhook", format!("whk-{}", "0".repeat(26))),
        ("call", format!("cal-{}", "0".repeat(26))),
        ("name", "feed.csv".to_owned()),
        ("offer", offer.clone()),
        ("item", item.clone()),
        ("onward", onward.clone()),
        ("mandate", mandate.clone()),
        ("inquiry", inquiry.clone()),
        ("warrant", warrant.clone()),
        ("publication", format!("pub-{}", "0".repeat(26))),
        ("file", "1".to_owned()),
        ("question", format!("qst-{}", "0".repeat(26))),
    ]);
    let seats = seats(&served);
    let secret = ["isp-b", request("isp-b").as_str(), offer.as_str()].map(str::to_owned);
    let mut asked = 0;
    for route in ROUTES {
        let path = filled(route.path, &foreign);
        let reads = route.method.as_str() == "GET";
        let nobody = if reads { served.get(&path, "") } else { served.post(&path, "", &[]) };
        if !matches!(route.who, Who::Anyone) {
            let expected = if route.door == Door::Api { 401 } else { 303 };
            assert_eq!(nobody.status, expected, "{route:?} for nobody: {}", nobody.body);
        }
        for (person, duty, house, token) in &seats {
            asked += 1;
            let got = ask(&served, route, &path, (person, token));
            let at = format!("{route:?} for {duty:?}: {}", person.seat);
            assert!(got.status < 500, "{at}: {} {}", got.status, got.body);
            if !route.is_for(&[*duty], *house) {
                assert_eq!(got.status, 404, "{at}: {}", got.body);
            }
            if !house && !matches!(route.who, Who::Anyone) {
                // What was asked for stands in the page's own link to the other language.
                let own = serde_urlencoded::to_string([("back", &path)]).unwrap();
                let told = got.body.replace(&own, "");
                // A force knows which providers there are, and nothing more of them.
                for word in secret.iter().skip(usize::from(person.seat == "midori-desk")) {
                    assert!(!told.contains(word.as_str()), "{at} shows `{word}`: {told}");
                }
                if path.contains(&secret[1]) || path.contains(&secret[2]) {
                    assert!(matches!(got.status, 403 | 404), "{at}: {}", got.status);
                }
            }
            // An inquiry is between the two: not the house's, not another provider's, not another force's.
            assert!(!got.body.contains(crate::inquiries::SUBJECT), "{at} shows whom an inquiry is about");
            assert!(!got.body.contains(SHARED), "{at} shows what is shared with others");
            if path.contains(&item) || path.contains(&onward) || path.contains(&mandate) {
                assert!(matches!(got.status, 403 | 404), "{at}: {}", got.status);
            }
            assert!(!got.body.contains(crate::warrants::REFERENCE), "{at} shows another's warrant");
            if path.contains(&inquiry) || path.contains(&warrant) {
                assert!(matches!(got.status, 403 | 404), "{at}: {}", got.status);
            }
            if !reads && route.door == Door::Page && !matches!(route.who, Who::Anyone) {
                assert!(matches!(got.status, 403 | 404), "{at} took a form without token: {}", got.status);
            }
            let safe = |name: &str| got.headers.iter().any(|(known, _)| known == name);
            assert!(safe("content-security-policy") && safe("x-content-type-options"), "{at}");
        }
    }
    assert!(asked > 800, "{asked}");
    // Nothing was answered or taken back by what was asked in vain, and the ledger is whole. (The house's
    // own seats may note that a provider received its request.)
    assert_eq!(served.desk.ok(&["audit", "verify"])["intact"], true);
    let after = served.desk.ok(&["campaign", "show", &campaign]);
    for (row, before) in after["list"].as_array().unwrap().iter().zip(list.as_array().unwrap()) {
        assert!(matches!(row["state"].as_str(), Some("sent" | "acknowledged")), "{row}");
        assert_eq!((&row["answered"], &row["lines"]), (&before["answered"], &before["lines"]));
        assert!(row["state"] == "sent" || row["party"] == "isp-b", "{row}");
    }
}

#[test]
fn failures_of_one_source_keep_no_other_out_and_codes_work_once() {
    let served = Served::open(None);
    let person = served.seat("night-desk", "auditor", None);
    let wrong = [("seat", "night-desk"), ("password", "wrong wrong wrong"), ("code", "000000")];
    for _ in 0..5 {
        assert_eq!(served.post("/sign-in", "", &wrong).status, 401);
    }
    let waits = served.post("/sign-in", "", &wrong);
    assert_eq!(waits.status, 429);
    // The device that signed in before is not kept out by others' failures.
    let fields = [("seat", "night-desk"), ("password", crate::served::PASSWORD), ("code", person.recovery[1].as_str())];
    let known = served.post("/sign-in", &person.cookies, &fields);
    assert_eq!(known.status, 303, "{}", known.body);
    // A code works once.
    assert_eq!(served.post("/sign-in", &person.cookies, &fields).status, 401);
    // A session that was ended opens nothing.
    let out = served.send("/account", "/sign-out", &person.cookies, &[]);
    assert_eq!(out.status, 303);
    assert_eq!(served.get("/", &person.cookies).status, 303);
    // A suspended seat's sessions and tokens end at once.
    let other = served.seat("day-desk", "auditor", None);
    let token = served.token("day-desk", "read");
    assert_eq!(served.api("GET", "/api/v1/me", &token, None).status, 200);
    served.desk.ok(&["seat", "suspend", "day-desk"]);
    assert_eq!(served.get("/", &other.cookies).status, 303);
    assert_eq!(served.api("GET", "/api/v1/me", &token, None).status, 401);
}

#[test]
fn a_sign_in_leads_nowhere_else_and_a_seat_taken_anew_ends_what_was_open() {
    let served = Served::open(None);
    let mut person = served.seat("day-desk", "auditor", None);
    assert_eq!(served.sign_in_back(&person, "/\t/elsewhere.example/"), "/");
    person.recovery.pop();
    assert_eq!(served.sign_in_back(&person, "/ledger?q=plan"), "/ledger?q=plan");
    // The next person at the desk takes the seat by a new link: the one before is signed out.
    let next = served.seat("day-desk", "auditor", None);
    assert_eq!(served.get("/", &person.cookies).status, 303);
    assert_eq!(served.get("/", &next.cookies).status, 200);
    // A token that was made while its seat was suspended opens nothing until the seat is back.
    served.desk.ok(&["seat", "suspend", "day-desk"]);
    let token = served.token("day-desk", "read");
    assert_eq!(served.api("GET", "/api/v1/me", &token, None).status, 401);
    served.desk.ok(&["seat", "resume", "day-desk"]);
    assert_eq!(served.api("GET", "/api/v1/me", &token, None).status, 200);
}

#[test]
fn what_is_not_there_is_told_in_the_readers_language_and_the_whole_ledger_is_searched() {
    let served = Served::open(None);
    let stray = served.ask("GET", "/no-such-page", &[("accept-language", "ja")], "");
    assert_eq!((stray.status, stray.header("x-frame-options")), (404, "DENY"));
    assert!(
        stray.body.contains("見つかりません") && !stray.header("content-security-policy").is_empty(),
        "{}",
        stray.body
    );
    let stray = served.api("GET", "/api/v1/no-such-thing", "none", None);
    assert_eq!((stray.status, stray.kind.as_str()), (404, "application/problem+json"));
    let auditor = served.seat("day-desk", "auditor", None);
    // Each page read is an entry: the first ones are soon further back than one page shows.
    for _ in 0..110 {
        assert_eq!(served.get("/ledger", &auditor.cookies).status, 200);
    }
    let newest = served.get("/ledger", &auditor.cookies).body;
    assert!(!newest.contains("<code>import-party"), "{newest}");
    let found = served.get("/ledger?q=import-party", &auditor.cookies).body;
    assert!(found.contains("<code>import-party"), "{found}");
    let headers = [("cookie", auditor.cookies.as_str()), ("accept-language", "en")];
    let none = served.ask("GET", "/ledger?q=nowhere-at-all", &headers, "").body;
    assert!(none.contains("No entry fits."), "{none}");
}

#[test]
fn two_people_on_one_request_cannot_overwrite_each_other() {
    let served = Served::open(None);
    let campaign = served.desk.plan();
    served.desk.ok(&["campaign", "approve", &campaign]);
    served.desk.ok(&["campaign", "send", &campaign]);
    let answering = served.seat("isp-a-desk", "answerer", Some("isp-a"));
    let token = served.token("isp-a-desk", "answer");
    let list: serde_json::Value =
        serde_json::from_str(&served.api("GET", "/api/v1/requests", &token, None).body).unwrap();
    let request = list["items"][0]["request"].as_str().unwrap().to_owned();
    let path = format!("/requests/{request}");
    let seen: serde_json::Value =
        serde_json::from_str(&served.api("GET", &format!("/api/v1{path}"), &token, None).body).unwrap();
    let version = seen["version"].to_string();
    let fields = [("version", version.as_str()), ("outcome", "part"), ("customer-told", "1")];
    assert_eq!(served.send(&path, &format!("{path}/answer"), &answering.cookies, &fields).status, 303);
    // The second looked at the version before the first answered.
    let late = served.send(&path, &format!("{path}/answer"), &answering.cookies, &fields);
    assert_eq!(late.status, 409, "{}", late.body);
    let bearer = format!("Bearer {token}");
    let headers = [
        ("authorization", bearer.as_str()),
        ("content-type", "application/json"),
        ("if-match", &format!("\"{version}\"")),
    ];
    let late = served.ask("POST", &format!("/api/v1{path}/answer"), &headers, "{\"outcome\":\"no-data\"}");
    assert_eq!(late.status, 412, "{}", late.body);
    // A token that only reads answers nothing.
    let reader = served.token("isp-a-desk", "read");
    let refused = served.api("POST", &format!("/api/v1{path}/answer"), &reader, Some(&serde_json::json!({})));
    assert_eq!((refused.status, refused.kind.as_str()), (403, "application/problem+json"));
}
