//! Pages on which things stand: texts, lines and boxes at their places, and the tree that says in which order they are read.

use super::face::{Faces, Shaped};
use super::finding::Finding;
use super::line::lines;

/// Points in a millimetre.
pub(super) const MM: f32 = 72.0 / 25.4;
/// A4 (ISO 216), in points.
pub(super) const PAGE: (f32, f32) = (210.0 * MM, 297.0 * MM);
/// Where what is written begins and ends across, and how wide it is.
pub(super) const LEFT: f32 = 20.0 * MM;
pub(super) const WIDE: f32 = 170.0 * MM;
/// Where the body of a page begins and ends.
pub(super) const TOP: f32 = 44.0 * MM;
pub(super) const BOTTOM: f32 = 274.0 * MM;
/// Height of a line, in parts of the font's size.
const LINE: f32 = 1.55;
/// Where the base line lies in the square of a character, in parts of the font's size.
const BASE: f32 = 0.88;

/// How a text looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Style {
    /// In points.
    pub size: f32,
    /// With the stronger face.
    pub strong: bool,
    /// 0 is black, 255 white.
    pub grey: u8,
    /// Space after each character, in parts of the size.
    pub tracking: f32,
}

impl Style {
    /// A text of a size in points.
    pub const fn of(size: f32) -> Self {
        Self { size, strong: false, grey: 0, tracking: 0.0 }
    }

    /// With the stronger face.
    pub const fn strong(self) -> Self {
        Self { strong: true, ..self }
    }

    /// In a lighter tone.
    pub const fn soft(self) -> Self {
        Self { grey: 90, ..self }
    }

    /// Letters apart.
    pub const fn spaced(self, tracking: f32) -> Self {
        Self { tracking, ..self }
    }

    /// The height of a line.
    pub const fn line(self) -> f32 {
        self.size * LINE
    }
}

/// To which side a text keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keep {
    Left,
    Middle,
    Right,
}

/// A part of the tree of reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NodeId(pub usize);

/// What a part of the tree is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Role {
    Root,
    Title(String),
    Head(String),
    Text,
    Table,
    HeadRows,
    Rows,
    Row,
    ColumnHead,
    RowHead,
    Cell,
    Figure(String),
}

/// What stands under a part of the tree, in order.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Child {
    Node(NodeId),
    /// The number of a thing, counted over all pages.
    Thing(usize),
}

/// A part of the tree.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    pub role: Role,
    pub children: Vec<Child>,
}

/// A thing at its place, in points from the upper left corner.
#[derive(Debug, Clone)]
pub(super) enum Thing {
    /// A line of text, on its base line.
    Text {
        x: f32,
        y: f32,
        style: Style,
        shaped: Shaped,
    },
    Line {
        from: (f32, f32),
        to: (f32, f32),
        width: f32,
        grey: u8,
        dotted: bool,
    },
    Box {
        x: f32,
        y: f32,
        w: f32,
        h: f32,
        fill: Option<u8>,
        edge: Option<(f32, u8)>,
    },
    /// A 2D code in a square, one row after the other.
    Code {
        x: f32,
        y: f32,
        side: f32,
        modules: Vec<bool>,
    },
}

/// The pages of a form while they are laid out.
pub(super) struct Sheets<'a> {
    pub faces: &'a Faces,
    /// Things with their part of the tree; without one they are ornament, or repeated on each page.
    pub pages: Vec<Vec<(usize, Option<NodeId>, Thing)>>,
    pub tree: Vec<Node>,
    pub findings: Vec<Finding>,
    /// How far down the last page is filled.
    pub y: f32,
    /// What is read first: number and date above everything else.
    pub front: NodeId,
    things: usize,
}

impl<'a> Sheets<'a> {
    /// One empty page.
    pub fn new(faces: &'a Faces) -> Self {
        let tree = vec![Node { role: Role::Root, children: Vec::new() }];
        let (pages, findings, front) = (vec![Vec::new()], Vec::new(), NodeId(0));
        let mut sheets = Self { faces, pages, tree, findings, y: TOP, front, things: 0 };
        sheets.front = sheets.node(NodeId(0), Role::Text);
        sheets
    }

