//! Metrics: the list, values, statistics.

use std::time::Duration;

use bellwether_backend::query::{
    self, Aggregation, Kind, LabelFilter, Limits, MetricAnswer, MetricQuery, Spread,
};
use clap::Args;
use serde_json::json;

use super::sparkline::sparkline;
use super::table::{labels, number, plain, table};
use super::{Context, Period, failed, parse_filter, when};
use crate::exit::{Exit, Failure};

/// Metrics in a list: more than any service has.
const METRICS: usize = 10_000;
/// Characters of a sparkline, about.
const STRETCHES: i64 = 40;

#[derive(Debug, Args)]
pub(super) struct QueryArguments {
    /// Name of the metric
    metric: String,

    /// Conditions on labels, all of them: a=b, a!=b, a=~regex, a!~regex; `service` is the service
    #[arg(long, alias = "label", value_name = "LABEL=VALUE", value_delimiter = ',', value_parser = parse_filter)]
    labels: Vec<LabelFilter>,

    #[command(flatten)]
    period: Period,

    /// sum, avg, min, max, count, last, rate, or a percentile such as p95; values as they are stored without it
    #[arg(long, short, value_name = "HOW", value_parser = parse_aggregation)]
    aggregation: Option<Aggregation>,

    /// One value for each stretch of this length
    #[arg(long, value_name = "LENGTH", value_parser = when::parse_length, requires = "aggregation")]
    interval: Option<Duration>,

    /// Labels that keep series apart in an aggregation
    #[arg(
        long,
        value_name = "LABEL",
        value_delimiter = ',',
        requires = "aggregation"
    )]
    by: Vec<String>,

    /// The mean of each value and those before it, so many in all
    #[arg(long, value_name = "VALUES", value_parser = clap::value_parser!(u32).range(1..))]
    moving_average: Option<u32>,

    /// Only values further than so many standard deviations from the mean
    #[arg(long, value_name = "DEVIATIONS", num_args = 0..=1, default_missing_value = "3", conflicts_with = "moving_average")]
    anomalies: Option<f64>,

    /// Measure anomalies from the median, in median deviations
    #[arg(long, requires = "anomalies")]
    robust: bool,

    /// Values at most, the newest
    #[arg(long, default_value_t = 100)]
    limit: usize,
}

#[derive(Debug, Args)]
pub(super) struct StatsArguments {
    /// Name of the metric
    metric: String,

    /// Conditions on labels, all of them
    #[arg(long, alias = "label", value_name = "LABEL=VALUE", value_delimiter = ',', value_parser = parse_filter)]
    labels: Vec<LabelFilter>,

    #[command(flatten)]
    period: Period,
}

fn parse_aggregation(text: &str) -> Result<Aggregation, String> {
    text.parse().map_err(|error| format!("{error}"))
}

pub(super) fn list(context: &Context<'_>) -> Result<Exit, Failure> {
    let limits = Limits {
        rows: METRICS,
        ..Limits::default()
    };
    let found = query::list_metrics(&context.store, limits).map_err(|error| failed(&error))?;
    if context.is_json {
        return context.json(&found);
    }
    if found.rows.is_empty() {
        context.terminal.line("no metrics are stored");
        return Ok(Exit::OK);
    }
    let rows: Vec<Vec<String>> = found
        .rows
        .iter()
        .map(|metric| {
            vec![
                plain(&metric.name),
                metric.kind.to_string(),
                plain(&metric.unit),
                metric.series.to_string(),
                metric.newest.map(when::time).unwrap_or_default(),
            ]
        })
        .collect();
    let headings = ["METRIC", "KIND", "UNIT", ">SERIES", "NEWEST"];
    context
        .terminal
        .line(&table(context.terminal.style(), &headings, &rows));
    Ok(Exit::OK)
}

pub(super) fn query(context: &Context<'_>, arguments: &QueryArguments) -> Result<Exit, Failure> {
    let question = MetricQuery {
        labels: arguments.labels.clone(),
        range: arguments.period.range(),
        aggregation: arguments.aggregation,
        interval: arguments.interval,
        by: arguments.by.clone(),
        ..MetricQuery::new(&arguments.metric)
    };
    let mut answer = query::metrics(&context.store, &question).map_err(|error| failed(&error))?;
    for series in &mut answer.series {
        if let Some(window) = arguments.moving_average {
            series.samples = query::moving_average(&series.samples, window as usize);
        }
        if let Some(threshold) = arguments.anomalies {
            let spread = if arguments.robust {
                Spread::Median
            } else {
                Spread::Deviation
            };
            let found = query::detect_anomalies(&series.samples, threshold, spread);
            series.samples = found.into_iter().map(|anomaly| anomaly.sample).collect();
        }
    }
    answer.series.retain(|series| !series.samples.is_empty());
    let is_cut_here = keep_newest(&mut answer, arguments.limit);
    context.warn_if_left_out(answer.left_out);
    if answer.is_cut {
        context.terminal.warning(&format!(
            "{}: more than {} readings; the newest are missing, --since asks for fewer",
            arguments.metric, question.limits.rows
        ));
    }
    if context.is_json {
        answer.is_cut |= is_cut_here;
        return context.json(&answer);
    }
    if answer.series.is_empty() {
        context.terminal.line(&nothing(&answer, &arguments.metric));
        return Ok(Exit::OK);
    }
    let mut rows: Vec<(i64, Vec<String>)> = Vec::new();
    for series in &answer.series {
        for sample in &series.samples {
            let row = vec![
                when::time(sample.time),
                number(sample.value),
                labels(&series.labels),
            ];
            rows.push((sample.time, row));
        }
    }
    rows.sort_by_key(|(time, _)| *time);
    let rows: Vec<Vec<String>> = rows.into_iter().map(|(_, row)| row).collect();
    context.terminal.line(&table(
        context.terminal.style(),
        &["TIME", ">VALUE", "LABELS"],
        &rows,
    ));
    context.warn_if_cut(is_cut_here, rows.len());
    Ok(Exit::OK)
}

