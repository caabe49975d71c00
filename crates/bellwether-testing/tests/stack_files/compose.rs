//! docker-compose.yml: it is valid, and every service is as closed as it can be.

use bellwether_testing::compose::model;

use super::{root, services, stack, strings};

/// Services that run once and end.
const ONCE: [&str; 2] = ["init", "dash0-check"];

#[test]
fn the_files_are_valid_alone_and_merged() {
    let base = root().join("docker-compose.yml");
    let contrib = root().join("docker-compose.contrib.yml");
    let Some(merged) = model(&[&base, &contrib], &[]) else {
        return;
    };
    let merged = merged.unwrap();
    let collector = &merged["services"]["collector"];
    assert_eq!(collector["image"], "bellwether/otelcol-contrib:0.158.0");
    assert_eq!(collector["build"]["target"], "contrib");
    // All else stays.
    assert_eq!(collector["read_only"], true);
    assert_eq!(stack(&[]).unwrap()["name"], "bellwether");
}

#[test]
fn the_schema_is_really_looked_at() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("compose.yml");
    std::fs::write(&file, "services: {a: {image: b, prots: []}}").unwrap();
    let Some(answer) = model(&[&file], &[]) else {
        return;
    };
    assert!(answer.unwrap_err().contains("prots"));
    let missing = "services: {a: {image: b, depends_on: [c]}}";
    std::fs::write(&file, missing).unwrap();
    assert!(model(&[&file], &[]).unwrap().is_err());
}

#[test]
fn every_port_is_published_on_this_machine_alone() {
    let Some(stack) = stack(&[]) else { return };
    let mut published = Vec::new();
    for (name, service) in services(&stack) {
        for port in service["ports"].as_array().into_iter().flatten() {
            assert_eq!(port["host_ip"], "127.0.0.1", "{name}: {port}");
            published.push(port["published"].as_str().unwrap().to_owned());
        }
        assert_ne!(service["network_mode"], "host", "{name}");
        assert!(service["privileged"].is_null(), "{name}");
    }
    published.sort();
    let usual = ["3000", "3100", "3200", "4317", "4318", "9090", "9093"];
    assert_eq!(published, usual);
}

#[test]
fn every_container_is_closed() {
    let Some(stack) = stack(&[]) else { return };
    for (name, service) in services(&stack) {
        assert_eq!(service["read_only"], true, "{name}: read_only");
        assert_eq!(strings(&service["cap_drop"]), ["ALL"], "{name}: cap_drop");
        let options = strings(&service["security_opt"]);
        assert_eq!(options, ["no-new-privileges:true"], "{name}");
        assert!(
            service["logging"]["options"]["max-size"].is_string(),
            "{name}: logging"
        );

        let limits = &service["deploy"]["resources"]["limits"];
        // More than one processor is refused by Docker where there is only one.
        let processors: f64 = limits["cpus"].as_str().unwrap().parse().unwrap();
        assert!(processors > 0.0 && processors <= 1.0, "{name}: cpus");
        assert!(limits["memory"].is_string(), "{name}: memory");
        assert!(limits["pids"].is_number(), "{name}: pids");

        let user = service["user"]
            .as_str()
            .unwrap_or_else(|| panic!("{name}: user"));
        let is_root = user.starts_with("0:") || user == "0" || user == "root";
        // One gives folders away, the other opens a socket that is root's.
        let may_be_root = ["init", "docker-proxy"].contains(&name);
        assert!(!is_root || may_be_root, "{name}: {user}");
        let added = strings(&service["cap_add"]);
        let expected: &[&str] = if name == "init" { &["CHOWN"] } else { &[] };
        assert_eq!(added, expected, "{name}: cap_add");
    }
}

