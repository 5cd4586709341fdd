//! The forms on paper, as programs of others see them: text, fonts, tags, pages.

use renkei_core::inquiry::item::Ground;
use renkei_formats::paper::{Face, FaceError, Given, Missing, PrintError, Record, answer, inquiry};

use crate::form::{FACES, answer_words, answered, inquiry_words, paper, poppler, printed, record};

/// Without blanks, because readers put them where columns are.
fn dense(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
fn the_text_can_be_read_out_again() {
    let folder = tempfile::tempdir().unwrap();
    let text = poppler("pdftotext", folder.path(), &["-raw"], &printed(3).pdf, &["-"]);
    let text = dense(&text);
    for part in [
        "青サ照第2026-12号",
        "令和8年11月22日",
        "メール事業者株式会社",
        "青葉県警察本部長",
        "捜査関係事項照会書",
        "不正アクセス行為（𠮷野家敷地内、辻󠄀・葛󠄀の字を含む件名）",
        "刑事訴訟法第197条第2項",
        "user-1@mail.example",
        "+819000000002",
        "2026-11-22（日）12:00から",
        "a-rather-long-local-part.of-an-address+with-a-tag@registration.mail-provider.example",
        "所属長",
        "aoba-head",
        &paper(3).digest().to_string(),
    ] {
        assert!(text.contains(part), "{part} is missing in {text}");
    }
}

#[test]
fn fonts_are_embedded_as_subsets_with_their_characters() {
    let folder = tempfile::tempdir().unwrap();
    let printed = printed(3);
    let fonts = poppler("pdffonts", folder.path(), &[], &printed.pdf, &[]);
    let rows: Vec<Vec<&str>> = fonts.lines().skip(2).map(|line| line.split_whitespace().collect()).collect();
    assert!(rows.len() >= 2, "{fonts}");
    for row in rows {
        // … emb sub uni object generation
        let [.., embedded, subset, unicode, _, _] = row.as_slice() else { panic!("{fonts}") };
        assert_eq!([*embedded, *subset, *unicode], ["yes", "yes", "yes"], "{fonts}");
    }
    assert!(printed.pdf.len() < 200_000, "{} bytes", printed.pdf.len());
}

#[test]
fn the_file_says_that_it_is_tagged_and_for_archives() {
    let folder = tempfile::tempdir().unwrap();
    let pdf = printed(3).pdf;
    let about = poppler("pdfinfo", folder.path(), &[], &pdf, &[]);
    for part in ["Tagged:          yes", "A4", "捜査関係事項照会書", "JavaScript:      no", "Encrypted:       no"]
    {
        assert!(about.contains(part), "{part}: {about}");
    }
    let meta = poppler("pdfinfo", folder.path(), &["-meta"], &pdf, &[]);
    for part in ["pdfaid:part", "pdfaid:conformance", "pdfuaid:part"] {
        assert!(meta.contains(part), "{part}: {meta}");
    }
    let tree = poppler("pdfinfo", folder.path(), &["-struct-text"], &pdf, &[]);
    for part in ["H1", "Table", "TH", "TD", "Figure", "契約者の氏名又は名称"] {
        assert!(tree.contains(part), "{part}: {tree}");
    }
}

#[test]
fn the_same_record_is_the_same_file() {
    assert_eq!(printed(2), printed(2));
}

#[test]
fn long_lists_go_over_pages_with_head_and_number() {
    let folder = tempfile::tempdir().unwrap();
    let printed = printed(120);
    assert!(printed.pages > 5, "{}", printed.pages);
    for page in 1..=printed.pages {
        let number = page.to_string();
        let text = poppler("pdftotext", folder.path(), &["-raw", "-f", &number, "-l", &number], &printed.pdf, &["-"]);
        let text = dense(&text);
        assert!(text.contains(&format!("{page}/{}", printed.pages)), "{text}");
        assert_eq!(text.contains("（続き）"), page > 1, "{text}");
        assert!(text.contains("求める項目") || page == printed.pages, "{text}");
    }
    let all = dense(&poppler("pdftotext", folder.path(), &["-raw"], &printed.pdf, &["-"]));
    for item in paper(120).items {
        assert_eq!(all.matches(&dense(&item.value)).count(), 1, "{}", item.value);
    }
}

#[test]
fn one_cell_longer_than_a_page_is_not_lost() {
    let folder = tempfile::tempdir().unwrap();
    let mut long = paper(1);
    long.purpose = (0..900).map(|number| format!("第{number}の鰯、")).collect();
    let printed = inquiry(&record(&long), &inquiry_words(), &FACES).unwrap();
    let all = dense(&poppler("pdftotext", folder.path(), &["-raw"], &printed.pdf, &["-"]));
    assert!(printed.pages > 2);
    assert_eq!(all.matches('鰯').count(), 900);
    // What stands over the border of two pages has the foot of one between its parts.
    let whole = (0..900).filter(|number| all.contains(&format!("第{number}の鰯、"))).count();
    assert!(whole + usize::from(printed.pages) > 900, "{whole} of 900 on {} pages", printed.pages);
}

#[test]
fn what_a_font_does_not_have_is_found_and_marked() {
    let mut odd = paper(1);
    odd.case = "外字\u{e000}と🦀".to_owned();
    let printed = inquiry(&record(&odd), &inquiry_words(), &FACES).unwrap();
    let found: Vec<_> =
        printed.findings.iter().map(|finding| (finding.text.as_str(), finding.at, finding.missing)).collect();
    assert_eq!(found, [("外字\u{e000}と🦀", 2, Missing::Meaning), ("外字\u{e000}と🦀", 4, Missing::Glyph)]);
    let folder = tempfile::tempdir().unwrap();
    assert!(poppler("pdftotext", folder.path(), &["-raw"], &printed.pdf, &["-"]).contains("外字〓と〓"));
}

#[test]
fn a_form_cannot_say_other_items_than_the_paper() {
    let paper = paper(2);
    let record = Record { items: Vec::new(), ..record(&paper) };
    assert_eq!(inquiry(&record, &inquiry_words(), &FACES), Err(PrintError::Items));
    assert_eq!(answer(&record, None, &answer_words(), &FACES), Err(PrintError::Items));
}

#[test]
fn an_answer_has_a_place_for_each_item() {
    let folder = tempfile::tempdir().unwrap();
    let paper = paper(3);
    let record = record(&paper);
    let blank = answer(&record, None, &answer_words(), &FACES).unwrap();
    let text = dense(&poppler("pdftotext", folder.path(), &["-raw"], &blank.pdf, &["-"]));
    assert_eq!(text.matches("□回答する").count(), 3, "{text}");
    assert_eq!(text.matches('■').count(), 0, "{text}");
    assert_eq!(text.matches("回答の内容").count(), 3, "{text}");

    let answer_given = answered(&record);
    let given = Given {
        answer: &answer_given,
        answered_on: "令和8年11月25日".to_owned(),
        own_number: "開示 2026-77".to_owned(),
        desk: "情報開示担当".to_owned(),
    };
    let filled = answer(&record, Some(&given), &answer_words(), &FACES).unwrap();
    let text = dense(&poppler("pdftotext", folder.path(), &["-raw"], &filled.pdf, &["-"]));
    for part in ["■回答する", "■該当する情報なし", "■回答しない", "■特定できない", "旧サービスの番号", "answer.csv.age"]
    {
        assert!(text.contains(part), "{part} is missing in {text}");
    }
    assert_eq!(text.matches('■').count(), 4, "{text}");

    let mut other = answer_given.clone();
    other.items[2].ground = Some(Ground::LegalDesk);
    other.items.pop();
    let given = Given { answer: &other, ..given };
    assert_eq!(answer(&record, Some(&given), &answer_words(), &FACES), Err(PrintError::Items));
}

#[test]
fn what_is_no_font_says_so() {
    let find = |bytes: &[u8], family: &str| Face::find(bytes.to_vec().into(), family).err();
    assert_eq!(find(b"no font", "Noto"), Some(FaceError::NoFont));
    let collection = std::fs::read("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc").unwrap();
    assert_eq!(find(&collection, "Noto Nothing"), Some(FaceError::NoFace("Noto Nothing".to_owned())));
    assert_eq!(find(&collection, "Noto Sans CJK KR"), None);
}
