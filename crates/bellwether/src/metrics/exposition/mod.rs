//! What `/metrics` answers: a collection as Prometheus reads it.
//!
//! Two formats: the text format 0.0.4, which every scraper reads, and OpenMetrics 1.0, which has exemplars. Names are those
//! of the catalog, character for character: dots become underscores, and no unit or `_total` is appended.
//!
//! # Where the formats differ from the data
//!
//! | In the collection | Text | OpenMetrics |
//! |---|---|---|
//! | counter named `x_total` | counter `x_total` | counter `x`, sample `x_total` |
//! | counter of another name | counter | `unknown`: a counter's sample must end in `_total`, and the name comes first |
//! | up-down counter, gauge | gauge | gauge |
//! | histogram | histogram | histogram, exemplars on buckets |
//! | exponential histogram | histogram with powers of two as bounds | the same |
//! | resource | `target_info` | `target_info` |
//! | attributes that become one label | values joined by `;` | the same |
//!
//! Neither text format has native histograms. Their buckets are merged until each bound is a power of two, so bounds stay
//! where they are while the histogram adapts.
//!
//! A metric of the catalog has exactly the labels that the catalog says. All others have `otel_scope_name`,
//! `otel_scope_version`, `otel_scope_schema_url` and the scope's attributes besides, and so have those of the catalog where
//! two scopes recorded the same metric. Of two metrics that become one name but are of different types, the first stays.

mod families;
mod format;
mod histogram;
mod labels;
mod names;
mod write;

use opentelemetry_proto::tonic::resource::v1::Resource;

pub use format::Format;

use self::families::Families;
use self::write::Writer;
use super::Collection;

/// Writes collections in one format.
///
/// ```
/// use bellwether::metrics::Collection;
/// use bellwether::metrics::exposition::{Exposition, Format};
///
/// let text = Exposition::new(Format::OpenMetrics).render(&Collection::default());
/// assert_eq!(text, "# EOF\n");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Exposition {
    format: Format,
    created: bool,
    target_info: bool,
}

impl Exposition {
    /// This format, with `target_info` and without `_created`.
    ///
    /// ```
    /// use bellwether::metrics::exposition::{Exposition, Format};
    /// let exposition = Exposition::new(Format::Text);
    /// ```
    pub fn new(format: Format) -> Self {
        Self {
            format,
            created: false,
            target_info: true,
        }
    }

    /// Whether counters and histograms say when they began (`_created`, OpenMetrics only). Off by default: a Prometheus
    /// that does not know what they are for stores each as a series of its own.
    ///
    /// ```
    /// use bellwether::metrics::exposition::{Exposition, Format};
    /// let exposition = Exposition::new(Format::OpenMetrics).created(true);
    /// ```
    pub fn created(mut self, created: bool) -> Self {
        self.created = created;
        self
    }

    /// Whether the attributes of the resource are written, as labels of `target_info`.
    ///
    /// ```
    /// use bellwether::metrics::exposition::{Exposition, Format};
    /// let exposition = Exposition::new(Format::Text).target_info(false);
    /// ```
    pub fn target_info(mut self, target_info: bool) -> Self {
        self.target_info = target_info;
        self
    }

    /// The whole answer.
    ///
    /// ```
    /// use bellwether::Telemetry;
    /// use bellwether::config::Exporter;
    /// use bellwether::metrics::exposition::{Exposition, Format};
    ///
    /// let telemetry = Telemetry::builder("orchestrator").metrics_exporter(Exporter::None).detached().start()?;
    /// telemetry.meter("docs").u64_counter("uploads_total").build().add(1, &[]);
    /// let collection = telemetry.collect_metrics().expect("telemetry runs");
    /// let text = Exposition::new(Format::Text).render(&collection);
    /// assert!(text.contains("# TYPE uploads_total counter\nuploads_total{otel_scope_name=\"docs\"} 1\n"), "{text}");
    /// # Ok::<(), bellwether::Error>(())
    /// ```
    pub fn render(&self, collection: &Collection) -> String {
        let mut text = String::new();
        self.render_into(collection, &mut text);
        text
    }

    /// As [`render`](Self::render), appended to a buffer that may be used again.
    ///
    /// ```
    /// use bellwether::metrics::Collection;
    /// use bellwether::metrics::exposition::{Exposition, Format};
    ///
    /// let mut buffer = String::with_capacity(64 * 1024);
    /// Exposition::new(Format::Text).render_into(&Collection::default(), &mut buffer);
    /// assert!(buffer.is_empty());
    /// ```
    pub fn render_into(&self, collection: &Collection, buffer: &mut String) {
        let mut writer = Writer::new(buffer, self.format, self.created);
        if self.target_info {
            for resource in &collection.request().resource_metrics {
                target_info(&mut writer, resource.resource.as_ref());
            }
        }
        let families = Families::of(collection, self.format);
        families.each(|family| writer.family(family));
        writer.end();
    }
}

fn target_info(writer: &mut Writer<'_>, resource: Option<&Resource>) {
    let Some(resource) = resource.filter(|resource| !resource.attributes.is_empty()) else {
        return;
    };
    writer.target_info(&labels::of_attributes(&resource.attributes, &[]));
}

#[cfg(test)]
mod tests;
