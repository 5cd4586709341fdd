//! Filters: section 3.4, rows 3.13.

use std::io;

use serde_json::{Value, json};

use super::play::Play;

/// Objects that were added for the filters, and the query that finds them alone.
struct Given {
    ids: Vec<String>,
    all: String,
}

const FIRST: &str = "2016-11-03T12:30:59.000Z";
const MIDDLE: &str = "2017-01-27T13:49:53.935Z";
const LAST: &str = "2018-02-23T18:30:00.000Z";

pub(super) fn play(play: &mut Play<'_>) -> io::Result<()> {
    let given = given(play)?;
    fields(play, &given)?;
    versions(play, &given)?;
    dates(play, &given)?;
    limits(play, &given)?;
    malformed(play, &given)
}

/// An indicator of three versions, a malware, a campaign of STIX 2.0.
fn given(play: &mut Play<'_>) -> io::Result<Given> {
    let indicator = play.object("indicator", LAST);
    let version = |modified: &str| {
        let mut object = indicator.clone();
        object["modified"] = json!(modified);
        object
    };
    let malware = play.object("malware", FIRST);
    let mut campaign = play.object("campaign", FIRST);
    if let Some(campaign) = campaign.as_object_mut() {
        campaign.remove("spec_version");
    }
    // The latest version comes in the middle: the order of adding is not that of versions.
    play.add(&[version(FIRST), indicator.clone(), version(MIDDLE), malware.clone(), campaign.clone()])?;
    let ids: Vec<String> =
        [indicator, malware, campaign].iter().filter_map(|object| object["id"].as_str().map(str::to_owned)).collect();
    let all = format!("match[id]={}", ids.join(","));
    Ok(Given { ids, all })
}

/// What a query finds: id and version, in their order, of objects and of the manifest alike.
fn found(play: &mut Play<'_>, clause: &'static str, query: &str) -> io::Result<Vec<(String, String)>> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let target = play.own(&format!("objects/?{query}"));
    let reply = play.gets(clause, &target, &[200])?;
    let objects: Vec<_> = reply.json()["objects"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|object| (text(&object["id"]), text(&object["modified"])))
        .collect();
    let target = play.own(&format!("manifest/?{query}"));
    let manifest = play.gets(clause, &target, &[200])?;
    let entries: Vec<_> = manifest.json()["objects"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|entry| (text(&entry["id"]), text(&entry["version"])))
        .collect();
    play.is("5.3", &target, entries == objects, "the entries of the objects that this query gives", &manifest);
    Ok(objects)
}

fn finds(play: &mut Play<'_>, clause: &'static str, query: &str, want: &[(&String, &str)]) -> io::Result<()> {
    let found = found(play, clause, query)?;
    let want: Vec<(String, String)> = want.iter().map(|(id, version)| ((*id).clone(), (*version).to_owned())).collect();
    play.that(clause, query, found == want, &format!("{want:?}"), &format!("{found:?}"));
    Ok(())
}

fn fields(play: &mut Play<'_>, given: &Given) -> io::Result<()> {
    let [indicator, malware, campaign] = given.ids.as_slice() else { return Ok(()) };
    let all = &given.all;
    let (one, two, three) = ((indicator, LAST), (malware, FIRST), (campaign, FIRST));
    finds(play, "row 3.13.1.3", &format!("match[id]={malware}"), &[two])?;
    finds(play, "row 3.13.1.7", all, &[one, two, three])?;
    finds(play, "row 3.13.1.4", &format!("{all}&match[type]=indicator"), &[one])?;
    finds(play, "row 3.13.1.9", &format!("{all}&match[type]=campaign,malware"), &[two, three])?;
    finds(play, "row 3.13.1.8", &format!("match[id]={malware}&match[type]=indicator"), &[])?;
    finds(play, "3.4.1 type", &format!("{all}&match[type]=x-example-none"), &[])?;
    finds(play, "row 3.13.1.6", &format!("{all}&match[spec_version]=2.0"), &[three])?;
    finds(play, "row 3.13.1.6", &format!("{all}&match[spec_version]=2.0,2.1"), &[one, two, three])?;
    finds(play, "3.4 escape", &format!("match%5Bid%5D={malware}&match%5btype%5d=malware"), &[two])?;
    finds(play, "3.4 unknown field", &format!("match[id]={malware}&x_other=1"), &[two])?;
    let standard = "attack-pattern,campaign,course-of-action,grouping,identity,indicator,infrastructure,intrusion-set,location,\
                    malware,malware-analysis,note,observed-data,opinion,report,threat-actor,tool,vulnerability,relationship,\
                    sighting,artifact,autonomous-system,directory,domain-name,email-addr,email-message,file,ipv4-addr,\
                    ipv6-addr,mac-addr,mutex,network-traffic,process,software,url,user-account,windows-registry-key,\
                    x509-certificate,language-content,marking-definition,extension-definition";
    finds(play, "3.4.1 type", &format!("{all}&match[type]={standard}"), &[one, two, three])
}

