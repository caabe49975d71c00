use bellwether::metrics::generated::labels::SessionType;

use crate::exported::Exported;

#[test]
fn a_session_is_active_until_its_guard_is_gone() {
    let exported = Exported::new();
    let session = exported
        .metrics
        .session()
        .start("orch-1", SessionType::ClaudeFlow);
    session.iteration();
    session.iteration();
    let labels = "orchestrator_id=orch-1,session_type=claude-flow";
    let iterations = "wundr_session_iterations_total{orchestrator_id=orch-1} 2".to_owned();
    assert_eq!(
        exported.lines(),
        [
            format!("orchestrator_sessions_active{{{labels}}} 1"),
            iterations.clone()
        ]
    );
    session.end();
    assert_eq!(
        exported.lines(),
        [
            format!("orchestrator_sessions_active{{{labels}}} 0"),
            format!("wundr_session_duration_seconds{{{labels}}} 1"),
            iterations
        ]
    );
}
