//! Findings about events: where, what; never what stood there.

use renkei_core::text::Language;

/// A finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Finding {
    /// The place in the event, in the selector syntax of STIX (`Attribute.[3]`, `Object.[0].Attribute.[1]`); empty:
    /// the event as a whole.
    pub path: String,
    /// What is wrong.
    pub code: Code,
}

/// What a finding means for what was converted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weight {
    /// It was not turned into an object and stays whole in the extension.
    Kept,
    /// Something that the other form cannot say.
    Inexact,
    /// It is gone.
    Lost,
}

impl Weight {
    /// The stable word in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Inexact => "inexact",
            Self::Lost => "lost",
        }
    }
}

catalogue! {
    BadUuid "M001" Kept "UUID がないか、正しくない" "the uuid is missing or is none";
    NoValue "M002" Kept "種別又は値がない" "the type or the value is missing";
    NoTime "M003" Inexact "時刻がなく、1970 年とした" "there is no time; 1970 stands for it";
    NoCounterpart "M010" Kept "STIX に対応するものがない種別である" "the type has no exact counterpart in STIX";
    BadValue "M011" Kept "値がその種別の形でない" "the value is not one of its type";
    NotSought "M012" Kept "検知の対象とされておらず、観測データとしては表せない" "it is not to be looked for, and observed data cannot say it";
    Deleted "M013" Kept "削除済みの属性である" "the attribute is deleted";
    Galaxy "M014" Kept "ギャラクシーは拡張の中に残した" "galaxies stay in the extension";
    Proposal "M015" Kept "提案は拡張の中に残した" "proposals stay in the extension";
    Group "M020" Inexact "共有グループは TLP では表せない" "a sharing group cannot be said by TLP";
    Hops "M021" Inexact "接続先の範囲は TLP では表せない" "how many hops it may go cannot be said by TLP";
    NoDistribution "M022" Inexact "配布範囲が分からない" "the distribution is missing or unknown";
    TwoLevels "M023" Inexact "TLP 又は PAP が二つ以上ある" "there is more than one level of TLP or PAP; the strictest counts";
    Withdrawn "M030" Lost "元の属性を持つオブジェクトが来なかった" "the object that carries an attribute did not come along";
    NoEventForm "M031" Lost "MISP では表せないオブジェクトである" "the object has no counterpart in MISP";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_on_the_page() {
        let page = include_str!("../../../../docs/sharing-formats.md");
        for code in Code::ALL {
            let (ja, en) = (code.label(Language::Ja), code.label(Language::En));
            let row = format!("| {} | {} | {ja} | {en} |", code.as_str(), code.weight().word());
            assert!(page.contains(&row), "docs/sharing-formats.md lacks:\n{row}");
        }
    }
}
