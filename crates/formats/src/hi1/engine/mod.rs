//! The two phases: first every action is checked against what is known, then all of them are done or none.

mod merge;

use std::collections::{BTreeMap, BTreeSet};

use renkei_core::id::Digest;

pub use merge::{born, updated};

use super::build::Query;
use super::check::{Side, check};
use super::finding::{Code, Finding};
use super::message::{Action, Message, Payload};
use super::name::{Endpoint, Kind, ObjectId, TransactionId, Verb};
use super::tree::Object;
use super::word::RequestType;

/// What the caller knows. It answers from one moment: a snapshot taken in the transaction that also applies
/// the effects. [`Message::named`] says about which objects it will be asked.
pub trait Register {
    /// An object; `None`: there is none.
    fn known(&self, id: ObjectId) -> Option<Known>;

    /// The digest ([`digest`]) of the request of this sender in this transaction that was carried out;
    /// `None`: none was.
    fn carried_out(&self, sender: &Endpoint, transaction: TransactionId) -> Option<Digest>;
}

/// What has to be known of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Its kind.
    pub kind: Kind,
    /// How often it was changed.
    pub generation: u64,
    /// Who created it.
    pub owner: Endpoint,
    /// With whom it was created.
    pub addressee: Endpoint,
    /// Whether it can still change, and be linked to.
    pub state: State,
    /// The class of data, if it asks for some.
    pub class: Option<RequestType>,
}

/// Whether an object can still change, and be linked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// It can change.
    Open,
    /// Its status is final, in good order; notices may still be linked to it.
    Done,
    /// It is expired.
    Expired,
    /// It was rejected, cancelled, or found invalid.
    Refused,
}

/// Between whom a message goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Who we are.
    pub own: Endpoint,
    /// Who is connected, as its certificate proves.
    pub peer: Endpoint,
    /// On which side of an inquiry the peer stands.
    pub peer_side: Side,
}

/// What is to be done about a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision<'a> {
    /// It was carried out before: the same answer goes out again, nothing is done.
    Replayed,
    /// Nothing is done; [`super::build::refused`] makes the answer.
    Refused(Vec<Finding>),
    /// All of it is done, in this order, in one transaction.
    Accepted(Vec<Effect<'a>>),
}

/// What an action does. The number is that of the action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect<'a> {
    /// An object comes into being ([`born`]).
    Create(u64, ObjectId, Kind, &'a Object),
    /// Members of an object are replaced ([`updated`]), which stands at this generation.
    Update(u64, ObjectId, u64, &'a Object),
    /// A delivery is taken.
    Deliver(u64, ObjectId, &'a Object),
    /// An object is asked for.
    Get(u64, ObjectId),
    /// Objects of the peer's are asked for.
    List(u64, Query),
    /// The configuration is asked for.
    Config(u64),
}

impl Effect<'_> {
    /// Number, verb and object of an effect that writes.
    pub const fn written(&self) -> Option<(u64, Verb, ObjectId)> {
        match self {
            Self::Create(number, id, ..) => Some((*number, Verb::Create, *id)),
            Self::Update(number, id, ..) => Some((*number, Verb::Update, *id)),
            Self::Deliver(number, id, _) => Some((*number, Verb::Deliver, *id)),
            Self::Get(..) | Self::List(..) | Self::Config(_) => None,
        }
    }
}

/// The digest under which a message is known again: of its tree, whatever its encoding.
pub fn digest(message: &Message) -> Digest {
    Digest::of(message.to_json().as_bytes())
}

/// Decides about a request. It is pure: the same message and the same knowledge give the same decision.
///
/// The Japan profile is not looked at here: before effects are applied, [`super::profile::check`] must find
/// nothing. It comes after this, because it looks at the time and a replay must get its first answer for ever.
pub fn decide<'a>(message: &'a Message, line: &Line, register: &impl Register) -> Decision<'a> {
    let mut findings = check(message, line.peer_side);
    findings.extend(ends(message, line));
    let (Some(header), Some(Payload::Request(actions)), true) =
        (message.header(), message.payload(), findings.is_empty())
    else {
        return Decision::Refused(findings);
    };
    match register.carried_out(&line.peer, header.transaction) {
        Some(before) if before == digest(message) => return Decision::Replayed,
        Some(_) => {
            let path = "Header/TransactionIdentifier";
            return Decision::Refused(vec![Finding::whole(path, Code::TransactionReused)]);
        }
        None => {}
    }
    let mut deciding = Deciding { line, register, ahead: BTreeMap::new(), made: BTreeSet::new(), findings: Vec::new() };
    deciding.look_ahead(&actions);
    let effects: Vec<_> = actions.iter().enumerate().filter_map(|(at, action)| deciding.one(at, action)).collect();
    if deciding.findings.is_empty() && effects.len() == actions.len() {
        Decision::Accepted(effects)
    } else {
        Decision::Refused(deciding.findings)
    }
}

