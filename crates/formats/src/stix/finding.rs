//! Findings about objects: which object, which property, what; never what stood there.

use renkei_core::text::Language;

use super::id::Id;

/// A finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Finding {
    /// The place of the object among those that came together, from 0; `None`: what stood around them.
    pub object: Option<usize>,
    /// Its identifier, if it has a sound one.
    pub id: Option<Id>,
    /// The property, in the selector syntax of section 7.2.3.1 (`external_references.[0].url`); empty: the
    /// object as a whole. A name that does not look like one is shown as `?`.
    pub path: String,
    /// What is wrong.
    pub code: Code,
}

/// What a finding means for the object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weight {
    /// The object cannot be taken: nobody could refer to it.
    Refused,
    /// The object breaks the standard and was kept as it came.
    Broken,
    /// Worth knowing.
    Note,
}

impl Weight {
    /// The stable word in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Broken => "broken",
            Self::Note => "note",
        }
    }
}

catalogue! {
    NoObject "X001" Refused "オブジェクトではない" "the entry is not an object";
    NoType "X002" Refused "種別がないか、種別の形でない" "the type is missing or cannot be one";
    BadId "X003" Refused "ID がないか、正しくない" "the id is missing or not sound";
    OtherType "X004" Refused "ID の種別がオブジェクトの種別と違う" "the id is that of another type";
    Conflict "X005" Broken "同じ ID・同じ版で内容の違うものがある" "another content has the same id and version";
    Repeated "X006" Note "同じものが二度ある" "the same object came before";
    OddUuid "X007" Note "ID の UUID が RFC 9562 の版・変種でない" "the uuid of the id has no version of RFC 9562";
    WrongVersion "X010" Broken "STIX の版が 2.1 でも 2.0 でもない" "the version of STIX is neither 2.1 nor 2.0";
    Older "X011" Note "STIX 2.0 のオブジェクトである" "the object is one of STIX 2.0";
    Custom "X012" Note "標準にない種別である" "the type is not one of the standard";
    Missing "X020" Broken "必要な項目がない" "a required property is missing";
    WrongShape "X021" Broken "値の形が違う" "the value has another shape than its property";
    Empty "X022" Broken "空の一覧又は空の辞書である" "a list or dictionary is empty";
    BadTime "X023" Broken "時刻が正しくない" "the time does not exist or is not written as RFC 3339 has it";
    NotUtc "X024" Broken "時刻が UTC(Z)でない" "the time is not in UTC, written with Z";
    BadHex "X025" Broken "16 進数でない" "the text is not hexadecimal";
    BadBase64 "X026" Broken "base64 でない" "the text is not base64";
    OutOfRange "X027" Broken "数が範囲の外にある" "the number is out of its range";
    BadDigest "X028" Broken "ハッシュ値の長さ又は文字が正しくない" "the digest does not fit its algorithm";
    BadName "X029" Broken "項目の名前に使えない文字がある" "the name of a property or key has characters that it may not";
    NotEnum "X030" Broken "決められた語でない" "the word is not one of its closed vocabulary";
    NotOpen "X031" Note "語彙にない語である" "the word is not one of its open vocabulary";
    BadReference "X032" Broken "参照が ID でない" "the reference is not an id";
    WrongTarget "X033" Broken "その種別は参照できない" "the reference is to a type that it cannot be to";
    NoSuchPlace "X034" Broken "取扱いの指定先がない" "a selector points at nothing";
    BadExtension "X035" Broken "拡張の形が正しくない" "the extension is not an object with properties";
    OldExtension "X036" Note "拡張の名前が標準のものでない" "the extension is neither predefined nor defined by an id";
    Reversed "X040" Broken "終わりが始めより前にある" "an end is before its beginning";
    ModifiedBefore "X041" Broken "更新が作成より前である" "the version is older than the object";
    NoneOf "X042" Broken "どれか一つ必要な項目が一つもない" "none of several properties is there, of which one must be";
    Together "X043" Broken "一緒には書けない項目がある" "two properties are there that exclude each other";
    Companion "X044" Broken "対になる項目がない" "a property is there without the one that it needs";
    OtherScoId "X050" Note "観測対象の ID が内容から計算したものと違う" "the id is not what the contents give (section 2.9)";
    BadPattern "X060" Broken "検知パターンが読めない" "the pattern cannot be read";
    More "X099" Note "他にもあるが、ここまでとした" "there is more; the rest was left out";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_on_the_page() {
        let page = include_str!("../../../../docs/sharing-formats.md");
        let mut codes: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        for code in Code::ALL {
            let (ja, en) = (code.label(Language::Ja), code.label(Language::En));
            let row = format!("| {} | {} | {ja} | {en} |", code.as_str(), code.weight().word());
            assert!(page.contains(&row), "docs/sharing-formats.md lacks:\n{row}");
        }
        codes.dedup();
        assert!(codes.len() == Code::ALL.len() && codes.is_sorted());
    }
}
