//! What agents did: executions, tools, models, delegations, context windows, budgets, each as a table.
//!
//! The tables come from metrics, through [`metrics`](super::metrics()): growth over the range, resets taken out, percentiles from
//! buckets. Services feed several families of names with one and the same thing (a job's own, those of an orchestrator, those of
//! OpenTelemetry's GenAI conventions); of each column the first family that has anything is taken, never two added up.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use serde::Serialize;

use super::labels::label_text;
use super::{ALWAYS, Aggregation, Limits, MetricQuery, metrics};
use crate::{Store, StoreError};

/// A question about agents.
///
/// ```
/// assert_eq!(bellwether_backend::query::AgentQuery::default().limits.rows, 100);
/// ```
#[derive(Debug, Clone)]
pub struct AgentQuery {
    /// From and to (exclusive), in nanoseconds since 1970.
    pub range: Range<i64>,
    /// Bounds; rows are those of each table.
    pub limits: Limits,
}

impl Default for AgentQuery {
    fn default() -> Self {
        Self {
            range: ALWAYS,
            limits: Limits::default(),
        }
    }
}

/// A type of agent.
///
/// ```
/// # use bellwether_backend::query::AgentRow;
/// fn tokens_each(row: &AgentRow) -> Option<f64> { row.tokens.map(|tokens| tokens / row.executions) }
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AgentRow {
    /// Its type, or its name where only that is known.
    pub agent: String,
    /// Executions.
    pub executions: f64,
    /// Those that did not end with success.
    pub failed: f64,
    /// Mean duration, seconds.
    pub avg: Option<f64>,
    /// One in twenty takes longer, seconds.
    pub p95: Option<f64>,
    /// Tokens that it used.
    pub tokens: Option<f64>,
}

/// A tool.
///
/// ```
/// # use bellwether_backend::query::ToolRow;
/// fn share_of_failures(row: &ToolRow) -> f64 { row.failed / row.calls }
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ToolRow {
    /// Its name.
    pub tool: String,
    /// Calls.
    pub calls: f64,
    /// Those that did not end with success.
    pub failed: f64,
    /// Mean duration, seconds.
    pub avg: Option<f64>,
    /// One in twenty takes longer, seconds.
    pub p95: Option<f64>,
}

/// A model.
///
/// ```
/// # use bellwether_backend::query::ModelRow;
/// fn dollars_a_request(row: &ModelRow) -> Option<f64> { Some(row.cost? / row.requests?) }
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ModelRow {
    /// Its name.
    pub model: String,
    /// Requests.
    pub requests: Option<f64>,
    /// Requests that failed.
    pub errors: Option<f64>,
    /// Tokens by type: prompt, completion and so on; `all` where no type is known.
    pub tokens: BTreeMap<String, f64>,
    /// US dollars.
    pub cost: Option<f64>,
    /// Mean duration of a request, seconds.
    pub avg: Option<f64>,
    /// One request in twenty takes longer, seconds.
    pub p95: Option<f64>,
}

/// Work that one orchestrator handed to another.
///
/// ```
/// # use bellwether_backend::query::DelegationRow;
/// fn describe(row: &DelegationRow) -> String { format!("{} to {}", row.from, row.to) }
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DelegationRow {
    /// Who delegated.
    pub from: String,
    /// To whom.
    pub to: String,
    /// How often.
    pub delegations: f64,
    /// Those that did not end with success.
    pub failed: f64,
}

/// The context window of an agent in a session.
///
/// ```
/// # use bellwether_backend::query::ContextRow;
/// fn is_nearly_full(row: &ContextRow) -> bool { row.highest > 90.0 }
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ContextRow {
    /// The agent's id.
    pub agent_id: String,
    /// The session's id.
    pub session_id: String,
    /// Percent in use, at last.
    pub last: f64,
    /// Percent in use, at most.
    pub highest: f64,
    /// Tokens in use, at last.
    pub used_tokens: Option<f64>,
    /// Tokens that fit.
    pub size_tokens: Option<f64>,
}

/// A budget.
///
/// ```
/// # use bellwether_backend::query::BudgetRow;
/// fn is_spent(row: &BudgetRow) -> bool { row.last >= 100.0 }
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BudgetRow {
    /// Whose.
    pub orchestrator: String,
    /// Daily, weekly or monthly.
    pub period: String,
    /// Percent spent, at last.
    pub last: f64,
    /// Percent spent, at most.
    pub highest: f64,
}

