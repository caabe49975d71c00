//! Context across every boundary, over real sockets and into real processes.
//!
//! Spans go through `tracing` and the SDK into memory. The subscriber is set for the thread of one test, and the tests'
//! runtimes have one thread, so servers and clients of a test share it and tests do not see each other's spans. The
//! propagator is global, but the same one for every test.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod capture;
mod delegation;
mod grpc;
mod http;
mod http_server;
mod kafka;
mod process;
mod queue;
mod websocket;
