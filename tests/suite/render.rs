//! What a reader sees on a page, from an archive of a few strings.

use gongkai::cache::Cache;
use gongkai::config::Config;
use gongkai::content::{self, Scope};
use gongkai::diagnostic::{Diagnostic, Diagnostics};
use gongkai::forms::Catalog;
use gongkai::render::Renderer;
use gongkai::source::Sources;
use gongkai::theme::{Naming, Theme};
use gongkai::{archive, plan};

/// An archive written down in a test.
struct Site {
    files: Vec<(String, String)>,
}

/// A page, with spaces between tags taken out so that tests need not know them.
struct Html(String);

fn site() -> Site {
    let site = Site { files: vec![] };
    site.file("site.yaml", "title: 测试年报\nbase_url: https://www.example.org/nb/\n")
        .file("content/_index.md", "---\ntitle: 云岭县\n---\n")
}

impl Site {
    fn file(mut self, path: &str, text: &str) -> Site {
        self.files.retain(|(other, _)| other != path);
        self.files.push((path.into(), text.into()));
        self
    }

    fn report(self, path: &str, front_matter: &str, body: &str) -> Site {
        self.file(&format!("content/{path}.md"), &format!("---\n{front_matter}\n---\n{body}\n"))
    }

    fn unit(self, path: &str, front_matter: &str) -> Site {
        self.file(&format!("content/{path}/_index.md"), &format!("---\n{front_matter}\n---\n"))
    }

    /// The page at an address, or what a template does wrong; and everything found before.
    fn try_page(&self, url: &str) -> (Result<String, Diagnostic>, Diagnostics) {
        let mut found = Diagnostics::default();
        let sources = Sources::from_texts(self.files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
        let config = Config::parse(&sources, &mut found);
        let catalog = Catalog::parse(&sources, &mut found);
        let theme = Theme::parse(&sources, &config, Naming::AsInTheme, &mut found);
        let documents = content::discover(&sources, &catalog, Scope::WithDrafts, &Cache::default(), &mut found);
        let archive = archive::assemble(documents, &mut found);
        let plan = plan::site(&archive, &mut found);
        let renderer = Renderer::new(&theme, &config, &archive, &catalog, &plan, gongkai::cache::Fingerprint::default());
        let page = plan.pages.iter().find(|page| page.url.as_str() == url).unwrap_or_else(|| panic!("no page at /{url}"));
        let html = renderer.page(page).map(|html| String::from_utf8(html).expect("a page is text"));
        (html, found)
    }

    fn page(&self, url: &str) -> Html {
        let (page, found) = self.try_page(url);
        let codes: Vec<_> = found.iter().map(|one| (&one.code, &one.message.zh)).collect();
        let html = page.unwrap_or_else(|one| panic!("{}: {} {codes:?}", url, one.message.en));
        Html(html.replace(">\n", ">").replace("\n<", "<"))
    }
}

impl Html {
    #[track_caller]
    fn has(&self, part: &str) -> &Html {
        assert!(self.0.contains(part), "no `{part}` in\n{}", self.0);
        self
    }

    #[track_caller]
    fn lacks(&self, part: &str) -> &Html {
        assert!(!self.0.contains(part), "there is `{part}` in\n{}", self.0);
        self
    }

    /// Each part stands behind the one before.
    #[track_caller]
    fn in_order(&self, parts: &[&str]) -> &Html {
        let mut rest = self.0.as_str();
        for part in parts {
            let at = rest.find(part).unwrap_or_else(|| panic!("no `{part}` in order in\n{}", self.0));
            rest = &rest[at + part.len()..];
        }
        self
    }

    /// The content of the cells of the row with this label.
    #[track_caller]
    fn row(&self, label: &str) -> Vec<String> {
        let start = self.0.find(&format!(">{label}</th>")).or_else(|| self.0.find(&format!("scope=\"row\">{label}")));
        let row = &self.0[start.unwrap_or_else(|| panic!("no row {label} in\n{}", self.0))..];
        let row = &row[..row.find("</tr>").expect("rows end")];
        row.split("<td")
            .skip(1)
            .map(|cell| cell.split_once('>').map_or("", |(_, cell)| cell.trim_end_matches("</td>")).to_string())
            .collect()
    }

