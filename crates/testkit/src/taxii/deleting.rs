//! Deleting: section 5.7, row 3.12.1.

use std::io;

use serde_json::json;

use super::play::Play;

pub(super) fn play(play: &mut Play<'_>) -> io::Result<()> {
    let object = play.object("report", "2020-01-01T00:00:00.000Z");
    let id = object["id"].as_str().unwrap_or_default().to_owned();
    let versions: Vec<_> = ["2020-01-01T00:00:00.000Z", "2020-01-02T00:00:00.000Z", "2020-01-03T00:00:00.000Z"]
        .iter()
        .map(|modified| {
            let mut object = object.clone();
            object["modified"] = json!(modified);
            object
        })
        .collect();
    play.add(&versions)?;
    let target = play.own(&format!("objects/{id}/"));
    one_version(play, &target, &id)?;
    whole(play, &target, &id)
}

fn one_version(play: &mut Play<'_>, target: &str, id: &str) -> io::Result<()> {
    let latest = "match[version]=2020-01-03T00:00:00.000Z";
    let bad = play.ask("DELETE", &format!("{target}?match[version]=all,last"))?;
    play.is("3.4.1 version", "DELETE with a malformed version", bad.status == 400, "400", &bad);
    let reply = play.ask("DELETE", &format!("{target}?{latest}"))?;
    play.is("5.7 version", "DELETE of one version", reply.status == 200, "200", &reply);
    let gone = format!("{target}?{latest}");
    play.gets("5.7 version", &gone, &[404])?;
    let manifest = play.get(&play.own(&format!("manifest/?match[id]={id}&match[version]=all")))?;
    play.is("5.7 version", "manifest", Play::ids(&manifest).len() == 2, "two versions", &manifest);
    let left = play.gets("5.7 version", target, &[200])?;
    let is_met = left.json()["objects"][0]["modified"] == "2020-01-02T00:00:00.000Z";
    play.is("5.7 version", target, is_met, "the version before is the latest now", &left);
    Ok(())
}

fn whole(play: &mut Play<'_>, target: &str, id: &str) -> io::Result<()> {
    let reply = play.ask("DELETE", target)?;
    play.is("row 3.12.1", &format!("DELETE {target}"), reply.status == 200, "200", &reply);
    play.gets("5.7", target, &[404])?;
    play.gets("5.7", &format!("{target}versions/"), &[404])?;
    for rest in ["objects/", "manifest/"] {
        let target = play.own(&format!("{rest}?match[id]={id}&match[version]=all"));
        let reply = play.gets("5.7", &target, &[200])?;
        play.is("5.7", &target, reply.json() == json!({}), "nothing of it any more", &reply);
    }
    let again = play.ask("DELETE", target)?;
    play.is("5.7 unknown", &format!("DELETE {target} again"), again.status == 404, "404", &again);
    let absent = play.uuid();
    let target = play.own(&format!("objects/indicator--{absent}/"));
    let reply = play.ask("DELETE", &target)?;
    play.is("5.7 unknown", &format!("DELETE {target}"), reply.status == 404, "404", &reply);
    Ok(())
}
