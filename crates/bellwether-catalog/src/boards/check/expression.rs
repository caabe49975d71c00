//! What an expression comes to: followed from its selectors upwards.
//!
//! | of | labels | unit |
//! |---|---|---|
//! | a selector | those of the metric | the metric's |
//! | `rate` | the same | per second |
//! | `sum by (a)` | `a` | the same |
//! | `histogram_quantile` | without `le` | that of the observations |
//! | `x / y` | those of `x`, or those matched on | the quotient |
//!
//! What does not fit on the way, such as a label that is not there, is noted with it.

use std::collections::BTreeSet;

use promql_parser::label::MatchOp;
use promql_parser::parser::{
    AggregateExpr, BinaryExpr, Call, Expr, LabelModifier, VectorMatchCardinality, VectorSelector,
};

use super::dimension::Dimension;
use super::finding::Check;
use super::vocabulary::{Known, Series, Vocabulary};
use crate::boards::promql;

/// Labels of the series an expression answers with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Labels {
    /// These at most.
    These(BTreeSet<String>),
    /// Not known.
    Any,
}

impl Labels {
    pub(crate) fn has(&self, name: &str) -> bool {
        match self {
            Self::These(names) => names.contains(name),
            Self::Any => true,
        }
    }

    fn none() -> Self {
        Self::These(BTreeSet::new())
    }

    fn with(self, name: &str) -> Self {
        match self {
            Self::These(mut names) => {
                names.insert(name.to_owned());
                Self::These(names)
            }
            Self::Any => Self::Any,
        }
    }

    fn without(self, names: &[String]) -> Self {
        match self {
            Self::These(mut own) => {
                own.retain(|name| !names.contains(name));
                Self::These(own)
            }
            Self::Any => Self::Any,
        }
    }

    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::These(mut one), Self::These(other)) => {
                one.extend(other);
                Self::These(one)
            }
            _ => Self::Any,
        }
    }
}

/// What an expression comes to.
#[allow(clippy::struct_excessive_bools)] // independent facts, each asked about by another rule
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) labels: Labels,
    pub(crate) unit: Option<Dimension>,
    /// Unit of the observations, where it is of buckets.
    pub(crate) observed: Option<Dimension>,
    /// Whether it is a number rather than series, and which.
    scalar: Option<f64>,
    /// Whether it is a number, known or not, and no series.
    number: bool,
    /// Whether it is a quantile.
    quantile: bool,
    /// Whether it is of latency: a quantile of seconds.
    pub(crate) latency: bool,
    /// Whether it is a ratio of series.
    ratio: bool,
    /// Labels that a bound of what is alive keeps small.
    live: BTreeSet<String>,
    /// Labels with closed values, where the expression asks for one series alone.
    pub(crate) closed: Vec<(String, Vec<String>)>,
    /// What is wrong inside.
    pub(crate) wrong: Vec<(Check, String)>,
}

impl Answer {
    fn number(value: Option<f64>) -> Self {
        Self {
            labels: Labels::none(),
            unit: Some(Dimension::none()),
            observed: None,
            scalar: value,
            number: true,
            quantile: false,
            latency: false,
            ratio: false,
            live: BTreeSet::new(),
            closed: Vec::new(),
            wrong: Vec::new(),
        }
    }

    fn unknown() -> Self {
        Self {
            labels: Labels::Any,
            unit: None,
            number: false,
            ..Self::number(None)
        }
    }

    fn problem(&mut self, check: Check, message: String) {
        self.wrong.push((check, message));
    }
}

/// Ids that no series should be grouped by.
const IDS: [&str; 10] = [
    "session_id",
    "trace_id",
    "span_id",
    "user_id",
    "job_id",
    "request_id",
    "agent_id",
    "worker_id",
    "task_id",
    "container_id",
];

pub(crate) fn answer(expr: &Expr, vocabulary: &Vocabulary) -> Answer {
    Follower { vocabulary }.follow(expr, Above::Nothing)
}

/// What stands above a selector, as far as a counter cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Above {
    Nothing,
    /// Something that asks whether a series is there, and not for its value.
    Presence,
    /// A function over a window that knows of resets.
    Rate,
}

struct Follower<'a> {
    vocabulary: &'a Vocabulary,
}

