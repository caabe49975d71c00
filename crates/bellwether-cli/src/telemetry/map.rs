//! The map of services, as a table.

use bellwether_backend::query::{self, Contact, MapQuery};
use clap::Args;

use super::table::{plain, table};
use super::{Context, Period, failed, when};
use crate::exit::{Exit, Failure};

#[derive(Debug, Args)]
pub(super) struct MapArguments {
    #[command(flatten)]
    period: Period,

    /// Spans to look at, at most, the newest
    #[arg(long, default_value_t = MapQuery::default().limits.rows)]
    limit: usize,
}

pub(super) fn run(context: &Context<'_>, arguments: &MapArguments) -> Result<Exit, Failure> {
    let mut question = MapQuery {
        range: arguments.period.range(),
        ..MapQuery::default()
    };
    question.limits.rows = arguments.limit;
    let map = query::service_map(&context.store, &question).map_err(|error| failed(&error))?;
    if context.is_json {
        return context.json(&map);
    }
    if map.services.is_empty() {
        context
            .terminal
            .line("no spans are stored in that time; `bellwether telemetry status` says what is");
        return Ok(Exit::OK);
    }
    let style = context.terminal.style();
    let rows: Vec<Vec<String>> = map
        .services
        .iter()
        .map(|node| {
            vec![
                plain(&node.service),
                node.spans.to_string(),
                node.errors.to_string(),
            ]
        })
        .collect();
    let headings = ["SERVICE", ">SPANS", ">ERRORS"];
    context.terminal.line(&table(style, &headings, &rows));
    context.terminal.line("");
    if map.edges.is_empty() {
        context.terminal.line("no service calls another");
        return Ok(Exit::OK);
    }
    let took = |seconds: Option<f64>| seconds.map_or_else(|| "-".to_owned(), when::seconds);
    let rows: Vec<Vec<String>> = map
        .edges
        .iter()
        .map(|edge| {
            let arrow = match edge.contact {
                Contact::Call => "calls",
                Contact::Message => "sends to",
            };
            vec![
                plain(&edge.caller),
                arrow.to_owned(),
                plain(&edge.callee),
                edge.calls.to_string(),
                edge.errors.to_string(),
                took(edge.p50),
                took(edge.p95),
            ]
        })
        .collect();
    let headings = ["CALLER", "", "CALLEE", ">CALLS", ">ERRORS", ">P50", ">P95"];
    context.terminal.line(&table(style, &headings, &rows));
    if map.is_cut {
        context.terminal.warning(&format!(
            "drawn from the newest {} spans; there are more, --limit asks for more",
            arguments.limit
        ));
    }
    Ok(Exit::OK)
}
