//! A client that shows what went over the wire.

use std::collections::BTreeMap;
use std::io::Read;
use std::net::SocketAddr;
use std::time::Duration;

use flate2::read::GzDecoder;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// What no answer takes, on the busiest machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The whole of it; none where it was cut off.
    fn parse(raw: &[u8]) -> Option<Self> {
        let end = raw.windows(4).position(|bytes| bytes == b"\r\n\r\n")?;
        let head = std::str::from_utf8(&raw[..end]).ok()?;
        let mut lines = head.split("\r\n");
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let fields = lines.filter_map(|line| line.split_once(": "));
        let headers = fields
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        let body = raw[end + 4..].to_vec();
        Some(Self {
            status,
            headers,
            body,
        })
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    pub(crate) fn is_whole(&self) -> bool {
        let length = self.header("content-length");
        length.and_then(|length| length.parse().ok()) == Some(self.body.len())
    }

    pub(crate) fn text(&self) -> String {
        if self.header("content-encoding") == Some("gzip") {
            let mut text = String::new();
            GzDecoder::new(&*self.body)
                .read_to_string(&mut text)
                .unwrap();
            return text;
        }
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The value of a series without labels but those of its scope.
    pub(crate) fn value(&self, name: &str) -> Option<f64> {
        let text = self.text();
        let line = text.lines().find(|line| {
            line.strip_prefix(name)
                .is_some_and(|rest| rest.starts_with(['{', ' ']))
        })?;
        line.rsplit(' ').next()?.parse().ok()
    }
}

/// An answer, or why there is none.
pub(crate) async fn try_ask(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
) -> std::io::Result<Option<Answer>> {
    let mut stream = TcpStream::connect(address).await?;
    let mut head = format!("{method} {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n");
    for (name, value) in headers {
        head.extend([name, ": ", value, "\r\n"]);
    }
    head += "\r\n";
    stream.write_all(head.as_bytes()).await?;
    let mut raw = Vec::new();
    stream.read_to_end(&mut raw).await?;
    Ok(Answer::parse(&raw))
}

pub(crate) async fn ask(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
) -> Answer {
    let asked = timeout(PATIENCE, try_ask(address, method, path, headers)).await;
    asked
        .expect("an answer in time")
        .unwrap()
        .expect("an answer")
}

pub(crate) async fn get(address: SocketAddr, path: &str) -> Answer {
    ask(address, "GET", path, &[]).await
}
