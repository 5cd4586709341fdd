//! Whose site it is: from a host to the party that runs it (S0.5, S2.15).

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use crate::id::PartyId;
use crate::party::{CompetenceKey, Party};
use crate::time::{Moment, Validity};

/// Domains and who runs them, as parties gave them.
#[derive(Debug, Default)]
pub struct Sites(BTreeMap<String, Vec<(PartyId, Validity)>>);

/// Who runs a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner<'a> {
    /// This party.
    One(&'a PartyId),
    /// Several claim the same domain: nothing is handed to any of them until they agree.
    Several,
    /// Nobody in the directory.
    Nobody,
}

impl Sites {
    /// The domains of some parties.
    pub fn new<'a>(parties: impl IntoIterator<Item = &'a Party>) -> Self {
        let mut sites: BTreeMap<String, Vec<(PartyId, Validity)>> = BTreeMap::new();
        for party in parties {
            for competence in &party.competences {
                if let CompetenceKey::DomainSuffix(domain) = &competence.key {
                    let claims = sites.entry(domain.trim_matches('.').to_ascii_lowercase()).or_default();
                    claims.push((party.id.clone(), competence.validity));
                }
            }
        }
        Self(sites)
    }

    /// Who runs a host (ASCII, lower case) at a moment: of the domains it lies in, the longest that
    /// somebody claims then decides.
    pub fn look_up(&self, host: &str, at: Moment) -> Owner<'_> {
        let mut rest = Some(host);
        while let Some(domain) = rest {
            let claims = self.0.get(domain).map(Vec::as_slice).unwrap_or_default();
            let mut owners = claims.iter().filter(|(_, validity)| validity.holds(at)).map(|(party, _)| party);
            if let Some(owner) = owners.next() {
                return if owners.all(|other| other == owner) { Owner::One(owner) } else { Owner::Several };
            }
            rest = domain.split_once('.').map(|(_, rest)| rest);
        }
        Owner::Nobody
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::party::{Competence, Role, Terms};
    use crate::text::Bilingual;

    fn party(id: &str, domains: &[(&str, Validity)]) -> Party {
        let competences = domains.iter().map(|(domain, validity)| Competence {
            key: CompetenceKey::DomainSuffix((*domain).into()),
            validity: *validity,
        });
        Party {
            id: id.parse().unwrap(),
            version: 1,
            name: Bilingual::default(),
            role: Role::SiteOperator,
            country: "JP".into(),
            zone: "Asia/Tokyo".into(),
            competences: competences.collect(),
            agreements: Vec::new(),
            channel: None,
            terms: Terms::default(),
        }
    }

    #[test]
    fn the_longest_domain_that_is_claimed_then_decides() {
        let always = Validity { from: None, until: None };
        let later = Validity { from: Some(Moment(100)), until: None };
        let sites = Sites::new(&[
            party("portal", &[("portal.example", always)]),
            party("shop", &[("Shop.portal.example.", later), ("twice.example", always)]),
            party("other", &[("twice.example", always)]),
        ]);
        let portal: PartyId = "portal".parse().unwrap();
        let shop: PartyId = "shop".parse().unwrap();
        assert_eq!(sites.look_up("login.portal.example", Moment(0)), Owner::One(&portal));
        assert_eq!(sites.look_up("pay.shop.portal.example", Moment(0)), Owner::One(&portal));
        assert_eq!(sites.look_up("pay.shop.portal.example", Moment(100)), Owner::One(&shop));
        assert_eq!(sites.look_up("twice.example", Moment(0)), Owner::Several);
        for nobody in ["example", "notportal.example", "portal.example.test", "", "."] {
            assert_eq!(sites.look_up(nobody, Moment(0)), Owner::Nobody, "{nobody}");
        }
    }
}
