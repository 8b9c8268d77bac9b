//! All integration tests in one program: one link, shared helpers.

mod support;

mod content;

mod import_shapes;
mod import_support;
mod import_variants;
