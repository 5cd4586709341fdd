//! The fields that inquiries ask for: what each is called, and of which class it is (S4.6, S4.7).

use renkei_core::class::DataClass;
use renkei_core::ruling::RequirementId;
use renkei_core::text::Bilingual;
use serde::Deserialize;

use crate::error::RulesError;
use crate::files::FIELDS;

/// A field that can be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its stable id.
    pub id: String,
    /// What it is called.
    pub name: Bilingual,
    /// Of which class it is.
    pub class: DataClass,
    /// Whether the provider's legal desk decides on it (G2).
    pub borderline: bool,
    /// The requirements it rests on.
    pub requirements: Vec<RequirementId>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    field: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: String,
    ja: String,
    en: String,
    class: String,
    #[serde(default)]
    borderline: bool,
    requirements: Vec<String>,
}

/// Reads `fields.toml`; each id stands there once.
pub(crate) fn read(text: &str) -> Result<Vec<Field>, RulesError> {
    let error = |reason: String| RulesError::Data { file: FIELDS, reason };
    let Table { field } = toml::from_str(text).map_err(|fault| error(fault.to_string()))?;
    let mut fields: Vec<Field> = Vec::new();
    for row in field {
        let field = checked(row).map_err(error)?;
        if fields.iter().any(|known| known.id == field.id) {
            return Err(error(format!("`{}` stands there twice", field.id)));
        }
        fields.push(field);
    }
    Ok(fields)
}

fn checked(row: Row) -> Result<Field, String> {
    let Row { id, ja, en, class, borderline, requirements } = row;
    let requirements = requirements.iter().map(|id| id.parse()).collect::<Result<_, _>>();
    Ok(Field {
        class: DataClass::from_word(&class).ok_or_else(|| format!("`{class}` is not a data class"))?,
        name: Bilingual { ja, en },
        requirements: requirements.map_err(|fault: renkei_core::ruling::RuleNameError| fault.to_string())?,
        id,
        borderline,
    })
}
