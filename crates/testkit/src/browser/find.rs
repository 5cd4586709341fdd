//! Finding things on a page as its readers do, and using them.

use std::path::Path;

use serde_json::{Value, json};

use super::session::{Browser, Patience, as_text};
use super::wire::BrowserError;

/// Under this key an element goes over the wire (WebDriver, section 12).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// What may have a label: everything that a form sends.
const FIELDS: &str = "input:not([type=hidden]):not([type=submit]):not([type=button]):not([type=reset]), textarea, \
                      select, [contenteditable], [role=textbox], [role=combobox], [role=checkbox], [role=radio]";

/// Whether a click on something leads to another page: a link elsewhere, or the button of a form that can be sent.
const LEADS_ON: &str = "const it = arguments[0].closest('a[href], button, input');
    if (!it || it.disabled) return false;
    if (it.matches('a')) {
        const here = location.href.split('#')[0];
        return !it.target && !it.download && (!it.hash || it.href.split('#')[0] !== here);
    }
    const form = it.form;
    if (!form || !['submit', 'image'].includes(it.type)) return false;
    return form.noValidate || it.formNoValidate || form.checkValidity();";

/// Something on the page.
#[derive(Debug, Clone)]
pub struct Element<'a> {
    browser: &'a Browser,
    id: String,
}

/// A key that has no letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// To the next thing that takes the focus.
    Tab,
    /// To the one before: Tab with Shift.
    BackTab,
    /// Enter.
    Enter,
    /// Escape.
    Escape,
    /// The space bar.
    Space,
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
}

