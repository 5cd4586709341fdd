//! The catalogue test: every measure with every data class meets a rule that names it, never only
//! the house's default.

use cedar_policy::{Authorizer, Effect, PolicySet};
use renkei_core::act::Act;
use renkei_core::class::DataClass;
use renkei_core::inquiry::Instrument;
use renkei_core::measure::Measure;
use renkei_core::question::{Inquiry, Office, Question};
use renkei_core::seat::{Duty, Seat};
use renkei_core::time::Moment;
use renkei_core::{party::Role, text::Bilingual};
use renkei_gate::{Gate, RuleFiles, RulesError};

use crate::cedar::{ask, rules_of, schema_of};

/// A question by which nothing but measure and class can decide: all duties, no recipient yet.
fn planning(class: DataClass) -> Question {
    let seat = Seat {
        id: "desk".parse().unwrap(),
        party: "office".parse().unwrap(),
        party_role: Role::Centre,
        title: Bilingual::default(),
        duties: Duty::ALL.to_vec(),
        machine: false,
    };
    let question = Question::new(
        Act::Plan,
        seat,
        Office { party: "office".parse().unwrap(), one_seat_may_hold_both: false },
        Moment(1_775_000_000_000_000),
    );
    question.with_class(class).asking(Measure::NotifyUser)
}

/// On what a measure rests that is asked for by an inquiry only.
fn instrument(measure: Measure) -> Option<Instrument> {
    match measure {
        Measure::DiscloseRegistration => Some(Instrument::Inquiry),
        Measure::DiscloseByNecessity => Some(Instrument::Necessity),
        Measure::PreserveLog => Some(Instrument::Preservation),
        _ => None,
    }
}

/// Measure and class of every pair that no rule speaks of. Measures are taken from the catalogue's
/// text, so that one core does not know yet is found too.
fn gaps(files: &RuleFiles) -> Vec<String> {
    let schema = schema_of(files);
    let rules = rules_of(files);
    let of = |effect: Effect| {
        PolicySet::from_policies(rules.policies().filter(|policy| policy.effect() == effect).cloned()).unwrap()
    };
    let (permits, forbids) = (of(Effect::Permit), of(Effect::Forbid));
    let catalogue: toml::Table = toml::from_str(files.text("measures.toml")).unwrap();
    let mut gaps = Vec::new();
    for entry in catalogue["measure"].as_array().unwrap() {
        let measure = entry["id"].as_str().unwrap();
        for class in DataClass::ALL {
            let (request, entities) = ask(&planning(*class), &schema);
            let entities = entities.to_json_value().unwrap().to_string().replace("notify-user", measure);
            let entities = cedar_policy::Entities::from_json_str(&entities, Some(&schema)).unwrap();
            let matches =
                |set| Authorizer::new().is_authorized(&request, set, &entities).diagnostics().reason().next().is_some();
            if !matches(&permits) && !matches(&forbids) {
                gaps.push(format!("{measure} × {class}"));
            }
        }
    }
    gaps
}

#[test]
fn every_measure_with_every_class_has_a_gate() {
    assert_eq!(gaps(&RuleFiles::embedded()), Vec::<String>::new());
}

#[test]
fn what_the_catalogue_calls_opened_is_opened_and_nothing_else() {
    let gate = Gate::embedded();
    for entry in gate.catalogue() {
        for class in DataClass::ALL {
            let mut question = planning(*class);
            question.measure = Some(entry.measure);
            if let Some(instrument) = instrument(entry.measure) {
                // An inquiry of the very party, which is a police force.
                question.seat.party_role = Role::Npa;
                question.inquiry = Some(Inquiry { days: 30, ..Inquiry::of(question.seat.party.clone(), instrument) });
            }
            let opened = entry.opened.is_some() && entry.classes.contains(class);
            assert_eq!(gate.rule(&question).is_allowed(), opened, "{} × {class}", entry.measure);
        }
    }
}

/// A measure that is added without a gate fails the test above: this is the planted one.
#[test]
fn a_measure_without_gate_is_found() {
    let files = RuleFiles::embedded();
    let entry = "\n[[measure]]\nid = \"shut-down-site\"\nja = \"サイトの停止\"\nen = \"shut down a site\"\n\
                 classes = [\"page\"]\nrequirements = [\"S3.7\"]\nopened = \"A\"\n";
    let measures = format!("{}{entry}", files.text("measures.toml"));
    let schema = files.text("renkei.cedarschema").replace("\"walled-garden\"", "\"walled-garden\", \"shut-down-site\"");
    let planted = files.with("measures.toml", measures).with("renkei.cedarschema", schema);
    let found = gaps(&planted);
    // What G20, G24 and G25 close whatever the measure is not a gap; everything else is.
    assert_eq!(found.len(), DataClass::ALL.len() - 3, "{found:?}");
    assert!(found.contains(&"shut-down-site × page".to_owned()), "{found:?}");
    // Nor does a gate come up over a catalogue with a measure core does not know.
    let error = Gate::from_files(&planted).unwrap_err();
    assert!(matches!(&error, RulesError::Data { reason, .. } if reason.contains("shut-down-site")), "{error}");
}
