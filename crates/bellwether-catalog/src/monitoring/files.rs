//! The definitions that are compiled in.

macro_rules! files {
    ($($name:literal,)+) => {
        /// Files, by folder and name.
        pub(super) const FILES: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../", $name))),)+];
    };
}

files! {
    "alerts/agents.yaml",
    "alerts/defaults.yaml",
    "alerts/host-gpu.yaml",
    "alerts/jobs.yaml",
    "alerts/models.yaml",
    "alerts/pipeline.yaml",
    "alerts/telemetry.yaml",
    "alerts/tools.yaml",
    "recording/collector.yaml",
    "recording/work.yaml",
    "slos/agent-executions.yaml",
    "slos/job-queue-wait.yaml",
    "slos/jobs.yaml",
    "slos/message-latency.yaml",
    "slos/model-requests.yaml",
    "slos/tool-calls.yaml",
}
