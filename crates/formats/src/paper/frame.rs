//! What stands on every page around the body: code, number, title, digest, page number.

use qrcode::bits::Bits;
use qrcode::{Color, EcLevel, QrCode, Version};
use renkei_core::id::Digest;

use super::mark::{Mark, Side};
use super::record::{FrameWords, PrintError, Printed, Record};
use super::sheet::{BOTTOM, Keep, LEFT, MM, Place, Role, Sheets, Style, Thing, WIDE};
use super::write::{About, write};

/// Where the code stands, and how large it is without its quiet zone.
const CODE: (f32, f32) = (LEFT, 13.0 * MM);
const SIDE: f32 = 27.0 * MM;
/// Where what stands beside it begins.
const BESIDE: f32 = LEFT + SIDE + 4.0 * MM;
/// The most pages of a form: 500 items with long subjects need about a hundred.
pub(super) const PAGES: u16 = 999;

/// Puts the frame around what was laid out, and writes it.
pub(super) fn finish(
    mut sheets: Sheets<'_>,
    side: Side,
    record: &Record<'_>,
    words: &FrameWords,
) -> Result<Printed, PrintError> {
    let pages =
        u16::try_from(sheets.pages.len()).ok().filter(|pages| *pages <= PAGES).ok_or(PrintError::Pages(PAGES))?;
    let root = sheets.root();
    let alternative = format!("{} {}", words.code, record.paper.number);
    for page in 1..=pages {
        let mark = Mark::of(side, record.inquiry, record.paper, page, pages);
        let modules = modules(&mark).ok_or(PrintError::Code)?;
        let node = sheets.node(root, Role::Figure(alternative.clone()));
        let at = usize::from(page - 1);
        sheets.put_on(at, Some(node), Thing::Code { x: CODE.0, y: CODE.1, side: SIDE, modules });
        head(&mut sheets, at, side, record, words);
        foot(&mut sheets, at, record, words, pages);
    }
    let digest = Digest::of(&[side.word().as_bytes(), &record.paper.digest().0].concat());
    let about = About {
        title: format!("{} {}", words.title, record.paper.number),
        language: words.language.clone(),
        at: record.at,
        id: format!("renkei:{}:{digest}:{}", record.inquiry, record.at.0),
    };
    sheets.findings.sort_unstable();
    sheets.findings.dedup();
    Ok(Printed { pdf: write(&sheets, &about)?, pages, findings: sheets.findings })
}

fn head(sheets: &mut Sheets<'_>, page: usize, side: Side, record: &Record<'_>, words: &FrameWords) {
    let number = &record.paper.number;
    let right = Place { x: BESIDE, y: 16.0 * MM, width: LEFT + WIDE - BESIDE, keep: Keep::Right };
    if page == 0 {
        let node = Some(sheets.front);
        let used = sheets.write(page, node, right, Style::of(11.0), number);
        // The date of an answer is for who answers to write.
        if side == Side::Inquiry {
            let below = Place { y: right.y + used, ..right };
            sheets.write(page, node, below, Style::of(11.0), &record.date);
        }
    } else {
        let title = format!("{}{}", words.title, words.continued);
        let used = sheets.write(page, None, right, Style::of(10.0).strong(), &title);
        let below = Place { y: right.y + used, ..right };
        sheets.write(page, None, below, Style::of(9.0).soft(), number);
    }
}

fn foot(sheets: &mut Sheets<'_>, page: usize, record: &Record<'_>, words: &FrameWords, pages: u16) {
    let y = BOTTOM + 4.0 * MM;
    let (from, to) = ((LEFT, y), (LEFT + WIDE, y));
    sheets.put_on(page, None, Thing::Line { from, to, width: 0.4, grey: 150, dotted: false });
    let style = Style::of(6.5).soft();
    let narrow = WIDE - 24.0 * MM;
    let at = Place { x: LEFT, y: y + 1.2 * MM, width: narrow, keep: Keep::Left };
    let digest = format!("{} {}", words.digest, record.paper.digest());
    let used = sheets.write(page, None, at, style, &digest);
    sheets.write(page, None, Place { y: at.y + used, ..at }, style, &words.note);
    let number = Place { x: LEFT + narrow, width: WIDE - narrow, keep: Keep::Right, ..at };
    sheets.write(page, None, number, Style::of(9.0), &format!("{} / {pages}", page + 1));
}

/// The modules of a code, row by row: at level Q, where a quarter may be damaged, if it fits in 65 modules.
///
/// What stands before the number goes as alphanumeric characters, the number as bytes of UTF-8: left to
/// itself, the library takes some of those bytes for Shift JIS.
fn modules(mark: &Mark) -> Option<Vec<bool>> {
    let text = mark.text();
    let fixed = text.strip_suffix(mark.number.as_str())?;
    let sizes =
        [EcLevel::Q, EcLevel::M, EcLevel::L].into_iter().flat_map(|level| (1..=12).map(move |size| (level, size)));
    sizes.into_iter().find_map(|(level, size)| {
        let mut bits = Bits::new(Version::Normal(size));
        bits.push_alphanumeric_data(fixed.as_bytes()).ok()?;
        bits.push_byte_data(mark.number.as_bytes()).ok()?;
        bits.push_terminator(level).ok()?;
        let code = QrCode::with_bits(bits, level).ok()?;
        Some(code.to_colors().into_iter().map(|color| color == Color::Dark).collect())
    })
}
