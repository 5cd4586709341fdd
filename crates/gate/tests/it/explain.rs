//! A counterexample in words a lawyer can read: who, what, with which data, when, and why not.

use cedar_policy::{Authorizer, Effect, EvalResult, PolicySet, Record};
use renkei_core::text::{Bilingual, Language};
use renkei_core::time::Moment;
use renkei_gate::{Gate, RuleFiles, Words};

use crate::prover::Counterexample;

/// The whole story, in both languages.
pub fn explain(found: &Counterexample) -> String {
    format!("{}\n{}", tell(found, Language::Ja), tell(found, Language::En))
}

struct Teller {
    words: Words,
    language: Language,
}

fn tell(found: &Counterexample, language: Language) -> String {
    let teller = Teller { words: Words::embedded(), language };
    let seat = found.env.request.principal().and_then(|uid| found.env.entities.get(uid)).unwrap();
    let matter = found.env.request.resource().and_then(|uid| found.env.entities.get(uid)).unwrap();
    let context = found.env.request.context().unwrap();
    let act = found.env.request.action().unwrap().id().unescaped().to_owned();
    let field = |name: &str| context.get(name);
    let mut lines = vec![teller.heading(&theorem_gate(&found.theorem))];
    let mut say = |ja: &str, en: &str, what: String| lines.push(teller.line(ja, en, &what));
    let of_seat = |name: &str| seat.attr(name).unwrap().unwrap();
    say("誰が", "who", teller.seat(&of_seat("role"), &of_seat("duties"), &of_seat("machine")));
    say("行為", "act", teller.word("act", &act));
    say("データ", "data", teller.named("class", &matter.attr("class").unwrap().unwrap()));
    if let Some(Ok(measure)) = matter.attr("measure") {
        say("措置", "measure", teller.measure(&measure));
    }
    say("いつ", "when", teller.time(&field("at").unwrap()));
    match field("recipient") {
        Some(EvalResult::Record(it)) => say("提供先", "recipient", teller.recipient(&it)),
        _ => say("提供先", "recipient", teller.pick("なし", "none")),
    }
    match field("approval") {
        Some(EvalResult::Record(it)) => say("決裁", "approval", teller.approval(&it)),
        _ => say("決裁", "approval", teller.pick("なし", "none")),
    }
    if let Some(EvalResult::Record(it)) = field("operation") {
        say("作戦", "operation", teller.operation(&it));
    }
    if let Some(EvalResult::Record(it)) = field("inquiry") {
        say("照会", "inquiry", teller.inquiry(&it));
    }
    if let Some(EvalResult::Record(it)) = field("sharing") {
        say("共有", "sharing", teller.sharing(&it));
    }
    for why in broken(found) {
        say("なぜいけないか", "why it should not be", why.get(language).to_owned());
    }
    for (name, reason) in opened(found) {
        say("これを開いた規則", "opened by", format!("{name} {}", reason.get(language)));
    }
    say("閉じるはずの関門", "should be closed by", teller.gate(&theorem_gate(&found.theorem)));
    lines.join("\n") + "\n"
}

/// The gate a theorem speaks of.
fn theorem_gate(theorem: &PolicySet) -> String {
    theorem.policies().find_map(|clause| clause.annotation("theorem")).unwrap_or("?").to_owned()
}

/// The clauses the counterexample breaks.
fn broken(found: &Counterexample) -> Vec<Bilingual> {
    let response = Authorizer::new().is_authorized(&found.env.request, &found.theorem, &found.env.entities);
    let mut ids: Vec<_> = response.diagnostics().reason().cloned().collect();
    ids.sort_by_key(ToString::to_string);
    let said = |id: &_, key: &str| found.theorem.annotation(id, key).unwrap_or("?").to_owned();
    ids.iter().map(|id| Bilingual { ja: said(id, "broken_ja"), en: said(id, "broken_en") }).collect()
}

