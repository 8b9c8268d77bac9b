//! Markdown as authors of reports write it, and as nobody should.
//!
//! The emphasis is compared with comrak, which implements the amendment "markdown-cjk-friendly" itself.

use gongkai::markdown::{Filled, LinkKind, ProblemKind, Prose, fill, render};
use proptest::prelude::*;

// Helpers

/// Addresses within the site get `../` in front, so that a test sees who decided.
fn prose(text: &str) -> Prose {
    render(text, &|_, address| if address.starts_with('#') { address.to_string() } else { format!("../{address}") })
}

/// The whole text as one piece of HTML, as a page would show it.
fn html(text: &str) -> String {
    whole(&prose(text))
}

fn whole(prose: &Prose) -> String {
    let section =
        |section: &gongkai::markdown::Section| format!("<h2 id=\"{}\">{}</h2>\n{}", section.heading.id, section.heading.html, section.html);
    format!("{}{}{}", prose.preamble, prose.sections.iter().map(section).collect::<String>(), prose.footnotes)
}

/// The HTML of a single paragraph, without its tags.
fn line(text: &str) -> String {
    let html = html(text);
    html.strip_prefix("<p>").and_then(|html| html.strip_suffix("</p>\n")).unwrap_or(&html).to_string()
}

/// The problems with the text that each is about.
fn problems(text: &str) -> Vec<(ProblemKind, &str)> {
    prose(text).problems.into_iter().map(|problem| (problem.kind, &text[problem.range])).collect()
}

fn outline(text: &str) -> Vec<String> {
    let heading = |heading: &gongkai::markdown::Heading| format!("{} {}", heading.level, heading.id);
    let sections = prose(text).sections;
    sections.iter().flat_map(|section| std::iter::once(&section.heading).chain(&section.headings)).map(heading).collect()
}

/// Figures of which `name` has the value `value` and all others are unknown.
fn filled<'a>(text: &'a str, value: &str) -> Filled<'a> {
    fill(text, &|name| (name == "x").then(|| value.to_string()))
}

/// What a reader sees of a text with `{{ x }}` in it.
fn shown(text: &str, value: &str) -> String {
    line(&filled(text, value).text)
}

// Emphasis

#[test]
fn bold_works_next_to_chinese_punctuation() {
    assert_eq!(line("**一是互联网公开，**充分发挥"), "<strong>一是互联网公开，</strong>充分发挥");
    assert_eq!(line("他说**“公开透明”**的"), "他说<strong>“公开透明”</strong>的");
    assert_eq!(line("公开**12%**的"), "公开<strong>12%</strong>的");
    assert_eq!(line("**甲，**乙**丙**"), "<strong>甲，</strong>乙<strong>丙</strong>");
    assert_eq!(line("~~删除。~~后文"), "<del>删除。</del>后文");
}

#[test]
fn bold_works_inside_headings_tables_lists_links_and_notes() {
    assert!(html("## 一、**甲，**乙").contains("一、<strong>甲，</strong>乙</h2>"));
    assert!(html("|**甲，**乙|\n|-|\n|丙**丁。**戊|").contains("<td>丙<strong>丁。</strong>戊</td>"));
    assert!(html("1. **甲，**乙").contains("<li><strong>甲，</strong>乙</li>"));
    assert!(html("> **甲，**乙").contains("<p><strong>甲，</strong>乙</p>"));
    assert!(html("[**甲，**乙](u)").contains("><strong>甲，</strong>乙</a>"));
    assert!(html("甲[^1]\n\n[^1]: **乙，**丙").contains("<strong>乙，</strong>丙"));
    assert!(html("*斜**甲，**乙*丙").contains("<em>斜<strong>甲，</strong>乙</em>丙"));
}

#[test]
fn asterisks_in_code_addresses_and_escapes_stay_asterisks() {
    assert_eq!(line("`**甲，**乙`"), "<code>**甲，**乙</code>");
    assert_eq!(line("\\*\\*甲，\\*\\*乙"), "**甲，**乙");
    assert!(line("<http://a.example.org/**甲，**乙>").contains(">http://a.example.org/**甲，**乙</a>"));
    assert!(line("[丙](甲，**乙 \"**丁，**戊\")").contains("href=\"../甲，**乙\" title=\"**丁，**戊\""));
}

