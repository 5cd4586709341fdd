//! Adds to a batch of observations whose each row is.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Builder, RecordBatch};
use arrow::error::ArrowError;
use renkei_core::id::PartyId;
use renkei_core::net::Asn;

use crate::observation::observations_schema;
use crate::word::Words;

/// Whose the rows of a batch are, collected row by row.
#[derive(Debug, Default)]
pub struct Attribution {
    asn: Int64Builder,
    party: Words,
    also: Words,
    joined: String,
}

impl Attribution {
    /// Adds the next row: its AS, who can act on it, and who else (in this order).
    pub fn push<'a>(&mut self, asn: Option<Asn>, party: Option<&PartyId>, also: impl IntoIterator<Item = &'a PartyId>) {
        self.asn.append_option(asn.map(|asn| i64::from(asn.0)));
        self.party.push(party.map(PartyId::as_str));
        self.joined.clear();
        for other in also {
            if !self.joined.is_empty() {
                self.joined.push(',');
            }
            self.joined.push_str(other.as_str());
        }
        self.also.push((!self.joined.is_empty()).then_some(self.joined.as_str()));
    }

    /// The columns `asn`, `party` and `also`; the collector is empty afterwards.
    pub fn finish(&mut self) -> [ArrayRef; 3] {
        [Arc::new(self.asn.finish()), self.party.finish(), self.also.finish()]
    }
}

/// Why columns cannot be attached.
#[derive(Debug, thiserror::Error)]
pub enum AttachError {
    /// The batch is not one of observations.
    #[error("the batch has no column `{0}`")]
    Column(&'static str),
    /// Another number of rows or another type.
    #[error("the attributed columns do not fit the batch")]
    Shape(#[source] ArrowError),
}

/// The batch with `asn`, `party` and `also` filled; the other columns are shared, not copied.
///
/// # Errors
/// When the batch is not of observations, or the columns have another type or number of rows.
pub fn attach(batch: &RecordBatch, attribution: [ArrayRef; 3]) -> Result<RecordBatch, AttachError> {
    let mut columns = batch.columns().to_vec();
    for (name, column) in ["asn", "party", "also"].into_iter().zip(attribution) {
        let place = batch.schema_ref().index_of(name).map_err(|_| AttachError::Column(name))?;
        *columns.get_mut(place).ok_or(AttachError::Column(name))? = column;
    }
    RecordBatch::try_new(observations_schema(), columns).map_err(AttachError::Shape)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Builder, Row};
    use renkei_core::class::DataClass;
    use renkei_core::id::Digest;
    use renkei_core::time::Day;

    #[test]
    fn rows_get_their_owner_and_lengths_must_agree() {
        let mut builder = Builder::new("csv/test", Digest::of(b""), Day(0));
        builder.push(&Row::new(1, "198.18.0.1".parse().unwrap(), DataClass::IdentificationByIp));
        let batch = builder.finish().unwrap();
        let party: PartyId = "isp-aozora".parse().unwrap();
        let mut attribution = Attribution::default();
        attribution.push(Some(Asn(64_496)), Some(&party), [&party, &party]);
        let attached = attach(&batch, attribution.finish()).unwrap();
        let also = arrow::util::display::array_value_to_string(attached.column_by_name("also").unwrap(), 0);
        assert_eq!(also.unwrap(), "isp-aozora,isp-aozora");
        assert!(matches!(attach(&batch, Attribution::default().finish()), Err(AttachError::Shape(_))));
    }
}
