//! Messages that were changed on the way, and messages that a dishonest office signs: none gets secrecy data asked or
//! out, none skips an approver, none changes what is over (G1, G7; S4.6, S4.13).

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use renkei_app::line::Reply;
use renkei_app::office::{Acting, Office};
use renkei_core::class::DataClass;
use renkei_core::dossier::{Dossier, Signed, Taken, check};
use renkei_core::id::{Digest, PartyId};
use renkei_core::inquiry::Step;
use renkei_core::ledger::{KeyName, Keyring, Signer};
use renkei_core::time::{Moment, SECOND};
use serde_json::{Value, json};

use crate::desk::text;
use crate::line::{Offices, Side};
use crate::served::now;

/// Tries of the changed messages; `RENKEI_TRIES` says how many (2,000 here, 100,000 under `./prove forgery`).
fn tries() -> u64 {
    std::env::var("RENKEI_TRIES").ok().and_then(|tries| tries.parse().ok()).unwrap_or(2_000)
}

struct Random(u64);

impl Random {
    fn below(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % below.max(1)
    }
}

/// Words that somebody would try in the place of others.
const WORDS: [&str; 16] = [
    "TrafficData",
    "StoredContentData",
    "UserIdentifyingData",
    "SubscriberDataAndUserIdentifyingData",
    "SectionHead",
    "Drafter",
    "DeputyApproval",
    "Disclosed",
    "Rejected",
    "Cancelled",
    "IsEmergency",
    "communication-history",
    "content",
    "another-account",
    "midori-police",
    "2026-01-01T00:00:00.000000Z",
];

/// Changes one thing somewhere in the actions, or in who sends and receives.
fn change(message: &Value, random: &mut Random) -> Value {
    let mut changed = message.clone();
    if random.below(20) == 0 {
        let end = ["SenderIdentifier", "ReceiverIdentifier"][random.below(2)];
        changed["Header"][end]["UniqueIdentifier"] = json!(WORDS[random.below(WORDS.len())]);
        return changed;
    }
    let root = "/Payload/RequestPayload/ActionRequests/ActionRequest";
    let mut places = Vec::new();
    walk(message.pointer(root).unwrap(), root.to_owned(), &mut places);
    // What a document says of its own body is not looked at; what it holds is.
    places.retain(|place| !place.contains("/doc:DocumentBody") || place.ends_with("/doc:Contents"));
    let place = &places[random.below(places.len())];
    let value = changed.pointer_mut(place).unwrap();
    if place.ends_with("/doc:Contents") {
        *value = json!(damaged(value.as_str().unwrap(), random));
        return changed;
    }
    match (random.below(6), &mut *value) {
        (0, _) => *value = json!(WORDS[random.below(WORDS.len())]),
        (1, Value::String(text)) if !text.is_empty() => {
            let mut chars: Vec<char> = text.chars().collect();
            let at = random.below(chars.len());
            chars[at] = char::from(b'0' + u8::try_from(random.below(75)).unwrap());
            *text = chars.into_iter().collect();
        }
        (2, Value::Bool(flag)) => *flag = !*flag,
        (2 | 3, Value::Number(number)) => *value = json!(number.as_u64().unwrap_or(0) + 1),
        (4, _) => {
            let (parent, name) = place.rsplit_once('/').unwrap();
            match changed.pointer_mut(parent).unwrap() {
                Value::Object(members) => {
                    members.remove(&name.replace("~1", "/"));
                }
                Value::Array(list) => {
                    list.remove(name.parse().unwrap());
                }
                _ => {}
            }
        }
        (5, Value::Array(list)) if !list.is_empty() => {
            let copy = list[random.below(list.len())].clone();
            list.push(copy);
        }
        _ => *value = json!(""),
    }
    changed
}

