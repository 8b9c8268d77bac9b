//! A build that finds the record of another beside the archive leaves the same folder as one that finds none, byte for
//! byte, whatever was edited, and whatever happened to the record.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use gongkai::cache::Fingerprint;
use gongkai::output::Written;
use gongkai::pipeline::{Built, Options, build};

use crate::support::Dice;
use crate::warm::{Texts, archive, edit};

/// An archive on a disk, and the folder it is built into.
struct Place {
    temporary: tempfile::TempDir,
    texts: Texts,
}

impl Place {
    fn new(texts: Texts) -> Place {
        let place = Place { temporary: tempfile::tempdir().expect("a temporary folder"), texts: Texts::new() };
        place.to(texts)
    }

    /// Writes what differs, and removes what is gone.
    fn to(mut self, texts: Texts) -> Place {
        for gone in self.texts.keys().filter(|name| !texts.contains_key(*name)) {
            fs::remove_file(self.root().join(gone)).expect("it can be removed");
        }
        for (name, text) in texts.iter().filter(|(name, text)| self.texts.get(*name) != Some(text)) {
            let path = self.root().join(name);
            fs::create_dir_all(path.parent().expect("it is below the root")).expect("it can be made");
            fs::write(path, text).expect("it can be written");
        }
        self.texts = texts;
        self
    }

    /// When its files are old enough to stay unread if they look as they did.
    fn settled(self) -> Place {
        std::thread::sleep(Duration::from_millis(2100));
        self
    }

    fn root(&self) -> PathBuf {
        self.temporary.path().join("archive")
    }

    fn out(&self) -> PathBuf {
        self.temporary.path().join("out")
    }

    fn record(&self) -> PathBuf {
        self.root().join(".gongkai/build")
    }

    fn answers(&self) -> PathBuf {
        self.root().join(".gongkai/answers")
    }

    fn build(&self) -> Built {
        build(&self.root(), Some(&self.out()), &Options::default()).expect("the disk works")
    }

    fn written(&self) -> Written {
        self.build().written.expect("the archive has no errors").1
    }

    /// What a first build of the same archive makes, and what it finds.
    fn cold(&self) -> (Option<BTreeMap<String, Vec<u8>>>, String) {
        let elsewhere = tempfile::tempdir().expect("a temporary folder");
        let _ = fs::remove_dir_all(elsewhere.path().join("archive"));
        let place = Place { temporary: elsewhere, texts: Texts::new() }.to(self.texts.clone());
        let built = place.build();
        (built.written.is_some().then(|| tree(&place.out())), format!("{:?}", built.findings))
    }

    /// Built again, with one more paragraph.
    fn longer(self, paragraph: &str) -> Place {
        let mut texts = self.texts.clone();
        texts.get_mut("content/a/2021.md").expect("there").push_str(&format!("\n{paragraph}。\n"));
        let place = self.to(texts);
        assert!(place.written().changed > 0, "{paragraph}");
        place.equals_a_cold_build(paragraph);
        place
    }

    fn equals_a_cold_build(&self, why: &str) {
        let (cold, _) = self.cold();
        assert_same(&tree(&self.out()), &cold.expect("the archive has no errors"), why);
    }
}

fn assert_same(warm: &BTreeMap<String, Vec<u8>>, cold: &BTreeMap<String, Vec<u8>>, why: &str) {
    assert_eq!(warm.keys().collect::<Vec<_>>(), cold.keys().collect::<Vec<_>>(), "{why}");
    for (path, bytes) in cold {
        assert!(warm[path] == *bytes, "{path} differs: {why}");
    }
}

/// A record with another body, and the sum of that. Before the body stand the format and its length.
fn resealed(record: &[u8], spoil: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut bytes = record[..record.len() - 16].to_vec();
    spoil(&mut bytes);
    let sum = Fingerprint::of(&bytes[24..]).to_bytes();
    [bytes, sum.to_vec()].concat()
}

/// Every file below a folder.
fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(&directory).expect("it can be read").flatten() {
            match entry.path().is_dir() {
                true => open.push(entry.path()),
                false => {
                    let name = entry.path().strip_prefix(folder).expect("it is below").to_string_lossy().into_owned();
                    files.insert(name, fs::read(entry.path()).expect("it can be read"));
                }
            }
        }
    }
    files
}

fn modified(path: &Path) -> SystemTime {
    fs::metadata(path).and_then(|it| it.modified()).expect("it is there")
}

fn set_modified(path: &Path, time: SystemTime) {
    fs::File::options().write(true).open(path).and_then(|file| file.set_modified(time)).expect("it is there");
}

