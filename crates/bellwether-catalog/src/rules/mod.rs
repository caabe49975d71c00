//! What a registry must keep beyond the shape of its entries. Each rule is named in [`Rule`].

mod labels;
mod metrics;
mod names;
mod recorders;

use crate::alert;
use crate::error::{Location, Problem, Rule};
use crate::model::Registry;

/// Collects problems; every rule runs, so that one run shows all there is to mend.
struct Report(Vec<Problem>);

impl Report {
    fn add(&mut self, location: &Location, rule: Rule, message: impl Into<String>) {
        self.0.push(Problem::new(location.clone(), rule, message));
    }
}

/// All problems of a registry that was read without one.
pub(crate) fn check(registry: &Registry) -> Vec<Problem> {
    let mut report = Report(Vec::new());
    names::check(registry, &mut report);
    labels::check(registry, &mut report);
    metrics::check(registry, &mut report);
    recorders::check(registry, &mut report);
    report.0.extend(alert::check(registry));
    report.0
}
