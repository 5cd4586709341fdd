//! The command line: every verb, with help worth reading.

mod answer;
mod backup;
mod campaign;
mod edge;
mod hint;
mod inquiry;
mod keeping;
mod line;
mod observations;

mod offer;
mod operation;
mod party;
mod publish;
mod seat;
mod share;
mod specimen;
mod warrant;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use renkei_core::id::{CampaignId, SeatId};
use renkei_core::text::Language;
use renkei_core::time::Moment;

pub use self::answer::{AnswerVerb, MailVerb};
pub use self::backup::{BackupArgs, BackupVerb, RestoreArgs};
pub use self::campaign::{CampaignVerb, CredentialsVerb, PurposeArgs, ReasonArgs, SplitArgs, WordsArgs};
pub use self::edge::{MinutesArgs, SenseArgs, SinkholeVerb};
pub use self::hint::HintVerb;
pub use self::inquiry::{InquiryVerb, Wordy};
pub use self::keeping::{AuditVerb, KeyVerb, LakeVerb};
pub use self::line::LineVerb;
pub use self::observations::{FilterArgs, IngestArgs, ObservationsArgs, ObservationsVerb};
pub use self::offer::OfferVerb;
pub use self::operation::OperationVerb;
pub use self::party::{PartyVerb, RoutesVerb};
pub use self::publish::PublishVerb;
pub use self::seat::{SeatVerb, TokenScope};
pub use self::share::{DraftArgs, ExportArgs, GroupVerb, ItemVerb, MandateVerb, NarrowArgs, PeerVerb, TargetArgs};
pub use self::specimen::{LookArgs, SpecimenVerb};
pub use self::warrant::{CourtVerb, WarrantVerb};
use crate::moment;

