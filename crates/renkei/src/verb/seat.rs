//! `seat`: seats of every organisation.

use renkei_app::seats::{NewSeat, Scope};
use renkei_core::text::Bilingual;

use crate::cli::{SeatVerb, TokenScope};
use crate::desk::Desk;

/// Lists, invites, suspends, lets in again, makes tokens.
pub async fn run(desk: &Desk<'_>, verb: &SeatVerb) -> anyhow::Result<()> {
    let office = desk.office().await?;
    let at = desk.at;
    match verb {
        SeatVerb::List => desk.tell(&office.seats(at).await?),
        SeatVerb::Invite { desk: seat, party, title_ja, title_en, duty } => {
            let new = NewSeat {
                seat: seat.clone(),
                party: party.clone(),
                title: Bilingual { ja: title_ja.clone(), en: title_en.clone() },
                duties: duty.clone(),
            };
            desk.tell(&office.invite(&new, at).await?)
        }
        SeatVerb::Suspend { desk: seat } => {
            office.suspend_seat(seat, true, at).await?;
            desk.tell(&office.seats(at).await?)
        }
        SeatVerb::Resume { desk: seat } => {
            office.suspend_seat(seat, false, at).await?;
            desk.tell(&office.seats(at).await?)
        }
        SeatVerb::Token { desk: seat, name, scope, days } => {
            let scope = match scope {
                TokenScope::Watch => Scope::Watch,
                TokenScope::Feed => Scope::Feed,
                TokenScope::Read => Scope::Read,
                TokenScope::Answer => Scope::Answer,
                TokenScope::Work => Scope::Work,
            };
            desk.tell(&office.make_token(seat, name, scope, *days, at).await?)
        }
    }
}
