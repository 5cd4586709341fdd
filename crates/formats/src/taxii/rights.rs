//! What a client may do with a collection, and how it is told that it may not.

use super::refusal::Refusal;

/// `can_read` and `can_write` of a collection for one client (section 5.2.1). The caller decides them; a collection that the
/// client may not know of has none, and the caller refuses it with [`Refusal::NotFound`] everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rights {
    /// Objects, manifests and versions may be read.
    pub read: bool,
    /// Objects may be added.
    pub write: bool,
}

impl Rights {
    /// For objects, manifest, object and versions (sections 5.3, 5.4, 5.6, 5.8).
    ///
    /// # Errors
    /// 403 if the client may write, so that it knows the collection; else 404.
    pub const fn may_read(self) -> Result<(), Refusal> {
        match self {
            Self { read: true, .. } => Ok(()),
            Self { write: true, .. } => Err(Refusal::Forbidden),
            _ => Err(Refusal::NotFound),
        }
    }

    /// For adding (section 5.5).
    ///
    /// # Errors
    /// 403 if the client may read; else 404.
    pub const fn may_add(self) -> Result<(), Refusal> {
        match self {
            Self { write: true, .. } => Ok(()),
            Self { read: true, .. } => Err(Refusal::Forbidden),
            _ => Err(Refusal::NotFound),
        }
    }

    /// For deleting, which wants both (the table of section 5.7).
    ///
    /// # Errors
    /// 403 with one right, 404 with none.
    pub const fn may_delete(self) -> Result<(), Refusal> {
        match self {
            Self { read: true, write: true } => Ok(()),
            Self { read: false, write: false } => Err(Refusal::NotFound),
            _ => Err(Refusal::Forbidden),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_of_section_5() {
        let rights = |read, write| Rights { read, write };
        let (no, none) = (Err(Refusal::Forbidden), Err(Refusal::NotFound));
        let all = |rights: Rights| (rights.may_read(), rights.may_add(), rights.may_delete());
        assert_eq!(all(rights(true, true)), (Ok(()), Ok(()), Ok(())));
        assert_eq!(all(rights(true, false)), (Ok(()), no, no));
        assert_eq!(all(rights(false, true)), (no, Ok(()), no));
        assert_eq!(all(rights(false, false)), (none, none, none));
    }
}
