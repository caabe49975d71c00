//! An endpoint `/metrics` on a free port, which answers in one format whatever is asked for.

use std::sync::Arc;

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use bellwether::metrics::Collection;
use bellwether::metrics::exposition::{Exposition, Format};
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use tokio::task::JoinHandle;

/// Served until it is dropped.
pub(crate) struct MetricsEndpoint {
    pub(crate) address: String,
    server: JoinHandle<()>,
}

impl MetricsEndpoint {
    /// `collect` is called for each scrape.
    pub(crate) async fn start(
        format: Format,
        collect: impl Fn() -> ExportMetricsServiceRequest + Send + Sync + 'static,
    ) -> Self {
        let collect = Arc::new(collect);
        let answer = move || {
            let collection = Collection::from(collect());
            let text = Exposition::new(format).render(&collection);
            async move { ([(CONTENT_TYPE, format.content_type())], text) }
        };
        let router = Router::new().route("/metrics", get(answer));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, server }
    }
}

impl Drop for MetricsEndpoint {
    fn drop(&mut self) {
        self.server.abort();
    }
}