    #[track_caller]
    fn between(&self, start: &str, end: &str) -> Html {
        let rest = &self.0[self.0.find(start).unwrap_or_else(|| panic!("no `{start}` in\n{}", self.0))..];
        Html(rest[..rest.find(end).unwrap_or(rest.len())].to_string())
    }
}

const ALL_ZERO: &str = "statistics:\n  proactive: 0\n  requests: 0\n  disputes: 0";

const PORTAL: &str = "portal:\n  site_name: 云岭县\"门户<i>\n  site_id: \"0000000000\"\n  column: {name: 年报, type: 信息公开年报, description: 历年, keywords: 公开}\n  organiser: 云岭县\n  icp: 云ICP备00000000号\n  police: 云公网安备00000000000000号\n";

fn in_portal() -> Site {
    site().file("site.yaml", &format!("title: 测试年报\nbase_url: https://www.example.org/nb/\n{PORTAL}"))
}

/// The content of a page tag; `None` where the page has none of that name.
fn tag<'h>(html: &'h Html, name: &str) -> Option<&'h str> {
    html.0.split(&format!("<meta name=\"{name}\" content=\"")).nth(1)?.split('"').next()
}

#[test]
fn an_article_carries_the_tags_of_the_site_its_column_and_its_own() {
    let front =
        "title: 年报\npublished: 2022-01-20 09:05\nkeywords: 公开\nauthor: 李某\ndescription: 概述\ndisclosure: 主动公开\ntopic: 综合政务";
    let site = in_portal().report("2021", front, "").report("2020", "published: 2021年1月22日\nsource: 县政府", "");
    let page = site.page("2021/");
    for (name, content) in [
        ("SiteName", "云岭县&quot;门户&lt;i&gt;"),
        ("SiteDomain", "www.example.org"),
        ("SiteIDCode", "0000000000"),
        ("ColumnName", "年报"),
        ("ColumnType", "信息公开年报"),
        ("ArticleTitle", "年报"),
        ("PubDate", "2022-01-20 09:05"),
        ("ContentSource", "云岭县"),
        ("Keywords", "公开"),
        ("Author", "李某"),
        ("Description", "概述"),
        ("Url", "https://www.example.org/nb/2021/"),
    ] {
        assert_eq!(tag(&page, name), Some(content), "{name}");
    }
    assert_eq!((tag(&page, "ColumnKeywords"), tag(&page, "Image"), tag(&page, "description")), (None, None, None));
    page.in_order(&["名称", "公开日期", "2022-01-20 09:05", "主题分类", "综合政务", "公开方式", "主动公开"]);
    let earlier = site.page("2020/");
    assert_eq!((tag(&earlier, "PubDate"), tag(&earlier, "ContentSource")), (Some("2021-01-22"), Some("县政府")));
}

#[test]
fn other_pages_carry_the_tags_of_the_column() {
    let site = in_portal().report("2021", "", "").file("content/guide.md", "---\ntitle: 指南\n---\n");
    for url in ["", "compare/", "guide/", "sitemap/"] {
        let page = site.page(url);
        assert_eq!((tag(&page, "SiteIDCode"), tag(&page, "ColumnKeywords")), (Some("0000000000"), Some("公开")), "/{url}");
        assert_eq!(tag(&page, "ArticleTitle"), None, "/{url}");
    }
    let missing = site.page("404.html");
    assert_eq!((tag(&missing, "SiteName").is_some(), tag(&missing, "ColumnName")), (true, None));
}

#[test]
fn without_a_portal_there_is_a_description_and_no_foot() {
    let page = site().report("2021", "description: 概述", "").page("2021/");
    assert_eq!((tag(&page, "description"), tag(&page, "SiteName"), tag(&page, "ArticleTitle")), (Some("概述"), None, None));
    page.lacks("class=\"site-foot\"");
}

#[test]
fn the_foot_says_who_is_responsible_and_links_to_the_registers() {
    in_portal()
        .page("")
        .between("<footer", "</footer>")
        .in_order(&["sitemap/index.html", "主办单位：云岭县", "网站标识码：0000000000"])
        .has("<a href=\"https://beian.miit.gov.cn/\" rel=\"noopener noreferrer\">云ICP备00000000号</a>")
        .has("<a href=\"https://beian.mps.gov.cn/#/query/webSearch?code=00000000000000\"")
        .lacks("承办单位");
}

