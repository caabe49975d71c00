//! What the tests share.
#![allow(dead_code, unreachable_pub)]

pub mod arbitrary;

use std::path::PathBuf;
use std::time::Duration;

use bellwether_backend::{Backend, Builder, Running};

/// A server on free ports, in a folder of its own.
pub struct Server {
    pub running: Running,
    pub folder: tempfile::TempDir,
}

impl Server {
    pub async fn start() -> Self {
        Self::start_with(|builder| builder).await
    }

    pub async fn start_with(settings: impl FnOnce(Builder) -> Builder) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let builder = settings(builder(folder.path().join("telemetry.db")));
        Self {
            running: builder.start().await.unwrap(),
            folder,
        }
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("telemetry.db")
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.running.http())
    }

    pub async fn post(
        &self,
        path: &str,
        content_type: &str,
        body: impl Into<reqwest::Body>,
    ) -> reqwest::Response {
        client()
            .post(self.url(path))
            .header("content-type", content_type)
            .body(body)
            .send()
            .await
            .unwrap()
    }

    pub async fn stop(self) -> tempfile::TempDir {
        self.running.stop(Duration::from_secs(10)).await;
        self.folder
    }
}

pub fn client() -> reqwest::Client {
    client_builder().build().unwrap()
}

/// A client that finds a cryptography provider also where another crate of the build has left reqwest without one.
pub fn client_builder() -> reqwest::ClientBuilder {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy()
}

pub fn builder(path: PathBuf) -> Builder {
    let any = ([127, 0, 0, 1], 0).into();
    Backend::builder(path).grpc(any).http(any)
}
