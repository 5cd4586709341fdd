//! The sheet in a mail: the one attachment that is CSV, as bytes that the caller counts and drops.

use mail_parser::{Message, MessagePart, MimeHeaders as _, PartType};

use super::fault::Fault;

/// Names of files that are a sheet, plain or packed.
const SHEETS: [&str; 6] = [".csv", ".tsv", ".csv.gz", ".tsv.gz", ".csv.zst", ".tsv.zst"];

/// The sheet; what stands in its way is a fault.
pub fn read(mail: &Message<'_>) -> Result<Vec<u8>, Fault> {
    let mut sheets = mail.parts.iter().filter(|part| is_sheet(part));
    match (sheets.next(), sheets.next()) {
        (Some(sheet), None) => Ok(sheet.contents().to_vec()),
        (Some(_), Some(_)) => Err(Fault::Sheets),
        (None, _) if mail.parts.iter().any(is_other_file) => Err(Fault::OtherForm),
        (None, _) => Err(Fault::WordsOnly),
    }
}

fn is_sheet(part: &MessagePart<'_>) -> bool {
    let kinds = [("text", "csv"), ("text", "tab-separated-values"), ("application", "csv")];
    let named = part.attachment_name().map(str::to_lowercase);
    kinds.iter().any(|(kind, subtype)| part.is_content_type(kind, subtype))
        || named.is_some_and(|name| SHEETS.iter().any(|end| name.ends_with(end)))
}

/// A file beside the words: a picture in a signature is none, a document or an encrypted part is.
fn is_other_file(part: &MessagePart<'_>) -> bool {
    let file = matches!(&part.body, PartType::Binary(_)) || part.attachment_name().is_some();
    file && !part.content_type().is_some_and(|kind| kind.ctype().eq_ignore_ascii_case("image"))
}
