//! Material: what kind of observations a campaign is about, and what is asked with them.

use crate::class::DataClass;
use crate::measure::Measure;
use crate::party::Role;

vocabulary! {
    /// The kind of observations a campaign hands over.
    #[derive(Default)]
    Material {
        /// Infected devices, by address and moment (S2.14).
        #[default]
        Devices = "devices",
        /// Sites that were tampered with (S3.7).
        Sites = "sites",
        /// Servers that are abused without their owner's will (S0.11).
        Servers = "servers",
    }
}

impl Material {
    /// What material a class of lines is.
    pub const fn of(class: DataClass) -> Self {
        match class {
            DataClass::Page => Self::Sites,
            DataClass::Server => Self::Servers,
            _ => Self::Devices,
        }
    }

    /// The class of lines where the material has one of its own; devices come in several.
    pub const fn class(self) -> Option<DataClass> {
        match self {
            Self::Devices => None,
            Self::Sites => Some(DataClass::Page),
            Self::Servers => Some(DataClass::Server),
        }
    }

    /// What is asked of a party: a body abroad is told (S2.16), whoever can act at home acts.
    pub const fn measure(self, role: Role) -> Measure {
        match (role, self) {
            (Role::ForeignCert, _) => Measure::TellPartner,
            (_, Self::Devices) => Measure::NotifyUser,
            (_, Self::Sites) => Measure::RepairSite,
            (_, Self::Servers) => Measure::SecureServer,
        }
    }

    /// Whether the moment and the port decide who the subscriber is; a site or server has a name or
    /// an address that stays.
    pub const fn needs_moment_and_port(self) -> bool {
        matches!(self, Self::Devices)
    }
}
