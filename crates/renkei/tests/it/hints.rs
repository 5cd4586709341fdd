//! Duplicate hints (S4.10) between real offices: two forces that ask, a register and an evaluator, each a process with a
//! registry and keys of its own; what each of them keeps tells nothing of a subject.

use serde_json::{Value, json};

use crate::desk::text;
use crate::line::{Side, free_port};

const SUBJECT: &str = "hanako-account-199";

/// Two forces, the register, the evaluator.
struct Four {
    aoba: Side,
    midori: Side,
    register: Side,
    evaluator: Side,
}

fn parties() -> String {
    let party = |id: &str, role: &str, seal: &str| {
        format!(
            "[[party]]\nid = \"{id}\"\nname = {{ ja = \"{id}\", en = \"{id}\" }}\nrole = \"{role}\"\ncountry = \"JP\"\n\
             zone = \"Asia/Tokyo\"\ncompetence = []\nagreement = []\nchannel = {{ mail = \"desk@{id}.example\", {seal} }}\n\n"
        )
    };
    // The public half of a key made for this test alone.
    let age = "seal = \"age\", key = \"age1dvchugwd2qrrz8hcshau9w3fluhlsh8p7k86dc5pmxzvt8jpx39qqgaza2\"";
    let clear = "seal = \"clear\", reason = \"test\"";
    [
        party("aoba-police", "prefectural-police", age),
        party("midori-police", "prefectural-police", age),
        party("hint-register", "sector-centre", clear),
        party("hint-evaluator", "sector-centre", clear),
        party("mail-provider", "site-operator", clear),
    ]
    .concat()
}

fn set(side: &Side, more: &str) {
    let path = side.desk.office().join("office.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let before: String = text.split("[hints").next().unwrap().to_owned();
    std::fs::write(&path, format!("{before}\n{more}")).unwrap();
}

fn asks(party: &str, desk: &str) -> String {
    format!(
        "[hints.asks]\nevaluator = \"hint-evaluator\"\nregister = \"hint-register\"\n\
         desks = {{ {party} = \"{desk}\" }}\n"
    )
}

fn registers(looks: u32) -> String {
    format!("[hints.registers]\nevaluator = \"hint-evaluator\"\nkept_days = 30\nlooks_per_day = {looks}\n")
}

impl Four {
    fn open(postgres: Option<String>, looks: u32) -> Self {
        let parties = parties();
        let open = |registry, party: &str| Side::new(registry, party, free_port(), &parties);
        let four = Self {
            aoba: open(None, "aoba-police"),
            midori: open(None, "midori-police"),
            register: open(postgres, "hint-register"),
            evaluator: open(None, "hint-evaluator"),
        };
        for (side, party, desk) in
            [(&four.aoba, "aoba-police", "aoba-desk"), (&four.midori, "midori-police", "midori-desk")]
        {
            side.seat(desk, "drafter");
            side.seat(&desk.replace("desk", "head"), "approver,sender");
            let titles = ["--title-ja", "担当", "--title-en", "desk", "--party", "mail-provider"];
            side.desk.ok(&[&["seat", "invite", "mail-desk", "--duty", "answerer"][..], &titles].concat());
            set(side, &asks(party, &format!("{party} desk 000-0000")));
        }
        set(&four.register, &registers(looks));
        set(&four.evaluator, "[hints.evaluates]\npoints_per_day = 1000\n");
        for (one, other) in [
            (&four.aoba, &four.register),
            (&four.aoba, &four.evaluator),
            (&four.midori, &four.register),
            (&four.midori, &four.evaluator),
            (&four.register, &four.evaluator),
        ] {
            let (of_one, of_other) = (one.given(), other.given());
            one.desk.ok(&["line", "add", text(&of_other)]);
            other.desk.ok(&["line", "add", text(&of_one)]);
        }
        four
    }

    fn serve(&mut self) {
        self.register.serve();
        self.evaluator.serve();
    }
}

/// Drafted, approved and sent, whatever it asks.
fn sent(side: &Side, stem: &str, draft: &str) -> String {
    let (desk, head) = (format!("{stem}-desk"), format!("{stem}-head"));
    let file = side.desk.write("draft.toml", draft);
    let id = side.ok(&desk, &["draft", text(&file)])["inquiry"].as_str().unwrap().to_owned();
    side.ok(&desk, &["submit", &id]);
    side.ok(&head, &["sign", &id]);
    side.ok(&head, &["send", &id]);
    id
}

fn draft(value: &str, fields: &[&str]) -> String {
    let items: String = fields
        .iter()
        .map(|field| format!("[[items]]\nkind = \"account\"\nvalue = \"{value}\"\nfield = \"{field}\"\n"))
        .collect();
    format!(
        "recipient = \"mail-provider\"\ninstrument = \"inquiry\"\nsection = \"係\"\nbasis = \"刑事訴訟法第197条第2項\"\n\
         case = \"不正アクセス\"\npurpose = \"契約者の確認\"\nzone = \"Asia/Tokyo\"\n{items}"
    )
}

fn told(side: &Side) -> Value {
    side.desk.ok(&["hint", "tell"])
}

fn hints(side: &Side, stem: &str, id: &str) -> Value {
    side.ok(&format!("{stem}-desk"), &["show", id])["hints"].clone()
}

fn look(side: &Side, stem: &str, id: &str) -> Value {
    side.desk.ok(&["--seat", &format!("{stem}-desk"), "hint", "look", id])
}

/// Every byte that an office keeps.
fn kept(side: &Side) -> Vec<u8> {
    let mut all = Vec::new();
    let mut folders = vec![side.desk.office()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => all.extend(std::fs::read(path).unwrap()),
            }
        }
    }
    all
}

