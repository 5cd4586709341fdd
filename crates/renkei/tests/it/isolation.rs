//! No sequence of calls, in whatever order, shows a seat of one organisation what is another's.
//!
//! Calls are drawn at random from the one route table; what a seat is shown is searched for the names,
//! requests and addresses of the others. `RENKEI_SEED` repeats a run, `RENKEI_STEPS` makes it longer.

use std::collections::BTreeMap;

use renkei_web::route::{Door, ROUTES, Route};
use serde_json::{Value, json};

use crate::served::{Got, Served};

/// The numbers of a seed (xorshift64*): the same calls in every run of it.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }

    fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.next() as usize % list.len()]
    }
}

/// Who calls.
struct Actor {
    party: &'static str,
    duty: &'static str,
    token: String,
    cookies: String,
}

/// What belongs to one party and to nobody else: texts that must not be shown to others.
fn belongings(party: &str, request: &str, offer: &str) -> Vec<String> {
    let addresses: &[&str] = match party {
        "isp-a" => &["198.18.0.", "198.18.1.", "198.18.2."],
        "isp-b" => &["198.18.64.", "198.18.65.", "198.18.66."],
        _ => &["2001:db8::"],
    };
    let named = [party, request, offer].into_iter().chain(addresses.iter().copied());
    named.map(str::to_owned).collect()
}

/// Seats of three providers, each with a token and signed in.
fn actors(served: &Served) -> Vec<Actor> {
    let mut actors = Vec::new();
    for (party, duty) in [
        ("isp-a", "answerer"),
        ("isp-b", "answerer"),
        ("isp-c", "answerer"),
        ("isp-a", "auditor"),
        ("isp-b", "legal"),
        ("isp-c", "administrator"),
        ("isp-a", "approver"),
    ] {
        let person = served.seat(&format!("{party}-{duty}"), duty, Some(party));
        let token = served.token(&person.seat, "work");
        actors.push(Actor { party, duty, token, cookies: person.cookies });
    }
    actors
}

