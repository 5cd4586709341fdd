//! A preservation request (保全要請): which existing logs are to be kept until when (S1.31).

use renkei_core::time::Moment;

use super::disclosure::{read_values, values, with_window};
use super::shared::{Base, Window, end, entry, moment, needed_end, needed_moment, window, word};
use super::{Identifier, Part};
use crate::hi1::finding::Code;
use crate::hi1::message::Failure;
use crate::hi1::name::{Endpoint, Kind};
use crate::hi1::time;
use crate::hi1::tree::Object;
use crate::hi1::word::{LPTaskDesiredStatus, LPTaskStatus, RequestType};

/// A preservation (`LPTaskObject`, clause 8.4). Its first link is the authorisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preservation {
    /// Identifier, owner, generation, authorisation.
    pub base: Base,
    /// Where the receiver says that it stands.
    pub status: Option<LPTaskStatus>,
    /// Why, if the receiver refused.
    pub reason: Option<Failure>,
    /// Where the sender wants it to be.
    pub desired: Option<LPTaskDesiredStatus>,
    /// The class of data.
    pub class: Option<RequestType>,
    /// The window in time of the logs.
    pub window: Option<Window>,
    /// The values whose logs are meant.
    pub values: Vec<Identifier>,
    /// Until when the sender wants them kept.
    pub until: Moment,
    /// Until when the receiver keeps them.
    pub granted: Option<Moment>,
    /// Who is asked.
    pub provider: Endpoint,
}

impl Part for Preservation {
    fn to_object(&self) -> Object {
        let details = Object::new().with_some("task:Type", self.class.map(entry));
        let details = with_window(details, self.window).with("task:RequestValues", values(&self.values));
        self.base
            .write(Kind::Preservation, None)
            .with_some("task:Status", self.status.map(entry))
            .with_some("task:StatusReason", self.reason.as_ref().map(Failure::write))
            .with_some("task:DesiredStatus", self.desired.map(entry))
            .with("task:RequestDetails", details)
            .with("task:DesiredPreservationExpiration", time::write(self.until))
            .with_some("task:PreservationExpiration", self.granted.map(time::write))
            .with("task:CSPID", end(&self.provider))
    }

    fn from_object(object: &Object) -> Result<Self, Code> {
        let details = object.object("task:RequestDetails").ok_or(Code::NoValue)?;
        Ok(Self {
            base: Base::read(object, Kind::Preservation)?,
            status: word(object, "task:Status", LPTaskStatus::ALL),
            reason: object.object("task:StatusReason").map(Failure::of),
            desired: word(object, "task:DesiredStatus", LPTaskDesiredStatus::ALL),
            class: word(details, "task:Type", RequestType::ALL),
            window: window(details, "task:StartTime", "task:EndTime")?,
            values: read_values(details),
            until: needed_moment(object, "task:DesiredPreservationExpiration").map_err(|_| Code::NoExpiration)?,
            granted: moment(object, "task:PreservationExpiration")?,
            provider: needed_end(object, "task:CSPID").map_err(|_| Code::NoProvider)?,
        })
    }
}
