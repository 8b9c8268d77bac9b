//! All integration tests in one program: one link, shared helpers.

mod support;

mod architecture;
mod archive;
mod content;
#[cfg(feature = "import")]
mod import_round;
mod import_shapes;
mod import_support;
mod import_variants;
mod markdown;
mod output;
mod random;
mod render;
mod site;
mod validator;
