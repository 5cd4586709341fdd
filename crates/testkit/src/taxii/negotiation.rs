//! Media types, methods and lengths: sections 1.6.8, 3.1 and 4.2.1.

use std::io;

use super::play::{MEDIA, Play};

pub(super) fn play(play: &mut Play<'_>) -> io::Result<()> {
    accept(play)?;
    content_type(play)?;
    methods(play)?;
    lengths(play)
}

fn accept(play: &mut Play<'_>) -> io::Result<()> {
    let basic = play.basic();
    let own = [String::new(), "objects/".to_owned(), "manifest/".to_owned()].map(|rest| play.own(&rest));
    let mut targets = vec!["/taxii2/".to_owned(), play.setup.root.clone(), format!("{}collections/", play.setup.root)];
    targets.extend(own);
    for target in &targets {
        for value in [
            MEDIA,
            "application/taxii+json",
            "application/taxii+json; version=2.1",
            "application/taxii+json;version=\"2.1\"",
            "Application/TAXII+json;Version=2.1",
            "application/taxii+json;version=2.1;q=0.3",
            "text/html, application/taxii+json;q=0.5",
            "application/taxii+json;version=2.1,application/stix+json;version=2.1",
            "application/taxii+json;version=2.0, application/taxii+json;version=2.1",
        ] {
            let reply = play.raw("GET", target, &[("Accept", value), ("Authorization", &basic)], None)?;
            let what = format!("GET {target} with Accept: {value}");
            play.is("3.1 accept", &what, reply.status == 200, "200", &reply);
        }
        for value in
            ["text/html", "application/taxii+json;version=2.0", "application/vnd.oasis.taxii+json; version=2.0"]
        {
            let reply = play.raw("GET", target, &[("Accept", value), ("Authorization", &basic)], None)?;
            let what = format!("GET {target} with Accept: {value}");
            play.is("3.1 accept other", &what, matches!(reply.status, 200 | 406), "200 or 406", &reply);
        }
    }
    Ok(())
}

fn content_type(play: &mut Play<'_>) -> io::Result<()> {
    let (basic, target) = (play.basic(), play.own("objects/"));
    let object = play.object("indicator", "2016-01-01T00:00:00.000Z");
    let body = serde_json::json!({ "objects": [object] }).to_string();
    for value in [
        MEDIA,
        "application/taxii+json",
        "application/taxii+json; version=2.1",
        "application/taxii+json;version=\"2.1\"",
    ] {
        let headers = [("Accept", MEDIA), ("Content-Type", value), ("Authorization", basic.as_str())];
        let reply = play.raw("POST", &target, &headers, Some(body.as_bytes()))?;
        play.is(
            "3.1 content-type sent",
            &format!("POST with Content-Type: {value}"),
            reply.status == 202,
            "202",
            &reply,
        );
    }
    for value in ["text/plain", "application/taxii+json;version=2.0"] {
        let headers = [("Accept", MEDIA), ("Content-Type", value), ("Authorization", basic.as_str())];
        let reply = play.raw("POST", &target, &headers, Some(body.as_bytes()))?;
        let is_met = matches!(reply.status, 202 | 415);
        play.is("3.1 content-type other", &format!("POST with Content-Type: {value}"), is_met, "202 or 415", &reply);
    }
    Ok(())
}

fn methods(play: &mut Play<'_>) -> io::Result<()> {
    for (method, target) in
        [("PUT", play.own("objects/")), ("DELETE", "/taxii2/".to_owned()), ("POST", play.own("manifest/"))]
    {
        let reply = play.ask(method, &target)?;
        let is_met = reply.status == 405 && reply.header("allow").is_some();
        play.is("RFC 9110 15.5.6", &format!("{method} {target}"), is_met, "405 with Allow", &reply);
    }
    let reply = play.ask("HEAD", "/taxii2/")?;
    play.is("RFC 9110 9.3.2", "HEAD /taxii2/", reply.body.is_empty() && reply.status != 500, "no body", &reply);
    Ok(())
}

fn lengths(play: &mut Play<'_>) -> io::Result<()> {
    let root = play.get(&play.setup.root.clone())?.json();
    let most = root["max_content_length"].as_u64().unwrap_or_default();
    let (basic, target) = (play.basic(), play.own("objects/"));
    // The length alone must do: the body that it promises never comes.
    let length = (most + 1).to_string();
    let headers =
        [("Accept", MEDIA), ("Content-Type", MEDIA), ("Authorization", basic.as_str()), ("Content-Length", &length)];
    let reply = play.raw("POST", &target, &headers, Some(b"{"))?;
    play.is("5.5 length", &format!("POST of {length} bytes"), reply.status == 413, "413 before the body", &reply);
    let object = play.object("indicator", "2016-01-01T00:00:00.000Z");
    let body = serde_json::json!({ "objects": [object] }).to_string();
    let wide = format!("{body}{}", " ".repeat(usize::try_from(most / 2).unwrap_or(0).min(1 << 20)));
    let read_write = play.setup.read_write.clone();
    let reply = play.post(&read_write, wide.as_bytes())?;
    play.is("4.2.1 length", &format!("POST of {} bytes", wide.len()), reply.status == 202, "202", &reply);
    let chunked = format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
    let headers = [
        ("Accept", MEDIA),
        ("Content-Type", MEDIA),
        ("Authorization", basic.as_str()),
        ("Transfer-Encoding", "chunked"),
    ];
    let reply = play.raw("POST", &target, &headers, Some(chunked.as_bytes()))?;
    play.is("RFC 9112 7.1", "POST in chunks", matches!(reply.status, 202 | 411), "202 or 411", &reply);
    Ok(())
}
