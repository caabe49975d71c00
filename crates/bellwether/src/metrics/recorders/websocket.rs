//! The recorder of WebSocket connections, their messages, errors and subscriptions.

use super::held::{Held, recorder};
use crate::metrics::generated::labels::{AuthMethod, Direction, MessageType};
use crate::metrics::generated::recorder_metrics::WebsocketMetrics;
use crate::metrics::{Cause, IntoLabel};

recorder! {
    /// The process's recorder of WebSocket connections.
    ///
    /// Feeds `wundr_ws_connections_active`, `wundr_ws_connections_total{auth_method}`,
    /// `wundr_ws_messages_received_total{message_type}`, `wundr_ws_messages_sent_total{message_type}`,
    /// `wundr_ws_message_size_bytes{direction}`, `wundr_ws_errors_total{error_type}` and `wundr_ws_session_subscriptions`. At
    /// most 64 types of messages have series of their own.
    ///
    /// ```
    /// use bellwether::metrics::{self, generated::labels::AuthMethod};
    ///
    /// let connection = metrics::websocket().connect(AuthMethod::Token);
    /// connection.received("subscribe", 180);
    /// let subscription = connection.subscribe();
    /// connection.sent("event", 2_048);
    /// drop(subscription);
    /// connection.close();
    /// ```
    websocket, WebsocketMetrics => WebSockets
}

/// The recorder of WebSocket connections, from [`websocket`].
///
/// ```
/// let sockets = bellwether::metrics::websocket();
/// # let _ = sockets;
/// ```
#[derive(Debug, Clone)]
pub struct WebSockets(Held<WebsocketMetrics>);

impl WebSockets {
    fn new(families: Held<WebsocketMetrics>) -> Self {
        Self(families)
    }

    /// A connection was accepted: one more is open until the guard is gone.
    ///
    /// ```
    /// use bellwether::metrics::{self, generated::labels::AuthMethod};
    /// let connection = metrics::websocket().connect(AuthMethod::ApiKey);
    /// # drop(connection);
    /// ```
    #[must_use = "a connection that is dropped at once is closed"]
    pub fn connect(&self, auth_method: AuthMethod) -> WebSocketConnection {
        self.0.wundr_ws_connections_total.add(1, auth_method);
        self.0.wundr_ws_connections_active.add(1, ());
        WebSocketConnection(self.0.clone())
    }

    /// An error without a connection, as of a handshake that failed.
    ///
    /// ```
    /// bellwether::metrics::websocket().error("handshake");
    /// ```
    pub fn error(&self, cause: impl Cause) {
        self.0.wundr_ws_errors_total.add(1, cause.error_type());
    }
}

/// A connection that is open, from [`WebSockets::connect`].
///
/// ```
/// use bellwether::metrics::{self, generated::labels::AuthMethod};
/// metrics::websocket().connect(AuthMethod::None).close();
/// ```
#[derive(Debug)]
pub struct WebSocketConnection(Held<WebsocketMetrics>);

impl WebSocketConnection {
    /// A message of so many bytes came in.
    ///
    /// ```
    /// # use bellwether::metrics::{self, generated::labels::AuthMethod};
    /// # let connection = metrics::websocket().connect(AuthMethod::None);
    /// connection.received("prompt", 512);
    /// ```
    pub fn received(&self, message_type: impl IntoLabel<MessageType>, bytes: u64) {
        let received = &self.0.wundr_ws_messages_received_total;
        received.add(1, message_type.into_label());
        let sizes = &self.0.wundr_ws_message_size_bytes;
        sizes.record(bytes, Direction::Received);
    }

    /// A message of so many bytes went out.
    ///
    /// ```
    /// # use bellwether::metrics::{self, generated::labels::AuthMethod};
    /// # let connection = metrics::websocket().connect(AuthMethod::None);
    /// connection.sent("chunk", 256);
    /// ```
    pub fn sent(&self, message_type: impl IntoLabel<MessageType>, bytes: u64) {
        let sent = &self.0.wundr_ws_messages_sent_total;
        sent.add(1, message_type.into_label());
        let sizes = &self.0.wundr_ws_message_size_bytes;
        sizes.record(bytes, Direction::Sent);
    }

    /// An error of the connection or of a message.
    ///
    /// ```
    /// # use bellwether::metrics::{self, generated::labels::AuthMethod};
    /// # let connection = metrics::websocket().connect(AuthMethod::None);
    /// connection.error("bad_frame");
    /// ```
    pub fn error(&self, cause: impl Cause) {
        self.0.wundr_ws_errors_total.add(1, cause.error_type());
    }

    /// It subscribes to a session, until that guard is gone; it may outlive the connection.
    ///
    /// ```
    /// # use bellwether::metrics::{self, generated::labels::AuthMethod};
    /// # let connection = metrics::websocket().connect(AuthMethod::None);
    /// let subscription = connection.subscribe();
    /// # drop(subscription);
    /// ```
    #[must_use = "a subscription that is dropped at once is over"]
    pub fn subscribe(&self) -> WebSocketSubscription {
        self.0.wundr_ws_session_subscriptions.add(1, ());
        WebSocketSubscription(self.0.clone())
    }

    /// It is closed, as when the guard is dropped.
    ///
    /// ```
    /// # use bellwether::metrics::{self, generated::labels::AuthMethod};
    /// # let connection = metrics::websocket().connect(AuthMethod::None);
    /// connection.close();
    /// ```
    pub fn close(self) {}
}

impl Drop for WebSocketConnection {
    fn drop(&mut self) {
        self.0.wundr_ws_connections_active.add(-1, ());
    }
}

/// A subscription to a session, from [`WebSocketConnection::subscribe`], until it is dropped.
///
/// ```
/// # use bellwether::metrics::{self, generated::labels::AuthMethod};
/// # let connection = metrics::websocket().connect(AuthMethod::None);
/// let subscription = connection.subscribe();
/// # drop(subscription);
/// ```
#[derive(Debug)]
pub struct WebSocketSubscription(Held<WebsocketMetrics>);

impl Drop for WebSocketSubscription {
    fn drop(&mut self) {
        self.0.wundr_ws_session_subscriptions.add(-1, ());
    }
}