#[test]
fn one_tilde_is_a_range_and_two_strike_out() {
    assert_eq!(line("1~3月与5~6月，“~”与“~”"), "1~3月与5~6月，“~”与“~”");
    assert_eq!(line("~甲~ ~~乙~~"), "~甲~ <del>乙</del>");
}

#[test]
fn asterisks_without_partner_are_a_problem_where_they_stand() {
    assert_eq!(problems("甲**乙，丙\n\n甲 ***丁"), [(ProblemKind::StrayAsterisks, "**"), (ProblemKind::StrayAsterisks, "***")]);
    assert_eq!(problems("*注：甲 \\*\\* 乙\n\n**丙**"), []);
}

#[test]
fn the_five_bold_spans_of_a_real_report_are_bold() {
    let body = "2. **加强政务“两微一端”新媒体应用。**主动适应网络传播新特点\n\n\
        1. 切实方便群众获取政府信息。**一是互联网公开,**充分发挥作用(门户网站)。**二是公开栏公开,**在街道设有\
        公开栏,进行公开。**三是张贴公告,**对重点工程项目、公告。**四是规范目录编制,**按照上级部门工作要求";
    assert_eq!(html(body).matches("<strong>").count(), 5);
    assert!(!html(body).contains('*'));
}

#[test]
fn emphasis_agrees_with_comrak_on_random_lines() {
    #[rustfmt::skip]
    const PIECES: [&str; 34] = [
        "中", "文", "，", "。", "、", "（", "）", "“", "”", "《", "》", "—", "…", "a", "B", "é", " ", " ", "　", ".", ",", "(", ")", "\"", "!",
        "%", "`中，`", "`a`", "*", "*", "**", "**", "**", "***",
    ];
    assert_eq!(disagreements(100_000, &PIECES, |text| text), Vec::<String>::new());
}

#[test]
fn emphasis_agrees_with_comrak_among_links_escapes_and_containers() {
    #[rustfmt::skip]
    const PIECES: [&str; 32] = [
        "中", "文", "，", "。", "”", "“", "a", "1", " ", "\n", "\\*", "\\\\", "[中](u)", "[", "](u)", "<http://a.b/**，**中>", "&amp;", "\n> ", "\n>", "\n- ",
        "\n\n", "\n1. ", "`", "![，](u)", "\n## 题", "*", "**", "**", "**", "***", "，**", "**文",
    ];
    assert_eq!(disagreements(50_000, &PIECES, |text| text), Vec::<String>::new());
}

#[test]
fn emphasis_agrees_with_comrak_in_table_cells() {
    #[rustfmt::skip]
    const PIECES: [&str; 17] = ["中", "文", "，", "。", "“", "a", " ", "|", "|", "\\|", "`中，`", "*", "**", "**", "***", "，**", "**文"];
    let table = |text: String| format!("|甲|乙|丙|\n|-|-|-|\n|{text}|");
    assert_eq!(disagreements(20_000, &PIECES, table), Vec::<String>::new());
}

/// The first few random texts of which the two parsers think differently, with both opinions.
fn disagreements(count: usize, pieces: &[&str], frame: fn(String) -> String) -> Vec<String> {
    let mut options = comrak::Options::default();
    options.extension.cjk_friendly_emphasis = true;
    options.extension.table = true;
    let mut random = Random(20_210_122);
    let mut found = vec![];
    for _ in 0..count {
        let text = frame((0..2 + random.below(11)).map(|_| pieces[random.below(pieces.len())]).collect());
        let ours = skeleton(&html(&text));
        let theirs = skeleton(&comrak::markdown_to_html(&text, &options));
        if ours != theirs && found.len() < 5 {
            found.push(format!("{text:?}\n  ours   {ours}\n  theirs {theirs}"));
        }
    }
    found
}

