//! The one path from the files of an archive to the files of its site, one line an arrow.
//!
//! 1. [`Site::read`]: sources → settings, forms, theme → documents → archive → plan → findings;
//! 2. [`Site::files`]: plan → pages, data files and files passed on, each handed on as soon as it is made;
//! 3. [`publish`]: both, into an output folder, which changes only if nothing is wrong;
//! 4. [`build`]: the same from disk, with the record of the last build at hand.
//!
//! The command line, the preview and the tests all take this path; with a cache that remembers an earlier build, or an
//! empty one. Knows no terminal, no browser and no clock.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use rayon::prelude::*;

use crate::archive::{self, Archive, Unit};
use crate::cache::{Cache, Fingerprint, Mixer};
use crate::checks;
use crate::config::Config;
use crate::content::{self, Scope};
use crate::diagnostic::{Diagnostic, Diagnostics, Overview};
use crate::error::Error;
use crate::export::{self, Exporter};
use crate::forms::Catalog;
use crate::names::UrlPath;
use crate::output::{Body, File, Folder, Outputs, Piece, Sink, Written};
use crate::plan::{self, Kind, Passed, Planned, SitePlan};
use crate::record::{About, Answers, Record};
use crate::render::{self, Renderer};
use crate::search;
use crate::source::{Content, Place, Remembered, Sources};
use crate::theme::{Naming, Theme};

/// Everything about a site but its files: what they are made from, and what was found on the way.
pub struct Site {
    pub config: Config,
    pub catalog: Arc<Catalog>,
    pub theme: Arc<Theme>,
    pub archive: Archive,
    pub plan: Arc<SitePlan>,
    pub search: search::Index,
    pub diagnostics: Diagnostics,
}

impl Site {
    /// Reads and checks an archive. Whatever is wrong with it, there is a site, and its diagnostics say what.
    pub fn read(sources: &Sources, scope: Scope, cache: &Cache) -> Site {
        let mut found = Diagnostics::default();
        let config = Config::parse(sources, &mut found);
        let catalog =
            noted(cache.get("forms", Catalog::fingerprint_of(sources), || with(|found| Catalog::parse(sources, found))), &mut found);
        let naming = match scope {
            Scope::Published => Naming::ByContent,
            Scope::WithDrafts => Naming::AsInTheme,
        };
        let inputs = Theme::fingerprint_of(sources, &config, naming);
        let theme = cache.get("theme", inputs, || with(|found| Theme::parse(sources, &config, naming, found)));
        let theme = noted(theme, &mut found);
        let documents = content::discover(sources, &catalog, scope, cache, &mut found);
        let archive = archive::assemble(documents, &mut found);
        let plan = noted(cache.get("plan", plan::fingerprint_of(&archive), || with(|found| plan::site(&archive, found))), &mut found);
        let subject = checks::Subject { archive: &archive, catalog: &catalog, config: &config, sources, plan: &plan };
        checks::run(subject, cache, &mut found);
        let search = search::Index::of(&archive, cache);
        Site { config, catalog, theme, archive, plan, search, diagnostics: found.sorted() }
    }

    /// Makes every file and hands it to `sink`, in no particular order. The findings are those of templates.
    ///
    /// Fails where the sink does.
    pub fn files(&self, sources: &Sources, sink: &dyn Sink) -> Result<Diagnostics, Error> {
        let found = self.pages(sink)?;
        self.data(sink)?;
        self.passed(sources, sink)?;
        Ok(found)
    }

