//! Acts: everything a seat can ask the gate to be allowed to do.

use crate::class::DataClass;

vocabulary! {
    /// What somebody wants to do. The list is closed: an act that is not here cannot be asked for.
    Act {
        /// Changes the office's settings.
        SetOffice = "set-office",
        /// Adds or changes a party.
        ImportParty = "import-party",
        /// Sends a letter without any observation to an address of a party, to see whether it takes mail.
        TestChannel = "test-channel",
        /// Tells a party by mail that something waits for it in the office's pages, and no word of what it is (S4.9).
        GiveNotice = "give-notice",
        /// Enters a court with its public keys in the register, or changes it (S4.16).
        ImportCourt = "import-court",
        /// Replaces the table from addresses to AS numbers.
        ImportRoutes = "import-routes",
        /// Reads a feed file into the lake.
        Ingest = "ingest",
        /// Looks at observations row by row: a view of personal data, kept in the ledger (S4.27).
        View = "view",
        /// Counts observations; no row is shown.
        Count = "count",
        /// Groups observations into draft requests.
        Plan = "plan",
        /// Approves the very bytes of a request (S4.13).
        Approve = "approve",
        /// Gives a draft back to who drafted it, with what is to be mended (差戻し, S4.13).
        ReturnDraft = "return-draft",
        /// Lets an approved request leave (S4.13).
        Send = "send",
        /// Sends a correction in the thread of a request.
        Correct = "correct",
        /// Takes a request back.
        Withdraw = "withdraw",
        /// Reads a request: its letter and figures, or its rows where the class says so (S4.27).
        ReadRequest = "read-request",
        /// Takes in what a party answered, as counts (G20).
        RecordAnswer = "record-answer",
        /// Tells a party what came of its help (S4.20).
        GiveFeedback = "give-feedback",
        /// Closes a request.
        Close = "close",
        /// Writes an offer, takes it back, or says that the office's word on it was seen (S4.25).
        MakeOffer = "make-offer",
        /// Reads an offer and what was said about it (S4.25).
        ReadOffer = "read-offer",
        /// Accepts an offer whole or in part, declines it, or names the request that came of it (S4.25).
        ReviewOffer = "review-offer",
        /// Makes or ends a topic group, takes in or lets go its named members (S4.1).
        KeepGroup = "keep-group",
        /// Writes an item of one's own organisation, reads it, takes it back (S3.2).
        KeepItem = "keep-item",
        /// Lets an item reach those its conditions name (S3.2, S4.13).
        PostItem = "post-item",
        /// Reads what another organisation posted (S3.2, S4.1).
        ReadItem = "read-item",
        /// Tells an item's originator what came of it, or asks whether it may go on to others (S3.14, S4.29).
        RespondItem = "respond-item",
        /// Draws a report of what the sensors saw, writes an urgent alert or its correction (S1.27, S3.8).
        DraftPublication = "draft-publication",
        /// Lets everybody read a report or an alert (S1.27, S3.8, S4.13).
        Publish = "publish",
        /// Takes back what everybody could read; that it was there stays to be read (S3.8).
        RetractPublication = "retract-publication",
        /// Computes what changed afterwards (S4.21).
        MeasureEffect = "measure-effect",
        /// Writes the ledger out for an outside check (S4.13).
        ExportLedger = "export-ledger",
        /// Removes observations whose term has ended.
        RemoveObservations = "remove-observations",
        /// Copies the whole office to another place, so that it can be restored.
        BackUp = "back-up",
        /// Invites, changes or takes away seats, their ways to sign in, and their tokens.
        ManageSeats = "manage-seats",
        /// Adds, names or removes a passkey of one's own seat (S4.13).
        KeepPasskeys = "keep-passkeys",
        /// Makes, rotates or revokes a key.
        ManageKey = "manage-key",
        /// Answers infected devices with blank data (S0.4).
        ServeBlank = "serve-blank",
        /// Points a domain of an attacker at a server of one's own (S2.13, G8).
        OperateSinkhole = "operate-sinkhole",
        /// Writes down an operation: domains, authority, roles, prerequisites (S2.13, S2.21, S3.12).
        RecordOperation = "record-operation",
        /// Reads what was written down of an operation (S3.12, G26).
        ReadOperation = "read-operation",
        /// Notes that an ISP decided on a walled garden (S2.19, G11).
        NoteWalledGarden = "note-walled-garden",
        /// Signs a stage of an inquiry's approval before the approver's (S4.13).
        Countersign = "countersign",
        /// Answers what a provider asks about an inquiry (S4.5).
        Clarify = "clarify",
        /// Reads an inquiry: what is asked, about whom, and what came back (S4.9).
        ReadInquiry = "read-inquiry",
        /// Receives an inquiry, asks about it, says what is not there or cannot be answered (S4.8).
        AnswerInquiry = "answer-inquiry",
        /// Hands over what an inquiry asked for, item by item (S4.6, S4.7, G1).
        Disclose = "disclose",
        /// Decides on a borderline item, or on necessity: the provider's legal desk (S4.6, G2, G3).
        JudgeItem = "judge-item",
        /// Sets what a provider's form of inquiries has (S4.5, S4.11).
        SetForm = "set-form",
        /// Sets the stages of an organisation's approval (S4.13).
        SetChain = "set-chain",
        /// Counts an organisation's own inquiries, from the ledger (S4.8).
        CountInquiries = "count-inquiries",
        /// Records a warrant and checks whether its court issued it; executes nothing (S4.16, G4).
        RecordWarrant = "record-warrant",
        /// Reads what was recorded of a warrant, and how its checks came out (S4.16).
        ReadWarrant = "read-warrant",
        /// Asks whether others have inquired about the same subject (S4.10, G6).
        HintDuplicates = "hint-duplicates",
        /// Seizes, or has records provided, through this channel: not settled, no code does it (S4.16, G4).
        SeizeOnline = "seize-online",
        /// Answers a case from what another case was answered: never (S4.15, G5).
        ReuseAnswer = "reuse-answer",
        /// Accumulates inquiries and analyses them beyond their cases: not settled, no code does it (S4.15, G5).
        AnalyseInquiries = "analyse-inquiries",
        /// Removes malware on another's device: forbidden for ever (S2.20, G10).
        RemoteDisinfection = "remote-disinfection",
        /// Enters another's server: forbidden for ever (S0.4, G9).
        EnterServer = "enter-server",
        /// Measures of one's own against an attacker's computer: outside renkei for ever.
        PreventHarm = "prevent-harm",
        /// Asks for or records the name of a subscriber in a campaign: forbidden for ever (S2.14, G20).
        NameSubscriber = "name-subscriber",
    }
}

