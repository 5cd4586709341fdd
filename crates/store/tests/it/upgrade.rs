//! An office of an older version opens after an upgrade: kept fixtures prove it.
//!
//! `fixtures/v1.sqlite.sql` and `fixtures/v1.postgres.sql` are offices as version 1 of the schema left
//! them: a party, a key, a campaign, one request that was sent and whose letter is there. They are never
//! made anew; a fixture of a later version is made with `office_for_a_fixture` and the engine's dump.

use renkei_core::request::State;
use renkei_core::time::Moment;
use renkei_store::Store;
use renkei_store::letter::LetterState;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};

use crate::desk::{CAMPAIGN, Desk, REQUEST, postgres_url, trusted};

const V1_SQLITE: &str = include_str!("fixtures/v1.sqlite.sql");
const V1_POSTGRES: &str = include_str!("fixtures/v1.postgres.sql");

const TOKEN: u128 = 0x77;

#[tokio::test]
async fn sqlite_of_version_1() {
    let dir = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", dir.path().join("old.sqlite").display());
    let mut connection = sqlx::SqliteConnection::connect(&format!("{url}?mode=rwc")).await.unwrap();
    connection.execute(sqlx::raw_sql(AssertSqlSafe(with_token(V1_SQLITE)))).await.unwrap();
    connection.close().await.unwrap();
    opens(&url).await;
}

#[tokio::test]
async fn postgres_of_version_1() {
    let url = postgres_url();
    let mut connection = sqlx::PgConnection::connect(&url).await.unwrap();
    connection.execute(sqlx::raw_sql(AssertSqlSafe(with_token(V1_POSTGRES)))).await.unwrap();
    connection.close().await.unwrap();
    opens(&url).await;
}

/// Versions up to 10 kept the reply tokens of requests among the fields of their campaign.
fn with_token(fixture: &str) -> String {
    let with = format!("{{\"contact\":\"desk@office.example\",\"token.{REQUEST}\":\"{TOKEN:032x}\",\"zone\":\"x\"}}");
    let changed = fixture.replace("{\"contact\":\"desk@office.example\"}", &with);
    assert_ne!(changed, fixture);
    changed
}

async fn opens(url: &str) {
    let (one, two) = tokio::join!(Store::open(url, Moment(5)), Store::open(url, Moment(6)));
    let (store, _) = (one.unwrap(), two.unwrap());
    let verdict = store.check(&trusted(), vec![]).await.unwrap();
    assert_eq!((verdict.faults, verdict.approvals), (vec![], 1));
    let last = store.entries(verdict.entries, 1).await.unwrap().remove(0);
    assert_eq!(
        (last.act.as_str(), last.detail.get("from"), last.detail.get("to")),
        ("schema-upgraded", Some("1"), Some("15"))
    );
    let request = store.request(REQUEST).await.unwrap().unwrap();
    assert_eq!(request.state, State::Sent);
    assert!(request.approval.is_some());
    assert_eq!(request.reply, Some(TOKEN));
    assert_eq!(store.reply_tokens().await.unwrap(), [(TOKEN, REQUEST)]);
    let campaign = store.campaign(CAMPAIGN).await.unwrap().unwrap();
    assert_eq!(campaign.plan.fields.into_keys().collect::<Vec<_>>(), ["contact", "zone"]);
    let letter = store.letters(REQUEST).await.unwrap().remove(0);
    assert_eq!((letter.state, letter.worker), (LetterState::Sent, None));
    assert_eq!(store.parties().await.unwrap().len(), 1);
}

#[tokio::test]
#[ignore = "makes the office that a fixture is dumped from, at RENKEI_TEST_FIXTURE_URL"]
async fn office_for_a_fixture() {
    let Ok(url) = std::env::var("RENKEI_TEST_FIXTURE_URL") else { return };
    let desk = Desk::at(url, None).await;
    desk.furnish().await;
    desk.plan().await;
    desk.approve().await;
    desk.send(1).await;
    assert!(desk.check(vec![]).await.is_intact());
}
