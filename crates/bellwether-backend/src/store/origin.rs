//! Who an item is from: resource and scope, each with its schema URL.

use prost::Message as _;
use rusqlite::Connection;

use super::attributes;
use super::dictionary::{Dictionaries, Hash, hash, insert};
use crate::otlp::common::v1::{InstrumentationScope, KeyValue, any_value::Value};
use crate::otlp::resource::v1::Resource;
use crate::otlp::trace::v1::{ResourceSpans, ScopeSpans};

/// A resource, ready for its dictionary.
pub(super) struct ResourceEntry {
    pub(super) hash: Hash,
    /// `service.name`, or nothing.
    pub(super) service: String,
    attributes: String,
    rest: Vec<u8>,
}

/// A scope, ready for its dictionary.
pub(super) struct ScopeEntry {
    pub(super) hash: Hash,
    name: String,
    version: String,
    attributes: String,
    rest: Vec<u8>,
}

impl ResourceEntry {
    /// The envelope of spans serves all three signals: they have the same two fields under the same numbers.
    pub(super) fn new(resource: Option<Resource>, schema_url: String) -> Self {
        let mut whole = ResourceSpans {
            resource,
            scope_spans: Vec::new(),
            schema_url,
        };
        let hash = hash(&whole.encode_to_vec());
        let mut text = String::new();
        let mut service = String::new();
        match &mut whole.resource {
            None => text.push_str("{}"),
            Some(resource) => {
                service = text_of(&resource.attributes, "service.name")
                    .unwrap_or_default()
                    .to_owned();
                if attributes::write(&mut text, &resource.attributes) {
                    resource.attributes.clear();
                }
            }
        }
        Self {
            hash,
            service,
            attributes: text,
            rest: whole.encode_to_vec(),
        }
    }

    pub(super) fn id(
        &self,
        conn: &Connection,
        dictionaries: &mut Dictionaries,
        today: i64,
    ) -> rusqlite::Result<i64> {
        dictionaries.resources.id(conn, self.hash, today, |key| {
            let sql = "INSERT INTO resource(hash, service, attributes, rest, seen) VALUES (?1, ?2, ?3, ?4, ?5)";
            insert(conn, sql, (key, &self.service, &self.attributes, &self.rest, today))
        })
    }
}

impl ScopeEntry {
    pub(super) fn new(scope: Option<InstrumentationScope>, schema_url: String) -> Self {
        let mut whole = ScopeSpans {
            scope,
            spans: Vec::new(),
            schema_url,
        };
        let hash = hash(&whole.encode_to_vec());
        let mut text = String::new();
        let (mut name, mut version) = (String::new(), String::new());
        match &mut whole.scope {
            None => text.push_str("{}"),
            Some(scope) => {
                if attributes::write(&mut text, &scope.attributes) {
                    scope.attributes.clear();
                }
                name = std::mem::take(&mut scope.name);
                version = std::mem::take(&mut scope.version);
            }
        }
        Self {
            hash,
            name,
            version,
            attributes: text,
            rest: whole.encode_to_vec(),
        }
    }

    pub(super) fn id(
        &self,
        conn: &Connection,
        dictionaries: &mut Dictionaries,
        today: i64,
    ) -> rusqlite::Result<i64> {
        dictionaries.scopes.id(conn, self.hash, today, |key| {
            let sql = "INSERT INTO scope(hash, name, version, attributes, rest, seen) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
            insert(conn, sql, (key, &self.name, &self.version, &self.attributes, &self.rest, today))
        })
    }
}

/// A resource and its schema URL, as they were sent.
pub(super) fn read_resource(attributes: &str, rest: &[u8]) -> (Option<Resource>, String) {
    let mut whole = ResourceSpans::decode(rest).unwrap_or_default();
    if let Some(resource) = &mut whole.resource
        && resource.attributes.is_empty()
    {
        resource.attributes = attributes::read(attributes);
    }
    (whole.resource, whole.schema_url)
}

/// A scope and its schema URL, as they were sent.
pub(super) fn read_scope(
    name: String,
    version: String,
    attributes: &str,
    rest: &[u8],
) -> (Option<InstrumentationScope>, String) {
    let mut whole = ScopeSpans::decode(rest).unwrap_or_default();
    if let Some(scope) = &mut whole.scope {
        scope.name = name;
        scope.version = version;
        if scope.attributes.is_empty() {
            scope.attributes = attributes::read(attributes);
        }
    }
    (whole.scope, whole.schema_url)
}

fn text_of<'a>(attributes: &'a [KeyValue], key: &str) -> Option<&'a str> {
    let found = attributes.iter().find(|attribute| attribute.key == key)?;
    match &found.value.as_ref()?.value {
        Some(Value::StringValue(text)) => Some(text),
        _ => None,
    }
}
