//! The two phases: all or nothing, once or not at all, and against a model that knows nothing of the code.

use proptest::prelude::*;

use super::sample::*;
use crate::hi1::build::{self, Answer, Ask};
use crate::hi1::check::Side;
use crate::hi1::engine::{Decision, Effect, State, decide};
use crate::hi1::message::{Outcome, Payload};
use crate::hi1::part::{Delivery, Disclosure, Part};
use crate::hi1::tree::Object;
use crate::hi1::{Code, ErrorCode, Finding, Kind, Message, Verb};

fn codes(decision: &Decision<'_>) -> Vec<(Option<usize>, Code)> {
    match decision {
        Decision::Refused(findings) => findings.iter().map(|finding| (finding.action, finding.code)).collect(),
        other => panic!("{other:?}"),
    }
}

fn asked(memory: &Memory, asks: Vec<Ask>) -> Vec<(Option<usize>, Code)> {
    let message = build::request(&to_provider(50), asks);
    match decide(&message, &at_provider(), memory) {
        Decision::Accepted(_) => Vec::new(),
        decision => codes(&decision),
    }
}

/// Members of an update of the disclosure 2, at a generation.
fn change(generation: u64) -> Object {
    let object = disclosure(2, 1).to_object();
    Object::new()
        .with("@xsi:type", Kind::Disclosure.type_name())
        .with("ObjectIdentifier", id(2).to_string())
        .with("Generation", generation)
        .with("task:DesiredStatus", object.object("task:DesiredStatus").unwrap().clone())
}

fn set(memory: &mut Memory, bits: u128, state: State) {
    memory.objects.get_mut(&id(bits)).unwrap().0.state = state;
}

#[test]
fn an_inquiry_is_created_whole() {
    let message = inquiry(3);
    let decision = decide(&message, &at_provider(), &Memory::default());
    let Decision::Accepted(effects) = decision else { panic!("{decision:?}") };
    let made: Vec<_> = effects.iter().map(|effect| effect.written().unwrap()).collect();
    assert_eq!(made, [0, 1, 2, 3].map(|n| (n, Verb::Create, id(1 + u128::from(n)))));
    let answers: Vec<_> = effects.iter().map(|effect| build::applied(effect).unwrap()).collect();
    assert_eq!(answers[3], (3, Answer::Done(Verb::Create, id(4))));
    assert_eq!(message.named(), [id(1), id(2), id(3), id(4)]);
}

#[test]
fn the_message_is_between_those_who_are_connected() {
    let message = inquiry(1);
    let mut line = at_provider();
    line.peer.name = "police-tsukimi".to_owned();
    assert_eq!(codes(&decide(&message, &line, &Memory::default())), [(None, Code::OtherSender)]);
    let mut line = at_provider();
    line.own.country = "XX".to_owned();
    assert_eq!(codes(&decide(&message, &line, &Memory::default())), [(None, Code::OtherReceiver)]);
    let response = build::response(&to_provider(1), vec![(0, Answer::Done(Verb::Create, id(2)))]);
    assert_eq!(codes(&decide(&response, &at_provider(), &Memory::default())), [(None, Code::NotRequest)]);
}

#[test]
fn a_replay_creates_nothing_twice() {
    let message = inquiry(2);
    let memory = Memory::after(&message);
    assert_eq!(decide(&message, &at_provider(), &memory), Decision::Replayed);
    // The same objects in a new transaction.
    let mut other = message.root().clone();
    let mut header = other.object("Header").unwrap().clone();
    header.set("TransactionIdentifier", to_provider(99).transaction.to_string());
    other.set("Header", header);
    let exists = [0, 1, 2].map(|at| (Some(at), Code::Exists));
    assert_eq!(codes(&decide(&Message::of(other), &at_provider(), &memory)), exists);
    // Another message in the same transaction.
    assert_eq!(codes(&decide(&inquiry(3), &at_provider(), &memory)), [(None, Code::TransactionReused)]);
}

