//! The dictionaries of TS 103 120: one closed enum each, with the words as they stand in messages.
//!
//! They belong to ETSI, who adds to them; a word that is not here stays in the tree and becomes a
//! finding (3007), it is never dropped.

/// A dictionary: its name and its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dictionary {
    /// The name, as `common:Name` has it.
    pub name: &'static str,
    /// The words, as `common:Value` has them.
    pub words: &'static [&'static str],
}

/// Who owns the dictionaries of this file, as `common:Owner` has it.
pub const OWNER: &str = "ETSI";

/// A word of a dictionary that is written as an entry: owner, name, value.
pub trait Word: Copy {
    /// The dictionary to which it belongs.
    const DICTIONARY: Dictionary;

    /// The word in messages.
    fn word(self) -> &'static str;
}

macro_rules! dictionaries {
    ($($(#[$doc:meta])* $name:ident { $($variant:ident = $word:literal,)+ })+) => {
        /// Every dictionary of this file.
        pub const DICTIONARIES: &[Dictionary] = &[$(<$name as Word>::DICTIONARY),+];

        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub enum $name {
                $(#[doc = concat!("`", $word, "`")] $variant,)+
            }

            impl $name {
                /// Every one, in the order of the standard.
                pub const ALL: &'static [Self] = &[$(Self::$variant),+];

                /// What a word stands for.
                pub fn from_word(word: &str) -> Option<Self> {
                    Self::ALL.iter().copied().find(|known| known.word() == word)
                }
            }

            impl Word for $name {
                const DICTIONARY: Dictionary = Dictionary { name: stringify!($name), words: &[$($word),+] };

                fn word(self) -> &'static str {
                    match self { $(Self::$variant => $word,)+ }
                }
            }
        )+
    };
}

dictionaries! {
    /// Kinds of objects, as LIST names them (clause 6.4.8, table 6.14).
    ObjectType {
        Authorisation = "Authorisation",
        Document = "Document",
        Notification = "Notification",
        Task = "Task",
        LDTask = "LDTask",
        LPTask = "LPTask",
        Delivery = "Delivery",
    }
    /// Kinds of legal process (clause 7.2.3, table 7.4).
    AuthorisationLegalType {
        Manual = "Manual",
    }
    /// Priorities (clause 7.2.4, table 7.5).
    AuthorisationPriority {
        High = "High",
        Routine = "Routine",
    }
    /// Where an authorisation stands; the receiver alone says so (clause 7.2.5, table 7.6).
    AuthorisationStatus {
        AwaitingApproval = "AwaitingApproval",
        EmergencyApproval = "EmergencyApproval",
        Approved = "Approved",
        Rejected = "Rejected",
        Suspended = "Suspended",
        Cancelled = "Cancelled",
        Expired = "Expired",
        Invalid = "Invalid",
        CreatingForCSP = "CreatingForCSP",
        SubmittedToCSP = "SubmittedToCSP",
        AwaitingUpdateApproval = "AwaitingUpdateApproval",
    }
    /// Where the sender wants an authorisation to be (clause 7.2.6, table 7.7).
    AuthorisationDesiredStatus {
        AwaitingApproval = "AwaitingApproval",
        EmergencyApproval = "EmergencyApproval",
        Approved = "Approved",
        Rejected = "Rejected",
        Suspended = "Suspended",
        Cancelled = "Cancelled",
        Expired = "Expired",
        CreatingForCSP = "CreatingForCSP",
        SubmittedToCSP = "SubmittedToCSP",
    }
    /// Flags of an authorisation (clause 7.2.12, table 7.9).
    AuthorisationFlag {
        IsEmergency = "IsEmergency",
        IsConsensual = "IsConsensual",
        IsTest = "IsTest",
        IsDataAvailable = "IsDataAvailable",
    }
    /// Kinds of cases (clause 7.2.14, table 7.10).
    AuthorisationTypeOfCase {
        ChildExploitationOrChildSexualAbuse = "ChildExploitationOrChildSexualAbuse",
        Corruption = "Corruption",
        Cybercrime = "Cybercrime",
        Defamation = "Defamation",
        DrugsOrDrugTrafficking = "DrugsOrDrugTrafficking",
        HarassmentOrThreatToPersonalSafety = "HarassmentOrThreatToPersonalSafety",
        HateSpeech = "HateSpeech",
        HumanTrafficking = "HumanTrafficking",
        MissingPerson = "MissingPerson",
        MoneyLaundering = "MoneyLaundering",
        OtherFinancialCrimeOrFraud = "OtherFinancialCrimeOrFraud",
        SexualAbuseOrExploitation = "SexualAbuseOrExploitation",
        Theft = "Theft",
        TerrorismOrThreatToPublicSafety = "TerrorismOrThreatToPublicSafety",
        ViolenceOrCrimeAgainstAPerson = "ViolenceOrCrimeAgainstAPerson",
        Other = "Other",
        NotSpecified = "NotSpecified",
    }
    /// Where a document stands (clause 7.3.4, table 7.13).
    DocumentStatus {
        AwaitingApproval = "AwaitingApproval",
        Approved = "Approved",
        Rejected = "Rejected",
        Suspended = "Suspended",
        Cancelled = "Cancelled",
        Expired = "Expired",
        Invalid = "Invalid",
    }
    /// Where the sender wants a document to be (clause 7.3.5, table 7.14).
    DocumentDesiredStatus {
        AwaitingApproval = "AwaitingApproval",
        Approved = "Approved",
        Rejected = "Rejected",
        Suspended = "Suspended",
        Cancelled = "Cancelled",
        Expired = "Expired",
    }
    /// Kinds of documents (clause 7.3.7, table 7.16).
    DocumentType {
        Warrant = "Warrant",
        TakedownRefinement = "TakedownRefinement",
    }
    /// Kinds of notifications (clause 7.4.3, table 7.20).
    NotificationType {
        General = "General",
    }
    /// Where an interception task stands; kept for reading only (clause 8.2.3, table 8.2).
    TaskStatus {
        AwaitingApproval = "AwaitingApproval",
        AwaitingProvisioning = "AwaitingProvisioning",
        Active = "Active",
        Rejected = "Rejected",
        Suspended = "Suspended",
        Cancelled = "Cancelled",
        Expired = "Expired",
        Error = "Error",
        Invalid = "Invalid",
    }
    /// Where the sender wants an interception task to be; kept for reading only (clause 8.2.4, table 8.3).
    TaskDesiredStatus {
        AwaitingApproval = "AwaitingApproval",
        AwaitingProvisioning = "AwaitingProvisioning",
        Active = "Active",
        Rejected = "Rejected",
        Suspended = "Suspended",
        Cancelled = "Cancelled",
        Expired = "Expired",
    }
    /// Flags of an interception task (clause 8.2.12, table 8.14).
    TaskFlag {
        IsTest = "IsTest",
        IsEmergency = "IsEmergency",
        IsNonLocal = "IsNonLocal",
        IsLocal = "IsLocal",
    }
    /// Where a disclosure stands (clause 8.3.3, table 8.16).
    LDTaskStatus {
        AwaitingApproval = "AwaitingApproval",
        AwaitingDisclosure = "AwaitingDisclosure",
        Disclosed = "Disclosed",
        DisclosureNotAvailable = "DisclosureNotAvailable",
        Rejected = "Rejected",
        Cancelled = "Cancelled",
        Error = "Error",
        Invalid = "Invalid",
    }
    /// Where the sender wants a disclosure to be (clause 8.3.4, table 8.17).
    LDTaskDesiredStatus {
        AwaitingApproval = "AwaitingApproval",
        AwaitingDisclosure = "AwaitingDisclosure",
        Disclosed = "Disclosed",
        Rejected = "Rejected",
        Cancelled = "Cancelled",
    }
    /// Classes of data that are asked for (clause 8.3.5.2, table 8.19).
    RequestType {
        SubscriberData = "SubscriberData",
        UserIdentifyingData = "UserIdentifyingData",
        TrafficData = "TrafficData",
        StoredContentData = "StoredContentData",
        SubscriberDataAndUserIdentifyingData = "SubscriberDataAndUserIdentifyingData",
        TrafficDataAndStoredContentData = "TrafficDataAndStoredContentData",
        Other = "Other",
    }
    /// Formats of what is disclosed (clause 8.3.6.3, table 8.24).
    LDHandoverFormat {
        TS102657 = "TS102657",
        EncapsulatedTS102657 = "EncapsulatedTS102657",
        TS103120 = "TS103120",
        TS103705 = "TS103705",
        TS103707 = "TS103707",
    }
    /// Flags of a disclosure (clause 8.3.7, table 8.25).
    LDTaskFlag {
        IsTest = "IsTest",
        IsEmergency = "IsEmergency",
        IsNonLocal = "IsNonLocal",
        IsLocal = "IsLocal",
    }
    /// Where a preservation stands (clause 8.4.2, table 8.26).
    LPTaskStatus {
        AwaitingPreservation = "AwaitingPreservation",
        Preserved = "Preserved",
        PreservationNotAvailable = "PreservationNotAvailable",
        Rejected = "Rejected",
        Cancelled = "Cancelled",
        Expired = "Expired",
        Error = "Error",
        Invalid = "Invalid",
    }
    /// Where the sender wants a preservation to be (clause 8.4.3, table 8.29).
    LPTaskDesiredStatus {
        AwaitingPreservation = "AwaitingPreservation",
        Preserved = "Preserved",
        Cancelled = "Cancelled",
    }
    /// Where a takedown stands (table 8.33).
    TDTaskStatus {
        Pending = "Pending",
        Resolved = "Resolved",
        Rejected = "Rejected",
        Error = "Error",
    }
    /// Where the sender wants a takedown to be (table 8.33).
    TDTaskDesiredStatus {
        Pending = "Pending",
        Cancelled = "Cancelled",
    }
    /// Where a delivery stands (clause 10.2.4, table 10.8).
    DeliveryStatus {
        Available = "Available",
        Acknowledged = "Acknowledged",
        Expired = "Expired",
        Error = "Error",
        Received = "Received",
    }
    /// Where the sender wants a delivery to be (clause 10.2.5, table 10.9).
    DeliveryDesiredStatus {
        Available = "Available",
        Acknowledged = "Acknowledged",
        Error = "Error",
        Received = "Received",
    }
    /// Workflows of interception; kept for reading only (clause 6.4.11.4, table 6.23).
    LIWorkflowEndpoint {
        NewAuthorisation = "NewAuthorisation",
        AuthorisationExtension = "AuthorisationExtension",
        AuthorisationCancellation = "AuthorisationCancellation",
        TaskAddition = "TaskAddition",
        TaskCancellation = "TaskCancellation",
        ChangeOfDelivery = "ChangeOfDelivery",
    }
    /// Workflows of preservation (clause 6.4.11.5, table 6.25).
    LPWorkflowEndpoint {
        NewPreservation = "NewPreservation",
        PreservationExtension = "PreservationExtension",
        PreservationCancellation = "PreservationCancellation",
    }
    /// Specifications that delivered data follow (clause 10.2.2, table 10.3).
    ManifestSpecification {
        TS102657ASN1 = "TS102657-ASN.1",
        TS102657XML = "TS102657-XML",
        TS103705 = "TS103705",
        TS103707 = "TS103707",
        TS103976 = "TS103976",
    }
}

impl AuthorisationStatus {
    /// Whether nothing follows any more.
    pub const fn is_terminal(self) -> bool {
        matches!(self, Self::Rejected | Self::Cancelled | Self::Expired | Self::Invalid)
    }
}

impl LDTaskStatus {
    /// Whether nothing follows any more.
    pub const fn is_terminal(self) -> bool {
        !matches!(self, Self::AwaitingApproval | Self::AwaitingDisclosure)
    }
}

impl LPTaskStatus {
    /// Whether nothing follows any more. What is preserved still expires or is cancelled.
    pub const fn is_terminal(self) -> bool {
        !matches!(self, Self::AwaitingPreservation | Self::Preserved)
    }
}

impl TDTaskStatus {
    /// Whether nothing follows any more.
    pub const fn is_terminal(self) -> bool {
        !matches!(self, Self::Pending)
    }
}
