//! Tests of the door: every path, method and header of section 3.1.

use super::super::*;

fn door() -> Door {
    let roots = ["/hub/", "/hub/inner/", "https://elsewhere.example/hub/"].map(|root| root.parse().unwrap());
    Door::new(roots, Limits { content: 100, ..Limits::default() })
}

const ID: &str = "91a7b528-80eb-42ed-a74d-c6fbd5a26116";

fn ask(method: &str, path: &str) -> Result<Asked, Refusal> {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let path = path.replace("ID", ID);
    let own: &[&str] = &["application/taxii+json;version=2.1"];
    door().ask(&Request { method, path: &path, query, accept: own, content_type: own, length: Some(100) })
}

#[test]
fn every_path_leads_somewhere() {
    for path in [
        "/taxii2/",
        "/hub/",
        "/hub/inner/",
        "/hub/status/ID/",
        "/hub/collections/",
        "/hub/collections/ID/",
        "/hub/collections/alias/",
        "/hub/collections/ID/manifest/",
        "/hub/collections/ID/objects/",
        "/hub/collections/ID/objects/a--b/",
        "/hub/collections/ID/objects/a%2D-b/versions/",
    ] {
        assert!(ask("GET", path).is_ok() && ask("GET", path) == ask("HEAD", path), "{path}");
        assert!(matches!(ask("PUT", path), Err(Refusal::Method { .. })), "{path}");
    }
    let Asked::Collections { root } = ask("GET", "/hub/inner/collections/").unwrap() else { panic!() };
    assert_eq!(root.as_str(), "/hub/inner/");
    assert!(matches!(ask("POST", "/hub/collections/ID/objects/"), Ok(Asked::Add { .. })));
    assert!(matches!(ask("DELETE", "/hub/collections/ID/objects/a--b/"), Ok(Asked::Delete { .. })));
    assert!(door().is_here("/hub/none") && door().is_here("/taxii2/x") && !door().is_here("/other/"));
}

#[test]
fn other_paths_lead_nowhere() {
    for path in [
        "",
        "/",
        "/taxii2",
        "/taxii/",
        "/taxii2/x/",
        "/hub",
        "/other/",
        "/hub/collections",
        "/hub/collections//",
        "/hub/collections/ID/objects",
        "/hub/collections/ID/object/",
        "/hub/collections/ID/objects//",
        "/hub/collections/ID/objects/a--b/versions/x/",
        "/hub/collections/ID/objects/%zz/",
        "/hub/collections/ID/objects/%00/",
        "/hub/status/",
        "/hub/status/garbage/",
    ] {
        assert_eq!(ask("GET", path), Err(Refusal::NotFound), "{path}");
    }
}

#[test]
fn other_methods_are_told_what_may_be_used() {
    for (method, path, allow) in [
        ("POST", "/taxii2/", "GET, HEAD"),
        ("PUT", "/hub/collections/ID/objects/", "GET, HEAD, POST"),
        ("POST", "/hub/collections/ID/objects/a--b/", "GET, HEAD, DELETE"),
        ("get", "/hub/", "GET, HEAD"),
        ("", "/hub/", "GET, HEAD"),
    ] {
        assert_eq!(ask(method, path), Err(Refusal::Method { allow }), "{path}");
    }
}

#[test]
fn headers_are_looked_at_before_the_query() {
    let path = format!("/hub/collections/{ID}/objects/");
    let of = |method, accept: &[&str], content_type: &[&str], length| {
        door().ask(&Request { method, path: &path, query: "limit=0", accept, content_type, length })
    };
    let own: &[&str] = &["application/taxii+json"];
    assert_eq!(of("GET", &["text/html"], &[], None), Err(Refusal::NotAcceptable));
    assert_eq!(of("GET", own, &[], None), Err(Refusal::Query(Flaw::Limit)));
    assert_eq!(of("POST", own, &["application/json"], None), Err(Refusal::Unsupported));
    assert_eq!(of("POST", own, own, Some(101)), Err(Refusal::TooLarge { most: 100 }));
    assert!(of("POST", own, own, Some(100)).is_ok() && of("POST", own, own, None).is_ok());
}

#[test]
fn one_object_is_the_only_id() {
    let Asked::Object { search, .. } = ask("GET", "/hub/collections/ID/objects/a--b/?match[id]=c--d&limit=7").unwrap()
    else {
        panic!()
    };
    assert_eq!((&*search.filter.ids[0], search.filter.ids.len(), search.limit), ("a--b", 1, 7));
    let Asked::Delete { filter, .. } = ask("DELETE", "/hub/collections/ID/objects/a--b/").unwrap() else { panic!() };
    assert_eq!((&*filter.ids[0], filter.versions), ("a--b", VersionMatch::All));
    assert_eq!(ask("DELETE", "/hub/collections/ID/objects/a--b/?match[type]=a"), Err(Refusal::Query(Flaw::Unknown)));
}
