//! Findings: where foreign data was not as it should be, with a stable code and never its content.

use std::sync::Arc;

use renkei_core::text::Language;

/// A finding: position and code. What stood there is in the quarantine or nowhere.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Finding {
    /// Line in which the record begins (1 is the first); 0: the file as a whole.
    pub line: u64,
    /// Offset of the record in the decompressed file, in bytes.
    pub offset: u64,
    /// Column concerned: its name if it looks like one, else `#` and its position from 1.
    pub column: Option<Arc<str>>,
    /// What is wrong.
    pub code: Code,
}

/// What a finding means for the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weight {
    /// Nothing was lost; worth knowing.
    Note,
    /// One value was dropped, the line stays.
    Field,
    /// The line was kept out and lies in quarantine.
    Line,
    /// The file as a whole.
    File,
}

impl Weight {
    /// The stable word in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Field => "field",
            Self::Line => "line",
            Self::File => "file",
        }
    }
}

/// Makes the catalogue: variant, code, weight, then label and help in both languages.
macro_rules! catalogue {
    ($($variant:ident $code:literal $weight:ident
        $label_ja:literal $label_en:literal
        $help_ja:literal $help_en:literal;)+) => {
        /// The stable code of a finding. Codes are never given a second meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $label_en] $variant,)+
        }

        impl Code {
            /// Every code, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The code as written (`R012`).
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// What it means for the data.
            pub const fn weight(self) -> Weight {
                match self { $(Self::$variant => Weight::$weight,)+ }
            }

            /// What was found, in a few words.
            pub const fn label(self, language: Language) -> &'static str {
                match (self, language) {
                    $((Self::$variant, Language::Ja) => $label_ja,
                      (Self::$variant, Language::En) => $label_en,)+
                }
            }

            /// What became of it and what to do.
            pub const fn help(self, language: Language) -> &'static str {
                match (self, language) {
                    $((Self::$variant, Language::Ja) => $help_ja,
                      (Self::$variant, Language::En) => $help_en,)+
                }
            }
        }
    };
}

