//! From a request to a commit: the part that gRPC and HTTP share.

use std::sync::Arc;

use prost::Message;

use super::admission::Admission;
use super::failure::Failure;
use crate::counts::Counters;
use crate::json;
use crate::otlp::collector::logs::v1::{
    ExportLogsPartialSuccess, ExportLogsServiceRequest, ExportLogsServiceResponse,
};
use crate::otlp::collector::metrics::v1::{
    ExportMetricsServiceRequest, ExportMetricsServiceResponse,
};
use crate::otlp::collector::trace::v1::{
    ExportTracePartialSuccess, ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use crate::store::{Batch, LogBatch, PointBatch, Rejected, Signal, SpanBatch, StoreWriter};

/// How a message is written: in requests and in their answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Protobuf,
    Json,
}

/// What every request needs.
pub(super) struct Intake {
    pub(super) writer: Arc<StoreWriter>,
    pub(super) counters: Arc<Counters>,
    pub(super) admission: Admission,
    /// Largest request, before and after decompression.
    pub(super) limit: usize,
}

impl Intake {
    /// Decodes a request, stores its items, and gives the answer in the same format.
    pub(super) async fn export(
        &self,
        signal: Signal,
        format: Format,
        body: &[u8],
    ) -> Result<Vec<u8>, Failure> {
        let (batch, rejected) = decode(signal, format, body)?;
        let items = batch.len() as u64;
        self.counters.received(signal, items + rejected.count());
        self.counters.rejected(signal, rejected.count());
        if items > 0 {
            match self.writer.insert(batch).await {
                Ok(stored) => self
                    .counters
                    .stored(signal, stored.stored, stored.duplicates),
                Err(error) => {
                    self.counters.failed(signal, items);
                    return Err(Failure::Store(error));
                }
            }
        }
        Ok(answer(signal, format, &rejected))
    }
}

fn decode(signal: Signal, format: Format, body: &[u8]) -> Result<(Batch, Rejected), Failure> {
    Ok(match signal {
        Signal::Traces => {
            let (batch, rejected) =
                SpanBatch::new(message::<ExportTraceServiceRequest>(format, body)?);
            (Batch::Spans(batch), rejected)
        }
        Signal::Metrics => (
            Batch::Points(PointBatch::new(message::<ExportMetricsServiceRequest>(
                format, body,
            )?)),
            Rejected::default(),
        ),
        Signal::Logs => (
            Batch::Logs(LogBatch::new(message::<ExportLogsServiceRequest>(
                format, body,
            )?)),
            Rejected::default(),
        ),
    })
}

fn message<M: Message + Default + json::Message>(
    format: Format,
    body: &[u8],
) -> Result<M, Failure> {
    match format {
        Format::Protobuf => M::decode(body).map_err(|error| {
            Failure::Malformed(format!("not an OTLP request in protobuf: {error}"))
        }),
        Format::Json => {
            json::from_slice(body).map_err(|error| Failure::Malformed(error.to_string()))
        }
    }
}

/// Nothing was rejected: the partial success stays unset, as the specification asks.
fn answer(signal: Signal, format: Format, rejected: &Rejected) -> Vec<u8> {
    let some = rejected.count() > 0;
    let (count, error_message) = (rejected.count().cast_signed(), rejected.to_string());
    match signal {
        Signal::Traces => write(
            format,
            &ExportTraceServiceResponse {
                partial_success: some.then_some(ExportTracePartialSuccess {
                    rejected_spans: count,
                    error_message,
                }),
            },
        ),
        Signal::Metrics => write(
            format,
            &ExportMetricsServiceResponse {
                partial_success: None,
            },
        ),
        Signal::Logs => write(
            format,
            &ExportLogsServiceResponse {
                partial_success: some.then_some(ExportLogsPartialSuccess {
                    rejected_log_records: count,
                    error_message,
                }),
            },
        ),
    }
}

fn write<M: Message + json::Write>(format: Format, message: &M) -> Vec<u8> {
    match format {
        Format::Protobuf => message.encode_to_vec(),
        Format::Json => json::to_string(message).into_bytes(),
    }
}
