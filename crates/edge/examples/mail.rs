//! The examining process of the mail desk, for its tests: `child` examines; `speed FOLDER` tells how many mails a
//! second are examined, in this process and through a desk; `hangs` and `rubbish` are processes that fell.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::io::Write as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use renkei_edge::mail::{Bounds, Desk, child};
use renkei_formats::specimen::{How, examine};

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.get(1).map(String::as_str) {
        Some("child") => child().unwrap(),
        Some("hangs") => std::thread::sleep(Duration::from_secs(600)),
        Some("rubbish") => std::io::stdout().write_all(b"\xff\xff\xff\xffrubbish").unwrap(),
        Some("speed") => speed(&PathBuf::from(&arguments[2])),
        _ => println!("mail child | hangs | rubbish | speed FOLDER"),
    }
}

fn speed(folder: &PathBuf) {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mails: Vec<Vec<u8>> = files.filter(|path| path.is_file()).map(|path| std::fs::read(path).unwrap()).collect();
    let bytes: usize = mails.iter().map(Vec::len).sum();
    println!("{} mails, {} bytes each on average", mails.len(), bytes / mails.len());
    let rounds = 20;
    let start = Instant::now();
    for mail in std::iter::repeat_n(&mails, rounds).flatten() {
        let _ = examine(mail, &How::default());
    }
    let count = (mails.len() * rounds) as f64;
    println!("in process: {:.0} mails/s", count / start.elapsed().as_secs_f64());
    for (name, many) in [("one process for 1,000 mails", 1_000), ("one process a mail", 1)] {
        let bounds = Bounds { mails: many, ..Bounds::default() };
        let mut desk = Desk::new(std::env::current_exe().unwrap(), vec!["child".into()], bounds, &[]).unwrap();
        let start = Instant::now();
        for mail in std::iter::repeat_n(&mails, rounds).flatten() {
            desk.examine(mail).unwrap();
        }
        println!("{name}: {:.0} mails/s", count / start.elapsed().as_secs_f64());
    }
}
