//! Templates: which fields a record has, and how long they are.

/// A field of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Field {
    /// Information element; `None`: one of an enterprise, which is passed over.
    pub element: Option<u16>,
    /// Bytes; 65,535: the record says how many.
    pub length: u16,
}

/// A length that each record says anew (RFC 7011 section 7).
pub(super) const VARIABLE: u16 = u16::MAX;
/// Fields of a template at most.
const FIELDS: usize = 256;

/// What the records of a set look like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Template {
    pub fields: Vec<Field>,
    /// Whether its records tell of the exporter instead of flows.
    pub options: bool,
    /// Bytes of its shortest record, at least one.
    pub least: usize,
}

impl Template {
    /// Of fields; `None`: there are none or too many, or a record would be empty.
    pub(super) fn new(fields: Vec<Field>, options: bool) -> Option<Self> {
        let least = |field: &Field| if field.length == VARIABLE { 1 } else { usize::from(field.length) };
        let least: usize = fields.iter().map(least).sum();
        (least > 0 && fields.len() <= FIELDS).then_some(Self { fields, options, least })
    }

    /// Hands out element and bytes of each field; how long the record is. `None`: it is cut.
    pub(super) fn record<'a>(&self, bytes: &'a [u8], mut each: impl FnMut(u16, &'a [u8])) -> Option<usize> {
        let mut rest = bytes;
        for field in &self.fields {
            let length = match field.length {
                VARIABLE => {
                    let (short, behind) = rest.split_first()?;
                    rest = behind;
                    match *short {
                        u8::MAX => usize::from(take_two(&mut rest)?),
                        short => usize::from(short),
                    }
                }
                length => usize::from(length),
            };
            let (value, behind) = rest.split_at_checked(length)?;
            rest = behind;
            if let Some(element) = field.element {
                each(element, value);
            }
        }
        Some(bytes.len() - rest.len())
    }
}

/// The next two bytes.
pub(super) fn take_two(bytes: &mut &[u8]) -> Option<u16> {
    let (word, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(u16::from_be_bytes(*word))
}

/// The next four bytes.
pub(super) fn take_four(bytes: &mut &[u8]) -> Option<u32> {
    let (word, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(u32::from_be_bytes(*word))
}

/// So many fields; those of IPFIX may name an enterprise.
pub(super) fn fields(bytes: &mut &[u8], count: usize, enterprises: bool) -> Option<Vec<Field>> {
    if count > FIELDS {
        return None;
    }
    let mut fields = Vec::new();
    for _ in 0..count {
        let (element, length) = (take_two(bytes)?, take_two(bytes)?);
        let own = enterprises && element & 0x8000 != 0;
        if own {
            take_four(bytes)?;
        }
        fields.push(Field { element: (!own).then_some(element), length });
    }
    Some(fields)
}
