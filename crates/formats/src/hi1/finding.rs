//! Findings about a message: where, what, and the error code of HI-1 with which it is answered.

use std::fmt;

use renkei_core::text::Language;

/// An error code of TS 103 120. Open: codes of others are kept as they are.
///
/// The numbers stand in the anchors of this project as seen in a public implementation; they were not
/// compared with the standard itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ErrorCode(pub u32);

impl ErrorCode {
    /// The message is refused for another reason than one of its own.
    pub const GENERAL: Self = Self(3000);
    /// The feature is not supported.
    pub const UNSUPPORTED: Self = Self(3001);
    /// Two actions have one identifier.
    pub const ACTION_TWICE: Self = Self(3002);
    /// A member that is required is missing.
    pub const MISSING: Self = Self(3005);
    /// The wrong side set a status.
    pub const WRONG_SIDE: Self = Self(3006);
    /// A value is not proper.
    pub const IMPROPER: Self = Self(3007);
    /// The generation is stale.
    pub const STALE: Self = Self(3008);
    /// The object exists already.
    pub const EXISTS: Self = Self(3010);
    /// The object to be updated does not exist.
    pub const UNKNOWN: Self = Self(3011);
    /// The object's status is final.
    pub const TERMINAL: Self = Self(3012);
    /// The object to be given does not exist.
    pub const NOT_FOUND: Self = Self(3014);
    /// An associated object does not exist.
    pub const LINK_MISSING: Self = Self(3016);
    /// An associated object is expired.
    pub const LINK_EXPIRED: Self = Self(3017);
    /// An associated object was refused.
    pub const LINK_REFUSED: Self = Self(3018);
    /// The encoding is not supported.
    pub const ENCODING: Self = Self(3019);
    /// The message does not follow the schema.
    pub const SCHEMA: Self = Self(3020);
    /// The version is not supported.
    pub const VERSION: Self = Self(3021);
    /// The message is too large.
    pub const TOO_LARGE: Self = Self(3022);
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A finding: where in the message, and what. What stood there is not repeated.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Finding {
    /// The position of the action concerned, from 0; `None`: the message as a whole.
    pub action: Option<usize>,
    /// The path of members from the root, with `/` between them; places in lists in brackets, from 0.
    /// A name that is not known is shown as `?`.
    pub path: String,
    /// What is wrong.
    pub code: Code,
}

/// Makes the catalogue: variant, code, error code of HI-1, then label in both languages.
macro_rules! catalogue {
    ($($variant:ident $code:literal $error:ident $ja:literal $en:literal;)+) => {
        /// The stable code of a finding. Codes are never given a second meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $en] $variant,)+
        }

        impl Code {
            /// Every code, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The code as written (`H012`).
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// The error code with which it is answered.
            pub const fn error(self) -> ErrorCode {
                match self { $(Self::$variant => ErrorCode::$error,)+ }
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
    Encoding "H001" ENCODING "UTF-8 の JSON でも XML でもない" "the message is neither JSON nor XML in UTF-8";
    TooLarge "H002" TOO_LARGE "電文が大きすぎる" "the message is too large";
    IllFormed "H003" SCHEMA "JSON 又は XML の文法に合わない" "the message breaks the grammar of its encoding";
    TooDeep "H004" SCHEMA "入れ子が深すぎる" "the message is nested too deeply";
    Entities "H005" SCHEMA "文書型又は実体の宣言がある" "the message declares or uses entities";
    Twice "H006" SCHEMA "一つの要素に同じ項目が二つある" "a member stands twice in one object";
    Mixed "H007" SCHEMA "要素と文字が混じっている" "text stands beside elements";
    Prefix "H008" SCHEMA "名前空間のない接頭辞がある" "a prefix stands for no namespace";
    Root "H009" SCHEMA "HI1Message ではない" "the root is not an HI1 message";
    UnknownMember "H010" SCHEMA "決められていない項目がある" "a member is not known where it stands";
    MissingMember "H011" MISSING "必要な項目がない" "a required member is missing";
    WrongShape "H012" SCHEMA "値の形が違う" "the value has another shape than its member";
    Choice "H013" SCHEMA "一つだけ選ぶ項目が一つでない" "exactly one of several members must be there";
    UnknownKind "H014" UNSUPPORTED "扱わない種類のオブジェクトである" "the kind of object is not supported";
    BadUuid "H020" SCHEMA "UUID の形が正しくない" "the identifier is not a UUID";
    BadTime "H021" SCHEMA "時刻が正しくないか時差の表示がない" "the time does not exist or has no zone";
    BadMicroseconds "H022" SCHEMA "時刻がマイクロ秒まで書かれていない" "the time is not written to the microsecond";
    BadCount "H023" SCHEMA "0 以上の整数でない" "the value is not a whole number from 0";
    BadCountry "H024" SCHEMA "国の符号が正しくない" "the country is not two capital letters";
    TooLong "H025" SCHEMA "文字列が長すぎる" "the text is too long";
    BadBase64 "H026" SCHEMA "base64 として読めない" "the data are not base64";
    BadVersion "H027" VERSION "扱わない版である" "the version is not supported";
    BadWord "H030" IMPROPER "辞書にない値である" "the value is not in its dictionary";
    OtherDictionary "H031" IMPROPER "違う辞書の値である" "the value is of another dictionary";
    StatusBySender "H040" WRONG_SIDE "状態は受ける側だけが決める" "the receiver alone sets the status";
    DesiredByReceiver "H041" WRONG_SIDE "希望する状態は求める側だけが書く" "the requester alone sets the desired status";
    ActionOrder "H042" IMPROPER "処理番号が 0 から順でない" "the actions are not numbered from 0 in order";
    ActionTwice "H043" ACTION_TWICE "処理番号が重なっている" "two actions have one identifier";
    OtherReceiver "H050" IMPROPER "宛先が違う" "the message is for another receiver";
    OtherSender "H051" IMPROPER "差出人が接続した相手と違う" "the sender is not who is connected";
    NotRequest "H052" IMPROPER "求めの電文でない" "the message is not a request";
    TransactionReused "H053" IMPROPER "取引番号が別の内容で使われている" "the transaction was used for another message";
    NotOwn "H054" IMPROPER "所有者が差出人でない" "the owner of the object is not the sender";
    Exists "H060" EXISTS "その番号のオブジェクトが既にある" "an object with this identifier exists";
    UpdateUnknown "H061" UNKNOWN "変更する対象がない" "there is no such object to update";
    NotFound "H062" NOT_FOUND "求められた対象がない" "there is no such object to give";
    Terminal "H063" TERMINAL "終わった状態は変えられない" "the object's status is final";
    Stale "H064" STALE "他の変更が先にあった" "the object was changed since";
    NoGeneration "H065" MISSING "世代番号がない" "the generation is missing";
    FirstGeneration "H066" IMPROPER "新しいオブジェクトの世代番号は 0 である" "a new object has the generation 0";
    OtherKind "H067" IMPROPER "種類は変えられない" "the kind of an object cannot change";
    LinkMissing "H068" LINK_MISSING "関連するオブジェクトがない" "an associated object does not exist";
    LinkExpired "H069" LINK_EXPIRED "関連するオブジェクトの期限が過ぎている" "an associated object is expired";
    LinkRefused "H070" LINK_REFUSED "関連するオブジェクトが認められなかった" "an associated object was refused";
    OtherIdentifier "H071" IMPROPER "二か所の番号が違う" "the two identifiers differ";
    KindNotHere "H072" UNSUPPORTED "この命令では扱わない種類である" "the verb does not take this kind of object";
    NotCarriedOut "H073" GENERAL "他の処理が認められず、全体を行わなかった"
        "not carried out, because another action was refused";
    OtherProfile "H080" VERSION "日本の様式の電文でない" "the message does not follow the Japan profile";
    NoDocumentNumber "H081" MISSING "文書番号がない" "the document number is missing";
    NoFormSerial "H082" MISSING "様式の一連番号がない" "the serial of the form is missing";
    NoApproval "H083" MISSING "決裁の記録がない" "the approvals are missing";
    NoSectionHead "H084" IMPROPER "最後の決裁が所属長でない" "the last approval is not the section head's";
    ClassNotByInquiry "H085" IMPROPER "照会では求められない種類の情報である" "data of this class cannot be asked for on an inquiry";
    NoClass "H086" MISSING "情報の種類がない" "the class of data is missing";
    NoProvider "H087" MISSING "相手の事業者がない" "the provider is missing";
    OtherProvider "H088" IMPROPER "事業者が宛先と違う" "the provider is not the receiver";
    LongPreservation "H089" IMPROPER "保全の期間が 30 日を超える" "preservation is asked for longer than 30 days";
    NoExpiration "H090" MISSING "保全の終わりの日時がない" "the end of the preservation is missing";
    ExtensionUndecided "H091" UNSUPPORTED "保全の延長は根拠が未確認である" "the extension of a preservation is undecided";
    NoAuthorisation "H092" MISSING "決裁との関連がない" "the task is associated with no authorisation";
    ContentPreservation "H093" IMPROPER "通信の内容は保全要請の対象でない" "content cannot be preserved on a request";
    NoValue "H094" MISSING "照会する値がない" "there is no value to ask about";
    Reversed "H095" IMPROPER "期間の終わりが始めより前にある" "the window ends before it begins";
    ApprovalOrder "H096" IMPROPER "決裁の時刻が順でない" "the approvals are not in the order of time";
    SecrecyAnswered "H097" IMPROPER "照会に対して返せない種類の情報である" "data of this class cannot be returned on an inquiry";
    NoTask "H098" MISSING "回答がどの照会に対するものか分からない" "the delivery names no task";
    PastExpiration "H099" IMPROPER "保全の終わりが過去である" "the preservation would end in the past";
    BadChecksum "H100" IMPROPER "検査値又は長さがデータと合わない" "checksum or length does not fit the data";
    ContentChanged "H101" IMPROPER "渡した内容は変えられない" "what was delivered cannot be changed";
    EmergencyNotHere "H102" UNSUPPORTED "緊急の扱いはこの様式にない" "the profile has no emergency route";
    NoDossier "H103" MISSING "署名された一件書類が付いていない" "the signed dossier is missing";
    BadDossier "H104" IMPROPER "一件書類の署名又は内容が確かめられない" "the dossier does not hold";
    DossierDiffers "H105" IMPROPER "電文の内容が一件書類と違う" "the message does not say what its dossier says";
    Parted "H106" STALE "相手の役所で他の段階が先に進んでいる" "the inquiry went another way at the receiving office";
    GateRefused "H107" IMPROPER "受け取る役所の規則が認めない" "the rules of the receiving office do not allow it";
    OtherForm "H108" IMPROPER "事業者の様式にない項目又は種類である" "the provider's form has no such field or class";
    NotNow "H109" GENERAL "受け取る役所が今は処理できない" "the receiving office cannot take it now";
}
