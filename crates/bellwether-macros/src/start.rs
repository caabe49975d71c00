//! The beginning of a tracked function: its call site, its labels, the guard.

use proc_macro2::TokenStream;
use quote::quote_spanned;
use syn::Ident;
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use crate::expand::{Tracked, about, mixed};
use crate::options::ClosedLabel;

/// A label with the names it has in the generated code.
struct Named<'a> {
    label: &'a ClosedLabel,
    key: Ident,
    value: Ident,
}

impl Tracked<'_> {
    pub(crate) fn start(&self) -> TokenStream {
        let track = self.track();
        let operation = self.operation();
        let labels = self.named();
        let types = labels.iter().map(|named| self.label_type(named));
        let keys = labels.iter().map(|named| self.key(named));
        let values = labels.iter().map(Named::evaluated);
        let set = labels.iter().map(|named| {
            let track = self.track_at(about(named.label.of.span()));
            let value = &named.value;
            quote_spanned! {about(named.label.of.span())=> #track::Keyed::new(#value) }
        });
        let set = quote_spanned! {mixed()=> (#(#set,)*) };
        let start = if let Some(metrics) = &self.options.metrics {
            quote_spanned! {metrics.span()=> start_on(&#metrics, #set) }
        } else {
            quote_spanned! {mixed()=> start(#set) }
        };
        let budget = self.budget();
        let span = self.span();
        quote_spanned! {mixed()=>
            #(#keys)*
            #budget
            static __BELLWETHER_CALL_SITE: #track::CallSite<(#(#types,)*)> = #track::CallSite::new(#operation);
            #(#values)*
            let __execution = __BELLWETHER_CALL_SITE.#start;
            #span
        }
    }

    fn named(&self) -> Vec<Named<'_>> {
        let labels = self.options.labels.iter().enumerate();
        labels
            .map(|(index, label)| Named {
                label,
                key: Ident::new(&format!("__BellwetherKey{index}"), mixed()),
                value: Ident::new(&format!("__label_{index}"), about(label.of.span())),
            })
            .collect()
    }

    fn label_type(&self, named: &Named<'_>) -> TokenStream {
        let (key, of) = (&named.key, &named.label.of);
        let track = self.track_at(about(of.span()));
        quote_spanned! {about(of.span())=> #track::Keyed<#key, #of> }
    }

    /// The type that carries the label's key.
    fn key(&self, named: &Named<'_>) -> TokenStream {
        let track = self.track();
        let name = &named.key;
        let key = named.label.key.unraw().to_string();
        quote_spanned! {mixed()=>
            #[derive(::core::clone::Clone, ::core::marker::Copy)]
            struct #name;
            impl #track::Key for #name {
                const KEY: &'static ::core::primitive::str = #key;
            }
        }
    }

    /// The bound on series, checked where the labels are written.
    fn budget(&self) -> Option<TokenStream> {
        let first = self.options.labels.first()?;
        let place = about(first.key.span());
        let track = self.track_at(place);
        let counts = self.options.labels.iter().map(|label| {
            let of = &label.of;
            let track = self.track_at(about(of.span()));
            quote_spanned! {about(of.span())=> #track::values_of::<#of>() }
        });
        Some(quote_spanned! {place=>
            const _: () = #track::within_budget(&[#(#counts),*]);
        })
    }
}

impl Named<'_> {
    fn evaluated(&self) -> TokenStream {
        let Self { label, value, .. } = self;
        let (of, given) = (&label.of, &label.value);
        quote_spanned! {mixed()=> let #value: #of = #given; }
    }
}
