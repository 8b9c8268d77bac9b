//! YAML, two ways, with a place for everything that is wrong.
//!
//! - [`parse`]: a tree of [`Node`]s, each with its span and its text exactly as written, for front matter. A figure needs
//!   both: serde_yaml reads `1.10` through a float and forgets where it stood, so the tree comes from saphyr-parser's events.
//! - [`read`]: serde_yaml into plain structs, for the files that are settings (`site.yaml`, `forms/*.yaml`, a theme's words).
//!
//! Duplicate keys are refused by both. What the values mean is left to others.

mod read;
mod rows;
mod tree;

pub use read::read;
pub use tree::{Key, Node, Value, parse};