    /// The pages, but those that the sink keeps.
    pub fn pages(&self, sink: &dyn Sink) -> Result<Diagnostics, Error> {
        let renderer = Renderer::new(&self.theme, &self.config, &self.archive, &self.catalog, &self.plan, self.search.version);
        let found = Mutex::new(Diagnostics::default());
        let with_inputs = self.plan.pages.par_iter().map(|page| (page, renderer.inputs(page)));
        let missing: Vec<_> = with_inputs.filter(|(page, inputs)| !sink.keep(&page.url, *inputs)).collect();
        // One by one: the largest pages, those of the root, stand side by side.
        missing.into_par_iter().with_max_len(1).try_for_each(|(page, inputs)| match renderer.page(page) {
            Ok(html) => sink.put(File { inputs: Some(inputs), ..File::new(page.url.clone(), html) }),
            Err(diagnostic) => {
                note(&found, diagnostic);
                Ok(())
            }
        })?;
        Ok(found.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner()).sorted())
    }

    /// The data files, each made only if the sink wants it.
    pub fn data(&self, sink: &dyn Sink) -> Result<(), Error> {
        let exporter = Exporter::new(&self.archive, &self.catalog);
        let of_all = render::inputs_of_all(&self.config, &self.catalog);
        let beside = || self.plan.pages.par_iter().try_for_each(|page| self.data_beside(page, &exporter, of_all, sink));
        // The largest files of all, and each is made by one thread: so not when there is nothing left for the others to do.
        let (large, small) = rayon::join(|| self.data_of_all(&exporter, of_all, sink), beside);
        large.and(small)?;
        self.search.put(&self.archive, sink)
    }

    /// What is passed on as it is: attachments, and the assets of the theme.
    pub fn passed(&self, sources: &Sources, sink: &dyn Sink) -> Result<(), Error> {
        self.plan.attachments.par_iter().try_for_each(|one| pass(one, sources, sink))?;
        self.theme.assets().try_for_each(|file| sink.put(file))
    }

    /// Of these files, those that have a page, and the page.
    pub fn addresses<'f>(&self, files: &HashSet<&'f str>) -> HashMap<&'f str, UrlPath> {
        let mut found = HashMap::new();
        let mut note = |file: &str, url: &dyn Fn() -> UrlPath| {
            if let Some(file) = files.get(file) {
                found.insert(*file, url());
            }
        };
        for unit in &self.archive.units {
            note(&unit.file, &|| plan::unit_url(unit));
            unit.reports.iter().for_each(|report| note(&report.file, &|| plan::report_url(unit, report.year)));
            unit.pages.iter().for_each(|page| note(&page.file, &|| plan::page_url(unit, page)));
        }
        found
    }

    /// The id of the part of its page in which a place shows: an official table, or a section of the prose.
    pub fn anchor(&self, place: &Place) -> Option<String> {
        let directory = place.file.strip_prefix("content/")?.rsplit_once('/').map_or("", |(directory, _)| directory);
        // A report lies in its unit's directory, or in a folder of its own below that.
        let units = self.archive.units.iter().filter(|unit| directory.starts_with(&unit.directory));
        let report = units.flat_map(|unit| &unit.reports).find(|report| report.file == place.file)?;
        render::anchor(report, place.span)
    }

    /// `of_all`: of what every file depends on.
    fn data_beside(&self, page: &Planned, exporter: &Exporter, of_all: Fingerprint, sink: &dyn Sink) -> Result<(), Error> {
        let of = |unit: &Unit| Mixer::new("data").fingerprint(of_all).fingerprint(unit.whole).finish();
        match &page.kind {
            Kind::Report(unit, year) => {
                let unit = self.archive.unit(*unit);
                let Some(report) = unit.report(*year) else { return Ok(()) };
                offer(sink, of(unit), made(page.url.join("report.json"), || exporter.report_json(unit, report)))?;
                offer(sink, of(unit), made(page.url.join("tables.csv"), || exporter.tables_csv(report)))
            }
            Kind::Compare(unit) => {
                let unit = self.archive.unit(*unit);
                offer(sink, of(unit), made(plan::unit_url(unit).join("series.csv"), || exporter.series_csv(unit)))
            }
            _ => Ok(()),
        }
    }

    fn data_of_all(&self, exporter: &Exporter, of_all: Fingerprint, sink: &dyn Sink) -> Result<(), Error> {
        let Site { config, archive, plan, .. } = self;
        let units = archive.units.iter().fold(Mixer::new("all").fingerprint(of_all), |mixer, unit| mixer.fingerprint(unit.whole));
        let inputs = units.fingerprint(plan.fingerprint).finish();
        let mut files = vec![
            in_pieces("data/figures.csv", exporter.figures_csv(of_all)),
            in_pieces("data/archive.json", exporter.archive_json(&config.title, of_all)),
            in_pieces(export::CATALOG, export::catalog(archive, config, of_all)),
            made(UrlPath::new("data/dictionary.csv"), || exporter.dictionary_csv()),
            made(UrlPath::new("robots.txt"), || export::robots(config)),
        ];
        if !config.base_url.is_empty() {
            files.push(made(UrlPath::new("sitemap.xml"), || export::sitemap(plan, archive, config).unwrap_or_default()));
            files.push(made(UrlPath::new("feed.xml"), || export::feed(archive, config).unwrap_or_default()));
        }
        files.into_par_iter().with_max_len(1).try_for_each(|file| offer(sink, inputs, file))
    }
}

