//! Proxies that would swallow what is meant for this machine.
//!
//! HTTP clients, the OTLP exporter over HTTP among them, send everything to `HTTP_PROXY` or `ALL_PROXY`, loopback
//! too, unless `NO_PROXY` names the host. A proxy on another machine then looks for the Collector on itself.

use super::super::{Finding, Surroundings};

const NAME: &str = "proxy";
/// Those that clients use for plain HTTP. `HTTPS_PROXY` alone does not touch local traffic, which is plain.
const PROXIES: [&str; 4] = ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"];
const EXCEPTIONS: [&str; 2] = ["no_proxy", "NO_PROXY"];
const LOCAL_HOSTS: [&str; 2] = ["localhost", "127.0.0.1"];

pub(super) fn check(surroundings: &Surroundings) -> Vec<Finding> {
    let Some(proxy) = PROXIES
        .iter()
        .find(|name| surroundings.non_empty(name).is_some())
    else {
        return vec![Finding::ok(NAME, "no proxy stands before plain HTTP")];
    };
    let exceptions = EXCEPTIONS
        .iter()
        .find_map(|name| surroundings.non_empty(name));
    let missing: Vec<_> = LOCAL_HOSTS
        .into_iter()
        .filter(|host| !exceptions.is_some_and(|list| covers(list, host)))
        .collect();
    if missing.is_empty() {
        return vec![Finding::ok(
            NAME,
            format!("{proxy} is set, and this machine is excepted"),
        )];
    }
    let missing = missing.join(" and ");
    let found = format!(
        "{proxy} is set and NO_PROXY leaves out {missing}: telemetry for this machine goes to the proxy"
    );
    let kept = exceptions
        .map(|list| format!("{list},"))
        .unwrap_or_default();
    vec![Finding::problem(
        NAME,
        found,
        format!("export NO_PROXY={kept}localhost,127.0.0.1,::1"),
    )]
}

/// Whether a `NO_PROXY` list takes this host out: `*`, the host, or a network that the address is in.
fn covers(list: &str, host: &str) -> bool {
    list.split(',').map(str::trim).any(|entry| {
        let is_loopback_network = entry == "127.0.0.0/8" && host == "127.0.0.1";
        entry == "*"
            || entry.trim_start_matches('.').eq_ignore_ascii_case(host)
            || is_loopback_network
    })
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::doctor::Surroundings;
    use crate::doctor::finding::Status;

    #[test]
    fn a_proxy_needs_an_exception_for_this_machine() {
        let cases: [(&[(&str, &str)], Status); 6] = [
            (&[], Status::Ok),
            (&[("HTTPS_PROXY", "http://p:1")], Status::Ok),
            (&[("HTTP_PROXY", "http://p:1")], Status::Problem),
            (
                &[("ALL_PROXY", "http://p:1"), ("NO_PROXY", "localhost")],
                Status::Problem,
            ),
            (
                &[
                    ("http_proxy", "http://p:1"),
                    ("no_proxy", "localhost, 127.0.0.0/8"),
                ],
                Status::Ok,
            ),
            (
                &[("HTTP_PROXY", "http://p:1"), ("NO_PROXY", "*")],
                Status::Ok,
            ),
        ];
        for (variables, expected) in cases {
            let findings = check(&Surroundings::with(variables));
            assert_eq!(findings[0].status(), expected, "{variables:?}");
        }
    }
}
