//! Turns one CSV record into a row.

use renkei_table::{Builder, LineKey};

use crate::csv::fields::Fields;
use crate::csv::plan::{Plan, Planned};
use crate::finding::{Code, Finding};
use crate::json::write_text;
use crate::line::{Common, Line, Place};
use crate::target::Target;

/// Room that is used again for each record.
#[derive(Default)]
pub(crate) struct Scratch {
    fields: Fields,
    extra: String,
}

/// A row that was stored: which line it is, where it points, when it was seen.
pub(crate) struct Stored {
    pub key: LineKey,
    pub address: std::net::IpAddr,
    pub moment: Option<renkei_core::time::Moment>,
}

/// Reads a record (without its line end) into the builder, or says why it is kept out.
pub(crate) fn read(
    record: &[u8],
    place: Place,
    plan: &Plan,
    common: &Common,
    scratch: &mut Scratch,
    findings: &mut Vec<Finding>,
    builder: &mut Builder,
) -> Result<Stored, Code> {
    let Scratch { fields, extra } = scratch;
    fields.split(record, plan.delimiter).map_err(|_| Code::BrokenQuote)?;
    if fields.len() != plan.columns.len() {
        return Err(Code::ColumnCount);
    }
    // One look at the whole record spares one at each field.
    let clean = std::str::from_utf8(record).is_ok() && memchr::memchr(0, record).is_none();
    let mut line = Line::new(place, common, findings);
    for (column, text) in &plan.constants {
        line.row.set(*column, text);
    }
    extra.clear();
    for (planned, bytes) in plan.columns.iter().zip(fields.iter(record)) {
        if !bytes.is_empty() && planned.target != Target::Extra && planned.target != Target::Drop {
            match text_of(bytes, clean) {
                Ok(text) => line.set(planned.target, &planned.name, text),
                Err(code) => refuse(&mut line, planned, code),
            }
        }
    }
    for (place, key) in &plan.extras {
        let bytes = fields.get(record, *place);
        if bytes.is_empty() {
            continue;
        }
        match (text_of(bytes, clean), plan.columns.get(*place)) {
            (Ok(text), _) => {
                extra.push(if extra.is_empty() { '{' } else { ',' });
                extra.push_str(key);
                write_text(extra, text);
            }
            (Err(code), Some(planned)) => line.note(&planned.name, code),
            (Err(_), None) => {}
        }
    }
    if !extra.is_empty() {
        extra.push('}');
    }
    let mut row = line.finish()?;
    row.extra = (!extra.is_empty()).then_some(extra.as_str());
    let key = builder.push(&row);
    Ok(Stored { key, address: row.src_ip, moment: row.observed_at })
}

fn refuse(line: &mut Line<'_, '_>, planned: &Planned, code: Code) {
    if planned.target == Target::SrcIp {
        // Not an address either: the line is kept out as such.
        line.set(Target::SrcIp, &planned.name, "?");
    } else {
        line.note(&planned.name, code);
    }
}

fn text_of(bytes: &[u8], clean: bool) -> Result<&str, Code> {
    let text = std::str::from_utf8(bytes).map_err(|_| Code::NotUtf8)?;
    if !clean && memchr::memchr(0, bytes).is_some() {
        return Err(Code::Nul);
    }
    Ok(text)
}
