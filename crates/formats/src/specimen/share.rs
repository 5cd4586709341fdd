//! What may be passed on of a mail: without the persons it was sent to and without what tells who reported it.
//!
//! Requirement S1.35: personal data of the reporter is stripped before sharing, and an alert must not expose which
//! member reported.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde::{Deserialize, Serialize};

use super::examined::{Attachment, Examined, Head, Link, Person};
use super::head::domain;

/// What stands where something was stripped.
pub const MARK: &str = "[stripped]";
/// Names shorter than this are too common to be taken out of texts.
const SHORTEST: usize = 2;

/// A mail that may be passed on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shared {
    /// What is left of it.
    pub examined: Examined,
    /// What was stripped: the place, and how often.
    pub stripped: BTreeMap<String, usize>,
}

/// Strips the recipients and whatever names them. `also`: words that tell the reporter besides, such as names and
/// domains of the organisation that reported.
pub fn share(examined: &Examined, also: &[String]) -> Shared {
    let mut work = Work { words: words(&examined.head, examined, also), stripped: BTreeMap::new() };
    // Each field by name, so that a new one is thought about here.
    let Examined { form, digest: _, size, head, path, results, links, attachments, text_key, findings } =
        examined.clone();
    // The bytes that were reported are known to the reporter and the office alone; their digest tells a copy.
    work.count("digest", 1);
    let mut path = path;
    for (number, hop) in path.iter_mut().enumerate() {
        work.drop("path", &mut hop.recipient);
        // Who took it over last is the reporter's own server; so is what came from inside.
        let is_inside = hop.address.as_deref().and_then(|text| text.parse().ok()).is_some_and(is_private);
        if number == 0 || is_inside {
            work.drop("path", &mut hop.by);
        }
        if is_inside {
            work.drop("path", &mut hop.from);
            work.drop("path", &mut hop.address);
        }
        [&mut hop.from, &mut hop.by].into_iter().for_each(|text| work.clean("path", text));
    }
    let mut results = results;
    for result in &mut results {
        work.drop("results", &mut result.server);
        result.results.iter_mut().flat_map(|one| &mut one.about).for_each(|(_, value)| work.text("results", value));
    }
    let mut attachments = attachments;
    attachments.iter_mut().for_each(|one| work.attachment(one));
    let links = links.into_iter().map(|link| work.link(link)).collect();
    let head = work.head(head);
    let examined =
        Examined { form, digest: String::new(), size, head, path, results, links, attachments, text_key, findings };
    Shared { examined, stripped: work.stripped }
}

/// What is taken out of texts, the longest first.
fn words(head: &Head, examined: &Examined, also: &[String]) -> Vec<String> {
    let mut words = BTreeSet::new();
    let people = head.to.iter().chain(&head.cc).chain(&head.bcc);
    let mut addresses: Vec<&str> = people.clone().filter_map(|person| person.address.as_deref()).collect();
    addresses.extend(head.delivered_to.iter().map(String::as_str));
    addresses.extend(examined.path.iter().filter_map(|hop| hop.recipient.as_deref()));
    for address in addresses {
        let address = address.trim_matches(['<', '>', ' ']);
        if let Some((local, _)) = address.rsplit_once('@') {
            words.insert(address.to_owned());
            words.insert(domain(address).to_owned());
            // As links carry it to know who clicked.
            words.insert(address.replace('@', "%40"));
            words.insert(STANDARD_NO_PAD.encode(address));
            words.insert(address.bytes().map(|byte| format!("{byte:02x}")).collect());
            if local.chars().count() > 3 {
                words.insert(local.to_owned());
            }
        }
    }
    words.extend(people.filter_map(|person| person.name.clone()));
    words.extend(also.iter().cloned());
    let mut words: Vec<String> =
        words.into_iter().map(|word| word.to_lowercase()).filter(|word| word.chars().count() >= SHORTEST).collect();
    words.sort_by_key(|word| (std::cmp::Reverse(word.len()), word.clone()));
    words.dedup();
    words
}

fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_private() || v4.is_loopback() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_unique_local() || v6.is_loopback() || v6.is_unicast_link_local(),
    }
}

