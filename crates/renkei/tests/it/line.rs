//! The line between two offices: two processes, two registries, two sets of keys, certificates on both sides; an
//! inquiry is asked at one and answered at the other, and whatever is lost or killed on the way, both agree.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::desk::{Desk, text};

const VALUE: &str = "taro-account-198";
const SECRET: &str = "試験 一郎（登録名）";

/// One office with its line.
pub struct Side {
    pub desk: Desk,
    port: u16,
    process: Option<Child>,
}

/// A force's office and a provider's, each with a line to the other.
pub struct Offices {
    pub force: Side,
    pub provider: Side,
    key: PathBuf,
    _folder: tempfile::TempDir,
}

impl Side {
    pub fn new(registry: Option<String>, party: &str, port: u16, parties: &str) -> Self {
        let desk = Desk::new(registry);
        let domain = format!("{party}.example");
        let names = ["--name-ja", party, "--name-en", party, "--domain", &domain, "--keep-days", "undecided"];
        desk.ok(&[&["init", "--party", party][..], &names].concat());
        let file = desk.write("parties.toml", parties);
        desk.ok(&["party", "import", text(&file)]);
        desk.ok(&["line", "init", "--host", "127.0.0.1"]);
        Self { desk, port, process: None }
    }

    pub fn seat(&self, seat: &str, duties: &str) {
        let titles = ["--title-ja", "担当", "--title-en", "desk"];
        self.desk.ok(&[&["seat", "invite", seat, "--duty", duties][..], &titles].concat());
    }

    pub fn given(&self) -> PathBuf {
        let to = self.desk.folder.path().join("given.toml");
        let _ = std::fs::remove_file(&to);
        let url = format!("https://127.0.0.1:{}/", self.port);
        let output = self.desk.run(&["line", "give", &url, text(&to)]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        to
    }

    /// Serves the office and its line.
    pub fn serve(&mut self) {
        let line = format!("127.0.0.1:{}", self.port);
        let mut command = self.desk.command(&["serve", "--listen", "127.0.0.1:0", "--line", &line]);
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
        let mut told = String::new();
        let mut reader = BufReader::new(process.stdout.take().unwrap());
        while !told.contains(&line) {
            assert!(reader.read_line(&mut told).unwrap() > 0, "{told}");
        }
        self.process = Some(process);
    }

    /// Kills it as a power cut would.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    pub fn ok(&self, seat: &str, args: &[&str]) -> Value {
        self.desk.ok(&[&["--seat", seat, "inquiry"], args].concat())
    }

