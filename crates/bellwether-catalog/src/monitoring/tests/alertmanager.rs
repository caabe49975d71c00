//! Where alerts go, as Alertmanager's own tool sees it.

use std::path::{Path, PathBuf};

use bellwether_testing::prometheus::Program;

use super::definitions::every_alert;

fn config() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../dashboards/alertmanager/alertmanager.yaml")
}

/// The receiver of an alert with these labels. `None` without amtool.
fn receiver(labels: &[String]) -> Option<String> {
    let path = config();
    let mut arguments = vec!["config", "routes", "test", "--config.file"];
    arguments.push(path.to_str().unwrap());
    arguments.extend(labels.iter().map(String::as_str));
    let asked = Program::Amtool.run(arguments)?;
    assert!(
        asked.status.success(),
        "{}",
        String::from_utf8_lossy(&asked.stderr)
    );
    Some(String::from_utf8_lossy(&asked.stdout).trim().to_owned())
}

#[test]
fn amtool_takes_the_configuration() {
    let path = config();
    let Some(checked) = Program::Amtool.run(["check-config", path.to_str().unwrap()]) else {
        return;
    };
    let said = String::from_utf8_lossy(&checked.stdout).into_owned();
    assert!(checked.status.success(), "{said}");
    assert!(said.contains("4 receivers"), "{said}");
}

/// Who is critical wakes somebody, who warns makes a ticket, who informs disturbs nobody; an alert of somebody else's too.
#[test]
fn every_alert_goes_where_its_severity_says() {
    let alerts = every_alert();
    for alert in &alerts {
        let severity = &alert
            .labels
            .iter()
            .find(|(name, _)| name == "severity")
            .unwrap()
            .1;
        let expected = match (alert.name.as_str(), severity.as_str()) {
            ("Watchdog", _) => "watchdog",
            (_, "critical") => "pager",
            (_, "warning") => "tickets",
            _ => "nobody",
        };
        let mut labels: Vec<String> = alert
            .labels
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        labels.push(format!("alertname={}", alert.name));
        let Some(found) = receiver(&labels) else {
            return;
        };
        assert_eq!(found, expected, "{}", alert.name);
    }
    assert_eq!(
        receiver(&["alertname=Foreign".to_owned()]).unwrap(),
        "tickets"
    );
}

/// An inhibition that names an alert which is not there inhibits nothing.
#[test]
fn inhibitions_name_alerts_there_are() {
    let names: Vec<String> = every_alert().into_iter().map(|alert| alert.name).collect();
    let text = std::fs::read_to_string(config()).unwrap();
    let mut mentioned = 0;
    for line in text
        .lines()
        .filter(|line| line.contains("alertname=") && line.contains("matchers"))
    {
        let pattern = line.split('"').nth(1).unwrap();
        for name in pattern.split('|') {
            assert!(names.iter().any(|known| known == name), "{name}");
            mentioned += 1;
        }
    }
    assert!(mentioned >= 10, "{mentioned}");
}
