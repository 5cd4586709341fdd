//! Discovery, API roots and collections: sections 4.1, 4.2, 5.1 and 5.2.

use std::io;

use serde_json::Value;

use super::play::{MEDIA, Play, is_uuid4};

pub(super) fn play(play: &mut Play<'_>) -> io::Result<()> {
    discovery(play)?;
    root(play)?;
    collections(play)
}

fn discovery(play: &mut Play<'_>) -> io::Result<()> {
    let reply = play.gets("row 3.2.1", "/taxii2/", &[200])?;
    let json = reply.json();
    play.is("4.1.1", "discovery", json["title"].is_string(), "a title", &reply);
    let roots: Vec<&str> = json["api_roots"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let is_sound = |root: &&str| {
        let is_path = root.starts_with('/') && !root.starts_with("//");
        (is_path || root.starts_with("https://")) && !root.contains('?')
    };
    play.is("4.1.1 api_roots", "discovery", roots.iter().all(is_sound), "`https://…` or `/…`, no query", &reply);
    let has_root = roots.iter().any(|root| root.ends_with(&play.setup.root));
    play.is("row 3.2.1", "discovery", has_root, "the api root of the set-up", &reply);
    let default = json["default"].as_str();
    let is_met = default.is_none_or(|default| roots.contains(&default));
    play.is("4.1.1 default", "discovery", is_met, "one of api_roots", &reply);
    Ok(())
}

fn root(play: &mut Play<'_>) -> io::Result<()> {
    let reply = play.gets("row 3.3.1", &play.setup.root.clone(), &[200])?;
    let json = reply.json();
    play.is("4.2.1 title", "api root", json["title"].is_string(), "a title", &reply);
    let versions = json["versions"].as_array().cloned().unwrap_or_default();
    play.is("4.2.1 versions", "api root", versions.contains(&MEDIA.into()), MEDIA, &reply);
    let most = json["max_content_length"].as_u64().unwrap_or_default();
    play.is("4.2.1 max_content_length", "api root", most > 0, "a number above 0", &reply);
    Ok(())
}

fn collections(play: &mut Play<'_>) -> io::Result<()> {
    let setup = play.setup.clone();
    let target = format!("{}collections/", setup.root);
    let reply = play.gets("row 3.4.1", &target, &[200])?;
    let again = play.get(&target)?;
    play.is("3.3", "collections", again.body == reply.body, "the same order again", &again);
    let json = reply.json();
    let listed = json["collections"].as_array().cloned().unwrap_or_default();
    for collection in &listed {
        let is_met = collection["title"].is_string()
            && collection["id"].as_str().is_some_and(is_uuid4)
            && collection["can_read"].is_boolean()
            && collection["can_write"].is_boolean();
        play.that("5.2.1", "collections", is_met, "id (UUID 4), title, can_read, can_write", &collection.to_string());
    }
    let has = |id: &str| listed.iter().any(|collection| collection["id"] == id);
    if let Some(hidden) = &setup.hidden {
        play.is("trap hidden", "collections", !has(hidden), "no hidden collection", &reply);
    }
    let mut kinds = vec![
        ("row 3.5.1.1", &setup.write_only, false, true),
        ("row 3.5.1.2", &setup.read_write, true, true),
        ("row 3.5.1.3", &setup.read_only, true, false),
    ];
    kinds.extend(setup.no_access.iter().map(|id| ("row 3.5.1.4", id, false, false)));
    for (clause, id, read, write) in kinds {
        let target = play.at(id, "");
        let one = play.gets(clause, &target, &[200])?;
        let json = one.json();
        let is_met = json["id"] == **id && json["can_read"] == read && json["can_write"] == write;
        play.is(clause, &target, is_met, &format!("{id}, can_read {read}, can_write {write}"), &one);
        play.is("5.1.1", "collections", has(id), id, &reply);
    }
    match &setup.alias {
        None => play.skip("5.2.1 alias", "no alias was named"),
        Some(alias) => {
            let target = play.at(alias, "");
            let one = play.gets("5.2.1 alias", &target, &[200])?;
            play.is("5.2.1 alias", &target, one.json()["id"] == *setup.read_write, &setup.read_write, &one);
        }
    }
    Ok(())
}
