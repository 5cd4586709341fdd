//! The mail desk with a real examining process: what it says, and what becomes of it at its limits.

use std::path::PathBuf;
use std::time::Duration;

use renkei_edge::mail::{Bounds, Desk};
use renkei_formats::specimen::{Code, Examined, Form};

fn program() -> PathBuf {
    std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join("examples/mail")
}

fn desk(verb: &str, bounds: Bounds) -> Desk {
    Desk::new(program(), vec![verb.into()], bounds, &[]).unwrap()
}

fn only(examined: &Examined) -> Code {
    assert_eq!(examined.findings.len(), 1, "{:?}", examined.findings);
    examined.findings[0].code
}

const MAIL: &[u8] = b"From: a@bad.test\r\nSubject: x\r\n\r\nLook at https://evil.test/\r\n";

/// An attachment of so many bytes.
fn large(bytes: usize) -> Vec<u8> {
    let mut mail = b"From: a@bad.test\r\nContent-Type: application/octet-stream; name=a.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n".to_vec();
    let line = [[b'A'; 76].as_slice(), b"\r\n"].concat();
    while mail.len() < bytes / 3 * 4 / 76 * 78 {
        mail.extend(&line);
    }
    mail
}

#[test]
fn one_process_examines_many_mails() {
    let mut desk = desk("child", Bounds { mails: 3, ..Bounds::default() });
    let mut processes = Vec::new();
    for _ in 0..6 {
        let examined = desk.examine(MAIL).unwrap();
        assert_eq!((examined.form, examined.links.len()), (Form::Eml, 1));
        processes.push(desk.process().unwrap());
    }
    assert!(processes[0] == processes[2] && processes[3] == processes[5] && processes[2] != processes[3]);
}

#[test]
fn a_hundred_megabytes_are_bounded() {
    let mail = large(100 << 20);
    let mut roomy = desk("child", Bounds::default());
    let examined = roomy.examine(&mail).unwrap();
    assert!(examined.attachments[0].size > 90 << 20, "{:?}", examined.findings);
    // Too little memory, and the next mail is examined all the same.
    let mut narrow = desk("child", Bounds { memory_bytes: 128 << 20, ..Bounds::default() });
    assert_eq!(only(&narrow.examine(&mail).unwrap()), Code::OutOfMemory);
    assert_eq!(narrow.examine(MAIL).unwrap().form, Form::Eml);
    let mut small = desk("child", Bounds { mail_bytes: 1 << 20, ..Bounds::default() });
    assert_eq!(only(&small.examine(&mail).unwrap()), Code::TooLarge);
}

#[test]
fn a_process_that_hangs_or_falls_is_a_finding() {
    let bounds = Bounds { wall: Duration::from_millis(300), ..Bounds::default() };
    assert_eq!(only(&desk("hangs", bounds).examine(MAIL).unwrap()), Code::OutOfTime);
    assert_eq!(only(&desk("rubbish", Bounds::default()).examine(MAIL).unwrap()), Code::BadAnswer);
    assert_eq!(only(&desk("nothing", Bounds::default()).examine(MAIL).unwrap()), Code::BadAnswer);
    assert!(Desk::new("/nonexistent".into(), Vec::new(), bounds, &[]).unwrap().examine(MAIL).is_err());
}

#[test]
fn the_given_mails_are_examined() {
    let Some(data) = std::env::var_os("RENKEI_TESTDATA").map(PathBuf::from) else {
        println!("not run: no RENKEI_TESTDATA");
        return;
    };
    let mut desk = desk("child", Bounds::default());
    let mut read = 0;
    for folder in ["benign-mail-parser", "pymisp"] {
        for entry in std::fs::read_dir(data.join("sharing/eml").join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let examined = desk.examine(&std::fs::read(&path).unwrap()).unwrap();
                assert!(!examined.findings.iter().any(|one| one.code >= Code::OutOfTime), "{}", path.display());
                read += 1;
            }
        }
    }
    println!("{read} mails examined");
    assert!(read >= 70);
}