impl Follower<'_> {
    fn follow(&self, expr: &Expr, above: Above) -> Answer {
        match expr {
            Expr::Paren(paren) => self.follow(&paren.expr, above),
            Expr::Unary(unary) => self.follow(&unary.expr, above),
            Expr::NumberLiteral(number) => Answer::number(Some(number.val)),
            Expr::StringLiteral(_) => Answer::number(None),
            Expr::VectorSelector(selector) => self.selector(selector, above),
            Expr::MatrixSelector(matrix) => self.selector(&matrix.vs, above),
            Expr::Subquery(subquery) => self.follow(&subquery.expr, Above::Nothing),
            Expr::Call(call) => self.call(call, above),
            Expr::Aggregate(aggregate) => self.aggregate(aggregate, above),
            Expr::Binary(binary) => self.binary(binary, above),
            Expr::Extension(_) => Answer::unknown(),
        }
    }

    fn selector(&self, selector: &VectorSelector, above: Above) -> Answer {
        let Some(pattern) = promql::metric_pattern(selector) else {
            let mut answer = Answer::unknown();
            answer.problem(Check::MetricExists, "a selector names no metric".to_owned());
            return answer;
        };
        let Some((name, series)) = self.find(&pattern, selector.name.is_some()) else {
            let mut answer = Answer::unknown();
            let like = self.vocabulary.like(&pattern);
            let hint = like.map(|name| format!("; expected such as `{name}`"));
            let hint = hint.unwrap_or_default();
            answer.problem(
                Check::MetricExists,
                format!("there is no metric `{pattern}`{hint}"),
            );
            return answer;
        };
        let mut answer = Answer {
            labels: Labels::These(series.labels.keys().cloned().collect()),
            unit: series.unit.clone(),
            observed: series.observed.clone(),
            number: false,
            live: named(series, |known| *known == Known::Live),
            closed: closed(series),
            ..Answer::number(None)
        };
        matchers(name, series, selector, &mut answer);
        if series.counter && above == Above::Nothing {
            answer.problem(
                Check::TargetCounterAgg,
                format!("`{name}` is a counter; expected it under rate, irate or increase"),
            );
        }
        answer
    }

    fn find(&self, pattern: &str, plain: bool) -> Option<(&str, &Series)> {
        if plain {
            return self.vocabulary.entry(pattern);
        }
        let whole = regex::Regex::new(&format!("^(?:{pattern})$")).ok()?;
        let name = self.vocabulary.matching(&whole).into_iter().next()?;
        self.vocabulary.entry(name)
    }

    fn call(&self, call: &Call, above: Above) -> Answer {
        let name = call.func.name;
        let arguments: Vec<&Expr> = call.args.args.iter().map(|argument| &**argument).collect();
        match name {
            "time" => {
                let mut answer = Answer::number(None);
                answer.unit = Some(Dimension::base("s"));
                return answer;
            }
            "vector" | "scalar" => {
                let mut answer = arguments
                    .first()
                    .map_or_else(Answer::unknown, |it| self.follow(it, above));
                answer.labels = Labels::none();
                answer.number = name == "scalar";
                return answer;
            }
            "minute" | "hour" | "day_of_week" | "day_of_month" | "day_of_year"
            | "days_in_month" | "month" | "year" => {
                let mut answer = arguments
                    .first()
                    .map_or_else(|| Answer::number(None), |it| self.follow(it, above));
                answer.unit = Some(Dimension::none());
                answer.number = false;
                return answer;
            }
            "histogram_quantile" => return self.quantile(&arguments),
            "label_replace" | "label_join" => {
                let mut answer = self.follow(arguments[0], above);
                if let Some(Expr::StringLiteral(label)) = arguments.get(1) {
                    answer.labels = answer.labels.with(&label.val);
                }
                let sources: Vec<&&Expr> = if name == "label_join" {
                    arguments.iter().skip(3).collect()
                } else {
                    arguments.iter().skip(3).take(1).collect()
                };
                let before = self.follow(arguments[0], above).labels;
                for source in sources {
                    if let Expr::StringLiteral(label) = source
                        && !label.val.is_empty()
                        && !before.has(&label.val)
                    {
                        answer.problem(
                            Check::LabelExists,
                            format!("{name} reads the label `{}`, which is not there", label.val),
                        );
                    }
                }
                return answer;
            }
            _ => {}
        }
        // the series is the last argument of quantile_over_time, and the first of all others
        let over = if name == "quantile_over_time" {
            arguments.last()
        } else {
            arguments.first()
        };
        let Some(over) = over else {
            return Answer::unknown();
        };
        let inside = match name {
            "rate" | "irate" | "increase" | "resets" | "changes" => Above::Rate,
            "absent" | "absent_over_time" | "present_over_time" | "count_over_time"
            | "timestamp" => Above::Presence,
            // what a counter had when it was born, for the series that were not there before
            "min_over_time" | "first_over_time" | "last_over_time" if above == Above::Presence => {
                above
            }
            _ if name.ends_with("_over_time") => Above::Nothing,
            _ => above,
        };
        let mut answer = self.follow(over, inside);
        if name == "avg_over_time" && answer.quantile {
            answer.problem(
                Check::QuantileAverage,
                "a quantile is averaged over time".to_owned(),
            );
        }
        answer.unit = match name {
            "rate" | "irate" | "deriv" => answer.unit.map(|unit| unit.per_second()),
            "changes" | "resets" | "count_over_time" => Some(Dimension::base("#")),
            "absent" | "absent_over_time" | "present_over_time" | "sgn" => Some(Dimension::none()),
            "timestamp" => Some(Dimension::base("s")),
            "sum_over_time" => answer.unit.map(Dimension::unscaled),
            "exp" | "ln" | "log2" | "log10" | "sqrt" => None,
            _ => answer.unit,
        };
        answer
    }

    fn quantile(&self, arguments: &[&Expr]) -> Answer {
        let Some(buckets) = arguments.get(1) else {
            return Answer::unknown();
        };
        let mut answer = self.follow(buckets, Above::Nothing);
        if !answer.labels.has("le") {
            answer.problem(
                Check::QuantileBuckets,
                "the label `le` is gone before histogram_quantile; expected `sum by (le, …)`"
                    .to_owned(),
            );
        }
        answer.unit = answer.observed.take();
        answer.labels = answer.labels.without(&["le".to_owned()]);
        answer.quantile = true;
        answer.latency = answer.unit == Some(Dimension::base("s"));
        answer
    }

    fn aggregate(&self, aggregate: &AggregateExpr, above: Above) -> Answer {
        let operation = aggregate.op.to_string();
        let counts = matches!(operation.as_str(), "count" | "group");
        let inside = if counts { Above::Presence } else { above };
        let mut answer = self.follow(&aggregate.expr, inside);
        if answer.quantile && matches!(operation.as_str(), "avg" | "sum") {
            answer.problem(
                Check::QuantileAverage,
                format!("{operation} of a quantile is no quantile; expected the buckets to be summed before histogram_quantile"),
            );
        }
        grouping(aggregate.modifier.as_ref(), &operation, &mut answer);
        match operation.as_str() {
            "count" => answer.unit = Some(Dimension::base("#")),
            "group" => answer.unit = Some(Dimension::none()),
            "count_values" => {
                answer.unit = Some(Dimension::base("#"));
                if let Some(Expr::StringLiteral(label)) = aggregate.param.as_deref() {
                    answer.labels = answer.labels.with(&label.val);
                }
            }
            "stdvar" => answer.unit = None,
            _ => {}
        }
        answer
    }

    fn binary(&self, binary: &BinaryExpr, above: Above) -> Answer {
        let operation = binary.op.to_string();
        let presence = matches!(operation.as_str(), "and" | "unless");
        let born = operation == "unless" && matches!(&*binary.lhs, Expr::Call(_));
        let left = self.follow(&binary.lhs, if born { Above::Presence } else { above });
        let nothing = operation == "*" && left.scalar == Some(0.0);
        let presence = presence || nothing;
        let right = self.follow(&binary.rhs, if presence { Above::Presence } else { above });
        let mut wrong = left.wrong.clone();
        wrong.extend(right.wrong.clone());
        let mut answer = combine(&operation, &left, &right, binary);
        answer.wrong = wrong;
        join(binary, &operation, &left, &right, &mut answer);
        agreement(&operation, &left, &right, &mut answer);
        if operation == "or" && left.ratio && right.scalar == Some(0.0) {
            answer.problem(
                Check::RatioZero,
                "a ratio falls back to 0; expected it to be absent where nothing happened"
                    .to_owned(),
            );
        }
        answer
    }
}

