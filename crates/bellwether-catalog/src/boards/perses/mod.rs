//! Boards as Perses dashboards, in the resource that Dash0 and the Perses operator take.
//!
//! Perses has no counterpart for some of what Grafana draws. A heatmap of buckets becomes the quantiles of the same
//! buckets, a node graph the table of its edges; lists of alerts, logs and traces become a note on where to look. Links
//! into Grafana's own pages are left out, and so are annotations.

mod dashboard;
mod panel;
mod table;
mod yaml;

pub(crate) use dashboard::render;