/// A document whose text has another byte, a line less, or a word of another step.
fn damaged(content: &str, random: &mut Random) -> String {
    let mut text = String::from_utf8(STANDARD.decode(content).unwrap()).unwrap();
    match random.below(3) {
        0 => {
            let mut lines: Vec<&str> = text.lines().collect();
            lines.remove(random.below(lines.len()));
            text = lines.join("\n") + "\n";
        }
        1 => {
            let pairs = [("registration", "traffic"), ("approve", "countersign"), ("no-data", "disclosed"), ("1", "2")];
            let (from, to) = pairs[random.below(pairs.len())];
            text = text.replacen(from, to, 1);
        }
        _ => {
            let mut chars: Vec<char> = text.chars().collect();
            let at = random.below(chars.len());
            chars[at] = if chars[at] == 'x' { 'y' } else { 'x' };
            text = chars.into_iter().collect();
        }
    }
    STANDARD.encode(text.as_bytes())
}

fn walk(value: &Value, at: String, places: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, value)| walk(value, format!("{at}/{}", name.replace('/', "~1")), places));
        }
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(number, value)| walk(value, format!("{at}/{number}"), places));
        }
        _ => {}
    }
    places.push(at);
}

/// Whether a message was carried out.
fn is_taken(reply: &Reply) -> bool {
    !reply.body.contains("ErrorInformation")
}

/// Where two messages differ first.
fn differs(one: &Value, other: &Value, at: String) -> Option<String> {
    match (one, other) {
        (Value::Object(a), Value::Object(b)) if a.keys().eq(b.keys()) => {
            a.iter().find_map(|(name, value)| differs(value, &b[name], format!("{at}/{name}")))
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            a.iter().zip(b).enumerate().find_map(|(number, (a, b))| differs(a, b, format!("{at}/{number}")))
        }
        _ => (one != other).then(|| format!("{at}: {one} is {other}").chars().take(600).collect()),
    }
}

