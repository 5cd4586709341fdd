//! An advisory to a document, which is checked before anybody gets it.

use renkei_core::time::Moment;

use super::advisory::{
    Acknowledgment, Advisory, Aggregate, Generator, Involvement, Note, ProductStatus, Publisher, Reference,
    Remediation, Revision, Score, Threat, Tracking, Vulnerability, Weakness,
};
use super::document::Document;
use super::finding::{Finding, Weight};
use super::products;
use crate::stix::marking::Tlp;
use crate::tree::{self, Object, Value};

/// Why an advisory cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// TLP:AMBER+STRICT has no label in CSAF 2.0; `AMBER` would let it go to clients of who gets it.
    #[error("`TLP:AMBER+STRICT` has no label in csaf 2.0: take `AMBER` or `RED`, or do not use csaf")]
    AmberStrict,
    /// The document would not be sound: what, and where.
    #[error("the advisory is not sound in {} places", .0.len())]
    Unsound(Vec<Finding>),
}

impl Advisory {
    /// The document. Whatever comes out has no finding that breaks the standard.
    ///
    /// # Errors
    /// When a value does not fit, a product is not there, or the profile wants more.
    pub fn document(&self) -> Result<Document, Refusal> {
        if self.tlp == Some(Tlp::AmberStrict) {
            return Err(Refusal::AmberStrict);
        }
        let vulnerabilities: Vec<Object> = self.vulnerabilities.iter().map(vulnerability).collect();
        let root = Object::new()
            .with("document", head(self))
            .with_some("product_tree", products::tree(&self.products))
            .with_some("vulnerabilities", some(vulnerabilities));
        let document = Document::of(root);
        let mut found = document.check();
        found.retain(|one| one.code.weight() == Weight::Broken);
        if found.is_empty() { Ok(document) } else { Err(Refusal::Unsound(found)) }
    }
}

/// The label of TLP 1.0, whose words CSAF 2.0 has (section 3.2.1.5.2).
pub(super) const fn label(tlp: Tlp) -> &'static str {
    match tlp {
        Tlp::Clear => "WHITE",
        Tlp::Green => "GREEN",
        Tlp::Amber => "AMBER",
        // The strict one never comes here; RED is the side on which nothing goes too far.
        Tlp::AmberStrict | Tlp::Red => "RED",
    }
}

/// Section 3.2.1.
fn head(advisory: &Advisory) -> Object {
    let Advisory {
        profile,
        title,
        language,
        source_language,
        publisher: by,
        tracking: track,
        tlp,
        distribution,
        severity,
        notes: texts,
        references: leads,
        acknowledgments: thanks,
        products: _,
        vulnerabilities: _,
    } = advisory;
    let tlp = tlp.map(|tlp| Object::new().with("label", label(tlp)).with("url", "https://www.first.org/tlp/"));
    let spread = Object::new().with_some("text", distribution.as_deref()).with_some("tlp", tlp);
    Object::new()
        .with_some("acknowledgments", acknowledgments(thanks))
        .with_some("aggregate_severity", severity.as_ref().map(aggregate))
        .with("category", profile.word())
        .with("csaf_version", "2.0")
        .with_some("distribution", (!spread.is_empty()).then_some(spread))
        .with_some("lang", language.as_deref())
        .with_some("notes", notes(texts))
        .with("publisher", publisher(by))
        .with_some("references", references(leads))
        .with_some("source_lang", source_language.as_deref())
        .with("title", title.as_str())
        .with("tracking", tracking(track))
}

fn aggregate(severity: &Aggregate) -> Object {
    let Aggregate { text, namespace } = severity;
    Object::new().with_some("namespace", namespace.as_deref()).with("text", text.as_str())
}

/// Section 3.2.1.8; the metadata of a provider have it too (section 7.1.7).
pub(super) fn publisher(by: &Publisher) -> Object {
    let Publisher { kind, name, namespace, contact, authority } = by;
    Object::new()
        .with("category", kind.word())
        .with_some("contact_details", contact.as_deref())
        .with_some("issuing_authority", authority.as_deref())
        .with("name", name.as_str())
        .with("namespace", namespace.as_str())
}

fn tracking(track: &Tracking) -> Object {
    let Tracking { id, status, revisions, aliases, generator: maker } = track;
    let revision = |one: &Revision| {
        let Revision { number, at, summary } = one;
        Object::new().with("date", moment(*at)).with("number", number.as_str()).with("summary", summary.as_str())
    };
    Object::new()
        .with_some("aliases", texts(aliases))
        .with_some("current_release_date", track.current_release().map(moment))
        .with_some("generator", maker.as_ref().map(generator))
        .with("id", id.as_str())
        .with_some("initial_release_date", track.initial_release().map(moment))
        .with("revision_history", revisions.iter().map(revision).collect::<Vec<_>>())
        .with("status", status.word())
        .with_some("version", track.version())
}

fn generator(maker: &Generator) -> Object {
    let Generator { name, version, at } = maker;
    let engine = Object::new().with("name", name.as_str()).with_some("version", version.as_deref());
    Object::new().with_some("date", at.map(moment)).with("engine", engine)
}

