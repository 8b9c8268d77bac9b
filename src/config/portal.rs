//! `portal:` of `site.yaml`: what the portal around the site is called, and who answers for it.
//!
//! Source: 《政府网站发展指引》 (国办发〔2017〕47号), the annex on page tags and the rules on the foot of a page.
//! Whether what is mandatory is there, and numbers have their shape, is asked by the checks.

use std::fmt;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer};

/// Everything is optional here; a check says what a portal may not leave out.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Portal {
    /// `SiteName`: the portal's registered name, which is not the title of these pages.
    #[serde(deserialize_with = "text")]
    pub site_name: String,
    /// `SiteDomain`; the host of `base_url` stands in.
    #[serde(deserialize_with = "text")]
    pub site_domain: String,
    /// `SiteIDCode`, 网站标识码.
    #[serde(deserialize_with = "text")]
    pub site_id: String,
    pub column: Column,
    /// `ContentSource` of reports that name no source; their unit stands in.
    #[serde(deserialize_with = "text")]
    pub source: String,
    /// 主办单位.
    #[serde(deserialize_with = "text")]
    pub organiser: String,
    /// 承办单位.
    #[serde(deserialize_with = "text")]
    pub operator: String,
    /// Whom to call about the site itself.
    #[serde(deserialize_with = "text")]
    pub contact: String,
    /// ICP备案号.
    #[serde(deserialize_with = "text")]
    pub icp: String,
    /// 公安备案号.
    #[serde(deserialize_with = "text")]
    pub police: String,
    /// A further line of the foot, such as 涉密文件严禁上网.
    #[serde(deserialize_with = "text")]
    pub notice: String,
    /// Digests of our own style sheets and scripts in every page. Browsers then refuse them from a disk.
    pub integrity: bool,
}

/// The column of the portal that the site stands in.
#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Column {
    #[serde(deserialize_with = "text")]
    pub name: String,
    #[serde(rename = "type", deserialize_with = "text")]
    pub kind: String,
    /// The site's `description` stands in.
    #[serde(deserialize_with = "text")]
    pub description: String,
    #[serde(deserialize_with = "text")]
    pub keywords: String,
}

/// Page tags that a portal may not leave out, by their keys below `portal:`.
pub const MANDATORY: [(&str, &[&str]); 7] = [
    ("SiteName", &["site_name"]),
    ("SiteDomain", &["site_domain"]),
    ("SiteIDCode", &["site_id"]),
    ("ColumnName", &["column", "name"]),
    ("ColumnType", &["column", "type"]),
    ("ColumnDescription", &["column", "description"]),
    ("ColumnKeywords", &["column", "keywords"]),
];

impl Portal {
    /// With what other settings say in place of what was left out.
    pub(super) fn completed(mut self, base_url: &str, description: &str) -> Portal {
        if self.site_domain.is_empty() {
            self.site_domain = host(base_url).to_string();
        }
        if self.column.description.is_empty() {
            self.column.description = description.to_string();
        }
        self
    }

    /// The text of a page tag of the site or the column.
    pub fn tag(&self, name: &str) -> &str {
        match name {
            "SiteName" => &self.site_name,
            "SiteDomain" => &self.site_domain,
            "SiteIDCode" => &self.site_id,
            "ColumnName" => &self.column.name,
            "ColumnType" => &self.column.kind,
            "ColumnDescription" => &self.column.description,
            "ColumnKeywords" => &self.column.keywords,
            _ => "",
        }
    }
}

/// The host of a web address: `https://www.example.org:8080/xxgk/` → `www.example.org`.
fn host(address: &str) -> &str {
    let rest = address.split_once("://").map_or("", |(_, rest)| rest);
    let host = rest.split('/').next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    host.split(':').next().unwrap_or_default()
}

/// One line of text; a number such as the site's code is a text too, though YAML does not see it.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    struct Line;
    impl Visitor<'_> for Line {
        type Value = String;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a line of text")
        }
        fn visit_str<E: de::Error>(self, text: &str) -> Result<String, E> {
            Ok(text.split_whitespace().collect::<Vec<_>>().join(" "))
        }
        fn visit_u64<E: de::Error>(self, number: u64) -> Result<String, E> {
            Ok(number.to_string())
        }
        fn visit_unit<E: de::Error>(self) -> Result<String, E> {
            Ok(String::new())
        }
    }
    deserializer.deserialize_any(Line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_is_what_stands_between_the_slashes() {
        for (address, expected) in
            [("https://www.example.org/xxgk/", "www.example.org"), ("http://a@example.org:8080", "example.org"), ("", ""), ("xxgk/", "")]
        {
            assert_eq!(host(address), expected, "{address}");
        }
    }

    #[test]
    fn a_code_may_be_written_as_a_number() {
        let portal: Portal = serde_yaml::from_str("site_id: 1234567890\nsite_name: '  云岭县\n  人民政府 '").expect("it fits");
        assert_eq!((portal.site_id.as_str(), portal.site_name.as_str()), ("1234567890", "云岭县 人民政府"));
        assert_eq!(serde_yaml::from_str::<Portal>("site_id: 0123456789").expect("it fits").site_id, "0123456789");
    }
}
