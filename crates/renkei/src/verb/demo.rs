//! `demo`: the whole story on a nation that does not exist.

mod network;

use renkei_app::demo::network::Told;
use renkei_app::demo::{Scene, Story, play};
use renkei_app::office::{Acting, Office};
use renkei_app::seats::NewSeat;
use renkei_app::words::{Show, Words};
use renkei_core::seat::Duty;
use renkei_core::text::Bilingual;
use serde::Serialize;

use super::serve;
use crate::cli::{DemoArgs, ServeArgs};
use crate::desk::Desk;
use crate::exit::Exit;
use crate::moment;
use crate::progress::Bars;

/// Plays the story, telling each scene as it ends; serves the office then, if asked to.
pub async fn run(desk: &Desk<'_>, args: &DemoArgs) -> anyhow::Result<Exit> {
    let bars = Bars::new(desk.arguments.json);
    let words = Words::new(desk.arguments.language());
    let progress = |path: &std::path::Path, done: u64, total: u64| bars.read(path, done, total);
    let told = |scene: &Scene| {
        if !desk.arguments.json {
            println!("{}\n", scene.show(&words));
        }
    };
    let story = play(&args.folder, args.thin, desk.arguments.registry.clone(), &progress, &told).await?;
    let say = |text: String| {
        if !desk.arguments.json {
            println!("{text}\n");
        }
    };
    let network = network::act(&args.folder, &say, &words).await?;
    let adds_up = story.adds_up && network.adds_up;
    desk.tell(&Acts { network, story })?;
    if args.serve {
        let registry = desk.arguments.registry.clone();
        let office = Office::open(&args.folder.join("office"), registry, Acting::default(), moment::now()).await?;
        invite(&office, &format!("http://{}", args.listen), &words).await?;
        let serving = ServeArgs {
            listen: args.listen,
            secure: false,
            address: None,
            proxy: Vec::new(),
            line: None,
            zones: None,
            rate: ServeArgs::RATE,
        };
        serve::serve(office, &serving, &words).await?;
    }
    Ok(if adds_up { Exit::Done } else { Exit::Failed })
}

/// Both acts, the second before the end of the first, which says what to try next.
#[derive(Serialize)]
struct Acts {
    #[serde(flatten)]
    story: Story,
    network: Told,
}

impl Show for Acts {
    fn show(&self, words: &Words) -> String {
        format!("{}\n\n{}", self.network.show(words), self.story.show(words))
    }
}

/// Prints a link to a desk of the house and to one of a provider that was asked.
async fn invite(office: &Office, site: &str, words: &Words) -> anyhow::Result<()> {
    let house = [Duty::Drafter, Duty::Analyst, Duty::Auditor, Duty::Legal, Duty::Keeper];
    let provider = [Duty::Answerer, Duty::Administrator];
    for (seat, party, ja, en, duties) in [
        ("visitor", None, "見学の席", "visitor's desk", &house[..]),
        ("visitor-aozora", Some("isp-aozora"), "見学の席（事業者）", "visitor's desk at a provider", &provider[..]),
    ] {
        let new = NewSeat {
            seat: seat.parse()?,
            party: party.map(str::parse).transpose()?,
            title: Bilingual { ja: ja.to_owned(), en: en.to_owned() },
            duties: duties.to_vec(),
        };
        let invited = office.invite(&new, moment::now()).await?;
        let values = [("party", invited.party), ("link", format!("{site}{}", invited.path))];
        println!("{}", words.say("demo-invited", &values));
    }
    Ok(())
}
