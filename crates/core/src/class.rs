//! Data classes: what kind of material is touched, because the gates ask by kind (S4.6, S4.7).

vocabulary! {
    /// The kind of a piece of material (提供資料).
    DataClass {
        /// Parties, routes, settings, public keys: no evidence.
        Directory = "directory",
        /// The office's own ledger.
        Ledger = "ledger",
        /// Numbers only, nobody can be found by them.
        Counts = "counts",
        /// What came of a case or an operation (S4.20, G19).
        Outcome = "outcome",
        /// 手口: modus operandi; may be an investigation secret (S4.4, G19).
        Method = "method",
        /// 登録者情報: registration attributes of a subscriber (S4.7).
        Registration = "registration",
        /// Address, port and time of an observed device: with them an ISP can find its subscriber (S2.14).
        IdentificationByIp = "identification-by-ip",
        /// Line key and status as an ISP answered: dropped after counting (G20).
        AnswerLine = "answer-line",
        /// Name of a subscriber: stays with the ISP (S2.14, G20).
        SubscriberName = "subscriber-name",
        /// When an address was used, who talked to whom: secrecy of communication (S4.7, G1).
        Traffic = "traffic",
        /// What was said: secrecy of communication (S4.7, G1).
        Content = "content",
        /// ID and password (S2.15).
        Credential = "credential",
        /// Payment card data (S2.15).
        Card = "card",
        /// Bank accounts and names of their holders (S1.9, G21).
        Account = "account",
        /// Addresses, domains, hashes that point at attackers (S4.1).
        Indicator = "indicator",
        /// A malware sample.
        Sample = "sample",
        /// A post on a site (S1.16).
        Post = "post",
        /// A page or site (S3.5), also one that was tampered with (S3.7).
        Page = "page",
        /// A server that is abused without its owner's will, such as a drop server (S0.11).
        Server = "server",
        /// A statistical series.
        Series = "series",
        /// 動的なデータ: reserved, disabled (S4.17, G25).
        Dynamic = "dynamic",
        /// Crime with virtual currency: out of scope (S2.23, G24).
        VirtualCurrency = "virtual-currency",
    }
}

impl DataClass {
    /// Whether raw values may never be shown or logged, and bad lines are kept encrypted.
    pub const fn is_secret(self) -> bool {
        matches!(self, Self::Credential | Self::Card | Self::Account)
    }
}
