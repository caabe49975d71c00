//! The history against a model that keeps everything.

use std::ops::Range;

use proptest::prelude::*;

use super::*;
use crate::metrics::collector::AggregatedStats;
use crate::metrics::collector::history::{History, minute};
use crate::metrics::collector::update::{Counted, What};
use crate::metrics::generated::labels::{
    DelegationStatus, ErrorType, OrchestratorId, SessionType, ToolStatus,
};
use crate::metrics::{Label, OpenLabel};

const IDS: [&str; 3] = ["model-a", "model-b", "model-c"];

#[derive(Debug, Clone, Copy)]
enum Call {
    Start(usize),
    End(usize),
    Tokens(usize, u64),
    /// In quarters of a second, so that sums are exact.
    Latency(usize, u8),
    Tool(usize, usize),
    Delegation(usize, usize),
    Error(usize),
    /// Moves the clock, back as well.
    Pass(i64),
    Flush,
}

fn call() -> impl Strategy<Value = Call> {
    let id = 0..IDS.len();
    prop_oneof![
        2 => id.clone().prop_map(Call::Start),
        1 => id.clone().prop_map(Call::End),
        2 => (id.clone(), 0_u64..10_000).prop_map(|(id, tokens)| Call::Tokens(id, tokens)),
        3 => (id.clone(), any::<u8>()).prop_map(|(id, quarters)| Call::Latency(id, quarters)),
        3 => (id.clone(), 0..ToolStatus::COUNT).prop_map(|(id, status)| Call::Tool(id, status)),
        2 => (id.clone(), id.clone()).prop_map(|(from, to)| Call::Delegation(from, to)),
        2 => id.prop_map(Call::Error),
        3 => prop_oneof![0_i64..90, -90_i64..0, 600_i64..7_200].prop_map(Call::Pass),
        1 => Just(Call::Flush),
    ]
}

fn make(collector: &MetricsCollector, call: Call) {
    let id = |id: usize| IDS[id];
    match call {
        Call::Start(of) => collector.record_session_start(id(of), SessionType::ClaudeCode),
        Call::End(of) => collector.record_session_end(id(of), SessionType::ClaudeCode),
        Call::Tokens(of, tokens) => collector.record_token_usage(id(of), "opus", tokens),
        Call::Latency(of, quarters) => {
            collector.record_message_latency_ms(id(of), f64::from(quarters) * 250.0);
        }
        Call::Tool(of, status) => {
            collector.record_tool_invocation(id(of), "Read", ToolStatus::ALL[status]);
        }
        Call::Delegation(from, to) => {
            collector.record_delegation(id(from), id(to), DelegationStatus::Success);
        }
        Call::Error(of) => collector.record_error(id(of), "timeout"),
        Call::Pass(_) => {}
        Call::Flush => collector.flush(),
    }
}

/// What the pages promise, from a list of all that happened.
fn expected(
    calls: &[(u64, Call)],
    id: usize,
    range: &Range<u64>,
    now: u64,
    hours: u64,
) -> Vec<f64> {
    let newest = now / 60;
    let first = (range.start / 60).max(newest.saturating_sub(hours * 60 - 1));
    let last = ((range.end - 1) / 60).min(newest);
    let mut totals = [0.0; 8];
    let [
        sessions,
        tokens,
        latency,
        messages,
        ok,
        failed,
        tools,
        delegations,
    ] = &mut totals;
    let mut errors = 0.0;
    for (at, call) in calls {
        if !(first..=last).contains(&(at / 60)) {
            continue;
        }
        match call {
            Call::Start(of) if *of == id => *sessions += 1.0,
            Call::Tokens(of, count) if *of == id => *tokens += *count as f64,
            Call::Latency(of, quarters) if *of == id => {
                *latency += f64::from(*quarters) * 250.0;
                *messages += 1.0;
            }
            Call::Tool(of, status) if *of == id => {
                *tools += 1.0;
                match ToolStatus::ALL[*status] {
                    ToolStatus::Success => *ok += 1.0,
                    _ => *failed += 1.0,
                }
            }
            Call::Delegation(from, to) if *from == id || *to == id => *delegations += 1.0,
            Call::Error(of) if *of == id => errors += 1.0,
            _ => {}
        }
    }
    let attempts = f64::max(f64::max(*messages, *tools), errors);
    let rate = if attempts > 0.0 {
        errors / attempts
    } else {
        0.0
    };
    let average = if *messages > 0.0 {
        *latency / *messages
    } else {
        0.0
    };
    vec![
        *sessions,
        *tokens,
        average,
        rate,
        *ok,
        *failed,
        *tools,
        *delegations,
    ]
}

