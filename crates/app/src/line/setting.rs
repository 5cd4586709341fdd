//! Setting up lines: the office's own certificate, what it gives the other office, and what it was given.

use std::path::PathBuf;

use renkei_core::act::Act;
use renkei_core::id::{Digest, PartyId};
use renkei_core::ledger::{Keyring, PublicKey, keylist};
use renkei_core::question::{Object, ObjectKind};
use renkei_core::seat::Duty;
use renkei_core::time::Moment;
use renkei_post::line::{Shown, address, issue, until};
use renkei_store::line::NewLine;
use serde::{Deserialize, Serialize};

use super::{LineError, LineList, LineMade, LineShown};
use crate::office::Office;
use crate::secret;

/// What one office gives another, as a file: where it is reached, whom its certificate is from, its keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineGiven {
    /// Its organisation, as the directories of both have it.
    pub party: String,
    /// Where its office takes messages.
    pub url: String,
    /// The key with which its office signs.
    pub office_key: String,
    /// The keys of its seats, signed by that key.
    pub keys: String,
    /// Who issues its certificate (PEM).
    pub authority: String,
}

impl LineGiven {
    /// What both sides read to each other by telephone: the digest of all of it, in groups of four.
    pub fn fingerprint(&self) -> String {
        let Self { party, url, office_key, keys: _, authority } = self;
        let digest = Digest::of(format!("{party}\n{url}\n{office_key}\n{authority}").as_bytes()).to_string();
        let groups: Vec<&str> = digest.as_bytes().chunks(4).filter_map(|four| std::str::from_utf8(four).ok()).collect();
        groups.get(..8).unwrap_or(&groups).join(" ")
    }
}

impl Office {
    /// Makes the certificate that this office shows on its lines, from an own small authority. Given certificates are
    /// put in the same places.
    pub async fn init_line(&self, hosts: &[String], at: Moment) -> Result<LineMade, LineError> {
        if self.line_file("certificate.pem").exists() {
            return Err(LineError::HasCertificate(self.line_folder().display().to_string()));
        }
        // Who may enter a line may make what is shown on it; it is entered as a change of the office's own party.
        let own = self.settings.party.clone();
        let version = self.store.party(&own).await?.map_or(0, |party| party.version);
        let object = Object::new(ObjectKind::Party, &own, version);
        let permit = self.ask_for(Act::ImportParty, Duty::Keeper, [object], at).await?;
        let (year, _, _) = at.day().civil();
        let issued = issue(self.settings.domain.as_str(), hosts, year)?;
        secret::write(&self.key_file("line-authority"), &issued.authority_key)?;
        secret::write(&self.key_file("line"), &issued.key)?;
        secret::write(&self.line_file("authority.pem"), &issued.authority)?;
        secret::write(&self.line_file("certificate.pem"), &issued.certificate)?;
        let authority = Digest::of(issued.authority.as_bytes());
        let detail = renkei_core::ledger::Detail::new().put("line-authority", authority);
        self.store.note_certificate(permit, detail).await?;
        Ok(LineMade { hosts: hosts.to_vec(), authority: authority.to_string(), until: until(year) })
    }

    /// What the other office is given: it enters it there, and both compare the fingerprint by another way.
    pub async fn give_line(&self, url: &str) -> Result<LineGiven, LineError> {
        let signer = self.ledger_signer().await?;
        Ok(LineGiven {
            party: self.settings.party.to_string(),
            url: address(url)?.into(),
            office_key: signer.public().to_string(),
            keys: keylist::sign(&self.public_keys().await?, &signer),
            authority: self.read_line_file("authority.pem")?,
        })
    }

    /// Enters the line to an office that gave this.
    pub async fn add_line(&self, given: &LineGiven, at: Moment) -> Result<LineShown, LineError> {
        let bad = |why: &str| LineError::Given(why.to_owned());
        let party: PartyId = given.party.parse().map_err(|_| bad("its party is no identifier"))?;
        let known = self.store.party(&party).await?.ok_or_else(|| LineError::UnknownParty(party.clone()))?;
        let office: PublicKey = given.office_key.parse().map_err(|_| bad("its office's key cannot be read"))?;
        let theirs = keylist::open(&given.keys, &office).ok_or_else(|| bad("its list of keys is not signed by it"))?;
        let ours = self.public_keys().await?;
        if theirs.iter().any(|key| ours.iter().any(|own| own.name() == key.name())) {
            return Err(bad("its keys have names of this office's: both were made for one domain"));
        }
        let url: String = address(&given.url)?.into();
        // What cannot be shown or called is refused now and not at the first inquiry.
        renkei_post::line::Caller::open(&url, &given.authority, &self.shown_certificate()?)?;
        let object = Object::new(ObjectKind::Party, &party, known.version);
        let permit = self.ask_for(Act::ImportParty, Duty::Keeper, [object], at).await?;
        let new = NewLine {
            url,
            authority: given.authority.clone(),
            office_key: given.office_key.clone(),
            keys: given.keys.clone(),
        };
        self.store.set_line(permit, &party, &new).await?;
        let mut lines = self.lines().await?.0.into_iter();
        lines.find(|line| line.party == party.as_str()).ok_or(LineError::NoLine(party))
    }

    /// Removes a line.
    pub async fn remove_line(&self, party: &PartyId, at: Moment) -> Result<LineList, LineError> {
        let known = self.store.party(party).await?.ok_or_else(|| LineError::UnknownParty(party.clone()))?;
        let object = Object::new(ObjectKind::Party, party, known.version);
        let permit = self.ask_for(Act::ImportParty, Duty::Keeper, [object], at).await?;
        self.store.remove_line(permit, party).await?;
        self.lines().await
    }

    /// Every line, with what waits on it.
    pub async fn lines(&self) -> Result<LineList, LineError> {
        let mut shown = Vec::new();
        for line in self.store.lines().await? {
            let waiting = self.store.tellings_of(&line.party).await?;
            shown.push(LineShown::of(line, &waiting));
        }
        Ok(LineList(shown))
    }

    /// The public signing keys of the office and its seats, as `verify` reads them.
    pub async fn export_keys(&self) -> Result<String, LineError> {
        let keys = self.public_keys().await?;
        let text: String = keys.iter().map(|key| format!("{key}\n")).collect();
        // What is given out can be read.
        Keyring::parse(&text).map_err(|(_, error)| LineError::Given(error.to_string()))?;
        Ok(text)
    }

    /// The certificate that this office shows, with its key.
    pub fn shown_certificate(&self) -> Result<Shown, LineError> {
        let chain = self.read_line_file("certificate.pem")?;
        let key = secret::read(&self.key_file("line"))?;
        Ok(Shown::read(&chain, &key)?)
    }

    /// The same as text: the chain, and the private key (PEM).
    pub fn line_certificate(&self) -> Result<(String, zeroize::Zeroizing<String>), LineError> {
        Ok((self.read_line_file("certificate.pem")?, secret::read(&self.key_file("line"))?))
    }

    fn read_line_file(&self, name: &str) -> Result<String, LineError> {
        let path = self.line_file(name);
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(LineError::NoCertificate),
            Err(error) => Err(LineError::Io(path.display().to_string(), error)),
        }
    }

    fn line_folder(&self) -> PathBuf {
        self.folder.join("line")
    }

    fn line_file(&self, name: &str) -> PathBuf {
        self.line_folder().join(name)
    }
}
