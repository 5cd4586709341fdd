//! What is not as the standard wants it: the schema of section 3, and the mandatory tests of section 6.1.
//!
//! Not decided here, because it takes data of others: the names of CWE (6.1.11), and which languages are
//! registered (6.1.12, of which the form is looked at).

mod walk;
mod shape;
mod product;
mod score;
mod tracking;
mod vulnerability;
mod profile;

use super::finding::Finding;
use crate::tree::Object;
pub use walk::MOST_FINDINGS;
use walk::Walk;

/// Everything that is to be said of a document.
pub(super) fn check(root: &Object) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut walk = Walk::new(&mut found);
    shape::check(root, &super::schema::ROOT, &mut walk);
    let products = product::Products::of(root);
    product::check(root, &products, &mut walk);
    tracking::check(root, &mut walk);
    for (place, item) in root.list("vulnerabilities").iter().enumerate() {
        let Some(item) = item.as_object() else { continue };
        walk.inside("vulnerabilities", |walk| {
            walk.inside_place(place, |walk| {
                vulnerability::check(item, &products, walk);
                score::check(item, walk);
            });
        });
    }
    vulnerability::cves(root, &mut walk);
    profile::check(root, &products, &mut walk);
    found
}
