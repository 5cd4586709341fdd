//! Tables: rows of cells that break over pages, with their head on each.

use super::face::Shaped;
use super::sheet::{Keep, LEFT, NodeId, Place, Role, Sheets, Style, TOP, Thing};

/// Space between the edge of a cell and what stands in it, in points.
const ACROSS: f32 = 5.0;
const DOWN: f32 = 3.5;
/// Edges of cells, in points and grey.
const EDGE: (f32, u8) = (0.5, 110);
/// What a head is filled with.
const HEAD: u8 = 240;

/// A part of a cell.
#[derive(Debug, Clone)]
pub(super) enum Part {
    /// A text.
    Text(Style, String),
    /// A place to write, so high, with a dotted line under it.
    Blank(f32),
}

/// A cell.
#[derive(Debug, Clone, Default)]
pub(super) struct Cell {
    pub parts: Vec<Part>,
    /// It is the head of its row.
    pub is_head: bool,
    /// Its texts stand in the middle.
    pub is_middle: bool,
}

impl Cell {
    /// With one text.
    pub fn of(style: Style, text: &str) -> Self {
        Self::default().and(style, text)
    }

    /// With a text below.
    pub fn and(mut self, style: Style, text: &str) -> Self {
        if !text.is_empty() {
            self.parts.push(Part::Text(style, text.to_owned()));
        }
        self
    }

    /// With a place to write below.
    pub fn blank(mut self, height: f32) -> Self {
        self.parts.push(Part::Blank(height));
        self
    }

    /// As the head of its row.
    pub fn head(self) -> Self {
        Self { is_head: true, ..self }
    }

    /// In the middle.
    pub fn middle(self) -> Self {
        Self { is_middle: true, ..self }
    }
}

/// A table.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    /// Where its columns begin, from the left of what is written.
    pub indent: f32,
    /// How wide its columns are, in points.
    pub widths: Vec<f32>,
    /// Heads of its columns; empty: none.
    pub heads: Vec<Cell>,
    /// Its rows.
    pub rows: Vec<Vec<Cell>>,
}

/// What one line of a cell is.
enum Line {
    Text(Style, Shaped),
    Blank(f32),
}

impl Line {
    const fn height(&self) -> f32 {
        match self {
            Self::Text(style, _) => style.line(),
            Self::Blank(height) => *height,
        }
    }
}

impl Table {
    /// Writes it below what there is on the last page.
    pub fn write(&self, sheets: &mut Sheets<'_>) {
        let root = sheets.root();
        let table = sheets.node(root, Role::Table);
        let heads = self.broken(sheets, &self.heads);
        let head_height = height(&heads);
        if !self.heads.is_empty() {
            // A head does not stay alone at the foot of a page.
            if sheets.left() < head_height + 60.0 {
                sheets.turn();
            }
            let group = sheets.node(table, Role::HeadRows);
            let row = sheets.node(group, Role::Row);
            let nodes: Vec<_> = self.heads.iter().map(|_| Some(sheets.node(row, Role::ColumnHead))).collect();
            self.row(sheets, &self.heads, heads, &nodes, true);
        }
        let body = sheets.node(table, Role::Rows);
        for cells in &self.rows {
            let row = sheets.node(body, Role::Row);
            let role = |cell: &Cell| if cell.is_head { Role::RowHead } else { Role::Cell };
            let nodes: Vec<_> = cells.iter().map(|cell| Some(sheets.node(row, role(cell)))).collect();
            self.over_pages(sheets, cells, &nodes);
        }
    }

    /// Writes a row whole if it can, else as much of it as a page has place for, and so on.
    fn over_pages(&self, sheets: &mut Sheets<'_>, cells: &[Cell], nodes: &[Option<NodeId>]) {
        let mut rest = self.broken(sheets, cells);
        loop {
            let whole = height(&rest);
            if whole <= sheets.left() {
                return self.row(sheets, cells, rest, nodes, false);
            }
            if sheets.y > self.fresh(sheets) + 1.0 && whole <= super::sheet::BOTTOM - self.fresh(sheets) {
                self.turn(sheets);
                continue;
            }
            let room = sheets.left() - 2.0 * DOWN;
            let mut first = Vec::new();
            for lines in &mut rest {
                let mut used = 0.0;
                let fits = lines.iter().take_while(|line| {
                    used += line.height();
                    used <= room
                });
                let count = fits.count();
                first.push(lines.drain(..count).collect::<Vec<_>>());
            }
            if first.iter().all(Vec::is_empty) {
                // Not one line has place: on a page that is already fresh it is written beyond its foot.
                if sheets.y <= self.fresh(sheets) + 1.0 {
                    return self.row(sheets, cells, rest, nodes, false);
                }
            } else {
                self.row(sheets, cells, first, nodes, false);
            }
            self.turn(sheets);
        }
    }

