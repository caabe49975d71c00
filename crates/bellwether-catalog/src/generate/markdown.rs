//! `metrics.md`: what a person looks up, a table a family.

use std::fmt::Write as _;

use super::{Options, families, family, recorders};
use crate::alert::{Alert, Condition, Grouping, Measure};
use crate::model::{AttributeRef, Bound, Metric, Registry, Values};

pub(super) fn render(registry: &Registry, options: &Options) -> String {
    let mut text = format!(
        "<!-- Generated from the metrics registry. Change the registry and generate again. -->\n\n# {}\n\n\
         {} metrics. Types are those Prometheus shows; an up-down counter is a gauge there. \
         `every` is the class of collection interval in seconds. A label is closed (its values are listed \
         below) or open: `≤ n` keeps the first n values and calls the rest `_other`, `live` keeps what is alive. \
         A label with `?` may be absent.\n",
        options.title,
        registry.metrics.len()
    );
    for family_name in families(registry) {
        let metrics: Vec<&Metric> = registry
            .metrics
            .iter()
            .filter(|metric| family(&metric.location.file) == family_name)
            .collect();
        table(&mut text, registry, family_name, &metrics);
    }
    renamed(&mut text, registry);
    closed_labels(&mut text, registry);
    recorder_table(&mut text, registry);
    alerts(&mut text, registry);
    signals(&mut text, registry);
    if !options.appendix.is_empty() {
        let _ = write!(text, "\n{}", options.appendix);
    }
    text
}

fn table(text: &mut String, registry: &Registry, family: &str, metrics: &[&Metric]) {
    let _ = write!(
        text,
        "\n## {family}\n\n| Metric | Type | Unit | Labels | Every | Recorder | Meaning |\n|---|---|---|---|---|---|---|\n"
    );
    for metric in metrics {
        let kind = match metric.instrument.prometheus_type() {
            "gauge" if metric.instrument.as_str() == "updowncounter" => "gauge (up-down counter)",
            kind => kind,
        };
        let labels: Vec<String> = metric
            .attributes
            .iter()
            .map(|reference| label(registry, reference))
            .collect();
        let mut meaning = metric.brief.clone();
        if let Some(switch) = &metric.switch {
            let _ = write!(meaning, " Switch `{switch}`.");
        }
        if !metric.note.is_empty() {
            let _ = write!(meaning, " {}", metric.note);
        }
        if !metric.buckets.is_empty() {
            let buckets: Vec<String> = metric.buckets.iter().map(ToString::to_string).collect();
            let _ = write!(meaning, " Buckets: {}.", buckets.join(", "));
        }
        let recorder = metric
            .recorder
            .as_ref()
            .map(|recorder| format!("`{recorder}`"))
            .unwrap_or_default();
        let _ = writeln!(
            text,
            "| `{}` | {kind} | `{}` | {} | {} | {recorder} | {} |",
            metric.name,
            cell(&metric.unit),
            labels.join(", "),
            metric.interval,
            cell(&meaning)
        );
    }
}

fn label(registry: &Registry, reference: &AttributeRef) -> String {
    let optional = if reference.required { "" } else { "?" };
    match registry.values(reference) {
        Some(Values::Closed(set)) => format!("`{}`{optional} {}", reference.key, set.name),
        Some(Values::Open(Bound::Limit(limit))) => {
            format!("`{}`{optional} ≤ {limit}", reference.key)
        }
        Some(Values::Open(Bound::Live)) => format!("`{}`{optional} live", reference.key),
        None => format!("`{}`{optional}", reference.key),
    }
}

/// A cell ends at a bar and at the end of the line.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

fn renamed(text: &mut String, registry: &Registry) {
    let differ = registry.metrics.iter().filter(|metric| {
        metric.name != metric.prometheus || metric.name != metric.prometheus_without_suffixes
    });
    let rows: Vec<&Metric> = differ.collect();
    if rows.is_empty() {
        return;
    }
    text.push_str(
        "\n## Names in Prometheus\n\nEvery other metric keeps its name, through `/metrics` and through OTLP with and without suffix \
         translation; these change. A query that has to hold on servers of both kinds names both, as in \
         `{__name__=~\"ONE|OTHER\"}`.\n\n| Metric | Without suffixes | With suffixes |\n|---|---|---|\n",
    );
    for metric in rows {
        let _ = writeln!(
            text,
            "| `{}` | `{}` | `{}` |",
            metric.name, metric.prometheus_without_suffixes, metric.prometheus
        );
    }
}

