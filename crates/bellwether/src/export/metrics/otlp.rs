//! Collections as OTLP requests.

use std::sync::Arc;
use std::time::Instant;

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceResponse;
use prost::Message;

use super::{Deltas, Sink};
use crate::config::Temporality;
use crate::export::Delivery;
use crate::export::send::{GivenUp, Sender};
use crate::metrics::{Collection, Collector};

/// Encodes collections and sends them.
pub(crate) struct OtlpSink {
    sender: Sender,
    delivery: Delivery,
    collector: Collector,
    /// `None` sends totals.
    deltas: Option<Deltas>,
    /// Failure is told once, and then its end.
    failing: bool,
}

impl OtlpSink {
    pub(crate) fn new(
        sender: Sender,
        delivery: Delivery,
        collector: Collector,
        temporality: Temporality,
    ) -> Self {
        let deltas = match temporality {
            Temporality::Cumulative => None,
            Temporality::Delta => Some(Deltas::of_all_sums()),
            Temporality::LowMemory => Some(Deltas::of_synchronous_sums()),
        };
        Self {
            sender,
            delivery,
            collector,
            deltas,
            failing: false,
        }
    }

    fn send(
        &mut self,
        message: Vec<u8>,
        points: u64,
        deadline: Option<Instant>,
    ) -> Result<(), String> {
        match self.sender.send(message, deadline) {
            Ok(answer) => {
                let rejected = rejected(&answer).min(points);
                self.delivery.acknowledged(points - rejected, rejected);
                if rejected > 0 {
                    tracing::warn!(rejected, points, "the endpoint refused metric points");
                }
                if std::mem::take(&mut self.failing) {
                    tracing::info!("metrics are delivered again");
                }
                Ok(())
            }
            Err(GivenUp { cause, message }) => {
                self.delivery.given_up(points, cause);
                if !std::mem::replace(&mut self.failing, true) {
                    tracing::warn!(cause = cause.as_str(), message, "metrics are not delivered");
                }
                Err(message)
            }
        }
    }
}

impl Sink for OtlpSink {
    fn export(
        &mut self,
        collection: &Arc<Collection>,
        deadline: Option<Instant>,
    ) -> Result<(), String> {
        let Some(deltas) = &self.deltas else {
            let points = collection.points() as u64;
            if points == 0 {
                return Ok(());
            }
            return self.send(collection.request().encode_to_vec(), points, deadline);
        };
        let observable = self.collector.observable_counters();
        let (changes, baseline) = deltas.changes(collection, &observable);
        let points = changes.points() as u64;
        if points > 0 {
            self.send(changes.request().encode_to_vec(), points, deadline)?;
        }
        if let Some(deltas) = &mut self.deltas {
            deltas.acknowledge(baseline);
        }
        Ok(())
    }
}

/// How many points the endpoint says it has refused. An answer that cannot be read says nothing.
fn rejected(answer: &[u8]) -> u64 {
    let response = ExportMetricsServiceResponse::decode(answer).unwrap_or_default();
    let partial = response.partial_success.unwrap_or_default();
    u64::try_from(partial.rejected_data_points).unwrap_or(0)
}

/// Method of the service, for gRPC.
#[cfg(feature = "grpc")]
pub(crate) const METHOD: &str = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";
