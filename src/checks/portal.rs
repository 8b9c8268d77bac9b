//! G511–G513: does the site say of its portal what each page must carry?
//!
//! Source: 《政府网站发展指引》 (国办发〔2017〕47号), annex on page tags, and its rules on the foot of pages. Asked of sites in
//! Chinese only; tags that the report itself gives (title, date, source) are the subject of `metadata`.
//! Silent where the site has no address yet, or no report.

use super::Subject;
use super::settings::place;
use crate::config::{MANDATORY, Portal};
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::names::{Lang, Words};

pub(super) fn check(subject: Subject, found: &mut Diagnostics) {
    if subject.config.lang() != Lang::Zh || subject.archive.reports().next().is_none() {
        return;
    }
    match subject.config.portal() {
        Some(portal) => {
            found.extend(missing(subject, &portal));
            found.extend(misshapen(subject, &portal));
        }
        None => found.extend(no_portal(subject)),
    }
}

/// G513.
fn no_portal(subject: Subject) -> Option<Diagnostic> {
    if subject.config.base_url.is_empty() {
        return None;
    }
    let place = place(subject.sources, &["base_url"]);
    let message =
        Words::new("没有写所在门户网站的信息，页面上没有网站标签和页脚", "nothing is said of the portal, so pages carry no page tags");
    Some(Diagnostic::new(Severity::Note, "G513", Some(place), message).with_help(Words::new(
        "放到政府门户网站上的，在 site.yaml 里加 portal:，写上 site_name、site_id、column 等，写法见 docs/site.md。",
        "If it stands on a government portal, add `portal:` to site.yaml: docs/site.md.",
    )))
}

/// G511.
fn missing<'a>(subject: Subject<'a>, portal: &'a Portal) -> impl Iterator<Item = Diagnostic> + 'a {
    let lacking = MANDATORY.iter().filter(|(name, _)| portal.tag(name).is_empty());
    lacking.map(move |(name, keys)| {
        let mut path = vec!["portal"];
        path.extend(*keys);
        let key = path.join(".");
        let place = place(subject.sources, &path);
        let message =
            Words::new(format!("缺少网站标签 {name}：没有写 {key}"), format!("the page tag {name} is missing: there is no `{key}`"));
        Diagnostic::warning("G511", place, message).with_help(help(name))
    })
}

fn help(name: &str) -> Words {
    let (zh, en) = match name {
        "SiteName" => ("写门户网站的规范名称，如 site_name: 云岭县人民政府门户网站。", "The portal's registered name."),
        "SiteDomain" => {
            ("写门户网站的域名，如 site_domain: www.example.org；写了 base_url 的不用另写。", "The portal's host; `base_url` says it too.")
        }
        "SiteIDCode" => ("写网站标识码，十位数字，如 site_id: \"0000000000\"。", "The site's code of ten digits."),
        "ColumnName" => ("在 column: 下面写栏目名称，如 name: 政府信息公开年报。", "The column's name on the portal."),
        "ColumnType" => ("在 column: 下面写栏目类别，如 type: 信息公开年报。", "The kind of column."),
        "ColumnKeywords" => ("在 column: 下面写关键词，如 keywords: 政府信息公开,年度报告。", "The column's key words."),
        _ => ("在 column: 下面写栏目介绍，如 description: 本县历年政府信息公开工作年度报告。", "What the column is for."),
    };
    Words::new(zh, en)
}

/// G512.
fn misshapen<'a>(subject: Subject<'a>, portal: &'a Portal) -> impl Iterator<Item = Diagnostic> + 'a {
    let numbers = [
        (
            "site_id",
            &portal.site_id,
            is_site_id(&portal.site_id),
            Words::new(
                "网站标识码是十位数字（国务院部门是 bm 加八位数字）。",
                "Ten digits; `bm` and eight for departments of the State Council.",
            ),
        ),
        (
            "icp",
            &portal.icp,
            is_icp(&portal.icp),
            Words::new("写成“云ICP备00000000号”或“云ICP备00000000号-1”这样。", "Like 云ICP备00000000号-1."),
        ),
        (
            "police",
            &portal.police,
            is_police(&portal.police),
            Words::new(
                "写成“云公网安备00000000000000号”这样，中间是十四位数字。",
                "Like 云公网安备00000000000000号, with fourteen digits.",
            ),
        ),
    ];
    let wrong = numbers.into_iter().filter(|(_, written, fits, _)| !written.is_empty() && !fits);
    wrong.map(move |(key, written, _, help)| {
        let what = match key {
            "site_id" => "网站标识码",
            "icp" => "ICP备案号",
            _ => "公安备案号",
        };
        let message = Words::new(format!("“{written}”不是完整的{what}"), format!("`{written}` is not a whole {key} number"));
        Diagnostic::warning("G512", place(subject.sources, &["portal", key]), message).with_help(help)
    })
}

fn is_site_id(written: &str) -> bool {
    let digits = written.strip_prefix("bm").unwrap_or(written);
    digits.bytes().all(|byte| byte.is_ascii_digit()) && written.len() == 10 && (digits.len() == 8 || digits.len() == 10)
}

/// `云ICP备00000000号-1`
fn is_icp(written: &str) -> bool {
    let Some((province, rest)) = written.split_once("ICP备") else { return false };
    let Some((number, site)) = rest.split_once('号') else { return false };
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    province.chars().count() == 1
        && is_number(number)
        && (8..=12).contains(&number.len())
        && (site.is_empty() || site.strip_prefix('-').is_some_and(is_number))
}

/// `云公网安备00000000000000号`
fn is_police(written: &str) -> bool {
    let Some((province, rest)) = written.split_once("公网安备") else { return false };
    let number = rest.trim_start().strip_suffix('号').unwrap_or_default();
    province.chars().count() == 1 && number.len() == 14 && number.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_known_by_their_shape() {
        assert!(is_site_id("0123456789") && is_site_id("bm00000000"));
        assert!(!is_site_id("012345678") && !is_site_id("bm0123456") && !is_site_id("０１２３４５６７８９") && !is_site_id("abcdefghij"));
        assert!(is_icp("云ICP备00000000号") && is_icp("云ICP备2000000000号-12"));
        assert!(!is_icp("ICP备00000000号") && !is_icp("云ICP备00000000") && !is_icp("云ICP备号") && !is_icp("云ICP备00000000号-"));
        assert!(is_police("云公网安备00000000000000号") && is_police("云公网安备 00000000000000号"));
        assert!(!is_police("云公网安备0000000000000号") && !is_police("00000000000000"));
    }
}