catalogue! {
    Damaged "R001" File
        "圧縮ファイルが途中で切れているか壊れている" "the compressed file is cut or damaged"
        "壊れた箇所の前までは読み込んだ。送信元から取り直し、もう一度読み込む(同じ行は増えない)。"
        "everything before the damage was read; fetch the file again and read it: the same lines add nothing";
    RepeatedColumn "R002" File
        "見出しに同じ列名が二つある" "the header names a column twice"
        "二つ目は名前に番号を付けて extra に残した。送信元に確かめる。"
        "the second is kept in extra under its name and a number; ask the sender";
    NoSource "R010" Line
        "送信元アドレスがない" "the line has no source address"
        "誰に知らせるか分からないので隔離した。"
        "nobody could be told, so the line lies in quarantine";
    BadSource "R011" Line
        "送信元アドレスの形が正しくない" "the source address is not an address"
        "行を隔離した。送信元に確かめる。"
        "the line lies in quarantine; ask the sender";
    ReservedSource "R012" Line
        "送信元アドレスが予約済みの範囲にある" "the source address is reserved"
        "インターネット上の機器ではないので隔離した。試験用のデータなら設定 accept_reserved を使う。"
        "no device on the Internet has it, so the line lies in quarantine; for sample data set accept_reserved";
    ColumnCount "R013" Line
        "列の数が見出しと合わない" "the number of columns is not that of the header"
        "どの値がどの列か分からないので隔離した。"
        "which value belongs to which column is unknown, so the line lies in quarantine";
    BrokenQuote "R014" Line
        "引用符が閉じていない" "a quote is not closed"
        "その行だけを隔離し、次の行から続けた。"
        "this line alone lies in quarantine; reading went on with the next one";
    TooLong "R015" Line
        "行が長すぎる" "the line is longer than the limit"
        "上限までの先頭部分を隔離した。上限は設定 max_line_bytes。"
        "its beginning up to the limit lies in quarantine; the limit is the setting max_line_bytes";
    NotJson "R016" Line
        "JSON のオブジェクトとして読めない" "the line is not a JSON object"
        "行を隔離した。"
        "the line lies in quarantine";
    CutLine "R017" Line
        "ファイルが切れた箇所の行で、完全かどうか分からない" "the line stands where the file breaks off"
        "欠けているかもしれないので隔離した。"
        "it may be incomplete, so it lies in quarantine";
    BadDestination "R020" Field
        "宛先アドレスの形が正しくない" "the destination address is not an address"
        "値を捨て、行は残した。"
        "the value was dropped, the line stays";
    BadPort "R021" Field
        "ポート番号が正しくない" "the port is not a port"
        "値を捨て、行は残した。1 から 65535 の数字だけが使える。"
        "the value was dropped, the line stays; a port is a number from 1 to 65535";
    BadAsn "R022" Field
        "AS 番号が正しくない" "the AS number is not one"
        "値を捨て、行は残した。"
        "the value was dropped, the line stays";
    BadTime "R023" Field
        "日時が正しくない" "the time does not exist or cannot be read"
        "行は日時なしで残し、ISP が契約者を特定するには足りないと印を付けた。"
        "the line stays without a time, marked as not enough for an ISP to find the subscriber";
    NotUtf8 "R024" Field
        "UTF-8 として読めない" "the value is not UTF-8"
        "値を捨て、行は残した。"
        "the value was dropped, the line stays";
    Nul "R025" Field
        "NUL 文字を含む" "the value contains NUL"
        "値を捨て、行は残した。"
        "the value was dropped, the line stays";
    BadTlp "R026" Field
        "TLP の表示が TLP 2.0 のものでない" "the label is not one of TLP 2.0"
        "値を捨て、行は残した。取扱いを送信元に確かめる。"
        "the value was dropped, the line stays; ask the sender how it is to be handled";
    AmbiguousTime "R027" Note
        "その時間帯では存在しないか二度ある時刻" "the local time does not exist or exists twice in its zone"
        "夏時間の切替えによる。前後の規則で補い、時間帯は推定とした。"
        "clocks changed then; the earlier rule was taken and the zone marked as assumed";
    StrayQuote "R028" Note
        "閉じた引用符の後ろに文字がある" "text stands behind a closing quote"
        "値の一部として残した。送信元の書き出し方の誤りと思われる。"
        "it was kept as part of the value; the sender seems to escape quotes in its own way";
    Mapped "R030" Note
        "IPv4 射影 IPv6 アドレスを IPv4 に直した" "an IPv4-mapped address was turned into IPv4"
        "同じ機器が二つに数えられないようにするため。"
        "so that one device is not counted twice";
    Withheld "R031" Note
        "秘密の値を取り込まなかった" "a secret value was withheld"
        "パスワード等は観測表に入れない。原本は元のファイルにある。"
        "passwords and the like never enter the observations; they are in the original file alone";
    RawDropped "R032" Note
        "IntelMQ の raw を取り込まなかった" "IntelMQ's raw was left out"
        "元の行の写しであり、他の列に同じ内容がある。"
        "it repeats the original line, whose content is in the other columns";
    RouteRow "R040" Line
        "経路表の行が読めない" "the row of the route table cannot be read"
        "その行を使わずに続けた。"
        "the row is not used; reading went on";
    RouteOverlap "R041" Note
        "経路表の範囲が重なっている" "the range overlaps another one"
        "狭いほうの範囲が優先する。"
        "the narrower range wins";
    RouteReversed "R042" Line
        "範囲の終わりが始めより前にある" "the range ends before it begins"
        "その行を使わずに続けた。"
        "the row is not used; reading went on";
    RouteFamilies "R043" Line
        "範囲の始めと終わりで IPv4 と IPv6 が混じっている" "the range mixes IPv4 and IPv6"
        "その行を使わずに続けた。"
        "the row is not used; reading went on";
    RouteDatabase "R044" File
        "データベースの一部が壊れている" "part of the database is broken"
        "読めた範囲だけを使った。取り直す。"
        "what could be read is used; fetch it again";
    AnswerStatus "R050" Line
        "状態の語が分からない" "the status is not a known word"
        "数えなかった。書き方は docs/findings.md にある。"
        "it was not counted; the words are in docs/findings.md";
    AnswerKey "R051" Line
        "行キーが正しくない" "the line key is not one"
        "数えなかった。通知に付けた行キーをそのまま返してもらう。"
        "it was not counted; ask for the line keys of the notice as they were";
    AnswerRepeated "R052" Line
        "同じ行キーが二度ある" "the line key was answered already"
        "最初の答えだけを数えた。"
        "only the first answer was counted";
    AnswerColumn "R053" Field
        "受け取らない列がある" "a column is not accepted"
        "契約者の名前等は受け取らない。値は読まずに捨てた(G20)。"
        "subscribers' names and the like are not accepted; the values were dropped unread (G20)";
    AnswerRow "R054" Line
        "回答の行が読めない" "the answer row cannot be read"
        "数えなかった。"
        "it was not counted";
    CredentialRow "R060" Line
        "識別符号の行が読めない" "the line of credentials cannot be read"
        "行を暗号化して隔離した。"
        "the line lies in quarantine, sealed";
    CredentialSite "R061" Line
        "サイトの名がない、又はドメインでない" "the site is missing or is no domain"
        "どの事業者の符号か分からないので、暗号化して隔離した。"
        "whose credential it is cannot be told, so the line lies in quarantine, sealed";
    CredentialEmpty "R062" Line
        "ID又はパスワードが空である" "the id or the password is empty"
        "行を暗号化して隔離した。"
        "the line lies in quarantine, sealed";
    RecordCut "R070" File
        "キャプチャが記録の途中で終わっている" "the capture ends inside a record"
        "その記録の前までは全て数えた。"
        "all records before it were counted";
    RecordLength "R071" File
        "記録の長さがあり得ない" "the length of a record is impossible"
        "壊れていると判断し、その前まで読んだ。送信元から取り直す。"
        "the capture is damaged there; what stood before was read; fetch it again";
    RecordBroken "R072" Line
        "キャプチャの記録が読めない" "the record of the capture cannot be read"
        "数えて飛ばした。"
        "it was counted and left out";
    RecordInterface "R073" Line
        "記録が示すインターフェースの説明がない" "the record names an interface that is not described"
        "リンク種別が分からないので、数えて飛ばした。"
        "its link type is unknown, so it was counted and left out";
    RecordTime "R074" Note
        "記録に時刻がない" "the record has no time"
        "一つ前の記録の時刻とした。"
        "the time of the record before it was taken";
    FrameLink "R080" Line
        "扱わないリンク種別である" "the link type is not one that is read"
        "数えて飛ばした。扱う種別は docs/sensing.md にある。"
        "it was counted and left out; docs/sensing.md lists what is read";
    FrameNotIp "R081" Line
        "IP でない(ARP 等)" "the frame is not IP (ARP and the like)"
        "数えて飛ばした。"
        "it was counted and left out";
    FrameShort "R082" Line
        "IP ヘッダーの途中で切れている" "the frame is cut inside the IP header"
        "数えて飛ばした。"
        "it was counted and left out";
    FrameHeader "R083" Line
        "IP ヘッダーの値が正しくない" "the IP header contradicts itself"
        "数えて飛ばした。"
        "it was counted and left out";
    FrameDeep "R084" Line
        "トンネルや VLAN の入れ子が深すぎる" "tunnels or tags are nested too deeply"
        "数えて飛ばした。"
        "it was counted and left out";
    PacketCut "R085" Note
        "TCP・UDP・ICMP のヘッダーが途中で切れている" "the transport header is cut"
        "ポートなしで数えた。"
        "it was counted without ports";
    PacketOutside "R086" Note
        "宛先がセンサーの範囲にない" "the destination is not in the dark prefixes"
        "集計に入れずに数えた。"
        "it was counted and not aggregated";
    PacketLate "R087" Note
        "その分の集計が終わった後の時刻である" "its minute was handed over before it came"
        "同じ分の追加の部として集計した。"
        "it was aggregated as a further part of that minute";
    PacketUnfollowed "R088" Note
        "検知の表が一杯である" "the tables of the detections were full"
        "集計には入っているが、検知には使われていない。上限は設定 sources。"
        "it is in the aggregates, but no detection saw it; the limit is the setting sources";
    ExportMessage "R090" Line
        "フロー出力の電文が読めない" "the export message cannot be read"
        "何件あったか分からないので、一件と数えて飛ばした。"
        "how many records it held is unknown, so it was counted as one and left out";
    ExportTemplate "R091" Line
        "テンプレートより先にデータが来た" "data came whose template is not known"
        "読み方が分からないので、一組を一件と数えて飛ばした。"
        "how to read it is unknown, so the set was counted as one and left out; let the file begin earlier";
    ExportFull "R092" Note
        "テンプレートが多すぎるか番号が正しくない" "the template was not taken: there are too many, or its number is wrong"
        "そのテンプレートを覚えなかった。上限は docs/sensing.md にある。"
        "it was not kept; docs/sensing.md has the bounds";
    ExportOther "R093" Line
        "フロー出力のパケットでない" "the packet is no flow export"
        "UDP でないか、宛先が指定のポートでないので、数えて飛ばした。"
        "it is not UDP to one of the ports given, so it was counted and left out";
    FlowFields "R094" Line
        "フローの記録に要る値がないか矛盾している" "the flow lacks what is needed, or contradicts itself"
        "アドレス、プロトコル、パケット数、時刻を確かめ、数えて飛ばした。"
        "addresses, protocol, packets and times are needed; it was counted and left out";
    FlowTime "R095" Note
        "フローの記録に時刻がない" "the flow has no time"
        "出力の時刻とした。"
        "the time of the export was taken";
    FlowLong "R096" Note
        "一つのフローのパケットが多すぎる" "the flow counts more packets than are taken of one"
        "上限までを集計し、残りは報告に数だけを示した。"
        "packets up to the bound are in the aggregates; the report counts the rest";
    FlowFlags "R097" Note
        "TCP のフローにフラグがない" "the flow of TCP has no flags"
        "集計には入れたが、探索とも応答とも判断しなかった。"
        "it is in the aggregates, but was taken neither for a probe nor for an answer";
    LogLine "R098" Line
        "ファイアウォール記録の行が読めない" "the line of the firewall log cannot be read"
        "数えて飛ばした。形は docs/sensing.md にある。"
        "it was counted and left out; docs/sensing.md has the form";
    MinuteRow "R099" Line
        "分の集計の行として読めない" "not a row of minutes"
        "行は保留庫にある。センサーの版と集計の版を確かめる。"
        "the line is in quarantine; compare the version of the sensor with that of the office";
}