/// HTML with what the two write differently on purpose taken out: attributes, white space, heading levels,
/// boxes around tables; paragraphs, because they differ about loose lists; links, because comrak lets one stand in another.
fn skeleton(html: &str) -> String {
    let html = ["</div>", "</a>", "<p>", "</p>"].iter().fold(html.to_string(), |html, tag| html.replace(tag, ""));
    let html = html.replace("<div", "<i").replace("<a", "<i");
    let mut skeleton = String::with_capacity(html.len());
    let mut is_in_attributes = false;
    let mut is_in_tag = false;
    for c in html.chars() {
        match c {
            '<' => is_in_tag = true,
            '>' => (is_in_tag, is_in_attributes) = (false, false),
            ' ' | '/' if is_in_tag && !skeleton.ends_with('<') => is_in_attributes = true,
            _ => {}
        }
        let is_left_out = is_in_attributes || c.is_whitespace() || (is_in_tag && c.is_ascii_digit());
        if !is_left_out {
            skeleton.push(c);
        }
    }
    skeleton.replace("<i>", "")
}

/// The same numbers every time (SplitMix64).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % limit as u64) as usize
    }
}

// Lines and paragraphs

#[test]
fn lines_of_chinese_are_joined_without_a_space() {
    assert_eq!(line("主动公开\n政府信息，\r\n依申请"), "主动公开政府信息，依申请");
    assert_eq!(line("“甲”\n乙"), "“甲”乙");
    assert_eq!(line("主动 open\ndata 公开\n2020"), "主动 open\ndata 公开\n2020");
}

#[test]
fn lines_are_joined_through_markup() {
    assert_eq!(line("**甲，**\n*乙*"), "<strong>甲，</strong><em>乙</em>");
    assert_eq!(line("`甲`\n[乙](u)"), "<code>甲</code><a href=\"../u\">乙</a>");
    assert_eq!(line("**甲**\n*a*"), "<strong>甲</strong>\n<em>a</em>");
    assert_eq!(line("甲\n![图](u)\n乙"), "甲\n<img src=\"../u\" alt=\"图\" loading=\"lazy\">\n乙");
}

#[test]
fn hard_breaks_stay() {
    assert_eq!(line("甲  \n乙\\\n丙"), "甲<br>\n乙<br>\n丙");
}

#[test]
fn full_width_indentation_is_left_to_the_style_sheet() {
    assert_eq!(html("　　甲\n\n　　**一、**乙"), "<p>甲</p>\n<p><strong>一、</strong>乙</p>\n");
    assert_eq!(html("- 　甲\n\n&emsp;&emsp;乙"), "<ul>\n<li>甲</li>\n</ul>\n<p>乙</p>\n");
}

#[test]
fn a_line_of_nothing_but_indentation_is_not_shown() {
    assert_eq!(html("甲\n\n　　\n\n乙\n　　\n丙"), "<p>甲</p>\n<p>乙</p>\n<p>丙</p>\n");
}

#[test]
fn a_line_with_full_width_indentation_begins_a_paragraph() {
    assert_eq!(html("　　甲。\n　　乙。\n丙"), "<p>甲。</p>\n<p>乙。丙</p>\n");
    assert_eq!(line("**甲\n　　乙**"), "<strong>甲　　乙</strong>");
}

#[test]
fn a_year_with_a_dot_begins_a_paragraph_and_no_list() {
    let text = "前\n\n2020. 年以来\n续\n\n后";
    assert_eq!(html(text), "<p>前</p>\n<p>2020. 年以来续</p>\n<p>后</p>\n");
    assert_eq!(problems(text), [(ProblemKind::ListFromYear, "2020. 年以来\n续\n\n")]);
}

#[test]
fn a_list_of_years_loses_nothing() {
    let text = "2020) **甲，**乙\n   - 子\n\n2021) 丙\n\n      丁\n2022) > 引";
    let expected = "<p>2020) <strong>甲，</strong>乙</p>\n<ul>\n<li>子</li>\n</ul>\n<p>2021) 丙</p>\n<p>丁</p>\n<p>2022) </p>\n<blockquote>\n<p>引</p>\n</blockquote>\n";
    assert_eq!(html(text), expected);
}

#[test]
fn other_numbers_begin_lists() {
    assert_eq!(html("3. 甲\n4. 乙"), "<ol start=\"3\">\n<li>甲</li>\n<li>乙</li>\n</ol>\n");
    assert_eq!(problems("1899. 甲"), []);
}

