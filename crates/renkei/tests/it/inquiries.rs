//! Inquiries: drafted by a force, signed stage by stage, answered item by item by a provider, opened by the force
//! alone, checked years later with public keys alone; at the shell, through the API and in the pages.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use renkei_app::signin::code;
use renkei_core::time::{Moment, SECOND};
use renkei_testkit::browser::{Browser, BrowserOptions, Language, Window};
use serde_json::{Value, json};

use crate::desk::{Desk, text};
use crate::pages::{EN, JA, look, see, sign_in};
use crate::served::{Person, Served, now};
use crate::sites::letters;

const VALUE: &str = "taro-account-198";
const SECRET: &str = "試験 一郎（登録名）";

/// An office of a centre in which a force, another force and a provider have seats.
struct Exchange {
    served: Served,
    key: PathBuf,
    head: Person,
}

impl Exchange {
    fn open(registry: Option<String>) -> Self {
        let desk = Desk::new(registry);
        desk.open();
        let key = desk.folder.path().join("aoba.key");
        let made = Command::new("age-keygen").arg("-o").arg(&key).output().expect("age-keygen is installed");
        let told = String::from_utf8(made.stderr).unwrap();
        let public = told.trim().rsplit(' ').next().unwrap().to_owned();
        let party = |id: &str, role: &str, seal: &str| {
            format!(
                "[[party]]\nid = \"{id}\"\nname = {{ ja = \"{id}\", en = \"{id}\" }}\nrole = \"{role}\"\n\
                 country = \"JP\"\nzone = \"Asia/Tokyo\"\ncompetence = []\nagreement = []\n\
                 channel = {{ mail = \"desk@{id}.example\", {seal} }}\nterms = {{ answer_days = 7 }}\n\n"
            )
        };
        let clear = "seal = \"clear\", reason = \"test\"";
        let parties = [
            party("aoba-police", "prefectural-police", &format!("seal = \"age\", key = \"{public}\"")),
            party("midori-police", "prefectural-police", clear),
            party("mail-provider", "site-operator", clear),
        ];
        let file = desk.write("exchange.toml", &parties.concat());
        desk.ok(&["party", "import", text(&file)]);
        let served = Served::over(desk);
        served.invite("aoba-admin", "administrator", Some("aoba-police"));
        served.invite("aoba-desk", "drafter", Some("aoba-police"));
        served.invite("aoba-chief", "drafter", Some("aoba-police"));
        let head = served.seat("aoba-head", "approver,sender", Some("aoba-police"));
        served.invite("midori-desk", "drafter,approver,sender,auditor", Some("midori-police"));
        served.invite("mail-admin", "administrator", Some("mail-provider"));
        served.invite("mail-desk", "answerer", Some("mail-provider"));
        served.invite("mail-legal", "legal", Some("mail-provider"));
        let exchange = Self { served, key, head };
        let stages = exchange.write(
            "stages.toml",
            "[[stage]]\nja = \"係長\"\nen = \"chief\"\nseat = \"aoba-chief\"\n\
             [[stage]]\nja = \"所属長\"\nen = \"section head\"\nseat = \"aoba-head\"\n",
        );
        exchange.ok("aoba-admin", &["stages", "--set", text(&stages)]);
        exchange
    }

    fn write(&self, name: &str, content: &str) -> PathBuf {
        self.served.desk.write(name, content)
    }

    fn ok(&self, seat: &str, args: &[&str]) -> Value {
        self.served.desk.ok(&[&["--seat", seat, "inquiry"], args].concat())
    }

    fn fails(&self, seat: &str, args: &[&str]) -> (i32, Value) {
        self.served.desk.fails(&[&["--seat", seat, "inquiry"], args].concat())
    }

    fn drafted(&self, instrument: &str, fields: &[(&str, &str)]) -> String {
        let file = self.write("draft.toml", &typed(instrument, fields));
        self.ok("aoba-desk", &["draft", text(&file)])["inquiry"].as_str().unwrap().to_owned()
    }

    /// Submitted, signed by both stages, sent, received.
    fn received(&self, inquiry: &str) {
        self.ok("aoba-desk", &["submit", inquiry]);
        self.ok("aoba-chief", &["sign", inquiry]);
        self.ok("aoba-head", &["sign", inquiry]);
        self.ok("aoba-head", &["send", inquiry]);
        self.ok("mail-desk", &["step", inquiry, "receive"]);
    }

