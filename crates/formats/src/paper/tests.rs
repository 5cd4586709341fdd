//! Marks: there is one text of each, and each tells its inquiry from every other.

use proptest::prelude::*;
use renkei_core::class::DataClass;
use renkei_core::id::InquiryId;
use renkei_core::inquiry::Instrument;
use renkei_core::inquiry::identifier::Kind;
use renkei_core::inquiry::item::Item;
use renkei_core::inquiry::paper::{Paper, Salt};
use renkei_core::time::Day;

use super::*;

fn paper(number: &str) -> Paper {
    Paper {
        number: number.to_owned(),
        salt: Some(Salt(0x5a17)),
        asker: "aoba-police".parse().unwrap(),
        section: "サイバー犯罪対策課".to_owned(),
        officer: "aoba-desk".parse().unwrap(),
        recipient: "mail-provider".parse().unwrap(),
        instrument: Instrument::Inquiry,
        form: 1,
        basis: String::new(),
        case: String::new(),
        purpose: String::new(),
        days: 0,
        items: vec![Item {
            number: 1,
            kind: Kind::Mail,
            value: "user@mail.example".to_owned(),
            field: "holder-name".to_owned(),
            class: DataClass::Registration,
            borderline: false,
            window: None,
        }],
    }
}

#[test]
fn a_mark_names_one_inquiry_and_one_paper() {
    let (here, there) = (InquiryId::from_bits(7), InquiryId::from_bits(8));
    let mark = Mark::of(Side::Answer, here, &paper("12"), 2, 3);
    assert_eq!(mark.holds(here, &paper("12")), Ok(()));
    assert_eq!(mark.holds(there, &paper("12")), Err(Differs::Inquiry));
    let mut changed = paper("12");
    changed.items[0].value.push('x');
    assert_eq!(mark.holds(here, &changed), Err(Differs::Paper));
    let numbered = Mark { number: "13".to_owned(), ..mark };
    assert_eq!(numbered.holds(here, &paper("12")), Err(Differs::Number));
}

#[test]
fn what_is_no_mark_says_why() {
    let text = Mark::of(Side::Inquiry, InquiryId::from_bits(7), &paper("第12号"), 1, 1).text();
    assert!(text.starts_with("RENKEI1 I INQ-00000000000000000000000007 "), "{text}");
    assert_eq!(Mark::parse("https://example.test/"), Err(MarkError::Foreign));
    assert_eq!(Mark::parse("RENKEI"), Err(MarkError::Foreign));
    assert_eq!(Mark::parse("RENKEIX I"), Err(MarkError::Foreign));
    assert_eq!(Mark::parse(&text.replacen("RENKEI1", "RENKEI2", 1)), Err(MarkError::Version));
    for other in [
        text.to_lowercase().replacen("renkei1", "RENKEI1", 1),
        text.replacen("1/1", "2/1", 1),
        text.replacen("1/1", "01/1", 1),
    ] {
        assert_eq!(Mark::parse(&other), Err(MarkError::Parts), "{other}");
    }
}

#[test]
fn official_days_have_their_era() {
    for (day, written) in [
        ((2019, 4, 30), "2019年4月30日"),
        ((2019, 5, 1), "令和元年5月1日"),
        ((2020, 1, 1), "令和2年1月1日"),
        ((2026, 11, 22), "令和8年11月22日"),
    ] {
        assert_eq!(official(Day::from_civil(day.0, day.1, day.2).unwrap()), written);
    }
}

proptest! {
    #[test]
    fn the_pictures_of_a_file_stand_in_it(
        parts in prop::collection::vec(prop_oneof![
            Just(&b"stream\r\n"[..]), Just(&b"endstream"[..]), Just(&b"\xff\xd8\xff"[..]), Just(&b"x"[..]),
        ], 0..40),
    ) {
        let file = [b"%PDF-1.4\n".as_slice(), &parts.concat()].concat();
        match pictures(&file) {
            Ok(found) => for picture in found {
                prop_assert!(picture.starts_with(b"\xff\xd8\xff"));
                prop_assert!(!picture.windows(9).any(|window| window == b"endstream"));
                prop_assert!(file.windows(picture.len()).any(|window| window == picture));
            },
            Err(finding) => prop_assert_eq!(finding, code::Finding::Pdf),
        }
    }

    #[test]
    fn what_is_written_is_read(bits in any::<u128>(), number in "[ 0-9A-Za-zあ漢𠮷号\n]{0,80}", page in 1u16..999, more in 0u16..9) {
        let mark = Mark::of(Side::Inquiry, InquiryId::from_bits(bits), &paper(&number), page, page + more);
        prop_assert_eq!(Mark::parse(&mark.text()), Ok(mark.clone()));
        prop_assert_eq!(mark.holds(InquiryId::from_bits(bits), &paper(&number)), Ok(()));
    }

    #[test]
    fn no_text_makes_it_fall(text in "(RENKEI1? ?)?[IA]? ?\\PC{0,120}") {
        if let Ok(mark) = Mark::parse(&text) {
            prop_assert_eq!(mark.text(), text);
        }
    }
}
