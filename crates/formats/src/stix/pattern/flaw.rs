//! Why a text is no pattern: where, and what.

use renkei_core::text::Language;

/// Why a text is no pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the pattern cannot be read at byte `{offset}`: `{}`", .code.as_str())]
pub struct Flaw {
    /// Where, in bytes from the beginning.
    pub offset: usize,
    /// What is wrong.
    pub code: Code,
}

/// Makes the catalogue: variant, code, label in both languages.
macro_rules! catalogue {
    ($($variant:ident $code:literal $ja:literal $en:literal;)+) => {
        /// The stable code of a flaw. Codes are never given a second meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $en] $variant,)+
        }

        impl Code {
            /// Every code, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The code as written (`X103`).
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// What was found, in a few words.
            pub const fn label(self, language: Language) -> &'static str {
                match (self, language) {
                    $((Self::$variant, Language::Ja) => $ja, (Self::$variant, Language::En) => $en,)+
                }
            }
        }
    };
}

catalogue! {
    TooLong "X100" "パターンが長すぎる" "the pattern is too long";
    TooDeep "X101" "括弧の入れ子が深すぎる" "parentheses are nested too deeply";
    Character "X102" "使えない文字がある" "a character has no place in a pattern";
    OpenText "X103" "引用符が閉じていない" "a quote is not closed";
    BadEscape "X104" "逆斜線の後ろが引用符でも逆斜線でもない" "what follows a backslash is neither a quote nor a backslash";
    BadLiteral "X105" "値の書き方が正しくない" "a constant is not written as its kind wants";
    Unexpected "X106" "文法上ここにない語がある" "a word stands where the grammar has another";
    Ended "X107" "途中で終わっている" "the pattern ends too early";
    OutOfRange "X108" "数が範囲の外にある、又は終わりが始めより前にある" "a bound is zero or ends before it begins";
    MixedTypes "X109" "一つの観測の中で種別の違うものを AND で結んでいる" "types that differ are joined by AND in one observation";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_on_the_page() {
        let page = include_str!("../../../../../docs/sharing-formats.md");
        for code in Code::ALL {
            let row = format!("| {} | {} | {} |", code.as_str(), code.label(Language::Ja), code.label(Language::En));
            assert!(page.contains(&row), "docs/sharing-formats.md lacks:\n{row}");
        }
    }
}
