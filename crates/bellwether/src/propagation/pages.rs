//! The pages of `docs/context/`, so that their code is compiled and run like every other example.

macro_rules! page {
    ($name:ident, $file:literal) => {
        #[doc = include_str!(concat!("../../../../docs/context/", $file))]
        struct $name;
    };
}

page!(Index, "README.md");
page!(Delegation, "delegation.md");
page!(Kafka, "kafka.md");
page!(Process, "process.md");
#[cfg(any(
    feature = "axum",
    feature = "reqwest",
    feature = "tonic",
    feature = "grpc",
    feature = "http"
))]
page!(Http, "http.md");
#[cfg(feature = "json")]
page!(Queue, "queue.md");
#[cfg(feature = "json")]
page!(WebSocket, "websocket.md");
#[cfg(feature = "axum")]
page!(Axum, "axum.md");
#[cfg(feature = "reqwest")]
page!(Reqwest, "reqwest.md");
#[cfg(feature = "tonic")]
page!(Grpc, "grpc.md");
