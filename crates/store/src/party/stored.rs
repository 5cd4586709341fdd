//! A party's body as it is stored: JSON, converted by full destructuring.

use renkei_core::id::PartyId;
use renkei_core::net::Asn;
use renkei_core::party::{Agreement, AgreementKind, Channel, Competence, CompetenceKey, Party, Role, Seal, Terms};
use renkei_core::text::{Bilingual, Language};
use renkei_core::time::{Moment, Validity};
use serde::{Deserialize, Serialize};

/// Everything of a party that is not a column.
#[derive(Serialize, Deserialize)]
pub struct Stored {
    name_ja: String,
    name_en: String,
    zone: String,
    competences: Vec<StoredDated>,
    agreements: Vec<StoredDated>,
    channel: Option<StoredChannel>,
    shared_addresses: bool,
    repeat_days: Option<u32>,
    answer_days: Option<u32>,
}

/// A word, a value, and when it holds (microseconds).
#[derive(Serialize, Deserialize)]
struct StoredDated {
    kind: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    value: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<i64>,
}

#[derive(Serialize, Deserialize)]
struct StoredChannel {
    mail: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    further: Vec<String>,
    language: String,
    seal: String,
    value: String,
}

impl From<&Party> for Stored {
    fn from(party: &Party) -> Self {
        let Party { id: _, version: _, name, role: _, country: _, zone, competences, agreements, channel, terms } =
            party;
        let Bilingual { ja, en } = name.clone();
        let Terms { shared_addresses, repeat_days, answer_days } = terms.clone();
        Self {
            name_ja: ja,
            name_en: en,
            zone: zone.clone(),
            competences: competences.iter().map(competence).collect(),
            agreements: agreements.iter().map(agreement).collect(),
            channel: channel.as_ref().map(StoredChannel::from),
            shared_addresses,
            repeat_days,
            answer_days,
        }
    }
}

impl Stored {
    /// The party; `None` if a word in it is not known.
    pub fn into_party(self, head: (PartyId, u64, Role, String)) -> Option<Party> {
        let Self {
            name_ja,
            name_en,
            zone,
            competences,
            agreements,
            channel,
            shared_addresses,
            repeat_days,
            answer_days,
        } = self;
        let (id, version, role, country) = head;
        Some(Party {
            id,
            version,
            name: Bilingual { ja: name_ja, en: name_en },
            role,
            country,
            zone,
            competences: competences.into_iter().map(into_competence).collect::<Option<_>>()?,
            agreements: agreements.into_iter().map(into_agreement).collect::<Option<_>>()?,
            channel: match channel {
                Some(stored) => Some(stored.into_channel()?),
                None => None,
            },
            terms: Terms { shared_addresses, repeat_days, answer_days },
        })
    }
}

fn competence(competence: &Competence) -> StoredDated {
    let Competence { key, validity } = competence;
    let (kind, value) = match key {
        CompetenceKey::Prefix(prefix) => ("prefix", prefix.to_string()),
        CompetenceKey::Asn(Asn(number)) => ("asn", number.to_string()),
        CompetenceKey::DomainSuffix(suffix) => ("domain", suffix.clone()),
        CompetenceKey::BankCode(code) => ("bank", code.clone()),
        CompetenceKey::CardBin(bin) => ("card-bin", bin.clone()),
    };
    dated(kind, value, *validity)
}

fn into_competence(stored: StoredDated) -> Option<Competence> {
    let StoredDated { kind, value, from, until } = stored;
    let key = match kind.as_str() {
        "prefix" => CompetenceKey::Prefix(value.parse().ok()?),
        "asn" => CompetenceKey::Asn(Asn(value.parse().ok()?)),
        "domain" => CompetenceKey::DomainSuffix(value),
        "bank" => CompetenceKey::BankCode(value),
        "card-bin" => CompetenceKey::CardBin(value),
        _ => return None,
    };
    Some(Competence { key, validity: validity(from, until) })
}

fn agreement(agreement: &Agreement) -> StoredDated {
    let Agreement { kind, validity } = agreement;
    let word = match kind {
        AgreementKind::Nda => "nda",
        AgreementKind::JointResponse => "joint-response",
    };
    dated(word, String::new(), *validity)
}

fn into_agreement(stored: StoredDated) -> Option<Agreement> {
    let StoredDated { kind, value: _, from, until } = stored;
    let kind = match kind.as_str() {
        "nda" => AgreementKind::Nda,
        "joint-response" => AgreementKind::JointResponse,
        _ => return None,
    };
    Some(Agreement { kind, validity: validity(from, until) })
}

fn dated(kind: &str, value: String, validity: Validity) -> StoredDated {
    let Validity { from, until } = validity;
    StoredDated { kind: kind.to_owned(), value, from: from.map(|at| at.0), until: until.map(|at| at.0) }
}

fn validity(from: Option<i64>, until: Option<i64>) -> Validity {
    Validity { from: from.map(Moment), until: until.map(Moment) }
}

impl From<&Channel> for StoredChannel {
    fn from(channel: &Channel) -> Self {
        let Channel { mail, further, language, seal } = channel;
        let (word, value) = match seal {
            Seal::OpenPgp(key) => ("openpgp", key),
            Seal::Age(recipient) => ("age", recipient),
            Seal::Clear { reason } => ("clear", reason),
        };
        let (mail, further) = (mail.clone(), further.clone());
        Self { mail, further, language: language.tag().to_owned(), seal: word.to_owned(), value: value.clone() }
    }
}

impl StoredChannel {
    fn into_channel(self) -> Option<Channel> {
        let Self { mail, further, language, seal, value } = self;
        let seal = match seal.as_str() {
            "openpgp" => Seal::OpenPgp(value),
            "age" => Seal::Age(value),
            "clear" => Seal::Clear { reason: value },
            _ => return None,
        };
        let language = [Language::Ja, Language::En].into_iter().find(|known| known.tag() == language)?;
        Some(Channel { mail, further, language, seal })
    }
}