#[test]
fn updates_are_locked_by_generation_and_end_with_the_status() {
    let mut memory = Memory::after(&inquiry(1));
    assert_eq!(asked(&memory, vec![Ask::Update(change(0))]), []);
    assert_eq!(asked(&memory, vec![Ask::Update(change(1))]), [(Some(0), Code::Stale)]);
    assert_eq!(asked(&memory, vec![Ask::Update(change(0)), Ask::Update(change(1))]), []);
    assert_eq!(asked(&memory, vec![Ask::Update(change(0)), Ask::Update(change(0))]), [(Some(1), Code::Stale)]);
    let mut without = Object::new();
    change(0).members().filter(|(name, _)| *name != "Generation").for_each(|(n, v)| without.set(n, v.clone()));
    assert_eq!(asked(&memory, vec![Ask::Update(without)]), [(Some(0), Code::NoGeneration)]);
    let other = change(0).with("@xsi:type", Kind::Preservation.type_name());
    assert!(asked(&memory, vec![Ask::Update(other)]).iter().any(|(_, code)| code.error() == ErrorCode::IMPROPER));
    let unknown = change(0).with("ObjectIdentifier", id(77).to_string());
    assert_eq!(asked(&memory, vec![Ask::Update(unknown)]), [(Some(0), Code::UpdateUnknown)]);
    assert_eq!(asked(&memory, vec![Ask::Update(change(0).with("OwnerIdentifier", "x"))]), [(Some(0), Code::NotOwn)]);
    for state in [State::Done, State::Expired, State::Refused] {
        set(&mut memory, 2, state);
        assert_eq!(asked(&memory, vec![Ask::Update(change(0))]), [(Some(0), Code::Terminal)]);
    }
}

#[test]
fn links_lead_to_what_stands() {
    let mut memory = Memory::after(&inquiry(1));
    let ask = || vec![Ask::Create(disclosure(8, 1).to_object())];
    assert_eq!(asked(&memory, ask()), []);
    for (state, code) in [(State::Expired, Code::LinkExpired), (State::Refused, Code::LinkRefused)] {
        set(&mut memory, 1, state);
        assert_eq!(asked(&memory, ask()), [(Some(0), code)]);
    }
    assert_eq!(asked(&memory, vec![Ask::Create(disclosure(8, 70).to_object())]), [(Some(0), Code::LinkMissing)]);
    // What a later action creates may be linked to; what nobody creates may not.
    let asks = vec![Ask::Create(disclosure(8, 70).to_object()), Ask::Create(authorisation(70).to_object())];
    assert_eq!(asked(&memory, asks), []);
}

#[test]
fn others_objects_are_as_if_they_were_not() {
    let mut memory = Memory::after(&inquiry(1));
    assert_eq!(asked(&memory, vec![Ask::Get(id(2))]), []);
    for known in memory.objects.values_mut() {
        known.0.owner.name = "police-tsukimi".to_owned();
    }
    assert_eq!(asked(&memory, vec![Ask::Get(id(2))]), [(Some(0), Code::NotFound)]);
    assert_eq!(asked(&memory, vec![Ask::Get(id(70))]), [(Some(0), Code::NotFound)]);
    assert_eq!(asked(&memory, vec![Ask::Update(change(0))]), [(Some(0), Code::UpdateUnknown)]);
    assert_eq!(asked(&memory, vec![Ask::Create(disclosure(8, 1).to_object())]), [(Some(0), Code::LinkMissing)]);
    assert_eq!(asked(&memory, vec![Ask::Config, Ask::List(build::Query::default())]), []);
}

/// What the police know after they sent an inquiry.
fn sent() -> Memory {
    let mut memory = Memory::after(&inquiry(1));
    for (known, _) in memory.objects.values_mut() {
        (known.owner, known.addressee) = (police(), provider());
    }
    memory.done.clear();
    memory
}

fn delivered(memory: &Memory, parts: &[Delivery]) -> Vec<(Option<usize>, Code)> {
    let message = build::delivery(&to_police(60), parts);
    match decide(&message, &at_police(), memory) {
        Decision::Accepted(_) => Vec::new(),
        decision => codes(&decision),
    }
}

