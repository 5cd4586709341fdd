//! Products and groups: what is defined, what is used (tests 6.1.1 to 6.1.5, 6.1.13, 6.1.25, 6.1.31).

use std::collections::{HashMap, HashSet};

use super::walk::Walk;
use crate::csaf::finding::Code;
use crate::csaf::text;
use crate::tree::Object;

/// What the product tree defines.
pub(super) struct Products<'t> {
    ids: HashSet<&'t str>,
    /// Groups with their products; the first definition counts.
    groups: HashMap<&'t str, Vec<&'t str>>,
}

impl<'t> Products<'t> {
    pub(super) fn of(root: &'t Object) -> Self {
        let mut ids = HashSet::new();
        let mut groups = HashMap::new();
        if let Some(tree) = root.object("product_tree") {
            each(tree, &mut |product| ids.extend(product.text("product_id")));
            for group in tree.objects("product_groups") {
                if let Some(id) = group.text("group_id") {
                    groups.entry(id).or_insert_with(|| group.texts("product_ids").collect());
                }
            }
        }
        Self { ids, groups }
    }

    /// Whether a product is defined.
    pub(super) fn has(&self, id: &str) -> bool {
        self.ids.contains(id)
    }

    /// Whether a group is defined.
    pub(super) fn has_group(&self, id: &str) -> bool {
        self.groups.contains_key(id)
    }

    /// The products that `product_ids` and `group_ids` of items name, each once. No group is opened twice.
    pub(super) fn named(&self, items: impl Iterator<Item = &'t Object>, walk: &mut Walk<'_, '_>) -> HashSet<&'t str> {
        let (mut named, mut opened) = (HashSet::new(), HashSet::new());
        for item in items {
            named.extend(item.texts("product_ids"));
            for group in item.texts("group_ids") {
                let products = self.groups.get(group).map(Vec::as_slice).unwrap_or_default();
                if opened.insert(group) && walk.spend(products.len()) {
                    named.extend(products);
                }
            }
        }
        named
    }
}

/// Every full product name of a tree: alone, in branches, in relationships.
fn each<'t>(tree: &'t Object, see: &mut impl FnMut(&'t Object)) {
    tree.objects("full_product_names").for_each(&mut *see);
    tree.objects("relationships").filter_map(|one| one.object("full_product_name")).for_each(&mut *see);
    branches(tree, see);
}

/// The tree was read with a bound on its depth, so that this ends.
fn branches<'t>(of: &'t Object, see: &mut impl FnMut(&'t Object)) {
    for branch in of.objects("branches") {
        branch.object("product").into_iter().for_each(&mut *see);
        branches(branch, see);
    }
}

/// Checks the product tree itself.
pub(super) fn check<'t>(root: &'t Object, products: &Products<'t>, walk: &mut Walk<'t, '_>) {
    let Some(tree) = root.object("product_tree") else { return };
    walk.inside("product_tree", |walk| {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        each(tree, &mut |product| {
            if let Some(id) = product.text("product_id") {
                *counts.entry(id).or_default() += 1;
            }
        });
        walk.each(tree, "full_product_names", |product, walk| one(product, &counts, walk));
        walk.each(tree, "relationships", |relationship, walk| {
            if let Some(product) = relationship.object("full_product_name") {
                walk.inside("full_product_name", |walk| one(product, &counts, walk));
            }
            for name in ["product_reference", "relates_to_product_reference"] {
                if relationship.text(name).is_some_and(|id| !products.has(id)) {
                    walk.inside(name, |walk| walk.fail(Code::NoProduct, "6.1.1"));
                }
            }
        });
        in_branches(tree, &counts, walk);
        groups(tree, products, walk);
        circles(tree, walk);
    });
}

fn in_branches<'t>(of: &'t Object, counts: &HashMap<&str, usize>, walk: &mut Walk<'t, '_>) {
    walk.each(of, "branches", |branch, walk| {
        if branch.text("category") == Some("product_version") && branch.text("name").is_some_and(is_range) {
            walk.inside("name", |walk| walk.fail(Code::Range, "6.1.31"));
        }
        if let Some(product) = branch.object("product") {
            walk.inside("product", |walk| one(product, counts, walk));
        }
        in_branches(branch, counts, walk);
    });
}

