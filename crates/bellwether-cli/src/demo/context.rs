//! An agent's conversation with its model, and the window that it has to fit into.
//!
//! Everything that is said stays in the conversation, since a model knows nothing else. When four fifths of the window
//! are full it is compacted: the instructions and the latest messages stay as they are, the older ones are cut to
//! their beginnings, and what was said most often first goes altogether.

use bellwether::metrics;
use bellwether::metrics::generated::labels::AgentType;
use bellwether::metrics::recorders::ContextWindow;

use super::model::protocol::Message;
use super::model::{Model, tokens};

/// Messages at the end that compaction leaves alone.
const LATEST: usize = 2;
/// Tokens that are left of an older message.
const LEFT: u64 = 12;

/// A conversation that has not ended.
#[derive(Debug)]
pub(super) struct Conversation {
    messages: Vec<Message>,
    used: u64,
    size: u64,
    /// Its series leave with it.
    window: Option<ContextWindow>,
}

impl Conversation {
    /// Begins with the agent's instructions, for this model's window.
    pub(super) fn new(instructions: &str, model: &Model) -> Self {
        Self {
            messages: vec![Message::system(instructions)],
            used: tokens::count(instructions),
            size: model.window,
            window: None,
        }
    }

    /// Goes on in this session.
    pub(super) fn enter(&mut self, agent: &str, session: &str, agent_type: AgentType) {
        self.window = Some(metrics::context_window().open(agent, session, agent_type));
        self.show();
    }

    /// Adds what somebody said.
    pub(super) fn say(&mut self, message: Message) {
        self.used += tokens::count(&message.content);
        self.messages.push(message);
        self.show();
    }

    /// All of it, as the model gets it.
    pub(super) fn messages(&self) -> &[Message] {
        &self.messages
    }

    /// Tokens in use.
    pub(super) const fn used(&self) -> u64 {
        self.used
    }

    /// Makes room if four fifths are full. Answers how many tokens that freed.
    pub(super) fn compact(&mut self) -> Option<u64> {
        let limit = self.size / 5 * 4;
        if self.used <= limit {
            return None;
        }
        let before = self.used;
        let older = 1..self.messages.len().saturating_sub(LATEST).max(1);
        for message in &mut self.messages[older] {
            message.content = tokens::first(&message.content, LEFT).to_owned();
        }
        // Half the window is for what comes.
        while self.recount() > self.size / 2 && self.messages.len() > LATEST + 1 {
            self.messages.remove(1);
        }
        self.show();
        Some(before - self.used.min(before))
    }

    fn recount(&mut self) -> u64 {
        let counts = self.messages.iter().map(|m| tokens::count(&m.content));
        self.used = counts.sum();
        self.used
    }

    fn show(&self) {
        if let Some(window) = &self.window {
            window.set(self.used, self.size);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Conversation;
    use crate::demo::model::protocol::Message;
    use crate::demo::model::{SMALL, tokens};

    #[test]
    fn a_full_window_is_compacted_and_the_latest_stays() {
        let mut conversation = Conversation::new("Sum up what you read.", &SMALL);
        let text = "word ".repeat(150);
        let mut freed = None;
        for n in 0..20 {
            conversation.say(Message::user(format!("{n} {text}")));
            let used = conversation.used();
            if let Some(tokens) = conversation.compact() {
                assert!(used > SMALL.window / 5 * 4);
                assert_eq!(used - tokens, conversation.used());
                freed = Some(tokens);
                break;
            }
        }
        assert!(freed.is_some_and(|tokens| tokens > 500), "{freed:?}");
        assert!(conversation.used() <= SMALL.window / 2);
        let messages = conversation.messages();
        assert_eq!(messages[0].content, "Sum up what you read.");
        assert!(messages.last().unwrap().content.ends_with(&text));
        let counted: u64 = messages.iter().map(|m| tokens::count(&m.content)).sum();
        assert_eq!(counted, conversation.used());
        assert_eq!(conversation.compact(), None);
    }
}
