//! The OTLP receiver: gRPC and HTTP, protobuf and JSON, on one router.
//!
//! Both ports serve both protocols, so a sender that was given the wrong one of the two usual ports still arrives. The road of a request:
//! admission by bytes ([`admission`]), reading and unpacking within limits ([`body`]), decoding, the store's writer, and an answer
//! after the commit ([`intake`]); what can go wrong on it, and the code for it, is in one place ([`failure`]).

mod admission;
mod body;
mod failure;
mod grpc;
mod http;
mod intake;

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::routing::post;

use crate::counts::Counters;
use crate::store::{Signal, StoreWriter};
use admission::Admission;
use intake::Intake;

/// What a receiver may be sent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Largest request, before and after decompression.
    pub(crate) request: usize,
    /// Bytes of requests on their way at a time.
    pub(crate) in_flight: usize,
}

const HTTP: [(&str, Signal); 3] = [
    ("/v1/traces", Signal::Traces),
    ("/v1/metrics", Signal::Metrics),
    ("/v1/logs", Signal::Logs),
];
const GRPC: [(&str, Signal); 3] = [
    (
        "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
        Signal::Traces,
    ),
    (
        "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
        Signal::Metrics,
    ),
    (
        "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
        Signal::Logs,
    ),
];

/// The routes of OTLP.
pub(crate) fn router(writer: Arc<StoreWriter>, counters: Arc<Counters>, limits: Limits) -> Router {
    let intake = Arc::new(Intake {
        writer,
        counters,
        admission: Admission::new(limits.in_flight),
        limit: limits.request,
    });
    let mut router = Router::new();
    for (path, signal) in HTTP {
        let intake = Arc::clone(&intake);
        router = router.route(
            path,
            post(move |request: Request| http::export(intake, signal, request))
                .fallback(http::not_a_post),
        );
    }
    for (path, signal) in GRPC {
        let intake = Arc::clone(&intake);
        router = router.route(
            path,
            post(move |request: Request| grpc::export(intake, signal, request)),
        );
    }
    router
}
