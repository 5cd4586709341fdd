//! An event to STIX 2.1: a report, and an object for each attribute that has a counterpart.

use renkei_core::time::Moment;
use uuid::Uuid;

use super::condition::conditions;
use super::event::{Attribute, Event};
use super::extension::{carrying, definition};
use super::finding::{Code, Finding};
use super::kind::{Counterpart, counterpart};
use crate::stix::check::check_object;
use crate::stix::marking::{Pap, Tlp};
use crate::stix::{Id, Object as Thing, Weight, build};
use crate::tree::{Object, Value};

/// An event as STIX.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Converted {
    /// The objects; the report comes last, because it refers to the others.
    pub objects: Vec<Object>,
    /// What stays in the extension, and what STIX cannot say.
    pub findings: Vec<Finding>,
}

/// Turns an event into STIX. The same event gives the same objects.
///
/// `None`: the event has no UUID, so that nobody could refer to it; there is a finding for that in MISP's own
/// terms, [`Code::BadUuid`].
pub fn to_stix(event: Event<'_>) -> Option<Converted> {
    let uuid = event.uuid()?;
    let conditions = conditions(event);
    let marks = Marks::of(conditions.tlp, conditions.pap);
    let mut export =
        Export { objects: definition().to_vec(), findings: conditions.findings.clone(), marks, maker: None };
    export.makers(event);
    let mut kept = event.tree().clone();
    let (mut about, places) = export.attributes(event, &mut kept);
    export.inner(event, &mut about);
    for (name, code) in [("Galaxy", Code::Galaxy), ("ShadowAttribute", Code::Proposal)] {
        if !event.tree().list(name).is_empty() {
            export.tell(name.to_owned(), code);
        }
    }
    let carried = Object::new().with("event", kept).with_some("places", (!places.is_empty()).then_some(places));
    export.report(event, uuid, carried, about);
    Some(Converted { objects: export.objects, findings: export.findings })
}

struct Export {
    objects: Vec<Object>,
    findings: Vec<Finding>,
    marks: Marks,
    maker: Option<Id>,
}

/// The markings of an event, or of an attribute that has its own.
#[derive(Clone)]
struct Marks(Vec<String>);

impl Marks {
    fn of(tlp: Option<Tlp>, pap: Option<Pap>) -> Self {
        Self(tlp.map(Tlp::id).into_iter().chain(pap.map(Pap::id)).collect())
    }

    fn put(&self, object: Object) -> Object {
        object.with_some("object_marking_refs", (!self.0.is_empty()).then(|| self.0.clone()))
    }
}

impl Export {
    fn tell(&mut self, path: String, code: Code) {
        self.findings.push(Finding { path, code });
    }

    /// Who made the event, and the definitions of its markings.
    fn makers(&mut self, event: Event<'_>) {
        let levels = event.tags().chain(event.attributes().flat_map(Attribute::tags)).collect::<Vec<_>>();
        let tlp = Tlp::ALL.into_iter().filter(|level| levels.iter().any(|tag| Tlp::from_tag(tag) == Some(*level)));
        let pap = Pap::ALL.into_iter().filter(|level| levels.iter().any(|tag| Pap::from_tag(tag) == Some(*level)));
        self.objects.extend(tlp.map(Tlp::definition).chain(pap.map(Pap::definition)));
        let Some((name, uuid)) = event.maker() else { return };
        let Ok(id) = Id::new("identity", uuid) else { return };
        // Others know this identity too: what does not change with the event is not given a new version.
        let at = Moment(0);
        if self.objects.iter().all(|other| other.text("id") != Some(id.as_str())) {
            self.objects.push(build::thing(&id, at, at).with("name", name).with("identity_class", "organization"));
        }
        self.maker = Some(id);
    }

