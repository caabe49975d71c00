//! How a message is read: by the names of its fields, with those that nobody knows passed over.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A message that is read field by field.
///
/// ```
/// fn read<M: bellwether_backend::json::Message>(text: &str) -> Option<M> {
///     bellwether_backend::json::from_slice(text.as_bytes()).ok()
/// }
/// let span: Option<bellwether_backend::otlp::trace::v1::Span> = read(r#"{"name": "plan", "kind": "SPAN_KIND_CLIENT"}"#);
/// assert_eq!(span.map(|span| span.kind), Some(3));
/// ```
pub trait Message: Default {
    /// Reads the value that stands behind `key` into its field. `false`: no field has that name, and nothing was read.
    fn field<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<bool, A::Error>;
}

/// Reads one message; `null` is the default one.
pub(super) fn message<'de, M: Message, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<M, D::Error> {
    Single::<M>::deserialize(deserializer).map(|single| single.0)
}

/// A field that holds a value.
pub(super) struct Single<M>(pub(super) M);
/// A field that may hold none: `null` is none.
pub(super) struct Maybe<T>(pub(super) Option<T>);
/// A repeated field: `null` is empty.
pub(super) struct Repeated<T>(pub(super) Vec<T>);

impl<'de, M: Message> Deserialize<'de> for Single<M> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_any(MessageVisitor(PhantomData))
            .map(|found| Self(found.unwrap_or_default()))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Maybe<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Repeated<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RepeatedVisitor(PhantomData))
    }
}

struct MessageVisitor<M>(PhantomData<M>);

impl<'de, M: Message> Visitor<'de> for MessageVisitor<M> {
    type Value = Option<M>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }
    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut message = M::default();
        while let Some(key) = map.next_key::<Key<'_>>()? {
            if !message.field(&key.0, &mut map)? {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(Some(message))
    }
}

struct RepeatedVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for RepeatedVisitor<T> {
    type Value = Repeated<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }
    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Repeated(Vec::new()))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = seq.next_element()? {
            values.push(value);
        }
        Ok(Repeated(values))
    }
}

/// The name of a field. Names without escapes are borrowed from the text.
struct Key<'a>(std::borrow::Cow<'a, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a field")
            }
            fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
                Ok(Key(name.into()))
            }
            fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
                Ok(Key(name.to_owned().into()))
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}
