//! The recorder of HTTP requests that are answered here.
//!
//! The layer for axum ([`propagation::axum`](crate::propagation)) calls it for every request; other servers call it
//! themselves.

use super::held::{Held, recorder};
use super::stopwatch::Stopwatch;
use crate::metrics::generated::labels::{HttpMethod, Route, StatusCode};
use crate::metrics::generated::recorder_metrics::HttpRequestMetrics;
use crate::metrics::{IntoLabel, OpenLabel};

recorder! {
    /// The process's recorder of HTTP requests.
    ///
    /// Feeds `http_requests_total` and `http_request_duration_seconds`, both by `{method,route,status_code}`. The route is a
    /// template as `/jobs/{id}`, never a path; at most 100 have series of their own. A request that is dropped without an
    /// answer, as when the client hangs up, has the status code `abandoned`.
    ///
    /// ```
    /// let request = bellwether::metrics::http_request().start("GET", "/jobs/{id}");
    /// request.status(200);
    /// ```
    http_request, HttpRequestMetrics => HttpRequests
}

/// A method as text: one of the standard's, or `_OTHER`.
impl IntoLabel<HttpMethod> for &str {
    fn into_label(self) -> HttpMethod {
        match self {
            "GET" => HttpMethod::Get,
            "HEAD" => HttpMethod::Head,
            "POST" => HttpMethod::Post,
            "PUT" => HttpMethod::Put,
            "PATCH" => HttpMethod::Patch,
            "DELETE" => HttpMethod::Delete,
            "OPTIONS" => HttpMethod::Options,
            _ => HttpMethod::Other,
        }
    }
}

/// The recorder of HTTP requests, from [`http_request`].
///
/// ```
/// let requests = bellwether::metrics::http_request();
/// # let _ = requests;
/// ```
#[derive(Debug, Clone)]
pub struct HttpRequests(Held<HttpRequestMetrics>);

impl HttpRequests {
    fn new(families: Held<HttpRequestMetrics>) -> Self {
        Self(families)
    }

    /// A request came in; it counts when it is answered.
    ///
    /// ```
    /// let request = bellwether::metrics::http_request().start("POST", "/jobs");
    /// drop(request); // status_code="abandoned"
    /// ```
    #[must_use = "a request that is dropped at once is abandoned"]
    pub fn start(
        &self,
        method: impl IntoLabel<HttpMethod>,
        route: impl IntoLabel<Route>,
    ) -> HttpRequest {
        HttpRequest {
            families: self.0.clone(),
            method: method.into_label(),
            route: route.into_label(),
            stopwatch: Stopwatch::start(),
            ended: false,
        }
    }
}

/// A request without an answer yet, from [`HttpRequests::start`].
///
/// ```
/// bellwether::metrics::http_request().start("GET", "/health").status(204);
/// ```
#[derive(Debug)]
pub struct HttpRequest {
    families: Held<HttpRequestMetrics>,
    method: HttpMethod,
    route: Route,
    stopwatch: Stopwatch,
    ended: bool,
}

impl HttpRequest {
    /// It was answered with this status code.
    ///
    /// ```
    /// bellwether::metrics::http_request().start("GET", "/jobs/{id}").status(404);
    /// ```
    pub fn status(mut self, code: u16) {
        self.end(super::digits::label(code));
    }

    fn end(&mut self, code: StatusCode) {
        if std::mem::replace(&mut self.ended, true) {
            return;
        }
        let labels = (self.method, self.route, code);
        self.families.http_requests_total.add(1, labels);
        self.families
            .http_request_duration_seconds
            .record(self.stopwatch.seconds(), labels);
    }
}

impl Drop for HttpRequest {
    fn drop(&mut self) {
        if !self.ended {
            self.end(StatusCode::of("abandoned"));
        }
    }
}
