//! The command line: every verb, with help worth reading.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use renkei_core::id::{CampaignId, Digest, MailId, PartyId, RequestId, SeatId};
use renkei_core::net::{Asn, Prefix};
use renkei_core::seat::Duty;
use renkei_core::text::Language;
use renkei_core::time::{Day, Moment};

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
    /// Campaigns (注意喚起): plan, approve, send, correct, withdraw, close.
    #[command(subcommand)]
    Campaign(CampaignVerb),
    /// Answers of parties: counts only, never a subscriber.
    #[command(subcommand)]
    Answer(AnswerVerb),
    /// Mails that came in: replies, delivery reports, answers of programs.
    #[command(subcommand)]
    Mail(MailVerb),
    /// What changed afterwards: the same devices in later observations.
    Effect(EffectArgs),
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
}

/// What is done with seats.
#[derive(Debug, Subcommand)]
pub enum SeatVerb {
    /// Every seat with its duties and state.
    List,
    /// Makes a link by which a person takes a seat; it works once and is shown once.
    Invite {
        /// Name of the seat: a desk, never a person (`cyber-desk`).
        #[arg(value_name = "SEAT")]
        desk: SeatId,
        /// Its party; without it, the one whose office it is.
        #[arg(long)]
        party: Option<PartyId>,
        /// What it is called, in Japanese.
        #[arg(long)]
        title_ja: String,
        /// What it is called, in English.
        #[arg(long)]
        title_en: String,
        /// Its duties, separated by commas: drafter, approver, deputy, sender, analyst, answerer, legal,
        /// auditor, keeper, administrator.
        #[arg(long, value_delimiter = ',', required = true, value_parser = duty)]
        duty: Vec<Duty>,
    },
    /// Lets a seat sign in no more; its sessions and tokens end.
    Suspend {
        /// The seat.
        #[arg(value_name = "SEAT")]
        desk: SeatId,
    },
    /// Lets a suspended seat in again.
    Resume {
        /// The seat.
        #[arg(value_name = "SEAT")]
        desk: SeatId,
    },
    /// Makes a token by which a program acts for a seat; it is shown once.
    Token {
        /// The seat.
        #[arg(value_name = "SEAT")]
        desk: SeatId,
        /// What for (`nightly fetch`).
        #[arg(long)]
        name: String,
        /// What it may be used for.
        #[arg(long, value_enum, default_value_t = TokenScope::Read)]
        scope: TokenScope,
        /// Days it works.
        #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=366))]
        days: u32,
    },
}

/// What a token may be used for.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum TokenScope {
    /// Reading only.
    Read,
    /// Reading, and answering requests.
    Answer,
    /// All that its seat may do, approving excepted.
    Work,
}

