//! A stand-in for the library of the GPU driver, that behaves as a test says.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

use super::bellwether;

pub(crate) struct Driver(TempDir);

impl Driver {
    /// `None`, and says so, without a C compiler.
    pub(crate) fn build() -> Option<Self> {
        let driver = Self(tempfile::tempdir().unwrap());
        let source = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../bellwether/tests/resources/stand_in.c"
        );
        let built = Command::new("cc")
            .args(["-shared", "-fPIC", "-o"])
            .arg(driver.library())
            .arg(format!(
                "-DCONTROL=\"{}\"",
                driver.0.path().join("control").display()
            ))
            .arg(source)
            .status();
        if built.is_err() {
            bellwether_testing::skipped::say(
                "driver",
                "GPUs: there is no C compiler `cc` to build the stand-in for the driver with",
            );
            return None;
        }
        assert!(built.unwrap().success());
        Some(driver)
    }

    pub(crate) fn library(&self) -> PathBuf {
        self.0.path().join("libnvidia-ml.so.1")
    }

    pub(crate) fn behave(&self, behaviour: &str) {
        // At once: the library reads it at each call.
        let draft = self.0.path().join("draft");
        fs::write(&draft, behaviour).unwrap();
        fs::rename(draft, self.0.path().join("control")).unwrap();
    }

    /// `bellwether host`, sending to this endpoint.
    pub(crate) fn host(&self, endpoint: &str, arguments: &[&str]) -> Command {
        let mut command = bellwether();
        command
            .arg("host")
            .args(arguments)
            .env("BELLWETHER_NVML_LIBRARY", self.library())
            .env("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)
            .env("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf");
        command
    }
}
