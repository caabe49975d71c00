//! The options in `#[track_metrics(…)]`, and those that a method takes over from its `impl`.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Expr, Ident, LitBool, LitStr, Path, Token, Type, parenthesized, token};

use crate::naming::{self, MAX_BYTES};

const EXPECTED: &str = "expected an operation in quotes, `span`, `fields(…)`, `labels(…)`, `ok_if`, `error_if`, `metrics`, `crate`, `skip_all` or `skip`";

/// Most labels beside `status`: a set of labels is a tuple of at most four.
const MAX_LABELS: usize = 3;

/// Labels that the metrics of an operation have anyway.
const OWN_KEYS: &[&str] = &["operation", "status", "error_type"];

#[derive(Clone, Default)]
pub(crate) struct Options {
    pub(crate) operation: Option<LitStr>,
    pub(crate) skip: Option<Span>,
    pub(crate) span: Option<SpanOption>,
    pub(crate) fields: Vec<Field>,
    pub(crate) labels: Vec<ClosedLabel>,
    pub(crate) predicate: Option<Predicate>,
    pub(crate) metrics: Option<Expr>,
    pub(crate) path: Option<Path>,
}

#[derive(Clone)]
pub(crate) enum SpanOption {
    Off,
    /// Named as the operation.
    On,
    Named(LitStr),
}

/// `a.b = expr`, `= %expr` or `= ?expr`.
#[derive(Clone)]
pub(crate) struct Field {
    pub(crate) key: String,
    pub(crate) format: Format,
    pub(crate) value: Expr,
}

#[derive(Clone, Copy)]
pub(crate) enum Format {
    Value,
    Display,
    Debug,
}

/// `key = expr: Type`.
#[derive(Clone)]
pub(crate) struct ClosedLabel {
    pub(crate) key: Ident,
    pub(crate) value: Expr,
    pub(crate) of: Type,
}

/// `ok_if = path` or `error_if = path`.
#[derive(Clone)]
pub(crate) struct Predicate {
    pub(crate) holds_for_errors: bool,
    pub(crate) path: Expr,
}

impl Options {
    /// What a method in a tracked `impl` takes over where it says nothing itself.
    pub(crate) fn inherit(mut self, block: &Self) -> Self {
        self.path = self.path.or_else(|| block.path.clone());
        self.metrics = self.metrics.or_else(|| block.metrics.clone());
        if self.span.is_none()
            && matches!(block.span, Some(SpanOption::Off))
            && self.fields.is_empty()
        {
            self.span = Some(SpanOption::Off);
        }
        self
    }

    fn option(&mut self, name: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
        match name.to_string().as_str() {
            "skip" => set(&mut self.skip, name, name.span()),
            // Arguments are never recorded unless named; accepted, since it is what people write for a span elsewhere.
            "skip_all" => Ok(()),
            "span" => {
                let span = span_option(input)?;
                set(&mut self.span, name, span)
            }
            "fields" => list(name, input, &mut self.fields),
            "labels" => list(name, input, &mut self.labels),
            "ok_if" | "error_if" => {
                input.parse::<Token![=]>()?;
                let path = input.parse()?;
                if self.predicate.is_some() {
                    return Err(syn::Error::new(
                        name.span(),
                        "`ok_if` and `error_if` decide the same: give one of them, once",
                    ));
                }
                self.predicate = Some(Predicate {
                    holds_for_errors: name == "error_if",
                    path,
                });
                Ok(())
            }
            "metrics" => {
                input.parse::<Token![=]>()?;
                let metrics = input.parse()?;
                set(&mut self.metrics, name, metrics)
            }
            "crate" => {
                input.parse::<Token![=]>()?;
                let path = input.call(Path::parse_mod_style)?;
                set(&mut self.path, name, path)
            }
            unknown => Err(syn::Error::new(
                name.span(),
                format!("unknown option `{unknown}`: {EXPECTED}"),
            )),
        }
    }

    fn check(&self) -> syn::Result<()> {
        if let Some(operation) = &self.operation {
            check_name(operation, "operation")?;
        }
        if let Some(SpanOption::Named(name)) = &self.span {
            check_name(name, "span")?;
        }
        if let (Some(SpanOption::Off), Some(field)) = (&self.span, self.fields.first()) {
            let message = format!(
                "the field `{}` has no span to go to: leave out `span = false` or `fields(…)`",
                field.key
            );
            return Err(syn::Error::new_spanned(&field.value, message));
        }
        let Some(label) = self.labels.get(MAX_LABELS) else {
            return Ok(());
        };
        Err(syn::Error::new(
            label.key.span(),
            format!("too many labels: expected at most {MAX_LABELS} beside `status`"),
        ))
    }
}