#[test]
fn the_site_map_names_every_unit_year_and_page_once_as_a_tree() {
    let map = site()
        .unit("a", "title: 甲")
        .unit("a/b", "title: 乙")
        .unit("c", "title: 丙")
        .report("a/b/2021", "", "")
        .report("c/2020", "", "")
        .file("content/c/guide.md", "---\ntitle: 指南\n---\n")
        .page("sitemap/");
    map.in_order(&[
        "<ul class=\"site-map\"><li><a href=\"../index.html\">云岭县</a>",
        "<ul><li><a href=\"../a/index.html\">甲</a>",
        "<ul><li><a href=\"../a/b/index.html\">乙</a>",
        "<a href=\"../a/b/2021/index.html\">2021</a>",
        "</li></ul></li><li><a href=\"../c/index.html\">丙</a>",
        "<a href=\"../c/guide/index.html\">指南</a>",
        "</li></ul></li></ul>",
    ]);
    let list = map.between("<ul class=\"site-map\">", "</article>");
    assert_eq!(list.0.matches("<li>").count(), list.0.matches("</li>").count());
}

#[test]
fn a_picture_on_another_site_is_a_link_and_not_loaded() {
    let page = site()
        .report("2021", "", "## 一\n\n![图<1>](https://other.example.org/a.png?b=1&c=2) ![](https://other.example.org/b.png)\n")
        .page("2021/");
    page.has("<a href=\"https://other.example.org/a.png?b=1&amp;c=2\" rel=\"noopener noreferrer\">图&lt;1&gt;</a>")
        .has("rel=\"noopener noreferrer\">https://other.example.org/b.png</a>")
        .lacks("<img");
}

#[test]
fn zero_blank_not_applicable_and_never_written_look_different() {
    let page = site()
        .report(
            "2021",
            "statistics:\n  requests:\n    received: {natural_persons: 0, businesses: ~, research_institutions: —, others: 3}",
            "",
        )
        .page("2021/");
    let row = page.row("一、本年新收政府信息公开申请数量");
    assert_eq!(row[0], "0");
    assert_eq!(row[1], "<span class=\"visually-hidden\">空白</span>");
    assert_eq!(row[2], "<span aria-hidden=\"true\">—</span><span class=\"visually-hidden\">不适用</span>");
    assert_eq!(row[5], "3");
    assert_eq!(page.row("（一）予以公开")[0], "<span aria-hidden=\"true\">·</span><span class=\"visually-hidden\">未填</span>");
    page.has("class=\"blank\"").has("class=\"na\"").has("class=\"absent\"").has("class=\"zero\"");
}

#[test]
fn a_missing_table_is_said_to_be_missing_and_not_drawn_as_zeros() {
    let page = site().report("2021", "statistics:\n  requests: 0", "## 一、总体情况\n\n好。").page("2021/");
    page.between("四、政府信息公开行政复议、行政诉讼情况</h2>", "</section>").has("本报告没有提供这张表").lacks("<table");
    page.between("三、收到和处理政府信息公开申请情况</h2>", "</section>").has("<table").lacks("本报告没有提供");
}

#[test]
fn decimals_and_signs_stay_as_published() {
    let page =
        site().report("2020", "statistics:\n  proactive:\n    licences: [3, +2, 5]\n    procurement: [1, 160.5960]", "").page("2020/");
    assert_eq!(page.row("行政许可"), ["3", "+2", "5"]);
    assert_eq!(page.row("政府集中采购"), ["1", "160.5960"]);
}

#[test]
fn tables_stand_at_the_end_of_their_section_in_either_family_of_headings() {
    let body = "## 二、行政机关主动公开政府信息情况\n\n甲文字。\n\n## 三、行政机关收到和处理政府信息公开申请情况\n\n乙文字。\n\n## 四、因政府信息公开工作被申请行政复议、提起行政诉讼情况\n\n丙文字。";
    let page = site().report("2021", ALL_ZERO, body).page("2021/");
    page.in_order(&["甲文字", "form-proactive", "乙文字", "form-requests", "丙文字", "form-disputes"]);
    page.lacks(">二、主动公开政府信息情况</h2>").lacks("本报告没有提供");
}

