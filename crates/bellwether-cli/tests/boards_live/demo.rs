//! The boards over the demo: its fleet, in a run with an incident, sends through the Collector, and every query of every
//! board is asked while it does, until it was answered once.
//!
//! A query that finds nothing is asked again; an answer that cannot be, such as a share above one, is wrong at once.
//! What a demo cannot show is listed in [`not_shown`], and a query on that list which is answered is as wrong as one
//! beside it that is not.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bellwether_testing::prometheus::Prometheus;
use tokio::task::spawn_blocking;

use super::board::{Board, Query, Windows};
use super::fixture::Marked;
use super::judge::{self, Choices, Problem};
use super::not_shown::{self, ACROSS_SERVICES, AT_TIMES, NEVER, WITHOUT_TRACES};
use super::stage::Stage;
use super::support::collector::spans;

/// Short enough that there is a range before the range, long enough for rates of what happens every few seconds.
const WINDOWS: Windows = Windows {
    range: 20,
    rate: 15,
};

/// How long the demo may take on a machine that has more to do.
const LIMIT: Duration = Duration::from_secs(240);

/// How long after its end the last points may take to arrive.
const AFTERWARDS: Duration = Duration::from_secs(15);

/// What is expected of a query.
#[derive(Clone, Copy)]
enum Expected {
    Answered,
    /// Never, with the reason.
    NotAnswered(&'static str),
    Either,
}

/// A query and what was last found wrong with it.
struct Asked<'a> {
    board: &'a Board,
    query: &'a Query,
    /// Variables that stay at all their values.
    without: &'static [&'static str],
    expected: Expected,
    problem: Option<String>,
    is_answered: bool,
    is_wrong: bool,
}

impl<'a> Asked<'a> {
    /// A query as it has to be asked: twice, if services are put together in it.
    fn of(board: &'a Board, query: &'a Query) -> Vec<Self> {
        let asked = |without, expected| Self {
            board,
            query,
            without,
            expected,
            problem: None,
            is_answered: false,
            is_wrong: false,
        };
        let found = |list| not_shown::find(list, board, query);
        if let Some(entry) = found(ACROSS_SERVICES) {
            let of_all = asked(&["job"], Expected::Answered);
            return vec![of_all, asked(&[], Expected::NotAnswered(entry.reason))];
        }
        let expected = match (found(NEVER), found(AT_TIMES)) {
            (Some(entry), _) => Expected::NotAnswered(entry.reason),
            (None, Some(_)) => Expected::Either,
            (None, None) => Expected::Answered,
        };
        vec![asked(&[], expected)]
    }

    fn is_settled(&self) -> bool {
        self.is_answered || self.is_wrong
    }

    fn is_missed(&self) -> bool {
        matches!(self.expected, Expected::Answered) && !self.is_settled()
    }

    fn take(&mut self, found: Option<Problem>) {
        match found {
            None => self.is_answered = true,
            Some(Problem::Missing(problem)) => self.problem = Some(problem),
            Some(Problem::Wrong(problem)) => {
                self.problem = Some(problem);
                self.is_wrong = true;
            }
        }
    }

    /// What is not as it should be, in the end.
    fn verdict(self) -> Option<String> {
        let is_expected = match self.expected {
            Expected::NotAnswered(reason) if self.is_answered => {
                let (
                    board,
                    Query {
                        panel, reference, ..
                    },
                ) = (&self.board.name, self.query);
                return Some(format!(
                    "{board}: panel `{panel}`, query {reference}: answered, but listed as not: {reason}"
                ));
            }
            Expected::Answered => self.is_answered,
            Expected::NotAnswered(_) | Expected::Either => !self.is_wrong,
        };
        self.problem.filter(|_| !is_expected)
    }
}

fn boards() -> Vec<Board> {
    let boards = Board::all().into_iter();
    boards.map(|board| board.within(WINDOWS)).collect()
}

