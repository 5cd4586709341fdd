//! The register of courts: entered by the office's keeper from a file, each key with a fingerprint to compare.

use renkei_core::act::Act;
use renkei_core::id::CourtId;
use renkei_core::question::{Object, ObjectKind};
use renkei_core::seat::Duty;
use renkei_core::text::Bilingual;
use renkei_core::time::{Day, Moment};
use renkei_core::warrant::{Court, CourtKey};
use renkei_store::warrant::Registered;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::WarrantError;
use crate::office::Office;
use crate::words::{Show, Words};

/// Most keys of one court.
const MOST_KEYS: usize = 100;
/// Longest name, in characters.
const LONGEST_NAME: usize = 200;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    court: Vec<RawCourt>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCourt {
    id: String,
    name: RawName,
    #[serde(default)]
    key: Vec<RawKey>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawName {
    ja: String,
    en: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawKey {
    public: String,
    from: Option<String>,
    until: Option<String>,
    revoked: Option<String>,
}

/// Courts of the register.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CourtList(pub Vec<CourtShown>);

/// A court of the register.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CourtShown {
    /// Its id, which its statements name.
    pub court: String,
    /// Its name in Japanese.
    pub name_ja: String,
    /// Its name in English.
    pub name_en: String,
    /// Its keys.
    pub keys: Vec<CourtKeyShown>,
    /// How often it was changed.
    pub version: u64,
    /// When it was last changed.
    pub changed_at: String,
}

/// A key of a court.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CourtKeyShown {
    /// Its public half, as a line of C2SP.
    pub public: String,
    /// What is compared with the court by telephone.
    pub fingerprint: String,
    /// The first day whose warrants it may sign.
    pub from: Option<String>,
    /// The first day whose warrants it may no longer sign.
    pub until: Option<String>,
    /// The day on which the court took it back.
    pub revoked: Option<String>,
}

impl CourtShown {
    fn of(registered: Registered) -> Self {
        let Registered { court: Court { id, name: Bilingual { ja, en }, keys }, version, changed_at } = registered;
        Self {
            court: id.to_string(),
            name_ja: ja,
            name_en: en,
            keys: keys.into_iter().map(CourtKeyShown::of).collect(),
            version,
            changed_at: changed_at.to_string(),
        }
    }
}

impl CourtKeyShown {
    fn of(known: CourtKey) -> Self {
        let fingerprint = known.fingerprint();
        let CourtKey { key, from, until, revoked } = known;
        let [from, until, revoked] = [from, until, revoked].map(|day| day.map(|day| day.to_string()));
        Self { public: key.to_string(), fingerprint, from, until, revoked }
    }
}

impl Office {
    /// Enters the courts of a file (`[[court]]`), or changes them; all of it or, where something is not right, nothing.
    /// A key that stands in the register stays there: it is ended by a day, or revoked for good.
    pub async fn import_courts(&self, text: &str, at: Moment) -> Result<CourtList, WarrantError> {
        let file: File = toml::from_str(text).map_err(|error| WarrantError::File(error.message().to_owned()))?;
        let seat = self.seat(Duty::Keeper).await?;
        // Whoever may not enter courts is told so before what there is.
        self.must_allow(&self.question(Act::ImportCourt, seat.clone(), at)).await?;
        let known = self.store.courts().await?;
        let mut courts: Vec<(Court, u64)> = Vec::new();
        for raw in file.court {
            let mut court = read(raw)?;
            if courts.iter().any(|(other, _)| other.id == court.id) {
                return Err(WarrantError::File(format!("court `{}` stands twice in it", court.id)));
            }
            let registered = known.iter().find(|known| known.court.id == court.id);
            if let Some(Registered { court: before, .. }) = registered {
                keep(&mut court, before)?;
            }
            courts.push((court, registered.map_or(0, |known| known.version)));
        }
        one_court_a_key(&courts, &known)?;
        let ids: Vec<CourtId> = courts.iter().map(|(court, _)| court.id.clone()).collect();
        for (court, version) in courts {
            let object = Object::new(ObjectKind::Court, &court.id, version);
            let permit = self.ask(self.question(Act::ImportCourt, seat.clone(), at).on(object)).await?;
            self.store.set_court(permit, &court).await?;
        }
        let now = self.store.courts().await?.into_iter().filter(|known| ids.contains(&known.court.id));
        Ok(CourtList(now.map(CourtShown::of).collect()))
    }

