//! A whole `impl` at once.

use bellwether::metrics::Metrics;
use bellwether::track_metrics;

use crate::exported::{Exported, counts};

struct UserStore<T> {
    metrics: Metrics,
    items: Vec<T>,
}

#[track_metrics(metrics = self.metrics, span = false)]
impl<T: Clone> UserStore<T> {
    const LIMIT: usize = 2;

    #[track_metrics(skip)]
    const fn new(metrics: Metrics) -> Self {
        Self {
            metrics,
            items: Vec::new(),
        }
    }

    fn add(&mut self, item: T) -> Result<usize, String> {
        if self.items.len() >= Self::LIMIT {
            return Err("full".to_owned());
        }
        self.items.push(item);
        Ok(self.items.len())
    }

    async fn first(&self) -> Option<&T> {
        self.items.first()
    }

    /// Its own name and rule; the recorder is that of the block.
    #[track_metrics("users.last", ok_if = Option::is_some)]
    fn last(&mut self) -> Option<&mut T> {
        self.items.last_mut()
    }

    fn into_items(self) -> Vec<T> {
        let Self { items, .. } = self;
        items
    }
}

#[track_metrics("greeting", metrics = Metrics::clone(&OPERATIONS))]
impl Greeting {
    fn hello() -> &'static str {
        "hello"
    }
}

struct Greeting;

static OPERATIONS: std::sync::LazyLock<Metrics> =
    std::sync::LazyLock::new(|| Metrics::new(&bellwether::opentelemetry::global::meter("never")));

#[tokio::test]
async fn each_method_is_an_operation() {
    let exported = Exported::new();
    let mut store = UserStore::new(exported.metrics.clone());
    assert!(store.last().is_none());
    assert_eq!(store.add("a").unwrap(), 1);
    assert_eq!(store.add("b").unwrap(), 2);
    store.add("c").unwrap_err();
    assert_eq!(store.first().await, Some(&"a"));
    assert_eq!(store.last().copied(), Some("b"));
    assert_eq!(store.into_items(), ["a", "b"]);
    assert_eq!(Greeting::hello(), "hello");

    assert_eq!(
        exported.ended("user_store.add"),
        counts([("error", 1), ("success", 2)])
    );
    assert_eq!(exported.ended("user_store.first"), counts([("success", 1)]));
    assert_eq!(
        exported.ended("users.last"),
        counts([("error", 1), ("success", 1)])
    );
    assert_eq!(
        exported.ended("user_store.into_items"),
        counts([("success", 1)])
    );
    assert!(
        !exported.series().keys().any(|key| key.contains("new")),
        "skipped"
    );
}