/// renkei (連携): from observations of infected devices to the parties that can act, and back.
///
/// Every act asks the gate first and is kept in a ledger that can be verified later. All verbs take
/// --json. Exit codes: 0 done, 1 failed, 2 usage, 3 refused by the gate, 4 findings (--strict),
/// 5 ledger not intact, 6 busy, 7 no office.
#[derive(Debug, Parser)]
#[command(name = "renkei", version, max_term_width = 100)]
pub struct Arguments {
    /// Folder of the office.
    #[arg(long, global = true, default_value = "office", env = "RENKEI_OFFICE")]
    pub office: PathBuf,
    /// Registry instead of the one in office.toml (`postgres://…`).
    #[arg(long, global = true, env = "RENKEI_REGISTRY", hide_env_values = true)]
    pub registry: Option<String>,
    /// Seat that acts; without it, the first that has the duty.
    #[arg(long, global = true, env = "RENKEI_SEAT")]
    pub seat: Option<SeatId>,
    /// JSON on standard output, errors as JSON on standard error.
    #[arg(long, global = true)]
    pub json: bool,
    /// Language of words.
    #[arg(long, global = true, value_enum, env = "RENKEI_LANG")]
    pub lang: Option<Lang>,
    /// Form of what is told on standard error while the program works; `json` tells each request of `serve`.
    #[arg(long, global = true, value_enum, default_value_t = LogFormat::Text, env = "RENKEI_LOG_FORMAT")]
    pub log_format: LogFormat,
    /// Acts as if it were this moment (rehearsals, the demo; the ledger keeps it).
    #[arg(long, global = true, hide = true, value_parser = moment::moment)]
    pub at: Option<Moment>,
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

impl Arguments {
    /// The language: as asked, else by `LANG`, else Japanese.
    pub fn language(&self) -> Language {
        match self.lang {
            Some(Lang::Ja) => Language::Ja,
            Some(Lang::En) => Language::En,
            None => system_language(),
        }
    }
}

fn system_language() -> Language {
    let set =
        ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
    match set {
        Some(set) if set.starts_with("en") => Language::En,
        _ => Language::Ja,
    }
}

/// Forms of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Lines for people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Languages.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Lang {
    /// 日本語.
    Ja,
    /// English.
    En,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// The whole story on a nation that does not exist: found, attributed, told, answered, measured.
    Demo(DemoArgs),
    /// Makes an office: folder, settings, keys, seats, registry, ledger, lake.
    Init(InitArgs),
    /// Parties (関係者): who can act on what, and how letters reach them.
    #[command(subcommand)]
    Party(PartyVerb),
    /// Tables from addresses to AS numbers.
    #[command(subcommand)]
    Routes(RoutesVerb),
    /// Reads feed files into the lake, each once: Shadowserver, IntelMQ, sinkhole logs, mapped CSV; gz, zst.
    Ingest(IngestArgs),
    /// Counts or shows observations; a view of rows is kept in the ledger.
    Observations(ObservationsArgs),
    /// Sums up what the sensors saw minute by minute, or writes it out as FlowTuples.
    Minutes(MinutesArgs),
    /// Campaigns (注意喚起): plan, approve, send, correct, withdraw, close.
    #[command(subcommand)]
    Campaign(CampaignVerb),
    /// Stolen credentials: split by the operator that issued them, sealed to it as they are read.
    #[command(subcommand)]
    Credentials(CredentialsVerb),
    /// Answers of parties: counts only, never a subscriber.
    #[command(subcommand)]
    Answer(AnswerVerb),
    /// Inquiries to providers: asked with approval, answered item by item, checkable for years (S4.5).
    #[command(subcommand)]
    Inquiry(InquiryVerb),
    /// Lines: offices of other organisations with which inquiries are exchanged (S4.5).
    #[command(subcommand)]
    Line(LineVerb),
    /// Duplicate hints: that others inquired about the same subject, and whom to call; off unless set (S4.10).
    #[command(subcommand)]
    Hint(HintVerb),
    /// Warrants: recorded and checked for authenticity, executed outside (S4.16); the register of courts.
    #[command(subcommand)]
    Warrant(WarrantVerb),
    /// Offers of parties: with this we could act (S4.25).
    #[command(subcommand)]
    Offer(OfferVerb),
    /// Topic groups: named people who share with each other (S4.1).
    #[command(subcommand)]
    Group(GroupVerb),
    /// Items that are shared under their originator's conditions, and who else knows a value (S3.2).
    #[command(subcommand)]
    Item(ItemVerb),
    /// What an approver lets a seat share with a group by itself, under fixed conditions and until a day (S3.2, S4.13).
    #[command(subcommand)]
    Mandate(MandateVerb),
    /// Collections of other hubs, whose objects a seat here shares on by its mandate (S0.13).
    #[command(subcommand)]
    Peer(PeerVerb),
    /// Mails that came in: replies, delivery reports, answers of programs.
    #[command(subcommand)]
    Mail(MailVerb),
    /// Mails that were handed in as an attack: what they show, and waves of the same (S1.35, S3.9).
    #[command(subcommand)]
    Specimen(SpecimenVerb),
    /// What changed afterwards: the same devices in later observations.
    Effect(EffectArgs),
    /// Operations (作戦): takedowns and joint actions, written down, watched, turned into a sinkhole's order.
    #[command(subcommand)]
    Operation(OperationVerb),
    /// The sinkhole: answers the bots of an operation with blank data, and hands what it saw to the office.
    #[command(subcommand)]
    Sinkhole(SinkholeVerb),
    /// The sensors: watches captures or an interface of dark addresses, and leaves feed files and alerts.
    Sense(SenseArgs),
    /// What everybody may read: reports of the sensors, urgent alerts, corrections (S1.27, S3.8).
    #[command(subcommand)]
    Publish(PublishVerb),
    /// The office in a browser, and the API beside it.
    Serve(ServeArgs),
    /// Seats (席) of every organisation: invite, suspend, tokens for programs.
    #[command(subcommand)]
    Seat(SeatVerb),
    /// Keys of the office and its seats.
    #[command(subcommand)]
    Key(KeyVerb),
    /// The ledger: show, export, verify.
    #[command(subcommand)]
    Audit(AuditVerb),
    /// The lake: compaction, checkpoints, retention.
    #[command(subcommand)]
    Lake(LakeVerb),
    /// Copies the whole office into a folder while it works, or checks such a copy.
    Backup(BackupArgs),
    /// Makes an office from a backup, in a folder and a registry that are empty.
    Restore(RestoreArgs),
    /// Settings in force, and the seats.
    Config,
    /// Looks the office over and says what needs a person.
    Doctor,
}

