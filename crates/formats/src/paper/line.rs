//! Where a Japanese text breaks into lines (JIS X 4051: 行頭禁則, 行末禁則; words of Latin letters stay whole).

use std::ops::Range;

use super::face::{Glyph, Shaped};

/// What does not begin a line (JIS X 4051, 行頭禁則文字): closing brackets, commas, stops, small kana, repeat marks.
const NOT_FIRST: &str = "、。，．・：；？！）」』】〕》〉｝］〗〙’”ー―～〜…‥々ゝゞヽヾぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶ%％℃,.:;?!)]}";
/// What does not end a line (JIS X 4051, 行末禁則文字): opening brackets, signs before a sum, boxes before their word.
const NOT_LAST: &str = "（「『【〔《〈｛［〖〘‘“([{￥¥＄$№□■";

/// The glyphs of each line of a text, for a width in parts of the font's size.
///
/// A word or a row of marks that is wider than a whole line is broken where the line ends. Each glyph
/// stands in exactly one line; a blank at the end of a line may stand beyond its width.
pub(super) fn lines(shaped: &Shaped, width: f32) -> Vec<Range<usize>> {
    let glyphs = &shaped.glyphs;
    let (mut lines, mut begin) = (Vec::new(), 0);
    while begin < glyphs.len() {
        let end = end_of_line(glyphs, begin, width);
        lines.push(begin..end);
        begin = end;
    }
    if lines.is_empty() {
        lines.push(0..0);
    }
    lines
}

/// Where the line that begins with a glyph ends; at least one glyph further.
fn end_of_line(glyphs: &[Glyph], begin: usize, width: f32) -> usize {
    let (mut used, mut last_break) = (0.0, None);
    for (at, glyph) in glyphs.iter().enumerate().skip(begin) {
        used += glyph.advance;
        // Rounding must not push out what just fits.
        if used > width + 0.001 && !glyph.shown.is_whitespace() {
            return last_break.unwrap_or(at).max(begin + 1);
        }
        if let Some(next) = glyphs.get(at + 1)
            && may_break(glyph.shown, next.shown)
        {
            last_break = Some(at + 1);
        }
    }
    glyphs.len()
}

/// Whether a line may end between two characters.
fn may_break(before: char, after: char) -> bool {
    if after.is_whitespace() || NOT_FIRST.contains(after) || NOT_LAST.contains(before) {
        return false;
    }
    // A date stays whole; a hyphen in a name may end a line.
    let joint = matches!(before, '-' | '/' | '@' | '_') && !after.is_ascii_digit();
    before.is_whitespace() || joint || is_wide(before) || is_wide(after)
}

/// Whether a character is written in a square of its own: kana, kanji, their marks, full-width forms.
const fn is_wide(character: char) -> bool {
    matches!(character, '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}'
        | '\u{ff01}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}' | '\u{20000}'..='\u{3fffd}' | '\u{25a0}'..='\u{25ff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A text of which wide characters are one em, others half of it.
    fn shaped(text: &str) -> Shaped {
        let glyph = |(at, shown): (usize, char)| Glyph {
            id: 1,
            shown,
            advance: if is_wide(shown) { 1.0 } else { 0.5 },
            bytes: at..at + shown.len_utf8(),
        };
        Shaped { text: text.to_owned(), glyphs: text.char_indices().map(glyph).collect() }
    }

    fn broken(text: &str, width: f32) -> String {
        let shaped = shaped(text);
        let lines: Vec<_> = lines(&shaped, width).into_iter().map(|line| shaped.part(line).text).collect();
        lines.join("|")
    }

    #[test]
    fn marks_stay_where_they_belong() {
        assert_eq!(broken("登録者の氏名、住所。", 6.0), "登録者の氏|名、住所。");
        assert_eq!(broken("これは「引用」である", 4.0), "これは|「引用」|である");
        assert_eq!(broken("ネットワーク", 4.0), "ネット|ワーク");
        assert_eq!(broken("サーバー", 2.0), "サー|バー");
    }

    #[test]
    fn words_stay_whole_where_they_can() {
        assert_eq!(broken("宛先はuser@mail.exampleです", 9.0), "宛先はuser@|mail.exampleです");
        assert_eq!(broken("two words", 3.0), "two |words");
        assert_eq!(broken("mail-provider 2026-11-22", 6.0), "mail-|provider |2026-11-22");
        assert_eq!(broken("□回答　□その他", 4.0), "□回答　|□その他");
        assert_eq!(broken("0123456789abcdef", 4.0), "01234567|89abcdef");
        assert_eq!(broken("", 4.0), "");
    }

    proptest! {
        /// Nothing is lost or said twice, no line is empty or too wide, and marks stand where they may.
        #[test]
        fn lines_are_the_text(text in "[あ漢、。」（「ーa-c0-9 .@]{0,60}", width in 1u8..20) {
            let shaped = shaped(&text);
            let lines = lines(&shaped, f32::from(width));
            let parts: Vec<_> = lines.iter().map(|line| shaped.part(line.clone())).collect();
            prop_assert_eq!(parts.iter().map(|part| part.text.as_str()).collect::<String>(), text.clone());
            for part in &parts {
                prop_assert!(text.is_empty() || !part.glyphs.is_empty());
                prop_assert!(part.width(1.0, 0.0) <= f32::from(width) + 0.002 || part.glyphs.len() == 1, "{}", part.text);
            }
        }
    }
}