#[test]
fn a_table_without_its_section_gets_the_official_heading_before_the_next() {
    let body = "## 一、总体情况\n\n甲。\n\n## 附带的话\n\n乙。\n\n## 四、政府信息公开行政复议、行政诉讼情况\n\n丙。\n\n## 五、存在的主要问题及改进情况\n\n丁。";
    let page = site().report("2021", ALL_ZERO, body).page("2021/");
    page.in_order(&[
        "甲。",
        "乙。",
        "二、主动公开政府信息情况</h2>",
        "form-proactive",
        "三、收到和处理政府信息公开申请情况</h2>",
        "form-requests",
        "丙。",
        "form-disputes",
        "丁。",
    ]);
    page.between("<nav class=\"contents\"", "</nav>").in_order(&[
        "一、总体情况",
        "附带的话",
        "二、主动公开",
        "三、收到和处理",
        "四、",
        "五、",
    ]);
}

#[test]
fn a_table_on_another_form_is_drawn_on_its_own() {
    let page =
        site().report("2022", "statistics:\n  proactive:\n    form: cn-2019\n    regulations: [1, 2, 3]\n  requests: 0", "").page("2022/");
    page.between("二、主动公开政府信息情况</h2>", "</section>").has("本年新公开数量").has("国办公开办函〔2019〕60号");
}

#[test]
fn a_remark_is_a_numbered_note_under_its_table() {
    let page = site()
        .report("2021", "statistics:\n  requests:\n    received: [{value: 22, remark: 其中<补>正16件}, 0, 0, 0, 0, 0]", "")
        .page("2021/");
    assert!(
        page.row("一、本年新收政府信息公开申请数量")[0]
            .starts_with("22<sup class=\"mark\"><a href=\"#page-cn-2021-requests-note-1\">1</a></sup>")
    );
    page.has("<li id=\"page-cn-2021-requests-note-1\">一、本年新收政府信息公开申请数量 · 自然人：其中&lt;补&gt;正16件</li>");
}

#[test]
fn totals_added_up_by_us_are_marked_and_given_ones_are_not() {
    let page = site()
        .report("2021", "statistics:\n  requests:\n    received: [1, 2, 0, 0, 0, 0]\n    brought_forward: [1, 0, 0, 0, 0, 0, 1]", "")
        .page("2021/");
    assert_eq!(page.row("一、本年新收政府信息公开申请数量")[6], "3<sup class=\"mark\">＊</sup>");
    assert_eq!(page.row("二、上年结转政府信息公开申请数量")[6], "1");
    page.has("标＊的合计由系统按各项相加得出");
    site().report("2021", "statistics:\n  disputes: 0", "").page("2021/").lacks("标＊");
}

#[test]
fn a_break_is_marked_explained_and_has_no_change_across_it() {
    let pages = site()
        .report("2020", "statistics:\n  proactive:\n    licences: [1, 0, 10]", "")
        .report("2021", "statistics:\n  proactive:\n    licences: 30", "")
        .report("2022", "statistics:\n  proactive:\n    licences: 45", "");
    let page = pages.page("compare/");
    let licences = page.between("<span>行政许可</span>", "</tbody>");
    let row = licences.row("本年处理决定数量");
    assert!(row[0].starts_with("10"));
    assert!(row[1].starts_with("30<sup class=\"mark\">") && !row[1].contains("class=\"change"), "{row:?}");
    assert_eq!(row[2], "45<span class=\"change up\">+15 (+50.0%)</span>");
    licences.has("<td class=\"figure break\">30");
    page.has("2021年起口径变化，与以前年度不可比：2021年格式的处理决定数量包括依法不予公开的决定");
}

#[test]
fn a_year_without_a_report_is_a_column_that_says_so() {
    let requests = |n: u32| format!("statistics:\n  requests:\n    received: [{n}, 0, 0, 0, 0, 0]");
    let pages = site().report("2021", &requests(2), "").report("2023", &requests(3), "");
    let page = pages.page("compare/");
    page.has("2022年 <span class=\"badge\">缺报</span>").has("2022年缺报");
    let row = page.row("一、本年新收政府信息公开申请数量");
    assert_eq!(row[1], "<span class=\"gap\">缺报</span>");
    assert!(!row[2].contains("change"), "no change over a gap: {row:?}");
    pages.page("").between("class=\"years\"", "</ul>").has("<span class=\"missing\">2022</span>");
}

