//! Delivery reports: RFC 3464 bodies (fields as in RFC 5322), status codes of RFC 3463, and the
//! bounces of servers that only name who failed.

use std::fmt;
use std::str::FromStr;

use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders as _, PartType};
use renkei_core::mail::Action;

use super::addressed::{Found, values};
use crate::address::{MailAddress, MailDomain};

/// A status code of RFC 3463 (`5.1.1`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StatusCode(u8, u16, u16);

/// What a report says of one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// What was done.
    pub action: Action,
    /// Why.
    pub status: Option<StatusCode>,
    /// Recipients it names: as the letter bore it, and as the last server knew it.
    pub recipients: Vec<MailAddress>,
}

impl FromStr for StatusCode {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.split('.');
        let mut next = |digits: usize| {
            let part = parts.next().filter(|part| (1..=digits).contains(&part.len()))?;
            part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse::<u16>().ok())?
        };
        match (next(1), next(3), next(3)) {
            (Some(class @ (2 | 4 | 5)), Some(subject), Some(detail)) if parts.next().is_none() => {
                Ok(Self(class as u8, subject, detail))
            }
            _ => Err(()),
        }
    }
}

impl fmt::Display for StatusCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

/// What a report says; `None`: the mail is no report. An empty list: a bounce that no program reads.
pub fn read(mail: &Message<'_>, office: &MailDomain, found: &mut Found) -> Option<Vec<Delivery>> {
    let mut deliveries = Vec::new();
    let mut is_report = mail.content_type().is_some_and(|kind| {
        let report = kind.attribute("report-type").is_some_and(|kind| kind.eq_ignore_ascii_case("delivery-status"));
        mail.is_content_type("multipart", "report") && report
    });
    for part in &mail.parts {
        if part.is_content_type("message", "delivery-status")
            || part.is_content_type("message", "global-delivery-status")
        {
            is_report = true;
            deliveries.extend(recipients(&String::from_utf8_lossy(part.contents())));
        }
    }
    let failed = values(mail, "X-Failed-Recipients").flat_map(|value| value.split(','));
    let failed: Vec<MailAddress> = failed.filter_map(|address| address.trim().parse().ok()).collect();
    is_report |= !failed.is_empty() || is_from_a_server(mail);
    if !is_report {
        return None;
    }
    if deliveries.is_empty() && !failed.is_empty() {
        deliveries.push(Delivery { action: Action::Failed, status: None, recipients: failed });
    }
    for part in &mail.parts {
        returned(part, office, found);
    }
    Some(deliveries)
}

/// A mail without a return path from a server's own address (RFC 5321 §4.5.5, RFC 2142).
fn is_from_a_server(mail: &Message<'_>) -> bool {
    let null = values(mail, "Return-Path").any(|path| path == "<>");
    let server = values(mail, "From").next().is_some_and(|from| {
        let from = from.to_ascii_lowercase();
        ["mailer-daemon", "postmaster@", "mail delivery"].iter().any(|word| from.contains(word))
    });
    null && server
}

/// The letter, or its headers, that came back with the report.
fn returned(part: &MessagePart<'_>, office: &MailDomain, found: &mut Found) {
    if let PartType::Message(letter) = &part.body {
        found.returned(letter, office);
    } else if (part.is_content_type("text", "rfc822-headers") || part.is_content_type("message", "rfc822-headers"))
        && let Some(letter) = MessageParser::default().parse_headers(part.contents())
    {
        found.returned(&letter, office);
    }
}

/// The groups of fields after the first one: one for each recipient (RFC 3464 §2.1).
fn recipients(text: &str) -> Vec<Delivery> {
    let mut groups: Vec<Vec<(String, String)>> = vec![Vec::new()];
    for line in text.lines() {
        let group = groups.last_mut();
        if line.trim().is_empty() {
            if group.is_some_and(|group| !group.is_empty()) {
                groups.push(Vec::new());
            }
        } else if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = group.and_then(|group| group.last_mut()) {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let (Some(group), Some((name, value))) = (group, line.split_once(':')) {
            group.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    groups.iter().filter_map(|group| delivery(group)).collect()
}

fn delivery(group: &[(String, String)]) -> Option<Delivery> {
    let field = |name: &str| group.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str());
    let first = |value: &str| value.split([' ', '(', ';']).next().unwrap_or_default().to_owned();
    let status: Option<StatusCode> = field("status").and_then(|value| first(value).parse().ok());
    // A report without an action it could have is told by its class (RFC 3463 §3.1).
    let action = field("action").and_then(|value| Action::from_word(&first(value).to_ascii_lowercase())).or(
        match status?.0 {
            2 => Some(Action::Delivered),
            4 => Some(Action::Delayed),
            _ => Some(Action::Failed),
        },
    )?;
    let address = |value: &str| value.split_once(';').map_or(value, |(_, address)| address).trim().parse().ok();
    let recipients = ["original-recipient", "final-recipient"].iter().filter_map(|name| address(field(name)?));
    Some(Delivery { action, status, recipients: recipients.collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_codes_are_those_of_rfc_3463() {
        for good in ["5.1.1", "4.4.7", "2.0.0", "5.7.133"] {
            assert_eq!(good.parse::<StatusCode>().unwrap().to_string(), good);
        }
        for bad in ["", "5", "5.1", "3.1.1", "5.1.1.1", "5.1.1000", "5.+1.1", "550 5.1.1"] {
            assert!(bad.parse::<StatusCode>().is_err(), "{bad}");
        }
    }

    #[test]
    fn each_recipient_has_a_group_and_folded_fields_are_whole() {
        let text = "Reporting-MTA: dns; mx.isp-a.example\n\nFinal-Recipient: RFC822;\n abuse@isp-a.example\n\
                    Action: Failed\nStatus: 5.2.2 (mailbox full)\n\nFinal-Recipient: rfc822; b@isp-a.example\n\
                    Status: 4.4.1\n\nX: y\n";
        let read = recipients(text);
        assert_eq!(read.len(), 2);
        assert_eq!((read[0].action, read[0].status.unwrap().to_string()), (Action::Failed, "5.2.2".to_owned()));
        assert_eq!(read[0].recipients[0].to_string(), "abuse@isp-a.example");
        assert_eq!(read[1].action, Action::Delayed);
    }
}
