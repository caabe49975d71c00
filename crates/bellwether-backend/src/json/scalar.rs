//! The scalars in which OTLP/JSON differs from what serde reads by itself. Each is a type that reads and turns into the field's own.

use std::fmt;
use std::marker::PhantomData;

use base64::Engine as _;
use serde::de::{Deserialize, Deserializer, Error, Unexpected, Visitor};

/// What stands for one scalar: how it is read from text, from numbers, from a truth value.
trait Scalar: Sized {
    const EXPECTED: &'static str;
    fn text<E: Error>(text: &str) -> Result<Self, E> {
        Err(E::invalid_type(Unexpected::Str(text), &Self::EXPECTED))
    }
    fn signed<E: Error>(value: i64) -> Result<Self, E> {
        Err(E::invalid_type(Unexpected::Signed(value), &Self::EXPECTED))
    }
    fn unsigned<E: Error>(value: u64) -> Result<Self, E> {
        Err(E::invalid_type(
            Unexpected::Unsigned(value),
            &Self::EXPECTED,
        ))
    }
    fn float<E: Error>(value: f64) -> Result<Self, E> {
        Err(E::invalid_type(Unexpected::Float(value), &Self::EXPECTED))
    }
    fn truth<E: Error>(value: bool) -> Result<Self, E> {
        Err(E::invalid_type(Unexpected::Bool(value), &Self::EXPECTED))
    }
    fn nothing() -> Self;
}

struct ScalarVisitor<S>(PhantomData<S>);

impl<S: Scalar> Visitor<'_> for ScalarVisitor<S> {
    type Value = S;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(S::EXPECTED)
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<S, E> {
        S::text(text)
    }
    fn visit_i64<E: Error>(self, value: i64) -> Result<S, E> {
        S::signed(value)
    }
    fn visit_u64<E: Error>(self, value: u64) -> Result<S, E> {
        S::unsigned(value)
    }
    fn visit_f64<E: Error>(self, value: f64) -> Result<S, E> {
        S::float(value)
    }
    fn visit_bool<E: Error>(self, value: bool) -> Result<S, E> {
        S::truth(value)
    }
    fn visit_unit<E: Error>(self) -> Result<S, E> {
        Ok(S::nothing())
    }
}

macro_rules! deserialize {
    ($($scalar:ty),*) => {$(
        impl<'de> Deserialize<'de> for $scalar {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(ScalarVisitor(PhantomData))
            }
        }
    )*};
}

/// An integer of any width, as number or as text. A float is read when it is whole (`1e3`, `5.0`), as proto3 JSON allows.
pub(super) struct Integer<T>(pub(super) T);

impl<T: TryFrom<i128> + Default> Scalar for Integer<T> {
    const EXPECTED: &'static str = "an integer, or one as text";

    fn text<E: Error>(text: &str) -> Result<Self, E> {
        if let Ok(value) = text.trim().parse::<i128>() {
            return whole(value);
        }
        text.trim()
            .parse::<f64>()
            .map_err(|_| E::invalid_value(Unexpected::Str(text), &Self::EXPECTED))
            .and_then(Self::float)
    }
    fn signed<E: Error>(value: i64) -> Result<Self, E> {
        whole(i128::from(value))
    }
    fn unsigned<E: Error>(value: u64) -> Result<Self, E> {
        whole(i128::from(value))
    }
    fn float<E: Error>(value: f64) -> Result<Self, E> {
        if value.fract() != 0.0 || !value.is_finite() {
            return Err(E::invalid_value(Unexpected::Float(value), &Self::EXPECTED));
        }
        whole(value as i128)
    }
    fn nothing() -> Self {
        Self(T::default())
    }
}

fn whole<T: TryFrom<i128>, E: Error>(value: i128) -> Result<Integer<T>, E> {
    T::try_from(value)
        .map(Integer)
        .map_err(|_| E::custom(format_args!("{value} is out of the field's range")))
}

impl<'de, T: TryFrom<i128> + Default> Deserialize<'de> for Integer<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor(PhantomData))
    }
}

/// A double, as number, as text, or one of the three names of proto3 JSON.
pub(super) struct Double(pub(super) f64);

impl Scalar for Double {
    const EXPECTED: &'static str = "a number, \"NaN\", \"Infinity\" or \"-Infinity\"";

