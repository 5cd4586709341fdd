//! The least HTTP/1.1 that tells what a server really sends: one request a connection.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// An answer as it came.
#[derive(Debug, Clone, Default)]
pub(super) struct Reply {
    pub(super) status: u16,
    /// Names in lower case.
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Reply {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON; `null` if it is none.
    pub(super) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// All of it in one line.
    pub(super) fn told(&self) -> String {
        let kind = self.header("content-type").unwrap_or("no content type");
        format!("{} {kind} {}", self.status, String::from_utf8_lossy(&self.body))
    }
}

/// Sends one request to `host:port` and reads the whole answer.
pub(super) fn send(
    host: &str,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: Option<&[u8]>,
) -> io::Result<Reply> {
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let mut head = format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if let Some(body) = body
        && !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("transfer-encoding"))
        && !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-length"))
    {
        head.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    head.push_str("\r\n");
    stream.write_all(head.as_bytes())?;
    if let Some(body) = body {
        // A server that has refused already may have closed its side; what it said is still to be read.
        let _ = stream.write_all(body);
    }
    read(&mut BufReader::new(stream), method == "HEAD")
}

fn read(stream: &mut BufReader<TcpStream>, is_head: bool) -> io::Result<Reply> {
    let mut reply = Reply::default();
    let first = line(stream)?;
    reply.status = first.split(' ').nth(1).and_then(|word| word.parse().ok()).unwrap_or_default();
    loop {
        let line = line(stream)?;
        let Some((name, value)) = line.split_once(':') else { break };
        reply.headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    if is_head || matches!(reply.status, 204 | 304) {
        stream.read_to_end(&mut reply.body)?;
        return Ok(reply);
    }
    if reply.header("transfer-encoding").is_some_and(|value| value.eq_ignore_ascii_case("chunked")) {
        loop {
            let size = line(stream)?;
            let size = size.split(';').next().unwrap_or_default();
            let size = u64::from_str_radix(size.trim(), 16).map_err(|_| io::Error::other("no size of a chunk"))?;
            if size == 0 {
                return Ok(reply);
            }
            stream.by_ref().take(size).read_to_end(&mut reply.body)?;
            line(stream)?;
        }
    }
    match reply.header("content-length").and_then(|value| value.parse().ok()) {
        Some(length) => stream.by_ref().take(length).read_to_end(&mut reply.body)?,
        None => stream.read_to_end(&mut reply.body)?,
    };
    Ok(reply)
}

fn line(stream: &mut BufReader<TcpStream>) -> io::Result<String> {
    let mut line = String::new();
    stream.read_line(&mut line)?;
    Ok(line.trim_end().to_owned())
}
