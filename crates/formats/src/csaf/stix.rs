//! STIX objects to an advisory: vulnerabilities, software, courses of action and how they hang together.
//!
//! STIX says less than an advisory wants: nothing of who publishes, of versions, of what is fixed. So the caller gives
//! an advisory to fill, nothing is guessed, and what an object says besides is told.

use std::collections::{HashMap, HashSet};

use super::advisory::{
    Advisory, Note, NoteKind, Product, ProductStatus, Reference, Release, Remediation, RemediationKind, Vulnerability,
};
use super::shape::Form;
use super::text;
use crate::stix::marking::Markings;
use crate::stix::{Bundle, ExternalReference, Id, Object};

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Converted {
    /// The advisory with what was added.
    pub advisory: Advisory,
    /// What was left out, by the place of the object.
    pub left_out: Vec<LeftOut>,
}

/// Something that an object says and the advisory does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The place of the object in the bundle, from 0.
    pub object: usize,
    /// Its property; `None`: the object as a whole.
    pub property: Option<String>,
    /// Why.
    pub reason: Reason,
}

/// Why something was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// An advisory has no place for it.
    NoPlace,
    /// It lacks what an advisory needs of it, or that is not sound.
    Unsound,
    /// Its maker took it back.
    Revoked,
    /// What it leads from or to is not in the advisory.
    NoEnd,
    /// A marking that CSAF cannot say: it must be found out before the advisory goes anywhere.
    Marking,
    /// It is there, but says less than it did.
    Inexact,
    /// The same object came before, or this one has a newer version.
    Older,
}

impl Reason {
    /// The stable word in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::NoPlace => "no-place",
            Self::Unsound => "unsound",
            Self::Revoked => "revoked",
            Self::NoEnd => "no-end",
            Self::Marking => "marking",
            Self::Inexact => "inexact",
            Self::Older => "older",
        }
    }
}

/// Adds what a bundle says to an advisory. The strictest TLP of what was taken counts, if it is stricter than the
/// advisory's own.
pub fn of_stix(bundle: &Bundle, advisory: Advisory) -> Converted {
    let cves = advisory.vulnerabilities.iter().filter_map(|one| one.cve.clone()).collect();
    let mut taking = Taking {
        advisory,
        left_out: Vec::new(),
        vulnerabilities: HashMap::new(),
        products: HashMap::new(),
        cves,
        affected: HashSet::new(),
    };
    let objects = newest(bundle, &mut taking);
    let definitions: HashMap<&str, Object<'_>> = objects
        .iter()
        .filter(|(_, object)| object.kind_name() == Some("marking-definition"))
        .filter_map(|(_, object)| Some((object.text("id")?, *object)))
        .collect();
    let definition = |id: &Id| definitions.get(id.as_str()).copied();
    let mut actions: HashMap<&str, (usize, Object<'_>)> = HashMap::new();
    for (place, object) in &objects {
        let is_taken = match object.kind_name() {
            Some("vulnerability") => taking.vulnerability(*place, *object),
            Some("software") => taking.software(*place, *object),
            Some("course-of-action") => {
                if let Some(id) = object.text("id") {
                    actions.insert(id, (*place, *object));
                }
                true
            }
            Some("relationship") => true,
            // A level that is known says nothing that the advisory does not.
            Some("marking-definition") => continue,
            _ => {
                taking.leave(*place, None, Reason::NoPlace);
                continue;
            }
        };
        if is_taken {
            taking.marked(*place, &Markings::of(*object, definition));
        }
    }
    let mut used = HashSet::new();
    let links = || objects.iter().filter(|(_, object)| object.kind_name() == Some("relationship"));
    // What is affected first: a remediation is for the products that are.
    for (place, object) in links().filter(|(_, object)| object.text("relationship_type") == Some("has")) {
        taking.affected(*place, *object);
    }
    for (place, object) in links().filter(|(_, object)| object.text("relationship_type") != Some("has")) {
        match object.text("source_ref").and_then(|id| actions.get(id).map(|action| (id, action))) {
            Some((id, (_, action))) if taking.action(*place, *object, *action) => _ = used.insert(id),
            Some(_) => {}
            None => taking.leave(*place, None, Reason::NoPlace),
        }
    }
    for (id, (place, _)) in actions {
        if !used.contains(id) {
            taking.leave(place, None, Reason::NoEnd);
        }
    }
    taking.left_out.sort_by(|one, other| (one.object, &one.property).cmp(&(other.object, &other.property)));
    Converted { advisory: taking.advisory, left_out: taking.left_out }
}

/// The newest version of each object, without what was taken back.
fn newest<'b>(bundle: &'b Bundle, taking: &mut Taking<'b>) -> Vec<(usize, Object<'b>)> {
    let mut last: HashMap<&str, (usize, Object<'_>)> = HashMap::new();
    for (place, object) in bundle.entries() {
        let Some((object, id)) = object.and_then(|object| Some((object, object.text("id")?))) else {
            taking.leave(place, None, Reason::Unsound);
            continue;
        };
        match last.get(id) {
            Some((_, before)) if before.version() >= object.version() => taking.leave(place, None, Reason::Older),
            _ => {
                if let Some((older, _)) = last.insert(id, (place, object)) {
                    taking.leave(older, None, Reason::Older);
                }
            }
        }
    }
    let mut all: Vec<_> = last.into_values().collect();
    all.sort_by_key(|(place, _)| *place);
    all.retain(|(place, object)| {
        if object.is_revoked() {
            taking.leave(*place, None, Reason::Revoked);
        }
        !object.is_revoked()
    });
    all
}

struct Taking<'b> {
    advisory: Advisory,
    left_out: Vec<LeftOut>,
    /// The place in the advisory by the id of the object.
    vulnerabilities: HashMap<&'b str, usize>,
    /// The product id by the id of the object.
    products: HashMap<&'b str, String>,
    /// The CVEs that stand in the advisory.
    cves: HashSet<String>,
    /// The pairs of product and vulnerability that were told.
    affected: HashSet<(String, usize)>,
}