const HOUR: Duration = Duration::from_secs(3600);

#[test]
fn nothing_changed_nothing_is_written() {
    let place = Place::new(archive());
    let first = place.written();
    assert_eq!(first.changed, first.files);
    let before = modified(&place.out().join("manifest.json"));
    let found = format!("{:?}", place.build().findings);
    for _ in 0..2 {
        assert_eq!(place.written(), Written { files: first.files, changed: 0, removed: 0 });
        assert_eq!(format!("{:?}", place.build().findings), found, "what was found is told again");
    }
    assert_eq!(modified(&place.out().join("manifest.json")), before);
    assert_eq!(fs::read_to_string(place.root().join(".gongkai/.gitignore")).expect("it is there"), "*\n");
}

#[test]
fn one_figure_changes_its_own_files() {
    let place = Place::new(archive());
    let all = place.written().files;
    let mut texts = place.texts.clone();
    let report = texts.get_mut("content/a/2020.md").expect("there");
    *report = report.replacen("disputes: 0", "disputes: {reconsideration: [1, 0, 0, 0]}", 1);
    let place = place.to(texts);
    let changed = place.written().changed;
    assert!((4..all / 2).contains(&changed), "{changed} of {all}");
    place.equals_a_cold_build("one figure");
}

#[test]
fn what_others_did_to_the_output_is_put_right() {
    let place = Place::new(archive());
    place.written();
    let page = place.out().join("a/2020/index.html");
    let html = fs::read(&page).expect("it is there");
    // As long as before, and as old.
    let (time, mut other) = (modified(&page), html.clone());
    other[20] ^= 1;
    fs::write(&page, &other).expect("it can be written");
    set_modified(&page, time);
    assert_eq!(place.written().changed, 1);
    place.equals_a_cold_build("a page edited");
    fs::remove_file(&page).expect("it is there");
    fs::write(place.out().join("data/figures.csv"), "").expect("it can be written");
    assert_eq!(place.written().changed, 2);
    place.equals_a_cold_build("a page deleted and a file emptied");
    fs::remove_dir_all(place.out()).expect("it is there");
    place.written();
    place.equals_a_cold_build("the whole folder deleted");
    fs::remove_file(place.out().join("manifest.json")).expect("it is there");
    let refused = build(&place.root(), Some(&place.out()), &Options::default());
    assert!(refused.is_err(), "without its manifest the folder is not known to be ours");
}

#[test]
fn a_record_that_is_not_whole_or_not_ours_is_no_record() {
    let place = Place::new(archive());
    place.written();
    let whole = fs::read(place.record()).expect("it was written");
    let spoilt: Vec<(&str, Vec<u8>)> = vec![
        ("empty", vec![]),
        ("cut off", whole[..whole.len() / 2].to_vec()),
        ("one byte short", whole[..whole.len() - 1].to_vec()),
        ("longer", [whole.as_slice(), b"x"].concat()),
        ("of an older format", [b"gongkai build 0\n", &whole[16..]].concat()),
        ("with one bit wrong", {
            let mut bytes = whole.clone();
            bytes[whole.len() / 3] ^= 4;
            bytes
        }),
        ("a text", b"---\ntitle: x\n".to_vec()),
    ];
    for (why, bytes) in spoilt {
        fs::write(place.record(), &bytes).expect("it can be written");
        fs::write(place.answers(), &bytes).expect("it can be written");
        fs::write(place.out().join("a/index.html"), "somebody's").expect("it can be written");
        assert_eq!(place.written().changed, 1, "{why}");
        place.equals_a_cold_build(why);
    }
    // That of another archive, and of the same into another folder.
    let other = Place::new(archive());
    other.written();
    fs::copy(other.record(), place.record()).expect("it can be copied");
    fs::copy(other.answers(), place.answers()).expect("it can be copied");
    let mut texts = place.texts.clone();
    texts.insert("content/guide.md".into(), "---\ntitle: 指南\n---\n改了。\n".into());
    let place = place.to(texts);
    place.written();
    place.equals_a_cold_build("the record of another archive");
    fs::remove_dir_all(place.root().join(".gongkai")).expect("it is there");
    assert_eq!(place.written().changed, 0, "anybody may delete the record");
    let found = format!("{:?}", place.build().findings);
    fs::remove_file(place.record()).expect("it is there");
    assert_eq!(format!("{:?}", place.build().findings), found, "the checks answer as they did");
}

