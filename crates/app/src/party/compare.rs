//! What an import would change, before it changes anything.

use std::collections::BTreeMap;

use renkei_core::party::{Party, Seal};
use renkei_core::text::Language;
use renkei_core::time::Moment;
use schemars::JsonSchema;
use serde::Serialize;

use super::{PartyError, agreement, competence, file};
use crate::office::Office;
use crate::words::{Show, Words, number};

/// What an import would change.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Compared {
    /// Parties that are not there yet.
    pub added: u64,
    /// Parties that would be different.
    pub changed: u64,
    /// Parties that would stay as they are.
    pub unchanged: u64,
    /// Those that would be added or different.
    pub parties: Vec<PartyChange>,
}

/// What an import would change of one party.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PartyChange {
    /// The party.
    pub party: String,
    /// Whether it is not there yet.
    pub added: bool,
    /// Its values that would go or come.
    pub differences: Vec<Difference>,
}

/// A value that would go, come, or be another.
#[derive(Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Difference {
    /// Which: `name-ja`, `competence`, `seal` …
    pub field: &'static str,
    /// What stands there now.
    pub before: Option<String>,
    /// What would stand there.
    pub after: Option<String>,
}

impl Office {
    /// What the import of a party file's text would change.
    pub async fn compare_parties(&self, text: &str, at: Moment) -> Result<Compared, PartyError> {
        let parties = file::parse(text, |_| None)?;
        super::check_keys(&parties, at)?;
        let known = self.store.parties().await?;
        let mut compared = Compared { added: 0, changed: 0, unchanged: 0, parties: Vec::new() };
        for party in &parties {
            let before = known.iter().find(|known| known.id == party.id);
            let differences = differences(before, party);
            match (before, differences.is_empty()) {
                (Some(_), true) => {
                    compared.unchanged += 1;
                    continue;
                }
                (Some(_), false) => compared.changed += 1,
                (None, _) => compared.added += 1,
            }
            compared.parties.push(PartyChange { party: party.id.to_string(), added: before.is_none(), differences });
        }
        Ok(compared)
    }

    /// Imports the text of a party file: all of it, or, where something in it is wrong, nothing.
    pub async fn import_party_text(&self, text: &str, at: Moment) -> Result<super::PartiesImported, PartyError> {
        self.take_parties(&file::parse(text, |_| None)?, at).await
    }
}

fn differences(before: Option<&Party>, after: &Party) -> Vec<Difference> {
    let (before, after) = (before.map(facts).unwrap_or_default(), facts(after));
    let none = Vec::new();
    let mut differences = Vec::new();
    let fields = before.keys().chain(after.keys()).copied().collect::<std::collections::BTreeSet<_>>();
    for field in fields {
        let (was, is) = (before.get(field).unwrap_or(&none), after.get(field).unwrap_or(&none));
        let gone: Vec<&String> = was.iter().filter(|value| !is.contains(value)).collect();
        let come: Vec<&String> = is.iter().filter(|value| !was.contains(value)).collect();
        for place in 0..gone.len().max(come.len()) {
            let at = |list: &[&String]| list.get(place).map(|value| (*value).clone());
            differences.push(Difference { field, before: at(&gone), after: at(&come) });
        }
    }
    differences
}

/// The values of a party's record, by field; of lists, each one.
fn facts(party: &Party) -> BTreeMap<&'static str, Vec<String>> {
    let Party { id: _, version: _, name, role, country, zone, competences, agreements, channel, terms } = party;
    let mut facts: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
    let mut put = |field, value: String| facts.entry(field).or_default().push(value);
    put("name-ja", name.ja.clone());
    put("name-en", name.en.clone());
    put("role", role.word().to_owned());
    put("country", country.clone());
    put("zone", zone.clone());
    for one in competences {
        let shown = competence(one.clone());
        let dates = match (&shown.from, &shown.until) {
            (None, None) => String::new(),
            (from, until) => {
                format!(" {}..{}", from.clone().unwrap_or_default(), until.clone().unwrap_or_default())
            }
        };
        put("competence", format!("{}{dates}", shown.key));
    }
    for one in agreements {
        put("agreement", agreement(one.clone()));
    }
    if let Some(channel) = channel {
        channel.mails().for_each(|mail| put("mail", mail.clone()));
        put("language", if channel.language == Language::Ja { "ja" } else { "en" }.to_owned());
        put("seal", sealed(&channel.seal));
    }
    put("shared-addresses", terms.shared_addresses.to_string());
    if let Some(days) = terms.repeat_days {
        put("repeat-days", days.to_string());
    }
    if let Some(days) = terms.answer_days {
        put("answer-days", days.to_string());
    }
    facts
}

/// A seal with what tells its key from another: a fingerprint, the recipient itself, or the reason for none.
fn sealed(seal: &Seal) -> String {
    match seal {
        Seal::Clear { reason } => format!("clear: {reason}"),
        Seal::Age(recipient) => format!("age {recipient}"),
        Seal::OpenPgp(armored) => {
            // A key that has expired since is still told from another.
            match renkei_post::seal::Recipient::check(seal, Moment(i64::MAX)) {
                Ok(recipient) => recipient.to_string(),
                Err(_) => format!("openpgp {}", renkei_core::id::Digest::of(armored.as_bytes())),
            }
        }
    }
}

impl Show for Compared {
    fn show(&self, words: &Words) -> String {
        let mut lines = Vec::new();
        for change in &self.parties {
            lines.push(format!("{} {}", if change.added { "+" } else { "~" }, change.party));
            for Difference { field, before, after } in &change.differences {
                let name = words.of(&format!("field-{field}"));
                lines.extend(before.iter().map(|value| format!("    - {name}: {value}")));
                lines.extend(after.iter().map(|value| format!("    + {name}: {value}")));
            }
        }
        let values =
            [("added", number(self.added)), ("changed", number(self.changed)), ("unchanged", number(self.unchanged))];
        lines.push(words.say("party-compared", &values));
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "[[party]]\nid = \"isp-a\"\nname = { ja = \"甲\", en = \"A\" }\nrole = \"isp\"\ncountry = \"JP\"\n\
                        zone = \"Asia/Tokyo\"\ncompetence = [{ prefix = \"198.18.0.0/16\" }, { asn = 64496 }]\n\
                        channel = { mail = \"abuse@isp-a.example\", seal = \"clear\", reason = \"test\" }\n";

    fn party(text: &str) -> Party {
        file::parse(text, |_| None).unwrap().remove(0)
    }

    #[test]
    fn only_what_differs_is_told() {
        let before = party(FILE);
        assert_eq!(differences(Some(&before), &before), []);
        let after = FILE.replace("198.18.0.0/16", "198.19.0.0/16").replace(", { asn = 64496 }", "").replace("甲", "乙");
        let told = |field, before: &str, after: &str| {
            let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
            Difference { field, before: text(before), after: text(after) }
        };
        assert_eq!(
            differences(Some(&before), &party(&after)),
            [
                told("competence", "198.18.0.0/16", "198.19.0.0/16"),
                told("competence", "AS64496", ""),
                told("name-ja", "甲", "乙"),
            ]
        );
        assert!(differences(None, &before).iter().all(|difference| difference.before.is_none()));
    }
}
