//! Why a text is no identifier.

vocabulary! {
    /// Why a text is no identifier of its kind: the stable word by which pages and programs tell it.
    Reason {
        /// Nothing is there.
        Empty = "empty",
        /// It is longer than its kind can be.
        TooLong = "too-long",
        /// It is shorter than its kind can be.
        TooShort = "too-short",
        /// A character has no place in it.
        Character = "character",
        /// A character in it cannot be seen: a space, a control or formatting character.
        Invisible = "invisible",
        /// Hyphens, spaces, dots or parentheses do not stand between digits, or do not pair.
        Separator = "separator",
        /// A telephone number begins neither with `+` nor with the national prefix 0.
        Prefix = "prefix",
        /// The national prefix 0 stands behind a country code of Japan, or behind itself.
        Trunk = "trunk",
        /// A mail address has no `@`, or nothing before it.
        NoAt = "no-at",
        /// What stands before the `@` is no dot-atom (RFC 5322 §3.2.3).
        Local = "local",
        /// A label of a name is empty, longer than 63, or begins or ends with a hyphen.
        Label = "label",
        /// A name has one label only.
        OneLabel = "one-label",
        /// A name ends with a dot.
        TrailingDot = "trailing-dot",
        /// A name is not in its ASCII form (`xn--`).
        NotAscii = "not-ascii",
        /// The last label is a number, as in an IP address.
        Numeric = "numeric",
        /// What stands before the port is no IP address.
        Address = "address",
        /// An IP address has no port.
        NoPort = "no-port",
        /// A port is not a number from 1 to 65535.
        Port = "port",
        /// A bank account does not have 4, 3 and 7 digits with hyphens between.
        Parts = "parts",
    }
}

impl Reason {
    /// What is wrong, for people who read the code.
    pub const fn why(self) -> &'static str {
        match self {
            Self::Empty => "nothing is there",
            Self::TooLong => "too long",
            Self::TooShort => "too short",
            Self::Character => "a character has no place in it",
            Self::Invisible => "a character cannot be seen",
            Self::Separator => "separators stand wrong",
            Self::Prefix => "begins neither with + nor with 0",
            Self::Trunk => "the national prefix 0 stands behind the country code",
            Self::NoAt => "no @",
            Self::Local => "no dot-atom before the @",
            Self::Label => "a label is empty, too long, or has a hyphen at an end",
            Self::OneLabel => "one label only",
            Self::TrailingDot => "a dot at the end",
            Self::NotAscii => "not in its ASCII form (xn--)",
            Self::Numeric => "the last label is a number",
            Self::Address => "no IP address",
            Self::NoPort => "no port",
            Self::Port => "no port from 1 to 65535",
            Self::Parts => "not 4, 3 and 7 digits with hyphens between",
        }
    }
}
