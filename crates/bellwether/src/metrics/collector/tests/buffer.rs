//! When what waits gets through.

use std::time::Duration;

use super::*;
use crate::metrics::generated::labels::{DelegationStatus, SessionType, ToolStatus};

const HOUR: Duration = Duration::from_secs(3_600);

fn slow() -> MetricsCollectorBuilder {
    MetricsCollector::builder().batch_flush_interval(HOUR)
}

#[test]
fn a_full_batch_gets_through_and_one_less_waits() {
    let (collector, _) = built(slow().max_batch_size(4));
    for sent in 1..=3 {
        collector.record_error("full", "timeout");
        assert_eq!(through(&collector, "full").errors, 0, "after {sent}");
    }
    collector.record_message_latency_ms("full", 500.0);
    let totals = through(&collector, "full");
    assert_eq!(
        (totals.errors, totals.messages, totals.latency),
        (3, 1, 0.5)
    );
    collector.record_error("full", "timeout");
    assert_eq!(through(&collector, "full").errors, 3, "a new batch");
}

#[test]
fn a_flush_gets_it_through_once() {
    let (collector, _) = built(slow());
    collector.record_session_start("flushed", SessionType::ClaudeCode);
    assert_eq!(through(&collector, "flushed").sessions, 0);
    for _ in 0..3 {
        collector.flush();
        assert_eq!(through(&collector, "flushed").sessions, 1);
    }
}

#[test]
fn the_interval_gets_it_through() {
    let builder = MetricsCollector::builder().batch_flush_interval(Duration::from_millis(10));
    let (collector, _) = built(builder);
    for sent in 1..=3 {
        collector.record_token_usage("interval", "opus", 7);
        wait_until(|| through(&collector, "interval").tokens == 7 * sent);
    }
}

#[test]
fn without_batching_nothing_waits_and_no_thread_runs() {
    let (collector, _) = built(MetricsCollector::builder().enable_batching(false));
    collector.record_token_usage("straight", "opus", 7);
    assert_eq!(through(&collector, "straight").tokens, 7);
    assert!(collector.0.core.batch.is_none());
    // Here and nowhere else: no thread holds it.
    assert_eq!(Arc::strong_count(&collector.0.core), 1);
}

#[test]
fn closing_gets_it_through_ends_the_thread_and_later_updates_go_straight() {
    let (collector, _) = built(slow());
    let other = collector.clone();
    let core = Arc::downgrade(&collector.0.core);
    collector.record_error("closed", "timeout");
    collector.close();
    assert_eq!(through(&collector, "closed").errors, 1);
    // The thread held one more.
    assert_eq!(core.strong_count(), 1);
    other.record_error("closed", "timeout");
    assert_eq!(through(&collector, "closed").errors, 2);
    other.close();
    collector.close();
    drop(other);
    assert_eq!(through(&collector, "closed").errors, 2);
}

#[test]
fn the_last_clone_flushes_and_ends_the_thread() {
    let (collector, _) = built(slow());
    let core = Arc::clone(&collector.0.core);
    let other = collector.clone();
    collector.record_error("dropped", "timeout");
    drop(collector);
    let errors = || {
        core.history
            .as_ref()
            .unwrap()
            .sum("dropped", &(0..=u32::MAX))
    };
    assert_eq!(errors().errors, 0, "a clone lives");
    drop(other);
    assert_eq!(errors().errors, 1);
    assert_eq!(Arc::strong_count(&core), 1, "the thread has ended");
}

#[test]
fn stats_see_what_waits() {
    let (collector, _) = built(slow());
    collector.record_delegation("from", "to", DelegationStatus::Rejected);
    collector.record_delegation("from", "from", DelegationStatus::Success);
    collector.record_tool_invocation("from", "Read", ToolStatus::Abandoned);
    let stats = collector.get_aggregated_stats("from", None);
    assert_eq!((stats.delegations, stats.tool_invocations), (2, 1));
    assert_eq!(
        (stats.successful_tool_calls, stats.failed_tool_calls),
        (0, 1)
    );
    assert_eq!(collector.get_aggregated_stats("to", None).delegations, 1);
    assert_eq!(
        collector.get_aggregated_stats("nobody", None).delegations,
        0
    );
}

#[test]
fn silent_metrics_start_no_thread_and_keep_the_history() {
    let collector = MetricsCollector::builder();
    let collector = collector.build_on(&Metrics::silent()).unwrap();
    assert!(collector.0.core.batch.is_none());
    collector.record_error("silent", "timeout");
    assert_eq!(through(&collector, "silent").errors, 1);
    let without = MetricsCollector::builder().history(Duration::ZERO);
    let without = without.build_on(&Metrics::silent()).unwrap();
    without.record_error("silent", "timeout");
    assert_eq!(without.get_aggregated_stats("silent", None).error_rate, 0.0);
}

#[test]
fn what_is_no_time_is_no_latency() {
    let (collector, _) = built(MetricsCollector::builder().enable_batching(false));
    for milliseconds in [f64::NAN, -1.0, f64::INFINITY, 1e300] {
        collector.record_message_latency_ms("odd", milliseconds);
    }
    assert_eq!(through(&collector, "odd").messages, 0);
}

#[test]
fn options_out_of_bounds_are_named() {
    let error = |builder: MetricsCollectorBuilder| builder.build().unwrap_err().to_string();
    let builder = MetricsCollector::builder;
    let interval = |interval| error(builder().batch_flush_interval(interval));
    let size = |size| error(builder().max_batch_size(size));
    let history = |history| error(builder().history(history));
    let expected = r#"batch_flush_interval is "9ms": expected 10 ms to 1 h"#;
    assert_eq!(interval(Duration::from_millis(9)), expected);
    let expected = r#"batch_flush_interval is "3601s": expected 10 ms to 1 h"#;
    assert_eq!(interval(Duration::from_secs(3_601)), expected);
    let expected = r#"max_batch_size is "100001": expected 1 to 100000 updates"#;
    assert_eq!(size(100_001), expected);
    let expected = r#"history is "608400s": expected whole hours from 0 to 168"#;
    assert_eq!(history(169 * HOUR), expected);
    let expected = r#"history is "3600.000000001s": expected whole hours from 0 to 168"#;
    assert_eq!(history(HOUR + Duration::from_nanos(1)), expected);
}
