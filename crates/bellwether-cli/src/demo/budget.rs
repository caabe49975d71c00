//! What an orchestrator may spend on models, by day, week and month.
//!
//! The demo's days are short, so that one can be seen to begin and to end: [`DAY`]. A week is seven of them, a month
//! thirty. How much is allowed in a day stands in the settings.

use std::time::{Duration, Instant};

use bellwether::metrics;
use bellwether::metrics::generated::labels::BudgetPeriod;

/// A day of the demo.
const DAY: Duration = Duration::from_secs(120);

/// What is spent in each period.
#[derive(Debug)]
pub(super) struct Budget {
    orchestrator_id: String,
    periods: [Period; 3],
}

#[derive(Debug)]
struct Period {
    label: BudgetPeriod,
    days: u32,
    began: Instant,
    dollars: f64,
}

/// How far the day's budget goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Left {
    Enough,
    /// Four fifths are spent.
    Little,
    Nothing,
}

impl Budget {
    /// Nothing is spent; all periods begin.
    pub(super) fn new(orchestrator_id: &str, now: Instant) -> Self {
        let period = |label, days| Period {
            label,
            days,
            began: now,
            dollars: 0.0,
        };
        Self {
            orchestrator_id: orchestrator_id.to_owned(),
            periods: [
                period(BudgetPeriod::Daily, 1),
                period(BudgetPeriod::Weekly, 7),
                period(BudgetPeriod::Monthly, 30),
            ],
        }
    }

    /// So much more is spent.
    pub(super) fn spend(&mut self, dollars: f64) {
        for period in &mut self.periods {
            period.dollars += dollars;
        }
    }

    /// What is left of the day, at so many dollars a day. Periods that are over begin anew.
    pub(super) fn left(&mut self, dollars_a_day: f64, now: Instant) -> Left {
        for period in &mut self.periods {
            let length = DAY * period.days;
            while now.saturating_duration_since(period.began) >= length {
                period.began += length;
                period.dollars = 0.0;
            }
            let allowed = dollars_a_day * f64::from(period.days);
            let id = &self.orchestrator_id;
            metrics::budget().spent(id, period.label, period.dollars, allowed);
        }
        let spent = self.periods[0].dollars / dollars_a_day;
        match spent {
            ..0.8 => Left::Enough,
            0.8..1.0 => Left::Little,
            _ => Left::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::{Budget, DAY, Left};

    #[test]
    fn a_budget_runs_out_and_comes_back_with_the_day_or_with_more_money() {
        let start = Instant::now();
        let mut budget = Budget::new("o", start);
        assert_eq!(budget.left(1.0, start), Left::Enough);
        budget.spend(0.8);
        assert_eq!(budget.left(1.0, start), Left::Little);
        budget.spend(0.2);
        assert_eq!(budget.left(1.0, start), Left::Nothing);
        assert_eq!(budget.left(2.0, start), Left::Enough);
        assert_eq!(budget.left(1.0, start + DAY / 2), Left::Nothing);
        assert_eq!(budget.left(1.0, start + DAY * 3), Left::Enough);
        let spent: Vec<_> = budget.periods.iter().map(|period| period.dollars).collect();
        assert_eq!(spent, [0.0, 1.0, 1.0], "the week and the month go on");
        assert_eq!(budget.left(0.0, start), Left::Nothing, "no budget is none");
    }
}
