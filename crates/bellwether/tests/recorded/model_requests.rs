use bellwether::metrics::generated::labels::{AgentType, GenAiOperation, TokenType};

use crate::exported::Exported;

#[test]
fn a_request_feeds_each_family_once() {
    let exported = Exported::new();
    let models = exported
        .metrics
        .model_request()
        .orchestrator("orch-1")
        .agent(AgentType::Coder)
        .server("api.example.com", 443);
    let mut request = models.start("anthropic", "claude-sonnet");
    request.response_model("claude-sonnet-4");
    for _ in 0..3 {
        request.chunk();
    }
    request.tokens(TokenType::Prompt, 1_200);
    request.tokens(TokenType::CacheRead, 1_000);
    request.tokens(TokenType::Completion, 300);
    request.cost(0.5);
    request.cost(f64::NAN);
    request.cost(-1.0);
    request.success();
    let gen_ai = |inside: &str| {
        format!(
            "gen_ai.operation.name=chat,gen_ai.provider.name=anthropic,gen_ai.request.model=claude-sonnet,\
             gen_ai.response.model=claude-sonnet-4{inside},server.address=api.example.com,server.port=443"
        )
    };
    let model = "model=claude-sonnet";
    assert_eq!(
        exported.lines(),
        [
            format!("agent_tokens_used{{agent_type=coder,{model}}} 1500"),
            format!("gen_ai.client.operation.duration{{{}}} 1", gen_ai("")),
            format!(
                "gen_ai.client.operation.time_per_output_chunk{{{}}} 2",
                gen_ai("")
            ),
            format!(
                "gen_ai.client.operation.time_to_first_chunk{{{}}} 1",
                gen_ai("")
            ),
            format!(
                "gen_ai.client.token.usage{{{}}} 1",
                gen_ai(",gen_ai.token.type=input")
            ),
            format!(
                "gen_ai.client.token.usage{{{}}} 1",
                gen_ai(",gen_ai.token.type=output")
            ),
            format!("orchestrator_tokens_used_total{{{model},orchestrator_id=orch-1}} 1500"),
            format!("wundr_model_cost_dollars_total{{{model},provider=anthropic}} 0.5"),
            format!("wundr_model_request_duration_seconds{{{model},provider=anthropic}} 1"),
            format!(
                "wundr_model_request_tokens_total{{{model},provider=anthropic,token_type=cache_read}} 1000"
            ),
            format!(
                "wundr_model_request_tokens_total{{{model},provider=anthropic,token_type=completion}} 300"
            ),
            format!(
                "wundr_model_request_tokens_total{{{model},provider=anthropic,token_type=prompt}} 1200"
            ),
            format!("wundr_model_requests_total{{{model},provider=anthropic}} 1"),
            format!(
                "wundr_session_cost_dollars_total{{{model},orchestrator_id=orch-1,provider=anthropic}} 0.5"
            ),
            format!("wundr_session_tokens_completion_total{{{model},orchestrator_id=orch-1}} 300"),
            format!("wundr_session_tokens_prompt_total{{{model},orchestrator_id=orch-1}} 1200"),
        ]
    );
}

#[test]
fn failures_are_told_by_type_and_one_that_is_turned_away_is_both() {
    let exported = Exported::new();
    let models = exported
        .metrics
        .model_request()
        .operation(GenAiOperation::Embeddings);
    let start = || models.start("anthropic", "m");
    start().error("overloaded");
    start().timeout();
    start().rate_limited();
    drop(start());
    let series = exported.series();
    let of = |metric: &str| series.get(metric).copied();
    for error in ["overloaded", "timeout", "rate_limited", "abandoned"] {
        let errors =
            format!("wundr_model_errors_total{{error_type={error},model=m,provider=anthropic}}");
        assert_eq!(of(&errors), Some(1.0), "{error}");
        let duration = format!(
            "gen_ai.client.operation.duration{{error.type={error},gen_ai.operation.name=embeddings,\
             gen_ai.provider.name=anthropic,gen_ai.request.model=m}}"
        );
        assert_eq!(of(&duration), Some(1.0), "{error}");
    }
    let labels = "{model=m,provider=anthropic}";
    assert_eq!(
        of(&format!("wundr_model_rate_limited_total{labels}")),
        Some(1.0)
    );
    assert_eq!(
        of(&format!("wundr_model_requests_total{labels}")),
        Some(4.0)
    );
}

#[test]
fn tokens_that_are_told_elsewhere_count_the_same() {
    let exported = Exported::new();
    let models = exported.metrics.model_request().orchestrator("orch-1");
    models.tokens("anthropic", "m", TokenType::Prompt, 1_500);
    let series = exported.series();
    assert_eq!(
        series["orchestrator_tokens_used_total{model=m,orchestrator_id=orch-1}"],
        1_500.0
    );
    assert_eq!(
        series["agent_tokens_used{agent_type=other,model=m}"],
        1_500.0
    );
    assert!(!series.keys().any(|key| key.contains("requests_total")));
}