/// The name of a column as findings may show it: a header can hold anything, so what does not look
/// like a name becomes `#` and its position from 1.
pub(crate) fn shown_name(name: &str, place: usize) -> Arc<str> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b' ');
    match !name.is_empty() && name.len() <= 64 && name.bytes().all(plain) {
        true => Arc::from(name),
        false => Arc::from(format!("#{}", place.saturating_add(1))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn codes_are_unique_and_explained() {
        let codes: BTreeSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(codes.len(), Code::ALL.len());
        for code in Code::ALL {
            assert!(code.as_str().len() == 4 && code.as_str().starts_with('R'));
            for language in [Language::Ja, Language::En] {
                assert!(!code.label(language).is_empty() && !code.help(language).is_empty());
            }
        }
    }

    #[test]
    fn the_page_of_findings_names_every_code() {
        let page = include_str!("../../../docs/findings.md");
        for code in Code::ALL {
            let row = format!(
                "| {} | {} | {}: {} | {}: {} |",
                code.as_str(),
                code.weight().word(),
                code.label(Language::Ja),
                code.help(Language::Ja),
                code.label(Language::En),
                code.help(Language::En)
            );
            assert!(page.contains(&row), "docs/findings.md lacks:\n{row}");
        }
    }

    #[test]
    fn names_that_are_data_are_not_shown() {
        assert_eq!(&*shown_name("src_ip", 3), "src_ip");
        assert_eq!(&*shown_name("太郎", 3), "#4");
    }
}
