//! Any bytes as what others share: nothing may fall, and what was read comes back.

use renkei_core::time::Moment;
use renkei_formats::csaf;
use renkei_formats::hint::{Call, Reply};
use renkei_formats::indicator::{Indicator, Kind, refang};
use renkei_formats::misp::condition::conditions;
use renkei_formats::specimen::{Examined, How, Limits as SpecimenLimits, examine, read_shortcut, share};
use renkei_formats::stix::marking::{Markings, granular};
use renkei_formats::stix::{Bundle, build, check, pattern, scoid, view};
use renkei_formats::taxii::{
    Answer, Asked, Door, Limits, Outcome, Page, Pushed, Request, Search, Shelf, Status, answer, posting, pulled,
};
use renkei_formats::warning::Warnings;
use renkei_formats::{misp, tree};

/// A target: its name (also of its corpus folder) and what it does with bytes.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const ALL: [Target; 13] = [
    ("stix", stix),
    ("stix_pattern", stix_pattern),
    ("misp", misp_event),
    ("indicator", indicator),
    ("taxii", taxii),
    ("taxii_pulled", taxii_pulled),
    ("warning", warning),
    ("hint_call", hint_call),
    ("subjects", subjects),
    ("csaf", csaf),
    ("specimen_eml", specimen),
    ("specimen_msg", specimen),
    ("specimen_lnk", shortcut),
];

const MOST_BYTES: usize = 1 << 20;

