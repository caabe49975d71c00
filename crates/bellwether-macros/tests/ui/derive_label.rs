// Enums that are no closed label.
use bellwether::Label;

#[derive(Clone, Copy, Label)]
enum Carries {
    Plain,
    Data(u8),
}

#[derive(Clone, Copy, Label)]
enum Twice {
    Paid,
    #[label("paid")]
    Other,
}

#[derive(Clone, Copy, Label)]
enum Empty {}

#[derive(Clone, Copy, Label)]
enum UserId {
    One,
}

#[derive(Clone, Copy, Label)]
#[label(key = "trace_id")]
enum Trace {
    One,
}

#[derive(Clone, Copy, Label)]
#[label(key = "Tenant Tier")]
enum Tier {
    One,
}

#[derive(Clone, Copy, Label)]
#[label(value = "x")]
enum Misplaced {
    One,
}

#[derive(Clone, Copy, Label)]
enum Valueless {
    #[label(key = "one")]
    One,
    #[label("")]
    Two,
}

#[derive(Clone, Copy, Label)]
struct Structure;

#[derive(Clone, Copy, Label)]
enum Generic<T> {
    One(T),
}

#[derive(Label)]
enum NotCopy {
    One,
}

fn main() {}
