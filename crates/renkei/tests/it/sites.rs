//! Compromised sites and abused servers: found, told to whoever runs them, repaired, looked for again (S3.7, S0.11).

use std::process::Command;

use serde_json::Value;

use crate::desk::{Desk, text};

const PARTIES: &str = r#"
[[party]]
id = "shop"
name = { ja = "店", en = "shop" }
role = "site-operator"
country = "JP"
zone = "Asia/Tokyo"
competence = [{ domain = "shop.example" }]
channel = { mail = "abuse@shop.example", seal = "clear", reason = "test" }
terms = { repeat_days = 14 }

[[party]]
id = "host-a"
name = { ja = "貸しサーバ", en = "host A" }
role = "hosting-provider"
country = "JP"
zone = "Asia/Tokyo"
competence = [{ prefix = "198.18.128.0/18" }]
channel = { mail = "abuse@host-a.example", seal = "clear", reason = "test" }
"#;

/// A report as its makers write it; header as in their public documentation.
const SITES: &str = "\"timestamp\",\"severity\",\"ip\",\"protocol\",\"port\",\"hostname\",\"tag\",\"asn\",\"geo\",\"application\",\"url\",\"http_host\",\"category\",\"detected_since\",\"server\",\"redirect_target\",\"family\",\"account\"\n";

fn sites(day: &str, hosts: &[&str]) -> String {
    let mut file = SITES.to_owned();
    for (number, host) in hosts.iter().enumerate() {
        let address = if host.ends_with(".test") { "198.19.0.9" } else { "198.18.130.7" };
        file.push_str(&format!(
            "\"{day} 0{number}:00:00\",\"high\",\"{address}\",\"tcp\",80,\"\",\"hacked\",64496,\"JP\",\"http\",\"/index.php\",\"{host}\",\"redirect\",\"2026-05-01 00:00:00\",\"nginx\",\"http://kit.example/\",\"rig\",\"SECRET ACCOUNT\"\n"
        ));
    }
    file
}

const PLAN: [&str; 11] = [
    "campaign",
    "plan",
    "--title-ja",
    "改ざんサイトの修復",
    "--title-en",
    "repair of sites",
    "--purpose-ja",
    "閲覧者の被害を防ぐため",
    "--purpose-en",
    "to protect visitors",
    "--of",
];

