//! Every query of every panel of every board, asked of a real Prometheus 3 behind the real Collector.
//!
//! The Collector runs with the layer for Grafana and sends to Prometheus by OTLP, names translated as they are there.
//! [`feed`] sends an hour of every metric that the catalog and its description of the outside define; the Collector
//! adds what it makes itself: the host's metrics, series of spans and logs, its own health. Prometheus evaluates the
//! rules that ship. Then [`ask`] runs each query over that time, as Grafana would, with every variable at all its
//! values and at one, and [`judge`] says what is not as the panel shows it.
//!
//! What is made up has every label and value. [`demo`] asks the same of what programs really send: the demo's fleet, in
//! a run with an incident.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test may panic and print"
)]

mod support;

#[path = "boards_live/ask.rs"]
mod ask;
#[path = "boards_live/board.rs"]
mod board;
#[path = "boards_live/demo.rs"]
mod demo;
#[path = "boards_live/feed.rs"]
mod feed;
#[allow(dead_code, reason = "the tests of the demo use the rest")]
#[path = "demo/fixture.rs"]
mod fixture;
#[path = "boards_live/judge.rs"]
mod judge;
#[path = "boards_live/not_shown.rs"]
mod not_shown;
#[path = "boards_live/stage.rs"]
mod stage;

use board::Board;
use stage::Stage;

/// Parts of the queries that nothing here can answer, with the reason. That they parse is seen where nothing was sent.
const NOT_FED: &[(&str, &str)] = &[
    ("offset 1d", "there is no day of history"),
    ("[32d:1h]", "no whole hour of what rules record"),
];

/// Panels that say something where nothing was sent, with the reason. All others are empty, so that their sentence for
/// that shows: a 0 would say that all is well.
const ANSWERED_OF_NOTHING: &[(&str, &str)] = &[
    ("Objective", OF_RULES),
    ("Good events, and the objective", OF_RULES),
    ("Somebody is woken", OF_RULES),
    ("Somebody is told", OF_RULES),
    ("Burn-down of this month's budget", "the calendar"),
];

const OF_RULES: &str = "rules record an objective with or without events";

/// A metric that a change of the catalog might rename.
const RENAMED: &str = "tool_call_duration_seconds";

fn excused(expression: &str) -> bool {
    NOT_FED.iter().any(|(part, _)| expression.contains(part))
}

#[tokio::test]
async fn every_query_of_every_board_is_answered_and_a_renamed_metric_is_noticed() {
    let Some(stage) = Stage::fed().await else {
        return;
    };
    let boards = Board::all();
    let mut wrong = Vec::new();
    let mut asked = 0;
    for board in &boards {
        let (count, found) = judge::judge(&stage.prometheus, board, excused).await;
        asked += count;
        wrong.extend(found);
    }
    println!("{asked} queries of {} boards", boards.len());
    assert!(asked > 300, "only {asked} queries");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));

    for (part, reason) in NOT_FED {
        let is_asked = boards
            .iter()
            .flat_map(|board| &board.queries)
            .any(|query| query.expression.contains(part));
        assert!(is_asked, "`{part}` is not asked for any more ({reason})");
    }

    let tools = Board::read("tools", |text| {
        assert!(text.contains(RENAMED), "the board does not ask for it");
        text.replace(RENAMED, "tool_called_seconds")
    });
    let (_, found) = judge::judge(&stage.prometheus, &tools, excused).await;
    let is_noticed = found.iter().any(|line| line.contains("no series"));
    assert!(is_noticed, "a metric was renamed and nothing noticed");
}

#[tokio::test]
async fn nothing_sent_is_no_error() {
    let Some(stage) = Stage::idle().await else {
        return;
    };
    let mut answered = Vec::new();
    for board in Board::all() {
        for query in &board.queries {
            let expression = board.filled(&query.expression, &board.everything());
            // Panics with the server's words if it refuses.
            let answer = ask::run(&stage.prometheus, query, &expression).await;
            let is_known = ANSWERED_OF_NOTHING
                .iter()
                .any(|(panel, _)| *panel == query.panel);
            let made_up = answer
                .iter()
                .flat_map(|series| &series.points)
                .find(|(_, value)| !value.is_finite() || !is_known);
            answered.extend(made_up.map(|(_, value)| {
                format!("{}: {}: {value}: {expression}", board.name, query.panel)
            }));
        }
    }
    assert!(answered.is_empty(), "of nothing:\n{}", answered.join("\n"));
}
