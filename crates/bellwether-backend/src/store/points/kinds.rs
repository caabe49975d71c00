//! The five kinds of data points: what they have in common, and how each is taken apart and put together.

use prost::Message;
use rusqlite::ToSql;
use rusqlite::types::{ToSqlOutput, Value as SqlValue, ValueRef};

use crate::otlp::common::v1::KeyValue;
use crate::otlp::metrics::v1::{
    Exemplar, ExponentialHistogramDataPoint, HistogramDataPoint, NumberDataPoint, SummaryDataPoint,
    number_data_point,
};

/// A number as it was sent: SQLite keeps whole and real numbers apart, and has no "not a number".
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Number {
    None,
    Whole(i64),
    Real(f64),
}

impl From<Number> for SqlValue {
    fn from(number: Number) -> Self {
        match number {
            Number::None => Self::Null,
            Number::Whole(number) => Self::Integer(number),
            Number::Real(number) => Self::Real(number),
        }
    }
}

impl ToSql for Number {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Owned((*self).into()))
    }
}

impl rusqlite::types::FromSql for Number {
    fn column_result(value: ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
        Ok(match value {
            ValueRef::Integer(number) => Self::Whole(number),
            ValueRef::Real(number) => Self::Real(number),
            _ => Self::None,
        })
    }
}

impl Number {
    /// The double, if the columns can hold it; else it stays in the rest.
    fn take(field: &mut Option<f64>) -> Self {
        field
            .take_if(|number| !number.is_nan())
            .map_or(Self::None, Self::Real)
    }

    fn real(self) -> Option<f64> {
        match self {
            Self::Real(number) => Some(number),
            _ => None,
        }
    }
}

/// What the kinds of data points have in common, and how each is taken apart and put together.
pub(super) trait Point: Message + Default {
    fn common(&mut self) -> Common<'_>;
    /// Takes value and count out of the point.
    fn split(&mut self) -> (Number, Option<i64>);
    /// Puts them back.
    fn join(&mut self, value: Number, count: Option<i64>);
}

pub(super) struct Common<'a> {
    pub(super) attributes: &'a mut Vec<KeyValue>,
    pub(super) start: &'a mut u64,
    pub(super) time: &'a mut u64,
    pub(super) exemplars: Option<&'a mut Vec<Exemplar>>,
}

macro_rules! common {
    ($($exemplars:ident)?) => {
        fn common(&mut self) -> Common<'_> {
            Common {
                attributes: &mut self.attributes,
                start: &mut self.start_time_unix_nano,
                time: &mut self.time_unix_nano,
                exemplars: common!(@ self $($exemplars)?),
            }
        }
    };
    (@ $self:ident $exemplars:ident) => { Some(&mut $self.$exemplars) };
    (@ $self:ident) => { None };
}

impl Point for NumberDataPoint {
    common!(exemplars);
    fn split(&mut self) -> (Number, Option<i64>) {
        use number_data_point::Value;
        let value = self
            .value
            .take_if(|value| !matches!(value, Value::AsDouble(number) if number.is_nan()));
        let number = match value {
            None => Number::None,
            Some(Value::AsInt(number)) => Number::Whole(number),
            Some(Value::AsDouble(number)) => Number::Real(number),
        };
        (number, None)
    }
    fn join(&mut self, value: Number, _: Option<i64>) {
        use number_data_point::Value;
        match value {
            Number::None => {}
            Number::Whole(number) => self.value = Some(Value::AsInt(number)),
            Number::Real(number) => self.value = Some(Value::AsDouble(number)),
        }
    }
}

macro_rules! distribution {
    ($($point:ty),*) => {$(
        impl Point for $point {
            common!(exemplars);
            fn split(&mut self) -> (Number, Option<i64>) {
                (Number::take(&mut self.sum), Some(std::mem::take(&mut self.count).cast_signed()))
            }
            fn join(&mut self, value: Number, count: Option<i64>) {
                self.sum = value.real().or(self.sum);
                self.count = count.unwrap_or_default().cast_unsigned();
            }
        }
    )*};
}

distribution!(HistogramDataPoint, ExponentialHistogramDataPoint);

impl Point for SummaryDataPoint {
    common!();
    fn split(&mut self) -> (Number, Option<i64>) {
        let mut sum = Some(self.sum);
        let value = Number::take(&mut sum);
        self.sum = sum.unwrap_or_default();
        (value, Some(std::mem::take(&mut self.count).cast_signed()))
    }
    fn join(&mut self, value: Number, count: Option<i64>) {
        self.sum = value.real().unwrap_or(self.sum);
        self.count = count.unwrap_or_default().cast_unsigned();
    }
}