/// What the letters of the outbox say and carry: `[[to, body, {name: text}]]`.
pub fn letters(desk: &Desk) -> Vec<Value> {
    let python = std::env::var("RENKEI_PYTHON").unwrap_or_else(|_| "python3".into());
    let program = "import sys,glob,gzip,json,email\nfrom email import policy\nout=[]\n\
        for p in sorted(glob.glob(sys.argv[1]+'/outbox/*.eml')):\n \
        m=email.message_from_binary_file(open(p,'rb'),policy=policy.default)\n \
        f={a.get_filename():gzip.decompress(a.get_content()).decode() for a in m.iter_attachments()}\n \
        out.append([m['To'],m.get_body(('plain',)).get_content(),f])\nprint(json.dumps(out))";
    let output = Command::new(python).args(["-c", program, text(&desk.office())]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn request_of(desk: &Desk, campaign: &str, party: &str) -> String {
    let shown = desk.ok(&["campaign", "show", campaign]);
    let list = shown["list"].as_array().unwrap();
    list.iter().find(|row| row["party"] == party).unwrap()["request"].as_str().unwrap().to_owned()
}

#[test]
fn sites_go_to_whoever_runs_them_and_are_looked_for_again() {
    let desk = Desk::new(None);
    desk.open();
    let parties = desk.write("more.toml", PARTIES);
    desk.ok(&["party", "import", text(&parties)]);
    let feed = desk.write(
        "2026-06-01-compromised_website-jp.csv",
        &sites("2026-06-01", &["www.shop.example", "blog.other.example", "pay.shop.example", "nobody.test"]),
    );
    let read = desk.ok(&["--at", "2026-06-02", "ingest", text(&feed)]);
    assert_eq!(read["feeds"][0]["stored"], 4);
    // A site is no infected device: the campaign of devices takes none of them.
    let devices = desk.fails(&[&["--at", "2026-06-02"], &PLAN[..], &["devices"]].concat());
    assert!(devices.1.to_string().contains("no observation matches"), "{}", devices.1);

    let planned = desk.ok(&[&["--at", "2026-06-02"], &PLAN[..], &["sites"]].concat());
    let campaign = planned["campaign"].as_str().unwrap().to_owned();
    let told = |party: &str| {
        let parties = planned["parties"].as_array().unwrap();
        let row = parties.iter().find(|row| row["party"] == party).unwrap_or_else(|| panic!("{planned}"));
        (row["measure"].as_str().unwrap().to_owned(), row["devices"].as_u64().unwrap())
    };
    // Who runs the site comes before who serves its address.
    assert_eq!(told("shop"), ("repair-site".into(), 2));
    assert_eq!(told("host-a"), ("repair-site".into(), 1));
    assert_eq!(planned["left"]["no-operator"], 1);
    desk.ok(&["--at", "2026-06-02", "campaign", "approve", &campaign]);
    desk.ok(&["--at", "2026-06-02", "campaign", "send", &campaign]);

    let letters = letters(&desk);
    let letter = letters.iter().find(|letter| letter[0].as_str().unwrap().contains("@shop.example")).unwrap();
    let body = letter[1].as_str().unwrap();
    for said in ["改ざん", "repaired", "変わったところはない", "The sites in the attached lines", "victim"]
    {
        assert!(body.contains(said), "{said} in\n{body}");
    }
    let sheet = letter[2]["lines.csv.gz"].as_str().unwrap_or_else(|| panic!("{}", letter[2]));
    assert!(sheet.starts_with("line,") && sheet.contains(",site,url,evidence,status"), "{sheet}");
    assert!(sheet.contains(",www.shop.example,http://www.shop.example/index.php,"), "{sheet}");
    assert!(sheet.contains("redirect_target: http://kit.example/"), "{sheet}");
    let reports = letter[2]["reports.xarf.jsonl.gz"].as_str().unwrap();
    assert!(reports.contains("\"type\":\"remote_compromise\""), "{reports}");
    assert!(!letters.iter().any(|letter| letter.to_string().contains("SECRET ACCOUNT")), "accounts go to nobody");

    // The administrator sends the sheet back with what was done.
    let shop = request_of(&desk, &campaign, "shop");
    let rows: Vec<&str> = sheet.lines().skip(1).map(|row| row.split(',').next().unwrap()).collect();
    let answer = desk.write("answer.csv", &format!("line,status\n{},repaired\n{},異常なし\n", rows[0], rows[1]));
    let answered = desk.ok(&["--at", "2026-06-03", "answer", "import", &shop, text(&answer)]);
    assert_eq!(
        (&answered["outcome"], &answered["counts"]),
        (&"full".into(), &serde_json::json!([["repaired", 1], ["nothing-found", 1]]))
    );
    let (_, refused) = desk.fails(&["--at", "2026-06-03", "answer", "record", &shop, "--count", "credentials-reset=1"]);
    assert!(refused.to_string().contains("repaired"), "the words that fit are told: {refused}");

    // Looked for again: one of the two shows up a fortnight later, on another address.
    let again = sites("2026-06-15", &["pay.shop.example"]).replace("198.18.130.7", "198.18.131.200");
    let later = desk.write("2026-06-15-compromised_website-jp.csv", &again);
    desk.ok(&["--at", "2026-06-16", "ingest", text(&later)]);
    let effect = desk.ok(&["--at", "2026-06-16", "effect", &campaign]);
    let shop = effect["parties"].as_array().unwrap().iter().find(|party| party["party"] == "shop").unwrap().clone();
    assert_eq!((&shop["devices"]["devices"], &shop["devices"]["still_seen"]), (&2.into(), &1.into()), "{shop}");
    assert_eq!(effect["device_keys"]["site"], 4, "{effect}");
    desk.ok(&["audit", "verify"]);
}

#[test]
fn an_abused_server_goes_to_the_operator_that_reaches_its_owner() {
    let desk = Desk::new(None);
    desk.open();
    let parties = desk.write("more.toml", PARTIES);
    desk.ok(&["party", "import", text(&parties)]);
    let mapping = desk.write(
        "servers.toml",
        "name = \"drop-servers\"\n[columns]\nip = \"src_ip\"\nseen = \"observed_at\"\nname = \"src_hostname\"\n\
         [time]\nzone = \"Asia/Tokyo\"\n[constants]\nclass = \"server\"\n",
    );
    let feed = desk.write(
        "servers.csv",
        "ip,seen,name,tool,path,logging\n198.18.140.1,2026-06-01 10:00:00,,uploader.exe,/var/tmp/.x,off\n",
    );
    desk.ok(&["--at", "2026-06-02", "ingest", text(&feed), "--mapping", text(&mapping)]);
    let planned = desk.ok(&[&["--at", "2026-06-02"], &PLAN[..], &["servers"]].concat());
    let campaign = planned["campaign"].as_str().unwrap().to_owned();
    assert_eq!(planned["parties"][0]["measure"], "secure-server");
    desk.ok(&["--at", "2026-06-02", "campaign", "approve", &campaign]);
    desk.ok(&["--at", "2026-06-02", "campaign", "send", &campaign]);
    let letter = letters(&desk).remove(0);
    let body = letter[1].as_str().unwrap();
    for said in ["悪用", "ログの記録が止められている", "疑いをかけるものではありません", "not a suspect"]
    {
        assert!(body.contains(said), "{said} in\n{body}");
    }
    let sheet = letter[2]["lines.csv.gz"].as_str().unwrap();
    assert!(sheet.contains("tool: uploader.exe; path: /var/tmp/.x; logging: off"), "{sheet}");
    assert!(letter[2]["reports.xarf.jsonl.gz"].as_str().unwrap().contains("compromised_server"));
    // A correction in its thread keeps the rest of the sheet as it was.
    let (_, refused) = desk.fails(&[
        "--at",
        "2026-06-03",
        "campaign",
        "correct",
        &request_of(&desk, &campaign, "host-a"),
        "--reason-ja",
        "誤り",
        "--reason-en",
        "a mistake",
    ]);
    assert!(refused.to_string().contains("every line"), "{refused}");
}
