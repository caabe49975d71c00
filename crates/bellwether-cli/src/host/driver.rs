//! Whether there is a GPU driver, found out before anything is started for it.

use std::path::PathBuf;
use std::time::Duration;

use bellwether::resources::{GpuError, GpuProcesses, GpuSource, NvmlSource};
use tokio::sync::oneshot;

/// For the first read. A driver that takes longer is there, however it fares.
const LOOK: Duration = Duration::from_secs(10);

/// Whether it is there. The look is on a thread of its own, since it may hang.
pub(super) async fn is_there(library: Option<PathBuf>) -> bool {
    let (found, look) = oneshot::channel();
    let spawned = std::thread::Builder::new()
        .name("bellwether-look".to_owned())
        .spawn(move || {
            let mut source = NvmlSource::new(library, GpuProcesses::None);
            let is_absent = matches!(source.read(), Err(GpuError::Absent(_)));
            let _ = found.send(!is_absent);
        });
    if spawned.is_err() {
        return true;
    }
    match tokio::time::timeout(LOOK, look).await {
        Ok(Ok(is_there)) => is_there,
        _ => true,
    }
}
