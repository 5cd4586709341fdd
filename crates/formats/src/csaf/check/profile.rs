//! What the profiles of section 4 want (test 6.1.27).

use super::product::Products;
use super::walk::Walk;
use crate::csaf::finding::Code;
use crate::tree::Object;

/// The profiles that want notes and references.
const INFORMING: [&str; 2] = ["csaf_informational_advisory", "csaf_security_incident_response"];
/// The profiles that are about vulnerabilities of products.
const ADVISING: [&str; 2] = ["csaf_security_advisory", "csaf_vex"];

/// Checks what the profile of a document wants.
pub(super) fn check<'t>(root: &'t Object, products: &Products<'t>, walk: &mut Walk<'t, '_>) {
    let Some(document) = root.object("document") else { return };
    let Some(category) = document.text("category") else { return };
    if INFORMING.contains(&category) {
        informing(document, walk);
    }
    if category == "csaf_informational_advisory" && root.get("vulnerabilities").is_some() {
        walk.inside("vulnerabilities", |walk| walk.fail(Code::Profile, "6.1.27.3"));
    }
    if !ADVISING.contains(&category) {
        return;
    }
    for (name, test) in [("product_tree", "6.1.27.4"), ("vulnerabilities", "6.1.27.11")] {
        if root.get(name).is_none() {
            walk.inside(name, |walk| walk.fail(Code::Profile, test));
        }
    }
    walk.each(root, "vulnerabilities", |item, walk| {
        if item.get("notes").is_none() {
            walk.inside("notes", |walk| walk.fail(Code::Profile, "6.1.27.5"));
        }
        match category {
            "csaf_vex" => exploitability(item, products, walk),
            _ if item.get("product_status").is_none() => {
                walk.inside("product_status", |walk| walk.fail(Code::Profile, "6.1.27.6"));
            }
            _ => {}
        }
    });
}

/// Tests 6.1.27.1 and 6.1.27.2.
fn informing<'t>(document: &'t Object, walk: &mut Walk<'t, '_>) {
    let has = |list: &str, words: &[&str]| {
        document.objects(list).any(|one| one.text("category").is_some_and(|word| words.contains(&word)))
    };
    walk.inside("document", |walk| {
        if !has("notes", &["description", "details", "general", "summary"]) {
            walk.inside("notes", |walk| walk.fail(Code::Profile, "6.1.27.1"));
        }
        if !has("references", &["external"]) {
            walk.inside("references", |walk| walk.fail(Code::Profile, "6.1.27.2"));
        }
    });
}

/// Tests 6.1.27.7 to 6.1.27.10: what a VEX wants of each vulnerability.
fn exploitability<'t>(item: &'t Object, products: &Products<'t>, walk: &mut Walk<'t, '_>) {
    if item.get("cve").is_none() && item.get("ids").is_none() {
        walk.fail(Code::Profile, "6.1.27.8");
    }
    let known = ["fixed", "known_affected", "known_not_affected", "under_investigation"];
    let status = item.object("product_status");
    if !status.is_some_and(|status| known.iter().any(|name| status.get(name).is_some())) {
        walk.inside("product_status", |walk| walk.fail(Code::Profile, "6.1.27.7"));
    }
    let Some(status) = status else { return };
    let impacts = item.objects("threats").filter(|threat| threat.text("category") == Some("impact"));
    let explained = products.named(impacts.chain(item.objects("flags")), walk);
    let acted = products.named(item.objects("remediations"), walk);
    walk.inside("product_status", |walk| {
        for (name, named, test) in
            [("known_not_affected", &explained, "6.1.27.9"), ("known_affected", &acted, "6.1.27.10")]
        {
            walk.each_text(status, name, |product, walk| {
                if !named.contains(product) {
                    walk.fail(Code::Profile, test);
                }
            });
        }
    });
}