// Headings

#[test]
fn a_text_is_cut_at_its_second_level_headings() {
    let text = "前言\n\n## 一、总体情况\n\n甲\n\n### （一）主动公开\n\n乙\n\n## 二、其他\n";
    let prose = prose(text);
    assert_eq!(prose.preamble, "<p>前言</p>\n");
    let sections: Vec<_> = prose.sections.iter().map(|section| (section.heading.text.as_str(), section.html.as_str())).collect();
    assert_eq!(sections, [("一、总体情况", "<p>甲</p>\n<h3 id=\"一-主动公开\">（一）主动公开</h3>\n<p>乙</p>\n"), ("二、其他", "")]);
    assert_eq!(prose.sections[0].headings.len(), 1);
    assert_eq!(&text[prose.sections[0].headings[0].range.clone()], "### （一）主动公开\n");
    assert!(text[prose.sections[0].range.clone()].starts_with("## 一") && text[prose.sections[0].range.clone()].ends_with("乙\n\n"));
    assert_eq!(&text[prose.sections[1].range.clone()], "## 二、其他\n");
}

#[test]
fn ids_are_chinese_and_unique() {
    assert_eq!(outline("## 一、总体情况\n### 问题\n## 二\n### 问题\n### Q&A"), ["2 一-总体情况", "3 问题", "2 二", "3 问题-2", "3 q-a"]);
    assert_eq!(outline("## ！\n## ！"), ["2 section", "2 section-2"]);
}

#[test]
fn an_id_of_the_authors_own_is_honoured_where_it_is_safe() {
    assert_eq!(outline("## 甲 {#jia}\n## 乙 {#jia}\n## 丙 {#fn-1}"), ["2 jia", "2 jia-2", "2 丙"]);
    assert_eq!(problems("## 丙 {#fn-1}"), [(ProblemKind::RefusedId { id: "fn-1".into() }, "## 丙 {#fn-1}")]);
}

#[test]
fn braces_in_a_heading_that_are_no_id_stay_text() {
    assert_eq!(html("## 情况 {2020}"), "<h2 id=\"情况-2020\">情况 {2020}</h2>\n");
    assert_eq!(html("## 情况 {#a .b}"), "<h2 id=\"a\">情况</h2>\n");
}

#[test]
fn levels_have_no_holes_and_a_title_counts_as_a_section() {
    assert_eq!(outline("# 题\n## 甲\n#### 乙\n#### 丙\n### 丁"), ["2 题", "2 甲", "3 乙", "3 丙", "3 丁"]);
    assert_eq!(outline("### 甲\n### 乙"), ["2 甲", "2 乙"]);
}

#[test]
fn a_heading_inside_a_list_or_quotation_begins_no_section() {
    assert_eq!(outline("## 甲\n\n> ## 乙\n\n- # 丙"), ["2 甲", "3 乙", "3 丙"]);
    assert_eq!(prose("> ## 甲\n\n乙").sections, []);
    assert!(html("甲[^1]\n\n[^1]: # 乙").contains("<li id=\"fn-1\"><p><strong>乙</strong> <a"));
}

#[test]
fn headings_keep_their_markup_and_know_their_text() {
    let prose = prose("## 一、**甲，**[乙](u)`丙`\n");
    let heading = &prose.sections[0].heading;
    assert_eq!(heading.html, "一、<strong>甲，</strong><a href=\"../u\">乙</a><code>丙</code>");
    assert_eq!(heading.text, "一、甲，乙丙");
    assert_eq!(prose.links[0].text, "乙");
}

#[test]
fn an_empty_heading_is_not_shown() {
    assert_eq!(html("甲\n\n##\n\n乙"), "<p>甲</p>\n<p>乙</p>\n");
    assert_eq!(problems("甲\n\n##\n\n乙"), [(ProblemKind::EmptyHeading, "##\n")]);
}

// Raw HTML

