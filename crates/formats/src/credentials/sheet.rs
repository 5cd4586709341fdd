//! The sheet that an operator gets: one credential a row, with a key to answer by.

use renkei_table::LineKey;

use super::Credential;

/// The header of the sheet. `status` is for the operator to fill in and send back with `line`.
pub const HEADER: &str = "line,site,id,password,seen,status\r\n";

/// Writes one row (RFC 4180). Cells are given as they were found: a password that begins with `=` is one.
pub fn write(out: &mut Vec<u8>, line: LineKey, credential: &Credential<'_>) {
    let Credential { site, id, secret, seen } = credential;
    out.extend_from_slice(line.to_string().as_bytes());
    for cell in [site, id, secret, seen] {
        out.push(b',');
        cell_into(out, cell);
    }
    out.extend_from_slice(b",\r\n");
}

fn cell_into(out: &mut Vec<u8>, cell: &str) {
    if !cell.bytes().any(|byte| matches!(byte, b',' | b'"' | b'\r' | b'\n')) {
        return out.extend_from_slice(cell.as_bytes());
    }
    out.push(b'"');
    for byte in cell.bytes() {
        if byte == b'"' {
            out.push(b'"');
        }
        out.push(byte);
    }
    out.push(b'"');
}