/// What every object has and no advisory wants: identity and times of the object, which are not those of the advisory.
const COMMON: [&str; 9] = [
    "type",
    "spec_version",
    "id",
    "created",
    "modified",
    "created_by_ref",
    "revoked",
    "object_marking_refs",
    "defanged",
];

impl<'b> Taking<'b> {
    fn leave(&mut self, object: usize, property: Option<&str>, reason: Reason) {
        self.left_out.push(LeftOut { object, property: property.map(str::to_owned), reason });
    }

    /// Tells the properties of an object that are not among those that are looked at.
    fn rest(&mut self, place: usize, object: Object<'_>, seen: &[&str]) {
        let names = object.tree().members().map(|(name, _)| name);
        for name in names.filter(|name| !COMMON.contains(name) && !seen.contains(name)) {
            let reason = if name == "granular_markings" { Reason::Marking } else { Reason::NoPlace };
            self.leave(place, Some(name), reason);
        }
    }

    fn marked(&mut self, place: usize, markings: &Markings) {
        self.advisory.tlp = self.advisory.tlp.max(markings.tlp);
        if markings.pap.is_some() || !markings.others.is_empty() || markings.broken > 0 {
            self.leave(place, Some("object_marking_refs"), Reason::Marking);
        }
    }

    fn vulnerability(&mut self, place: usize, object: Object<'b>) -> bool {
        let (Some(id), Some(name)) = (object.text("id"), full(object, "name")) else {
            self.leave(place, None, Reason::Unsound);
            return false;
        };
        let mut one = Vulnerability { title: Some(name.to_owned()), ..Vulnerability::default() };
        if let Some(description) = full(object, "description") {
            one.notes.push(note(NoteKind::Description, description, None));
        }
        let mut named = HashSet::new();
        for lead in object.external_references() {
            self.reference(place, lead, &mut one, &mut named);
        }
        let told = object.tree().list("external_references").len();
        if told > object.external_references().count() {
            self.leave(place, Some("external_references"), Reason::Unsound);
        }
        self.rest(place, object, &["name", "description", "external_references"]);
        self.vulnerabilities.insert(id, self.advisory.vulnerabilities.len());
        self.advisory.vulnerabilities.push(one);
        true
    }