fn named(series: &Series, which: impl Fn(&Known) -> bool) -> BTreeSet<String> {
    let labels = series.labels.iter().filter(|(_, known)| which(known));
    labels.map(|(name, _)| name.clone()).collect()
}

fn closed(series: &Series) -> Vec<(String, Vec<String>)> {
    let labels = series.labels.iter();
    labels
        .filter_map(|(name, known)| match known {
            Known::Closed(values) => Some((name.clone(), values.clone())),
            _ => None,
        })
        .collect()
}

fn matchers(name: &str, series: &Series, selector: &VectorSelector, answer: &mut Answer) {
    let own = selector.matchers.matchers.iter();
    for matcher in own.filter(|matcher| matcher.name != "__name__") {
        let Some(known) = series.labels.get(&matcher.name) else {
            let labels: Vec<&str> = series.labels.keys().map(String::as_str).collect();
            answer.problem(
                Check::LabelExists,
                format!(
                    "`{name}` has no label `{}`; expected one of: {}",
                    matcher.name,
                    labels.join(", ")
                ),
            );
            continue;
        };
        let Known::Closed(values) = known else {
            continue;
        };
        for alternative in alternatives(&matcher.op, &matcher.value) {
            let possible = alternative.is_empty()
                || match &matcher.op {
                    MatchOp::Equal | MatchOp::NotEqual => values.contains(&alternative),
                    MatchOp::Re(_) | MatchOp::NotRe(_) => {
                        let whole = regex::Regex::new(&format!("^(?:{alternative})$"));
                        whole.is_ok_and(|whole| values.iter().any(|value| whole.is_match(value)))
                    }
                };
            if !possible {
                answer.problem(
                    Check::LabelValue,
                    format!(
                        "the label `{}` of `{name}` is never `{alternative}`; expected one of: {}",
                        matcher.name,
                        values.join(", ")
                    ),
                );
            }
        }
    }
    let scope = ["job", "deployment_environment_name"];
    let has = |label: &str| {
        selector
            .matchers
            .matchers
            .iter()
            .any(|matcher| matcher.name == label)
    };
    if series.of_service && !scope.iter().all(|label| has(label)) {
        answer.problem(
            Check::TargetJob,
            format!("`{name}` is asked of every service; expected `$scope` in its selector"),
        );
    }
}

