//! Many subjects at once: a list in CSV becomes the items of one inquiry.

use renkei_formats::subjects::{self, Subject};

use super::{InquiryError, InquiryTyped, ItemTyped};

impl InquiryTyped {
    /// Adds the subjects of a list behind the items that were typed.
    ///
    /// # Errors
    /// Everything that is wrong with the list, line by line.
    pub fn add_list(&mut self, csv: &[u8]) -> Result<(), InquiryError> {
        let all = subjects::read(csv)?;
        self.items.extend(all.into_iter().map(|Subject { kind, value, field, from, until, zone }| ItemTyped {
            kind,
            value,
            field,
            from,
            until,
            zone,
        }));
        Ok(())
    }
}
