//! The canonical columns of renkei and their batch builders: arrow only.
//!
//! Every reader ends here and every writer begins here: [`COLUMNS`] says what each column of an
//! observation means, [`Builder`] makes batches of them row by row, [`attach`] adds to whom each
//! row belongs. Findings, selections and the minutes of sensors have their own tables beside it.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

mod column;
mod observation;
mod text;
mod word;
mod key;
mod builder;
mod attach;
mod finding;
mod selection;
mod minute;

pub use attach::{AttachError, Attribution, attach};
pub use builder::{Builder, Row};
pub use column::{Column, Kind, schema_of};
pub use finding::{FINDING_COLUMNS, Findings, findings_schema};
pub use key::{DeviceKeyBasis, LineKey, ZoneBasis};
pub use minute::{MINUTE_COLUMNS, Minute, Minutes, minutes_schema};
pub use observation::{COLUMNS, observations_schema};
pub use selection::{SELECTION_COLUMNS, Selection, Selections, selections_schema};
pub use text::Text;
pub use word::Words;
