//! A record of a capture, and what became of the records of a chunk.

/// A record of a capture: one frame as it was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record<'a> {
    /// When it was seen, in nanoseconds since 1970-01-01 UTC.
    pub nanos: i64,
    /// The kind of link, as in the registry of link types (LINKTYPE_…).
    pub link: u32,
    /// Length of the frame on the wire, in bytes.
    pub wire: u32,
    /// As much of the frame as was kept.
    pub data: &'a [u8],
}

/// What became of the records of a chunk: records = given + unread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Walked {
    /// Records handed out.
    pub given: u64,
    /// Records that could not be read ([`crate::Code::RecordBroken`]).
    pub broken: u64,
    /// Records of interfaces that the section does not describe ([`crate::Code::RecordInterface`]).
    pub interface: u64,
    /// Records without a time ([`crate::Code::RecordTime`]); they are given with the time of the one before.
    pub timeless: u64,
}
