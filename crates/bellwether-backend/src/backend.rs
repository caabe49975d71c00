//! The server: a store, two ports, and an end within a deadline.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use rusqlite::Connection;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::announcement::Announcement;
use crate::api::{self, Access};
use crate::counts::{Counters, Counts, Refusal};
use crate::receive::{self, Limits};
use crate::store::{Missing, Signal, Store, StoreError, StoreOptions, StoreWriter};

/// Why a server could not start.
///
/// ```
/// # let runtime = tokio::runtime::Runtime::new().unwrap();
/// # runtime.block_on(async {
/// use bellwether_backend::{Backend, StartError};
/// let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
/// let folder = std::env::temp_dir().join("bellwether-doc-start");
/// let error = Backend::builder(folder.join("t.db")).grpc(taken.local_addr().unwrap()).start().await.unwrap_err();
/// assert!(matches!(error, StartError::Bind { field: "grpc", .. }));
/// # std::fs::remove_dir_all(folder).ok();
/// # });
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The store could not be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A port could not be taken.
    #[error("{field} address {address}: {source}; expected a free port on this machine")]
    Bind {
        /// Which of the addresses.
        field: &'static str,
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
}

/// Settings of a server, before it starts.
///
/// ```
/// # let runtime = tokio::runtime::Runtime::new().unwrap();
/// # runtime.block_on(async {
/// use std::time::Duration;
/// let folder = std::env::temp_dir().join("bellwether-doc-builder");
/// let any = ([127, 0, 0, 1], 0).into();
/// let running = bellwether_backend::Backend::builder(folder.join("telemetry.db")).grpc(any).http(any).start().await.unwrap();
/// println!("OTLP/gRPC at {}, OTLP/HTTP at {}", running.grpc(), running.http());
/// running.stop(Duration::from_secs(5)).await;
/// # std::fs::remove_dir_all(folder).ok();
/// # });
/// ```
#[must_use = "a server runs only once it is started"]
#[derive(Debug)]
pub struct Builder {
    path: PathBuf,
    grpc: SocketAddr,
    http: SocketAddr,
    limits: Limits,
    store: StoreOptions,
    routes: Router,
    api: Option<Access>,
}

/// Where a server begins.
///
/// ```
/// let builder = bellwether_backend::Backend::builder("telemetry.db");
/// # drop(builder);
/// ```
#[derive(Debug)]
pub struct Backend(());

impl Backend {
    /// A server on the file at `path`, on the loopback ports 4317 (gRPC) and 4318 (HTTP) unless others are named.
    ///
    /// ```
    /// let builder = bellwether_backend::Backend::builder("telemetry.db").http(([127, 0, 0, 1], 14318).into());
    /// # drop(builder);
    /// ```
    pub fn builder(path: impl Into<PathBuf>) -> Builder {
        Builder {
            path: path.into(),
            grpc: ([127, 0, 0, 1], 4317).into(),
            http: ([127, 0, 0, 1], 4318).into(),
            limits: Limits {
                request: 64 << 20,
                in_flight: 32 << 20,
            },
            store: StoreOptions::default(),
            routes: Router::new(),
            api: None,
        }
    }
}

impl Builder {
    /// The address of OTLP/gRPC. Port 0 takes a free one.
    pub fn grpc(mut self, address: SocketAddr) -> Self {
        self.grpc = address;
        self
    }

    /// The address of OTLP/HTTP, and of further routes. Port 0 takes a free one.
    pub fn http(mut self, address: SocketAddr) -> Self {
        self.http = address;
        self
    }

    /// How long things are kept, and how much.
    pub fn store(mut self, options: StoreOptions) -> Self {
        self.store = options;
        self
    }

    /// The largest request, in bytes, before and after decompression. 64 MiB, as the OTLP specification recommends.
    pub fn max_request_bytes(mut self, bytes: usize) -> Self {
        self.limits.request = bytes.min(u32::MAX as usize - 16);
        self
    }

    /// Bytes of requests that may be on their way to the store at a time; more is asked to come again. 32 MiB.
    pub fn max_in_flight_bytes(mut self, bytes: usize) -> Self {
        self.limits.in_flight = bytes;
        self
    }

    /// Answers questions on the HTTP port, under `/api/v1/`, and says where in `<file>.server`, so that commands on this machine find it.
    /// Without it nothing that is stored can be read over the network.
    pub fn api(mut self, access: Access) -> Self {
        self.api = Some(access);
        self
    }

    /// Further routes on the HTTP port.
    pub fn routes(mut self, routes: Router) -> Self {
        self.routes = routes;
        self
    }

