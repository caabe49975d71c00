//! The listener, and the bounds that no client gets beyond.

use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};
use std::pin::pin;
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use opentelemetry::Context;
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{sleep, timeout};

use crate::config::{ConfigError, EndpointSettings, Origin};
use crate::error::Error;

/// Connections at a time; further ones wait to be accepted. Below the 1,024 files that a process may have open by default.
const MOST_CONNECTIONS: u32 = 512;
/// The longest a client may take to send the head of a request, and to send the next one.
const HEAD_TIMEOUT: Duration = Duration::from_secs(5);
/// Longest head of a request, in bytes.
const LONGEST_HEAD: usize = 16 * 1024;
/// Age at which a connection gets no further request, and how long its last answer may take: whoever reads an answer byte by
/// byte is cut off then.
const CONNECTION_AGE: Duration = Duration::from_secs(60);
const LAST_ANSWER: Duration = Duration::from_secs(10);
/// Threads that read metrics: one a form.
const READERS: usize = 4;
/// Pause after a connection could not be accepted, as when the process has no file descriptors left.
const PAUSE: Duration = Duration::from_millis(100);

/// Listens as the settings say.
///
/// # Errors
/// A port that is taken or not allowed, an address that is not of this machine.
pub(crate) fn bind(settings: &EndpointSettings) -> Result<TcpListener, ConfigError> {
    let address = SocketAddr::new(*settings.host, *settings.port);
    let name = |setting: Origin, variable: &'static str, field: &'static str| match setting {
        Origin::Code => field,
        _ => variable,
    };
    let bound = TcpListener::bind(address).and_then(|listener| {
        listener.set_nonblocking(true)?;
        Ok(listener)
    });
    bound.map_err(|error| {
        let port = name(settings.port.origin(), "METRICS_PORT", "metrics_port");
        let value = settings.port.to_string();
        match error.kind() {
            ErrorKind::AddrInUse => ConfigError::invalid(
                port,
                value,
                format!("a free port: another process listens on {address} already"),
            ),
            ErrorKind::PermissionDenied => ConfigError::invalid(
                port,
                value,
                format!("a port that this process may listen on: {error}"),
            ),
            ErrorKind::AddrNotAvailable => ConfigError::invalid(
                name(
                    settings.host.origin(),
                    "BELLWETHER_METRICS_HOST",
                    "metrics_host",
                ),
                settings.host.to_string(),
                "an IP address of this machine",
            ),
            _ => ConfigError::invalid(
                port,
                value,
                format!("a port to listen on at {}: {error}", settings.host.get()),
            ),
        }
    })
}

/// A server at work, on a runtime of its own: neither exporters nor the service wait for a scraper.
pub(crate) struct Server {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    /// `None` once it has ended. Locked for as long as the end takes: who comes second waits for the first.
    running: Mutex<Option<(Runtime, Receiver<()>)>>,
}

impl Server {
    pub(crate) fn start(listener: TcpListener, router: Router) -> Result<Self, Error> {
        let address = listener.local_addr()?;
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .max_blocking_threads(READERS)
            .thread_keep_alive(Duration::from_secs(10))
            .thread_name("bellwether-endpoint")
            .enable_all()
            .on_thread_start(|| {
                // For as long as the thread lives: what hyper emits there is not telemetry.
                std::mem::forget(Context::enter_telemetry_suppressed_scope());
            })
            .build()?;
        let (stop, stopped) = watch::channel(false);
        let (done, ended) = mpsc::channel();
        let listener = {
            let _runtime = runtime.enter();
            tokio::net::TcpListener::from_std(listener)?
        };
        runtime.spawn(async move {
            serve(listener, router, stopped).await;
            let _ = done.send(());
        });
        Ok(Self {
            address,
            stop,
            running: Mutex::new(Some((runtime, ended))),
        })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Closes the listener, waits until answers under way are given, and gives up those that take longer than `within`.
    pub(crate) fn end(&self, within: Duration) {
        self.stop.send_replace(true);
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((runtime, ended)) = running.take() {
            let _ = ended.recv_timeout(within);
            runtime.shutdown_background();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end(Duration::ZERO);
    }
}

async fn serve(
    listener: tokio::net::TcpListener,
    router: Router,
    mut stopped: watch::Receiver<bool>,
) {
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS as usize));
    let stop = stopped.clone();
    let accept = async {
        loop {
            let Ok(place) = Arc::clone(&places).acquire_owned().await else {
                return;
            };
            match listener.accept().await {
                Ok((stream, _)) => {
                    tokio::spawn(answer(stream, router.clone(), stop.clone(), place));
                }
                Err(_) => sleep(PAUSE).await,
            }
        }
    };
    tokio::select! {
        () = accept => {}
        _ = stopped.wait_for(|stopped| *stopped) => {}
    }
    drop(listener);
    // Every place is free again: every connection has ended.
    let _ = places.acquire_many(MOST_CONNECTIONS).await;
}

async fn answer(
    stream: TcpStream,
    router: Router,
    mut stopped: watch::Receiver<bool>,
    _place: OwnedSemaphorePermit,
) {
    let _ = stream.set_nodelay(true);
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(LONGEST_HEAD)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let mut connection = pin!(connection);
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = stopped.wait_for(|stopped| *stopped) => {}
        () = sleep(CONNECTION_AGE) => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = timeout(LAST_ANSWER, connection).await;
}
