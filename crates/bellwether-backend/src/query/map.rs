//! The service map: who calls whom, how often, how long it takes and how much of it fails.
//!
//! An edge is a span whose parent belongs to another service, or a consumer's span that is linked to the span that sent the message,
//! which may be of another trace. It is measured at the span of the callee. Spans that were sent twice count once.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use rusqlite::{Connection, OptionalExtension as _};
use serde::Serialize;

use super::{ALWAYS, Limits};
use crate::{Partition, Signal, Store, StoreError, meeting};

/// A question for the map.
///
/// ```
/// assert_eq!(bellwether_backend::query::MapQuery::default().limits.rows, 200_000);
/// ```
#[derive(Debug, Clone)]
pub struct MapQuery {
    /// When spans began, from and to (exclusive), in nanoseconds since 1970.
    pub range: Range<i64>,
    /// Bounds; rows are spans that are looked at, the newest.
    pub limits: Limits,
}

impl Default for MapQuery {
    fn default() -> Self {
        Self {
            range: ALWAYS,
            limits: Limits {
                rows: 200_000,
                ..Limits::default()
            },
        }
    }
}

/// How one service reaches another.
///
/// ```
/// assert_eq!(serde_json::to_string(&bellwether_backend::query::Contact::Message).unwrap(), "\"message\"");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Contact {
    /// A parent and its child.
    Call,
    /// A producer and a consumer.
    Message,
}

/// A service on the map.
///
/// ```
/// # use bellwether_backend::query::ServiceNode;
/// fn share_of_errors(node: &ServiceNode) -> f64 { node.errors as f64 / node.spans as f64 }
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ServiceNode {
    /// Its name.
    pub service: String,
    /// Spans of it.
    pub spans: u64,
    /// Those with status error.
    pub errors: u64,
}

/// A line on the map.
///
/// ```
/// # use bellwether_backend::query::ServiceEdge;
/// fn describe(edge: &ServiceEdge) -> String { format!("{} to {}: {}", edge.caller, edge.callee, edge.calls) }
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ServiceEdge {
    /// The service that calls or sends.
    pub caller: String,
    /// The service that is called or takes the message.
    pub callee: String,
    /// Which of the two.
    pub contact: Contact,
    /// How often.
    pub calls: u64,
    /// How often the callee's span has status error.
    pub errors: u64,
    /// Half of the callee's spans take longer, in seconds; those without an end left out.
    pub p50: Option<f64>,
    /// One in twenty takes longer, in seconds.
    pub p95: Option<f64>,
}

/// Services and the lines between them.
///
/// ```
/// # use bellwether_backend::query::ServiceMap;
/// fn is_empty(map: &ServiceMap) -> bool { map.services.is_empty() }
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ServiceMap {
    /// By name.
    pub services: Vec<ServiceNode>,
    /// By caller, callee and contact.
    pub edges: Vec<ServiceEdge>,
    /// There were more spans than the limit; the oldest are missing.
    pub is_cut: bool,
}

/// Draws the map from the spans themselves: about a second for a million of them.
///
/// ```no_run
/// use bellwether_backend::query::{MapQuery, service_map};
/// # fn main() -> Result<(), bellwether_backend::StoreError> {
/// let store = bellwether_backend::Store::open_read_only("telemetry.db")?;
/// for edge in service_map(&store, &MapQuery::default())?.edges {
///     println!("{} calls {}", edge.caller, edge.callee);
/// }
/// # Ok(()) }
/// ```
pub fn service_map(store: &Store, query: &MapQuery) -> Result<ServiceMap, StoreError> {
    store.read(query.limits.time, |conn| {
        let transaction = conn.unchecked_transaction()?;
        let read = read(&transaction, query)?;
        draw(&transaction, read)
    })
}

type SpanKey = ([u8; 16], [u8; 8]);

struct Seen {
    service: u32,
    kind: i32,
    duration: Option<i64>,
    is_error: bool,
    parent: Option<[u8; 8]>,
}

struct Read {
    services: Services,
    spans: HashMap<SpanKey, Seen>,
    /// Consumers' spans and what they are linked to.
    links: Vec<(SpanKey, SpanKey)>,
    is_cut: bool,
}

