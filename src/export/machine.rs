//! Files that machines ask for: sitemap (sitemaps.org 0.9), feed (RFC 4287), robots.txt (RFC 9309).
//! The first two need absolute addresses, so a site without `base_url` has neither.

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, Event};

use crate::archive::{Archive, Report, Unit};
use crate::config::Config;
use crate::names::UrlPath;
use crate::plan::{self, Kind, SitePlan};

/// Entries in the feed; older reports are in the archive.
const NEWEST: usize = 20;

type Xml = Writer<Vec<u8>>;

fn document(write: impl FnOnce(&mut Xml) -> std::io::Result<()>) -> Vec<u8> {
    let mut xml = Writer::new_with_indent(vec![], b' ', 1);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))
        .and_then(|()| write(&mut xml))
        .expect("memory takes every element");
    let mut bytes = xml.into_inner();
    bytes.push(b'\n');
    bytes
}

fn element(xml: &mut Xml, name: &str, text: &str) -> std::io::Result<()> {
    // Control characters and what is no character cannot be written in XML 1.0 at all.
    let clean: String = text.chars().filter(|c| !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}')).collect();
    xml.create_element(name).write_text_content(quick_xml::events::BytesText::new(&clean)).map(|_| ())
}

/// Every page that is worth finding. `None` without `base_url`.
pub fn sitemap(plan: &SitePlan, archive: &Archive, config: &Config) -> Option<Vec<u8>> {
    if config.base_url.is_empty() {
        return None;
    }
    let pages = plan.pages.iter().filter(|page| !matches!(page.kind, Kind::NotFound | Kind::Alias(_)));
    Some(document(|xml| {
        xml.create_element("urlset").with_attribute(("xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9")).write_inner_content(
            |xml| {
                for page in pages {
                    let published = match page.kind {
                        Kind::Report(unit, year) => archive.unit(unit).report(year).and_then(|report| report.published.as_ref()),
                        _ => None,
                    };
                    xml.create_element("url").write_inner_content(|xml| {
                        element(xml, "loc", &page.url.absolute(&config.base_url))?;
                        published.map_or(Ok(()), |(date, _)| element(xml, "lastmod", &date.to_string()))
                    })?;
                }
                Ok(())
            },
        )?;
        Ok(())
    }))
}

/// The newest reports by the day they were published. `None` without `base_url`.
pub fn feed(archive: &Archive, config: &Config) -> Option<Vec<u8>> {
    if config.base_url.is_empty() {
        return None;
    }
    let mut reports: Vec<(&Unit, &Report, String)> = archive
        .units
        .iter()
        .flat_map(|unit| unit.reports.iter().map(move |report| (unit, report)))
        .filter_map(|(unit, report)| Some((unit, report, published(report)?)))
        .collect();
    reports.sort_by(|a, b| (&b.2, &a.0.path, b.1.year).cmp(&(&a.2, &b.0.path, a.1.year)));
    reports.truncate(NEWEST);
    // The feed's own date is that of its newest entry, not of the build.
    let updated = reports.first().map_or("1970-01-01T00:00:00Z", |(.., published)| published);
    let own = UrlPath::new("feed.xml").absolute(&config.base_url);
    Some(document(|xml| {
        xml.create_element("feed")
            .with_attribute(("xmlns", "http://www.w3.org/2005/Atom"))
            .with_attribute(("xml:lang", config.language.as_str()))
            .write_inner_content(|xml| {
                element(xml, "title", &config.title)?;
                element(xml, "id", &config.base_url)?;
                element(xml, "updated", updated)?;
                xml.create_element("author").write_inner_content(|xml| element(xml, "name", &archive.root().title))?;
                xml.create_element("link").with_attribute(("rel", "self")).with_attribute(("href", own.as_str())).write_empty()?;
                xml.create_element("link").with_attribute(("href", config.base_url.as_str())).write_empty()?;
                for (unit, report, published) in &reports {
                    let url = plan::report_url(unit, report.year).absolute(&config.base_url);
                    xml.create_element("entry").write_inner_content(|xml| {
                        element(xml, "title", &report.title)?;
                        element(xml, "id", &url)?;
                        element(xml, "updated", published)?;
                        xml.create_element("author").write_inner_content(|xml| element(xml, "name", &unit.title))?;
                        xml.create_element("link").with_attribute(("href", url.as_str())).write_empty()?;
                        element(xml, "summary", &format!("{} · {}", unit.title, report.year))
                    })?;
                }
                Ok(())
            })?;
        Ok(())
    }))
}

/// The moment of publication, in China. A date without a time of day is told as noon, which is that day almost everywhere.
fn published(report: &Report) -> Option<String> {
    let (date, _) = report.published.as_ref()?;
    let (hour, minute) = report.published_at.map_or((12, 0), |time| (time.hour(), time.minute()));
    Some(format!("{date}T{hour:02}:{minute:02}:00+08:00"))
}

/// Everybody may read everything; drafts are never built.
pub fn robots(config: &Config) -> Vec<u8> {
    let mut out = String::from("User-agent: *\nAllow: /\n");
    if !config.base_url.is_empty() {
        out.push_str(&format!("Sitemap: {}\n", UrlPath::new("sitemap.xml").absolute(&config.base_url)));
    }
    out.into_bytes()
}