fn closed_labels(text: &mut String, registry: &Registry) {
    text.push_str("\n## Closed labels\n\n| Enum | Label | Values |\n|---|---|---|\n");
    for attribute in &registry.attributes {
        if let Some(name) = &attribute.enum_name {
            let values: Vec<String> = attribute
                .members
                .iter()
                .map(|member| format!("`{}`", member.value))
                .collect();
            let _ = writeln!(
                text,
                "| `{name}` | `{}` | {} |",
                attribute.key,
                values.join(", ")
            );
        }
        for set in &attribute.sets {
            let values: Vec<String> = set
                .members
                .iter()
                .map(|value| format!("`{value}`"))
                .collect();
            let _ = writeln!(
                text,
                "| `{}` | `{}` | {} |",
                set.name,
                attribute.key,
                values.join(", ")
            );
        }
    }
}

fn recorder_table(text: &mut String, registry: &Registry) {
    text.push_str(
        "\n## Recorders\n\nOne call of a recorder feeds all of its metrics that are switched on.\n\n\
         | Recorder | Inputs | Metrics |\n|---|---|---|\n",
    );
    for recorder in recorders(registry) {
        let inputs: Vec<String> = recorder
            .inputs
            .iter()
            .map(|(name, _)| format!("`{name}`"))
            .collect();
        let metrics: Vec<String> = recorder
            .metrics
            .iter()
            .map(|name| format!("`{name}`"))
            .collect();
        let _ = writeln!(
            text,
            "| `{}` | {} | {} |",
            recorder.name,
            inputs.join(", "),
            metrics.join(", ")
        );
    }
}

fn alerts(text: &mut String, registry: &Registry) {
    let mut rows = String::new();
    for metric in &registry.metrics {
        for alert in &metric.alerts {
            let _ = writeln!(
                rows,
                "| {} | {} | {} {} | {} s | {} s | {} | {} |",
                cell(&alert.title),
                measured(metric, alert),
                comparison(alert),
                alert.threshold,
                alert.window,
                alert.duration,
                alert.severity,
                cell(&alert.summary)
            );
        }
    }
    if !rows.is_empty() {
        let head = "\n## Alerts\n\n| Alert | Measures | Fires | Window | For | Severity | Summary |\n|---|---|---|---|---|---|---|\n";
        let _ = write!(text, "{head}{rows}");
    }
}

fn measured(metric: &Metric, alert: &Alert) -> String {
    let name = &metric.name;
    let what = match &alert.measure {
        Measure::Value => format!("`{name}`"),
        Measure::OverTime(function) => format!("{} of `{name}`", function.as_str()),
        Measure::RatePerSecond => format!("`{name}` a second"),
        Measure::RatePerMinute => format!("`{name}` a minute"),
        Measure::Increase => format!("increase of `{name}`"),
        Measure::Delta => format!("difference of `{name}`"),
        Measure::Quantile(quantile) => format!("`{name}` p{}", quantile * 100.0),
        Measure::RateRatio(of) => format!("rate of `{name}` / rate of `{of}`"),
        Measure::Fraction(of) => format!("`{name}` / `{of}`"),
        Measure::Absent => format!("absence of `{name}`"),
    };
    let Some(aggregate) = &alert.aggregate else {
        return what;
    };
    let word = match &aggregate.grouping {
        Grouping::By(_) => "by",
        Grouping::Without(_) => "without",
    };
    let labels: Vec<String> = aggregate
        .grouping
        .labels()
        .iter()
        .map(|label| format!("`{label}`"))
        .collect();
    format!(
        "{what}, {} {word} {}",
        aggregate.aggregation.as_str(),
        labels.join(", ")
    )
}

const fn comparison(alert: &Alert) -> &'static str {
    match alert.condition {
        Condition::Gt => ">",
        Condition::Lt => "<",
        Condition::Eq => "=",
        Condition::Gte => "≥",
        Condition::Lte => "≤",
        Condition::Ne => "≠",
        Condition::Inside => "from",
        Condition::Outside => "outside",
    }
}

fn signals(text: &mut String, registry: &Registry) {
    if !registry.spans.is_empty() {
        text.push_str(
            "\n## Spans\n\n| Span | Kind | Name | Attributes | Meaning |\n|---|---|---|---|---|\n",
        );
    }
    for span in &registry.spans {
        let (attributes, brief) = (attributes(&span.attributes), cell(&span.brief));
        let _ = writeln!(
            text,
            "| `{}` | {} | `{}` | {attributes} | {brief} |",
            span.name,
            span.kind,
            cell(&span.name_format)
        );
    }
    if !registry.events.is_empty() {
        text.push_str("\n## Events\n\n| Event | Attributes | Meaning |\n|---|---|---|\n");
    }
    for event in &registry.events {
        let _ = writeln!(
            text,
            "| `{}` | {} | {} |",
            event.name,
            attributes(&event.attributes),
            cell(&event.brief)
        );
    }
}

fn attributes(references: &[AttributeRef]) -> String {
    let names = references.iter().map(|reference| {
        format!(
            "`{}`{}",
            reference.key,
            if reference.required { "" } else { "?" }
        )
    });
    names.collect::<Vec<_>>().join(", ")
}
