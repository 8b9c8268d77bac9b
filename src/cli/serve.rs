//! `gongkai serve`: starts the preview and says what happens, one line a build.

use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::Outcome;
use super::report::Terminal;
use crate::diagnostic::{Diagnostic, Severity};
use crate::error::Error;
use crate::names::Words;
use crate::serve::{self, Built, News};
use crate::source::Change;
use crate::watch;

/// Where a preview listens if nothing else is said.
const PORT: u16 = 8000;

/// More new errors than this are counted, not drawn: the panel in the browser has them.
const DRAWN: usize = 5;

#[derive(Args)]
pub(super) struct Arguments {
    /// The port to listen on; the next free one where it is taken (default: 8000) / 端口，被占用时顺延
    #[arg(long, value_name = "N", default_value_t = PORT, hide_default_value = true)]
    port: u16,
    /// Open the site in a browser / 自动打开浏览器
    #[arg(long)]
    open: bool,
    /// How changes are noticed: auto, native (the system tells), poll (look at intervals) / 如何发现改动
    #[arg(long, value_enum, default_value_t = Watcher::Auto, hide_possible_values = true)]
    watcher: Watcher,
    /// Milliseconds between two looks where the system tells nothing (default: 500) / 定时查看的间隔毫秒数
    #[arg(long, value_name = "MS", default_value_t = 500, hide_default_value = true, value_parser = clap::value_parser!(u64).range(20..))]
    poll_interval: u64,
    /// Listen on this address instead of 127.0.0.1: then others in your network see drafts too / 监听地址
    #[arg(long, value_name = "ADDR")]
    host: Option<IpAddr>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Watcher {
    Auto,
    Native,
    Poll,
}

impl Arguments {
    fn options(&self, terminal: &Terminal) -> serve::Options {
        let watcher = match self.watcher {
            Watcher::Auto => watch::Watcher::Auto,
            Watcher::Native => watch::Watcher::Native,
            Watcher::Poll => watch::Watcher::Poll,
        };
        let watch = watch::Options { watcher, poll_interval: Duration::from_millis(self.poll_interval) };
        serve::Options { host: self.host.unwrap_or(Ipv4Addr::LOCALHOST.into()), port: self.port, watch, lang: terminal.lang }
    }
}

/// Serves until somebody ends the program.
pub(super) fn serve(root: &Path, arguments: &Arguments, terminal: &Terminal) -> Result<Outcome, Error> {
    let options = arguments.options(terminal);
    let mut voice = Voice { terminal: *terminal, drawn: vec![] };
    let running = serve::start(root, &options, move |news| voice.tell(news))?;
    let address = running.address();
    if options.port != 0 && address.port() != options.port {
        terminal.say(
            format!("端口 {} 已被占用，改用 {}。", options.port, address.port()),
            format!("Port {} is taken; using {} instead.", options.port, address.port()),
        );
    }
    if !options.host.is_loopback() {
        terminal.say(
            format!("注意：监听 {}，同一网络里的其他人也能看到，包括草稿。", options.host),
            format!("Note: listening on {}; others in your network can see the site too, drafts included.", options.host),
        );
    }
    let url = running.url();
    terminal.say(format!("预览：{url}（按 Ctrl+C 结束）"), format!("Preview: {url} (Ctrl+C to stop)"));
    if arguments.open && open(&url).is_err() {
        terminal.say("没能打开浏览器，请自己打开上面的网址。", "No browser could be opened; please open the address above yourself.");
    }
    running.wait();
    Ok(Outcome::Done)
}

/// Says what happens, and nothing twice.
struct Voice {
    terminal: Terminal,
    /// The errors of the last build, which are on the screen.
    drawn: Vec<Arc<Diagnostic>>,
}

impl Voice {
    fn tell(&mut self, news: News) {
        match news {
            News::Built(built) => self.tell_built(*built),
            News::Notice(words) => self.terminal.say(words.zh, words.en),
        }
    }

    fn tell_built(&mut self, built: Built) {
        let line = line(&built);
        self.terminal.say(line.zh, line.en);
        if let Some(error) = &built.failure {
            self.terminal.failure(error);
        }
        let errors: Vec<Arc<Diagnostic>> = built.diagnostics.into_iter().filter(|one| one.severity == Severity::Error).collect();
        let new: Vec<_> = errors.iter().filter(|one| !self.drawn.iter().any(|drawn| is_same(drawn, one))).collect();
        if new.len() <= DRAWN {
            new.into_iter().for_each(|one| self.terminal.finding(one, &built.sources));
        }
        self.drawn = errors;
    }
}

/// Whether two builds say the same; a line more or less above it changes nothing.
fn is_same(one: &Diagnostic, other: &Diagnostic) -> bool {
    let file = |one: &Diagnostic| one.place.as_ref().map(|place| place.file.clone());
    one.code == other.code && one.message == other.message && file(one) == file(other)
}

/// What changed, what came of it, what is wrong, and how long it took.
fn line(built: &Built) -> Words {
    let took = built.took.as_millis();
    let pages = match built.changed {
        Some(changed) => Words::new(format!("更新 {changed} 页"), format!("{changed} of {} pages changed", built.files)),
        None => Words::new("页面保持原样", "pages stay as they were"),
    };
    let (errors, warnings) = (built.errors(), built.warnings());
    let found = Words::new(format!("错误 {errors}，提醒 {warnings}"), format!("{errors} errors, {warnings} warnings"));
    let what = what(built);
    Words::new(
        format!("{} · {} · {} · {took} 毫秒", what.zh, pages.zh, found.zh),
        format!("{} · {} · {} · {took} ms", what.en, pages.en, found.en),
    )
}

/// The file that changed, or how many did.
fn what(built: &Built) -> Words {
    let mut changes = built.changes.iter();
    match (built.generation, changes.next(), changes.next()) {
        (1, ..) => Words::new(format!("读入 {} 个文件", built.sources.len()), format!("{} files read", built.sources.len())),
        (_, Some((name, change)), None) => match change {
            Change::Added => Words::new(format!("新增 {name}"), format!("new {name}")),
            Change::Modified => Words::new(format!("修改 {name}"), format!("changed {name}")),
            Change::Removed => Words::new(format!("删除 {name}"), format!("removed {name}")),
        },
        _ => Words::new(format!("{} 个文件有变化", built.changes.len()), format!("{} files changed", built.changes.len())),
    }
}

/// Asks the desktop to show an address.
fn open(url: &str) -> std::io::Result<()> {
    let (program, before): (&str, &[&str]) = match std::env::consts::OS {
        "macos" => ("open", &[]),
        // The empty text is the title that `start` takes first.
        "windows" => ("cmd", &["/c", "start", ""]),
        _ => ("xdg-open", &[]),
    };
    Command::new(program).args(before).arg(url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().map(|_| ())
}