#[test]
fn raw_html_is_shown_as_text_and_reported() {
    assert_eq!(line("甲<b onclick=\"x\">乙"), "甲&lt;b onclick=&quot;x&quot;&gt;乙");
    assert_eq!(problems("甲<b>乙</b><!-- 丙 -->"), ["<b>", "</b>", "<!-- 丙 -->"].map(|tag| (ProblemKind::RawHtml, tag)));
    assert_eq!(html("<script>\nx()\n</script>\n"), "<p class=\"raw-html\">&lt;script&gt;\nx()\n&lt;/script&gt;\n</p>\n");
    assert_eq!(problems("甲\n\n<div>\n乙\n</div>\n"), [(ProblemKind::RawHtml, "<div>\n乙\n</div>\n")]);
}

#[test]
fn ranges_of_problems_count_in_the_text_as_written() {
    let text = "**甲，**乙**丙。**丁 <b>戊";
    assert_eq!(problems(text), [(ProblemKind::RawHtml, "<b>")]);
}

// Links and images

#[test]
fn addresses_within_the_site_are_resolved_and_others_are_not() {
    assert_eq!(line("[甲](2019.md \"题<\")"), "<a href=\"../2019.md\" title=\"题&lt;\">甲</a>");
    assert_eq!(
        line("[甲](https://www.example.org/?a&b)"),
        "<a href=\"https://www.example.org/?a&amp;b\" rel=\"noopener noreferrer\">甲</a>"
    );
    assert_eq!(line("<office@example.org>"), "<a href=\"mailto:office@example.org\">office@example.org</a>");
    assert_eq!(line("[电话](tel:0000-8060001)[节](#一)"), "<a href=\"tel:0000-8060001\">电话</a><a href=\"#一\">节</a>");
}

#[test]
fn dangerous_addresses_are_refused_however_they_are_written() {
    for address in [
        "javascript:alert(1)",
        "JAVASCRIPT:x",
        "<java\tscript:x>",
        "&#106;avascript&colon;x",
        "java\\script:x",
        "data:text/html,x",
        "file:///etc/passwd",
        "//example.org/x",
    ] {
        let text = format!("甲[乙]({address})![丙]({address})");
        let html = html(&text);
        assert!(address.starts_with("java\\") || html == "<p>甲乙丙</p>\n", "{text}: {html}");
        assert!(!html.contains("href=\"java"), "{text}: {html}");
    }
    let refused = ProblemKind::RefusedLink { destination: "vbscript:x".into() };
    assert_eq!(problems("甲[乙](vbscript:x)"), [(refused, "[乙](vbscript:x)")]);
    assert_eq!(problems("[甲]()"), [(ProblemKind::EmptyLink, "[甲]()")]);
}

#[test]
fn images_load_late_and_are_described() {
    assert_eq!(line("![*图*\"一\"](a b.png \"题\")"), "![<em>图</em>&quot;一&quot;](a b.png &quot;题&quot;)");
    assert_eq!(
        line("![*图*\"一\"](<a b.png> \"题\")"),
        "<img src=\"../a%20b.png\" alt=\"图&quot;一&quot;\" title=\"题\" loading=\"lazy\">"
    );
}

#[test]
fn links_are_listed_in_the_order_of_the_text() {
    let text = "[![图](a.png)下载](b.pdf) **甲，**乙[丙](c.md)";
    let prose = prose(text);
    let links: Vec<_> =
        prose.links.iter().map(|link| (link.kind, link.destination.as_str(), link.text.as_str(), &text[link.range.clone()])).collect();
    let expected = [
        (LinkKind::Link, "b.pdf", "图下载", "[![图](a.png)下载](b.pdf)"),
        (LinkKind::Image, "a.png", "图", "![图](a.png)"),
        (LinkKind::Link, "c.md", "丙", "[丙](c.md)"),
    ];
    assert_eq!(links, expected);
}

#[test]
fn no_link_stands_in_a_link() {
    assert_eq!(line("[甲 <http://a.example.org/> 乙](u)"), "<a href=\"../u\">甲 http://a.example.org/ 乙</a>");
    assert!(!html("[甲[^1]](u)\n\n[^1]: 乙").contains("../u"));
}

// Tables, code, notes