/// The rules that open it.
fn opened(found: &Counterexample) -> Vec<(String, Bilingual)> {
    let permits = found.rules.policies().filter(|policy| policy.effect() == Effect::Permit).cloned();
    let permits = PolicySet::from_policies(permits).unwrap();
    let response = Authorizer::new().is_authorized(&found.env.request, &permits, &found.env.entities);
    let mut ids: Vec<_> = response.diagnostics().reason().cloned().collect();
    ids.sort_by_key(ToString::to_string);
    let said = |id: &_, key: &str| permits.annotation(id, key).unwrap_or("?").to_owned();
    ids.iter().map(|id| (id.to_string(), Bilingual { ja: said(id, "reason_ja"), en: said(id, "reason_en") })).collect()
}

impl Teller {
    fn pick(&self, ja: &str, en: &str) -> String {
        if self.language == Language::Ja { ja.to_owned() } else { en.to_owned() }
    }

    fn heading(&self, gate: &str) -> String {
        self.pick(
            &format!("{gate} の約束は守られていない。次のことが「できる」とされる。"),
            &format!("the promise of {gate} does not hold; this would be allowed:"),
        )
    }

    fn line(&self, ja: &str, en: &str, what: &str) -> String {
        self.pick(&format!("　{ja}：{what}"), &format!("  {en}: {what}"))
    }

    fn word(&self, vocabulary: &str, word: &str) -> String {
        self.words.of(vocabulary, word).get(self.language).to_owned()
    }

    fn named(&self, vocabulary: &str, value: &EvalResult) -> String {
        match value {
            EvalResult::EntityUid(uid) => self.word(vocabulary, uid.id().unescaped()),
            EvalResult::Set(set) if set.is_empty() => self.pick("なし", "none"),
            EvalResult::Set(set) => {
                let mut words: Vec<_> = set.iter().map(|value| self.named(vocabulary, value)).collect();
                words.sort();
                words.join(&self.pick("・", ", "))
            }
            other => other.to_string(),
        }
    }

    fn seat(&self, role: &EvalResult, duties: &EvalResult, machine: &EvalResult) -> String {
        let (role, duties) = (self.named("role", role), self.named("duty", duties));
        let machine = *machine == EvalResult::Bool(true);
        let kind = if machine { ("機械の席", "machine seat") } else { ("席", "seat") };
        self.pick(&format!("{role}の{}（担当：{duties}）", kind.0), &format!("{} of {role} (duties: {duties})", kind.1))
    }

    fn measure(&self, value: &EvalResult) -> String {
        let EvalResult::EntityUid(uid) = value else { return value.to_string() };
        let gate = Gate::embedded();
        let entry = gate.catalogue().iter().find(|entry| entry.measure.word() == uid.id().unescaped());
        entry.map_or_else(|| uid.to_string(), |entry| entry.name.get(self.language).to_owned())
    }

    /// In Japan's time, whatever the language.
    fn time(&self, value: &EvalResult) -> String {
        let text = value.to_string();
        let digits = text.split("duration(\"").nth(1).and_then(|rest| rest.split("ms").next());
        let Some(millis) = digits.and_then(|digits| digits.parse::<i64>().ok()) else { return text };
        let at = Moment(millis.saturating_add(9 * 3_600_000).saturating_mul(1000)).to_string();
        let at = at.trim_end_matches('Z').replace('T', " ");
        self.pick(&format!("{at}（日本時間）"), &format!("{at} (Japan)"))
    }

    fn yes(&self, record: &Record, field: &str, yes: (&str, &str), no: (&str, &str)) -> String {
        let (ja, en) = if record.get(field) == Some(&EvalResult::Bool(true)) { yes } else { no };
        self.pick(ja, en)
    }

    fn join(&self, parts: &[String]) -> String {
        parts.join(&self.pick("、", "; "))
    }

