//! Contents of zones: asked for when they changed, and now and then.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc;

use super::{Shared, Source};
use crate::zone::name::FullName;
use crate::zone::serial::Serial;
use crate::zone::set::{Set, TooMany};
use crate::zone::version::{Difference, Zone};

/// The least time between two rounds: a serial a second is never reached (`Serial::next`).
const PACE: Duration = Duration::from_secs(1);

/// A zone has a new version.
pub(super) type News = (FullName, Serial);

/// Asks for the contents of every zone until nobody wants them.
pub(super) async fn follow(shared: Arc<Shared>, source: impl Source, news: mpsc::Sender<News>) {
    let refresh = Duration::from_secs(shared.settings.refresh_seconds);
    loop {
        for zone in &shared.settings.zones {
            match renew(&shared, &source, zone).await {
                Ok(None) => {}
                Ok(Some(serial)) => {
                    if news.send((zone.clone(), serial)).await.is_err() {
                        return;
                    }
                }
                Err(why) => (shared.told)(&format!("the zone `{zone}` stays as it is: {why}")),
            }
        }
        tokio::time::sleep(PACE).await;
        // Either is a reason.
        let _ = tokio::time::timeout(refresh, shared.changes.notified()).await;
    }
}

/// The serial of a zone's new version, if it has one.
async fn renew(shared: &Arc<Shared>, source: &impl Source, zone: &FullName) -> Result<Option<Serial>, String> {
    let owners = source.owners(zone).await?;
    let (apex, all) = (zone.clone(), shared.clone());
    // Sorting a million names would hold up everybody else's tasks.
    let work = tokio::task::spawn_blocking(move || take(&all, apex, owners));
    let (serial, refused) = work.await.map_err(|error| error.to_string())?.map_err(|error| error.to_string())?;
    if refused > 0 {
        (shared.told)(&format!("the zone `{zone}` cannot say {refused} names"));
    }
    Ok(serial)
}

fn take(shared: &Shared, apex: FullName, owners: Vec<String>) -> Result<(Option<Serial>, usize), TooMany> {
    let (set, refused) = Set::of(&apex, owners)?;
    let now = shared.unix_seconds();
    // Compared beside the book, so that nobody who asks waits for it. Only this task writes.
    let before = shared.book.read().unwrap_or_else(PoisonError::into_inner).zones.get(&apex).cloned();
    let (zone, serial) = match before {
        None => {
            let zone = Zone::new(apex.clone(), set, now);
            let serial = zone.serial();
            (zone, Some(serial))
        }
        Some(mut zone) => {
            let difference: Option<Arc<Difference>> = zone.follow(set, now);
            (zone, difference.map(|difference| difference.to))
        }
    };
    if serial.is_some() {
        shared.book.write().unwrap_or_else(PoisonError::into_inner).zones.insert(apex, zone);
    }
    Ok((serial, refused))
}
