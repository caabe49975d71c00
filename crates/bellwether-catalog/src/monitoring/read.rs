//! Definitions from YAML.

use std::sync::Arc;

use super::definition::{
    AlertDefinition, AlertGroup, Monitoring, Notes, RecordingGroup, ServerAlert, Slo, SloKind,
};
use super::rule::{PrometheusGroup, PrometheusRule};
use super::threshold::Threshold;
use crate::error::{Problem, Rule};
use crate::read::fields::{Fields, Problems};
use crate::read::values::{pairs, required_seconds, seconds, texts};
use crate::yaml::{self, Node};

const FORMAT: &str = "bellwether-monitoring/1";

pub(super) fn read(files: &[(&str, &str)]) -> (Monitoring, Problems) {
    let mut monitoring = Monitoring::default();
    let mut problems = Problems::new();
    for (path, text) in files {
        let file: Arc<str> = Arc::from(*path);
        let parsed = yaml::parse(&file, text)
            .map_err(|problem| problems.push(problem))
            .ok();
        let fields = parsed.and_then(|node| Fields::new(node, "the file", &mut problems));
        let Some(mut fields) = fields else { continue };
        fields.choice("format", &[(FORMAT, ())], &mut problems);
        match path.split('/').next() {
            Some("recording") => monitoring
                .recordings
                .extend(recordings(fields, &mut problems)),
            Some("slos") => monitoring.slos.extend(slo(fields, &mut problems)),
            _ => monitoring.alerts.extend(alert_group(fields, &mut problems)),
        }
    }
    (monitoring, problems)
}

fn recordings(mut fields: Fields, problems: &mut Problems) -> Vec<RecordingGroup> {
    let groups = fields.list("groups", problems);
    fields.finish(problems);
    let group = |node: Node| {
        let mut fields = Fields::new(node, "group", problems)?;
        let name = fields.required("name", problems)?;
        fields.what = format!("group `{name}`");
        let brief = fields.required("brief", problems)?;
        let interval = seconds(&mut fields, "interval", problems);
        let rules = fields
            .list("rules", problems)
            .into_iter()
            .filter_map(|node| {
                let mut fields = Fields::new(node, "recording", problems)?;
                let record = fields.required("record", problems)?;
                fields.what = format!("recording `{record}`");
                let expr = fields.required("expr", problems)?;
                fields.finish(problems);
                Some(PrometheusRule::record(record, expr.trim_end()))
            })
            .collect();
        fields.finish(problems);
        let mut group = PrometheusGroup::new(name, rules);
        group.interval = interval;
        Some(RecordingGroup { group, brief })
    };
    groups.into_iter().filter_map(group).collect()
}

fn alert_group(mut fields: Fields, problems: &mut Problems) -> Option<AlertGroup> {
    let name = fields.required("group", problems)?;
    let title = fields.required("title", problems)?;
    let interval = seconds(&mut fields, "interval", problems);
    let alerts = fields.list("alerts", problems);
    let location = fields.location.clone();
    fields.finish(problems);
    let alerts = alerts
        .into_iter()
        .filter_map(|node| alert(node, problems))
        .collect();
    Some(AlertGroup {
        name,
        title,
        interval,
        alerts,
        location,
    })
}

fn alert(node: Node, problems: &mut Problems) -> Option<AlertDefinition> {
    let mut fields = Fields::new(node, "alert", problems)?;
    let name = fields.required("alert", problems)?;
    fields.what = format!("alert `{name}`");
    let location = fields.location.clone();
    let server = if fields.has("expr") {
        Some(server_alert(&mut fields, problems)?)
    } else {
        None
    };
    let notes = notes(&mut fields, problems);
    fields.finish(problems);
    Some(AlertDefinition {
        name,
        server,
        notes: notes?,
        location,
    })
}

fn server_alert(fields: &mut Fields, problems: &mut Problems) -> Option<ServerAlert> {
    let expr = fields.required("expr", problems)?.trim_end().to_owned();
    let threshold = if fields.has("threshold") {
        let value = fields.number("threshold", problems)?;
        let unit = fields.required("unit", problems)?;
        let sides = [("above", true), ("below", false)];
        let is_upper = fields.choice("fires", &sides, problems)?;
        Some(Threshold {
            value,
            unit,
            is_upper,
        })
    } else {
        None
    };
    if threshold.is_some() != expr.contains("$threshold") {
        let message = "has a `threshold` without a `$threshold` in `expr`, or the reverse";
        fields.problem(problems, message);
    }
    let severities = ["info", "warning", "critical"].map(|word| (word, word));
    Some(ServerAlert {
        expr,
        threshold,
        duration: required_seconds(fields, "for", problems)?,
        keep_firing_for: seconds(fields, "keep_firing_for", problems).unwrap_or(0),
        severity: fields.choice("severity", &severities, problems)?.to_owned(),
        summary: fields.required("summary", problems)?,
    })
}

fn notes(fields: &mut Fields, problems: &mut Problems) -> Option<Notes> {
    let description = fields.required("description", problems)?;
    let series = texts(fields, "series", problems);
    let board = fields.required("board", problems)?;
    let variables = pairs(fields, "variables", problems);
    let meaning = fields.required("meaning", problems)?;
    let impact = fields.required("impact", problems)?;
    let mut told = |key: &str| {
        let listed = texts(fields, key, problems);
        if listed.is_empty() {
            fields.problem(problems, &format!("has no `{key}`"));
        }
        listed
    };
    let (look, causes, actions) = (told("look"), told("causes"), told("do"));
    Some(Notes {
        description,
        series,
        board,
        variables,
        meaning,
        impact,
        look,
        causes,
        actions,
    })
}

fn slo(mut fields: Fields, problems: &mut Problems) -> Option<Slo> {
    let location = fields.location.clone();
    let id = fields.required("id", problems)?;
    fields.what = format!("objective `{id}`");
    let title = fields.required("title", problems)?;
    let counts = fields.required("good", problems)?;
    let objective = fields.number("objective", problems)?;
    if !(objective > 0.0 && objective < 100.0) {
        let message = format!("objective `{id}` is {objective} %; expected between 0 and 100");
        problems.push(Problem::new(location.clone(), Rule::Shape, message));
    }
    let kind = if fields.has("histogram") {
        SloKind::Latency {
            histogram: fields.required("histogram", problems)?,
            under: fields.number("under", problems)?,
        }
    } else {
        let bad = fields.required("bad", problems)?;
        let total = fields.required("total", problems)?;
        let Some(mut example) = fields.map("example", problems) else {
            fields.problem(problems, "has no `example` of series, for the tests");
            return None;
        };
        let (good_example, bad_example) = (
            texts(&mut example, "good", problems),
            texts(&mut example, "bad", problems),
        );
        example.finish(problems);
        SloKind::Ratio {
            bad,
            total,
            good_example,
            bad_example,
        }
    };
    let alert = fields.required("alert", problems)?;
    let minimum_events = fields.number("minimum_events", problems)?;
    let notes = notes(&mut fields, problems)?;
    fields.finish(problems);
    Some(Slo {
        id,
        title,
        description: counts,
        objective,
        kind,
        alert,
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a count of events; the cast saturates"
        )]
        minimum_events: minimum_events as u32,
        notes,
        location,
    })
}
