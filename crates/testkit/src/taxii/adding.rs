//! Adding and its status, and what comes back: sections 4.3, 5.3 to 5.8 and 7.1, rows 3.6 to 3.11 and 3.15.

use std::io;

use serde_json::{Value, json};

use super::client::Reply;
use super::play::{MEDIA, Play, is_stamp, is_uuid4};

pub(super) fn play(play: &mut Play<'_>) -> io::Result<()> {
    round_trip(play)?;
    versions(play)?;
    statuses(play)?;
    bodies(play)
}

/// The headers of every page that is not empty.
pub(super) fn dated(play: &mut Play<'_>, what: &str, reply: &Reply) {
    for name in ["x-taxii-date-added-first", "x-taxii-date-added-last"] {
        let is_met = reply.header(name).is_some_and(is_stamp);
        play.is("3.2", what, is_met, name, reply);
    }
}

fn round_trip(play: &mut Play<'_>) -> io::Result<()> {
    let mut object = play.object("indicator", "2016-11-03T12:30:59.000Z");
    object["x_example_test_score"] = json!({"impact": 1.50, "deep": [null, true, "é"]});
    let id = object["id"].as_str().unwrap_or_default().to_owned();
    let status = play.add(std::slice::from_ref(&object))?;
    let success = &status["successes"][0];
    let is_met = success["id"] == *id && success["version"] == "2016-11-03T12:30:59.000Z" || success.is_null();
    play.that("row 3.10.1", "successes", is_met, "id and version of the object", &status.to_string());
    for rest in ["objects/", "manifest/"] {
        let target = play.own(&format!("{rest}?match[id]={id}"));
        let reply = play.gets(if rest == "objects/" { "row 3.7.1" } else { "row 3.6.1" }, &target, &[200])?;
        dated(play, &target, &reply);
        let entry = reply.json()["objects"][0].clone();
        if rest == "objects/" {
            play.is("row 3.15.1", &target, entry == object, &object.to_string(), &reply);
        } else {
            let is_met = entry["id"] == *id
                && entry["version"] == object["modified"]
                && entry["date_added"].as_str().is_some_and(is_stamp)
                && entry["date_added"].as_str() == reply.header("x-taxii-date-added-first")
                && entry["media_type"] == "application/stix+json;version=2.1";
            play.is("5.3.1", &target, is_met, "id, date_added, version, media_type", &reply);
        }
    }
    let target = play.own(&format!("objects/{id}/"));
    let reply = play.gets("row 3.8.1", &target, &[200])?;
    dated(play, &target, &reply);
    play.is("trap as posted", &target, reply.json()["objects"][0] == object, &object.to_string(), &reply);
    let absent = format!("indicator--{}", play.uuid());
    for rest in [format!("objects/{absent}/"), format!("objects/{absent}/versions/"), "objects/garbage/".to_owned()] {
        let target = play.own(&rest);
        play.gets("row 3.8.2", &target, &[404])?;
    }
    for rest in ["objects/", "manifest/"] {
        let target = play.own(&format!("{rest}?match[id]={absent}"));
        let reply = play.gets("row 3.7.2", &target, &[200])?;
        play.is("row 3.7.2", &target, reply.json() == json!({}), "{}", &reply);
    }
    let is_same = play.add(std::slice::from_ref(&object))?;
    play.that("5.5 duplicate", "the same again", is_same["failure_count"] == 0, "no failure", &is_same.to_string());
    let target = play.own(&format!("objects/{id}/?match[version]=all"));
    let reply = play.get(&target)?;
    play.is("5.5 duplicate", &target, Play::ids(&reply).len() == 1, "one object", &reply);
    Ok(())
}

/// Versions of what has `modified`, what has `created` alone, and what has neither.
fn versions(play: &mut Play<'_>) -> io::Result<()> {
    let first = play.object("malware", "2017-01-01T00:00:00.000Z");
    let mut second = first.clone();
    second["modified"] = json!("2017-01-02T00:00:00.5Z");
    let marking = json!({
        "type": "marking-definition", "spec_version": "2.1", "id": format!("marking-definition--{}", play.uuid()),
        "created": "2017-01-20T00:00:00.000Z", "definition_type": "statement", "definition": {"statement": "of the suite"}
    });
    let plain = json!({
        "type": "ipv4-addr", "spec_version": "2.1", "id": format!("ipv4-addr--{}", play.uuid()), "value": "198.18.0.1"
    });
    play.add(&[first.clone(), second, marking.clone(), plain.clone()])?;
    let id = |object: &Value| object["id"].as_str().unwrap_or_default().to_owned();
    let target = play.own(&format!("objects/{}/versions/", id(&first)));
    let reply = play.gets("row 3.9.1", &target, &[200])?;
    dated(play, &target, &reply);
    let mut told: Vec<String> = reply.json()["versions"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|text| text.as_str().map(str::to_owned))
        .collect();
    told.sort();
    let is_met = told == ["2017-01-01T00:00:00.000Z", "2017-01-02T00:00:00.5Z"];
    play.is("5.8.1", &target, is_met, "both versions as they were written", &reply);
    let target = play.own(&format!("manifest/?match[id]={}", id(&marking)));
    let reply = play.get(&target)?;
    let is_met = reply.json()["objects"][0]["version"] == marking["created"];
    play.is("5.3.1 created", &target, is_met, "`created` as the version", &reply);
    let target = play.own(&format!("manifest/?match[id]={}", id(&plain)));
    let reply = play.get(&target)?;
    let version = reply.json()["objects"][0]["version"].as_str().unwrap_or_default().to_owned();
    play.is("5.3.1 no version", &target, !version.is_empty(), "some version", &reply);
    let reply = play.get(&play.own(&format!("objects/{}/versions/", id(&plain))))?;
    play.is("5.8.1 no version", "versions", reply.json()["versions"][0] == *version, "that of the manifest", &reply);
    Ok(())
}

