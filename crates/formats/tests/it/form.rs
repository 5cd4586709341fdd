//! An inquiry to be printed, its words, its fonts, and the programs that look at what was printed.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use renkei_core::class::DataClass;
use renkei_core::id::InquiryId;
use renkei_core::inquiry::Instrument;
use renkei_core::inquiry::answer::{Answer, Answered, Sealed};
use renkei_core::inquiry::identifier::Kind;
use renkei_core::inquiry::item::{Ground, Item, Outcome, Window};
use renkei_core::inquiry::paper::{Paper, Salt};
use renkei_core::time::Moment;
use renkei_formats::paper::{
    AnswerWords, Faces, FrameWords, InquiryWords, ItemLine, NOTO, Printed, Record, StageLine, inquiry,
};

/// 2026-11-22T03:00:00Z.
pub const NOW: Moment = Moment(1_795_316_400_000_000);

fn font(file: &str) -> Vec<u8> {
    let path = Path::new(NOTO.folder).join(file);
    fs::read(&path).unwrap_or_else(|_| panic!("{} is missing: apt-get install {}", path.display(), NOTO.package))
}

/// The Japanese faces of Debian's fonts-noto-cjk.
pub static FACES: LazyLock<Faces> =
    LazyLock::new(|| Faces::noto(font(NOTO.text), font(NOTO.strong)).expect("faces of Noto"));

/// An inquiry with items, every second of which asks for a span of time.
pub fn paper(items: u32) -> Paper {
    let item = |number: u32| Item {
        number,
        kind: if number.is_multiple_of(2) { Kind::Phone } else { Kind::Mail },
        value: match number {
            3 => "a-rather-long-local-part.of-an-address+with-a-tag@registration.mail-provider.example".to_owned(),
            odd if !odd.is_multiple_of(2) => format!("user-{number}@mail.example"),
            _ => format!("+81900000{number:04}"),
        },
        field: "holder-name".to_owned(),
        class: DataClass::Registration,
        borderline: false,
        window: number.is_multiple_of(2).then(|| Window {
            from: NOW,
            until: NOW.plus_days(1),
            zone: "Asia/Tokyo".to_owned(),
        }),
    };
    Paper {
        number: "青サ照 第2026-12号".to_owned(),
        salt: Some(Salt(0x5a17)),
        asker: "aoba-police".parse().unwrap(),
        section: "サイバー犯罪対策課".to_owned(),
        officer: "aoba-desk".parse().unwrap(),
        recipient: "mail-provider".parse().unwrap(),
        instrument: Instrument::Inquiry,
        form: 1,
        basis: "刑事訴訟法第197条第2項".to_owned(),
        case: "不正アクセス行為（𠮷野家敷地内、辻󠄀・葛󠄀の字を含む件名）".to_owned(),
        purpose: "登録者の確認のため。照会する項目は別表のとおりであり、捜査に必要な範囲に限る（「氏名」、「住所」及び「電話番号」）。".to_owned(),
        days: 0,
        items: (1..=items).map(item).collect(),
    }
}

/// The record of an inquiry.
pub fn record(paper: &Paper) -> Record<'_> {
    let span = |item: &Item| match item.window {
        Some(_) => {
            "2026-11-22（日）12:00 から\n2026-11-23（月）12:00 まで（日本時間）\n2026-11-22T03:00:00Z – 2026-11-23T03:00:00Z"
        }
        None => "回答する時点",
    };
    let line = |item: &Item| ItemLine {
        kind: if item.kind == Kind::Mail { "メールアドレス" } else { "電話番号" }.to_owned(),
        field: "契約者の氏名又は名称".to_owned(),
        class: "登録者情報".to_owned(),
        span: span(item).to_owned(),
    };
    let stage = |name: &str, seat: &str, signed: &str| StageLine {
        name: name.to_owned(),
        seat: seat.to_owned(),
        signed: signed.to_owned(),
    };
    Record {
        inquiry: InquiryId::from_bits(0x0190_0000_0000_7000_8000_0000_0000_002a),
        paper,
        asker: "青葉県警察本部長".to_owned(),
        recipient: "メール事業者株式会社\n情報開示担当".to_owned(),
        date: "令和8年11月22日".to_owned(),
        instrument: "捜査関係事項照会（登録者情報）".to_owned(),
        officer: "照会担当（aoba-desk）\n電話 000-0000-0000".to_owned(),
        due: "令和8年11月29日（日）".to_owned(),
        days: String::new(),
        items: paper.items.iter().map(line).collect(),
        stages: vec![
            stage("起案", "aoba-desk", "11-20 09:12"),
            stage("係長", "aoba-chief", "11-20 11:40"),
            stage("課長", "aoba-manager", "11-21 10:05"),
            stage("所属長", "aoba-head", "11-22 11:30"),
        ],
        at: NOW,
    }
}

