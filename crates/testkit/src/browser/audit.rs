//! What a page asks of others: of its reader (barriers), of the network, of the console.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::{Value, json};

use super::session::Browser;
use super::wire::{BrowserError, text};

/// What axe-core found wrong with a page; displayed one a paragraph.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Violations(pub Vec<Violation>);

/// A rule of axe-core that a page breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The rule, such as `label`.
    pub rule: String,
    /// How bad it is: `minor`, `moderate`, `serious` or `critical`.
    pub impact: String,
    /// What the rule asks.
    pub help: String,
    /// The elements that break it, as CSS selectors, each with what to do.
    pub targets: Vec<(String, String)>,
}

/// One thing that the browser asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Its address.
    pub url: String,
    /// What came over the wire, heads included, in bytes; 0 if nothing came.
    pub bytes: u64,
}

/// What the browser asked for, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Requests(pub Vec<Request>);

impl Browser {
    /// Looks for barriers with axe-core, all its rules, best practices included. Needs pages to run scripts.
    pub async fn axe(&self) -> Result<Violations, BrowserError> {
        let path = std::env::var_os("RENKEI_AXE").ok_or_else(|| BrowserError::NoAxe("RENKEI_AXE is not set".into()))?;
        let source = std::fs::read_to_string(&path)
            .map_err(|error| BrowserError::NoAxe(format!("`{}`: {error}", path.display())))?;
        self.run(&source, json!([])).await?;
        let found = self.run(AXE, json!([])).await?;
        let lists =
            found.as_array().ok_or_else(|| BrowserError::Odd { command: "axe".into(), said: found.to_string() });
        Ok(Violations(lists?.iter().map(violation).collect()))
    }

    /// What was asked for since the last [`Browser::goto`] or the last call of this; also what never came.
    ///
    /// A page that names no icon makes the browser ask for `/favicon.ico`, some time after it is loaded.
    pub async fn requests(&self) -> Result<Requests, BrowserError> {
        Ok(sum(&self.log("performance").await?))
    }

    /// What the browser complained about since the last call (console, policy, network), one a line.
    pub async fn complaints(&self) -> Result<Vec<String>, BrowserError> {
        let entries = self.log("browser").await?;
        let loud = entries.iter().filter(|entry| matches!(text(entry, "level"), "SEVERE" | "WARNING"));
        Ok(loud.map(|entry| text(entry, "message").to_owned()).collect())
    }
}

const AXE: &str = "return axe.run(document).then(result => result.violations.map(({ id, impact, help, nodes }) => ({
    id, impact, help, nodes: nodes.map(node => ({ target: node.target.flat().join(' '), todo: node.failureSummary })),
})))";

fn violation(found: &Value) -> Violation {
    let nodes = found.get("nodes").and_then(Value::as_array).into_iter().flatten();
    Violation {
        rule: text(found, "id").to_owned(),
        impact: text(found, "impact").to_owned(),
        help: text(found, "help").to_owned(),
        targets: nodes.map(|node| (text(node, "target").to_owned(), text(node, "todo").to_owned())).collect(),
    }
}

impl Violations {
    /// Whether nothing is wrong.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The names of the rules that are broken.
    pub fn rules(&self) -> Vec<&str> {
        self.0.iter().map(|violation| violation.rule.as_str()).collect()
    }
}

impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|violation| writeln!(f, "{violation}"))
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rule, impact, help, targets } = self;
        write!(f, "{rule} ({impact}): {help}")?;
        for (target, todo) in targets {
            write!(f, "\n  {target}")?;
            todo.lines()
                .map(str::trim)
                .filter(|line| !line.is_empty())
                .try_for_each(|line| write!(f, "\n    {line}"))?;
        }
        Ok(())
    }
}

impl Requests {
    /// All that came over the wire, in bytes.
    pub fn bytes(&self) -> u64 {
        self.0.iter().map(|request| request.bytes).sum()
    }

    /// The hosts that were asked, with their ports.
    pub fn hosts(&self) -> BTreeSet<&str> {
        self.0.iter().map(|request| host(&request.url)).collect()
    }

    /// What was asked of other hosts than that of this address.
    pub fn elsewhere(&self, site: &str) -> Vec<&str> {
        let urls = self.0.iter().map(|request| request.url.as_str());
        urls.filter(|url| host(url) != host(site)).collect()
    }
}

/// Host and port of an address.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let authority = rest.get(..end).unwrap_or_default();
    authority.rsplit_once('@').map_or(authority, |(_, host)| host)
}

/// Reads the requests out of the driver's log of DevTools events.
fn sum(entries: &[Value]) -> Requests {
    let mut requests: Vec<Request> = Vec::new();
    let mut open: BTreeMap<String, usize> = BTreeMap::new();
    for entry in entries {
        let Ok(event) = serde_json::from_str::<Value>(text(entry, "message")) else { continue };
        let Some(message) = event.get("message") else { continue };
        let Some(told) = message.get("params") else { continue };
        let id = text(told, "requestId");
        let length = |of: &Value| of.get("encodedDataLength").and_then(Value::as_f64).unwrap_or_default();
        match text(message, "method") {
            "Network.requestWillBeSent" => {
                // A redirection keeps the id; what it weighed is told with the request that follows.
                if let (Some(index), Some(before)) = (open.get(id), told.get("redirectResponse")) {
                    weigh(&mut requests, *index, length(before));
                }
                let url = told.get("request").map(|request| text(request, "url")).unwrap_or_default();
                if ["http:", "https:", "ws:", "wss:"].iter().any(|scheme| url.starts_with(scheme)) {
                    open.insert(id.to_owned(), requests.len());
                    requests.push(Request { url: url.to_owned(), bytes: 0 });
                }
            }
            "Network.loadingFinished" => {
                if let Some(index) = open.get(id) {
                    weigh(&mut requests, *index, length(told));
                }
            }
            _ => {}
        }
    }
    Requests(requests)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the protocol counts bytes as a float")]
fn weigh(requests: &mut [Request], index: usize, bytes: f64) {
    if let Some(request) = requests.get_mut(index) {
        request.bytes = bytes.max(0.0) as u64;
    }
}
