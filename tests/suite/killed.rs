//! The program ended in the middle of its work: the archive is never harmed, and the site is whole, or is again after
//! the next build.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use crate::preview::{gongkai, on_disk, write};
use crate::serve::{archive, report};
use crate::support::Dice;

#[test]
fn a_preview_that_is_killed_harms_nothing() {
    kill_previews(5);
}

#[test]
#[ignore = "takes a minute: cargo test --release -- --ignored soak"]
fn soak_a_preview_that_is_killed_a_hundred_times_harms_nothing() {
    kill_previews(100);
}

/// Starts a preview, ends it at some moment of its first builds, and compares everything on disk.
fn kill_previews(times: u64) {
    let (_temporary, root) = on_disk(&archive());
    let mut dice = Dice::new(7);
    for time in 0..times {
        write(&root.join("content/富源/2020.md"), &report(2020, time));
        let before = tree(root.parent().expect("it lies in a folder"));
        let mut program = gongkai(&root, &["serve", "--port", "0"]).spawn().expect("the program starts");
        std::thread::sleep(Duration::from_millis(dice.below(120)));
        if time % 2 == 0 {
            write(&root.join("content/富源/2020.md"), &report(2020, time));
            std::thread::sleep(Duration::from_millis(dice.below(40)));
        }
        program.kill().expect("it can be ended");
        program.wait().expect("it ends");
        let after = tree(root.parent().expect("it lies in a folder"));
        assert_eq!(after.keys().collect::<Vec<_>>(), before.keys().collect::<Vec<_>>(), "no file more or less");
        for (path, now) in &after {
            let is_ours = time % 2 == 0 && path.ends_with("富源/2020.md");
            assert!(now.bytes == before[path].bytes && (is_ours || now.modified == before[path].modified), "{}", path.display());
        }
    }
}

#[test]
fn a_build_that_is_killed_leaves_a_whole_site_or_one_that_the_next_build_mends() {
    kill_builds(6);
}

#[test]
#[ignore = "takes a minute: cargo test --release -- --ignored soak"]
fn soak_a_build_that_is_killed_a_hundred_times_leaves_a_site_that_can_be_mended() {
    kill_builds(100);
}

/// Builds from one state of an archive to the other and back, each build ended at some moment.
fn kill_builds(times: u64) {
    let texts = large_archive();
    let (temporary, root) = on_disk(&texts);
    let (out, mut dice) = (temporary.path().join("site"), Dice::new(11));
    let sites = [0, 1].map(|state| {
        change(&root, state);
        let fresh = temporary.path().join(format!("fresh{state}"));
        build(&root, &fresh);
        contents(&fresh)
    });
    let start = Instant::now();
    build(&root, &out);
    let whole = start.elapsed();
    fs::write(out.join("portal.html"), "not ours").expect("it can be written");
    let beside = names(temporary.path());
    let mut interrupted = 0;
    for time in 0..times {
        let state = (time % 2) as usize;
        change(&root, state);
        let mut program = gongkai(&root, &["build", "--out", &out.display().to_string()]).spawn().expect("the program starts");
        std::thread::sleep(whole.mul_f64(dice.below(1000) as f64 / 800.0));
        program.kill().expect("it can be ended");
        program.wait().expect("it ends");
        let left = without_foreign(contents(&out));
        for (path, bytes) in &left {
            let whole = sites.iter().any(|site| site.get(path) == Some(bytes));
            assert!(whole || path == Path::new("manifest.json"), "{} is of no build", path.display());
        }
        interrupted += u64::from(left != sites[state] && left != sites[1 - state]);
        build(&root, &out);
        let mended = contents(&out);
        assert_eq!(mended.get(Path::new("portal.html")).map(Vec::as_slice), Some(&b"not ours"[..]), "what others put there stays");
        assert!(without_foreign(mended) == sites[state], "the next build mends it");
        assert_eq!(names(temporary.path()), beside, "nothing is left over");
    }
    println!("{times} builds ended, {interrupted} of them while files were put in place");
}

/// Enough pages that a build takes a while.
fn large_archive() -> BTreeMap<String, String> {
    let mut texts = archive();
    for unit in 0..12 {
        texts.insert(format!("content/u{unit}/_index.md"), format!("---\ntitle: 单位{unit}\nlevel: subdistrict\n---\n"));
        for year in 2019..2024 {
            texts.insert(format!("content/u{unit}/{year}.md"), report(year, unit));
        }
    }
    texts
}

/// The archive in one of two states, in which most pages differ.
fn change(root: &Path, state: usize) {
    write(&root.join("site.yaml"), &format!("title: 年报{state}\n"));
    let (here, gone) = [("2024.md", "2025.md"), ("2025.md", "2024.md")][state];
    let _ = fs::remove_file(root.join("content/u1").join(gone));
    write(&root.join("content/u1").join(here), &report(here[..4].parse().expect("a year"), 5));
}

fn build(root: &Path, out: &Path) {
    let status = gongkai(root, &["build", "--out", &out.display().to_string()]).status().expect("the program starts");
    assert!(status.success(), "the build of {} succeeds", out.display());
}

fn without_foreign(mut files: BTreeMap<PathBuf, Vec<u8>>) -> BTreeMap<PathBuf, Vec<u8>> {
    files.remove(Path::new("portal.html"));
    files
}

struct OnDisk {
    bytes: Vec<u8>,
    modified: SystemTime,
}

/// Every file below a directory, by its path below it.
fn tree(top: &Path) -> BTreeMap<PathBuf, OnDisk> {
    let mut files = BTreeMap::new();
    let mut open = vec![top.to_path_buf()];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(&directory).expect("it can be read").flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let modified = entry.metadata().and_then(|metadata| metadata.modified()).expect("there is a time");
            let below = path.strip_prefix(top).expect("it is below").to_path_buf();
            files.insert(below, OnDisk { bytes: fs::read(&path).expect("it can be read"), modified });
        }
    }
    files
}

fn contents(top: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    tree(top).into_iter().map(|(path, file)| (path, file.bytes)).collect()
}

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).expect("it can be read").flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}
