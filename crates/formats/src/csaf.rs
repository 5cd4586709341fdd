//! CSAF 2.0 (OASIS Standard of 18 November 2022): security advisories in and out, with findings beside. No IO.
//!
//! A [`Document`] keeps the whole tree that came; [`Document::check`] says what is not as the standard wants it, with
//! the mandatory test that says so, and removes nothing. [`Advisory`] is the plain value that the office fills;
//! [`Advisory::document`] writes it. [`of_stix`] fills it from STIX, [`Provider`] lays out a public folder (section 7).

mod finding;
mod shape;
mod schema;
mod text;
mod version;
mod cvss;
mod document;
mod check;
mod advisory;
mod products;
mod write;
mod stix;
mod provider;

pub use advisory::{
    Acknowledgment, Advisory, Aggregate, Generator, Involvement, InvolvementStatus, Note, NoteKind, Party, Product,
    ProductStatus, Profile, Publisher, PublisherKind, Reference, Release, Remediation, RemediationKind, Revision,
    Score, Status, Threat, ThreatKind, Tracking, Vulnerability, Weakness,
};
pub use check::MOST_FINDINGS;
pub use cvss::{BadVector, Cvss31, Severity};
pub use document::{Document, ReadError, file_name};
pub use finding::{Code, Finding, Weight};
pub use provider::{Key, LayoutError, Provider};
pub use stix::{Converted, LeftOut, Reason, of_stix};
pub use write::Refusal;
