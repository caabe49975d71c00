//! Which metrics there are.

use serde::Serialize;

use super::{Bounded, Kind, Limits};
use crate::{Signal, Store, StoreError};

/// A metric in a list.
///
/// ```
/// # use bellwether_backend::query::MetricHead;
/// fn describe(metric: &MetricHead) -> String { format!("{} ({})", metric.name, metric.kind) }
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MetricHead {
    /// Its name.
    pub name: String,
    /// What kind.
    pub kind: Kind,
    /// UCUM unit.
    pub unit: String,
    /// What it is, in the words of whoever sent it.
    pub description: String,
    /// Series known of it.
    pub series: u64,
    /// The time of its newest point, nanoseconds since 1970.
    pub newest: Option<i64>,
}

/// The metrics, by name. Those whose points are all gone are left out.
///
/// ```no_run
/// # fn main() -> Result<(), bellwether_backend::StoreError> {
/// let store = bellwether_backend::Store::open_read_only("telemetry.db")?;
/// for metric in bellwether_backend::query::list_metrics(&store, Default::default())?.rows {
///     println!("{}", metric.name);
/// }
/// # Ok(()) }
/// ```
pub fn list_metrics(store: &Store, limits: Limits) -> Result<Bounded<MetricHead>, StoreError> {
    store.read(limits.time, |conn| {
        let partitions = crate::meeting(conn, Signal::Metrics, &super::ALWAYS)?;
        let mut metrics = conn.prepare_cached(
            "SELECT m.id, m.name, m.type, coalesce(m.monotonic, 0), m.unit, m.description, (SELECT count(*) FROM series s WHERE s.metric = m.id)
             FROM metric m ORDER BY m.name, m.id",
        )?;
        let mut rows = metrics.query([])?;
        let mut heads: Vec<MetricHead> = Vec::new();
        while heads.len() <= limits.rows
            && let Some(row) = rows.next()?
        {
            let id: i64 = row.get(0)?;
            let mut newest = None;
            for partition in &partitions {
                let mut last = conn.prepare_cached(&format!(
                    "SELECT max(ts) FROM points_{} WHERE metric = ?1",
                    partition.id
                ))?;
                newest = newest.max(last.query_row([id], |row| row.get::<_, Option<i64>>(0))?);
            }
            if newest.is_none() {
                continue;
            }
            let head = MetricHead {
                name: row.get(1)?,
                kind: Kind::of(row.get(2)?, row.get(3)?),
                unit: row.get(4)?,
                description: row.get(5)?,
                series: row.get::<_, i64>(6)?.max(0).cast_unsigned(),
                newest,
            };
            match heads.last_mut().filter(|last| last.name == head.name && last.kind == head.kind) {
                Some(last) => {
                    last.series += head.series;
                    last.newest = last.newest.max(head.newest);
                }
                None => heads.push(head),
            }
        }
        Ok(Bounded::cut(heads, limits.rows))
    })
}
