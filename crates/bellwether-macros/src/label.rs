//! `#[derive(Label)]`: an enum without fields as a closed label.

use std::collections::HashMap;

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{Attribute, Data, DeriveInput, Fields, LitStr, Path, Variant};

use crate::naming::{MAX_BYTES, refuse_key, snake_case};

pub(crate) fn derive(input: &DeriveInput) -> syn::Result<TokenStream> {
    let Data::Enum(data) = &input.data else {
        return Err(syn::Error::new_spanned(
            &input.ident,
            "a closed label is an enum: its variants are the values",
        ));
    };
    if let Some(parameter) = input.generics.params.first() {
        return Err(syn::Error::new_spanned(
            parameter,
            "a closed label has no parameters: its values are fixed",
        ));
    }
    if data.variants.is_empty() {
        return Err(syn::Error::new_spanned(
            &input.ident,
            "a closed label has at least one value: add a variant",
        ));
    }
    let container = Container::of(input)?;
    let key = container
        .key
        .as_ref()
        .map_or_else(|| snake_case(&input.ident.to_string()), LitStr::value);
    if let Some(why) = refuse_key(&key) {
        let at = container
            .key
            .as_ref()
            .map_or(input.ident.span(), LitStr::span);
        return Err(syn::Error::new(at, why));
    }
    let values = values(data.variants.iter())?;
    Ok(implementation(input, &container, &key, &values))
}

fn implementation(
    input: &DeriveInput,
    container: &Container,
    key: &str,
    values: &[(&Variant, String)],
) -> TokenStream {
    let label = if let Some(path) = &container.path {
        quote!(#path::metrics::Label)
    } else {
        quote!(::bellwether::metrics::Label)
    };
    let name = &input.ident;
    let count = values.len();
    let arms = values.iter().enumerate().map(|(index, (variant, _))| {
        let variant = &variant.ident;
        quote!(Self::#variant => #index)
    });
    let names = values.iter().map(|(variant, value)| {
        let variant = &variant.ident;
        quote!(Self::#variant => #value)
    });
    // The span of the enum's name: that it is not `Copy`, or a label already, is said there.
    quote_spanned! {name.span()=>
        #[automatically_derived]
        impl #label for #name {
            const KEY: &'static ::core::primitive::str = #key;
            const COUNT: ::core::primitive::usize = #count;
            #[inline]
            fn index(self) -> ::core::primitive::usize {
                match self { #(#arms,)* }
            }
            #[inline]
            fn as_str(self) -> &'static ::core::primitive::str {
                match self { #(#names,)* }
            }
        }
    }
}

/// The values, in the order of the variants.
fn values<'a>(
    variants: impl Iterator<Item = &'a Variant>,
) -> syn::Result<Vec<(&'a Variant, String)>> {
    let mut values = Vec::new();
    let mut seen: HashMap<String, &Variant> = HashMap::new();
    for variant in variants {
        if !matches!(variant.fields, Fields::Unit) {
            return Err(syn::Error::new_spanned(
                &variant.fields,
                format!(
                    "`{}` carries data, and each different content would be a value of its own: a closed label has variants without fields",
                    variant.ident
                ),
            ));
        }
        let (value, at) = value(variant)?;
        if let Some(first) = seen.insert(value.clone(), variant) {
            let message = format!(
                "the value \"{value}\" is that of `{}` too: values are different",
                first.ident
            );
            return Err(syn::Error::new(at, message));
        }
        values.push((variant, value));
    }
    Ok(values)
}

fn value(variant: &Variant) -> syn::Result<(String, Span)> {
    let mut own: Option<LitStr> = None;
    for attribute in labels(&variant.attrs) {
        let value: LitStr = attribute.parse_args().map_err(|error| {
            syn::Error::new(
                error.span(),
                "expected `#[label(\"value\")]`; the key belongs on the enum",
            )
        })?;
        if own.replace(value).is_some() {
            return Err(syn::Error::new_spanned(
                attribute,
                "the variant has two values",
            ));
        }
    }
    let Some(own) = own else {
        return Ok((
            snake_case(&variant.ident.unraw().to_string()),
            variant.ident.span(),
        ));
    };
    let value = own.value();
    if value.is_empty() || value.len() > MAX_BYTES {
        let message = format!(
            "the value has {} bytes: expected 1 to {MAX_BYTES}",
            value.len()
        );
        return Err(syn::Error::new(own.span(), message));
    }
    Ok((value, own.span()))
}

/// `#[label(key = "…", crate = path)]` on the enum.
#[derive(Default)]
struct Container {
    key: Option<LitStr>,
    path: Option<Path>,
}

impl Container {
    fn of(input: &DeriveInput) -> syn::Result<Self> {
        let mut container = Self::default();
        for attribute in labels(&input.attrs) {
            attribute.parse_nested_meta(|meta| {
                if meta.path.is_ident("key") {
                    container.key = Some(meta.value()?.parse()?);
                    return Ok(());
                }
                if meta.path.is_ident("crate") {
                    container.path = Some(meta.value()?.call(Path::parse_mod_style)?);
                    return Ok(());
                }
                Err(meta.error(
                    "expected `key = \"…\"` or `crate = path`; a value belongs on its variant",
                ))
            })?;
        }
        Ok(container)
    }
}

fn labels(attributes: &[Attribute]) -> impl Iterator<Item = &Attribute> {
    attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("label"))
}
