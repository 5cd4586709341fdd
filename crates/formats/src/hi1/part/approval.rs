//! One step of an approval chain (S4.13): who, in which role, when.

use renkei_core::time::Moment;

use super::shared::{moment, optional};
use crate::hi1::finding::Code;
use crate::hi1::name::names;
use crate::hi1::time;
use crate::hi1::tree::Object;

names! {
    /// The roles of an approval chain, as `common:ApproverRole` has them. Own words of the Japan profile.
    Role {
        /// 起案者: who drafted it.
        Drafter = "Drafter",
        /// 係長.
        UnitChief = "UnitChief",
        /// 課長.
        DivisionChief = "DivisionChief",
        /// 所属長: without whom nothing leaves (G7).
        SectionHead = "SectionHead",
    }
}

/// One step of the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// The role; `None`: a word that the profile does not have.
    pub role: Option<Role>,
    /// The post or the seat. The profile asks for no person's name.
    pub name: String,
    /// When.
    pub at: Moment,
    /// Whether somebody stood in for the role (代決).
    pub is_deputy: bool,
    /// Where the signature over the inquiry can be found and checked: its text, or the ledger's entry.
    pub reference: Option<String>,
}

const OWN: &str = "Approval";
const DEPUTY: &str = "DeputyApproval";

impl Approval {
    pub(super) fn write(&self) -> Object {
        let approver = Object::new()
            .with("common:ApproverName", self.name.as_str())
            .with_some("common:ApproverRole", self.role.map(Role::word));
        Object::new()
            .with("common:ApprovalType", if self.is_deputy { DEPUTY } else { OWN })
            .with_some("common:ApprovalReference", self.reference.as_deref())
            .with("common:ApproverDetails", approver)
            .with("common:ApprovalTimestamp", time::write(self.at))
            .with("common:ApprovalIsEmergency", false)
    }

    /// Reads a step.
    ///
    /// # Errors
    /// When name or time is missing.
    pub fn read(object: &Object) -> Result<Self, Code> {
        let approver = object.object("common:ApproverDetails").ok_or(Code::MissingMember)?;
        Ok(Self {
            role: approver.text("common:ApproverRole").and_then(Role::from_word),
            name: approver.text("common:ApproverName").unwrap_or_default().to_owned(),
            at: moment(object, "common:ApprovalTimestamp")?.ok_or(Code::MissingMember)?,
            is_deputy: object.text("common:ApprovalType") == Some(DEPUTY),
            reference: optional(object, "common:ApprovalReference"),
        })
    }
}
