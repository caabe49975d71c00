//! What a tracked function becomes.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::parse::Parse as _;
use syn::spanned::Spanned;
use syn::{Attribute, Visibility};

use crate::body::{self, Body};
use crate::function::Function;
use crate::impl_block;
use crate::options::{ClosedLabel, Field, Format, Options, Predicate, SpanOption};
use crate::return_type::{self, Returned};

/// Whether the crate `bellwether` that uses this one has its SDK. Without it, functions stay as they are.
const TRACKS: bool = cfg!(feature = "sdk");

/// A function or an `impl` block.
pub(crate) fn item(options: &Options, item: TokenStream) -> syn::Result<TokenStream> {
    if let Some(span) = options.skip {
        return Err(syn::Error::new(
            span,
            "`skip` is for methods in an `impl` that is tracked: leave the attribute out",
        ));
    }
    match kind(&item) {
        Kind::Function => function(options, &syn::parse2(item)?),
        Kind::Impl => impl_block::expand(options, syn::parse2(item)?),
        Kind::Other => Err(syn::Error::new(
            Span::call_site(),
            "`#[track_metrics]` is for a function with a body or an `impl` block",
        )),
    }
}

enum Kind {
    Function,
    Impl,
    Other,
}

fn kind(item: &TokenStream) -> Kind {
    let find = |input: syn::parse::ParseStream<'_>| {
        input.call(Attribute::parse_outer)?;
        Visibility::parse(input)?;
        let mut kind = Kind::Other;
        while let Ok(token) = input.parse::<proc_macro2::TokenTree>() {
            let found = match &token {
                proc_macro2::TokenTree::Ident(word) if word == "fn" => Kind::Function,
                proc_macro2::TokenTree::Ident(word) if word == "impl" => Kind::Impl,
                proc_macro2::TokenTree::Ident(word)
                    if ["const", "async", "unsafe", "safe", "extern", "default"]
                        .iter()
                        .any(|before| word == before) =>
                {
                    continue;
                }
                proc_macro2::TokenTree::Literal(_) => continue,
                _ => Kind::Other,
            };
            kind = found;
            break;
        }
        input.parse::<TokenStream>()?;
        Ok(kind)
    };
    syn::parse::Parser::parse2(find, item.clone()).unwrap_or(Kind::Other)
}

