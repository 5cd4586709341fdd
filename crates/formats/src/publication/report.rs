//! The sections of a report: summary, series, breakdowns, each with its table and what must be known of it.

use super::chart::Chart;
use super::markup::Markup;
use super::words::{Words, change, measure, moment, number};
use super::{CountryRow, PortRow, Report, Row, Sum};

/// A series: its key, its value in a span, and how it is written.
struct Series {
    key: &'static str,
    value: fn(&Sum) -> Option<f64>,
    write: fn(f64) -> String,
}

const SERIES: [Series; 5] = [
    Series { key: "accesses", value: |sum| Some(sum.accesses), write: measure },
    Series { key: "sources", value: |sum| Some(sum.sources), write: whole },
    Series { key: "mirai", value: |sum| Some(sum.mirai as f64), write: whole },
    Series { key: "victims", value: |sum| Some(sum.victims as f64), write: whole },
    Series { key: "household", value: Sum::household_share, write: percent },
];

fn whole(value: f64) -> String {
    number(value.round() as u64)
}

fn percent(value: f64) -> String {
    format!("{value:.1} %")
}

/// All sections.
pub(super) fn sections(page: &mut Markup, report: &Report, words: &Words) {
    page.text("h2", &[], &words.of("report-title"));
    let span = [("from", moment(&report.from)), ("until", moment(&report.until))];
    page.text("p", &[], &words.say("report-span", &span));
    if let Some(closed) = &report.closed {
        page.text("p", &[("class", "alert")], &words.say("closed-note", &[("group", closed.group.clone())]));
    }
    known(page, report, words);
    summary(page, report, words);
    for (key, rows) in [("hourly", &report.hourly), ("daily", &report.daily), ("weekly", &report.weekly)] {
        series(page, key, rows, words);
    }
    ports(page, &report.ports, words);
    breakdown(page, "countries", &report.countries, words);
    breakdown(page, "victim-countries", &report.victim_countries, words);
    if let Some(closed) = &report.closed {
        breakdown(page, "detections", &closed.detections, words);
        breakdown(page, "members", &closed.members, words);
    }
    files(page, report, words);
}

/// What must be known of all figures.
fn known(page: &mut Markup, report: &Report, words: &Words) {
    page.with("ul", &[], |list| {
        list.text("li", &[], &words.say("known-sensors", &[("addresses", number(report.addresses))]));
        list.text("li", &[], &words.of("known-spoofed"));
        let smallest = number(report.smallest_attack_pps.ceil() as u64);
        list.text("li", &[], &words.say("known-smallest", &[("pps", smallest)]));
        if report.least > 0 {
            list.text("li", &[], &words.say("known-joined", &[("least", number(report.least))]));
        }
    });
}

/// The last seven days beside those before.
fn summary(page: &mut Markup, report: &Report, words: &Words) {
    page.text("h2", &[], &words.of("summary-title"));
    table(page, &words.of("summary-caption"), |table| {
        head(table, &[&words.of("what"), &words.of("now"), &words.of("before"), &words.of("change")]);
        table.with("tbody", &[], |body| {
            for one in &SERIES {
                let of = |sum: &Sum| (one.value)(sum).filter(|_| sum.minutes > 0);
                let (now, before) = (of(&report.now), of(&report.before));
                let shown = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), one.write);
                let change = now.zip(before).map_or_else(|| "–".to_owned(), |(now, before)| change(now, before));
                row(body, &words.of(&format!("series-{}", one.key)), &[shown(now), shown(before), change]);
            }
        });
    });
}

/// Charts of one sort of span, and the table that says the same.
fn series(page: &mut Markup, key: &str, rows: &[Row], words: &Words) {
    page.text("h2", &[], &words.of(&format!("{key}-title")));
    let ends = |row: Option<&Row>| row.map(|row| moment(&row.from)).unwrap_or_default();
    for one in &SERIES {
        let name = words.of(&format!("series-{}", one.key));
        let values: Vec<_> = rows.iter().map(|row| (one.value)(&row.sum).filter(|_| row.sum.minutes > 0)).collect();
        let greatest = (one.write)(values.iter().flatten().copied().fold(0.0, f64::max));
        let title = format!("{name} ({})", words.of(&format!("{key}-title")));
        page.with("figure", &[], |figure| {
            figure.text("h3", &[], &name);
            let chart = Chart { title: &title, values, ends: (ends(rows.first()), ends(rows.last())), greatest };
            chart.draw(figure);
            figure.text("figcaption", &[], &words.of(&format!("caveat-{}", one.key)));
        });
    }
    page.with("details", &[], |details| {
        details.text("summary", &[], &words.say("table-of", &[("what", words.of(&format!("{key}-title")))]));
        table(details, &words.of(&format!("{key}-caption")), |table| {
            let names: Vec<String> = SERIES.iter().map(|one| words.of(&format!("series-{}", one.key))).collect();
            let from = words.of("from-utc");
            head(table, &std::iter::once(&from).chain(&names).map(String::as_str).collect::<Vec<_>>());
            table.with("tbody", &[], |body| {
                for span in rows {
                    let cell = |one: &Series| {
                        let value = (one.value)(&span.sum).filter(|_| span.sum.minutes > 0);
                        value.map_or_else(|| "–".to_owned(), one.write)
                    };
                    row(body, &moment(&span.from), &SERIES.iter().map(cell).collect::<Vec<_>>());
                }
            });
        });
    });
}

