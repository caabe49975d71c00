//! Metrics for many scrapers at once.
//!
//! A scrape never sees less than what was recorded before it came, so no answer is kept. But scrapes that wait while metrics
//! are read need not each read them: they share the next read, which begins after all of them came. However many come, two
//! reads of one format are enough: the one that is under way and the one after it.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use tokio::sync::Mutex;

use crate::metrics::exposition::{Exposition, Format};
use crate::metrics::{Collection, Collector};

/// Metrics as they are now, in each form.
pub(super) struct Scrapes {
    /// `None` where metrics are off: there are none.
    collector: Option<Collector>,
    /// By format, plain and compressed.
    forms: [[Form; 2]; 2],
}

#[derive(Default)]
struct Form {
    /// Locked for as long as metrics are read: a read that hangs is the only one.
    read: Arc<Mutex<Option<Read>>>,
    /// Who waits for it or has just got it.
    interested: AtomicUsize,
}

struct Read {
    began: Instant,
    body: Bytes,
}

/// Lets go of the body with the last who is interested.
struct Interest<'a>(&'a Form);

impl<'a> Interest<'a> {
    fn new(form: &'a Form) -> Self {
        form.interested.fetch_add(1, Ordering::AcqRel);
        Self(form)
    }
}

impl Drop for Interest<'_> {
    fn drop(&mut self) {
        if self.0.interested.fetch_sub(1, Ordering::AcqRel) > 1 {
            return;
        }
        if let Ok(mut read) = self.0.read.try_lock() {
            *read = None;
        }
    }
}

impl Scrapes {
    pub(super) fn new(collector: Option<Collector>) -> Self {
        Self {
            collector,
            forms: Default::default(),
        }
    }

    /// The body of an answer; in words why there is none.
    pub(super) async fn body(&self, format: Format, gzip: bool) -> Result<Bytes, String> {
        let came = Instant::now();
        let form = &self.forms[usize::from(format == Format::OpenMetrics)][usize::from(gzip)];
        let _interest = Interest::new(form);
        let mut read = Arc::clone(&form.read).lock_owned().await;
        if let Some(read) = read.as_ref().filter(|read| read.began > came) {
            return Ok(read.body.clone());
        }
        let collector = self.collector.clone();
        // Holds the lock to its end, also when nobody waits any longer.
        let reading = tokio::task::spawn_blocking(move || {
            let began = Instant::now();
            let body = body(collector.as_ref(), format, gzip)?;
            *read = Some(Read {
                began,
                body: body.clone(),
            });
            Ok(body)
        });
        reading
            .await
            .unwrap_or_else(|_| Err("metrics can't be read".to_owned()))
    }
}

fn body(collector: Option<&Collector>, format: Format, gzip: bool) -> Result<Bytes, String> {
    let collection = match collector {
        Some(collector) => collector.collect_now().map_err(|error| error.to_string())?,
        None => Collection::default(),
    };
    let text = Exposition::new(format).render(&collection);
    if !gzip {
        return Ok(text.into());
    }
    // Fast: a scraper is near, and the service needs its cores.
    let mut encoder = GzEncoder::new(Vec::with_capacity(text.len() / 8), Compression::fast());
    let compressed = encoder
        .write_all(text.as_bytes())
        .and_then(|()| encoder.finish());
    compressed
        .map(Into::into)
        .map_err(|error| error.to_string())
}
