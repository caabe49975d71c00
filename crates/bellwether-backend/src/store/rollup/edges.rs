//! What a bucket keeps of its first and last reading, so that buckets fit together without a seam.
//!
//! A bucket is a function of its own points alone: the reading it begins with, the one it ends with, and what grew in between. Between the two
//! nothing is lost if nothing began anew there, for then it is their difference; otherwise the growth is kept too. What grew from one bucket
//! to the next is found when they are put together, by the same rule as between two points ([`growth`](crate::store::growth)). So a bucket
//! never depends on its neighbours: not on how far back they lie, nor on whether they come late.

use prost::Message;

use super::distribution::Distribution;
use crate::store::growth::{Change, Reading, grown, is_smooth, plain};

/// The readings of a series in one bucket.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Edges {
    readings: u64,
    /// Of plain readings without buckets: those are in the rollup itself.
    first: Reading,
    last: Reading,
    /// What grew between the first and the last, where that is not their difference.
    inner: Option<Inner>,
}

#[derive(Debug, Clone, PartialEq)]
struct Inner {
    value: f64,
    observations: u64,
    buckets: Option<Distribution>,
    /// Observations that are not in the buckets, since theirs had other bounds.
    unfit: u64,
}

impl Inner {
    fn add(&mut self, other: Self) {
        self.value += other.value;
        self.observations = self.observations.saturating_add(other.observations);
        self.unfit = self.unfit.saturating_add(other.unfit);
        match (&mut self.buckets, other.buckets) {
            (Some(whole), Some(more)) => {
                if !whole.add(&more) {
                    let counted = other.observations.saturating_sub(other.unfit);
                    self.unfit = self.unfit.saturating_add(counted);
                }
            }
            (none @ None, more) => *none = more,
            (Some(_), None) => {}
        }
    }
}

/// What stands in the columns beside the edges: sum, min and max of the values.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Values {
    pub(crate) sum: f64,
    pub(crate) min: f64,
    pub(crate) max: f64,
}

impl Edges {
    /// Of `readings` of one series in the order of time. None: not one of them says anything.
    pub(super) fn of(readings: &[&Reading], is_cumulative: bool) -> Option<Self> {
        if is_cumulative {
            let mut whole = Self::one(readings.first()?);
            for reading in &readings[1..] {
                whole = whole.followed_by(Self::one(reading), true);
            }
            return Some(whole);
        }
        let telling: Vec<&Reading> = readings
            .iter()
            .copied()
            .filter(|reading| reading.value.is_some() || reading.count.is_some())
            .collect();
        let bare = |reading: &Reading| Reading {
            buckets: None,
            ..reading.clone()
        };
        let mut inner: Option<Inner> = None;
        for reading in &telling {
            if let Some(change) = plain((*reading).clone()) {
                match &mut inner {
                    Some(inner) => inner.add(change.into()),
                    None => inner = Some(change.into()),
                }
            }
        }
        Some(Self {
            readings: telling.len() as u64,
            first: bare(telling.first()?),
            last: bare(telling.last()?),
            // Of numbers the columns say everything.
            inner: inner.filter(|inner| inner.observations > 0 || inner.buckets.is_some()),
        })
    }

    fn one(reading: &Reading) -> Self {
        Self {
            readings: 1,
            first: reading.clone(),
            last: reading.clone(),
            inner: None,
        }
    }

    /// Both together, `later` after this one.
    pub(super) fn followed_by(self, later: Self, is_cumulative: bool) -> Self {
        let inner = if is_cumulative {
            let is_seamless = self.inner.is_none()
                && later.inner.is_none()
                && is_smooth(&self.last, &later.first);
            (!is_seamless).then(|| {
                let mut inner = self.within();
                inner.add(grown(Some(&self.last), &later.first, i64::MIN).into());
                inner.add(later.within());
                inner
            })
        } else {
            match (self.inner, later.inner) {
                (Some(mut inner), Some(rest)) => {
                    inner.add(rest);
                    Some(inner)
                }
                (one, other) => one.or(other),
            }
        };
        Self {
            readings: self.readings + later.readings,
            first: self.first,
            last: later.last,
            inner,
        }
    }

