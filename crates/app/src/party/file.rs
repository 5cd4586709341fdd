//! The party file: TOML as people write it, read into parties of core.

use std::path::{Path, PathBuf};

use renkei_core::net::Asn;
use renkei_core::party::{Agreement, AgreementKind, Channel, Competence, CompetenceKey, Party, Role, Seal, Terms};
use renkei_core::text::{Bilingual, Language};
use renkei_core::time::{Day, Moment, Validity};
use renkei_formats::credentials::site;
use serde::Deserialize;

/// Addresses that a channel may have beside the first.
const FURTHER: usize = 8;

/// Why a party file cannot be used. Nothing of a file with an error is imported.
#[derive(Debug, thiserror::Error)]
pub enum PartyFileError {
    /// Cannot be read.
    #[error("cannot read `{}`", .0.display())]
    Io(PathBuf, #[source] std::io::Error),
    /// Is not TOML, or has unknown keys.
    #[error("the party file is not right: {}", .0.message())]
    Form(#[source] Box<toml::de::Error>),
    /// A value of a party is not what its key takes.
    #[error("party `{party}`: `{key}` cannot be `{value}`: {expected}")]
    Value {
        /// The party as typed.
        party: String,
        /// Which key.
        key: &'static str,
        /// What stands there.
        value: String,
        /// What may stand there.
        expected: String,
    },
    /// The same id twice.
    #[error("party `{0}` stands twice in the file")]
    Twice(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    party: Vec<RawParty>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawParty {
    id: String,
    name: RawName,
    role: String,
    country: String,
    zone: String,
    #[serde(default)]
    competence: Vec<RawCompetence>,
    #[serde(default)]
    agreement: Vec<RawAgreement>,
    channel: Option<RawChannel>,
    #[serde(default)]
    terms: RawTerms,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawName {
    ja: String,
    en: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCompetence {
    prefix: Option<String>,
    asn: Option<u32>,
    domain: Option<String>,
    bank: Option<String>,
    bin: Option<String>,
    from: Option<String>,
    until: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAgreement {
    kind: String,
    from: Option<String>,
    until: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawChannel {
    mail: String,
    #[serde(default)]
    further: Vec<String>,
    #[serde(default)]
    language: Option<String>,
    seal: String,
    #[serde(default)]
    key: Option<String>,
    #[serde(default)]
    reason: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RawTerms {
    #[serde(default)]
    shared_addresses: bool,
    repeat_days: Option<u32>,
    answer_days: Option<u32>,
}

/// Reads a party file. `key_of` gives the key of a party whose channel names none.
pub fn read(path: &Path) -> Result<Vec<Party>, PartyFileError> {
    let text = std::fs::read_to_string(path).map_err(|error| PartyFileError::Io(path.to_path_buf(), error))?;
    parse(&text, |_| None)
}

/// Reads the text of a party file; `key_of` gives the key of a party whose channel names none.
pub fn parse(text: &str, key_of: impl Fn(&str) -> Option<String>) -> Result<Vec<Party>, PartyFileError> {
    let file: File = toml::from_str(text).map_err(|error| PartyFileError::Form(Box::new(error)))?;
    let mut seen = std::collections::BTreeSet::new();
    file.party
        .into_iter()
        .map(|raw| {
            if !seen.insert(raw.id.clone()) {
                return Err(PartyFileError::Twice(raw.id));
            }
            let key = key_of(&raw.id);
            party(raw, key)
        })
        .collect()
}

/// Makes the errors of one party's values.
struct Wrong<'a>(&'a str);

impl Wrong<'_> {
    fn value(&self, key: &'static str, value: &str, expected: impl ToString) -> PartyFileError {
        let expected = expected.to_string();
        PartyFileError::Value { party: self.0.into(), key, value: value.into(), expected }
    }
}

fn party(raw: RawParty, key: Option<String>) -> Result<Party, PartyFileError> {
    let RawParty { id, name, role, country, zone, competence, agreement, channel, terms } = raw;
    let wrong = Wrong(&id);
    let RawName { ja, en } = name;
    let RawTerms { shared_addresses, repeat_days, answer_days } = terms;
    jiff::tz::TimeZone::get(&zone).map_err(|_| wrong.value("zone", &zone, "an IANA zone such as `Asia/Tokyo`"))?;
    if country.len() != 2 || !country.bytes().all(|b| b.is_ascii_uppercase()) {
        return Err(wrong.value("country", &country, "two capital letters (ISO 3166-1)"));
    }
    Ok(Party {
        id: id.parse().map_err(|error| wrong.value("id", &id, error))?,
        version: 0,
        name: Bilingual { ja, en },
        role: Role::from_word(&role).ok_or_else(|| wrong.value("role", &role, one_of(Role::ALL.map(Role::word))))?,
        country,
        zone,
        competences: competence.into_iter().map(|raw| competence_of(raw, &wrong)).collect::<Result<_, _>>()?,
        agreements: agreement.into_iter().map(|raw| agreement_of(raw, &wrong)).collect::<Result<_, _>>()?,
        channel: channel.map(|raw| channel_of(raw, key, &wrong)).transpose()?,
        terms: Terms { shared_addresses, repeat_days, answer_days },
    })
}

fn one_of<const N: usize>(words: [&str; N]) -> String {
    format!("one of {}", words.join(", "))
}

fn competence_of(raw: RawCompetence, wrong: &Wrong<'_>) -> Result<Competence, PartyFileError> {
    let RawCompetence { prefix, asn, domain, bank, bin, from, until } = raw;
    let key = match (prefix, asn, domain, bank, bin) {
        (Some(text), None, None, None, None) => {
            CompetenceKey::Prefix(text.parse().map_err(|error| wrong.value("competence.prefix", &text, error))?)
        }
        (None, Some(asn), None, None, None) => CompetenceKey::Asn(Asn(asn)),
        (None, None, Some(domain), None, None) => CompetenceKey::DomainSuffix(
            site::host(&domain)
                .ok_or_else(|| wrong.value("competence.domain", &domain, "a domain such as `shop.example`"))?,
        ),
        (None, None, None, Some(bank), None) => CompetenceKey::BankCode(bank),
        (None, None, None, None, Some(bin)) => CompetenceKey::CardBin(bin),
        _ => return Err(wrong.value("competence", "…", "exactly one of prefix, asn, domain, bank, bin")),
    };
    Ok(Competence { key, validity: validity(from, until, wrong)? })
}

fn agreement_of(raw: RawAgreement, wrong: &Wrong<'_>) -> Result<Agreement, PartyFileError> {
    let RawAgreement { kind, from, until } = raw;
    let kind = match kind.as_str() {
        "nda" => AgreementKind::Nda,
        "joint-response" => AgreementKind::JointResponse,
        other => return Err(wrong.value("agreement.kind", other, "`nda` or `joint-response`")),
    };
    Ok(Agreement { kind, validity: validity(from, until, wrong)? })
}

fn channel_of(raw: RawChannel, found: Option<String>, wrong: &Wrong<'_>) -> Result<Channel, PartyFileError> {
    let RawChannel { mail, further, language, seal, key, reason } = raw;
    let language = match language.as_deref() {
        None | Some("ja") => Language::Ja,
        Some("en") => Language::En,
        Some(other) => return Err(wrong.value("channel.language", other, "`ja` or `en`")),
    };
    let key = key.or(found).ok_or_else(|| wrong.value("channel.key", "", "the party's public key"));
    let seal = match seal.as_str() {
        "openpgp" => Seal::OpenPgp(key?),
        "age" => Seal::Age(key?),
        "clear" => {
            let reason = reason.filter(|reason| !reason.trim().is_empty());
            let reason = reason.ok_or_else(|| wrong.value("channel.reason", "", "why it takes files unencrypted"))?;
            Seal::Clear { reason }
        }
        other => return Err(wrong.value("channel.seal", other, "`openpgp`, `age` or `clear`")),
    };
    if !mail.contains('@') {
        return Err(wrong.value("channel.mail", &mail, "a mail address"));
    }
    for (place, other) in further.iter().enumerate() {
        let before = further.iter().take(place).chain([&mail]).any(|known| known == other);
        if before || !other.contains('@') {
            return Err(wrong.value("channel.further", other, "a mail address that does not stand there yet"));
        }
        if place >= FURTHER {
            return Err(wrong.value("channel.further", other, format!("at most {FURTHER} addresses")));
        }
    }
    Ok(Channel { mail, further, language, seal })
}

fn validity(from: Option<String>, until: Option<String>, wrong: &Wrong<'_>) -> Result<Validity, PartyFileError> {
    let moment = |text: Option<String>, key| text.map(|text| moment(&text, key, wrong)).transpose();
    Ok(Validity { from: moment(from, "from")?, until: moment(until, "until")? })
}

/// A date (its beginning in UTC) or a moment with zone.
fn moment(text: &str, key: &'static str, wrong: &Wrong<'_>) -> Result<Moment, PartyFileError> {
    let day = || {
        let mut parts = text.splitn(3, '-');
        let year = parts.next()?.parse().ok()?;
        let month = parts.next()?.parse().ok()?;
        let day = parts.next()?.parse().ok()?;
        Day::from_civil(year, month, day).map(Day::start)
    };
    let stamp = || text.parse::<jiff::Timestamp>().ok().map(|stamp| Moment(stamp.as_microsecond()));
    day().or_else(stamp).ok_or_else(|| wrong.value(key, text, "a date (2026-04-01) or a moment with zone"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: expect_test::Expect) {
        match parse(text, |_| Some("age1sample".into())) {
            Ok(parties) => expected.assert_eq(&format!("{} parties", parties.len())),
            Err(error) => expected.assert_eq(&error.to_string()),
        }
    }

    #[test]
    fn the_nation_of_the_demo_is_read() {
        check(include_str!("../demo/parties.toml"), expect_test::expect!["14 parties"]);
    }

    #[test]
    fn what_is_wrong_is_named() {
        let party = |rest: &str| {
            format!(
                "[[party]]\nid = \"isp-a\"\nname = {{ ja = \"あ\", en = \"A\" }}\nrole = \"isp\"\ncountry = \"JP\"\nzone = \"Asia/Tokyo\"\n{rest}"
            )
        };
        check(
            &party("competence = [{ prefix = \"198.18.1.1/15\" }]"),
            expect_test::expect![
                "party `isp-a`: `competence.prefix` cannot be `198.18.1.1/15`: `198.18.1.1/15` has bits set after its length: did you mean `198.18.0.0/15`?"
            ],
        );
        check(
            &party("channel = { mail = \"abuse@a.example\", seal = \"clear\" }"),
            expect_test::expect!["party `isp-a`: `channel.reason` cannot be ``: why it takes files unencrypted"],
        );
        let channel = |further: &str| {
            party(&format!(
                "channel = {{ mail = \"abuse@a.example\", further = [{further}], seal = \"clear\", reason = \"test\" }}"
            ))
        };
        check(&channel("\"noc@a.example\", \"desk@a.example\""), expect_test::expect!["1 parties"]);
        check(
            &channel("\"noc@a.example\", \"abuse@a.example\""),
            expect_test::expect![
                "party `isp-a`: `channel.further` cannot be `abuse@a.example`: a mail address that does not stand there yet"
            ],
        );
        check(&format!("{}\n{}", party(""), party("")), expect_test::expect!["party `isp-a` stands twice in the file"]);
    }
}
