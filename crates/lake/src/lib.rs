//! Observations in Delta tables: the only crate that links Delta Lake.
//!
//! Four tables stand in one folder: observations, findings, selections, minutes. A feed is appended by one
//! commit or not at all ([`Lake::begin`]); what was committed is read through a [`View`], the lake
//! at one moment; [`Lake::care`] compacts, checkpoints, removes what is no longer kept. Opening,
//! beginning, committing and caring talk to the log and are `async` (a multi-thread tokio runtime);
//! writing batches and reading are plain calls that use threads of their own.
//!
//! Whoever writes is alone: an advisory lock a table is held from `begin` to `commit`, so one task
//! must not begin two appends to one table at a time.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

mod table;
mod durable;
mod lock;
mod keys;
mod log;
mod part;
mod encode;
mod file;
mod filter;
mod mask;
mod view;
mod count;
mod minute;
mod page;
mod known;
mod export;
mod append;
mod care;
mod backup;
mod lake;

pub use append::{Append, AppendError, Appended, Written};
pub use backup::{Kept, PinError, Pinned, PinnedFile};
pub use care::{Care, CareError, CareReport, Retention, TableCare};
pub use count::{CountRow, Group};
pub use export::parquet;
pub use filter::{Filter, MinuteFilter, SelectionFilter, Whose};
pub use known::Known;
pub use lake::{Lake, OpenError};
pub use log::LogError;
pub use minute::{MinuteGroup, MinuteRow};
pub use page::{Page, Place};
pub use table::Table;
pub use view::{Manner, ReadError, View, stand_back};