/// Section 3.2.3.
fn vulnerability(one: &Vulnerability) -> Object {
    let Vulnerability {
        cve,
        ids,
        title,
        weakness: kind,
        notes: texts,
        scores,
        status,
        remediations,
        threats,
        references: leads,
        involvements,
        acknowledgments: thanks,
        discovered,
        released,
    } = one;
    let id = |(system, text): &(String, String)| {
        Object::new().with("system_name", system.as_str()).with("text", text.as_str())
    };
    Object::new()
        .with_some("acknowledgments", acknowledgments(thanks))
        .with_some("cve", cve.as_deref())
        .with_some("cwe", kind.as_ref().map(weakness))
        .with_some("discovery_date", discovered.map(moment))
        .with_some("ids", some(ids.iter().map(id).collect()))
        .with_some("involvements", some(involvements.iter().map(involvement).collect()))
        .with_some("notes", notes(texts))
        .with_some("product_status", statuses(status))
        .with_some("references", references(leads))
        .with_some("release_date", released.map(moment))
        .with_some("remediations", some(remediations.iter().map(remediation).collect()))
        .with_some("scores", some(scores.iter().map(score).collect()))
        .with_some("threats", some(threats.iter().map(threat).collect()))
        .with_some("title", title.as_deref())
}

fn weakness(one: &Weakness) -> Object {
    let Weakness { id, name } = one;
    Object::new().with("id", id.as_str()).with("name", name.as_str())
}

fn statuses(all: &[(ProductStatus, String)]) -> Option<Object> {
    let mut object = Object::new();
    for kind in ProductStatus::ALL {
        let products: Vec<&str> = all.iter().filter(|(status, _)| status == kind).map(|(_, id)| id.as_str()).collect();
        if !products.is_empty() {
            object.set(kind.word(), products);
        }
    }
    (!object.is_empty()).then_some(object)
}

fn score(one: &Score) -> Object {
    let Score { vector, products } = one;
    let cvss = Object::new()
        .with("version", "3.1")
        .with("vectorString", vector.as_str())
        .with_some("baseScore", tenths(vector.base_tenths()))
        .with("baseSeverity", vector.severity().word());
    Object::new().with("cvss_v3", cvss).with("products", strings(products))
}

/// A score with one decimal, or none where it is whole: readers compare the text of `10.0` and `10`.
fn tenths(score: u8) -> Option<Value> {
    let text = match score % 10 {
        0 => format!("{}", score / 10),
        rest => format!("{}.{rest}", score / 10),
    };
    tree::read(text.as_bytes(), text.len()).ok()
}

fn remediation(one: &Remediation) -> Object {
    let Remediation { kind, details, products, at, url } = one;
    Object::new()
        .with("category", kind.word())
        .with_some("date", at.map(moment))
        .with("details", details.as_str())
        .with_some("product_ids", texts(products))
        .with_some("url", url.as_deref())
}

fn threat(one: &Threat) -> Object {
    let Threat { kind, details, products, at } = one;
    Object::new()
        .with("category", kind.word())
        .with_some("date", at.map(moment))
        .with("details", details.as_str())
        .with_some("product_ids", texts(products))
}

fn involvement(one: &Involvement) -> Object {
    let Involvement { party, status, summary, at } = one;
    Object::new()
        .with_some("date", at.map(moment))
        .with("party", party.word())
        .with("status", status.word())
        .with_some("summary", summary.as_deref())
}

fn notes(all: &[Note]) -> Option<Vec<Object>> {
    let one = |note: &Note| {
        let Note { kind, text, title, audience } = note;
        Object::new()
            .with_some("audience", audience.as_deref())
            .with("category", kind.word())
            .with("text", text.as_str())
            .with_some("title", title.as_deref())
    };
    some(all.iter().map(one).collect())
}

fn references(all: &[Reference]) -> Option<Vec<Object>> {
    let one = |lead: &Reference| {
        let Reference { summary, url, is_self } = lead;
        Object::new()
            .with("category", if *is_self { "self" } else { "external" })
            .with("summary", summary.as_str())
            .with("url", url.as_str())
    };
    some(all.iter().map(one).collect())
}

fn acknowledgments(all: &[Acknowledgment]) -> Option<Vec<Object>> {
    let one = |thanks: &Acknowledgment| {
        let Acknowledgment { names, organization, summary, urls } = thanks;
        Object::new()
            .with_some("names", texts(names))
            .with_some("organization", organization.as_deref())
            .with_some("summary", summary.as_deref())
            .with_some("urls", texts(urls))
    };
    some(all.iter().map(one).collect())
}

/// A list, if it is not empty: an empty one is forbidden.
fn some(all: Vec<Object>) -> Option<Vec<Object>> {
    (!all.is_empty()).then_some(all)
}

fn texts(all: &[String]) -> Option<Vec<&str>> {
    (!all.is_empty()).then(|| strings(all))
}

fn strings(all: &[String]) -> Vec<&str> {
    all.iter().map(String::as_str).collect()
}

pub(super) fn moment(at: Moment) -> String {
    at.to_string()
}
