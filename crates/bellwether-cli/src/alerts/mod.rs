//! `bellwether alerts`: what the alerts are, whether a rule file is sound, and the same rules for Prometheus.

mod explain;

use std::path::{Path, PathBuf};

use bellwether::config::{AlertSettings, Overrides, ProcessEnvironment, Settings};
use bellwether_catalog::{
    Alert, Links, Monitoring, Registry, RuleFile, RuleGroup, builtin, rules_yaml_with,
};
use clap::{Args, Subcommand};

use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

/// The group of the catalog's alerts, as the monitoring contract names it.
const CATALOG_GROUP: &str = "wundr_alerts";

/// Options of `bellwether alerts`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bellwether alerts check alerts.yaml           whether a rule file is sound; each problem with file, line and alert
  bellwether alerts export > rules.yaml         all rules for Prometheus; `promtool check rules rules.yaml`
  bellwether alerts explain QueueBacklog        what it watches, when it fires, what happens then

Without --rules, ALERTING_RULES_FILE names the rule file, if there is one.

Exit codes: 0, or 1 where a file is not sound or there is no such alert.")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check rule files without starting anything
    Check {
        /// Rule files (`format: bellwether-alerts/1`)
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Print all rules as a rule file of Prometheus
    Export {
        /// Rule file whose alerts are in force beside those of the catalog
        #[arg(long, value_name = "FILE")]
        rules: Option<PathBuf>,

        #[command(flatten)]
        links: LinkArguments,
    },
    /// Say in words what an alert watches, when it fires and what happens then
    Explain {
        /// Name of an alert; all where none is given
        name: Option<String>,
        /// Rule file whose alerts are in force beside those of the catalog
        #[arg(long, value_name = "FILE")]
        rules: Option<PathBuf>,
    },
}

/// Where links of the catalog's alerts lead.
#[derive(Debug, Args)]
struct LinkArguments {
    /// Address of the folder of runbooks; default: that of the project
    #[arg(long, value_name = "URL")]
    runbooks: Option<String>,

    /// Address of Grafana; default: http://127.0.0.1:3000
    #[arg(long, value_name = "URL")]
    boards: Option<String>,
}

impl LinkArguments {
    fn links(&self) -> Links {
        let of_project = Links::default();
        let given =
            |url: &Option<String>| url.as_deref().map(|it| it.trim_end_matches('/').to_owned());
        Links {
            runbooks: given(&self.runbooks).unwrap_or(of_project.runbooks),
            boards: given(&self.boards).unwrap_or(of_project.boards),
        }
    }
}

/// Runs one of them.
pub(crate) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Exit, Failure> {
    let catalog = builtin().map_err(|error| Failure::new(error.to_string()))?;
    match &arguments.command {
        Command::Check { files } => check(files, &catalog, terminal),
        Command::Export { rules, links } => {
            let settings = settings()?;
            let file = in_force(rules.as_deref(), &settings, &catalog)?;
            let monitoring =
                Monitoring::builtin(&catalog).map_err(|error| Failure::new(error.to_string()))?;
            let links = links.links();
            let annotations = |alert: &str| monitoring.annotations(alert, &links);
            terminal.line(export(&file, &catalog, &annotations).trim_end());
            Ok(Exit::OK)
        }
        Command::Explain { name, rules } => {
            let settings = settings()?;
            let file = in_force(rules.as_deref(), &settings, &catalog)?;
            explain_alerts(name.as_deref(), &file, &catalog, &settings, terminal)
        }
    }
}

fn settings() -> Result<AlertSettings, Failure> {
    let settings = Settings::resolve(Overrides::default(), &ProcessEnvironment);
    settings
        .map(|settings| settings.alerting)
        .map_err(|error| Failure::new(error.to_string()))
}

fn read(path: &Path, catalog: &Registry) -> Result<RuleFile, String> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| format!("{name}: {error}"))?;
    RuleFile::parse(&name, &text, catalog).map_err(|error| error.to_string())
}

/// The rule file that is named, else that of the environment, else none.
fn in_force(
    named: Option<&Path>,
    settings: &AlertSettings,
    catalog: &Registry,
) -> Result<RuleFile, Failure> {
    let path = named.or(settings.rules_file.as_deref());
    let Some(path) = path else {
        return Ok(RuleFile::default());
    };
    read(path, catalog).map_err(Failure::new)
}

fn check(files: &[PathBuf], catalog: &Registry, terminal: &Terminal) -> Result<Exit, Failure> {
    let mut problems = Vec::new();
    for path in files {
        match read(path, catalog) {
            Ok(file) => {
                let in_force = file.in_force(catalog).len();
                terminal.line(&format!(
                    "{}: sound; {} rules of its own, {in_force} in force with those of the catalog, {} webhooks",
                    path.display(),
                    file.rules.len(),
                    file.webhooks.len()
                ));
            }
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() {
        return Ok(Exit::OK);
    }
    Err(Failure::new(problems.join("\n")))
}

fn export(
    file: &RuleFile,
    catalog: &Registry,
    annotations: &dyn Fn(&str) -> Vec<(String, String)>,
) -> String {
    let (own, of_catalog): (Vec<Alert>, Vec<Alert>) = file
        .in_force(catalog)
        .into_iter()
        .partition(|alert| file.rules.iter().any(|rule| rule.name == alert.name));
    let group = |name: &str, alerts| RuleGroup {
        name: name.to_owned(),
        alerts,
    };
    let groups = [group(CATALOG_GROUP, of_catalog), group(&file.group, own)];
    rules_yaml_with(&groups, &file.metrics(catalog), annotations)
}

fn explain_alerts(
    name: Option<&str>,
    file: &RuleFile,
    catalog: &Registry,
    settings: &AlertSettings,
    terminal: &Terminal,
) -> Result<Exit, Failure> {
    let alerts = file.in_force(catalog);
    let asked: Vec<&Alert> = alerts
        .iter()
        .filter(|alert| name.is_none_or(|name| alert.name.eq_ignore_ascii_case(name)))
        .collect();
    if asked.is_empty() {
        let known: Vec<&str> = alerts.iter().map(|alert| alert.name.as_str()).collect();
        let message = format!(
            "there is no alert `{}` in force; there are: {}",
            name.unwrap_or_default(),
            known.join(", ")
        );
        return Err(Failure::new(message));
    }
    let metrics = file.metrics(catalog);
    for alert in asked {
        terminal.line(&explain::alert(alert, &metrics, catalog));
        terminal.line("");
    }
    terminal.line(&explain::surroundings(settings));
    Ok(Exit::OK)
}
