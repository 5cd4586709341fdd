//! The stage of the demo: office, nation, routes and the recipients' keys, made once.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use renkei_core::id::{CampaignId, PartyId};
use renkei_core::request::State;
use renkei_core::time::Moment;
use renkei_post::quarantine::OfficeIdentity;
use renkei_store::request::RequestFilter;

use super::isp::{self, Manner, manner};
use super::{Scene, Treated, first_day, moment};
use crate::campaign::answer::Answered;
use crate::office::{Acting, Office};
use crate::party::file::parse;
use crate::settings::{
    FILE, Raw, RawApproval, RawEffect, RawHints, RawIntake, RawMailIn, RawOffice, RawPasswords, RawPost, RawRegistry,
    RawRetention, RawWebhooks,
};

/// Why the play stops.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// Files of the play.
    #[error("the demo's folder cannot be used: {0}")]
    Io(#[from] io::Error),
    /// Making the office.
    #[error("{0}")]
    Init(#[from] crate::init::InitError),
    /// Opening it.
    #[error("{0}")]
    Office(#[from] crate::office::OfficeError),
    /// The nation.
    #[error("{0}")]
    Nation(#[from] crate::party::file::PartyFileError),
    /// The nation.
    #[error("{0}")]
    Party(#[from] crate::party::PartyError),
    /// Its routes.
    #[error("{0}")]
    Routes(#[from] crate::routes::ImportError),
    /// A recipient's key.
    #[error("{0}")]
    Key(#[from] renkei_post::quarantine::OpenError),
    /// A key file.
    #[error("{0}")]
    Secret(#[from] crate::secret::SecretError),
    /// Reading.
    #[error("{0}")]
    Ingest(#[from] crate::ingest::IngestError),
    /// Planning.
    #[error("{0}")]
    Plan(#[from] crate::campaign::plan::PlanError),
    /// Approving.
    #[error("{0}")]
    Approve(#[from] crate::campaign::approve::ApproveError),
    /// Sending.
    #[error("{0}")]
    Send(#[from] crate::campaign::send::SendError),
    /// Answering.
    #[error("{0}")]
    Answer(#[from] crate::campaign::answer::AnswerError),
    /// Feedback.
    #[error("{0}")]
    Feedback(#[from] crate::campaign::feedback::FeedbackError),
    /// A request.
    #[error("{0}")]
    Change(#[from] crate::campaign::withdraw::ChangeError),
    /// Showing.
    #[error("{0}")]
    Show(#[from] crate::campaign::show::ShowError),
    /// The effect.
    #[error("{0}")]
    Effect(#[from] crate::campaign::effect::EffectError),
    /// The ledger.
    #[error("{0}")]
    Audit(#[from] crate::audit::AuditError),
    /// Settling what an earlier run left.
    #[error("{0}")]
    Doctor(#[from] crate::doctor::DoctorError),
    /// The registry.
    #[error("{0}")]
    Db(#[from] renkei_store::DbError),
    /// The lake.
    #[error("{0}")]
    Lake(#[from] renkei_lake::OpenError),
    /// The lake.
    #[error("{0}")]
    Read(#[from] renkei_lake::ReadError),
    /// The operation.
    #[error("{0}")]
    Operation(#[from] crate::operation::OperationError),
    /// The sinkhole's seat.
    #[error("{0}")]
    Seat(#[from] crate::seats::SeatError),
    /// The sensors' minutes.
    #[error("{0}")]
    Minutes(#[from] crate::observations::LookError),
    /// The plan has no campaign.
    #[error("the campaign of the plan is not there")]
    Lost,
}

/// What the play is played on.
pub(super) struct Stage {
    pub(super) folder: PathBuf,
    pub(super) office: Office,
    pub(super) thin: u32,
    pub(super) treated: BTreeSet<PartyId>,
}

impl Stage {
    /// Makes the office and its nation, or opens what an earlier run left.
    pub(super) async fn set(
        folder: &Path,
        thin: u32,
        registry: Option<String>,
        at: Moment,
        tell: &(dyn Fn(&Scene) + Sync),
    ) -> Result<Self, DemoError> {
        fs::create_dir_all(folder)?;
        let home = folder.join("office");
        if !home.join(FILE).exists() {
            tell(&Scene::Made(crate::init::init(&home, raw(), registry.clone(), at).await?));
        }
        let office = Office::open(&home, registry, Acting::default(), at).await?;
        office.settle(at).await?;
        let stage = Self { folder: folder.to_path_buf(), office, thin, treated: BTreeSet::new() };
        let parties = parse(include_str!("parties.toml"), |id| stage.recipient(id).ok())?;
        let imported = stage.office.take_parties(&parties, at).await?;
        if imported.added > 0 {
            tell(&Scene::Nation(imported));
        }
        if stage.office.route_tables().await?.is_empty() {
            let path = folder.join("routes.csv");
            fs::write(&path, routes())?;
            tell(&Scene::Routes(stage.office.import_routes(&[path], first_day(), at).await?));
        }
        Ok(stage)
    }

    /// Recipients whose time has come open their mail, treat their users and answer. What they did is added to
    /// `told`.
    pub(super) async fn answers(
        &mut self,
        campaign: CampaignId,
        until: u32,
        told: &mut Treated,
    ) -> Result<Vec<Answered>, DemoError> {
        let parties = self.office.store.parties().await?;
        let filter = RequestFilter { campaign: Some(campaign), ..RequestFilter::default() };
        let mut answered = Vec::new();
        for request in self.office.store.requests(&filter).await? {
            let manner: Manner = manner(&request.party);
            let Some(after) = manner.answers_after.filter(|after| *after < until) else { continue };
            let Some(party) = parties.iter().find(|party| party.id == request.party) else { continue };
            if self.treated.contains(&request.party) {
                continue;
            }
            let identity = self.identity(&request.party)?;
            let lines = isp::inbox(&self.outbox(), party, &identity)?;
            let (sheet, devices) = isp::sheet(&lines, manner);
            self.treated.insert(request.party.clone());
            told.extend(devices.into_iter().map(|(device, status)| (device, (1 + after, status))));
            if matches!(request.state, State::Sent | State::Acknowledged) {
                let name = PathBuf::from(format!("answer-of-{}.csv", request.party));
                let at = moment(1 + after, 6);
                answered.push(self.office.take_answer(request.id, sheet.as_bytes(), &name, at).await?);
            }
        }
        Ok(answered)
    }

    /// Where letters are written.
    pub(super) fn outbox(&self) -> PathBuf {
        self.office.folder().join("outbox")
    }

    /// The key a recipient opens its mail with; it lies in the recipient's folder, not the office's.
    pub(super) fn identity(&self, party: &PartyId) -> Result<OfficeIdentity, DemoError> {
        Ok(OfficeIdentity::read(&crate::secret::read(&self.key_file(party.as_str()))?)?)
    }

    fn key_file(&self, party: &str) -> PathBuf {
        self.folder.join("recipients").join(format!("{party}.key"))
    }

    /// The public half of a recipient's key, made when first asked for.
    fn recipient(&self, party: &str) -> Result<String, DemoError> {
        let path = self.key_file(party);
        if !path.exists() {
            crate::secret::write(&path, &OfficeIdentity::generate().file_text())?;
        }
        Ok(OfficeIdentity::read(&crate::secret::read(&path)?)?.recipient().to_string())
    }
}

fn raw() -> Raw {
    Raw {
        office: RawOffice {
            name_ja: "ひのでサイバー犯罪対策センター".into(),
            name_en: "Hinode Cybercrime Control Centre".into(),
            party: "centre-hinode".into(),
            domain: "hinode.example".into(),
            zone: "Asia/Tokyo".into(),
            language: "ja".into(),
            virtual_clock: true,
        },
        registry: RawRegistry::default(),
        approval: RawApproval::default(),
        intake: RawIntake { accept_reserved: true, ..RawIntake::default() },
        post: RawPost { contact_desk: "desk@hinode.example".into(), ..RawPost::default() },
        mail_in: RawMailIn::default(),
        passwords: RawPasswords::default(),
        webhooks: RawWebhooks::default(),
        retention: RawRetention::default(),
        effect: RawEffect::default(),
        hints: RawHints::default(),
        peers: Vec::new(),
        oidc: Vec::new(),
    }
}

/// The route table of the nation (ranges of RFC 2544 and RFC 3849, AS numbers of RFC 5398).
fn routes() -> String {
    let table = [
        ("198.18.0.0", "198.18.63.255", 64_496u32, "Aozora Telecom"),
        ("198.18.64.0", "198.18.127.255", 64_497, "Kasumi Net"),
        ("198.18.128.0", "198.18.159.255", 64_498, "Minami Hikari"),
        ("198.18.160.0", "198.18.175.255", 64_499, "Kitano Cable"),
        ("198.18.176.0", "198.18.191.255", 64_500, "Hoshi Mobile"),
        ("198.18.192.0", "198.18.199.255", 64_501, "Sakuradai Internet"),
        ("198.18.200.0", "198.18.207.255", 64_502, "Umibe Telecom"),
        ("198.18.208.0", "198.18.211.255", 64_503, "Yamanami Village Cable"),
        ("198.18.224.0", "198.18.239.255", 64_504, "Tanada Hosting"),
        ("198.18.240.0", "198.18.255.255", 64_511, "nobody in the directory"),
        ("198.19.0.0", "198.19.255.255", 65_536, "Borealia"),
    ];
    table.iter().map(|(first, last, asn, name)| format!("{first},{last},{asn},\"{name}\"\n")).collect()
}