    /// The tree's root.
    pub const fn root(&self) -> NodeId {
        NodeId(0)
    }

    /// A new part of the tree, read after what its parent has already.
    pub fn node(&mut self, parent: NodeId, role: Role) -> NodeId {
        let node = NodeId(self.tree.len());
        self.tree.push(Node { role, children: Vec::new() });
        if let Some(parent) = self.tree.get_mut(parent.0) {
            parent.children.push(Child::Node(node));
        }
        node
    }

    /// Begins another page.
    pub fn turn(&mut self) {
        self.pages.push(Vec::new());
        self.y = TOP;
    }

    /// What is left of the page.
    pub fn left(&self) -> f32 {
        BOTTOM - self.y
    }

    /// Puts a thing on the last page.
    pub fn put(&mut self, node: Option<NodeId>, thing: Thing) {
        self.put_on(self.pages.len().saturating_sub(1), node, thing);
    }

    /// Puts a thing on a page, counted from 0.
    pub fn put_on(&mut self, page: usize, node: Option<NodeId>, thing: Thing) {
        let Some(things) = self.pages.get_mut(page) else { return };
        things.push((self.things, node, thing));
        if let Some(node) = node.and_then(|node| self.tree.get_mut(node.0)) {
            node.children.push(Child::Thing(self.things));
        }
        self.things += 1;
    }

    /// The lines of a text in a width.
    pub fn broken(&mut self, text: &str, style: Style, width: f32) -> Vec<Shaped> {
        let face = if style.strong { &self.faces.strong } else { &self.faces.text };
        let mut broken = Vec::new();
        for paragraph in text.split('\n') {
            let shaped = face.shape(paragraph.trim_end_matches('\r'), &mut self.findings);
            broken.extend(lines(&shaped, width / style.size).into_iter().map(|line| shaped.part(line)));
        }
        broken
    }

    /// Writes a text at a place of a page and tells how high it is.
    pub fn write(&mut self, page: usize, node: Option<NodeId>, at: Place, style: Style, text: &str) -> f32 {
        let broken = self.broken(text, style, at.width);
        let height = broken.len() as f32 * style.line();
        for (number, shaped) in broken.into_iter().enumerate() {
            let y = at.y + number as f32 * style.line();
            self.line(page, node, Place { y, ..at }, style, shaped);
        }
        height
    }

    /// Writes one line.
    pub fn line(&mut self, page: usize, node: Option<NodeId>, at: Place, style: Style, shaped: Shaped) {
        if shaped.glyphs.is_empty() {
            return;
        }
        let room = at.width - shaped.width(style.size, style.tracking);
        let x = match at.keep {
            Keep::Left => at.x,
            Keep::Middle => at.x + room / 2.0,
            Keep::Right => at.x + room,
        };
        let y = at.y + (style.line() - style.size) / 2.0 + BASE * style.size;
        self.put_on(page, node, Thing::Text { x, y, style, shaped });
    }

    /// Writes a text below what there is on the last page, as a part of the tree.
    pub fn say(&mut self, role: Role, keep: Keep, style: Style, text: &str) {
        let root = self.root();
        let node = self.node(root, role);
        self.say_at(node, Place { x: LEFT, y: 0.0, width: WIDE, keep }, style, text);
    }

    /// Writes a text below what there is, line by line, over as many pages as it needs.
    pub fn say_at(&mut self, node: NodeId, at: Place, style: Style, text: &str) {
        for shaped in self.broken(text, style, at.width) {
            if self.left() < style.line() {
                self.turn();
            }
            let place = Place { y: self.y, ..at };
            self.line(self.pages.len().saturating_sub(1), Some(node), place, style, shaped);
            self.y += style.line();
        }
    }
}

/// Where a text stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub x: f32,
    pub y: f32,
    pub width: f32,
    pub keep: Keep,
}
