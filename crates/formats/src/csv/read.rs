//! Turns one CSV record into a row.

use renkei_table::{Builder, LineKey};

use crate::csv::fields::Fields;
use crate::csv::plan::{Plan, Planned};
use crate::finding::{Code, Finding};
use crate::json::write_text;
use crate::line::{Common, Line, Place, site_of};
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
    let text =
        Text { fields, record, whole: std::str::from_utf8(record).ok(), nul: memchr::memchr(0, record).is_some() };
    let mut line = Line::new(place, common, findings);
    for (column, text) in &plan.constants {
        line.row.set(*column, text);
    }
    extra.clear();
    for (place, planned) in plan.columns.iter().enumerate() {
        if planned.target == Target::Extra || planned.target == Target::Drop {
            continue;
        }
        match text.at(place) {
            Ok(value) => line.set(planned.target, &planned.name, value),
            Err(code) => refuse(&mut line, planned, code),
        }
    }
    for (place, key) in &plan.extras {
        match (text.at(*place), plan.columns.get(*place)) {
            (Ok(""), _) => {}
            (Ok(value), _) => {
                extra.push(if extra.is_empty() { '{' } else { ',' });
                extra.push_str(key);
                write_text(extra, value);
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
    let site = site_of(&row);
    row.site = site.as_deref();
    let key = builder.push(&row);
    Ok(Stored { key, address: row.src_ip, moment: row.observed_at })
}

fn refuse(line: &mut Line<'_, '_>, planned: &Planned, code: Code) {
    match planned.target {
        // Not an address either: the line is kept out as such. A secret is one in any encoding.
        Target::SrcIp | Target::Secret(_) => line.set(planned.target, &planned.name, "?"),
        _ => line.note(&planned.name, code),
    }
}

/// The fields of a record as texts; one look at the whole record spares one at each field.
struct Text<'a> {
    fields: &'a Fields,
    record: &'a [u8],
    whole: Option<&'a str>,
    nul: bool,
}

impl<'a> Text<'a> {
    fn at(&self, place: usize) -> Result<&'a str, Code> {
        let text = self.fields.text(self.record, self.whole, place).map_err(|_| Code::NotUtf8)?;
        if self.nul && text.contains('\0') {
            return Err(Code::Nul);
        }
        Ok(text)
    }
}
