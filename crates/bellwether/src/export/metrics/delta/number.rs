//! Differences of numbers of either type.

use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value;

/// `None` where the number has gone down.
pub(super) fn difference(now: Value, earlier: Value) -> Option<Value> {
    match (now, earlier) {
        (Value::AsInt(now), Value::AsInt(earlier)) => {
            (now >= earlier).then(|| Value::AsInt(now.wrapping_sub(earlier)))
        }
        // A count that has grown above `i64::MAX` became a double.
        (now, earlier) => {
            let (now, earlier) = (double(now), double(earlier));
            (now >= earlier).then_some(Value::AsDouble(now - earlier))
        }
    }
}

pub(super) fn is_zero(value: Value) -> bool {
    match value {
        Value::AsInt(value) => value == 0,
        Value::AsDouble(value) => value == 0.0,
    }
}

fn double(value: Value) -> f64 {
    match value {
        Value::AsInt(value) => value as f64,
        Value::AsDouble(value) => value,
    }
}
