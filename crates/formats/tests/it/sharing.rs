//! Given data of the sharing hub: ATT&CK, the examples of OASIS, MISP events; nothing is lost on the way through.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use renkei_formats::misp;
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
    assert_eq!(objects.len(), 8);
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

#[test]
fn every_misp_event_goes_through_stix_and_comes_back() {
    let Some(data) = data() else { return };
    let mut paths = Vec::new();
    files(&data.join("misp"), &mut paths);
    paths.sort();
    let (mut events, mut converted, mut attributes) = (0, 0, 0);
    let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
    for path in &paths {
        let bytes = bytes(path);
        fixed_point(&bytes);
        let Ok(file) = misp::File::read(&bytes, MOST_BYTES) else { continue };
        assert_eq!(tree::read(file.write().as_bytes(), MOST_BYTES).unwrap(), *file.tree());
        for event in file.events() {
            events += 1;
            let Some(stix) = misp::to_stix(event) else { continue };
            converted += 1;
            attributes += event.attributes().count();
            stix.findings.iter().for_each(|finding| *codes.entry(finding.code.as_str()).or_default() += 1);
            let id = "bundle--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f".parse().unwrap();
            let written = Bundle::new(&id, stix.objects).write();
            let bundle = Bundle::read(written.as_bytes(), MOST_BYTES).unwrap();
            let bad: Vec<_> =
                stix::check(&bundle).into_iter().filter(|finding| finding.code.weight() != Weight::Note).collect();
            assert_eq!(bad, [], "{}", path.display());
            let (back, lost) = misp::from_stix(&bundle).unwrap();
            assert!(back == *event.tree() && lost.is_empty(), "{}", path.display());
            // And once more: the objects are the same too.
            assert_eq!(Bundle::new(&id, misp::to_stix(misp::Event::of(&back)).unwrap().objects).write(), written);
        }
    }
    println!(
        "{} files, {events} events, {converted} converted with {attributes} attributes, findings {codes:?}",
        paths.len()
    );
    assert!(events >= 20 && converted >= 12);
}
