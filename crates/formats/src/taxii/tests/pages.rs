//! Tests of answers: what is written, and when headers are there.

use renkei_core::time::Moment;

use super::super::answer::{Collection, Discovery, Root};
use super::super::*;

fn shelf() -> Shelf {
    let object = |version: &str| {
        format!(
            r#"{{"type":"indicator","spec_version":"2.1","id":"indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","created":"2026-01-01T00:00:00.000Z","modified":"{version}","x":1.0}}"#
        )
    };
    let body =
        format!(r#"{{"objects":[{},{}]}}"#, object("2026-01-02T00:00:00.000Z"), object("2026-01-01T00:00:00.000Z"));
    let posting = posting::read(body.as_bytes(), &Limits::default()).unwrap();
    let mut shelf = Shelf::new();
    for item in &posting.items {
        let added = shelf.moment(Moment(1_000_000));
        assert!(matches!(shelf.push(item.entry(added)), Ok(Pushed::New(_))));
        assert!(matches!(shelf.push(item.entry(shelf.moment(Moment(0)))), Ok(Pushed::Same(_))));
    }
    shelf
}

fn text(answer: &Answer) -> &str {
    assert_eq!(answer.header("content-type"), Some("application/taxii+json;version=2.1"));
    std::str::from_utf8(&answer.body).unwrap()
}

fn all(limit: usize) -> Search {
    Search::new("", Filter { versions: VersionMatch::All, ..Filter::default() }, limit)
}

#[test]
fn pages_say_when_they_begin_and_end() {
    let shelf = shelf();
    let page = shelf.page(&all(9), |_| true);
    let manifest = answer::manifest(&page);
    assert_eq!(
        text(&manifest),
        r#"{"objects":[{"id":"indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","date_added":"1970-01-01T00:00:01.000000Z","version":"2026-01-02T00:00:00.000Z","media_type":"application/stix+json;version=2.1"},{"id":"indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","date_added":"1970-01-01T00:00:01.000001Z","version":"2026-01-01T00:00:00.000Z","media_type":"application/stix+json;version=2.1"}]}"#
    );
    assert_eq!(manifest.header("x-taxii-date-added-first"), Some("1970-01-01T00:00:01.000000Z"));
    assert_eq!(manifest.header("x-taxii-date-added-last"), Some("1970-01-01T00:00:01.000001Z"));
    let versions = answer::versions(&page);
    assert_eq!(text(&versions), r#"{"versions":["2026-01-02T00:00:00.000Z","2026-01-01T00:00:00.000Z"]}"#);
    let first = shelf.page(&all(1), |_| true);
    let envelope = answer::envelope(&first);
    assert!(text(&envelope).starts_with(r#"{"more":true,"next":""#) && text(&envelope).contains(r#""x":1.0}]}"#));
    let last = shelf.page(&all(1).resume(first.next.as_deref().unwrap()).unwrap(), |_| true);
    assert!(last.next.is_none() && last.entries.len() == 1);
    let empty = answer::envelope(&shelf.page(&all(9), |_| false));
    assert_eq!((text(&empty), empty.header("x-taxii-date-added-last")), ("{}", None));
}

#[test]
fn what_is_taken_away_is_forgotten() {
    let mut shelf = shelf();
    let ids = vec!["indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f".into()];
    let exact = |text: &str| VersionMatch::Some(Versions { exact: vec![text.parse().unwrap()], ..Versions::default() });
    let filter = |versions| Filter { ids: ids.clone(), versions, ..Filter::default() };
    let newest = filter(exact("2026-01-02T00:00:00Z"));
    assert!(shelf.holds(&newest, |_| true) && !shelf.holds(&newest, |_| false));
    assert_eq!(shelf.remove(&newest, |_| true).len(), 1);
    assert!(!shelf.holds(&newest, |_| true) && shelf.holds(&filter(VersionMatch::All), |_| true));
    assert_eq!(shelf.page(&Search::new("", Filter::default(), 9), |_| true).entries.len(), 1);
    assert_eq!(shelf.remove(&filter(VersionMatch::All), |_| false), []);
    assert_eq!(shelf.remove(&filter(VersionMatch::All), |_| true).len(), 1);
    assert!(shelf.is_empty() && shelf.gone() == 2 && !shelf.holds(&filter(VersionMatch::All), |_| true));
    assert!(shelf.moment(Moment(0)) > Moment(1_000_001));
}

#[test]
fn other_content_under_the_same_version_is_told() {
    let mut shelf = shelf();
    let body = r#"{"objects":[{"x":1,"type":"indicator","spec_version":"2.1","id":"indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","created":"2026-01-01T00:00:00.000Z","modified":"2026-01-02T00:00:00Z"},
        {"x":1.00,"modified":"2026-01-01T00:00:00.000Z","type":"indicator","spec_version":"2.1","id":"indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","created":"2026-01-01T00:00:00.000Z"}]}"#;
    let posting = posting::read(body.as_bytes(), &Limits::default()).unwrap();
    let mut push = |place: usize| shelf.push(posting.items[place].entry(shelf.moment(Moment(0)))).unwrap();
    // The version is the same moment in other words: another content; the order of properties is none.
    assert!(matches!((push(0), push(1)), (Pushed::Other(_), Pushed::Same(_))));
    let entry = posting.items[0].entry(Moment(0));
    assert!(matches!(shelf.push(entry), Err(PushError::Order(_))));
}

#[test]
fn resources_have_what_they_must() {
    let root: RootUrl = "/hub/".parse().unwrap();
    let mut of = Discovery {
        title: "t".to_owned(),
        description: None,
        contact: None,
        roots: vec![root.clone()],
        default: Some(root),
    };
    assert_eq!(text(&answer::discovery(&of)), r#"{"title":"t","default":"/hub/","api_roots":["/hub/"]}"#);
    of.roots.clear();
    assert_eq!(text(&answer::discovery(&of)), r#"{"title":"t"}"#);
    let root = answer::root(&Root { title: "r".to_owned(), description: Some("d".to_owned()) }, &Limits::default());
    assert_eq!(
        text(&root),
        r#"{"title":"r","description":"d","versions":["application/taxii+json;version=2.1"],"max_content_length":10485760}"#
    );
    assert_eq!(text(&answer::collections(&[])), "{}");
    let id = "91a7b528-80eb-42ed-a74d-c6fbd5a26116".parse().unwrap();
    let rights = Rights { read: true, write: false };
    let collection =
        Collection { id, title: "c".to_owned(), description: None, alias: Some("a".to_owned()), rights, has_v20: true };
    assert_eq!(
        text(&answer::collection(&collection)),
        r#"{"id":"91a7b528-80eb-42ed-a74d-c6fbd5a26116","title":"c","alias":"a","can_read":true,"can_write":false,"media_types":["application/stix+json;version=2.1","application/stix+json;version=2.0"]}"#
    );
    assert_eq!(text(&answer::deleted()), "{}");
}

#[test]
fn the_counts_of_a_status_add_up() {
    let object =
        |number: u8| format!(r#"{{"type":"ipv4-addr","id":"ipv4-addr--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3{number}"}}"#);
    let body = format!(r#"{{"objects":[{},{},0,{}]}}"#, object(1), object(2), object(3));
    let posting = posting::read(body.as_bytes(), &Limits::default()).unwrap();
    let id = "2d086da7-4bdc-4f91-900e-d77486753710".parse().unwrap();
    let pending = Status::pending(id, Moment(0), &posting);
    assert_eq!((pending.word(), pending.total(), pending.pendings.len(), pending.failures.len()), ("pending", 4, 3, 1));
    let half = Status::of(id, Moment(0), &posting, &[Outcome::Added, Outcome::Other]);
    assert_eq!((half.word(), half.total(), half.successes.len(), half.failures.len()), ("pending", 4, 1, 2));
    let done = Status::of(id, Moment(0), &posting, &[Outcome::Added, Outcome::Same, Outcome::Forbidden]);
    let accepted = answer::accepted(&done);
    assert_eq!(accepted.status, 202);
    assert_eq!(
        text(&accepted),
        r#"{"id":"2d086da7-4bdc-4f91-900e-d77486753710","status":"complete","request_timestamp":"1970-01-01T00:00:00.000000Z","total_count":4,"success_count":2,"successes":[{"id":"ipv4-addr--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd31","version":"1970-01-01T00:00:00.000Z"},{"id":"ipv4-addr--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd32","version":"1970-01-01T00:00:00.000Z","message":"the same object was there already"}],"failure_count":2,"failures":[{"id":"unknown","version":"1970-01-01T00:00:00.000Z","message":"it is not an object"},{"id":"ipv4-addr--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd33","version":"1970-01-01T00:00:00.000Z","message":"you may not add this object here"}],"pending_count":0}"#
    );
}

#[test]
fn one_object_is_read_as_in_an_envelope_and_can_be_put_last() {
    let mut shelf = shelf();
    let body = br#"{"type":"malware","spec_version":"2.1","id":"malware--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z","is_family":true}"#;
    let one = posting::one(body, &Limits::default()).unwrap();
    let whole = posting::read(&[&br#"{"objects":["#[..], body, b"]}"].concat(), &Limits::default()).unwrap();
    let at = shelf.moment(Moment(0));
    assert_eq!(one.entry(at), whole.items[0].entry(at));
    for bad in [&b"[]"[..], b"{}", b"{\"id\":", br#"{"type":"malware","id":"x"}"#] {
        assert!(posting::one(bad, &Limits::default()).is_none(), "{}", String::from_utf8_lossy(bad));
    }
    // What is put again comes last, and stands once.
    let first = shelf.page(&all(9), |_| true).places[0];
    let again = shelf.entry(first).unwrap().clone();
    shelf.forget(first);
    assert!(shelf.entry(first).is_none());
    let last = Entry { added: shelf.moment(Moment(0)), ..again };
    assert!(matches!(shelf.push(last.clone()), Ok(Pushed::New(place)) if Some(place) == shelf.last()));
    let page = shelf.page(&all(9), |_| true);
    assert_eq!((page.entries.len(), &page.entries[1].id, Some(page.places[1])), (2, &last.id, shelf.last()));
}
