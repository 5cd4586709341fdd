//! `sense`: watches captures or an interface, leaves files, hands them to the office, prints what it saw.

use std::fs::{self, File};
use std::hash::{BuildHasher as _, RandomState};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use renkei_edge::handover::{Office, wait};
use renkei_edge::sense::live::Wire;
use renkei_edge::sense::{
    Baseline, Countries, Dark, Delivered, Detection, ExportPorts, Outbox, Receiver, Refusal, Rows, Rules, Sense,
    Settings, deliver,
};
use tokio::signal::unix::{SignalKind, signal};

use crate::cli::SenseArgs;
use crate::moment;

/// Nobody wants files: what comes out is in the report.
struct Nobody;

impl Receiver for Nobody {
    fn minutes(&self, _: Rows) -> Result<(), Refusal> {
        Ok(())
    }

    fn detection(&self, _: &Detection) -> Result<(), Refusal> {
        Ok(())
    }
}

/// How often the outbox is looked at for files that the office should have.
const LOOK: Duration = Duration::from_secs(1);

/// Watches, then tells.
pub async fn run(args: &SenseArgs, json: bool) -> anyhow::Result<()> {
    let rules = rules(args.rules.as_deref())?;
    let seed = RandomState::new().hash_one(moment::now().0);
    let mut settings = Settings::new(&args.sensor, Dark::new(&args.dark), rules.clone(), seed);
    settings.threads = args.threads.get();
    settings.exact_sources = args.exact_sources;
    settings.aggregates = args.minutes;
    settings.hours = args.out.is_some();
    settings.countries = Arc::new(countries(args.countries.as_deref())?);
    let by_minute = args.interface.is_some();
    let outbox = args.out.as_ref().map(|folder| Outbox::open(folder, &args.source, rules, by_minute)).transpose()?;
    let office = office(args)?;
    let stop = stopped()?;
    let over = AtomicBool::new(false);
    let report = tokio::task::block_in_place(|| {
        std::thread::scope(|scope| {
            if let (Some(folder), Some(office)) = (&args.out, &office) {
                scope.spawn(|| hand_over(folder, office, &over));
            }
            let receiver = outbox.as_ref().map_or(&Nobody as &dyn Receiver, |outbox| outbox);
            let report = watch(args, Sense::new(settings, Baseline::default()), receiver, &stop);
            let left = report.and_then(|report| {
                let Some(outbox) = &outbox else { return Ok(report) };
                outbox.leave()?;
                report.hours.as_ref().map_or(Ok(()), |hours| outbox.leave_hours(hours))?;
                Ok(report)
            });
            over.store(true, Ordering::Relaxed);
            left
        })
    })?;
    match json {
        true => println!("{}", serde_json::to_string_pretty(&report)?),
        false => print!("{report}"),
    }
    for path in outbox.iter().flat_map(Outbox::left).filter(|path| path.exists()) {
        eprintln!("{}", path.display());
    }
    Ok(())
}

/// Reads the captures, or watches the interface until the process is told to stop.
fn watch(
    args: &SenseArgs,
    mut sense: Sense,
    receiver: &dyn Receiver,
    stop: &AtomicBool,
) -> anyhow::Result<renkei_edge::sense::Report> {
    if let Some(interface) = &args.interface {
        let mut wire = Wire::open(interface)?;
        eprintln!("watching {interface}");
        sense.watch(&mut wire, moment::now, || stop.load(Ordering::Relaxed), receiver)?;
        if wire.dropped() > 0 {
            eprintln!(
                "the kernel dropped {} frames: give it more threads, or a share of the addresses",
                wire.dropped()
            );
        }
    }
    let opened = |path: &Path| File::open(path).with_context(|| format!("cannot read `{}`", path.display()));
    let on = |path: &Path| format!("`{}` cannot be read on", path.display());
    for path in &args.files {
        sense.read(opened(path)?, receiver).with_context(|| on(path))?;
    }
    for path in &args.flows {
        sense.read_flows(opened(path)?, &ExportPorts::default(), receiver).with_context(|| on(path))?;
    }
    for path in &args.dshield {
        sense.read_dshield(opened(path)?, receiver).with_context(|| on(path))?;
    }
    Ok(sense.finish(receiver)?.0)
}

/// The office that files are handed to, if there is one.
fn office(args: &SenseArgs) -> anyhow::Result<Option<Office>> {
    let (Some(url), Some(token)) = (&args.hand_to, &args.token) else { return Ok(None) };
    Ok(Some(Office::new(url, None, token, args.ca.as_ref())?))
}

/// Hands files over until the watch is over and nothing waits, or the office does not answer then.
fn hand_over(folder: &Path, office: &Office, over: &AtomicBool) {
    let (mut failures, mut next) = (0, Instant::now());
    loop {
        let last = over.load(Ordering::Relaxed);
        if last || Instant::now() >= next {
            match deliver(folder, office) {
                Ok(Delivered { refused, later, .. }) => {
                    refused.iter().for_each(|why| eprintln!("the office refused a file, it lies in `refused`: {why}"));
                    failures = if later.is_some() { failures + 1 } else { 0 };
                    if let Some(why) = later.filter(|_| failures == 1 || last) {
                        eprintln!("the office does not take files now, they wait: {why}");
                    }
                }
                Err(error) => {
                    failures += 1;
                    eprintln!("{error}");
                }
            }
            next = Instant::now() + if failures > 0 { wait(failures) } else { LOOK };
        }
        if last {
            return;
        }
        std::thread::sleep(LOOK.min(Duration::from_millis(200)));
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