    /// Opens the store and both ports. Must run inside a Tokio runtime.
    pub async fn start(self) -> Result<Running, StartError> {
        let grpc = bind("grpc", self.grpc).await?;
        let http = bind("http", self.http).await?;
        let addresses = (address(&grpc, self.grpc), address(&http, self.http));
        let (writer, store) = StoreWriter::open(&self.path, &self.store)?;
        let writer = Arc::new(writer);
        let counters = Arc::new(Counters::default());
        let otlp = receive::router(Arc::clone(&writer), Arc::clone(&counters), self.limits);
        let announced = self
            .api
            .is_some()
            .then(|| Announcement::write(&self.path, addresses.1));
        let api = self
            .api
            .map(|access| api::router(store.clone(), Arc::clone(&writer), access));
        let (stopping, stop) = watch::channel(false);
        let servers = vec![
            serve(grpc, otlp.clone(), stop.clone()),
            serve(
                http,
                otlp.merge(self.routes).merge(api.unwrap_or_default()),
                stop,
            ),
        ];
        Ok(Running {
            grpc: addresses.0,
            http: addresses.1,
            store,
            writer,
            counters,
            stopping,
            servers,
            _announced: announced.flatten(),
        })
    }
}

async fn bind(field: &'static str, address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address)
        .await
        .map_err(|source| StartError::Bind {
            field,
            address,
            source,
        })
}

fn address(listener: &TcpListener, asked: SocketAddr) -> SocketAddr {
    listener.local_addr().unwrap_or(asked)
}

fn serve(listener: TcpListener, router: Router, mut stop: watch::Receiver<bool>) -> JoinHandle<()> {
    let stopped = async move {
        // The sender is dropped only with the server itself.
        let _ = stop.wait_for(|stop| *stop).await;
    };
    tokio::spawn(async move {
        let served = axum::serve(listener, router)
            .with_graceful_shutdown(stopped)
            .await;
        if let Err(error) = served {
            tracing::error!(target: "bellwether_backend", %error, "a port is no longer served");
        }
    })
}

/// A server that runs. Dropping it stops it without waiting for anybody; [`Running::stop`] is the polite way.
#[derive(Debug)]
pub struct Running {
    grpc: SocketAddr,
    http: SocketAddr,
    store: Store,
    writer: Arc<StoreWriter>,
    counters: Arc<Counters>,
    stopping: watch::Sender<bool>,
    servers: Vec<JoinHandle<()>>,
    _announced: Option<Announcement>,
}

impl Running {
    /// Where OTLP/gRPC is taken.
    pub fn grpc(&self) -> SocketAddr {
        self.grpc
    }

    /// Where OTLP/HTTP is taken, and further routes.
    pub fn http(&self) -> SocketAddr {
        self.http
    }

    /// The reading side of its store.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// What was acknowledged and was not in the store any more when it was opened: damage to its log, or an older copy in its place.
    pub fn missing(&self) -> Option<Missing> {
        self.writer.missing()
    }

    /// What happened to the items of a signal since the start.
    pub fn counts(&self, signal: Signal) -> Counts {
        self.counters.counts(signal)
    }

    /// How many requests were refused as a whole, by cause.
    pub fn refusals(&self, refusal: Refusal) -> u64 {
        self.counters.refusals(refusal)
    }

    /// Runs `work` in one transaction of the store's writer, between two commits of telemetry: for the table of exports and for tables of
    /// a query engine. Keep it short: ingest waits for it.
    pub async fn write(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<i64> + Send + 'static,
    ) -> Result<i64, Arc<StoreError>> {
        self.writer.write(work).await
    }

    /// Drops everything of a signal that is stored by now. It is out of sight when this returns; space goes back little by little.
    pub async fn clear(&self, signal: Signal) -> Result<(), Arc<StoreError>> {
        self.writer.clear(signal).await.map(|_| ())
    }

    /// Stops: no new connection, requests on their way are answered until the deadline, what was taken is stored, the log is folded into
    /// the file. `false`: somebody was still sending at the deadline and was cut off, unanswered.
    pub async fn stop(mut self, deadline: Duration) -> bool {
        let _ = self.stopping.send(true);
        let servers = std::mem::take(&mut self.servers);
        let aborts: Vec<_> = servers.iter().map(JoinHandle::abort_handle).collect();
        let all = async {
            for server in servers {
                let _ = server.await;
            }
        };
        let is_polite = tokio::time::timeout(deadline, all).await.is_ok();
        for abort in aborts {
            abort.abort();
        }
        let writer = Arc::clone(&self.writer);
        let _ = tokio::task::spawn_blocking(move || writer.stop()).await;
        is_polite
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.stopping.send(true);
        for server in &self.servers {
            server.abort();
        }
        self.writer.stop();
    }
}