#[test]
fn an_indicator_whose_unit_changed_is_not_compared() {
    let pages = site().report("2021", "indicators:\n  微信: 10 条\n  微博: 4 条", "").report(
        "2022",
        "indicators:\n  微信: 12 篇\n  微博: 5 条",
        "",
    );
    let page = pages.page("compare/");
    assert!(page.row("微信").iter().all(|cell| !cell.contains("class=\"change")));
    assert!(page.row("微博")[1].contains("+1"));
    page.has("单位由“条”改为“篇”");
    let report = pages.page("2022/");
    assert_eq!(report.row("微信")[2], "10 条");
    assert_eq!(report.row("微博"), ["5", "条", "4", "<span class=\"change up\">+1 (+25.0%)</span>"]);
}

#[test]
fn sums_name_who_is_missing_and_who_is_not_in_them() {
    let received = |n: &str| format!("statistics:\n  requests:\n    received: {{natural_persons: {n}, total: {n}}}");
    let page = site()
        .unit("a", "title: 甲局")
        .unit("b", "title: 乙局")
        .unit("c", "title: 丙局\nsince: 2020")
        .report("a/2021", &received("3"), "")
        .report("b/2021", &received("~"), "")
        .page("years/2021/");
    page.has("应报告的单位3个，已报告2个，缺报1个").between("class=\"missing-units\"", "</p>").has("丙局").lacks("甲局");
    page.has("不是上级机关自己报告中的数字").has("未计入：乙局（空白）");
    assert!(page.row("一、本年新收政府信息公开申请数量")[0].starts_with("3<sup"));
    page.between("<tfoot>", "</tfoot>").has("<span class=\"included\">1个单位</span>");
}

#[test]
fn nothing_an_author_writes_is_markup() {
    let evil = "\"><script>alert(1)</script>";
    let yaml = serde_json::to_string(evil).expect("a text");
    let front = format!(
        "title: {yaml}\ncontact:\n  address: {yaml}\n  phone: {yaml}\n  email: {yaml}\nindicators:\n  {yaml}: 3 条\nacknowledged:\n  - {{code: G104, note: {yaml}}}"
    );
    let pages =
        site().file("content/_index.md", &format!("---\ntitle: {yaml}\n---\n")).report("2021", &front, "").report("2022", &front, "");
    for url in ["", "2021/", "compare/", "404.html"] {
        pages.page(url).lacks("<script>alert").lacks("</script>alert");
    }
    pages.page("").has("\\u003cscript\\u003e");
}

#[test]
fn the_contact_is_shown_once_with_links_and_as_schema_org_data() {
    let page = site()
        .file("content/_index.md", "---\ntitle: 云岭县\ncontact:\n  phone: 0000-8060001（工作日）\n  email: a@example.org\n---\n")
        .page("");
    page.has("<a href=\"tel:0000-8060001\">0000-8060001</a>（工作日）").has("<a href=\"mailto:a@example.org\">");
    page.has("\"@type\":\"GovernmentOrganization\"").has("\"url\":\"https://www.example.org/nb/\"");
    assert_eq!(page.0.matches("class=\"contact\"").count(), 1);
}

#[test]
fn a_slip_in_a_template_is_told_at_its_place() {
    let broken = site()
        .file("themes/own/templates/report.html", "一\n{{ nothing }}\n")
        .file("site.yaml", "title: 测试\ntheme: own\n")
        .report("2021", ALL_ZERO, "");
    let (page, _) = broken.try_page("2021/");
    let place = page.expect_err("`nothing` is not defined").place.expect("a place in the template");
    assert_eq!((&*place.file, place.span.line), ("themes/own/templates/report.html", 2));

    let unclosed = site().file("themes/own/templates/report.html", "一\n二\n{% if %}\n").file("site.yaml", "title: 测试\ntheme: own\n");
    let (_, found) = unclosed.try_page("");
    let place = found.iter().find(|one| one.code == "G918").and_then(|one| one.place.clone()).expect("the template does not parse");
    assert_eq!((&*place.file, place.span.line), ("themes/own/templates/report.html", 3));
}

