//! The Collector's ports: free, or held, and by whom.
//!
//! Linux lists listening sockets in `/proc/net/tcp` and `/proc/net/tcp6`, each with an inode; the process that has a
//! descriptor on that inode is found under `/proc/<pid>/fd`, where one may look only into one's own processes (or
//! into all, as root). Elsewhere, and where that list is missing, trying to bind tells whether the port is free.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;

use super::super::{Finding, Surroundings};

const NAME: &str = "ports";
/// Listening, in the kernel's list of sockets (`TCP_LISTEN` in include/net/tcp_states.h).
const LISTENING: &str = "0A";

/// A port of the Collector or of the local backend behind it: the usual one, the variable that moves it (none: empty), and what it is
/// for.
struct CollectorPort {
    usual: u16,
    variable: &'static str,
    purpose: &'static str,
}

/// As the Collector's base layer has them: registered for OTLP, the Collector's defaults for the rest; and those of `bellwether up`.
const COLLECTOR_PORTS: [CollectorPort; 7] = [
    CollectorPort {
        usual: 4317,
        variable: "BELLWETHER_OTLP_GRPC_ENDPOINT",
        purpose: "OTLP over gRPC",
    },
    CollectorPort {
        usual: 4318,
        variable: "BELLWETHER_OTLP_HTTP_ENDPOINT",
        purpose: "OTLP over HTTP",
    },
    CollectorPort {
        usual: 4319,
        variable: "BELLWETHER_COLLECTOR_SELF_ENDPOINT",
        purpose: "the Collector's telemetry about itself",
    },
    CollectorPort {
        usual: 8888,
        variable: "BELLWETHER_COLLECTOR_METRICS_PORT",
        purpose: "the Collector's own metrics",
    },
    CollectorPort {
        usual: 13133,
        variable: "BELLWETHER_COLLECTOR_HEALTH_ENDPOINT",
        purpose: "the Collector's health check",
    },
    CollectorPort {
        usual: 4327,
        variable: "BELLWETHER_BACKEND_ENDPOINT",
        purpose: "the local backend, OTLP over gRPC",
    },
    CollectorPort {
        usual: 4328,
        variable: "",
        purpose: "the local backend, OTLP over HTTP and questions",
    },
];

impl CollectorPort {
    /// The port in force: behind the last colon of `host:port`, or the whole value.
    fn in_force(&self, surroundings: &Surroundings) -> u16 {
        let moved = surroundings.non_empty(self.variable);
        let digits = moved.map(|value| value.rsplit(':').next().unwrap_or(value));
        digits
            .and_then(|digits| digits.parse().ok())
            .unwrap_or(self.usual)
    }
}

/// Who listens.
#[derive(Debug, PartialEq, Eq)]
enum Holder {
    /// This program, under this process id.
    Process { program: String, id: u32 },
    /// Somebody whose descriptors we may not see.
    Unknown,
}

pub(super) fn check(surroundings: &Surroundings) -> Vec<Finding> {
    if !surroundings.ports().is_empty() {
        let chosen = surroundings.ports().iter();
        return chosen.map(|port| finding(*port, "asked for")).collect();
    }
    COLLECTOR_PORTS
        .iter()
        .map(|port| finding(port.in_force(surroundings), port.purpose))
        .collect()
}

fn finding(port: u16, purpose: &str) -> Finding {
    let named = format!("{port} ({purpose})");
    match holder(port) {
        None => Finding::ok(NAME, format!("{named} is free")),
        Some(Holder::Process { program, id }) if is_collector(&program) => Finding::ok(
            NAME,
            format!("{named} is held by {program}, process {id}, as it should be"),
        ),
        Some(Holder::Process { program, id }) => Finding::problem(
            NAME,
            format!("{named} is held by {program}, process {id}"),
            format!(
                "stop it (kill {id}) or let it use another port: the Collector cannot start beside it"
            ),
        ),
        Some(Holder::Unknown) => Finding::warning(
            NAME,
            format!("{named} is held by a process of another user or container"),
            format!(
                "if that is not a Collector, find it as root (ss -ltnp 'sport = :{port}') and stop it"
            ),
        ),
    }
}

/// Ours is named so; distributions of the Collector have `otelcol` in their names. The local backend is this command.
fn is_collector(program: &str) -> bool {
    program.contains("otelcol") || program.contains("otel-collector") || program == "bellwether"
}

