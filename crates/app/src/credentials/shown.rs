//! What was split, in words.

use super::{BatchList, Deleted, Split};
use crate::words::{Show, Words, number, table};

impl Show for Split {
    fn show(&self, words: &Words) -> String {
        let head = ["party-id", "credentials-records", "credentials-accounts", "credentials-sheets"];
        let head = head.map(|key| words.of(key));
        let row = |operator: &super::SplitOperator| {
            let sheets = number(operator.sheets as u64);
            vec![operator.party.clone(), number(operator.records), number(operator.accounts), sheets]
        };
        let mut lines = Vec::new();
        if !self.operators.is_empty() {
            lines.push(table(&head, &self.operators.iter().map(row).collect::<Vec<_>>()));
        }
        let sums = [
            ("records", number(self.records)),
            ("sealed", number(self.sealed)),
            ("repeated", number(self.repeated)),
            ("operators", number(self.operators.len() as u64)),
        ];
        lines.push(words.say("credentials-split", &sums));
        for (reason, count) in &self.left {
            let values = [("count", number(*count)), ("reason", words.of(&format!("reason-{reason}")))];
            lines.push(words.say("plan-reason", &values));
        }
        for (code, count) in &self.quarantined {
            let values = [("count", number(*count)), ("code", (*code).to_owned())];
            lines.push(words.say("credentials-quarantined", &values));
        }
        if !self.columns_dropped.is_empty() {
            lines.push(words.say("credentials-dropped", &[("columns", self.columns_dropped.join(", "))]));
        }
        if !self.unknown_sites.is_empty() {
            lines.push(words.of("credentials-unknown"));
            lines.extend(self.unknown_sites.iter().map(|(site, count)| format!("  {site}: {}", number(*count))));
        }
        lines.push(words.say("credentials-delete-on", &[("day", self.delete_on.clone())]));
        if let Some(campaign) = &self.campaign {
            lines.push(words.say("plan-done", &[("campaign", campaign.clone())]));
        }
        if self.source_is_readable {
            lines.push(words.of("credentials-readable"));
        }
        lines.join("\n")
    }
}

impl Show for BatchList {
    fn show(&self, words: &Words) -> String {
        if self.0.is_empty() {
            return words.of("credentials-none");
        }
        let head = [
            "campaign-id",
            "credentials-records",
            "credentials-sealed",
            "credentials-operators",
            "credentials-receipts",
            "credentials-reset",
            "credentials-day",
        ];
        let head = head.map(|key| words.of(key));
        let rows = self.0.iter().map(|batch| {
            let mut day = batch.delete_on.clone().unwrap_or_else(|| words.of("none"));
            if batch.files == 0 {
                day = format!("{day} ({})", words.of("credentials-gone"));
            } else if batch.overdue {
                day = format!("{day} ({})", words.of("effect-overdue"));
            }
            vec![
                batch.campaign.clone(),
                number(batch.records),
                number(batch.sealed),
                number(batch.operators),
                number(batch.receipts),
                number(batch.reset),
                day,
            ]
        });
        table(&head, &rows.collect::<Vec<_>>())
    }
}

impl Show for Deleted {
    fn show(&self, words: &Words) -> String {
        let values = [("batches", number(self.batches)), ("files", number(self.files))];
        words.say("credentials-deleted", &values)
    }
}