#[test]
fn an_asset_that_is_not_there_is_a_slip_of_the_template() {
    let broken = site().file("themes/own/templates/nav.html", "{{ asset('logo.svg') }}").file("site.yaml", "title: 测试\ntheme: own\n");
    let (page, _) = broken.try_page("");
    assert!(page.expect_err("no such asset").message.en.contains("assets/logo.svg"));
}

#[test]
fn figures_of_a_table_with_several_blocks_name_the_headings_of_their_own() {
    let page = site().report("2021", ALL_ZERO, "").page("2021/").0;
    let attribute = |tag: &str, name: &str| -> Option<String> {
        let tag = &tag[..tag.find('>')?];
        tag.split_once(&format!(" {name}=\""))?.1.split_once('"').map(|(value, _)| value.to_string())
    };
    let mut names = std::collections::BTreeMap::new();
    for cell in page.split("<th").skip(1) {
        let text = cell.split_once('>').and_then(|(_, rest)| rest.split_once("</th>")).map(|(text, _)| text.to_string());
        if let Some(id) = attribute(cell, "id") {
            assert!(names.insert(id, text.unwrap_or_default()).is_none(), "an id twice");
        }
    }
    let headings = |cell: &str| attribute(cell, "headers").map(|ids| ids.split(' ').map(|id| names[id].as_str()).collect::<Vec<_>>());
    let all: Vec<String> = page.split("<td").skip(1).filter_map(headings).map(|names| names.join("、")).collect();
    assert_eq!(all[1], "第二十条第（一）项、本年废止件数、规章");
    assert_eq!(all[6], "第二十条第（五）项、本年处理决定数量、行政许可");
    assert_eq!(all.len(), 10);
}

#[test]
fn a_macro_of_a_theme_knows_what_all_pages_share() {
    let own =
        "{% macro downloads(files, id, title) %}\n<p>{{ words.search }}，{{ site.title }}，{{ words|length > 9 }}</p>\n{% endmacro %}\n";
    let site = site().file("site.yaml", "title: 测试\ntheme: own\n").file("themes/own/templates/downloads.html", own);
    site.report("2021", ALL_ZERO, "").page("2021/").has("<p>搜索，测试，True</p>");
}

#[test]
fn a_theme_replaces_single_files_and_single_words() {
    let own =
        site().file("site.yaml", "title: 测试\ntheme: own\n").file("themes/own/templates/footer.html", "<p>主办：{{ site.title }}</p>");
    let page = own.file("themes/own/words/zh.yaml", "reports_by_year: 历年年报\n").report("2021", ALL_ZERO, "").page("");
    page.has("<p>主办：测试</p>").has("历年年报").has("联系方式".replace("联系方式", "数据下载").as_str());
}

#[test]
fn an_unknown_theme_is_an_error_and_the_default_stands_in() {
    let (page, found) = site().file("site.yaml", "title: 测试\ntheme: nowhere\n").try_page("");
    assert!(page.is_ok());
    assert!(found.iter().any(|one| one.code == "G917" && one.place.as_ref().is_some_and(|place| place.span.line == 2)));
}

#[test]
fn a_site_sets_colour_logo_header_and_foot_without_a_template() {
    let settings = "title: 测试\nappearance:\n  accent: '#9c1c1c'\n  logo: emblem.svg\n  header:\n  - {label: 指南, url: guide/}\n  footer:\n  - {label: 主办：<云岭县>}\n  - {label: 首页, url: 'https://www.example.org/?a=1&b=2'}\n";
    let pages = site()
        .file("site.yaml", settings)
        .file("themes/default/assets/emblem.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>")
        .file("content/guide.md", "---\ntitle: 公开指南\n---\n正文\n")
        .report("2021", ALL_ZERO, "");
    let page = pages.page("2021/");
    page.has("src=\"../assets/emblem").has("<a href=\"../guide/index.html\">指南</a>");
    page.has("<p>主办：&lt;云岭县&gt;</p>").has("<a href=\"https://www.example.org/?a=1&amp;b=2\">首页</a>");
    let (_, found) = site().file("site.yaml", "title: 测试\nappearance:\n  logo: none.svg\n").try_page("");
    let codes: Vec<_> = found.iter().map(|one| (&*one.code, one.place.as_ref().map(|place| place.span.line))).collect();
    assert_eq!(codes, [("G905", Some(3))]);
    let (_, found) = site().file("site.yaml", "title: 测试\nappearance:\n  accent: red\n").try_page("");
    assert!(found.iter().any(|one| one.code == "G905" && one.message.zh.contains("accent")));
}

