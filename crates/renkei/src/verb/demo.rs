//! `demo`: the whole story on a nation that does not exist.

use renkei_app::demo::{Scene, play};
use renkei_app::words::Words;

use crate::cli::DemoArgs;
use crate::desk::Desk;
use crate::exit::Exit;
use crate::progress::Bars;

/// Plays the story, telling each scene as it ends.
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
    desk.tell(&story)?;
    Ok(if story.adds_up { Exit::Done } else { Exit::Failed })
}
