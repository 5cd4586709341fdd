//! What is the most of everything that a stranger can make large.

/// The most of everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most bytes of a body: `max_content_length` of API roots (section 4.2.1).
    pub content: u64,
    /// The most objects in one posted envelope.
    pub posted: usize,
    /// The most entries of a page, whatever the client wants.
    pub page: usize,
    /// The most bytes of a query.
    pub query: usize,
    /// The most values of one `match` parameter.
    pub values: usize,
}

impl Default for Limits {
    /// 10 MiB, 10,000 objects; pages of 1,000; queries of 16 KiB with 200 values a parameter.
    fn default() -> Self {
        Self { content: 10 << 20, posted: 10_000, page: 1_000, query: 16 << 10, values: 200 }
    }
}