fn statuses(play: &mut Play<'_>) -> io::Result<()> {
    let good = play.object("campaign", "2018-01-01T00:00:00.000Z");
    let mut other = good.clone();
    other["name"] = json!("other content, same version");
    let read_write = play.setup.read_write.clone();
    let body = json!({"objects": [good, {"type": "indicator", "id": "indicator--x"}, other]});
    let reply = play.post(&read_write, body.to_string().as_bytes())?;
    play.is("trap one bad object", "POST with a bad object", reply.status == 202, "202", &reply);
    let first = reply.json();
    let status = play.done(first.clone())?;
    play.that("4.3.1 id", "status", status["id"].as_str().is_some_and(is_uuid4), "a UUID 4", &status.to_string());
    let at = status["request_timestamp"].as_str();
    play.that("4.3.1 timestamp", "status", at.is_none_or(is_stamp), "six digits and Z", &status.to_string());
    let is_met = status["total_count"] == 3
        && status["success_count"].as_u64() > Some(0)
        && status["failure_count"].as_u64() > Some(0);
    play.that("row 3.11.2", "status", is_met, "3 objects, good ones and bad ones", &status.to_string());
    let details = ["successes", "failures"].map(|name| status[name].as_array().cloned().unwrap_or_default()).concat();
    let is_met = details.iter().all(|detail| detail["id"].is_string() && detail["version"].is_string());
    play.that("4.3.1 details", "status", is_met, "id and version of each", &status.to_string());
    let target = format!("{}status/{}/", play.setup.root, first["id"].as_str().unwrap_or_default());
    let reply = play.gets("row 3.11.1", &target, &[200])?;
    play.is("row 3.11.1", &target, reply.json() == status, "the same status", &reply);
    Ok(())
}

fn bodies(play: &mut Play<'_>) -> io::Result<()> {
    let read_write = play.setup.read_write.clone();
    for (body, expected) in [
        ("", &[400, 422][..]),
        ("{", &[400, 422]),
        ("not json", &[400, 422]),
        ("[1]", &[400, 422]),
        ("null", &[400, 422]),
        (r#"{"objects":"x"}"#, &[400, 422]),
        (r#"{"objects":[1,null,[]]}"#, &[202, 400, 422]),
        (r#"{"a":1}"#, &[202, 400, 422]),
    ] {
        let reply = play.post(&read_write, body.as_bytes())?;
        play.is(
            "5.5 body",
            &format!("POST {body}"),
            expected.contains(&reply.status),
            &format!("{expected:?}"),
            &reply,
        );
    }
    let deep = "[".repeat(5000);
    let reply = play.post(&read_write, deep.as_bytes())?;
    play.is("5.5 body", "POST of 5000 levels", matches!(reply.status, 400 | 413 | 422), "400, 413 or 422", &reply);
    let object = play.object("indicator", "2018-01-01T00:00:00.000Z");
    let bundle = json!({"type": "bundle", "id": format!("bundle--{}", play.uuid()), "x_y": 1, "objects": [object]});
    let reply = play.post(&read_write, bundle.to_string().as_bytes())?;
    play.is("trap bundle", "POST of a bundle", reply.status == 202, "202", &reply);
    let status = play.done(reply.json())?;
    play.that("trap bundle", "POST of a bundle", status["success_count"] == 1, "one success", &status.to_string());
    let custom = json!({"x_example_test": {"a": []}, "objects": [object]});
    let reply = play.post(&read_write, custom.to_string().as_bytes())?;
    play.is("7.1.1", "POST with a custom property", matches!(reply.status, 202 | 422), "202 or 422", &reply);
    let (basic, target) = (play.basic(), play.own("objects/"));
    let body = json!({ "objects": [object] }).to_string();
    let headers = [("Accept", "application/taxii+json"), ("Content-Type", MEDIA), ("Authorization", basic.as_str())];
    let reply = play.raw("POST", &target, &headers, Some(body.as_bytes()))?;
    play.is("3.1 accept", "POST with Accept without version", reply.status == 202, "202", &reply);
    Ok(())
}
