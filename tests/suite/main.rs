//! All integration tests in one program: one link, shared helpers.

mod support;

mod architecture;
mod archive;
mod browser;
mod checks_links;
mod checks_personal;
mod checks_repetition;
mod checks_text;
mod cli;
mod content;
mod forms;
mod markdown;
mod output;
mod preview;
mod random;
mod render;
mod serve;
mod site;
mod soak;
mod validator;
mod warm;