    /// What the force reads of the answer with its own key.
    fn opened(&self, sealed: &Path) -> String {
        let opened = Command::new("age").arg("-d").arg("-i").arg(&self.key).arg(sealed).output().unwrap();
        assert!(opened.status.success(), "{}", String::from_utf8_lossy(&opened.stderr));
        String::from_utf8(opened.stdout).unwrap()
    }

    /// Whether a party is told by mail that the inquiry waits, and of nothing that it asks.
    fn is_noticed(&self, party: &str, inquiry: &str, number: &str) {
        let word = |letter: &Value, at: usize| letter[at].as_str().unwrap_or_default().to_owned();
        let is_it = |letter: &Value| word(letter, 0).contains(party) && word(letter, 1).contains(inquiry);
        let deadline = Instant::now() + Duration::from_secs(60);
        let text = loop {
            if let Some(letter) = letters(&self.served.desk).into_iter().find(is_it) {
                break word(&letter, 1);
            }
            assert!(Instant::now() < deadline, "{party} was not told of {inquiry}");
            std::thread::sleep(Duration::from_millis(200));
        };
        assert!(text.contains(&format!("/inquiries/{inquiry}")), "{text}");
        assert!(!text.contains(VALUE) && !text.contains(number), "{text}");
    }

    fn write_to(&self, name: &str) -> PathBuf {
        self.served.desk.folder.path().join(name)
    }

    /// Whether its form, printed and scanned, leads back to it: for those who may know of it.
    fn is_found_on_paper(&self, inquiry: &str, number: &str) {
        let pdf = self.write_to("form.pdf");
        self.ok_silent("mail-desk", &["print", inquiry, "--to", text(&pdf)]);
        let told = Command::new("pdftotext").arg(&pdf).arg("-").output().expect("pdftotext is installed");
        let told: String = String::from_utf8(told.stdout).unwrap().split_whitespace().collect();
        assert!(told.contains(number) && told.contains(VALUE) && told.contains("刑事訴訟法第197条第2項"), "{told}");
        assert!(!told.contains("aoba-chief"), "who signed inside the force is the force's own: {told}");
        let scan = self.write_to("scan");
        let mut draw = Command::new("pdftoppm");
        draw.args(["-png", "-gray", "-r", "150", "-singlefile"]).arg(&pdf).arg(&scan);
        assert!(draw.status().expect("pdftoppm is installed").success());
        let scan = scan.with_extension("png");
        let found = self.ok("aoba-desk", &["scan", text(&scan)]);
        assert_eq!((&found[0]["inquiry"], &found[0]["holds"]), (&json!(inquiry), &json!(true)), "{found}");
        assert_eq!((&found[0]["side"], &found[0]["page"]), (&json!("inquiry"), &json!(1)), "{found}");
        let stranger = self.ok("midori-desk", &["scan", text(&scan)]);
        assert_eq!((&stranger[0]["inquiry"], &stranger[0]["number"]), (&Value::Null, &Value::Null), "{stranger}");
    }

    fn keys(&self) -> PathBuf {
        let keys = self.served.desk.ok(&["key", "list"]);
        let lines = keys.as_array().unwrap().iter().map(|key| key["public"].as_str().unwrap());
        let signing: Vec<&str> = lines.filter(|line| line.contains("office.example/")).collect();
        self.write("keys.txt", &signing.join("\n"))
    }
}

/// The subject of the inquiry that [`sent_to`] makes: nobody but the two sides may see it.
pub const SUBJECT: &str = "hidden-subject-77";

/// An inquiry of a police force to a provider, waiting for its approver; its id.
pub fn submitted_to(desk: &Desk, provider: &str) -> String {
    let force = "[[party]]\nid = \"aoba-police\"\nname = { ja = \"青葉\", en = \"Aoba\" }\nrole = \"prefectural-police\"\n\
                 country = \"JP\"\nzone = \"Asia/Tokyo\"\ncompetence = []\nagreement = []\n\
                 channel = { mail = \"desk@aoba.example\", seal = \"clear\", reason = \"test\" }\n";
    let other = force.replace("aoba", "midori").replace("Aoba", "Midori").replace("青葉", "緑");
    let file = desk.write("forces.toml", &format!("{force}\n{other}"));
    desk.ok(&["party", "import", text(&file)]);
    for (seat, duties) in [("aoba-desk", "drafter"), ("aoba-head", "approver,sender")] {
        let titles = ["--title-ja", "担当", "--title-en", "desk", "--party", "aoba-police"];
        desk.ok(&[&["seat", "invite", seat, "--duty", duties][..], &titles].concat());
    }
    let draft = typed("inquiry", &[("holder-name", "")]).replace("mail-provider", provider).replace(VALUE, SUBJECT);
    let file = desk.write("forces-draft.toml", &draft);
    let run = |seat: &str, args: &[&str]| desk.ok(&[&["--seat", seat, "inquiry"], args].concat());
    let id = run("aoba-desk", &["draft", text(&file)])["inquiry"].as_str().unwrap().to_owned();
    run("aoba-desk", &["submit", &id]);
    id
}

