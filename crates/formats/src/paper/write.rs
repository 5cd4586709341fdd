//! Pages to PDF: PDF/A-2a (ISO 19005-2) and PDF/UA-1 (ISO 14289-1) at once, tagged, with subsets of the fonts.

use std::collections::HashMap;
use std::num::NonZeroU16;

use krilla::color::luma;
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule, Stroke, StrokeDash};
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, Node as TagNode, SpanTag, TableHeaderScope, Tag, TagGroup, TagKind,
    TagTree,
};
use krilla::text::{GlyphId, KrillaGlyph};
use krilla::{Document, SerializeSettings};
use renkei_core::time::{DAY, Moment};

use super::face::Faces;
use super::record::PrintError;
use super::sheet::{Child, NodeId, PAGE, Role, Sheets, Thing};

/// What a PDF says of itself.
pub(super) struct About {
    pub title: String,
    pub language: String,
    /// When it was made; the same bytes come of the same moment.
    pub at: Moment,
    /// Names this print: made from what is printed.
    pub id: String,
}

/// The bytes of the PDF.
pub(super) fn write(sheets: &Sheets<'_>, about: &About) -> Result<Vec<u8>, PrintError> {
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|error| PrintError::Pdf(format!("{error:?}")))?;
    let settings = SerializeSettings { configuration, ..SerializeSettings::default() };
    let mut document = Document::new_with(settings);
    let mut leaves = HashMap::new();
    for things in &sheets.pages {
        let settings = PageSettings::from_wh(PAGE.0, PAGE.1).ok_or_else(|| PrintError::Pdf("no page".to_owned()))?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        for (number, node, thing) in things {
            let tag = match node {
                Some(_) => ContentTag::Span(SpanTag::empty()),
                None => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Other)),
            };
            let leaf = surface.start_tagged(tag);
            draw(&mut surface, sheets.faces, thing);
            surface.end_tagged();
            if node.is_some() {
                leaves.insert(*number, leaf);
            }
        }
        surface.finish();
        page.finish();
    }
    let mut tree = TagTree::new().with_lang(Some(about.language.clone()));
    for child in children(sheets, sheets.root(), &mut leaves) {
        tree.push(child);
    }
    document.set_tag_tree(tree);
    let mut outline = Outline::new();
    outline.push_child(OutlineNode::new(about.title.clone(), XyzDestination::new(0, Point::from_xy(0.0, 0.0))));
    document.set_outline(outline);
    document.set_metadata(metadata(about));
    document.finish().map_err(|error| PrintError::Pdf(format!("{error:?}").chars().take(400).collect()))
}

fn metadata(about: &About) -> Metadata {
    let (year, month, day) = about.at.day().civil();
    let second = about.at.0.rem_euclid(DAY) / 1_000_000;
    let part = |value: i64| u8::try_from(value).unwrap_or(0);
    let made = DateTime::new(u16::try_from(year).unwrap_or(1970))
        .month(u8::try_from(month).unwrap_or(1))
        .day(u8::try_from(day).unwrap_or(1))
        .hour(part(second / 3600))
        .minute(part(second / 60 % 60))
        .second(part(second % 60))
        .utc_offset_hour(0)
        .utc_offset_minute(0);
    Metadata::new()
        .title(about.title.clone())
        .language(about.language.clone())
        .creator("renkei".to_owned())
        .document_id(about.id.clone())
        .creation_date(made)
}

fn children(sheets: &Sheets<'_>, node: NodeId, leaves: &mut HashMap<usize, Identifier>) -> Vec<TagNode> {
    let Some(node) = sheets.tree.get(node.0) else { return Vec::new() };
    let mut children = Vec::new();
    for child in &node.children {
        match child {
            Child::Thing(number) => children.extend(leaves.remove(number).map(TagNode::from)),
            Child::Node(id) => {
                let Some(kind) = sheets.tree.get(id.0).and_then(|node| kind(&node.role)) else { continue };
                children.push(TagGroup::with_children(kind, self::children(sheets, *id, leaves)).into());
            }
        }
    }
    children
}