    /// What grew after the first reading.
    fn within(&self) -> Inner {
        match &self.inner {
            Some(inner) => inner.clone(),
            None if self.readings == 1 => Inner {
                value: 0.0,
                observations: 0,
                buckets: None,
                unfit: 0,
            },
            None => grown(Some(&self.first), &self.last, i64::MIN).into(),
        }
    }

    /// The last reading: what the next one is measured against.
    pub(crate) fn into_last(self) -> Reading {
        self.last
    }

    /// What the bucket adds to a range that begins at `from`, after `before`.
    pub(crate) fn change(
        &self,
        before: Option<&Reading>,
        from: i64,
        is_cumulative: bool,
        values: Option<Values>,
    ) -> Change {
        if !is_cumulative {
            let inner = self.inner.as_ref();
            return Change {
                time: self.first.time,
                until: self.last.time,
                readings: self.readings,
                value: values.map_or(0.0, |values| values.sum),
                extremes: values.map(|values| (values.min, values.max)),
                reading: self.last.value.unwrap_or(0.0),
                observations: inner.map_or(0, |inner| inner.observations),
                buckets: inner.and_then(|inner| inner.buckets.clone()),
                unfit: inner.map_or(0, |inner| inner.unfit),
            };
        }
        // Nothing began anew since `before`: then the whole is one difference too.
        if self.inner.is_none() && before.is_some_and(|before| is_smooth(before, &self.first)) {
            return Change {
                time: self.first.time,
                until: self.last.time,
                readings: self.readings,
                extremes: None,
                ..grown(before, &self.last, from)
            };
        }
        let first = grown(before, &self.first, from);
        if self.readings == 1 {
            return first;
        }
        let time = first.time;
        let mut whole = Inner::from(first);
        whole.add(self.within());
        Change {
            time,
            until: self.last.time,
            readings: self.readings,
            value: whole.value,
            extremes: None,
            reading: self.last.value.unwrap_or(0.0),
            observations: whole.observations,
            buckets: whole.buckets,
            unfit: whole.unfit,
        }
    }

    /// The stored form, in protobuf; `bucket` is the start of the bucket in nanoseconds.
    pub(super) fn encode(&self, bucket: i64) -> Vec<u8> {
        let bounds = bounds_of(self.first.buckets.as_ref());
        let edge = |reading: &Reading, bounds: Option<&[f64]>| EdgeForm {
            offset: reading.time.wrapping_sub(bucket).cast_unsigned(),
            value: reading.value,
            count: reading.count,
            age: reading.start.map(|start| reading.time.wrapping_sub(start)),
            buckets: reading.buckets.as_ref().map(|of| pack(of, bounds)),
        };
        Form {
            readings: self.readings,
            first: Some(edge(&self.first, None)),
            last: (self.readings > 1).then(|| edge(&self.last, bounds)),
            inner: self.inner.as_ref().map(|inner| InnerForm {
                value: inner.value,
                observations: inner.observations,
                buckets: inner.buckets.as_ref().map(|of| pack(of, bounds)),
                unfit: inner.unfit,
            }),
        }
        .encode_to_vec()
    }

