//! Paging: section 3.5, row 3.14.1, and what clients do with `next`.

use std::io;

use serde_json::{Value, json};

use super::adding::dated;
use super::client::Reply;
use super::play::Play;

/// How many objects are added at first, in one body, as servers give those one date too easily.
const MANY: usize = 7;

pub(super) fn play(play: &mut Play<'_>) -> io::Result<()> {
    let object = play.object("tool", "2019-01-01T00:00:00.000Z");
    let versions: Vec<Value> = (0..MANY).map(|number| version(&object, number)).collect();
    play.add(&versions)?;
    let id = object["id"].as_str().unwrap_or_default().to_owned();
    let query = format!("match[id]={id}&match[version]=all");
    for (rest, query) in [
        ("objects/".to_owned(), query.as_str()),
        ("manifest/".to_owned(), &query),
        (format!("objects/{id}/"), "match[version]=all"),
        (format!("objects/{id}/versions/"), "x_none=1"),
    ] {
        walk(play, &rest, query, true)?;
        walk(play, &rest, query, false)?;
        cursors(play, &rest, query)?;
    }
    between(play, &object, &query)
}

fn version(object: &Value, number: usize) -> Value {
    let mut object = object.clone();
    object["modified"] = json!(format!("2019-01-01T00:00:{number:02}.000Z"));
    object
}

/// What a page tells of each entry.
fn told(reply: &Reply) -> Vec<String> {
    let json = reply.json();
    let of = |value: &Value| value.as_str().map(str::to_owned);
    if let Some(versions) = json["versions"].as_array() {
        return versions.iter().filter_map(of).collect();
    }
    let objects = json["objects"].as_array().cloned().unwrap_or_default();
    objects.iter().filter_map(|object| of(&object["modified"]).or_else(|| of(&object["version"]))).collect()
}

/// All pages, by `next` or by the date of the last entry.
fn walk(play: &mut Play<'_>, rest: &str, query: &str, by_next: bool) -> io::Result<()> {
    let (clause, way) = if by_next { ("3.5 next", "next") } else { ("3.5 added_after", "added_after") };
    let (mut more, mut all) = (String::new(), Vec::new());
    for _ in 0..=MANY {
        let target = play.own(&format!("{rest}?{query}&limit=3{more}"));
        let reply = play.gets("row 3.14.1", &target, &[200])?;
        dated(play, &target, &reply);
        all.extend(told(&reply));
        let json = reply.json();
        if json["more"] != true {
            break;
        }
        let last = reply.header("x-taxii-date-added-last").unwrap_or_default();
        more = match by_next {
            true => format!("&next={}", json["next"].as_str().unwrap_or_default()),
            false => format!("&added_after={last}"),
        };
    }
    let want: Vec<String> = (0..MANY).map(|number| format!("2019-01-01T00:00:{number:02}.000Z")).collect();
    play.that(clause, &format!("{rest} by {way}"), all == want, &format!("{want:?}"), &format!("{all:?}"));
    Ok(())
}

/// A cursor may be used again and with another limit, and not with other filters or elsewhere.
fn cursors(play: &mut Play<'_>, rest: &str, query: &str) -> io::Result<()> {
    let first = play.get(&play.own(&format!("{rest}?{query}&limit=2")))?;
    let next = first.json()["next"].as_str().unwrap_or_default().to_owned();
    let target = play.own(&format!("{rest}?{query}&limit=2&next={next}"));
    let once = play.gets("trap cursor", &target, &[200])?;
    let twice = play.get(&target)?;
    play.is("trap cursor again", &target, once.body == twice.body && told(&once).len() == 2, "the same page", &twice);
    let target = play.own(&format!("{rest}?{query}&limit=5000&next={next}"));
    let wide = play.gets("trap cursor limit", &target, &[200])?;
    play.is("trap cursor limit", &target, told(&wide).len() == MANY - 2, "all that is left", &wide);
    let last = first.header("x-taxii-date-added-last").unwrap_or_default().to_owned();
    let target = play.own(&format!("{rest}?{query}&limit=2&next={next}&added_after={last}"));
    let both = play.gets("trap cursor and date", &target, &[200])?;
    play.is("trap cursor and date", &target, told(&both) == told(&once), "the same page", &both);
    for other in ["match[spec_version]=2.0", "added_after=2016-01-01T00:00:00Z"] {
        let target = play.own(&format!("{rest}?{query}&limit=2&next={next}&{other}"));
        play.gets("trap cursor filters", &target, &[400])?;
    }
    let damaged = play.own(&format!("{rest}?{query}&limit=2&next={next}x"));
    play.gets("3.4 next", &damaged, &[400])?;
    Ok(())
}

/// What is added between two pages comes on a later one, and nothing comes twice.
fn between(play: &mut Play<'_>, object: &Value, query: &str) -> io::Result<()> {
    let first = play.get(&play.own(&format!("objects/?{query}&limit=4")))?;
    play.add(&[version(object, MANY)])?;
    let next = first.json()["next"].as_str().unwrap_or_default().to_owned();
    let rest = play.get(&play.own(&format!("objects/?{query}&limit=9&next={next}")))?;
    let all = [told(&first), told(&rest)].concat();
    let want: Vec<String> = (0..=MANY).map(|number| format!("2019-01-01T00:00:{number:02}.000Z")).collect();
    play.that("3.5 between", "added between pages", all == want, &format!("{want:?}"), &format!("{all:?}"));
    Ok(())
}
