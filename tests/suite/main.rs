//! All integration tests in one program: one link, shared helpers.

mod support;

mod architecture;
mod archive;
mod content;
mod markdown;
mod output;
mod preview;
mod random;
mod serve;
mod site;
mod soak;
mod validator;
mod warm;
