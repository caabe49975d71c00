//! Where boards and runbooks are.

use super::definition::Notes;

/// The addresses that links of alerts begin with. A fork, a wiki or a Grafana of one's own has others.
///
/// ```
/// let links = bellwether_catalog::Links { boards: "https://grafana.example".into(), ..Default::default() };
/// assert!(links.runbooks.ends_with("/docs/runbooks"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Links {
    /// Folder of the runbooks, without the last slash.
    pub runbooks: String,
    /// Grafana, without the last slash.
    pub boards: String,
}

impl Default for Links {
    fn default() -> Self {
        Self {
            runbooks: concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/docs/runbooks").to_owned(),
            boards: "http://127.0.0.1:3000".to_owned(),
        }
    }
}

/// Variables that every board has, with the label that fills each.
const EVERY_BOARD: [(&str, &str); 2] = [
    ("job", "job"),
    ("environment", "deployment_environment_name"),
];

impl Links {
    pub(super) fn runbook(&self, page: &str, alert: &str) -> String {
        format!("{}/{page}.md#{}", self.runbooks, anchor(alert))
    }

    /// The board, its variables filled from the labels of what fires. A template of Prometheus.
    pub(super) fn board(&self, notes: &Notes) -> String {
        let of_every_board = EVERY_BOARD
            .iter()
            .filter(|(_, label)| notes.series.iter().any(|series| series == label))
            .map(|(variable, label)| (*variable, *label));
        let of_this = notes
            .variables
            .iter()
            .map(|(variable, label)| (variable.as_str(), label.as_str()));
        let variables: Vec<String> = of_every_board
            .chain(of_this)
            .map(|(variable, label)| format!("var-{variable}={{{{ $labels.{label} | urlquery }}}}"))
            .collect();
        let mut url = format!("{}/d/{}", self.boards, notes.board);
        if !variables.is_empty() {
            url.push('?');
            url.push_str(&variables.join("&"));
        }
        url
    }
}

/// The anchor of a heading, as GitHub and most wikis make it.
pub(super) fn anchor(heading: &str) -> String {
    heading.to_lowercase().replace(' ', "-")
}
