//! A node whose operations are tracked and published.

use std::fmt;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use uuid::Uuid;

use super::business::Business;
use super::configuration::{MetricsConfiguration, MetricsConfigurationError};
use super::envelope::OnexEnvelopeV1;
use super::publisher::{self, Counts, Pace, Queue};
use super::resources::{ResourceCallbacks, Resources};
use super::sink::SnapshotSink;
use super::snapshot::NodeSnapshot;
use super::tracker::{Tracker, Trackers};
use crate::metrics::generated::labels::Operation;
use crate::metrics::{Metrics, OpenLabel};

/// Tracks the operations of a configuration and publishes snapshots of them.
///
/// Start it after [`Telemetry`](crate::Telemetry). Where telemetry is off, it starts and sees nothing. Dropped, it publishes one
/// last snapshot, which is not waited for; see [`shutdown`](Self::shutdown). An operation stays tracked until the process ends.
///
/// ```
/// use std::time::Duration;
/// use bellwether::{metrics::node::{LogSink, MetricsConfiguration, NodeMetrics}, track_metrics};
///
/// #[track_metrics("orchestration")]
/// fn orchestrate() -> Result<(), std::fmt::Error> { Ok(()) }
///
/// let node = NodeMetrics::builder(MetricsConfiguration {
///     operations: vec!["orchestration".to_owned()],
///     service_name: "my_orchestrator_v1".to_owned(),
///     ..MetricsConfiguration::default()
/// })
/// .sink(LogSink)
/// .start()?;
///
/// orchestrate()?;
/// node.business().items_processed("orchestration", 5);
/// for operation in node.snapshot().operations {
///     println!("{}: {} executions, {:?} failed", operation.operation, operation.count, operation.failure_rate);
/// }
/// node.shutdown(Duration::from_secs(1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct NodeMetrics {
    node: Arc<Node>,
    /// Ends when the last thread of a sink does.
    ended: Mutex<Receiver<()>>,
}

struct Node {
    configuration: MetricsConfiguration,
    trackers: Vec<Arc<Tracker>>,
    resources: Option<Resources>,
    business: Business,
    pace: Arc<Pace>,
    started: Instant,
    correlation_id: Uuid,
    published: AtomicU64,
    stopping: AtomicBool,
}

/// Why a node's metrics did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NodeMetricsError {
    /// A field of the configuration.
    #[error(transparent)]
    Configuration(#[from] MetricsConfigurationError),
    /// No thread to be had.
    #[error("a thread that publishes could not be started: {0}")]
    Thread(#[from] io::Error),
}

/// What a node's metrics are made of.
#[derive(Debug)]
pub struct NodeMetricsBuilder {
    configuration: MetricsConfiguration,
    metrics: Option<Metrics>,
    callbacks: ResourceCallbacks,
    sinks: Sinks,
}

#[derive(Default)]
struct Sinks(Vec<Box<dyn SnapshotSink>>);

impl fmt::Debug for Sinks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} sinks", self.0.len())
    }
}

impl NodeMetricsBuilder {
    /// Another sink. Without one, snapshots are there for [`NodeMetrics::snapshot`] alone.
    pub fn sink(mut self, sink: impl SnapshotSink) -> Self {
        self.sinks.0.push(Box::new(sink));
        self
    }

    /// What only the service knows of its resources.
    pub fn resources(mut self, callbacks: ResourceCallbacks) -> Self {
        self.callbacks = callbacks;
        self
    }

    /// Executions on these metrics, instead of the process's.
    pub fn metrics(mut self, metrics: &Metrics) -> Self {
        self.metrics = Some(metrics.clone());
        self
    }

