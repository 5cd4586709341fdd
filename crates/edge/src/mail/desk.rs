//! The desk's side: starts the examining process, hands it mails, ends it at its limits and starts another.

use std::ffi::OsString;
use std::io::{self, Read as _};
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use renkei_formats::specimen::{Code, Examined, Limits};

use super::wire::{self, MOST_ANSWER, NO_MEMORY, Order};

/// SIGXCPU: the kernel ends what computes too long.
const OUT_OF_COMPUTING: [i32; 1] = [24];
/// Most bytes that are read of what a fallen process complained about.
const MOST_WORDS: u64 = 4_096;

/// What an examining process may spend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Most bytes of memory (address space).
    pub memory_bytes: u64,
    /// Most seconds of computing for each mail.
    pub cpu_seconds: u64,
    /// Most time for each mail on the clock.
    pub wall: Duration,
    /// Most bytes of a mail.
    pub mail_bytes: usize,
    /// A process is replaced after so many mails.
    pub mails: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            memory_bytes: 1 << 30,
            cpu_seconds: 20,
            wall: Duration::from_secs(60),
            mail_bytes: Limits::default().mail_bytes,
            mails: 1_000,
        }
    }
}

/// Why a mail could not be handed over; that says nothing of the mail.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The program cannot be started.
    #[error("the examining process cannot be started: {0}")]
    Start(#[source] io::Error),
    /// More passwords than fit.
    #[error("the passwords are too long")]
    Passwords,
}

/// A desk with one examining process. For two cores two desks are made.
pub struct Desk {
    program: PathBuf,
    arguments: Vec<OsString>,
    bounds: Bounds,
    order: Vec<u8>,
    running: Option<Running>,
}

/// An examining process, and the thread that talks with it.
struct Running {
    child: Child,
    mails: Sender<Vec<u8>>,
    answers: Receiver<io::Result<Option<Vec<u8>>>>,
    examined: usize,
}

impl Desk {
    /// A desk that starts `program` with `arguments` (which must call [`child`](super::child)) when the first mail
    /// comes. The program gets an empty environment.
    ///
    /// # Errors
    /// When the passwords do not fit.
    pub fn new(
        program: PathBuf,
        arguments: Vec<OsString>,
        bounds: Bounds,
        passwords: &[String],
    ) -> Result<Self, DeskError> {
        let order = Order {
            memory_bytes: bounds.memory_bytes,
            cpu_seconds: bounds.cpu_seconds,
            mail_bytes: bounds.mail_bytes,
            passwords: passwords.to_vec(),
        };
        let order = serde_json::to_vec(&order).map_err(|_| DeskError::Passwords)?;
        if order.len() > wire::MOST_ORDER {
            return Err(DeskError::Passwords);
        }
        Ok(Self { program, arguments, bounds, order, running: None })
    }

    /// Examines a mail. A mail at which the process fell, ran out of time or out of memory comes back with that as
    /// its one finding, and the next mail gets a new process.
    ///
    /// # Errors
    /// When no process can be started.
    pub fn examine(&mut self, mail: &[u8]) -> Result<Examined, DeskError> {
        if mail.len() > self.bounds.mail_bytes {
            return Ok(Examined::failed(mail, Code::TooLarge));
        }
        let mut running = match self.running.take() {
            Some(running) if running.examined < self.bounds.mails => running,
            old => {
                drop(old);
                Running::start(self)?
            }
        };
        let code = match running.ask(mail, self.bounds.wall) {
            Ok(examined) => {
                running.examined += 1;
                self.running = Some(running);
                return Ok(examined);
            }
            Err(code) => code,
        };
        drop(running);
        Ok(Examined::failed(mail, code))
    }

    /// The id of the process that runs now, if one does.
    pub fn process(&self) -> Option<u32> {
        self.running.as_ref().map(|running| running.child.id())
    }
}

impl Running {
    fn start(desk: &Desk) -> Result<Self, DeskError> {
        let mut child = Command::new(&desk.program)
            .args(&desk.arguments)
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(DeskError::Start)?;
        let (mails, handed) = channel::<Vec<u8>>();
        let (told, answers) = channel();
        let (Some(mut input), Some(mut output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(DeskError::Start(io::ErrorKind::BrokenPipe.into()));
        };
        let order = desk.order.clone();
        // The thread ends when the process does: its pipes break then.
        thread::spawn(move || {
            let mut outcome = wire::write(&mut input, &order);
            for mail in handed {
                let written = outcome.and_then(|()| wire::write(&mut input, &mail));
                // A process that takes nothing more may have said something before.
                let answer = match (written, wire::read(&mut output, MOST_ANSWER)) {
                    (Err(error), Ok(None)) => Err(error),
                    (_, read) => read,
                };
                outcome = Ok(());
                if told.send(answer).is_err() {
                    return;
                }
            }
        });
        Ok(Self { child, mails, answers, examined: 0 })
    }

    /// Hands over a mail and waits for what comes of it.
    fn ask(&mut self, mail: &[u8], wall: Duration) -> Result<Examined, Code> {
        if self.mails.send(mail.to_vec()).is_err() {
            return Err(self.why());
        }
        match self.answers.recv_timeout(wall) {
            Ok(Ok(Some(answer))) => serde_json::from_slice(&answer).map_err(|_| Code::BadAnswer),
            Ok(Err(error)) if error.kind() == io::ErrorKind::InvalidData => Err(Code::BadAnswer),
            Ok(_) | Err(RecvTimeoutError::Disconnected) => Err(self.why()),
            Err(RecvTimeoutError::Timeout) => Err(Code::OutOfTime),
        }
    }

    /// Why the process is gone.
    fn why(&mut self) -> Code {
        // Its pipes are closed, so that it is gone or will be at once; it is not waited for without end.
        for _ in 0..100 {
            if let Ok(Some(status)) = self.child.try_wait() {
                if status.signal().is_some_and(|signal| OUT_OF_COMPUTING.contains(&signal)) {
                    return Code::OutOfTime;
                }
                let mut words = Vec::new();
                if let Some(stderr) = self.child.stderr.take() {
                    let _ = stderr.take(MOST_WORDS).read_to_end(&mut words);
                }
                let is_memory = String::from_utf8_lossy(&words).contains(NO_MEMORY);
                return if is_memory { Code::OutOfMemory } else { Code::Fell };
            }
            thread::sleep(Duration::from_millis(10));
        }
        Code::Fell
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
