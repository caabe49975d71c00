//! What models were asked, and what it would have cost.

use crate::demo::wire::ModelUse;

/// A line for each figure.
pub(crate) fn models(total: ModelUse) -> String {
    let cached = 100.0 * total.cached_tokens as f64 / (total.prompt_tokens as f64).max(1.0);
    [
        format!(
            "  answers  {:>9}   {} retries, {} given up",
            total.answers, total.retries, total.failures
        ),
        format!(
            "  tokens   {:>9}   {} prompt ({cached:.0} % from the cache), {} completion",
            total.prompt_tokens + total.completion_tokens,
            total.prompt_tokens,
            total.completion_tokens
        ),
        format!("  cost     {:>9}", format!("${:.4}", total.dollars)),
    ]
    .join("\n")
}

#[cfg(test)]
mod tests {
    use super::models;
    use crate::demo::wire::ModelUse;

    #[test]
    fn sums_are_of_prompt_and_completion() {
        let total = ModelUse {
            answers: 3,
            failures: 0,
            retries: 1,
            prompt_tokens: 200,
            completion_tokens: 50,
            cached_tokens: 150,
            dollars: 0.012_34,
        };
        let text = models(total);
        assert!(
            text.contains("250   200 prompt (75 % from the cache), 50 completion"),
            "{text}"
        );
        assert!(
            text.contains("$0.0123") && text.contains("1 retries"),
            "{text}"
        );
        assert!(models(ModelUse::default()).contains("$0.0000"));
    }
}
