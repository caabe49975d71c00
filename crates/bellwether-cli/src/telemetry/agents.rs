//! What agents did: executions, tools, models, delegations, context windows, budgets.

use bellwether_backend::query::{self, AgentQuery, AgentReport, Limits, ModelRow};
use clap::Args;

use super::table::{number, plain, table};
use super::{Context, Period, failed, when};
use crate::exit::{Exit, Failure};

#[derive(Debug, Args)]
pub(super) struct AgentsArguments {
    #[command(flatten)]
    period: Period,

    /// Rows of each table at most
    #[arg(long, default_value_t = 20)]
    limit: usize,
}

pub(super) fn run(context: &Context<'_>, arguments: &AgentsArguments) -> Result<Exit, Failure> {
    let question = AgentQuery {
        range: arguments.period.range(),
        limits: Limits {
            rows: arguments.limit,
            ..Limits::default()
        },
    };
    let report = query::agents(&context.store, &question).map_err(|error| failed(&error))?;
    if context.is_json {
        return context.json(&report);
    }
    let parts = [
        agents(&report),
        tools(&report),
        models(&report),
        delegations(&report),
        windows(&report),
        budgets(&report),
    ];
    let style = context.terminal.style();
    let tables: Vec<String> = parts
        .iter()
        .filter(|part| !part.rows.is_empty())
        .map(|part| table(style, part.headings, &part.rows))
        .collect();
    if tables.is_empty() {
        context.terminal.line(
            "no agent, tool, model or budget is stored in that time; `bellwether telemetry metrics` lists what is",
        );
        return Ok(Exit::OK);
    }
    context.terminal.line(&tables.join("\n\n"));
    if report.is_cut {
        context
            .terminal
            .warning("there is more than this; --limit asks for more rows, --since for less time");
    }
    Ok(Exit::OK)
}

struct Part {
    headings: &'static [&'static str],
    rows: Vec<Vec<String>>,
}

fn maybe(value: Option<f64>, shown: impl Fn(f64) -> String) -> String {
    value.map_or_else(|| "-".to_owned(), shown)
}

fn agents(report: &AgentReport) -> Part {
    let rows = report.agents.iter().map(|row| {
        vec![
            plain(&row.agent),
            number(row.executions),
            number(row.failed),
            maybe(row.avg, when::seconds),
            maybe(row.p95, when::seconds),
            maybe(row.tokens, number),
        ]
    });
    Part {
        headings: &["AGENT", ">EXECUTIONS", ">FAILED", ">AVG", ">P95", ">TOKENS"],
        rows: rows.collect(),
    }
}

fn tools(report: &AgentReport) -> Part {
    let rows = report.tools.iter().map(|row| {
        vec![
            plain(&row.tool),
            number(row.calls),
            number(row.failed),
            maybe(row.avg, when::seconds),
            maybe(row.p95, when::seconds),
        ]
    });
    Part {
        headings: &["TOOL", ">CALLS", ">FAILED", ">AVG", ">P95"],
        rows: rows.collect(),
    }
}

/// `1500 prompt, 300 completion`.
fn tokens(row: &ModelRow) -> String {
    let of = |(kind, tokens): (&String, &f64)| {
        if kind == "all" {
            number(*tokens)
        } else {
            format!("{} {}", number(*tokens), plain(kind))
        }
    };
    if row.tokens.is_empty() {
        return "-".to_owned();
    }
    row.tokens.iter().map(of).collect::<Vec<_>>().join(", ")
}

fn models(report: &AgentReport) -> Part {
    let rows = report.models.iter().map(|row| {
        vec![
            plain(&row.model),
            maybe(row.requests, number),
            maybe(row.errors, number),
            maybe(row.avg, when::seconds),
            maybe(row.p95, when::seconds),
            maybe(row.cost, |dollars| format!("${dollars:.4}")),
            tokens(row),
        ]
    });
    Part {
        headings: &[
            "MODEL",
            ">REQUESTS",
            ">ERRORS",
            ">AVG",
            ">P95",
            ">COST",
            "TOKENS",
        ],
        rows: rows.collect(),
    }
}

fn delegations(report: &AgentReport) -> Part {
    let rows = report.delegations.iter().map(|row| {
        vec![
            plain(&row.from),
            plain(&row.to),
            number(row.delegations),
            number(row.failed),
        ]
    });
    Part {
        headings: &["FROM", "TO", ">DELEGATIONS", ">FAILED"],
        rows: rows.collect(),
    }
}

fn windows(report: &AgentReport) -> Part {
    let percent = |value: f64| format!("{value:.1} %");
    let rows = report.context.iter().map(|row| {
        vec![
            plain(&row.agent_id),
            plain(&row.session_id),
            percent(row.last),
            percent(row.highest),
            maybe(row.used_tokens, number),
            maybe(row.size_tokens, number),
        ]
    });
    Part {
        headings: &[
            "CONTEXT OF",
            "SESSION",
            ">IN USE",
            ">HIGHEST",
            ">TOKENS",
            ">OF",
        ],
        rows: rows.collect(),
    }
}

fn budgets(report: &AgentReport) -> Part {
    let percent = |value: f64| format!("{value:.1} %");
    let rows = report.budgets.iter().map(|row| {
        vec![
            plain(&row.orchestrator),
            plain(&row.period),
            percent(row.last),
            percent(row.highest),
        ]
    });
    Part {
        headings: &["BUDGET OF", "PERIOD", ">SPENT", ">HIGHEST"],
        rows: rows.collect(),
    }
}
