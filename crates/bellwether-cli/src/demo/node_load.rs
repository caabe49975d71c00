//! How busy the machine is that a role runs on: its load average, as a share of its processors.

/// The name of this machine.
pub(super) fn name() -> String {
    nix::unistd::gethostname()
        .ok()
        .and_then(|name| name.into_string().ok())
        .unwrap_or_else(|| "this machine".to_owned())
}

/// Processes that run or wait to run, over the last minute, by processor; at most 1. None where the system does not say.
pub(super) fn now() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/loadavg").ok()?;
    let processors = std::thread::available_parallelism().ok()?.get();
    share(&text, processors)
}

fn share(load_average: &str, processors: usize) -> Option<f64> {
    let load: f64 = load_average.split_whitespace().next()?.parse().ok()?;
    Some((load / processors as f64).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn a_load_is_a_share_of_the_processors() {
        assert_eq!(share("0.50 0.40 0.30 1/200 4242", 2), Some(0.25));
        assert_eq!(share("9.00 0.40 0.30 1/200 4242", 2), Some(1.0));
        assert_eq!(share("", 2), None);
    }
}