    /// Reads the stored form. `kind` is the metric's where its buckets are wanted. None: these bytes are not one.
    pub(crate) fn decode(bytes: &[u8], bucket: i64, kind: Option<i64>) -> Option<Self> {
        let form = Form::decode(bytes).ok()?;
        let reading = |edge: EdgeForm, bounds: Option<&[f64]>| {
            let time = bucket.wrapping_add(edge.offset.cast_signed());
            Reading {
                time,
                value: edge.value,
                count: edge.count,
                start: edge.age.map(|age| time.wrapping_sub(age)),
                buckets: kind
                    .zip(edge.buckets)
                    .and_then(|(kind, of)| unpack(kind, &of, bounds)),
            }
        };
        let first = reading(form.first?, None);
        let bounds = bounds_of(first.buckets.as_ref());
        let last = form.last.map(|last| reading(last, bounds));
        let inner = form.inner.map(|inner| Inner {
            value: inner.value,
            observations: inner.observations,
            buckets: kind
                .zip(inner.buckets)
                .and_then(|(kind, of)| unpack(kind, &of, bounds)),
            unfit: inner.unfit,
        });
        Some(Self {
            readings: form.readings,
            last: last.unwrap_or_else(|| first.clone()),
            first,
            inner,
        })
    }
}

impl From<Change> for Inner {
    fn from(change: Change) -> Self {
        Self {
            value: change.value,
            observations: change.observations,
            buckets: change.buckets,
            unfit: change.unfit,
        }
    }
}

#[derive(Clone, PartialEq, Message)]
struct Form {
    #[prost(uint64, tag = "1")]
    readings: u64,
    #[prost(message, optional, tag = "2")]
    first: Option<EdgeForm>,
    #[prost(message, optional, tag = "3")]
    last: Option<EdgeForm>,
    #[prost(message, optional, tag = "4")]
    inner: Option<InnerForm>,
}

#[derive(Clone, PartialEq, Message)]
struct EdgeForm {
    /// Nanoseconds since the start of the bucket.
    #[prost(uint64, tag = "1")]
    offset: u64,
    #[prost(double, optional, tag = "2")]
    value: Option<f64>,
    #[prost(sint64, optional, tag = "3")]
    count: Option<i64>,
    /// Nanoseconds since the series began.
    #[prost(sint64, optional, tag = "4")]
    age: Option<i64>,
    #[prost(bytes = "vec", optional, tag = "5")]
    buckets: Option<Vec<u8>>,
}

#[derive(Clone, PartialEq, Message)]
struct InnerForm {
    #[prost(double, tag = "1")]
    value: f64,
    #[prost(uint64, tag = "2")]
    observations: u64,
    #[prost(bytes = "vec", optional, tag = "3")]
    buckets: Option<Vec<u8>>,
    #[prost(uint64, tag = "4")]
    unfit: u64,
}

/// Explicit buckets; a data point would take eight bytes a count.
#[derive(Clone, PartialEq, Message)]
struct ExplicitForm {
    /// Left out where they are those of the first edge.
    #[prost(double, repeated, tag = "1")]
    bounds: Vec<f64>,
    #[prost(uint64, repeated, tag = "2")]
    counts: Vec<u64>,
}

fn bounds_of(buckets: Option<&Distribution>) -> Option<&[f64]> {
    match buckets {
        Some(Distribution::Explicit { bounds, .. }) => Some(bounds),
        _ => None,
    }
}

fn pack(of: &Distribution, known: Option<&[f64]>) -> Vec<u8> {
    match of {
        Distribution::Explicit { bounds, counts } => ExplicitForm {
            bounds: if known == Some(bounds) {
                Vec::new()
            } else {
                bounds.clone()
            },
            counts: counts.clone(),
        }
        .encode_to_vec(),
        Distribution::Exponential(_) => of.encode(),
    }
}

