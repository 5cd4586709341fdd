//! The exit codes of `verify`, as its help documents them.

/// How `verify` ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: intact, and nothing was cut off up to a checkpoint from outside.
    Intact = 0,
    /// 1: something was changed, removed, moved, cut off, or signed wrongly.
    Altered = 1,
    /// 2: the command line is wrong.
    Usage = 2,
    /// 3: a file cannot be read, or is not what it should be.
    Unreadable = 3,
    /// 4: intact as far as it goes; without a checkpoint from outside nobody can know whether the end is missing.
    TailUnknown = 4,
}
