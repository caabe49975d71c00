//! An `impl` block: each method is a tracked function, named after the block and itself.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Attribute, ImplItem, ItemImpl, LitStr, Meta, Type};

use crate::expand;
use crate::function::Function;
use crate::naming::snake_case;
use crate::options::Options;

pub(crate) fn expand(options: &Options, mut block: ItemImpl) -> syn::Result<TokenStream> {
    refuse_method_options(options)?;
    let prefix = match &options.operation {
        Some(operation) => operation.value(),
        None => snake_case(&type_name(&block.self_ty)?),
    };
    let mut errors: Option<syn::Error> = None;
    for item in &mut block.items {
        let ImplItem::Fn(method) = item else { continue };
        let own = match take_own(&mut method.attrs) {
            Ok(own) => own.unwrap_or_default(),
            Err(error) => {
                combine(&mut errors, error);
                continue;
            }
        };
        if own.skip.is_some() {
            continue;
        }
        let mut own = own.inherit(options);
        let name = &method.sig.ident;
        own.operation
            .get_or_insert_with(|| LitStr::new(&format!("{prefix}.{}", name.unraw()), name.span()));
        let tracked = syn::parse2::<Function>(method.to_token_stream())
            .and_then(|function| expand::function(&own, &function));
        match tracked {
            Ok(tracked) => *item = ImplItem::Verbatim(tracked),
            Err(error) => combine(&mut errors, error),
        }
    }
    match errors {
        Some(error) => Err(error),
        None => Ok(block.into_token_stream()),
    }
}

fn combine(errors: &mut Option<syn::Error>, error: syn::Error) {
    match errors {
        Some(errors) => errors.combine(error),
        None => *errors = Some(error),
    }
}

/// Options about one function's arguments or value.
fn refuse_method_options(options: &Options) -> syn::Result<()> {
    let refuse = |what: &dyn ToTokens, option: &str| {
        Err(syn::Error::new_spanned(
            what,
            format!(
                "`{option}` is for one function: put `#[track_metrics({option} …)]` on the method"
            ),
        ))
    };
    if let Some(label) = options.labels.first() {
        return refuse(&label.key, "labels");
    }
    if let Some(field) = options.fields.first() {
        return refuse(&field.value, "fields");
    }
    if let Some(predicate) = &options.predicate {
        return refuse(
            &predicate.path,
            if predicate.holds_for_errors {
                "error_if"
            } else {
                "ok_if"
            },
        );
    }
    if let Some(crate::options::SpanOption::Named(name)) = &options.span {
        return refuse(name, "span = name");
    }
    Ok(())
}

/// The method's own `#[track_metrics(…)]`, which is taken out: the block's attribute stands for it.
fn take_own(attributes: &mut Vec<Attribute>) -> syn::Result<Option<Options>> {
    let is_own = |attribute: &Attribute| {
        attribute
            .path()
            .segments
            .last()
            .is_some_and(|last| last.ident == "track_metrics")
    };
    let Some(position) = attributes.iter().position(is_own) else {
        return Ok(None);
    };
    let own = attributes.remove(position);
    if let Some(second) = attributes.iter().find(|attribute| is_own(attribute)) {
        return Err(syn::Error::new_spanned(
            second,
            "the method has this attribute twice",
        ));
    }
    match own.meta {
        Meta::Path(_) => Ok(Some(Options::default())),
        _ => own.parse_args().map(Some),
    }
}

fn type_name(of: &Type) -> syn::Result<String> {
    let last = match of {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    };
    last.map(|last| last.ident.unraw().to_string())
        .ok_or_else(|| {
            syn::Error::new_spanned(
                of,
                "the operations of this type need a name: expected `#[track_metrics(\"name\")]`",
            )
        })
}