/// Everything known of agents.
///
/// ```
/// # use bellwether_backend::query::AgentReport;
/// fn is_empty(report: &AgentReport) -> bool { report.agents.is_empty() && report.tools.is_empty() }
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AgentReport {
    /// Types of agents, most executions first.
    pub agents: Vec<AgentRow>,
    /// Tools, most calls first.
    pub tools: Vec<ToolRow>,
    /// Models, by name.
    pub models: Vec<ModelRow>,
    /// Delegations, most first.
    pub delegations: Vec<DelegationRow>,
    /// Context windows, fullest first.
    pub context: Vec<ContextRow>,
    /// Budgets, the most spent first.
    pub budgets: Vec<BudgetRow>,
    /// A table had more rows than the limit, or a metric more readings.
    pub is_cut: bool,
}

/// Puts the tables together.
///
/// ```no_run
/// # fn main() -> Result<(), bellwether_backend::StoreError> {
/// let store = bellwether_backend::Store::open_read_only("telemetry.db")?;
/// for agent in bellwether_backend::query::agents(&store, &Default::default())?.agents {
///     println!("{}: {}", agent.agent, agent.executions);
/// }
/// # Ok(()) }
/// ```
pub fn agents(store: &Store, query: &AgentQuery) -> Result<AgentReport, StoreError> {
    let mut asker = Asker {
        store,
        query,
        is_cut: false,
    };
    let mut report = AgentReport {
        agents: asker.agents()?,
        tools: asker.tools()?,
        models: asker.models()?,
        delegations: asker.delegations()?,
        context: asker.context()?,
        budgets: asker.budgets()?,
        is_cut: false,
    };
    let rows = query.limits.rows;
    let cuts = [
        cut(&mut report.agents, rows),
        cut(&mut report.tools, rows),
        cut(&mut report.models, rows),
        cut(&mut report.delegations, rows),
        cut(&mut report.context, rows),
        cut(&mut report.budgets, rows),
    ];
    report.is_cut = asker.is_cut || cuts.contains(&true);
    Ok(report)
}

fn cut<T>(rows: &mut Vec<T>, limit: usize) -> bool {
    let is_cut = rows.len() > limit;
    rows.truncate(limit);
    is_cut
}

/// One family of names for the same thing: a metric, and the labels that it has for it.
struct Family {
    metric: &'static str,
    labels: &'static [&'static str],
}

const fn family(metric: &'static str, labels: &'static [&'static str]) -> Family {
    Family { metric, labels }
}

/// Values by the labels of a family.
type Values = BTreeMap<Vec<String>, f64>;

const P95: Aggregation = Aggregation::Quantile(0.95);

struct Asker<'a> {
    store: &'a Store,
    query: &'a AgentQuery,
    is_cut: bool,
}

