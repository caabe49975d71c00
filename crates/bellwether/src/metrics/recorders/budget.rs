//! The recorder of budgets: which share is spent.

use super::held::{Held, recorder};
use crate::metrics::IntoLabel;
use crate::metrics::generated::labels::{BudgetPeriod, OrchestratorId};
use crate::metrics::generated::recorder_metrics::BudgetMetrics;

recorder! {
    /// The process's recorder of budgets.
    ///
    /// Feeds the gauge `orchestrator_budget_utilization_percent{orchestrator_id,period}`, 0 to 100 and above where more was
    /// spent than there is. Values that are not numbers are left out.
    ///
    /// ```
    /// use bellwether::metrics::{self, generated::labels::BudgetPeriod};
    /// metrics::budget().set("orch-1", BudgetPeriod::Daily, 75.5);
    /// metrics::budget().spent("orch-1", BudgetPeriod::Weekly, 40.0, 100.0);
    /// ```
    budget, BudgetMetrics => Budgets
}

/// The recorder of budgets, from [`budget`].
///
/// ```
/// let budgets = bellwether::metrics::budget();
/// # let _ = budgets;
/// ```
#[derive(Debug, Clone)]
pub struct Budgets(Held<BudgetMetrics>);

impl Budgets {
    fn new(families: Held<BudgetMetrics>) -> Self {
        Self(families)
    }

    /// Share that is spent, in percent.
    ///
    /// ```
    /// use bellwether::metrics::{self, generated::labels::BudgetPeriod};
    /// metrics::budget().set("orch-1", BudgetPeriod::Monthly, 12.0);
    /// ```
    pub fn set(
        &self,
        orchestrator: impl IntoLabel<OrchestratorId>,
        period: BudgetPeriod,
        percent: f64,
    ) {
        if percent.is_finite() {
            let utilization = &self.0.orchestrator_budget_utilization_percent;
            utilization.set(percent, (orchestrator.into_label(), period));
        }
    }

    /// So much is spent of so much, in the same unit. A limit of zero is left out.
    ///
    /// ```
    /// use bellwether::metrics::{self, generated::labels::BudgetPeriod};
    /// metrics::budget().spent("orch-1", BudgetPeriod::Daily, 7.5, 10.0);
    /// ```
    pub fn spent(
        &self,
        orchestrator: impl IntoLabel<OrchestratorId>,
        period: BudgetPeriod,
        spent: f64,
        limit: f64,
    ) {
        self.set(orchestrator, period, spent / limit * 100.0);
    }
}
