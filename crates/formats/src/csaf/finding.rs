//! Findings about advisories: where, what, and the test that says so; never what stood there.

use renkei_core::text::Language;

/// A finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Finding {
    /// The place as a JSON pointer (RFC 6901: `/document/tracking/id`); empty: the document as a whole. A name that
    /// does not look like one is shown as `?`.
    pub place: String,
    /// What is wrong.
    pub code: Code,
    /// The section of the mandatory test that fails (`6.1.27.4`); `None`: the schema of section 3.
    pub test: Option<&'static str>,
}

/// What a finding means for the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weight {
    /// The document breaks the standard and was kept as it came.
    Broken,
    /// Worth knowing.
    Note,
}

impl Weight {
    /// The stable word in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Broken => "broken",
            Self::Note => "note",
        }
    }
}

catalogue! {
    OtherVersion "R110" Broken "CSAF の版が 2.0 でない" "the version of CSAF is not 2.0";
    Missing "R111" Broken "必要な項目がない" "a required property is missing";
    WrongShape "R112" Broken "値の形が違う" "the value has another shape than its property";
    Empty "R113" Broken "空であるか、数が足りない" "a text, list or object is empty or has too few entries";
    BadText "R114" Broken "日時・URI・識別子などの書き方が正しくない" "a date, URI, identifier or other text is not written as its property wants";
    NotEnum "R115" Broken "決められた語でない" "the word is not one of its closed vocabulary";
    Repeated "R116" Broken "一覧に同じものが二度ある" "a list holds the same entry twice";
    Unknown "R117" Note "標準にない項目である" "the property is not one of the standard";
    NoProduct "R118" Broken "製品 ID の定義がない" "a product id is used and not defined";
    ProductTwice "R119" Broken "製品 ID が二度定義されている" "a product id is defined twice";
    Circle "R120" Broken "製品の関係が循環している" "products are defined by themselves";
    NoGroup "R121" Broken "製品グループ ID の定義がない" "a group id is used and not defined";
    GroupTwice "R122" Broken "製品グループ ID が二度定義されている" "a group id is defined twice";
    Contradiction "R123" Broken "製品の状態が矛盾している" "a product has two statuses that contradict each other";
    ScoreTwice "R124" Broken "一つの製品に同じ版の CVSS が二つある" "a product has two scores of one version of CVSS";
    BadCvss "R125" Broken "CVSS の形が正しくない" "the CVSS is not as its schema wants it";
    OtherScore "R126" Broken "CVSS の値が計算と合わない" "a score or severity is not what the vector gives";
    OtherMetric "R127" Broken "CVSS の項目がベクトルと合わない" "a metric is not what the vector says";
    BadPurl "R128" Broken "パッケージ URL (purl) が正しくない" "the package URL is not sound";
    Unsorted "R129" Broken "改訂履歴の順序が日付と合わない" "the versions do not rise with the dates of the revision history";
    Gap "R130" Broken "改訂履歴に抜け又は重複がある" "the revision history lacks a version or has it twice";
    OtherRevision "R131" Broken "文書の版が最新の改訂と合わない" "the version is not that of the last revision, or is counted in another way";
    StatusVersion "R132" Broken "文書の状態と版が合わない" "the status does not go with the versions";
    Languages "R133" Broken "原文の言語がないか、文書の言語と同じである" "the language of the original is missing or that of the document";
    UsedTwice "R134" Broken "CVE、関与の記載又はハッシュ方式が重複している" "a CVE, an involvement or a hash algorithm is used twice";
    Category "R135" Broken "文書の区分に使えない語である" "the category of the document is a reserved word or like one";
    Profile "R136" Broken "プロファイルが求めるものがない、又は許さないものがある" "the profile wants something that is missing, or forbids something that is there";
    ForNoProduct "R137" Broken "対策又はフラグの対象製品がない、又は重なっている" "a remediation or flag names no product, or flags overlap";
    Range "R138" Broken "製品の版に範囲が書かれている" "a range stands where one version belongs";
    More "R139" Note "他にもあるが、ここまでとした" "there is more; the rest was not looked at or not told";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_on_the_page() {
        let page = include_str!("../../../../docs/csaf.md");
        let codes: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        for code in Code::ALL {
            let (ja, en) = (code.label(Language::Ja), code.label(Language::En));
            let row = format!("| {} | {} | {ja} | {en} |", code.as_str(), code.weight().word());
            assert!(page.contains(&row), "docs/csaf.md lacks:\n{row}");
        }
        let all: Vec<_> = (110..140).map(|number| format!("R{number}")).collect();
        assert_eq!(codes, all);
    }
}
