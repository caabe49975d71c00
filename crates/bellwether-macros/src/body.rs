//! What kind of body a function has: plain, `async`, or plain with a future as its last expression.
//!
//! The last is what `#[async_trait]` makes of an `async fn` before other attributes see it, and what people write
//! by hand. There the future is what is tracked, not its construction.

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::Parser;
use syn::{Block, Expr, ExprAsync, Stmt};

use crate::function::Function;

pub(crate) enum Body {
    Sync,
    Async,
    Future(FutureBody),
}

/// Statements that end in `async { … }`, or in `Box::pin(async { … })`.
pub(crate) struct FutureBody {
    statements: Vec<Stmt>,
}

pub(crate) fn of(function: &Function) -> Body {
    if function.signature.asyncness.is_some() {
        return Body::Async;
    }
    let Ok(mut statements) = Block::parse_within.parse2(function.statements.clone()) else {
        return Body::Sync;
    };
    match last_future(&mut statements) {
        Some(_) => Body::Future(FutureBody { statements }),
        None => Body::Sync,
    }
}

fn last_future(statements: &mut [Stmt]) -> Option<&mut ExprAsync> {
    let Some(Stmt::Expr(last, None)) = statements.last_mut() else {
        return None;
    };
    match last {
        Expr::Async(future) => Some(future),
        Expr::Call(call) => {
            let Expr::Path(function) = &*call.func else {
                return None;
            };
            let names: Vec<String> = function
                .path
                .segments
                .iter()
                .map(|segment| segment.ident.to_string())
                .collect();
            let pins =
                matches!(names.as_slice(), [.., boxed, pin] if boxed == "Box" && pin == "pin");
            match call.args.first_mut() {
                Some(Expr::Async(future)) if pins => Some(future),
                _ => None,
            }
        }
        _ => None,
    }
}

impl FutureBody {
    /// The statements, with what `wrap` makes of those in the future: it is given `move` or nothing, and them.
    pub(crate) fn wrap(
        mut self,
        wrap: impl FnOnce(&TokenStream, &TokenStream) -> TokenStream,
    ) -> TokenStream {
        if let Some(future) = last_future(&mut self.statements) {
            let capture = &future.capture;
            let inner = &future.block.stmts;
            let wrapped = wrap(&quote!(#capture), &quote!(#(#inner)*));
            future.block.stmts = vec![Stmt::Expr(Expr::Verbatim(wrapped), None)];
        }
        let statements = &self.statements;
        quote!(#(#statements)*)
    }
}
