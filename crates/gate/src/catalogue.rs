//! The catalogue of measures: what can be asked for, with which data, since which issue.

use renkei_core::class::DataClass;
use renkei_core::measure::Measure;
use renkei_core::ruling::RequirementId;
use renkei_core::text::Bilingual;
use serde::Deserialize;

use crate::error::RulesError;
use crate::files::MEASURES;

/// One measure as the catalogue describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueEntry {
    /// Which measure.
    pub measure: Measure,
    /// What it is called.
    pub name: Bilingual,
    /// The data classes it may be asked with.
    pub classes: Vec<DataClass>,
    /// The requirements it serves.
    pub requirements: Vec<RequirementId>,
    /// The issue in which it became usable; `None`: a gate says why it is not.
    pub opened: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalogue {
    measure: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    ja: String,
    en: String,
    classes: Vec<String>,
    requirements: Vec<String>,
    opened: String,
}

/// Reads `measures.toml`; every measure of core has exactly one entry.
pub(crate) fn read(text: &str) -> Result<Vec<CatalogueEntry>, RulesError> {
    let error = |reason: String| RulesError::Data { file: MEASURES, reason };
    let Catalogue { measure } = toml::from_str(text).map_err(|fault| error(fault.to_string()))?;
    let entries = measure.into_iter().map(|entry| checked(entry).map_err(error)).collect::<Result<Vec<_>, _>>()?;
    for measure in Measure::ALL {
        let count = entries.iter().filter(|entry| entry.measure == *measure).count();
        if count != 1 {
            return Err(error(format!("`{measure}` has {count} entries, needs one")));
        }
    }
    Ok(entries)
}

fn checked(entry: Entry) -> Result<CatalogueEntry, String> {
    let Entry { id, ja, en, classes, requirements, opened } = entry;
    let class = |word: &String| DataClass::from_word(word).ok_or_else(|| format!("`{word}` is not a data class"));
    Ok(CatalogueEntry {
        measure: Measure::from_word(&id).ok_or_else(|| format!("`{id}` is not a measure"))?,
        name: Bilingual { ja, en },
        classes: classes.iter().map(class).collect::<Result<_, _>>()?,
        requirements: requirements
            .iter()
            .map(|id| id.parse())
            .collect::<Result<_, _>>()
            .map_err(|fault: renkei_core::ruling::RuleNameError| fault.to_string())?,
        opened: Some(opened).filter(|issue| !issue.is_empty()),
    })
}
