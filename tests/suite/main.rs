//! All integration tests in one program: one link, shared helpers.

mod support;

mod architecture;
mod content;
