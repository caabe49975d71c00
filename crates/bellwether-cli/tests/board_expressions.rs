//! Queues, GPUs, disks and error budgets: expressions of their boards that are more than a rate say what their panels
//! claim. Each is taken from the board as it ships and evaluated by promtool over series whose answer can be reckoned
//! by hand. Those of the fleet's boards are in `board_arithmetic`.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test may panic and print"
)]

mod support;

use bellwether_testing::prometheus::Program;
use serde_json::{Value, json};
use support::board::expression;

/// Labels of a series of a service.
const OF: &str = "job=\"w\", deployment_environment_name=\"test\"";

struct Case {
    board: &'static str,
    panel: &'static str,
    /// Its `refId`.
    query: &'static str,
    /// Time between the samples of the series, and when is asked.
    times: (&'static str, &'static str),
    /// Series without the labels of the service, and their values in promtool's notation.
    series: &'static [(&'static str, &'static str)],
    /// Labels and value of each series of the answer.
    answer: &'static [(&'static str, f64)],
}

const MINUTES: (&str, &str) = ("1m", "30m");

const CASES: &[Case] = &[
    // 120 wait; three a second go and one comes: two fewer a second.
    Case {
        board: "jobs",
        panel: "Time to drain, by queue",
        query: "A",
        times: MINUTES,
        series: &[
            ("wundr_queue_depth{queue_name=\"mail\"", "120+0x60"),
            ("wundr_queue_enqueued_total{queue_name=\"mail\"", "0+60x60"),
            ("wundr_queue_dequeued_total{queue_name=\"mail\"", "0+180x60"),
        ],
        answer: &[("{queue_name=\"mail\"}", 60.0)],
    },
    // What grows is never empty: no number rather than a wrong one.
    Case {
        board: "jobs",
        panel: "Time to drain, by queue",
        query: "A",
        times: MINUTES,
        series: &[
            ("wundr_queue_depth{queue_name=\"mail\"", "120+60x60"),
            ("wundr_queue_enqueued_total{queue_name=\"mail\"", "0+120x60"),
            ("wundr_queue_dequeued_total{queue_name=\"mail\"", "0+60x60"),
        ],
        answer: &[],
    },
    // One of three queues grows, one drains, one is empty.
    Case {
        board: "jobs",
        panel: "Queues that do not drain",
        query: "A",
        times: MINUTES,
        series: &[
            ("wundr_queue_depth{queue_name=\"grows\"", "5+60x60"),
            (
                "wundr_queue_enqueued_total{queue_name=\"grows\"",
                "0+120x60",
            ),
            ("wundr_queue_dequeued_total{queue_name=\"grows\"", "0+60x60"),
            ("wundr_queue_depth{queue_name=\"drains\"", "9000-60x60"),
            (
                "wundr_queue_enqueued_total{queue_name=\"drains\"",
                "0+60x60",
            ),
            (
                "wundr_queue_dequeued_total{queue_name=\"drains\"",
                "0+120x60",
            ),
            ("wundr_queue_depth{queue_name=\"empty\"", "0+0x60"),
            ("wundr_queue_enqueued_total{queue_name=\"empty\"", "0+60x60"),
            ("wundr_queue_dequeued_total{queue_name=\"empty\"", "0+60x60"),
        ],
        answer: &[("{}", 1.0)],
    },
    // 120 wait and one comes a second: the oldest came two minutes ago.
    Case {
        board: "jobs",
        panel: "Age of the oldest item, estimated",
        query: "A",
        times: MINUTES,
        series: &[
            ("wundr_queue_depth{queue_name=\"mail\"", "120+0x60"),
            ("wundr_queue_enqueued_total{queue_name=\"mail\"", "0+60x60"),
        ],
        answer: &[("{queue_name=\"mail\"}", 120.0)],
    },
    // Counted depths add up over processes, and a size reported of the same queue is not added to them.
    Case {
        board: "jobs",
        panel: "Depth",
        query: "A",
        times: MINUTES,
        series: &[
            (
                "wundr_queue_depth{queue_name=\"mail\", instance=\"a\"",
                "7+0x60",
            ),
            (
                "wundr_queue_depth{queue_name=\"mail\", instance=\"b\"",
                "-2+0x60",
            ),
            ("queue_size{queue_name=\"mail\", instance=\"a\"", "5+0x60"),
            ("queue_size{queue_name=\"print\", instance=\"a\"", "3+0x60"),
            ("queue_size{queue_name=\"print\", instance=\"b\"", "3+0x60"),
        ],
        answer: &[
            ("{queue_name=\"mail\"}", 5.0),
            ("{queue_name=\"print\"}", 3.0),
        ],
    },
    // Three are free and two wait: two could be in work.
    Case {
        board: "jobs",
        panel: "Idle while items wait",
        query: "A",
        times: MINUTES,
        series: &[
            ("workers_available{instance=\"a\"", "3+0x60"),
            ("wundr_queue_depth{queue_name=\"mail\"", "2+0x60"),
        ],
        answer: &[("{}", 2.0)],
    },
    Case {
        board: "jobs",
        panel: "Idle while items wait",
        query: "A",
        times: MINUTES,
        series: &[
            ("workers_available{instance=\"a\"", "3+0x60"),
            ("wundr_queue_depth{queue_name=\"mail\"", "0+0x60"),
        ],
        answer: &[("{}", 0.0)],
    },
    // Of three attempts a second one is a retry: half a retry for each job.
    Case {
        board: "jobs",
        panel: "Retries per job",
        query: "A",
        times: MINUTES,
        series: &[
            (
                "jobs_processed_total{service=\"render\", status=\"started\"",
                "0+180x60",
            ),
            ("job_retries_total{service=\"render\"", "0+60x60"),
        ],
        answer: &[("{service=\"render\"}", 0.5)],
    },
    // One of two GPUs does nothing, and something waits.
    Case {
        board: "host-gpu",
        panel: "Idle while work waits",
        query: "A",
        times: MINUTES,
        series: &[
            ("gpu_utilization_percent{gpu_index=\"0\"", "2+0x60"),
            ("gpu_utilization_percent{gpu_index=\"1\"", "90+0x60"),
            ("wundr_queue_depth{queue_name=\"mail\"", "5+0x60"),
        ],
        answer: &[("{}", 1.0)],
    },
    // Nothing waits: an idle GPU is nobody's fault.
    Case {
        board: "host-gpu",
        panel: "Idle while work waits",
        query: "A",
        times: MINUTES,
        series: &[
            ("gpu_utilization_percent{gpu_index=\"0\"", "2+0x60"),
            ("wundr_queue_depth{queue_name=\"mail\"", "0+0x60"),
        ],
        answer: &[("{}", 0.0)],
    },
    // 30 of 100 are free and one goes each minute.
    Case {
        board: "host-gpu",
        panel: "File systems",
        query: "D",
        times: MINUTES,
        series: &[
            (
                "system_filesystem_usage_bytes{host_name=\"h\", mountpoint=\"/\", state=\"used\"",
                "40+1x60",
            ),
            (
                "system_filesystem_usage_bytes{host_name=\"h\", mountpoint=\"/\", state=\"free\"",
                "60-1x60",
            ),
        ],
        answer: &[("{host_name=\"h\", mountpoint=\"/\"}", 1800.0)],
    },
    // Half the budget is left and goes at the allowed speed: half of 30 days.
    Case {
        board: "slos",
        panel: "Empty in",
        query: "A",
        times: MINUTES,
        series: &[
            (
                "slo:period_error_budget_remaining:ratio{sloth_slo=\"jobs\"",
                "0.5+0x60",
            ),
            ("slo:sli_error:ratio_rate1h{sloth_slo=\"jobs\"", "0.25+0x60"),
            ("slo:error_budget:ratio{sloth_slo=\"jobs\"", "0.25+0x60"),
            ("slo:time_period:days{sloth_slo=\"jobs\"", "30+0x60"),
        ],
        answer: &[("{}", 1_296_000.0)],
    },
    // promtool's clock begins with January: each of its first 32 hours failed just as much as it may, of the 744 it has.
    Case {
        board: "slos",
        panel: "Burn-down of this month's budget",
        query: "A",
        times: ("1h", "31h"),
        series: &[
            ("slo:sli_error:ratio_rate1h{sloth_slo=\"jobs\"", "0.25+0x60"),
            ("slo:error_budget:ratio{sloth_slo=\"jobs\"", "0.25+0x60"),
        ],
        answer: &[("{}", 1.0 - 32.0 / 744.0)],
    },
    // In February January's failures are forgiven: three hours of it have passed.
    Case {
        board: "slos",
        panel: "Burn-down of this month's budget",
        query: "A",
        times: ("1h", "746h"),
        series: &[
            (
                "slo:sli_error:ratio_rate1h{sloth_slo=\"jobs\"",
                "0.25+0x800",
            ),
            ("slo:error_budget:ratio{sloth_slo=\"jobs\"", "0.25+0x800"),
        ],
        answer: &[("{}", 1.0 - 3.0 / 672.0)],
    },
];

