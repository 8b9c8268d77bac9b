//! JSON Schemas (2020-12) of `site.yaml` and of the front matter of units and reports, so that editors complete and check them.
//!
//! What holds for every site is written down in `schema/*.yaml`; what the forms say (tables, rows, columns, each by id and by
//! label) and the names of levels and of lines of a contact block is filled in here. A schema never refuses what the reader accepts in
//! the spelling of the form; the reader forgives more (spaces, brackets), and knows more (sums, what agrees with what).
//! In: the forms. Out: a JSON value. Where it is written is left to others.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::checks::levels::levels;
use crate::contact::Field;
use crate::diagnostic::Diagnostics;
use crate::forms::{Catalog, CellKind, Column, Form, Keys, Table, Target};
use crate::names::{Year, encoded};
use crate::yaml;

/// What there is a schema of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Site,
    Unit,
    Report,
}

impl Kind {
    pub const ALL: [Kind; 3] = [Kind::Site, Kind::Unit, Kind::Report];

    pub fn id(self) -> &'static str {
        match self {
            Kind::Site => "site",
            Kind::Unit => "unit",
            Kind::Report => "report",
        }
    }

    fn text(self) -> &'static str {
        match self {
            Kind::Site => include_str!("schema/site.yaml"),
            Kind::Unit => include_str!("schema/unit.yaml"),
            Kind::Report => include_str!("schema/report.yaml"),
        }
    }
}

/// The schema, as text that ends in a newline.
pub fn text(kind: Kind, catalog: &Catalog) -> String {
    let mut text = serde_json::to_string_pretty(&schema(kind, catalog)).expect("a schema always serialises");
    text.push('\n');
    text
}

/// The schema of one kind of file, with the forms of a site.
pub fn schema(kind: Kind, catalog: &Catalog) -> Value {
    let mut schema = json!({"$schema": "https://json-schema.org/draft/2020-12/schema"});
    merge(&mut schema, read(kind.text()));
    if kind != Kind::Site {
        schema["$defs"] = read(include_str!("schema/values.yaml"));
        schema["$defs"]["contact"] = contact();
    }
    match kind {
        Kind::Site => schema["properties"]["deadlines"]["propertyNames"]["enum"] = levels().iter().map(|level| json!(level.id)).collect(),
        Kind::Unit => {
            schema["properties"]["level"]["enum"] =
                levels().iter().flat_map(|level| level.words()).map(Value::from).chain([Value::Null]).collect()
        }
        Kind::Report => statistics(&mut schema, catalog),
    }
    schema
}

fn read(text: &str) -> Value {
    yaml::read(&"src/schema".into(), text, &mut Diagnostics::default()).expect("our own schemas can be read")
}

fn merge(into: &mut Value, from: Value) {
    if let (Value::Object(into), Value::Object(from)) = (into, from) {
        into.extend(from);
    }
}

fn object(properties: Map<String, Value>) -> Value {
    json!({"type": "object", "additionalProperties": false, "properties": properties})
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/$defs/{}", encoded(&name.replace('~', "~0").replace('/', "~1")))})
}

fn contact() -> Value {
    let mut properties = Map::new();
    for field in Field::ALL {
        let line = json!({"$ref": "#/$defs/text", "description": field.spellings().last()});
        properties.extend(field.spellings().map(|name| (name.to_string(), line.clone())));
    }
    let mut contact = object(properties);
    contact["type"] = json!(["object", "null"]);
    contact["description"] = json!("联系方式 · The contact block");
    contact
}

/// `statistics:`, which depends on the form that is named, or in force for the year.
fn statistics(schema: &mut Value, catalog: &Catalog) {
    schema["properties"]["form"]["enum"] = catalog.forms().map(|form| json!(&*form.id)).chain([Value::Null]).collect();
    let mut conditions = vec![];
    for form in catalog.forms() {
        for table in &form.tables {
            Tables { name: table_name(form, table), table, defs: &mut schema["$defs"] }.define(form);
        }
        schema["$defs"][format!("statistics of {}", form.id)] = of_form(form, catalog);
        let holds = json!({"properties": {"statistics": reference(&format!("statistics of {}", form.id))}});
        conditions.push(json!({"if": is_on(form, catalog), "then": holds}));
    }
    // Without a form and a year the file's name says the year, which a schema cannot see.
    let any: Vec<Value> = catalog.forms().map(|form| reference(&format!("statistics of {}", form.id))).collect();
    conditions.push(json!({"properties": {"statistics": {"anyOf": any}}}));
    schema["allOf"] = conditions.into();
}

/// Whether a report names a form, or names none and gives a year in which it is in force.
fn is_on(form: &Form, catalog: &Catalog) -> Value {
    let in_force = |year: &u16| Year::new(*year).and_then(|year| catalog.in_force(year)).is_some_and(|one| one.id == form.id);
    let years: Vec<u16> = (1900..2200).filter(in_force).collect();
    let runs = years.chunk_by(|a, b| a + 1 == *b).map(|run| json!({"minimum": run[0], "maximum": run[run.len() - 1]}));
    let named = json!({"required": ["form"], "properties": {"form": {"const": &*form.id}}});
    let by_year = json!({
        "required": ["year"],
        "properties": {"form": {"const": null}, "year": {"type": "integer", "anyOf": runs.collect::<Vec<_>>()}},
    });
    if years.is_empty() { named } else { json!({"anyOf": [named, by_year]}) }
}

