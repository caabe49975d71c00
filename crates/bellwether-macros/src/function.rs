//! A function as the attribute sees it: the signature parsed, the body as tokens.
//!
//! The body is not parsed, so an unfinished one is left to the compiler, which says more about it.

use proc_macro2::TokenStream;
use quote::{ToTokens, TokenStreamExt};
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Signature, Token, Visibility, braced, token};

pub(crate) struct Function {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) default: Option<Token![default]>,
    pub(crate) signature: Signature,
    pub(crate) brace: token::Brace,
    /// Inner attributes belong to the function and not to a block in it.
    inner_attributes: Vec<Attribute>,
    pub(crate) statements: TokenStream,
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        let visibility = input.parse()?;
        let default = if input.peek(Token![default]) {
            Some(input.parse()?)
        } else {
            None
        };
        let signature = input.parse()?;
        if input.peek(Token![;]) {
            return Err(input.error("a function without a body cannot be tracked: put the attribute on the implementation"));
        }
        let content;
        let brace = braced!(content in input);
        Ok(Self {
            attributes,
            visibility,
            default,
            signature,
            brace,
            inner_attributes: content.call(Attribute::parse_inner)?,
            statements: content.parse()?,
        })
    }
}

impl Function {
    /// The function with other statements.
    pub(crate) fn with(&self, statements: &TokenStream) -> TokenStream {
        let mut tokens = TokenStream::new();
        tokens.append_all(&self.attributes);
        self.visibility.to_tokens(&mut tokens);
        self.default.to_tokens(&mut tokens);
        self.signature.to_tokens(&mut tokens);
        self.brace.surround(&mut tokens, |tokens| {
            tokens.append_all(&self.inner_attributes);
            statements.to_tokens(tokens);
        });
        tokens
    }

    /// Why it cannot be tracked.
    pub(crate) fn refuse(&self) -> syn::Result<()> {
        let signature = &self.signature;
        let refuse = |what: &dyn ToTokens, kind: &str, why: &str| {
            Err(syn::Error::new_spanned(
                what,
                format!("{kind} cannot be tracked: {why}"),
            ))
        };
        if let Some(keyword) = &signature.constness {
            return refuse(
                keyword,
                "a `const fn`",
                "it may run in the compiler; track its caller, or add `#[track_metrics(skip)]` in a tracked `impl`",
            );
        }
        if let syn::Safety::Unsafe(keyword) = &signature.safety {
            return refuse(
                keyword,
                "an `unsafe fn`",
                "its body would move into a closure, which is not unsafe; track a safe function around it",
            );
        }
        if let Some(abi) = &signature.abi {
            return refuse(
                abi,
                "an `extern` function",
                "an outcome is that of a Rust call; track a plain function that it calls",
            );
        }
        if let Some(variadic) = &signature.variadic {
            return refuse(
                variadic,
                "a variadic function",
                "track a plain function around it",
            );
        }
        Ok(())
    }
}