#[test]
fn expressions_say_what_their_panels_claim() {
    let tests: Vec<Value> = CASES.iter().map(test).collect();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("boards.json");
    // JSON is YAML.
    let text =
        json!({ "fuzzy_compare": true, "evaluation_interval": "1m", "tests": tests }).to_string();
    std::fs::write(&file, text).unwrap();
    let Some(tested) = Program::Promtool.run(["test", "rules", file.to_str().unwrap()]) else {
        return;
    };
    let said = String::from_utf8_lossy(&tested.stdout) + String::from_utf8_lossy(&tested.stderr);
    assert!(tested.status.success(), "{said}");
}

fn test(case: &Case) -> Value {
    let series: Vec<Value> = case
        .series
        .iter()
        .map(|(series, values)| json!({"series": format!("{series}, {OF}}}"), "values": values}))
        .collect();
    let answer: Vec<Value> = case
        .answer
        .iter()
        .map(|(labels, value)| json!({"labels": labels, "value": value}))
        .collect();
    json!({
        "name": format!("{}: {}", case.board, case.panel),
        "interval": case.times.0,
        "input_series": series,
        "promql_expr_test": [{
            "expr": expression(case.board, case.panel, case.query), "eval_time": case.times.1, "exp_samples": answer,
        }],
    })
}