fn numbers(stats: &AggregatedStats) -> Vec<f64> {
    vec![
        stats.total_sessions as f64,
        stats.total_tokens as f64,
        stats.avg_latency,
        stats.error_rate,
        stats.successful_tool_calls as f64,
        stats.failed_tool_calls as f64,
        stats.tool_invocations as f64,
        stats.delegations as f64,
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn stats_are_those_of_a_list_of_everything(
        calls in proptest::collection::vec(call(), 0..120),
        asked in proptest::collection::vec((0..IDS.len(), 0_u64..9_000, 1_u64..9_000), 1..5),
        batching in any::<bool>(), size in 1_usize..40, hours in 1_u64..3,
    ) {
        let builder = MetricsCollector::builder().enable_batching(batching).max_batch_size(size)
            .history(Duration::from_secs(hours * 3_600));
        let (collector, hand) = built(builder);
        let begin = hand.seconds();
        let mut furthest = begin;
        let mut made = Vec::new();
        for call in calls {
            if let Call::Pass(by) = call {
                // Not further back than the ring reaches: what is overwritten is told of by another test.
                let to = hand.seconds().saturating_add_signed(by);
                hand.set(to.max(furthest - 3_000).max(begin));
                furthest = furthest.max(hand.seconds());
            }
            make(&collector, call);
            made.push((hand.seconds(), call));
        }
        hand.set(furthest);
        for (id, back, length) in asked {
            let start = furthest + 60 - back;
            let range = start..start + length;
            let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
            let stats = collector.get_aggregated_stats(IDS[id], at(range.start)..at(range.end));
            let expected = expected(&made, id, &range, furthest, hours);
            prop_assert_eq!(numbers(&stats), expected, "{:?}", stats);
        }
    }
}

#[test]
fn a_range_is_widened_to_minutes_and_cut_to_what_is_kept() {
    let (collector, hand) = built(MetricsCollector::builder().history(Duration::from_secs(3_600)));
    let now = hand.seconds() + 30;
    hand.set(now);
    let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
    let covered = |from, to| {
        collector
            .get_aggregated_stats("range", at(from)..at(to))
            .time_range
    };
    assert_eq!(covered(now - 61, now - 59), at(now - 90)..at(now - 30));
    assert_eq!(covered(now - 90, now - 30), at(now - 90)..at(now - 30));
    assert_eq!(covered(now - 10, now + 500), at(now - 30)..at(now + 30));
    assert_eq!(covered(0, now), at(now + 30 - 3_600)..at(now + 30));
    assert_eq!(covered(now, now - 5), at(now)..at(now), "nothing");
    assert_eq!(covered(0, 60), at(0)..at(0), "no longer kept");
    let stats = collector.get_aggregated_stats("range", None);
    let lately = at(now + 30 - 3_600)..at(now + 30);
    assert_eq!(stats.time_range, lately, "the last hour");
}

#[test]
fn a_clock_set_back_loses_only_minutes_that_were_overwritten() {
    let history = History::new(1);
    let id = OrchestratorId::of("clock");
    let error = What::Counted(Counted::Error(id, ErrorType::of("timeout")), 1);
    for at in [600, 540, 541] {
        history.add(at, error);
    }
    assert_eq!(history.sum("clock", &(600..=600)).errors, 1);
    assert_eq!(
        history.sum("clock", &(540..=540)).errors,
        0,
        "its place is that of 600"
    );
    assert_eq!(history.sum("clock", &(541..=541)).errors, 1);
}

#[test]
fn memory_is_what_the_pages_state() {
    let history = History::new(24);
    let now = minute(SystemTime::now());
    // Few, since the label's places are the whole process's; a ring is as large as the next.
    for id in IDS.map(OrchestratorId::of) {
        for at in 0..3 * 24 * 60 {
            history.add(now + at, What::Latency(id, 0.1));
        }
    }
    let of_one = 24 * (2_880 + 16);
    let bytes = history.bytes();
    assert!(bytes >= 3 * of_one, "{bytes}");
    assert!(bytes <= 3 * of_one + 16_384, "{bytes}");
    assert_eq!(OrchestratorId::COUNT, 101);
    assert!(of_one < 70_000 && 101 * of_one + 16_384 < 7_100_000);
}
