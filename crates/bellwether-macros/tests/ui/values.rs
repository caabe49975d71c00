// Options whose values do not fit the function.
use bellwether::track_metrics;

fn takes_text(_: &str) -> bool {
    true
}

fn gives_number(number: &u32) -> u32 {
    *number
}

#[track_metrics("wrong_predicate", ok_if = takes_text)]
fn wrong_predicate() -> u32 {
    1
}

#[track_metrics("wrong_answer", ok_if = gives_number)]
fn wrong_answer() -> u32 {
    1
}

#[track_metrics("unknown_predicate", error_if = missing)]
fn unknown_predicate() -> u32 {
    1
}

struct Own;

#[track_metrics("wrong_field", fields(own = own))]
fn wrong_field(own: Own) {
    drop(own);
}

fn main() {}
