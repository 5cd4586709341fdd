//! Turning pages: a long list is shown in pages, and each says where the next one begins.

use maud::{Markup, html};
use serde::Deserialize;

use crate::visit::Visit;

/// How many rows a page shows.
const ROWS: usize = 100;

/// Behind which row a page begins.
#[derive(Debug, Default, Deserialize)]
pub struct Turned {
    #[serde(default)]
    after: String,
}

impl Turned {
    /// Whether it is not the first page.
    pub fn is_turned(&self) -> bool {
        !self.after.is_empty()
    }

    /// The rows of the page, and the address of the next one.
    pub fn cut<T>(&self, mut rows: Vec<T>, here: &str, id: impl Fn(&T) -> &str) -> (Vec<T>, Option<String>) {
        if self.is_turned() {
            // A row that is not there any more: the list begins anew.
            let place = rows.iter().position(|row| id(row) == self.after).map_or(0, |place| place + 1);
            rows.drain(..place);
        }
        let is_more = rows.len() > ROWS;
        rows.truncate(ROWS);
        let next = rows.last().filter(|_| is_more).map(|row| link(here, &[("after", id(row))]));
        (rows, next)
    }
}

/// An address with what it is narrowed to; what is empty is left out.
pub fn link(path: &str, fields: &[(&str, &str)]) -> String {
    let fields: Vec<_> = fields.iter().filter(|(_, value)| !value.is_empty()).collect();
    match serde_urlencoded::to_string(&fields) {
        Ok(query) if !query.is_empty() => format!("{path}?{query}"),
        _ => path.to_owned(),
    }
}

/// The way to the next page, and back to the first.
pub fn pages(visit: &Visit, is_turned: bool, first: &str, next: Option<&str>) -> Markup {
    html! { @if is_turned || next.is_some() {
        nav.pages aria-label=(visit.say("pages")) { p {
            @if is_turned { a href=(first) { (visit.say("page-first")) } " " }
            @if let Some(next) = next { a href=(next) rel="next" { (visit.say("page-next")) } }
        } }
    } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_stands_on_one_page() {
        let all: Vec<String> = (0..250).map(|row| format!("row-{row}")).collect();
        let mut turned = Turned::default();
        let mut seen = Vec::new();
        loop {
            let (rows, next) = turned.cut(all.clone(), "/list", |row| row);
            seen.extend(rows);
            let Some(next) = next else { break };
            turned.after = next.strip_prefix("/list?after=").unwrap().to_owned();
        }
        assert_eq!(seen, all);
        assert_eq!(Turned { after: "gone".to_owned() }.cut(all, "/list", |row| row).0.first().unwrap(), "row-0");
    }

    #[test]
    fn what_is_empty_is_left_out_of_an_address() {
        assert_eq!(
            link("/requests", &[("state", ""), ("party", "isp & co"), ("after", "x")]),
            "/requests?party=isp+%26+co&after=x"
        );
        assert_eq!(link("/requests", &[("state", "")]), "/requests");
    }
}
