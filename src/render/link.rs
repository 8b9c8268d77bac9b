//! Links from one page to another.

use crate::config::Config;
use crate::names::UrlPath;
use crate::plan::{Kind, Planned};

/// How links are written on one page.
pub struct Links<'a> {
    page: &'a UrlPath,
    /// The address of the site; empty if unknown.
    base: &'a str,
    /// The path that every link begins with, where links cannot be relative.
    top: Option<&'a str>,
}

impl<'a> Links<'a> {
    /// Relative, so that the site works below any path and from a disk. The page for addresses that are not there is
    /// shown at any depth, so its links begin at the top of the host, if `base_url` says where that is.
    pub fn of(planned: &'a Planned, config: &'a Config) -> Links<'a> {
        let base = config.base_url.as_str();
        let top = (planned.kind == Kind::NotFound).then(|| path_of(base)).flatten();
        Links { page: &planned.url, base, top }
    }

    /// The page itself.
    pub fn page(&self) -> &UrlPath {
        self.page
    }

    pub fn to(&self, target: &UrlPath) -> String {
        match self.top {
            Some(top) => target.absolute(top),
            None => target.from_page(self.page),
        }
    }

    /// The way to the top of the site, to put before `assets/…`.
    pub fn root(&self) -> String {
        match self.top {
            Some(top) => top.to_string(),
            None => "../".repeat(self.page.directory().matches('/').count()),
        }
    }

    /// The whole address of this page, if the site's is known.
    pub fn canonical(&self) -> Option<String> {
        self.absolute(self.page)
    }

    pub fn absolute(&self, target: &UrlPath) -> Option<String> {
        (!self.base.is_empty()).then(|| target.absolute(self.base))
    }
}

/// The path of a web address: `https://www.example.org/xxgk/` → `/xxgk/`.
fn path_of(address: &str) -> Option<&str> {
    let host = address.split_once("://")?.1;
    host.find('/').map(|slash| &host[slash..])
}