/// A function, or a method when its `impl` is not tracked as a whole.
pub(crate) fn function(options: &Options, function: &Function) -> syn::Result<TokenStream> {
    function.refuse()?;
    let tracked = Tracked { options, function };
    if !TRACKS {
        let checked = tracked.checked();
        let statements = &function.statements;
        return Ok(function.with(&quote!(#checked #statements)));
    }
    let statements = match body::of(function) {
        Body::Sync => tracked.plain(),
        Body::Async => tracked.future(&quote!(move), &function.statements, &tracked.returned()),
        Body::Future(future) => {
            let output = return_type::future_output(&function.signature.output);
            future.wrap(|capture, statements| {
                tracked.future(
                    capture,
                    statements,
                    &output.map_or(Output::Inferred, Output::Known),
                )
            })
        }
    };
    Ok(function.with(&statements))
}

pub(crate) struct Tracked<'a> {
    pub(crate) options: &'a Options,
    function: &'a Function,
}

/// What a future gives.
enum Output {
    Known(TokenStream),
    Inferred,
    Never,
}

impl Tracked<'_> {
    fn plain(&self) -> TokenStream {
        let track = self.track();
        let start = self.start();
        let statements = &self.function.statements;
        let enter = self
            .has_span()
            .then(|| quote_spanned! {mixed()=> let __scope = __span.enter(); });
        let returned = match return_type::of(&self.function.signature.output, self.body_span()) {
            Returned::Value(returned) => returned,
            // Ends by a panic only, which the guard sees.
            Returned::Never => return quote!(#start #enter #statements),
        };
        let body = self.block(statements);
        let end = self.end();
        // A function that takes the closure makes it `FnOnce`, so it may give back what it borrows from an argument.
        quote_spanned! {mixed()=>
            #start
            #[allow(clippy::let_unit_value)]
            let __returned = {
                #enter
                #track::call(move || -> #returned #body)
            };
            #end
            __returned
        }
    }

    fn future(
        &self,
        capture: &TokenStream,
        statements: &TokenStream,
        output: &Output,
    ) -> TokenStream {
        let start = self.start();
        let known = Self::known(output);
        let body = self.block(&quote!(#known #statements));
        let mut future = quote_spanned! {mixed()=> async #capture #body };
        if self.has_span() {
            future = quote_spanned! {mixed()=> __span.scope(#future) };
        }
        if let Output::Never = output {
            return quote_spanned! {mixed()=> #start #future.await };
        }
        let end = self.end();
        quote_spanned! {mixed()=>
            #start
            #[allow(clippy::let_unit_value)]
            let __returned = #future.await;
            #end
            __returned
        }
    }

    /// Says the type of an `async` block, which has no place for it, and which `?` needs.
    fn known(output: &Output) -> Option<TokenStream> {
        let Output::Known(returned) = output else {
            return None;
        };
        let place = about(returned.span());
        Some(quote_spanned! {place=>
            #[allow(unknown_lints, unreachable_code, clippy::diverging_sub_expression, clippy::empty_loop,
                clippy::let_unit_value, clippy::let_with_type_underscore, clippy::needless_return, clippy::unreachable)]
            if false {
                let __known: #returned = loop {};
                return __known;
            }
        })
    }

    fn returned(&self) -> Output {
        match return_type::of(&self.function.signature.output, self.body_span()) {
            Returned::Value(returned) => Output::Known(returned),
            Returned::Never => Output::Never,
        }
    }

    pub(crate) fn span(&self) -> Option<TokenStream> {
        let track = self.track();
        let name = match &self.options.span {
            Some(SpanOption::Off) => return None,
            Some(SpanOption::Named(name)) => name.to_token_stream(),
            Some(SpanOption::On) | None => self.operation(),
        };
        let fields = self.options.fields.iter().map(|field| self.field(field));
        Some(
            quote_spanned! {mixed()=> let __span = #track::Span::start(#name, || [#(#fields),*]); },
        )
    }

    fn field(&self, Field { key, format, value }: &Field) -> TokenStream {
        let track = self.track();
        let convert = match format {
            Format::Value => quote_spanned! {value.span()=> #track::field(&#value) },
            Format::Display => quote_spanned! {value.span()=> #track::display(&#value) },
            Format::Debug => quote_spanned! {value.span()=> #track::debug(&#value) },
        };
        quote_spanned! {mixed()=> #track::attribute(#key, #convert) }
    }

    fn end(&self) -> TokenStream {
        let track = self.track();
        let said = quote_spanned! {mixed()=> {
            use #track::{OutcomeOfResult as _, OutcomeOfValue as _};
            (&#track::Returned(&__returned)).__bellwether_outcome()
        } };
        let outcome = match &self.options.predicate {
            None => said,
            Some(predicate) => {
                let succeeded = self.succeeded(predicate);
                let rule = rule(predicate);
                quote_spanned! {mixed()=> #track::Outcome::decided(#succeeded, #said, #rule) }
            }
        };
        if self.has_span() {
            quote_spanned! {mixed()=> __span.end(__execution, #outcome); }
        } else {
            quote_spanned! {mixed()=> __execution.end(#outcome); }
        }
    }

    fn succeeded(
        &self,
        Predicate {
            holds_for_errors,
            path,
        }: &Predicate,
    ) -> TokenStream {
        let track = self.track();
        let holds = quote_spanned! {mixed()=> #track::holds(&__returned, #path) };
        if *holds_for_errors {
            quote_spanned! {mixed()=> !#holds }
        } else {
            holds
        }
    }

    /// Without the SDK: what the options name is still checked and used, in code that never runs.
    fn checked(&self) -> Option<TokenStream> {
        let Options {
            labels,
            fields,
            predicate,
            metrics,
            ..
        } = self.options;
        if labels.is_empty() && fields.is_empty() && predicate.is_none() && metrics.is_none() {
            return None;
        }
        let track = self.track();
        let labels = labels.iter().map(|ClosedLabel { value, of, .. }| quote_spanned! {of.span()=> let _: #of = #track::closed::<#of>(#value); });
        let fields = fields
            .iter()
            .map(|Field { value, .. }| quote_spanned! {mixed()=> let _ = &#value; });
        let metrics = metrics
            .iter()
            .map(|metrics| quote_spanned! {mixed()=> let _ = &#metrics; });
        let returned = self.nameable_value();
        let predicate = predicate.as_ref().zip(returned).map(|(Predicate { path, .. }, returned)| {
            quote_spanned! {mixed()=> let _ = |__returned: &#returned| #track::holds(__returned, #path); }
        });
        Some(quote_spanned! {mixed()=>
            #[allow(unused, clippy::all, clippy::pedantic)]
            if false {
                #(#labels)*
                #(#fields)*
                #(#metrics)*
                #predicate
            }
        })
    }

    /// The type of the value that a predicate sees, unless part of it is opaque.
    fn nameable_value(&self) -> Option<TokenStream> {
        let output = &self.function.signature.output;
        let value = match return_type::of(output, self.body_span()) {
            Returned::Value(value) => return_type::future_output(output).unwrap_or(value),
            Returned::Never => return None,
        };
        let is_opaque = value.to_string().split(' ').any(|word| word == "_");
        (!is_opaque).then_some(value)
    }

    pub(crate) fn operation(&self) -> TokenStream {
        match &self.options.operation {
            Some(operation) => operation.to_token_stream(),
            None => syn::ext::IdentExt::unraw(&self.function.signature.ident)
                .to_string()
                .to_token_stream(),
        }
    }

    fn has_span(&self) -> bool {
        !matches!(self.options.span, Some(SpanOption::Off))
    }

    /// Braces of the function around these statements: messages about the block point at the function's.
    fn block(&self, statements: &TokenStream) -> TokenStream {
        let mut block = TokenStream::new();
        self.function
            .brace
            .surround(&mut block, |block| statements.to_tokens(block));
        block
    }

    fn body_span(&self) -> Span {
        self.function.brace.span.join()
    }

    pub(crate) fn track(&self) -> TokenStream {
        self.track_at(mixed())
    }

    /// The path of what is called, at the place that a message about the call should point at.
    pub(crate) fn track_at(&self, place: Span) -> TokenStream {
        if let Some(path) = &self.options.path {
            quote_spanned! {place=> #path::__private::track }
        } else {
            quote_spanned! {place=> ::bellwether::__private::track }
        }
    }
}

/// What the type of error is when a rule and not the value says that it failed: the last name in its path.
fn rule(predicate: &Predicate) -> String {
    match &predicate.path {
        syn::Expr::Path(path) => path
            .path
            .segments
            .last()
            .map(|last| last.ident.to_string())
            .unwrap_or_default(),
        _ if predicate.holds_for_errors => "error_if".to_owned(),
        _ => "ok_if".to_owned(),
    }
}

/// Variables of the generated code that the user's code can neither see nor shadow.
pub(crate) fn mixed() -> Span {
    Span::mixed_site()
}

/// The same, for code that is about something the user wrote: messages point there.
pub(crate) fn about(written: Span) -> Span {
    Span::mixed_site().located_at(written)
}
