//! A service's own HTTP client works once telemetry is started, also when it is disabled.

#![cfg(feature = "http")]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use bellwether::Telemetry;

#[test]
fn a_client_of_the_service_can_be_built_after_start() {
    let telemetry = Telemetry::builder("client").disabled(true).start().unwrap();
    // Panics where the process has no cryptography provider.
    let _client = reqwest::Client::new();
    drop(telemetry);
}
