//! Publications and hours in the registry: each minute once, states in order, public bytes only by a step.

use std::collections::BTreeMap;

use renkei_core::act::Act;
use renkei_core::class::DataClass;
use renkei_core::id::{Digest, PublicationId};
use renkei_core::publication::{Kind, State};
use renkei_core::question::{self, Object, ObjectKind};
use renkei_core::seat::Duty;
use renkei_core::time::Moment;
use renkei_gate::Permit;
use renkei_store::WriteError;
use renkei_store::hours::NewHours;
use renkei_store::publication::{Public, PublicFile};

use crate::desk::{Desk, seat};
use crate::suite::on_both;

on_both!(
    no_minute_of_a_sensor_is_taken_twice,
    an_alert_is_written_published_corrected_and_taken_back,
    what_was_rendered_from_another_state_is_not_shown,
);

const ALERT: PublicationId = PublicationId::from_bits(7);
const OTHER: PublicationId = PublicationId::from_bits(8);

fn may(desk: &Desk, act: Act, id: PublicationId, version: u64) -> Permit {
    let duty = if act == Act::DraftPublication { Duty::Drafter } else { Duty::Approver };
    let approval = question::Approval::about_to_be_given(&seat(Duty::Approver), &seat(Duty::Drafter).id);
    let question = desk.ask(act, duty).on(Object::new(ObjectKind::Publication, id, version));
    desk.permit(if act == Act::Publish { question.approved(approval) } else { question })
}

async fn write(desk: &Desk, id: PublicationId, text: &str) -> u64 {
    let version = desk.store.publication(id).await.unwrap().map_or(0, |known| known.version);
    desk.store.write_publication(may(desk, Act::DraftPublication, id, version), id, Kind::Alert, text).await.unwrap()
}

fn public(seen: &[(PublicationId, u64)], page: &str) -> Public {
    let file = PublicFile { path: "ja/index.html".into(), kind: "text/html".into(), bytes: page.as_bytes().to_vec() };
    Public { seen: seen.iter().copied().collect::<BTreeMap<_, _>>(), files: vec![file] }
}

async fn page(desk: &Desk) -> Option<String> {
    let file = desk.store.public_file("ja/index.html").await.unwrap();
    file.map(|file| String::from_utf8(file.bytes).unwrap())
}

fn hours(digest: &[u8], from: i64, until: i64) -> NewHours {
    let text = "{}".to_owned();
    NewHours {
        digest: Digest::of(digest),
        sensor: "s1".into(),
        from: Moment(from),
        until: Moment(until),
        hours: 1,
        text,
    }
}

async fn no_minute_of_a_sensor_is_taken_twice(desk: Desk) {
    let take = async |new: &NewHours| {
        let object = Object::new(ObjectKind::Feed, new.digest, 0);
        let question = desk.ask(Act::Ingest, Duty::Drafter).on(object).with_class(DataClass::Series);
        desk.store.take_hours(desk.permit(question), new).await
    };
    take(&hours(b"1", 0, 60)).await.unwrap();
    for again in [hours(b"1", 0, 60), hours(b"2", 30, 90)] {
        assert!(matches!(take(&again).await, Err(WriteError::Exists { .. })));
    }
    take(&hours(b"3", 60, 90)).await.unwrap();
    take(&NewHours { sensor: "s2".into(), ..hours(b"4", 0, 60) }).await.unwrap();
    assert!(
        desk.store.has_hours(Digest::of(b"3")).await.unwrap() && !desk.store.has_hours(Digest::of(b"2")).await.unwrap()
    );
    assert_eq!(desk.store.hours_since(Moment(60)).await.unwrap().len(), 1);
    assert_eq!(desk.store.sensors().await.unwrap(), ["s1", "s2"]);
    assert!(desk.check(vec![]).await.is_intact());
}

async fn an_alert_is_written_published_corrected_and_taken_back(desk: Desk) {
    write(&desk, ALERT, "one").await;
    assert_eq!(write(&desk, ALERT, "two").await, 2);
    assert_eq!(page(&desk).await, None, "a draft is not public");
    let stale = desk.store.publish(may(&desk, Act::Publish, ALERT, 1), ALERT, &public(&[(ALERT, 1)], "x")).await;
    assert!(matches!(stale, Err(WriteError::Stale(_))), "{stale:?}");
    desk.store.publish(may(&desk, Act::Publish, ALERT, 2), ALERT, &public(&[(ALERT, 2)], "two")).await.unwrap();
    assert_eq!(page(&desk).await.as_deref(), Some("two"));
    // A correction waits: everybody reads what was published.
    write(&desk, ALERT, "three").await;
    let known = desk.store.publication(ALERT).await.unwrap().unwrap();
    assert_eq!((known.state, known.revision, known.shown), (State::Correcting, 3, Some(2)));
    assert_eq!(page(&desk).await.as_deref(), Some("two"));
    desk.store.publish(may(&desk, Act::Publish, ALERT, 4), ALERT, &public(&[(ALERT, 4)], "three")).await.unwrap();
    let retract = may(&desk, Act::RetractPublication, ALERT, 5);
    desk.store.retract(retract, ALERT, "why", &public(&[(ALERT, 5)], "gone")).await.unwrap();
    let known = desk.store.publication(ALERT).await.unwrap().unwrap();
    assert_eq!((known.state, known.shown, known.texts.len()), (State::Retracted, Some(3), 3));
    assert_eq!(known.retracted.map(|(_, words)| words).as_deref(), Some("why"));
    assert_eq!(page(&desk).await.as_deref(), Some("gone"));
    let again = desk.store.publish(may(&desk, Act::Publish, ALERT, 6), ALERT, &public(&[(ALERT, 6)], "x")).await;
    assert!(matches!(again, Err(WriteError::PublicationStep(_))), "{again:?}");
    assert!(desk.check(vec![]).await.is_intact());
}

async fn what_was_rendered_from_another_state_is_not_shown(desk: Desk) {
    write(&desk, ALERT, "one").await;
    write(&desk, OTHER, "other").await;
    for seen in [vec![(ALERT, 1)], vec![(ALERT, 1), (OTHER, 2)]] {
        let late = desk.store.publish(may(&desk, Act::Publish, ALERT, 1), ALERT, &public(&seen, "x")).await;
        assert!(matches!(late, Err(WriteError::Stale(_))), "{late:?}");
    }
    assert_eq!(page(&desk).await, None);
    let both = public(&[(ALERT, 1), (OTHER, 1)], "one");
    desk.store.publish(may(&desk, Act::Publish, ALERT, 1), ALERT, &both).await.unwrap();
}