impl Act {
    /// Whether any permit for it can ever exist. What is not possible has no code that does it either.
    pub const fn is_possible(self) -> bool {
        !matches!(
            self,
            Self::RemoteDisinfection
                | Self::EnterServer
                | Self::PreventHarm
                | Self::NameSubscriber
                | Self::SeizeOnline
                | Self::ReuseAnswer
                | Self::AnalyseInquiries
        )
    }

    /// Whether something leaves the office when it is done, if nobody says otherwise.
    pub const fn leaves(self) -> bool {
        matches!(
            self,
            Self::Send | Self::Correct | Self::Withdraw | Self::GiveFeedback | Self::PostItem | Self::Publish
        )
    }

    /// The data it touches if nobody says otherwise.
    pub const fn usual_class(self) -> DataClass {
        match self {
            Self::SetOffice
            | Self::ImportParty
            | Self::TestChannel
            | Self::GiveNotice
            | Self::ImportCourt
            | Self::ImportRoutes
            | Self::ManageKey
            | Self::ManageSeats
            | Self::KeepPasskeys
            | Self::SetForm
            | Self::SetChain
            | Self::KeepGroup => DataClass::Directory,
            Self::ExportLedger => DataClass::Ledger,
            Self::DraftPublication | Self::Publish | Self::RetractPublication => DataClass::Series,
            Self::Count
            | Self::MeasureEffect
            | Self::ReadRequest
            | Self::RecordAnswer
            | Self::AnswerInquiry
            | Self::CountInquiries
            | Self::RecordWarrant
            | Self::ReadWarrant
            | Self::GiveFeedback
            | Self::MakeOffer
            | Self::ReadOffer
            | Self::ReviewOffer => DataClass::Counts,
            Self::RecordOperation
            | Self::ReadOperation
            | Self::KeepItem
            | Self::PostItem
            | Self::ReadItem
            | Self::RespondItem => DataClass::Indicator,
            Self::Countersign
            | Self::Clarify
            | Self::ReadInquiry
            | Self::Disclose
            | Self::JudgeItem
            | Self::HintDuplicates
            | Self::ReuseAnswer
            | Self::AnalyseInquiries => DataClass::Registration,
            Self::SeizeOnline => DataClass::Content,
            Self::NameSubscriber => DataClass::SubscriberName,
            Self::Ingest
            | Self::View
            | Self::Plan
            | Self::Approve
            | Self::ReturnDraft
            | Self::Send
            | Self::Correct
            | Self::Withdraw
            | Self::Close
            | Self::RemoveObservations
            | Self::BackUp
            | Self::ServeBlank
            | Self::OperateSinkhole
            | Self::NoteWalledGarden
            | Self::RemoteDisinfection
            | Self::EnterServer
            | Self::PreventHarm => DataClass::IdentificationByIp,
        }
    }
}
