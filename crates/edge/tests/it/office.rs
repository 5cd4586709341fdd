//! The office's end: a small HTTP server that commits a feed file once under its SHA-256.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use renkei_core::id::Digest;

pub const TOKEN: &str = "t0ken-of-this-test";

/// What it does with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// Commits and answers.
    Good,
    /// Commits and closes without an answer: the sinkhole cannot know.
    Mute,
    /// 503.
    Busy,
    /// 422.
    Refuses,
}

#[derive(Clone)]
pub struct Office {
    pub address: SocketAddr,
    state: Arc<Mutex<State>>,
}

struct State {
    mood: Mood,
    files: BTreeMap<String, Vec<u8>>,
    order: Vec<String>,
    requests: u32,
}

impl Office {
    pub fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let state = State { mood: Mood::Good, files: BTreeMap::new(), order: Vec::new(), requests: 0 };
        let office = Self { address: listener.local_addr().unwrap(), state: Arc::new(Mutex::new(state)) };
        let own = office.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let office = own.clone();
                thread::spawn(move || while office.serve(&stream).is_some() {});
            }
        });
        office
    }

    pub fn mood(&self, mood: Mood) {
        self.state.lock().unwrap().mood = mood;
    }

    pub fn requests(&self) -> u32 {
        self.state.lock().unwrap().requests
    }

    /// All lines, in the order in which their files were committed.
    pub fn lines(&self) -> Vec<serde_json::Value> {
        let state = self.state.lock().unwrap();
        let files = state.order.iter().map(|name| String::from_utf8(state.files[name].clone()).unwrap());
        files
            .flat_map(|file| file.lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<_>>())
            .collect()
    }

    fn serve(&self, mut stream: &TcpStream) -> Option<()> {
        let mut reader = BufReader::new(stream);
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|length| *length > 0)?;
        let mut fields = BTreeMap::new();
        loop {
            let mut field = String::new();
            reader.read_line(&mut field).ok()?;
            let Some((name, value)) = field.trim_end().split_once(": ") else { break };
            fields.insert(name.to_ascii_lowercase(), value.to_owned());
        }
        let mut body = vec![0; fields["content-length"].parse().unwrap()];
        reader.read_exact(&mut body).ok()?;
        assert_eq!(line.trim_end(), "POST /api/v1/feeds/sinkhole HTTP/1.1");
        assert_eq!(fields["authorization"], format!("Bearer {TOKEN}"));
        assert_eq!(fields["content-type"], "application/octet-stream");
        let name = Digest::of(&body).to_string();
        assert_eq!(fields["idempotency-key"], name);
        let mut state = self.state.lock().unwrap();
        state.requests += 1;
        let mood = state.mood;
        let mut status = "200 OK";
        if matches!(mood, Mood::Good | Mood::Mute) && !state.files.contains_key(&name) {
            state.files.insert(name.clone(), body);
            state.order.push(name.clone());
            status = "201 Created";
        }
        drop(state);
        let (status, text) = match mood {
            Mood::Good => (status, format!("{{\"sha256\":\"{name}\"}}")),
            Mood::Mute => return None,
            Mood::Busy => ("503 Service Unavailable", String::new()),
            Mood::Refuses => ("422 Unprocessable Content", "not a feed".to_owned()),
        };
        write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n{text}", text.len()).ok()
    }
}
