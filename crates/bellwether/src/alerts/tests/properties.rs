//! What holds for every series of numbers.

use proptest::prelude::*;

use super::support::{Bench, STEP, sample};
use crate::alerts::{NoticeKind, State};

fn rule(name: &str, duration: u64, more: &str) -> String {
    format!(
        "  - {{name: {name}, metric: wundr_queue_depth, measure: value, condition: gt, threshold: 100, for: {duration}, \
         severity: info, summary: S{more}}}\n"
    )
}

proptest! {
    #[test]
    fn it_fires_after_its_time_and_only_then(
        values in prop::collection::vec(prop_oneof![Just(50.0), Just(150.0)], 1..80),
        steps in 0_u64..6,
    ) {
        let mut bench = Bench::rules(&rule("Deep", steps * STEP, ""));
        let mut held = 0;
        for value in values {
            bench.step(&[sample("wundr_queue_depth", &[], value)]);
            held = if value > 100.0 { held + 1 } else { 0 };
            let expected = match held {
                0 => State::Inactive,
                held if held > steps => State::Firing,
                _ => State::Pending,
            };
            prop_assert_eq!(bench.state("Deep"), expected);
        }
    }

    #[test]
    fn what_is_told_to_fire_is_told_to_resolve_before_it_is_told_again(
        values in prop::collection::vec(prop_oneof![Just(50.0), Just(150.0)], 1..200),
    ) {
        let mut bench = Bench::rules(&rule("Deep", 0, ""));
        let mut is_open = false;
        for value in values.into_iter().chain(std::iter::repeat_n(50.0, 30)) {
            for notice in bench.step(&[sample("wundr_queue_depth", &[], value)]).notices {
                match notice.kind {
                    NoticeKind::Firing => {
                        prop_assert!(!is_open);
                        is_open = true;
                    }
                    NoticeKind::Resolved(_) => {
                        prop_assert!(is_open);
                        is_open = false;
                    }
                    _ => prop_assert!(is_open),
                }
            }
        }
        prop_assert!(!is_open, "ten quiet minutes close everything");
    }

    #[test]
    fn hysteresis_only_ever_fires_longer(values in prop::collection::vec(0.0_f64..200.0, 1..80)) {
        let rules = format!("{}{}", rule("Plain", 60, ""), rule("Held", 60, ", clear: 60"));
        let mut bench = Bench::rules(&rules);
        for value in values {
            bench.step(&[sample("wundr_queue_depth", &[], value)]);
            prop_assert!(bench.state("Held") >= bench.state("Plain"));
        }
    }
}