fn versions(play: &mut Play<'_>, given: &Given) -> io::Result<()> {
    let Some(id) = given.ids.first() else { return Ok(()) };
    let own = format!("match[id]={id}");
    let (first, middle, last) = ((id, FIRST), (id, MIDDLE), (id, LAST));
    finds(play, "3.4.1 version", &own, &[last])?;
    for (versions, want) in [
        ("last", &[last][..]),
        ("first", &[first]),
        ("all", &[first, last, middle]),
        ("first,last", &[first, last]),
        (MIDDLE, &[middle]),
        ("2017-01-27T13:49:53.935Z,first", &[first, middle]),
        ("2011-01-01T00:00:00.000Z", &[]),
        ("2018-02-23T18:30:00.000Z,2011-01-01T00:00:00.000Z", &[last]),
    ] {
        finds(play, "row 3.13.1.5", &format!("{own}&match[version]={versions}"), want)?;
        let target = play.own(&format!("objects/{id}/?match[version]={versions}"));
        let reply = play.gets("5.6", &target, &[200, 404])?;
        let found = reply.json()["objects"].as_array().map_or(0, Vec::len);
        play.is("5.6", &target, found == want.len(), &format!("{} objects", want.len()), &reply);
    }
    Ok(())
}

fn dates(play: &mut Play<'_>, given: &Given) -> io::Result<()> {
    let query = format!("{}&match[version]=all", given.all);
    let reply = play.get(&play.own(&format!("manifest/?{query}")))?;
    let json = reply.json();
    let entries = json["objects"].as_array().cloned().unwrap_or_default();
    let dates: Vec<&str> = entries.iter().filter_map(|entry| entry["date_added"].as_str()).collect();
    let is_met = dates.len() == 5 && dates.is_sorted_by(|one, other| one < other);
    play.is("trap date_added", "manifest", is_met, "date_added that rises with each entry", &reply);
    play.is(
        "3.2",
        "manifest",
        reply.header("x-taxii-date-added-last") == dates.last().copied(),
        "the last date_added",
        &reply,
    );
    for (place, date) in dates.iter().enumerate() {
        let target = play.own(&format!("objects/?{query}&added_after={date}"));
        let after = play.gets("row 3.13.1.1", &target, &[200])?;
        let left = after.json()["objects"].as_array().map_or(0, Vec::len);
        play.is(
            "row 3.13.1.1",
            &target,
            left == dates.len() - place - 1,
            "those added later, and not at that moment",
            &after,
        );
    }
    for past in [
        "2016-01-01T00:00:00Z",
        "2016-01-01T00:00:00.000Z",
        "2016-01-01T00:00:00.000000Z",
        "2016-01-01T00:00:00%2B00:00",
    ] {
        let target = play.own(&format!("objects/?{query}&added_after={past}"));
        let reply = play.gets("trap added_after", &target, &[200])?;
        play.is("trap added_after", &target, Play::ids(&reply).len() == 5, "all objects", &reply);
    }
    let future = play.own(&format!("objects/?{query}&added_after=9000-01-01T00:00:00.000000Z"));
    let reply = play.gets("row 3.13.1.1", &future, &[200])?;
    play.is("row 3.7.2", &future, reply.json() == json!({}), "{}", &reply);
    Ok(())
}

fn limits(play: &mut Play<'_>, given: &Given) -> io::Result<()> {
    for (limit, want) in [("1", 1), ("2", 2), ("3", 3), ("5000", 3), ("99999999999999999999", 3)] {
        for rest in ["objects", "manifest"] {
            let target = play.own(&format!("{rest}/?{}&limit={limit}", given.all));
            let reply = play.gets("row 3.13.1.2", &target, &[200])?;
            let count = Play::ids(&reply).len();
            play.is("row 3.13.1.2", &target, count == want, &format!("{want} entries"), &reply);
            let has_more = reply.json()["more"] == true;
            play.is("3.5 more", &target, has_more == (want < 3), "`more` if and only if there is more", &reply);
        }
    }
    Ok(())
}

fn malformed(play: &mut Play<'_>, given: &Given) -> io::Result<()> {
    let Some(id) = given.ids.first() else { return Ok(()) };
    for (clause, query) in [
        ("3.4 limit", "limit=0"),
        ("3.4 limit", "limit=-1"),
        ("3.4 limit", "limit=abc"),
        ("3.4 limit", "limit=1.5"),
        ("3.4 limit", "limit="),
        ("3.4 added_after", "added_after=yesterday"),
        ("3.4 added_after", "added_after=2016-13-01T00:00:00Z"),
        ("3.4 added_after", "added_after=2016-01-01T00:00:00Z,2017-01-01T00:00:00Z"),
        ("3.4.1 version", "match[version]=all,last"),
        ("3.4.1 version", "match[version]=last,last"),
        ("3.4.1 version", "match[version]=first,first"),
        ("3.4.1 version", "match[version]=2016-01-01T00:00:00Z,2016-01-01T00:00:00Z"),
        ("3.4.1 version", "match[version]=newest"),
        ("3.4 next", "next=garbage"),
        ("row 3.13.1.10", "limit=1&limit=2"),
        ("row 3.13.1.10", "added_after=2016-01-01T00:00:00Z&added_after=2017-01-01T00:00:00Z"),
        ("row 3.13.1.10", "match[type]=indicator&match[type]=malware"),
        ("row 3.13.1.10", "match[version]=first&match[version]=last"),
        ("row 3.13.1.10", "match[spec_version]=2.0&match[spec_version]=2.1"),
        ("row 3.13.1.10", "match[id]=indicator--a&match[id]=indicator--b"),
    ] {
        for rest in ["objects/", "manifest/"] {
            let target = play.own(&format!("{rest}?{query}"));
            play.gets(clause, &target, &[400])?;
        }
    }
    for query in ["limit=0", "added_after=x", "next=garbage", "limit=1&limit=1"] {
        for rest in ["", "versions/"] {
            let target = play.own(&format!("objects/{id}/{rest}?{query}"));
            play.gets("3.4", &target, &[400])?;
        }
    }
    let target = play.own(&format!("objects/{id}/?match[version]=all,first"));
    play.gets("3.4.1 version", &target, &[400])?;
    Ok(())
}
