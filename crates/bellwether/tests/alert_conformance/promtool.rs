//! What `promtool` says of a world.

use std::fmt::Write as _;
use std::path::Path;

use bellwether_testing::prometheus::Program;

use crate::world::World;

/// Whether Prometheus comes to the engine's verdicts; `None` where there is no promtool. `Err` holds its words.
pub(crate) fn agrees(world: &World) -> Option<Result<(), String>> {
    agrees_with(world, &world.rules())
}

/// As [`agrees`], with rules that are given.
pub(crate) fn agrees_with(world: &World, exported: &str) -> Option<Result<(), String>> {
    let folder = tempfile::tempdir().unwrap();
    let (rules, tests) = (
        folder.path().join("rules.yaml"),
        folder.path().join("tests.yaml"),
    );
    std::fs::write(&rules, exported).unwrap();
    std::fs::write(&tests, unit_test(world)).unwrap();
    if let Err(words) = run(["check", "rules"], &rules)? {
        return Some(Err(format!("{words}\n{exported}")));
    }
    let tested = run(["test", "rules"], &tests)?;
    Some(tested.map_err(|words| format!("{words}\n{exported}\n{}", unit_test(world))))
}

/// As [`agrees`], or the test fails.
pub(crate) fn assert_agrees(world: &World) {
    if let Some(Err(words)) = agrees(world) {
        panic!("{words}");
    }
}

fn run(command: [&str; 2], file: &Path) -> Option<Result<(), String>> {
    let output =
        Program::Promtool.run([command[0].as_ref(), command[1].as_ref(), file.as_os_str()])?;
    if output.status.success() {
        return Some(Ok(()));
    }
    let text = [output.stdout, output.stderr].concat();
    Some(Err(String::from_utf8_lossy(&text).into_owned()))
}

fn unit_test(world: &World) -> String {
    let mut text = format!(
        "rule_files: [rules.yaml]\nevaluation_interval: {}s\ntests:\n  - interval: {}s\n    input_series:\n",
        world.evaluated_every, world.sampled_every
    );
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    for (series, values) in world.input_series() {
        let _ = writeln!(
            text,
            "      - {{series: {}, values: {}}}",
            quoted(&series),
            quoted(&values)
        );
    }
    text.push_str("    promql_expr_test:\n");
    for (at, alerts) in world.evaluations().zip(world.engine_verdicts()) {
        let _ = writeln!(
            text,
            "      - expr: ALERTS\n        eval_time: {at}s\n        exp_samples:"
        );
        for alert in alerts {
            let _ = writeln!(text, "          - {{labels: {}, value: 1}}", quoted(&alert));
        }
    }
    text
}
