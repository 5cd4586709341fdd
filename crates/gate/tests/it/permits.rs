//! Whatever is asked: no permit for what is forbidden for ever, and the gate says what Cedar says.

use cedar_policy::{Authorizer, Decision};
use proptest::prelude::*;
use renkei_core::act::Act;
use renkei_core::class::DataClass;
use renkei_core::id::PartyId;
use renkei_core::inquiry::Instrument;
use renkei_core::measure::Measure;
use renkei_core::party::{AgreementKind, Role};
use renkei_core::question::{
    Approval, Inquiry, Object, ObjectKind, Office, Operation, Place, Question, Recipient, Release, Sharing, Topic,
};
use renkei_core::ruling::{Outcome, combine};
use renkei_core::seat::{Duty, Seat};
use renkei_core::share::Tlp;
use renkei_core::text::Bilingual;
use renkei_core::time::{Moment, Validity};
use renkei_gate::{Gate, RuleFiles};

use crate::cedar::{ask, rules_of, schema};

fn party() -> impl Strategy<Value = PartyId> {
    prop::sample::select(vec!["office", "receiver", "stranger"]).prop_map(|name| name.parse().unwrap())
}

fn seats() -> impl Strategy<Value = Seat> {
    let duties = prop::sample::subsequence(Duty::ALL.to_vec(), 0..=Duty::ALL.len());
    let all = (party(), prop::sample::select(&Role::ALL[..]), duties, any::<bool>());
    all.prop_map(|(party, party_role, duties, machine)| Seat {
        id: "desk".parse().unwrap(),
        party,
        party_role,
        title: Bilingual::default(),
        duties,
        machine,
    })
}

fn recipients() -> impl Strategy<Value = Recipient> {
    let kinds = vec![AgreementKind::Nda, AgreementKind::JointResponse];
    (
        prop::sample::select(&Role::ALL[..]),
        prop::sample::subsequence(kinds, 0..=2),
        prop::sample::select(Topic::ALL),
        prop::bool::weighted(0.8),
        prop::sample::select(Release::ALL),
    )
        .prop_map(|(role, agreements, topic, originator_allows, release)| Recipient {
            party: "receiver".parse().unwrap(),
            role,
            country: "JP".to_owned(),
            agreements,
            topic,
            originator_allows,
            release,
        })
}

fn approvals() -> impl Strategy<Value = Approval> {
    let all = (prop::bool::weighted(0.8), any::<bool>(), any::<bool>(), prop::bool::weighted(0.8));
    all.prop_map(|(set, by_deputy, same, bytes)| Approval {
        by: "head".parse().unwrap(),
        approver_is_set: set,
        by_deputy,
        same_seat_as_drafter: same,
        bytes_match: bytes,
    })
}

fn moments() -> impl Strategy<Value = Moment> {
    (0i64..4_000_000).prop_map(|kiloseconds| Moment(kiloseconds * 1_000_000_000))
}

fn operations() -> impl Strategy<Value = Operation> {
    let authority = (prop::option::of(moments()), prop::option::of(moments()));
    let authority = prop::option::of(authority.prop_map(|(from, until)| Validity { from, until }));
    (prop::sample::select(Place::ALL), any::<[bool; 6]>(), prop::option::of(moments()), authority).prop_map(
        |(place, [jp_domain, own_server, blank, voluntary, checked, known], hour, authority)| Operation {
            place,
            jp_domain,
            own_server,
            blank,
            voluntary,
            checked,
            known,
            hour,
            authority,
        },
    )
}

fn inquiries() -> impl Strategy<Value = Inquiry> {
    let asker = prop::sample::select(vec!["office", "receiver", "asking-force"]);
    (asker, prop::sample::select(Instrument::ALL), any::<[bool; 5]>(), 0u32..100).prop_map(
        |(asker, instrument, [borderline, judged, in_window, extends, hints], days)| Inquiry {
            asker: asker.parse().unwrap(),
            instrument,
            borderline,
            judged,
            in_window,
            days,
            extends,
            hints,
        },
    )
}

fn sharings() -> impl Strategy<Value = Sharing> {
    let all = (any::<[bool; 3]>(), prop::sample::select(Tlp::ALL));
    all.prop_map(|([own, in_force, mandated], tlp)| Sharing { own, tlp, in_force, mandated })
}

fn office(one_seat_may_hold_both: bool) -> Office {
    Office { party: "office".parse().unwrap(), one_seat_may_hold_both }
}

