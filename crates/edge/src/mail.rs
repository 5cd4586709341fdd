//! The mail desk: mails that were handed in are examined in a process of their own, which is limited and replaced
//! when it falls (S1.35).
//!
//! [`Desk`] starts a program (its own, with a hidden argument) and hands it one mail after the other; the program
//! calls [`child`], which limits itself before it reads the first byte. What came of a mail is what was examined, or
//! a finding that says why not.

mod wire;
mod child;
mod desk;

pub use child::{ChildError, child};
pub use desk::{Bounds, Desk, DeskError};
pub use renkei_formats::specimen::{
    Attachment, Cluster, Examined, Finding, Manner, Person, Reported, Rules, RulesError, Shared, Weight, cluster, share,
};
