//! OTLP over HTTP: `POST /v1/traces`, `/v1/metrics`, `/v1/logs`, protobuf or JSON by content type.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use base64::Engine as _;
use http::header::{ALLOW, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, Response};
use prost::Message as _;
use serde_json::json;

use super::body::{self, Encoding};
use super::failure::{Failure, Status};
use super::intake::{Format, Intake};
use crate::store::Signal;

pub(super) async fn export(
    intake: Arc<Intake>,
    signal: Signal,
    request: Request,
) -> Response<Body> {
    let format = format(request.headers());
    // Whoever sends a type that is neither gets its answer in JSON, which a person can read.
    let answer_format = *format.as_ref().unwrap_or(&Format::Json);
    let result = match format {
        Ok(format) => take(&intake, signal, format, request).await,
        Err(failure) => Err(failure),
    };
    match result {
        Ok(body) => respond(http::StatusCode::OK, answer_format, body),
        Err(failure) => {
            intake.counters.refused(failure.refusal());
            tracing::debug!(target: "bellwether_backend", %signal, %failure, "a request was refused");
            refuse(&failure, answer_format)
        }
    }
}

/// Whatever is no POST.
pub(super) async fn not_a_post(method: http::Method, headers: HeaderMap) -> Response<Body> {
    let format = format(&headers).unwrap_or(Format::Json);
    let mut response = refuse(&Failure::Method(method), format);
    response
        .headers_mut()
        .insert(ALLOW, http::HeaderValue::from_static("POST"));
    response
}

async fn take(
    intake: &Intake,
    signal: Signal,
    format: Format,
    request: Request,
) -> Result<Vec<u8>, Failure> {
    let headers = request.headers();
    let encoding = Encoding::from_name(header(headers, &CONTENT_ENCODING))?;
    let declared = header(headers, &CONTENT_LENGTH).parse().ok();
    let (packed, mut admitted) = body::read(
        request.into_body(),
        declared,
        intake.limit,
        &intake.admission,
    )
    .await?;
    let whole = body::unpack(packed, encoding, intake.limit)?;
    admitted.grow(whole.len()).await?;
    intake.export(signal, format, &whole).await
}

/// The format, by content type; parameters such as `charset` do not matter.
fn format(headers: &HeaderMap) -> Result<Format, Failure> {
    let value = header(headers, &CONTENT_TYPE);
    let essence = value.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/x-protobuf")
        || essence.eq_ignore_ascii_case("application/protobuf")
    {
        return Ok(Format::Protobuf);
    }
    if essence.eq_ignore_ascii_case("application/json") {
        return Ok(Format::Json);
    }
    Err(Failure::ContentType(value.to_owned()))
}

fn header<'a>(headers: &'a HeaderMap, name: &http::HeaderName) -> &'a str {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

fn respond(status: http::StatusCode, format: Format, body: Vec<u8>) -> Response<Body> {
    let content_type = match format {
        Format::Protobuf => "application/x-protobuf",
        Format::Json => "application/json",
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, http::HeaderValue::from_static(content_type));
    response
}

fn refuse(failure: &Failure, format: Format) -> Response<Body> {
    let status = failure.status();
    let body = match format {
        Format::Protobuf => status.encode_to_vec(),
        Format::Json => status_json(&status).to_string().into_bytes(),
    };
    let mut response = respond(failure.http(), format, body);
    if let Some(delay) = failure.retry_after() {
        response
            .headers_mut()
            .insert(RETRY_AFTER, delay.as_secs().max(1).into());
    }
    response
}

fn status_json(status: &Status) -> serde_json::Value {
    let details: Vec<_> = status
        .details
        .iter()
        .map(|detail| {
            json!({ "@type": detail.type_url, "value": base64::engine::general_purpose::STANDARD.encode(&detail.value) })
        })
        .collect();
    json!({ "code": status.code, "message": status.message, "details": details })
}