#[test]
fn a_delivery_answers_an_open_task_of_ours() {
    let mut memory = sent();
    let part = |bits| delivery(bits, 2, file());
    assert_eq!(delivered(&memory, &[part(30), part(31)]), []);
    assert_eq!(delivered(&memory, &[part(30), part(30)]), [(Some(1), Code::Exists)]);
    // The authorisation is no task; what is not known is none either.
    assert_eq!(delivered(&memory, &[delivery(30, 1, file())]), [(Some(0), Code::LinkMissing)]);
    assert!(delivered(&memory, &[delivery(30, 70, file())]).contains(&(Some(0), Code::LinkMissing)));
    for (state, code) in
        [(State::Done, Code::Terminal), (State::Refused, Code::LinkRefused), (State::Expired, Code::LinkExpired)]
    {
        set(&mut memory, 2, state);
        assert_eq!(delivered(&memory, &[part(30)]), [(Some(0), code)]);
    }
    // A task that another provider was asked about.
    set(&mut memory, 2, State::Open);
    memory.objects.get_mut(&id(2)).unwrap().0.addressee.name = "isp-other".to_owned();
    assert!(delivered(&memory, &[part(30)]).contains(&(Some(0), Code::LinkMissing)));
}

#[test]
fn a_notice_may_tell_why_something_was_refused() {
    let mut memory = sent();
    set(&mut memory, 2, State::Refused);
    let message = build::notice(&to_police(61), &notice(40, 2));
    assert!(matches!(decide(&message, &at_police(), &memory), Decision::Accepted(_)));
}

#[test]
fn the_provider_updates_the_status_of_what_it_was_asked() {
    let memory = sent();
    let object = Disclosure {
        status: Some(crate::hi1::word::LDTaskStatus::AwaitingDisclosure),
        desired: None,
        ..disclosure(2, 1)
    };
    let mut object = object.to_object();
    object.place("Generation", 0, |name| name == "AssociatedObjects");
    let message = build::request(&to_police(62), vec![Ask::Update(object)]);
    let decision = decide(&message, &at_police(), &memory);
    assert!(matches!(&decision, Decision::Accepted(effects) if effects.len() == 1), "{decision:?}");
}

