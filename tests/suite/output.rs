//! The output folder changes from one whole site to the next, and holds nothing back of what others put there.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use gongkai::names::UrlPath;
use gongkai::output::{File, Folder, MANIFEST, Sink, Written};

/// Builds a site of these files into a folder.
fn build(out: &Path, files: &[(&str, &str)]) -> Written {
    let folder = open(out);
    for (path, text) in files {
        folder.put(File::new(UrlPath::new(path), text.as_bytes())).expect("the folder can be written");
    }
    folder.commit().expect("the folder can be written").0
}

fn open(out: &Path) -> Folder {
    Folder::open(out).expect("the folder is ours")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).expect("it is there")
}

/// Makes a file look old, so that any rewriting shows.
fn age(path: &Path) -> SystemTime {
    let old = SystemTime::now() - Duration::from_secs(86_400);
    fs::File::options().write(true).open(path).and_then(|file| file.set_modified(old)).expect("it is there");
    fs::metadata(path).and_then(|it| it.modified()).expect("it is there")
}

#[test]
fn files_that_did_not_change_are_not_touched() {
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let out = temporary.path().join("public");
    build(&out, &[("a/", "one"), ("b/", "two")]);
    let before = [age(&out.join("a/index.html")), age(&out.join(MANIFEST))];
    assert_eq!(build(&out, &[("a/", "one"), ("b/", "two")]), Written { files: 2, changed: 0, removed: 0 });
    let after = ["a/index.html", MANIFEST].map(|file| fs::metadata(out.join(file)).and_then(|it| it.modified()).expect("it is there"));
    assert_eq!(before, after);
    assert_eq!(build(&out, &[("a/", "one"), ("b/", "2")]), Written { files: 2, changed: 1, removed: 0 });
    assert_eq!(read(&out.join("b/index.html")), "2");
}

#[test]
fn what_the_last_build_made_goes_and_what_others_put_there_stays() {
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let out = temporary.path().join("public");
    build(&out, &[("", "home"), ("old/2019/", "gone soon")]);
    fs::write(out.join("portal.txt"), "the portal's own").expect("it can be written");
    assert_eq!(build(&out, &[("", "home")]).removed, 1);
    assert!(!out.join("old").exists(), "folders left empty go too");
    assert_eq!(read(&out.join("portal.txt")), "the portal's own");
}

#[test]
fn a_build_that_is_given_up_leaves_the_site_as_it_was() {
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let out = temporary.path().join("public");
    build(&out, &[("", "good")]);
    let folder = open(&out);
    folder.put(File::new(UrlPath::new(""), b"half")).expect("staged");
    drop(folder);
    assert_eq!(read(&out.join("index.html")), "good");
    assert_eq!(fs::read_dir(temporary.path()).expect("it is there").count(), 1, "no staging folder is left");
}

#[test]
fn a_folder_of_somebody_elses_is_refused_and_so_is_a_file_in_the_way() {
    let temporary = tempfile::tempdir().expect("a temporary folder");
    fs::write(temporary.path().join("thesis.docx"), "").expect("it can be written");
    assert!(Folder::open(temporary.path()).is_err());
    let out = temporary.path().join("public");
    build(&out, &[("", "home")]);
    fs::write(out.join("notice.html"), "the portal's own").expect("it can be written");
    let refused = open(&out).put(File::new(UrlPath::new("notice.html"), b"ours"));
    assert!(refused.is_err_and(|error| error.to_string().contains("notice.html")));
    assert_eq!(read(&out.join("notice.html")), "the portal's own");
}

#[test]
fn a_commit_that_was_killed_is_finished_by_the_next_build() {
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let out = temporary.path().join("public");
    build(&out, &[("", "one")]);
    // As a killed process leaves it: a new file in place, its name in the journal, the manifest still the old one.
    let staging = temporary.path().join(".public.gongkai-999999999");
    fs::create_dir(&staging).expect("it can be made");
    fs::write(staging.join(".gongkai-commit"), "[\"new/index.html\"]").expect("it can be written");
    fs::create_dir(out.join("new")).expect("it can be made");
    fs::write(out.join("new/index.html"), "in place").expect("it can be written");
    build(&out, &[("", "one"), ("new/", "in place, again")]);
    assert_eq!(read(&out.join("new/index.html")), "in place, again");
    assert!(!staging.exists());
}

#[test]
fn a_manifest_that_was_tampered_with_reaches_nothing_outside() {
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let out = temporary.path().join("public");
    fs::write(temporary.path().join("precious"), "").expect("it can be written");
    build(&out, &[("", "home")]);
    let entry = "{\"generator\": \"gongkai\", \"files\": [{\"path\": \"../precious\", \"size\": 0, \"sha256\": \"\"}]}";
    fs::write(out.join(MANIFEST), entry).expect("it can be written");
    fs::remove_file(out.join("index.html")).expect("it is there");
    assert_eq!(build(&out, &[("", "home")]).removed, 0);
    assert!(temporary.path().join("precious").exists());
}

#[test]
fn the_manifest_lists_every_file_with_its_size_and_hash() {
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let out = temporary.path().join("public");
    build(&out, &[("b.txt", "abc"), ("a/", "")]);
    let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    let expected = format!(
        "{{\"generator\": \"gongkai\", \"files\": [\n{{\"path\":\"a/index.html\",\"size\":0,\"sha256\":\"{empty}\"}},\n\
         {{\"path\":\"b.txt\",\"size\":3,\"sha256\":\"{abc}\"}}\n]}}\n"
    );
    assert_eq!(read(&out.join(MANIFEST)), expected);
}
