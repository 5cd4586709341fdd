//! The command line of `group` and `item`.

use std::path::PathBuf;

use clap::Subcommand;
use renkei_app::share::Form;
use renkei_core::id::{GroupId, ItemId, MandateId, OnwardId, PartyId, SeatId};
use renkei_core::share::{Kind, Pap, Return, Target, Tlp};
use renkei_core::time::Moment;

use crate::moment;

/// Verbs of `group`.
#[derive(Debug, Subcommand)]
pub enum GroupVerb {
    /// The groups that the acting seat knows of, with their people.
    List,
    /// Makes a group, with nobody in it.
    Add {
        /// What people call it.
        name: String,
    },
    /// Takes a seat into a group.
    Join {
        /// The group.
        group: GroupId,
        /// The seat: one person, never a whole organisation.
        member: SeatId,
        /// From when.
        #[arg(long, value_parser = moment::moment)]
        from: Option<Moment>,
        /// Until when, not included.
        #[arg(long, value_parser = moment::moment)]
        until: Option<Moment>,
    },
    /// Lets a seat go.
    Leave {
        /// The group.
        group: GroupId,
        /// The seat.
        member: SeatId,
    },
    /// Ends a group: nothing reaches anybody by it any more.
    End {
        /// The group.
        group: GroupId,
    },
}

/// Verbs of `mandate`.
#[derive(Debug, Clone, Subcommand)]
pub enum MandateVerb {
    /// The mandates of one's own organisation, newest first.
    List,
    /// Lets a seat of one's own organisation share by itself with a group: the approver's or deputy's step (S4.13).
    Give {
        /// Who is to share by itself: a machine's seat, or a person's.
        member: SeatId,
        /// With which group; who gives the mandate is in it.
        #[arg(long)]
        group: GroupId,
        /// Under which label (TLP 2.0).
        #[arg(long, value_parser = |word: &str| of(word, Tlp::ALL, Tlp::word))]
        tlp: Tlp,
        /// Under which label (PAP).
        #[arg(long, default_value = "amber", value_parser = |word: &str| of(word, Pap::ALL, Pap::word))]
        pap: Pap,
        /// Readers are not told whose it is.
        #[arg(long)]
        unnamed: bool,
        /// After so many days an item reaches one's own organisation alone.
        #[arg(long)]
        days: Option<u32>,
        /// From when; without it from now.
        #[arg(long, value_parser = moment::moment)]
        from: Option<Moment>,
        /// Until when, not included.
        #[arg(long, value_parser = moment::moment)]
        until: Moment,
    },
    /// Ends a mandate; what was shared by it stays.
    End {
        /// The mandate.
        mandate: MandateId,
    },
}

/// Verbs of `peer`.
#[derive(Debug, Clone, Subcommand)]
pub enum PeerVerb {
    /// The peers of the office, and what came from each.
    List,
    /// Compares a peer's collection with what came from it: shares what is new, takes back what is gone there.
    Draw {
        /// Which; without one all of them.
        name: Option<String>,
    },
}

/// Verbs of `item`.
#[derive(Debug, Subcommand)]
pub enum ItemVerb {
    /// Writes an item of one's own organisation; it reaches nobody else before it is posted.
    Draft(Box<DraftArgs>),
    /// Lets an item out to whom its conditions name: the approver's or deputy's step.
    Post {
        /// Its id.
        item: ItemId,
    },
    /// The items that the acting seat sees, newest first.
    List {
        /// Those before this one.
        #[arg(long)]
        before: Option<ItemId>,
        /// At most so many.
        #[arg(long, default_value_t = 50)]
        limit: u64,
    },
    /// One item whole; that another organisation's seat took it is kept for its originator.
    Show {
        /// Its id.
        item: ItemId,
    },
    /// Takes a posted item back, from whomever it reached.
    Withdraw {
        /// Its id.
        item: ItemId,
    },
    /// Gives a draft up.
    Drop {
        /// Its id.
        item: ItemId,
    },
    /// Draws the conditions of a posted item closer: whom it no longer reaches finds it gone.
    Narrow(Box<NarrowArgs>),
    /// Lets a posted item reach somebody more: the approver's or deputy's step.
    Widen {
        /// Its id.
        item: ItemId,
        #[command(flatten)]
        to: TargetArgs,
    },
    /// Asks the originator of an item whether it may go on to somebody (S3.14).
    Ask {
        /// The item.
        item: ItemId,
        #[command(flatten)]
        to: TargetArgs,
        /// What for: the originator reads it.
        #[arg(long)]
        purpose: String,
    },
    /// Questions whether items may go on: of others about ours, and our own.
    Onward,
    /// Answers such a question: the approver's or deputy's step. A yes lets the item reach whom it names.
    Answer {
        /// The question.
        question: OnwardId,
        /// The item may go on.
        #[arg(long, required_unless_present = "no", conflicts_with = "no")]
        yes: bool,
        /// It may not.
        #[arg(long)]
        no: bool,
        /// What is said with it.
        #[arg(long, default_value = "")]
        words: String,
    },
    /// Tells the originator of an item what came of it here; it alone is told (S4.29).
    Return {
        /// The item.
        item: ItemId,
        /// What came of it.
        #[arg(long, value_parser = |word: &str| of(word, Return::ALL, Return::word))]
        what: Return,
        /// How often, where it was counted.
        #[arg(long)]
        count: Option<u64>,
        /// In words.
        #[arg(long, default_value = "")]
        note: String,
    },
    /// What became of the items of one's own organisation.
    Returns {
        /// Those before this one.
        #[arg(long)]
        before: Option<ItemId>,
        /// At most so many.
        #[arg(long, default_value_t = 50)]
        limit: u64,
    },
    /// The values that reach the acting seat as a list for machines: `plain`, `csv`, `rpz`.
    Export(Box<ExportArgs>),
    /// Who else knows a value: items that reach the seat, and whom to ask.
    Lookup {
        /// An address, domain, URL, digest, account …; defanged text is understood.
        value: String,
    },
}

