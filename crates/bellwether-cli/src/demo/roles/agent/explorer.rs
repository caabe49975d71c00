//! An explorer: one conversation with a model that goes on from delegation to delegation.
//!
//! After the files are read it sums them up with the model (its part as documenter), then has the summary checked
//! against what the toolbox and its memory say (its part as reviewer). Each part is an execution with its own phase.

use bellwether::metrics;
use bellwether::metrics::generated::labels::{AgentType, GenAiToolType, Phase};
use serde_json::json;
use tracing::Instrument as _;

use super::Agent;
use crate::demo::context::Conversation;
use crate::demo::mcp::client::Session;
use crate::demo::model::SMALL;
use crate::demo::model::client::{Answer, ModelError, Question};
use crate::demo::model::protocol::Message;
use crate::demo::tools::{self, ToolError};
use crate::demo::wire::{Delegation, Findings, ModelUse};

const INSTRUCTIONS: &str =
    "You look into files of a directory. Say in a few sentences what they are about.";
/// Tokens of an answer.
const MOST_TOKENS: u64 = 60;

/// Its name, and all that was said.
#[derive(Debug)]
pub(super) struct Explorer {
    name: String,
    conversation: Conversation,
}

impl Explorer {
    pub(super) fn new(number: usize) -> Self {
        Self {
            name: format!("explorer-{number}"),
            conversation: Conversation::new(INSTRUCTIONS, &SMALL),
        }
    }

    /// Sums up the area and has it checked. What fails is in the findings.
    pub(super) async fn write_up(
        &mut self,
        agent: &Agent,
        delegation: &Delegation,
        notes: &[String],
        found: &mut Findings,
    ) {
        let session = &delegation.session_id;
        let conversation = &mut self.conversation;
        conversation.enter(&self.name, session, AgentType::Documenter);
        let known = agent.recall(delegation);
        let mut text = format!("The area is {}.\n", delegation.area);
        for line in notes.iter().chain(&known) {
            text.push_str(line);
            text.push('\n');
        }
        let documenter = Part {
            agent_type: AgentType::Documenter,
            name: "documenter",
            phase: Phase::Document,
            phase_name: "document",
        };
        let summary = self
            .turn(agent, delegation, &documenter, text, &mut found.models)
            .await;
        let summary = match summary {
            Ok(summary) => summary,
            Err(error) => {
                found.failure = Some(error.kind().to_owned());
                return;
            }
        };
        agent.remember(delegation, &summary);
        let mut text = summary;
        match consult(agent, delegation).await {
            Ok(count) => {
                let query = delegation.query.trim();
                text += "\nThe index knows `";
                text += query;
                text += "` so often: ";
                text += &count;
            }
            Err(error) => {
                found.tool_failures += 1;
                tracing::warn!("the toolbox did not help: {error}");
            }
        }
        for line in agent.recall(delegation) {
            text.push('\n');
            text += &line;
        }
        let reviewer = Part {
            agent_type: AgentType::Reviewer,
            name: "reviewer",
            phase: Phase::Review,
            phase_name: "review",
        };
        let checked = self
            .turn(agent, delegation, &reviewer, text, &mut found.models)
            .await;
        if let Err(error) = checked {
            found.failure = Some(error.kind().to_owned());
        }
    }

    /// One question and its answer, as an execution of an agent.
    async fn turn(
        &mut self,
        agent: &Agent,
        delegation: &Delegation,
        part: &Part,
        text: String,
        models: &mut ModelUse,
    ) -> Result<String, ModelError> {
        let span = tracing::info_span!(
            "agent execution",
            otel.name = format!("{}-execution", part.name),
            otel.status_code = tracing::field::Empty,
            agent.id = %self.name,
            agent_type = part.name,
            phase = part.phase_name,
            session.id = %delegation.session_id,
            context.tokens = tracing::field::Empty,
        );
        async {
            let executions = metrics::agent_execution()
                .agent(part.name)
                .model(SMALL.name);
            let execution = executions.start(part.agent_type, part.phase);
            let conversation = &mut self.conversation;
            conversation.say(Message::user(text));
            if let Some(freed) = conversation.compact() {
                tracing::info!(agent = self.name, freed, "context compacted");
            }
            tracing::Span::current().record("context.tokens", conversation.used());
            let question = Question {
                orchestrator_id: &delegation.orchestrator_id,
                session_id: &delegation.session_id,
                agent: part.agent_type,
                messages: conversation.messages(),
                max_tokens: MOST_TOKENS,
            };
            match agent.models.ask(question).await {
                Ok(answer) => {
                    execution.success();
                    count(models, &answer);
                    conversation.say(Message::assistant(answer.text.clone()));
                    Ok(answer.text)
                }
                Err(error) => {
                    models.failures += 1;
                    tracing::Span::current().record("otel.status_code", "error");
                    let errors = metrics::error().orchestrator(&delegation.orchestrator_id);
                    errors.record(part.name, error.kind());
                    match error {
                        ModelError::Late => execution.timeout(),
                        _ => execution.error(error.kind()),
                    }
                    tracing::error!(error_type = error.kind(), "no model answered: {error}");
                    Err(error)
                }
            }
        }
        .instrument(span)
        .await
    }
}

/// What an explorer is at the moment.
struct Part {
    agent_type: AgentType,
    name: &'static str,
    phase: Phase,
    phase_name: &'static str,
}

fn count(models: &mut ModelUse, answer: &Answer) {
    models.add(ModelUse {
        answers: 1,
        failures: 0,
        retries: answer.retries,
        prompt_tokens: answer.usage.prompt,
        completion_tokens: answer.usage.completion,
        cached_tokens: answer.usage.cache_read,
        dollars: answer.dollars,
    });
}

/// Asks the toolbox how often what is searched for occurs in the whole directory.
async fn consult(agent: &Agent, delegation: &Delegation) -> Result<String, ToolError> {
    let calls = metrics::tool_call()
        .agent("reviewer")
        .orchestrator(&delegation.orchestrator_id)
        .tool_type(GenAiToolType::Extension);
    let work = async {
        let session = Session::open(&agent.client, &agent.toolbox).await?;
        let asked = async {
            let tools = session.tools().await?;
            tracing::debug!(tools = tools.len(), "toolbox asked");
            let arguments = json!({"query": delegation.query});
            session.call("lookup", arguments).await
        };
        let asked = asked.await;
        session.close().await;
        Ok(asked?)
    };
    tools::call("lookup", delegation.query.trim(), &calls, work).await
}
