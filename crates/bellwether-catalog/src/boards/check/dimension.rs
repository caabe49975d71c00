//! Units as products of powers, so that what an expression computes can be held against what a panel says.

use std::collections::BTreeMap;
use std::fmt;

use crate::boards::units::Unit;

/// A unit: base units with exponents, and a factor that numbers in the expression bring in.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Dimension {
    powers: BTreeMap<&'static str, i8>,
    /// Product of the numbers it was multiplied with; `None` where that is not known.
    pub(crate) factor: Option<f64>,
}

impl Dimension {
    /// Of no unit: a share, a number.
    pub(crate) fn none() -> Self {
        Self {
            powers: BTreeMap::new(),
            factor: Some(1.0),
        }
    }

    pub(crate) fn base(unit: &'static str) -> Self {
        let mut dimension = Self::none();
        dimension.powers.insert(unit, 1);
        dimension
    }

    /// Of a unit in UCUM; `None` for one that boards have no word for.
    pub(crate) fn of(unit: &str) -> Option<Self> {
        if let Some((over, under)) = unit.split_once('/') {
            return Some(Self::of(over)?.over(&Self::of(under)?));
        }
        Some(match unit {
            // annotations that say what is counted, where a real unit would rename the series
            "1" | "{load}" => Self::none(),
            "%" | "{percent}" => Self::base("%"),
            "s" => Self::base("s"),
            "ms" => Self::base("s").times(1e3),
            "ns" => Self::base("s").times(1e9),
            "us" => Self::base("s").times(1e6),
            "min" => Self::base("s").times(1.0 / 60.0),
            "d" => Self::base("s").times(1.0 / 86400.0),
            "By" => Self::base("By"),
            "MiBy" => Self::base("By").times(1.0 / 1_048_576.0),
            "USD" | "{USD}" => Self::base("$"),
            "W" => Self::base("W"),
            "J" => Self::base("W").by(&Self::base("s")),
            "Cel" => Self::base("Cel"),
            "Hz" => Self::base("s").inverse(),
            _ if unit.ends_with("_per_second}") => Self::base("#").per_second(),
            _ if unit.starts_with('{') => Self::base("#"),
            _ => return None,
        })
    }

    pub(crate) fn times(mut self, factor: f64) -> Self {
        self.factor = self.factor.map(|known| known * factor);
        self
    }

    /// With a factor that is not known.
    pub(crate) fn unscaled(mut self) -> Self {
        self.factor = None;
        self
    }

    /// Whether it was multiplied with 0, which keeps labels and nothing else.
    pub(crate) fn is_nothing(&self) -> bool {
        self.factor == Some(0.0)
    }

    pub(crate) fn by(&self, other: &Self) -> Self {
        let mut product = self.clone();
        for (unit, power) in &other.powers {
            let sum = product.powers.entry(unit).or_default();
            *sum += power;
            if *sum == 0 {
                product.powers.remove(unit);
            }
        }
        let factors = self.factor.zip(other.factor);
        product.factor = factors.map(|(one, other)| one * other);
        product
    }

    pub(crate) fn inverse(&self) -> Self {
        let powers = self.powers.iter().map(|(unit, power)| (*unit, -power));
        Self {
            powers: powers.collect(),
            factor: self.factor.map(|factor| 1.0 / factor),
        }
    }

    pub(crate) fn over(&self, other: &Self) -> Self {
        self.by(&other.inverse())
    }

    pub(crate) fn per_second(&self) -> Self {
        self.over(&Self::base("s"))
    }

    /// Whether numbers of both may be added: counts of things are numbers, and a rate times a number of seconds, such as
    /// of a day, is no rate any more.
    pub(crate) fn agrees(&self, other: &Self) -> bool {
        if self.is_nothing() || other.is_nothing() {
            return true;
        }
        let (mut one, mut two) = (self.without_counts(), other.without_counts());
        let same_factor = match (self.factor, other.factor) {
            (Some(one), Some(other)) => near(one, other),
            _ => true,
        };
        if one == two {
            return same_factor || one.is_empty();
        }
        one.remove("s");
        two.remove("s");
        one == two && !same_factor && !one.is_empty()
    }