impl Browser {
    /// Waits for something with this ARIA role and accessible name, such as `button` and `送信`.
    ///
    /// The name is what a screen reader says. It is compared whole; if nothing bears it, the only
    /// thing whose name contains it will do.
    pub async fn find(&self, role: &str, name: &str) -> Result<Element<'_>, BrowserError> {
        self.named(candidates(role), Some(role), name).await
    }

    /// Waits for the field of a form that bears this label; the label is compared as in [`Browser::find`].
    pub async fn field(&self, label: &str) -> Result<Element<'_>, BrowserError> {
        self.named(FIELDS, None, label).await
    }

    /// Clicks what has this role and name, and waits for the page that follows, if one does.
    pub async fn click(&self, role: &str, name: &str) -> Result<(), BrowserError> {
        self.find(role, name).await?.click().await
    }

    /// Writes into the field with this label, over what stood there.
    pub async fn fill(&self, label: &str, text: &str) -> Result<(), BrowserError> {
        self.field(label).await?.fill(text).await
    }

    /// Ticks the checkbox or radio button with this label, or unticks the checkbox.
    pub async fn tick(&self, label: &str) -> Result<(), BrowserError> {
        self.field(label).await?.click().await
    }

    /// Chooses an option, by its words, in the list with this label.
    pub async fn choose(&self, label: &str, option: &str) -> Result<(), BrowserError> {
        let list = self.field(label).await?;
        let script = "return [...arguments[0].options].find(o => o.label.trim() === arguments[1]) ?? null";
        let found = self.run(script, json!([list.wire(), option])).await?;
        match self.element(&found) {
            Some(option) => option.click().await,
            None => {
                let there =
                    self.run("return [...arguments[0].options].map(o => o.label)", json!([list.wire()])).await?;
                let there = there.as_array().into_iter().flatten().cloned().map(as_text).collect();
                Err(BrowserError::Absent { what: format!("option `{option}`"), page: self.url().await?, there })
            }
        }
    }

    /// Waits for something that a CSS selector matches.
    pub async fn wait_for(&self, css: &str) -> Result<Element<'_>, BrowserError> {
        let mut patience = Patience::new();
        loop {
            if let Some(first) = self.all(css).await?.into_iter().next() {
                return Ok(first);
            }
            if !patience.wait().await {
                let there = vec![format!("the words `{}`", self.text().await?)];
                return Err(BrowserError::Absent { what: format!("`{css}`"), page: self.url().await?, there });
            }
        }
    }

    /// All that a CSS selector matches now.
    pub async fn all(&self, css: &str) -> Result<Vec<Element<'_>>, BrowserError> {
        let found = self.post("elements", json!({ "using": "css selector", "value": css })).await?;
        Ok(found.as_array().into_iter().flatten().filter_map(|one| self.element(one)).collect())
    }

    /// What has the focus.
    pub async fn focused(&self) -> Result<Element<'_>, BrowserError> {
        let found = self.get("element/active").await?;
        self.element(&found)
            .ok_or_else(|| BrowserError::Odd { command: "element/active".to_owned(), said: found.to_string() })
    }

    /// Presses and lets go a key.
    pub async fn press(&self, key: Key) -> Result<(), BrowserError> {
        // The code points are WebDriver's (section 17.4.2).
        let keys: &[&str] = match key {
            Key::Tab => &["\u{e004}"],
            Key::BackTab => &["\u{e008}", "\u{e004}"],
            Key::Enter => &["\u{e007}"],
            Key::Escape => &["\u{e00c}"],
            Key::Space => &[" "],
            Key::Up => &["\u{e013}"],
            Key::Down => &["\u{e015}"],
        };
        let down = keys.iter().map(|key| json!({ "type": "keyDown", "value": key }));
        let up = keys.iter().rev().map(|key| json!({ "type": "keyUp", "value": key }));
        let strokes: Vec<Value> = down.chain(up).collect();
        let board = json!({ "type": "key", "id": "keyboard", "actions": strokes });
        self.post("actions", json!({ "actions": [board] })).await.map(drop)
    }

    fn element(&self, wire: &Value) -> Option<Element<'_>> {
        let id = wire.get(ELEMENT)?.as_str()?.to_owned();
        Some(Element { browser: self, id })
    }

    /// Looks until one candidate answers to role and name.
    async fn named(&self, css: &str, role: Option<&str>, name: &str) -> Result<Element<'_>, BrowserError> {
        let what = || format!("{} `{name}`", role.unwrap_or("field"));
        let mut patience = Patience::new();
        loop {
            let seen = match self.seen(css, role).await {
                // The page changed while it was read.
                Err(error) if error.is_passing() => Vec::new(),
                other => other?,
            };
            let whole = seen.iter().any(|(_, known)| known == name);
            let fits = |known: &str| if whole { known == name } else { known.contains(name) };
            let mut answer = seen.iter().filter(|(_, known)| fits(known));
            match (answer.next(), answer.next()) {
                (Some((element, _)), None) => return Ok(element.clone()),
                (Some(_), Some(_)) => {
                    let there = seen.iter().filter(|(_, known)| fits(known)).map(|(_, known)| known.clone()).collect();
                    return Err(BrowserError::Ambiguous { what: what(), there });
                }
                _ => {}
            }
            if !patience.wait().await {
                let there = seen.into_iter().map(|(_, known)| format!("`{known}`")).collect();
                return Err(BrowserError::Absent { what: what(), page: self.url().await?, there });
            }
        }
    }

    /// The candidates of a role that can be seen, each with its name.
    async fn seen(&self, css: &str, role: Option<&str>) -> Result<Vec<(Element<'_>, String)>, BrowserError> {
        let mut seen = Vec::new();
        for element in self.all(css).await? {
            if role.is_some() && Some(element.role().await?.as_str()) != role {
                continue;
            }
            let name = element.name().await?;
            if element.is_shown().await? {
                seen.push((element, name));
            }
        }
        Ok(seen)
    }
}

