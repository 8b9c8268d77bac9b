//! The program as its people run it: arguments, messages, exit status.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn gongkai(directory: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gongkai"));
    command.args(arguments).current_dir(directory).env("LC_ALL", "zh_CN.UTF-8").env("NO_COLOR", "1");
    command.output().expect("the program was built")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A new archive in a temporary folder.
fn archive() -> tempfile::TempDir {
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let made = gongkai(temporary.path(), &["init"]);
    assert!(made.status.success(), "{}", said(&made));
    temporary
}

#[test]
fn a_new_archive_builds_and_is_never_overwritten() {
    let archive = archive();
    let built = gongkai(archive.path(), &["build"]);
    assert_eq!(built.status.code(), Some(0), "{}", said(&built));
    assert!(archive.path().join("public/index.html").is_file());
    let again = gongkai(archive.path(), &["init"]);
    assert_eq!(again.status.code(), Some(2));
    assert!(said(&again).contains("site.yaml"));
}

#[test]
fn a_new_report_has_every_row_and_what_last_year_handed_over() {
    let archive = archive();
    let last = "---\ntitle: 某某单位2023年政府信息公开工作年度报告\nstatistics:\n  requests: {carried_forward: [2, 1, 0, 0, 0, 0]}\nindicators: {微信发布信息: 222 条}\n---\n";
    fs::write(archive.path().join("content/2023.md"), last).expect("it can be written");
    let made = gongkai(archive.path(), &["new", ".", "2024"]);
    assert!(made.status.success(), "{}", said(&made));
    let text = fs::read_to_string(archive.path().join("content/2024.md")).expect("it was made");
    insta::assert_snapshot!(text);
    assert_eq!(gongkai(archive.path(), &["new", ".", "2024"]).status.code(), Some(2), "it is not overwritten");
    let built = gongkai(archive.path(), &["build"]);
    assert!(built.status.success(), "{}", said(&built));
    assert!(!archive.path().join("public/2024").exists(), "a draft is not published");
}

#[test]
fn exit_status_tells_an_archive_with_errors_from_a_failure() {
    let archive = archive();
    let wrong = "---\nyear: 2023\nstatistics: {disputes: {litigation: [1, 0, 0, 0, 3]}}\n---\n";
    fs::write(archive.path().join("content/2023.md"), wrong).expect("it can be written");
    let checked = gongkai(archive.path(), &["check"]);
    assert_eq!(checked.status.code(), Some(1));
    assert!(said(&checked).contains("content/2023.md:3:"), "{}", said(&checked));
    assert!(said(&checked).contains("G104"));
    let built = gongkai(archive.path(), &["build"]);
    assert_eq!(built.status.code(), Some(1));
    assert!(!archive.path().join("public").exists(), "nothing is written");
    assert_eq!(gongkai(Path::new("/"), &["--root", "/nowhere/at/all", "build"]).status.code(), Some(2));
    assert_eq!(gongkai(archive.path(), &["publish"]).status.code(), Some(2));
    assert_eq!(gongkai(archive.path(), &["build", "--out", "content/site"]).status.code(), Some(1), "errors come first");
}

#[test]
fn json_and_sarif_are_the_only_thing_on_standard_output() {
    let archive = archive();
    let wrong = "---\nyear: 2023\nstatistics: {disputes: {litigation: [1, 0, 0, 0, 3]}}\n---\n";
    fs::write(archive.path().join("content/2023.md"), wrong).expect("it can be written");
    let json = gongkai(archive.path(), &["check", "--format", "json"]);
    let document: serde_json::Value = serde_json::from_slice(&json.stdout).expect("JSON and nothing else");
    let found = document["diagnostics"].as_array().expect("a list");
    let one = found.iter().find(|one| one["code"] == "G104").expect("the broken total");
    assert_eq!((one["file"].as_str(), one["line"].as_u64()), (Some("content/2023.md"), Some(3)));
    let sarif = gongkai(archive.path(), &["check", "--format", "sarif"]);
    let log: serde_json::Value = serde_json::from_slice(&sarif.stdout).expect("JSON and nothing else");
    assert_eq!(log["version"], "2.1.0");
}

#[test]
fn the_output_folder_may_not_lie_among_the_sources() {
    let archive = archive();
    let refused = gongkai(archive.path(), &["build", "--out", "content/site"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(!archive.path().join("content/site").exists());
}