    fn text<E: Error>(text: &str) -> Result<Self, E> {
        match text {
            "NaN" => Ok(Self(f64::NAN)),
            "Infinity" => Ok(Self(f64::INFINITY)),
            "-Infinity" => Ok(Self(f64::NEG_INFINITY)),
            _ => text
                .trim()
                .parse()
                .map(Self)
                .map_err(|_| E::invalid_value(Unexpected::Str(text), &Self::EXPECTED)),
        }
    }
    fn signed<E: Error>(value: i64) -> Result<Self, E> {
        Ok(Self(value as f64))
    }
    fn unsigned<E: Error>(value: u64) -> Result<Self, E> {
        Ok(Self(value as f64))
    }
    fn float<E: Error>(value: f64) -> Result<Self, E> {
        Ok(Self(value))
    }
    fn nothing() -> Self {
        Self(0.0)
    }
}

/// A truth value.
pub(super) struct Truth(pub(super) bool);

impl Scalar for Truth {
    const EXPECTED: &'static str = "true or false";

    fn text<E: Error>(text: &str) -> Result<Self, E> {
        match text {
            "true" => Ok(Self(true)),
            "false" => Ok(Self(false)),
            _ => Err(E::invalid_value(Unexpected::Str(text), &Self::EXPECTED)),
        }
    }
    fn truth<E: Error>(value: bool) -> Result<Self, E> {
        Ok(Self(value))
    }
    fn nothing() -> Self {
        Self(false)
    }
}

/// Text.
pub(super) struct Text(pub(super) String);

impl Scalar for Text {
    const EXPECTED: &'static str = "text";

    fn text<E: Error>(text: &str) -> Result<Self, E> {
        Ok(Self(text.to_owned()))
    }
    fn nothing() -> Self {
        Self(String::new())
    }
}

/// An id in hexadecimal. What is not hexadecimal is kept as the bytes of its text: a length that no id has, so the store rejects that
/// one item and says why, instead of the whole request failing.
pub(super) struct Hex(pub(super) Vec<u8>);

impl Scalar for Hex {
    const EXPECTED: &'static str = "an id in hexadecimal";

    fn text<E: Error>(text: &str) -> Result<Self, E> {
        Ok(Self(from_hex(text).unwrap_or_else(|| wrong_length(text))))
    }
    fn nothing() -> Self {
        Self(Vec::new())
    }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    digits
        .chunks_exact(2)
        .map(|pair| Some(nibble(pair[0])? << 4 | nibble(pair[1])?))
        .collect()
}

/// Eight or sixteen characters of text must not pass for an id of eight or sixteen bytes.
fn wrong_length(text: &str) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    if matches!(bytes.len(), 8 | 16) {
        bytes.push(b' ');
    }
    bytes
}

fn nibble(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|value| value as u8)
}

/// Bytes in base64, standard or URL-safe, padded or not.
pub(super) struct Base64(pub(super) Vec<u8>);

impl Scalar for Base64 {
    const EXPECTED: &'static str = "bytes in base64";

    fn text<E: Error>(text: &str) -> Result<Self, E> {
        let plain: String = text
            .chars()
            .filter(|c| *c != '=')
            .map(|c| match c {
                '-' => '+',
                '_' => '/',
                other => other,
            })
            .collect();
        base64::engine::general_purpose::STANDARD_NO_PAD
            .decode(plain)
            .map(Self)
            .map_err(|_| E::invalid_value(Unexpected::Str(text), &Self::EXPECTED))
    }
    fn nothing() -> Self {
        Self(Vec::new())
    }
}

/// An enumeration, by number or by name.
pub(super) struct Enumeration<N>(pub(super) i32, PhantomData<N>);

/// The names of one enumeration.
pub(super) trait Names {
    const EXPECTED: &'static str;
    fn number(name: &str) -> Option<i32>;
}

impl<N: Names> Scalar for Enumeration<N> {
    const EXPECTED: &'static str = N::EXPECTED;

    fn text<E: Error>(text: &str) -> Result<Self, E> {
        N::number(text)
            .or_else(|| text.parse().ok())
            .map(|number| Self(number, PhantomData))
            .ok_or_else(|| E::invalid_value(Unexpected::Str(text), &Self::EXPECTED))
    }
    fn signed<E: Error>(value: i64) -> Result<Self, E> {
        whole(i128::from(value)).map(|Integer(number)| Self(number, PhantomData))
    }
    fn unsigned<E: Error>(value: u64) -> Result<Self, E> {
        whole(i128::from(value)).map(|Integer(number)| Self(number, PhantomData))
    }
    fn float<E: Error>(value: f64) -> Result<Self, E> {
        Integer::<i32>::float(value).map(|Integer(number)| Self(number, PhantomData))
    }
    fn nothing() -> Self {
        Self(0, PhantomData)
    }
}

impl<'de, N: Names> Deserialize<'de> for Enumeration<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor(PhantomData))
    }
}

deserialize!(Double, Truth, Text, Hex, Base64);
