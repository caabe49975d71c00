//! Duration, hysteresis, missing data, errors, and what is told.

use std::time::Duration;

use super::support::{Bench, Sample, sample, told};
use crate::alerts::{MAX_SERIES_PER_RULE, NoticeKind, Resolution, State};

const FIRING: NoticeKind = NoticeKind::Firing;
const RECOVERED: NoticeKind = NoticeKind::Resolved(Resolution::Recovered);

/// A rule on the depth of queues that fires at once; `more` goes into it.
fn depth_rule(more: &str) -> String {
    format!(
        "  - {{name: Deep, metric: wundr_queue_depth, measure: value, condition: gt, threshold: 100, for: 0, severity: info, \
         summary: '{{{{ $labels.queue_name }}}} holds {{{{ $value }}}}'{more}}}\n"
    )
}

fn depth(value: f64) -> Vec<Sample> {
    vec![sample("wundr_queue_depth", &[("queue_name", "a")], value)]
}

/// The kinds told at each step, for these values.
fn kinds(bench: &mut Bench, values: &[f64]) -> Vec<Vec<NoticeKind>> {
    values
        .iter()
        .map(|value| {
            let outcome = bench.step(&depth(*value));
            told(&outcome).into_iter().map(|(_, kind)| kind).collect()
        })
        .collect()
}

#[test]
fn without_duration_it_fires_at_once_and_is_told_with_labels_and_value() {
    let mut bench = Bench::rules(&depth_rule(", labels: {team: media}"));
    let outcome = bench.step(&depth(101.5));
    let [notice] = outcome.notices.as_slice() else {
        panic!("{outcome:?}")
    };
    assert_eq!(notice.summary(), "a holds 101.5");
    assert_eq!(
        notice.labels.to_string(),
        r#"{alertname="Deep", queue_name="a", severity="info", team="media"}"#
    );
    assert_eq!(notice.fired_at, bench.now() - Duration::from_secs(30));
    let changes: Vec<(State, State)> = outcome
        .transitions
        .iter()
        .map(|change| (change.from, change.to))
        .collect();
    assert_eq!(
        changes,
        [
            (State::Inactive, State::Pending),
            (State::Pending, State::Firing)
        ]
    );
}

#[test]
fn the_condition_must_hold_at_every_evaluation() {
    let mut bench = Bench::rules(&depth_rule("").replace("for: 0", "for: 90s"));
    let deep = [101.0, 101.0, 101.0, 99.0, 101.0, 101.0, 101.0, 101.0];
    let told = kinds(&mut bench, &deep);
    let quiet: Vec<NoticeKind> = Vec::new();
    let mut expected = vec![quiet; 7];
    expected.push(vec![FIRING]);
    assert_eq!(told, expected);
}

#[test]
fn a_clear_threshold_keeps_it_until_the_value_is_behind() {
    let mut bench = Bench::rules(&depth_rule(", clear: 80"));
    assert_eq!(
        kinds(&mut bench, &[90.0, 101.0, 90.0, 81.0, 80.0, 90.0]),
        [
            vec![],
            vec![FIRING],
            vec![],
            vec![],
            vec![RECOVERED],
            vec![]
        ]
    );
}

#[test]
fn kept_firing_it_resolves_only_after_the_time_and_the_peak_is_told() {
    let mut bench = Bench::rules(&depth_rule(", keep_firing_for: 60s"));
    let told = kinds(&mut bench, &[150.0, 1.0, 120.0, 1.0, 1.0]);
    assert_eq!(told, [vec![FIRING], vec![], vec![], vec![], vec![]]);
    let outcome = bench.step(&depth(1.0));
    assert_eq!(outcome.notices[0].kind, RECOVERED);
    assert!((outcome.notices[0].peak - 150.0).abs() < 1e-9);
    assert_eq!(
        outcome.notices[0].duration(),
        Some(Duration::from_secs(150))
    );
}

#[test]
fn a_series_that_has_gone_resolves_and_says_so() {
    let mut bench = Bench::rules(&depth_rule(""));
    bench.step(&depth(101.0));
    let outcome = bench.step(&[]);
    let gone = NoticeKind::Resolved(Resolution::NoData);
    assert_eq!(told(&outcome), [("Deep", gone)]);
}

