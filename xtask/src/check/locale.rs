//! Every word that a user reads stands in Japanese and in English, with the same placeables.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::Finding;
use crate::tree::Tree;

/// The name of this check.
pub const NAME: &str = "locale";

/// Compares `x.ja.ftl` with `x.en.ftl`, key by key.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, text) in tree.files() {
        let other = match (path.strip_suffix(".ja.ftl"), path.strip_suffix(".en.ftl")) {
            (Some(stem), _) => format!("{stem}.en.ftl"),
            (_, Some(stem)) => format!("{stem}.ja.ftl"),
            _ => continue,
        };
        match tree.text(&other) {
            Some(there) => found.extend(compare(path, &messages(text), &other, &messages(there))),
            None => found.push(Finding::of(NAME, path, format!("there is no `{other}`"))),
        }
    }
    found
}

/// The placeables of one message, and the line of its key.
type Messages<'a> = BTreeMap<String, (usize, BTreeSet<&'a str>)>;

fn compare(path: &str, here: &Messages, other: &str, there: &Messages) -> Vec<Finding> {
    let mut found = Vec::new();
    for (key, (line, placeables)) in here {
        match there.get(key) {
            None => found.push(Finding::at(NAME, path, *line, format!("`{key}` is not in `{other}`"))),
            Some((_, same)) if same != placeables && path.ends_with(".ja.ftl") => {
                found.push(Finding::at(NAME, path, *line, format!("`{key}` has other placeables in `{other}`")));
            }
            Some(_) => {}
        }
    }
    found
}

/// The keys of a file, attributes as `key.attribute`, each with the variables it shows.
fn messages(text: &str) -> Messages<'_> {
    let mut found = Messages::new();
    let (mut key, mut current) = (String::new(), String::new());
    for (line, words) in (1..).zip(text.lines()) {
        let flush_left = words.starts_with(|c: char| c.is_ascii_alphabetic() || c == '-');
        if let Some((name, _)) = words.split_once('=').filter(|_| flush_left) {
            key = name.trim().to_owned();
            current.clone_from(&key);
            found.entry(current.clone()).or_insert((line, BTreeSet::new()));
        } else if let Some((name, _)) = words.trim_start().strip_prefix('.').and_then(|rest| rest.split_once('=')) {
            current = format!("{key}.{}", name.trim());
            found.entry(current.clone()).or_insert((line, BTreeSet::new()));
        } else if words.starts_with('#') {
            continue;
        }
        if let Some((_, placeables)) = found.get_mut(&current) {
            placeables.extend(variables(words));
        }
    }
    found
}

fn variables(words: &str) -> impl Iterator<Item = &str> {
    let starts = words.split('$').skip(1);
    starts.map(|rest| rest.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-')).next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_language_lacks_is_found() {
        let tree = Tree::planted(&[
            ("locales/a.ja.ftl", "# x\nhello = { $name } さん\nonly-ja = 一\nsame = 二\n  .title = 三\n"),
            ("locales/a.en.ftl", "hello = hello\nsame = two\n  .title = three\n  .more = four\n"),
            ("locales/b.en.ftl", "x = y\n"),
        ]);
        let seen: Vec<_> = check(&tree).into_iter().map(|found| found.to_string()).collect();
        let want = [
            "locales/a.en.ftl:4: [locale] `same.more` is not in `locales/a.ja.ftl`",
            "locales/a.ja.ftl:2: [locale] `hello` has other placeables in `locales/a.en.ftl`",
            "locales/a.ja.ftl:3: [locale] `only-ja` is not in `locales/a.en.ftl`",
            "locales/b.en.ftl: [locale] there is no `locales/b.ja.ftl`",
        ];
        assert_eq!(seen, want);
    }
}
