//! An advisory as a plain value: what the office fills and [`write`](super::write) turns into a document.

use renkei_core::time::Moment;

use super::cvss::Cvss31;
use crate::stix::marking::Tlp;

/// Makes a vocabulary of the standard: variant and word.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident $section:literal { $($(#[$word_doc:meta])* $variant:ident = $word:literal,)+ })+) => {
        $(
            $(#[$doc])*
            #[doc = concat!("(section ", $section, ").")]
            #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub enum $name {
                $($(#[$word_doc])* $variant,)+
            }

            impl $name {
                /// Every word, in the order of the standard.
                pub const ALL: &'static [Self] = &[$(Self::$variant),+];

                /// The word as documents have it.
                pub const fn word(self) -> &'static str {
                    match self { $(Self::$variant => $word,)+ }
                }

                /// The value of a word.
                pub fn from_word(word: &str) -> Option<Self> {
                    Self::ALL.iter().copied().find(|known| known.word() == word)
                }
            }
        )+
    };
}

words! {
    /// What a document is for
    Profile "4" {
        /// Anything that has no profile of its own.
        Base = "csaf_base",
        /// Vulnerabilities of products.
        SecurityAdvisory = "csaf_security_advisory",
        /// Security, but no vulnerability.
        InformationalAdvisory = "csaf_informational_advisory",
    }
    /// What a publisher is to what it writes of
    PublisherKind "3.2.1.8.1" {
        /// Brings others together (CSIRT, police, a sector body).
        Coordinator = "coordinator",
        /// Found it.
        Discoverer = "discoverer",
        /// None of these.
        Other = "other",
        /// Translates another's advisory; then the language of the original must be told.
        Translator = "translator",
        /// Uses the products.
        User = "user",
        /// Makes the products.
        Vendor = "vendor",
    }
    /// Where a document stands
    Status "3.2.1.12.7" {
        /// Not released.
        Draft = "draft",
        /// Will change again soon.
        Interim = "interim",
        /// Not expected to change.
        Final = "final",
    }
    /// What a note is
    NoteKind "3.1.5" {
        /// What it is about.
        Description = "description",
        /// A low-level detailed discussion.
        Details = "details",
        /// Questions and answers.
        Faq = "faq",
        /// General, high-level.
        General = "general",
        /// Limits of liability and use.
        LegalDisclaimer = "legal_disclaimer",
        /// None of these.
        Other = "other",
        /// In short.
        Summary = "summary",
    }
    /// What a vulnerability is to a product
    ProductStatus "3.2.3.9" {
        /// The first version that has it.
        FirstAffected = "first_affected",
        /// The first version without it.
        FirstFixed = "first_fixed",
        /// It has a fix.
        Fixed = "fixed",
        /// It has it.
        KnownAffected = "known_affected",
        /// It does not have it.
        KnownNotAffected = "known_not_affected",
        /// The last version that has it.
        LastAffected = "last_affected",
        /// The version that the vendor advises.
        Recommended = "recommended",
        /// Nobody knows yet.
        UnderInvestigation = "under_investigation",
    }
    /// What a remediation is
    RemediationKind "3.2.3.12.1" {
        /// Makes it less likely or less bad.
        Mitigation = "mitigation",
        /// There will be no fix.
        NoFixPlanned = "no_fix_planned",
        /// There is none now.
        NoneAvailable = "none_available",
        /// The vendor's own fix.
        VendorFix = "vendor_fix",
        /// Avoids it without a fix.
        Workaround = "workaround",
    }
    /// What is told of a threat
    ThreatKind "3.2.3.14.1" {
        /// How far it is exploited.
        ExploitStatus = "exploit_status",
        /// What it does, where it strikes.
        Impact = "impact",
        /// Whom it strikes.
        TargetSet = "target_set",
    }
    /// Who is involved
    Party "3.2.3.7.2" {
        /// Brings others together.
        Coordinator = "coordinator",
        /// Found it.
        Discoverer = "discoverer",
        /// None of these.
        Other = "other",
        /// Uses the products.
        User = "user",
        /// Makes the products.
        Vendor = "vendor",
    }
    /// How far a party's part is
    InvolvementStatus "3.2.3.7.3" {
        /// Done.
        Completed = "completed",
        /// Somebody tried to reach it.
        ContactAttempted = "contact_attempted",
        /// It says that there is no such vulnerability.
        Disputed = "disputed",
        /// It works on it.
        InProgress = "in_progress",
        /// Nobody tried to reach it.
        NotContacted = "not_contacted",
        /// It has not begun.
        Open = "open",
    }
}

/// An advisory (sections 3.2.1 to 3.2.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advisory {
    /// What it is for.
    pub profile: Profile,
    /// What it is called.
    pub title: String,
    /// In which language it is written (`ja`).
    pub language: Option<String>,
    /// In which language the original is written, if it is a translation.
    pub source_language: Option<String>,
    /// Who publishes it.
    pub publisher: Publisher,
    /// Its id, status and history.
    pub tracking: Tracking,
    /// How far it may go. [`Tlp::AmberStrict`] cannot be written, because CSAF 2.0 has no label for it.
    pub tlp: Option<Tlp>,
    /// What else is said about distribution.
    pub distribution: Option<String>,
    /// How severe it is as a whole.
    pub severity: Option<Aggregate>,
    /// Its text.
    pub notes: Vec<Note>,
    /// Where more is told.
    pub references: Vec<Reference>,
    /// Who is thanked.
    pub acknowledgments: Vec<Acknowledgment>,
    /// The products that it names.
    pub products: Vec<Product>,
    /// The vulnerabilities that it is about.
    pub vulnerabilities: Vec<Vulnerability>,
}