fn holder(port: u16) -> Option<Holder> {
    let Some(inodes) = listening_inodes(port) else {
        return is_taken(port).then_some(Holder::Unknown);
    };
    if inodes.is_empty() {
        return None;
    }
    Some(process_with(&inodes).unwrap_or(Holder::Unknown))
}

fn is_taken(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .is_err_and(|error| error.kind() == std::io::ErrorKind::AddrInUse)
}

/// Inodes of the sockets that listen on this port; `None` where the system keeps no such list.
fn listening_inodes(port: u16) -> Option<Vec<String>> {
    let tables: Vec<_> = ["/proc/net/tcp", "/proc/net/tcp6"]
        .iter()
        .filter_map(|path| fs::read_to_string(path).ok())
        .collect();
    if tables.is_empty() {
        return None;
    }
    Some(
        tables
            .iter()
            .flat_map(|table| inodes_in(table, port))
            .collect(),
    )
}

/// Columns: slot, local address (`hex:hex port`), remote address, state, queues, timer, retries, user, timeout, inode.
fn inodes_in(table: &str, port: u16) -> Vec<String> {
    let suffix = format!(":{port:04X}");
    let inode = |line: &str| {
        let columns: Vec<_> = line.split_whitespace().collect();
        let is_ours = columns.get(1)?.ends_with(&suffix) && *columns.get(3)? == LISTENING;
        is_ours
            .then(|| columns.get(9).map(ToString::to_string))
            .flatten()
    };
    table.lines().skip(1).filter_map(inode).collect()
}

fn process_with(inodes: &[String]) -> Option<Holder> {
    let links: Vec<_> = inodes
        .iter()
        .map(|inode| format!("socket:[{inode}]"))
        .collect();
    for entry in fs::read_dir("/proc").ok()?.flatten() {
        let Some(id) = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok())
        else {
            continue;
        };
        if has_descriptor(&entry.path().join("fd"), &links) {
            return Some(Holder::Process {
                program: program_of(&entry.path()),
                id,
            });
        }
    }
    None
}

fn has_descriptor(folder: &Path, links: &[String]) -> bool {
    let Ok(descriptors) = fs::read_dir(folder) else {
        return false;
    };
    descriptors
        .flatten()
        .filter_map(|descriptor| fs::read_link(descriptor.path()).ok())
        .any(|target| links.iter().any(|link| target.as_os_str() == link.as_str()))
}

/// The file name of the executable; `comm`, which is cut after 15 bytes, only where that can't be read.
fn program_of(process: &Path) -> String {
    let executable = fs::read_link(process.join("exe")).ok();
    let name = executable
        .as_deref()
        .and_then(Path::file_name)
        .map(|name| name.to_string_lossy().into_owned());
    name.or_else(|| fs::read_to_string(process.join("comm")).ok())
        .map_or_else(
            || "an unnamed program".to_owned(),
            |name| name.trim().to_owned(),
        )
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::{COLLECTOR_PORTS, Holder, finding, holder, inodes_in};
    use crate::doctor::Surroundings;
    use crate::doctor::finding::Status;

    #[test]
    fn a_port_held_by_this_process_is_a_problem_that_names_it() {
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = socket.local_addr().unwrap().port();
        let found = finding(port, "test");
        assert_eq!(found.status(), Status::Problem, "{found:?}");
        let id = format!("process {}", std::process::id());
        assert!(found.found().contains(&id), "{found:?}");
    }

    #[test]
    fn a_port_held_on_ipv6_is_seen() {
        let Ok(socket) = TcpListener::bind("[::1]:0") else {
            return; // no IPv6 here
        };
        let port = socket.local_addr().unwrap().port();
        assert!(matches!(holder(port), Some(Holder::Process { .. })));
    }

    #[test]
    fn ports_are_where_the_variables_put_them() {
        let surroundings = Surroundings::with(&[
            ("BELLWETHER_OTLP_GRPC_ENDPOINT", "[::1]:14317"),
            ("BELLWETHER_COLLECTOR_METRICS_PORT", "18888"),
            ("BELLWETHER_OTLP_HTTP_ENDPOINT", "nonsense"),
        ]);
        let ports = COLLECTOR_PORTS.map(|port| port.in_force(&surroundings));
        assert_eq!(ports, [14317, 4318, 4319, 18888, 13133, 4327, 4328]);
    }

    #[test]
    fn only_listening_sockets_count() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n\
            0: 0100007F:10DD 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0\n\
            1: 0100007F:10DD 0100007F:9999 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0\n";
        assert_eq!(inodes_in(table, 4317), ["4711"]);
        assert!(inodes_in(table, 4318).is_empty());
    }
}
