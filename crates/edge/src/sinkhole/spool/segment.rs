//! What of a segment is sound: whole lines of JSON from its beginning.

use serde::de::IgnoredAny;

/// The sound beginning of a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sound {
    /// Bytes.
    pub length: usize,
    /// Lines.
    pub lines: u64,
}

/// How far the bytes are whole lines, each a JSON object. A crash can leave half a line, or, where the
/// file grew and its blocks were never written, zeros.
pub fn sound(bytes: &[u8]) -> Sound {
    let mut sound = Sound::default();
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let whole = line.ends_with(b"\n") && line.starts_with(b"{");
        if !whole || serde_json::from_slice::<IgnoredAny>(line).is_err() {
            break;
        }
        sound.length += line.len();
        sound.lines += 1;
    }
    sound
}
