//! Acceptance 4: what is done to the ledger behind our back, in the database itself, is found.

use renkei_core::ledger::{Detail, Entry, Fault, Tail, chain};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};

use crate::desk::Desk;
use crate::suite::on_both;

on_both!(
    one_byte_changed,
    an_entry_removed,
    two_swapped,
    the_tail_cut,
    the_tail_cut_with_its_head,
    a_history_written_anew,
);

/// What an intruder with the database's password can do.
pub async fn sql(desk: &Desk, statements: &str) {
    let statements = AssertSqlSafe(statements.to_owned());
    if desk.url.starts_with("sqlite") {
        let mut connection = sqlx::SqliteConnection::connect(&desk.url).await.unwrap();
        connection.execute(sqlx::raw_sql(statements)).await.unwrap();
    } else {
        let mut connection = sqlx::PgConnection::connect(&desk.url).await.unwrap();
        connection.execute(sqlx::raw_sql(statements)).await.unwrap();
    }
}

fn literal(desk: &Desk, bytes: &[u8]) -> String {
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    if desk.url.starts_with("sqlite") { format!("x'{hex}'") } else { format!("'\\x{hex}'::bytea") }
}

/// Nine entries.
async fn filled(desk: &Desk) {
    for number in 2..10u32 {
        desk.store.record_note(desk.now(), "note", Detail::new().put("number", number)).await.unwrap();
    }
    assert!(desk.check(vec![]).await.is_intact());
}

async fn one_byte_changed(desk: Desk) {
    filled(&desk).await;
    let entry = desk.store.entries(5, 1).await.unwrap().remove(0);
    let mut bytes = entry.canonical();
    let place = bytes.len() - 2;
    bytes[place] ^= 1;
    let bytes = literal(&desk, &bytes);
    sql(&desk, &format!("UPDATE ledger SET bytes = {bytes} WHERE seq = 5")).await;
    let faults = desk.check(vec![]).await.faults;
    assert!(faults.contains(&Fault::Changed { seq: 5 }), "{faults:?}");
}

async fn an_entry_removed(desk: Desk) {
    filled(&desk).await;
    sql(&desk, "DELETE FROM ledger WHERE seq = 5").await;
    assert_eq!(desk.check(vec![]).await.faults, [Fault::Gap { from: 5, to: 5 }]);
    // And moved together, so that no gap shows.
    for seq in 6..10 {
        sql(&desk, &format!("UPDATE ledger SET seq = {} WHERE seq = {seq}", seq - 1)).await;
    }
    let faults = desk.check(vec![]).await.faults;
    assert!(faults.contains(&Fault::Changed { seq: 5 }), "{faults:?}");
    assert!(faults.contains(&Fault::Renumbered { outside: 5, inside: 6 }), "{faults:?}");
}

async fn two_swapped(desk: Desk) {
    filled(&desk).await;
    for (from, to) in [(4, -1), (5, 4), (-1, 5)] {
        sql(&desk, &format!("UPDATE ledger SET seq = {to} WHERE seq = {from}")).await;
    }
    let faults = desk.check(vec![]).await.faults;
    assert!(faults.contains(&Fault::Changed { seq: 4 }), "{faults:?}");
    assert!(faults.contains(&Fault::Renumbered { outside: 4, inside: 5 }), "{faults:?}");
}

async fn the_tail_cut(desk: Desk) {
    filled(&desk).await;
    sql(&desk, "DELETE FROM ledger WHERE seq > 6").await;
    let verdict = desk.check(vec![]).await;
    assert_eq!(verdict.faults, [Fault::TailCut { size: 9, entries: 6 }]);
    assert_eq!(verdict.tail, Tail::Cut);
}

async fn the_tail_cut_with_its_head(desk: Desk) {
    filled(&desk).await;
    let outside = desk.checkpoint().await;
    let before = desk.store.entries(1, 6).await.unwrap();
    let genesis = renkei_core::ledger::genesis(desk.store.origin());
    let head = before.iter().fold(genesis, |head, entry| chain(head, &entry.canonical()));
    let head = literal(&desk, &head.0);
    sql(&desk, "DELETE FROM ledger WHERE seq > 6").await;
    sql(&desk, &format!("UPDATE chain_head SET size = 6, hash = {head}")).await;
    let verdict = desk.check(vec![]).await;
    assert_eq!((verdict.faults, verdict.tail), (vec![], Tail::Unknown));
    let verdict = desk.check(vec![outside]).await;
    assert_eq!(verdict.faults, [Fault::TailCut { size: 9, entries: 6 }]);
}

async fn a_history_written_anew(desk: Desk) {
    filled(&desk).await;
    let outside = desk.checkpoint().await;
    let mut head = renkei_core::ledger::genesis(desk.store.origin());
    for entry in desk.store.entries(1, 99).await.unwrap() {
        let forged = Entry { detail: Detail::new().put("number", 0), ..entry };
        head = chain(head, &forged.canonical());
        let (bytes, hash) = (literal(&desk, &forged.canonical()), literal(&desk, &head.0));
        sql(&desk, &format!("UPDATE ledger SET bytes = {bytes}, hash = {hash} WHERE seq = {}", forged.seq)).await;
    }
    let head = literal(&desk, &head.0);
    sql(&desk, &format!("UPDATE chain_head SET hash = {head}")).await;
    assert!(desk.check(vec![]).await.is_intact());
    assert_eq!(desk.check(vec![outside]).await.faults, [Fault::OtherHistory { size: 9 }]);
}
