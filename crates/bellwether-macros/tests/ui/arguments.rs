// Mistakes in signatures and calls.
use bellwether::track_metrics;

#[track_metrics("unknown_type")]
fn unknown_type(number: Missing) -> u32 {
    1
}

#[track_metrics("unbound_lifetime")]
async fn unbound_lifetime(text: &'a str) -> usize {
    text.len()
}

#[track_metrics("called")]
async fn called(number: u32) -> u32 {
    number
}

fn main() {
    let _ = called("text");
    let _: String = called(1);
}
