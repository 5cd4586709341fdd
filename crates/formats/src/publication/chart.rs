//! Charts: bars as inline SVG, drawn here; the table beside each says the same.

use std::fmt::Write as _;

use super::markup::Markup;

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 120.0;
const TOP: f64 = 18.0;
const FOOT: f64 = 18.0;

/// One chart.
pub(super) struct Chart<'a> {
    /// What it shows: its title and its name for those who do not see it.
    pub title: &'a str,
    /// A value for each span; `None`: nothing is known of it, so that there is no bar.
    pub values: Vec<Option<f64>>,
    /// What stands below the first span, and below the last.
    pub ends: (String, String),
    /// The greatest value, as it is written.
    pub greatest: String,
}

impl Chart<'_> {
    /// Draws it.
    pub(super) fn draw(&self, page: &mut Markup) {
        let most = self.values.iter().flatten().copied().fold(0.0, f64::max);
        let view = format!("0 0 {WIDTH} {}", TOP + HEIGHT + FOOT);
        let bottom = TOP + HEIGHT;
        page.with("svg", &[("viewBox", &view), ("role", "img"), ("aria-label", self.title)], |svg| {
            svg.text("title", &[], self.title);
            svg.empty("path", &[("class", "bar"), ("d", &self.bars(most))]);
            svg.empty("path", &[("class", "axis"), ("d", &format!("M0 {bottom}H{WIDTH}"))]);
            svg.text("text", &[("x", "0"), ("y", "12")], &self.greatest);
            let y = format!("{}", bottom + 14.0);
            svg.text("text", &[("x", "0"), ("y", &y)], &self.ends.0);
            svg.text("text", &[("x", &WIDTH.to_string()), ("y", &y), ("text-anchor", "end")], &self.ends.1);
        });
    }

    /// All bars as one path.
    fn bars(&self, most: f64) -> String {
        let step = WIDTH / self.values.len().max(1) as f64;
        let wide = step * 0.8;
        let mut path = String::new();
        for (place, value) in self.values.iter().enumerate() {
            let Some(value) = value.filter(|value| *value > 0.0 && most > 0.0) else { continue };
            let (x, high) = (place as f64 * step + step * 0.1, (value / most * HEIGHT).max(1.0));
            // Writing to a string does not fail.
            let _ = write!(path, "M{x:.1} {:.1}v-{high:.1}h{wide:.1}v{high:.1}z", TOP + HEIGHT);
        }
        path
    }
}
