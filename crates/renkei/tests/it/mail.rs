//! Letters over a real SMTP server with TLS, counted by Message-ID.

use std::collections::BTreeMap;

use renkei_testkit::smtp::{SmtpOptions, SmtpServer};

use crate::desk::{Desk, text};
use crate::feed::log;

/// Sets the office's carrier to a server.
pub fn use_server(desk: &Desk, server: &SmtpServer) {
    let path = desk.office().join("office.toml");
    let settings = std::fs::read_to_string(&path).unwrap();
    let post = format!(
        "[post]\ncarrier = \"smtp\"\npart_mib = 8\ncontact_desk = \"\"\n\n[post.smtp]\nhost = \"{}\"\nport = {}\nsecurity = \"starttls\"\nca_file = \"{}\"\n",
        server.host(),
        server.port(),
        text(&server.ca_file()),
    );
    let (before, rest) = settings.split_once("[post]").unwrap();
    let after = &rest[rest.find("[retention]").unwrap()..];
    std::fs::write(&path, format!("{before}{post}\n{after}")).unwrap();
}

/// How often each Message-ID was taken.
pub fn taken(server: &SmtpServer) -> BTreeMap<String, u32> {
    let mut ids = BTreeMap::new();
    for mail in server.taken().unwrap() {
        let record: serde_json::Value = serde_json::from_str(&mail.record).unwrap();
        *ids.entry(record["message_id"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    ids
}

#[test]
fn letters_arrive_once_over_starttls_and_wait_while_the_server_is_away() {
    let mut server = SmtpServer::start(&SmtpOptions::default()).unwrap();
    let desk = Desk::new(None);
    desk.open();
    use_server(&desk, &server);
    let feed = desk.write("2026-06-01-sinkhole.jsonl", &log(300, "2026-06-01"));
    desk.ok(&["ingest", text(&feed)]);
    let campaign = desk.plan();
    desk.ok(&["campaign", "approve", &campaign]);
    let port = server.port();
    server.kill();
    let away = desk.ok(&["campaign", "send", &campaign]);
    assert_eq!((away["letters"].as_u64(), away["waiting"].as_u64()), (Some(0), Some(3)), "{away}");
    assert!(away["last_error"].as_str().is_some());
    let server = SmtpServer::start(&SmtpOptions { port, ..SmtpOptions::default() }).unwrap();
    use_server(&desk, &server);
    let sent = desk.ok(&["campaign", "send"]);
    assert_eq!(sent["letters"], 3, "{sent}");
    let ids = taken(&server);
    assert_eq!(ids.len(), 3);
    assert!(ids.values().all(|times| *times == 1));
    desk.ok(&["campaign", "send"]);
    assert_eq!(taken(&server), ids, "nothing is sent again");
}
