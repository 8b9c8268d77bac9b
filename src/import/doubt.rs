//! What the importer is not sure of, and how sure it is of the rest.

use super::document::At;
use crate::names::Words;

/// How sure a value is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Certainty {
    /// Label, column and figure stand in the source as on the form.
    Certain,
    /// The only reading that fits (a label with a slip, a torn row that only one reading puts together).
    Likely,
}

impl Certainty {
    pub fn id(self) -> &'static str {
        match self {
            Certainty::Certain => "certain",
            Certainty::Likely => "likely",
        }
    }
}

/// A value, where it stood, and as what.
#[derive(Clone, PartialEq, Debug)]
pub struct Found<T> {
    pub value: T,
    pub at: At,
    /// The source text that it was taken from.
    pub source: String,
    pub certainty: Certainty,
}

impl<T> Found<T> {
    pub fn certain(value: T, at: At, source: impl Into<String>) -> Found<T> {
        Found { value, at, source: source.into(), certainty: Certainty::Certain }
    }

    pub fn likely(value: T, at: At, source: impl Into<String>) -> Found<T> {
        Found { certainty: Certainty::Likely, ..Found::certain(value, at, source) }
    }
}

/// What a doubt is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum DoubtKind {
    /// A figure was left out.
    Figure,
    /// A row of the form was not found.
    Row,
    /// A table of the form was not found.
    Table,
    /// The source has a row that the form lacks.
    ExtraRow,
    /// A label was read in spite of a slip.
    Label,
    /// A row was put together.
    Torn,
    /// Title, year, date or unit.
    Front,
    Contact,
    /// Something in the text: a picture, a table that is not an official one.
    Text,
}

impl DoubtKind {
    pub fn id(self) -> &'static str {
        match self {
            DoubtKind::Figure => "figure",
            DoubtKind::Row => "row",
            DoubtKind::Table => "table",
            DoubtKind::ExtraRow => "extra-row",
            DoubtKind::Label => "label",
            DoubtKind::Torn => "torn",
            DoubtKind::Front => "front",
            DoubtKind::Contact => "contact",
            DoubtKind::Text => "text",
        }
    }

    /// Whether something is missing from the result until a person has looked.
    pub fn leaves_out(self) -> bool {
        matches!(self, DoubtKind::Figure | DoubtKind::Row | DoubtKind::Table | DoubtKind::ExtraRow)
    }
}

/// A question for the person who imports.
#[derive(Clone, PartialEq, Debug)]
pub struct Doubt {
    pub kind: DoubtKind,
    pub message: Words,
    /// The text of the source it is about; may be empty.
    pub source: String,
    pub at: Option<At>,
    /// The dotted path of the table, row or cell, where it is about one.
    pub cell: Option<String>,
}

impl Doubt {
    pub fn new(kind: DoubtKind, message: Words) -> Doubt {
        Doubt { kind, message, source: String::new(), at: None, cell: None }
    }

    pub fn source(mut self, text: impl Into<String>, at: At) -> Doubt {
        self.source = text.into();
        self.at = Some(at);
        self
    }

    pub fn cell(mut self, path: impl Into<String>) -> Doubt {
        self.cell = Some(path.into());
        self
    }
}
