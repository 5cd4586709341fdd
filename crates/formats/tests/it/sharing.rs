//! Given data of the sharing hub: ATT&CK, the examples of OASIS, MISP events; nothing is lost on the way through.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use renkei_formats::stix::{self, Bundle, Code, Weight};
use renkei_formats::tree;

const MOST_BYTES: usize = 64 << 20;

fn data() -> Option<PathBuf> {
    let data = std::env::var_os("RENKEI_TESTDATA").map(|data| PathBuf::from(data).join("sharing"));
    if data.is_none() {
        println!("not run: no RENKEI_TESTDATA");
    }
    data
}

fn bytes(path: &Path) -> Vec<u8> {
    let raw = fs::read(path).unwrap();
    if path.extension().is_none_or(|extension| extension != "gz") {
        return raw;
    }
    let mut whole = Vec::new();
    flate2::read::GzDecoder::new(raw.as_slice()).read_to_end(&mut whole).unwrap();
    whole
}

/// Every JSON file below a folder.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            found.push(path);
        }
    }
}

/// In, out, in again: the same tree, and the same as another reader of JSON sees in either text.
fn fixed_point(bytes: &[u8]) -> tree::Value {
    let value = tree::read(bytes, MOST_BYTES).unwrap();
    let written = tree::write(&value);
    assert_eq!(tree::read(written.as_bytes(), MOST_BYTES).unwrap(), value);
    assert_eq!(tree::write(&tree::read(tree::write_pretty(&value).as_bytes(), MOST_BYTES).unwrap()), written);
    // `serde_json` keeps the order of members here, so that its text tells a change of order too.
    let theirs = |text: &[u8]| serde_json::from_slice::<serde_json::Value>(text).unwrap().to_string();
    assert_eq!(theirs(bytes), theirs(written.as_bytes()));
    value
}

fn count(bundle: &Bundle) -> BTreeMap<&'static str, usize> {
    let mut codes = BTreeMap::new();
    stix::check(bundle).iter().for_each(|finding| *codes.entry(finding.code.as_str()).or_default() += 1);
    codes
}

#[test]
fn attack_comes_back_whole() {
    let Some(data) = data() else { return };
    for (name, least) in [("enterprise-attack-18.1-stix21.json.gz", 24_771), ("ics-attack-18.1.json", 1_000)] {
        let bytes = bytes(&data.join("stix").join(name));
        let value = fixed_point(&bytes);
        let bundle = Bundle::read(&bytes, MOST_BYTES).unwrap();
        assert_eq!(tree::Value::Object(bundle.tree().clone()), value);
        println!("{name}: {} objects, findings {:?}", bundle.len(), count(&bundle));
        assert!(bundle.len() >= least && bundle.objects().count() == bundle.len());
        assert!(stix::check(&bundle).iter().all(|finding| finding.code.weight() == Weight::Note));
        assert!(bundle.objects().all(|object| object.id().is_some() && object.version().is_some()));
        // Each object on its own is the same as in the bundle.
        let objects = bundle.clone().into_objects();
        for object in &objects {
            assert_eq!(tree::read(tree::write_object(object).as_bytes(), MOST_BYTES).unwrap(), object.clone().into());
        }
    }
}

#[test]
fn the_examples_of_oasis_are_sound() {
    let Some(data) = data() else { return };
    let mut paths = Vec::new();
    files(&data.join("stix/oasis-interop-examples"), &mut paths);
    assert!(paths.len() > 40);
    paths.sort();
    let mut patterns = 0;
    for path in &paths {
        let bytes = bytes(path);
        fixed_point(&bytes);
        let Ok(bundle) = Bundle::read(&bytes, MOST_BYTES) else { continue };
        for finding in stix::check(&bundle).iter().filter(|finding| finding.code.weight() != Weight::Note) {
            println!("{}: {} {}", path.file_name().unwrap().display(), finding.code.as_str(), finding.path);
        }
        for object in bundle.objects() {
            if let Some(indicator) = stix::view::Indicator::of(object)
                && indicator.language == "stix"
            {
                let pattern = stix::pattern::read(indicator.pattern).unwrap();
                assert_eq!(stix::pattern::read(&pattern.to_string()).unwrap(), pattern);
                assert!(!pattern.simple().is_empty());
                patterns += 1;
            }
        }
    }
    assert!(patterns > 20, "{patterns}");
}

#[test]
fn the_fixture_of_medallion_is_told_apart() {
    let Some(data) = data() else { return };
    let value = fixed_point(&bytes(&data.join("taxii/medallion_default_data.json")));
    let mut objects = Vec::new();
    collect(&value, &mut objects);
    assert!(objects.len() > 10);
    let id = "bundle--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f".parse().unwrap();
    let found = stix::check(&Bundle::new(&id, objects));
    assert!(found.iter().any(|finding| finding.code == Code::Older));
    assert!(found.iter().all(|finding| finding.code.weight() != Weight::Refused));
}

fn collect(value: &tree::Value, found: &mut Vec<tree::Object>) {
    match value {
        tree::Value::List(values) => values.iter().for_each(|value| collect(value, found)),
        // An entry of a manifest has an id and no type.
        tree::Value::Object(object) if object.text("type").is_some() && object.text("id").is_some() => {
            let mut object = object.clone();
            // What medallion keeps beside each object.
            object.take("__meta");
            found.push(object);
        }
        tree::Value::Object(object) => object.members().for_each(|(_, value)| collect(value, found)),
        _ => {}
    }
}