#[tokio::test]
async fn the_demo_answers_every_query_that_a_demo_can() {
    let Some(stage) = Stage::ready("local,tail-sampling,grafana").await else {
        return;
    };
    let collector = stage.collector.as_ref().unwrap();
    let endpoint = format!("http://{}", collector.http);
    // This repository: enough to read that a budget can be spent on it.
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let demo = spawn_blocking(move || {
        let arguments = ["--incident", "--to", &endpoint];
        let mut demo = Marked::start_with(&dir, &arguments, |command| {
            let attributes = "deployment.environment.name=demo,service.namespace=fleet";
            command
                .env("OTEL_RESOURCE_ATTRIBUTES", attributes)
                .env("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf");
        });
        let ended = demo.wait(LIMIT);
        demo.assert_nothing_is_left(Duration::from_secs(5));
        ended
    });

    let boards = boards();
    let mut asked: Vec<Asked<'_>> = boards
        .iter()
        .flat_map(|board| board.queries.iter().map(move |query| (board, query)))
        .flat_map(|(board, query)| Asked::of(board, query))
        .collect();
    let mut ended = None;
    let mut rounds = 0;
    loop {
        if demo.is_finished() {
            ended.get_or_insert_with(Instant::now);
        }
        round(&stage.prometheus, &mut asked).await;
        rounds += 1;
        let waits = asked.iter().any(Asked::is_missed);
        if ended.is_some_and(|ended| !waits || ended.elapsed() > AFTERWARDS) {
            break;
        }
    }
    let (status, text) = demo.await.unwrap();
    assert_eq!(status.code(), Some(0), "{text}");

    let count = asked.len();
    assert!(count > 300, "only {count} queries");
    let are_answered = asked.iter().filter(|asked| asked.is_answered).count();
    println!("{count} queries, {are_answered} of them answered; {rounds} rounds");
    let wrong: Vec<String> = asked.into_iter().filter_map(Asked::verdict).collect();
    assert!(wrong.is_empty(), "{}\n{}", wrong.join("\n"), wrong.len());
    assert_eq!(not_shown::unknown(&boards), Vec::<String>::new());
    assert_exemplars_lead_to_traces(&stage, &boards).await;
}

/// Of the queries whose points lead to traces, those that do: an exemplar's trace is one that the Collector passed on.
async fn assert_exemplars_lead_to_traces(stage: &Stage, boards: &[Board]) {
    let written = stage.collector.as_ref().unwrap().written("traces");
    let spans = spans(&written).into_iter();
    let traces: BTreeSet<&str> = spans.filter_map(|span| span["traceId"].as_str()).collect();
    let end = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs()
        + 1;
    let (start, end) = ((end - 600).to_string(), end.to_string());
    let (mut asked, mut wrong) = (0, Vec::new());
    for board in boards {
        for query in board.queries.iter().filter(|query| query.exemplar) {
            asked += 1;
            let expression = board.filled(&query.expression, &board.everything());
            let parameters = [
                ("query", expression.as_str()),
                ("start", &start),
                ("end", &end),
            ];
            let found = stage.prometheus.api("query_exemplars", &parameters).await;
            let series = found.as_array().into_iter().flatten();
            let leads = series
                .flat_map(|series| series["exemplars"].as_array().into_iter().flatten())
                .filter_map(|exemplar| exemplar["labels"]["trace_id"].as_str())
                .any(|trace| traces.contains(trace));
            let found = |list| not_shown::find(list, board, query).is_some();
            let is_expected = !found(NEVER) && !found(WITHOUT_TRACES);
            if leads != is_expected {
                let (name, panel) = (&board.name, &query.panel);
                let reference = &query.reference;
                wrong.push(format!(
                    "{name}: `{panel}` {reference} leads to a trace: {leads}"
                ));
            }
        }
    }
    println!("{asked} queries have exemplars");
    assert!(asked > 5, "only {asked} queries ask for exemplars");
    assert!(wrong.is_empty(), "{wrong:#?} of {} traces", traces.len());
}

/// Asks once what was not answered yet.
async fn round(prometheus: &Prometheus, asked: &mut [Asked<'_>]) {
    let mut choices: BTreeMap<&str, Choices> = BTreeMap::new();
    for asked in asked.iter_mut().filter(|asked| !asked.is_settled()) {
        let board = asked.board;
        if !choices.contains_key(board.name.as_str()) {
            choices.insert(&board.name, Choices::of(prometheus, board).await);
        }
        let found = judge::of_query(
            prometheus,
            board,
            asked.query,
            &choices[board.name.as_str()],
            asked.without,
        );
        asked.take(found.await);
    }
}