#[test]
fn kept_without_data_it_fires_on_and_tells_once_that_data_are_missing() {
    let mut bench = Bench::rules(&depth_rule(", no_data: keep"));
    bench.step(&depth(101.0));
    let kinds: Vec<usize> = (0..5).map(|_| bench.step(&[]).notices.len()).collect();
    assert_eq!(kinds, [0, 1, 0, 0, 0]);
    assert_eq!(bench.state("Deep"), State::Firing);
    assert!(bench.engine.status()[0].instances[0].is_missing);
    assert_eq!(told(&bench.step(&depth(1.0))), [("Deep", RECOVERED)]);
}

#[test]
fn pending_without_data_it_does_not_fire() {
    let rule = depth_rule(", no_data: keep").replace("for: 0", "for: 60s");
    let mut bench = Bench::rules(&rule);
    bench.step(&depth(101.0));
    for _ in 0..5 {
        bench.step(&[]);
        assert_eq!(bench.state("Deep"), State::Pending);
    }
}

#[test]
fn absence_can_be_the_alert() {
    let mut bench = Bench::rules(&depth_rule(", no_data: alert"));
    assert_eq!(told(&bench.step(&[])), [("Deep", FIRING)]);
    assert_eq!(told(&bench.step(&depth(1.0))).len(), 1);
    let rule = "  - {name: Gone, metric: wundr_queue_depth, where: {queue_name: a}, measure: absent, for: 0, severity: info, summary: S}\n";
    let mut bench = Bench::rules(rule);
    assert!(bench.step(&depth(1.0)).notices.is_empty());
    let outcome = bench.step(&[sample("wundr_queue_depth", &[("queue_name", "b")], 1.0)]);
    assert_eq!(outcome.notices[0].labels.get("queue_name"), Some("a"));
}

#[test]
fn a_failed_evaluation_does_what_the_alert_says() {
    let outcomes = ["keep", "resolve", "alert"].map(|policy| {
        let mut bench = Bench::rules(&depth_rule(&format!(", on_error: {policy}")));
        bench.step(&depth(101.0));
        let outcome = bench
            .engine
            .fail(bench.now(), "the collection took too long");
        let status = &bench.engine.status()[0];
        assert_eq!(
            status.last_error.as_deref(),
            Some("the collection took too long")
        );
        let kinds: Vec<NoticeKind> = told(&outcome).iter().map(|(_, kind)| *kind).collect();
        (kinds, status.state)
    });
    assert_eq!(
        outcomes,
        [
            (vec![], State::Firing),
            (
                vec![NoticeKind::Resolved(Resolution::Error)],
                State::Inactive
            ),
            (vec![FIRING], State::Firing),
        ]
    );
}

#[test]
fn it_is_told_again_at_intervals_unless_acknowledged() {
    let mut bench = Bench::rules(&depth_rule(", repeat: 60s"));
    let repeated = NoticeKind::Repeated;
    assert_eq!(
        kinds(&mut bench, &[101.0; 5]),
        [vec![FIRING], vec![], vec![repeated], vec![], vec![repeated]]
    );
    let until = bench.now() + Duration::from_secs(65);
    let labels = [("queue_name", "a")];
    assert!(bench.engine.acknowledge("Deep", &labels, until));
    assert_eq!(
        kinds(&mut bench, &[101.0; 4]),
        [vec![], vec![], vec![], vec![repeated]]
    );
}

#[test]
fn silenced_it_is_told_when_the_silence_ends_if_it_still_fires() {
    let mut bench = Bench::rules(&depth_rule(""));
    let until = bench.now() + Duration::from_secs(65);
    let labels = [("queue_name", "a")];
    assert!(bench.engine.silence("Deep", &labels, until));
    assert!(!bench.engine.silence("Shallow", &labels, until));
    assert_eq!(
        kinds(&mut bench, &[101.0, 1.0, 101.0, 101.0]),
        [vec![], vec![], vec![], vec![FIRING]]
    );
    assert_eq!(bench.state("Deep"), State::Firing);
}