/// Options of `serve`.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// Address to listen on. Put a proxy with TLS in front before others than this machine come.
    #[arg(long, default_value = "127.0.0.1:8280", env = "RENKEI_LISTEN")]
    pub listen: std::net::SocketAddr,
    /// Visitors come by TLS through a proxy: cookies are kept to it. Without it only loopback is listened on.
    #[arg(long, env = "RENKEI_SECURE")]
    pub secure: bool,
    /// The address that visitors type (`https://office.example`); passkeys are bound to it, for good.
    #[arg(long, env = "RENKEI_ADDRESS")]
    pub address: Option<renkei_core::passkey::RelyingParty>,
    /// Address of a proxy in front, whose `X-Forwarded-For` is believed; may be given several times.
    #[arg(long, env = "RENKEI_PROXY", value_delimiter = ',')]
    pub proxy: Vec<std::net::IpAddr>,
    /// Takes messages of other offices here, by TLS with certificates on both sides; `renkei line` sets it up.
    #[arg(long, env = "RENKEI_LINE")]
    pub line: Option<std::net::SocketAddr>,
    /// Serves policy zones to configured resolvers by zone transfer: settings (TOML, docs/zones.md).
    #[arg(long, env = "RENKEI_ZONES", value_name = "FILE")]
    pub zones: Option<PathBuf>,
    /// Requests a second that one seat may send on average (ten times as many at once); strangers of one
    /// network a fifth of it.
    #[arg(long, env = "RENKEI_RATE", default_value_t = ServeArgs::RATE)]
    pub rate: std::num::NonZeroU32,
}

impl ServeArgs {
    /// Enough for a person with many pages and for a program in a hurry.
    pub const RATE: std::num::NonZeroU32 = std::num::NonZeroU32::MIN.saturating_add(49);
}

/// Options of `demo`.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Folder to play in; a second run goes on where the first ended.
    #[arg(default_value = "demo-office")]
    pub folder: PathBuf,
    /// One device in so many of the full nation (1: all 82,000).
    #[arg(long, default_value_t = 1)]
    pub thin: u32,
    /// Ends by serving: prints links to a desk of the office and one of a provider, and the pages they open.
    #[arg(long)]
    pub serve: bool,
    /// Address to serve on.
    #[arg(long, default_value = "127.0.0.1:8280", requires = "serve")]
    pub listen: std::net::SocketAddr,
}

/// Options of `init`.
#[derive(Debug, Args)]
pub struct InitArgs {
    /// The party whose office it is (`centre-hinode`).
    #[arg(long)]
    pub party: String,
    /// Name in Japanese.
    #[arg(long)]
    pub name_ja: String,
    /// Name in English.
    #[arg(long)]
    pub name_en: String,
    /// Mail domain (`office.example`).
    #[arg(long)]
    pub domain: String,
    /// IANA time zone.
    #[arg(long, default_value = "Asia/Tokyo")]
    pub zone: String,
    /// Days observations are kept, or `undecided`: asked on a terminal if left out.
    #[arg(long)]
    pub keep_days: Option<String>,
    /// One person may draft and approve; every ruling then says so.
    #[arg(long)]
    pub one_seat: bool,
    /// Take special-purpose addresses as devices (samples, closed networks).
    #[arg(long)]
    pub accept_reserved: bool,
}

/// Options of `effect`.
#[derive(Debug, Args)]
pub struct EffectArgs {
    /// The campaign.
    pub campaign: CampaignId,
    /// Writes the chart (SVG) here.
    #[arg(long)]
    pub chart: Option<PathBuf>,
}
