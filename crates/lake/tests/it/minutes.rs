//! Minutes of sensors: taken once, summed up by groups, and a lake that an older version made gets their table.

use std::ops::ControlFlow;

use arrow::array::RecordBatch;
use renkei_core::act::Act;
use renkei_core::time::{DAY, Moment, SECOND};
use renkei_lake::{Appended, Lake, MinuteFilter, MinuteGroup, MinuteRow, Table};
use renkei_table::{Minute, Minutes};

use crate::office::{INTENT, feed, permit, runtime};

const MINUTE: i64 = 60 * SECOND;

fn row(source: [u8; 4], dst_port: u16, packets: u64) -> Minute {
    Minute {
        src_ip: source.into(),
        dst_port,
        protocol: 6,
        tcp_flags: 2,
        ttl_class: 64,
        packets,
        bytes: packets * 60,
        min_size: 60,
        max_size: 60,
        destinations: 1,
        first_syn_length: 60,
        first_window: 1_024,
        mirai_packets: 0,
        zmap_packets: 0,
        masscan_packets: 0,
    }
}

fn batch(at: i64, sensor: &str, rows: &[Minute]) -> RecordBatch {
    let mut minutes = Minutes::default();
    rows.iter().for_each(|row| minutes.push(row));
    minutes.finish(Moment(at), 0, sensor).unwrap()
}

async fn take(lake: &Lake, file: &str, batches: &[RecordBatch]) -> Appended {
    let mut append = lake.begin_minutes(feed(file)).await.unwrap();
    batches.iter().for_each(|batch| _ = append.write(batch).unwrap());
    append.commit(permit(Act::Ingest), INTENT).await.unwrap()
}

fn sums(key: &[&str], packets: u64, rows: u64, sources: u64) -> MinuteRow {
    let key = key.iter().map(|&text| text.to_owned()).collect();
    MinuteRow { key, packets, bytes: packets * 60, rows, sources }
}

#[test]
fn minutes_are_taken_once_and_summed_up() {
    runtime().block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let lake = Lake::create(folder.path()).await.unwrap();
        let (one, two) = ([198, 18, 0, 1], [198, 18, 0, 2]);
        let midnight = 20_000 * DAY;
        let batches = [
            batch(midnight - MINUTE, "s1", &[row(one, 23, 5), row(two, 23, 1)]),
            batch(midnight, "s1", &[row(one, 445, 2)]),
            batch(midnight, "s2", &[row(one, 23, 7)]),
        ];
        assert!(matches!(take(&lake, "one", &batches).await, Appended::Added { stored: 4, .. }));
        assert_eq!(take(&lake, "one", &batches).await, Appended::AlreadyThere);
        let view = lake.view_of(Table::Minutes).await.unwrap();
        let all = MinuteFilter::default();
        let sum = |filter: &MinuteFilter, by: &[MinuteGroup]| view.sum_minutes(filter, by).unwrap();
        assert_eq!(sum(&all, &[]), [sums(&[], 15, 4, 2)]);
        assert_eq!(sum(&all, &[MinuteGroup::Port]), [sums(&["23"], 13, 3, 2), sums(&["445"], 2, 1, 1)]);
        assert_eq!(
            sum(&all, &[MinuteGroup::Day, MinuteGroup::Sensor]),
            [
                sums(&["2024-10-03", "s1"], 6, 2, 2),
                sums(&["2024-10-04", "s1"], 2, 1, 1),
                sums(&["2024-10-04", "s2"], 7, 1, 1)
            ]
        );
        assert_eq!(
            sum(&all, &[MinuteGroup::Hour, MinuteGroup::Source])[0],
            sums(&["2024-10-03T23:00:00Z", "198.18.0.1"], 5, 1, 1)
        );
        let filters = [
            (MinuteFilter { sensor: Some("s2".into()), ..all.clone() }, 7),
            (MinuteFilter { port: Some(445), ..all.clone() }, 2),
            (MinuteFilter { prefix: Some("198.18.0.2/32".parse().unwrap()), ..all.clone() }, 1),
            (MinuteFilter { from: Some(Moment(midnight)), ..all.clone() }, 9),
            (MinuteFilter { until: Some(Moment(midnight)), ..all.clone() }, 6),
            (MinuteFilter { protocol: Some(17), ..all.clone() }, 0),
        ];
        for (filter, packets) in filters {
            let found: u64 = sum(&filter, &[]).iter().map(|row| row.packets).sum();
            assert_eq!(found, packets, "{filter:?}");
        }
        let mut rows = 0;
        let each = |batch: RecordBatch| {
            rows += batch.num_rows();
            ControlFlow::Continue(())
        };
        view.each_minutes(&all, each).unwrap();
        assert_eq!(rows, 4);
    });
}

#[test]
fn a_lake_without_their_table_gets_it() {
    runtime().block_on(async {
        let folder = tempfile::tempdir().unwrap();
        drop(Lake::create(folder.path()).await.unwrap());
        std::fs::remove_dir_all(folder.path().join("minutes")).unwrap();
        let (lake, other) = tokio::join!(Lake::open(folder.path()), Lake::open(folder.path()));
        let (lake, other) = (lake.unwrap(), other.unwrap());
        assert!(matches!(
            take(&lake, "one", &[batch(0, "s1", &[row([198, 18, 0, 1], 23, 1)])]).await,
            Appended::Added { stored: 1, .. }
        ));
        assert_eq!(other.view_of(Table::Minutes).await.unwrap().rows().unwrap(), 1);
    });
}
