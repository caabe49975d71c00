//! What a demo does not answer, with the reasons.

use super::board::{Board, Query};

/// Queries of a board that share a reason: panels, each with the letters of its queries, all of them if none is named.
pub(crate) struct NotShown {
    board: &'static str,
    pub(crate) reason: &'static str,
    queries: &'static [(&'static str, &'static str)],
}

impl NotShown {
    fn names(&self, board: &Board, query: &Query) -> bool {
        let is_it = |(panel, references): &(&str, &str)| {
            *panel == query.panel
                && (references.is_empty() || references.contains(query.reference.as_str()))
        };
        self.board == board.name && self.queries.iter().any(is_it)
    }
}

/// Never answered: it would be an error of this list.
pub(crate) const NEVER: &[NotShown] = &[
    NotShown {
        board: "host-gpu",
        reason: "the fleet reports no GPU",
        queries: &[
            ("GPUs", ""),
            ("GPUs idle while work waits", ""),
            ("Busy", ""),
            ("Memory in use", ""),
            ("Power", ""),
            ("Temperature", ""),
            ("Held back", ""),
            ("Idle while work waits", ""),
            ("Work for each GPU", ""),
            ("Energy of a job", ""),
            ("Who holds GPU memory", ""),
            ("Memory in bytes", ""),
            ("Encoders and decoders", ""),
            ("State", ""),
        ],
    },
    NotShown {
        board: "host-gpu",
        reason: "the Collector asks no engine for its containers",
        queries: &[
            ("Processor time of containers", ""),
            ("Memory of containers", ""),
            ("Containers", ""),
            ("Disk traffic of containers", ""),
        ],
    },
    NotShown {
        board: "models-cost",
        reason: "the stand-in for models does not reason",
        queries: &[("Tokens by kind", "E")],
    },
    NotShown {
        board: "models-cost",
        reason: "there was no demo yesterday",
        queries: &[("Cache efficiency", "B")],
    },
    NotShown {
        board: "pipeline",
        reason: "nothing is lost or refused",
        queries: &[
            ("Lost, by cause", ""),
            ("Services", "CD"),
            ("Refused and failed on receipt", ""),
            ("Lost on the way out", ""),
            ("Changes of state", "D"),
            ("Rules that fail", "A"),
            ("Values of labels beyond their bound", ""),
            ("Lines, exemplars and callbacks lost", "B"),
            ("Batches and snapshots", "B"),
        ],
    },
    NotShown {
        board: "pipeline",
        reason: "of OpenTelemetry's own processors and exporters; Bellwether's count as bellwether_*",
        queries: &[
            ("Queues inside services", ""),
            ("Time of an export", ""),
            ("Spans started and alive", ""),
            ("Exported by signal", ""),
            ("Time to collect metrics", ""),
        ],
    },
    NotShown {
        board: "pipeline",
        reason: "there is no Alertmanager",
        queries: &[("Alerts on their way to the Alertmanager", "")],
    },
];

/// Answered or not, as the machine or the moment has it.
pub(crate) const AT_TIMES: &[NotShown] = &[
    NotShown {
        board: "host-gpu",
        reason: "not every machine has swap",
        queries: &[("Swap in use", "")],
    },
    NotShown {
        board: "slos",
        reason: "there is one figure an hour, at the full hour",
        queries: &[("Burn-down of this month's budget", "A")],
    },
    NotShown {
        board: "jobs",
        reason: "what waits in the incident expires before it is worked on",
        queries: &[
            ("Time to drain", ""),
            ("Time to drain, by queue", ""),
            ("Queues", "E"),
        ],
    },
    NotShown {
        board: "jobs",
        reason: "the fleet's worker tries again within one start, so that at times there are more tries than starts",
        queries: &[("Retries per job", "")],
    },
    NotShown {
        board: "pipeline",
        reason: "a machine with more to do is late with rules, and has readings that it does not allow",
        queries: &[("Rules that fail", "B"), ("Readings that fail", "")],
    },
];

/// Put together from several services, so of one chosen service (`job`) there is no answer, of all there is.
pub(crate) const ACROSS_SERVICES: &[NotShown] = &[
    NotShown {
        board: "jobs",
        reason: "the worker knows who is free, the orchestrator what waits",
        queries: &[("Idle while items wait", "")],
    },
    NotShown {
        board: "models-cost",
        reason: "the agent pays, the orchestrator holds the sessions",
        queries: &[("Cost per session", ""), ("Orchestrators", "CEF")],
    },
];

/// Asked for exemplars, as everything with a latency is, and there are none.
pub(crate) const WITHOUT_TRACES: &[NotShown] = &[NotShown {
    board: "host-gpu",
    reason: "a runtime's lag is measured outside of every span",
    queries: &[("How late the runtime wakes a task", "")],
}];

pub(crate) fn find(
    list: &'static [NotShown],
    board: &Board,
    query: &Query,
) -> Option<&'static NotShown> {
    list.iter().find(|entry| entry.names(board, query))
}

/// Entries that name no query there is.
pub(crate) fn unknown(boards: &[Board]) -> Vec<String> {
    let mut unknown = Vec::new();
    for entry in [NEVER, AT_TIMES, ACROSS_SERVICES, WITHOUT_TRACES]
        .into_iter()
        .flatten()
    {
        for (panel, references) in entry.queries {
            let of_panel: Vec<&str> = boards
                .iter()
                .filter(|board| board.name == entry.board)
                .flat_map(|board| &board.queries)
                .filter(|query| query.panel == *panel)
                .map(|query| query.reference.as_str())
                .collect();
            let is_known = !of_panel.is_empty()
                && references
                    .chars()
                    .all(|letter| of_panel.contains(&letter.to_string().as_str()));
            if !is_known {
                unknown.push(format!("{}: `{panel}` {references}", entry.board));
            }
        }
    }
    unknown
}