#[test]
fn no_sequence_of_calls_shows_what_is_anothers() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let seed: u64 = number("RENKEI_SEED").unwrap_or(20_160_127);
    let steps: u64 = number("RENKEI_STEPS").unwrap_or(800);
    let served = Served::open(None);
    let campaign = served.desk.plan();
    // A second campaign never leaves: to the providers it does not exist.
    let unsent = served.desk.plan();
    served.desk.ok(&["campaign", "approve", &campaign]);
    served.desk.ok(&["campaign", "send", &campaign]);
    let requests = |campaign: &str| -> BTreeMap<String, String> {
        let shown = served.desk.ok(&["campaign", "show", campaign]);
        let text = |row: &Value, key: &str| row[key].as_str().unwrap().to_owned();
        shown["list"].as_array().unwrap().iter().map(|row| (text(row, "party"), text(row, "request"))).collect()
    };
    let (sent, hidden) = (requests(&campaign), requests(&unsent));
    let actors = actors(&served);
    // Each provider offered something that only it and the house know of.
    let offers: BTreeMap<&str, String> = actors
        .iter()
        .filter(|actor| actor.duty == "answerer")
        .map(|actor| {
            let typed = json!({ "needs": format!("secret of {}", actor.party), "does": "x" });
            let made = served.api("POST", "/api/v1/offers", &actor.token, Some(&typed));
            (actor.party, crate::served::between(&made.body, "\"offer\":\"", "\"").to_owned())
        })
        .collect();
    let mut places: Vec<String> = sent.values().chain(hidden.values()).cloned().collect();
    places.extend(offers.values().cloned());
    places.push(crate::inquiries::sent_to(&served.desk, "isp-b"));
    places.push(crate::warrants::recorded(&served.desk, "isp-b-answerer"));
    places.extend([campaign.clone(), unsent.clone(), "req-00000000000000000000000000".to_owned(), "..".to_owned()]);
    let parties = ["isp-a", "isp-b", "isp-c", "centre-test", "nobody"];
    let routes: Vec<&Route> =
        ROUTES.iter().filter(|route| route.door != Door::Asset && route.path != "/sign-out").collect();
    let (mut draw, mut shown, mut refused) = (Draw(seed), 0, 0);
    for step in 0..steps {
        let (actor, route) = (draw.of(&actors), *draw.of(&routes));
        let place = draw.of(&places).clone();
        let party = *draw.of(&parties);
        let path = route.path.replace("{request}", &place).replace("{campaign}", &place).replace("{party}", party);
        let path = ["{offer}", "{inquiry}", "{item}", "{onward}", "{mandate}", "{warrant}", "{publication}"]
            .iter()
            .fold(path, |path, name| path.replace(*name, &place));
        let path = path.replace("{file}", "1").replace("{link}", &"A".repeat(43)).replace("{language}", "ja");
        let query = match draw.next() % 6 {
            0 => format!("?party={party}&limit=1000"),
            1 => format!("?campaign={place}"),
            2 => "?state=draft".to_owned(),
            3 => format!("?q={party}"),
            _ => String::new(),
        };
        let got = call(&served, &mut draw, actor, route, &path, &query);
        let at = format!("seed {seed}, step {step}: {route:?} {path}{query} for {} of {}", actor.duty, actor.party);
        assert!(got.status < 500, "{at}: {}", got.body);
        if got.status < 300 {
            shown += 1
        } else {
            refused += 1
        }
        // What was asked for is said again in links to the other language, and in problems.
        let told = [place.as_str(), party].iter().fold(got.body.clone(), |told, typed| told.replace(*typed, ""));
        for (other, request) in sent.iter().filter(|(other, _)| *other != actor.party) {
            for text in belongings(other, request, &offers[other.as_str()])
                .iter()
                .filter(|text| *text != party && **text != place)
            {
                assert!(!told.contains(text.as_str()), "{at} shows `{text}`: {told}");
            }
        }
        let shows = actor.party != "isp-b" && told.contains(crate::inquiries::SUBJECT);
        assert!(!shows, "{at} shows whom an inquiry is about: {told}");
        let shows = actor.party != "isp-b" && told.contains(crate::warrants::REFERENCE);
        assert!(!shows, "{at} shows another's warrant: {told}");
        for request in hidden.values().filter(|request| **request != place) {
            assert!(!told.contains(request.as_str()), "{at} shows the unsent `{request}`: {told}");
        }
        // Its own rows are its own: no refusal is bought by showing nothing at all.
        if route.name == "rows" && got.status == 200 {
            assert!(sent[actor.party] == place && got.body.lines().count() > 1, "{at}: {}", got.body);
        }
    }
    assert!(shown > steps / 20 && refused > steps / 4, "{shown} shown, {refused} refused");
    // What others did to it in vain left each request as its own party left it.
    for (party, request) in hidden {
        let shown = served.desk.ok(&["campaign", "show", &unsent]);
        let row = shown["list"].as_array().unwrap().iter().find(|row| row["request"] == *request).unwrap();
        assert_eq!((&row["state"], &row["answered"]), (&"draft".into(), &0.into()), "{party}");
    }
    assert_eq!(served.desk.ok(&["audit", "verify"])["intact"], true);
}

fn call(served: &Served, draw: &mut Draw, actor: &Actor, route: &Route, path: &str, query: &str) -> Got {
    let reads = route.method.as_str() == "GET";
    let path = format!("{path}{query}");
    match (route.door, reads) {
        (Door::Api, true) => served.api("GET", &path, &actor.token, None),
        (Door::Api, false) => {
            let bodies = [
                json!({ "outcome": "part", "counts": { "customer-told": 1 } }),
                json!({ "outcome": "no-data" }),
                json!({ "what": "電話", "minutes": 1 }),
                json!({ "ja": "有難うございました" }),
                json!({ "needs": "x", "does": "y" }),
                json!({}),
            ];
            served.api("POST", &path, &actor.token, Some(draw.of(&bodies)))
        }
        (_, true) => served.get(&path, &actor.cookies),
        (..) => {
            // The token of the seat's own session, so that the form itself is in order.
            let page = served.get("/account", &actor.cookies);
            let token = page.body.split_once("name=\"form-token\" value=\"").map_or("", |(_, rest)| rest);
            let token = token.split('"').next().unwrap_or("");
            let fields = [
                ("form-token", token),
                ("version", "1"),
                ("outcome", "part"),
                ("customer-told", "1"),
                ("what", "電話"),
                ("minutes", "1"),
                ("currency", "JPY"),
                ("ja", "有難うございました"),
                ("code", "000000"),
                ("remark", "x"),
                ("text", "x"),
                ("needs", "x"),
                ("does", "y"),
                ("verdict", "whole"),
                ("reason", "x"),
                ("seat", "night-desk"),
                ("duties", "answerer"),
            ];
            served.post(&path, &actor.cookies, &fields)
        }
    }
}
