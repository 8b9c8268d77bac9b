//! `gongkai import`: existing reports into content files, and what is to be looked at.
//!
//! 1. [`gather`]: the files named, and those of the folders named;
//! 2. [`place`]: each read, and given to a unit and a year; what is there already is never overwritten;
//! 3. [`proof`]: the archive as it would be is checked in memory; a report with errors is saved as a draft;
//! 4. [`save`]: each report is put in its place whole, or not at all;
//! 5. [`show`]: what was done, and every doubt with its place in the source.

mod gather;
mod place;
mod proof;
mod save;
mod show;

use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::arguments::year;
use super::report::Terminal;
use super::{Outcome, print};
use crate::cache::Cache;
use crate::content::Scope;
use crate::error::Error;
use crate::import::{self, Imported};
use crate::names::Year;
use crate::pipeline::Site;
use crate::source::Sources;

use place::Taken;

/// What may stand behind `gongkai import`.
#[derive(clap::Args)]
pub(in crate::cli) struct Arguments {
    /// Reports: .txt .md .html .docx .xlsx .pdf, or folders of them / 报告文件，或者装着报告的文件夹
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The unit they belong to ("." for the root unit); a new name makes the unit / 归入哪个单位；写新的目录名就新建单位
    #[arg(long, value_name = "PATH")]
    unit: Option<String>,
    /// The year of the report, where it does not say so itself / 报告的年份
    #[arg(long, value_parser = year)]
    year: Option<Year>,
    /// Fill in what reports that are there already lack; nothing in them is changed / 已有的报告只补空缺，不改原有内容
    #[arg(long)]
    merge: bool,
    /// Write a page to check the result by: the source on the left, the result on the right / 生成一页对照，左边原件，右边结果
    #[arg(long, value_name = "OUT.html")]
    review: Option<PathBuf>,
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Text,
    Json,
}

pub(in crate::cli) fn import(root: &Path, arguments: &Arguments, terminal: &Terminal) -> Result<Outcome, Error> {
    let files = gather::files(&arguments.files)?;
    let sources = Sources::read(root)?;
    let site = Site::read(&sources, Scope::WithDrafts, &Cache::default());
    let hints = import::Hints { year: arguments.year, unit: None };
    let read: Vec<_> = files.par_iter().map(|file| (file, read(file, &site, &hints))).collect();
    let wanted = place::Wanted { unit: arguments.unit.as_deref(), merge: arguments.merge };
    let mut placing = place::Placing::new(&site, &sources, wanted);
    for (file, document) in read {
        placing.take(file, document?);
    }
    let mut taken = placing.done();
    proof::prove(&mut taken, &sources);
    save::save(&taken, root)?;
    if let Some(page) = &arguments.review {
        let imported: Vec<&Imported> = taken.iter().filter_map(|one| one.imported.as_ref()).collect();
        save::page(page, &import::review(&imported, terminal.lang))?;
    }
    match arguments.format {
        Format::Text => show::text(&taken, arguments.review.as_deref(), terminal),
        Format::Json => print(&show::json(&taken))?,
    }
    Ok(Outcome::of(taken.iter().any(Taken::is_left)))
}

/// Reads one file, with the pictures and attachments that lie beside a page.
///
/// Fails where the disk does; a file that is no report is not a failure.
fn read(file: &Path, site: &Site, hints: &import::Hints) -> Result<Result<Imported, import::Unreadable>, Error> {
    let size = fs::metadata(file).map_err(|cause| Error::new("read", file, cause))?.len();
    if size > import::LARGEST_FILE as u64 {
        return Ok(Err(import::too_large(size)));
    }
    let bytes = fs::read(file).map_err(|cause| Error::new("read", file, cause))?;
    let name = file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    Ok(import::read(&bytes, &name).map(|document| {
        let mut imported = import::report(&document, &site.catalog, hints);
        imported.supply(&mut |one| gather::beside(file, one));
        imported
    }))
}
