//! The examining process: limits itself, then reads mails and answers, until nothing follows.

use std::io::{self, Write as _};

use renkei_formats::specimen::examine;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::thread::set_no_new_privs;
use rustix::time::{ClockId, clock_gettime};

use super::wire::{self, MOST_ORDER, NO_MEMORY, Order};

/// Files that it may have open: its three, and no more.
const FILES: u64 = 3;

/// Why the examining process ends before its time.
#[derive(Debug, thiserror::Error)]
pub enum ChildError {
    /// It cannot read or write.
    #[error("the desk cannot be reached: {0}")]
    Wire(#[from] io::Error),
    /// It was given no order that it understands.
    #[error("there is no order")]
    Order(#[from] serde_json::Error),
    /// It cannot limit itself; it reads nothing then.
    #[error("limits cannot be set: {0}")]
    Limits(#[from] rustix::io::Errno),
}

/// Examines mails from the standard input until it ends. The program calls it for its hidden verb and does nothing
/// else: it opens no file and no connection.
///
/// # Errors
/// When it cannot limit itself, or the desk is gone.
pub fn child() -> Result<(), ChildError> {
    // Whatever else fails, nothing is dumped, opened, written or gained from here on.
    limit(Resource::Core, 0)?;
    limit(Resource::Nofile, FILES)?;
    limit(Resource::Fsize, 0)?;
    set_no_new_privs(true)?;
    // What a reader falls over is a finding; words about it would only fill the pipe.
    std::panic::set_hook(Box::new(|_| {}));
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    let Some(order) = wire::read(&mut input, MOST_ORDER)? else { return Ok(()) };
    let order: Order = serde_json::from_slice(&order)?;
    limit(Resource::As, order.memory_bytes)?;
    let (seconds, most) = (order.cpu_seconds, order.mail_bytes);
    let how = order.how();
    // One past the most is let in: its finding is that it is too large.
    loop {
        compute(seconds)?;
        let mail = wire::read(&mut input, most.saturating_add(1)).inspect_err(|error| {
            // A mail that does not fit is told by an error here, and not by an end of the process.
            if error.kind() == io::ErrorKind::OutOfMemory {
                // Nobody else hears it if the desk is gone.
                let _ = writeln!(io::stderr(), "{NO_MEMORY} a mail failed");
            }
        })?;
        let Some(mail) = mail else { return Ok(()) };
        let examined = examine(&mail, &how);
        drop(mail);
        wire::write(&mut output, &serde_json::to_vec(&examined)?)?;
    }
}

/// Sets a limit that cannot be raised again.
fn limit(resource: Resource, most: u64) -> Result<(), rustix::io::Errno> {
    setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })
}

/// Lets it compute so many seconds more: the soft limit is moved on for each mail, and ends the process.
fn compute(seconds: u64) -> Result<(), rustix::io::Errno> {
    let used = u64::try_from(clock_gettime(ClockId::ProcessCPUTime).tv_sec).unwrap_or_default();
    let maximum = getrlimit(Resource::Cpu).maximum;
    let until = used.saturating_add(seconds).saturating_add(1);
    let current = maximum.map_or(until, |most| until.min(most));
    setrlimit(Resource::Cpu, Rlimit { current: Some(current), maximum })
}
