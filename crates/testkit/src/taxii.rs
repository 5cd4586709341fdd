//! A client that plays the TAXII 2.1 standard against any server, and tells where the server says otherwise.
//!
//! It knows HTTP and JSON and nothing of renkei. Clauses are those of the OASIS standard of 10 June 2021 (`3.4`), rows of the
//! interoperability test document of 30 March 2022 (`row 3.13.1.10`), and habits of real clients (`trap`).

#![allow(clippy::indexing_slicing, reason = "a JSON value that is not there is null, and never a panic")]

mod client;
mod finding;
mod play;
mod access;
mod negotiation;
mod resources;
mod adding;
mod filters;
mod paging;
mod deleting;

pub use finding::{Finding, Report};

/// What the suite is told of the server.
#[derive(Debug, Clone)]
pub struct Setup {
    /// Scheme, host and port, without a path: `http://127.0.0.1:8080`.
    pub base: String,
    /// The path of the API root, with a `/` at both ends.
    pub root: String,
    /// A name and a password of HTTP Basic.
    pub credentials: (String, String),
    /// The id of a collection that may be read and written. Objects are added and deleted.
    pub read_write: String,
    /// Its alias, if it has one.
    pub alias: Option<String>,
    /// The id of a collection that may be read only.
    pub read_only: String,
    /// The id of an object in it.
    pub held: String,
    /// The id of a collection that may be written only.
    pub write_only: String,
    /// The id of a collection that is listed and may be neither read nor written.
    pub no_access: Option<String>,
    /// The id of a collection that is there and of which this client may not know.
    pub hidden: Option<String>,
}

/// Plays everything.
///
/// # Errors
/// When the server cannot be talked to at all.
pub fn suite(setup: &Setup) -> std::io::Result<Report> {
    let mut play = play::Play::new(setup)?;
    access::play(&mut play)?;
    negotiation::play(&mut play)?;
    resources::play(&mut play)?;
    adding::play(&mut play)?;
    filters::play(&mut play)?;
    paging::play(&mut play)?;
    deleting::play(&mut play)?;
    Ok(play.report())
}