fn questions() -> impl Strategy<Value = Question> {
    let who = (prop::sample::select(Act::ALL), seats(), any::<bool>(), moments());
    let what = (
        prop::option::weighted(0.8, prop::sample::select(Measure::ALL)),
        prop::option::weighted(0.6, prop::sample::select(DataClass::ALL)),
        any::<[bool; 2]>(),
    );
    let of = prop::option::of(operations());
    let of = (of, prop::option::of(inquiries()), prop::option::of(sharings()));
    let facts = (prop::option::of(recipients()), prop::option::of(approvals()), of);
    (who, what, facts).prop_map(
        |(
            (act, seat, both, at),
            (measure, class, [leaves, sent]),
            (recipient, approval, (operation, inquiry, sharing)),
        )| {
            let mut question = Question::new(act, seat, office(both), at);
            question.measure = measure;
            question.class = class.unwrap_or(question.class);
            question.leaves = leaves;
            question.sent = sent;
            Question { recipient, approval, operation, inquiry, sharing, ..question }
        },
    )
}

thread_local! {
    static GATE: Gate = Gate::embedded();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn what_is_forbidden_for_ever_gets_no_permit(question in questions()) {
        GATE.with(|gate| {
            let act = question.act;
            let answer = gate.permit(question);
            if !act.is_possible() {
                // What is not settled has no code either (G4, G5).
                prop_assert!(answer.unwrap_err().outcome >= Outcome::Undecided);
            } else if let Ok(permit) = answer {
                prop_assert_eq!(permit.act(), act);
                prop_assert_eq!(permit.policy_set(), gate.policy_set());
            }
            Ok(())
        })?;
    }

    /// A ruling is the gravest of its grounds, has at least one, and promises an approval only where
    /// a good approval opens; that of a disclosure by necessity is the legal desk's judgement (G3).
    #[test]
    fn rulings_are_the_gravest_of_their_grounds(question in questions()) {
        GATE.with(|gate| {
            let ruling = gate.rule(&question);
            prop_assert!(!ruling.grounds.is_empty());
            prop_assert_eq!(ruling.outcome, combine(ruling.grounds.iter().map(|ground| ground.outcome)));
            if ruling.outcome == Outcome::NeedsApproval {
                let by = "head".parse().unwrap();
                let good = Approval {
                    by,
                    approver_is_set: true,
                    by_deputy: false,
                    same_seat_as_drafter: false,
                    bytes_match: true,
                };
                let mut question = question.approved(good);
                if let Some(inquiry) = question.inquiry.as_mut().filter(|of| of.instrument == Instrument::Necessity) {
                    inquiry.judged = true;
                }
                prop_assert!(gate.rule(&question).is_allowed());
            }
            Ok(())
        })?;
    }

    /// The theorems speak of Cedar's decision over all rules; the gate allows just what it allows.
    #[test]
    fn the_gate_allows_just_what_cedar_allows(question in questions()) {
        thread_local! {
            static CEDAR: (cedar_policy::Schema, cedar_policy::PolicySet) =
                (schema(), rules_of(&RuleFiles::embedded()));
        }
        CEDAR.with(|(schema, rules)| {
            let (request, entities) = ask(&question, schema);
            let response = Authorizer::new().is_authorized(&request, rules, &entities);
            prop_assert!(response.diagnostics().errors().next().is_none());
            let allowed = GATE.with(|gate| gate.rule(&question).is_allowed());
            prop_assert_eq!(allowed, response.decision() == Decision::Allow);
            Ok(())
        })?;
    }
}

fn ordinary() -> Question {
    let seat = Seat {
        id: "desk".parse().unwrap(),
        party: "office".parse().unwrap(),
        party_role: Role::Npa,
        title: Bilingual::default(),
        duties: vec![Duty::Drafter],
        machine: false,
    };
    Question::new(Act::Ingest, seat, office(false), Moment(1_775_000_000_000_000))
}

#[test]
fn a_permit_carries_what_the_write_has_to_check() {
    let feed = Object::new(ObjectKind::Feed, "0f".repeat(32), 0);
    let permit = Gate::embedded().permit(ordinary().on(feed.clone())).unwrap();
    assert_eq!(permit.objects(), [feed]);
    assert_eq!(permit.seat().id.as_str(), "desk");
    assert_eq!(permit.ruling().outcome, Outcome::Allowed);
}

#[test]
fn a_time_the_rules_cannot_hold_is_refused() {
    let mut question = ordinary();
    question.at = Moment(i64::MAX);
    let ruling = Gate::embedded().rule(&question);
    assert_eq!(ruling.to_string(), "forbidden: H0 rule-error");
}

#[test]
fn a_ruling_takes_well_under_a_millisecond() {
    let gate = Gate::embedded();
    let question = ordinary();
    let begun = std::time::Instant::now();
    let rounds = 2000;
    for _ in 0..rounds {
        std::hint::black_box(gate.rule(&question));
    }
    println!("one ruling: {} µs", begun.elapsed().as_micros() / rounds);
}