fn ports(page: &mut Markup, rows: &[PortRow], words: &Words) {
    page.text("h2", &[], &words.of("ports-title"));
    page.text("p", &[("class", "quiet")], &words.of("caveat-ports"));
    table(page, &words.of("ports-caption"), |table| {
        let heads = ["place", "port", "packets", "ports-began", "before", "change", "place-before"];
        let heads = heads.map(|key| words.of(key));
        head(table, &heads.iter().map(String::as_str).collect::<Vec<_>>());
        table.with("tbody", &[], |body| {
            for (place, port) in (1..).zip(rows) {
                let name = format!("{}/{}", port.port, port.protocol);
                let optional = |count: Option<u64>| count.map_or_else(|| "–".to_owned(), number);
                let cells = [
                    name,
                    number(port.packets),
                    optional(port.began),
                    number(port.packets_before),
                    change(port.packets as f64, port.packets_before as f64),
                    optional(port.place_before),
                ];
                row(body, &number(place), &cells);
            }
        });
    });
}

fn breakdown(page: &mut Markup, key: &str, rows: &[CountryRow], words: &Words) {
    page.text("h2", &[], &words.of(&format!("{key}-title")));
    page.text("p", &[("class", "quiet")], &words.of(&format!("caveat-{key}")));
    if rows.is_empty() {
        page.text("p", &[], &words.of(&format!("{key}-none")));
        return;
    }
    table(page, &words.of(&format!("{key}-caption")), |table| {
        let heads = ["name", "now", "before", "change"].map(|key| words.of(key));
        head(table, &heads.iter().map(String::as_str).collect::<Vec<_>>());
        table.with("tbody", &[], |body| {
            for cell in rows {
                let before = cell.before.map_or_else(|| "–".to_owned(), number);
                let changed =
                    cell.before.map_or_else(|| "–".to_owned(), |before| change(cell.count as f64, before as f64));
                row(body, &named(&cell.name, words), &[number(cell.count), before, changed]);
            }
        });
    });
}

/// What people read for a country, a rule or a kind; its code where there are no words.
fn named(name: &str, words: &Words) -> String {
    let key = format!("name-{}", name.replace('/', "-"));
    if words.has(&key) { words.of(&key) } else { name.to_owned() }
}

fn files(page: &mut Markup, report: &Report, words: &Words) {
    page.text("h2", &[], &words.of("files-title"));
    page.with("ul", &[], |list| {
        let mut names = vec!["hourly", "daily", "weekly", "ports", "countries", "victim-countries"];
        if report.closed.is_some() {
            names.extend(["detections", "members"]);
        }
        for name in names {
            list.with("li", &[], |item| {
                let href = format!("../data/{name}.csv");
                item.text("a", &[("href", &href)], &format!("{} (CSV)", words.of(&format!("{name}-title"))));
            });
        }
        list.with("li", &[], |item| item.text("a", &[("href", "../data/figures.json")], &words.of("files-json")));
    });
}

/// Advice to the owners of devices: general, and no statement of law (S1.28).
pub(super) fn advice(page: &mut Markup, words: &Words) {
    page.text("h2", &[], &words.of("advice-title"));
    page.text("p", &[], &words.of("advice-why"));
    page.with("ol", &[], |list| {
        for key in ["advice-password", "advice-update", "advice-restart", "advice-close", "advice-replace"] {
            list.text("li", &[], &words.of(key));
        }
    });
}

fn table(page: &mut Markup, caption: &str, inner: impl FnOnce(&mut Markup)) {
    // What is wider than the window is scrolled, also by keyboard.
    page.with("div", &[("class", "scroll"), ("tabindex", "0"), ("role", "region"), ("aria-label", caption)], |page| {
        page.with("table", &[], |table| {
            table.text("caption", &[], caption);
            inner(table);
        });
    });
}

fn head(table: &mut Markup, names: &[&str]) {
    table.with("thead", &[], |head| {
        head.with("tr", &[], |row| names.iter().for_each(|name| row.text("th", &[("scope", "col")], name)));
    });
}

fn row(body: &mut Markup, name: &str, cells: &[String]) {
    body.with("tr", &[], |row| {
        row.text("th", &[("scope", "row")], name);
        cells.iter().for_each(|cell| row.text("td", &[("class", "n")], cell));
    });
}
