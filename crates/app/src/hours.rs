//! Hours of a sensor, taken in once: publications are made from nothing else (S1.26, S1.27).

use renkei_core::act::Act;
use renkei_core::class::DataClass;
use renkei_core::id::Digest;
use renkei_core::question::{Object, ObjectKind};
use renkei_core::seat::Duty;
use renkei_core::time::Moment;
use renkei_formats::hours::Hours;
use renkei_store::hours::NewHours;
use renkei_store::{DbError, WriteError};

use crate::office::{AskError, Office};

impl Office {
    /// Takes a file of hours in, whose bytes were read as these hours; whether it was there before.
    pub(crate) async fn take_file_of_hours<E>(&self, bytes: &[u8], hours: &Hours, at: Moment) -> Result<bool, E>
    where
        E: From<AskError> + From<DbError> + From<WriteError>,
    {
        let digest = Digest::of(bytes);
        if self.store.has_hours(digest).await? {
            return Ok(true);
        }
        let seat = self.seat(Duty::Drafter).await?;
        let question = self.question(Act::Ingest, seat, at).on(Object::new(ObjectKind::Feed, digest, 0));
        let permit = self.ask(question.with_class(DataClass::Series)).await?;
        let new = NewHours {
            digest,
            sensor: hours.sensor.clone(),
            from: hours.from,
            until: hours.until,
            hours: hours.hours.len() as u64,
            text: String::from_utf8_lossy(bytes).into_owned(),
        };
        self.store.take_hours(permit, &new).await?;
        Ok(false)
    }
}
