//! A notification: words from one side to the other, such as a question that stops the clock.

use renkei_core::time::Moment;

use super::Part;
use super::shared::{Base, entry, entry_of, needed, needed_moment, optional};
use crate::hi1::finding::Code;
use crate::hi1::name::{Kind, ObjectId};
use crate::hi1::time;
use crate::hi1::tree::Object;
use crate::hi1::word::{NotificationType, OWNER};

/// A notification (clause 7.4). Its links are the objects that it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Identifier, owner, generation, what it is about.
    pub base: Base,
    /// Words for people.
    pub words: String,
    /// Whether it was not seen yet.
    pub is_new: bool,
    /// When it was written.
    pub at: Moment,
    /// Where objects stand, if it says so.
    pub standings: Vec<Standing>,
}

/// Where an object stands, as a notification says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The object.
    pub object: ObjectId,
    /// The dictionary of the status, `LDTaskStatus`.
    pub dictionary: String,
    /// The status in that dictionary.
    pub word: String,
    /// Words for people.
    pub details: Option<String>,
}

impl Part for Notice {
    fn to_object(&self) -> Object {
        let standing = |standing: &Standing| {
            Object::new()
                .with("notification:AssociatedObject", standing.object.to_string())
                .with("notification:Status", entry_of(OWNER, &standing.dictionary, &standing.word))
                .with_some("notification:Details", standing.details.as_deref())
        };
        let standings: Vec<_> = self.standings.iter().map(standing).collect();
        let standings =
            (!standings.is_empty()).then(|| Object::new().with("notification:AssociatedObjectStatus", standings));
        self.base
            .write(Kind::Notification, None)
            .with("notification:NotificationDetails", self.words.as_str())
            .with("notification:NotificationType", entry(NotificationType::General))
            .with("notification:NewNotification", self.is_new)
            .with("notification:NotificationTimestamp", time::write(self.at))
            .with_some("notification:StatusOfAssociatedObjects", standings)
    }

    fn from_object(object: &Object) -> Result<Self, Code> {
        let list = object.object("notification:StatusOfAssociatedObjects");
        let standings = list.map_or(&[][..], |list| list.all("notification:AssociatedObjectStatus")).iter();
        let standing = |object: &Object| {
            let status = object.object("notification:Status").ok_or(Code::MissingMember)?;
            Ok(Standing {
                object: needed(object, "notification:AssociatedObject")?.parse().map_err(|_| Code::BadUuid)?,
                dictionary: needed(status, "common:Name")?.to_owned(),
                word: needed(status, "common:Value")?.to_owned(),
                details: optional(object, "notification:Details"),
            })
        };
        let standings = standings.map(|value| value.as_object().map_or(Err(Code::WrongShape), standing));
        Ok(Self {
            base: Base::read(object, Kind::Notification)?,
            words: needed(object, "notification:NotificationDetails")?.to_owned(),
            is_new: object.flag("notification:NewNotification").unwrap_or(true),
            at: needed_moment(object, "notification:NotificationTimestamp")?,
            standings: standings.collect::<Result<_, Code>>()?,
        })
    }
}
