//! Letters carried: to files, and to a real mail server that behaves well and badly.

use std::fs;
use std::net::TcpListener;
use std::time::{Duration, Instant};

use renkei_post::carrier::{Carrier, Fate, Files, Login, OpenError, Receipt, Smtp, SmtpSettings, Tls};
use renkei_post::letter::Outgoing;
use renkei_post::pack::Attachment;
use renkei_testkit::smtp::{SmtpOptions, SmtpServer, SmtpTls};
use serde_json::Value;

use crate::{domain, letter};

fn mail(number: u128) -> Outgoing {
    let bytes = (0..=255).cycle().take(150_000).collect();
    letter(
        number,
        "abuse@isp.example",
        vec![Attachment { name: "a.gz".into(), media_type: "application/gzip", bytes }],
        &[],
    )
}

fn settings(server: &SmtpServer, tls: Tls) -> SmtpSettings {
    SmtpSettings {
        host: server.host().to_string(),
        port: server.port(),
        tls,
        ca_file: Some(server.ca_file()),
        login: None,
        hello: domain(),
        timeout: Duration::from_secs(20),
    }
}

fn start(options: &SmtpOptions) -> SmtpServer {
    SmtpServer::start(options).unwrap_or_else(|error| panic!("{error}"))
}

fn carrier(settings: SmtpSettings) -> Carrier {
    Carrier::Smtp(Box::new(Smtp::open(settings).unwrap()))
}

fn record(server: &SmtpServer, number: usize) -> Value {
    serde_json::from_str(&server.taken().unwrap()[number].record).unwrap()
}

#[test]
fn letters_arrive_unchanged_over_starttls_on_one_connection() {
    let server = start(&SmtpOptions::default());
    let mut carrier = carrier(settings(&server, Tls::StartTls));
    for number in 1..=3 {
        let receipt = carrier.send(&mail(number)).unwrap();
        assert!(matches!(receipt, Receipt::Server(reply) if reply == format!("250 2.0.0 OK taken as {number}")));
    }
    let taken = server.taken().unwrap();
    assert_eq!(taken.len(), 3);
    assert_eq!(taken[0].bytes, mail(1).bytes);
    let records: Vec<Value> = (0..3).map(|number| record(&server, number)).collect();
    assert_eq!(records[0]["message_id"], "<ltr-00000000000000000000000001@office.example>");
    assert_eq!(records[0]["mail_from"], mail(1).sender.to_string());
    assert_eq!(records[0]["rcpt_to"], serde_json::json!(["abuse@isp.example"]));
    assert!(records.iter().all(|record| record["tls"] == true && record["peer"] == records[0]["peer"]));
}

#[test]
fn implicit_tls_and_login_work() {
    let folder = tempfile::tempdir().unwrap();
    let password_file = folder.path().join("password");
    fs::write(&password_file, "correct horse\n").unwrap();
    for tls in [SmtpTls::Implicit, SmtpTls::StartTls] {
        let server = start(&SmtpOptions {
            tls,
            login: Some(("office".into(), "correct horse".into())),
            ..SmtpOptions::default()
        });
        let client = if tls == SmtpTls::Implicit { Tls::Implicit } else { Tls::StartTls };
        let login = Login { user: "office".into(), password_file: password_file.clone() };
        let with_login = SmtpSettings { login: Some(login), ..settings(&server, client) };
        carrier(with_login.clone()).send(&mail(1)).unwrap();
        assert_eq!(record(&server, 0)["user"], "office");

        // Without a login the server says 530, which says nothing of the letter.
        let error = carrier(settings(&server, client)).send(&mail(2)).unwrap_err();
        assert_eq!(error.fate(), Fate::NotTaken, "{error}");
        let wrong = Login { user: "office".into(), password_file: folder.path().join("missing") };
        let error = carrier(SmtpSettings { login: Some(wrong), ..with_login }).send(&mail(2)).unwrap_err();
        assert!(error.to_string().contains("password file"), "{error}");
        assert_eq!(server.taken().unwrap().len(), 1);
    }
}

#[test]
fn nothing_is_said_without_tls() {
    let server = start(&SmtpOptions { tls: SmtpTls::None, ..SmtpOptions::default() });
    let error = carrier(settings(&server, Tls::StartTls)).send(&mail(1)).unwrap_err();
    assert_eq!(error.fate(), Fate::NotTaken);
    assert!(error.to_string().contains("STARTTLS"), "{error}");
    // A server whose certificate nobody vouches for is not spoken to either.
    let stranger = start(&SmtpOptions::default());
    let error =
        carrier(SmtpSettings { ca_file: None, ..settings(&stranger, Tls::StartTls) }).send(&mail(1)).unwrap_err();
    assert_eq!(error.fate(), Fate::NotTaken);
    assert!(server.taken().unwrap().is_empty() && stranger.taken().unwrap().is_empty());
}

#[test]
fn plain_is_for_this_machine_and_only_if_said() {
    let server = start(&SmtpOptions { tls: SmtpTls::None, ..SmtpOptions::default() });
    carrier(settings(&server, Tls::PlainLoopback)).send(&mail(1)).unwrap();
    assert_eq!(record(&server, 0)["tls"], false);
    let elsewhere = SmtpSettings { host: "mail.isp.example".into(), ..settings(&server, Tls::PlainLoopback) };
    assert!(matches!(Smtp::open(elsewhere), Err(OpenError::PlainElsewhere(_))));
    let login = Some(Login { user: "office".into(), password_file: "password".into() });
    assert!(matches!(
        Smtp::open(SmtpSettings { login, ..settings(&server, Tls::PlainLoopback) }),
        Err(OpenError::PlainLogin)
    ));
}

