//! Crafted messages: whatever is changed, nothing but subscriber data is asked for or handed over, no approver
//! is skipped, and no status that is final changes.

use proptest::prelude::*;

use super::sample::*;
use crate::hi1::Message;
use crate::hi1::build;
use crate::hi1::check::Side;
use crate::hi1::engine::{Decision, Effect, State, decide};
use crate::hi1::part::{Approval, Disclosure, Part, Role};
use crate::hi1::profile;
use crate::hi1::tree::{Object, Value};
use crate::hi1::word::RequestType;
use crate::hi1::{Kind, ObjectId};

/// A change somewhere in a tree: a member goes, comes twice under another name, or gets another's value.
#[derive(Debug, Clone)]
enum Change {
    Remove,
    Replace(Value),
    Rename(String),
}

fn change() -> impl Strategy<Value = Change> {
    let words: Vec<Value> = RequestType::ALL
        .iter()
        .map(|class| Value::from(crate::hi1::word::Word::word(*class)))
        .chain(["IsEmergency", "Disclosed", "XX", "", "SectionHead", "Drafter"].map(Value::from))
        .chain([Value::Null, Value::from(0), Value::from(true), Value::from(Object::new()), Value::List(vec![])])
        .chain([id(1), id(2), id(3)].map(|id: ObjectId| Value::from(id.to_string())))
        .collect();
    let names =
        ["task:Status", "task:Type", "task:CSPID", "Generation", "UPDATE", "DELIVER", "auth:AuthorisationFlags"];
    prop_oneof![
        Just(Change::Remove),
        prop::sample::select(words).prop_map(Change::Replace),
        prop::sample::select(names.to_vec()).prop_map(|name| Change::Rename(name.to_owned())),
    ]
}

/// How many members there are, all levels.
fn size(value: &Value) -> usize {
    match value {
        Value::Object(object) => object.members().map(|(_, value)| 1 + size(value)).sum(),
        Value::List(values) => values.iter().map(size).sum(),
        _ => 0,
    }
}

/// The tree with its n-th member changed.
fn changed(value: &Value, left: &mut usize, change: &Change) -> Value {
    match value {
        Value::List(values) => Value::List(values.iter().map(|value| changed(value, left, change)).collect()),
        Value::Object(object) => {
            let mut new = Object::new();
            for (name, value) in object.members() {
                let is_it = *left == 0;
                *left = left.wrapping_sub(1);
                match change {
                    Change::Remove if is_it => {}
                    Change::Replace(other) if is_it => new.set(name, other.clone()),
                    Change::Rename(other) if is_it => new.set(other, value.clone()),
                    _ => {
                        let value = changed(value, left, change);
                        new.set(name, value);
                    }
                }
            }
            Value::Object(new)
        }
        other => other.clone(),
    }
}

fn mutated(message: &Message, changes: &[(prop::sample::Index, Change)]) -> Message {
    let mut root = Value::from(message.root().clone());
    for (at, change) in changes {
        if size(&root) > 0 {
            root = changed(&root, &mut at.index(size(&root)), change);
        }
    }
    let Value::Object(root) = root else { panic!("the root stays an object") };
    Message::of(root)
}

fn accepted<'a>(message: &'a Message, side: Side, memory: &Memory) -> Vec<Effect<'a>> {
    if !profile::check(message, side, NOW, memory).is_empty() {
        return Vec::new();
    }
    let line = if side == Side::Requester { at_provider() } else { at_police() };
    match decide(message, &line, memory) {
        Decision::Accepted(effects) => effects,
        _ => Vec::new(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn nothing_crafted_asks_for_more(changes in prop::collection::vec((any::<prop::sample::Index>(), change()), 1..4)) {
        let message = mutated(&inquiry(2), &changes);
        for effect in accepted(&message, Side::Requester, &Memory::default()) {
            let Effect::Create(_, _, kind, object) = effect else { continue };
            match kind {
                Kind::Disclosure => {
                    let class = object.object("task:RequestDetails").and_then(|details| details.object("task:Type"));
                    let word = class.and_then(|class| class.text("common:Value"));
                    prop_assert_eq!(word, Some("SubscriberData"));
                    let read = Disclosure::from_object(object).unwrap();
                    prop_assert_eq!(read.class, Some(RequestType::SubscriberData));
                }
                Kind::Authorisation => {
                    let last = object.all("auth:AuthorisationApprovalDetails").last().unwrap().as_object().unwrap();
                    prop_assert_eq!(Approval::read(last).unwrap().role, Some(Role::SectionHead));
                }
                _ => {}
            }
        }
    }

    #[test]
    fn nothing_crafted_is_handed_over_or_changes_what_is_final(
        changes in prop::collection::vec((any::<prop::sample::Index>(), change()), 1..4),
        class in prop::sample::select(RequestType::ALL.to_vec()),
        is_final: bool,
    ) {
        let mut memory = Memory::after(&inquiry(2));
        for (known, _) in memory.objects.values_mut() {
            known.state = if is_final { State::Done } else { State::Open };
            known.class = (known.kind == Kind::Disclosure).then_some(class);
        }
        memory.done.clear();
        let message = mutated(&build::delivery(&to_police(7), &[delivery(30, 2, file())]), &changes);
        let effects = accepted(&message, Side::Provider, &memory);
        for effect in effects {
            prop_assert!(!is_final || !matches!(effect, Effect::Update(..) | Effect::Deliver(..)));
            if let Effect::Deliver(..) = effect {
                prop_assert_eq!(class, RequestType::SubscriberData);
            }
        }
    }
}
