//! Why a line is listed and not sent.

/// Why a line is listed, not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// Nobody in the directory can act on the address at that moment.
    NoOperator,
    /// The party has no channel.
    NoChannel,
    /// Subscribers share addresses and the line has no source port.
    NoPort,
    /// The time lacks seconds or a zone.
    NoTime,
    /// The party was told of the device within its term (S4.19: less labour for ISPs).
    ToldBefore,
    /// The gate refuses that this party receives it (G22).
    Refused,
    /// Several parties claim the site: it goes to none of them.
    SeveralOperators,
    /// The party has no age key to seal secret values to.
    NoKey,
}

impl Reason {
    /// The stable word in the lake and in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::NoOperator => "no-operator",
            Self::NoChannel => "no-channel",
            Self::NoPort => "no-port",
            Self::NoTime => "no-time",
            Self::ToldBefore => "told-before",
            Self::Refused => "refused",
            Self::SeveralOperators => "several-operators",
            Self::NoKey => "no-key",
        }
    }
}
