//! Tests of the letter's text: whole, in both languages, without holes.

use std::collections::BTreeSet;

use super::*;

const JA: &str = include_str!("../../../../locales/letter.ja.ftl");
const EN: &str = include_str!("../../../../locales/letter.en.ftl");

fn both(ja: &str, en: &str) -> Bilingual {
    Bilingual { ja: ja.into(), en: en.into() }
}

struct Words {
    party: Bilingual,
    office: Bilingual,
    title: Bilingual,
    purpose: Bilingual,
    desk: Bilingual,
    reason: Bilingual,
    grounds: Vec<Ground>,
    zone: PartyZone,
}

fn words() -> Words {
    Words {
        party: both("あおぞらネット", "Aozora Net"),
        office: both("連携事務局", "Renkei Office"),
        title: both("感染端末の注意喚起", "Alert on infected devices"),
        purpose: both(
            "感染した機器の利用者に知らせ、被害の拡大を防ぐため。",
            "To tell the users of infected devices and keep the damage from spreading.",
        ),
        desk: both("連携事務局 窓口", "Renkei Office desk"),
        reason: both("時刻の誤り", "wrong times"),
        grounds: vec![Ground {
            gate: "G20".parse().unwrap(),
            requirements: vec!["S2.14".parse().unwrap(), "S4.19".parse().unwrap()],
            code: "names-stay".parse().unwrap(),
            outcome: renkei_core::ruling::Outcome::Allowed,
            reason: both("利用者の特定は事業者が行う。", "Only the operator identifies its subscriber."),
        }],
        zone: "Asia/Tokyo".parse().unwrap(),
    }
}

fn facts(words: &Words) -> Facts<'_> {
    Facts {
        turn: Turn::Notice,
        first_language: Language::Ja,
        party: &words.party,
        office: &words.office,
        title: &words.title,
        campaign: CampaignId::from_bits(1),
        request: RequestId::from_bits(2),
        measure: Measure::NotifyUser,
        purpose: &words.purpose,
        grounds: &words.grounds,
        policies: Digest::of(b"rules"),
        lines: 412,
        devices: 1,
        period: Some((Moment(1_795_309_748_123_000), Moment(1_795_319_748_000_000))),
        zone: &words.zone,
        due: Day::from_civil(2026, 12, 6),
        files: &[
            FileNote { name: "lines.csv.gz.age", kind: FileKind::Lines },
            FileNote { name: "reports.xarf.jsonl.gz.age", kind: FileKind::Reports },
        ],
        delete_on: None,
        sealed: Sealed::Age("age1sample"),
        reply_to: "reply+token@office.example",
        desk: &words.desk,
        desk_contact: "desk@office.example",
        leaflet: Some("https://office.example/leaflet"),
        checkpoint: "office.example/ledger\n42\nabc=\n\n— office.example/ledger sig=\n",
    }
}

fn message_ids(source: &str) -> BTreeSet<&str> {
    let begins = |line: &&str| line.starts_with(|c: char| c.is_ascii_lowercase());
    source.lines().filter(begins).filter_map(|line| line.split_once(" =")).map(|(id, _)| id).collect()
}

#[test]
fn both_languages_have_the_same_messages_and_each_parses() {
    assert_eq!(message_ids(JA), message_ids(EN));
    for source in [JA, EN] {
        assert!(FluentResource::try_new(source.to_string()).is_ok());
    }
    for language in [Language::Ja, Language::En] {
        for id in message_ids(JA) {
            assert!(bundle(language).has_message(id), "{id}");
        }
        for status in Status::ALL {
            assert!(bundle(language).has_message(&format!("status-{}", status.word())));
        }
    }
}

#[test]
fn a_notice_reads_so() {
    let words = words();
    let letter = render(&facts(&words)).unwrap();
    assert_eq!(letter.subject, "【依頼】感染端末の注意喚起（req-00000000000000000000000002）");
    expect_test::expect_file!["../../tests/letters/notice.txt"].assert_eq(&letter.body);
}

#[test]
fn later_letters_name_the_first_and_ask_nothing_more_when_they_take_back() {
    let words = words();
    let change = Change { first: LetterId::from_bits(7), sent: Moment(1_795_309_748_000_000), reason: &words.reason };
    let correction = render(&Facts { turn: Turn::Correction(change), ..facts(&words) }).unwrap();
    assert!(correction.subject.starts_with("【訂正】"));
    for expected in ["ltr-00000000000000000000000007", "2026-11-22 10:09:08 +09:00", "wrong times", "時刻の誤り"] {
        assert!(correction.body.contains(expected), "{expected}");
    }
    let withdrawal = render(&Facts { turn: Turn::Withdrawal(change), ..facts(&words) }).unwrap();
    assert!(withdrawal.subject.starts_with("【撤回】"));
    assert!(!withdrawal.body.contains("■ お願いしたいこと") && !withdrawal.body.contains("lines.csv"));
}

#[test]
fn the_partys_language_stands_first() {
    let words = words();
    let letter = render(&Facts { first_language: Language::En, ..facts(&words) }).unwrap();
    assert_eq!(letter.subject, "[Request] Alert on infected devices (req-00000000000000000000000002)");
    let (ja, en) = (letter.body.find("御中").unwrap(), letter.body.find("To the responsible desk").unwrap());
    assert!(en < ja);
    assert_eq!(numbered_subject("x", Language::En, 2, 3).unwrap(), "x (mail 2 of 3)");
    assert_eq!(numbered_subject("x", Language::Ja, 2, 3).unwrap(), "x（2/3通目）");
    assert_eq!(numbered_subject("x", Language::Ja, 1, 1).unwrap(), "x");
}

#[test]
fn the_checkpoint_comes_back_from_the_mail() {
    let words = words();
    let facts = facts(&words);
    let body = render(&facts).unwrap().body;
    assert_eq!(checkpoint_in(&body).unwrap(), facts.checkpoint);
    assert_eq!(checkpoint_in(&body.replace('\n', "\r\n")).unwrap(), facts.checkpoint);
    assert_eq!(checkpoint_in("nothing"), None);
    assert_eq!(checkpoint_in(&render(&Facts { checkpoint: "", ..facts }).unwrap().body), None);
}

#[test]
fn a_measure_without_words_is_an_error_and_a_title_cannot_write_headers() {
    let words = words();
    let error = render(&Facts { measure: Measure::FreezeAccount, ..facts(&words) }).unwrap_err();
    assert_eq!(error.to_string(), "`locales/letter.ja.ftl` has no message `asked-freeze-account`");
    let title = both("題\r\nBcc: x@y.example", "t");
    let letter = render(&Facts { title: &title, ..facts(&words) }).unwrap();
    assert!(!letter.subject.contains(['\r', '\n']));
}
