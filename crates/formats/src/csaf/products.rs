//! Products as branches: vendor, product, version (section 3.1.2).

use std::collections::HashMap;

use super::advisory::{Product, Release};
use crate::tree::Object;

/// The product tree; `None`: there are no products.
pub(super) fn tree(products: &[Product]) -> Option<Object> {
    let made = products.iter().filter_map(|one| Some((one.vendor.as_deref()?, one)));
    let branches: Vec<Object> =
        group(made).into_iter().map(|(vendor, made)| branch("vendor", vendor).with("branches", names(&made))).collect();
    let alone: Vec<Object> = products.iter().filter(|one| one.vendor.is_none()).map(product).collect();
    let tree = Object::new()
        .with_some("branches", (!branches.is_empty()).then_some(branches))
        .with_some("full_product_names", (!alone.is_empty()).then_some(alone));
    (!tree.is_empty()).then_some(tree)
}

fn names(made: &[&Product]) -> Vec<Object> {
    let mut branches = Vec::new();
    for (name, releases) in group(made.iter().map(|one| (one.name.as_str(), *one))) {
        // A branch has a product or branches, never both: what is of no version stands beside.
        let (any, some): (Vec<&Product>, Vec<&Product>) =
            releases.into_iter().partition(|one| one.release == Release::Any);
        let versions: Vec<Object> = some.into_iter().map(version).collect();
        if !versions.is_empty() {
            branches.push(branch("product_name", name).with("branches", versions));
        }
        branches.extend(any.into_iter().map(|one| branch("product_name", name).with("product", product(one))));
    }
    branches
}

fn version(one: &Product) -> Object {
    let (kind, name) = match &one.release {
        Release::Range(range) => ("product_version_range", range.as_str()),
        Release::Version(version) => ("product_version", version.as_str()),
        Release::Any => ("product_version", ""),
    };
    branch(kind, name).with("product", product(one))
}

fn branch(kind: &str, name: &str) -> Object {
    Object::new().with("category", kind).with("name", name)
}

fn product(one: &Product) -> Object {
    let release = match &one.release {
        Release::Any => None,
        Release::Version(release) | Release::Range(release) => Some(release.as_str()),
    };
    let parts = [one.vendor.as_deref(), Some(one.name.as_str()), release];
    let name: Vec<&str> = parts.into_iter().flatten().collect();
    let helper = Object::new().with_some("cpe", one.cpe.as_deref()).with_some("purl", one.purl.as_deref());
    Object::new()
        .with("name", name.join(" "))
        .with("product_id", one.id.as_str())
        .with_some("product_identification_helper", (!helper.is_empty()).then_some(helper))
}

/// Products by a key, keys in the order in which they come first.
fn group<'p>(all: impl Iterator<Item = (&'p str, &'p Product)>) -> Vec<(&'p str, Vec<&'p Product>)> {
    let mut places = HashMap::new();
    let mut groups: Vec<(&str, Vec<&Product>)> = Vec::new();
    for (key, one) in all {
        let place = *places.entry(key).or_insert(groups.len());
        match groups.get_mut(place) {
            Some((_, members)) => members.push(one),
            None => groups.push((key, vec![one])),
        }
    }
    groups
}
