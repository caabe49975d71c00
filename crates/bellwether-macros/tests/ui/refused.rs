// What cannot be tracked.
use bellwether::track_metrics;

#[track_metrics("constant")]
const fn constant() -> u8 {
    1
}

#[track_metrics("not_safe")]
unsafe fn not_safe() {}

#[track_metrics("foreign")]
extern "C" fn foreign() {}

#[track_metrics("data")]
struct Data;

trait Load {
    #[track_metrics("declared")]
    fn declared(&self);
}

#[track_metrics("store")]
impl Data {
    const fn new() -> Self {
        Self
    }

    unsafe fn raw(&self) {}
}

fn main() {}
