//! What people type: full-width forms, spaces around it, dashes that are hyphens.

use alloc::string::{String, ToString};

use super::reason::Reason;

/// No identifier is longer, in bytes as typed: more is not looked at.
const LONGEST: usize = 2048;

/// The ASCII character that a full-width one (U+FF01 to U+FF5E, U+3000) stands for; others as they are.
const fn narrow(typed: char) -> char {
    match typed {
        '\u{3000}' => ' ',
        '\u{FF01}'..='\u{FF5E}' => {
            // The block lies in the order of ASCII, so that the difference fits a byte.
            (typed as u32 - 0xFEE0) as u8 as char
        }
        other => other,
    }
}

/// A dash that is typed where a hyphen is meant; others as they are.
const fn hyphen(typed: char) -> char {
    match typed {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{30FC}' | '\u{FF70}' => '-',
        other => other,
    }
}

/// A text in ASCII as far as full-width forms go, without the spaces around it.
pub(super) fn plain(text: &str) -> Result<String, Reason> {
    if text.len() > LONGEST {
        return Err(Reason::TooLong);
    }
    let narrowed: String = text.chars().map(narrow).collect();
    match narrowed.trim() {
        "" => Err(Reason::Empty),
        trimmed => Ok(trimmed.to_string()),
    }
}

/// The same where dashes can only be hyphens, between digits.
pub(super) fn with_hyphens(text: &str) -> Result<String, Reason> {
    Ok(plain(text)?.chars().map(hyphen).collect())
}

/// Whether nobody sees it: spaces, controls, formatting characters, fillers, selectors (the general
/// categories Z and Cf of Unicode, and what has `Default_Ignorable_Code_Point`).
pub(super) fn is_invisible(character: char) -> bool {
    character.is_whitespace()
        || character.is_control()
        || matches!(character,
            '\u{00AD}' | '\u{034F}' | '\u{0600}'..='\u{0605}' | '\u{061C}' | '\u{06DD}' | '\u{070F}'
            | '\u{0890}'..='\u{0891}' | '\u{08E2}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
            | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{110BD}' | '\u{110CD}' | '\u{13430}'..='\u{1343F}'
            | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_width_and_dashes_are_read() {
        assert_eq!(plain("\u{3000}ａＢ１＠．\u{3000}").unwrap(), "aB1@.");
        assert_eq!(plain("！～").unwrap(), "!~");
        assert_eq!(with_hyphens("1‐2‑3–4—5−6ー7－8").unwrap(), "1-2-3-4-5-6-7-8");
        assert_eq!(plain("1−2").unwrap(), "1−2");
    }
}
