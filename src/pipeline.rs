//! The one path from the files of an archive to the files of its site, one line an arrow.
//!
//! 1. [`Site::read`]: sources → settings, forms, theme → documents → archive → plan → findings;
//! 2. [`Site::files`]: plan → pages and data files, each handed on as soon as it is made;
//! 3. [`publish`]: both, into an output folder, which changes only if nothing is wrong.
//!
//! The command line, the preview and the tests all take this path. Knows no terminal, no browser and no clock.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use rayon::prelude::*;

use crate::archive::{self, Archive};
use crate::checks;
use crate::config::Config;
use crate::content::{self, Scope};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::error::Error;
use crate::export;
use crate::forms::Catalog;
use crate::names::UrlPath;
use crate::output::{Body, File, Folder, Sink, Written};
use crate::plan::{self, Kind, Passed, Planned, SitePlan};
use crate::render::Renderer;
use crate::source::{Content, Sources};
use crate::theme::Theme;

/// Everything about a site but its files: what they are made from, and what was found on the way.
pub struct Site {
    pub config: Config,
    pub catalog: Catalog,
    pub theme: Theme,
    pub archive: Archive,
    pub plan: SitePlan,
    pub diagnostics: Diagnostics,
}

impl Site {
    /// Reads and checks an archive. Whatever is wrong with it, there is a site, and its diagnostics say what.
    pub fn read(sources: &Sources, scope: Scope) -> Site {
        let mut found = Diagnostics::default();
        let config = Config::parse(sources, &mut found);
        let catalog = Catalog::parse(sources, &mut found);
        let theme = Theme::parse(sources, &config, &mut found);
        let documents = content::discover(sources, &catalog, scope, &mut found);
        let archive = archive::assemble(documents, &mut found);
        let plan = plan::site(&archive, &mut found);
        checks::run(checks::Subject { archive: &archive, catalog: &catalog, config: &config, sources, plan: &plan }, &mut found);
        Site { config, catalog, theme, archive, plan, diagnostics: found.sorted() }
    }

    /// Makes every file and hands it to `sink`, in no particular order. The findings are those of templates.
    ///
    /// Fails where the sink does.
    pub fn files(&self, sources: &Sources, sink: &dyn Sink) -> Result<Diagnostics, Error> {
        let renderer = Renderer::new(&self.theme, &self.config, &self.archive, &self.catalog, &self.plan);
        let found = Mutex::new(Diagnostics::default());
        self.plan.pages.par_iter().try_for_each(|page| match renderer.page(page) {
            Ok(html) => sink.put(File::new(page.url.clone(), html)).and_then(|()| self.data_beside(page, sink)),
            Err(diagnostic) => {
                note(&found, diagnostic);
                Ok(())
            }
        })?;
        self.plan.attachments.par_iter().try_for_each(|one| pass(one, sources, sink))?;
        self.theme.assets().try_for_each(|file| sink.put(file))?;
        self.data_of_all(sink)?;
        Ok(found.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner()).sorted())
    }

    fn data_beside(&self, page: &Planned, sink: &dyn Sink) -> Result<(), Error> {
        match &page.kind {
            Kind::Report(unit, year) => {
                let unit = self.archive.unit(*unit);
                let Some(report) = unit.report(*year) else { return Ok(()) };
                sink.put(File::new(page.url.join("report.json"), export::report_json(unit, report)))?;
                sink.put(File::new(page.url.join("tables.csv"), export::tables_csv(report)))
            }
            Kind::Compare(unit) => {
                let unit = self.archive.unit(*unit);
                sink.put(File::new(plan::unit_url(unit).join("series.csv"), export::series_csv(unit, &self.catalog)))
            }
            _ => Ok(()),
        }
    }

    fn data_of_all(&self, sink: &dyn Sink) -> Result<(), Error> {
        let Site { config, catalog, archive, plan, .. } = self;
        let stream = Body::Stream(Box::new(|out| export::figures_csv(archive, out)));
        sink.put(File { url: UrlPath::new("data/figures.csv"), body: stream })?;
        sink.put(File::new(UrlPath::new("data/archive.json"), export::archive_json(archive, catalog, &config.title)))?;
        sink.put(File::new(UrlPath::new("robots.txt"), export::robots(config)))?;
        for (name, bytes) in [("sitemap.xml", export::sitemap(plan, archive, config)), ("feed.xml", export::feed(archive, config))] {
            bytes.map_or(Ok(()), |bytes| sink.put(File::new(UrlPath::new(name), bytes)))?;
        }
        Ok(())
    }
}

/// A file that is passed on as it is.
fn pass(one: &Passed, sources: &Sources, sink: &dyn Sink) -> Result<(), Error> {
    let body = match sources.get(&one.file) {
        Some(Content::OnDisk { path, .. }) => Body::Copy(path.clone()),
        Some(Content::InMemory(bytes)) => Body::Bytes(bytes.to_vec()),
        Some(Content::Text(text)) => Body::Bytes(text.as_bytes().to_vec()),
        _ => return Ok(()),
    };
    sink.put(File { url: one.url.clone(), body })
}

fn note(found: &Mutex<Diagnostics>, diagnostic: Diagnostic) {
    found.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).push(diagnostic);
}

/// What a build is asked for beside the archive.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Options {
    pub strictness: Strictness,
    /// Instead of the address in `site.yaml`.
    pub base_url: Option<String>,
}

/// A site among its own sources would be read as one of them by the next build.
fn refuse_own_folders(out: &Path, root: &Path) -> Result<(), Error> {
    let absolute = |path: &Path| std::path::absolute(path).map_err(|cause| Error::new("find", path, cause));
    let out = absolute(out)?;
    for own in ["content", "themes", "forms"] {
        if out.starts_with(absolute(&root.join(own))?) {
            return Err(Error::new(
                "use",
                &out,
                "the output folder must not lie among the archive's own files / 输出文件夹不能放在网站的源文件里",
            ));
        }
    }
    Ok(())
}

/// Whether warnings count as errors.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Strictness {
    #[default]
    Lenient,
    Strict,
}

impl Strictness {
    pub fn of(self, diagnostics: Diagnostics) -> Diagnostics {
        match self {
            Strictness::Lenient => diagnostics,
            Strictness::Strict => diagnostics.strict(),
        }
    }
}

/// What came of a build.
pub struct Published {
    pub diagnostics: Diagnostics,
    /// The folder and what changed in it; `None` where errors stopped the build and left it as it was.
    pub written: Option<(PathBuf, Written)>,
}

/// Builds an archive into a folder (`out`, or the one that `site.yaml` names). Errors of the authors leave the folder
/// as it was; so do failures of the machine until the last step, which changes one whole file after the other.
pub fn publish(sources: &Sources, out: Option<&Path>, options: &Options) -> Result<Published, Error> {
    let mut site = Site::read(sources, Scope::Published);
    if let Some(base_url) = &options.base_url {
        site.config = site.config.at(base_url);
    }
    let found = options.strictness.of(std::mem::take(&mut site.diagnostics));
    if found.has_errors() {
        return Ok(Published { diagnostics: found, written: None });
    }
    let out = out.map_or_else(|| sources.root().join(&site.config.out), Path::to_path_buf);
    refuse_own_folders(&out, sources.root())?;
    let folder = Folder::open(&out)?;
    let of_templates = site.files(sources, &folder)?;
    let failed = of_templates.has_errors();
    let diagnostics = found.into_iter().chain(of_templates).collect::<Diagnostics>().sorted();
    let written = if failed { None } else { Some((out, folder.commit()?)) };
    Ok(Published { diagnostics, written })
}
