//! Where a mail belongs: the request its token or its references lead to, and whose it is.

use std::collections::{BTreeSet, HashMap};

use renkei_core::id::RequestId;
use renkei_core::mail::{Action, Proof};
use renkei_core::party::{Channel, Party};
use renkei_core::time::Moment;
use renkei_post::address::{MailAddress, ReplyToken};
use renkei_post::inbound::{Delivery as Reported, Fault, Mail, Standing};
use renkei_post::letter::Outgoing;
use renkei_store::DbError;
use renkei_store::letter::{Delivery, Letter, LetterState};
use renkei_store::mail::Heed;

use super::MailError;
use crate::file;
use crate::office::Office;

/// Every token of the office, and the request it was given for.
pub(super) struct Tokens(HashMap<ReplyToken, RequestId>);

impl Office {
    /// The tokens of every request.
    pub(super) async fn tokens(&self) -> Result<Tokens, DbError> {
        let tokens = self.store.reply_tokens().await?.into_iter();
        Ok(Tokens(tokens.map(|(bits, request)| (ReplyToken::from_bits(bits), request)).collect()))
    }

    /// The letters of ours that a mail names, if they left.
    pub(super) async fn letters_in(&self, mail: &Mail) -> Result<Vec<Letter>, DbError> {
        let mut letters = Vec::new();
        for id in &mail.letters {
            let letter = self.store.letter(*id).await?;
            letters.extend(letter.filter(|letter| matches!(letter.state, LetterState::Sent | LetterState::InFlight)));
        }
        Ok(letters)
    }

    /// The letters that a report is about: those it brings back, or the only one of its request.
    pub(super) async fn reported_letters(
        &self,
        mail: &Mail,
        request: Option<RequestId>,
    ) -> Result<Vec<Letter>, DbError> {
        let named = self.letters_in(mail).await?;
        match request {
            Some(request) if named.is_empty() => {
                let mut left = self.store.letters(request).await?;
                left.retain(|letter| letter.state == LetterState::Sent);
                Ok(if left.len() == 1 { left } else { Vec::new() })
            }
            _ => Ok(named),
        }
    }

    /// The address that a letter went to, from its very bytes.
    pub(super) fn recipient_of(&self, letter: &Letter) -> Result<MailAddress, MailError> {
        let bytes = file::read(&self.folder, letter.new.digest);
        let bytes = bytes.map_err(|error| MailError::Io(file::place(&self.folder, letter.new.digest), error))?;
        Ok(Outgoing::from_stored(bytes)?.recipient)
    }

    /// What follows from a report for letters and channel. `by_a_person`: somebody looked and says that
    /// it counts, though it names no recipient, or another one.
    pub(super) async fn heed(
        &self,
        reported: &[Reported],
        letters: &[Letter],
        at: Moment,
        by_a_person: bool,
    ) -> Result<Result<Heed, Fault>, MailError> {
        let mut heed = Heed::default();
        for letter in letters {
            let recipient = self.recipient_of(letter)?;
            let about = |one: &&Reported| by_a_person || one.recipients.iter().any(|named| same(named, &recipient));
            let worst = reported.iter().filter(about).max_by_key(|one| one.action);
            let delivery = match worst {
                Some(one) => Delivery { action: one.action, status: one.status.map(|code| code.to_string()), at },
                None if by_a_person => Delivery { action: Action::Failed, status: None, at },
                None => return Ok(Err(Fault::OtherRecipient)),
            };
            let request = self.store.request(letter.request).await?;
            heed.channel = request.map(|request| (request.party, recipient.to_string()));
            heed.letters.push((letter.new.id, delivery));
        }
        Ok(Ok(heed))
    }
}

impl Tokens {
    /// The request a mail belongs to: its tokens and its letters must lead to the same one.
    pub(super) fn request_of(&self, mail: &Mail, letters: &[Letter]) -> Result<RequestId, Fault> {
        let by_token = mail.tokens.iter().filter_map(|token| self.0.get(token).copied());
        let requests: BTreeSet<RequestId> = by_token.chain(letters.iter().map(|letter| letter.request)).collect();
        match (requests.first(), requests.len()) {
            (Some(request), 1) => Ok(*request),
            (None, _) => Err(Fault::NoRequest),
            _ => Err(Fault::TwoRequests),
        }
    }
}

/// What a sender's standing proves for a party: its domain is that of the party's channel, or below it.
pub(super) fn proof(standing: &Standing, party: Option<&Party>) -> (Proof, Option<String>, Option<Fault>) {
    let (proof, domain) = match standing {
        Standing::Signed(domain) => (Proof::Signed, domain),
        Standing::Border(domain) => (Proof::Border, domain),
        Standing::Claimed(domain) => {
            let fault = if domain.is_some() { Fault::NotProved } else { Fault::Sender };
            return (Proof::None, domain.clone(), Some(fault));
        }
        Standing::Later => return (Proof::None, None, Some(Fault::NotProved)),
    };
    let channel = party.and_then(|party| party.channel.as_ref());
    let mut desks = channel.into_iter().flat_map(Channel::mails).filter_map(|mail| mail.rsplit_once('@'));
    let theirs = desks.any(|(_, desk)| {
        let (desk, domain) = (desk.to_ascii_lowercase(), domain.to_ascii_lowercase());
        domain == desk || domain.strip_suffix(&desk).is_some_and(|below| below.ends_with('.'))
    });
    match theirs {
        true => (proof, Some(domain.clone()), None),
        false => (Proof::None, Some(domain.clone()), Some(Fault::OtherSender)),
    }
}

/// Servers change the case of addresses, so case tells nothing here.
fn same(one: &MailAddress, other: &MailAddress) -> bool {
    one.to_string().eq_ignore_ascii_case(&other.to_string())
}
