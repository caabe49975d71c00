//! Pages of runbooks: what an alert asks comes from its definition, what to do about it from the notes beside it.

use std::fmt::Write as _;

use super::definition::{Monitoring, Notes};
use super::links::{Links, anchor};
use super::outputs::registry_rules;
use super::rule::PrometheusRule;
use super::slo::{self, LEVEL, slo_groups};
use crate::alert::duration;
use crate::generate::Output;
use crate::model::Registry;

const GENERATED: &str = "<!-- Generated from the catalog's definitions (crates/bellwether-catalog: slos, alerts). -->\n";

pub(super) fn outputs(monitoring: &Monitoring, registry: &Registry, links: &Links) -> Vec<Output> {
    let mut pages: Vec<Page<'_>> = Vec::new();
    let of_registry = registry_rules(monitoring, registry, links);
    let of_server = monitoring.alert_groups(links);
    let of_server: Vec<&PrometheusRule> = of_server.iter().flat_map(|it| &it.rules).collect();
    for group in &monitoring.alerts {
        let rules = group.alerts.iter().filter_map(|alert| {
            let is_it = |rule: &&&PrometheusRule| rule.name == alert.name;
            let rule = match &alert.server {
                Some(_) => of_server.iter().find(is_it).copied(),
                None => of_registry.get(&alert.name),
            }?;
            Some((vec![rule.clone()], &alert.notes))
        });
        pages.push(Page {
            name: group.page(),
            title: &group.title,
            intro: String::new(),
            sections: rules.collect(),
        });
    }
    let sections = monitoring.slos.iter().map(|slo| {
        let groups = slo_groups(slo, links);
        let alerts = groups.into_iter().flat_map(|group| group.rules);
        (alerts.filter(|rule| rule.is_alert).collect(), &slo.notes)
    });
    pages.push(Page {
        name: slo::PAGE,
        title: "Objectives",
        intro: objectives(monitoring),
        sections: sections.collect(),
    });
    let mut outputs = vec![index(&pages)];
    outputs.extend(pages.iter().map(Page::output));
    outputs
}

struct Page<'a> {
    name: &'a str,
    title: &'a str,
    intro: String,
    /// The rules of one name, and what is noted about them.
    sections: Vec<(Vec<PrometheusRule>, &'a Notes)>,
}

impl Page<'_> {
    fn output(&self) -> Output {
        let mut text = format!("{GENERATED}\n# {}\n", self.title);
        if !self.intro.is_empty() {
            let _ = write!(text, "\n{}", self.intro);
        }
        for (rules, notes) in &self.sections {
            section(&mut text, rules, notes);
        }
        Output {
            path: format!("runbooks/{}.md", self.name),
            text,
        }
    }
}

fn section(text: &mut String, rules: &[PrometheusRule], notes: &Notes) {
    let Some(first) = rules.first() else { return };
    // Writing to a string can't fail.
    let _ = write!(text, "\n## {}\n\n{}\n", first.name, notes.meaning);
    let _ = write!(text, "\n**Impact.** {}\n\n", notes.impact);
    for rule in rules {
        let severity = label(rule, "severity");
        let kind = match label(rule, "sloth_severity") {
            "" => severity.to_owned(),
            kind => format!("{severity} ({kind})"),
        };
        let held = match rule.duration {
            0 => "at once".to_owned(),
            seconds => format!("after {}", duration(seconds)),
        };
        let kept = match rule.keep_firing_for {
            0 => String::new(),
            seconds => format!(", and for {} longer than it holds", duration(seconds)),
        };
        let _ = write!(
            text,
            "Severity {kind}; fires {held}{kept}:\n\n```promql\n{}\n```\n\n",
            rule.expr.trim_end()
        );
    }
    let _ = writeln!(text, "Board: `{}`.", notes.board);
    for (title, points) in [
        ("Where to look", &notes.look),
        ("Likely causes", &notes.causes),
        ("What to do", &notes.actions),
    ] {
        let _ = write!(text, "\n**{title}**\n\n");
        for point in points {
            let _ = writeln!(text, "- {point}");
        }
    }
}

fn label<'a>(rule: &'a PrometheusRule, name: &str) -> &'a str {
    let mut labels = rule.labels.iter();
    labels
        .find(|(label, _)| label == name)
        .map_or("", |(_, value)| value)
}

/// The table of objectives and how their alerts count.
fn objectives(monitoring: &Monitoring) -> String {
    let mut text = format!(
        "Each objective is kept for each of (`{}`) by itself, over 30 days. Its page and its ticket say that the error budget, what the\n\
         objective leaves, goes too fast:\n\n\
         | | Share of the budget | in | and still over | burn rate |\n|---|---|---|---|---|\n",
        LEVEL.replace(", ", "`, `")
    );
    for window in slo::SLO_WINDOWS {
        let kind = if window.pages { "page" } else { "ticket" };
        let share = window.factor * f64::from(window.long) / (30.0 * 86_400.0) * 100.0;
        let _ = writeln!(
            text,
            "| {kind} | {share:.0} % | {} | {} | {} |",
            duration(window.long),
            duration(window.short),
            window.factor
        );
    }
    text.push_str(
        "\nA ratio of few events means little, so that each question is asked only where its long window holds the least number of\n\
         events. Below that the objective still has its ratio and its budget, and nobody is woken.\n\n\
         | Objective | Good are | Wanted | Events at least | Alert |\n|---|---|---|---|---|\n",
    );
    for slo in &monitoring.slos {
        let _ = writeln!(
            text,
            "| `{}` | {} | {} % | {} | [{}](#{}) |",
            slo.id,
            slo.description,
            slo.objective,
            slo.minimum_events,
            slo.alert,
            anchor(&slo.alert)
        );
    }
    text
}

fn index(pages: &[Page<'_>]) -> Output {
    let mut text = format!(
        "{GENERATED}\n# Runbooks\n\nWhat each alert means, where to look and what to do. Alerts link here with `runbook_url`.\n"
    );
    for page in pages {
        let _ = write!(
            text,
            "\n## [{}]({}.md)\n\n| Alert | Severity | Summary |\n|---|---|---|\n",
            page.title, page.name
        );
        for (rules, _) in &page.sections {
            let Some(first) = rules.first() else { continue };
            let severities: Vec<&str> = rules.iter().map(|rule| label(rule, "severity")).collect();
            let mut annotations = first.annotations.iter();
            let summary = annotations.find(|(name, _)| name == "summary");
            let _ = writeln!(
                text,
                "| [{}]({}.md#{}) | {} | {} |",
                first.name,
                page.name,
                anchor(&first.name),
                severities.join(", "),
                summary.map_or("", |(_, text)| text)
            );
        }
    }
    Output {
        path: "runbooks/README.md".to_owned(),
        text,
    }
}
