//! The script that prepares the volumes, run for real on folders. Giving files away takes root.

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::process::Command;

use super::root;

const VOLUMES: [&str; 9] = [
    "tools",
    "collector",
    "prometheus",
    "alertmanager",
    "tempo",
    "loki",
    "grafana",
    "grafana-secret",
    "demo",
];

fn volumes() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in VOLUMES {
        std::fs::create_dir(folder.path().join(name)).unwrap();
    }
    std::fs::write(folder.path().join("probe"), "the program").unwrap();
    folder
}

/// Runs it; `None`, and said why, where this process may not give files away.
fn init(folder: &Path, password: &str) -> Option<()> {
    if std::fs::metadata("/proc/self").unwrap().uid() != 0 {
        bellwether_testing::skipped::say(
            "init",
            "owners of the stack's volumes: giving files away takes root",
        );
        return None;
    }
    let output = Command::new("sh")
        .arg(root().join("otel-collector/init.sh"))
        .arg(folder)
        .arg(folder.join("probe"))
        .env("GRAFANA_ADMIN_PASSWORD", password)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Some(())
}

fn secret(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("grafana-secret/admin-password")).unwrap()
}

#[test]
fn volumes_belong_to_whoever_writes_them_and_no_password_is_known() {
    let folder = volumes();
    let Some(()) = init(folder.path(), "") else {
        return;
    };
    let owner = |name: &str| std::fs::metadata(folder.path().join(name)).unwrap().uid();
    let owners = VOLUMES.map(|name| (name, owner(name)));
    let expected = [0, 10001, 65534, 65534, 10001, 10001, 472, 0, 10001];
    assert_eq!(owners.map(|(_, owner)| owner), expected, "{owners:?}");
    let file = std::fs::metadata(folder.path().join("grafana-secret/admin-password")).unwrap();
    assert_eq!(
        (file.uid(), file.permissions().mode() & 0o777),
        (472, 0o440)
    );
    let probe = std::fs::metadata(folder.path().join("tools/probe")).unwrap();
    assert_eq!(probe.permissions().mode() & 0o777, 0o755);
    let first = secret(folder.path());
    assert_eq!(first.len(), 32, "24 bytes in base64, without a line's end");

    // Again: what is there stays.
    init(folder.path(), "").unwrap();
    assert_eq!(secret(folder.path()), first);
    let other = volumes();
    init(other.path(), "").unwrap();
    assert_ne!(secret(other.path()), first);
}

#[test]
fn a_chosen_password_is_taken_as_it_is() {
    let folder = volumes();
    let Some(()) = init(folder.path(), "a b\"$c") else {
        return;
    };
    assert_eq!(secret(folder.path()), "a b\"$c");
}

/// The owners are those that the compose file runs the services as.
#[test]
fn the_script_knows_every_volume_and_every_user() {
    let Some(stack) = super::stack(&[]) else {
        return;
    };
    let mounts = stack["services"]["init"]["volumes"].as_array().unwrap();
    let mut mounted: Vec<_> = mounts
        .iter()
        .map(|mount| mount["source"].as_str().unwrap())
        .collect();
    mounted.sort_unstable();
    let mut known = VOLUMES;
    known.sort_unstable();
    assert_eq!(mounted, known);
    let script = super::read("otel-collector/init.sh");
    for (name, service) in super::services(&stack) {
        for mount in service["volumes"].as_array().into_iter().flatten() {
            let writes = mount["type"] == "volume" && mount["read_only"] != true && name != "init";
            if !writes {
                continue;
            }
            let volume = format!("\"$volumes/{}\"", mount["source"].as_str().unwrap());
            let line = script
                .lines()
                .find(|line| line.starts_with("chown") && line.contains(&volume));
            let user = service["user"].as_str().unwrap();
            let line = line.unwrap_or_else(|| panic!("{name}: nobody gives it {volume}"));
            assert!(
                line.starts_with(&format!("chown {user} ")),
                "{name} is {user}: {line}"
            );
        }
    }
}
