//! An alert in words.

use std::collections::BTreeMap;

use bellwether::config::{AlertSettings, Setting};
use bellwether_catalog::prometheus::label_name;
use bellwether_catalog::{
    Action, Alert, Condition, Measure, NoData, OnError, Registry, Watched, promql,
};

/// What it watches, when it fires, what happens then, and the same in PromQL.
pub(super) fn alert(
    alert: &Alert,
    metrics: &BTreeMap<String, Watched>,
    catalog: &Registry,
) -> String {
    let mut lines = vec![format!(
        "{} ({}): {}",
        alert.name, alert.severity, alert.title
    )];
    let mut line = |what: &str, text: &str| lines.push(format!("  {what:<9} {text}"));
    let brief = catalog.metric(&alert.metric).map(|it| it.brief.as_str());
    line(
        "watches",
        &format!(
            "{} {}",
            alert.metric,
            brief.unwrap_or("(declared in the rule file)")
        ),
    );
    line("measures", &measured(alert));
    line("fires", &fires(alert));
    line("resolves", &resolves(alert));
    if let Some(watched) = metrics.get(&alert.metric) {
        line("states", &states(alert, watched));
    }
    line("no data", no_data(alert.no_data));
    line("error", on_error(alert.on_error));
    line("told by", &told(alert));
    line("says", &alert.summary);
    if let Some(watched) = metrics.get(&alert.metric) {
        let of = alert.measure.of().and_then(|name| metrics.get(name));
        line("PromQL", &promql(alert, watched, of));
    }
    line("defined", &alert.location.to_string());
    lines.join("\n")
}

/// The settings of this environment, which hold for all alerts. Holds no secrets.
pub(super) fn surroundings(settings: &AlertSettings) -> String {
    let path = settings.rules_file.as_ref();
    let is_set = |is_set: bool| if is_set { "set" } else { "-" };
    let from =
        |name: &str, value: String, origin: String| format!("  {name:<14} {value} ({origin})");
    [
        "In this environment:".to_owned(),
        from(
            "evaluated",
            shown(&settings.enabled),
            origin(&settings.enabled),
        ),
        from(
            "every",
            format!("{:?}", *settings.interval),
            origin(&settings.interval),
        ),
        from(
            "rule file",
            path.map_or_else(|| "-".to_owned(), |path| path.display().to_string()),
            origin(&settings.rules_file),
        ),
        from(
            "webhook",
            is_set(settings.webhook_url.is_some()).to_owned(),
            origin(&settings.webhook_url),
        ),
    ]
    .join("\n")
}

fn shown(setting: &Setting<bool>) -> String {
    if **setting { "yes" } else { "no" }.to_owned()
}

fn origin<T>(setting: &Setting<T>) -> String {
    setting.origin().to_string()
}

fn time(seconds: u32) -> String {
    match seconds {
        0 => "0 s".to_owned(),
        _ if seconds.is_multiple_of(3_600) => format!("{} h", seconds / 3_600),
        _ if seconds.is_multiple_of(60) => format!("{} min", seconds / 60),
        _ => format!("{seconds} s"),
    }
}

fn measured(alert: &Alert) -> String {
    let window = time(alert.window);
    let what = match &alert.measure {
        Measure::Value => "the newest value".to_owned(),
        Measure::OverTime(function) => format!("the {} of {window}", function.as_str()),
        Measure::RatePerSecond => format!("the increase a second, over {window}"),
        Measure::RatePerMinute => format!("the increase a minute, over {window}"),
        Measure::Increase => format!("the increase over {window}"),
        Measure::Delta => format!("the difference over {window}"),
        Measure::Quantile(share) => format!("the p{} of {window}", share * 100.0),
        Measure::RateRatio(of) => format!("its rate divided by that of {of}, over {window}"),
        Measure::Fraction(of) => format!("its share of {of}"),
        Measure::Absent => "whether it has no sample".to_owned(),
    };
    let matchers: Vec<String> = alert
        .selector
        .iter()
        .map(|matcher| {
            let is = if matcher.negated { "is not" } else { "is" };
            format!("{} {is} {}", matcher.label, matcher.values.join(" or "))
        })
        .collect();
    if matchers.is_empty() {
        return what;
    }
    format!("{what}, where {}", matchers.join(" and "))
}

fn fires(alert: &Alert) -> String {
    let (threshold, upper) = (alert.threshold, alert.upper.unwrap_or_default());
    let within = alert.tolerance.map_or_else(String::new, |tolerance| {
        format!(" (give or take {tolerance})")
    });
    let condition = match alert.condition {
        _ if alert.measure == Measure::Absent => "that is so".to_owned(),
        Condition::Gt => format!("that is more than {threshold}"),
        Condition::Gte => format!("that is at least {threshold}"),
        Condition::Lt => format!("that is less than {threshold}"),
        Condition::Lte => format!("that is at most {threshold}"),
        Condition::Eq => format!("that is {threshold}{within}"),
        Condition::Ne => format!("that is not {threshold}{within}"),
        Condition::Inside => format!("that lies from {threshold} to {upper}"),
        Condition::Outside => format!("that lies below {threshold} or above {upper}"),
    };
    if alert.duration == 0 {
        return format!("when {condition}, at once");
    }
    let held = time(alert.duration);
    format!("when {condition} at every evaluation for {held}")
}

fn resolves(alert: &Alert) -> String {
    let when = alert.clear.map_or_else(
        || "when that no longer holds".to_owned(),
        |clear| format!("when it is back behind {clear}"),
    );
    if alert.keep_firing_for == 0 {
        return when;
    }
    format!("{when}, for {}", time(alert.keep_firing_for))
}

fn states(alert: &Alert, watched: &Watched) -> String {
    let is_kept = |key: &&String| match &alert.aggregate {
        _ if alert.measure == Measure::Absent => false,
        None => true,
        Some(aggregate) => aggregate.keeps(key),
    };
    let kept: Vec<String> = watched
        .labels
        .keys()
        .filter(is_kept)
        .map(|key| label_name(key))
        .collect();
    if kept.is_empty() {
        return "one".to_owned();
    }
    format!("one for each {}", kept.join(", "))
}

const fn no_data(policy: NoData) -> &'static str {
    match policy {
        NoData::Resolve => "resolves, and the notice says so",
        NoData::Keep => "stays as it is; after two evaluations that is told",
        NoData::Alert => "counts as the condition where the whole metric is absent",
    }
}

const fn on_error(policy: OnError) -> &'static str {
    match policy {
        OnError::Keep => "an evaluation that fails changes nothing",
        OnError::Resolve => "an evaluation that fails resolves it",
        OnError::Alert => "an evaluation that fails counts as the condition",
    }
}

fn told(alert: &Alert) -> String {
    let actions: Vec<String> = alert
        .actions
        .iter()
        .map(|action| match action {
            Action::EveryWebhook => "every webhook".to_owned(),
            Action::Webhook(name) => format!("webhook {name}"),
            other => other.as_str().to_owned(),
        })
        .collect();
    let again = match alert.repeat {
        0 => "not again while it fires".to_owned(),
        repeat => format!("again every {} while it fires", time(repeat)),
    };
    format!("{}; {again}", actions.join(", "))
}