/// Leaves the newest `limit` values of all series; says whether there were more.
fn keep_newest(answer: &mut MetricAnswer, limit: usize) -> bool {
    let mut places: Vec<(i64, usize, usize)> = Vec::new();
    for (series, held) in answer.series.iter().enumerate() {
        places.extend(
            held.samples
                .iter()
                .enumerate()
                .map(|(at, s)| (s.time, series, at)),
        );
    }
    let Some(more) = places.len().checked_sub(limit).filter(|more| *more > 0) else {
        return false;
    };
    places.sort_unstable();
    let mut dropped = vec![0; answer.series.len()];
    for (_, series, _) in &places[..more] {
        dropped[*series] += 1;
    }
    for (series, dropped) in answer.series.iter_mut().zip(dropped) {
        series.samples.drain(..dropped);
    }
    answer.series.retain(|series| !series.samples.is_empty());
    true
}

fn nothing(answer: &MetricAnswer, metric: &str) -> String {
    match answer.kind {
        None => format!(
            "no metric {metric} is stored; `bellwether telemetry metrics` lists those that are"
        ),
        Some(_) => format!("{metric} is stored, but no value of it matches"),
    }
}

pub(super) fn stats(context: &Context<'_>, arguments: &StatsArguments) -> Result<Exit, Failure> {
    let question = MetricQuery {
        labels: arguments.labels.clone(),
        range: arguments.period.range(),
        ..MetricQuery::new(&arguments.metric)
    };
    let store = &context.store;
    let found = query::stats(store, &question).map_err(|error| failed(&error))?;
    if context.is_json {
        return context.json(&json!({"metric": arguments.metric, "stats": found}));
    }
    let Some(stats) = found else {
        let none = MetricQuery {
            range: i64::MAX - 1..i64::MAX,
            ..question
        };
        let answer = query::metrics(store, &none).map_err(|error| failed(&error))?;
        context.terminal.line(&nothing(&answer, &arguments.metric));
        return Ok(Exit::OK);
    };
    context.warn_if_left_out(stats.left_out);
    let summary = stats.summary;
    let row = [
        summary.min,
        summary.max,
        summary.avg,
        summary.p50,
        summary.p95,
        summary.p99,
    ]
    .map(number);
    let mut cells = vec![summary.count.to_string()];
    cells.extend(row);
    let headings = [">COUNT", ">MIN", ">MAX", ">AVG", ">P50", ">P95", ">P99"];
    context
        .terminal
        .line(&table(context.terminal.style(), &headings, &[cells]));
    if let Some(course) = course(context, &question)? {
        context.terminal.line(&format!("\n{course}"));
    }
    Ok(Exit::OK)
}

/// How a metric went over its time: means of gauges and histograms, rates of counters. None where there is no time to speak of.
fn course(context: &Context<'_>, question: &MetricQuery) -> Result<Option<String>, Failure> {
    let ask = |question: &MetricQuery| {
        query::metrics(&context.store, question).map_err(|error| failed(&error))
    };
    let raw = ask(question)?;
    let times = || raw.series.iter().flat_map(|series| &series.samples);
    let first = times().map(|sample| sample.time).min();
    let last = times().map(|sample| sample.time).max();
    let (Some(first), Some(last)) = (first, last) else {
        return Ok(None);
    };
    let width = last.saturating_sub(first) / STRETCHES + 1;
    if width <= 1 {
        return Ok(None);
    }
    let (what, aggregation) = match raw.kind {
        Some(Kind::Counter) => ("per second", Aggregation::Rate),
        _ => ("mean", Aggregation::Avg),
    };
    let answer = ask(&MetricQuery {
        aggregation: Some(aggregation),
        interval: Some(Duration::from_nanos(width.cast_unsigned())),
        ..question.clone()
    })?;
    let samples = answer.series.first().map_or(&[][..], |s| &s.samples);
    let from = first.div_euclid(width);
    let values: Vec<Option<f64>> = (from..=last.div_euclid(width))
        .map(|at| {
            let found = samples.iter().find(|s| s.time.div_euclid(width) == at);
            found.map(|sample| sample.value)
        })
        .collect();
    Ok(Some(format!(
        "{what}  {}  {} to {}",
        sparkline(&values),
        when::time(first),
        when::time(last)
    )))
}
