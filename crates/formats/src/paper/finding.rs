//! Findings of a printed form: characters that its font does not have, and where they stand.

/// A character that cannot be shown. In its place stands `〓`, as printers do; such a form should not go out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// In which text of the form, beginning with it.
    pub text: String,
    /// Where in it, in characters from 0.
    pub at: usize,
    /// The character.
    pub character: char,
    /// Why it is missing.
    pub missing: Missing,
}

/// Why a character cannot be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Missing {
    /// The font has no glyph for it.
    Glyph,
    /// It is a control character or of private use (外字), which means nothing elsewhere.
    Meaning,
}

impl Missing {
    /// The stable word in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Glyph => "no-glyph",
            Self::Meaning => "no-meaning",
        }
    }

    /// Whether a character means nothing elsewhere, whatever the font has.
    pub(super) const fn of(character: char) -> Option<Self> {
        match character {
            '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' => Some(Self::Meaning),
            '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}' => Some(Self::Meaning),
            // Marks of direction would let a form read otherwise than its bytes (UAX #9); the rest are marks of order.
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fffe}' => {
                Some(Self::Meaning)
            }
            _ => None,
        }
    }
}