/// Test 6.1.31: signs of comparison, and words of ranges.
fn is_range(name: &str) -> bool {
    let words = ["after", "all", "before", "earlier", "later", "prior", "versions"];
    name.contains(['<', '>']) || name.to_lowercase().split_whitespace().any(|word| words.contains(&word))
}

/// One full product name.
fn one<'t>(product: &'t Object, counts: &HashMap<&str, usize>, walk: &mut Walk<'t, '_>) {
    if product.text("product_id").and_then(|id| counts.get(id)).is_some_and(|count| *count > 1) {
        walk.inside("product_id", |walk| walk.fail(Code::ProductTwice, "6.1.2"));
    }
    let Some(helper) = product.object("product_identification_helper") else { return };
    walk.inside("product_identification_helper", |walk| {
        if helper.text("purl").is_some_and(|purl| !text::is_purl(purl)) {
            walk.inside("purl", |walk| walk.fail(Code::BadPurl, "6.1.13"));
        }
        walk.each(helper, "hashes", |hashes, walk| {
            let mut seen = HashSet::new();
            walk.each(hashes, "file_hashes", |hash, walk| {
                if hash.text("algorithm").is_some_and(|algorithm| !seen.insert(algorithm)) {
                    walk.fail(Code::UsedTwice, "6.1.25");
                }
            });
        });
    });
}

fn groups<'t>(tree: &'t Object, products: &Products<'t>, walk: &mut Walk<'t, '_>) {
    let mut seen = HashSet::new();
    walk.each(tree, "product_groups", |group, walk| {
        if group.text("group_id").is_some_and(|id| !seen.insert(id)) {
            walk.inside("group_id", |walk| walk.fail(Code::GroupTwice, "6.1.5"));
        }
        uses(group, "product_ids", products, walk);
    });
}

/// Test 6.1.1 for a list of product ids.
pub(super) fn uses<'t>(of: &'t Object, name: &'t str, products: &Products<'t>, walk: &mut Walk<'t, '_>) {
    walk.each_text(of, name, |id, walk| {
        if !products.has(id) {
            walk.fail(Code::NoProduct, "6.1.1");
        }
    });
}

/// Test 6.1.3: relationships that lead to themselves. Those that lead to none other are taken away, again and again;
/// what stays leads into a circle.
fn circles<'t>(tree: &'t Object, walk: &mut Walk<'t, '_>) {
    const ENDS: [&str; 2] = ["product_reference", "relates_to_product_reference"];
    let all: Vec<&Object> = tree.objects("relationships").collect();
    let product = |one: &'t Object| one.object("full_product_name").and_then(|name| name.text("product_id"));
    let mut waiting: HashMap<&str, usize> = HashMap::new();
    let mut users: HashMap<&str, Vec<&str>> = HashMap::new();
    let defined: HashSet<&str> = all.iter().filter_map(|one| product(one)).collect();
    for one in &all {
        let Some(id) = product(one) else { continue };
        let count = waiting.entry(id).or_default();
        for end in ENDS.iter().filter_map(|name| one.text(name)).filter(|end| defined.contains(end)) {
            *count += 1;
            users.entry(end).or_default().push(id);
        }
    }
    let mut free: Vec<&str> = waiting.iter().filter(|(_, count)| **count == 0).map(|(id, _)| *id).collect();
    while let Some(id) = free.pop() {
        for user in users.remove(id).unwrap_or_default() {
            if let Some(count) = waiting.get_mut(user) {
                *count -= 1;
                if *count == 0 {
                    free.push(user);
                }
            }
        }
    }
    let is_bound = |id: &str| waiting.get(id).is_some_and(|count| *count > 0);
    walk.each(tree, "relationships", |one, walk| {
        for name in ENDS {
            if product(one).is_some_and(is_bound) && one.text(name).is_some_and(is_bound) {
                walk.inside(name, |walk| walk.fail(Code::Circle, "6.1.3"));
            }
        }
    });
}