fn unpack(kind: i64, bytes: &[u8], known: Option<&[f64]>) -> Option<Distribution> {
    if kind != 3 {
        return Distribution::decode(kind, bytes);
    }
    let ExplicitForm { bounds, counts } = ExplicitForm::decode(bytes).ok()?;
    let bounds = match known {
        // One bucket has no bounds, and then neither had the first edge.
        Some(known) if bounds.is_empty() && known.len() + 1 == counts.len() => known.to_vec(),
        _ => bounds,
    };
    Some(Distribution::Explicit { bounds, counts })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Readings in the order of time, of a counter or a histogram that may begin anew at any of them, with or without saying so.
    fn readings() -> impl Strategy<Value = Vec<Reading>> {
        let step = (1..40_i64, 0..30_u64, 0..30_u64, 0..12_u8, any::<bool>());
        (any::<bool>(), prop::collection::vec(step, 1..40)).prop_map(|(is_histogram, steps)| {
            let (mut time, mut start, mut low, mut high) = (0, 0, 0, 0);
            let readings = steps.into_iter().map(|(later, a, b, reset, says_so)| {
                time += later;
                if reset == 0 {
                    (low, high) = (0, 0);
                    if says_so {
                        start = time - 1;
                    }
                }
                low += a;
                high += b;
                // Now and then with other buckets.
                let bounds = if reset == 1 { vec![7.0] } else { vec![5.0] };
                Reading {
                    time,
                    value: Some((low + 10 * high) as f64),
                    count: is_histogram.then_some((low + high).cast_signed()),
                    start: Some(start),
                    buckets: is_histogram.then_some(Distribution::Explicit {
                        bounds,
                        counts: vec![low, high],
                    }),
                }
            });
            readings.collect()
        })
    }

    /// The whole of many changes, as a question adds them up.
    fn total(changes: impl IntoIterator<Item = Change>) -> (u64, f64, u64, Option<Distribution>) {
        let mut readings = 0;
        let mut all: Option<Inner> = None;
        for change in changes {
            readings += change.readings;
            match &mut all {
                Some(all) => all.add(change.into()),
                None => all = Some(change.into()),
            }
        }
        let all = all.unwrap();
        (readings, all.value, all.observations, all.buckets)
    }

    proptest! {
        #[test]
        fn buckets_come_to_what_their_readings_come_to(readings in readings(), width in 1..200_i64, from in 0..100_i64) {
            let mut before = None;
            let one_by_one: Vec<Change> = readings
                .iter()
                .map(|now| {
                    let change = grown(before, now, from);
                    before = Some(now);
                    change
                })
                .collect();
            let mut before: Option<Reading> = None;
            let mut at_once = Vec::new();
            for held in readings.chunk_by(|a, b| a.time / width == b.time / width) {
                let bucket = held[0].time / width * width;
                let held: Vec<&Reading> = held.iter().collect();
                let edges = Edges::of(&held, true).unwrap();
                let kind = held[0].buckets.is_some().then_some(3);
                let stored = Edges::decode(&edges.encode(bucket), bucket, kind).unwrap();
                prop_assert_eq!(&stored, &edges);
                at_once.push(stored.change(before.as_ref(), from, true, None));
                before = Some(stored.into_last());
            }
            let (a, b) = (total(one_by_one), total(at_once));
            prop_assert_eq!((a.0, a.2), (b.0, b.2));
            prop_assert!((a.1 - b.1).abs() <= 1e-9 * a.1.abs(), "{} for {}", b.1, a.1);
            // Where bounds differ the first decide, and which are first depends on what is put together first.
            if readings.iter().all(|reading| bounds_of(reading.buckets.as_ref()) == bounds_of(readings[0].buckets.as_ref())) {
                prop_assert_eq!(a.3, b.3);
            }
        }

        #[test]
        fn small_buckets_make_large_ones(readings in readings(), at in 0..40_usize) {
            let all: Vec<&Reading> = readings.iter().collect();
            let (early, late) = all.split_at(at.min(all.len()));
            let (Some(early), Some(late)) = (Edges::of(early, true), Edges::of(late, true)) else { return Ok(()) };
            let joined = early.followed_by(late, true);
            let whole = Edges::of(&all, true).unwrap();
            prop_assert_eq!(&joined.first, &whole.first);
            prop_assert_eq!(&joined.last, &whole.last);
            let (a, b) = (joined.change(None, 0, true, None), whole.change(None, 0, true, None));
            prop_assert_eq!((a.readings, a.observations, a.value), (b.readings, b.observations, b.value));
        }
    }
}
