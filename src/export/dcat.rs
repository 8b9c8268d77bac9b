//! The catalogue of all data files, for those who collect catalogues: W3C DCAT 3 as JSON-LD.
//!
//! The whole archive is a dataset; each unit is a series of datasets, one a report, and its `series.csv` is all of them.
//! Names (`@id`) are those that the pages give to the same things, relative to the site's address, or where that is not
//! known to the file's own place. In: archive and settings. Out: a text of one line a dataset, a piece a unit.

use crate::archive::{Archive, Report, Unit};
use crate::cache::{Fingerprint, Mixer};
use crate::config::Config;
use crate::contact::{Contact, Field};
use crate::json::{Object, string};
use crate::names::{Lang, UrlPath, Year, encoded};
use crate::output::Piece;
use crate::plan;

/// Where it stands.
pub const CATALOG: &str = "data/catalog.jsonld";

const CONTEXT: &str = r#""dcat":"http://www.w3.org/ns/dcat#","dct":"http://purl.org/dc/terms/","foaf":"http://xmlns.com/foaf/0.1/","vcard":"http://www.w3.org/2006/vcard/ns#","xsd":"http://www.w3.org/2001/XMLSchema#","Catalog":"dcat:Catalog","Dataset":"dcat:Dataset","DatasetSeries":"dcat:DatasetSeries","Distribution":"dcat:Distribution","Organization":"foaf:Organization","PeriodOfTime":"dct:PeriodOfTime","VCard":"vcard:Organization","title":"dct:title","description":"dct:description","name":"foaf:name","fn":"vcard:fn","publisher":"dct:publisher","LinguisticSystem":"dct:LinguisticSystem","language":"dct:language","issued":{"@id":"dct:issued","@type":"xsd:date"},"identifier":{"@id":"dct:identifier","@language":null},"temporal":"dct:temporal","startDate":{"@id":"dcat:startDate","@type":"xsd:date"},"endDate":{"@id":"dcat:endDate","@type":"xsd:date"},"contactPoint":"dcat:contactPoint","hasEmail":{"@id":"vcard:hasEmail","@type":"@id"},"hasTelephone":{"@id":"vcard:hasTelephone","@type":"@id"},"landingPage":{"@id":"dcat:landingPage","@type":"@id"},"homepage":{"@id":"foaf:homepage","@type":"@id"},"dataset":"dcat:dataset","inSeries":"dcat:inSeries","distribution":"dcat:distribution","accessURL":{"@id":"dcat:accessURL","@type":"@id"},"downloadURL":{"@id":"dcat:downloadURL","@type":"@id"},"mediaType":{"@id":"dcat:mediaType","@type":"@id"}"#;

/// The catalogue. `of_all`: of what every file depends on.
pub fn catalog<'a>(archive: &'a Archive, config: &Config, of_all: Fingerprint) -> Vec<Piece<'a>> {
    let mut head = head(archive, config);
    Object::put(&mut head, |one| whole(one, archive, config));
    let units = archive.units.iter().filter(|unit| !unit.reports.is_empty()).map(|unit| {
        let inputs = Mixer::new("catalog").fingerprint(of_all).fingerprint(unit.whole).finish();
        Piece::made(inputs, || of_unit(unit))
    });
    std::iter::once(Piece::of(head.into_bytes())).chain(units).chain([Piece::of(b"\n]}\n".to_vec())]).collect()
}

/// Its datasets, each after a comma.
fn of_unit(unit: &Unit) -> Vec<u8> {
    let mut text = String::from(",\n");
    Object::put(&mut text, |one| series(one, unit));
    for report in &unit.reports {
        text.push_str(",\n");
        Object::put(&mut text, |one| dataset(one, unit, report));
    }
    text.into_bytes()
}

/// What the catalogue says of itself, up to its first dataset.
fn head(archive: &Archive, config: &Config) -> String {
    let mut text = String::from("{\"@context\":{\"@base\":");
    string(&mut text, if config.base_url.is_empty() { "../" } else { &config.base_url });
    text.push_str(",\"@language\":");
    string(&mut text, &config.language);
    text.push(',');
    text.push_str(CONTEXT);
    text.push_str("},\n");
    Object::put_members(&mut text, |one| {
        one.text("@id", &format!("{CATALOG}#catalog"));
        one.text("@type", "Catalog");
        one.text("title", &config.title);
        one.text("description", described(config));
        one.object("language", |one| {
            one.text("@id", language(config));
            one.text("@type", "LinguisticSystem");
        });
        one.text("homepage", "./");
        publisher(one, archive.root());
    });
    text.push_str(",\"dataset\":[\n");
    text
}

fn described(config: &Config) -> &str {
    if config.description.is_empty() { &config.title } else { &config.description }
}

