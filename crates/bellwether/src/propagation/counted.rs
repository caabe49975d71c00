//! What a server layer counts of a request: nothing without the SDK.

use http::{Method, StatusCode};

#[cfg(feature = "sdk")]
use crate::metrics::{
    self, Metrics,
    recorders::{HttpRequest, HttpRequests},
};

/// Where requests are counted: in the process's metrics where nothing else is said.
#[derive(Debug, Clone, Default)]
pub(super) struct Counting {
    #[cfg(feature = "sdk")]
    own: Option<HttpRequests>,
}

/// A request that counts when it is answered, or when it is dropped.
#[derive(Debug, Default)]
pub(super) struct Counted {
    #[cfg(feature = "sdk")]
    request: Option<HttpRequest>,
}

#[cfg(feature = "sdk")]
impl Counting {
    pub(super) fn on(metrics: &Metrics) -> Self {
        Self {
            own: Some(metrics.http_request()),
        }
    }

    pub(super) fn start(&self, method: &Method, route: Option<&str>) -> Counted {
        let (method, route) = (method.as_str(), route.unwrap_or("unmatched"));
        let request = match &self.own {
            Some(recorder) => recorder.start(method, route),
            None => metrics::http_request().start(method, route),
        };
        Counted {
            request: Some(request),
        }
    }
}

#[cfg(feature = "sdk")]
impl Counted {
    pub(super) fn answered(&mut self, status: StatusCode) {
        if let Some(request) = self.request.take() {
            request.status(status.as_u16());
        }
    }
}

#[cfg(not(feature = "sdk"))]
#[allow(clippy::unused_self, reason = "the surface of the real one")]
impl Counting {
    pub(super) fn start(&self, _: &Method, _: Option<&str>) -> Counted {
        Counted::default()
    }
}

#[cfg(not(feature = "sdk"))]
#[allow(clippy::unused_self, reason = "the surface of the real one")]
impl Counted {
    pub(super) fn answered(&mut self, _: StatusCode) {}
}