    fn reference(
        &mut self,
        place: usize,
        lead: ExternalReference<'b>,
        one: &mut Vulnerability,
        named: &mut HashSet<(&'b str, &'b str)>,
    ) {
        let is_source = |name: &str| lead.source.eq_ignore_ascii_case(name);
        match lead.id.filter(|id| !id.is_empty()) {
            Some(cve) if is_source("cve") && one.cve.is_none() && text::fits(Form::Cve, cve) => {
                match self.cves.insert(cve.to_owned()) {
                    true => one.cve = Some(cve.to_owned()),
                    // A CVE stands once in a document (test 6.1.23).
                    false => self.leave(place, Some("external_references"), Reason::Unsound),
                }
            }
            // The name of a CWE is that of the list, which is not here.
            Some(_) if is_source("cwe") => self.leave(place, Some("external_references"), Reason::NoPlace),
            Some(id) if !lead.source.is_empty() && named.insert((lead.source, id)) => {
                one.ids.push((lead.source.to_owned(), id.to_owned()));
            }
            _ => {}
        }
        match lead.url {
            Some(url) if text::is_uri(url) => {
                let summary = lead.description.filter(|text| !text.is_empty()).unwrap_or(lead.source);
                let summary = if summary.is_empty() { url } else { summary };
                one.references.push(Reference { summary: summary.to_owned(), url: url.to_owned(), is_self: false });
            }
            Some(_) => self.leave(place, Some("external_references"), Reason::Unsound),
            None if lead.description.is_some() => {
                self.leave(place, Some("external_references"), Reason::NoPlace);
            }
            None => {}
        }
    }

    fn software(&mut self, place: usize, object: Object<'b>) -> bool {
        let (Some(id), Some(name)) = (object.text("id"), full(object, "name")) else {
            self.leave(place, None, Reason::Unsound);
            return false;
        };
        let release = full(object, "version").map_or(Release::Any, |version| Release::Version(version.to_owned()));
        let cpe = object.text("cpe").filter(|cpe| text::fits(Form::Cpe, cpe));
        if cpe.is_none() && object.text("cpe").is_some() {
            self.leave(place, Some("cpe"), Reason::Unsound);
        }
        self.rest(place, object, &["name", "vendor", "version", "cpe"]);
        self.products.insert(id, id.to_owned());
        self.advisory.products.push(Product {
            id: id.to_owned(),
            vendor: full(object, "vendor").map(str::to_owned),
            name: name.to_owned(),
            release,
            cpe: cpe.map(str::to_owned),
            purl: None,
        });
        true
    }

    /// Software that has a vulnerability.
    fn affected(&mut self, place: usize, link: Object<'_>) {
        let ends = (link.text("source_ref"), link.text("target_ref"));
        let (Some(source), Some(target)) = ends else { return self.leave(place, None, Reason::Unsound) };
        let found = (self.products.get(source).cloned(), self.vulnerabilities.get(target).copied());
        let (Some(product), Some(at)) = found else { return self.leave(place, None, Reason::NoEnd) };
        if let Some(one) = self.advisory.vulnerabilities.get_mut(at)
            && self.affected.insert((product.clone(), at))
        {
            one.status.push((ProductStatus::KnownAffected, product));
        }
        self.rest(place, link, &["relationship_type", "source_ref", "target_ref"]);
    }

    /// A course of action against a vulnerability; whether it was taken.
    fn action(&mut self, place: usize, link: Object<'_>, action: Object<'_>) -> bool {
        if !matches!(link.text("relationship_type"), Some("mitigates" | "remediates")) {
            self.leave(place, None, Reason::NoPlace);
            return false;
        }
        let target = link.text("target_ref").and_then(|id| self.vulnerabilities.get(id).copied());
        let Some(name) = full(action, "name") else {
            self.leave(place, None, Reason::Unsound);
            return false;
        };
        let Some(one) = target.and_then(|at| self.advisory.vulnerabilities.get_mut(at)) else {
            self.leave(place, None, Reason::NoEnd);
            return false;
        };
        let details = full(action, "description").map_or_else(|| name.to_owned(), |text| format!("{name}\n\n{text}"));
        let products: Vec<String> = one.status.iter().map(|(_, product)| product.clone()).collect();
        let is_bound = !products.is_empty();
        match is_bound {
            true => {
                one.remediations.push(Remediation {
                    kind: RemediationKind::Mitigation,
                    details,
                    products,
                    at: None,
                    url: None,
                });
            }
            // A remediation is for products (test 6.1.29); where none is named, it is told in words.
            false => one.notes.push(note(NoteKind::Details, &details, Some(name))),
        }
        if !is_bound || link.text("relationship_type") == Some("remediates") {
            self.leave(place, Some("relationship_type"), Reason::Inexact);
        }
        self.rest(place, link, &["relationship_type", "source_ref", "target_ref"]);
        true
    }
}

/// The text of a property, if it is not empty.
fn full<'o>(object: Object<'o>, property: &str) -> Option<&'o str> {
    object.text(property).filter(|text| !text.is_empty())
}

fn note(kind: NoteKind, text: &str, title: Option<&str>) -> Note {
    Note { kind, text: text.to_owned(), title: title.map(str::to_owned), audience: None }
}
