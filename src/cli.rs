//! The command line: arguments into calls, findings into text and exit status.
//!
//! Exit status: 0 done, 1 the archive has errors, 2 the command or the machine failed. Findings go to standard error;
//! a result asked for in JSON or SARIF goes to standard output and is the only thing there.

mod arguments;
mod export;
mod import;
mod report;
mod scaffold;
#[cfg(feature = "serve")]
mod serve;

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use crate::cache::Cache;
use crate::checks;
use crate::config;
use crate::content::Scope;
use crate::diagnostic::Overview;
use crate::error::Error;
use crate::names::{Lang, Year};
use crate::pipeline::{self, Site, Strictness};
use crate::source::Sources;

use arguments::{Arguments, Command, Format};
use report::Terminal;

/// Runs the program with the arguments of its process.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let lang = arguments.lang.unwrap_or_else(language_of_locale);
    let terminal = Terminal::new(lang);
    match run(arguments, &terminal) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::ArchiveHasErrors) => ExitCode::from(1),
        Err(error) => {
            terminal.failure(&error);
            ExitCode::from(2)
        }
    }
}

/// How a command ended that did what it should.
enum Outcome {
    Done,
    ArchiveHasErrors,
}

impl Outcome {
    fn of(has_errors: bool) -> Outcome {
        if has_errors { Outcome::ArchiveHasErrors } else { Outcome::Done }
    }
}

fn run(arguments: Arguments, terminal: &Terminal) -> Result<Outcome, Error> {
    let root = || root(arguments.root.as_deref());
    match arguments.command {
        Command::Init { directory } => init(&directory.unwrap_or_else(|| PathBuf::from(".")), terminal),
        Command::New { unit, year } => new(&root()?, &unit, year, terminal),
        Command::Check { format, strict } => check(&root()?, format, strictness(strict), terminal),
        Command::Build { out, base_url, strict } => build(&root()?, out, base_url, strictness(strict), terminal),
        #[cfg(feature = "serve")]
        Command::Serve(arguments) => serve::serve(&root()?, &arguments, terminal),
        Command::Schema { kind, out } => export::schema(root().ok().as_deref(), kind, out, terminal),
        Command::Export { what } => export::export(&root()?, what, terminal),
        Command::Import(arguments) => import::import(&root()?, &arguments, terminal),
        Command::Explain { code } => explain(&code, terminal),
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Arguments::command(), "gongkai", &mut io::stdout());
            Ok(Outcome::Done)
        }
    }
}

fn strictness(strict: bool) -> Strictness {
    if strict { Strictness::Strict } else { Strictness::Lenient }
}

/// The directory named, or the nearest one upwards that has a `site.yaml`.
fn root(named: Option<&Path>) -> Result<PathBuf, Error> {
    let has_site = |directory: &&Path| directory.join(config::FILE).is_file();
    if let Some(named) = named {
        return match has_site(&named) {
            true => Ok(named.to_path_buf()),
            false => Err(Error::new(
                "find",
                &named.join(config::FILE),
                "no archive here (gongkai init makes one) / 这里没有网站，可用 gongkai init 新建",
            )),
        };
    }
    let here = std::env::current_dir().map_err(|cause| Error::new("find", Path::new("."), cause))?;
    let found = here.ancestors().find(has_site).map(Path::to_path_buf);
    found.ok_or_else(|| {
        Error::new(
            "find",
            &here.join(config::FILE),
            "no archive here or above (gongkai init makes one) / 这里和上级目录都没有网站，可用 gongkai init 新建",
        )
    })
}

fn init(directory: &Path, terminal: &Terminal) -> Result<Outcome, Error> {
    let made = scaffold::init(directory)?;
    terminal.made(&made, directory);
    Ok(Outcome::Done)
}

fn new(root: &Path, unit: &str, year: Year, terminal: &Terminal) -> Result<Outcome, Error> {
    let sources = Sources::read(root)?;
    let site = Site::read(&sources, Scope::WithDrafts, &Cache::default());
    let made = scaffold::new_report(root, &site, unit, year)?;
    terminal.made(&[made], root);
    Ok(Outcome::Done)
}

fn check(root: &Path, format: Format, strictness: Strictness, terminal: &Terminal) -> Result<Outcome, Error> {
    let (sources, mut site) = pipeline::check(root, Scope::WithDrafts)?;
    let diagnostics = strictness.of(std::mem::take(&mut site.diagnostics));
    match format {
        Format::Text => {
            terminal.findings(&Overview::of(&diagnostics), &sources);
            terminal.readiness(&site.archive, &checks::summary(&site.archive, &diagnostics));
        }
        Format::Json => print(&crate::diagnostic::json(&diagnostics, &sources, terminal.lang))?,
        Format::Sarif => print(&crate::diagnostic::sarif(&diagnostics, &sources, terminal.lang))?,
    }
    let outcome = Outcome::of(diagnostics.has_errors());
    leave((sources, site, diagnostics));
    Ok(outcome)
}

fn build(
    root: &Path,
    out: Option<PathBuf>,
    base_url: Option<String>,
    strictness: Strictness,
    terminal: &Terminal,
) -> Result<Outcome, Error> {
    let options = pipeline::Options { strictness, base_url };
    let built = pipeline::build(root, out.as_deref(), &options)?;
    terminal.findings(&built.findings, &built.sources);
    match &built.written {
        Some((out, written)) => terminal.written(*written, out),
        None => terminal.not_written(),
    }
    let outcome = Outcome::of(built.written.is_none());
    leave(built);
    Ok(outcome)
}

/// Leaves a large thing to the system, which takes the memory of a program that ends back at once; to take it apart first would
/// take longer.
fn leave<T>(large: T) {
    std::mem::forget(large);
}

fn explain(code: &str, terminal: &Terminal) -> Result<Outcome, Error> {
    match checks::catalogue::explain(code, terminal.lang) {
        Ok(text) => print(&text).map(|()| Outcome::Done),
        Err(unknown) => Err(Error::new("explain", Path::new(code), unknown)),
    }
}

fn print(text: &str) -> Result<(), Error> {
    match io::stdout().write_all(text.as_bytes()) {
        // Whoever read it had seen enough.
        Err(cause) if cause.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        done => done.map_err(|cause| Error::new("write", Path::new("standard output"), cause)),
    }
}

/// The first of `LC_ALL`, `LC_MESSAGES`, `LANG` that is set says the language; else the system does (Windows has none of them).
fn language_of_locale() -> Lang {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    set.or_else(sys_locale::get_locale).map_or(Lang::En, |locale| Lang::of(&locale))
}

/// Colour only on a terminal, and not where `NO_COLOR` is set (no-color.org).
fn wants_colour() -> bool {
    io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}
