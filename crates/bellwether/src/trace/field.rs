//! Fields of an operation's span, from what the attribute's `fields(…)` names.

use std::fmt::{Debug, Display};

use opentelemetry::{Key, KeyValue, StringValue, Value};

/// A value that is an attribute as it is.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a value of a span's field",
    note = "numbers, booleans and strings are; write `%value` for `Display` or `?value` for `Debug`"
)]
pub trait FieldValue {
    /// It.
    fn value(&self) -> Value;
}

macro_rules! whole {
    ($($number:ty),*) => {$(
        impl FieldValue for $number {
            fn value(&self) -> Value {
                Value::I64(i64::try_from(*self).unwrap_or(i64::MAX))
            }
        }
    )*};
}

whole!(i8, i16, i32, i64, isize, u8, u16, u32, u64, usize);

impl FieldValue for f32 {
    fn value(&self) -> Value {
        Value::F64(f64::from(*self))
    }
}

impl FieldValue for f64 {
    fn value(&self) -> Value {
        Value::F64(*self)
    }
}

impl FieldValue for bool {
    fn value(&self) -> Value {
        Value::Bool(*self)
    }
}

impl FieldValue for str {
    fn value(&self) -> Value {
        Value::String(StringValue::from(self.to_owned()))
    }
}

impl FieldValue for String {
    fn value(&self) -> Value {
        self.as_str().value()
    }
}

impl<T: FieldValue + ?Sized> FieldValue for &T {
    fn value(&self) -> Value {
        (**self).value()
    }
}

/// A value as it is.
pub fn field<T: FieldValue + ?Sized>(value: &T) -> Value {
    value.value()
}

/// A value as it prints.
pub fn display<T: Display + ?Sized>(value: &T) -> Value {
    Value::String(value.to_string().into())
}

/// A value as it is debugged.
pub fn debug<T: Debug + ?Sized>(value: &T) -> Value {
    Value::String(format!("{value:?}").into())
}

/// A field.
pub fn attribute(key: &'static str, value: Value) -> KeyValue {
    KeyValue::new(Key::from_static_str(key), value)
}
