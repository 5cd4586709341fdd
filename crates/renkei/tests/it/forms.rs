//! Forms that both sides sign (S4.5, S4.11): set and signed by a provider, taken and agreed to by a force in another
//! office; the force drafts by the version to which it agreed, and is answered by it.

use renkei_app::office::{Acting, Office};
use renkei_core::party::Role;
use renkei_core::seat::{Duty, Seat};
use renkei_core::text::Bilingual;
use serde_json::json;

use crate::desk::text;
use crate::line::{Offices, Side};
use crate::served::now;

fn set(provider: &Side, fields: &str) -> serde_json::Value {
    let file = provider.desk.write("form.toml", &format!("fields = [{fields}]\nkinds = [\"account\"]\n"));
    provider.desk.ok(&["inquiry", "form", "--set", text(&file)])
}

/// The provider's newest form, as a file that the force's office is given.
fn given(provider: &Side, name: &str) -> std::path::PathBuf {
    let to = provider.desk.folder.path().join(name);
    let output = provider.desk.run(&["inquiry", "form", "--of", "mail-provider", "--to", text(&to)]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    to
}

fn draft(force: &Side, field: &str) -> (bool, serde_json::Value) {
    let text_of = format!(
        "recipient = \"mail-provider\"\ninstrument = \"inquiry\"\nsection = \"係\"\nbasis = \"刑事訴訟法第197条第2項\"\n\
         case = \"不正アクセス\"\npurpose = \"契約者の確認\"\nzone = \"Asia/Tokyo\"\n\
         [[items]]\nkind = \"account\"\nvalue = \"taro-198\"\nfield = \"{field}\"\n"
    );
    let file = force.desk.write("form-draft.toml", &text_of);
    let output = force.desk.run(&["--seat", "aoba-desk", "inquiry", "draft", text(&file)]);
    (output.status.success(), serde_json::from_slice(&output.stdout).unwrap_or_default())
}

fn both_sign(force: Option<String>) {
    let mut offices = Offices::open(force, None);
    let first = set(&offices.provider, "\"holder-name\", \"holder-contact\"");
    assert_eq!((&first["version"], &first["is_signed"], &first["agreed"]), (&json!(1), &json!(true), &json!([])));
    let file = given(&offices.provider, "first.form");
    // The keys of the provider's seats came with its line.
    let taken = offices.force.desk.ok(&["inquiry", "form", "--take", text(&file)]);
    assert_eq!((&taken["version"], &taken["is_signed"]), (&json!(1), &json!(true)));
    // One changed letter, or the same again, is not taken.
    let changed = std::fs::read_to_string(&file).unwrap().replace("holder-contact", "holder-address");
    let changed = offices.force.desk.write("changed.form", &changed.replace("version 1", "version 2"));
    let (_, error) = offices.force.desk.fails(&["inquiry", "form", "--take", text(&changed)]);
    assert!(error.to_string().contains("did not sign"), "{error}");
    offices.force.desk.fails(&["inquiry", "form", "--take", text(&file)]);
    let agreed = offices.force.desk.ok(&["inquiry", "form", "--of", "mail-provider", "--agree", "1"]);
    assert_eq!(agreed["agreed"], json!(["aoba-police"]));
    // A provider agrees to nothing, and nobody to what is not there.
    offices.provider.desk.fails(&["inquiry", "form", "--of", "mail-provider", "--agree", "1"]);
    offices.force.desk.fails(&["inquiry", "form", "--of", "mail-provider", "--agree", "7"]);
    // The provider goes on; the force drafts by what it agreed to, and is told.
    assert_eq!(set(&offices.provider, "\"holder-name\"")["version"], 2);
    let second = given(&offices.provider, "second.form");
    offices.force.desk.ok(&["inquiry", "form", "--take", text(&second)]);
    let form = offices.force.desk.ok(&["--seat", "aoba-desk", "inquiry", "form", "--of", "mail-provider"]);
    assert_eq!((&form["version"], &form["newer"]), (&json!(1), &json!(2)));
    let (done, drafted) = draft(&offices.force, "holder-contact");
    assert!(done, "{drafted}");
    assert!(!draft(&offices.force, "holder-birth-date").0, "the form has no such field");
    let id = drafted["inquiry"].as_str().unwrap().to_owned();
    offices.force.ok("aoba-desk", &["submit", &id]);
    offices.force.ok("aoba-head", &["sign", &id]);
    offices.force.ok("aoba-head", &["send", &id]);
    offices.serve();
    let arrived = offices.provider.until("mail-desk", &id, "sent");
    assert_eq!((&arrived["form"], &arrived["items"][0]["field"]), (&json!(1), &json!("holder-contact")));
    // Once it agrees to the later one, it drafts by that.
    offices.force.desk.ok(&["inquiry", "form", "--of", "mail-provider", "--agree", "2"]);
    assert!(!draft(&offices.force, "holder-contact").0);
    for side in [&offices.force, &offices.provider] {
        assert_eq!(side.desk.ok(&["audit", "verify"])["intact"], true);
    }
}

#[test]
fn a_form_that_both_sign_is_the_form_of_both_on_both_databases() {
    both_sign(None);
    let postgres = renkei_testkit::postgres::shared().unwrap();
    both_sign(Some(postgres.fresh_database().unwrap()));
}

/// What the other office refuses stands among what waits, until a person decides.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_other_office_refuses_for_good_waits_for_a_person() {
    let mut offices = Offices::open(None, None);
    set(&offices.provider, "\"holder-name\"");
    // The force was not given the form, and asks by the table of fields.
    let (done, drafted) = draft(&offices.force, "holder-contact");
    assert!(done, "{drafted}");
    let id = drafted["inquiry"].as_str().unwrap().to_owned();
    offices.force.ok("aoba-desk", &["submit", &id]);
    offices.force.ok("aoba-head", &["sign", &id]);
    offices.force.ok("aoba-head", &["send", &id]);
    let waits = async || -> Vec<String> {
        let office = &offices.force.desk.office();
        let office = Office::open(office, None, Acting::default(), now()).await.unwrap();
        let title = Bilingual { ja: "照会担当".to_owned(), en: "inquiry desk".to_owned() };
        let seat = Seat {
            id: "aoba-desk".parse().unwrap(),
            party: "aoba-police".parse().unwrap(),
            party_role: Role::PrefecturalPolice,
            title,
            duties: vec![Duty::Drafter],
            machine: false,
        };
        office.work(&seat, now()).await.unwrap().inquiries.into_iter().map(|one| one.inquiry).collect()
    };
    assert!(waits().await.is_empty(), "it is on its way");
    offices.provider.serve();
    // A minute later each time, so that no pause is waited for.
    let told: Vec<_> = (10..20)
        .map(|minute| offices.force.desk.ok(&["--at", &format!("2027-01-01T00:{minute}:00Z"), "line", "tell"]))
        .collect();
    let refused = told.iter().filter(|told| told["refused"] == 1).count();
    assert_eq!(refused, 1, "tried some times, then told once: {told:?}");
    assert_eq!(waits().await, [id]);
}
