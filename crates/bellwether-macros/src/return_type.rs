//! The type a body gives back, as it may be written on a closure or a variable.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{GenericArgument, ReturnType, Type};

/// What the body of a function gives back.
pub(crate) enum Returned {
    /// A value of this type, with `_` for what cannot be named there.
    Value(TokenStream),
    /// Nothing: it does not return.
    Never,
}

pub(crate) fn of(output: &ReturnType, body: Span) -> Returned {
    match output {
        ReturnType::Default => Returned::Value(quote_spanned! {body=> ()}),
        ReturnType::Type(_, returned) if matches!(**returned, Type::Never(_)) => Returned::Never,
        ReturnType::Type(_, returned) => Returned::Value(nameable((**returned).clone())),
    }
}

/// `T` of the first `Output = T` in the type, as in `impl Future<Output = T>` or `Pin<Box<dyn Future<Output = T>>>`.
pub(crate) fn future_output(output: &ReturnType) -> Option<TokenStream> {
    struct Find(Option<Type>);
    impl VisitMut for Find {
        fn visit_generic_argument_mut(&mut self, argument: &mut GenericArgument) {
            if let GenericArgument::AssocType(associated) = argument
                && associated.ident == "Output"
            {
                self.0.get_or_insert(associated.ty.clone());
                return;
            }
            visit_mut::visit_generic_argument_mut(self, argument);
        }
    }
    let ReturnType::Type(_, returned) = output else {
        return None;
    };
    let mut find = Find(None);
    find.visit_type_mut(&mut (**returned).clone());
    find.0.map(nameable)
}

/// The type with `_` for each `impl Trait`, which only a signature may have.
fn nameable(mut returned: Type) -> TokenStream {
    struct Erase;
    impl VisitMut for Erase {
        fn visit_type_mut(&mut self, written: &mut Type) {
            if let Type::ImplTrait(opaque) = written {
                *written = syn::parse_quote_spanned! {opaque.impl_token.span=> _};
                return;
            }
            visit_mut::visit_type_mut(self, written);
        }
    }
    Erase.visit_type_mut(&mut returned);
    quote::ToTokens::into_token_stream(returned)
}

#[cfg(test)]
mod tests {
    use syn::parse_quote;

    use super::*;

    fn written(output: &ReturnType) -> String {
        match of(output, Span::call_site()) {
            Returned::Value(tokens) => tokens.to_string().replace(' ', ""),
            Returned::Never => "!".to_owned(),
        }
    }

    #[test]
    fn opaque_types_are_left_to_inference_wherever_they_stand() {
        assert_eq!(
            written(&parse_quote!(-> Result<impl Iterator<Item = u8>, E>)),
            "Result<_,E>"
        );
        assert_eq!(written(&parse_quote!(-> impl Clone + 'static)), "_");
        assert_eq!(written(&parse_quote!(-> Option<&'a str>)), "Option<&'astr>");
        assert_eq!(written(&ReturnType::Default), "()");
        assert_eq!(written(&parse_quote!(-> !)), "!");
    }

    #[test]
    fn the_output_of_a_future_is_found_in_boxes() {
        let output = |output: ReturnType| {
            future_output(&output).map(|tokens| tokens.to_string().replace(' ', ""))
        };
        assert_eq!(
            output(parse_quote!(-> Pin<Box<dyn Future<Output = Result<u8, E>> + Send + '_>>))
                .as_deref(),
            Some("Result<u8,E>")
        );
        assert_eq!(
            output(parse_quote!(-> impl Future<Output = u8>)).as_deref(),
            Some("u8")
        );
        assert_eq!(output(parse_quote!(-> BoxFuture<'_, u8>)), None);
    }
}
