//! The shape of a catalogue of findings: codes, what each weighs, and what it says in both languages.

/// Makes a catalogue: variant, code, weight, then label in both languages. Where it is used, `Weight` and `Language` are in
/// scope.
macro_rules! catalogue {
    ($($variant:ident $code:literal $weight:ident $ja:literal $en:literal;)+) => {
        /// The stable code of a finding. Codes are never given a second meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $en] $variant,)+
        }

        impl Code {
            /// Every code, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The code as written.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// What it means for what was looked at.
            pub const fn weight(self) -> Weight {
                match self { $(Self::$variant => Weight::$weight,)+ }
            }

            /// What was found, in a few words.
            pub const fn label(self, language: Language) -> &'static str {
                match (self, language) {
                    $((Self::$variant, Language::Ja) => $ja, (Self::$variant, Language::En) => $en,)+
                }
            }
        }
    };
}
