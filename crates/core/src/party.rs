//! Parties (関係者): who they are, what they can act on (所管), how they are reached.

use alloc::string::String;
use alloc::vec::Vec;

use crate::id::PartyId;
use crate::net::{Asn, Prefix};
use crate::text::{Bilingual, Language};
use crate::time::Validity;

/// An organisation that observes, asks, acts or answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// Its identifier in this office.
    pub id: PartyId,
    /// Counts up with every change; a permit names the version it was given for.
    pub version: u64,
    /// Its name.
    pub name: Bilingual,
    /// What it is.
    pub role: Role,
    /// Two letters of ISO 3166-1 (`JP`).
    pub country: String,
    /// IANA time zone in which it reads times (`Asia/Tokyo`).
    pub zone: String,
    /// What it can act on, each with dates.
    pub competences: Vec<Competence>,
    /// What it has signed, each with dates (S3.2, G22).
    pub agreements: Vec<Agreement>,
    /// How letters reach it; `None`: nothing can be sent yet.
    pub channel: Option<Channel>,
    /// What it asks of those who write to it.
    pub terms: Terms,
}

/// What a party is (glossary: 電気通信事業者, レンタルサーバ等提供事業者, 都道府県警察 …).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// 電気通信事業者: knows the subscriber behind an address.
    Isp,
    /// レンタルサーバ等提供事業者.
    HostingProvider,
    /// Sector body (ISAC) beside the operators of its sector.
    SectorCentre,
    /// JC3-like centre.
    Centre,
    /// 都道府県警察.
    PrefecturalPolice,
    /// 警察庁.
    Npa,
    /// CERT or agency abroad.
    ForeignCert,
    /// サイト運営会社: its users have accounts at its site (S0.5, S1.12).
    SiteOperator,
    /// 金融機関: bank or card company (S2.15).
    FinancialInstitution,
}

impl Role {
    /// Every role, in the order pages list them.
    pub const ALL: [Self; 9] = [
        Self::Isp,
        Self::HostingProvider,
        Self::SectorCentre,
        Self::Centre,
        Self::PrefecturalPolice,
        Self::Npa,
        Self::ForeignCert,
        Self::SiteOperator,
        Self::FinancialInstitution,
    ];

    /// The stable word in files, policies and JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Isp => "isp",
            Self::HostingProvider => "hosting-provider",
            Self::SectorCentre => "sector-centre",
            Self::Centre => "centre",
            Self::PrefecturalPolice => "prefectural-police",
            Self::Npa => "npa",
            Self::ForeignCert => "foreign-cert",
            Self::SiteOperator => "site-operator",
            Self::FinancialInstitution => "financial-institution",
        }
    }

    /// The role a word stands for.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }

    /// Whether it is police (G20: police receive counts only).
    pub const fn is_police(self) -> bool {
        matches!(self, Self::PrefecturalPolice | Self::Npa)
    }
}

/// One thing a party can act on (所管), and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Competence {
    /// What.
    pub key: CompetenceKey,
    /// When: a prefix changes hands.
    pub validity: Validity,
}

/// The kinds of key a competence can be given by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CompetenceKey {
    /// An address block; the longest wins.
    Prefix(Prefix),
    /// An autonomous system, resolved through the route table of the day.
    Asn(Asn),
    /// A domain in ASCII and everything below it; the longest wins.
    DomainSuffix(String),
    /// A bank code; reserved for later campaigns.
    BankCode(String),
    /// The first digits of payment cards; reserved for later campaigns.
    CardBin(String),
}

/// Something signed between the office and a party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreement {
    /// What was signed.
    pub kind: AgreementKind,
    /// From when until when it binds.
    pub validity: Validity,
}

/// Kinds of agreement the gate asks about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AgreementKind {
    /// 秘密保持契約.
    Nda,
    /// 共同対処協定.
    JointResponse,
}

/// How letters reach a party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// Mail address of its desk (`abuse@isp.example`).
    pub mail: String,
    /// Further addresses, in the order in which they are used where those before them fail.
    pub further: Vec<String>,
    /// Language of the text that stands first.
    pub language: Language,
    /// How the attachments are sealed.
    pub seal: Seal,
}

impl Channel {
    /// Its addresses, the first one preferred.
    pub fn mails(&self) -> impl Iterator<Item = &String> {
        core::iter::once(&self.mail).chain(&self.further)
    }

    /// The address that letters go to now: the first that does not fail; where all fail, the first.
    pub fn in_use(&self, fails: impl Fn(&str) -> bool) -> &String {
        self.mails().find(|mail| !fails(mail)).unwrap_or(&self.mail)
    }
}

/// How attachments to a party are encrypted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seal {
    /// OpenPGP (RFC 9580) to this ASCII-armored public key.
    OpenPgp(String),
    /// age to this recipient (`age1…`).
    Age(String),
    /// In the clear, because the channel record says so, with the reason that was recorded.
    Clear {
        /// Why the party takes attachments unencrypted.
        reason: String,
    },
}

/// What a party asks of those who write to it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Terms {
    /// Several subscribers share one address (CGNAT): without source port and a time with zone the
    /// subscriber cannot be found.
    pub shared_addresses: bool,
    /// A device already told is not told again within so many days; `None`: the party set none.
    pub repeat_days: Option<u32>,
    /// Days within which it means to answer; `None`: the party set none, nothing becomes overdue.
    pub answer_days: Option<u32>,
}