/// Puts a file, unless the sink has it, made from the same inputs.
fn offer(sink: &dyn Sink, inputs: Fingerprint, file: File) -> Result<(), Error> {
    if sink.keep(&file.url, inputs) { Ok(()) } else { sink.put(File { inputs: Some(inputs), ..file }) }
}

fn made<'a>(url: UrlPath, make: impl Fn() -> Vec<u8> + Send + Sync + 'a) -> File<'a> {
    File { url, body: Body::Made(Box::new(make)), inputs: None }
}

fn in_pieces<'a>(url: &str, pieces: Vec<Piece<'a>>) -> File<'a> {
    File { url: UrlPath::new(url), body: Body::Pieces(pieces), inputs: None }
}

/// What is parsed and what was found, to be remembered together.
fn with<T>(parse: impl FnOnce(&mut Diagnostics) -> T) -> (Arc<T>, Diagnostics) {
    let mut found = Diagnostics::default();
    (Arc::new(parse(&mut found)), found)
}

fn noted<T>(remembered: Arc<(Arc<T>, Diagnostics)>, found: &mut Diagnostics) -> Arc<T> {
    found.share(&remembered.1);
    remembered.0.clone()
}

/// A file that is passed on as it is.
fn pass(one: &Passed, sources: &Sources, sink: &dyn Sink) -> Result<(), Error> {
    let body = match sources.get(&one.file) {
        Some(Content::OnDisk { path, .. }) => Body::Copy(path.clone()),
        Some(Content::InMemory(bytes)) => Body::Bytes(bytes.to_vec()),
        Some(Content::Text(text)) => Body::Bytes(text.as_bytes().to_vec()),
        _ => return Ok(()),
    };
    let file = File { url: one.url.clone(), body, inputs: None };
    match sources.look_of(&one.file) {
        Some(look) => offer(sink, look, file),
        None => sink.put(file),
    }
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
    let (site, found) = read(sources, options, &Cache::default());
    if found.has_errors() {
        return Ok(Published { diagnostics: found, written: None });
    }
    let (of_templates, left) = write(&site, sources, out, None)?;
    let diagnostics = found.into_iter().chain(of_templates).collect::<Diagnostics>().sorted();
    Ok(Published { diagnostics, written: left.map(|left| (left.out, left.written)) })
}

/// The site as it is to be published, and what is wrong with it.
fn read(sources: &Sources, options: &Options, cache: &Cache) -> (Site, Diagnostics) {
    let mut site = Site::read(sources, Scope::Published, cache);
    if let Some(base_url) = &options.base_url {
        site.config = site.config.at(base_url);
    }
    let found = options.strictness.of(std::mem::take(&mut site.diagnostics));
    (site, found)
}

/// What a build left in a folder.
struct Left {
    out: PathBuf,
    written: Written,
    outputs: Outputs,
}