    fn without_counts(&self) -> BTreeMap<&'static str, i8> {
        let mut powers = self.powers.clone();
        powers.remove("#");
        powers
    }

    fn is(&self, powers: &[(&str, i8)], factor: f64) -> bool {
        let same = self.without_counts().into_iter().eq(powers.iter().copied());
        same && self.factor.is_none_or(|known| near(known, factor))
    }

    /// A number that is no count.
    fn is_share(&self, factor: f64) -> bool {
        let counts = self.powers.get("#").copied().unwrap_or_default();
        self.is(&[], factor) && counts <= 0
    }

    /// Whether a panel in this unit says the truth.
    pub(crate) fn fits(&self, unit: Unit) -> bool {
        match unit {
            Unit::Number | Unit::YesNo => self.is(&[], 1.0),
            Unit::Share => self.is_share(1.0) || self.is(&[("%", 1)], 0.01),
            Unit::Percent => self.is(&[("%", 1)], 1.0) || self.is_share(100.0),
            Unit::Seconds => self.is(&[("s", 1)], 1.0),
            Unit::Milliseconds => self.is(&[("s", 1)], 1e3),
            Unit::PerSecond | Unit::Hertz => self.is(&[("s", -1)], 1.0),
            Unit::PerMinute => self.is(&[("s", -1)], 60.0),
            Unit::PerHour => self.is(&[("s", -1)], 3600.0),
            // dollars of a month ahead are dollars a second times the seconds, which the factor does not tell apart
            Unit::Dollars => {
                self.without_counts().into_iter().eq([("$", 1)])
                    || self.without_counts().into_iter().eq([("$", 1), ("s", -1)])
            }
            Unit::Bytes => self.is(&[("By", 1)], 1.0),
            Unit::Mebibytes => self.is(&[("By", 1)], 1.0 / 1_048_576.0),
            Unit::BytesPerSecond => self.is(&[("By", 1), ("s", -1)], 1.0),
            Unit::Watts => self.is(&[("W", 1)], 1.0),
            Unit::Joules => self.is(&[("W", 1), ("s", 1)], 1.0),
            Unit::Celsius => self.is(&[("Cel", 1)], 1.0),
            Unit::Time => self.is(&[("s", 1)], 1e3) || self.is(&[("s", 1)], 1.0),
            Unit::Own => true,
        }
    }
}

/// Equal but for what arithmetic leaves.
fn near(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-9 * one.abs().max(other.abs())
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = |unit: &str| match unit {
            "#" => "count".to_owned(),
            other => other.to_owned(),
        };
        let side = |positive: bool| {
            let powers = self
                .powers
                .iter()
                .filter(move |(_, power)| (**power > 0) == positive);
            let words = powers.map(|(unit, power)| match power.abs() {
                1 => word(unit),
                more => format!("{}^{more}", word(unit)),
            });
            words.collect::<Vec<_>>().join("·")
        };
        let (over, under) = (side(true), side(false));
        f.write_str(if over.is_empty() { "1" } else { &over })?;
        if !under.is_empty() {
            write!(f, "/{under}")?;
        }
        match self.factor {
            Some(factor) if !near(factor, 1.0) => write!(f, " × {factor}"),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_shares_and_products_are_told_apart() {
        let tokens = Dimension::of("{token}").unwrap();
        let seconds = Dimension::of("s").unwrap();
        assert!(tokens.per_second().fits(Unit::PerSecond));
        assert!(!tokens.per_second().fits(Unit::PerMinute));
        assert!(tokens.per_second().times(60.0).fits(Unit::PerMinute));
        assert!(tokens.over(&tokens).fits(Unit::Share));
        assert!(!tokens.fits(Unit::Share));
        assert!(tokens.over(&tokens).times(100.0).fits(Unit::Percent));
        assert!(Dimension::of("%").unwrap().fits(Unit::Percent));
        assert!(seconds.fits(Unit::Seconds) && !seconds.fits(Unit::Bytes));
        assert!(seconds.per_second().fits(Unit::Number));
        assert!(seconds.over(&tokens).fits(Unit::Seconds));
        assert!(!seconds.agrees(&Dimension::of("By").unwrap()));
        assert!(!seconds.agrees(&Dimension::of("ms").unwrap()));
        assert_eq!(tokens.per_second().times(60.0).to_string(), "count/s × 60");
    }
}
