//! What a recipient gets: lines as CSV, reports as XARF v4, the manifest, the text of the letter.
//!
//! S4.27: these files are the whole of what leaves for one party, so that "who got what" can be
//! answered from their digests. Nothing here reads a clock, a disk or a network; the same input
//! gives the same bytes.

pub mod line;
pub mod zone;
pub mod csv;
pub mod xarf;
pub mod manifest;
pub mod letter;

pub use line::{DeviceKeyBasis, Line, LineKey, ZoneBasis};
pub use manifest::{LetterKind, Manifest};
pub use zone::PartyZone;
