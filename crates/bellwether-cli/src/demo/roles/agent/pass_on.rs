//! How the agent passes an area on to the session agent: by WebSocket, one connection whose questions take turns.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Map, Value};
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio_tungstenite::tungstenite;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};
use tracing::Instrument as _;

use crate::demo::boundary;
use crate::demo::wire::{Delegation, Findings, Message};

/// The longest an answer of the session agent may take.
const ANSWER_LIMIT: Duration = Duration::from_secs(20);
/// After so many questions a connection is given up and a new one opened.
const QUESTIONS: u32 = 8;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// The session agent, seen from here.
#[derive(Debug)]
pub(super) struct Peer {
    /// Where it answers.
    address: String,
    /// The connection, and the questions it has carried.
    socket: Mutex<Option<(Socket, u32)>>,
}

/// What can go wrong on the WebSocket.
#[derive(Debug, thiserror::Error)]
pub(super) enum PassOnError {
    #[error(transparent)]
    Socket(#[from] tungstenite::Error),
    #[error("unreadable message: {0}")]
    Message(#[from] serde_json::Error),
    #[error("the connection was closed")]
    Closed,
    #[error("no answer within {} s", ANSWER_LIMIT.as_secs())]
    Late,
}

impl PassOnError {
    /// The error's class, few enough to be a label.
    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::Socket(_) => "websocket",
            Self::Message(_) => "message",
            Self::Closed => "closed",
            Self::Late => "timeout",
        }
    }
}

impl Peer {
    pub(super) fn at(address: String) -> Self {
        Self {
            address,
            socket: Mutex::new(None),
        }
    }

    /// Asks the session agent and waits for its answer.
    pub(super) async fn pass_on(&self, delegation: &Delegation) -> Result<Findings, PassOnError> {
        let span = tracing::info_span!(
            "send message",
            otel.name = "websocket inspect",
            otel.kind = "client",
            otel.status_code = tracing::field::Empty,
            network.protocol.name = "websocket",
        );
        async {
            // Taken inside the span: it is the parent of what the session agent does.
            let mut fields = Map::<String, Value>::new();
            boundary::write_message(&mut fields);
            let mut slot = self.socket.lock().await;
            let asked = tokio::time::timeout(
                ANSWER_LIMIT,
                ask(&mut slot, &self.address, delegation, fields),
            )
            .await;
            let answer = asked.unwrap_or(Err(PassOnError::Late));
            let is_worn = slot.as_ref().is_some_and(|(_, asked)| *asked >= QUESTIONS);
            if answer.is_err() || is_worn {
                // Half a conversation may be left on it.
                *slot = None;
            }
            if answer.is_err() {
                tracing::Span::current().record("otel.status_code", "error");
            }
            answer
        }
        .instrument(span)
        .await
    }
}

async fn ask(
    slot: &mut Option<(Socket, u32)>,
    address: &str,
    delegation: &Delegation,
    fields: Map<String, Value>,
) -> Result<Findings, PassOnError> {
    let (socket, asked) = if let Some(open) = slot {
        open
    } else {
        let (socket, _) =
            tokio_tungstenite::connect_async(format!("ws://{address}/session")).await?;
        slot.insert((socket, 0))
    };
    *asked += 1;
    let question = Message {
        id: format!("{}:{}", delegation.session_id, delegation.area),
        kind: "inspect".to_owned(),
        payload: delegation,
        fields,
    };
    let text = serde_json::to_string(&question)?;
    socket.send(tungstenite::Message::text(text)).await?;
    while let Some(message) = socket.next().await {
        let tungstenite::Message::Text(text) = message? else {
            continue;
        };
        let answer: Message<Findings> = serde_json::from_str(&text)?;
        if answer.id == question.id {
            return Ok(answer.payload);
        }
    }
    Err(PassOnError::Closed)
}
