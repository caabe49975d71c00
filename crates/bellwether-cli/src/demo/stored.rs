//! What the local backend has stored, counted in its file with SQL, as any other program would.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use bellwether_backend::{Store, StoreError, rusqlite};

/// How long one count may take.
const LIMIT: Duration = Duration::from_secs(5);

/// Items by the `service.name` of who sent them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stored {
    pub(crate) spans: BTreeMap<String, u64>,
    pub(crate) metric_points: BTreeMap<String, u64>,
    pub(crate) log_records: BTreeMap<String, u64>,
}

impl Stored {
    /// Counts everything in the store but what the Collector's connectors derived, which carries the names of services too.
    pub(super) fn count(file: &Path) -> Result<Self, StoreError> {
        Store::open_read_only(file)?.read(LIMIT, |conn| {
            let by_service = |table: &str| {
                conn.prepare(&format!(
                    "SELECT service, count(*) FROM {table} WHERE scope NOT LIKE '%connector%' GROUP BY service"
                ))?
                .query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.cast_unsigned())))?
                .collect::<rusqlite::Result<BTreeMap<String, u64>>>()
            };
            Ok(Self {
                spans: by_service("telemetry_spans")?,
                metric_points: by_service("telemetry_metrics")?,
                log_records: by_service("telemetry_logs")?,
            })
        })
    }
}