/// Parts of a pattern that are plain words; the whole where it is more than that.
fn alternatives(op: &MatchOp, value: &str) -> Vec<String> {
    let plain = value
        .chars()
        .all(|c| c.is_alphanumeric() || "_|- ".contains(c));
    match op {
        MatchOp::Re(_) | MatchOp::NotRe(_) if plain => {
            value.split('|').map(str::to_owned).collect()
        }
        _ => vec![value.to_owned()],
    }
}

fn grouping(modifier: Option<&LabelModifier>, operation: &str, answer: &mut Answer) {
    let keeps = matches!(operation, "topk" | "bottomk" | "limitk" | "limit_ratio");
    let labels = modifier
        .map(|modifier| modifier.labels().labels.clone())
        .unwrap_or_default();
    for label in &labels {
        if !answer.labels.has(label) {
            answer.problem(
                Check::LabelExists,
                format!("{operation} groups by `{label}`, which is not there"),
            );
        }
    }
    match modifier {
        Some(LabelModifier::Include(_)) => {
            for label in &labels {
                if IDS.contains(&label.as_str()) && !answer.live.contains(label) {
                    answer.problem(
                        Check::IdLabel,
                        format!("{operation} groups by `{label}`, of which there is no end"),
                    );
                }
            }
            if !keeps {
                answer.labels = Labels::These(labels.into_iter().collect());
            }
        }
        Some(LabelModifier::Exclude(_)) if !keeps => {
            answer.labels = answer.labels.clone().without(&labels);
        }
        None if !keeps => answer.labels = Labels::none(),
        _ => {}
    }
}