    /// Begins to track, and starts a thread that publishes and one a sink, if there is one.
    ///
    /// # Errors
    /// A field that is not allowed, an operation that is tracked already, no thread to be had.
    pub fn start(self) -> Result<NodeMetrics, NodeMetricsError> {
        let Self {
            configuration,
            metrics,
            callbacks,
            sinks,
        } = self;
        configuration.check()?;
        let metrics = metrics.unwrap_or_else(|| Metrics::global().clone());
        let (pace, woken) = Pace::new(configuration.publish_interval_ops);
        let (ending, ended) = channel();
        let counts = Counts::new(&metrics);
        let queues = sinks.0.into_iter();
        let queues = queues.map(|sink| Queue::start(sink, counts.clone(), ending.clone()));
        let queues = queues.collect::<io::Result<Vec<Queue>>>()?;
        let node = Arc::new(Node {
            trackers: track(&metrics, &configuration, &pace)?,
            resources: configuration
                .enable_resource_metrics
                .then(|| Resources::new(callbacks)),
            business: Business::new(&metrics),
            pace,
            started: Instant::now(),
            correlation_id: Uuid::new_v4(),
            published: AtomicU64::new(0),
            stopping: AtomicBool::new(false),
            configuration,
        });
        if !queues.is_empty() {
            let published = Arc::clone(&node);
            let interval = node.configuration.publish_interval();
            thread::Builder::new()
                .name("bellwether-node".to_owned())
                .spawn(move || publisher::run(&woken, interval, || published.publish(&queues)))?;
        }
        Ok(NodeMetrics {
            node,
            ended: Mutex::new(ended),
        })
    }
}

/// A tracker for each operation, none where one is tracked already.
fn track(
    metrics: &Metrics,
    configuration: &MetricsConfiguration,
    pace: &Arc<Pace>,
) -> Result<Vec<Arc<Tracker>>, MetricsConfigurationError> {
    let tracker = |name: &String| {
        Arc::new(Tracker::new(
            name,
            configuration.max_duration_samples,
            Arc::clone(pace),
        ))
    };
    let trackers: Vec<_> = configuration.operations.iter().map(tracker).collect();
    // What is silent is shared by all that ask before a start: nothing may stick to it.
    if !metrics.is_on() {
        return Ok(trackers);
    }
    let places = metrics.recorder::<Trackers>();
    let operations = || configuration.operations.iter().zip(&trackers);
    let taken = operations().find(|(name, _)| places.of(Operation::of(name)).is_some());
    if let Some((name, _)) = taken {
        return Err(MetricsConfigurationError {
            field: "operations",
            value: format!("{name:?}"),
            expected: "an operation that no other node in the process tracks",
        });
    }
    for (name, tracker) in operations() {
        places.set(Operation::of(name), tracker);
    }
    Ok(trackers)
}

impl NodeMetrics {
    /// Metrics of a node, not yet started.
    pub fn builder(configuration: MetricsConfiguration) -> NodeMetricsBuilder {
        NodeMetricsBuilder {
            configuration,
            metrics: None,
            callbacks: ResourceCallbacks::default(),
            sinks: Sinks::default(),
        }
    }

    /// What the node did until now. Copies; for looking, not for each execution.
    pub fn snapshot(&self) -> NodeSnapshot {
        self.node.snapshot(false)
    }

    /// Counters and KPIs of the service.
    pub fn business(&self) -> &Business {
        &self.node.business
    }

    /// Publishes the last snapshot and waits for the sinks, but no longer than this. Whether they are done.
    pub fn shutdown(self, timeout: Duration) -> bool {
        self.node.stop();
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        ended.recv_timeout(timeout) == Err(RecvTimeoutError::Disconnected)
    }
}

impl Drop for NodeMetrics {
    fn drop(&mut self) {
        self.node.stop();
    }
}

impl fmt::Debug for NodeMetrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NodeMetrics")
            .field("configuration", &self.node.configuration)
            .finish_non_exhaustive()
    }
}

impl Node {
    fn snapshot(&self, closes: bool) -> NodeSnapshot {
        let percentiles = &self.configuration.percentiles;
        let operations = self.trackers.iter();
        NodeSnapshot {
            uptime_seconds: self.started.elapsed().as_secs_f64(),
            operations: operations
                .map(|tracker| tracker.snapshot(percentiles))
                .collect(),
            resources: self.resources.as_ref().map(Resources::snapshot),
            business: self
                .configuration
                .enable_business_metrics
                .then(|| self.business.snapshot(closes)),
        }
    }

    /// Whether there may be another one.
    fn publish(&self, queues: &[Queue]) -> bool {
        let goes_on = !self.stopping.load(Ordering::Acquire);
        self.pace.begin_anew();
        let sequence = self.published.fetch_add(1, Ordering::Relaxed) + 1;
        let payload = self.snapshot(true).to_json();
        let name = &self.configuration.service_name;
        let envelope = OnexEnvelopeV1::new(name, self.correlation_id, sequence, &payload);
        let envelope = Arc::new(envelope);
        for queue in queues {
            queue.offer(&envelope);
        }
        goes_on
    }

    fn stop(&self) {
        self.stopping.store(true, Ordering::Release);
        self.pace.wake();
    }
}
