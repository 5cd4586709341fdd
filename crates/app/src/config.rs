//! Config: the settings in force and the seats, as text and as JSON.

use renkei_post::inbound::Names;
use renkei_store::DbError;
use schemars::JsonSchema;
use serde::Serialize;

use crate::office::Office;
use crate::settings::{CarrierSetting, Settings};
use crate::words::{Show, Words};

/// Settings in force.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Config {
    /// Key and value, in the order of `office.toml`; passwords are never among them.
    pub settings: Vec<(&'static str, String)>,
    /// Seats and their duties.
    pub seats: Vec<(String, String)>,
    /// The rule set in force, by digest.
    pub policy_set: String,
}

impl Show for Config {
    fn show(&self, words: &Words) -> String {
        let settings = self.settings.iter().map(|(key, value)| format!("{key} = {value}"));
        let seats = self.seats.iter().map(|(seat, duties)| format!("{} {seat}: {duties}", words.of("config-seat")));
        let policies = format!("{} {}", words.of("config-policies"), self.policy_set);
        settings.chain(seats).chain([policies]).collect::<Vec<_>>().join("\n")
    }
}

impl Office {
    /// The settings in force.
    pub async fn config(&self) -> Result<Config, DbError> {
        let Settings {
            name,
            party,
            domain,
            zone,
            language,
            registry,
            one_seat_may_hold_both,
            intake,
            post,
            mail_in,
            webhooks,
            oidc,
            breached,
            hints,
            peers,
            keep_days,
            quiet_days,
            virtual_clock,
        } = &*self.settings;
        let carrier = match &post.carrier {
            CarrierSetting::Files => "files".to_owned(),
            CarrierSetting::Smtp(smtp) => format!("smtp {}:{} {}", smtp.host, smtp.port, smtp.security),
        };
        let registry = registry.as_deref().map_or("embedded (SQLite)", without_password);
        let mut settings = vec![
            ("office.name", format!("{} / {}", name.ja, name.en)),
            ("office.party", party.to_string()),
            ("office.domain", domain.clone()),
            ("office.zone", zone.clone()),
            ("office.language", language.tag().to_owned()),
            ("office.virtual_clock", virtual_clock.to_string()),
            ("registry", registry.to_owned()),
            ("approval.one_seat_may_hold_both", one_seat_may_hold_both.to_string()),
            ("intake.accept_reserved", intake.accept_reserved.to_string()),
            ("intake.line_limit_mib", (intake.line_limit_bytes >> 20).to_string()),
            ("intake.threads", intake.threads.to_string()),
            ("post.carrier", carrier),
            ("post.part_mib", (post.part_bytes >> 20).to_string()),
            ("post.contact_desk", post.contact_desk.clone()),
            ("mail_in.resolver", names(mail_in.names)),
            ("webhooks.hosts", if webhooks.hosts.is_empty() { "-".to_owned() } else { webhooks.hosts.join(" ") }),
            ("mail_in.border_server", mail_in.border.clone().unwrap_or_else(|| "-".to_owned())),
            (
                "passwords.breached_file",
                breached.as_ref().map_or_else(|| "-".to_owned(), |list| list.path().display().to_string()),
            ),
            ("retention.observation_days", keep_days.map_or_else(|| "undecided".to_owned(), |days| days.to_string())),
            ("effect.quiet_days", quiet_days.to_string()),
            ("hints", hints.to_string()),
            ("peers", peers.to_string()),
        ];
        settings.extend(oidc.iter().map(|provider| {
            let only = if provider.only { " (the only way in)" } else { "" };
            ("oidc", format!("{} {}{only}", provider.party, provider.issuer))
        }));
        let seats = self.store.seats().await?.into_iter().map(|seat| {
            let duties: Vec<_> = seat.duties.iter().map(|duty| duty.word()).collect();
            (seat.id.to_string(), duties.join(", "))
        });
        Ok(Config { settings, seats: seats.collect(), policy_set: self.gate.policy_set().to_string() })
    }
}

fn names(names: Names) -> String {
    match names {
        Names::System => "system".to_owned(),
        Names::Nobody => "none".to_owned(),
        Names::At(server) => server.to_string(),
    }
}

/// The address of a database behind the `@` of its login.
fn without_password(url: &str) -> &str {
    url.rsplit_once('@').map_or(url, |(_, place)| place)
}
