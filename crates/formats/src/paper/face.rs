//! Fonts: the face of a file by its name, and the glyphs and real advances of a text.

use std::ops::Range;
use std::sync::Arc;

use krilla::text::Font;
use skrifa::charmap::MapVariant;
use skrifa::instance::{LocationRef, Size};
use skrifa::raw::FileRef;
use skrifa::string::StringId;
use skrifa::{FontRef, MetadataProvider as _};

use super::finding::{Finding, Missing};

/// What stands for a character that cannot be shown.
const GETA: char = '〓';

/// One face of a font file, which stays in memory with it.
#[derive(Clone)]
pub struct Face {
    data: Arc<Vec<u8>>,
    index: u32,
    pub(super) font: Font,
}

/// The faces of a form: one for what stands there, a stronger one for its heads.
#[derive(Clone)]
pub struct Faces {
    /// For texts.
    pub text: Face,
    /// For title and heads.
    pub strong: Face,
}

/// Where faces that can show Japanese are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Noto {
    /// The Debian package that has them, for the message of who misses them.
    pub package: &'static str,
    /// The folder in which it puts them; an office may have another one.
    pub folder: &'static str,
    /// The file of the face for texts.
    pub text: &'static str,
    /// The file of the stronger one.
    pub strong: &'static str,
    /// The family of both, as it stands in the files.
    pub family: &'static str,
}

/// Noto Sans CJK, which Debian has (SIL Open Font License 1.1, so that it may be embedded).
pub const NOTO: Noto = Noto {
    package: "fonts-noto-cjk",
    folder: "/usr/share/fonts/opentype/noto",
    text: "NotoSansCJK-Regular.ttc",
    strong: "NotoSansCJK-Bold.ttc",
    family: "Noto Sans CJK JP",
};

impl Faces {
    /// The faces of [`NOTO`], from the bytes of its two files.
    pub fn noto(text: Vec<u8>, strong: Vec<u8>) -> Result<Self, FaceError> {
        let face = |bytes| Face::find(Arc::new(bytes), NOTO.family);
        Ok(Self { text: face(text)?, strong: face(strong)? })
    }
}

/// Why a file has no such face.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FaceError {
    /// It is no font file.
    #[error("the file is no OpenType font")]
    NoFont,
    /// No face in it has the name.
    #[error("the file has no face `{0}`")]
    NoFace(String),
    /// The face cannot show Japanese: it lacks one of `国`, `あ`, `〓`.
    #[error("the face `{0}` cannot show Japanese")]
    NoJapanese(String),
}

impl Face {
    /// The face of a family (`Noto Sans CJK JP`) in a font file or collection, given as bytes.
    pub fn find(data: Arc<Vec<u8>>, family: &str) -> Result<Self, FaceError> {
        let file = FileRef::new(&data).map_err(|_| FaceError::NoFont)?;
        let named = |font: &FontRef<'_>| {
            let mut names = [StringId::FAMILY_NAME, StringId::TYPOGRAPHIC_FAMILY_NAME].into_iter();
            names.any(|id| font.localized_strings(id).any(|name| name.chars().eq(family.chars())))
        };
        let place = file.fonts().position(|font| font.is_ok_and(|font| named(&font)));
        let place = place.ok_or_else(|| FaceError::NoFace(family.to_owned()))?;
        let index = u32::try_from(place).map_err(|_| FaceError::NoFont)?;
        let font = Font::new(Arc::clone(&data).into(), index).ok_or(FaceError::NoFont)?;
        let face = Self { data, index, font };
        let shown = FontRef::from_index(&face.data, index).map(|font| {
            let map = font.charmap();
            ['国', 'あ', GETA].into_iter().all(|c| map.map(c).is_some())
        });
        if shown.unwrap_or(false) { Ok(face) } else { Err(FaceError::NoJapanese(family.to_owned())) }
    }

    /// The glyphs of a text without line feeds; what cannot be shown is replaced and found.
    pub(super) fn shape(&self, text: &str, findings: &mut Vec<Finding>) -> Shaped {
        let mut shaped = Shaped { text: String::with_capacity(text.len()), glyphs: Vec::new() };
        // The file was read when the face was found.
        let Ok(font) = FontRef::from_index(&self.data, self.index) else { return shaped };
        let (map, metrics) = (font.charmap(), font.glyph_metrics(Size::unscaled(), LocationRef::default()));
        let unit = self.font.units_per_em();
        let mut characters = text.chars().enumerate().peekable();
        while let Some((at, typed)) = characters.next() {
            let known = match Missing::of(typed) {
                None => map.map(typed).ok_or(Missing::Glyph),
                Some(missing) => Err(missing),
            };
            let mut find = |at, character, missing| {
                findings.push(Finding { text: text.chars().take(40).collect(), at, character, missing });
            };
            let (mut id, shown) = match known {
                Ok(id) => (id, typed),
                Err(missing) => {
                    find(at, typed, missing);
                    (map.map(GETA).unwrap_or_default(), GETA)
                }
            };
            let begin = shaped.text.len();
            shaped.text.push(shown);
            // A variation selector belongs to the character before it (UTS #37).
            while let Some((at, selector)) = characters.next_if(|(_, c)| is_selector(*c)) {
                match map.map_variant(shown, selector) {
                    Some(MapVariant::Variant(variant)) => id = variant,
                    Some(MapVariant::UseDefault) => {}
                    None => {
                        find(at, selector, Missing::Glyph);
                        continue;
                    }
                }
                shaped.text.push(selector);
            }
            let advance = metrics.advance_width(id).unwrap_or(unit) / unit;
            shaped.glyphs.push(Glyph { id: id.to_u32(), shown, advance, bytes: begin..shaped.text.len() });
        }
        shaped
    }
}

const fn is_selector(character: char) -> bool {
    matches!(character, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// A text as its glyphs.
#[derive(Debug, Clone)]
pub(super) struct Shaped {
    /// What stands there.
    pub text: String,
    /// One glyph a character.
    pub glyphs: Vec<Glyph>,
}

/// A glyph of a text.
#[derive(Debug, Clone)]
pub(super) struct Glyph {
    /// Its number in the face.
    pub id: u32,
    /// The character that it shows.
    pub shown: char,
    /// How far it goes, in parts of the font's size.
    pub advance: f32,
    /// Which bytes of the text it stands for.
    pub bytes: Range<usize>,
}

impl Shaped {
    /// Some of its glyphs, as a text of their own.
    pub fn part(&self, range: Range<usize>) -> Self {
        let glyphs = self.glyphs.get(range).unwrap_or_default();
        let begin = glyphs.first().map_or(0, |glyph| glyph.bytes.start);
        let end = glyphs.last().map_or(begin, |glyph| glyph.bytes.end);
        let moved =
            |glyph: &Glyph| Glyph { bytes: glyph.bytes.start - begin..glyph.bytes.end - begin, ..glyph.clone() };
        Self {
            text: self.text.get(begin..end).unwrap_or_default().to_owned(),
            glyphs: glyphs.iter().map(moved).collect(),
        }
    }

    /// How wide it is at a size, with a space after each glyph but the last; a blank at the end counts nothing.
    pub fn width(&self, size: f32, tracking: f32) -> f32 {
        let shown = self.glyphs.iter().rposition(|glyph| !glyph.shown.is_whitespace()).map_or(0, |at| at + 1);
        let advance: f32 = self.glyphs.iter().take(shown).map(|glyph| glyph.advance).sum();
        size * (advance + tracking * shown.saturating_sub(1) as f32)
    }
}
