//! Any bytes as what others share: nothing may fall, and what was read comes back.

use renkei_formats::indicator::{Indicator, Kind, refang};
use renkei_formats::misp::condition::conditions;
use renkei_formats::stix::marking::{Markings, granular};
use renkei_formats::stix::{Bundle, build, check, pattern, scoid, view};
use renkei_formats::{misp, tree};

/// A target: its name (also of its corpus folder) and what it does with bytes.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const ALL: [Target; 4] =
    [("stix", stix), ("stix_pattern", stix_pattern), ("misp", misp_event), ("indicator", indicator)];

const MOST_BYTES: usize = 1 << 20;

/// Bundles: written and read again they are the same; every view may be asked for.
pub fn stix(data: &[u8]) {
    let Ok(bundle) = Bundle::read(data, MOST_BYTES) else { return };
    let written = bundle.write();
    assert!(Bundle::read(written.as_bytes(), usize::MAX).is_ok_and(|read| read == bundle));
    assert!(tree::read(tree::write_pretty(&bundle.tree().clone().into()).as_bytes(), usize::MAX).is_ok());
    for finding in check(&bundle) {
        assert!(finding.object.is_none_or(|place| place < bundle.len()) && finding.path.len() < 8192);
    }
    for object in bundle.objects() {
        let _ = (object.all_references(), object.spec_version(), object.confidence(), view::observable_value(object));
        let _ = (view::Indicator::of(object), view::Relationship::of(object), view::ObservedData::of(object));
        let _ = Markings::of(object, |_| Some(object));
        for part in granular(object) {
            part.selectors.iter().for_each(|selector| _ = object.tree().select(selector));
        }
        if let Ok(text) = tree::canonical(&object.tree().clone().into()) {
            // The canonical form is its own.
            let again = tree::read(text.as_bytes(), usize::MAX).map(|value| tree::canonical(&value));
            assert!(again.is_ok_and(|again| again == Ok(text)));
        }
        if let (Some(kind), Some(id)) = (object.kind_name(), scoid::id(object.tree())) {
            let built = build::observable(kind, object.tree());
            assert_eq!(built.and_then(|built| scoid::id(&built)), Some(id));
        }
        if let Some(at) = object.version() {
            let text = build::timestamp(at.moment());
            let moment = renkei_formats::stix::Timestamp::read(&text).map(|read| read.moment());
            // A leap second at the end of the last year that can be written leads beyond it.
            assert!(moment == Ok(at.moment()) || text.len() > 27);
        }
    }
}

/// Patterns: printing is the way back.
pub fn stix_pattern(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match pattern::read(text) {
        Err(flaw) => assert!(flaw.offset <= text.len()),
        Ok(pattern) => {
            let printed = pattern.to_string();
            assert_eq!(pattern::read(&printed).as_ref(), Ok(&pattern));
            for (kind, value) in pattern.simple().iter().filter_map(Kind::of_simple) {
                let _ = Indicator::read(kind, &value);
            }
        }
    }
}

/// Events: through STIX and back they are the same.
pub fn misp_event(data: &[u8]) {
    let Ok(file) = misp::File::read(data, MOST_BYTES) else { return };
    assert!(tree::read(file.write().as_bytes(), usize::MAX).is_ok_and(|read| read == *file.tree()));
    for event in file.events() {
        let _ = conditions(event);
        let Some(converted) = misp::to_stix(event) else { continue };
        let Ok(id) = "bundle--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f".parse() else { continue };
        let bundle = Bundle::new(&id, converted.objects);
        let _ = check(&bundle);
        let (back, lost) = misp::from_stix(&bundle).unwrap_or_default();
        assert!(back == *event.tree() && lost.is_empty());
    }
    if let Ok(bundle) = Bundle::read(data, MOST_BYTES) {
        let _ = misp::from_stix(&bundle);
    }
}

/// Values of every kind: a form is its own.
pub fn indicator(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for kind in Kind::ALL {
        if let Ok(found) = Indicator::read(*kind, &text) {
            assert_eq!(Indicator::read(*kind, found.as_str()), Ok(found), "{}", kind.word());
        }
    }
    let _ = (Indicator::guess(&text), refang(&text));
}
