//! The rules as Cedar itself sees them: one policy set, without the gate around it.

use cedar_policy::{Context, Entities, EntityId, EntityUid, PolicyId, PolicySet, Request, Schema, SchemaFragment};
use renkei_core::party::AgreementKind;
use renkei_core::question::Question;
use renkei_core::time::Moment;
use renkei_gate::RuleFiles;
use serde_json::json;

const SCHEMA: &str = "renkei.cedarschema";

/// The schema that is compiled in.
pub fn schema() -> Schema {
    schema_of(&RuleFiles::embedded())
}

/// The schema of some files.
pub fn schema_of(files: &RuleFiles) -> Schema {
    Schema::from_cedarschema_str(files.text(SCHEMA)).unwrap().0
}

/// The schema that is compiled in, as JSON.
pub fn schema_json() -> serde_json::Value {
    let files = RuleFiles::embedded();
    SchemaFragment::from_cedarschema_str(files.text(SCHEMA)).unwrap().0.to_json_value().unwrap()
}

/// All rules of some files in one set, each called by gate and code; notes are no rules.
pub fn rules_of(files: &RuleFiles) -> PolicySet {
    let mut all = PolicySet::new();
    for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".cedar") && !path.contains('/')) {
        add(&mut all, path, text, &["gate", "code"]);
    }
    all
}

/// A theorem's clauses in one set, each called by its name.
pub fn theorem_of(text: &str) -> PolicySet {
    let mut all = PolicySet::new();
    add(&mut all, "theorem", text, &["theorem", "clause"]);
    all
}

fn add(all: &mut PolicySet, path: &str, text: &str, names: &[&str]) {
    let set: PolicySet = text.parse().unwrap_or_else(|error| panic!("{path}: {error}"));
    for policy in set.policies() {
        let name = |key: &&str| policy.annotation(key).unwrap_or_else(|| panic!("{path}: no @{key}")).to_owned();
        let name = names.iter().map(name).collect::<Vec<_>>().join("/");
        all.add(policy.new_id(PolicyId::new(name))).unwrap_or_else(|error| panic!("{path}: {error}"));
    }
}

/// A question in Cedar's words, by a second way: JSON checked against the schema.
pub fn ask(question: &Question, schema: &Schema) -> (Request, Entities) {
    let word = |of: &str, word: &str| json!({ "__entity": { "type": of, "id": word } });
    let time = |at: Moment| {
        let millis = at.0.div_euclid(1000);
        json!({ "__extn": { "fn": "offset", "args": [
            { "__extn": { "fn": "datetime", "arg": "1970-01-01" } },
            { "__extn": { "fn": "duration", "arg": format!("{millis}ms") } },
        ] } })
    };
    let duties: Vec<_> = question.seat.duties.iter().map(|duty| word("Duty", duty.word())).collect();
    let mut matter = json!({ "class": word("DataClass", question.class.word()) });
    if let Some(measure) = question.measure {
        matter["measure"] = word("Measure", measure.word());
    }
    let entities = json!([
        { "uid": { "type": "Seat", "id": "desk" }, "parents": [], "attrs": {
            "role": word("Role", question.seat.party_role.word()),
            "standing": word("Standing", question.standing().word()),
            "duties": duties,
            "machine": question.seat.machine,
        } },
        { "uid": { "type": "Matter", "id": "it" }, "parents": [], "attrs": matter },
    ]);
    let mut facts = json!({
        "at": time(question.at),
        "leaves": question.leaves,
        "sent": question.sent,
        "one_seat_may_hold_both": question.office.one_seat_may_hold_both,
    });
    if let Some(it) = &question.recipient {
        let signed = it.agreements.iter().map(|kind| match kind {
            AgreementKind::Nda => word("Agreement", "nda"),
            AgreementKind::JointResponse => word("Agreement", "joint-response"),
        });
        facts["recipient"] = json!({
            "party": it.party.as_str(), "role": word("Role", it.role.word()), "country": it.country,
            "agreements": signed.collect::<Vec<_>>(), "topic": word("Topic", it.topic.word()),
            "originator_allows": it.originator_allows, "release": word("Release", it.release.word()),
        });
    }
    if let Some(it) = &question.approval {
        facts["approval"] = json!({
            "by": it.by.as_str(), "approver_is_set": it.approver_is_set, "by_deputy": it.by_deputy,
            "same_seat_as_drafter": it.same_seat_as_drafter, "bytes_match": it.bytes_match,
        });
    }
    if let Some(it) = question.operation {
        facts["operation"] = json!({
            "place": word("Place", it.place.word()), "jp_domain": it.jp_domain,
            "own_server": it.own_server, "blank": it.blank, "voluntary": it.voluntary, "checked": it.checked,
            "known": it.known,
        });
        if let Some(hour) = it.hour {
            facts["operation"]["hour"] = time(hour);
        }
        if let Some(validity) = it.authority {
            let mut record = serde_json::Map::new();
            record.extend(validity.from.map(|from| ("from".to_owned(), time(from))));
            record.extend(validity.until.map(|until| ("until".to_owned(), time(until))));
            facts["operation"]["authority"] = record.into();
        }
    }
    if let Some(it) = &question.inquiry {
        facts["inquiry"] = json!({
            "instrument": word("Instrument", it.instrument.word()), "borderline": it.borderline,
            "judged": it.judged, "in_window": it.in_window, "days": it.days, "extends": it.extends,
            "hints": it.hints,
        });
    }
    if let Some(it) = &question.sharing {
        facts["sharing"] = json!({ "own": it.own, "tlp": word("Tlp", it.tlp.word()), "in_force": it.in_force,
            "mandated": it.mandated });
    }
    let uid = |of: &str, id: &str| EntityUid::from_type_name_and_id(of.parse().unwrap(), EntityId::new(id));
    let act = uid("Action", question.act.word());
    let context = Context::from_json_value(facts, Some((schema, &act))).unwrap();
    let request = Request::new(uid("Seat", "desk"), act, uid("Matter", "it"), context, Some(schema)).unwrap();
    (request, Entities::from_json_value(entities, Some(schema)).unwrap())
}