fn frame(title: &str, alternative: &str) -> FrameWords {
    FrameWords {
        language: "ja".to_owned(),
        title: title.to_owned(),
        honorific: "御中".to_owned(),
        continued: "（続き）".to_owned(),
        digest: "書面のSHA-256".to_owned(),
        note: "この用紙は renkei の様式であり、官公署の定める様式ではない。2次元コードは照会を見つけて確かめるためのもので、個人に関する情報を含まない。".to_owned(),
        code: alternative.to_owned(),
    }
}

/// Words of the form in Japanese, none of them a phrase of law.
pub fn inquiry_words() -> InquiryWords {
    let word = str::to_owned;
    InquiryWords {
        frame: frame("捜査関係事項照会書", "照会を見つけて確かめる2次元コード"),
        seal: word("公印"),
        lead: word(
            "　次の事項について照会します。回答は、同封の回答書、電子回線又は事前に定めた方法によってください。",
        ),
        below: word("記"),
        instrument: word("照会の種類"),
        basis: word("法令上の根拠"),
        case: word("件名"),
        purpose: word("目的"),
        days: word("保全を求める期間"),
        due: word("回答希望日"),
        officer: word("取扱担当"),
        items: word("照会事項"),
        columns: ["番号", "対象", "求める項目", "対象とする期間"].map(word),
        stages: word("決裁"),
    }
}

/// Words of the answer's form in Japanese.
pub fn answer_words() -> AnswerWords {
    let word = str::to_owned;
    AnswerWords {
        frame: frame("回答書", "照会を見つけて確かめる2次元コード"),
        seal: word("社印"),
        lead: word("　照会のあった事項について、次のとおり回答します。"),
        below: word("記"),
        number: word("照会の文書番号"),
        asked_on: word("照会の日"),
        case: word("件名"),
        answered_on: word("回答の日"),
        own_number: word("回答の文書番号"),
        desk: word("回答担当・連絡先"),
        items: word("回答事項"),
        columns: ["番号", "照会事項", "回答"].map(word),
        outcomes: ["回答する", "該当する情報なし", "回答しない"].map(word),
        ground: word("回答しない理由："),
        grounds: ["通信の秘密", "様式にない項目", "特定できない", "保存期間外", "法務の判断", "その他"].map(word),
        content: word("回答の内容"),
        remark: word("備考"),
        files: word("封緘して渡したファイル"),
        file_columns: ["名前", "バイト数", "SHA-256"].map(word),
    }
}

/// An answer: the first item disclosed, the second without data, the others refused.
pub fn answered(record: &Record<'_>) -> Answer {
    let items = record.paper.items.iter().map(|item| {
        let (outcome, ground) = match item.number {
            1 => (Outcome::Disclosed, None),
            2 => (Outcome::NoData, None),
            _ => (Outcome::Refused, Some(Ground::Unspecific)),
        };
        let remark = if item.number == 2 { "旧サービスの番号であり、登録はない。" } else { "" };
        Answered { number: item.number, outcome, ground, remark: remark.to_owned() }
    });
    Answer {
        inquiry: record.inquiry,
        paper: record.paper.digest(),
        items: items.collect(),
        files: vec![Sealed::of("answer.csv.age", b"sealed")],
    }
}

/// The form of an inquiry, printed.
pub fn printed(items: u32) -> Printed {
    let paper = paper(items);
    let printed = inquiry(&record(&paper), &inquiry_words(), &FACES).unwrap();
    assert_eq!(printed.findings, []);
    printed
}

/// Runs one of poppler's programs in a folder: flags, the PDF, what stands behind it. Gives what it says.
pub fn poppler(program: &str, folder: &Path, flags: &[&str], pdf: &[u8], behind: &[&str]) -> String {
    let path = folder.join("form.pdf");
    fs::write(&path, pdf).unwrap();
    let output = Command::new(program).args(flags).arg(&path).args(behind).current_dir(folder).output();
    let output = output.unwrap_or_else(|_| panic!("{program} is missing: apt-get install poppler-utils"));
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    // pdfinfo gives titles of the tree in UTF-16, among UTF-8.
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The pages of a PDF as poppler draws them: PNG, so many dots an inch.
pub fn pictures(pdf: &[u8], dpi: u32) -> Vec<Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    poppler("pdftoppm", folder.path(), &["-png", "-gray", "-r", &dpi.to_string()], pdf, &["page"]);
    let mut pages: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    pages.retain(|path| path.extension().is_some_and(|extension| extension == "png"));
    pages.sort();
    pages.into_iter().map(|path| fs::read(path).unwrap()).collect()
}