#[test]
fn a_chart_draws_gaps_and_breaks_and_gives_its_figures_in_a_table() {
    let licences = |year: &str, text: &str| (year.to_string(), format!("statistics:\n  requests:\n    received: {{total: {text}}}"));
    let with = |all: &[(&str, &str)]| {
        all.iter().map(|(year, text)| licences(year, text)).fold(site(), |site, (year, front)| site.report(&year, &front, ""))
    };
    let page = with(&[("2019", "3"), ("2020", "5"), ("2022", "4"), ("2023", "0")]).page("");
    let chart = page.between("<figure class=\"chart\">", "</figure>");
    chart.has("2023年0件，比上年减少4件（−100.0%）。2019年以来最多的是2020年，为5件。2021年缺报。");
    chart
        .has("class=\"hole\"")
        .has("<text class=\"gap missing\"")
        .has("<desc id=\"page-chart-1-text\">2019年：3件；2020年：5件；2021年：缺报");
    assert_eq!(chart.0.matches("<rect class=\"bar\"").count(), 4);
    chart.between("<details>", "</details>").has("<th scope=\"row\">2021</th><td class=\"figure no-report\">");

    let long = with(&[("2021", "1234567890123456"), ("2022", "4"), ("2023", "6")]).page("");
    long.between("<figure class=\"chart\">", "</figure>").has("<text class=\"value start\"").has(">1234567890123456</text>");
}

#[test]
fn what_changed_most_stands_first() {
    let received = |n: u32| format!("statistics:\n  requests:\n    received: {{total: {n}}}\n    granted: {{total: 5}}");
    let pages = site().report("2021", &received(10), "").report("2022", &received(40), "");
    let page = pages.page("compare/");
    page.between("class=\"changes\"", "</ul>").has("本年新收政府信息公开申请数量").has("+30").has("10 → 40 件").lacks("予以公开");
    page.has("2022年与2021年相比变化最大的项目").has("<td class=\"figure notable\">40");
    site().report("2021", &received(10), "").report("2023", &received(40), "").page("compare/").lacks("page-changes");
    site()
        .report("2021", &received(10), "")
        .report("2022", &received(11), "")
        .page("compare/")
        .has("没有超出数字自身偶然波动的变化")
        .lacks("class=\"changes\"");
}

#[test]
fn the_page_for_unknown_addresses_works_at_any_depth() {
    site().page("404.html").has("href=\"/nb/assets/style.css\"").has("href=\"/nb/\"");
    site().file("site.yaml", "title: 测试\n").page("404.html").has("href=\"assets/style.css\"").has("href=\"index.html\"");
}

#[test]
fn an_old_address_leads_to_the_new_one() {
    let page = site().report("2021", &format!("aliases: [old/report.html]\n{ALL_ZERO}"), "").page("old/report.html");
    page.has("content=\"0; url=../2021/index.html\"").has("noindex").has("<a href=\"../2021/index.html\">");
}

#[test]
fn both_languages_have_the_same_words() {
    let words = |language: &str| {
        let mut found = Diagnostics::default();
        let config = Config { language: language.into(), ..Config::default() };
        let theme = Theme::parse(&Sources::default(), &config, Naming::AsInTheme, &mut found);
        theme.words.iter().map(|(key, _)| key.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(words("zh-CN"), words("en"));
    site()
        .file("site.yaml", "title: Test\nlanguage: en\n")
        .report("2021", ALL_ZERO, "")
        .page("2021/")
        .has("<html lang=\"en\">")
        .has("Contents");
}

#[test]
fn a_unit_counted_by_the_report_above_it_is_named_and_not_added_again() {
    let received = |n: &str| format!("statistics:\n  requests:\n    received: {{natural_persons: {n}, total: {n}}}");
    let page = site()
        .unit("a", "title: 甲局\ncovers: below")
        .unit("a/b", "title: 乙所")
        .report("a/2021", &received("5"), "")
        .report("a/b/2021", &received("2"), "")
        .page("years/2021/");
    page.has("已含在上级单位的报告里，不重复相加：").has("<tr class=\"covered\">");
    assert_eq!(page.row("一、本年新收政府信息公开申请数量")[0], "5");
}
