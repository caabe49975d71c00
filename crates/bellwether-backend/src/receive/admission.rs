//! Admission by bytes: how much may be on its way between the socket and the commit.
//!
//! A request pays for its bytes before they are read and once more for what they grow to, and gives them back when it is answered. One
//! that finds too little left waits a moment, then is told to come again. Without this a fast sender and a slow disk fill the memory.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::failure::Failure;

/// Bytes a permit stands for.
const UNIT: usize = 1024;
/// How long a request waits for others to be done.
const PATIENCE: Duration = Duration::from_secs(2);
/// When a sender that was turned away should come again.
const DELAY: Duration = Duration::from_secs(1);

#[derive(Clone)]
pub(super) struct Admission {
    left: Arc<Semaphore>,
    total: usize,
}

/// What a request has paid for.
pub(super) struct Admitted {
    admission: Admission,
    held: OwnedSemaphorePermit,
}

impl Admission {
    pub(super) fn new(bytes: usize) -> Self {
        let total = (bytes / UNIT).clamp(1, u32::MAX as usize >> 3);
        Self {
            left: Arc::new(Semaphore::new(total)),
            total,
        }
    }

    /// Waits until `bytes` are free. A request that is larger than everything takes everything.
    pub(super) async fn admit(&self, bytes: usize) -> Result<Admitted, Failure> {
        let held = self.take(bytes.div_ceil(UNIT).min(self.total)).await?;
        Ok(Admitted {
            admission: self.clone(),
            held,
        })
    }

    async fn take(&self, permits: usize) -> Result<OwnedSemaphorePermit, Failure> {
        let waiting = Arc::clone(&self.left).acquire_many_owned(permits as u32);
        match tokio::time::timeout(PATIENCE, waiting).await {
            Ok(Ok(held)) => Ok(held),
            Ok(Err(_)) | Err(_) => Err(Failure::Overloaded(DELAY)),
        }
    }
}

impl Admitted {
    /// Waits until the request may hold `bytes` in all.
    pub(super) async fn grow(&mut self, bytes: usize) -> Result<(), Failure> {
        let wanted = bytes.div_ceil(UNIT).min(self.admission.total);
        let missing = wanted.saturating_sub(self.held.num_permits());
        if missing > 0 {
            self.held.merge(self.admission.take(missing).await?);
        }
        Ok(())
    }
}
