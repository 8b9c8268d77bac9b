//! The contact block of a unit or a report: what citizens need to ask a question.
//!
//! In: a map of the front matter. Out: a [`Contact`]. Where it is written and how it is shown is left to others.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::names::{Lang, Words};
use crate::source::Place;
use crate::yaml::{Node, Value};

/// One line of a contact block, in the order in which the block is shown.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Field {
    Office,
    Address,
    Postcode,
    Phone,
    Fax,
    Email,
    Website,
    Hours,
}

impl Field {
    pub const ALL: [Field; 8] =
        [Field::Office, Field::Address, Field::Postcode, Field::Phone, Field::Fax, Field::Email, Field::Website, Field::Hours];

    /// The key in front matter and data files.
    pub fn id(self) -> &'static str {
        match self {
            Field::Office => "office",
            Field::Address => "address",
            Field::Postcode => "postcode",
            Field::Phone => "phone",
            Field::Fax => "fax",
            Field::Email => "email",
            Field::Website => "website",
            Field::Hours => "hours",
        }
    }

    /// What clerks call it; accepted as a key too.
    fn names(self) -> &'static [&'static str] {
        match self {
            Field::Office => &["办公室", "联系科室", "联系部门", "机构"],
            Field::Address => &["地址", "联系地址", "办公地址"],
            Field::Postcode => &["邮编", "邮政编码"],
            Field::Phone => &["电话", "联系电话"],
            Field::Fax => &["传真"],
            Field::Email => &["电子邮箱", "邮箱", "电子邮件"],
            Field::Website => &["网址", "网站"],
            Field::Hours => &["办公时间", "工作时间"],
        }
    }

    /// Every way of writing its key: the id, then what clerks call it.
    pub fn spellings(self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.id()).chain(self.names().iter().copied())
    }

    /// The field that a key names, by id or in Chinese.
    pub fn named(key: &str) -> Option<Field> {
        Field::ALL.into_iter().find(|field| field.id() == key || field.names().contains(&key))
    }
}

/// One filled-in line and where it was written.
#[derive(Clone, PartialEq, Debug)]
pub struct Entry {
    pub text: String,
    pub place: Place,
}

/// A contact block; only the fields that were filled in.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Contact {
    /// Shared: each report has most of its unit's lines.
    entries: Vec<(Field, Arc<Entry>)>,
}

impl Contact {
    /// Reads `contact:`; unknown keys are findings.
    pub fn parse(node: &Node, place: &dyn Fn(crate::source::Span) -> Place, found: &mut Diagnostics) -> Contact {
        let mut contact = Contact::default();
        let Value::Map(entries) = &node.value else {
            if !node.is_null() {
                found.push(Diagnostic::error(
                    "G904",
                    place(node.span),
                    Words::new("“contact”下面应分行写电话、地址等", "`contact` holds one line each for phone, address and so on"),
                ));
            }
            return contact;
        };
        for (key, value) in entries {
            let Some(field) = Field::named(&key.text) else {
                found.push(unknown_key(&key.text, place(key.span)));
                continue;
            };
            match value.text().map(str::trim) {
                Some("") | None if value.list().is_none() && value.map().is_none() => {}
                Some(text) => contact.set(field, Entry { text: text.to_string(), place: place(value.span) }.into()),
                None => found.push(Diagnostic::error(
                    "G904",
                    place(value.span),
                    Words::new(format!("“{}”应写成一行文字", key.text), format!("`{}` is one line of text", key.text)),
                )),
            }
        }
        contact
    }

    /// These lines; of two for one field the last.
    pub fn of(lines: impl Iterator<Item = (Field, Entry)>) -> Contact {
        let mut contact = Contact::default();
        lines.for_each(|(field, entry)| contact.set(field, entry.into()));
        contact
    }

    pub fn get(&self, field: Field) -> Option<&Entry> {
        self.entries.iter().find(|(one, _)| *one == field).map(|(_, entry)| &**entry)
    }

    pub fn text(&self, field: Field) -> Option<&str> {
        self.get(field).map(|entry| entry.text.as_str())
    }

    /// The lines filled in, in the order of the block.
    pub fn lines(&self) -> impl Iterator<Item = (Field, &Entry)> {
        self.entries.iter().map(|(field, entry)| (*field, &**entry))
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// This contact, with the lines it lacks taken from another: a report's over its unit's.
    pub fn over(&self, other: &Contact) -> Contact {
        let mut merged = other.clone();
        for (field, entry) in &self.entries {
            merged.set(*field, entry.clone());
        }
        merged
    }

    fn set(&mut self, field: Field, entry: Arc<Entry>) {
        match self.entries.binary_search_by_key(&field, |(one, _)| *one) {
            Ok(at) => self.entries[at].1 = entry,
            Err(at) => self.entries.insert(at, (field, entry)),
        }
    }
}

fn unknown_key(key: &str, place: Place) -> Diagnostic {
    let names = Field::ALL.map(|field| field.names()[0]).join("、");
    let ids = Field::ALL.map(Field::id).join(", ");
    Diagnostic::error("G903", place, Words::new(format!("联系方式里没有“{key}”这一项"), format!("a contact block has no `{key}`")))
        .with_help(Words::new(format!("可以写：{names}。"), format!("It may hold: {ids}.")))
}

/// The words for a field where a theme has none: used by messages.
pub fn field_word(field: Field, lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => field.names()[0],
        Lang::En => field.id(),
    }
}
