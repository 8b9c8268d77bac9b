//! What `site.yaml` says about checks: `checks: {G204: off, units: {fuyuan: {G505: note}}}`.
//!
//! A setting for a unit holds for those below it too; the nearest counts, and comes before the one for all. What is
//! acknowledged stays a note. Findings that mean something could not be read (`fixed`) keep their severity.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Subject;
use super::catalogue::Catalogue;
use super::levels;
use crate::archive::Archive;
use crate::config::{self, Checks, Setting, Target};
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::names::{UrlPath, Words};
use crate::plan::SitePlan;
use crate::source::{Place, Sources, Span};
use crate::yaml;

pub(super) fn apply(subject: Subject, found: &mut Diagnostics) {
    let checks = &subject.config.checks;
    validate(subject, found);
    if checks.codes.is_empty() && checks.units.is_empty() {
        return;
    }
    found.retain_mut(|one| {
        if one.acknowledged.is_some() || Catalogue::is_fixed(&one.code) {
            return true;
        }
        match setting(checks, one) {
            None => return true,
            Some(Setting::Off) => return false,
            Some(Setting::Note) => Arc::make_mut(one).severity = Severity::Note,
            Some(Setting::Warning) => Arc::make_mut(one).severity = Severity::Warning,
            Some(Setting::Error) => Arc::make_mut(one).severity = Severity::Error,
        }
        true
    });
}

/// Of the directory of the file, or the nearest one above it that has a setting; then of the archive.
fn setting(checks: &Checks, one: &Diagnostic) -> Option<Setting> {
    let file = one.place.as_ref().map_or("", |place| &place.file);
    let mut directory = file.strip_prefix("content/").unwrap_or("");
    while let Some((above, _)) = directory.rsplit_once('/') {
        directory = above;
        if let Some(setting) = checks.units.get(directory).and_then(|codes| codes.get(&*one.code)) {
            return Some(*setting);
        }
    }
    checks.codes.get(&*one.code).copied()
}

/// G905: names that mean nothing.
fn validate(subject: Subject, found: &mut Diagnostics) {
    let checks = &subject.config.checks;
    let tell = |path: &[&str], message: Words, help: Words, found: &mut Diagnostics| {
        found.push(Diagnostic::error("G905", place(subject.sources, path), message).with_help(help));
    };
    let own = |code: &str| subject.catalog.forms().any(|form| form.codes().any(|own| own == code));
    validate_codes(&checks.codes, &["checks"], &own, &tell, found);
    for (unit, codes) in &checks.units {
        if !has_unit(subject.archive, unit) {
            let message = Words::new(format!("没有“{unit}”这个单位"), format!("there is no unit `{unit}`"));
            let help =
                Words::new("这里写单位在 content 下的文件夹名，如 market/fuyuan-station。", "Give the unit's directory below content/.");
            tell(&["checks", "units", unit], message, help, found);
        }
        validate_codes(codes, &["checks", "units", unit], &own, &tell, found);
    }
    for level in subject.config.deadlines.keys().filter(|level| !levels::levels().iter().any(|one| one.id == **level)) {
        let ids: Vec<&str> = levels::levels().iter().map(|level| level.id.as_str()).collect();
        let message = Words::new(format!("没有“{level}”这个单位级别"), format!("there is no level `{level}`"));
        let help = Words::new(format!("可以写：{}。", ids.join("、")), format!("Known: {}.", ids.join(", ")));
        tell(&["deadlines", level], message, help, found);
    }
    let appearance = &subject.config.appearance;
    for (key, line) in appearance.header.iter().map(|line| ("header", line)).chain(appearance.footer.iter().map(|line| ("footer", line))) {
        let Some(Target::Own(url)) = line.target() else { continue };
        if !leads_somewhere(subject.plan, &url) {
            let message =
                Words::new(format!("“{}”的链接 {url} 在本站不存在", line.label), format!("{}: the site has no {url}", line.label));
            let help = Words::new(
                "本站的页面写成 guide/ 这样的路径；别的网站写完整网址，以 https:// 开头。",
                "Give a path of the site, such as guide/, or a whole address that begins with https://.",
            );
            tell(&["appearance", key], message, help, found);
        }
    }
}

/// Whether a path of the site is a page, a file passed on, or one of the files for all.
fn leads_somewhere(plan: &SitePlan, url: &UrlPath) -> bool {
    let file = url.file();
    let of_all = ["sitemap.xml", "feed.xml", "data/archive.json", "data/figures.csv"];
    of_all.contains(&&*file) || plan.pages.iter().any(|page| page.url.file() == file) || plan.attachments.iter().any(|one| one.url == *url)
}

type Tell<'a> = dyn Fn(&[&str], Words, Words, &mut Diagnostics) + 'a;

/// `own`: whether a form of the site gives the code to one of its relations.
fn validate_codes(codes: &BTreeMap<String, Setting>, above: &[&str], own: &dyn Fn(&str) -> bool, tell: &Tell, found: &mut Diagnostics) {
    for (code, setting) in codes {
        let path: Vec<&str> = above.iter().copied().chain([code.as_str()]).collect();
        match Catalogue::get().entry(code) {
            None if own(code) => {}
            None => {
                let message = Words::new(format!("没有“{code}”这个检查编号"), format!("there is no check `{code}`"));
                tell(&path, message, Catalogue::get().suggestion(code), found);
            }
            Some(entry) if entry.fixed && *setting != Setting::Error => {
                let message = Words::new(format!("{code} 不能关，也不能降为提醒"), format!("{code} is always an error"));
                let help = Words::new(
                    "这类问题是数据没有读进来，不改正就会丢数。",
                    "It means that something could not be read; ignored, figures would be lost.",
                );
                tell(&path, message, help, found);
            }
            Some(_) => {}
        }
    }
}

fn has_unit(archive: &Archive, directory: &str) -> bool {
    archive.units.iter().any(|unit| unit.directory == directory)
}

/// Where a key of `site.yaml` stands. Only looked for when something is wrong.
pub(super) fn place(sources: &Sources, path: &[&str]) -> Place {
    let file = config::FILE.into();
    let text = sources.text(config::FILE).unwrap_or_default();
    let tree = yaml::parse(&file, text, 0..text.len(), &mut Diagnostics::default());
    let mut span = Span { start: 0, end: 0, line: 1 };
    let mut node = tree.as_ref();
    for name in path {
        let entry = node.and_then(|node| node.map()).and_then(|entries| entries.iter().find(|(key, _)| key.text == *name));
        if let Some((key, _)) = entry {
            span = key.span;
        }
        node = entry.map(|(_, value)| value);
    }
    Place { file, span }
}
