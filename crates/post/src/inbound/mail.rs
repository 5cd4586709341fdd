//! One mail, read: what kind it is, where it belongs, and nothing of its words.

use std::collections::BTreeSet;

use mail_parser::{Message, MessageParser};
use renkei_core::id::{Digest, LetterId};
use renkei_core::mail::Kind;

use super::addressed::{Found, values};
use super::automatic::{Origin, origin};
use super::fault::Fault;
use super::report::{self, Delivery};
use super::sheet;
use crate::address::{MailDomain, ReplyToken};

/// What a mail holds for us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Somebody answers, with the one sheet if there is one: to be counted and dropped (G20).
    Reply(Option<Vec<u8>>),
    /// A program answers.
    AutoReply,
    /// A server reports on a letter; one entry a recipient, none where it cannot be read.
    Report(Vec<Delivery>),
    /// No mail at all.
    Nothing,
}

/// What is taken from a mail. The words of it are not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// SHA-256 of its bytes.
    pub digest: Digest,
    /// What it holds.
    pub content: Content,
    /// SHA-256 of its Message-ID: tells the same mail in another copy, and holds no name.
    pub message_id: Option<Digest>,
    /// Tokens of this office in the addresses it was sent to.
    pub tokens: BTreeSet<ReplyToken>,
    /// Letters of this office that it answers or brings back.
    pub letters: BTreeSet<LetterId>,
    /// What is wrong with it.
    pub faults: Vec<Fault>,
}

impl Content {
    /// What kind of mail it makes.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Reply(_) => Kind::Reply,
            Self::AutoReply => Kind::AutoReply,
            Self::Report(_) => Kind::Report,
            Self::Nothing => Kind::Unreadable,
        }
    }
}

impl Mail {
    /// Reads a mail that came to an office.
    pub fn read(bytes: &[u8], office: &MailDomain) -> Self {
        let empty = Self {
            digest: Digest::of(bytes),
            content: Content::Nothing,
            message_id: None,
            tokens: BTreeSet::new(),
            letters: BTreeSet::new(),
            faults: vec![Fault::Unreadable],
        };
        // Whatever has a sender is taken for a mail.
        let parsed = MessageParser::default().parse(bytes).filter(|mail| values(mail, "From").next().is_some());
        let Some(parsed) = parsed else { return empty };
        let mut found = Found::default();
        found.addressed(&parsed, office);
        let mut mail = Self { message_id: message_id(&parsed), faults: Vec::new(), ..empty };
        mail.sort(&parsed, office, &mut found);
        mail.tokens = found.tokens;
        mail.letters = found.letters;
        mail
    }

    fn sort(&mut self, parsed: &Message<'_>, office: &MailDomain, found: &mut Found) {
        if let Some(deliveries) = report::read(parsed, office, found) {
            if deliveries.is_empty() {
                self.faults.push(Fault::Bounce);
            }
            self.content = Content::Report(deliveries);
            return;
        }
        let sheet = sheet::read(parsed);
        self.content = match (origin(parsed), sheet) {
            (Origin::Answerer, _) | (Origin::Program, Err(_)) => Content::AutoReply,
            (_, Ok(sheet)) => Content::Reply(Some(sheet)),
            (Origin::Person, Err(fault)) => {
                self.faults.push(fault);
                Content::Reply(None)
            }
        };
    }
}

fn message_id(mail: &Message<'_>) -> Option<Digest> {
    let id = values(mail, "Message-ID").next()?;
    Some(Digest::of(id.trim_matches(['<', '>', ' ']).as_bytes()))
}
