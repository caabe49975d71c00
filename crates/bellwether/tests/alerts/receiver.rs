//! A receiver of webhooks on a real socket, that behaves as it is told.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

/// What it does with one request.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    /// A status line's code and reason, and further header lines.
    Status(&'static str, String),
    /// Nothing, ever.
    Hang,
}

#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) head: String,
    /// Null where it is no JSON.
    pub(crate) body: Value,
    pub(crate) bytes: Vec<u8>,
}

pub(crate) struct Receiver {
    pub(crate) port: u16,
    seen: Arc<Mutex<Vec<Request>>>,
}

impl Receiver {
    /// Answers each request as its number, from 0, says.
    pub(crate) fn start(answer: impl Fn(usize) -> Answer + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen: Arc<Mutex<Vec<Request>>> = Arc::default();
        let log = Arc::clone(&seen);
        thread::spawn(move || {
            let mut kept = Vec::new();
            let mut number = 0;
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { continue };
                let Some(request) = read(&stream) else {
                    continue;
                };
                log.lock().unwrap().push(request);
                match answer(number) {
                    Answer::Hang => kept.push(stream),
                    Answer::Status(status, headers) => {
                        let _ = write!(
                            stream,
                            "HTTP/1.1 {status}\r\n{headers}content-length: 0\r\nconnection: close\r\n\r\n"
                        );
                    }
                }
                number += 1;
            }
        });
        Self { port, seen }
    }

    pub(crate) fn fine() -> Self {
        Self::start(|_| ok())
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hook", self.port)
    }

    pub(crate) fn seen(&self) -> Vec<Request> {
        self.seen.lock().unwrap().clone()
    }

    /// Waits for so many requests.
    pub(crate) fn wait_for(&self, count: usize) -> Vec<Request> {
        eventually(&format!("{count} requests"), || {
            let seen = self.seen();
            (seen.len() >= count).then_some(seen)
        })
    }
}

pub(crate) fn ok() -> Answer {
    Answer::Status("200 OK", String::new())
}

fn read(stream: &TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let lower = line.to_ascii_lowercase();
        if let Some(value) = lower.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        if line.trim().is_empty() {
            break;
        }
        head.push_str(&line);
    }
    let mut bytes = vec![0; length];
    reader.read_exact(&mut bytes).ok()?;
    let body = serde_json::from_slice(&bytes).unwrap_or_default();
    Some(Request { head, body, bytes })
}

/// Polls until there is something, for half a minute at most.
pub(crate) fn eventually<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let until = Instant::now() + Duration::from_secs(30);
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < until, "{what} did not come");
        thread::sleep(Duration::from_millis(20));
    }
}