/// The codes with which a message was refused.
fn codes(reply: &Reply) -> Vec<String> {
    let found = reply.body.match_indices("\"H").map(|(at, _)| reply.body[at + 1..at + 5].to_owned());
    let mut codes: Vec<String> = found.filter(|code| code[1..].bytes().all(|byte| byte.is_ascii_digit())).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

async fn office(side: &Side) -> Office {
    Office::open(&side.desk.office(), None, Acting::default(), now()).await.unwrap()
}

fn force() -> PartyId {
    "aoba-police".parse().unwrap()
}

fn provider() -> PartyId {
    "mail-provider".parse().unwrap()
}

/// The message that one side would tell the other now.
fn message(side: &Side, seat: &str, id: &str) -> Value {
    let to = side.desk.folder.path().join(format!("{seat}.message.json"));
    let _ = std::fs::remove_file(&to);
    let output = side.desk.run(&["--seat", seat, "line", "carry", id, text(&to)]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_str(&std::fs::read_to_string(to).unwrap()).unwrap()
}

#[test]
fn a_changed_message_is_never_carried_out() {
    let offices = Offices::open(None, None);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let mut random = Random(20_160_004);
    let id = offices.sent();
    let asked = message(&offices.force, "aoba-desk", &id);
    let refused = |side: &Side, from: &PartyId, message: &Value, random: &mut Random, state: Option<&str>| {
        let seat = if *from == force() { "mail-desk" } else { "aoba-desk" };
        runtime.block_on(async {
            let office = office(side).await;
            let mut codes: std::collections::BTreeMap<String, u64> = std::collections::BTreeMap::new();
            for number in 0..tries() / 2 {
                let changed = change(message, random);
                if changed == *message {
                    continue;
                }
                let reply = office.take_message(from, changed.to_string().as_bytes(), now()).await.unwrap();
                assert!(!is_taken(&reply), "try {number}: {:?}", differs(message, &changed, String::new()));
                for code in self::codes(&reply) {
                    *codes.entry(code).or_default() += 1;
                }
            }
            println!("{} messages of {from} changed, none carried out: {codes:?}", tries() / 2);
        });
        let listed = side.ok(seat, &["list"]);
        let state = state.map_or(json!([]), |state| json!([state]));
        let states: Vec<_> = listed.as_array().unwrap().iter().map(|row| &row["state"]).collect();
        assert_eq!(json!(states), state);
    };
    refused(&offices.provider, &force(), &asked, &mut random, None);
    let take = |side: &Side, from: &PartyId, message: &Value| {
        runtime.block_on(async {
            office(side).await.take_message(from, message.to_string().as_bytes(), now()).await.unwrap()
        })
    };
    let reply = take(&offices.provider, &force(), &asked);
    assert!(is_taken(&reply), "{}", reply.body);
    Offices::returned(&offices.force, &id, &reply.body);
    assert_eq!(take(&offices.provider, &force(), &asked).body, reply.body, "the same again, the same answer");
    // The answer, on its way back.
    offices.provider.ok("mail-desk", &["step", &id, "receive"]);
    let received = message(&offices.provider, "mail-desk", &id);
    let reply = take(&offices.force, &provider(), &received);
    assert!(is_taken(&reply), "{}", reply.body);
    Offices::returned(&offices.provider, &id, &reply.body);
    offices.answered(&id);
    let answered = message(&offices.provider, "mail-desk", &id);
    refused(&offices.force, &provider(), &answered, &mut random, Some("received"));
    assert!(is_taken(&take(&offices.force, &provider(), &answered)));
    // What is over stays as it is: neither an older message nor a changed one moves it.
    refused(&offices.force, &provider(), &answered, &mut random, Some("answered"));
    assert!(is_taken(&take(&offices.force, &provider(), &received)), "answered as before, and changes nothing");
    assert_eq!(offices.force.ok("aoba-desk", &["show", &id])["state"], "answered");
    for side in [&offices.force, &offices.provider] {
        assert_eq!(side.desk.ok(&["audit", "verify"])["intact"], true);
    }
}

/// What a dishonest office could sign: it has the keys of all its seats.
struct Forger<'a> {
    folder: &'a Path,
    message: Value,
    dossier: Dossier,
}

impl Forger<'_> {
    fn signer(&self, name: &KeyName) -> Signer {
        let file = self.folder.join("keys").join(format!("{}.key", name.as_str().rsplit('/').next().unwrap()));
        let seed = STANDARD.decode(std::fs::read_to_string(file).unwrap().trim()).unwrap();
        Signer::from_seed(name.clone(), &seed.try_into().unwrap())
    }

    /// The message with a dossier that was changed and signed anew by every seat and the office.
    fn signed(&self, forge: impl FnOnce(&mut Dossier)) -> Value {
        let mut forged = self.dossier.clone();
        forge(&mut forged);
        let digest = forged.paper.digest();
        let id = forged.inquiry;
        let again = |taken: &Taken| {
            let signed = taken.signed.as_ref()?;
            Some(Signed::make(id, taken.number, taken.step, digest, &self.signer(&signed.key)))
        };
        forged.steps = forged.steps.iter().map(|taken| Taken { signed: again(taken), ..taken.clone() }).collect();
        let office = self.signer(&"aoba-police.example/ledger-1".parse().unwrap());
        let mut message = self.message.clone();
        let root = "/Payload/RequestPayload/ActionRequests/ActionRequest";
        for action in message.pointer_mut(root).unwrap().as_array_mut().unwrap() {
            let object = &mut action["CREATE"]["HI1Object"];
            if object["doc:DocumentName"] == "dossier.txt" {
                let text = forged.sign(&office);
                object["doc:DocumentBody"]["doc:Contents"] = json!(STANDARD.encode(text.as_bytes()));
                object["doc:DocumentBody"]["doc:Checksum"] = json!(Digest::of(text.as_bytes()).to_string());
            }
        }
        message
    }

    /// Also the first task asks for what the forged paper asks for.
    fn asking(&self, field: &str, class: &str, forge: impl FnOnce(&mut Dossier)) -> Value {
        let mut message = self.signed(forge);
        let task =
            &mut message["Payload"]["RequestPayload"]["ActionRequests"]["ActionRequest"][1]["CREATE"]["HI1Object"];
        let details = &mut task["task:RequestDetails"];
        details["task:Type"]["common:Value"] = json!(class);
        let text = details.to_string().replace("holder-name", field);
        *details = serde_json::from_str(&text).unwrap();
        message
    }
}