fn duty(word: &str) -> Result<Duty, String> {
    Duty::from_word(word).ok_or_else(|| format!("`{word}` is no duty"))
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

/// Verbs of `party`.
#[derive(Debug, Subcommand)]
pub enum PartyVerb {
    /// Imports a TOML file of parties: all of it, or, where something is wrong, nothing.
    Import {
        /// The file.
        file: PathBuf,
    },
    /// Lists parties.
    List {
        /// Only those whose id, name or role holds this.
        #[arg(long)]
        search: Option<String>,
    },
    /// Shows one party.
    Show {
        /// Its id.
        party: PartyId,
    },
}

/// Verbs of `routes`.
#[derive(Debug, Subcommand)]
pub enum RoutesVerb {
    /// Imports a route table: CSV of ranges, pyasn or MMDB, plain or gz; several files make one table.
    Import {
        /// The files.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Day from which it is in force.
        #[arg(long, value_parser = moment::day)]
        from: Option<Day>,
    },
}

/// Options of `ingest`.
#[derive(Debug, Args)]
pub struct IngestArgs {
    /// Feed files.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Mapping of plain CSV (TOML).
    #[arg(long)]
    pub mapping: Option<PathBuf>,
    /// Exit with 4 if a line was kept out.
    #[arg(long)]
    pub strict: bool,
}

/// Options of `observations`.
#[derive(Debug, Args)]
pub struct ObservationsArgs {
    /// Which.
    #[command(flatten)]
    pub filter: FilterArgs,
    /// Counts by these instead of showing rows.
    #[arg(long, value_delimiter = ',', value_parser = ["day", "family", "party", "asn", "kind", "country", "port", "class", "feed"])]
    pub by: Vec<String>,
    /// Only counts.
    #[arg(long)]
    pub count: bool,
    /// Rows of a page.
    #[arg(long, default_value_t = 20)]
    pub limit: usize,
    /// Cursor of the last page.
    #[arg(long)]
    pub after: Option<String>,
}

/// Which observations.
#[derive(Debug, Args, Default)]
pub struct FilterArgs {
    /// Family of the malware.
    #[arg(long)]
    pub family: Option<String>,
    /// Operator who can act; `nobody`: those without one.
    #[arg(long)]
    pub party: Option<String>,
    /// AS number.
    #[arg(long)]
    pub asn: Option<Asn>,
    /// Country as the feed says.
    #[arg(long)]
    pub country: Option<String>,
    /// Address block.
    #[arg(long)]
    pub prefix: Option<Prefix>,
    /// Port (source or destination).
    #[arg(long)]
    pub port: Option<u16>,
    /// From this day or moment on.
    #[arg(long, value_parser = moment::moment)]
    pub from: Option<Moment>,
    /// Before this day or moment.
    #[arg(long, value_parser = moment::moment)]
    pub until: Option<Moment>,
    /// Feed file, by its digest.
    #[arg(long)]
    pub feed: Option<Digest>,
    /// A text in name, tag, family …
    #[arg(long)]
    pub search: Option<String>,
}

/// What a campaign is for.
#[derive(Debug, Args)]
pub struct PurposeArgs {
    /// Title in Japanese.
    #[arg(long)]
    pub title_ja: String,
    /// Title in English.
    #[arg(long)]
    pub title_en: String,
    /// Purpose in Japanese, as the letter says it.
    #[arg(long)]
    pub purpose_ja: String,
    /// Purpose in English.
    #[arg(long)]
    pub purpose_en: String,
    /// Where the leaflet for users is.
    #[arg(long)]
    pub leaflet: Option<String>,
    /// Which observations.
    #[command(flatten)]
    pub filter: FilterArgs,
}

/// Why something sent is changed, as the letter says it.
#[derive(Debug, Args)]
pub struct ReasonArgs {
    /// In Japanese.
    #[arg(long)]
    pub reason_ja: String,
    /// In English.
    #[arg(long)]
    pub reason_en: String,
}

/// Verbs of `campaign`.
#[derive(Debug, Subcommand)]
pub enum CampaignVerb {
    /// Drafts one request for each party that can act.
    Plan(PurposeArgs),
    /// Shows who would get what, with other rules, another directory or (--at) another date; writes nothing.
    Rehearse {
        /// What for.
        #[command(flatten)]
        purpose: PurposeArgs,
        /// Folder of other rules.
        #[arg(long)]
        policies: Option<PathBuf>,
        /// Another party file.
        #[arg(long)]
        parties: Option<PathBuf>,
    },
    /// Lists campaigns.
    List,
    /// Shows a campaign and its requests.
    Show {
        /// Its id.
        campaign: CampaignId,
    },
    /// Approves every draft, signed over its very bytes by the approver's seat.
    Approve {
        /// The campaign.
        campaign: CampaignId,
    },
    /// Sends what is approved, and whatever waits in the outbox.
    Send {
        /// Only this campaign.
        campaign: Option<CampaignId>,
    },
    /// Corrects a sent request in its thread: lines that were not the party's, and those named, go out.
    Correct {
        /// The request.
        request: RequestId,
        /// File of line keys to take out, one a line.
        #[arg(long)]
        drop: Option<PathBuf>,
        /// Why.
        #[command(flatten)]
        reason: ReasonArgs,
    },
    /// Takes a request back; a party that was written to is told.
    Withdraw {
        /// The request.
        request: RequestId,
        /// Why.
        #[command(flatten)]
        reason: ReasonArgs,
    },
    /// Tells a party what came of its help (S4.20).
    Feedback {
        /// The request.
        request: RequestId,
        /// In Japanese.
        #[arg(long)]
        text_ja: String,
        /// In English.
        #[arg(long)]
        text_en: String,
    },
    /// Closes a campaign and its requests.
    Close {
        /// The campaign.
        campaign: CampaignId,
    },
}

/// Verbs of `answer`.
#[derive(Debug, Subcommand)]
pub enum AnswerVerb {
    /// Counts a CSV of line key and status; the lines are dropped when counted.
    Import {
        /// The request.
        request: RequestId,
        /// The sheet.
        file: PathBuf,
    },
    /// Records an answer given as counts, or a refusal, or no data.
    Record {
        /// The request.
        request: RequestId,
        /// `STATUS=COUNT`, as often as needed.
        #[arg(long = "count", value_name = "STATUS=COUNT")]
        counts: Vec<String>,
        /// More will follow.
        #[arg(long)]
        part: bool,
        /// The party holds nothing.
        #[arg(long, conflicts_with_all = ["counts", "declined"])]
        no_data: bool,
        /// The party declines: no-capacity, no-basis, not-actionable, other-party.
        #[arg(long, conflicts_with = "counts")]
        declined: Option<String>,
    },
    /// Records that the party received the request.
    Acknowledge {
        /// The request.
        request: RequestId,
    },
}

/// Verbs of `mail`.
#[derive(Debug, Subcommand)]
pub enum MailVerb {
    /// Reads the new mails of a maildir, each once: proved replies are counted, reports are heeded, the
    /// rest waits for a person. Nothing is ever answered.
    Read {
        /// The maildir (a folder with `new/` and `cur/`).
        maildir: PathBuf,
        /// Removes a mail from the mailbox when it was filed, instead of moving it to `cur/`.
        #[arg(long)]
        remove: bool,
    },
    /// Lists mails that wait for a person.
    List {
        /// Every mail that was read.
        #[arg(long)]
        all: bool,
    },
    /// Says that a mail counts: its sheet is counted, its report is heeded.
    Confirm {
        /// Its id.
        mail: MailId,
    },
    /// Says that a mail does not count.
    Drop {
        /// Its id.
        mail: MailId,
    },
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

/// Verbs of `key`.
#[derive(Debug, Subcommand)]
pub enum KeyVerb {
    /// Lists keys, in force or not.
    List,
    /// Makes a new key in the place of one.
    Rotate {
        /// Its name.
        name: String,
    },
    /// Takes a key out of force.
    Revoke {
        /// Its name.
        name: String,
    },
}

/// Verbs of `audit`.
#[derive(Debug, Subcommand)]
pub enum AuditVerb {
    /// Shows entries.
    Show {
        /// First number.
        #[arg(long, default_value_t = 1)]
        from: u64,
        /// How many.
        #[arg(long, default_value_t = 50)]
        limit: u64,
    },
    /// Writes the ledger and the public keys for an outside check with `verify`.
    Export {
        /// The file.
        file: PathBuf,
    },
    /// Signs how long the ledger is and leaves that outside the database.
    Checkpoint,
    /// Finds any change, gap, reorder and, with a checkpoint from outside, a cut tail.
    Verify {
        /// Further checkpoints from outside.
        #[arg(long)]
        checkpoint: Vec<PathBuf>,
    },
}

/// Verbs of `lake`.
#[derive(Debug, Subcommand)]
pub enum LakeVerb {
    /// Joins small files, checkpoints, removes what is older than the term set in office.toml.
    Care,
}