#[test]
fn tables_scroll_in_a_box_named_by_their_head() {
    let expected = "<div class=\"table-scroll\" tabindex=\"0\" role=\"region\" aria-label=\"项目, 数量\"><table>\n\
        <thead>\n<tr><th scope=\"col\" class=\"align-left\">项目</th><th scope=\"col\" class=\"align-right\"><em>数量</em></th></tr>\n</thead>\n\
        <tbody>\n<tr><td class=\"align-left\">甲</td><td class=\"align-right\">1</td></tr>\n</tbody>\n</table></div>\n";
    assert_eq!(html("|项目|*数量*|\n|:-|-:|\n|甲|1|"), expected);
    assert!(html("| | |\n|-|:-:|").starts_with("<div class=\"table-scroll\" tabindex=\"0\"><table>\n<thead>"));
}

#[test]
fn cells_beyond_the_last_column_are_reported() {
    assert_eq!(problems("|甲|乙|\n|-|-|\n|1|2|3|4|\n|5|6|\n"), [(ProblemKind::ExtraCells, "3|4")]);
}

#[test]
fn code_is_shown_as_it_is() {
    assert_eq!(html("```sh x\n<b> **甲，**乙\n```"), "<pre><code class=\"language-sh\">&lt;b&gt; **甲，**乙\n</code></pre>\n");
    assert_eq!(line("`<b>`"), "<code>&lt;b&gt;</code>");
}

#[test]
fn notes_are_numbered_as_they_are_referred_to_and_stand_at_the_end() {
    let prose = prose("甲[^b]乙[^a]丙[^b]\n\n[^a]: 一\n[^b]: 二\n\n## 节\n");
    assert!(prose.preamble.contains("甲<sup class=\"footnote-ref\"><a href=\"#fn-1\" id=\"fnref-1\" role=\"doc-noteref\">1</a></sup>乙"));
    assert!(prose.preamble.contains("id=\"fnref-1-2\""));
    let notes: Vec<_> =
        prose.footnotes.lines().filter(|line| line.starts_with("<li")).map(|line| line.split(" <a").next().unwrap_or(line)).collect();
    assert_eq!(notes, ["<li id=\"fn-1\"><p>二", "<li id=\"fn-2\"><p>一"]);
    assert!(prose.problems.is_empty());
}

#[test]
fn notes_that_nothing_refers_to_are_shown_last_and_reported() {
    let text = "甲[^1]\n\n[^2]: 乙\n\n[^1]: 丙\n";
    assert!(html(text).contains("<li id=\"fn-2\"><p>乙</p></li>"));
    assert_eq!(problems(text), [(ProblemKind::UnusedFootnote { label: "2".into() }, "[^2]: 乙\n\n")]);
}

// Figures

#[test]
fn a_figure_takes_the_place_of_its_name() {
    assert_eq!(shown("共{{ x }}，{{x}}。", "195 条"), "共195 条，195 条。");
    assert_eq!(shown("**共{{ x }}。**其中", "195 条"), "<strong>共195 条。</strong>其中");
}

#[test]
fn text_without_figures_is_not_copied() {
    assert!(matches!(filled("共 { x }", "1").text, std::borrow::Cow::Borrowed(_)));
}

#[test]
fn a_value_is_never_read_as_markdown() {
    for value in [
        "**甲**", "<b>", "[a](u)", "`甲`", "~~甲~~", "a|b", "# 甲", "- 甲", "1. 甲", "1) 甲", "&amp;", "\\", "{{ x }}", "{#a}", "_a_",
        "12.50", "-3.5%", "=", "![a](b)",
    ] {
        let plain = value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        assert_eq!(shown("{{ x }}", value), plain);
        assert_eq!(shown("共{{ x }}件", value), format!("共{plain}件"));
        assert!(html(&filled("|{{ x }}|\n|-|\n|甲|", value).text).contains(&format!("<th scope=\"col\">{plain}</th>")));
        assert!(html(&filled("## 题 {{ x }}", value).text).ends_with(&format!(">题 {plain}</h2>\n")));
    }
    assert_eq!(shown("{{ x }}. 甲", "195"), "195. 甲");
    assert_eq!(shown("{{ x }}) 甲", "195"), "195) 甲");
    assert_eq!(shown("甲\n{{ x }}", "===="), "甲\n====");
    assert_eq!(shown("甲\n\n{{ x }}", "    乙\n\n    丙"), "甲</p>\n<p>乙 丙");
    assert_eq!(shown("[甲](a{{ x }})", "5"), "<a href=\"../a5\">甲</a>");
}

