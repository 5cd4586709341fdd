//! `sense`: watches captures or an interface, prints what it saw, leaves feed files and alerts.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::hash::{BuildHasher as _, RandomState};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;
use renkei_core::time::Day;
use renkei_edge::sense::live::Wire;
use renkei_edge::sense::observe::{Feed, alerts, feed};
use renkei_edge::sense::{
    Baseline, Countries, Dark, Detection, Hours, Receiver, Refusal, Rows, Rules, Sense, Settings,
};
use tokio::signal::unix::{SignalKind, signal};

use crate::cli::SenseArgs;
use crate::moment;

/// Keeps detections until the end.
#[derive(Default)]
struct Told(Mutex<Vec<Detection>>);

impl Receiver for Told {
    fn minutes(&self, _: Rows) -> Result<(), Refusal> {
        Ok(())
    }

    fn detection(&self, detection: &Detection) -> Result<(), Refusal> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(detection.clone());
        Ok(())
    }
}

/// Watches, then tells.
pub async fn run(args: &SenseArgs, json: bool) -> anyhow::Result<()> {
    let rules = rules(args.rules.as_deref())?;
    let seed = RandomState::new().hash_one(moment::now().0);
    let mut settings = Settings::new(&args.sensor, Dark::new(&args.dark), rules.clone(), seed);
    settings.threads = args.threads.get();
    settings.exact_sources = args.exact_sources;
    // Nobody takes aggregates here yet: they are not made.
    settings.aggregates = false;
    settings.hours = args.out.is_some();
    settings.countries = Arc::new(countries(args.countries.as_deref())?);
    let told = Told::default();
    let mut sense = Sense::new(settings, Baseline::default());
    if let Some(interface) = &args.interface {
        let mut wire = Wire::open(interface)?;
        let stop = stopped()?;
        tokio::task::block_in_place(|| sense.watch(&mut wire, moment::now, || stop.load(Ordering::Relaxed), &told))?;
        if wire.dropped() > 0 {
            eprintln!(
                "the kernel dropped {} frames: give it more threads, or a share of the addresses",
                wire.dropped()
            );
        }
    }
    for path in &args.files {
        let file = File::open(path).with_context(|| format!("cannot read `{}`", path.display()))?;
        tokio::task::block_in_place(|| sense.read(file, &told))
            .with_context(|| format!("`{}` cannot be read on", path.display()))?;
    }
    let (report, _) = sense.finish(&told)?;
    match json {
        true => println!("{}", serde_json::to_string_pretty(&report)?),
        false => print!("{report}"),
    }
    let told = told.0.into_inner().unwrap_or_else(PoisonError::into_inner);
    match &args.out {
        Some(folder) => {
            leave(folder, &told, &args.source, &rules)?;
            leave_hours(folder, report.hours.as_ref())
        }
        None => Ok(()),
    }
}

fn rules(path: Option<&Path>) -> anyhow::Result<Rules> {
    let Some(path) = path else { return Ok(Rules::shipped()?) };
    let text = fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    text.parse().with_context(|| format!("`{}` cannot be used", path.display()))
}

fn countries(path: Option<&Path>) -> anyhow::Result<Countries> {
    let Some(path) = path else { return Ok(Countries::default()) };
    let bytes = fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    let countries = Countries::read(&String::from_utf8_lossy(&bytes));
    if countries.is_empty() {
        anyhow::bail!("`{}` has no range with its country", path.display());
    }
    if countries.left > 0 {
        eprintln!("`{}`: {} rows could not be read and are left out", path.display(), countries.left);
    }
    Ok(countries)
}

/// Set once the process is told to stop.
fn stopped() -> anyhow::Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&stop);
    let (mut term, mut end) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    tokio::spawn(async move {
        tokio::select! {
            _ = term.recv() => {}
            _ = end.recv() => {}
        }
        told.store(true, Ordering::Relaxed);
    });
    Ok(stop)
}

/// Leaves a feed file a day and kind, and the alerts. What lies there is not written over.
fn leave(folder: &Path, told: &[Detection], source: &str, rules: &Rules) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
    let mut days: BTreeMap<Day, Vec<Detection>> = BTreeMap::new();
    for one in told {
        days.entry(one.told.day()).or_default().push(one.clone());
    }
    for (day, told) in &days {
        for which in [Feed::Darknet, Feed::Victims] {
            let text = feed(which, told, source);
            if !text.is_empty() {
                write(folder, |number| which.file_name(*day, number), &text)?;
            }
        }
        let alerts = alerts(told, rules);
        if !alerts.is_empty() {
            write(folder, |number| format!("{day}-alerts-{number:06}.json"), &serde_json::to_string_pretty(&alerts)?)?;
        }
    }
    Ok(())
}

/// Leaves what was counted by hours, if anything was seen.
fn leave_hours(folder: &Path, hours: Option<&Hours>) -> anyhow::Result<()> {
    let Some(hours) = hours else { return Ok(()) };
    let bytes = hours.to_bytes()?;
    let day = hours.from.day();
    write(folder, |number| format!("{day}-hours-{number:06}.json"), &String::from_utf8_lossy(&bytes))
}

fn write(folder: &Path, name: impl Fn(u32) -> String, text: &str) -> anyhow::Result<()> {
    let mut number = 0;
    let path = loop {
        let path = folder.join(name(number));
        if !path.exists() {
            break path;
        }
        number += 1;
    };
    fs::write(&path, text).with_context(|| format!("cannot write `{}`", path.display()))?;
    eprintln!("{}", path.display());
    Ok(())
}