fn table_name(form: &Form, table: &Table) -> String {
    format!("{} of {}", table.id, form.id)
}

/// The tables of a report on a form; each may name a form of its own.
fn of_form(form: &Form, catalog: &Catalog) -> Value {
    let mut properties = Map::new();
    let others = catalog.forms().filter(|other| other.id != form.id).map(|other| (&**other, false));
    for (one, own) in std::iter::once((form, true)).chain(others) {
        for (names, target) in spelt(&one.table_keys) {
            let Target::Leaf(table) = target else { continue };
            let table = &one.tables[*table];
            let mut way = reference(&table_name(one, table));
            if !own {
                way["required"] = json!(["form"]);
                way["type"] = json!("object");
            }
            for name in names {
                let property = properties.entry(name).or_insert_with(|| json!({"description": table.label, "anyOf": []}));
                property["anyOf"].as_array_mut().expect("it was made as a list").push(way.clone());
            }
        }
    }
    let mut all = object(properties);
    all["type"] = json!(["object", "null"]);
    all
}

/// The definitions of one table of a form, each part once: a form has many rows, and a row many spellings.
struct Tables<'t> {
    name: String,
    table: &'t Table,
    defs: &'t mut Value,
}

impl Tables<'_> {
    fn define(mut self, form: &Form) {
        for (at, columns) in self.table.columns.iter().enumerate() {
            let row = self.table.rows.iter().find(|row| row.columns == at);
            let has_total = row.is_some_and(|row| self.table.is_total(row.first_cell + columns.len() - 1));
            let name = self.columns(at);
            self.defs[name] = of_columns(columns, &self.table.column_keys[at], has_total);
        }
        let mut rows = self.rows(&self.table.keys, "");
        rows["properties"]["form"] = json!({"const": &*form.id, "description": "这张表所用的格式 · The form of this table"});
        self.defs[&self.name] = json!({"anyOf": [reference("wholesale"), rows]});
    }

    fn columns(&self, at: usize) -> String {
        format!("columns {at} of {}", self.name)
    }

    /// A table's rows, or those of a group, which becomes a definition of its own under the way to it.
    fn rows(&mut self, keys: &Keys, way: &str) -> Value {
        let mut properties = Map::new();
        for (at, (names, target)) in spelt(keys).into_iter().enumerate() {
            let one = match target {
                Target::Leaf(row) => {
                    let row = &self.table.rows[*row];
                    let mut one = reference(&self.columns(row.columns));
                    one["description"] = json!(row.full_label);
                    one
                }
                Target::Group(inner) => {
                    let way = format!("{way}{at}.");
                    let rows = self.rows(inner, &way);
                    let name = format!("group {way} of {}", self.name);
                    self.defs[&name] = json!({"anyOf": [reference("wholesale"), rows]});
                    reference(&name)
                }
            };
            properties.extend(names.into_iter().map(|name| (name, one.clone())));
        }
        object(properties)
    }
}

/// A row: one word for all cells, a list in the order of the columns, a map by column, or the cell of a row that has only one.
fn of_columns(columns: &[Column], keys: &Keys, has_total: bool) -> Value {
    let cells: Vec<Value> = columns.iter().map(|column| reference(kind(column.kind))).collect();
    let fewest = columns.len() - usize::from(has_total);
    let mut by_column = Map::new();
    for (names, target) in spelt(keys) {
        let Target::Leaf(at) = target else { continue };
        let mut cell = cells[*at].clone();
        cell["description"] = json!(columns[*at].label);
        by_column.extend(names.into_iter().map(|name| (name, cell.clone())));
    }
    let list = json!({"type": "array", "prefixItems": cells, "items": false, "minItems": fewest});
    let mut ways = vec![reference("wholesale"), list, object(by_column)];
    if let [only] = &cells[..] {
        ways.push(only.clone());
    }
    json!({"anyOf": ways})
}

fn kind(kind: CellKind) -> &'static str {
    match kind {
        CellKind::Count => "count",
        CellKind::Signed => "signed",
        CellKind::Amount => "amount",
    }
}

/// What stands before a label on the form: `（三）`, `1.`, `四、`.
fn is_numbering(c: char) -> bool {
    c.is_ascii_digit() || "（）一二三四五六七八九十.、".contains(c)
}

/// Each target with the ways of spelling its key: id, label as printed, and what is left of labels without numbers and signs.
fn spelt(keys: &Keys) -> Vec<(Vec<String>, &Target)> {
    let mut all = vec![];
    for (id, label, target) in keys.iter() {
        let bare = label.trim_start_matches(is_numbering);
        let short = bare.split('（').next().unwrap_or(bare);
        let mut names: Vec<String> = [id, label, bare, short].into_iter().filter(|name| !name.is_empty()).map(str::to_string).collect();
        names.extend(keys.spellings().filter(|(_, other)| std::ptr::eq(*other, target)).map(|(name, _)| name.to_string()));
        // An id or label that another key has claimed first is not this one's.
        names.retain(|name| keys.find(name).is_some_and(|found| std::ptr::eq(found, target)));
        let mut seen = BTreeSet::new();
        names.retain(|name| seen.insert(name.clone()));
        all.push((names, target));
    }
    all
}
