//! The macros of `bellwether`: use them from there, `bellwether::track_metrics` and `bellwether::Label`.
//!
//! `#[track_metrics]` keeps a function's signature and wraps its body:
//!
//! ```text
//! options ─► function ─► body ─► static call site, guard, closure or async block with the body, outcome
//! ```
//!
//! The body and the types of the signature are the user's own tokens, moved and never rebuilt, so the compiler's
//! messages about them point where they did before. The guard counts on drop, which is what makes a panic and
//! a cancelled future an end like any other. What the generated code calls is in `bellwether::__private`.

mod body;
mod expand;
mod function;
mod impl_block;
mod label;
mod naming;
mod options;
mod return_type;
mod start;

use proc_macro::TokenStream;

/// Counts, times and traces a function: see the page `docs/track-metrics.md`, which is part of the documentation of
/// `bellwether::track_metrics`.
#[proc_macro_attribute]
pub fn track_metrics(options: TokenStream, item: TokenStream) -> TokenStream {
    let item = proc_macro2::TokenStream::from(item);
    let expanded = syn::parse::<options::Options>(options)
        .and_then(|options| expand::item(&options, item.clone()));
    // With an error, the item stays: one message, and not a second one for each use of a function that is gone.
    expanded
        .unwrap_or_else(|error| {
            let message = error.into_compile_error();
            quote::quote! { #message #item }
        })
        .into()
}

/// Makes an enum without fields a closed label: see `bellwether::Label`.
#[proc_macro_derive(Label, attributes(label))]
pub fn derive_label(item: TokenStream) -> TokenStream {
    syn::parse(item)
        .and_then(|item| label::derive(&item))
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}