    /// Every court of the register. Public keys are nobody's secret: whoever has a seat may compare them.
    pub async fn courts(&self) -> Result<CourtList, WarrantError> {
        Ok(CourtList(self.store.courts().await?.into_iter().map(CourtShown::of).collect()))
    }
}

fn read(raw: RawCourt) -> Result<Court, WarrantError> {
    let RawCourt { id: typed, name: RawName { ja, en }, key } = raw;
    let wrong = |why: String| WarrantError::Value { court: typed.clone(), why };
    let id: CourtId = typed.parse().map_err(|error| wrong(format!("{error}")))?;
    for name in [&ja, &en] {
        let fits = !name.trim().is_empty() && name.chars().count() <= LONGEST_NAME && !name.contains(char::is_control);
        if !fits {
            return Err(wrong(format!("its name needs 1 to {LONGEST_NAME} characters in both languages")));
        }
    }
    if key.is_empty() || key.len() > MOST_KEYS {
        return Err(wrong(format!("it needs 1 to {MOST_KEYS} keys: `[[court.key]]` with `public`")));
    }
    let mut keys: Vec<CourtKey> = Vec::new();
    for RawKey { public, from, until, revoked } in key {
        let day = |text: Option<String>| {
            text.map(|text| text.parse::<Day>().map_err(|error| wrong(error.to_string()))).transpose()
        };
        let key = public.trim().parse().map_err(|error| wrong(format!("{error}")))?;
        let key = CourtKey { key, from: day(from)?, until: day(until)?, revoked: day(revoked)? };
        let (name, hash) = (key.key.name(), key.key.hash());
        if keys.iter().any(|other| other.key.name() == name && other.key.hash() == hash) {
            return Err(wrong(format!("its key `{name}` stands there twice")));
        }
        if key.from.zip(key.until).is_some_and(|(from, until)| until <= from) {
            return Err(wrong(format!("its key `{name}` ends before it begins")));
        }
        keys.push(key);
    }
    Ok(Court { id, name: Bilingual { ja, en }, keys })
}

/// Keys that the court has stay behind those that are named, and none comes back that was revoked.
fn keep(court: &mut Court, before: &Court) -> Result<(), WarrantError> {
    for old in &before.keys {
        match court.keys.iter().find(|new| new.key == old.key) {
            Some(new) if old.revoked.is_some() && new.revoked.is_none() => {
                return Err(WarrantError::Revoked(court.id.clone(), old.key.name().to_string()));
            }
            Some(_) => {}
            None => court.keys.push(old.clone()),
        }
    }
    Ok(())
}

/// A key belongs to one court: one that two had would say nothing about which of them signed.
fn one_court_a_key(courts: &[(Court, u64)], known: &[Registered]) -> Result<(), WarrantError> {
    let others = courts.iter().map(|(court, _)| court).chain(known.iter().map(|known| &known.court));
    let others: Vec<&Court> = others.collect();
    for (court, _) in courts {
        for key in &court.keys {
            let same = |other: &&&Court| {
                other.id != court.id && other.keys.iter().any(|theirs| theirs.key.bytes() == key.key.bytes())
            };
            if let Some(other) = others.iter().find(same) {
                let why = format!("its key `{}` is one of the court `{}`", key.key.name(), other.id);
                return Err(WarrantError::Value { court: court.id.to_string(), why });
            }
        }
    }
    Ok(())
}

impl Show for CourtList {
    fn show(&self, words: &Words) -> String {
        if self.0.is_empty() {
            return words.of("courts-none");
        }
        let mut lines = Vec::new();
        for court in &self.0 {
            lines.push(format!("{} · {} / {}", court.court, court.name_ja, court.name_en));
            for key in &court.keys {
                lines.push(format!("  {}", key.public));
                lines.push(format!("    {}: {}", words.of("court-fingerprint"), key.fingerprint));
                let days = [("court-from", &key.from), ("court-until", &key.until), ("court-revoked", &key.revoked)];
                let days: Vec<_> = days
                    .into_iter()
                    .filter_map(|(label, day)| Some(format!("{} {}", words.of(label), day.as_ref()?)))
                    .collect();
                lines.extend((!days.is_empty()).then(|| format!("    {}", days.join(" · "))));
            }
        }
        lines.push(words.of("court-compare"));
        lines.join("\n")
    }
}
