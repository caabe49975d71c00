//! What a test left out, and why, where people look: in its output, and in the summary of `./test`.
//!
//! The output of a test that passes is not shown. So the reason is also left as a file in the folder that
//! `BELLWETHER_SKIPPED` names; `./test` empties it first and prints what lies there at its end.

/// Says that something is left out. One `name` is told once in the summary, however many tests want it.
///
/// ```no_run
/// bellwether_testing::skipped::say("sloth", "no sloth: Go is not installed");
/// ```
pub fn say(name: &str, why: &str) {
    #[allow(clippy::print_stdout, reason = "the output of a test")]
    {
        println!("skipped: {why}");
    }
    let Some(folder) = std::env::var_os("BELLWETHER_SKIPPED").filter(|path| !path.is_empty())
    else {
        return;
    };
    // A summary that cannot be written is no reason for a test to fail.
    let _ = std::fs::create_dir_all(&folder);
    let _ = std::fs::write(std::path::Path::new(&folder).join(name), format!("{why}\n"));
}
