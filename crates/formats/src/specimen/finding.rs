//! Findings about a mail that was handed in: where, what; never what stood there.

use renkei_core::text::Language;
use serde::{Deserialize, Serialize};

/// A finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Finding {
    /// The place in what was examined (`attachments[0].entries[3]`, `head.reply_to`); empty: the mail as a whole.
    pub place: String,
    /// What was found.
    pub code: Code,
}

/// What a finding means for who reads on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weight {
    /// It is often seen in attacks; it proves none.
    Sign,
    /// It is not as the standard of its form says.
    Form,
    /// Not all was looked at.
    Limit,
    /// Worth knowing.
    Note,
}

impl Weight {
    /// The stable word in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Sign => "sign",
            Self::Form => "form",
            Self::Limit => "limit",
            Self::Note => "note",
        }
    }
}

/// Makes the catalogue: variant, code, weight, then label in both languages.
macro_rules! catalogue {
    ($($variant:ident $code:literal $weight:ident $ja:literal $en:literal;)+) => {
        /// The stable code of a finding. Codes are never given a second meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Code {
            $(#[doc = $en] #[serde(rename = $code)] $variant,)+
        }

        impl Code {
            /// Every code, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The code as written (`E030`).
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// What it means.
            pub const fn weight(self) -> Weight {
                match self { $(Self::$variant => Weight::$weight,)+ }
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
    TooLarge "E001" Limit "メールが大きすぎるため読まなかった" "the mail is larger than the limit and was not read";
    NotMail "E002" Form "メールとして読めない" "it cannot be read as a mail";
    HeadTooLong "E003" Limit "ヘッダーが長すぎる。先頭だけを見た" "the header is longer than the limit; its beginning was looked at";
    TooManyParts "E004" Limit "部分が多すぎる。先頭から上限までを見た" "there are more parts than the limit; the first ones were looked at";
    TooDeep "E005" Limit "メールの入れ子が深すぎる" "mails lie in mails deeper than the limit";
    BadEncoding "E006" Form "部分の符号化が壊れている" "the encoding of a part is broken";
    TooManyLinks "E007" Limit "リンクが多すぎる。先頭から上限までを残した" "there are more links than the limit; the first ones were kept";
    TextCut "E008" Limit "本文が長すぎる。先頭だけを見た" "a text is longer than the limit; its beginning was looked at";
    LargeAttachment "E009" Limit "添付が大きいため、中は見ていない" "the attachment is large: its digest was taken, its inside was not looked at";
    BadOutlook "E010" Form "Outlook の msg ファイルが壊れている" "the Outlook message is damaged";
    ReaderFell "E011" Form "読み取り中に内部エラーが起き、その部分は見ていない" "a reader gave up on it; this part was not looked at";
    ReplyElsewhere "E020" Sign "返信先が差出人と別のドメインである" "the answer would go to another domain than the sender's";
    EnvelopeElsewhere "E021" Sign "エンベロープの差出人が別のドメインである" "the envelope sender is of another domain than the sender";
    NameShowsAddress "E022" Sign "表示名に別のメールアドレスが書かれている" "the sender's displayed name shows another mail address";
    HopOrder "E023" Form "経路の時刻の順序が合わない" "the times of the path are out of order";
    BadHop "E024" Form "経路の記載が読めない" "a hop of the path cannot be read";
    RepeatedField "E025" Form "一つだけのはずのヘッダーが二つ以上ある" "a header field stands more than once that may stand once";
    NotProved "E026" Sign "受信サーバーが送信元の認証に失敗と記している" "the receiving server wrote that the sender was not proved";
    BadResults "E027" Form "認証結果の記載が読めない" "written results of authentication cannot be read";
    NoSender "E028" Form "差出人がない" "there is no sender";
    LinkElsewhere "E030" Sign "リンクの表示と行き先が異なる" "the text of a link shows another host than it leads to";
    LinkToAddress "E031" Sign "IP アドレスへのリンクである" "a link leads to a bare IP address";
    LinkWithUser "E032" Sign "リンクに利用者名が含まれる" "a link holds a user name before its host";
    DoubleExtension "E040" Sign "拡張子が二重である" "the name has a double extension";
    TurnedName "E041" Sign "名前に文字の向きを変える制御文字がある" "the name holds a control that turns its direction";
    TypeElsewhere "E042" Sign "名乗る種類と中身が異なる" "it is of another type than it says";
    Script "E043" Sign "スクリプトである" "it is a script";
    Program "E044" Sign "実行ファイルである" "it is a program";
    Shortcut "E045" Sign "ショートカット (LNK) である" "it is a shortcut (LNK)";
    ShortcutCommand "E046" Sign "コマンドを実行するショートカットである" "the shortcut starts an interpreter or downloader";
    BadShortcut "E047" Form "ショートカットが壊れている" "the shortcut is damaged";
    DiskImage "E048" Sign "ディスクイメージである" "it is a disk image";
    OneNote "E049" Sign "OneNote のファイルである" "it is a OneNote file";
    Macro "E050" Sign "マクロが含まれる" "it holds macros";
    AutoMacro "E051" Sign "自動で動くマクロが含まれる" "it holds macros that run by themselves";
    ExternalTemplate "E052" Sign "外部のテンプレート又は対象を読み込む" "it loads a template or object from outside";
    EmbeddedObject "E053" Sign "OLE オブジェクトが埋め込まれている" "it embeds an OLE object";
    BadDocument "E054" Form "OLE 文書が壊れている" "the OLE document is damaged";
    EncryptedDocument "E055" Sign "文書が暗号化されている" "the document is encrypted";
    Smuggling "E056" Sign "HTML の中でファイルを組み立てて保存させる" "the HTML builds a file and has it saved";
    EncryptedEntry "E060" Sign "暗号化され、渡されたパスワードでは開かない" "it is encrypted, and no given password opens it";
    PasswordOpened "E061" Note "渡されたパスワードで開いた" "a given password opened it";
    BadArchive "E062" Form "書庫が壊れている" "the archive or entry is damaged";
    Bomb "E063" Limit "展開すると上限を超える" "it unpacks to more than the limit";
    ArchiveTooDeep "E064" Limit "書庫の入れ子が深すぎる" "archives lie in archives deeper than the limit";
    TooManyEntries "E065" Limit "書庫の項目が多すぎる" "the archive has more entries than the limit";
    Overlap "E066" Sign "書庫の項目が重なり合っている" "entries of the archive overlap";
    NameLeavesFolder "E067" Sign "書庫の項目名がフォルダーの外を指す" "the name of an entry leads out of its folder";
    OtherArchive "E068" Limit "中を見ない種類の書庫である" "it is an archive of a kind that is not looked into";
    OtherMethod "E069" Limit "対応していない圧縮方式である" "it is packed by a method that is not unpacked";
    OutOfTime "E080" Limit "時間の上限に達し、検査を打ち切った" "the time limit was reached and the examination was ended";
    OutOfMemory "E081" Limit "メモリーの上限に達し、検査を打ち切った" "the memory limit was reached and the examination was ended";
    Fell "E082" Limit "検査プログラムが異常終了した" "the examining process fell";
    BadAnswer "E083" Limit "検査プログラムの答えが読めない" "the answer of the examining process cannot be read";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_on_the_page() {
        let page = include_str!("../../../../docs/mail-desk.md");
        for code in Code::ALL {
            let (ja, en) = (code.label(Language::Ja), code.label(Language::En));
            let row = format!("| {} | {} | {ja} | {en} |", code.as_str(), code.weight().word());
            assert!(page.contains(&row), "docs/mail-desk.md lacks:\n{row}");
        }
    }
}
