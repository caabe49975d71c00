//! The query string, a parameter at a time. A parameter that is not known is an error, for a condition that is misspelt and dropped
//! would answer another question.

use std::ops::Range;
use std::str::FromStr;
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::Problem;
use crate::query::{LabelFilter, Limits};

/// Rows that one answer may have.
const MOST_ROWS: usize = 100_000;
/// How long a question may take, whatever is asked for.
const LONGEST: Duration = Duration::from_secs(120);

/// What stands behind the `?`, in order.
pub(super) struct Parameters(Vec<(String, String)>);

impl<S: Sync> FromRequestParts<S> for Parameters {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let decode = |text: &str| {
            percent_encoding::percent_decode_str(&text.replace('+', " "))
                .decode_utf8()
                .map(std::borrow::Cow::into_owned)
                .map_err(|_| Problem::wrong("query string: expected UTF-8"))
        };
        let query = parts.uri.query().unwrap_or_default();
        let pairs = query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                Ok((decode(name)?, decode(value)?))
            });
        pairs.collect::<Result<_, Problem>>().map(Self)
    }
}

impl Parameters {
    /// Refuses names that are not among `known`.
    pub(super) fn only(self, known: &[&str]) -> Result<Self, Problem> {
        match self
            .0
            .iter()
            .find(|(name, _)| !known.contains(&name.as_str()))
        {
            Some((name, _)) => Err(Problem::wrong(format!(
                "parameter {name:?}: expected one of {}",
                known.join(", ")
            ))),
            None => Ok(self),
        }
    }

    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.all(name).next_back().map(str::to_owned)
    }

    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl DoubleEndedIterator<Item = &'a str> {
        let of_name =
            move |(given, value): &'a (String, String)| (given == name).then_some(value.as_str());
        self.0.iter().filter_map(of_name)
    }

    /// Parsed, with the name in what is said when it cannot be.
    pub(super) fn parsed<T: FromStr>(
        &self,
        name: &str,
        expected: &str,
    ) -> Result<Option<T>, Problem> {
        let Some(text) = self.text(name) else {
            return Ok(None);
        };
        let wrong = |_| Problem::wrong(format!("{name} {text:?}: expected {expected}"));
        text.parse().map(Some).map_err(wrong)
    }

    pub(super) fn filters(&self, name: &str) -> Result<Vec<LabelFilter>, Problem> {
        let parse = |text: &str| {
            text.parse()
                .map_err(|error| Problem::wrong(format!("{name}: {error}")))
        };
        self.all(name).map(parse).collect()
    }

    pub(super) fn range(&self) -> Result<Range<i64>, Problem> {
        let expected = "nanoseconds since 1970";
        let start = self.parsed("start", expected)?.unwrap_or(i64::MIN);
        Ok(start..self.parsed("end", expected)?.unwrap_or(i64::MAX))
    }

    pub(super) fn seconds(&self, name: &str) -> Result<Option<Duration>, Problem> {
        let Some(seconds) = self.parsed::<f64>(name, "seconds")? else {
            return Ok(None);
        };
        let wrong = |_| Problem::wrong(format!("{name} {seconds}: expected seconds above 0"));
        Duration::try_from_secs_f64(seconds)
            .map(Some)
            .map_err(wrong)
    }

    /// `limit` and `timeout`, with the usual bounds.
    pub(super) fn limits(&self) -> Result<Limits, Problem> {
        self.bounds(Limits::default().rows, MOST_ROWS)
    }

    /// The same where `limit` counts something that there is more of: all of `most` unless fewer are asked for.
    pub(super) fn limits_of(&self, most: usize) -> Result<Limits, Problem> {
        self.bounds(most, most)
    }

    fn bounds(&self, rows: usize, most: usize) -> Result<Limits, Problem> {
        let rows = self.parsed("limit", "a number of rows")?.unwrap_or(rows);
        if rows > most {
            return Err(Problem::wrong(format!(
                "limit {rows}: expected {most} at most"
            )));
        }
        let time = self.seconds("timeout")?.unwrap_or(Limits::default().time);
        if time > LONGEST {
            return Err(Problem::wrong(format!(
                "timeout {}: expected {} seconds at most",
                time.as_secs_f64(),
                LONGEST.as_secs()
            )));
        }
        Ok(Limits { rows, time })
    }
}