/// Somebody an item is to reach.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub struct TargetArgs {
    /// A topic group.
    #[arg(long)]
    to_group: Option<GroupId>,
    /// An organisation.
    #[arg(long)]
    to_party: Option<PartyId>,
    /// A seat.
    #[arg(long)]
    to_seat: Option<SeatId>,
    /// Somebody who has no seat here, in words; who asks hands the item over.
    #[arg(long, value_parser = |name: &str| format!("outside:{name}").parse::<Target>())]
    outside: Option<Target>,
}

impl TargetArgs {
    /// The one that was named.
    pub fn target(&self) -> Option<Target> {
        let Self { to_group, to_party, to_seat, outside } = self;
        to_group
            .map(Target::Group)
            .or_else(|| to_party.clone().map(Target::Party))
            .or_else(|| to_seat.clone().map(Target::Seat))
            .or_else(|| outside.clone())
    }
}

/// What is to stand in a list.
#[derive(Debug, clap::Args)]
pub struct ExportArgs {
    /// How it is written: `plain` (a value a line), `csv`, `rpz` (a response policy zone).
    #[arg(value_parser = |word: &str| of(word, &Form::ALL, Form::word))]
    pub form: Form,
    /// Of which kind (`domain`, `address`, `block`, `url`, `sha256` …); may be given again.
    #[arg(long = "kind")]
    pub kinds: Vec<String>,
    /// What reaches the seat by this group alone.
    #[arg(long)]
    pub group: Option<GroupId>,
    /// Also what stands on the office's warning lists.
    #[arg(long)]
    pub warned: bool,
    /// The name of the zone; without it `rpz.` and the office's domain.
    #[arg(long)]
    pub zone: Option<String>,
    /// The file to write; without it the list goes to the standard output.
    #[arg(long)]
    pub output: Option<PathBuf>,
}

/// How conditions are drawn closer.
#[derive(Debug, clap::Args)]
pub struct NarrowArgs {
    /// The item.
    pub item: ItemId,
    /// A narrower label (TLP 2.0).
    #[arg(long, value_parser = |word: &str| of(word, Tlp::ALL, Tlp::word))]
    pub tlp: Option<Tlp>,
    /// A narrower label (PAP).
    #[arg(long, value_parser = |word: &str| of(word, Pap::ALL, Pap::word))]
    pub pap: Option<Pap>,
    /// A topic group that it is no longer to reach; may be given again.
    #[arg(long)]
    pub not_group: Vec<GroupId>,
    /// An organisation that it is no longer to reach; may be given again.
    #[arg(long)]
    pub not_party: Vec<PartyId>,
    /// A seat that it is no longer to reach; may be given again.
    #[arg(long)]
    pub not_seat: Vec<SeatId>,
    /// Who looks a value of it up is no longer told to ask this organisation.
    #[arg(long)]
    pub unhinted: bool,
    /// An earlier end.
    #[arg(long, value_parser = moment::moment)]
    pub ends: Option<Moment>,
}

/// An item about to be written.
#[derive(Debug, clap::Args)]
pub struct DraftArgs {
    /// What it is about.
    #[arg(long, value_parser = |word: &str| of(word, Kind::ALL, Kind::word))]
    pub kind: Kind,
    /// One line.
    #[arg(long)]
    pub title: String,
    /// Markdown.
    #[arg(long, default_value = "", conflicts_with = "text_file")]
    pub text: String,
    /// File with the Markdown.
    #[arg(long)]
    pub text_file: Option<PathBuf>,
    /// A value to be found by; may be given again.
    #[arg(long = "value")]
    pub values: Vec<String>,
    /// File with a STIX 2.1 bundle or object.
    #[arg(long)]
    pub stix: Option<PathBuf>,
    /// How far a reader may carry it (TLP 2.0).
    #[arg(long, value_parser = |word: &str| of(word, Tlp::ALL, Tlp::word))]
    pub tlp: Tlp,
    /// What a reader may do with it (PAP).
    #[arg(long, default_value = "amber", value_parser = |word: &str| of(word, Pap::ALL, Pap::word))]
    pub pap: Pap,
    /// A topic group that it reaches; may be given again.
    #[arg(long)]
    pub to_group: Vec<GroupId>,
    /// An organisation that it reaches; may be given again.
    #[arg(long)]
    pub to_party: Vec<PartyId>,
    /// A seat that it reaches; may be given again.
    #[arg(long)]
    pub to_seat: Vec<SeatId>,
    /// Readers are not told whose it is.
    #[arg(long)]
    pub unnamed: bool,
    /// Who looks a value of it up is told to ask this organisation.
    #[arg(long)]
    pub hinted: bool,
    /// When its time ends.
    #[arg(long, value_parser = moment::moment)]
    pub ends: Option<Moment>,
    /// The item of one's own organisation that it corrects: posted, it takes that one's place.
    #[arg(long)]
    pub replaces: Option<ItemId>,
}

/// One of a closed vocabulary.
fn of<T: Copy>(word: &str, all: &'static [T], name: impl Fn(T) -> &'static str) -> Result<T, String> {
    let known = all.iter().copied().find(|known| name(*known) == word);
    known.ok_or_else(|| format!("it is one of {}", all.iter().map(|known| name(*known)).collect::<Vec<_>>().join(", ")))
}