/// Names of services by a small number.
#[derive(Default)]
struct Services {
    names: Vec<String>,
    numbers: HashMap<String, u32>,
    /// Service and kind of an operation.
    operations: HashMap<i64, (u32, i32)>,
}

impl Services {
    fn operation(&mut self, conn: &Connection, id: i64) -> rusqlite::Result<(u32, i32)> {
        if let Some(known) = self.operations.get(&id) {
            return Ok(*known);
        }
        let found = conn
            .prepare_cached("SELECT service, kind FROM operation WHERE id = ?1")?
            .query_row([id], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))
            .optional()?
            .unwrap_or_default();
        let number = match self.numbers.entry(found.0) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(place) => {
                let number = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
                self.names.push(place.key().clone());
                *place.insert(number)
            }
        };
        self.operations.insert(id, (number, found.1));
        Ok((number, found.1))
    }

    fn name(&self, number: u32) -> String {
        let name = self.names.get(number as usize);
        name.cloned().unwrap_or_default()
    }
}

/// Consumers in OTLP's enumeration of kinds.
const CONSUMER: i32 = 5;

fn read(conn: &Connection, query: &MapQuery) -> rusqlite::Result<Read> {
    let mut partitions = meeting(conn, Signal::Traces, &query.range)?;
    partitions.sort_by_key(|partition| std::cmp::Reverse(partition.range.map(|(_, last)| last)));
    let mut read = Read {
        services: Services::default(),
        spans: HashMap::new(),
        links: Vec::new(),
        is_cut: false,
    };
    for partition in &partitions {
        read_partition(conn, query, partition, &mut read)?;
    }
    Ok(read)
}

fn read_partition(
    conn: &Connection,
    query: &MapQuery,
    partition: &Partition,
    read: &mut Read,
) -> rusqlite::Result<()> {
    let id = partition.id;
    let mut found = conn.prepare_cached(&format!(
        "SELECT trace_id, span_id, parent_id, operation, duration, status, id FROM spans_{id} WHERE start >= ?1 AND start < ?2 ORDER BY start DESC"
    ))?;
    let mut links = conn.prepare_cached(&format!(
        "SELECT trace_id, span_id FROM links_{id} WHERE span = ?1"
    ))?;
    let mut rows = found.query((query.range.start, query.range.end))?;
    while let Some(row) = rows.next()? {
        if read.spans.len() >= query.limits.rows {
            read.is_cut = true;
            return Ok(());
        }
        let key: SpanKey = (row.get(0)?, row.get(1)?);
        let (service, kind) = read.services.operation(conn, row.get(3)?)?;
        let Entry::Vacant(place) = read.spans.entry(key) else {
            // Sent again, because an answer was lost.
            continue;
        };
        place.insert(Seen {
            service,
            kind,
            duration: row.get(4)?,
            is_error: row.get::<_, Option<i32>>(5)? == Some(2),
            parent: row.get(2)?,
        });
        if kind != CONSUMER {
            continue;
        }
        let mut linked = links.query([row.get::<_, i64>(6)?])?;
        while let Some(link) = linked.next()? {
            // Ids of a wrong length are nobody's.
            if let (Ok(trace_id), Ok(span_id)) = (link.get(0), link.get(1)) {
                read.links.push((key, (trace_id, span_id)));
            }
        }
    }
    Ok(())
}

/// What is known of an edge while it is added up.
#[derive(Default)]
struct Sums {
    calls: u64,
    errors: u64,
    durations: Vec<i64>,
}

impl Sums {
    fn add(&mut self, callee: &Seen) {
        self.calls += 1;
        self.errors += u64::from(callee.is_error);
        self.durations.extend(callee.duration);
    }

    /// In seconds, by the nearest rank.
    fn quantile(&self, q: f64) -> Option<f64> {
        // Between 0 and 1 times a length: no sign to lose.
        #[allow(clippy::cast_sign_loss)]
        let rank = (q * self.durations.len() as f64).ceil() as usize;
        self.durations
            .get(rank.saturating_sub(1))
            .map(|nanos| *nanos as f64 / 1e9)
    }
}