fn language(config: &Config) -> &'static str {
    match config.lang() {
        Lang::Zh => "http://id.loc.gov/vocabulary/iso639-1/zh",
        Lang::En => "http://id.loc.gov/vocabulary/iso639-1/en",
    }
}

fn whole(one: &mut Object, archive: &Archive, config: &Config) {
    one.text("@id", "#dataset");
    one.text("@type", "Dataset");
    one.text("title", &config.title);
    one.text("description", described(config));
    one.text("landingPage", "./");
    publisher(one, archive.root());
    contact_point(one, archive.root(), &archive.root().contact);
    let years = || archive.reports().map(|report| report.year);
    temporal(one, years().min(), years().max());
    let files = [(UrlPath::new("data/archive.json"), JSON), (UrlPath::new("data/figures.csv"), CSV)];
    distributions(one, &files);
}

fn series(one: &mut Object, unit: &Unit) {
    let url = plan::compare_url(unit);
    one.text("@id", &format!("{}#dataset", address(&url)));
    one.text("@type", "DatasetSeries");
    one.text("title", &unit.title);
    one.text("description", &unit.title);
    one.text("landingPage", &address(&url));
    publisher(one, unit);
    contact_point(one, unit, &unit.contact);
    temporal(one, unit.reports.first().map(|report| report.year), unit.latest().map(|report| report.year));
    distributions(one, &[(plan::unit_url(unit).join("series.csv"), CSV)]);
}

fn dataset(one: &mut Object, unit: &Unit, report: &Report) {
    let url = plan::report_url(unit, report.year);
    one.text("@id", &format!("{}#dataset", address(&url)));
    one.text("@type", "Dataset");
    one.text("title", &report.title);
    one.text("description", &report.title);
    one.text("landingPage", &address(&url));
    one.reference("inSeries", &format!("{}#dataset", address(&plan::compare_url(unit))));
    one.reference("publisher", &format!("{}#organization", address(&plan::unit_url(unit))));
    if let Some((date, _)) = &report.published {
        one.text("issued", &date.to_string());
    }
    temporal(one, Some(report.year), Some(report.year));
    distributions(one, &[(url.join("report.json"), JSON), (url.join("tables.csv"), CSV)]);
}

const JSON: &str = "https://www.iana.org/assignments/media-types/application/json";
const CSV: &str = "https://www.iana.org/assignments/media-types/text/csv";

/// Relative to the site; its top is `./`, for an empty name would be left out.
fn address(url: &UrlPath) -> String {
    if url.as_str().is_empty() { "./".into() } else { encoded(url.as_str()).into_owned() }
}

fn publisher(one: &mut Object, unit: &Unit) {
    one.object("publisher", |body| {
        body.text("@id", &format!("{}#organization", address(&plan::unit_url(unit))));
        body.text("@type", "Organization");
        body.text("name", &unit.title);
    });
}

fn contact_point(one: &mut Object, unit: &Unit, contact: &Contact) {
    let text = |field| contact.text(field).unwrap_or_default();
    let email = Some(text(Field::Email)).filter(|email| email.contains('@') && !email.contains(char::is_whitespace));
    let phone: String = text(Field::Phone).chars().take_while(|c| c.is_ascii_digit() || matches!(c, '+' | '-')).collect();
    if email.is_none() && phone.is_empty() {
        return;
    }
    one.object("contactPoint", |point| {
        point.text("@type", "VCard");
        point.text("fn", contact.text(Field::Office).unwrap_or(&unit.title));
        point.text("hasEmail", &email.map_or_else(String::new, |email| format!("mailto:{}", encoded_email(email))));
        point.text("hasTelephone", &if phone.is_empty() { String::new() } else { format!("tel:{phone}") });
    });
}

/// Percent-encoded, but for the sign between name and host.
fn encoded_email(email: &str) -> String {
    encoded(email).replace("%40", "@").replace('/', "%2F")
}

fn temporal(one: &mut Object, from: Option<Year>, to: Option<Year>) {
    let (Some(from), Some(to)) = (from, to) else { return };
    one.object("temporal", |period| {
        period.text("@type", "PeriodOfTime");
        period.text("startDate", &format!("{from}-01-01"));
        period.text("endDate", &format!("{to}-12-31"));
    });
}

fn distributions(one: &mut Object, files: &[(UrlPath, &str)]) {
    one.list("distribution", files, |out, (url, kind)| {
        Object::put(out, |file| {
            file.text("@id", &address(url));
            file.text("@type", "Distribution");
            file.text("accessURL", &address(url));
            file.text("downloadURL", &address(url));
            file.text("mediaType", kind);
        });
    });
}
