//! Faults of mails: stable codes of what a mail lacks; docs/findings.md lists them.

/// What is wrong with a mail. It never has content of the mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// It is no mail.
    Unreadable,
    /// Not exactly one sender.
    Sender,
    /// It belongs to no request of this office.
    NoRequest,
    /// It names several requests.
    TwoRequests,
    /// Words without a sheet.
    WordsOnly,
    /// More than one sheet.
    Sheets,
    /// An attachment of a form that is not read.
    OtherForm,
    /// No line of the sheet can be counted.
    NothingCounted,
    /// The sender is not proved.
    NotProved,
    /// The sender is proved, and is not the party.
    OtherSender,
    /// A bounce without a part that a program can read.
    Bounce,
    /// A report about another recipient than the desk.
    OtherRecipient,
    /// Larger than the limit.
    TooLarge,
    /// The request does not take the answer.
    NotTaken,
}

impl Fault {
    /// Every fault, in the order of its code.
    pub const ALL: [Self; 14] = [
        Self::Unreadable,
        Self::Sender,
        Self::NoRequest,
        Self::TwoRequests,
        Self::WordsOnly,
        Self::Sheets,
        Self::OtherForm,
        Self::NothingCounted,
        Self::NotProved,
        Self::OtherSender,
        Self::Bounce,
        Self::OtherRecipient,
        Self::TooLarge,
        Self::NotTaken,
    ];

    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unreadable => "M001",
            Self::Sender => "M002",
            Self::NoRequest => "M003",
            Self::TwoRequests => "M004",
            Self::WordsOnly => "M005",
            Self::Sheets => "M006",
            Self::OtherForm => "M007",
            Self::NothingCounted => "M008",
            Self::NotProved => "M009",
            Self::OtherSender => "M010",
            Self::Bounce => "M011",
            Self::OtherRecipient => "M012",
            Self::TooLarge => "M013",
            Self::NotTaken => "M014",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_in_the_docs_once() {
        let page = include_str!("../../../../docs/findings.md");
        for (place, fault) in Fault::ALL.iter().enumerate() {
            assert_eq!(fault.code(), format!("M{:03}", place + 1));
            assert_eq!(page.matches(&format!("| {} | mail |", fault.code())).count(), 1, "{}", fault.code());
        }
    }
}
