//! Links, images and attachments of the site.

use insta::assert_snapshot;

use crate::support::{TestSite, site};

fn links(site: &TestSite) -> String {
    site.headlines_zh().lines().filter(|line| line.contains("[G7")).collect::<Vec<_>>().join("\n")
}

fn with(body: &str) -> TestSite {
    site()
        .unit("fuyuan", "富源街街道办事处")
        .report_with_body("fuyuan", 2019, "", "\n## 一、总体情况\n\n### 平台\n\n正文。\n")
        .file("content/fuyuan/2020/index.md", &format!("---\nyear: 2020\n---\n{body}\n"))
        .file("content/guide.md", "---\ntitle: 指南\n---\n\n[图](fuyuan/2020/Tu.png) [扫描件](fuyuan/2020/scan%20件.pdf)\n")
        .file("content/fuyuan/2020/Tu.png", "png")
        .file("content/fuyuan/2020/scan 件.pdf", "pdf")
}

#[test]
fn links_that_lead_nowhere_are_told_at_their_place() {
    assert_snapshot!(links(&with(
        "\n[a](scan.pdf) [b](../2018.md) [c](../2019.md#没有) [d](#没有) ![图](没有.png)\n\n![](Tu.png) ![图](tu.png) [e](https://www.example.org/xxgk/fuyuan/2018/)\n"
    )));
}

#[test]
fn links_that_lead_somewhere_are_not_told() {
    let body = "\n## 一、总体情况\n\n[a](<scan 件.pdf>) [b](../2019.md) [c](../2019.md#平台) [d](#一-总体情况) ![图](Tu.png) [e](../_index.md) [f](../../guide.md) \
                [g](../) [h](../compare/) [i](tables.csv) [j](/other/portal.html) [k](https://www.example.org/xxgk/fuyuan/2019/) [l](mailto:a@example.org) \
                [m](../../../outside.html) [n](#page-contact) [o](../../data/figures.csv) [p](../2019/) [q](?x=1#)\n";
    let said = links(&with(body));
    assert_eq!(said, "");
}

#[test]
fn a_content_file_outside_the_archive_is_nowhere() {
    let said = links(&with("\n[a](../../../2019.md) [b](/xxgk/2019.md#x)\n"));
    assert_eq!(said.matches("G701").count(), 2, "{said}");
}

#[test]
fn an_attachment_that_nobody_links_to_is_noted() {
    let site = site().file("content/a.pdf", "").file("content/b.pdf", "").file("content/guide.md", "---\ntitle: 指南\n---\n[b](b.pdf)\n");
    assert_snapshot!(links(&site));
}

#[test]
fn a_link_follows_the_address_and_not_the_folder() {
    let site = site()
        .file("content/old/_index.md", "---\ntitle: 单位\nslug: new\n---\n")
        .file("content/guide.md", "---\ntitle: 指南\n---\n[单位](old/_index.md) [单位](new/)\n");
    assert_eq!(links(&site).matches("G701").count(), 1, "the page is at new/, and old/ is nowhere");
}

#[test]
fn attachments_that_could_run_something_are_errors() {
    let body = "[a](a.HTML) [b](b.svg) [c](c.svg) [d](d.docm) [e](e.pdf)";
    let site = site()
        .report_with_body("", 2021, "year: 2021", "")
        .file("content/fuyuan/_index.md", "---\ntitle: 单位\n---\n")
        .file("content/fuyuan/2020/index.md", &format!("---\nyear: 2020\n---\n{body}\n"))
        .file("content/fuyuan/2020/a.HTML", "<p>")
        .file("content/fuyuan/2020/b.svg", "<svg onload=\"alert(1)\"></svg>")
        .file("content/fuyuan/2020/c.svg", "<svg><text>on = 1</text></svg>")
        .file("content/fuyuan/2020/d.docm", "")
        .file("content/fuyuan/2020/e.pdf", "");
    assert_snapshot!(links(&site));
}

#[test]
fn names_of_attachments_that_deceive_or_do_not_work_are_told() {
    let names = ["年报fdp\u{202e}.csv", "2020?.pdf", "con.pdf", "附件 1（终稿）.pdf", "a..csv", "com10.pdf"];
    let site = names.iter().fold(site(), |site, name| site.file(&format!("content/{name}"), "x"));
    let said: Vec<String> = links(&site).lines().filter(|line| line.contains("[G709]")).map(str::to_string).collect();
    assert_snapshot!(said.join("\n"));
}

#[test]
fn a_picture_on_another_site_is_told() {
    assert_snapshot!(links(&with("\n![图](HTTPS://other.example.org/a.png) [页](https://other.example.org/)\n")));
}
