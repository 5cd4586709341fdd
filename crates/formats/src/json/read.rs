//! Turns one JSON line into a row.

use std::borrow::Cow;
use std::sync::Arc;

use renkei_core::class::DataClass;
use renkei_table::Builder;

use crate::csv::read::Stored;
use crate::finding::{Code, Finding, shown_name};
use crate::json::pairs::{Pairs, Piece};
use crate::json::{intelmq, sinkhole_log, write_text};
use crate::line::{Common, Line, Place, site_of};
use crate::secret::{self, Secret};
use crate::target::Target;
use crate::value::time::{Form, Rule};

/// Which JSON lines they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    IntelMq,
    SinkholeLog,
}

impl Dialect {
    pub(crate) const fn kind(self) -> &'static str {
        match self {
            Self::IntelMq => intelmq::KIND,
            Self::SinkholeLog => sinkhole_log::KIND,
        }
    }

    fn target(self, key: &str, has_secret: bool) -> Target {
        match secret::of_name(key) {
            Some(Secret::NameBeside) if !has_secret => {}
            Some(secret) => return Target::Secret(secret),
            None => {}
        }
        match self {
            Self::IntelMq => intelmq::target(key),
            Self::SinkholeLog => sinkhole_log::target(key),
        }
    }
}

/// Reads a line into the builder, or says why it is kept out.
pub(crate) fn read(
    line: &[u8],
    place: Place,
    dialect: Dialect,
    common: &Common,
    findings: &mut Vec<Finding>,
    builder: &mut Builder,
) -> Result<Stored, Code> {
    let Ok(Pairs(mut pairs)) = serde_json::from_slice::<Pairs<'_>>(line) else { return Err(Code::NotJson) };
    // Sorted, so that `extra` is; the last of equal keys counts, as in most readers.
    pairs.sort_by(|a, b| a.0.cmp(&b.0));
    pairs.reverse();
    pairs.dedup_by(|later, earlier| later.0 == earlier.0);
    pairs.reverse();
    let lower = |key: &Cow<'_, str>| -> Option<Secret> { secret::of_name(&key.to_ascii_lowercase()) };
    let has_secret = pairs.iter().any(|(key, _)| matches!(lower(key), Some(Secret::Of(_))));
    let common = &Common { port_is_service: is_service(dialect, &pairs), ..common.clone() };
    let mut extra = String::new();
    let mut out = Line::new(place, common, findings);
    for (at, (key, piece)) in pairs.iter().enumerate() {
        let (Piece::Text(_) | Piece::Json(_)) = piece else { continue };
        let text = match piece {
            Piece::Text(text) => text.as_ref(),
            Piece::Json(text) => text.as_str(),
            Piece::Nothing => "",
        };
        let name = || shown_name(key, at);
        match dialect.target(&key.to_ascii_lowercase(), has_secret) {
            _ if text.is_empty() => {}
            _ if text.contains('\0') || key.contains('\0') => out.note(&name(), Code::Nul),
            Target::Extra => {
                extra.push(if extra.is_empty() { '{' } else { ',' });
                write_text(&mut extra, key);
                extra.push(':');
                match piece {
                    Piece::Json(json) => extra.push_str(json),
                    _ => write_text(&mut extra, text),
                }
            }
            Target::Time => set_time(&mut out, &name(), dialect, piece, text),
            target => out.set(target, &name(), text),
        }
    }
    if !extra.is_empty() {
        extra.push('}');
    }
    let mut row = out.finish()?;
    row.extra = (!extra.is_empty()).then_some(extra.as_str());
    let site = site_of(&row);
    row.site = site.as_deref();
    let key = builder.push(&row);
    Ok(Stored { key, address: row.src_ip, moment: row.observed_at })
}

/// A sinkhole log may give its time as a number.
fn set_time<'a>(out: &mut Line<'a, '_>, name: &Arc<str>, dialect: Dialect, piece: &Piece<'_>, text: &'a str) {
    if dialect == Dialect::SinkholeLog && matches!(piece, Piece::Json(_)) {
        match (Rule { form: Form::Unix, ..Rule::UTC_BY_FORMAT }).read(text) {
            Some(read) => {
                out.row.observed_at = Some(read.moment);
                out.row.zone = read.basis;
                out.row.to_second = read.to_second;
            }
            None => out.note(name, Code::BadTime),
        }
    } else {
        out.set(Target::Time, name, text);
    }
}

fn is_service(dialect: Dialect, pairs: &[(Cow<'_, str>, Piece<'_>)]) -> bool {
    let connection = |(key, piece): &(Cow<'_, str>, Piece<'_>)| match piece {
        Piece::Text(text) => key == "classification.type" && intelmq::is_connection(text),
        _ => false,
    };
    dialect == Dialect::IntelMq && !pairs.iter().any(connection)
}

/// What all lines of a dialect have in common.
pub(crate) fn common(dialect: Dialect, accept_reserved: bool) -> Common {
    let time = match dialect {
        // IntelMQ keeps times in UTC (its field type DateTime).
        Dialect::IntelMq => Rule::UTC_BY_FORMAT,
        Dialect::SinkholeLog => Rule::UTC_ASSUMED,
    };
    Common { time, port_is_service: false, class: DataClass::IdentificationByIp, accept_reserved }
}
