//! A site of a few pages on a free port of loopback, on nothing but the standard library.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

/// A form in Japanese, as a page without faults should be; its last words come by script.
const FORM: &str = r#"<main><h1>連携の申込み</h1>
<form method="post" action="/taken" enctype="text/plain">
<p><label for="a">宛先 <span>必須</span></label> <input id="a" name="to">
<p><label for="b">期日</label> <input id="b" name="by" type="date">
<p><label for="c">種類</label> <select id="c" name="kind"><option>照会</option><option>通知</option></select>
<p><label><input name="agreed" type="checkbox"> 確かめました</label>
<p><button>送信</button> <button type="button" hidden>送信</button>
</form>
<p><a href="/fonts">書体</a> <span id="who">スクリプトなし</span></p></main>
<script>document.getElementById("who").textContent = "スクリプトあり"</script>"#;

const FAULTS: &str = r#"<main><h1>Faults</h1><p><input name="nameless"> <img src="/dot.svg">
<p style="color:#ccc;background:#fff">hardly to be read</p></main>"#;

const STRANGER: &str = r#"<main><h1>Stranger</h1><img alt="" src="http://198.18.0.1/far.png">
<img alt="" src="http://cdn.example/far.png"><p>近く</p></main>"#;

const LATE: &str = r#"<main><h1>Late</h1></main><script>
setTimeout(() => { document.querySelector("main").innerHTML += "<p role=status>届きました</p>" }, 300);
console.error("planted");</script>"#;

/// A running site; it ends with the process of the test.
#[derive(Debug)]
pub struct Site {
    port: u16,
}

impl Site {
    pub fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        // A browser opens connections before it has anything to say, so each has a thread.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                std::thread::spawn(move || serve(stream));
            }
        });
        Self { port }
    }

    /// The address of a page; by name, because a passkey is for a name.
    pub fn url(&self, path: &str) -> String {
        format!("http://localhost:{}{path}", self.port)
    }
}

fn serve(stream: TcpStream) {
    let _ = stream.set_read_timeout(Some(Duration::from_secs(60)));
    let mut reader = BufReader::new(stream);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        match reader.read_line(&mut line) {
            Ok(1..) if !line.trim_end().is_empty() => lines.push(line.trim_end().to_owned()),
            Ok(1..) => break,
            _ => return,
        }
    }
    let head = |name: &str| lines.iter().find_map(|line| line.strip_prefix(name)).unwrap_or_default().trim().to_owned();
    let mut body = vec![0; head("Content-Length:").parse().unwrap_or(0)];
    if reader.read_exact(&mut body).is_err() {
        return;
    }
    let path = lines[0].split(' ').nth(1).unwrap_or_default().to_owned();
    let page = match path.as_str() {
        "/form" => FORM.to_owned(),
        "/taken" => format!("<main><h1>受付</h1><pre>{}</pre></main>", String::from_utf8_lossy(&body)),
        "/fonts" => "<main><h1>書体</h1><p>連携 ABC \u{378}</p></main>".to_owned(),
        "/faults" => FAULTS.to_owned(),
        "/stranger" => STRANGER.to_owned(),
        "/late" => LATE.to_owned(),
        "/heavy" => format!("<main><h1>Heavy</h1><!-- {} --></main>", "x".repeat(200_000)),
        "/language" => format!("<main><h1>{}</h1></main>", head("Accept-Language:")),
        "/strict" => FORM.to_owned(),
        _ => String::new(),
    };
    let policy = if path == "/strict" { "Content-Security-Policy: default-src 'none'\r\n" } else { "" };
    let html = format!(
        "<!doctype html><html lang=ja><meta charset=utf-8><title>{path}</title>\
         <meta name=viewport content='width=device-width'><link rel=icon href='data:,'>{page}</html>"
    );
    let status = if page.is_empty() { "404 Not Found" } else { "200 OK" };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n{policy}Content-Length: {}\r\n\
         Connection: close\r\n\r\n",
        html.len()
    );
    // An error means that the browser no longer listens.
    let _ = reader.into_inner().write_all(&[head.as_bytes(), html.as_bytes()].concat());
}
