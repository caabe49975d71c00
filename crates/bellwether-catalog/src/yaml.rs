//! YAML as a tree in which each node knows its line.
//!
//! Built straight from parser events, since a map type would forget the lines of keys and keep only
//! the last of two equal ones. Anchors, aliases and tags are refused: a registry entry should be
//! readable on its own.

use std::sync::Arc;

use saphyr_parser::{Event, Parser, ScalarStyle, Span};

use crate::error::{Location, Problem, Rule};

#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) location: Location,
    pub(crate) data: Data,
}

#[derive(Debug, Clone)]
pub(crate) enum Data {
    /// Text, and whether it was written without quotes.
    Scalar {
        text: String,
        plain: bool,
    },
    List(Vec<Node>),
    Map(Vec<Entry>),
}

#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) location: Location,
    pub(crate) value: Node,
}

enum Open {
    List(Location, Vec<Node>),
    Map(Location, Vec<Entry>, Option<(String, Location)>),
}

/// Parses one document. Never recurses, so deep nesting cannot exhaust the stack here.
pub(crate) fn parse(file: &Arc<str>, text: &str) -> Result<Node, Problem> {
    let mut open: Vec<Open> = Vec::new();
    let mut root = None;
    let at = |span: &Span| Location::new(Arc::clone(file), span.start.line().max(1));
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            Problem::new(
                Location::new(Arc::clone(file), error.marker().line().max(1)),
                Rule::Yaml,
                error.info(),
            )
        })?;
        let location = at(&span);
        let node = match event {
            Event::Scalar(text, style, anchor, tag) => {
                refuse(anchor != 0 || tag.is_some(), &location)?;
                let plain = style == ScalarStyle::Plain;
                Node {
                    location,
                    data: Data::Scalar {
                        text: text.into_owned(),
                        plain,
                    },
                }
            }
            Event::SequenceStart(anchor, tag) => {
                refuse(anchor != 0 || tag.is_some(), &location)?;
                open.push(Open::List(location, Vec::new()));
                continue;
            }
            Event::MappingStart(anchor, tag) => {
                refuse(anchor != 0 || tag.is_some(), &location)?;
                open.push(Open::Map(location, Vec::new(), None));
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => match open.pop() {
                Some(Open::List(location, items)) => Node {
                    location,
                    data: Data::List(items),
                },
                Some(Open::Map(location, entries, _)) => Node {
                    location,
                    data: Data::Map(entries),
                },
                None => continue,
            },
            Event::Alias(_) => {
                refuse(true, &location)?;
                continue;
            }
            Event::DocumentStart(_) if root.is_some() => {
                return Err(Problem::new(
                    location,
                    Rule::Yaml,
                    "a registry file holds one document",
                ));
            }
            _ => continue,
        };
        match open.last_mut() {
            Some(Open::List(_, items)) => items.push(node),
            Some(Open::Map(_, entries, pending)) => match pending.take() {
                None => *pending = Some(key(entries, node)?),
                Some((key, location)) => entries.push(Entry {
                    key,
                    location,
                    value: node,
                }),
            },
            None => root = Some(node),
        }
    }
    root.ok_or_else(|| {
        Problem::new(
            Location::new(Arc::clone(file), 1),
            Rule::Yaml,
            "the file is empty",
        )
    })
}

fn refuse(condition: bool, location: &Location) -> Result<(), Problem> {
    if condition {
        return Err(Problem::new(
            location.clone(),
            Rule::Yaml,
            "anchors, aliases and tags are not used in a registry",
        ));
    }
    Ok(())
}

fn key(entries: &[Entry], node: Node) -> Result<(String, Location), Problem> {
    let Data::Scalar { text, .. } = node.data else {
        return Err(Problem::new(
            node.location,
            Rule::Yaml,
            "a key must be text",
        ));
    };
    if entries.iter().any(|entry| entry.key == text) {
        return Err(Problem::new(
            node.location,
            Rule::Yaml,
            format!("key `{text}` is repeated"),
        ));
    }
    Ok((text, node.location))
}