/// Makes the files, in the folder that the last build may have left. Nothing is left where a template failed or the sources are torn.
fn write(site: &Site, sources: &Sources, out: Option<&Path>, last: Option<Record>) -> Result<(Diagnostics, Option<Left>), Error> {
    let out = out.map_or_else(|| sources.root().join(&site.config.out), Path::to_path_buf);
    refuse_own_folders(&out, sources.root())?;
    let known = last.filter(|last| std::path::absolute(&out).is_ok_and(|out| out == last.out)).map(|last| last.outputs);
    let folder = Folder::open(&out)?.knowing(known.unwrap_or_default());
    let of_templates = site.files(sources, &folder)?;
    if of_templates.has_errors() || sources.is_torn() {
        return Ok((of_templates, None));
    }
    let (written, outputs) = folder.commit()?;
    Ok((of_templates, Some(Left { out, written, outputs })))
}

/// Reads and checks an archive from disk, with the help of what the checks answered the last time.
pub fn check(root: &Path, scope: Scope) -> Result<(Sources, Site), Error> {
    let sources = Sources::read(root)?;
    let answers = Answers::open(root);
    let site = Site::read(&sources, scope, &answers.cache);
    answers.write();
    Ok((sources, site))
}

/// What came of [`build`].
pub struct Built {
    pub findings: Overview,
    pub written: Option<(PathBuf, Written)>,
    /// The files that the findings point into, at least.
    pub sources: Sources,
    /// `None` where nothing had changed and none was made.
    pub site: Option<Site>,
    /// What was found and read on the way, in a build after another: nothing that is needed, and much to take apart.
    pub rest: Option<(Diagnostics, Answers)>,
}

/// Reads an archive from disk and publishes it, with the help of the record that the last such build left beside it.
pub fn build(root: &Path, out: Option<&Path>, options: &Options) -> Result<Built, Error> {
    let about = About::new(root, out, options);
    let mut last = Record::open(root, &about);
    if let Some(last) = last.as_ref().filter(|last| last.still_holds(root)) {
        let written = Some((last.out.clone(), last.nothing_done()));
        return Ok(Built {
            findings: last.findings.clone(),
            written,
            sources: Sources::some(root, last.findings.files()),
            site: None,
            rest: None,
        });
    }
    loop {
        // A second time only if a file changed while the site was made of it, and then nothing is taken to be known.
        if let Some(built) = build_after(last.take(), root, out, options, &about)? {
            return Ok(built);
        }
    }
}

/// A build after the `last` one. `None` where the sources are torn; then nothing was written.
fn build_after(last: Option<Record>, root: &Path, out: Option<&Path>, options: &Options, about: &About) -> Result<Option<Built>, Error> {
    let sources = last.as_ref().map_or_else(|| Sources::read(root), |last| Sources::read_knowing(&last.sources, root))?;
    let answers = Answers::open(root);
    let (site, found) = read(&sources, options, &answers.cache);
    if sources.is_torn() {
        return Ok(None);
    }
    answers.write();
    let findings = Overview::of(&found);
    if found.has_errors() {
        return Ok(Some(Built { findings, written: None, sources, site: Some(site), rest: Some((found, answers)) }));
    }
    let remembered = Remembered::of(&sources);
    let rest = match &last {
        Some(_) => Some((found, answers)),
        // There is much of it, so it is let go before the largest things are made, and by another thread.
        None => {
            rayon::spawn(|| drop((found, answers)));
            None
        }
    };
    let (of_templates, left) = write(&site, &sources, out, last)?;
    let findings = findings.and(Overview::of(&of_templates));
    let Some(Left { out, written, outputs }) = left else {
        return Ok((!sources.is_torn()).then(|| Built { findings, written: None, sources, site: Some(site), rest }));
    };
    if let (Some(sources), Ok(out)) = (remembered, std::path::absolute(&out)) {
        let record = Record { about: about.clone(), sources, out, outputs, findings: findings.clone(), files: written.files };
        record.write(root);
    }
    Ok(Some(Built { findings, written: Some((out, written)), sources, site: Some(site), rest }))
}
