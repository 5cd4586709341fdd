//! Mails that came in: what they are, whether their sender is proved, and where they stand.

vocabulary! {
    /// What a mail is.
    Kind {
        /// Somebody answers a request.
        Reply = "reply",
        /// A program answers: filed, and never answered (RFC 3834 §2).
        AutoReply = "auto-reply",
        /// A server reports on a letter (RFC 3464).
        Report = "report",
        /// It cannot be read.
        Unreadable = "unreadable",
    }
}

vocabulary! {
    /// What proves that the sender is who it says.
    Proof {
        /// A DKIM signature aligned with the domain of the sender (RFC 6376, RFC 9989).
        Signed = "signed",
        /// The office's own border server says so (RFC 8601).
        Border = "border",
        /// Nothing.
        None = "none",
    }
}

vocabulary! {
    /// Where a mail stands.
    State {
        /// It was dealt with when it was read.
        Filed = "filed",
        /// It could be read, but nothing proves its sender: a person confirms or drops it.
        Unconfirmed = "unconfirmed",
        /// A person must look at it.
        Waiting = "waiting",
        /// A person said that it counts.
        Confirmed = "confirmed",
        /// A person said that it does not.
        Dropped = "dropped",
    }
}

impl State {
    /// Whether a person must do something.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Unconfirmed | Self::Waiting)
    }
}

vocabulary! {
    /// What a server did with a letter (RFC 3464 §2.3.3).
    Action {
        /// It reached the mailbox.
        Delivered = "delivered",
        /// It was handed to a server that gives no reports.
        Relayed = "relayed",
        /// It was handed on to several recipients.
        Expanded = "expanded",
        /// It is being tried again.
        Delayed = "delayed",
        /// It will not be delivered.
        Failed = "failed",
    }
}