    /// Waits until an inquiry is in a state here.
    pub fn until(&self, seat: &str, id: &str, state: &str) -> Value {
        let begun = Instant::now();
        loop {
            let output = self.desk.run(&["--seat", seat, "inquiry", "show", id]);
            let read: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
            if read["state"] == state {
                return read;
            }
            assert!(begun.elapsed() < Duration::from_secs(60), "{id} is not {state}: {read}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

impl Drop for Side {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A port that nobody listens on now.
pub fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Offices {
    pub fn open(force: Option<String>, provider: Option<String>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let key = folder.path().join("force.key");
        let made = Command::new("age-keygen").arg("-o").arg(&key).output().expect("age-keygen is installed");
        let told = String::from_utf8(made.stderr).unwrap();
        let public = told.trim().rsplit(' ').next().unwrap();
        let party = |id: &str, role: &str, seal: &str| {
            format!(
                "[[party]]\nid = \"{id}\"\nname = {{ ja = \"{id}\", en = \"{id}\" }}\nrole = \"{role}\"\n\
                 country = \"JP\"\nzone = \"Asia/Tokyo\"\ncompetence = []\nagreement = []\n\
                 channel = {{ mail = \"desk@{id}.example\", {seal} }}\nterms = {{ answer_days = 7 }}\n\n"
            )
        };
        let parties = [
            party("aoba-police", "prefectural-police", &format!("seal = \"age\", key = \"{public}\"")),
            party("mail-provider", "site-operator", "seal = \"clear\", reason = \"test\""),
        ]
        .concat();
        let force = Side::new(force, "aoba-police", free_port(), &parties);
        let provider = Side::new(provider, "mail-provider", free_port(), &parties);
        force.seat("aoba-desk", "drafter");
        force.seat("aoba-head", "approver,sender");
        provider.seat("mail-desk", "answerer");
        provider.seat("mail-legal", "legal");
        let (of_force, of_provider) = (force.given(), provider.given());
        let entered = force.desk.ok(&["line", "add", text(&of_provider)]);
        assert_eq!(entered["party"], "mail-provider");
        provider.desk.ok(&["line", "add", text(&of_force)]);
        Self { force, provider, key, _folder: folder }
    }

    pub fn serve(&mut self) {
        self.force.serve();
        self.provider.serve();
    }

    /// Drafted, approved and sent at the force's office.
    pub fn sent(&self) -> String {
        let draft = self.force.desk.write("draft.toml", &draft());
        let id = self.force.ok("aoba-desk", &["draft", text(&draft)])["inquiry"].as_str().unwrap().to_owned();
        self.force.ok("aoba-desk", &["submit", &id]);
        self.force.ok("aoba-head", &["sign", &id]);
        self.force.ok("aoba-head", &["send", &id]);
        id
    }

    /// Answered at the provider's office.
    pub fn answered(&self, id: &str) {
        let whole = format!(
            "[[items]]\nnumber = 1\noutcome = \"disclosed\"\ndata = \"{SECRET}\"\n\
             [[items]]\nnumber = 2\noutcome = \"no-data\"\n\
             [[items]]\nnumber = 3\noutcome = \"refused\"\nground = \"unspecific\"\nremark = \"期間が広い\"\n"
        );
        let file = self.provider.desk.write("answer.toml", &whole);
        self.provider.ok("mail-desk", &["answer", id, text(&file)]);
    }

    /// What was answered to a message that was carried by hand comes back by hand.
    pub fn returned(side: &Side, id: &str, reply: &str) {
        let file = side.desk.write("returned.json", reply);
        let told = side.desk.ok(&["line", "returned", id, text(&file)]);
        assert_eq!(told["told"], 1, "{told}");
    }

    /// What happened to an inquiry at an office: each side's steps of its dossier.
    fn steps(side: &Side, seat: &str, id: &str) -> Vec<String> {
        let to = side.desk.folder.path().join(format!("{id}.{seat}.dossier"));
        let _ = std::fs::remove_file(&to);
        let output = side.desk.run(&["--seat", seat, "inquiry", "dossier", id, "--to", text(&to)]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let dossier = std::fs::read_to_string(&to).unwrap();
        dossier.lines().filter(|line| line.starts_with("step ")).map(str::to_owned).collect()
    }

    /// Both offices have the same steps, and the ledgers are intact.
    pub fn agree(&self, id: &str) -> Vec<String> {
        let asks = Self::steps(&self.force, "aoba-desk", id);
        let asked = Self::steps(&self.provider, "mail-desk", id);
        assert_eq!(asks, asked);
        for side in [&self.force, &self.provider] {
            assert_eq!(side.desk.ok(&["audit", "verify"])["intact"], true);
        }
        asks
    }

    /// Public keys of both offices, as one who checks years later has them.
    fn keys(&self) -> PathBuf {
        let of = |side: &Side| side.desk.run(&["key", "export"]).stdout;
        let both = [of(&self.force), of(&self.provider)].concat();
        self.force.desk.write("both.keys", &String::from_utf8(both).unwrap())
    }

    fn opened(&self, sealed: &Path) -> String {
        let opened = Command::new("age").arg("-d").arg("-i").arg(&self.key).arg(sealed).output().unwrap();
        assert!(opened.status.success(), "{}", String::from_utf8_lossy(&opened.stderr));
        String::from_utf8(opened.stdout).unwrap()
    }
}

fn draft() -> String {
    let mut file = "recipient = \"mail-provider\"\ninstrument = \"inquiry\"\nsection = \"サイバー犯罪対策課\"\n\
                    basis = \"刑事訴訟法第197条第2項\"\ncase = \"不正アクセス\"\npurpose = \"契約者の確認\"\n\
                    zone = \"Asia/Tokyo\"\n"
        .to_owned();
    for field in ["holder-name", "holder-contact", "holder-address"] {
        file.push_str(&format!("[[items]]\nkind = \"account\"\nvalue = \"{VALUE}\"\nfield = \"{field}\"\n"));
    }
    file
}

/// The whole life over the line.
fn life(force: Option<String>, provider: Option<String>) {
    let mut offices = Offices::open(force, provider);
    // What is sent while nobody listens waits.
    let id = offices.sent();
    assert_eq!(offices.provider.ok("mail-desk", &["list"]), json!([]));
    let told = offices.force.desk.ok(&["line", "tell"]);
    assert_eq!(told["waiting"], 1, "{told}");
    assert!(offices.force.ok("aoba-desk", &["show", &id])["line"]["trouble"].is_string());
    offices.serve();
    let arrived = offices.provider.until("mail-desk", &id, "sent");
    assert_eq!(arrived["items"][0]["value"], VALUE);
    assert!(arrived["due_at"].is_string(), "the provider's own clock runs");
    // Question and answer stop the clock on both sides.
    offices.provider.ok("mail-desk", &["step", &id, "receive"]);
    offices.provider.ok("mail-desk", &["step", &id, "ask-back", "--text", "どの時点の登録名か"]);
    let asked = offices.force.until("aoba-desk", &id, "unclear");
    let words = asked["thread"].as_array().unwrap().iter().map(|event| event["text"].as_str().unwrap());
    assert!(words.clone().any(|text| text == "どの時点の登録名か"), "{asked}");
    let proposed = offices.force.ok("aoba-head", &["step", &id, "clarify", "--text", "回答する時点"]);
    assert_eq!(proposed["done"], "proposed");
    let clear = offices.provider.until("mail-desk", &id, "received");
    assert!(clear["thread"].to_string().contains("回答する時点"), "{clear}");
    offices.force.until("aoba-desk", &id, "received");
    offices.answered(&id);
    let answered = offices.force.until("aoba-desk", &id, "answered");
    let outcomes: Vec<_> = answered["items"].as_array().unwrap().iter().map(|item| &item["outcome"]).collect();
    assert_eq!(outcomes, ["disclosed", "no-data", "refused"]);
    assert_eq!(answered["items"][2]["ground"], "unspecific");
    // Only the force opens it.
    let sealed = offices.force.desk.folder.path().join("answer.age");
    let output = offices.force.desk.run(&["--seat", "aoba-desk", "inquiry", "take", &id, "--to", text(&sealed)]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(offices.opened(&sealed).contains(SECRET));
    let steps = offices.agree(&id);
    assert_eq!(steps.len(), 7, "{steps:?}");
    // What left is proved by the receipts of both offices, with public keys alone.
    let folder = offices.force.desk.folder.path().join("receipts");
    let receipts = offices.force.desk.ok(&["--seat", "aoba-desk", "line", "receipts", &id, "--to", text(&folder)]);
    let said: Vec<_> = receipts.as_array().unwrap().iter().map(|it| it["evidence"].as_str().unwrap()).collect();
    assert_eq!(said, ["SUBMISSION_ACCEPTANCE", "DELIVERY", "SUBMISSION_ACCEPTANCE", "DELIVERY"], "sent, clarified");
    let (ours, theirs) = (&receipts[0]["signed_by"], &receipts[1]["signed_by"]);
    assert!(ours.as_str().unwrap().starts_with("aoba-police.example/"), "{ours}");
    assert!(theirs.as_str().unwrap().starts_with("mail-provider.example/"), "{theirs}");
    let verify = Path::new(env!("CARGO_BIN_EXE_renkei")).with_file_name("verify");
    for (name, changed) in [("01-submission_acceptance", false), ("02-delivery", false), ("02-delivery", true)] {
        let file = folder.join(format!("{name}.receipt"));
        if changed {
            let text = std::fs::read_to_string(&file).unwrap();
            std::fs::write(&file, text.replace("to mail-provider", "to else-provider")).unwrap();
        }
        let checked = Command::new(&verify).arg(&file).arg("--keys").arg(offices.keys()).output().unwrap();
        assert_eq!(checked.status.code(), Some(i32::from(changed)), "{}", String::from_utf8_lossy(&checked.stdout));
    }
    // Either dossier holds with the public keys of both; each office signed its own.
    for (side, seat) in [(&offices.force, "aoba-desk"), (&offices.provider, "mail-desk")] {
        let dossier = side.desk.folder.path().join(format!("{id}.{seat}.dossier"));
        let verified = side.desk.ok(&["inquiry", "verify", text(&dossier), "--keys", text(&offices.keys())]);
        assert_eq!(verified["holds"], true, "{verified}");
    }
    // Closed at one side, both registries are emptied.
    offices.force.ok("aoba-desk", &["close", &id]);
    offices.force.until("aoba-desk", &id, "closed");
    let closed = offices.provider.until("mail-desk", &id, "closed");
    assert_eq!((&closed["case"], &closed["items"][0]["value"]), (&json!(""), &json!("")));
    for side in [&offices.force, &offices.provider] {
        assert_eq!(side.desk.ok(&["audit", "verify"])["intact"], true);
        let waits = side.desk.ok(&["line", "list"]);
        assert_eq!(waits[0]["waiting"], 0, "{waits}");
    }
    let told = offices.force.desk.ok(&["audit", "show", "--limit", "1000"]);
    let proofs = told.as_array().unwrap().iter().filter(|entry| entry["act"] == "line-told").count();
    assert_eq!(proofs, 3, "sent, clarified, closed: each with the digest of what was answered");
}

#[test]
fn an_inquiry_goes_from_office_to_office_on_both_databases() {
    let postgres = renkei_testkit::postgres::shared().unwrap();
    life(None, Some(postgres.fresh_database().unwrap()));
}

#[test]
fn what_was_answered_meanwhile_cannot_be_withdrawn() {
    let mut offices = Offices::open(None, None);
    offices.serve();
    let id = offices.sent();
    offices.provider.until("mail-desk", &id, "sent");
    offices.provider.ok("mail-desk", &["step", &id, "receive"]);
    offices.force.until("aoba-desk", &id, "received");
    // The provider answers while the force's office is away, and the force withdraws in the same minute.
    offices.force.kill();
    offices.answered(&id);
    assert_eq!(offices.force.ok("aoba-head", &["step", &id, "withdraw"])["done"], "proposed");
    offices.force.serve();
    offices.force.until("aoba-desk", &id, "answered");
    offices.agree(&id);
    assert_eq!(offices.force.ok("aoba-desk", &["show", &id])["line"]["proposed"], Value::Null);
    // One that nobody answered is taken back at both.
    let other = offices.sent();
    offices.provider.until("mail-desk", &other, "sent");
    offices.force.ok("aoba-head", &["step", &other, "withdraw", "--text", "番号違い"]);
    offices.force.until("aoba-desk", &other, "recalled");
    let recalled = offices.provider.until("mail-desk", &other, "recalled");
    assert!(recalled["thread"].to_string().contains("番号違い"), "{recalled}");
    offices.agree(&other);
}

/// Kill -9 of either office in the middle of send, deliver and answer; `RENKEI_KILLS` times (6 here, 100 under
/// `./prove line`): each inquiry exactly once on both sides, and the proofs agree.
#[test]
fn killed_on_the_line_both_offices_agree() {
    let times: u32 = std::env::var("RENKEI_KILLS").ok().and_then(|times| times.parse().ok()).unwrap_or(6);
    let mut random: u64 = std::env::var("RENKEI_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_160_004);
    let mut next = |below: u64| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) % below
    };
    let mut offices = Offices::open(None, None);
    offices.serve();
    for round in 0..times {
        let (kills_force, wait) = (next(2) == 0, Duration::from_millis(next(1500)));
        let stage = round % 3;
        let id = offices.sent();
        if stage > 0 {
            offices.provider.until("mail-desk", &id, "sent");
            offices.provider.ok("mail-desk", &["step", &id, "receive"]);
        }
        if stage > 1 {
            offices.force.until("aoba-desk", &id, "received");
            offices.answered(&id);
        }
        std::thread::sleep(wait);
        let side = if kills_force { &mut offices.force } else { &mut offices.provider };
        side.kill();
        side.serve();
        if stage == 0 {
            offices.provider.until("mail-desk", &id, "sent");
            offices.provider.ok("mail-desk", &["step", &id, "receive"]);
        }
        if stage < 2 {
            offices.force.until("aoba-desk", &id, "received");
            offices.answered(&id);
        }
        offices.force.until("aoba-desk", &id, "answered");
        offices.agree(&id);
    }
    let count = |side: &Side, seat: &str| side.ok(seat, &["list"]).as_array().unwrap().len();
    let both = (count(&offices.force, "aoba-desk"), count(&offices.provider, "mail-desk"));
    assert_eq!(both, (times as usize, times as usize), "each inquiry once");
    println!("line: {times} kills, each inquiry once on both sides, dossiers equal, ledgers intact");
}

/// What is not one of the line's certificates gets no answer, and a message by another way is taken the same.
#[test]
fn strangers_get_no_hello_and_a_carried_message_is_taken() {
    let mut offices = Offices::open(None, None);
    offices.provider.serve();
    let authority = offices.provider.desk.office().join("line/authority.pem");
    let curl = |more: &[&str]| {
        let url = format!("https://127.0.0.1:{}/", offices.provider.port);
        let args = ["--silent", "--show-error", "--max-time", "10", "--cacert", text(&authority), "--data", "{}"];
        Command::new("curl").args(args).args(more).arg(url).output().expect("curl is installed")
    };
    assert!(!curl(&[]).status.success(), "nobody without a certificate");
    let own = offices.force.desk.office();
    let shown = own.join("line/certificate.pem");
    let key = own.join("keys/line.key");
    let known = curl(&["--cert", text(&shown), "--key", text(&key)]);
    let told = String::from_utf8_lossy(&known.stdout).into_owned();
    let headers = curl(&["--cert", text(&shown), "--key", text(&key), "--include"]);
    let headers = String::from_utf8_lossy(&headers.stdout).into_owned();
    assert!(headers.contains("renkei-receipt: "), "who asks what cannot be read gets a signed no: {headers}");
    assert!(known.status.success() && told.contains("H0"), "{told} {}", String::from_utf8_lossy(&known.stderr));
    // The provider's own certificate is no line's of its own.
    let own = offices.provider.desk.office();
    let foreign = curl(&["--cert", text(&own.join("line/certificate.pem")), "--key", text(&own.join("keys/line.key"))]);
    assert!(!foreign.status.success(), "an office is no stranger's office");
    // The force's office cannot reach it; the message goes by hand, and the answer comes back by hand.
    offices.provider.kill();
    let id = offices.sent();
    offices.force.desk.ok(&["line", "tell"]);
    let message = offices.force.desk.folder.path().join("message.json");
    let output = offices.force.desk.run(&["line", "carry", &id, text(&message)]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let reply = offices.provider.desk.folder.path().join("reply.json");
    let taken = ["line", "take", "aoba-police", text(&message), "--to", text(&reply)];
    let output = offices.provider.desk.run(&taken);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(offices.provider.until("mail-desk", &id, "sent")["items"][0]["value"], VALUE);
    let receipt = std::fs::read_to_string(format!("{}.receipt", reply.display())).unwrap();
    assert!(receipt.starts_with("renkei receipt v1\nevidence DELIVERY\n"), "{receipt}");
    let entries = offices.provider.desk.ok(&["audit", "show", "--limit", "1000"]);
    let carried: Vec<_> = entries.as_array().unwrap().iter().filter(|it| it["act"] == "line-carried").collect();
    assert_eq!(carried.len(), 1);
    assert_eq!(carried[0]["detail"]["party"], "aoba-police");
    // Over the line again it is the same message, and answered the same.
    offices.serve();
    offices.provider.ok("mail-desk", &["step", &id, "receive"]);
    offices.force.until("aoba-desk", &id, "received");
    offices.agree(&id);
}
