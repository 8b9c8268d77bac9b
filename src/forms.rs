//! The official forms as versioned data.
//!
//! In: the embedded `forms/*.yaml` and the site's own. Out: a [`Catalog`] of [`Form`]s: sections, tables, rows, columns,
//! the layout of the official table, arithmetic relations, and the [`Lineage`] that says which cell continues which
//! across forms. A new official form is a new file and no Rust; nothing here knows Chinese.

mod catalog;
mod file;
mod form;
mod keys;
mod layout;
mod lineage;
mod paths;
mod section;

pub use catalog::Catalog;
pub use form::{Along, Between, CellKind, Column, Compare, Form, Instance, Relation, Row, Table, Term};
pub use keys::{Keys, Target, normalised};
pub use layout::{Block, GridCell, Part};
pub use lineage::{Break, Line, Lineage, Source};
pub use section::{Section, section_number};