impl Asker<'_> {
    /// The values of the first family that has any.
    fn first(
        &mut self,
        aggregation: Aggregation,
        families: &[Family],
    ) -> Result<Values, StoreError> {
        for family in families {
            let answer = metrics(
                self.store,
                &MetricQuery {
                    range: self.query.range.clone(),
                    aggregation: Some(aggregation),
                    by: family.labels.iter().map(|l| (*l).to_owned()).collect(),
                    limits: Limits {
                        time: self.query.limits.time,
                        ..MetricQuery::new("").limits
                    },
                    ..MetricQuery::new(family.metric)
                },
            )?;
            self.is_cut |= answer.is_cut;
            let values: Values = answer
                .series
                .iter()
                .filter_map(|series| {
                    let of = |label: &&str| {
                        let value = series.labels.get(*label);
                        value.map(label_text).unwrap_or_default()
                    };
                    let key = family.labels.iter().map(of).collect();
                    Some((key, series.samples.first()?.value))
                })
                .collect();
            if !values.is_empty() {
                return Ok(values);
            }
        }
        Ok(Values::new())
    }

    fn agents(&mut self) -> Result<Vec<AgentRow>, StoreError> {
        const DURATIONS: [Family; 2] = [
            family("agent_execution_duration_seconds", &["agent_type"]),
            family("gen_ai.invoke_agent.duration", &["gen_ai.agent.name"]),
        ];
        let counted = self.first(
            Aggregation::Sum,
            &[family("agent_execution_total", &["agent_type", "status"])],
        )?;
        // A GenAI duration says how it ended by whether it has a type of error.
        let counted = if counted.is_empty() {
            let by = family(
                "gen_ai.invoke_agent.duration",
                &["gen_ai.agent.name", "error.type"],
            );
            outcome_of_error_type(self.first(Aggregation::Count, &[by])?)
        } else {
            counted
        };
        let (avg, p95) = (
            self.first(Aggregation::Avg, &DURATIONS)?,
            self.first(P95, &DURATIONS)?,
        );
        let tokens = self.first(
            Aggregation::Sum,
            &[
                family("agent_tokens_used", &["agent_type"]),
                family("agent_tokens_used_total", &["agent_type"]),
            ],
        )?;
        let mut outcomes = outcomes(counted);
        for key in tokens.keys().filter(|key| !key[0].is_empty()) {
            outcomes.entry(key.clone()).or_default();
        }
        let mut rows: Vec<AgentRow> = outcomes
            .into_iter()
            .map(|(key, (executions, failed))| AgentRow {
                executions,
                failed,
                avg: avg.get(&key).copied(),
                p95: p95.get(&key).copied(),
                tokens: tokens.get(&key).copied(),
                agent: one(key),
            })
            .collect();
        rows.sort_by(|a, b| b.executions.total_cmp(&a.executions));
        Ok(rows)
    }

    fn tools(&mut self) -> Result<Vec<ToolRow>, StoreError> {
        const DURATIONS: [Family; 3] = [
            family("tool_call_duration_seconds", &["tool"]),
            family("wundr_tool_execution_duration_seconds", &["tool_name"]),
            family("gen_ai.execute_tool.duration", &["gen_ai.tool.name"]),
        ];
        let counted = self.first(
            Aggregation::Sum,
            &[
                family("tool_calls_total", &["tool", "status"]),
                family("wundr_tool_execution_total", &["tool_name", "status"]),
                family(
                    "orchestrator_tool_invocations_total",
                    &["tool_name", "status"],
                ),
            ],
        )?;
        let counted = if counted.is_empty() {
            let by = family(
                "gen_ai.execute_tool.duration",
                &["gen_ai.tool.name", "error.type"],
            );
            outcome_of_error_type(self.first(Aggregation::Count, &[by])?)
        } else {
            counted
        };
        let (avg, p95) = (
            self.first(Aggregation::Avg, &DURATIONS)?,
            self.first(P95, &DURATIONS)?,
        );
        let mut rows: Vec<ToolRow> = outcomes(counted)
            .into_iter()
            .map(|(key, (calls, failed))| ToolRow {
                calls,
                failed,
                avg: avg.get(&key).copied(),
                p95: p95.get(&key).copied(),
                tool: one(key),
            })
            .collect();
        rows.sort_by(|a, b| b.calls.total_cmp(&a.calls));
        Ok(rows)
    }

    fn models(&mut self) -> Result<Vec<ModelRow>, StoreError> {
        const DURATIONS: [Family; 2] = [
            family("wundr_model_request_duration_seconds", &["model"]),
            family(
                "gen_ai.client.operation.duration",
                &["gen_ai.request.model"],
            ),
        ];
        let requests = self.first(
            Aggregation::Sum,
            &[family("wundr_model_requests_total", &["model"])],
        )?;
        let requests = if requests.is_empty() {
            self.first(Aggregation::Count, &DURATIONS[1..])?
        } else {
            requests
        };
        let errors = self.first(
            Aggregation::Sum,
            &[family("wundr_model_errors_total", &["model"])],
        )?;
        let cost = self.first(
            Aggregation::Sum,
            &[
                family("wundr_model_cost_dollars_total", &["model"]),
                family("wundr_session_cost_dollars_total", &["model"]),
            ],
        )?;
        let by_type = self.first(
            Aggregation::Sum,
            &[
                family("wundr_model_request_tokens_total", &["model", "token_type"]),
                family(
                    "gen_ai.client.token.usage",
                    &["gen_ai.request.model", "gen_ai.token.type"],
                ),
            ],
        )?;
        let by_type: Values = if by_type.is_empty() {
            let all = self.first(
                Aggregation::Sum,
                &[
                    family("agent_tokens_used", &["model"]),
                    family("agent_tokens_used_total", &["model"]),
                    family("orchestrator_tokens_used_total", &["model"]),
                ],
            )?;
            let all = all.into_iter();
            all.map(|(key, tokens)| (vec![one(key), "all".to_owned()], tokens))
                .collect()
        } else {
            by_type
        };
        let (avg, p95) = (
            self.first(Aggregation::Avg, &DURATIONS)?,
            self.first(P95, &DURATIONS)?,
        );
        let sources = [&requests, &errors, &cost, &avg];
        let mut names: BTreeSet<String> = sources
            .into_iter()
            .flat_map(|values| values.keys().map(|key| key[0].clone()))
            .collect();
        names.extend(by_type.keys().map(|key| key[0].clone()));
        names.remove("");
        let rows = names.into_iter().map(|model| {
            let of = |values: &Values| values.get(std::slice::from_ref(&model)).copied();
            let tokens = by_type.iter().filter(|(key, _)| key[0] == model);
            ModelRow {
                requests: of(&requests),
                errors: of(&errors),
                tokens: tokens
                    .map(|(key, tokens)| (key[1].clone(), *tokens))
                    .collect(),
                cost: of(&cost),
                avg: of(&avg),
                p95: of(&p95),
                model,
            }
        });
        Ok(rows.collect())
    }

    fn delegations(&mut self) -> Result<Vec<DelegationRow>, StoreError> {
        let labels = &["from_orchestrator", "to_orchestrator", "status"];
        let counted = self.first(
            Aggregation::Sum,
            &[family("orchestrator_federation_delegations_total", labels)],
        )?;
        let mut rows: Vec<DelegationRow> = outcomes(counted)
            .into_iter()
            .map(|(mut key, (delegations, failed))| {
                let to = key.pop().unwrap_or_default();
                DelegationRow {
                    from: one(key),
                    to,
                    delegations,
                    failed,
                }
            })
            .collect();
        rows.sort_by(|a, b| b.delegations.total_cmp(&a.delegations));
        Ok(rows)
    }

    fn context(&mut self) -> Result<Vec<ContextRow>, StoreError> {
        const UTILIZATION: [Family; 1] = [family(
            "context_window_utilization",
            &["agent_id", "session_id"],
        )];
        let last = self.first(Aggregation::Last, &UTILIZATION)?;
        let highest = self.first(Aggregation::Max, &UTILIZATION)?;
        let used = [family("context_window_used_tokens", &["agent_id"])];
        let used = self.first(Aggregation::Last, &used)?;
        let size = [family("context_window_size_tokens", &["agent_id"])];
        let size = self.first(Aggregation::Last, &size)?;
        let mut rows: Vec<ContextRow> = last
            .into_iter()
            .map(|(key, last)| {
                let highest = highest.get(&key).copied().unwrap_or(last);
                let of = |values: &Values| values.get(&key[..1]).copied();
                ContextRow {
                    last,
                    highest,
                    used_tokens: of(&used),
                    size_tokens: of(&size),
                    agent_id: key[0].clone(),
                    session_id: key[1].clone(),
                }
            })
            .collect();
        rows.sort_by(|a, b| b.highest.total_cmp(&a.highest));
        Ok(rows)
    }

    fn budgets(&mut self) -> Result<Vec<BudgetRow>, StoreError> {
        const SPENT: [Family; 1] = [family(
            "orchestrator_budget_utilization_percent",
            &["orchestrator_id", "period"],
        )];
        let last = self.first(Aggregation::Last, &SPENT)?;
        let highest = self.first(Aggregation::Max, &SPENT)?;
        let mut rows: Vec<BudgetRow> = last
            .into_iter()
            .map(|(mut key, last)| {
                let highest = highest.get(&key).copied().unwrap_or(last);
                let period = key.pop().unwrap_or_default();
                BudgetRow {
                    orchestrator: one(key),
                    period,
                    last,
                    highest,
                }
            })
            .collect();
        rows.sort_by(|a, b| b.last.total_cmp(&a.last));
        Ok(rows)
    }
}

fn one(mut key: Vec<String>) -> String {
    key.pop().unwrap_or_default()
}

/// The last label is a type of error, empty without one: as a status.
fn outcome_of_error_type(values: Values) -> Values {
    let mut by_status = Values::new();
    for (mut key, value) in values {
        let status = if one_is_empty(&key) {
            "success"
        } else {
            "error"
        };
        key.pop();
        key.push(status.to_owned());
        *by_status.entry(key).or_default() += value;
    }
    by_status
}

fn one_is_empty(key: &[String]) -> bool {
    key.last().is_none_or(String::is_empty)
}

/// The last label is a status: how often in all, and how often without success, by the others.
fn outcomes(values: Values) -> BTreeMap<Vec<String>, (f64, f64)> {
    let mut outcomes: BTreeMap<Vec<String>, (f64, f64)> = BTreeMap::new();
    for (mut key, value) in values {
        let status = key.pop().unwrap_or_default();
        let is_success = matches!(status.as_str(), "success" | "ok" | "completed");
        let (all, failed) = outcomes.entry(key).or_default();
        *all += value;
        *failed += if is_success { 0.0 } else { value };
    }
    outcomes
}