/// The same, approved and sent.
pub fn sent_to(desk: &Desk, provider: &str) -> String {
    let id = submitted_to(desk, provider);
    for step in ["sign", "send"] {
        desk.ok(&["--seat", "aoba-head", "inquiry", step, &id]);
    }
    id
}

/// A draft file; `fields` are fields with their times, or none.
fn typed(instrument: &str, fields: &[(&str, &str)]) -> String {
    let mut file = format!(
        "recipient = \"mail-provider\"\ninstrument = \"{instrument}\"\nsection = \"サイバー犯罪対策課\"\n\
         basis = \"刑事訴訟法第197条第2項\"\ncase = \"不正アクセス\"\npurpose = \"契約者の確認\"\nzone = \"Asia/Tokyo\"\n"
    );
    for (field, window) in fields {
        file.push_str(&format!("[[items]]\nkind = \"account\"\nvalue = \"{VALUE}\"\nfield = \"{field}\"\n{window}\n"));
    }
    file
}

const WINDOW: &str = "from = \"2026-10-01T13:00\"\nuntil = \"2026-10-01T14:00\"";

fn life(registry: Option<String>) {
    let exchange = Exchange::open(registry);
    let inquiry = exchange.drafted("inquiry", &[("holder-name", ""), ("registration-ip", ""), ("holder-contact", "")]);
    let id = inquiry.as_str();
    // To the provider, to another force and to the office itself it does not exist.
    for seat in ["mail-desk", "midori-desk", "desk"] {
        assert_eq!(exchange.fails(seat, &["show", id]).0, 1, "{seat}");
        assert_eq!(exchange.ok(seat, &["list"]), json!([]), "{seat}");
    }
    // Nothing leaves before its stages: each in its turn, and no other seat's; not on paper either.
    assert_eq!(exchange.fails("aoba-desk", &["print", id, "--to", text(&exchange.write_to("draft.pdf"))]).0, 1);
    assert_eq!(exchange.fails("aoba-head", &["send", id]).0, 3);
    let submitted = exchange.ok("aoba-desk", &["submit", id]);
    let number = submitted["number"].as_str().unwrap().to_owned();
    assert!(number.ends_with("照会第1号"), "{number}");
    assert!(exchange.fails("aoba-head", &["sign", id]).1["error"].as_str().unwrap().contains("aoba-chief"));
    exchange.ok("aoba-chief", &["step", id, "return", "--text", "件名を確かめること"]);
    let mended = exchange.write(
        "mended.toml",
        &typed("inquiry", &[("holder-name", ""), ("registration-ip", ""), ("holder-contact", "")])
            .replace("契約者の確認", "登録者の確認"),
    );
    exchange.ok("aoba-desk", &["mend", id, text(&mended)]);
    assert_eq!(exchange.ok("aoba-desk", &["submit", id])["number"], json!(number), "it keeps its number");
    assert_eq!(exchange.ok("aoba-chief", &["sign", id])["done"], "countersign");
    assert!(exchange.fails("aoba-desk", &["sign", id]).1["error"].as_str().unwrap().contains("aoba-head"));
    assert_eq!(exchange.ok("aoba-head", &["sign", id])["done"], "approve");
    exchange.ok_silent("aoba-desk", &["print", id, "--to", text(&exchange.write_to("approved.pdf"))]);
    exchange.ok("aoba-head", &["send", id]);
    exchange.is_noticed("mail-provider", id, &number);
    exchange.is_found_on_paper(id, &number);
    // Another system reads it as a message of ETSI TS 103 120: one authorisation with its chain, one task an item.
    let message = exchange.served.desk.folder.path().join("message.json");
    exchange.ok_silent("aoba-desk", &["message", id, "--to", text(&message)]);
    let message: Value = serde_json::from_str(&std::fs::read_to_string(&message).unwrap()).unwrap();
    let actions = &message["Payload"]["RequestPayload"]["ActionRequests"]["ActionRequest"];
    assert_eq!(actions.as_array().unwrap().len(), 4);
    let authorisation = &actions[0]["CREATE"]["HI1Object"];
    assert_eq!(authorisation["auth:AuthorisationReference"], json!(number));
    let chain = authorisation["auth:AuthorisationApprovalDetails"].as_array().unwrap();
    let roles: Vec<_> = chain.iter().map(|step| &step["common:ApproverDetails"]["common:ApproverRole"]).collect();
    assert_eq!(roles, ["Drafter", "UnitChief", "SectionHead"]);
    let task = &actions[1]["CREATE"]["HI1Object"]["task:RequestDetails"];
    assert_eq!(task["task:RequestValues"]["task:RequestValue"][0]["task:Value"], json!(VALUE), "{task}");
    // The provider answers with its own system; the clock stands still while it asks.
    let answers = exchange.served.token("mail-desk", "answer");
    let path = format!("/api/v1/inquiries/{id}");
    let post = |step: &str, body: Value| exchange.served.api("POST", &format!("{path}/{step}"), &answers, Some(&body));
    let read = |got: crate::served::Got| -> Value {
        assert_eq!(got.status, 200, "{}", got.body);
        serde_json::from_str(&got.body).unwrap()
    };
    let received = read(post("receipt", json!({})));
    assert_eq!((&received["state"], &received["items"][0]["value"]), (&json!("received"), &json!(VALUE)));
    assert!(received["thread"].as_array().unwrap().iter().all(|event| event["step"] != "countersign"));
    read(post("question", json!({ "text": "どの時点の登録名か" })));
    assert_eq!(exchange.fails("aoba-desk", &["step", id, "clarify", "--text", "現在"]).0, 3, "the approver answers");
    exchange.ok("aoba-head", &["step", id, "clarify", "--text", "回答する時点"]);
    // What is borderline waits for the legal desk; the answer is all or nothing.
    let item = |number: u32, outcome: &str, more: Value| {
        let mut item = json!({ "number": number, "outcome": outcome });
        item.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        item
    };
    let whole = json!({ "items": [
        item(1, "disclosed", json!({ "data": SECRET })),
        item(2, "disclosed", json!({ "data": "198.18.0.9" })),
        item(3, "no-data", json!({})),
    ] });
    let early = post("answer", whole.clone());
    assert!(early.status == 403 && early.body.contains("legal-desk-decides"), "{}", early.body);
    exchange.ok("mail-legal", &["judge", id, "2", "--reason", "登録時の一点であり登録者情報に当たる", "--allow"]);
    let ungrounded = json!({ "items": [item(1, "refused", json!({})), item(2, "no-data", json!({})), item(3, "no-data", json!({}))] });
    assert_eq!(post("answer", ungrounded).status, 422);
    let answered = read(post("answer", whole));
    assert_eq!((&answered["state"], &answered["items"][2]["outcome"]), (&json!("answered"), &json!("no-data")));
    exchange.is_noticed("aoba-police", id, &number);
    let paper = exchange.write_to("answer.pdf");
    exchange.ok_silent("aoba-desk", &["print", id, "--answer", "--to", text(&paper)]);
    assert!(std::fs::read(&paper).unwrap().starts_with(b"%PDF-"));
    // Only the force opens it. Nobody at the office, and no database, has a word of it.
    let sealed = exchange.served.desk.folder.path().join("answer.age");
    exchange.ok_silent("aoba-desk", &["take", id, "--to", text(&sealed)]);
    let sheet = exchange.opened(&sealed);
    assert!(sheet.contains(SECRET) && sheet.contains("198.18.0.9") && sheet.contains(VALUE), "{sheet}");
    assert_eq!(exchange.fails("mail-desk", &["take", id, "--to", text(&sealed)]).0, 1);
    kept(&exchange, id, &number, &sealed);
}

