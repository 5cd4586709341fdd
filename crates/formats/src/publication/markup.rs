//! Markup: elements whose texts and attributes are always escaped; well-formed as XML, so that HTML, SVG and Atom share it.

/// Markup that is being written.
#[derive(Default)]
pub(super) struct Markup(String);

/// Attributes of an element.
pub(super) type Attributes<'a> = &'a [(&'a str, &'a str)];

impl Markup {
    /// Begins with what stands before the first element.
    pub(super) fn beginning(head: &str) -> Self {
        Self(head.to_owned())
    }

    /// An element with what is in it.
    pub(super) fn with(&mut self, tag: &str, attributes: Attributes<'_>, inner: impl FnOnce(&mut Self)) {
        self.open(tag, attributes, ">");
        inner(self);
        self.0.push_str("</");
        self.0.push_str(tag);
        self.0.push('>');
    }

    /// An element with a text.
    pub(super) fn text(&mut self, tag: &str, attributes: Attributes<'_>, text: &str) {
        self.with(tag, attributes, |inner| inner.say(text));
    }

    /// An element without content.
    pub(super) fn empty(&mut self, tag: &str, attributes: Attributes<'_>) {
        self.open(tag, attributes, "/>");
    }

    /// A text.
    pub(super) fn say(&mut self, text: &str) {
        escape(text, &mut self.0);
    }

    /// A paragraph for each block of lines.
    pub(super) fn paragraphs(&mut self, text: &str) {
        for block in text.split("\n\n").map(str::trim).filter(|block| !block.is_empty()) {
            self.text("p", &[], block);
        }
    }

    /// The style of a page, which is our own and needs no escaping.
    pub(super) fn style(&mut self, style: &'static str) {
        self.0.push_str("<style>");
        self.0.push_str(style);
        self.0.push_str("</style>");
    }

    pub(super) fn finish(mut self) -> String {
        self.0.push('\n');
        self.0
    }

    fn open(&mut self, tag: &str, attributes: Attributes<'_>, end: &str) {
        self.0.push('<');
        self.0.push_str(tag);
        for (name, value) in attributes {
            self.0.push(' ');
            self.0.push_str(name);
            self.0.push_str("=\"");
            escape(value, &mut self.0);
            self.0.push('"');
        }
        self.0.push_str(end);
    }
}

/// Control characters, which XML forbids, become spaces.
fn escape(text: &str, out: &mut String) {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' => out.push('\n'),
            '\u{fffe}' | '\u{ffff}' => out.push(' '),
            letter if letter.is_control() => out.push(' '),
            letter => out.push(letter),
        }
    }
}
