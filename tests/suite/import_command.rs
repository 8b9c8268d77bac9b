//! `gongkai import` as a clerk runs it: what is written, what is said, and that nothing that is there is touched.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use super::import_shapes::{Pipes, Tabs, compose};
use super::import_support::{Dice, Drawn, catalog, drawn, made};

fn gongkai(archive: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gongkai"));
    command.args(arguments).current_dir(archive).env("LC_ALL", "zh_CN.UTF-8").env("NO_COLOR", "1");
    command.output().expect("the program was built")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// An archive of a county with its education bureau, and a folder for files to be imported.
fn archive() -> tempfile::TempDir {
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let files = [
        ("a/site.yaml", "title: 云岭县政府信息公开年报\n"),
        ("a/content/_index.md", "---\ntitle: 云岭县人民政府\nlevel: county\n---\n"),
        ("a/content/education/_index.md", "---\ntitle: 云岭县教育局\nshort: 县教育局\nlevel: department\n---\n"),
    ];
    for (path, text) in files {
        put(&temporary, path, text.as_bytes());
    }
    temporary
}

fn put(archive: &tempfile::TempDir, path: &str, bytes: &[u8]) {
    let path = archive.path().join(path);
    fs::create_dir_all(path.parent().expect("it is below the folder")).expect("a folder");
    fs::write(path, bytes).expect("it can be written");
}

fn root(archive: &tempfile::TempDir) -> std::path::PathBuf {
    archive.path().join("a")
}

fn text(archive: &tempfile::TempDir, path: &str) -> String {
    fs::read_to_string(root(archive).join(path)).unwrap_or_else(|cause| panic!("{path}: {cause}"))
}

/// The tables of a made-up report: those of a bureau, which makes no regulations.
fn tables(year: u16, seed: u64) -> Vec<Vec<Vec<Drawn>>> {
    let catalog = catalog();
    let form = catalog.get(if year < 2021 { "cn-2019" } else { "cn-2021" }).expect("it is embedded");
    let mut made = made(form, &mut Dice(seed));
    made.cells[0][..3].fill("0".into());
    form.tables.iter().zip(&made.cells).map(|(table, cells)| drawn(table, cells)).collect()
}

/// A made-up report of 云岭县教育局 in tab-separated text.
fn report(year: u16, seed: u64) -> String {
    let mut shape = Tabs::default();
    compose(&mut shape, year, &tables(year, seed));
    shape.0
}

/// Every file below the archive, to see that nothing else was written.
fn files(archive: &tempfile::TempDir) -> Vec<String> {
    let root = root(archive);
    let mut files: Vec<String> = walkdir::WalkDir::new(&root)
        .into_iter()
        .flatten()
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| entry.path().strip_prefix(&root).expect("it is below").to_string_lossy().replace('\\', "/"))
        .collect();
    files.sort();
    files
}

#[test]
fn reports_go_to_the_unit_of_their_name_and_build_as_they_are() {
    let archive = archive();
    put(&archive, "in/2020.txt", report(2020, 3).as_bytes());
    put(&archive, "in/下级/2023.txt", report(2023, 4).as_bytes());
    put(&archive, "in/~$2023.docx", b"left by Word");
    let done = gongkai(&root(&archive), &["import", "../in"]);
    assert_eq!(done.status.code(), Some(0), "{}", said(&done));
    assert!(said(&done).contains("县教育局 2020年 → content/education/2020.md（3 张表"), "{}", said(&done));
    let before = files(&archive);
    assert_eq!(
        before,
        ["content/_index.md", "content/education/2020.md", "content/education/2023.md", "content/education/_index.md", "site.yaml"]
    );
    let built = gongkai(&root(&archive), &["build"]);
    assert_eq!(built.status.code(), Some(0), "{}", said(&built));
}