    /// Where rows begin on a page that was just begun.
    fn fresh(&self, sheets: &mut Sheets<'_>) -> f32 {
        let kept = sheets.findings.len();
        let heads = self.broken(sheets, &self.heads);
        sheets.findings.truncate(kept);
        if self.heads.is_empty() { TOP } else { TOP + height(&heads) }
    }

    /// Begins another page, with the heads once more, as ornament.
    fn turn(&self, sheets: &mut Sheets<'_>) {
        sheets.turn();
        if !self.heads.is_empty() {
            let kept = sheets.findings.len();
            let heads = self.broken(sheets, &self.heads);
            sheets.findings.truncate(kept);
            let nodes: Vec<_> = self.heads.iter().map(|_| None).collect();
            self.row(sheets, &self.heads, heads, &nodes, true);
        }
    }

    /// Writes a row that has place.
    fn row(
        &self,
        sheets: &mut Sheets<'_>,
        cells: &[Cell],
        lines: Vec<Vec<Line>>,
        nodes: &[Option<NodeId>],
        all_heads: bool,
    ) {
        let (page, top, height) = (sheets.pages.len().saturating_sub(1), sheets.y, height(&lines));
        let mut x = LEFT + self.indent;
        for (((cell, lines), node), width) in cells.iter().zip(lines).zip(nodes).zip(&self.widths) {
            let fill = (all_heads || cell.is_head).then_some(HEAD);
            sheets.put(None, Thing::Box { x, y: top, w: *width, h: height, fill, edge: Some(EDGE) });
            let stands: f32 = lines.iter().map(Line::height).sum();
            // Heads stand in the middle of their height, what they are the heads of at its top.
            let mut y = if fill.is_some() { top + (height - stands) / 2.0 } else { top + DOWN };
            let keep = if cell.is_middle || all_heads { Keep::Middle } else { Keep::Left };
            if !lines.iter().any(|line| matches!(line, Line::Text(..))) {
                // A cell in which nothing stands is one all the same, for those who hear the table.
                let at = Place { x: x + ACROSS, y, width: width - 2.0 * ACROSS, keep };
                sheets.write(page, *node, at, Style::of(8.0), " ");
            }
            for line in lines {
                let tall = line.height();
                match line {
                    Line::Text(style, shaped) => {
                        let at = Place { x: x + ACROSS, y, width: width - 2.0 * ACROSS, keep };
                        sheets.line(page, *node, at, style, shaped);
                    }
                    Line::Blank(_) => {
                        let (from, to) = ((x + ACROSS, y + tall), (x + width - ACROSS, y + tall));
                        sheets.put(None, Thing::Line { from, to, width: 0.5, grey: 130, dotted: true });
                    }
                }
                y += tall;
            }
            x += width;
        }
        sheets.y = top + height;
    }

    fn broken(&self, sheets: &mut Sheets<'_>, cells: &[Cell]) -> Vec<Vec<Line>> {
        let mut broken = Vec::new();
        for (cell, width) in cells.iter().zip(&self.widths) {
            let mut lines = Vec::new();
            for part in &cell.parts {
                match part {
                    Part::Text(style, text) => {
                        let shaped = sheets.broken(text, *style, width - 2.0 * ACROSS);
                        lines.extend(shaped.into_iter().map(|shaped| Line::Text(*style, shaped)));
                    }
                    Part::Blank(height) => lines.push(Line::Blank(*height)),
                }
            }
            broken.push(lines);
        }
        broken
    }
}

/// How high a row is.
fn height(cells: &[Vec<Line>]) -> f32 {
    let tallest = cells.iter().map(|lines| lines.iter().map(Line::height).sum::<f32>()).fold(0.0, f32::max);
    tallest + 2.0 * DOWN
}
