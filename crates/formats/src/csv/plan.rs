//! What the columns of a header mean: made once a file, used for each record.

use std::collections::BTreeMap;
use std::sync::Arc;

use renkei_core::class::DataClass;
use renkei_table::Text;

use crate::finding::{Code, Finding, shown_name};
use crate::json::write_text;
use crate::secret::{self, Secret};
use crate::target::Target;

/// What the columns of a file mean.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub delimiter: u8,
    pub columns: Vec<Planned>,
    /// Columns for `extra` in the order of their names: place, and `"name":` as JSON.
    pub extras: Vec<(usize, String)>,
    pub constants: Vec<(Text, String)>,
    /// Class of lines that cannot be read.
    pub class_of_unread: DataClass,
}

/// One column.
#[derive(Debug, Clone)]
pub(crate) struct Planned {
    pub target: Target,
    /// As findings show it.
    pub name: Arc<str>,
}

impl Plan {
    /// From the names of a header and what each would be; secrets are withheld whatever that says.
    pub(crate) fn new(
        delimiter: u8,
        class: DataClass,
        header: &[String],
        meaning: impl Fn(&str) -> Target,
    ) -> (Self, Vec<Finding>) {
        let names: Vec<String> = header.iter().map(|name| name.trim().to_lowercase()).collect();
        let is_secret = |name: &String| matches!(secret::of_name(name), Some(Secret::Of(_)));
        let has_secret = names.iter().any(is_secret);
        let has_payload = names.iter().any(|name| secret::of_name(name) == Some(Secret::Payload));
        let mut findings = Vec::new();
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        let mut columns = Vec::with_capacity(names.len());
        let mut extras = BTreeMap::new();
        for (place, name) in names.iter().enumerate() {
            let shown = shown_name(name, place);
            let times = seen.entry(name.clone()).or_default();
            *times += 1;
            let target = match withheld(name, has_secret) {
                Some(secret) => Target::Secret(secret),
                None if *times > 1 => Target::Extra,
                None => meaning(name),
            };
            if *times > 1 {
                findings.push(Finding { line: 1, offset: 0, column: Some(shown.clone()), code: Code::RepeatedColumn });
            }
            if target == Target::Extra {
                let key = match (name.is_empty(), *times) {
                    (false, 1) => name.clone(),
                    (false, times) => format!("{name}#{times}"),
                    (true, _) => format!("#{}", place + 1),
                };
                extras.insert(key, place);
            }
            columns.push(Planned { target, name: shown });
        }
        let extras = extras.into_iter().map(|(name, place)| (place, key_of(&name))).collect();
        let class_of_unread = if has_secret || has_payload { DataClass::Credential } else { class };
        (Self { delimiter, columns, extras, constants: Vec::new(), class_of_unread }, findings)
    }
}

fn withheld(name: &str, has_secret: bool) -> Option<Secret> {
    secret::of_name(name).filter(|secret| *secret != Secret::NameBeside || has_secret)
}

fn key_of(name: &str) -> String {
    let mut key = String::new();
    write_text(&mut key, name);
    key.push(':');
    key
}