#[test]
fn every_service_that_stays_says_how_it_is_and_comes_back() {
    let Some(stack) = stack(&[]) else { return };
    for (name, service) in services(&stack) {
        if ONCE.contains(&name) {
            assert!(
                service["restart"].is_null(),
                "{name}: it would start again for ever"
            );
            continue;
        }
        assert_eq!(service["restart"], "unless-stopped", "{name}");
        let health = &service["healthcheck"];
        if name == "gpu" {
            assert_eq!(health["disable"], true, "it has nothing to be asked");
            continue;
        }
        // A shell would not be there.
        let test = strings(&health["test"]);
        assert_eq!(test.first(), Some(&"CMD"), "{name}: {test:?}");
        if test.contains(&"/tools/probe") {
            let mounts = service["volumes"].as_array().unwrap().iter();
            let tools = mounts.clone().find(|mount| mount["target"] == "/tools");
            assert_eq!(tools.unwrap()["read_only"], true, "{name}");
            let depends = &service["depends_on"];
            let waits = depends["init"]["condition"] == "service_completed_successfully"
                || depends["collector"]["condition"] == "service_healthy";
            assert!(waits, "{name}: the probe is put there by init");
        }
    }
}

#[test]
fn every_mounted_file_is_there() {
    let Some(stack) = stack(&[]) else { return };
    let mut here = 0;
    for (name, service) in services(&stack) {
        for mount in service["volumes"].as_array().into_iter().flatten() {
            if mount["type"] != "bind" {
                continue;
            }
            let source = mount["source"].as_str().unwrap();
            assert_eq!(mount["read_only"], true, "{name}: {source}");
            let holds_secrets = root().join(".env").starts_with(source);
            // The Collector sees the host as user 10001 does, who cannot read what is its owner's alone.
            assert!(
                !holds_secrets || source == "/",
                "{name}: .env lies in {source}"
            );
            if source.starts_with(root().to_str().unwrap()) {
                assert!(std::path::Path::new(source).exists(), "{name}: {source}");
                here += 1;
            }
        }
        if let Some(context) = service["build"]["context"].as_str() {
            let file = service["build"]["dockerfile"].as_str().unwrap();
            let file = std::path::Path::new(context).join(file);
            let text = std::fs::read_to_string(&file).unwrap();
            if let Some(target) = service["build"]["target"].as_str() {
                let stage = format!(" AS {target}\n");
                assert!(text.contains(&stage), "{name}: {}{stage}", file.display());
            }
        }
    }
    assert!(here >= 10, "only {here} mounts were looked at");
}

#[test]
fn the_docker_socket_is_behind_the_proxy_alone() {
    let Some(stack) = stack(&[("DOCKER_SOCKET", "/run/user/7/docker.sock")]) else {
        return;
    };
    for (name, service) in services(&stack) {
        let mounts = service["volumes"].as_array().into_iter().flatten();
        let mut sockets = mounts.filter(|mount| {
            mount["source"]
                .as_str()
                .unwrap_or("")
                .contains("docker.sock")
        });
        assert_eq!(sockets.next().is_some(), name == "docker-proxy", "{name}");
        let sees_the_proxy = !service["networks"]["docker"].is_null()
            || service["networks"]
                .as_object()
                .is_some_and(|all| all.contains_key("docker"));
        assert_eq!(
            sees_the_proxy,
            ["docker-proxy", "collector"].contains(&name),
            "{name}"
        );
    }
    let command = strings(&stack["services"]["docker-proxy"]["command"]);
    let allowed: Vec<_> = command
        .iter()
        .filter(|word| word.starts_with("-allow"))
        .collect();
    let writes = ["POST", "PUT", "PATCH", "DELETE"];
    assert!(
        allowed
            .iter()
            .all(|word| writes.iter().all(|method| !word.contains(method))),
        "{allowed:?}"
    );
    assert!(command.contains(&"-allowfrom=collector"));
}

#[test]
fn networks_keep_apart_what_has_no_business_together() {
    let Some(stack) = stack(&[]) else { return };
    for (name, network) in stack["networks"].as_object().unwrap() {
        assert_eq!(network["internal"] == true, name != "edge", "{name}");
    }
    for (name, service) in services(&stack) {
        let networks = service["networks"].as_object();
        let is_on = |network: &str| networks.is_some_and(|all| all.contains_key(network));
        // Docker publishes no port of a container that is on internal networks alone.
        let has_ports = service["ports"].is_array();
        assert_eq!(is_on("edge"), has_ports || name == "dash0-check", "{name}");
        // Services send to the Collector, and reach nothing else.
        if ["demo", "gpu"].contains(&name) {
            assert_eq!(networks.unwrap().len(), 1, "{name}");
            assert!(is_on("apps"), "{name}");
        }
    }
}