fn kind(role: &Role) -> Option<TagKind> {
    let first = NonZeroU16::MIN;
    Some(match role {
        Role::Root => return None,
        Role::Title(title) => Tag::Hn(first, Some(title.clone())).into(),
        Role::Head(title) => Tag::Hn(first.saturating_add(1), Some(title.clone())).into(),
        Role::Text => Tag::P.into(),
        Role::Table => Tag::Table.into(),
        Role::HeadRows => Tag::THead.into(),
        Role::Rows => Tag::TBody.into(),
        Role::Row => Tag::TR.into(),
        Role::ColumnHead => Tag::TH(TableHeaderScope::Column).into(),
        Role::RowHead => Tag::TH(TableHeaderScope::Row).into(),
        Role::Cell => Tag::TD.into(),
        Role::Figure(alternative) => Tag::Figure(Some(alternative.clone())).into(),
    })
}

fn draw(surface: &mut Surface<'_>, faces: &Faces, thing: &Thing) {
    match thing {
        Thing::Text { x, y, style, shaped } => {
            let face = if style.strong { &faces.strong } else { &faces.text };
            let glyphs: Vec<_> = shaped
                .glyphs
                .iter()
                .map(|glyph| {
                    let advance = glyph.advance + style.tracking;
                    KrillaGlyph::new(GlyphId::new(glyph.id), advance, 0.0, 0.0, 0.0, glyph.bytes.clone(), None)
                })
                .collect();
            surface.set_stroke(None);
            surface.set_fill(Some(fill(style.grey)));
            surface.draw_glyphs(Point::from_xy(*x, *y), &glyphs, face.font.clone(), &shaped.text, style.size, false);
        }
        Thing::Line { from, to, width, grey, dotted } => {
            let mut path = PathBuilder::new();
            path.move_to(from.0, from.1);
            path.line_to(to.0, to.1);
            let dash = dotted.then(|| StrokeDash { array: vec![1.2, 1.8], offset: 0.0 });
            surface.set_fill(None);
            surface.set_stroke(Some(Stroke { dash, ..stroke(*width, *grey) }));
            if let Some(path) = path.finish() {
                surface.draw_path(&path);
            }
        }
        Thing::Box { x, y, w, h, fill: inside, edge } => {
            let mut path = PathBuilder::new();
            let Some(around) = Rect::from_xywh(*x, *y, *w, *h) else { return };
            path.push_rect(around);
            surface.set_fill(inside.map(fill));
            surface.set_stroke(edge.map(|(width, grey)| stroke(width, grey)));
            if let (Some(path), true) = (path.finish(), inside.is_some() || edge.is_some()) {
                surface.draw_path(&path);
            }
        }
        Thing::Code { x, y, side, modules } => code(surface, (*x, *y), *side, modules),
    }
}

/// Draws the dark modules of a 2D code, those beside each other as one box.
fn code(surface: &mut Surface<'_>, at: (f32, f32), side: f32, modules: &[bool]) {
    let count = modules.len().isqrt().max(1);
    let unit = side / count as f32;
    let mut path = PathBuilder::new();
    for (down, row) in modules.chunks(count).enumerate() {
        let mut across = 0;
        for run in row.chunk_by(|a, b| a == b) {
            let (x, y) = (at.0 + across as f32 * unit, at.1 + down as f32 * unit);
            if let (Some(true), Some(bar)) = (run.first(), Rect::from_xywh(x, y, run.len() as f32 * unit, unit)) {
                path.push_rect(bar);
            }
            across += run.len();
        }
    }
    surface.set_stroke(None);
    surface.set_fill(Some(fill(0)));
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
}

fn fill(grey: u8) -> Fill {
    Fill { paint: luma::Color::new(grey).into(), opacity: NormalizedF32::ONE, rule: FillRule::NonZero }
}

fn stroke(width: f32, grey: u8) -> Stroke {
    Stroke { paint: luma::Color::new(grey).into(), width, ..Stroke::default() }
}