#[test]
fn refusals_are_told_action_by_action() {
    let memory = Memory::after(&inquiry(1));
    let message = build::request(&to_provider(50), vec![Ask::Update(change(7)), Ask::Get(id(2)), Ask::Get(id(70))]);
    let Decision::Refused(findings) = decide(&message, &at_provider(), &memory) else { panic!("accepted") };
    let answer = build::refused(&to_police(50), &message, &findings);
    let Some(Payload::Response(replies)) = answer.payload() else { panic!("no response") };
    let codes: Vec<_> = replies
        .iter()
        .map(|reply| match &reply.outcome {
            Outcome::Refused(failure) => (reply.number, failure.code.0),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(codes, [(0, 3008), (1, 3000), (2, 3014)]);
    let whole = [Finding { action: None, path: String::new(), code: Code::OtherSender }];
    let answer = build::refused(&to_police(50), &message, &whole);
    assert!(matches!(answer.payload(), Some(Payload::Refused(failure)) if failure.code == ErrorCode::IMPROPER));
    for side in [Side::Requester, Side::Provider] {
        assert_eq!(crate::hi1::check::check(&answer, side), []);
    }
}

/// What a test asks: small numbers, so that things collide.
#[derive(Debug, Clone)]
enum Step {
    Authorise(u128),
    Ask(u128, u128),
    Change(u128, u64),
    Get(u128),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (1u128..6).prop_map(Step::Authorise),
        (1u128..6, 1u128..6).prop_map(|(task, authorisation)| Step::Ask(task, authorisation)),
        (1u128..6, 0u64..3).prop_map(|(task, generation)| Step::Change(task, generation)),
        (1u128..6).prop_map(Step::Get),
    ]
}

impl Step {
    fn ask(&self) -> Ask {
        match self {
            Self::Authorise(it) => Ask::Create(authorisation(*it).to_object()),
            Self::Ask(it, to) => Ask::Create(disclosure(*it, *to).to_object()),
            Self::Change(it, generation) => {
                Ask::Update(change(*generation).with("ObjectIdentifier", id(*it).to_string()))
            }
            Self::Get(it) => Ask::Get(id(*it)),
        }
    }
}

/// The model: objects by number, with kind and generation. Every step in turn on a copy; any that fails
/// undoes all. Links are looked at in the end, because a later step may create their goal.
fn model(state: &[Option<(bool, u64)>; 6], steps: &[Step]) -> Option<[Option<(bool, u64)>; 6]> {
    let mut now = *state;
    let mut links = Vec::new();
    for step in steps {
        match *step {
            Step::Authorise(it) | Step::Ask(it, _) if now[it as usize].is_some() => return None,
            Step::Authorise(it) => now[it as usize] = Some((true, 0)),
            Step::Ask(it, to) => {
                now[it as usize] = Some((false, 0));
                links.push(to);
            }
            Step::Change(it, generation) => match &mut now[it as usize] {
                Some((false, at)) if *at == generation => *at += 1,
                _ => return None,
            },
            Step::Get(it) => {
                now[it as usize]?;
            }
        }
    }
    links.iter().all(|to| now[*to as usize].is_some()).then_some(now)
}

fn seen(memory: &Memory) -> [Option<(bool, u64)>; 6] {
    std::array::from_fn(|it| {
        let (known, object) = memory.objects.get(&id(it as u128))?;
        assert_eq!(object.count("Generation"), Some(known.generation));
        Some((known.kind == Kind::Authorisation, known.generation))
    })
}

proptest! {
    #[test]
    fn all_of_a_message_or_nothing(messages in prop::collection::vec(prop::collection::vec(step(), 1..5), 1..8)) {
        let mut memory = Memory::default();
        let mut expected = [None; 6];
        for (at, steps) in messages.iter().enumerate() {
            let message = build::request(&to_provider(at as u128), steps.iter().map(Step::ask).collect());
            let next = model(&expected, steps);
            let before = memory.clone();
            match decide(&message, &at_provider(), &before) {
                Decision::Accepted(effects) => {
                    prop_assert_eq!(effects.len(), steps.len());
                    prop_assert!(next.is_some(), "{:?}", steps);
                    memory.apply(&message, &at_provider(), &effects);
                    expected = next.unwrap();
                    // Once more, and nothing is done.
                    prop_assert_eq!(decide(&message, &at_provider(), &memory), Decision::Replayed);
                }
                Decision::Refused(findings) => {
                    prop_assert!(next.is_none() && !findings.is_empty(), "{:?} {:?}", steps, findings);
                    let answer = build::refused(&to_police(at as u128), &message, &findings);
                    prop_assert_eq!(crate::hi1::check::check(&answer, Side::Provider), []);
                }
                Decision::Replayed => prop_assert!(false, "nothing was sent twice"),
            }
            prop_assert_eq!(seen(&memory), expected);
        }
    }

    #[test]
    fn one_bad_action_undoes_all(count in 1u128..5, bad in any::<prop::sample::Index>()) {
        let message = inquiry(count);
        let mut asks: Vec<Ask> = message
            .actions()
            .iter()
            .map(|action| Ask::Create(action.object().unwrap().clone()))
            .collect();
        asks.insert(bad.index(asks.len() + 1), Ask::Get(id(70)));
        let message = build::request(&to_provider(3), asks);
        let is_refused = matches!(decide(&message, &at_provider(), &Memory::default()), Decision::Refused(_));
        prop_assert!(is_refused);
    }
}

#[test]
fn effects_say_what_they_need() {
    let memory = Memory::after(&inquiry(1));
    let asks = vec![Ask::Update(change(0)), Ask::Get(id(2)), Ask::List(build::Query::default()), Ask::Config];
    let message = build::request(&to_provider(50), asks);
    let Decision::Accepted(effects) = decide(&message, &at_provider(), &memory) else { panic!("refused") };
    assert!(matches!(effects[0], Effect::Update(0, it, 0, _) if it == id(2)));
    assert!(matches!(effects[1], Effect::Get(1, it) if it == id(2)));
    assert_eq!((&effects[2], &effects[3]), (&Effect::List(2, build::Query::default()), &Effect::Config(3)));
    assert_eq!(effects.iter().filter_map(build::applied).count(), 1);
}