    /// The event's own attributes. What became no object stays in what is kept of the event; the places say where
    /// each of the others stood: an id, or `null` for one that stays.
    fn attributes(&mut self, event: Event<'_>, kept: &mut Object) -> (Vec<Id>, Vec<Value>) {
        let (mut about, mut places, mut rest) = (Vec::new(), Vec::new(), Vec::new());
        for (place, value) in event.tree().list("Attribute").iter().enumerate() {
            match value.as_object().map(|tree| self.attribute(Attribute::of(tree))) {
                Some(Ok(id)) => {
                    places.push(Value::from(id.as_str()));
                    about.push(id);
                    continue;
                }
                Some(Err(code)) => self.tell(format!("Attribute.[{place}]"), code),
                None => {}
            }
            places.push(Value::Null);
            rest.push(value.clone());
        }
        if !places.is_empty() {
            kept.set("Attribute", Value::List(rest));
        }
        (about, places)
    }

    /// The object of an attribute, which carries the attribute.
    fn attribute(&mut self, attribute: Attribute<'_>) -> Result<Id, Code> {
        let object = self.object(attribute)?;
        let id: Id = object.text("id").and_then(|id| id.parse().ok()).ok_or(Code::BadUuid)?;
        // The id is the attribute's own; were it there twice, one would stand for the other.
        if self.objects.iter().any(|other| other.text("id") == Some(id.as_str())) {
            return Err(Code::BadUuid);
        }
        self.objects.push(carrying(object, Object::new().with("attribute", attribute.tree().clone())));
        self.sightings(attribute, &id);
        Ok(id)
    }

    /// Attributes of MISP objects: what is looked for becomes an indicator besides. The objects stay whole in
    /// the event, so that nothing is carried here.
    fn inner(&mut self, event: Event<'_>, about: &mut Vec<Id>) {
        for (place, (_, attributes)) in event.objects().enumerate() {
            for (at, attribute) in attributes.into_iter().enumerate() {
                let path = || format!("Object.[{place}].Attribute.[{at}]");
                match attribute.is_sought().then(|| self.object(attribute)) {
                    None => {}
                    Some(Err(code)) => self.tell(path(), code),
                    Some(Ok(object)) => {
                        let id: Option<Id> = object.text("id").and_then(|id| id.parse().ok());
                        let is_new = !self.objects.iter().any(|other| other.text("id") == object.text("id"));
                        if let (Some(id), true) = (id, is_new) {
                            about.push(id);
                            self.objects.push(object);
                        }
                    }
                }
            }
        }
    }

    /// The object of an attribute: an indicator if it is looked for, else observed data.
    fn object(&mut self, attribute: Attribute<'_>) -> Result<Object, Code> {
        let uuid = attribute.uuid().ok_or(Code::BadUuid)?;
        let (Some(kind), Some(value)) = (attribute.kind(), attribute.value()) else { return Err(Code::NoValue) };
        if attribute.is_deleted() {
            return Err(Code::Deleted);
        }
        let counterpart = counterpart(kind).ok_or(Code::NoCounterpart)?;
        if !counterpart.takes(value) {
            return Err(Code::BadValue);
        }
        let at = attribute.changed().unwrap_or(Moment(0));
        let object = match counterpart {
            Counterpart::Vulnerability => {
                let reference = Object::new().with("source_name", "cve").with("external_id", value);
                self.thing("vulnerability", uuid, at)?.with("name", value).with("external_references", vec![reference])
            }
            Counterpart::Language(language) => self.indicator(uuid, at, value, language)?,
            _ if attribute.is_sought() => {
                self.indicator(uuid, at, &counterpart.pattern(value).ok_or(Code::BadValue)?, "stix")?
            }
            _ => self.observed(uuid, at, counterpart, value)?,
        };
        let tlp = attribute.tags().filter_map(Tlp::from_tag).max();
        let pap = attribute.tags().filter_map(Pap::from_tag).max();
        let marks = if tlp.is_some() || pap.is_some() { Marks::of(tlp, pap) } else { self.marks.clone() };
        Ok(marks.put(object.with_some("description", described(attribute, counterpart))))
    }

