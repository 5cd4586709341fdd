//! Exit codes, and how an error is told (docs/exit-codes.md).

use std::process::ExitCode;

use renkei_app::office::AskError;
use renkei_app::settings::SettingsError;

use crate::cli::Arguments;

/// What the program's end means to whoever called it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// It could not be done; the message says what to do.
    Failed = 1,
    /// The command line or the settings are wrong (clap exits with this one too).
    Usage = 2,
    /// The gate refuses; the refusal is in the ledger.
    Refused = 3,
    /// `--strict`: the input had bad lines; the good ones were taken in. Or something stands against a warrant.
    Findings = 4,
    /// A ledger is not intact.
    NotIntact = 5,
    /// Another process works in the office.
    Busy = 6,
    /// There is no office here.
    NoOffice = 7,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Tells an error, and says what the exit code is.
pub fn report(result: anyhow::Result<Exit>, arguments: &Arguments) -> ExitCode {
    let error = match result {
        Ok(exit) => return exit.into(),
        Err(error) => error,
    };
    let exit = classify(&error);
    let mut said: Vec<String> = Vec::new();
    for cause in error.chain() {
        let text = cause.to_string();
        // An error that only hands on another's words is told once.
        if said.last() != Some(&text) {
            said.push(text);
        }
    }
    if arguments.json {
        let told = serde_json::json!({ "error": said.first(), "causes": said.get(1..), "exit": exit as u8 });
        eprintln!("{told}");
    } else {
        eprintln!("renkei: {}", said.join("\n  because: "));
        if let Some(AskError::Refused(ruling)) = error.chain().find_map(|cause| cause.downcast_ref::<AskError>()) {
            eprintln!("{}", ruling.reasons(arguments.language()));
        }
    }
    exit.into()
}

fn classify(error: &anyhow::Error) -> Exit {
    for cause in error.chain() {
        if let Some(AskError::Refused(_)) = cause.downcast_ref() {
            return Exit::Refused;
        }
        match cause.downcast_ref() {
            Some(SettingsError::NoOffice(_)) => return Exit::NoOffice,
            Some(SettingsError::Io(..)) | None => {}
            Some(_) => return Exit::Usage,
        }
        if let Some(renkei_app::campaign::send::SendError::Busy) = cause.downcast_ref() {
            return Exit::Busy;
        }
        if let Some(renkei_app::backup::BackUpError::Busy(_)) = cause.downcast_ref() {
            return Exit::Busy;
        }
        if let Some(renkei_app::credentials::SplitError::Busy) = cause.downcast_ref() {
            return Exit::Busy;
        }
        if let Some(renkei_app::restore::RestoreError::Damaged(..)) = cause.downcast_ref() {
            return Exit::NotIntact;
        }
        if let Some(renkei_app::mail::MailError::Busy) = cause.downcast_ref() {
            return Exit::Busy;
        }
    }
    Exit::Failed
}
