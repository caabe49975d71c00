//! Who an item is from: resource and scope, each with its schema URL.

use prost::Message as _;
use rusqlite::Connection;

use super::attributes;
use super::dictionary::{Dictionaries, Hash, hash, insert};
use crate::otlp::common::v1::{InstrumentationScope, KeyValue, any_value::Value};
use crate::otlp::resource::v1::Resource;
use crate::otlp::trace::v1::{ResourceSpans, ScopeSpans};

/// The resources and scopes of a batch, in the order in which they come; items refer to the last of each.
#[derive(Default)]
pub(super) struct Origins {
    resources: Vec<ResourceEntry>,
    scopes: Vec<ScopeEntry>,
}

/// Where an item belongs: the positions of its resource and scope.
#[derive(Debug, Clone, Copy)]
pub(super) struct From {
    pub(super) resource: usize,
    pub(super) scope: usize,
}

/// The numbers of a batch's resources and scopes.
pub(super) struct OriginIds {
    resources: Vec<i64>,
    scopes: Vec<i64>,
}

impl OriginIds {
    /// Resource and scope.
    pub(super) fn of(&self, from: From) -> (i64, i64) {
        (self.resources[from.resource], self.scopes[from.scope])
    }
}

impl Origins {
    pub(super) fn push_resource(&mut self, resource: Option<Resource>, schema_url: String) {
        self.resources
            .push(ResourceEntry::new(resource, schema_url));
    }

    pub(super) fn push_scope(&mut self, scope: Option<InstrumentationScope>, schema_url: String) {
        self.scopes.push(ScopeEntry::new(scope, schema_url));
    }

    /// The resource and scope that were pushed last.
    pub(super) fn last(&self) -> From {
        From {
            resource: self.resources.len().saturating_sub(1),
            scope: self.scopes.len().saturating_sub(1),
        }
    }

    pub(super) fn service(&self, from: From) -> &str {
        &self.resources[from.resource].service
    }

    pub(super) fn hashes(&self, from: From) -> (Hash, Hash) {
        (
            self.resources[from.resource].hash,
            self.scopes[from.scope].hash,
        )
    }

    pub(super) fn ids(
        &self,
        conn: &Connection,
        dictionaries: &mut Dictionaries,
        today: i64,
    ) -> rusqlite::Result<OriginIds> {
        let resources = self
            .resources
            .iter()
            .map(|entry| entry.id(conn, dictionaries, today))
            .collect::<Result<_, _>>()?;
        let scopes = self
            .scopes
            .iter()
            .map(|entry| entry.id(conn, dictionaries, today))
            .collect::<Result<_, _>>()?;
        Ok(OriginIds { resources, scopes })
    }
}

/// A resource, ready for its dictionary.
struct ResourceEntry {
    hash: Hash,
    /// `service.name`, or nothing.
    service: String,
    attributes: String,
    rest: Vec<u8>,
}

/// A scope, ready for its dictionary.
struct ScopeEntry {
    hash: Hash,
    name: String,
    version: String,
    attributes: String,
    rest: Vec<u8>,
}

impl ResourceEntry {
    /// The envelope of spans serves all three signals: they have the same two fields under the same numbers.
    fn new(resource: Option<Resource>, schema_url: String) -> Self {
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
                text_of(&resource.attributes, "service.name")
                    .unwrap_or_default()
                    .clone_into(&mut service);
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

    fn id(
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
    fn new(scope: Option<InstrumentationScope>, schema_url: String) -> Self {
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

    fn id(
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
