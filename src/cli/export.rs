//! `gongkai export` and `gongkai schema`: single files, to standard output or where they are asked for.

use std::fs;
use std::path::{Path, PathBuf};

use super::report::Terminal;
use super::scaffold::find_unit;
use super::{Outcome, arguments, print};
use crate::cache::Cache;
use crate::content::Scope;
use crate::diagnostic::{Diagnostics, Severity};
use crate::error::Error;
use crate::forms::Catalog;
use crate::names::Year;
use crate::pipeline::Site;
use crate::render::Renderer;
use crate::schema::{self, Kind};
use crate::source::Sources;

/// Writes schemas, with the forms of the archive where there is one.
pub(super) fn schema(
    root: Option<&Path>,
    kind: Option<arguments::Schema>,
    out: Option<PathBuf>,
    terminal: &Terminal,
) -> Result<Outcome, Error> {
    let sources = root.map(Sources::read).transpose()?.unwrap_or_default();
    // What is wrong with a form is told by `check`.
    let catalog = Catalog::parse(&sources, &mut Diagnostics::default());
    if let Some(kind) = kind {
        let kind = match kind {
            arguments::Schema::Site => Kind::Site,
            arguments::Schema::Unit => Kind::Unit,
            arguments::Schema::Report => Kind::Report,
        };
        return print(&schema::text(kind, &catalog)).map(|()| Outcome::Done);
    }
    let folder = out.unwrap_or_else(|| root.unwrap_or(Path::new(".")).join("schema"));
    fs::create_dir_all(&folder).map_err(|cause| Error::new("create", &folder, cause))?;
    let mut made = vec![];
    for kind in Kind::ALL {
        let path = folder.join(format!("{}.schema.json", kind.id()));
        write(&path, &schema::text(kind, &catalog))?;
        made.push(path);
    }
    terminal.made(&made, root.unwrap_or(Path::new(".")));
    Ok(Outcome::Done)
}

pub(super) fn export(root: &Path, what: arguments::Export, terminal: &Terminal) -> Result<Outcome, Error> {
    match what {
        arguments::Export::Fragment { unit, year, out } => fragment(root, &unit, year, out.as_deref(), terminal),
    }
}

/// A report for a portal's editor; nothing where it has an error.
fn fragment(root: &Path, unit: &str, year: Year, out: Option<&Path>, terminal: &Terminal) -> Result<Outcome, Error> {
    let sources = Sources::read(root)?;
    let site = Site::read(&sources, Scope::WithDrafts, &Cache::default());
    let unit = find_unit(root, &site, unit)?;
    let Some(report) = unit.report(year) else {
        let path = root.join("content").join(&unit.directory);
        return Err(Error::new("export", &path, format!("there is no report for {year} / 没有{year}年的报告")));
    };
    let is_about = |one: &&crate::diagnostic::Diagnostic| one.place.as_ref().is_some_and(|place| place.file == report.file);
    let errors: Vec<_> = site.diagnostics.iter().filter(is_about).filter(|one| one.severity == Severity::Error).collect();
    errors.iter().for_each(|one| terminal.finding(one, &sources));
    if !errors.is_empty() {
        return Ok(Outcome::ArchiveHasErrors);
    }
    let renderer = Renderer::new(&site.theme, &site.config, &site.archive, &site.catalog, &site.plan, site.search.version);
    match (renderer.fragment(unit, report), out) {
        (Ok(html), Some(out)) => write(out, &html).map(|()| {
            terminal.made(&[out.to_path_buf()], root);
            Outcome::Done
        }),
        (Ok(html), None) => print(&html).map(|()| Outcome::Done),
        (Err(finding), _) => {
            terminal.finding(&finding, &sources);
            Ok(Outcome::ArchiveHasErrors)
        }
    }
}

fn write(path: &Path, text: &str) -> Result<(), Error> {
    fs::write(path, text).map_err(|cause| Error::new("write", path, cause))
}