/// Whether it is a request, from the peer, for us.
fn ends(message: &Message, line: &Line) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !matches!(message.payload(), Some(Payload::Request(_))) {
        findings.push(Finding::whole("Payload", Code::NotRequest));
    }
    if let Some(header) = message.header() {
        if header.receiver != line.own {
            findings.push(Finding::whole("Header/ReceiverIdentifier", Code::OtherReceiver));
        }
        if header.sender != line.peer {
            findings.push(Finding::whole("Header/SenderIdentifier", Code::OtherSender));
        }
    }
    findings
}

struct Deciding<'a, R> {
    line: &'a Line,
    register: &'a R,
    /// What this very message makes and changes.
    ahead: BTreeMap<ObjectId, Known>,
    /// Those of them whose creating action was met.
    made: BTreeSet<ObjectId>,
    findings: Vec<Finding>,
}

impl<R: Register> Deciding<'_, R> {
    /// Objects may be linked to that a later action of the same message creates.
    fn look_ahead(&mut self, actions: &[Action<'_>]) {
        for action in actions.iter().filter(|action| action.verb == Verb::Create) {
            let id = action.object_id().filter(|id| self.register.known(*id).is_none());
            if let (Some(id), Some(kind)) = (id, action.kind()) {
                let known = Known {
                    kind,
                    generation: 0,
                    owner: self.line.peer.clone(),
                    addressee: self.line.own.clone(),
                    state: State::Open,
                    class: None,
                };
                self.ahead.entry(id).or_insert(known);
            }
        }
    }

    fn one<'b>(&mut self, at: usize, action: &Action<'b>) -> Option<Effect<'b>> {
        let number = action.number;
        match action.verb {
            Verb::List => return Some(Effect::List(number, Query::read(action.body()))),
            Verb::Config => return Some(Effect::Config(number)),
            _ => {}
        }
        // The check found that each of these has one.
        let id = action.object_id()?;
        let before = self.findings.len();
        let effect = match (action.verb, action.object(), action.kind()) {
            (Verb::Get, ..) => self.get(at, number, id),
            (Verb::Create, Some(object), Some(kind)) => self.create(at, number, id, kind, object),
            (Verb::Update, Some(object), Some(kind)) => self.update(at, number, id, kind, object),
            (Verb::Deliver, Some(object), _) => self.deliver(at, number, id, object),
            _ => None,
        };
        self.links(at, action);
        effect.filter(|_| self.findings.len() == before)
    }

    fn get<'b>(&mut self, at: usize, number: u64, id: ObjectId) -> Option<Effect<'b>> {
        if self.current(id).is_none() {
            self.find(at, "GET/Identifier", Code::NotFound);
        }
        Some(Effect::Get(number, id))
    }

    fn create<'b>(
        &mut self,
        at: usize,
        number: u64,
        id: ObjectId,
        kind: Kind,
        object: &'b Object,
    ) -> Option<Effect<'b>> {
        if self.register.known(id).is_some() || !self.made.insert(id) {
            self.find(at, "CREATE/HI1Object/ObjectIdentifier", Code::Exists);
        }
        if object.count("Generation").is_some_and(|generation| generation != 0) {
            self.find(at, "CREATE/HI1Object/Generation", Code::FirstGeneration);
        }
        self.owned(at, "CREATE", object, &self.line.peer.clone());
        Some(Effect::Create(number, id, kind, object))
    }

    fn update<'b>(
        &mut self,
        at: usize,
        number: u64,
        id: ObjectId,
        kind: Kind,
        object: &'b Object,
    ) -> Option<Effect<'b>> {
        let Some(known) = self.current(id) else {
            self.find(at, "UPDATE/HI1Object/ObjectIdentifier", Code::UpdateUnknown);
            return None;
        };
        if known.kind != kind {
            self.find(at, "UPDATE/HI1Object/@xsi:type", Code::OtherKind);
        }
        if known.state != State::Open {
            self.find(at, "UPDATE/HI1Object", Code::Terminal);
        }
        match object.count("Generation") {
            None => self.find(at, "UPDATE/HI1Object/Generation", Code::NoGeneration),
            Some(generation) if generation != known.generation => {
                self.find(at, "UPDATE/HI1Object/Generation", Code::Stale);
            }
            Some(_) => {}
        }
        self.owned(at, "UPDATE", object, &known.owner);
        let from = known.generation;
        self.ahead.insert(id, Known { generation: from.saturating_add(1), ..known });
        Some(Effect::Update(number, id, from, object))
    }

    fn deliver<'b>(&mut self, at: usize, number: u64, id: ObjectId, object: &'b Object) -> Option<Effect<'b>> {
        if self.register.known(id).is_some() || !self.made.insert(id) {
            self.find(at, "DELIVER/HI1Object/ObjectIdentifier", Code::Exists);
        }
        self.owned(at, "DELIVER", object, &self.line.peer.clone());
        let path = "DELIVER/HI1Object/AssociatedObjects";
        let links = super::message::links(object);
        let is_asked = |id: &ObjectId| {
            let known = self.register.known(*id)?;
            let is_ours = known.owner == self.line.own && known.addressee == self.line.peer;
            (is_ours && known.kind == Kind::Disclosure).then_some(known.state)
        };
        match links.iter().find_map(is_asked) {
            None => self.find(at, path, Code::LinkMissing),
            Some(State::Done) => self.find(at, path, Code::Terminal),
            // What is expired or refused is found as a link.
            Some(_) => {}
        }
        Some(Effect::Deliver(number, id, object))
    }

    /// Every link leads to something that the peer may know, and that stands.
    fn links(&mut self, at: usize, action: &Action<'_>) {
        let path = format!("{}/HI1Object/AssociatedObjects", action.verb.word());
        for link in action.links() {
            match self.open_to_peer(link).map(|known| known.state) {
                None => self.find(at, &path, Code::LinkMissing),
                Some(State::Expired) => self.find(at, &path, Code::LinkExpired),
                // A notice may say why something was refused.
                Some(State::Refused) if action.kind() != Some(Kind::Notification) => {
                    self.find(at, &path, Code::LinkRefused);
                }
                Some(_) => {}
            }
        }
    }

    /// Whoever is said to own it does.
    fn owned(&mut self, at: usize, verb: &str, object: &Object, owner: &Endpoint) {
        let is_other = |name: &str, is: &str| object.text(name).is_some_and(|says| says != is);
        if is_other("OwnerIdentifier", &owner.name) || is_other("CountryCode", &owner.country) {
            self.find(at, &format!("{verb}/HI1Object/OwnerIdentifier"), Code::NotOwn);
        }
    }

    /// An object that the peer created or that was created with it; others are as if they were not.
    fn open_to_peer(&self, id: ObjectId) -> Option<Known> {
        let known = self.ahead.get(&id).cloned().or_else(|| self.register.known(id));
        known.filter(|known| known.owner == self.line.peer || known.addressee == self.line.peer)
    }

    /// The same, if it exists by now.
    fn current(&self, id: ObjectId) -> Option<Known> {
        self.open_to_peer(id).filter(|_| self.made.contains(&id) || self.register.known(id).is_some())
    }

    fn find(&mut self, at: usize, path: &str, code: Code) {
        let path = format!("Payload/RequestPayload/ActionRequests/ActionRequest[{at}]/{path}");
        self.findings.push(Finding { action: Some(at), path, code });
    }
}
