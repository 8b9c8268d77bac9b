//! All integration tests in one program: one link, shared helpers.

mod support;

mod architecture;
mod archive;
mod content;
mod markdown;
mod output;
mod random;
mod site;
mod validator;
mod warm;
