//! All integration tests in one program: one link, shared helpers.

mod support;

mod architecture;
mod archive;
mod cli;
mod content;
mod forms;
mod markdown;
mod output;
mod random;
mod render;
mod site;
mod validator;