#[test]
fn literal_braces_are_written_with_a_backslash() {
    assert_eq!(shown("写作\\{{ x }}。", "1"), "写作{{ x }}。");
    assert_eq!(shown("\\\\{{ x }}", "1"), "\\1");
    assert!(filled("\\{{ y }}", "1").unknown.is_empty());
}

#[test]
fn braces_in_code_are_left_alone() {
    assert_eq!(shown("`{{ x }}`是{{ x }}", "1"), "<code>{{ x }}</code>是1");
    let text = "```\n{{ y }} {{\n```\n\n    {{ y }}\n";
    let filled = filled(text, "1");
    assert_eq!((filled.text.as_ref(), filled.unknown.len(), filled.unclosed.len()), (text, 0, 0));
}

#[test]
fn an_unknown_name_stays_visible_and_is_reported() {
    let text = "共{{ a_b_c*甲* }}条";
    assert_eq!(shown(text, "1"), text);
    let filled = filled(text, "1");
    assert_eq!((filled.unknown[0].name.as_str(), &text[filled.unknown[0].range.clone()]), ("a_b_c*甲*", "{{ a_b_c*甲* }}"));
}

#[test]
fn braces_that_are_not_closed_on_their_line_stay_text_and_are_reported() {
    for text in ["共{{ x 条", "共{{ x\n}}条", "共{{"] {
        let filled = filled(text, "1");
        assert_eq!(filled.unclosed.iter().map(|range| &text[range.clone()]).collect::<Vec<_>>(), ["{{"]);
    }
    assert_eq!(shown("{{ 甲 {{ x }}", "1"), "{{ 甲 1");
}

#[test]
fn ranges_lead_back_from_the_filled_text() {
    let text = "甲{{ x }}乙 <b> {{ x }}";
    let filled = filled(text, "12345678");
    let problem = &prose(&filled.text).problems[0];
    assert_eq!(&text[filled.original(problem.range.clone())], "<b>");
    let within = filled.text.find("345").unwrap();
    assert_eq!(&text[filled.original(within..within + 1)], "{{ x }}");
    assert_eq!(filled.original(0..filled.text.len()), 0..text.len());
}

// Any text at all

/// Pieces of Markdown that make trouble for one another.
#[rustfmt::skip]
const TROUBLE: [&str; 58] = [
    "中", "文", "，", "。", "“", "”", "　", "　　", "a", "b1", " ", "  ", "\n", "\n\n", "\r\n", "\r", "\t", "    ", "*", "**", "***", "_", "~", "~~", "`", "```\n",
    "[", "]", "](u)", "](java\nscript:x)", "](<", "![", "[^1]", "[^1]: ", "[中]: /u\n", "<b>", "</b>", "<!--", "-->", "<div>\n", "<http://a.b>", "# ", "\n## ",
    "\n#### ", " {#a}", "{b}", "> ", "- ", "1. ", "\n2020. ", "|", "\n|-|:-:|\n", "---\n", "\\", "&lt;", "&#1;", "{{ x }}", "\u{0}",
];

fn markdown() -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(&TROUBLE[..]), 0..40).prop_map(|pieces| pieces.concat())
}

fn settings(cases: u32) -> ProptestConfig {
    let rng_seed = proptest::test_runner::RngSeed::Fixed(2020);
    ProptestConfig { cases, failure_persistence: None, rng_seed, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(settings(3_000))]

    #[test]
    fn any_markdown_becomes_sound_html(text in markdown()) {
        soundness(&text)?;
    }

    #[test]
    fn any_string_becomes_sound_html(text in "(?s).{0,60}") {
        soundness(&text)?;
    }

    #[test]
    fn any_text_can_be_filled_with_any_value(text in markdown(), value in "[\\PC\n\t]{0,8}") {
        let filled = filled(&text, &value);
        for start in (0..=filled.text.len()).filter(|&at| filled.text.is_char_boundary(at)) {
            let range = filled.original(start..filled.text.len());
            prop_assert!(text.get(range).is_some(), "{text:?}");
        }
        soundness(&filled.text)?;
    }
}

