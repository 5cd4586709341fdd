//! What is wrong with a message: members, shapes, words of dictionaries, numbering, and who may set what.

mod walk;

use super::finding::{Code, Finding};
use super::message::Message;
use super::name::{Kind, Verb};
use super::schema::kind_of;
use super::tree::{Object, Value};

/// The least and the most minor number of `V1` that is taken: classes of e-evidence came with 13, the
/// newest prose is 24. An own choice.
pub const MINORS: std::ops::RangeInclusive<u32> = 13..=24;

/// On which side of an inquiry the writer of a message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// Who asks: police.
    Requester,
    /// Who is asked: a provider.
    Provider,
}

/// All that is wrong with a message, in the order in which it stands there; nothing: it may be decided about.
pub fn check(message: &Message, writer: Side) -> Vec<Finding> {
    let mut findings = walk::shapes(message);
    let mut actions = Actions { writer, numbers: Vec::new(), findings: &mut findings };
    let requests = ["Payload", "RequestPayload", "ActionRequests", "ActionRequest"];
    if let Some(list) = message.root().at(&requests) {
        let list = if let Value::List(values) = list { values.as_slice() } else { std::slice::from_ref(list) };
        for (at, action) in list.iter().enumerate() {
            action.as_object().into_iter().for_each(|action| actions.one(at, action));
        }
    }
    findings.sort_by_key(|finding| finding.action);
    findings
}

struct Actions<'a> {
    writer: Side,
    numbers: Vec<u64>,
    findings: &'a mut Vec<Finding>,
}

impl Actions<'_> {
    fn one(&mut self, at: usize, action: &Object) {
        if let Some(number) = action.count("ActionIdentifier") {
            if self.numbers.contains(&number) {
                self.find(at, "ActionIdentifier", Code::ActionTwice);
            } else if number != at as u64 {
                self.find(at, "ActionIdentifier", Code::ActionOrder);
            }
            self.numbers.push(number);
        }
        for verb in Verb::ALL {
            if let Some(body) = action.object(verb.word()) {
                self.verb(at, *verb, body);
            }
        }
    }

    fn verb(&mut self, at: usize, verb: Verb, body: &Object) {
        let Some(object) = body.object("HI1Object") else { return };
        let Some(kind) = kind_of(object) else { return };
        let path = |member: &str| format!("{}/HI1Object/{member}", verb.word());
        let is_here = match verb {
            Verb::Deliver => kind == Kind::Delivery,
            Verb::Create => kind != Kind::Delivery,
            _ => true,
        };
        if !is_here {
            self.find(at, &path("@xsi:type"), Code::KindNotHere);
        }
        if verb == Verb::Deliver && body.text("Identifier") != object.text("ObjectIdentifier") {
            self.find(at, &path("ObjectIdentifier"), Code::OtherIdentifier);
        }
        let Some((status, desired)) = kind.statuses() else { return };
        // What is delivered goes the other way: the provider is its sender.
        let is_sender = (self.writer == Side::Requester) != (kind == Kind::Delivery);
        if is_sender && object.get(status).is_some() {
            self.find(at, &path(status), Code::StatusBySender);
        }
        if !is_sender && object.get(desired).is_some() {
            self.find(at, &path(desired), Code::DesiredByReceiver);
        }
    }

    fn find(&mut self, at: usize, path: &str, code: Code) {
        let path = format!("Payload/RequestPayload/ActionRequests/ActionRequest[{at}]/{path}");
        self.findings.push(Finding { action: Some(at), path, code });
    }
}