#[test]
fn profiles_are_those_that_are_told_of_and_resolve() {
    let Some(stack) = stack(&[]) else { return };
    let profiles = |name: &str| strings(&stack["services"][name]["profiles"]);
    let mut all: Vec<_> = services(&stack)
        .flat_map(|(name, _)| profiles(name))
        .collect();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all, ["dash0", "demo", "gpu"]);
    for (name, service) in services(&stack) {
        for (other, how) in service["depends_on"].as_object().into_iter().flatten() {
            let comes_along = profiles(other).is_empty() || profiles(other) == profiles(name);
            assert!(
                comes_along || how["required"] == false,
                "{name} wants {other}"
            );
        }
    }
    let devices = &stack["services"]["gpu"]["deploy"]["resources"]["reservations"]["devices"];
    assert_eq!(devices[0]["driver"], "nvidia");
}

#[test]
fn a_token_brings_in_the_layer_of_dash0() {
    let last = |variables: &[(&str, &str)]| {
        let stack = stack(variables)?;
        let command = strings(&stack["services"]["collector"]["command"])
            .last()?
            .to_string();
        let mounts = stack["services"]["collector"]["volumes"]
            .as_array()?
            .clone();
        let target = command.strip_prefix("--config=")?.to_owned();
        let mount = mounts
            .into_iter()
            .find(|mount| mount["target"] == *target)?;
        Some(mount["source"].as_str()?.to_owned())
    };
    let Some(without) = last(&[]) else { return };
    assert!(
        without.ends_with("deploy/collector/local.yaml"),
        "{without}"
    );
    let with = last(&[("DASH0_AUTH_TOKEN", "auth_x")]).unwrap();
    assert!(with.ends_with("otel-collector/config/dash0.yaml"), "{with}");
}

/// `timeout` waits for the one that it started, and what that one leaves behind stays until there are no numbers left.
#[test]
fn what_its_first_process_does_not_wait_for_is_taken_away() {
    let Some(stack) = stack(&[]) else { return };
    let mut found = 0;
    for (name, service) in services(&stack) {
        if strings(&service["entrypoint"]).first() == Some(&"/usr/bin/timeout") {
            assert_eq!(service["init"], true, "{name}");
            found += 1;
        }
    }
    assert_eq!(found, 1);
}

/// Each data source that Grafana brings is a process of its own, from a folder that nobody may write to.
#[test]
fn grafana_has_room_for_its_data_sources_and_leaves_them_as_they_are() {
    let Some(stack) = stack(&[]) else { return };
    let grafana = &stack["services"]["grafana"];
    let limits = &grafana["deploy"]["resources"]["limits"];
    let gibibytes = limits["memory"].as_str().unwrap().strip_suffix('G');
    let gibibytes: u32 = gibibytes.unwrap_or("0").parse().unwrap();
    assert!(gibibytes >= 1, "{limits}");
    assert!(limits["pids"].as_u64() >= Some(1024), "{limits}");
    let is_fixed = &grafana["environment"]["GF_PLUGINS_PREINSTALL_DISABLED"];
    assert!(grafana["read_only"] == false || is_fixed == "true");
}

#[test]
fn memory_limits_are_reached_in_the_right_order() {
    let Some(stack) = stack(&[]) else { return };
    let collector = &stack["services"]["collector"];
    let mebibytes = |text: &str| -> f64 {
        let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().unwrap()
    };
    let container = mebibytes(
        collector["deploy"]["resources"]["limits"]["memory"]
            .as_str()
            .unwrap(),
    );
    let variable = |name: &str| mebibytes(collector["environment"][name].as_str().unwrap());
    let limiter = variable("BELLWETHER_COLLECTOR_MEMORY_MIB");
    let spike = variable("BELLWETHER_COLLECTOR_MEMORY_SPIKE_MIB");
    let collected = variable("GOMEMLIMIT");
    assert!(
        (collected - 0.8 * limiter).abs() < 1.0,
        "{collected} of {limiter}"
    );
    assert!(limiter <= 0.8 * container, "{limiter} of {container}");
    // Garbage collection comes no later than "retry later" by much: the limiter begins at limit minus spike.
    assert!(
        (0.2..=0.25).contains(&(spike / limiter)),
        "{spike} of {limiter}"
    );
}
