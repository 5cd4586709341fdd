//! `hint`: duplicate hints (S4.10): the evaluator's key, the register told now, one inquiry looked up again.

use renkei_app::hint::Rounds;

use crate::cli::HintVerb;
use crate::desk::Desk;

/// Does it.
pub async fn run(desk: &Desk<'_>, verb: &HintVerb) -> anyhow::Result<()> {
    let office = desk.office().await?;
    let at = desk.at;
    match verb {
        HintVerb::Key => desk.tell(&office.turn_hint_key(at).await?),
        HintVerb::Tell => desk.tell(&office.tell_hints(&mut Rounds::default(), at).await?),
        HintVerb::Look { inquiry } => {
            office.look_for_hints(*inquiry, at).await?;
            match office.read_inquiry(*inquiry, at).await?.hints {
                Some(hints) => desk.tell(&hints),
                None => Ok(()),
            }
        }
    }
}