fn has(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

fn two_forces_hear_of_each_other(postgres: Option<String>) {
    let mut four = Four::open(postgres, 100);
    let first = sent(&four.aoba, "aoba", &draft(SUBJECT, &["holder-name", "registration-ip"]));
    // While nobody listens, nothing is heard and nothing is lost.
    let (code, error) = four.aoba.desk.fails(&["hint", "tell"]);
    assert_eq!(code, 1, "{error}");
    assert_eq!(hints(&four.aoba, "aoba", &first), Value::Null);
    four.serve();
    let (_, error) = four.aoba.desk.fails(&["hint", "tell"]);
    assert!(error.to_string().contains("hint-evaluator"), "there is no key yet: {error}");
    assert_eq!(four.evaluator.desk.ok(&["hint", "key"]), json!({ "epoch": 1, "destroyed": false }));
    assert_eq!(told(&four.aoba), json!({ "told": 1, "others": 0, "waiting": 0, "dropped": 0 }));
    let heard = hints(&four.aoba, "aoba", &first);
    let numbers: Vec<_> = heard["items"].as_array().unwrap().iter().map(|item| &item["number"]).collect();
    assert_eq!(numbers, [1], "what secrecy may cover takes no part: {heard}");
    assert_eq!((&heard["items"][0]["others"], &heard["is_open"]), (&json!(0), &json!(true)));
    // Another force asks for another field of the same subject.
    let second = sent(&four.midori, "midori", &draft(SUBJECT, &["holder-contact"]));
    let other = sent(&four.midori, "midori", &draft("somebody-else", &["holder-name"]));
    assert_eq!(told(&four.midori)["others"], 1);
    let heard = hints(&four.midori, "midori", &second)["items"][0].clone();
    assert_eq!((&heard["others"], &heard["desks"]), (&json!(1), &json!(["aoba-police desk 000-0000"])));
    assert_eq!(hints(&four.midori, "midori", &other)["items"][0]["others"], 0);
    // Who asked first hears of it when it looks again; a round tells nothing twice.
    assert_eq!(told(&four.aoba)["told"], 0);
    let heard = look(&four.aoba, "aoba", &first)["items"][0].clone();
    assert_eq!((&heard["others"], &heard["desks"]), (&json!(1), &json!(["midori-police desk 000-0000"])));
    // The side that is asked hears nothing of it.
    let page = four.aoba.desk.ok(&["--seat", "mail-desk", "inquiry", "show", &first]);
    assert_eq!(page["hints"], Value::Null, "{page}");
    // Neither register nor evaluator has a subject, and the evaluator no token and no inquiry.
    for side in [&four.register, &four.evaluator] {
        assert!(!has(&kept(side), SUBJECT.as_bytes()));
    }
    assert!(!has(&kept(&four.evaluator), first.as_bytes()));
    // Another key: what is open is entered again, and the key before is gone.
    assert_eq!(four.evaluator.desk.ok(&["hint", "key"]), json!({ "epoch": 2, "destroyed": true }));
    let keys = std::fs::read_dir(four.evaluator.desk.office().join("keys")).unwrap();
    let keys = keys.filter(|entry| entry.as_ref().unwrap().file_name().to_str().unwrap().starts_with("hint-epoch"));
    assert_eq!(keys.count(), 1);
    assert_eq!(told(&four.midori)["told"], 2);
    assert_eq!(told(&four.aoba), json!({ "told": 1, "others": 1, "waiting": 0, "dropped": 0 }));
    // What is answered is open no more.
    let answer = "[[items]]\nnumber = 1\noutcome = \"no-data\"\n";
    let file = four.midori.desk.write("answer.toml", answer);
    four.midori.ok("mail-desk", &["step", &second, "receive"]);
    four.midori.ok("mail-desk", &["answer", &second, text(&file)]);
    assert_eq!(told(&four.midori)["told"], 1);
    assert_eq!(look(&four.aoba, "aoba", &first)["items"][0]["others"], 0);
    assert_eq!(hints(&four.midori, "midori", &second)["is_open"], false);
    let (code, error) = four.midori.desk.fails(&["--seat", "midori-desk", "hint", "look", &second]);
    assert_eq!(code, 1, "{error}");
    for side in [&four.aoba, &four.midori, &four.register, &four.evaluator] {
        assert_eq!(side.desk.ok(&["audit", "verify"])["intact"], true);
    }
}

#[test]
fn two_forces_hear_of_each_other_on_both_databases() {
    two_forces_hear_of_each_other(None);
    let postgres = renkei_testkit::postgres::shared().unwrap();
    two_forces_hear_of_each_other(Some(postgres.fresh_database().unwrap()));
}

#[test]
fn a_day_has_so_many_looks_and_other_instruments_take_no_part() {
    let mut four = Four::open(None, 2);
    four.serve();
    four.evaluator.desk.ok(&["hint", "key"]);
    // What is to be preserved is no plain inquiry.
    let preserved = draft(SUBJECT, &["communication-history"])
        .replace("instrument = \"inquiry\"", "instrument = \"preservation\"\ndays = 30");
    let file = four.aoba.desk.write("preserved.toml", &preserved);
    let output = four.aoba.desk.run(&["--seat", "aoba-desk", "inquiry", "draft", text(&file)]);
    let drafted = serde_json::from_slice::<Value>(&output.stdout).unwrap_or_default();
    if let Some(id) = drafted["inquiry"].as_str() {
        let done = |seat: &str, step: &str| four.aoba.desk.run(&["--seat", seat, "inquiry", step, id]).status.success();
        let _ = done("aoba-desk", "submit") && done("aoba-head", "sign") && done("aoba-head", "send");
        assert_eq!(told(&four.aoba)["told"], 0);
    }
    let id = sent(&four.aoba, "aoba", &draft(SUBJECT, &["holder-name"]));
    assert_eq!(told(&four.aoba)["told"], 1);
    look(&four.aoba, "aoba", &id);
    let (_, error) = four.aoba.desk.fails(&["--seat", "aoba-desk", "hint", "look", &id]);
    assert!(error.to_string().contains("pace"), "{error}");
    // Whoever has another's inquiry id closes nothing and hears nothing.
    let (_, error) = four.midori.desk.fails(&["--seat", "midori-desk", "hint", "look", &id]);
    assert!(error.to_string().contains("there is no inquiry"), "{error}");
}

#[test]
fn they_are_off_unless_set_and_the_evaluator_is_apart() {
    let four = Four::open(None, 5);
    for (side, setting) in [(&four.aoba, asks("aoba-police", "desk")), (&four.register, registers(5))] {
        set(side, &format!("{setting}\n[hints.evaluates]\npoints_per_day = 5\n"));
        let (code, error) = side.desk.fails(&["hint", "key"]);
        assert_eq!(code, 2, "{error}");
        assert!(error.to_string().contains("hints.evaluates"), "{error}");
    }
    set(&four.aoba, "");
    let id = sent(&four.aoba, "aoba", &draft(SUBJECT, &["holder-name"]));
    assert_eq!(told(&four.aoba), json!({ "told": 0, "others": 0, "waiting": 0, "dropped": 0 }));
    let (_, error) = four.aoba.desk.fails(&["--seat", "aoba-desk", "hint", "look", &id]);
    assert!(error.to_string().contains("off"), "{error}");
    assert_eq!(hints(&four.aoba, "aoba", &id), Value::Null);
    let (_, error) = four.aoba.desk.fails(&["hint", "key"]);
    assert!(error.to_string().contains("hints.evaluates"), "{error}");
}
