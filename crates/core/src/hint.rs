//! Duplicate hints: that others inquired about the same subject, and whom to call, without telling about whom (S4.10).
//!
//! An oblivious pseudorandom function (RFC 9497, OPRF(ristretto255, SHA-512)) turns a subject into a token:
//!
//! ```text
//! force                            evaluator                     register
//! subject ─blind─→ Blinded ──────→ evaluate with the epoch's key
//! Token ←finalise─ Evaluated ←────┘
//! token, inquiry, desk ────────────────────────────────────────→ enter
//!                ask ──────────────────────────────────────────→ n other open inquiries, desks to call
//! ```
//! The evaluator has the key and sees points that tell nothing of a subject. The register sees tokens
//! and cannot make one. They have to be apart from each other, and the evaluator from every force that
//! asks: whoever has both could try subjects at will. What comes back is a number and desks, never
//! content, so it can answer no case (S4.15, G5); only plain inquiries about registration data take
//! part, never warrants or what secrecy covers, and only where an office has switched it on (G6).

mod epoch;
mod subject;
mod blind;
mod evaluate;
mod token;
mod pace;
mod register;
#[cfg(test)]
mod tests;

pub use blind::{BlindError, Blinded, Pending, Randomness};
pub use epoch::{Epoch, WireError, WrongEpoch};
pub use evaluate::{Evaluated, Evaluator, KeyError};
pub use pace::{Pace, TooMany};
pub use register::{AskError, Desk, DeskError, EnterError, Entry, Hint, Offered, Register, Terms};
pub use subject::{NotHinted, Subject};
pub use token::{FinaliseError, Token};
