//! The text columns that a feed itself can fill, as an index without strings.

/// A text column of an observation that comes from the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each variant is the column of the same name, documented in `COLUMNS`")]
pub enum Text {
    Protocol,
    SrcCc,
    SrcRegion,
    SrcCity,
    SrcHostname,
    SrcNaics,
    SrcSector,
    DeviceVendor,
    DeviceType,
    DeviceModel,
    DstCc,
    DstRegion,
    DstCity,
    DstHostname,
    DstNaics,
    DstSector,
    Family,
    Infection,
    Tag,
    Application,
    Version,
    Severity,
    PublicSource,
    EventId,
    SslCipher,
    SslServername,
    Tlp,
}

impl Text {
    /// How many there are.
    pub const COUNT: usize = 27;

    /// All, in the order of [`crate::COLUMNS`].
    pub const ALL: [Self; Self::COUNT] = [
        Self::Protocol,
        Self::SrcCc,
        Self::SrcRegion,
        Self::SrcCity,
        Self::SrcHostname,
        Self::SrcNaics,
        Self::SrcSector,
        Self::DeviceVendor,
        Self::DeviceType,
        Self::DeviceModel,
        Self::DstCc,
        Self::DstRegion,
        Self::DstCity,
        Self::DstHostname,
        Self::DstNaics,
        Self::DstSector,
        Self::Family,
        Self::Infection,
        Self::Tag,
        Self::Application,
        Self::Version,
        Self::Severity,
        Self::PublicSource,
        Self::EventId,
        Self::SslCipher,
        Self::SslServername,
        Self::Tlp,
    ];

    /// The name of the column.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Protocol => "protocol",
            Self::SrcCc => "src_cc",
            Self::SrcRegion => "src_region",
            Self::SrcCity => "src_city",
            Self::SrcHostname => "src_hostname",
            Self::SrcNaics => "src_naics",
            Self::SrcSector => "src_sector",
            Self::DeviceVendor => "device_vendor",
            Self::DeviceType => "device_type",
            Self::DeviceModel => "device_model",
            Self::DstCc => "dst_cc",
            Self::DstRegion => "dst_region",
            Self::DstCity => "dst_city",
            Self::DstHostname => "dst_hostname",
            Self::DstNaics => "dst_naics",
            Self::DstSector => "dst_sector",
            Self::Family => "family",
            Self::Infection => "infection",
            Self::Tag => "tag",
            Self::Application => "application",
            Self::Version => "version",
            Self::Severity => "severity",
            Self::PublicSource => "public_source",
            Self::EventId => "event_id",
            Self::SslCipher => "ssl_cipher",
            Self::SslServername => "ssl_servername",
            Self::Tlp => "tlp",
        }
    }

    /// The column of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|text| text.name() == name)
    }

    /// Whether it is a dictionary in memory.
    pub const fn is_word(self) -> bool {
        !matches!(self, Self::SrcHostname | Self::DstHostname | Self::EventId | Self::SslServername)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{COLUMNS, Kind};

    #[test]
    fn each_is_a_column_in_the_same_order() {
        let mut columns = COLUMNS.iter();
        for (place, text) in Text::ALL.into_iter().enumerate() {
            assert_eq!(text as usize, place);
            let column = columns.find(|column| column.name == text.name()).expect("in the order of COLUMNS");
            assert_eq!(column.kind == Kind::Word, text.is_word(), "{}", column.name);
            assert_eq!(Text::from_name(column.name), Some(text));
        }
    }
}
