//! What is kept of a mail that was examined: facts, places and digests; none of its words but those named here.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::finding::Finding;
use crate::indicator::{Indicator, Kind};

/// In which form a mail came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// RFC 5322, as servers pass it on.
    Eml,
    /// Outlook's own (MS-OXMSG).
    Msg,
    /// None that is known.
    #[default]
    Unknown,
}

/// A mail that was examined.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Examined {
    /// In which form it came.
    pub form: Form,
    /// Its SHA-256 in lower case.
    pub digest: String,
    /// Its size in bytes.
    pub size: u64,
    /// What its header says.
    pub head: Head,
    /// The way that it says it came, the last hop first, as in the header. All but the hops of the receiver's own
    /// servers can be made up.
    pub path: Vec<Hop>,
    /// Results of authentication as servers wrote them. Nothing was checked again here, and no name server asked.
    pub results: Vec<Results>,
    /// Links in its texts.
    pub links: Vec<Link>,
    /// What was attached.
    pub attachments: Vec<Attachment>,
    /// Key of its text: the same for the same text in another mail; none where the text is too short to tell.
    pub text_key: Option<String>,
    /// What was found.
    pub findings: Vec<Finding>,
}

/// What the header says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Head {
    /// From.
    pub from: Vec<Person>,
    /// Sender.
    pub sender: Vec<Person>,
    /// Reply-To.
    pub reply_to: Vec<Person>,
    /// Return-Path: the sender on the envelope.
    pub return_path: Option<String>,
    /// To.
    pub to: Vec<Person>,
    /// Cc.
    pub cc: Vec<Person>,
    /// Bcc.
    pub bcc: Vec<Person>,
    /// Delivered-To, X-Original-To, Envelope-To, X-Envelope-To.
    pub delivered_to: Vec<String>,
    /// Subject.
    pub subject: Option<String>,
    /// Date (RFC 3339).
    pub date: Option<String>,
    /// Message-ID.
    pub message_id: Option<String>,
    /// X-Mailer or User-Agent.
    pub mailer: Option<String>,
}

/// Somebody in a header.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Person {
    /// The name shown.
    pub name: Option<String>,
    /// The address.
    pub address: Option<String>,
}

/// A hop of the path (RFC 5321 section 4.4).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Hop {
    /// Who handed it over, as it called itself.
    pub from: Option<String>,
    /// Its address, as the receiver saw it.
    pub address: Option<String>,
    /// Who took it.
    pub by: Option<String>,
    /// For whom.
    pub recipient: Option<String>,
    /// When (RFC 3339).
    pub time: Option<String>,
}

/// Results of authentication as one server wrote them (RFC 8601, RFC 8617).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Results {
    /// The field: `authentication-results`, `arc-authentication-results`, `arc-seal` or `received-spf`.
    pub field: String,
    /// Who wrote it, by its own word.
    pub server: Option<String>,
    /// What was written.
    pub results: Vec<Outcome>,
}

/// One result.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Outcome {
    /// `spf`, `dkim`, `dmarc`, `arc` or another method.
    pub method: String,
    /// `pass`, `fail` or another word.
    pub result: String,
    /// What was looked at: property and value (`header.d`, `smtp.mailfrom`).
    pub about: Vec<(String, String)>,
}

/// A link.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Link {
    /// Where it leads, in its one form.
    pub url: String,
    /// The host.
    pub host: String,
    /// The host that its text shows, where that is another.
    pub shows: Option<String>,
    /// Whether it was written so that nobody clicks.
    pub defanged: bool,
}

/// What was attached, or lay inside.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Attachment {
    /// Its name.
    pub name: Option<String>,
    /// The type that it says.
    pub declared: Option<String>,
    /// The type that its first bytes show, as a word of this reader (`zip`, `ole`, `program`).
    pub seen: Option<String>,
    /// Its size in bytes, as far as it was unpacked.
    pub size: u64,
    /// Its SHA-256 in lower case; none where it could not be unpacked.
    pub sha256: Option<String>,
    /// Of a shortcut: what it starts.
    pub shortcut: Option<Shortcut>,
    /// What a document loads from outside.
    pub loads: Vec<String>,
    /// What lies inside.
    pub entries: Vec<Attachment>,
}

/// What a shortcut starts (MS-SHLLINK).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Shortcut {
    /// The path of its target.
    pub target: Option<String>,
    /// The arguments that it gives.
    pub arguments: Option<String>,
    /// The folder that it works in.
    pub folder: Option<String>,
    /// The icon that it shows.
    pub icon: Option<String>,
}

impl Examined {
    /// What could be looked for elsewhere, each once in its one form: senders, hosts and links, digests of what was
    /// attached (pictures and empty files left out). Recipients are not among them.
    pub fn indicators(&self) -> BTreeSet<Indicator> {
        let mut found = BTreeSet::new();
        let mut add = |kind, text: &str| found.extend(Indicator::read(kind, text).ok());
        let people = [&self.head.from, &self.head.sender, &self.head.reply_to].into_iter().flatten();
        people.filter_map(|person| person.address.as_deref()).for_each(|text| add(Kind::Mail, text));
        self.head.return_path.iter().for_each(|text| add(Kind::Mail, text));
        for link in &self.links {
            add(Kind::Url, &link.url);
            let kind = if link.host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok() {
                Kind::Address
            } else {
                Kind::Domain
            };
            add(kind, link.host.trim_matches(['[', ']']));
        }
        self.telling_files().for_each(|digest| add(Kind::Sha256, digest));
        found
    }

    /// Digests of what was attached, outermost only: nothing empty, and no pictures, which stand in many mails.
    pub fn telling_files(&self) -> impl Iterator<Item = &str> {
        let telling = |one: &&Attachment| one.size > 0 && !matches!(one.seen.as_deref(), Some("picture" | "mail"));
        self.attachments.iter().filter(telling).filter_map(|one| one.sha256.as_deref())
    }
}