fn check_name(name: &LitStr, of: &str) -> syn::Result<()> {
    let length = name.value().len();
    if length == 0 || length > MAX_BYTES {
        let message = format!("the name of the {of} has {length} bytes: expected 1 to {MAX_BYTES}");
        return Err(syn::Error::new(name.span(), message));
    }
    Ok(())
}

fn set<T>(option: &mut Option<T>, name: &Ident, value: T) -> syn::Result<()> {
    if option.replace(value).is_some() {
        return Err(syn::Error::new(
            name.span(),
            format!("`{name}` is given twice"),
        ));
    }
    Ok(())
}

fn list<T: Parse>(name: &Ident, input: ParseStream<'_>, items: &mut Vec<T>) -> syn::Result<()> {
    if !input.peek(token::Paren) {
        return Err(syn::Error::new(
            name.span(),
            format!("expected `{name}(…)`"),
        ));
    }
    let content;
    parenthesized!(content in input);
    if !items.is_empty() {
        return Err(syn::Error::new(
            name.span(),
            format!("`{name}` is given twice"),
        ));
    }
    items.extend(Punctuated::<T, Token![,]>::parse_terminated(&content)?);
    Ok(())
}

fn span_option(input: ParseStream<'_>) -> syn::Result<SpanOption> {
    if !input.peek(Token![=]) {
        return Ok(SpanOption::On);
    }
    input.parse::<Token![=]>()?;
    if input.peek(LitStr) {
        return Ok(SpanOption::Named(input.parse()?));
    }
    if !input.peek(LitBool) {
        return Err(input.error("expected `span`, `span = \"name\"` or `span = false`"));
    }
    let on: LitBool = input.parse()?;
    Ok(if on.value {
        SpanOption::On
    } else {
        SpanOption::Off
    })
}

impl Parse for Options {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut options = Self::default();
        if input.peek(LitStr) {
            options.operation = Some(input.parse()?);
            comma(input)?;
        }
        while !input.is_empty() {
            if input.peek(LitStr) {
                return Err(input.error("the operation comes first, and there is one"));
            }
            if !input.peek(Ident::peek_any) {
                return Err(input.error(EXPECTED));
            }
            let name = input.call(Ident::parse_any)?;
            options.option(&name, input)?;
            comma(input)?;
        }
        options.check()?;
        Ok(options)
    }
}

fn comma(input: ParseStream<'_>) -> syn::Result<()> {
    if !input.is_empty() {
        input.parse::<Token![,]>()?;
    }
    Ok(())
}

impl Parse for Field {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let names =
            Punctuated::<Ident, Token![.]>::parse_separated_nonempty_with(input, Ident::parse_any)?;
        let key = names
            .iter()
            .map(|name| name.unraw().to_string())
            .collect::<Vec<_>>()
            .join(".");
        if !input.peek(Token![=]) {
            let mut names = names.into_iter();
            let (Some(name), None) = (names.next(), names.next()) else {
                return Err(input.error(format!("expected `{key} = value`")));
            };
            return Ok(Self {
                key,
                format: Format::Value,
                value: syn::parse_quote!(#name),
            });
        }
        input.parse::<Token![=]>()?;
        let format = if input.parse::<Option<Token![%]>>()?.is_some() {
            Format::Display
        } else if input.parse::<Option<Token![?]>>()?.is_some() {
            Format::Debug
        } else {
            Format::Value
        };
        Ok(Self {
            key,
            format,
            value: input.parse()?,
        })
    }
}

impl Parse for ClosedLabel {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let key = input.call(Ident::parse_any)?;
        let name = key.unraw().to_string();
        if let Some(why) = naming::refuse_key(&name) {
            return Err(syn::Error::new(key.span(), why));
        }
        if OWN_KEYS.contains(&name.as_str()) {
            return Err(syn::Error::new(
                key.span(),
                format!("`{name}` is a label of the operation itself: choose another key"),
            ));
        }
        input.parse::<Token![=]>()?;
        let value = input.parse()?;
        if !input.peek(Token![:]) {
            return Err(input.error(format!(
                "expected `{name} = value: Type`, where `Type` is an enum that derives `Label`"
            )));
        }
        input.parse::<Token![:]>()?;
        Ok(Self {
            key,
            value,
            of: input.parse()?,
        })
    }
}
