//! All integration tests in one program: one link, shared helpers.

mod support;

mod architecture;
mod archive;
mod checks;
mod content;
mod markdown;
mod output;
mod random;
mod render;
mod site;
mod validator;
