//! Plays inquiries from draft to answer in an office that may be served beside it, and says how long the steps took.
//!
//! `inquire OFFICE COUNT EACH_HOUR RECIPIENT DRAFTER HEAD DESK`: COUNT inquiries of three items, EACH_HOUR of them an
//! hour (0: without a pause): DRAFTER drafts and submits, HEAD signs and sends, DESK of the provider RECIPIENT receives
//! and answers. Prints how many an hour were reached, and p50 and p95 of a step in milliseconds.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use renkei_app::campaign::approve::Confirmed;
use renkei_app::inquiry::{Answering, InquiryTyped, ItemAnswer, ItemTyped};
use renkei_app::office::{Acting, Office};
use renkei_core::id::InquiryId;
use renkei_core::inquiry::Step;
use renkei_core::time::Moment;

/// Who plays.
struct Seats {
    recipient: String,
    drafter: Office,
    head: Office,
    desk: Office,
}

#[tokio::main]
async fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [office, count, each_hour, recipient, drafter, head, desk] = args.as_slice() else {
        eprintln!("usage: inquire OFFICE COUNT EACH_HOUR RECIPIENT DRAFTER HEAD DESK");
        std::process::exit(2);
    };
    let office = Office::open(Path::new(office), None, Acting::default(), now()).await.expect("an office");
    let seat = |id: &String| office.clone().seated(Some(id.parse().expect("a seat")));
    let seats = Seats { recipient: recipient.clone(), drafter: seat(drafter), head: seat(head), desk: seat(desk) };
    let (count, each_hour): (u32, f64) = (count.parse().expect("a count"), each_hour.parse().expect("a rate"));
    let began = Instant::now();
    let mut took = Vec::new();
    for number in 0..count {
        if each_hour > 0.0 {
            let due = began + Duration::from_secs_f64(f64::from(number) * 3600.0 / each_hour);
            tokio::time::sleep_until(due.into()).await;
        }
        play(&seats, number, &mut took).await;
    }
    let hours = began.elapsed().as_secs_f64() / 3600.0;
    took.sort();
    let at = |share: f64| took[((took.len() - 1) as f64 * share) as usize].as_secs_f64() * 1000.0;
    println!(
        "{count} inquiries, {:.0} an hour; a step: p50 {:.1} ms, p95 {:.1} ms",
        f64::from(count) / hours,
        at(0.5),
        at(0.95)
    );
}

async fn play(seats: &Seats, number: u32, took: &mut Vec<Duration>) {
    let Seats { recipient, drafter, head, desk } = seats;
    let item = |field: &str| ItemTyped {
        kind: "account".to_owned(),
        value: format!("account-{number}"),
        field: field.to_owned(),
        ..ItemTyped::default()
    };
    let typed = InquiryTyped {
        recipient: recipient.clone(),
        instrument: "inquiry".to_owned(),
        section: "サイバー犯罪対策課".to_owned(),
        basis: "刑事訴訟法第197条第2項".to_owned(),
        case: "不正アクセス".to_owned(),
        purpose: "契約者の確認".to_owned(),
        zone: "Asia/Tokyo".to_owned(),
        items: ["holder-name", "holder-contact", "holder-address"].map(item).into(),
        ..InquiryTyped::default()
    };
    let mut began = Instant::now();
    let mut step = || took.push(std::mem::replace(&mut began, Instant::now()).elapsed());
    let drafted = drafter.draft_inquiry(&typed, now()).await.expect("a draft");
    step();
    let id: InquiryId = drafted.inquiry.parse().expect("an id");
    drafter.submit_inquiry(id, now()).await.expect("submitted");
    step();
    head.sign_inquiry(id, Confirmed::KeyFile, now()).await.expect("signed");
    step();
    head.send_inquiry(id, now()).await.expect("sent");
    step();
    desk.step_inquiry(id, Step::Receive, "", now()).await.expect("received");
    step();
    let answer = |number: u32| ItemAnswer {
        number,
        outcome: "disclosed".to_owned(),
        data: format!("測定 {number}"),
        ..ItemAnswer::default()
    };
    let answering = Answering { items: (1..=3).map(answer).collect(), delete_days: None };
    desk.answer_inquiry(id, &answering, now()).await.expect("answered");
    step();
}

fn now() -> Moment {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    Moment(i64::try_from(since.as_micros()).expect("before the year 294246"))
}
