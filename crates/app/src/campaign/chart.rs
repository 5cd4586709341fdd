//! Charts for reports: SVG drawn here, so that it fits a page, a mail and a PDF.

use std::fmt::Write as _;

use super::effect::Point;
use crate::words::Words;

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 360.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 24.0;
const TOP: f64 = 48.0;
const BOTTOM: f64 = 56.0;

/// Two survival curves as steps: share still seen over days since the notice.
pub(crate) fn curves(told: &[Point], not_told: &[Point], words: &Words) -> String {
    let days = told.iter().chain(not_told).map(|point| point.day).max().unwrap_or(0).max(7);
    let x = |day: f64| LEFT + day / f64::from(days) * (WIDTH - LEFT - RIGHT);
    let y = |share: f64| TOP + (1.0 - share) * (HEIGHT - TOP - BOTTOM);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" \
         font-family=\"'Noto Sans JP','Noto Sans CJK JP',sans-serif\" font-size=\"13\">\n<title>{title}</title>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n\
         <text x=\"{LEFT}\" y=\"24\" font-size=\"16\" fill=\"#1a1a1c\">{title}</text>\n",
        title = escape(&words.of("chart-title")),
    );
    for quarter in 0..=4 {
        let share = f64::from(quarter) / 4.0;
        let _ = writeln!(
            svg,
            "<line x1=\"{LEFT}\" x2=\"{}\" y1=\"{y:.1}\" y2=\"{y:.1}\" stroke=\"#d8d8db\"/>\
             <text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\" fill=\"#414143\">{:.0}%</text>",
            WIDTH - RIGHT,
            LEFT - 8.0,
            y(share) + 4.0,
            share * 100.0,
            y = y(share),
        );
    }
    for week in (0..=days).step_by(if days > 60 { 14 } else { 7 }) {
        let _ = writeln!(
            svg,
            "<text x=\"{:.1}\" y=\"{}\" text-anchor=\"middle\" fill=\"#414143\">{week}</text>",
            x(f64::from(week)),
            HEIGHT - BOTTOM + 20.0,
        );
    }
    let _ = writeln!(
        svg,
        "<text x=\"{:.1}\" y=\"{}\" text-anchor=\"middle\" fill=\"#414143\">{}</text>",
        f64::midpoint(LEFT, WIDTH - RIGHT),
        HEIGHT - 12.0,
        escape(&words.of("chart-days")),
    );
    // Told apart by dash as well as by colour.
    let lines = [(told, "#0017c1", "", "chart-told", 0.0), (not_told, "#ba000a", "6 4", "chart-not-told", 1.0)];
    for (curve, colour, dash, key, place) in lines {
        let mut path = format!("M{:.1} {:.1}", x(0.0), y(1.0));
        for point in curve {
            let _ = write!(path, " H{:.1} V{:.1}", x(f64::from(point.day)), y(point.still_seen));
        }
        let _ = write!(path, " H{:.1}", x(f64::from(curve.last().map_or(0, |point| point.day))));
        let legend = WIDTH - RIGHT - 220.0;
        let level = TOP + 8.0 + place * 20.0;
        let _ = writeln!(
            svg,
            "<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2.5\" stroke-dasharray=\"{dash}\"/>\n\
             <line x1=\"{legend}\" x2=\"{}\" y1=\"{level}\" y2=\"{level}\" stroke=\"{colour}\" stroke-width=\"2.5\" stroke-dasharray=\"{dash}\"/>\
             <text x=\"{}\" y=\"{}\" fill=\"#1a1a1c\">{}</text>",
            legend + 32.0,
            legend + 40.0,
            level + 4.0,
            escape(&words.of(key)),
        );
    }
    svg.push_str("</svg>\n");
    svg
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
