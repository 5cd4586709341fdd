//! `serve`: the office in a browser, and the API beside it.

mod zones;

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use anyhow::{Context as _, bail};
use renkei_app::hint::Rounds;
use renkei_app::inquiry::Noticed;
use renkei_app::line::Callers;
use renkei_app::office::Office;
use renkei_app::taxii;
use renkei_app::webhook::{Called, Caller};
use renkei_app::words::Words;
use renkei_web::{Pace, Settings, Site};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinHandle;

use crate::cli::ServeArgs;
use crate::desk::Desk;
use crate::moment;

/// How long nobody looks whether a webhook is to be called.
const PAUSE: Duration = Duration::from_secs(1);
/// How long notices wait for a mail server that does not take them, or for whoever else sends now.
const LATER: Duration = Duration::from_secs(30);
/// How long nobody looks whether other hubs have something new.
const DRAW: Duration = Duration::from_secs(10);
const TEN: NonZeroU32 = NonZeroU32::MIN.saturating_add(9);

/// Serves until it is told to stop; what is under way is ended first.
pub async fn run(desk: &Desk<'_>, args: &ServeArgs) -> anyhow::Result<()> {
    if !args.secure && !args.listen.ip().is_loopback() {
        bail!(
            "without TLS the pages are for this machine only: listen on 127.0.0.1, or put a proxy with TLS in front \
             and say --secure"
        );
    }
    if args.address.as_ref().is_some_and(|address| address.origin().starts_with("https:")) && !args.secure {
        bail!("the address is with TLS: say --secure too, so that cookies are kept to it");
    }
    serve(desk.office().await?, args, &Words::new(desk.arguments.language())).await
}

/// Serves an office that is open.
pub async fn serve(office: Office, args: &ServeArgs, words: &Words) -> anyhow::Result<()> {
    let office = office.serving()?;
    if let Some(list) = &office.settings().breached {
        tokio::task::block_in_place(|| list.check())?;
    }
    let listener = TcpListener::bind(args.listen).await;
    let listener = listener.with_context(|| format!("cannot listen on {}", args.listen))?;
    let address = listener.local_addr()?;
    // To try it out, this machine is a site by its name.
    let site_address = match &args.address {
        Some(address) => Some(address.clone()),
        None if args.secure => None,
        None => format!("http://localhost:{}", address.port()).parse().ok(),
    };
    println!("{}", words.say("serve-begun", &[("address", format!("http://{address}/"))]));
    let caller = office.caller()?;
    let calling = tokio::spawn(call(office.clone(), caller));
    let telling = tokio::spawn(tell(office.clone()));
    let noticing =
        tokio::spawn(notice(office.clone(), site_address.as_ref().map(|address| address.origin().to_owned())));
    let hinting = tokio::spawn(hint(office.clone()));
    let peers = office.settings().peers.0.iter();
    let drawing: Vec<_> = peers.map(|peer| tokio::spawn(draw(office.clone(), peer.name.clone()))).collect();
    let taking = match args.line {
        Some(address) => Some(take(&office, address, words).await?),
        None => None,
    };
    let zones = match &args.zones {
        Some(path) => Some(zones::begin(&office, path, words).await?),
        None => None,
    };
    let settings = Settings {
        secure: args.secure,
        clock: moment::now,
        address: site_address,
        proxies: args.proxy.clone(),
        pace: Pace { each_second: args.rate, at_once: args.rate.saturating_mul(TEN) },
    };
    let site = Site::new(office, settings, renkei_web::route::ROUTES);
    let (mut stop, mut end) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let told = async move {
        tokio::select! {
            _ = stop.recv() => {}
            _ = end.recv() => {}
        }
    };
    let served = renkei_web::serve(site, listener, told).await;
    // A call that is on its way now is tried again by the next process, under the same id.
    calling.abort();
    // A message that is on its way is the same in the next process.
    telling.abort();
    // A notice that is on its way is taken over by the next process.
    noticing.abort();
    // What the register was not told yet it is told by the next process.
    hinting.abort();
    // What was not shared yet is found by the next process, which compares all first.
    drawing.iter().for_each(JoinHandle::abort);
    if let Some(taking) = taking {
        taking.abort();
    }
    // Resolvers go on with what they have.
    drop(zones);
    Ok(served?)
}

/// Takes messages of other offices for as long as the office is served.
async fn take(office: &Office, address: SocketAddr, words: &Words) -> anyhow::Result<JoinHandle<()>> {
    let listener = TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))?;
    // Without a certificate nothing can be taken, and that is said instead.
    office.line_certificate()?;
    println!("{}", words.say("line-begun", &[("address", listener.local_addr()?.to_string())]));
    let office = office.clone();
    Ok(tokio::spawn(async move {
        if let Err(error) = renkei_web::line::serve(office, listener, moment::now, std::future::pending()).await {
            tracing::error!(%error, "the line is not served");
        }
    }))
}

/// Tells other offices what they lack, for as long as the office is served.
async fn tell(office: Office) {
    let mut callers = Callers::default();
    loop {
        match office.tell_lines(&mut callers, moment::now()).await {
            Ok(told) if told.told > 0 => {}
            Ok(_) => tokio::time::sleep(PAUSE).await,
            Err(error) => {
                tracing::error!(%error, "other offices are not told now");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// Tells the register of inquiries that left or ended, for as long as the office is served; nothing where hints are off.
async fn hint(office: Office) {
    let hints = &office.settings().hints;
    if hints.asks.is_none() && hints.registers.is_none() {
        return;
    }
    let mut rounds = Rounds::default();
    loop {
        match office.tell_hints(&mut rounds, moment::now()).await {
            Ok(told) if told.told > 0 => {}
            Ok(_) => tokio::time::sleep(PAUSE).await,
            Err(error) => {
                tracing::warn!(%error, "nobody hears now who else asks");
                tokio::time::sleep(LATER).await;
            }
        }
    }
}

/// Draws what a peer has for as long as the office is served.
async fn draw(office: Office, peer: String) {
    let mut rounds = taxii::Rounds::default();
    loop {
        let pause = match office.draw_peer(&peer, &mut rounds, moment::now()).await {
            Ok(drawn) => {
                if drawn.is_news() {
                    tracing::info!(?drawn, "drawn from a peer");
                }
                DRAW
            }
            Err(error) => {
                tracing::warn!(%peer, %error, "nothing is drawn from a peer now");
                LATER
            }
        };
        tokio::time::sleep(pause).await;
    }
}

/// Tells parties by mail that something waits for them, for as long as the office is served.
async fn notice(office: Office, address: Option<String>) {
    loop {
        let pause = match office.give_notices(address.as_deref(), moment::now()).await {
            Ok(Noticed { waiting: 0, .. }) => PAUSE,
            Ok(Noticed { waiting, .. }) => {
                tracing::warn!(waiting, "notices wait: the mail server takes none now, or somebody else sends");
                LATER
            }
            Err(error) => {
                tracing::error!(%error, "nobody is told that something waits");
                LATER
            }
        };
        tokio::time::sleep(pause).await;
    }
}

/// Calls webhooks for as long as the office is served.
async fn call(office: Office, caller: Caller) {
    loop {
        match office.call_webhooks(&caller, moment::now()).await {
            Ok(called) if called != Called::default() => {
                let Called { delivered, later, dead } = called;
                tracing::info!(delivered, later, dead, "webhooks: {delivered} delivered, {later} later, {dead} dead");
            }
            Ok(_) => tokio::time::sleep(PAUSE).await,
            Err(error) => {
                tracing::error!(%error, "webhooks are not called now");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}
