//! Under which conditions something was shared: distribution, TLP, PAP.

use super::event::{Event, number};
use super::finding::{Code, Finding};
use crate::stix::marking::{Pap, Tlp};
use crate::tree::Object;

/// How far something may go (MISP core format, `distribution`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Distribution<'a> {
    /// 0: the organisation of the office that holds it.
    Organisation,
    /// 1: the organisations of that office.
    Community,
    /// 2: those, and the organisations of offices that are connected with it.
    Connected,
    /// 3: everybody who is connected in any way.
    All,
    /// 4: the members of a group.
    Group(Group<'a>),
    /// 5: as what it is in.
    Inherited,
}

/// A sharing group, as far as it came along.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Group<'a> {
    /// Its UUID.
    pub uuid: Option<&'a str>,
    /// Its name.
    pub name: Option<&'a str>,
    /// Whom it may be given to, in words of its maker.
    pub releasability: Option<&'a str>,
    /// The UUIDs of its organisations; empty: they did not come along, and nobody may be taken for a member.
    pub organisations: Vec<&'a str>,
}

/// The conditions of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conditions<'a> {
    /// How far it may go; `None`: it was not said, and so nobody may have it.
    pub distribution: Option<Distribution<'a>>,
    /// The strictest level of TLP among its tags.
    pub tlp: Option<Tlp>,
    /// The strictest level of PAP among its tags.
    pub pap: Option<Pap>,
    /// What STIX cannot say of them.
    pub findings: Vec<Finding>,
}

impl<'a> Distribution<'a> {
    /// The distribution of an event, object or attribute.
    pub fn of(tree: &'a Object) -> Option<Self> {
        Some(match number(tree, "distribution")? {
            0 => Self::Organisation,
            1 => Self::Community,
            2 => Self::Connected,
            3 => Self::All,
            4 => Self::Group(tree.object("SharingGroup").map(Group::of).unwrap_or_default()),
            5 => Self::Inherited,
            _ => return None,
        })
    }

    /// The freest level of TLP 2.0 that goes no further than this; `None`: none says it (a group has members
    /// by name, and what is inherited is said elsewhere).
    pub const fn tlp(&self) -> Option<Tlp> {
        match self {
            Self::Organisation => Some(Tlp::AmberStrict),
            Self::Community | Self::Connected => Some(Tlp::Green),
            Self::All => Some(Tlp::Clear),
            Self::Group(_) | Self::Inherited => None,
        }
    }
}

impl<'a> Group<'a> {
    fn of(tree: &'a Object) -> Self {
        let organisations = tree.objects("SharingGroupOrg");
        Self {
            uuid: tree.text("uuid"),
            name: tree.text("name"),
            releasability: tree.text("releasability"),
            organisations: organisations.filter_map(|member| member.object("Organisation")?.text("uuid")).collect(),
        }
    }
}

/// The conditions of an event.
pub fn conditions(event: Event<'_>) -> Conditions<'_> {
    let distribution = Distribution::of(event.tree());
    let mut findings = Vec::new();
    let mut tell = |code| findings.push(Finding { path: "distribution".to_owned(), code });
    match distribution {
        None | Some(Distribution::Inherited) => tell(Code::NoDistribution),
        Some(Distribution::Group(_)) => tell(Code::Group),
        Some(Distribution::Connected) => tell(Code::Hops),
        Some(_) => {}
    }
    let levels: Vec<Tlp> = event.tags().filter_map(Tlp::from_tag).collect();
    let actions: Vec<Pap> = event.tags().filter_map(Pap::from_tag).collect();
    if levels.windows(2).any(|pair| pair.first() != pair.last())
        || actions.windows(2).any(|pair| pair.first() != pair.last())
    {
        findings.push(Finding { path: "Tag".to_owned(), code: Code::TwoLevels });
    }
    Conditions { distribution, tlp: levels.into_iter().max(), pap: actions.into_iter().max(), findings }
}
