//! All integration tests in one program: one link, shared helpers.

mod support;

mod architecture;
mod archive;
mod browser;
mod checks;
mod checks_links;
mod checks_personal;
mod checks_repetition;
mod checks_text;
mod chromium;
mod cli;
mod content;
mod forms;
mod hostile;
mod import_command;
mod import_hostile;
mod import_lessons;
mod import_merge;
#[cfg(feature = "import")]
mod import_office;
#[cfg(feature = "import")]
mod import_round;
mod import_samples;
mod import_shapes;
mod import_support;
mod import_variants;
mod killed;
mod looks;
mod machines;
mod markdown;
mod output;
mod pages;
mod portal;
mod preview;
mod random;
mod record;
mod render;
mod schema;
mod search;
mod serve;
mod site;
mod soak;
mod themes;
mod validator;
mod warm;
