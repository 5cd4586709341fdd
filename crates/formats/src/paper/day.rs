//! Days as official papers in Japanese write them.

use renkei_core::time::Day;

/// The first day of 令和.
const REIWA: Option<Day> = Day::from_civil(2019, 5, 1);

/// A day with its era (`令和8年11月22日`); days before 令和 with the year of the calendar. The day is that of
/// the office's zone, so the caller moves a moment into it first.
pub fn official(day: Day) -> String {
    let (year, month, date) = day.civil();
    let year = match year - 2018 {
        _ if REIWA.is_none_or(|first| day < first) => format!("{year}年"),
        1 => "令和元年".to_owned(),
        era => format!("令和{era}年"),
    };
    format!("{year}{month}月{date}日")
}