#[test]
fn an_office_that_signs_what_it_may_not_is_refused() {
    let offices = Offices::open(None, None);
    let id = offices.sent();
    let message = message(&offices.force, "aoba-desk", &id);
    let contents = message.pointer("/Payload/RequestPayload/ActionRequests/ActionRequest").unwrap().as_array().unwrap();
    let dossier = contents.iter().map(|action| &action["CREATE"]["HI1Object"]);
    let dossier = dossier.clone().find(|object| object["doc:DocumentName"] == "dossier.txt").unwrap();
    let bytes = STANDARD.decode(dossier["doc:DocumentBody"]["doc:Contents"].as_str().unwrap()).unwrap();
    let dossier = check(&String::from_utf8(bytes).unwrap(), &Keyring::new(vec![])).dossier.unwrap();
    let folder = offices.force.desk.office();
    let forger = Forger { folder: &folder, message, dossier };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let took = |message: &Value| {
        runtime.block_on(async {
            let office = office(&offices.provider).await;
            office.take_message(&force(), message.to_string().as_bytes(), now()).await.unwrap()
        })
    };
    let secret = |class: DataClass| {
        move |dossier: &mut Dossier| {
            dossier.paper.items[0].field = "communication-history".to_owned();
            dossier.paper.items[0].class = class;
        }
    };
    let at = |dossier: &Dossier, step: Step| dossier.steps.iter().position(|taken| taken.step == step).unwrap();
    let cases: Vec<(&str, Value, &str)> = vec![
        // Secrecy data, said to be what they are, and said to be registration data (G1).
        ("traffic", forger.asking("communication-history", "TrafficData", secret(DataClass::Traffic)), "H085"),
        (
            "traffic under another name",
            forger.asking("communication-history", "SubscriberData", secret(DataClass::Traffic)),
            "H107",
        ),
        (
            "traffic as registration",
            forger.asking("communication-history", "SubscriberData", secret(DataClass::Registration)),
            "H108",
        ),
        // Without approver, by the drafter as approver, with a step of the provider (G7).
        (
            "not approved",
            forger.signed(|dossier| {
                let approved = at(dossier, Step::Approve);
                dossier.steps.remove(approved);
                (1..).zip(&mut dossier.steps).for_each(|(number, taken)| taken.number = number);
            }),
            "H104",
        ),
        (
            "approved by the drafter",
            forger.signed(|dossier| {
                let (drafted, approved) = (at(dossier, Step::Submit), at(dossier, Step::Approve));
                dossier.steps[approved].seat = dossier.steps[drafted].seat.clone();
                let key = dossier.steps[drafted].signed.as_ref().unwrap().key.clone();
                dossier.steps[approved].signed.as_mut().unwrap().key = key;
            }),
            "H1",
        ),
        (
            "received before it was sent",
            forger.signed(|dossier| {
                let last = dossier.steps.last().unwrap().clone();
                let seat = "mail-desk".parse().unwrap();
                dossier.steps.push(Taken { number: last.number + 1, step: Step::Receive, seat, ..last });
            }),
            "H1",
        ),
        (
            "another provider's",
            forger.signed(|dossier| dossier.paper.recipient = "aoba-police".parse().unwrap()),
            "H105",
        ),
        (
            "of tomorrow",
            forger.signed(|dossier| dossier.steps.last_mut().unwrap().at = Moment(now().0 + 86_400 * SECOND)),
            "H109",
        ),
        (
            "another value than the task's",
            forger.signed(|dossier| dossier.paper.items[0].value = "another-account".to_owned()),
            "H105",
        ),
    ];
    for (what, message, code) in &cases {
        let reply = took(message);
        assert!(!is_taken(&reply), "{what}: {}", reply.body);
        assert!(codes(&reply).iter().any(|found| found.starts_with(code)), "{what}: {:?}", codes(&reply));
        assert_eq!(offices.provider.ok("mail-desk", &["list"]), json!([]), "{what}");
    }
    // Signed anew without any change it is what it was.
    assert!(is_taken(&took(&forger.signed(|_| {}))));
}
