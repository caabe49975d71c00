//! Models that an agent has downloaded, and when to ask for them anew.

use std::collections::BTreeSet;
use std::sync::Arc;

use bellwether::metrics;

use super::common_words;
use crate::demo::boundary;

/// A downloaded model is used so often before it is looked for again: there may be a newer one.
const USES: u32 = 25;

/// The models of one agent.
#[derive(Debug, Default)]
pub(crate) struct LocalModels(tokio::sync::Mutex<Option<(Arc<BTreeSet<String>>, u32)>>);

impl LocalModels {
    /// The words that say nothing, from the local cache or from the provider.
    pub(crate) async fn common_words(
        &self,
        client: &reqwest::Client,
        address: &str,
    ) -> Result<Arc<BTreeSet<String>>, reqwest::Error> {
        let kpis = metrics::kpi();
        // Held while it is downloaded: two who miss it at a time download it once.
        let mut cached = self.0.lock().await;
        if let Some((words, uses)) = cached.as_mut()
            && *uses < USES
        {
            *uses += 1;
            kpis.model_cache_hit(common_words::NAME);
            return Ok(Arc::clone(words));
        }
        kpis.model_cache_miss(common_words::NAME);
        let url = format!("http://{address}/v1/models/{}", common_words::NAME);
        let file = boundary::send(client.get(url)).await?.text().await?;
        kpis.model_downloaded(common_words::NAME);
        let words = Arc::new(common_words::read(&file));
        *cached = Some((Arc::clone(&words), 0));
        Ok(words)
    }
}
