//! The sensors: packets of dark addresses, from file or wire, to aggregates and detections.
//!
//! A record walks through five rooms: `parse` makes a fact of it and deals it out by its source,
//! `aggregate` counts it for its minute, `sources` and `victims` watch what it is a sign of, `merge`
//! puts the shards' minutes together, and [`Receiver`] takes what comes out. The machines know no
//! clock: time is that of the packets. docs/sensing.md says what is taken for what, and why.

mod address;
mod slots;
mod distinct;
mod dark;
mod rule;
mod settings;
mod account;
mod detection;
mod fact;
mod aggregate;
mod victims;
mod sources;
mod tally;
mod surge;
mod hours;
mod merge;
mod parse;
mod flows;
mod shard;
mod report;
mod run;
mod outbox;
pub mod observe;
pub mod live;
pub mod generate;

pub use renkei_formats::countries::Countries;
pub use renkei_formats::flow::Ports as ExportPorts;
pub use renkei_formats::hours::Hours;

pub use account::Accounts;
pub use aggregate::{HandOverError, Handed};
pub use dark::Dark;
pub use detection::{Detection, Evidence, Phase, Subject};
pub use fact::Sort;
pub use flows::FlowsSeen;
pub use outbox::{Delivered, Outbox, OutboxError, deliver};
pub use report::{Household, Report};
pub use rule::{
    AmplificationProbe, Campaign, DosVictim, IotOrigin, Masscan, MiraiLike, PortSurge, Rule, RuleName, Rules,
    RulesError, ScanHorizontal, ScanVertical, Smallest, StatelessScan, Survey, Until, UntilError, Zmap,
};
pub use run::{Receiver, Refusal, Rows, Sense, SenseError};
pub use settings::Settings;
pub use surge::Baseline;
