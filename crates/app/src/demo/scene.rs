//! The scenes of the demo, and its end: told in words as they happen, and as JSON.

use serde::Serialize;

use crate::audit::Verified;
use crate::campaign::answer::Answered;
use crate::campaign::approve::Approved;
use crate::campaign::effect::Effect;
use crate::campaign::plan::Planned;
use crate::campaign::send::Sent;
use crate::ingest::Ingested;
use crate::init::Initialised;
use crate::party::PartiesImported;
use crate::routes::RoutesImported;
use crate::words::{Show, Words, number};

/// Something that happened on the stage.
#[derive(Debug)]
pub enum Scene {
    /// The office was made.
    Made(Initialised),
    /// The nation was imported.
    Nation(PartiesImported),
    /// Its routes were imported.
    Routes(RoutesImported),
    /// A day of the sinkhole was read.
    Read {
        /// The day.
        day: String,
        /// Devices that called.
        devices: u64,
        /// What the ingest said.
        read: Ingested,
    },
    /// The campaign of an earlier run goes on.
    Known {
        /// The campaign.
        campaign: String,
    },
    /// Requests were drafted.
    Planned(Planned),
    /// They were approved.
    Approved(Approved),
    /// They left.
    Sent(Sent),
    /// Recipients answered.
    Answered {
        /// Until this day.
        day: String,
        /// What they answered.
        answered: Vec<Answered>,
    },
    /// What a second campaign would do.
    Rehearsed {
        /// The day.
        day: String,
        /// Who would be told.
        planned: Planned,
    },
}

impl Scene {
    /// The words of the scene.
    pub fn show(&self, words: &Words) -> String {
        let (key, values, body) = match self {
            Self::Made(made) => ("scene-made", vec![], made.show(words)),
            Self::Nation(nation) => ("scene-nation", vec![], nation.show(words)),
            Self::Routes(routes) => ("scene-routes", vec![], routes.show(words)),
            Self::Read { day, devices, read } => {
                ("scene-read", vec![("day", day.clone()), ("devices", number(*devices))], read.show(words))
            }
            Self::Known { campaign } => ("scene-known", vec![("campaign", campaign.clone())], String::new()),
            Self::Planned(planned) => ("scene-planned", vec![], planned.show(words)),
            Self::Approved(approved) => ("scene-approved", vec![], approved.show(words)),
            Self::Sent(sent) => ("scene-sent", vec![], sent.show(words)),
            Self::Answered { day, answered } => {
                let answers = answered.iter().map(|answer| answer.show(words)).collect::<Vec<_>>();
                ("scene-answered", vec![("day", day.clone())], answers.join("\n"))
            }
            Self::Rehearsed { day, planned } => ("scene-rehearsed", vec![("day", day.clone())], planned.show(words)),
        };
        let head = format!("■ {}", words.say(key, &values));
        if body.is_empty() { head } else { format!("{head}\n{body}") }
    }
}

/// How the story ended.
#[derive(Debug, Serialize)]
pub struct Story {
    /// Where it was played.
    pub folder: String,
    /// Its campaign.
    pub campaign: String,
    /// Whether all sums hold and the ledger is intact.
    pub adds_up: bool,
    /// The sums.
    pub sums: Vec<Sum>,
    /// The ledger.
    pub ledger: Verified,
    /// What changed.
    pub effect: Effect,
}

/// Two numbers that must be one.
#[derive(Debug, Serialize)]
pub struct Sum {
    /// Stable code, also the key in `locales/`.
    pub code: &'static str,
    /// One side.
    pub expected: u64,
    /// The other.
    pub found: u64,
}

impl Sum {
    /// Whether they are.
    pub const fn holds(&self) -> bool {
        self.expected == self.found
    }

    /// Both in words.
    pub(super) fn line(&self, words: &Words) -> String {
        let mark = if self.holds() { "=" } else { "≠" };
        let name = words.of(&format!("sum-{}", self.code));
        format!("  {name}: {} {mark} {}", number(self.expected), number(self.found))
    }
}

impl Show for Story {
    fn show(&self, words: &Words) -> String {
        let mut lines = vec![format!("■ {}", words.of("scene-effect")), self.effect.show(words), String::new()];
        lines.push(format!("■ {}", words.of("scene-sums")));
        lines.extend(self.sums.iter().map(|sum| sum.line(words)));
        lines.push(self.ledger.show(words));
        lines.push(String::new());
        lines.push(format!("■ {}", words.of("scene-next")));
        lines.push(words.say("demo-next", &[("folder", self.folder.clone()), ("campaign", self.campaign.clone())]));
        lines.join("\n")
    }
}
