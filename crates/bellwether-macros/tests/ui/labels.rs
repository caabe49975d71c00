// What is no label, and too many series.
use bellwether::ids::{SessionId, UserId};
use bellwether::metrics::generated::labels::{AgentType, Phase};
use bellwether::{Label, track_metrics};

#[derive(Clone, Copy, Label)]
enum Kind {
    A,
    B,
}

#[track_metrics("by_user", labels(user = user: UserId))]
fn by_user(user: UserId) {}

#[track_metrics("by_text", labels(kind = kind: String))]
fn by_text(kind: String) {}

#[track_metrics("other_type", labels(kind = Phase::Code: Kind))]
fn other_type() {}

#[track_metrics("too_many", labels(from = agent: AgentType, to = agent: AgentType, phase = phase: Phase))]
fn too_many(agent: AgentType, phase: Phase) {}

fn set<L: bellwether::metrics::Labels>() {}

fn main() {
    set::<(Kind, SessionId)>();
}
