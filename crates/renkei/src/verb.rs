//! The verbs, one file each: what was typed becomes a call of a use case, its view is told.

mod answer;
mod audit;
mod backup;
mod campaign;
mod config;
mod credentials;
mod demo;
mod filter;
mod hint;
mod ingest;
mod inquiry;
mod init;
mod key;
mod line;
mod mail;
mod minutes;
mod observations;
mod offer;
mod operation;
mod party;
mod publish;
mod seat;
mod sense;
mod serve;
mod share;
mod sinkhole;
mod specimen;
mod warrant;

use tracing_subscriber::EnvFilter;

use crate::cli::{Arguments, LakeVerb, LogFormat, Verb};
use crate::desk::Desk;
use crate::exit::Exit;

/// Runs the verb that was asked for.
pub fn run(arguments: &Arguments) -> anyhow::Result<Exit> {
    // What examines mails has nothing open but its input and output: no log, no runtime.
    if let Verb::Specimen(crate::cli::SpecimenVerb::Child) = &arguments.verb {
        return specimen::examining_process();
    }
    log(arguments.log_format);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(dispatch(&Desk::new(arguments)))
}

/// Warnings, and in JSON the requests that are served, unless `RENKEI_LOG` says what is told.
fn log(format: LogFormat) {
    let usual = match format {
        LogFormat::Text => "warn",
        LogFormat::Json => "warn,renkei_web::watch=info",
    };
    let filter = EnvFilter::try_from_env("RENKEI_LOG").unwrap_or_else(|_| usual.into());
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match format {
        LogFormat::Text => lines.init(),
        LogFormat::Json => lines.json().flatten_event(true).with_span_list(false).init(),
    }
}

async fn dispatch(desk: &Desk<'_>) -> anyhow::Result<Exit> {
    match &desk.arguments.verb {
        Verb::Demo(args) => return demo::run(desk, args).await,
        Verb::Init(args) => init::run(desk, args).await?,
        Verb::Party(verb) => party::run(desk, verb).await?,
        Verb::Routes(verb) => party::routes(desk, verb).await?,
        Verb::Ingest(args) => return ingest::run(desk, args).await,
        Verb::Observations(args) => observations::run(desk, args).await?,
        Verb::Minutes(args) => minutes::run(desk, args).await?,
        Verb::Campaign(verb) => campaign::run(desk, verb).await?,
        Verb::Credentials(verb) => credentials::run(desk, verb).await?,
        Verb::Operation(verb) => return operation::run(desk, verb).await,
        Verb::Sinkhole(verb) => sinkhole::run(verb).await?,
        Verb::Publish(verb) => publish::run(desk, verb).await?,
        Verb::Specimen(verb) => return specimen::run(desk, verb),
        Verb::Sense(args) => sense::run(args, desk.arguments.json).await?,
        Verb::Answer(verb) => answer::run(desk, verb).await?,
        Verb::Inquiry(verb) => return inquiry::run(desk, verb).await,
        Verb::Line(verb) => line::run(desk, verb).await?,
        Verb::Hint(verb) => hint::run(desk, verb).await?,
        Verb::Warrant(verb) => return warrant::run(desk, verb).await,
        Verb::Offer(verb) => offer::run(desk, verb).await?,
        Verb::Group(verb) => share::groups(desk, verb).await?,
        Verb::Item(verb) => share::items(desk, verb).await?,
        Verb::Mandate(verb) => share::mandates(desk, verb).await?,
        Verb::Peer(verb) => share::peers(desk, verb).await?,
        Verb::Mail(verb) => mail::run(desk, verb).await?,
        Verb::Effect(args) => campaign::effect(desk, args).await?,
        Verb::Serve(args) => serve::run(desk, args).await?,
        Verb::Seat(verb) => seat::run(desk, verb).await?,
        Verb::Key(verb) => key::run(desk, verb).await?,
        Verb::Audit(verb) => return audit::run(desk, verb).await,
        Verb::Lake(LakeVerb::Care) => desk.tell(&desk.office().await?.care(desk.at).await?)?,
        Verb::Backup(args) => return backup::run(desk, args).await,
        Verb::Restore(args) => return backup::back(desk, args).await,
        Verb::Config => config::run(desk).await?,
        Verb::Doctor => return config::doctor(desk).await,
    }
    Ok(Exit::Done)
}
