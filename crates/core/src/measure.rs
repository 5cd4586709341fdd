//! Measures (措置): what a party can be asked to do. What each needs is data in `policies/measures.toml`.

vocabulary! {
    /// One entry of the catalogue of measures.
    Measure {
        /// 利用者への注意喚起: the ISP tells the user behind the address (S2.14).
        NotifyUser = "notify-user",
        /// A CERT abroad or a centre is given what concerns its country or members (S2.16).
        TellPartner = "tell-partner",
        /// Passwords are reset (S2.15).
        ResetCredentials = "reset-credentials",
        /// 口座凍結 (S1.9).
        FreezeAccount = "freeze-account",
        /// 削除依頼 (S1.16).
        DeleteContent = "delete-content",
        /// 契約解除等の要請: a request, not an order (S2.5).
        TerminateContract = "terminate-contract",
        /// 通信履歴の保全 (S1.10).
        PreserveLog = "preserve-log",
        /// Registration attributes are disclosed (S4.7).
        DiscloseRegistration = "disclose-registration",
        /// 緊急避難: data that secrecy covers is disclosed without a warrant, as a rare exception (S4.6, G3).
        DiscloseByNecessity = "disclose-by-necessity",
        /// A destination is blocked.
        BlockDestination = "block-destination",
        /// A compromised site is repaired (S3.7).
        RepairSite = "repair-site",
        /// An abused server (drop or staging server) is checked and secured by its owner (S0.11).
        SecureServer = "secure-server",
        /// A vendor adds detection.
        AddDetection = "add-detection",
        /// Walled Garden: the ISP's own decision, never asked for (S2.19, G11).
        WalledGarden = "walled-garden",
    }
}
