//! Connections that are open with a server of the demo: `connections_active`.
//!
//! A listener that hands out streams which know when they end.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::task::{Context, Poll};

use bellwether::metrics::generated::operations::CONNECTIONS_ACTIVE;
use bellwether::metrics::{Gauge, Metrics};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

/// A listener that counts.
#[derive(Debug)]
pub(super) struct Counted {
    listener: TcpListener,
    open: Arc<Open>,
}

#[derive(Debug)]
struct Open {
    connections: AtomicI64,
    /// None where the definition is not what this asks for, which a test would show.
    gauge: Option<Gauge<(), i64>>,
}

impl Open {
    fn change(&self, by: i64) {
        let before = self.connections.fetch_add(by, Ordering::AcqRel);
        if let Some(gauge) = &self.gauge {
            gauge.set(before + by, ());
        }
    }
}

/// A connection, counted until it is dropped.
#[derive(Debug)]
pub(super) struct Connection {
    stream: TcpStream,
    open: Arc<Open>,
}

impl Counted {
    /// Nobody has come yet.
    pub(super) fn new(listener: TcpListener) -> Self {
        let open = Open {
            connections: AtomicI64::new(0),
            gauge: Metrics::global().gauge(&CONNECTIONS_ACTIVE).ok(),
        };
        open.change(0);
        Self {
            listener,
            open: Arc::new(open),
        }
    }
}

impl axum::serve::Listener for Counted {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        // Axum's own listener waits out errors such as too many open files.
        let (stream, address) = axum::serve::Listener::accept(&mut self.listener).await;
        self.open.change(1);
        let open = Arc::clone(&self.open);
        (Connection { stream, open }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.open.change(-1);
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