#[test]
fn a_body_that_is_no_unit_is_told_and_can_be_made() {
    let archive = archive();
    put(&archive, "in/a.txt", report(2020, 3).replace("云岭县教育局", "云岭县清溪镇人民政府").as_bytes());
    let before = files(&archive);
    let refused = gongkai(&root(&archive), &["import", "../in/a.txt"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(said(&refused).contains("没有名为“云岭县清溪镇人民政府”的单位"), "{}", said(&refused));
    assert!(said(&refused).contains("education（县教育局）") && said(&refused).contains("--unit"), "{}", said(&refused));
    assert_eq!(files(&archive), before);
    let made = gongkai(&root(&archive), &["import", "../in/a.txt", "--unit", "qingxi"]);
    assert_eq!(made.status.code(), Some(0), "{}", said(&made));
    let unit = text(&archive, "content/qingxi/_index.md");
    assert!(unit.contains("title: 云岭县清溪镇人民政府\nlevel: town"), "{unit}");
    assert!(root(&archive).join("content/qingxi/2020.md").is_file());
    for bad in ["../outside", "/etc", "qingxi/../..", "compare", "qi ngxi"] {
        let refused = gongkai(&root(&archive), &["import", "../in/a.txt", "--unit", bad]);
        assert_eq!(refused.status.code(), Some(1), "{bad}: {}", said(&refused));
    }
    assert!(!archive.path().join("outside").exists());
}

#[test]
fn in_a_new_archive_the_first_body_is_the_root_unit() {
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let here = root(&temporary);
    gongkai(temporary.path(), &["init", "a"]);
    put(&temporary, "one.txt", report(2023, 1).as_bytes());
    put(&temporary, "two.txt", report(2024, 2).as_bytes());
    put(&temporary, "other.txt", report(2022, 3).replace("云岭县教育局", "云岭县清溪镇人民政府").as_bytes());
    let output = gongkai(&here, &["import", "../one.txt", "../two.txt", "../other.txt"]);
    assert!(said(&output).contains("请把 content/_index.md 里的“某某单位”改成“云岭县教育局”"), "{}", said(&output));
    assert!(here.join("content/2023.md").is_file() && here.join("content/2024.md").is_file());
    assert!(!here.join("content/2022.md").exists(), "another body is asked about");
}

#[test]
fn a_report_that_is_there_is_never_touched_and_a_merge_fills_only_what_is_empty() {
    let archive = archive();
    let existing = "---\ntitle: 我写的标题\nyear: 2023\nstatistics:\n  disputes:\n    reconsideration: [7, 0, 0, 0, 7]  # 核对过\n---\n\n我写的正文。\n";
    put(&archive, "a/content/education/2023.md", existing.as_bytes());
    put(&archive, "in/2023.txt", report(2023, 4).as_bytes());
    let kept = gongkai(&root(&archive), &["import", "../in/2023.txt"]);
    assert_eq!(kept.status.code(), Some(1), "{}", said(&kept));
    assert!(said(&kept).contains("已经有了，没有改动") && said(&kept).contains("--merge"), "{}", said(&kept));
    assert!(said(&kept).contains("不一致: title：已有的是 我写的标题"), "{}", said(&kept));
    assert!(said(&kept).contains("不一致: disputes.reconsideration.upheld：已有的是 7，../in/2023.txt 第"), "{}", said(&kept));
    assert_eq!(text(&archive, "content/education/2023.md"), existing);
    let merged = gongkai(&root(&archive), &["import", "../in/2023.txt", "--merge"]);
    assert_eq!(merged.status.code(), Some(0), "{}", said(&merged));
    let now = text(&archive, "content/education/2023.md");
    for line in existing.lines() {
        assert!(now.contains(line), "lost: {line}\n{now}");
    }
    assert!(now.contains("requests:") && said(&merged).contains("已补入 content/education/2023.md"), "{}", said(&merged));
    let again = gongkai(&root(&archive), &["import", "../in/2023.txt", "--merge"]);
    assert!(said(&again).contains("没有可补的空缺"), "{}", said(&again));
    assert_eq!(text(&archive, "content/education/2023.md"), now);
}

#[test]
fn the_same_report_twice_in_one_call_is_noticed_cell_by_cell() {
    let archive = archive();
    let one = report(2023, 4);
    put(&archive, "in/a.txt", one.as_bytes());
    put(&archive, "in/b.txt", one.as_bytes());
    let same = gongkai(&root(&archive), &["import", "../in/a.txt", "../in/b.txt", "../in/a.txt"]);
    assert_eq!(same.status.code(), Some(0), "{}", said(&same));
    assert!(said(&same).contains("../in/b.txt：县教育局 2023年，与 ../in/a.txt 是同一份报告"), "{}", said(&same));
    assert!(said(&same).contains("共 2 个文件"), "{}", said(&same));
    fs::remove_file(root(&archive).join("content/education/2023.md")).expect("it was made");
    put(&archive, "in/b.txt", report(2023, 5).as_bytes());
    let differs = gongkai(&root(&archive), &["import", "../in"]);
    assert_eq!(differs.status.code(), Some(1), "{}", said(&differs));
    assert!(said(&differs).contains("不一致: disputes.") && said(&differs).contains("同一年的报告，数字不同"), "{}", said(&differs));
}

#[test]
fn published_figures_that_contradict_each_other_make_a_draft() {
    let archive = archive();
    let text_of = report(2020, 3);
    let line = text_of.lines().find(|line| line.contains("重复申请")).expect("the row is there").to_string();
    let wrong = format!("{}\t9", line.rsplit_once('\t').expect("it has cells").0);
    put(&archive, "in/a.txt", text_of.replace(&line, &wrong).as_bytes());
    let done = gongkai(&root(&archive), &["import", "../in/a.txt"]);
    assert_eq!(done.status.code(), Some(1), "{}", said(&done));
    assert!(said(&done).contains("先存为草稿"), "{}", said(&done));
    let written = text(&archive, "content/education/2020.md");
    assert!(written.contains("\ndraft: true\n") && written.contains("#   - {code: G10"), "{written}");
    assert!(written.contains("0, 0, 9]") || written.contains(", 9]"), "the figure stays as published: {written}");
    assert_eq!(gongkai(&root(&archive), &["build"]).status.code(), Some(0));
    assert_eq!(gongkai(&root(&archive), &["check"]).status.code(), Some(1));
}

#[test]
fn what_cannot_be_imported_says_why_and_the_rest_goes_on() {
    let archive = archive();
    let ole = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    for name in ["a.doc", "b.wps", "c.xls"] {
        put(&archive, &format!("in/{name}"), &ole);
    }
    put(&archive, "in/d.ofd", b"PK\x03\x04rest");
    put(&archive, "in/e.txt", "今天天气很好。".as_bytes());
    put(&archive, "in/f.txt", report(2020, 3).as_bytes());
    let done = gongkai(&root(&archive), &["import", "../in"]);
    assert_eq!(done.status.code(), Some(1));
    let said = said(&done);
    assert!(said.contains("a.doc：没有导入") && said.contains("另存为") && said.contains(".docx"), "{said}");
    assert!(said.contains("c.xls：没有导入") && said.contains(".xlsx"), "{said}");
    assert!(said.contains("d.ofd：没有导入") && said.contains("OFD"), "{said}");
    assert!(said.contains("e.txt：没有导入：这份文件不像"), "{said}");
    assert!(root(&archive).join("content/education/2020.md").is_file(), "{said}");
}

#[test]
fn a_file_that_is_not_there_stops_the_command_before_anything_is_written() {
    let archive = archive();
    put(&archive, "in/f.txt", report(2020, 3).as_bytes());
    let before = files(&archive);
    let failed = gongkai(&root(&archive), &["import", "../in/f.txt", "../in/none.txt"]);
    assert_eq!(failed.status.code(), Some(2));
    assert_eq!(files(&archive), before);
}

#[test]
fn json_is_the_only_thing_on_standard_output_and_the_review_page_holds_every_report() {
    let archive = archive();
    put(&archive, "in/2020.txt", report(2020, 3).as_bytes());
    put(&archive, "in/2023.txt", report(2023, 4).replace("0000-8061234", "").as_bytes());
    let done = gongkai(&root(&archive), &["import", "../in", "--format", "json", "--review", "review.html"]);
    assert_eq!(done.status.code(), Some(0), "{}", said(&done));
    assert_eq!(said(&done), "");
    let json: serde_json::Value = serde_json::from_slice(&done.stdout).expect("it is JSON");
    assert_eq!(json["imports"][0]["path"], "content/education/2020.md");
    assert_eq!(json["imports"][0]["fate"], "made");
    assert_eq!(json["imports"][1]["year"], 2023);
    assert!(json["imports"][1]["report"]["tables"]["requests"]["cells"]["received.total"]["value"].is_string());
    let page = text(&archive, "review.html");
    assert!(page.contains("id=\"r2\"") && page.contains("2020.txt") && !page.contains("<script"), "{page}");
}

#[test]
fn the_unit_and_the_year_can_be_said_where_the_file_does_not() {
    let archive = archive();
    let bare: String = report(2020, 3)
        .lines()
        .filter(|line| !line.contains("2020年") && !line.contains("2021年") && *line != "云岭县教育局")
        .map(|line| format!("{line}\n"))
        .collect();
    put(&archive, "in/a.txt", bare.as_bytes());
    let no_year = gongkai(&root(&archive), &["import", "../in/a.txt", "--unit", "education"]);
    assert!(said(&no_year).contains("没有找到报告的年份。加上 --year"), "{}", said(&no_year));
    let done = gongkai(&root(&archive), &["import", "../in/a.txt", "--unit", "content/education/", "--year", "2020"]);
    assert_eq!(done.status.code(), Some(0), "{}", said(&done));
    assert!(root(&archive).join("content/education/2020.md").is_file());
    assert_eq!(gongkai(&root(&archive), &["build"]).status.code(), Some(0));
}

#[cfg(feature = "import")]
mod files_beside {
    use super::super::import_office::zipped;
    use super::super::import_shapes::{WordHtml, portal};
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n rest";

    fn page(year: u16, within: &str) -> String {
        let mut shape = WordHtml::default();
        compose(&mut shape, year, &tables(year, 8));
        portal(
            &shape
                .0
                .replace("<p class=MsoNormal style='text-indent:32.0pt'><span style='font-size:16.0pt'>五、", &format!("{within}<p>五、")),
            year,
        )
    }

    #[test]
    fn pictures_and_attachments_of_a_saved_page_are_copied_and_nothing_else_is_read() {
        let archive = archive();
        let within = "<p><img src='./a_files/tu%201.png' alt='受理流程'></p><p><img src='../secret.png'></p><p><img src='http://www.example.org/b.png'></p>\
                      <p><img src='a_files/no.png'></p><p><a href='a_files/附件1.docx'>附件1</a><a href='/etc/hosts.csv'>b</a></p>";
        put(&archive, "in/a.html", page(2023, within).replace("charset='gbk'", "charset='utf-8'").as_bytes());
        put(&archive, "in/a_files/tu 1.png", PNG);
        put(&archive, "in/a_files/附件1.docx", b"PK\x03\x04attached");
        put(&archive, "secret.png", PNG);
        let done = gongkai(&root(&archive), &["import", "../in"]);
        assert_eq!(done.status.code(), Some(0), "{}", said(&done));
        let written = files(&archive);
        assert_eq!(
            written.iter().filter(|path| path.contains("/2023/")).collect::<Vec<_>>(),
            ["content/education/2023/index.md", "content/education/2023/tu-1.png", "content/education/2023/附件1.docx"]
        );
        let text = text(&archive, "content/education/2023/index.md");
        assert!(text.contains("![受理流程](tu-1.png)") && !text.contains("secret.png)") && !text.contains("b.png)"), "{text}");
        assert!(text.contains("# 1. ") && text.contains("图片“secret.png”没有随文件一起提供"), "{text}");
        assert_eq!(gongkai(&root(&archive), &["build"]).status.code(), Some(0));
    }

    #[test]
    fn a_word_file_stands_beside_its_report_unless_it_says_more_than_it_shows() {
        let archive = archive();
        let document = |inner: &str| {
            let xml = format!(
                "<w:document xmlns:w=\"w\"><w:body><w:p><w:r><w:t>云岭县教育局2022年政府信息公开工作年度报告</w:t></w:r></w:p><w:p><w:r><w:t>一、总体情况</w:t></w:r></w:p>{inner}</w:body></w:document>"
            );
            zipped(&[("word/document.xml", xml.as_bytes())])
        };
        put(&archive, "in/年报 2022.docx", &document("<w:p><w:r><w:t>全年公开信息。</w:t></w:r></w:p>"));
        let done = gongkai(&root(&archive), &["import", "../in/年报 2022.docx"]);
        assert_eq!(done.status.code(), Some(0), "{}", said(&done));
        assert!(root(&archive).join("content/education/2022/年报-2022.docx").is_file(), "{}", said(&done));
        assert_eq!(gongkai(&root(&archive), &["build"]).status.code(), Some(0));
        fs::remove_dir_all(root(&archive).join("content/education/2022")).expect("it was made");
        put(&archive, "in/年报 2022.docx", &document("<w:p><w:ins><w:r><w:t>修订</w:t></w:r></w:ins></w:p>"));
        let done = gongkai(&root(&archive), &["import", "../in/年报 2022.docx"]);
        assert!(said(&done).contains("原文件没有放在旁边：里面有修订痕迹"), "{}", said(&done));
        assert!(root(&archive).join("content/education/2022.md").is_file(), "{}", said(&done));
    }
}

#[test]
fn a_report_in_pipes_gives_the_same_file_each_time() {
    let archive = archive();
    let mut shape = Pipes::default();
    compose(&mut shape, 2020, &tables(2020, 2));
    put(&archive, "in/a.md", shape.0.as_bytes());
    gongkai(&root(&archive), &["import", "../in/a.md"]);
    let first = text(&archive, "content/education/2020.md");
    fs::remove_file(root(&archive).join("content/education/2020.md")).expect("it was made");
    gongkai(&root(&archive), &["import", "../in/a.md"]);
    assert_eq!(text(&archive, "content/education/2020.md"), first);
}
