//! The figures as a table that whoever has the ledger makes again, to the byte (S4.8, S4.11, S4.30).

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write as _;

use super::{Figures, Lives, Side};
use crate::id::PartyId;
use crate::inquiry::Instrument;
use crate::time::{SECOND, Validity};

/// Cells with fewer inquiries are not shown unless somebody asks for another number: the house's own choice.
pub const LEAST: u64 = 5;

const HOUR: i64 = 3600 * SECOND;
const MINUTE: i64 = 60 * SECOND;

/// Which figures are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Whose.
    pub party: PartyId,
    /// Of inquiries that left in this span.
    pub span: Validity,
    /// Cells with fewer inquiries are left out.
    pub least: u64,
}

/// CSV (RFC 4180, lines ended by a newline): one row a cell, and a last one that says how many were left out.
///
/// The refused items stand by ground as `secrecy=2 legal-desk=1`. Hours have one decimal, rounded half up.
pub fn table(lives: &Lives, asked: &Asked) -> String {
    let Asked { party, span, least } = asked;
    let mut out = String::from(HEAD);
    let mut left_out = 0u64;
    for (word, side) in [("asked", Side::Asked), ("received", Side::Received)] {
        for ((instrument, with), figures) in lives.figures(party, side, *span) {
            if figures.is_small(*least) {
                left_out += 1;
                continue;
            }
            // Writing to a String cannot fail.
            let _ = writeln!(out, "{}", row((word, side), instrument, &with, &figures));
        }
    }
    let _ = writeln!(out, "left-out,{least},{left_out}");
    out
}

const HEAD: &str = "side,with,instrument,sent,items,answered,sent_back,withdrawn,open,disclosed,no_data,refused,\
                    median_hours,p90_hours,desk_minutes,printed,postage_saved_yen\n";

fn row((word, side): (&str, Side), instrument: Instrument, with: &PartyId, figures: &Figures) -> String {
    let Figures {
        sent, items, answered, sent_back, withdrawn, open, disclosed, no_data, refused, printed, sat, ..
    } = figures;
    let minutes = sat / MINUTE;
    let (median, p90) = (hours(figures.within(50)), hours(figures.within(90)));
    // Who asks bears the post.
    let saved = match side {
        Side::Asked => format!("{}", figures.postage_saved()),
        Side::Received => String::new(),
    };
    format!(
        "{word},{with},{instrument},{sent},{items},{answered},{sent_back},{withdrawn},{open},{disclosed},{no_data},\
         {},{median},{p90},{minutes},{printed},{saved}",
        grounds(refused)
    )
}

fn grounds(refused: &BTreeMap<String, u64>) -> String {
    refused.iter().map(|(ground, count)| format!("{ground}={count}")).collect::<Vec<_>>().join(" ")
}

fn hours(micros: Option<i64>) -> String {
    let Some(micros) = micros else { return String::new() };
    let tenths = (micros * 10 + HOUR / 2) / HOUR;
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_rounded_half_up_without_floats() {
        assert_eq!(hours(Some(HOUR)), "1.0");
        assert_eq!(hours(Some(HOUR / 20)), "0.1");
        assert_eq!(hours(Some(HOUR / 20 - 1)), "0.0");
        assert_eq!(hours(None), "");
    }

    #[test]
    fn nothing_is_a_head_and_a_foot() {
        let asked = Asked { party: "aoba-police".parse().unwrap(), span: Validity::ALWAYS, least: LEAST };
        assert_eq!(table(&Lives::default(), &asked), format!("{HEAD}left-out,5,0\n"));
        assert!(HEAD.ends_with('\n') && !HEAD.contains(' '));
    }
}