#[test]
fn switched_off_it_resolves_and_stays_quiet() {
    let mut bench = Bench::rules(&depth_rule(""));
    bench.step(&depth(101.0));
    assert!(bench.engine.set_enabled("Deep", false));
    let disabled = NoticeKind::Resolved(Resolution::Disabled);
    assert_eq!(kinds(&mut bench, &[101.0, 101.0]), [vec![disabled], vec![]]);
    bench.engine.set_enabled("Deep", true);
    assert_eq!(kinds(&mut bench, &[101.0]), [vec![FIRING]]);
}

#[test]
fn one_that_flaps_is_told_once_more_when_that_ends() {
    let mut bench = Bench::rules(&depth_rule(""));
    let mut notices = Vec::new();
    let mut suppressed = 0;
    for step in 0..60 {
        let value = if step < 20 && step % 2 == 0 {
            101.0
        } else {
            1.0
        };
        let outcome = bench.step(&depth(value));
        suppressed += outcome.suppressed;
        notices.extend(outcome.notices.into_iter().map(|it| (step, it)));
    }
    let firing: Vec<usize> = notices
        .iter()
        .filter(|(_, it)| it.kind == FIRING)
        .map(|(step, _)| *step)
        .collect();
    assert_eq!(firing, [0, 2, 4, 6]);
    let flapping: Vec<usize> = notices
        .iter()
        .filter(|(_, it)| it.is_flapping)
        .map(|(step, _)| *step)
        .collect();
    assert_eq!(flapping, [6]);
    let (last, notice) = notices.last().unwrap();
    assert_eq!((*last, notice.kind), (39, RECOVERED));
    assert_eq!(suppressed, 6 + 7);
}

#[test]
fn label_sets_have_a_state_each() {
    let mut bench = Bench::rules(&depth_rule(""));
    let of = |name, value| sample("wundr_queue_depth", &[("queue_name", name)], value);
    let outcome = bench.step(&[of("a", 101.0), of("b", 1.0), of("c", 200.0)]);
    let names: Vec<Option<&str>> = outcome
        .notices
        .iter()
        .map(|it| it.labels.get("queue_name"))
        .collect();
    assert_eq!(names, [Some("a"), Some("c")]);
    let outcome = bench.step(&[of("a", 1.0), of("b", 101.0), of("c", 200.0)]);
    assert_eq!(told(&outcome), [("Deep", RECOVERED), ("Deep", FIRING)]);
}

#[test]
fn series_beyond_the_bound_are_counted_and_left_out() {
    let mut bench = Bench::rules(&depth_rule(""));
    let names: Vec<String> = (0..MAX_SERIES_PER_RULE + 7)
        .map(|i| format!("q{i}"))
        .collect();
    let samples: Vec<Sample> = names
        .iter()
        .map(|name| sample("wundr_queue_depth", &[("queue_name", name)], 101.0))
        .collect();
    let outcome = bench.step(&samples);
    assert_eq!(outcome.notices.len(), MAX_SERIES_PER_RULE);
    let status = &bench.engine.status()[0];
    assert_eq!(status.series_overflow, 7);
    assert!(status.to_string().contains("7 points left out"));
}

#[test]
fn what_is_no_number_never_matches() {
    for condition in ["gt", "lt", "gte", "lte", "ne", "eq"] {
        let rule = depth_rule("").replace("condition: gt", &format!("condition: {condition}"));
        let mut bench = Bench::rules(&rule);
        assert!(
            bench.step(&depth(f64::NAN)).notices.is_empty(),
            "{condition}"
        );
    }
}

#[test]
fn the_status_explains_why_it_is_pending() {
    let mut bench = Bench::rules(&depth_rule("").replace("for: 0", "for: 5m"));
    bench.step(&depth(120.0));
    bench.step(&depth(130.0));
    assert_eq!(
        bench.engine.status()[0].to_string(),
        "Deep (info): pending\n  pending {alertname=\"Deep\", queue_name=\"a\", severity=\"info\"}: 130, for 30 s, fires in 270 s"
    );
}

/// The page's rule file is one that a user can take.
#[test]
fn the_rule_file_of_the_page_is_sound() {
    let page = include_str!("../../../../../docs/alerts.md");
    let text = page
        .split("```yaml\n")
        .nth(1)
        .unwrap()
        .split("```")
        .next()
        .unwrap();
    let file = bellwether_catalog::RuleFile::parse("alerts.md", text, super::support::catalog())
        .unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(file.rules.len(), 2);
}
