//! Context across every boundary, over real sockets and into real processes.
//!
//! Spans go through `tracing` and the SDK into memory. The subscriber is set for the thread of one test, and the tests'
//! runtimes have one thread, so servers and clients of a test share it and tests do not see each other's spans. The
//! propagator is global, but the same one for every test.

#![cfg(feature = "sdk")]
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[allow(dead_code, reason = "the tests of each boundary use a part of it")]
mod capture;
mod delegation;
#[cfg(feature = "tonic")]
mod grpc;
#[cfg(any(
    feature = "axum",
    feature = "reqwest",
    feature = "tonic",
    feature = "grpc",
    feature = "http"
))]
mod http;
#[cfg(all(feature = "axum", feature = "reqwest"))]
mod http_server;
mod kafka;
mod process;
mod queue;
mod websocket;
