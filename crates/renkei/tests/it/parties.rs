//! Parties in the pages: what an import would change is shown first, and only what was shown is imported.

use crate::served::{Served, between};

pub fn file(mail: &str, more: &str) -> String {
    format!(
        "[[party]]\nid = \"isp-a\"\nname = {{ ja = \"isp-a\", en = \"isp-a\" }}\nrole = \"isp\"\ncountry = \"JP\"\n\
         zone = \"Asia/Tokyo\"\ncompetence = [{{ prefix = \"198.18.0.0/18\" }}{more}]\n\
         agreement = [{{ kind = \"nda\", from = \"2024-01-01\" }}]\n\
         channel = {{ mail = \"{mail}\", seal = \"clear\", reason = \"test\" }}\n\
         terms = {{ shared_addresses = true, repeat_days = 14, answer_days = 14 }}\n"
    )
}

#[test]
fn only_what_was_shown_is_imported() {
    let served = Served::open(None);
    let keeper = served.seat("records", "keeper", None);
    let send = |text: &str, compared: &str, act: &str| {
        let fields = [("text", text), ("compared", compared), ("act", act)];
        served.send("/parties/import", "/parties/import", &keeper.cookies, &fields)
    };
    let mail = || served.desk.ok(&["party", "show", "isp-a"])["mail"].as_str().unwrap().to_owned();
    let text = file("security@isp-a.example", ", { asn = 64500 }");
    let shown = send(&text, "", "compare");
    assert_eq!(shown.status, 200, "{}", shown.body);
    for wanted in ["<del>abuse@isp-a.example</del>", "<ins>security@isp-a.example</ins>", "<ins>AS64500</ins>"] {
        assert!(shown.body.contains(wanted), "{wanted}: {}", shown.body);
    }
    assert_eq!(mail(), "abuse@isp-a.example", "showing changes nothing");
    let compared = between(&shown.body, "name=\"compared\" value=\"", "\"").to_owned();
    // Another text than the one that was shown is shown in its turn, not imported.
    let other = send(&file("other@isp-a.example", ""), &compared, "import");
    assert!(other.body.contains("<ins>other@isp-a.example</ins>"), "{}", other.body);
    assert_eq!(mail(), "abuse@isp-a.example");
    let done = send(&text, &compared, "import");
    assert!(done.body.contains("role=\"status\"") && !done.body.contains("<ins>"), "{}", done.body);
    assert_eq!(mail(), "security@isp-a.example");
    // What cannot be read is told with the party and the key, and nothing is imported.
    let wrong = send(&text.replace("198.18.0.0/18", "198.18.1.1/18"), "", "compare");
    assert!(wrong.body.contains("role=\"alert\"") && wrong.body.contains("competence.prefix"), "{}", wrong.body);
    // The same for a program.
    let token = served.token("records", "work");
    let headers = [("authorization", format!("Bearer {token}")), ("content-type", "text/plain".to_owned())];
    let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
    let compared = served.ask("POST", "/api/v1/parties/comparison", &headers, &text);
    assert!(compared.body.contains("\"unchanged\":1"), "{}", compared.body);
    let imported = served.ask("POST", "/api/v1/parties", &headers, &file("abuse@isp-a.example", ""));
    assert_eq!((imported.status, mail().as_str()), (200, "abuse@isp-a.example"), "{}", imported.body);
}
