//! The files that come of the definitions.

use std::collections::BTreeMap;

use super::definition::{AlertGroup, Monitoring};
use super::links::Links;
use super::rule::{PrometheusGroup, PrometheusRule};
use super::slo::{self, slo_groups};
use super::write::groups_yaml;
use super::{dash0, runbook, slo_tests};
use crate::alert::{Alert, RuleFile, Watched, promql};
use crate::generate::Output;
use crate::model::Registry;

const GENERATED: &str = "# Generated from the catalog's definitions (crates/bellwether-catalog: recording, slos, alerts). Change those and generate again.\n";

impl Monitoring {
    /// Every file: rules for Prometheus and Dash0, and the pages of runbooks. Paths are those under `dashboards/`, of
    /// runbooks those under `docs/`.
    ///
    /// ```
    /// use bellwether_catalog::{Links, Monitoring, builtin};
    /// let registry = builtin()?;
    /// let outputs = Monitoring::builtin(&registry)?.outputs(&registry, &Links::default());
    /// assert!(outputs.iter().any(|output| output.path == "prometheus/slo.yaml"));
    /// # Ok::<(), bellwether_catalog::Error>(())
    /// ```
    pub fn outputs(&self, registry: &Registry, links: &Links) -> Vec<Output> {
        let file = |path: &str, groups: &[PrometheusGroup]| Output {
            path: format!("prometheus/{path}"),
            text: format!("{GENERATED}{}", groups_yaml(groups)),
        };
        let mut outputs = vec![
            file("recording.yaml", &self.recording_groups()),
            file("slo.yaml", &self.slo_groups(links)),
            file("alerts-prometheus.yaml", &self.alert_groups(links)),
        ];
        outputs.extend(slo_tests::outputs(self));
        outputs.extend(dash0::outputs(self, registry, links));
        outputs.extend(runbook::outputs(self, registry, links));
        outputs
    }

    /// Recorded series.
    ///
    /// ```
    /// assert!(bellwether_catalog::Monitoring::default().recording_groups().is_empty());
    /// ```
    pub fn recording_groups(&self) -> Vec<PrometheusGroup> {
        let groups = self.recordings.iter();
        groups.map(|recording| recording.group.clone()).collect()
    }

    /// The rules of all objectives.
    ///
    /// ```
    /// # use bellwether_catalog::{Links, Monitoring};
    /// assert!(Monitoring::default().slo_groups(&Links::default()).is_empty());
    /// ```
    pub fn slo_groups(&self, links: &Links) -> Vec<PrometheusGroup> {
        let slos = self.slos.iter();
        slos.flat_map(|slo| slo_groups(slo, links)).collect()
    }

    /// The alerts that only a server can evaluate.
    ///
    /// ```
    /// # use bellwether_catalog::{Links, Monitoring};
    /// assert!(Monitoring::default().alert_groups(&Links::default()).is_empty());
    /// ```
    pub fn alert_groups(&self, links: &Links) -> Vec<PrometheusGroup> {
        let groups = self.alerts.iter().map(|group| self.rules_of(group, links));
        groups.filter(|group| !group.rules.is_empty()).collect()
    }

    fn rules_of(&self, group: &AlertGroup, links: &Links) -> PrometheusGroup {
        let rules = group.alerts.iter().filter_map(|alert| {
            let server = alert.server.as_ref()?;
            let mut annotations = vec![("summary".to_owned(), server.summary.clone())];
            annotations.extend(self.annotations(&alert.name, links));
            Some(PrometheusRule {
                name: alert.name.clone(),
                is_alert: true,
                expr: server.expression(),
                duration: server.duration,
                keep_firing_for: server.keep_firing_for,
                labels: vec![("severity".to_owned(), server.severity.clone())],
                annotations,
            })
        });
        PrometheusGroup {
            name: group.name.clone(),
            interval: group.interval,
            rules: rules.collect(),
        }
    }

    /// What an alert says beside its summary: description, runbook and board. Empty for an alert nothing is noted about.
    ///
    /// ```
    /// use bellwether_catalog::{Links, Monitoring, builtin};
    /// let monitoring = Monitoring::builtin(&builtin()?)?;
    /// let annotations = monitoring.annotations("QueueBacklog", &Links::default());
    /// let names: Vec<&str> = annotations.iter().map(|(name, _)| name.as_str()).collect();
    /// assert_eq!(names, ["description", "runbook_url", "dashboard_url"]);
    /// # Ok::<(), bellwether_catalog::Error>(())
    /// ```
    pub fn annotations(&self, alert: &str, links: &Links) -> Vec<(String, String)> {
        let (Some(notes), Some(page)) = (self.notes(alert), self.page(alert)) else {
            return Vec::new();
        };
        [
            ("description", notes.description.clone()),
            ("runbook_url", links.runbook(page, alert)),
            ("dashboard_url", links.board(notes)),
        ]
        .map(|(name, text)| (name.to_owned(), text))
        .into()
    }

    /// The page of runbooks that an alert is on, without its ending.
    fn page(&self, alert: &str) -> Option<&str> {
        let of_group = self
            .alerts
            .iter()
            .find(|group| group.alerts.iter().any(|known| known.name == alert));
        of_group.map(AlertGroup::page).or_else(|| {
            let is_of_slo = self.slos.iter().any(|slo| slo.alert == alert);
            is_of_slo.then_some(slo::PAGE)
        })
    }
}

/// The alerts of the registry as rules, by name.
pub(super) fn registry_rules(
    monitoring: &Monitoring,
    registry: &Registry,
    links: &Links,
) -> BTreeMap<String, PrometheusRule> {
    let metrics = Watched::of_registry(registry);
    let rule = |alert: &Alert| {
        let watched = metrics.get(&alert.metric)?;
        let of = alert.measure.of().and_then(|name| metrics.get(name));
        let mut annotations = vec![("summary".to_owned(), alert.summary.clone())];
        annotations.extend(alert.annotations.clone());
        annotations.extend(monitoring.annotations(&alert.name, links));
        let mut labels = vec![("severity".to_owned(), alert.severity.clone())];
        labels.extend(alert.labels.clone());
        Some(PrometheusRule {
            name: alert.name.clone(),
            is_alert: true,
            expr: promql(alert, watched, of),
            duration: alert.duration,
            keep_firing_for: alert.keep_firing_for,
            labels,
            annotations,
        })
    };
    let alerts = RuleFile::default().in_force(registry);
    let rules = alerts.iter().filter_map(rule);
    rules.map(|rule| (rule.name.clone(), rule)).collect()
}