    fn thing(&self, kind: &str, uuid: Uuid, at: Moment) -> Result<Object, Code> {
        let id = Id::new(kind, uuid).map_err(|_| Code::BadUuid)?;
        let maker = self.maker.as_ref().map(Id::as_str);
        Ok(build::thing(&id, at, at).with_some("created_by_ref", maker))
    }

    fn indicator(&self, uuid: Uuid, at: Moment, pattern: &str, language: &str) -> Result<Object, Code> {
        let thing = self.thing("indicator", uuid, at)?;
        let thing = thing.with("pattern", pattern).with("pattern_type", language);
        Ok(thing.with("valid_from", build::timestamp(at)))
    }

    fn observed(&mut self, uuid: Uuid, at: Moment, counterpart: Counterpart, value: &str) -> Result<Object, Code> {
        let (kind, properties) = counterpart.observable(value).ok_or(Code::NotSought)?;
        let seen = build::observable(kind, &properties).ok_or(Code::NotSought)?;
        // Some kinds require more than one value says (a mail: whether it has parts).
        if check_object(0, Thing::of(&seen)).iter().any(|finding| finding.code.weight() != Weight::Note) {
            return Err(Code::NotSought);
        }
        let id = seen.text("id").unwrap_or_default().to_owned();
        if !self.objects.contains(&seen) {
            self.objects.push(seen);
        }
        Ok(self
            .thing("observed-data", uuid, at)?
            .with("first_observed", build::timestamp(at))
            .with("last_observed", build::timestamp(at))
            .with("number_observed", 1)
            .with("object_refs", vec![id]))
    }

    /// Who saw an indicator. Sightings of other kinds stay in the attribute that is carried.
    fn sightings(&mut self, attribute: Attribute<'_>, of: &Id) {
        for sighting in attribute.sightings().filter(|sighting| sighting.was_seen() && of.kind() == "indicator") {
            let (Some(uuid), Some(at)) = (sighting.uuid(), sighting.at()) else { continue };
            let Ok(thing) = self.thing("sighting", uuid, at) else { continue };
            let seen = build::timestamp(at);
            let thing = thing.with("first_seen", seen.as_str()).with("last_seen", seen).with("count", 1);
            let thing = self.marks.put(thing.with("sighting_of_ref", of.as_str()));
            if !self.objects.iter().any(|other| other.text("id") == thing.text("id")) {
                self.objects.push(thing);
            }
        }
    }

    fn report(&mut self, event: Event<'_>, uuid: Uuid, carried: Object, mut about: Vec<Id>) {
        if event.changed().is_none() {
            self.tell("timestamp".to_owned(), Code::NoTime);
        }
        let at = event.changed().unwrap_or(Moment(0));
        // A report tells of something (section 4.16): of its maker, if of nothing else.
        about.extend(self.maker.clone().filter(|_| about.is_empty()));
        let fallback = about.is_empty().then(|| definition().into_iter().next()).flatten();
        about.extend(fallback.and_then(|identity| identity.text("id")?.parse().ok()));
        let Ok(thing) = self.thing("report", uuid, at) else { return };
        let labels: Vec<&str> = event.tags().collect();
        let report = thing
            .with("name", event.info().unwrap_or_default())
            .with("published", build::timestamp(event.published().unwrap_or(at)))
            .with("object_refs", about.iter().map(Id::as_str).collect::<Vec<_>>())
            .with_some("labels", (!labels.is_empty()).then_some(labels));
        self.objects.push(carrying(self.marks.put(report), carried));
    }
}

/// The comment of an attribute, where its object has a description.
fn described<'a>(attribute: Attribute<'a>, counterpart: Counterpart) -> Option<&'a str> {
    let has_description =
        attribute.is_sought() || matches!(counterpart, Counterpart::Language(_) | Counterpart::Vulnerability);
    attribute.comment().filter(|_| has_description)
}