#[test]
fn texts_that_nobody_asks_for_stay_unread_and_none_is_taken_for_another() {
    let place = Place::new(archive()).settled();
    place.written();
    let other = "content/a/2020.md";
    // The record knows another text of the year before, which looks the same and is asked for by the checks.
    let known = |text: &str| postcard::to_stdvec(&Fingerprint::of(text.as_bytes())).expect("it is a number");
    let (own, wrong) = (known(&place.texts[other]), (0..).map(|n| known(&n.to_string())));
    let wrong = wrong.into_iter().find(|wrong| wrong.len() == own.len()).expect("most are as long");
    let record = fs::read(place.record()).expect("it was written");
    let at = record.windows(own.len()).position(|some| some == own).expect("it is in the record");
    let spoilt = resealed(&record, |bytes| bytes[at..at + own.len()].copy_from_slice(&wrong));
    fs::write(place.record(), spoilt).expect("it can be written");
    let place = place.longer("那一年的记录不对");
    // Now it knows the right one.
    place.longer("记录都对");
}

#[test]
fn answers_grow_by_what_is_new_and_lose_what_is_cut_off() {
    let place = Place::new(archive());
    place.written();
    let answers = |place: &Place| fs::read(place.answers()).expect("it was written");
    let first = answers(&place);
    let mut place = place.longer("一段");
    let second = answers(&place);
    assert!(second.starts_with(&first) && second.len() > first.len());
    let cut = &second[..second.len() - 3];
    fs::write(place.answers(), cut).expect("it can be written");
    place = place.longer("二段");
    let third = answers(&place);
    assert!(third.starts_with(&first) && !third.starts_with(cut), "what was cut off is written over");
    for n in 3..24 {
        place = place.longer(&format!("第{n}段"));
    }
    let last = answers(&place).len();
    assert!(last < first.len() * 2, "what is not asked for any more goes in the end: {} to {last}", first.len());
}

#[test]
fn options_that_change_the_site_are_not_overlooked() {
    let place = Place::new(archive());
    place.written();
    let options = Options { base_url: Some("https://other.example.org/".into()), ..Options::default() };
    build(&place.root(), Some(&place.out()), &options).expect("the disk works");
    assert!(fs::read_to_string(place.out().join("sitemap.xml")).expect("it is there").contains("https://other.example.org/"));
    place.written();
    place.equals_a_cold_build("back to the address of site.yaml");
}

#[test]
fn clocks_may_go_backwards_and_files_may_look_alike() {
    let place = Place::new(archive());
    let report = place.root().join("content/a/2020.md");
    let long_ago = SystemTime::now() - 1000 * HOUR;
    // Old enough that nobody reads it again for its age alone.
    place.texts.keys().for_each(|name| set_modified(&place.root().join(name), long_ago));
    place.written();
    let mut dice = Dice::new(7);
    for step in 0..6 {
        let figure = 10 + step;
        let text = format!("{}第{figure}版。\n", place.texts["content/a/2020.md"]);
        fs::write(&report, &text).expect("it can be written");
        // To the same time as before, earlier, or to come.
        let time = [long_ago, long_ago - HOUR * (1 + dice.below(9) as u32), SystemTime::now() + 24 * HOUR][step % 3];
        set_modified(&report, time);
        place.written();
        let page = fs::read_to_string(place.out().join("a/2020/index.html")).expect("it is there");
        assert!(page.contains(&format!("第{figure}版")), "step {step}");
    }
}

#[test]
fn a_build_with_a_record_equals_a_cold_one_after_any_edits() {
    for seed in 1..3 {
        after_edits(seed, 14);
    }
}

#[test]
#[ignore = "takes minutes: cargo test --release -- --ignored soak"]
fn soak_a_build_with_a_record_equals_a_cold_one_after_thousands_of_edits() {
    for seed in 100..120 {
        after_edits(seed, 100);
    }
}

fn after_edits(seed: u64, steps: usize) {
    let mut dice = Dice::new(seed);
    let mut place = Place::new(archive()).settled();
    let mut log: Vec<String> = vec![];
    for _ in 0..steps {
        let built = place.build();
        let (cold, found) = place.cold();
        let last = log.iter().rev().take(3).cloned().collect::<Vec<_>>().join(" ← ");
        assert_eq!(format!("{:?}", built.findings), found, "findings differ after {last} (seed {seed})");
        assert_eq!(built.written.is_some(), cold.is_some(), "after {last} (seed {seed})");
        if let Some(cold) = cold {
            assert_same(&tree(&place.out()), &cold, &format!("after {last} (seed {seed})"));
        }
        let mut texts = if dice.below(4) == 0 { archive() } else { place.texts.clone() };
        log.push(edit(&mut texts, &mut dice));
        place = place.to(texts);
    }
}