    fn recipient(&self, it: &Record) -> String {
        let part = |vocabulary: &str, field: &str| self.named(vocabulary, it.get(field).unwrap());
        let agreements = part("agreement", "agreements");
        self.join(&[
            part("role", "role"),
            self.pick(&format!("締結済み：{agreements}"), &format!("signed: {agreements}")),
            part("topic", "topic"),
            self.yes(
                it,
                "originator_allows",
                ("出し手は提供を認めている", "the originator allows it"),
                ("出し手は提供を認めていない", "the originator does not allow it"),
            ),
            part("release", "release"),
        ])
    }

    fn approval(&self, it: &Record) -> String {
        self.join(&[
            self.yes(
                it,
                "approver_is_set",
                ("定められた決裁者による", "by the approver that is set"),
                ("定められた決裁者ではない席による", "by a seat that is not the approver set"),
            ),
            self.yes(
                it,
                "same_seat_as_drafter",
                ("起案した席と同じ", "by the seat that drafted"),
                ("起案した席とは別", "by another seat than drafted"),
            ),
            self.yes(
                it,
                "bytes_match",
                ("内容は決裁のとおり", "content as approved"),
                ("内容は決裁と違う", "content other than approved"),
            ),
        ])
    }

    fn operation(&self, it: &Record) -> String {
        let own = (("自らのサーバ", "own server"), ("他人のサーバ", "another's server"));
        let blank = (("白紙のデータ", "blank data"), ("白紙ではないデータ", "data that is not blank"));
        let domain = (("JPドメイン", "JP domain"), ("JPドメインではない", "no JP domain"));
        self.join(&[
            self.named("place", it.get("place").unwrap()),
            self.yes(it, "jp_domain", domain.0, domain.1),
            self.yes(it, "own_server", own.0, own.1),
            self.yes(it, "blank", blank.0, blank.1),
            self.authority(it.get("authority")),
        ])
    }

    fn inquiry(&self, it: &Record) -> String {
        self.join(&[
            self.named("instrument", it.get("instrument").unwrap()),
            self.yes(
                it,
                "borderline",
                ("線引きの難しい項目", "a borderline item"),
                ("線引きの難しい項目ではない", "no borderline item"),
            ),
            self.yes(
                it,
                "judged",
                ("法務担当が判断済み", "decided by the legal desk"),
                ("法務担当の判断なし", "not decided"),
            ),
            self.yes(
                it,
                "in_window",
                ("照会の範囲内", "inside what was asked"),
                ("照会の範囲外", "outside what was asked"),
            ),
        ])
    }

    fn sharing(&self, it: &Record) -> String {
        self.join(&[
            self.yes(
                it,
                "own",
                ("自らの組織の情報", "its own organisation's"),
                ("他の組織の情報", "another organisation's"),
            ),
            self.yes(it, "in_force", ("共有中", "in force"), ("共有されていない", "not in force")),
            self.yes(it, "mandated", ("事前決裁による", "by a mandate"), ("個別の決裁による", "by no mandate")),
        ])
    }

    fn authority(&self, value: Option<&EvalResult>) -> String {
        let Some(EvalResult::Record(record)) = value else {
            return self.pick("権限記録なし", "no authority record");
        };
        let end = |field: &str| record.get(field).map_or_else(|| self.pick("定めなし", "open"), |time| self.time(time));
        let (from, until) = (end("from"), end("until"));
        self.pick(
            &format!("権限記録の効力：{from} から {until} まで（終わりの時刻は含まない）"),
            &format!("authority record in force from {from} until {until} (not included)"),
        )
    }

    /// The gate as the sound rule set has it: its rules and the requirements they serve.
    fn gate(&self, id: &str) -> String {
        let sound = Gate::from_files(&RuleFiles::embedded()).unwrap();
        let mut requirements: Vec<String> = Vec::new();
        for rule in sound.rules().filter(|rule| rule.ground.gate.as_str() == id) {
            requirements.extend(rule.ground.requirements.iter().map(ToString::to_string));
        }
        requirements.sort();
        requirements.dedup();
        format!("{id} ({})", requirements.join(", "))
    }
}