impl Element<'_> {
    /// Clicks it, and waits for the page that follows, if one does.
    ///
    /// The driver waits for a page only if it had begun to load when the click was done, so that what leads
    /// on is watched until its page is gone. A link that is saved as a file, or a form that a script stops,
    /// takes as long as [`Patience::short`].
    pub async fn click(&self) -> Result<(), BrowserError> {
        let leads = self.browser.run(LEADS_ON, json!([self.wire()])).await? == Value::Bool(true);
        let before = if leads { self.browser.all("html").await?.into_iter().next() } else { None };
        self.post("click", json!({})).await?;
        let Some(before) = before else { return Ok(()) };
        let mut patience = Patience::short();
        loop {
            match before.get("name").await {
                Err(error) if error.is_passing() => return Ok(()),
                Err(error) => return Err(error),
                Ok(_) if patience.wait().await => {}
                Ok(_) => return Ok(()),
            }
        }
    }

    /// Writes into it, over what stood there.
    pub async fn fill(&self, text: &str) -> Result<(), BrowserError> {
        // Into these, keys go in an order that depends on the language of the browser.
        const SET: [&str; 7] = ["date", "datetime-local", "month", "week", "time", "color", "range"];
        let kind = as_text(self.browser.run("return arguments[0].type ?? ''", json!([self.wire()])).await?);
        if SET.contains(&kind.as_str()) {
            let script = "const [field, text] = arguments; field.focus(); field.value = text;
                for (const kind of ['input', 'change']) field.dispatchEvent(new Event(kind, { bubbles: true }));";
            return self.browser.run(script, json!([self.wire(), text])).await.map(drop);
        }
        self.post("clear", json!({})).await?;
        self.post("value", json!({ "text": text })).await
    }

    /// Puts a file into a field for files.
    pub async fn attach(&self, file: &Path) -> Result<(), BrowserError> {
        self.post("value", json!({ "text": file })).await
    }

    /// Its words as the reader sees them.
    pub async fn text(&self) -> Result<String, BrowserError> {
        Ok(as_text(self.get("text").await?))
    }

    /// Its accessible name: what a screen reader calls it.
    pub async fn name(&self) -> Result<String, BrowserError> {
        let name = as_text(self.get("computedlabel").await?);
        Ok(name.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// Its ARIA role.
    pub async fn role(&self) -> Result<String, BrowserError> {
        Ok(as_text(self.get("computedrole").await?))
    }

    /// What a field holds now (its property `value`).
    pub async fn value(&self) -> Result<String, BrowserError> {
        Ok(as_text(self.get("property/value").await?))
    }

    /// An attribute; `None` if it has none of that name.
    pub async fn attribute(&self, name: &str) -> Result<Option<String>, BrowserError> {
        Ok(self.get(&format!("attribute/{name}")).await?.as_str().map(str::to_owned))
    }

    /// Whether it can be seen.
    pub async fn is_shown(&self) -> Result<bool, BrowserError> {
        Ok(self.get("displayed").await? == Value::Bool(true))
    }

    /// Whether a checkbox, a radio button or an option is on.
    pub async fn is_ticked(&self) -> Result<bool, BrowserError> {
        Ok(self.get("selected").await? == Value::Bool(true))
    }

    fn wire(&self) -> Value {
        json!({ ELEMENT: self.id })
    }

    async fn get(&self, command: &str) -> Result<Value, BrowserError> {
        self.browser.get(&format!("element/{}/{command}", self.id)).await
    }

    async fn post(&self, command: &str, body: Value) -> Result<(), BrowserError> {
        self.browser.post(&format!("element/{}/{command}", self.id), body).await.map(drop)
    }
}

/// A selector of all that may have a role. Each candidate costs three questions, so the common roles have a short list.
fn candidates(role: &str) -> &'static str {
    match role {
        "button" => "button, input, summary, [role=button]",
        "DisclosureTriangle" => "summary",
        "link" => "a, area, [role=link]",
        "heading" => "h1, h2, h3, h4, h5, h6, [role=heading]",
        "textbox" | "searchbox" | "spinbutton" | "checkbox" | "radio" | "combobox" | "listbox" => FIELDS,
        "navigation" | "main" | "banner" | "contentinfo" | "region" | "form" | "search" => {
            "nav, main, header, footer, section, form, search, [role]"
        }
        _ => "body *",
    }
}
