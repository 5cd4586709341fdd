//! What leads a mail to its request: the token in an address, our Message-ID in a reference.

use std::collections::BTreeSet;

use mail_parser::Message;
use renkei_core::id::LetterId;

use crate::address::{MailDomain, ReplyToken};
use crate::letter::letter_of;

/// Headers that say where a mail was sent to; servers write the later ones at delivery.
const TO: [&str; 10] = [
    "To",
    "Cc",
    "Delivered-To",
    "X-Original-To",
    "Envelope-To",
    "X-Envelope-To",
    "X-Delivered-To",
    "X-RCPT-To",
    "Resent-To",
    "Apparently-To",
];

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    pub tokens: BTreeSet<ReplyToken>,
    pub letters: BTreeSet<LetterId>,
}

impl Found {
    /// Looks through the headers that address a mail to us.
    pub fn addressed(&mut self, mail: &Message<'_>, office: &MailDomain) {
        for value in TO.iter().flat_map(|name| values(mail, name)) {
            self.tokens.extend(pieces(value).filter_map(|piece| ReplyToken::in_address(piece, office)));
        }
        for value in ["In-Reply-To", "References"].iter().flat_map(|name| values(mail, name)) {
            self.letters.extend(pieces(value).filter_map(|piece| our_letter(piece, office)));
        }
    }

    /// Looks through the headers of a letter of ours that came back.
    pub fn returned(&mut self, letter: &Message<'_>, office: &MailDomain) {
        for value in values(letter, "Message-ID") {
            self.letters.extend(pieces(value).filter_map(|piece| our_letter(piece, office)));
        }
        for value in values(letter, "Reply-To") {
            self.tokens.extend(pieces(value).filter_map(|piece| ReplyToken::in_address(piece, office)));
        }
    }
}

/// The raw values of a header, however often it stands there.
pub fn values<'a>(mail: &'a Message<'_>, name: &'a str) -> impl Iterator<Item = &'a str> {
    mail.headers_raw().filter(move |(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

/// Whatever may be an address or a Message-ID in a header; no grammar is needed to find one of ours.
fn pieces(value: &str) -> impl Iterator<Item = &str> {
    let between = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | ',' | ';' | '"' | '(' | ')' | ':');
    value.split(between).filter(|piece| piece.contains('@'))
}

fn our_letter(id: &str, office: &MailDomain) -> Option<LetterId> {
    let (_, domain) = id.rsplit_once('@')?;
    letter_of(id).filter(|_| domain.eq_ignore_ascii_case(office.as_str()))
}
