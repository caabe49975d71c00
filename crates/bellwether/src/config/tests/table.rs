//! The table of variables against what is read, and the page against the table.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::PathBuf;

use super::{Variables, environment};
use crate::config::{Environment, MapEnvironment, Overrides, Settings, variables};

/// Notes every name that is asked for.
struct Recorder {
    variables: MapEnvironment,
    asked: RefCell<BTreeSet<String>>,
}

impl Environment for Recorder {
    fn get(&self, name: &str) -> Option<OsString> {
        self.asked.borrow_mut().insert(name.to_owned());
        self.variables.get(name)
    }
}

#[test]
fn every_variable_that_is_read_is_in_the_table_and_every_other_way_round() {
    // Each opens a branch in which further variables are read.
    let scenarios: [Variables<'_>; 5] = [
        &[("KUBERNETES_SERVICE_HOST", "10.0.0.1")],
        &[("OTEL_TRACES_SAMPLER", "traceidratio")],
        &[
            ("DASH0_ENDPOINT_OTLP_GRPC_HOSTNAME", "dash0.example"),
            ("DASH0_API_TOKEN", "t"),
        ],
        &[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4317")],
        &[
            ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://c:4317"),
            ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "http://c:4317"),
            ("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "http://c:4317"),
        ],
    ];
    let mut asked = BTreeSet::new();
    for scenario in scenarios {
        let recorder = Recorder {
            variables: environment(scenario),
            asked: RefCell::default(),
        };
        let settings = Settings::resolve(Overrides::default(), &recorder).unwrap();
        let _ = crate::resource::resource(&settings, &recorder);
        asked.append(&mut recorder.asked.into_inner());
    }
    let listed: Vec<String> = variables::groups()
        .flat_map(|group| group.variables)
        .map(|variable| variable.name.to_owned())
        .collect();
    let in_table: BTreeSet<String> = listed.iter().cloned().collect();
    assert_eq!(
        listed.len(),
        in_table.len(),
        "a variable stands twice in the table"
    );
    let missing: Vec<_> = asked.difference(&in_table).collect();
    let unread: Vec<_> = in_table.difference(&asked).collect();
    assert!(
        missing.is_empty(),
        "read, but not in the table: {missing:?}"
    );
    assert!(
        unread.is_empty(),
        "in the table, but never read: {unread:?}"
    );
}

fn page() -> PathBuf {
    PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../docs/configuration.md"
    ))
}

#[test]
fn the_page_is_made_from_the_table() {
    let written = std::fs::read_to_string(page()).unwrap();
    assert!(
        written == variables::markdown(),
        "docs/configuration.md isn't what the table says; run \
         `cargo test -p bellwether --lib write_the_page -- --ignored`"
    );
}

#[test]
#[ignore = "writes docs/configuration.md"]
fn write_the_page() {
    std::fs::create_dir_all(page().parent().unwrap()).unwrap();
    std::fs::write(page(), variables::markdown()).unwrap();
}
