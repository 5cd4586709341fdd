//! Who imports whom, and which foreign crate has which door.

use std::collections::BTreeSet;

use crate::finding::Finding;
use crate::walls::{Ask, Member, Wall, Walls};

/// The name of this check.
pub const NAME: &str = "walls";

/// Compares the workspace with the table.
pub fn check(walls: &Walls, members: &[Member]) -> Vec<Finding> {
    let names: BTreeSet<&str> = members.iter().map(|member| member.name.as_str()).collect();
    let mut found = Vec::new();
    for member in members {
        match walls.wall.get(&member.name) {
            Some(wall) => found.extend(member.asks.iter().filter_map(|ask| asked(walls, &names, member, wall, ask))),
            None => found.push(finding(member, format!("`{}` has no [wall] in walls.toml", member.name))),
        }
    }
    let gone = walls.wall.keys().filter(|name| !names.contains(name.as_str()));
    found.extend(
        gone.map(|name| Finding::of(NAME, "walls.toml", format!("[wall.{name}] is no crate of the workspace"))),
    );
    found.extend(inside_out(walls));
    found
}

/// What is wrong with one line of a `[dependencies]` table, if anything is.
fn asked(walls: &Walls, names: &BTreeSet<&str>, member: &Member, wall: &Wall, ask: &Ask) -> Option<Finding> {
    let Ask { name, tests_only } = ask;
    if names.contains(name.as_str()) {
        let allowed = wall.imports.contains(name) || (*tests_only && wall.tests.contains(name));
        let what = if *tests_only { "its tests import" } else { "it imports" };
        return (!allowed).then(|| finding(member, format!("{what} `{name}`; this wall is: {}", wall.why)));
    }
    if let Some(only) = walls.only.get(name).filter(|only| !only.walls.contains(&member.name)) {
        return Some(finding(member, format!("it links `{name}`, but {}", only.why)));
    }
    let listed = wall.foreign.as_ref().is_none_or(|foreign| foreign.contains(name));
    (!listed && !tests_only).then(|| {
        finding(member, format!("it links `{name}`, which is not in its `foreign` list; this wall is: {}", wall.why))
    })
}

/// Doors that name a wall that does not exist.
fn inside_out(walls: &Walls) -> impl Iterator<Item = Finding> {
    walls.only.iter().flat_map(move |(name, only)| {
        only.walls.iter().filter(|wall| !walls.wall.contains_key(*wall)).map(move |wall| {
            Finding::of(NAME, "walls.toml", format!("[only.{name}] names `{wall}`, which has no [wall]"))
        })
    })
}

fn finding(member: &Member, message: String) -> Finding {
    Finding::of(NAME, &format!("{}/Cargo.toml", member.folder), message)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = r#"
        [wall.core]
        imports = []
        foreign = ["sha2"]
        why = "pure"
        [wall.store]
        imports = ["core"]
        tests = ["testkit"]
        why = "sql"
        [wall.testkit]
        imports = []
        why = "servers"
        [only.sqlx]
        walls = ["store"]
        why = "only store holds SQL"
    "#;

    fn check_with(changed: &str, asks: &[(&str, bool)]) -> Vec<String> {
        let member = |name: &str| Member {
            name: name.to_owned(),
            folder: format!("crates/{name}"),
            asks: asks
                .iter()
                .filter(|_| name == changed)
                .map(|(name, tests_only)| Ask { name: (*name).to_owned(), tests_only: *tests_only })
                .collect(),
        };
        let members = ["core", "store", "testkit"].map(member);
        check(&Walls::parse(TABLE).unwrap(), &members).into_iter().map(|found| found.to_string()).collect()
    }

    #[test]
    fn what_the_table_allows_passes() {
        assert_eq!(check_with("store", &[("core", false), ("sqlx", false), ("testkit", true)]), [""; 0]);
        assert_eq!(check_with("core", &[("sha2", false), ("proptest", true)]), [""; 0]);
    }

    #[test]
    fn an_import_upwards_is_found() {
        let found = check_with("core", &[("store", false)]);
        assert_eq!(found, ["crates/core/Cargo.toml: [walls] it imports `store`; this wall is: pure"]);
    }

    #[test]
    fn a_test_import_in_the_program_is_found() {
        assert_eq!(check_with("store", &[("testkit", false)]).len(), 1);
    }

    #[test]
    fn a_second_door_is_found() {
        let found = check_with("testkit", &[("sqlx", true)]);
        assert_eq!(found, ["crates/testkit/Cargo.toml: [walls] it links `sqlx`, but only store holds SQL"]);
    }

    #[test]
    fn an_unlisted_foreign_crate_is_found() {
        assert_eq!(check_with("core", &[("serde", false)]).len(), 1);
    }

    #[test]
    fn a_crate_without_wall_and_a_wall_without_crate_are_found() {
        let members = [Member { name: "new".to_owned(), folder: "crates/new".to_owned(), asks: Vec::new() }];
        assert_eq!(check(&Walls::parse(TABLE).unwrap(), &members).len(), 4);
    }
}
