// Options that are not.
use bellwether::track_metrics;

#[track_metrics(name = "x")]
fn unknown() {}

#[track_metrics("")]
fn empty() {}

#[track_metrics("twice", span, span = "again")]
fn twice() {}

#[track_metrics("second", "name")]
fn second() {}

#[track_metrics("no_comma" span)]
fn no_comma() {}

#[track_metrics("span", span = 7)]
fn span() {}

#[track_metrics("fields", span = false, fields(a = 1))]
fn fields() {}

#[track_metrics("both", ok_if = a, error_if = b)]
fn both() {}

#[track_metrics("untyped", labels(kind = 1))]
fn untyped() {}

#[track_metrics("own", labels(status = 1: u8))]
fn own() {}

#[track_metrics("id", labels(user_id = 1: u8))]
fn id() {}

#[track_metrics("many", labels(a = 1: u8, b = 1: u8, c = 1: u8, d = 1: u8))]
fn many() {}

#[track_metrics(skip)]
fn skipped() {}

struct Store;

#[track_metrics("store", labels(kind = 1: u8))]
impl Store {
    fn load(&self) {}
}

fn main() {}
