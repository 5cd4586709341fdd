//! `serve`: the office in a browser, and the API beside it.

use anyhow::{Context as _, bail};
use renkei_app::office::Office;
use renkei_app::words::Words;
use renkei_web::{Settings, Site};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::cli::ServeArgs;
use crate::desk::Desk;
use crate::moment;

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
    let site = Site::new(
        office,
        Settings { secure: args.secure, clock: moment::now, address: site_address },
        renkei_web::route::ROUTES,
    );
    let (mut stop, mut end) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let told = async move {
        tokio::select! {
            _ = stop.recv() => {}
            _ = end.recv() => {}
        }
    };
    Ok(renkei_web::serve(site, listener, told).await?)
}