/// Lists of subjects: whatever is read has what an item needs.
pub fn subjects(data: &[u8]) {
    match renkei_formats::subjects::read(data) {
        Ok(all) => {
            assert!(all.iter().all(|one| !one.kind.is_empty() && !one.value.is_empty() && !one.field.is_empty()))
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// Calls about duplicate hints and their replies: what is read is written as what is read again.
pub fn hint_call(data: &[u8]) {
    if let Ok(call) = Call::read(data) {
        assert!(Call::read(call.to_json().as_bytes()).is_ok_and(|read| read == call));
    }
    if let Ok(reply) = Reply::read(data) {
        assert!(Reply::read(reply.to_json().as_bytes()).is_ok_and(|read| read == reply));
    }
}

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

/// Advisories: what came comes back, every finding has a place in it, and a name of a file stays in its folder.
pub fn csaf(data: &[u8]) {
    let Ok(document) = csaf::Document::read(data, MOST_BYTES) else { return };
    let written = document.write();
    assert!(csaf::Document::read(written.as_bytes(), usize::MAX).is_ok_and(|read| read == document));
    let found = document.check();
    assert!(found.len() <= csaf::MOST_FINDINGS);
    assert!(found.iter().all(|one| one.place.is_empty() || one.place.starts_with('/')));
    let _ = (document.title(), document.tlp(), document.initial_release(), document.current_release());
    if let Some(name) = document.file_name() {
        assert!(!name.contains(['/', '\\', '.']) || name.find('.') == name.len().checked_sub(5));
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

/// Warning lists: whatever stands in them, they can be asked.
pub fn warning(data: &[u8]) {
    let mut lists = Warnings::default();
    let taken = lists.add(data);
    assert_eq!(taken.is_ok(), lists.len() == 1);
    for value in
        ["198.18.7.7", "2001:db8::/32", "a.cdn.example", "https://cdn.example/", "x@cdn.example", "+819000000000"]
    {
        if let Some(value) = Indicator::guess(value) {
            assert!(lists.of(&value).len() <= 1);
        }
    }
}

/// What another hub answers: a page never holds more than it may, and what was read of it is sound.
pub fn taxii_pulled(data: &[u8]) {
    let limits = Limits { content: MOST_BYTES as u64, posted: 64, ..Limits::default() };
    if let Ok(page) = pulled::objects(data, &limits) {
        assert!(page.posting.items.len() + page.posting.failures.len() <= limits.posted);
        for item in &page.posting.items {
            let body = item.entry(Moment(0)).body;
            assert!(posting::one(&body, &Limits::default()).as_ref() == Some(item));
        }
    }
    if let Ok(page) = pulled::manifest(data, &limits) {
        assert!(page.entries.len() + page.broken <= limits.posted);
    }
}

/// Requests, in lines: method and address, what is taken, what is sent; then a body. Whatever is asked, an answer comes out.
pub fn taxii(data: &[u8]) {
    let mut parts = data.splitn(4, |byte| *byte == b'\n');
    let mut line = || String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned();
    let (first, accept, content_type) = (line(), line(), line());
    let body = parts.next().unwrap_or_default();
    let (method, address) = first.split_once(' ').unwrap_or((&first, ""));
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let limits = Limits { content: MOST_BYTES as u64, posted: 64, page: 2, ..Limits::default() };
    // The root is a constant, so that this cannot fail.
    let Ok(root) = "/hub/".parse() else { return };
    let Ok(id) = "2d086da7-4bdc-4f91-900e-d77486753710".parse() else { return };
    let door = Door::new([root], limits);
    let (accept, content_type) = ([accept.as_str()], [content_type.as_str()]);
    let request =
        Request { method, path, query, accept: &accept, content_type: &content_type, length: Some(body.len() as u64) };
    let mut shelf = Shelf::new();
    let status = match posting::read(body, &limits) {
        Ok(posting) => {
            let outcomes: Vec<_> = posting.items.iter().map(|item| put(&mut shelf, item)).collect();
            let status = Status::of(id, Moment(0), &posting, &outcomes);
            assert_eq!(status.total(), posting.items.len() + posting.failures.len());
            assert!(status.pendings.is_empty());
            Some(status)
        }
        Err(refusal) => {
            sound(&refusal.answer());
            None
        }
    };
    status.iter().for_each(|status| sound(&answer::accepted(status)));
    match door.ask(&request) {
        Err(refusal) => {
            let answer = refusal.answer();
            sound(&answer);
            assert!(answer.status >= 400);
        }
        Ok(Asked::Manifest { search, .. }) => every_page(&shelf, &search, answer::manifest),
        Ok(Asked::Objects { search, .. } | Asked::Object { search, .. }) => {
            every_page(&shelf, &search, answer::envelope)
        }
        Ok(Asked::Versions { search, .. }) => every_page(&shelf, &search, answer::versions),
        Ok(Asked::Delete { filter, .. }) => {
            let is_held = shelf.holds(&filter, |_| true);
            let gone = shelf.remove(&filter, |_| true);
            assert!(is_held || gone.is_empty());
            assert!(gone.iter().all(|place| shelf.entry(*place).is_none()));
        }
        Ok(_) => {}
    }
}

fn put(shelf: &mut Shelf, item: &posting::Item) -> Outcome {
    match shelf.push(item.entry(shelf.moment(Moment(0)))) {
        Ok(Pushed::New(place)) => {
            let entry = shelf.entry(place).map(|entry| tree::read(&entry.body, usize::MAX));
            assert!(entry.is_some_and(|read| read == Ok(item.object.clone().into())));
            Outcome::Added
        }
        Ok(Pushed::Same(_)) => Outcome::Same,
        Ok(Pushed::Other(_)) => Outcome::Other,
        Err(_) => Outcome::Failed,
    }
}

/// One page after the other ends, and every answer is sound.
fn every_page(shelf: &Shelf, search: &Search, write: impl Fn(&Page<'_>) -> Answer) {
    let (mut search, mut seen) = (search.clone(), 0);
    loop {
        let page = shelf.page(&search, |_| true);
        seen += page.entries.len();
        assert!(seen <= shelf.len() && page.entries.len() <= search.limit);
        sound(&write(&page));
        let (Some(_), Some(last)) = (&page.next, page.entries.last()) else { return };
        search.filter.added_after = Some(last.added);
        search = Search::new("again", search.filter, search.limit);
    }
}

fn sound(answer: &Answer) {
    assert_eq!(answer.header("content-type"), Some("application/taxii+json;version=2.1"));
    assert!(matches!(tree::read(&answer.body, usize::MAX), Ok(tree::Value::Object(_))));
}

/// Mails that were handed in: an examination ends, is the same again, and comes back from JSON; so does what is shared.
pub fn specimen(data: &[u8]) {
    let limits =
        SpecimenLimits { mail_bytes: MOST_BYTES, unpacked_bytes: 1 << 20, entries: 100, ..SpecimenLimits::default() };
    let how = How { limits, passwords: vec!["infected".to_owned()] };
    let examined = examine(data, &how);
    assert_eq!(examined, examine(data, &how));
    let json = serde_json::to_vec(&examined).unwrap_or_default();
    assert!(serde_json::from_slice::<Examined>(&json).is_ok_and(|read| read == examined));
    let shared = share(&examined, &[]).examined;
    assert!(shared.head.to.is_empty() && shared.path.iter().all(|hop| hop.recipient.is_none()));
    let _ = (examined.indicators(), examined.keys());
}

/// Shortcuts.
pub fn shortcut(data: &[u8]) {
    if let Ok(read) = read_shortcut(data) {
        let _ = read.starts_interpreter();
    }
}
