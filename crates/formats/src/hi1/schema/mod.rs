//! The shapes of messages as data: which members an object has, in which order, and what may stand there.
//!
//! Names and nesting follow the given transcription of V1.23.1 (`object-fields`); what that leaves open
//! was read in a second-hand copy of the schemas. Nothing here was run against the official schema.

mod message;
mod base;
mod config;
mod object;
mod task;
mod delivery;

pub(super) use message::MESSAGE;

use super::name::Kind;
use super::tree::Object;
use super::word::Dictionary;

/// What may stand in a member.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    /// Text of at most so many characters.
    Text(usize),
    /// A UUID.
    Uuid,
    /// A time with its zone.
    Time,
    /// A time with its zone, to the microsecond.
    Microseconds,
    /// `V` and three numbers.
    Version,
    /// Two capital letters.
    Country,
    /// Base64.
    Base64,
    /// A whole number from this one on.
    Count(u64),
    /// A flag.
    Flag,
    /// A word of a dictionary; `None`: of any.
    Entry(Option<Dictionary>),
    /// Members of a table.
    Object(&'static Table),
    /// Several of a shape under one name.
    List(&'static Self),
    /// An HI-1 object; `@xsi:type` says which.
    Thing,
    /// Whatever others define.
    Any,
}

/// At most 255 characters (TS 103 280).
pub(super) const SHORT: Shape = Shape::Text(255);
/// At most 65,535 characters (TS 103 280).
pub(super) const LONG: Shape = Shape::Text(65_535);

/// Whether a member must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    /// It must.
    Must,
    /// It may.
    May,
    /// Exactly one of those that are marked so must.
    OneOf,
}

/// A member.
#[derive(Debug)]
pub(super) struct Field {
    pub name: &'static str,
    pub need: Need,
    pub shape: Shape,
}

/// The members of an object, in the order in which XML has them.
#[derive(Debug)]
pub(super) struct Table {
    /// Members that stand before its own.
    pub base: Option<&'static Self>,
    pub fields: &'static [Field],
    /// Whether a nation may extend it under a type of its own (`@xsi:type`).
    pub is_national: bool,
}

impl Table {
    /// The member of a name and its place in the order.
    pub(super) fn field(&self, name: &str) -> Option<(usize, &'static Field)> {
        self.all().enumerate().find(|(_, field)| field.name == name)
    }

    /// Every member in order.
    pub(super) fn all(&self) -> impl Iterator<Item = &'static Field> + use<> {
        self.base.map_or(&[][..], |base| base.fields).iter().chain(self.fields)
    }
}

/// The members of a kind of object.
pub(super) const fn table_of(kind: Kind) -> &'static Table {
    match kind {
        Kind::Authorisation => &object::AUTHORISATION,
        Kind::Document => &object::DOCUMENT,
        Kind::Notification => &object::NOTIFICATION,
        Kind::Disclosure => &task::DISCLOSURE,
        Kind::Preservation => &task::PRESERVATION,
        Kind::Takedown => &task::TAKEDOWN,
        Kind::Delivery => &delivery::DELIVERY,
    }
}

/// The kind of an object, as its `@xsi:type` says.
pub(super) fn kind_of(object: &Object) -> Option<Kind> {
    Kind::from_type_name(object.text("@xsi:type")?)
}

/// Makes a table: `need "name" shape`, in order.
macro_rules! table {
    ($(#[$doc:meta])* $name:ident: $($need:ident $member:literal $shape:expr,)*) => {
        table!($(#[$doc])* $name (None, false): $($need $member $shape,)*);
    };
    ($(#[$doc:meta])* $name:ident ($base:expr, $national:literal): $($need:ident $member:literal $shape:expr,)*) => {
        $(#[$doc])*
        pub(super) static $name: $crate::hi1::schema::Table = $crate::hi1::schema::Table {
            base: $base,
            is_national: $national,
            fields: &[$($crate::hi1::schema::Field {
                name: $member,
                need: $crate::hi1::schema::Need::$need,
                shape: $shape,
            }),*],
        };
    };
}
use table;