fn draw(conn: &Connection, read: Read) -> rusqlite::Result<ServiceMap> {
    let Read {
        mut services,
        spans,
        links,
        is_cut,
    } = read;
    let all = meeting(conn, Signal::Traces, &ALWAYS)?;
    let mut outside = Outside::default();
    let mut edges: HashMap<(u32, u32, Contact), Sums> = HashMap::new();
    let mut totals: HashMap<u32, (u64, u64)> = HashMap::new();
    for ((trace_id, _), span) in &spans {
        let total = totals.entry(span.service).or_default();
        total.0 += 1;
        total.1 += u64::from(span.is_error);
        let Some(parent) = span.parent else {
            continue;
        };
        let key = (*trace_id, parent);
        let caller = match spans.get(&key) {
            Some(parent) => Some(parent.service),
            None => outside.service(conn, &all, &mut services, key)?,
        };
        let contact = if span.kind == CONSUMER {
            Contact::Message
        } else {
            Contact::Call
        };
        if let Some(caller) = caller.filter(|caller| *caller != span.service) {
            let sums = edges.entry((caller, span.service, contact)).or_default();
            sums.add(span);
        }
    }
    for (consumer, producer) in &links {
        let Some(span) = spans.get(consumer) else {
            continue;
        };
        // The same message may be parent and link.
        if span.parent == Some(producer.1) && consumer.0 == producer.0 {
            continue;
        }
        let sender = match spans.get(producer) {
            Some(sender) => Some(sender.service),
            None => outside.service(conn, &all, &mut services, *producer)?,
        };
        if let Some(sender) = sender.filter(|sender| *sender != span.service) {
            let key = (sender, span.service, Contact::Message);
            edges.entry(key).or_default().add(span);
        }
    }
    Ok(ServiceMap {
        services: nodes(&services, totals),
        edges: lines(&services, edges),
        is_cut,
    })
}

fn nodes(services: &Services, totals: HashMap<u32, (u64, u64)>) -> Vec<ServiceNode> {
    let named = totals
        .into_iter()
        .map(|(number, total)| (services.name(number), total));
    let sorted: BTreeMap<String, (u64, u64)> = named.collect();
    let nodes = sorted
        .into_iter()
        .map(|(service, (spans, errors))| ServiceNode {
            service,
            spans,
            errors,
        });
    nodes.collect()
}

fn lines(services: &Services, edges: HashMap<(u32, u32, Contact), Sums>) -> Vec<ServiceEdge> {
    let mut lines: Vec<ServiceEdge> = edges
        .into_iter()
        .map(|((caller, callee, contact), mut sums)| {
            sums.durations.sort_unstable();
            ServiceEdge {
                caller: services.name(caller),
                callee: services.name(callee),
                contact,
                calls: sums.calls,
                errors: sums.errors,
                p50: sums.quantile(0.50),
                p95: sums.quantile(0.95),
            }
        })
        .collect();
    lines.sort_by(|one, other| {
        (&one.caller, &one.callee, one.contact).cmp(&(&other.caller, &other.callee, other.contact))
    });
    lines
}

/// Spans that were not among those read: they began before the range.
#[derive(Default)]
struct Outside(HashMap<SpanKey, Option<u32>>);

impl Outside {
    fn service(
        &mut self,
        conn: &Connection,
        partitions: &[Partition],
        services: &mut Services,
        key: SpanKey,
    ) -> rusqlite::Result<Option<u32>> {
        if let Some(known) = self.0.get(&key) {
            return Ok(*known);
        }
        let mut found = None;
        for partition in partitions.iter().rev() {
            let operation: Option<i64> = conn
                .prepare_cached(&format!(
                    "SELECT operation FROM spans_{} WHERE trace_id = ?1 AND span_id = ?2",
                    partition.id
                ))?
                .query_row((&key.0, &key.1), |row| row.get(0))
                .optional()?;
            if let Some(operation) = operation {
                found = Some(services.operation(conn, operation)?.0);
                break;
            }
        }
        self.0.insert(key, found);
        Ok(found)
    }
}
