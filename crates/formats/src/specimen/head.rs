//! Facts of a header: who says to have sent it, which way it says it came, and where these differ.

use mail_parser::{Address, DateTime, Header, HeaderName, HeaderValue, Host, Message};

use super::examined::{Examined, Head, Hop, Person};
use super::finding::Code;
use super::look::{Look, kept};
use super::results;

/// Most people of one field, hops, and fields that are looked at.
const MOST_PEOPLE: usize = 100;
const MOST_HOPS: usize = 100;
const MOST_FIELDS: usize = 5_000;
/// Seconds by which clocks of servers may differ before a path is out of order.
const SKEW: i64 = 300;
/// Fields that stand once (RFC 5322 section 3.6).
const ONCE: [HeaderName<'static>; 7] = [
    HeaderName::From,
    HeaderName::Sender,
    HeaderName::ReplyTo,
    HeaderName::To,
    HeaderName::Subject,
    HeaderName::Date,
    HeaderName::MessageId,
];

/// Reads the header of a mail.
pub(super) fn read(look: &mut Look<'_>, mail: &Message<'_>, into: &mut Examined) {
    let headers = mail.headers().get(..mail.headers().len().min(MOST_FIELDS)).unwrap_or_default();
    for header in headers {
        field(mail, header, &mut into.head);
        let raw = mail.raw_message().get(header.offset_start as usize..header.offset_end as usize);
        let raw = String::from_utf8_lossy(raw.unwrap_or_default());
        match &header.value {
            HeaderValue::Received(_) if into.path.len() >= MOST_HOPS => {}
            HeaderValue::Received(received) => into.path.push(Hop {
                from: received.from.as_ref().or(received.helo.as_ref()).and_then(host),
                address: received.from_ip.map(|address| address.to_string()),
                by: received.by.as_ref().and_then(host),
                recipient: received.for_.as_deref().and_then(kept),
                time: received.date.as_ref().and_then(time),
            }),
            _ if header.name == HeaderName::Received => look.found("path", Code::BadHop),
            _ => results::note(look, &mut into.results, header.name.as_str(), &raw),
        }
    }
    for name in ONCE {
        if headers.iter().filter(|header| header.name == name).count() > 1 {
            look.found("head", Code::RepeatedField);
        }
    }
    order(look, headers);
}

/// Takes one field.
fn field(mail: &Message<'_>, header: &Header<'_>, head: &mut Head) {
    let people =
        |list: &mut Vec<Person>| list.extend(people(&header.value).take(MOST_PEOPLE.saturating_sub(list.len())));
    let first = |place: &mut Option<String>| {
        if place.is_none() {
            *place = header.value.as_text().and_then(kept);
        }
    };
    match &header.name {
        HeaderName::From => people(&mut head.from),
        HeaderName::Sender => people(&mut head.sender),
        HeaderName::ReplyTo => people(&mut head.reply_to),
        HeaderName::To | HeaderName::ResentTo | HeaderName::ApparentlyTo => people(&mut head.to),
        HeaderName::Cc | HeaderName::ResentCc => people(&mut head.cc),
        HeaderName::Bcc | HeaderName::ResentBcc => people(&mut head.bcc),
        HeaderName::Subject => first(&mut head.subject),
        HeaderName::MessageId => first(&mut head.message_id),
        HeaderName::ReturnPath => first(&mut head.return_path),
        HeaderName::Date if head.date.is_none() => head.date = header.value.as_datetime().and_then(time),
        name => {
            let name = name.as_str().to_ascii_lowercase();
            let delivered =
                ["delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-rcpt-to", "original-recipient"];
            if delivered.contains(&name.as_str()) && head.delivered_to.len() < MOST_PEOPLE {
                let raw = mail.raw_message().get(header.offset_start as usize..header.offset_end as usize);
                head.delivered_to.extend(raw.and_then(|raw| kept(&String::from_utf8_lossy(raw))));
            }
            if matches!(name.as_str(), "x-mailer" | "user-agent") {
                first(&mut head.mailer);
            }
        }
    }
}

fn people<'v>(value: &'v HeaderValue<'_>) -> impl Iterator<Item = Person> + use<'v> {
    let (list, groups) = match value {
        HeaderValue::Address(Address::List(list)) => (list.as_slice(), [].as_slice()),
        HeaderValue::Address(Address::Group(groups)) => ([].as_slice(), groups.as_slice()),
        _ => ([].as_slice(), [].as_slice()),
    };
    list.iter()
        .chain(groups.iter().flat_map(|group| &group.addresses))
        .map(|one| Person { name: one.name.as_deref().and_then(kept), address: one.address.as_deref().and_then(kept) })
}

fn host(host: &Host<'_>) -> Option<String> {
    match host {
        Host::Name(name) => kept(name),
        Host::IpAddr(address) => Some(address.to_string()),
    }
}

fn time(time: &DateTime) -> Option<String> {
    time.is_valid().then(|| time.to_rfc3339())
}

/// Says where times of the path run backwards: the last hop stands first.
fn order(look: &mut Look<'_>, headers: &[Header<'_>]) {
    let times: Vec<i64> = headers
        .iter()
        .filter_map(|header| match &header.value {
            HeaderValue::Received(received) => received.date.as_ref().filter(|date| date.is_valid()),
            _ => None,
        })
        .map(DateTime::to_timestamp)
        .collect();
    if times.windows(2).any(|pair| matches!(pair, [later, earlier] if *earlier > later.saturating_add(SKEW))) {
        look.found("path", Code::HopOrder);
    }
}

/// Compares who says to have sent it with where answers and reports go.
pub(super) fn compare(look: &mut Look<'_>, head: &Head) {
    let Some(from) = head.from.iter().find_map(|person| person.address.as_deref()) else {
        look.found("head.from", Code::NoSender);
        return;
    };
    let differs = |other: &str| !other.is_empty() && !related(domain(from), domain(other));
    if head.reply_to.iter().filter_map(|person| person.address.as_deref()).any(differs) {
        look.found("head.reply_to", Code::ReplyElsewhere);
    }
    // An empty envelope sender is that of reports.
    let envelope = head.return_path.as_deref().map(|path| path.trim_matches(['<', '>', ' '])).unwrap_or_default();
    if envelope.contains('@') && differs(envelope) {
        look.found("head.return_path", Code::EnvelopeElsewhere);
    }
    for person in &head.from {
        let shown = person.name.as_deref().unwrap_or_default();
        let shows = shown
            .split_whitespace()
            .map(|word| word.trim_matches(['<', '>', '(', ')', '"', '\'', ',']))
            .find(|word| word.split_once('@').is_some_and(|(local, host)| !local.is_empty() && host.contains('.')));
        if shows.is_some_and(|shows| person.address.as_deref().is_none_or(|own| !related(domain(own), domain(shows)))) {
            look.found("head.from", Code::NameShowsAddress);
        }
    }
}

/// The domain of a mail address.
pub(super) fn domain(address: &str) -> &str {
    address.rsplit_once('@').map_or(address, |(_, host)| host).trim_matches(['<', '>', ' ', '.'])
}

/// Whether two domains are the same, or one lies below the other.
pub(super) fn related(one: &str, other: &str) -> bool {
    let (one, other) = (one.to_lowercase(), other.to_lowercase());
    one == other || one.ends_with(&format!(".{other}")) || other.ends_with(&format!(".{one}"))
}