fn soundness(text: &str) -> Result<(), TestCaseError> {
    let prose = prose(text);
    let html = whole(&prose);
    let sections = prose.sections.iter().map(|section| section.range.clone());
    let headings = prose.sections.iter().flat_map(|section| std::iter::once(&section.heading).chain(&section.headings));
    let ranges = headings.map(|heading| heading.range.clone()).chain(sections.clone());
    let ranges =
        ranges.chain(prose.links.iter().map(|link| link.range.clone())).chain(prose.problems.iter().map(|problem| problem.range.clone()));
    for range in ranges {
        prop_assert!(text.get(range.clone()).is_some(), "{text:?}: {range:?}");
    }
    prop_assert!(sections.clone().zip(sections.skip(1)).all(|(one, next)| one.end == next.start), "{text:?}");
    prop_assert_eq!(unsound(&html), None, "{:?}: {}", text, html);
    prop_assert_eq!(lost(text, &html), String::new(), "{:?}: {}", text, html);
    Ok(())
}

/// What is wrong with the HTML: tags that do not nest, tags nobody writes, ids given twice.
fn unsound(html: &str) -> Option<String> {
    #[rustfmt::skip]
    const BLOCKS: [&str; 16] = ["p", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "div", "table", "thead", "tbody", "tr"];
    const INLINE: [&str; 8] = ["em", "strong", "del", "code", "a", "sup", "th", "td"];
    let mut open: Vec<&str> = vec![];
    for piece in html.split('<').skip(1) {
        let Some((tag, _)) = piece.split_once('>') else { return Some(format!("<{piece}")) };
        let name = tag.split(' ').next().unwrap_or_default();
        if let Some(name) = name.strip_prefix('/') {
            if open.pop() != Some(name) {
                return Some(format!("</{name}> closes something else"));
            }
            continue;
        }
        let is_block = BLOCKS.contains(&name);
        let takes_text_only = |open: &&str| matches!(*open, "p" | "h2" | "h3" | "h4" | "h5" | "h6" | "a" | "em" | "strong");
        if is_block && open.iter().any(takes_text_only) {
            return Some(format!("<{name}> within {open:?}"));
        }
        if name == "a" && open.contains(&"a") {
            return Some("<a> within <a>".into());
        }
        match name {
            "br" | "hr" | "img" => {}
            _ if is_block || INLINE.contains(&name) => open.push(name),
            _ => return Some(format!("<{tag}>")),
        }
    }
    let mut ids: Vec<_> = html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    ids.sort_unstable();
    ids.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| format!("id {} twice", pair[0])).or(open.pop().map(str::to_string))
}

/// The letters and digits that the parser reports as text and a reader does not get to see.
fn lost(text: &str, html: &str) -> String {
    use pulldown_cmark::{Event, Options, Parser};
    let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_HEADING_ATTRIBUTES | Options::ENABLE_STRIKETHROUGH;
    let mut visible = visible(html).chars().filter(|c| c.is_alphanumeric()).collect::<Vec<_>>();
    let mut lost = String::new();
    for event in Parser::new_ext(text, options) {
        let (Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text)) = event else { continue };
        for c in text.chars().filter(|c| c.is_alphanumeric()) {
            match visible.iter().position(|&seen| seen == c) {
                Some(at) => drop(visible.swap_remove(at)),
                None => lost.push(c),
            }
        }
    }
    lost
}

/// Text and descriptions of images, without tags.
fn visible(html: &str) -> String {
    let mut visible = String::new();
    for piece in html.split('<') {
        let (tag, text) = piece.split_once('>').unwrap_or(("", piece));
        let description = tag.split(" alt=\"").nth(1).and_then(|rest| rest.split('"').next());
        visible.extend([description.unwrap_or_default(), text]);
    }
    ["&lt;", "&gt;", "&quot;", "&amp;"].iter().fold(visible, |text, entity| text.replace(entity, "&"))
}
