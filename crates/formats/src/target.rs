//! Where the value of a foreign column goes.

use renkei_table::Text;

use crate::secret::Secret;

/// Where the value of a foreign column goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    Time,
    SrcIp,
    SrcPort,
    SrcAsn,
    DstIp,
    DstPort,
    DstAsn,
    BotId,
    Text(Text),
    /// Kept under its own name in `extra`.
    Extra,
    /// Never kept.
    Secret(Secret),
    /// IntelMQ's copy of the original line.
    Raw,
    /// The mapping says to leave it out.
    Drop,
}

impl Target {
    /// The target of a canonical column name, as mapping files use it.
    pub(crate) fn of_canonical(name: &str) -> Option<Self> {
        Some(match name {
            "observed_at" => Self::Time,
            "src_ip" => Self::SrcIp,
            "src_port" => Self::SrcPort,
            "src_asn" => Self::SrcAsn,
            "dst_ip" => Self::DstIp,
            "dst_port" => Self::DstPort,
            "dst_asn" => Self::DstAsn,
            "bot_id" => Self::BotId,
            "drop" => Self::Drop,
            name => Self::Text(Text::from_name(name)?),
        })
    }
}
