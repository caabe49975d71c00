//! Links of panels as URLs of Grafana.

use std::fmt::Write as _;

use super::model::{Board, LinkTarget};
use super::promql;
use super::standard;

/// The URL a link leads to. Variables in it are Grafana's to fill in, so `${…}` is left as it is.
pub(crate) fn url(board: &Board, target: &LinkTarget) -> String {
    match target {
        LinkTarget::Traces(query) => explore("tempo", "tempo", board, query),
        LinkTarget::Logs(query) => explore("loki", "loki", board, query),
        LinkTarget::Board { uid, variables } => {
            let mut url = format!("/d/{uid}?${{__url_time_range}}&${{datasource:queryparam}}");
            let scoped = standard::has_scope(board);
            for name in ["job", "environment"] {
                if scoped && !variables.iter().any(|(set, _)| set == name) {
                    let _ = write!(url, "&${{{name}:queryparam}}");
                }
            }
            for (name, value) in variables {
                let _ = write!(url, "&var-{name}={}", encode(&percent_encoded(value)));
            }
            url
        }
    }
}

/// `${__data.fields.x}` so that a value with `&` in it stays one value.
fn percent_encoded(value: &str) -> String {
    promql::fill(value, &|name| {
        name.starts_with("__")
            .then(|| format!("${{{name}:percentencode}}"))
    })
}

/// A URL of Explore, which is JSON inside a parameter.
fn explore(variable: &str, kind: &str, board: &Board, query: &str) -> String {
    // several values of a variable become a pattern of them
    let query = promql::fill(query, &|name| {
        let own = matches!(name, "job" | "environment")
            || board.variables.iter().any(|known| known.name == name);
        own.then(|| format!("${{{name}:pipe}}"))
    });
    let (field, query_type) = if kind == "tempo" {
        ("query", "traceql")
    } else {
        ("expr", "range")
    };
    let panes = serde_json::json!({
        "bw": {
            "datasource": format!("${{{variable}}}"),
            "queries": [{
                "datasource": {"type": kind, "uid": format!("${{{variable}}}")},
                field: query,
                "queryType": query_type,
                "refId": "A",
            }],
            "range": {"from": "${__from}", "to": "${__to}"},
        },
    });
    format!(
        "/explore?schemaVersion=1&orgId=${{__org.id}}&panes={}",
        encode(&panes.to_string())
    )
}

/// Percent encoding, of everything but references to variables.
fn encode(text: &str) -> String {
    let mut encoded = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        let Some(end) = rest[start..].find('}') else {
            break;
        };
        encode_plain(&rest[..start], &mut encoded);
        encoded.push_str(&rest[start..=start + end]);
        rest = &rest[start + end + 1..];
    }
    encode_plain(rest, &mut encoded);
    encoded
}

fn encode_plain(text: &str, encoded: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
}
