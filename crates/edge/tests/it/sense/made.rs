//! A made capture of a hundredth of the size: what is in it is found, what is not is not; order and batches.

use std::collections::BTreeMap;

use renkei_edge::sense::generate::{Plan, compare, write};
use renkei_edge::sense::{Baseline, RuleName, Rules, Sense};

use super::{Kept, run, settings};

/// The dark addresses of made captures.
const DARK: &str = "198.18.0.0/21";

#[test]
fn what_was_made_is_found() {
    let mut capture = Vec::new();
    let truth = write(&Plan::HUNDREDTH, true, &mut capture).unwrap();
    let ran = run(settings(DARK, 1), &capture);
    assert_eq!(ran.accounts.records, truth.packets);
    assert_eq!((ran.accounts.taken, ran.sum("packets")), (truth.packets, truth.packets));
    assert_eq!(ran.sum("mirai_packets"), truth.kinds["mirai"]);
    assert_eq!(ran.report.sorts.values().sum::<u64>(), truth.packets);
    let scores = compare(&truth, &ran.detections, &Rules::shipped().unwrap(), 2_048);
    for (rule, score) in &scores {
        println!("{}: {score:?}, false-positive rate {:.5}", rule.word(), score.false_positive_rate());
    }
    for rule in [RuleName::MiraiLike, RuleName::Masscan] {
        assert!(scores[&rule].expected > 0 && scores[&rule].found == scores[&rule].expected, "{rule:?}: {scores:?}");
    }
    // The made file is of November 2023: the mark of ZMap still counts.
    assert_eq!(scores[&RuleName::Zmap].found, scores[&RuleName::Zmap].expected);
    let victims = &scores[&RuleName::DosVictim];
    assert!(victims.expected > 0 && victims.found == victims.expected, "{victims:?}");
    for (rule, score) in &scores {
        assert_eq!(score.wrong, 0, "{rule:?}: {score:?}");
    }
    // While a minute is open for its grace, packets of the next are seen already.
    assert!(ran.detections.iter().all(|one| one.told.0 + 10_000_000 >= one.last.0 && one.first <= one.last));
}

#[test]
fn a_detection_is_out_within_ninety_seconds_of_its_minute() {
    let settings = settings(DARK, 1);
    // A minute is closed by the first packet after its grace, and told with the end of that minute.
    assert!(settings.grace <= 90);
    let mut capture = Vec::new();
    write(&Plan::HUNDREDTH, false, &mut capture).unwrap();
    // Packets come in order: each prefix of the capture must have told what was due 90 s before its end.
    let whole = run(settings.clone(), &capture);
    for share in [3, 5, 8] {
        let cut = capture.len() * share / 10;
        let kept = Kept::default();
        let mut sense = Sense::new(settings.clone(), Baseline::default());
        sense.read(&capture[..cut], &kept).unwrap();
        let so_far = kept.detections.into_inner().unwrap();
        let seen = i64::from(Plan::HUNDREDTH.start) + 1_800 * share as i64 / 10 - 5;
        let due = whole.detections.iter().filter(|one| one.told.0 / 1_000_000 + 90 <= seen).count();
        assert!(due > 0 && so_far.len() >= due, "{} of {due} after {share}0 percent", so_far.len());
        assert_eq!(so_far, whole.detections[..so_far.len()], "and nothing else was told");
    }
}

#[test]
fn threads_and_borders_of_captures_change_nothing() {
    let mut capture = Vec::new();
    write(&Plan { packets: 40_000, seconds: 900, ..Plan::HUNDREDTH }, false, &mut capture).unwrap();
    let whole = run(settings(DARK, 1), &capture);
    for threads in [2, 3] {
        let many = run(settings(DARK, threads), &capture);
        assert_eq!(many.detections, whole.detections, "{threads} threads");
        assert_eq!(many.report.sorts, whole.report.sorts);
        assert_eq!(many.report.handed.rows, whole.report.handed.rows);
    }
    // The same packets as several captures, cut at borders of records.
    let (header, records) = capture.split_at(24);
    let mut borders = vec![0];
    while let Some(length) = records.get(borders[borders.len() - 1] + 8..).and_then(|rest| rest.first_chunk::<4>()) {
        borders.push(borders[borders.len() - 1] + 16 + u32::from_le_bytes(*length) as usize);
    }
    let kept = Kept::default();
    let mut sense = Sense::new(settings(DARK, 1), Baseline::default());
    for piece in borders.chunks(7_001) {
        let end = borders.iter().find(|border| **border > piece[piece.len() - 1]).copied().unwrap_or(records.len());
        let file = [header, &records[piece[0]..end]].concat();
        sense.read(file.as_slice(), &kept).unwrap();
    }
    let (report, _) = sense.finish(&kept).unwrap();
    assert_eq!(kept.detections.into_inner().unwrap(), whole.detections);
    assert_eq!(report.accounts, whole.report.accounts);
}

#[test]
fn the_same_seed_makes_the_same_file() {
    let plan = Plan { packets: 2_000, ..Plan::HUNDREDTH };
    let (mut one, mut two, mut other) = (Vec::new(), Vec::new(), Vec::new());
    let truth = write(&plan, true, &mut one).unwrap();
    assert_eq!(truth, write(&plan, true, &mut two).unwrap());
    write(&Plan { seed: 2, ..plan }, true, &mut other).unwrap();
    assert!(one == two && one != other);
    let kinds: BTreeMap<_, _> = truth.kinds;
    assert_eq!(kinds.values().sum::<u64>(), 2_000);
}

#[test]
fn little_memory_loses_nothing_and_says_so() {
    let mut capture = Vec::new();
    let truth = write(&Plan { packets: 20_000, ..Plan::HUNDREDTH }, false, &mut capture).unwrap();
    let tight = run(renkei_edge::sense::Settings { memory: 1 << 14, ..settings(DARK, 1) }, &capture);
    assert_eq!(tight.sum("packets"), truth.packets);
    assert!(tight.report.handed.spilled > 0);
    assert!(tight.report.to_string().contains("parts for want of memory"));
    let unfollowed = run(renkei_edge::sense::Settings { sources: 64, ..settings(DARK, 1) }, &capture);
    assert!(unfollowed.report.unfollowed > 0);
    assert_eq!(unfollowed.report.accounts.notes[&renkei_formats::Code::PacketUnfollowed], unfollowed.report.unfollowed);
}

/// No address of the sensor may stand in what leaves: every detection, row and report is searched.
#[test]
fn addresses_of_the_sensor_never_leave() {
    let mut capture = Vec::new();
    write(&Plan { packets: 20_000, ..Plan::HUNDREDTH }, false, &mut capture).unwrap();
    let ran = run(settings(DARK, 1), &capture);
    let told = serde_json::to_string(&ran.detections).unwrap() + &serde_json::to_string(&ran.report).unwrap();
    assert!(told.contains("mirai-like"));
    let rows = ran.batches.iter().map(|batch| format!("{batch:?}")).collect::<String>();
    for block in 0..8 {
        let planted = format!("198.18.{block}.");
        assert!(!told.contains(&planted) && !rows.contains(&planted), "{planted}");
    }
}
