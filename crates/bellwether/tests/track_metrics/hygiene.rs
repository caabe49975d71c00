//! The generated code means the same wherever it stands: names of the prelude may be taken, and the crate renamed.

#![allow(dead_code, non_camel_case_types, reason = "names that are in the way")]

use crate::exported::{Exported, counts};

mod renamed {
    pub(crate) mod telemetry {
        pub(crate) use bellwether::*;
    }
}

mod taken {
    pub(super) struct Result;
    pub(super) struct Option;
    pub(super) struct Some;
    pub(super) struct Ok;
    pub(super) struct Err;
    pub(super) struct String;
    pub(super) struct Box;
    pub(super) trait Copy {}
    pub(super) trait Clone {}
    pub(super) trait Drop {}
    pub(super) trait Fn {}
    pub(super) trait FnOnce {}
    pub(super) mod std {}
    pub(super) mod core {}
    pub(super) mod bellwether {}
    pub(super) struct str;
    pub(super) struct usize;
    pub(super) struct bool;

    type Metrics = ::bellwether::metrics::Metrics;

    #[derive(::core::clone::Clone, ::core::marker::Copy, super::renamed::telemetry::Label)]
    #[label(crate = super::renamed::telemetry)]
    pub(super) enum Kind {
        One,
    }

    #[::bellwether::track_metrics("taken.plain", metrics = metrics, labels(kind = kind: Kind), fields(a = 1), crate = super::renamed::telemetry)]
    pub(super) fn plain(metrics: &Metrics, kind: Kind) -> ::core::result::Result<u8, u8> {
        // Names of the generated code are not seen here, and these are not seen there.
        let __returned = ::core::result::Result::Err(1);
        let __execution = ();
        let __span = __execution;
        let () = __span;
        __returned
    }

    #[::bellwether::track_metrics("taken.future", metrics = metrics, error_if = fails)]
    pub(super) async fn future(metrics: &Metrics) -> u8 {
        1
    }

    fn fails(_: &u8) -> ::core::primitive::bool {
        true
    }
}

#[tokio::test]
async fn shadowed_names_do_not_matter() {
    let exported = Exported::new();
    taken::plain(&exported.metrics, taken::Kind::One).unwrap_err();
    taken::future(&exported.metrics).await;
    assert_eq!(exported.ended("taken.plain"), counts([("one,error", 1)]));
    assert_eq!(exported.errors("taken.plain"), counts([("u8", 1)]));
    assert_eq!(exported.errors("taken.future"), counts([("fails", 1)]));
}

macro_rules! make {
    ($name:ident, $operation:literal, $body:expr) => {
        #[bellwether::track_metrics($operation, metrics = metrics)]
        fn $name(metrics: &bellwether::metrics::Metrics, number: u8) -> Result<u8, u8> {
            $body(number)
        }
    };
}

make!(made, "made", Ok);

#[test]
fn functions_from_macros_of_the_service() {
    let exported = Exported::new();
    made(&exported.metrics, 1).unwrap();
    assert_eq!(exported.ended("made"), counts([("success", 1)]));
}