#[test]
fn refusals_say_whether_to_try_again() {
    let server = start(&SmtpOptions {
        refuse_recipients: vec!["gone@isp.example".into()],
        defer_recipients: vec!["busy@isp.example".into()],
        ..SmtpOptions::default()
    });
    let mut carrier = carrier(settings(&server, Tls::StartTls));
    let fate = |carrier: &mut Carrier, to: &str| carrier.send(&letter(5, to, Vec::new(), &[])).unwrap_err().fate();
    assert_eq!(fate(&mut carrier, "gone@isp.example"), Fate::Refused);
    assert_eq!(fate(&mut carrier, "busy@isp.example"), Fate::NotTaken);
    carrier.send(&mail(6)).unwrap();
    assert_eq!(server.taken().unwrap().len(), 1);

    let server = start(&SmtpOptions { refuse_data: true, ..SmtpOptions::default() });
    let mut carrier = self::carrier(settings(&server, Tls::StartTls));
    assert_eq!(carrier.send(&mail(7)).unwrap_err().fate(), Fate::Refused);
}

#[test]
fn a_letter_whose_reply_does_not_come_is_in_doubt_and_keeps_its_message_id() {
    let server = start(&SmtpOptions { hang_up: true, ..SmtpOptions::default() });
    let error = carrier(settings(&server, Tls::StartTls)).send(&mail(1)).unwrap_err();
    assert_eq!(error.fate(), Fate::InDoubt, "{error}");

    let slow = start(&SmtpOptions { stall_before: Duration::from_secs(30), ..SmtpOptions::default() });
    let patience = SmtpSettings { timeout: Duration::from_secs(2), ..settings(&slow, Tls::StartTls) };
    let error = carrier(patience).send(&mail(1)).unwrap_err();
    assert_eq!(error.fate(), Fate::InDoubt, "{error}");

    // It was taken both times, and the second attempt can be told for the same letter.
    assert_eq!(server.taken().unwrap().len(), 1);
    assert_eq!(record(&server, 0)["message_id"], record(&slow, 0)["message_id"]);
    assert_eq!(server.taken().unwrap()[0].bytes, slow.taken().unwrap()[0].bytes);
}

#[test]
fn a_server_that_is_gone_or_silent_has_not_taken_it() {
    let mut server = start(&SmtpOptions::default());
    let mut kept = carrier(settings(&server, Tls::StartTls));
    kept.send(&mail(1)).unwrap();
    server.kill();
    let error = kept.send(&mail(2)).unwrap_err();
    assert_eq!(error.fate(), Fate::NotTaken, "{error}");

    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let quick = SmtpSettings {
        port: silent.local_addr().unwrap().port(),
        timeout: Duration::from_secs(1),
        ..settings(&server, Tls::StartTls)
    };
    assert_eq!(carrier(quick).send(&mail(2)).unwrap_err().fate(), Fate::NotTaken);
}

#[test]
fn a_kept_connection_that_the_server_closed_is_made_anew() {
    let mut first = start(&SmtpOptions::default());
    let mut carrier = carrier(SmtpSettings { ca_file: Some(first.ca_file()), ..settings(&first, Tls::StartTls) });
    carrier.send(&mail(1)).unwrap();
    let port = first.port();
    let ca = fs::read(first.ca_file()).unwrap();
    first.kill();
    // Another server on the same port has another certificate, so the new connection is refused, not fallen back from.
    let second = start(&SmtpOptions { port, ..SmtpOptions::default() });
    assert_ne!(ca, fs::read(second.ca_file()).unwrap());
    assert_eq!(carrier.send(&mail(2)).unwrap_err().fate(), Fate::NotTaken);
    assert!(second.taken().unwrap().is_empty());
}

#[test]
fn files_are_whole_and_the_same_letter_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let outbox = folder.path().join("outbox");
    let mut carrier = Carrier::Files(Files::new(&outbox));
    let path = outbox.join("ltr-00000000000000000000000001.eml");
    assert_eq!(carrier.send(&mail(1)).unwrap(), Receipt::File { path: path.clone(), already: false });
    assert_eq!(carrier.send(&mail(1)).unwrap(), Receipt::File { path: path.clone(), already: true });
    assert_eq!(fs::read(&path).unwrap(), mail(1).bytes);
    let other = Outgoing { bytes: b"other".to_vec(), ..mail(1) };
    assert_eq!(carrier.send(&other).unwrap_err().fate(), Fate::NotTaken);
    assert_eq!(fs::read(&path).unwrap(), mail(1).bytes);
    assert_eq!(fs::read_dir(&outbox).unwrap().count(), 1);
    let stored = Outgoing::from_stored(fs::read(&path).unwrap()).unwrap();
    assert_eq!(stored, mail(1));
}

/// Prints how fast mails are built and written; nothing is asserted of the time.
#[test]
fn a_thousand_mails() {
    let folder = tempfile::tempdir().unwrap();
    let mut carrier = Carrier::Files(Files::new(folder.path()));
    let begin = Instant::now();
    let attachment = Attachment { name: "a.gz".into(), media_type: "application/gzip", bytes: vec![7; 20_000] };
    let letters: Vec<Outgoing> =
        (0..1000).map(|number| letter(number, "abuse@isp.example", vec![attachment.clone()], &[])).collect();
    let built = begin.elapsed();
    letters.iter().for_each(|letter| drop(carrier.send(letter).unwrap()));
    println!(
        "1,000 mails: built in {} ms, built and on the disk in {} ms",
        built.as_millis(),
        begin.elapsed().as_millis()
    );
}
