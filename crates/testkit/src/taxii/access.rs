//! Who may do what: sections 1.6.9, 5.1 to 5.8 and 8.2, rows 3.1 and 3.5.

use std::io;

use super::play::{MEDIA, Play};

const NOBODY: &str = "0a1b2c3d-0000-4000-8000-00000000dead";

pub(super) fn play(play: &mut Play<'_>) -> io::Result<()> {
    strangers(play)?;
    rights(play)?;
    unknown(play)
}

/// Everything that may be asked for, with its method.
fn everything(play: &Play<'_>, collection: &str, object: &str) -> Vec<(&'static str, String)> {
    let at = |rest: String| play.at(collection, &rest);
    vec![
        ("GET", at(String::new())),
        ("GET", at("manifest/".to_owned())),
        ("GET", at("objects/".to_owned())),
        ("POST", at("objects/".to_owned())),
        ("GET", at(format!("objects/{object}/"))),
        ("GET", at(format!("objects/{object}/versions/"))),
        ("DELETE", at(format!("objects/{object}/"))),
    ]
}

fn body(method: &str) -> Option<&'static [u8]> {
    let body = br#"{"objects":[{"type":"ipv4-addr","id":"ipv4-addr--0a1b2c3d-0000-4000-8000-00000000beef","spec_version":"2.1","value":"198.18.0.9"}]}"#;
    (method == "POST").then_some(body.as_slice())
}

fn strangers(play: &mut Play<'_>) -> io::Result<()> {
    let root = play.setup.root.clone();
    let mut all = vec![("GET", "/taxii2/".to_owned()), ("GET", root.clone()), ("GET", format!("{root}collections/"))];
    all.push(("GET", format!("{root}status/{NOBODY}/")));
    all.extend(everything(play, &play.setup.read_write, &play.setup.held));
    let kinds: [(&'static str, Option<&str>); 4] = [
        ("row 3.1.1", None),
        ("row 3.1.2", Some("Basic bm9ib2R5Om5vdGhpbmc=")),
        ("row 3.1.2", Some("Basic !!!")),
        ("row 3.1.2", Some("Other x")),
    ];
    for (clause, authorization) in kinds {
        for (method, target) in &all {
            let mut headers = vec![("Accept", MEDIA), ("Content-Type", MEDIA)];
            headers.extend(authorization.map(|value| ("Authorization", value)));
            let reply = play.raw(method, target, &headers, body(method))?;
            let what = format!("{method} {target} as a stranger");
            play.is(clause, &what, matches!(reply.status, 401 | 404), "401 or 404", &reply);
            if reply.status == 401 {
                let has_challenge = reply.header("www-authenticate").is_some_and(|value| !value.is_empty());
                play.is("1.6.9", &what, has_challenge, "WWW-Authenticate", &reply);
            }
        }
    }
    let reply = play.gets("row 3.1.4", "/taxii2/", &[200])?;
    play.is("8.2.1 user-agent", "GET without User-Agent", reply.status == 200, "200", &reply);
    Ok(())
}

fn rights(play: &mut Play<'_>) -> io::Result<()> {
    let setup = play.setup.clone();
    let held = setup.held.clone();
    for rest in ["manifest/", "objects/", &format!("objects/{held}/"), &format!("objects/{held}/versions/")] {
        let (written, read) = (play.at(&setup.write_only, rest), play.at(&setup.read_only, rest));
        play.gets("row 3.5.2.1", &written, &[403, 404])?;
        play.gets("5.4", &read, &[200])?;
        if let Some(none) = &setup.no_access {
            let target = play.at(none, rest);
            play.gets("row 3.5.1.4", &target, &[403, 404])?;
        }
    }
    let posted = play.post(&setup.read_only, body("POST").unwrap_or_default())?;
    play.is("row 3.5.2.2", "POST to a read-only collection", matches!(posted.status, 403 | 404), "403 or 404", &posted);
    for collection in [&setup.read_only, &setup.write_only] {
        let target = play.at(collection, &format!("objects/{held}/"));
        let reply = play.ask("DELETE", &target)?;
        play.is("row 3.5.2.3", &format!("DELETE {target}"), reply.status == 403, "403", &reply);
    }
    match &setup.no_access {
        None => play.skip("row 3.5.2.4", "no collection without access was named"),
        Some(none) => {
            let target = play.at(none, &format!("objects/{held}/"));
            let reply = play.ask("DELETE", &target)?;
            play.is("row 3.5.2.4", &format!("DELETE {target}"), reply.status == 404, "404", &reply);
            let posted = play.post(none, body("POST").unwrap_or_default())?;
            play.is(
                "5.5",
                "POST to a collection without access",
                matches!(posted.status, 403 | 404),
                "403 or 404",
                &posted,
            );
        }
    }
    let still = play.at(&setup.read_only, &format!("objects/{held}/"));
    play.gets("5.7", &still, &[200])?;
    Ok(())
}

/// What is not there and what may not be known of look the same.
fn unknown(play: &mut Play<'_>) -> io::Result<()> {
    let setup = play.setup.clone();
    let basic = play.basic();
    let headers = [("Accept", MEDIA), ("Content-Type", MEDIA), ("Authorization", basic.as_str())];
    let absent = everything(play, NOBODY, &setup.held);
    for (place, (method, target)) in absent.iter().enumerate() {
        let reply = play.raw(method, target, &headers, body(method))?;
        play.is("row 3.5.3", &format!("{method} {target}"), reply.status == 404, "404", &reply);
        let Some(hidden) = &setup.hidden else { continue };
        if let Some((_, target)) = everything(play, hidden, &setup.held).get(place) {
            let hidden = play.raw(method, target, &headers, body(method))?;
            let is_same = hidden.status == reply.status && hidden.body == reply.body;
            play.is("trap hidden", &format!("{method} {target}"), is_same, &reply.told(), &hidden);
        }
    }
    for target in [format!("{}status/{NOBODY}/", setup.root), format!("{}status/garbage/", setup.root)] {
        play.gets("4.3 status", &target, &[404])?;
    }
    // Beside the root that is there: what lies elsewhere on the host may be another's to answer.
    let beside = setup.root.trim_end_matches('/').rsplit_once('/').map_or("", |(before, _)| before);
    for rest in ["", "collections/"] {
        play.gets("row 3.3.2", &format!("{beside}/no-such-root/{rest}"), &[404])?;
    }
    let target = format!("{}no-such-thing/", setup.root);
    play.gets("3.1 path", &target, &[404])?;
    Ok(())
}