/// Unit and labels of two sides, before joins.
fn combine(operation: &str, left: &Answer, right: &Answer, binary: &BinaryExpr) -> Answer {
    let mut answer = left.clone();
    answer.wrong.clear();
    answer.scalar = None;
    match operation {
        "*" | "/" => {
            answer.unit = product(operation, left, right);
            let of_series = !left.number && !right.number;
            answer.ratio = operation == "/" && of_series || left.ratio || right.ratio;
            answer.quantile = left.quantile || right.quantile;
            if let (Some(one), Some(other)) = (left.scalar, right.scalar) {
                answer.scalar = Some(if operation == "*" {
                    one * other
                } else {
                    one / other
                });
            }
            if left.number {
                answer.number = right.number;
                answer.labels = right.labels.clone();
                answer.closed.clone_from(&right.closed);
            }
        }
        "+" | "-" => {
            let nothing = left.unit.as_ref().is_some_and(Dimension::is_nothing);
            if nothing && !right.number {
                answer.unit.clone_from(&right.unit);
            }
            if left.number {
                answer.number = right.number;
                if left.scalar.is_some() {
                    answer.unit.clone_from(&right.unit);
                }
                answer.labels = right.labels.clone();
                answer.closed.clone_from(&right.closed);
                answer.ratio = right.ratio;
            }
        }
        "or" => {
            answer.labels = left.labels.clone().and(right.labels.clone());
            let nothing = left.unit.as_ref().is_none_or(Dimension::is_nothing);
            if nothing {
                answer.unit.clone_from(&right.unit);
            }
        }
        "%" | "^" | "atan2" => answer.unit = None,
        _ => {
            let yes_or_no = binary
                .modifier
                .as_ref()
                .is_some_and(|modifier| modifier.return_bool);
            if yes_or_no {
                answer.unit = Some(Dimension::none());
            }
        }
    }
    answer
}

fn product(operation: &str, left: &Answer, right: &Answer) -> Option<Dimension> {
    let number = |answer: &Answer| answer.scalar.map(|value| Dimension::none().times(value));
    let one = number(left).or_else(|| left.unit.clone())?;
    let other = number(right).or_else(|| right.unit.clone())?;
    Some(if operation == "*" {
        one.by(&other)
    } else {
        one.over(&other)
    })
}

/// Labels that two sides are matched on, and those that are left.
fn join(binary: &BinaryExpr, operation: &str, left: &Answer, right: &Answer, answer: &mut Answer) {
    let Some(modifier) = &binary.modifier else {
        return;
    };
    if let Some(LabelModifier::Include(on)) = &modifier.matching {
        for label in &on.labels {
            for (side, of) in [("left", left), ("right", right)] {
                if !of.labels.has(label) {
                    answer.problem(
                        Check::LabelExists,
                        format!(
                            "{operation} matches on `{label}`, which the {side} side does not have"
                        ),
                    );
                }
            }
        }
        if modifier.card == VectorMatchCardinality::OneToOne && !is_filter(operation) {
            answer.labels = Labels::These(on.labels.iter().cloned().collect());
        }
    }
    match &modifier.card {
        VectorMatchCardinality::ManyToOne(extra) => {
            for label in &extra.labels {
                answer.labels = answer.labels.clone().with(label);
            }
        }
        VectorMatchCardinality::OneToMany(extra) => {
            answer.labels = right.labels.clone();
            for label in &extra.labels {
                answer.labels = answer.labels.clone().with(label);
            }
        }
        _ => {}
    }
    if let Some(LabelModifier::Exclude(ignored)) = &modifier.matching
        && modifier.card == VectorMatchCardinality::OneToOne
        && !is_filter(operation)
    {
        answer.labels = answer.labels.clone().without(&ignored.labels);
    }
}

fn is_filter(operation: &str) -> bool {
    matches!(
        operation,
        "and" | "or" | "unless" | ">" | "<" | ">=" | "<=" | "==" | "!="
    )
}

fn agreement(operation: &str, left: &Answer, right: &Answer, answer: &mut Answer) {
    let compares = matches!(
        operation,
        "+" | "-" | "or" | ">" | "<" | ">=" | "<=" | "==" | "!="
    );
    let numbers = left.scalar.is_some() || right.scalar.is_some();
    let (Some(one), Some(other)) = (&left.unit, &right.unit) else {
        return;
    };
    if compares && !numbers && !one.agrees(other) {
        answer.problem(
            Check::UnitsAgree,
            format!("{operation} of {one} and {other}"),
        );
    }
}
