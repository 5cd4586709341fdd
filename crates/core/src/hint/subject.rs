//! Subjects that may be hinted at: of plain inquiries about registration data, and no others (G6).

use alloc::format;
use alloc::string::String;
use core::fmt;

use crate::class::DataClass;
use crate::inquiry::Instrument;
use crate::inquiry::identifier::{Kind, Misfit};
use crate::inquiry::item::Item;
use crate::inquiry::paper::Paper;

/// Keeps these inputs apart from all others that the same key might ever see.
const HEAD: &str = "renkei hint v1";

/// Whom an item is about, as bytes: class, kind, normal form; of accounts the provider besides.
///
/// ```text
/// renkei hint v1\n<class> <kind> <normal form>
/// renkei hint v1\n<class> account <provider> <normal form>
/// ```
/// An account is one only together with its provider, so all who take part have to name providers
/// alike. The field that is asked for and the time do not count: who asks for the holder of a number
/// and who asks for its address inquire about the same subject.
#[derive(Clone, PartialEq, Eq)]
pub struct Subject(String);

/// Why an item takes no part in hints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotHinted {
    /// Only plain inquiries do; never warrants, necessity or preservation.
    #[error("hints are for plain inquiries only, and this is `{0}`")]
    Instrument(Instrument),
    /// Only registration data does; never what secrecy covers.
    #[error("hints are for registration data only, and this is `{0}`")]
    Class(DataClass),
    /// Whether secrecy covers it is for a legal desk to say, so it does not.
    #[error("whether secrecy covers it is not settled")]
    Borderline,
    /// The identifier breaks its grammar.
    #[error(transparent)]
    Misfit(#[from] Misfit),
}

impl Subject {
    /// The subject of an item.
    pub fn of(paper: &Paper, item: &Item) -> Result<Self, NotHinted> {
        if paper.instrument != Instrument::Inquiry {
            return Err(NotHinted::Instrument(paper.instrument));
        }
        if item.class != DataClass::Registration {
            return Err(NotHinted::Class(item.class));
        }
        if item.borderline {
            return Err(NotHinted::Borderline);
        }
        let (class, kind, value) = (item.class, item.kind, item.kind.normal(&item.value)?);
        Ok(Self(match kind {
            Kind::Account => format!("{HEAD}\n{class} {kind} {} {value}", paper.recipient),
            _ => format!("{HEAD}\n{class} {kind} {value}"),
        }))
    }

    /// Its bytes: the input of the function.
    pub(super) fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// Says that there is one, not who it is.
impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subject")
    }
}