/// What remains: the dossier holds, a forged one does not; closing empties the registry; the views are in the ledger.
fn kept(exchange: &Exchange, id: &str, number: &str, sealed: &Path) {
    // The dossier holds, with the small program too; a changed byte does not.
    assert_eq!(exchange.fails("aoba-desk", &["close", id]).0, 1, "the dossier is taken first");
    let dossier = exchange.served.desk.folder.path().join("inquiry.dossier");
    exchange.ok_silent("aoba-desk", &["dossier", id, "--to", text(&dossier)]);
    let keys = exchange.keys();
    let verified = exchange.served.desk.ok(&["inquiry", "verify", text(&dossier), "--keys", text(&keys)]);
    assert_eq!((&verified["holds"], &verified["number"]), (&json!(true), &json!(number)), "{verified}");
    let forged = std::fs::read_to_string(&dossier).unwrap().replace("no-data", "refused");
    let forged = exchange.write("forged.dossier", &forged);
    let altered = exchange.served.desk.run(&["inquiry", "verify", text(&forged), "--keys", text(&keys)]);
    assert_eq!(altered.status.code(), Some(5), "{}", String::from_utf8_lossy(&altered.stdout));
    // Closed, the registry has no word of whom it was about; the dossier has.
    exchange.ok("aoba-desk", &["close", id]);
    let closed = exchange.ok("aoba-desk", &["show", id]);
    assert_eq!((&closed["case"], &closed["items"][0]["value"]), (&json!(""), &json!("")));
    assert!(exchange.fails("aoba-desk", &["take", id, "--to", text(sealed)]).0 != 0);
    assert!(std::fs::read_to_string(&dossier).unwrap().contains(VALUE));
    assert_eq!(exchange.served.desk.ok(&["audit", "verify"])["intact"], true);
    let views = exchange.served.desk.ok(&["audit", "show", "--limit", "1000"]);
    let viewed =
        |seat: &str| views.as_array().unwrap().iter().any(|entry| entry["kind"] == "view" && entry["seat"] == seat);
    assert!(viewed("mail-desk") && viewed("aoba-desk"));
}