struct Work {
    words: Vec<String>,
    stripped: BTreeMap<String, usize>,
}

impl Work {
    fn count(&mut self, place: &str, times: usize) {
        if times > 0 {
            *self.stripped.entry(place.to_owned()).or_default() += times;
        }
    }

    /// Drops a value whatever it is.
    fn drop(&mut self, place: &str, value: &mut Option<String>) {
        self.count(place, usize::from(value.take().is_some()));
    }

    fn clean(&mut self, place: &str, value: &mut Option<String>) {
        if let Some(text) = value {
            self.text(place, text);
        }
    }

    /// Takes the words out of a text, whatever their case.
    fn text(&mut self, place: &str, text: &mut String) {
        let mut times = 0;
        for word in &self.words {
            let (clean, found) = without(text, word);
            times += found;
            *text = clean;
        }
        self.count(place, times);
    }

    fn people(&mut self, place: &str, people: &mut [Person]) {
        for person in people {
            self.clean(place, &mut person.name);
            self.clean(place, &mut person.address);
        }
    }

    fn head(&mut self, head: Head) -> Head {
        let Head { mut from, mut sender, mut reply_to, mut return_path, to, cc, bcc, delivered_to, .. } = head;
        for (place, count) in [
            ("head.to", to.len()),
            ("head.cc", cc.len()),
            ("head.bcc", bcc.len()),
            ("head.delivered_to", delivered_to.len()),
        ] {
            self.count(place, count);
        }
        let (mut subject, mut message_id) = (head.subject, head.message_id);
        self.people("head.from", &mut from);
        self.people("head.sender", &mut sender);
        self.people("head.reply_to", &mut reply_to);
        self.clean("head.return_path", &mut return_path);
        self.clean("head.subject", &mut subject);
        self.clean("head.message_id", &mut message_id);
        let (to, cc, bcc, delivered_to) = Default::default();
        let (date, mailer) = (head.date, head.mailer);
        Head { from, sender, reply_to, return_path, to, cc, bcc, delivered_to, subject, date, message_id, mailer }
    }

    fn attachment(&mut self, attachment: &mut Attachment) {
        self.clean("attachments", &mut attachment.name);
        attachment.loads.iter_mut().for_each(|text| self.text("attachments", text));
        if let Some(shortcut) = &mut attachment.shortcut {
            let texts = [&mut shortcut.target, &mut shortcut.arguments, &mut shortcut.folder, &mut shortcut.icon];
            texts.into_iter().for_each(|text| self.clean("attachments", text));
        }
        attachment.entries.iter_mut().for_each(|entry| self.attachment(entry));
    }

    fn link(&mut self, mut link: Link) -> Link {
        self.text("links", &mut link.url);
        self.text("links", &mut link.host);
        self.clean("links", &mut link.shows);
        link
    }
}

/// A text without a word (in lower case), and how often it stood there.
fn without(text: &str, word: &str) -> (String, usize) {
    let (mut out, mut times, mut at) = (String::with_capacity(text.len()), 0, 0);
    let mut copied = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        // Case folding may change lengths, so that characters are compared one by one.
        let is_mark = rest.starts_with(MARK);
        match fits(rest, word).filter(|_| !is_mark) {
            Some(length) => {
                out.push_str(text.get(copied..at).unwrap_or_default());
                out.push_str(MARK);
                times += 1;
                at += length;
                copied = at;
            }
            None if is_mark => at += MARK.len(),
            None => at += rest.chars().next().map_or(1, char::len_utf8),
        }
    }
    out.push_str(text.get(copied..).unwrap_or_default());
    (out, times)
}

/// The length of the beginning of a text that is a word, whatever its case.
fn fits(text: &str, word: &str) -> Option<usize> {
    let mut wanted = word.chars();
    let mut next = wanted.next();
    let mut length = 0;
    for character in text.chars() {
        if next.is_none() {
            break;
        }
        for lower in character.to_lowercase() {
            if next != Some(lower) {
                return None;
            }
            next = wanted.next();
        }
        length += character.len_utf8();
    }
    next.is_none().then_some(length)
}