/// Who publishes (section 3.2.1.8).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publisher {
    /// What it is to what it writes of.
    pub kind: PublisherKind,
    /// Its name.
    pub name: String,
    /// A URL that is its own: ids of documents are unique below it.
    pub namespace: String,
    /// How to reach it.
    pub contact: Option<String>,
    /// By which right it publishes.
    pub authority: Option<String>,
}

/// How a document is followed (section 3.2.1.12). Its version and both release dates are those of the revisions,
/// so that they cannot contradict them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tracking {
    /// Its id, unique for the publisher.
    pub id: String,
    /// Where it stands.
    pub status: Status,
    /// Its history, the oldest first; one at least.
    pub revisions: Vec<Revision>,
    /// Other ids of it.
    pub aliases: Vec<String>,
    /// What made the document.
    pub generator: Option<Generator>,
}

/// A step of the history (section 3.2.1.12.6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// A whole number (`1`) or a semantic version (`1.0.0`); `0` or `0.y.z` before the first release.
    pub number: String,
    /// When.
    pub at: Moment,
    /// What changed.
    pub summary: String,
}

/// What made the document (section 3.2.1.12.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generator {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: Option<String>,
    /// When it ran.
    pub at: Option<Moment>,
}

/// How severe the whole is (section 3.2.1.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aggregate {
    /// The word.
    pub text: String,
    /// The URL of whose scale it is.
    pub namespace: Option<String>,
}

/// A text (section 3.1.5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What it is.
    pub kind: NoteKind,
    /// What it says.
    pub text: String,
    /// Its title.
    pub title: Option<String>,
    /// For whom it is.
    pub audience: Option<String>,
}

/// Where more is told (section 3.1.10).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// What is found there.
    pub summary: String,
    /// The URL.
    pub url: String,
    /// Whether it leads to this very document.
    pub is_self: bool,
}

/// Who is thanked (section 3.1.1); one of the four at least.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Acknowledgment {
    /// People.
    pub names: Vec<String>,
    /// Their organisation.
    pub organization: Option<String>,
    /// For what.
    pub summary: Option<String>,
    /// Where they tell of it.
    pub urls: Vec<String>,
}

/// A product (sections 3.1.2 and 3.1.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// Its id in this document, by which all else refers to it.
    pub id: String,
    /// Who makes it; `None`: nobody said, so that it stands beside the branches.
    pub vendor: Option<String>,
    /// What it is called.
    pub name: String,
    /// Which version.
    pub release: Release,
    /// Its CPE.
    pub cpe: Option<String>,
    /// Its package URL.
    pub purl: Option<String>,
}

/// Which versions of a product.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Release {
    /// All, or nobody said which.
    Any,
    /// One.
    Version(String),
    /// A range, best as `vers:` (section 3.1.2.3.2).
    Range(String),
}

/// A vulnerability (section 3.2.3).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Vulnerability {
    /// Its CVE id.
    pub cve: Option<String>,
    /// Its ids elsewhere: whose, and which.
    pub ids: Vec<(String, String)>,
    /// Its title.
    pub title: Option<String>,
    /// What kind of weakness it is.
    pub weakness: Option<Weakness>,
    /// Texts.
    pub notes: Vec<Note>,
    /// Scores.
    pub scores: Vec<Score>,
    /// What it is to the products: status and product id.
    pub status: Vec<(ProductStatus, String)>,
    /// What can be done.
    pub remediations: Vec<Remediation>,
    /// What attackers do with it.
    pub threats: Vec<Threat>,
    /// Where more is told.
    pub references: Vec<Reference>,
    /// Who takes part in dealing with it.
    pub involvements: Vec<Involvement>,
    /// Who is thanked.
    pub acknowledgments: Vec<Acknowledgment>,
    /// When it was found.
    pub discovered: Option<Moment>,
    /// When it was first made public.
    pub released: Option<Moment>,
}

/// A weakness of the CWE list (section 3.2.3.3). The name must be that of the list; this is not looked at here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weakness {
    /// `CWE-79`.
    pub id: String,
    /// Its name, letter by letter.
    pub name: String,
}

/// A score for products (section 3.2.3.13).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Score {
    /// The vector; its score and severity are computed.
    pub vector: Cvss31,
    /// For which products, by their ids.
    pub products: Vec<String>,
}

/// What can be done (section 3.2.3.12).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remediation {
    /// What it is.
    pub kind: RemediationKind,
    /// In words.
    pub details: String,
    /// For which products, by their ids; one at least (test 6.1.29).
    pub products: Vec<String>,
    /// Since when.
    pub at: Option<Moment>,
    /// Where it is.
    pub url: Option<String>,
}

/// What attackers do (section 3.2.3.14).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Threat {
    /// What is told.
    pub kind: ThreatKind,
    /// In words.
    pub details: String,
    /// For which products, by their ids; none: all.
    pub products: Vec<String>,
    /// As of when.
    pub at: Option<Moment>,
}

/// The part of a party (section 3.2.3.7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Involvement {
    /// Who.
    pub party: Party,
    /// How far.
    pub status: InvolvementStatus,
    /// In words.
    pub summary: Option<String>,
    /// As of when.
    pub at: Option<Moment>,
}

impl Tracking {
    /// When it was first released: the first revision that is no draft, or the first one.
    pub fn initial_release(&self) -> Option<Moment> {
        let is_draft = |one: &&Revision| one.number == "0" || one.number.starts_with("0.");
        self.revisions.iter().find(|one| !is_draft(one)).or(self.revisions.first()).map(|one| one.at)
    }

    /// When it last changed.
    pub fn current_release(&self) -> Option<Moment> {
        self.revisions.last().map(|one| one.at)
    }

    /// Its version.
    pub fn version(&self) -> Option<&str> {
        self.revisions.last().map(|one| one.number.as_str())
    }
}
