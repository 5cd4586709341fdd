//! Operations (作戦): by which legal route a domain is turned over, how sure the sources are of it, what must be done before.

use crate::question::Place;

vocabulary! {
    /// A legal route by which a domain or server comes to be answered for (S2.16, S2.17, S2.18).
    LegalRoute {
        /// 差押え: the server is in Japan and seized with a warrant.
        DomesticSeizure = "domestic-seizure",
        /// 検証: a warrant is shown to the administrator and traffic is observed.
        Verification = "verification",
        /// 任意協力: the server's administrator helps.
        VoluntaryHelp = "voluntary-help",
        /// 捜査共助: it lies abroad.
        MutualAssistance = "mutual-assistance",
        /// The JP registry, in criminal procedure.
        RegistryCriminal = "registry-criminal",
        /// The JP registry, in civil procedure.
        RegistryCivil = "registry-civil",
        /// The JP registry helps.
        RegistryVoluntary = "registry-voluntary",
        /// 失効ドメインの取得: it had lapsed and was registered (S2.16).
        LapsedDomain = "lapsed-domain",
    }
}

vocabulary! {
    /// How sure the sources are of a route: they grade, and the grades are not all "undecided".
    Grade {
        /// 可能である
        Possible = "possible",
        /// できるのではないか
        ThoughtPossible = "thought-possible",
        /// 想定される; scope and effect are not settled.
        Expected = "expected",
        /// 原則
        Principle = "principle",
        /// There is no clear basis.
        NoBasis = "no-basis",
        /// 限界事例: it worked where a domain happened to have lapsed; it is not always there.
        LimitCase = "limit-case",
    }
}

vocabulary! {
    /// What is arranged before a joint action (S3.12).
    Prerequisite {
        /// 証拠ログの確保
        LogsPreserved = "logs-preserved",
        /// プロバイダへの協力要請
        ProvidersAsked = "providers-asked",
        /// 回線事業者への協力要請
        LineOperatorsAsked = "line-operators-asked",
        /// 各県警の足並み
        PrefecturesAligned = "prefectures-aligned",
        /// 海外との事前連携
        ForeignContact = "foreign-contact",
    }
}

vocabulary! {
    /// Where a domain stands.
    DomainState {
        /// It is known, and nothing was done yet.
        Planned = "planned",
        /// Whoever can turn it over was asked.
        Asked = "asked",
        /// It leads to the office's own server.
        Held = "held",
        /// It was let go.
        Released = "released",
    }
}

impl LegalRoute {
    /// The sources' grade (S2.16, S2.17).
    pub const fn grade(self) -> Grade {
        match self {
            Self::DomesticSeizure => Grade::Possible,
            Self::Verification => Grade::ThoughtPossible,
            Self::VoluntaryHelp => Grade::Expected,
            Self::MutualAssistance => Grade::Principle,
            Self::RegistryCriminal | Self::RegistryCivil | Self::RegistryVoluntary => Grade::NoBasis,
            Self::LapsedDomain => Grade::LimitCase,
        }
    }

    /// Where what it is about lies.
    pub const fn place(self) -> Place {
        match self {
            Self::MutualAssistance => Place::Abroad,
            _ => Place::Japan,
        }
    }

    /// Whether it rests on somebody's voluntary help, which wants four checks (G13).
    pub const fn is_voluntary(self) -> bool {
        matches!(self, Self::VoluntaryHelp | Self::RegistryVoluntary)
    }

    /// Whether it goes over the JP registry (S2.18).
    pub const fn is_jp_registry(self) -> bool {
        matches!(self, Self::RegistryCriminal | Self::RegistryCivil | Self::RegistryVoluntary)
    }
}
