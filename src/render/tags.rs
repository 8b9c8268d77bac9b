//! The page tags that portals must put into the head of each page.
//!
//! Source: 《政府网站发展指引》 (国办发〔2017〕47号), annex: `Site…` on every page, `Column…` on pages of a column, `ArticleTitle`
//! and what follows on articles. A report is an article; every other page is one of the column that the site stands in,
//! the home page too. A tag whose content is not known is left out: a check tells what a portal may not lack.
//!
//! What all pages share is made once. In: `portal:` of the settings, and the words of a page. Out: `meta` elements.

use crate::config::{Config, MANDATORY};

use super::html::{Html, escape};

/// The tags that all pages share.
pub struct Tags {
    /// Without a portal there is only a description.
    has_portal: bool,
    site: String,
    column: String,
    column_of_article: String,
    pub source: String,
}

/// What an article says of itself; what is empty is not known.
#[derive(Default)]
pub struct Article<'a> {
    pub title: &'a str,
    /// `2021-01-22 09:30`, as far as known.
    pub published: String,
    pub source: &'a str,
    pub keywords: &'a str,
    pub author: &'a str,
    pub description: &'a str,
    pub image: &'a str,
    pub url: &'a str,
}

impl Tags {
    pub fn of(config: &Config) -> Tags {
        let Some(portal) = config.portal() else {
            return Tags {
                has_portal: false,
                site: String::new(),
                column: String::new(),
                column_of_article: String::new(),
                source: String::new(),
            };
        };
        let of = |wanted: &dyn Fn(&str) -> bool| {
            let mut out = String::new();
            MANDATORY.iter().filter(|(name, _)| wanted(name)).for_each(|(name, _)| put(&mut out, name, portal.tag(name)));
            out
        };
        Tags {
            has_portal: true,
            site: of(&|name| name.starts_with("Site")),
            column: of(&|name| name.starts_with("Column")),
            column_of_article: of(&|name| matches!(name, "ColumnName" | "ColumnType")),
            source: portal.source.clone(),
        }
    }

    /// Of a page that is nobody's: that for addresses which are not there.
    pub fn of_site(&self) -> Html {
        self.site.clone().into()
    }

    /// Of a page of the column.
    pub fn of_column(&self, description: &str) -> Html {
        let mut out = String::with_capacity(self.site.len() + self.column.len() + description.len() + 48);
        out.push_str(&self.site);
        out.push_str(&self.column);
        put(&mut out, self.name("description"), description);
        out.into()
    }

    /// Of a report.
    pub fn of_article(&self, article: &Article) -> Html {
        let mut out = String::with_capacity(self.site.len() + self.column_of_article.len() + 1024);
        if self.has_portal {
            out.push_str(&self.site);
            out.push_str(&self.column_of_article);
            put(&mut out, "ArticleTitle", article.title);
            put(&mut out, "PubDate", &article.published);
            put(&mut out, "ContentSource", article.source);
        }
        put(&mut out, self.name("keywords"), article.keywords);
        put(&mut out, self.name("author"), article.author);
        put(&mut out, self.name("description"), article.description);
        if self.has_portal {
            put(&mut out, "Image", article.image);
            put(&mut out, "Url", article.url);
        }
        out.into()
    }

    /// HTML does not tell the case of these apart, the portals' checkers do.
    fn name<'n>(&self, name: &'n str) -> &'n str {
        match (self.has_portal, name) {
            (true, "description") => "Description",
            (true, "keywords") => "Keywords",
            (true, "author") => "Author",
            _ => name,
        }
    }
}

fn put(out: &mut String, name: &str, content: &str) {
    if content.is_empty() {
        return;
    }
    out.push_str("<meta name=\"");
    out.push_str(name);
    out.push_str("\" content=\"");
    escape(out, content);
    out.push_str("\">\n");
}