impl Exchange {
    /// Runs a verb that writes a file and says nothing.
    fn ok_silent(&self, seat: &str, args: &[&str]) {
        let output = self.served.desk.run(&[&["--seat", seat, "inquiry"], args].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn an_inquiry_is_asked_approved_answered_and_checked_on_sqlite() {
    life(None);
}

#[test]
fn an_inquiry_is_asked_approved_answered_and_checked_on_postgresql() {
    let postgres = renkei_testkit::postgres::shared().unwrap();
    life(Some(postgres.fresh_database().unwrap()));
}

#[test]
fn secrecy_is_neither_asked_nor_answered_and_limits_hold() {
    let exchange = Exchange::open(None);
    // Not in the form of an inquiry, not by a crafted file, not by the API (G1).
    for field in ["address-use-history", "content", "communication-history", "address-user"] {
        let file = exchange.write("secret.toml", &typed("inquiry", &[("holder-name", ""), (field, WINDOW)]));
        let (exit, told) = exchange.fails("aoba-desk", &["draft", text(&file)]);
        assert_eq!(exit, 3, "{field}: {told}");
        assert!(told.to_string().contains("secrecy-needs-warrant"), "{field}: {told}");
    }
    // A warrant asks for nothing through this channel (G4).
    let warrant = exchange.write("warrant.toml", &typed("warrant", &[("content", WINDOW)]));
    assert_eq!(exchange.fails("aoba-desk", &["draft", text(&warrant)]).0, 3);
    // Thirty days at most (G16).
    for (days, exit) in [(31, 3), (0, 3)] {
        let file = typed("preservation", &[("communication-history", WINDOW)]);
        let file = exchange.write("keep.toml", &format!("days = {days}\n{file}"));
        assert_eq!(exchange.fails("aoba-desk", &["draft", text(&file)]).0, exit, "{days}");
    }
    let file = format!("days = 30\n{}", typed("preservation", &[("communication-history", WINDOW)]));
    let file = exchange.write("keep.toml", &file);
    let kept = exchange.ok("aoba-desk", &["draft", text(&file)])["inquiry"].as_str().unwrap().to_owned();
    assert!(exchange.ok("aoba-desk", &["submit", &kept])["number"].as_str().unwrap().ends_with("保全第1号"));
    // A provider, a centre and a force's approver draft nothing; nobody else's seat may act in the force's place.
    let file = exchange.write("plain.toml", &typed("inquiry", &[("holder-name", "")]));
    for seat in ["mail-desk", "desk", "aoba-head", "aoba-admin"] {
        assert_eq!(exchange.fails(seat, &["draft", text(&file)]).0, 3, "{seat}");
    }
    // Necessity: asked with approval, met only by the legal desk's decision, and inside the span (G3).
    let inquiry = exchange.drafted("necessity", &[("communication-history", WINDOW)]);
    exchange.received(&inquiry);
    let answer = |name: &str, at: &str| {
        exchange.write(
            name,
            &format!("[[items]]\nnumber = 1\noutcome = \"disclosed\"\ndata = \"通信の記録\"\nat = \"{at}\"\n"),
        )
    };
    let inside = answer("inside.toml", "2026-10-01T13:30:00+09:00");
    let (exit, told) = exchange.fails("mail-desk", &["answer", &inquiry, text(&inside)]);
    assert!(exit == 3 && told.to_string().contains("necessity-not-judged"), "{told}");
    assert_eq!(exchange.fails("mail-desk", &["judge", &inquiry, "1", "--reason", "x", "--allow"]).0, 3);
    exchange.ok("mail-legal", &["judge", &inquiry, "1", "--reason", "人命に差し迫った危険がある", "--allow"]);
    let outside = answer("outside.toml", "2026-10-01T14:00:00+09:00");
    let (exit, told) = exchange.fails("mail-desk", &["answer", &inquiry, text(&outside)]);
    assert!(exit == 3 && told.to_string().contains("outside-window"), "{told}");
    exchange.ok("mail-desk", &["answer", &inquiry, text(&inside)]);
    assert_eq!(exchange.served.desk.ok(&["audit", "verify"])["intact"], true);
}

#[test]
fn what_would_send_it_back_is_said_before_it_is_sent() {
    let exchange = Exchange::open(None);
    let wrong = "from = \"2026-10-01T14:00\"\nuntil = \"2026-10-01T13:00\"";
    let inquiry = exchange.drafted("inquiry", &[("holder-name", wrong)]);
    let shown = exchange.ok("aoba-desk", &["show", &inquiry]);
    let codes: Vec<&str> =
        shown["findings"].as_array().unwrap().iter().map(|it| it["code"].as_str().unwrap()).collect();
    assert!(codes.contains(&"window-reversed"), "{codes:?}");
    let (_, told) = exchange.fails("aoba-desk", &["submit", &inquiry]);
    assert!(told["error"].as_str().unwrap().contains("window-reversed"), "{told}");
    // The provider's form narrows what can be asked; its version stands on the paper.
    let form = exchange.write("form.toml", "fields = [\"holder-name\"]\nkinds = [\"account\"]\nlongest_days = 31\n");
    assert_eq!(exchange.ok("mail-admin", &["form", "--set", text(&form)])["version"], 1);
    let milder = "[[field]]\nid = \"content\"\nja = \"内容\"\nen = \"content\"\nclass = \"registration\"\n";
    let milder = exchange.write("milder.toml", milder);
    let (_, told) = exchange.fails("mail-admin", &["form", "--set", text(&milder)]);
    assert!(told["error"].as_str().unwrap().contains("table of fields"), "{told}");
    let file = exchange.write("plain.toml", &typed("inquiry", &[("holder-contact", "")]));
    let (_, told) = exchange.fails("aoba-desk", &["draft", text(&file)]);
    assert!(told["error"].as_str().unwrap().contains("holder-contact"), "{told}");
    let narrowed = exchange.drafted("inquiry", &[("holder-name", "")]);
    assert_eq!(exchange.ok("aoba-desk", &["show", &narrowed])["form"], 1);
    // Two forces number their own books.
    exchange.ok("aoba-desk", &["submit", &narrowed]);
    let next = exchange.drafted("inquiry", &[("holder-name", "")]);
    assert!(exchange.ok("aoba-desk", &["submit", &next])["number"].as_str().unwrap().ends_with("照会第2号"));
}

/// One CSV of 500 identifiers becomes one inquiry with 500 items, answered as one.
#[test]
fn a_list_of_subjects_becomes_one_inquiry() {
    let exchange = Exchange::open(None);
    let draft = typed("inquiry", &[("holder-name", "")]);
    let draft: String = draft.split("[[items]]").next().unwrap().to_owned();
    let draft = exchange.write("head.toml", &draft);
    let rows: String = (1..=500).map(|number| format!("account,user-{number},holder-name\n")).collect();
    let list = exchange.write("list.csv", &format!("種類,対象,項目\n{rows}"));
    let made = exchange.ok("aoba-desk", &["draft", text(&draft), "--items", text(&list)]);
    let inquiry = made["inquiry"].as_str().unwrap();
    let shown = exchange.ok("aoba-desk", &["show", inquiry]);
    let items = shown["items"].as_array().unwrap();
    assert_eq!((items.len(), &items[499]["value"], &items[499]["number"]), (500, &json!("user-500"), &json!(500)));
    assert!(exchange.ok("aoba-desk", &["submit", inquiry])["number"].as_str().unwrap().ends_with("照会第1号"));
    let wrong = exchange.write("wrong.csv", "kind,value,field\naccount,,holder-name\naccount,x\n");
    let (_, told) = exchange.fails("aoba-desk", &["draft", text(&draft), "--items", text(&wrong)]);
    let told = told.to_string();
    assert!(told.contains("line 2: `value` is empty") && told.contains("line 3: more or fewer cells"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_of_an_inquiry_on_sqlite() {
    pages(Exchange::open(None)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_of_an_inquiry_on_postgresql() {
    let postgres = renkei_testkit::postgres::shared().unwrap();
    pages(Exchange::open(Some(postgres.fresh_database().unwrap()))).await;
}

async fn pages(exchange: Exchange) {
    let served = &exchange.served;
    let site = served.site.clone();
    let drafter = served.seat("aoba-night", "drafter", Some("aoba-police"));
    let desk = served.seat("mail-night", "answerer,legal", Some("mail-provider"));
    let wide = BrowserOptions { window: Window::Wide, language: Language::Japanese, script: true };
    let force = Browser::start(&wide).await.unwrap();
    sign_in(&force, &site, "aoba-night", &drafter.recovery[0], JA).await;
    see(&force, &site, "/inquiries", "inquiries-empty-ja").await;
    force.click("link", "照会を起案する").await.unwrap();
    look(&force, &site, "inquiry-whom-ja").await;
    force.choose("照会を受ける事業者", "mail-provider (mail-provider)").await.unwrap();
    force.click("button", "次へ").await.unwrap();
    force.wait_for("textarea[name=subjects]").await.unwrap();
    look(&force, &site, "inquiry-new-ja").await;
    force.fill("照会する課・係 必須", "サイバー犯罪対策課").await.unwrap();
    force.fill("件名 必須", "不正アクセス").await.unwrap();
    force.choose("対象の種類", "ID・アカウント").await.unwrap();
    force.fill("対象（1行に1つ） 必須", VALUE).await.unwrap();
    force.click("checkbox", "登録者の氏名").await.unwrap();
    force.click("button", "起案を保存する").await.unwrap();
    force.wait_for(".state.inquiry-draft").await.unwrap();
    look(&force, &site, "inquiry-draft-ja").await;
    let inquiry = force.url().await.unwrap().rsplit('/').next().unwrap().to_owned();
    see(&force, &site, &format!("/inquiries/{inquiry}/mend"), "inquiry-mend-ja").await;
    force.goto(&format!("{site}/inquiries/{inquiry}")).await.unwrap();
    force.click("button", "決裁に回す").await.unwrap();
    force.wait_for(".state.inquiry-in-review").await.unwrap();
    exchange.ok("aoba-chief", &["sign", &inquiry]);
    see(&force, &site, "/inquiries", "inquiries-ja").await;

    let head = Browser::start(&wide).await.unwrap();
    sign_in(&head, &site, "aoba-head", &exchange.head.recovery[0], JA).await;
    see(&head, &site, "/", "work-inquiry-ja").await;
    see(&head, &site, "/inquiries/setup", "inquiry-setup-ja").await;
    see(&head, &site, &format!("/inquiries/{inquiry}"), "inquiry-sign-ja").await;
    // The next code: the one of this half minute may have been used to sign in.
    let next = Moment(now().0 + 30 * SECOND);
    head.fill("認証コード 必須", &code::now(&exchange.head.totp, next).unwrap()).await.unwrap();
    head.click("button", "内容を確かめて署名する").await.unwrap();
    head.wait_for(".state.inquiry-approved").await.unwrap();
    head.click("button", "送付する").await.unwrap();
    head.wait_for(".state.inquiry-sent").await.unwrap();
    assert_eq!(head.tofu().await.unwrap(), "", "letters without a glyph");

    // The provider's one person, on a phone, without script. Its clicks are counted.
    let narrow = BrowserOptions { window: Window::Narrow, language: Language::English, script: false };
    let provider = Browser::start(&narrow).await.unwrap();
    sign_in(&provider, &site, "mail-night", &desk.recovery[0], EN).await;
    let mut clicks = 0;
    provider.goto(&format!("{site}/")).await.unwrap();
    provider.wait_for("ul.cards").await.unwrap();
    let number = "照会第1号";
    let link = provider.text().await.unwrap().lines().find(|line| line.contains(number)).unwrap().trim().to_owned();
    provider.click("link", &link).await.unwrap();
    clicks += 1;
    provider.click("button", "Receive").await.unwrap();
    clicks += 1;
    provider.wait_for("textarea[name=data-1]").await.unwrap();
    provider.shot("inquiry-answer-narrow-en").await.unwrap();
    provider.fill("Data", SECRET).await.unwrap();
    clicks += 1;
    provider.click("button", "Answer").await.unwrap();
    clicks += 1;
    provider.wait_for(".state.inquiry-answered").await.unwrap();
    assert!(clicks < 10, "{clicks}");
    println!("a routine inquiry is answered in {clicks} clicks");
    let page = provider.text().await.unwrap();
    assert!(!page.contains(SECRET) && !page.contains("aoba-chief"), "{page}");
    provider.shot("inquiry-answered-narrow-en").await.unwrap();

    see(&force, &site, &format!("/inquiries/{inquiry}"), "inquiry-answered-ja").await;
    let script = BrowserOptions { script: true, ..narrow };
    let looked = Browser::start(&script).await.unwrap();
    sign_in(&looked, &site, "mail-night", &desk.recovery[1], EN).await;
    for (path, shot) in [
        ("/inquiries".to_owned(), "inquiries-narrow-en"),
        (format!("/inquiries/{inquiry}"), "inquiry-narrow-en"),
        ("/inquiries/setup".to_owned(), "inquiry-setup-narrow-en"),
    ] {
        see(&looked, &site, &path, shot).await;
    }
}

/// The example of a provider's own system (packaging/connector): it answers from a file, and nothing outside the span
/// that is asked for leaves.
#[test]
fn a_connector_answers_from_a_file_of_accounts() {
    let exchange = Exchange::open(None);
    let plain =
        exchange.drafted("inquiry", &[("holder-name", ""), ("holder-contact", ""), ("registration-date", WINDOW)]);
    let people = exchange.drafted("inquiry", &[("registration-ip", WINDOW)]);
    for id in [&plain, &people] {
        exchange.ok("aoba-desk", &["submit", id]);
        exchange.ok("aoba-chief", &["sign", id]);
        exchange.ok("aoba-head", &["sign", id]);
        exchange.ok("aoba-head", &["send", id]);
    }
    let accounts = exchange.write(
        "accounts.csv",
        &format!(
            "kind,value,field,at,data\naccount,{VALUE},holder-name,,{SECRET}\naccount,other,holder-contact,,x@y.example\n\
             account,{VALUE},registration-date,2026-10-01T04:30:00Z,inside\n\
             account,{VALUE},registration-date,2026-10-01T05:00:00Z,outside\n\
             account,{VALUE},registration-date,2026-10-01T03:59:59Z,before\n"
        ),
    );
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../packaging/connector/answer.py");
    let token = exchange.served.token("mail-desk", "answer");
    let run = |more: &[&str]| {
        let mut command = Command::new("python3");
        command.arg(script).arg(&exchange.served.site).arg(&accounts).args(more).env("TOKEN", &token);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(run(&["--dry-run"]).contains("1 disclosed, 2 no-data, 3 disclosed"));
    assert_eq!(exchange.ok("mail-desk", &["show", &plain])["state"], "sent", "nothing was answered yet");
    let told = run(&[]);
    assert!(told.contains("left to people"), "{told}");
    assert_eq!(exchange.ok("mail-desk", &["show", &people])["state"], "sent");
    let sealed = exchange.served.desk.folder.path().join("connector.age");
    exchange.ok_silent("aoba-desk", &["take", &plain, "--to", text(&sealed)]);
    let sheet = exchange.opened(&sealed);
    assert!(sheet.contains(SECRET) && sheet.contains("inside"), "{sheet}");
    assert!(!sheet.contains("outside") && !sheet.contains("before"), "{sheet}");
    assert!(!run(&[]).contains(&plain), "it is answered once");
}
