//! Whatever people and their programs do to the files: once it is quiet, the preview shows what a fresh build would.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use gongkai::watch::Watcher;

use crate::preview::{LONG, Previewed, preview, write};
use crate::serve::{archive, report};
use crate::support::Dice;

/// Somebody at work on an archive.
struct Author {
    root: PathBuf,
    /// Beside the archive, where folders are moved to and from.
    outside: PathBuf,
    dice: Dice,
    units: u64,
    step: u64,
}

impl Author {
    fn unit(&mut self) -> PathBuf {
        self.root.join(format!("content/u{}", self.dice.below(self.units)))
    }

    fn report(&mut self) -> PathBuf {
        let year = 2019 + self.dice.below(7);
        self.unit().join(format!("{year}.md"))
    }

    fn text(&mut self, path: &Path) -> String {
        let year = path.file_stem().and_then(|stem| stem.to_str()?.parse().ok()).unwrap_or(2020);
        report(year, self.step)
    }

    /// One operation; what it was.
    fn act(&mut self) -> &'static str {
        self.step += 1;
        let path = self.report();
        let text = self.text(&path);
        if !path.parent().is_some_and(Path::is_dir) {
            write(&path.with_file_name("_index.md"), &unit_text(self.step));
        }
        match self.dice.below(22) {
            0..3 => in_place(&path, &text),
            3 => as_vim(&path, &text),
            4 => as_emacs(&path, &text),
            5 => as_word(&path, &text),
            6 => by_rename(&path, &text),
            7 => self.in_pieces(&path, &text),
            8 => self.make_folder(&text),
            9 => self.move_out(),
            10 => self.move_in(),
            11 => self.rename(&path),
            12 => remove(&path),
            13 => touch(&path),
            14 => self.site(),
            15 => self.template(),
            16 => in_place(&path, &text.replace("year:", "yaer:")),
            17 => put_back(&path, &text),
            18 => copied_over(&path, &text),
            19 => cut_off(&path, &text),
            20 => self.attach(),
            _ => self.mend(&path, &text),
        }
    }

    fn in_pieces(&mut self, path: &Path, text: &str) -> &'static str {
        let mut file = fs::File::create(path).expect("it can be made");
        // In the middle of a character, as likely as not.
        for piece in text.as_bytes().chunks(text.len() / 3 + 1) {
            file.write_all(piece).expect("it can be written");
            std::thread::sleep(Duration::from_millis(self.dice.below(30)));
        }
        "write in pieces"
    }

    fn make_folder(&mut self, text: &str) -> &'static str {
        let folder = self.root.join(format!("content/u{}", self.dice.below(self.units + 4)));
        write(&folder.join("_index.md"), &unit_text(self.step));
        write(&folder.join("2020/index.md"), text);
        write(&folder.join("2020/扫描件.pdf"), "%PDF");
        // Two reports of one year are an error, which is what should then be shown.
        let _ = fs::remove_file(folder.join("2020.md"));
        "make a folder with files"
    }

    fn move_out(&mut self) -> &'static str {
        let unit = self.unit();
        let to = self.outside.join(self.step.to_string());
        let _ = fs::rename(unit, to);
        "move a folder out"
    }

    fn move_in(&mut self) -> &'static str {
        let Some(from) = fs::read_dir(&self.outside).expect("it is there").flatten().next() else { return "nothing to move in" };
        let to = self.unit();
        if fs::rename(from.path(), to).is_err() {
            let _ = fs::remove_dir_all(from.path());
        }
        "move a folder in"
    }

    /// Beside the reports: a file that is passed on, of some size.
    fn attach(&mut self) -> &'static str {
        let path = self.unit().join(format!("附件{}.pdf", self.dice.below(3)));
        if path.parent().is_some_and(Path::is_dir) {
            fs::write(path, "%PDF".repeat(1 + self.dice.below(9) as usize)).expect("it can be written");
        }
        "write an attachment"
    }

    fn rename(&mut self, path: &Path) -> &'static str {
        let other = self.report();
        if other.parent().is_some_and(Path::is_dir) {
            let _ = fs::rename(path, other);
        }
        "rename"
    }

    fn site(&mut self) -> &'static str {
        let path = self.root.join("site.yaml");
        let base = self.dice.pick(&["", "base_url: https://www.example.org/xxgk/\n"]);
        by_rename(&path, &format!("title: 年报{}\n{base}theme: own\n", self.dice.below(3)));
        "replace site.yaml"
    }

    fn template(&mut self) -> &'static str {
        let text = format!("<p>{}{}</p>\n", self.step, self.dice.pick(&["", "", "{{ nothing.at.all }}", "{% if"]));
        write(&self.root.join("themes/own/templates/footer.html"), &text);
        "edit a template"
    }

    /// All reports right again, so that not every state has an error.
    fn mend(&mut self, path: &Path, text: &str) -> &'static str {
        write(&self.root.join("themes/own/templates/footer.html"), "<p>页脚</p>\n");
        in_place(path, text);
        for unit in fs::read_dir(self.root.join("content")).expect("it is there").flatten() {
            mend_unit(&unit.path(), self.step);
        }
        "mend everything"
    }
}

fn mend_unit(unit: &Path, step: u64) {
    let Ok(entries) = fs::read_dir(unit) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let Some(year) = path.file_stem().and_then(|stem| stem.to_str()?.parse::<u16>().ok()) else { continue };
        let is_twice = unit.join(format!("{year}/index.md")).exists() && path.is_file();
        if is_twice {
            let _ = fs::remove_file(&path);
        } else if path.is_file()
            && fs::read_to_string(&path).is_ok_and(|text| text.contains("yaer") || !text.contains(&format!("year: {year}")))
        {
            in_place(&path, &report(year, step));
        }
    }
    let folder = unit.join("2020/index.md");
    if folder.exists() {
        in_place(&folder, &report(2020, step));
    }
}

fn unit_text(number: u64) -> String {
    format!("---\ntitle: 单位{number}\nlevel: subdistrict\ncontact: {{phone: 0000-8065938}}\n---\n")
}

fn in_place(path: &Path, text: &str) -> &'static str {
    fs::write(path, text).expect("it can be written");
    "write in place"
}

/// Swap file, test file, backup, new file, backup gone.
fn as_vim(path: &Path, text: &str) -> &'static str {
    let directory = path.parent().expect("it is in a folder");
    let name = path.file_name().and_then(|name| name.to_str()).expect("our own names are UTF-8");
    let (swap, test, backup) = (directory.join(format!(".{name}.swp")), directory.join("4913"), directory.join(format!("{name}~")));
    fs::write(&swap, "swap").and_then(|()| fs::write(&test, "")).and_then(|()| fs::remove_file(&test)).expect("droppings");
    let had_one = fs::rename(path, &backup).is_ok();
    fs::write(path, text).expect("it can be written");
    if had_one {
        fs::remove_file(&backup).expect("it was just made");
    }
    fs::remove_file(&swap).expect("it was just made");
    "save as vim does"
}

fn as_emacs(path: &Path, text: &str) -> &'static str {
    let name = path.file_name().and_then(|name| name.to_str()).expect("our own names are UTF-8");
    let draft = path.with_file_name(format!("#{name}#"));
    fs::write(&draft, text).expect("droppings");
    let _ = fs::rename(path, path.with_file_name(format!("{name}~")));
    fs::write(path, text).and_then(|()| fs::remove_file(&draft)).expect("it can be written");
    "save as emacs does"
}

/// A new file under a temporary name; the old one put aside; the new one into its place; the old one gone.
fn as_word(path: &Path, text: &str) -> &'static str {
    let (lock, new, old) = (path.with_file_name("~$lock.md"), path.with_file_name("~WRD0001.tmp"), path.with_file_name("~WRL0002.tmp"));
    fs::write(&lock, "lock").and_then(|()| fs::write(&new, text)).expect("droppings");
    let had_one = fs::rename(path, &old).is_ok();
    std::thread::sleep(Duration::from_millis(10));
    fs::rename(&new, path).and_then(|()| fs::remove_file(&lock)).expect("it can be put there");
    if had_one {
        fs::remove_file(&old).expect("it was just made");
    }
    "save as Word does"
}

fn by_rename(path: &Path, text: &str) -> &'static str {
    let temporary = path.with_extension("tmp");
    fs::write(&temporary, text).and_then(|()| fs::rename(&temporary, path)).expect("it can be put there");
    "save by renaming"
}

/// Other figures in as many bytes, and the time of the file as it was: only the system knows that it changed.
fn put_back(path: &Path, text: &str) -> &'static str {
    let before = fs::metadata(path).and_then(|metadata| metadata.modified());
    fs::write(path, text).expect("it can be written");
    if let Ok(before) = before {
        fs::File::options().append(true).open(path).and_then(|file| file.set_modified(before)).expect("its time can be set");
    }
    "write, with the time put back"
}

/// As a file manager copies: in place, with the time of the copied file.
fn copied_over(path: &Path, text: &str) -> &'static str {
    fs::write(path, text).expect("it can be written");
    let ahead = std::time::SystemTime::now() + Duration::from_secs(86_400);
    fs::File::options().append(true).open(path).and_then(|file| file.set_modified(ahead)).expect("its time can be set");
    "copy over, from a machine whose clock is ahead"
}

/// The first half, a while of nothing, and then all of it.
fn cut_off(path: &Path, text: &str) -> &'static str {
    fs::write(path, &text.as_bytes()[..text.len() / 2 + 1]).expect("it can be written");
    std::thread::sleep(Duration::from_millis(25));
    fs::write(path, text).expect("it can be written");
    "write a part, then all"
}

fn remove(path: &Path) -> &'static str {
    let _ = fs::remove_file(path);
    "remove"
}

fn touch(path: &Path) -> &'static str {
    if let Ok(file) = fs::File::options().append(true).open(path) {
        let _ = file.set_modified(std::time::SystemTime::now());
    }
    "touch"
}

fn files(units: u64) -> BTreeMap<String, String> {
    let mut files = archive();
    files.insert("site.yaml".into(), "title: 年报\ntheme: own\n".into());
    files.insert("themes/own/templates/footer.html".into(), "<p>页脚</p>\n".into());
    for unit in 0..units {
        files.insert(format!("content/u{unit}/_index.md"), unit_text(unit));
        for year in 2019..2026 {
            files.insert(format!("content/u{unit}/{year}.md"), report(year, unit));
        }
    }
    files
}

/// Waits until what is shown is what a fresh build makes; how long that took.
fn settle(it: &Previewed, log: &[&str]) -> Duration {
    let start = Instant::now();
    let mut builds = it.builds();
    loop {
        // A comparison takes longer than a build; while builds come one after the other it is too early.
        std::thread::sleep(Duration::from_millis(40));
        if std::mem::replace(&mut builds, it.builds()) != builds {
            continue;
        }
        let Some(difference) = it.difference() else { return start.elapsed() };
        let last = &log[log.len().saturating_sub(12)..];
        assert!(start.elapsed() < LONG, "an edit was lost: {difference}, after {last:?}, {:?}", it.notices.lock().unwrap());
    }
}

fn resident() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// Ten thousand, or as many as the environment says.
fn operations() -> usize {
    std::env::var("GONGKAI_SOAK_OPERATIONS").ok().and_then(|number| number.parse().ok()).unwrap_or(10_000)
}

pub fn soak(watcher: Watcher, units: u64, operations: usize, seed: u64) {
    let it = preview(&files(units), watcher);
    let outside = it.root.with_file_name("outside");
    fs::create_dir_all(&outside).expect("it can be made");
    let mut author = Author { root: it.root.clone(), outside, dice: Dice::new(seed), units, step: 1 };
    let mut log = vec![];
    let (mut slowest, mut total, mut quiet) = (Duration::ZERO, Duration::ZERO, 0);
    let mut memory = vec![];
    while log.len() < operations {
        // Mostly a few together, now and then a great many.
        let most = *author.dice.pick(&[4, 12, 40, 120]);
        for _ in 0..=author.dice.below(most) {
            log.push(author.act());
            std::thread::sleep(Duration::from_millis(author.dice.below(12)));
        }
        let took = settle(&it, &log);
        (slowest, total, quiet) = (slowest.max(took), total + took, quiet + 1);
        if log.len() / 1000 >= memory.len() {
            memory.push(resident() / 1024);
            println!("{watcher:?}: {} operations, {quiet} quiet moments, {} MB", log.len(), resident() / 1024);
        }
    }
    let notices = it.notices.lock().unwrap().clone();
    println!(
        "{watcher:?}: {} operations, {quiet} quiet moments, {} builds; settled after {:?} on average, {slowest:?} at most; memory at the start and every thousand operations, in MB {memory:?}; {notices:?}",
        log.len(),
        it.builds(),
        total / quiet.max(1),
    );
}

#[test]
fn no_edit_is_lost_whatever_program_makes_it() {
    soak(Watcher::Auto, 3, 60, 1);
    soak(Watcher::Poll, 3, 60, 2);
}

#[test]
#[ignore = "takes many minutes: cargo test --release -- --ignored soak"]
fn soak_no_edit_is_lost_by_the_native_watcher() {
    soak(Watcher::Native, 28, operations(), 3);
}

#[test]
#[ignore = "takes many minutes: cargo test --release -- --ignored soak"]
fn soak_no_edit_is_lost_by_polling() {
    soak(Watcher::Poll, 28, operations(), 4);
}

#[test]
fn an_archive_that_is_moved_away_and_back_is_watched_on() {
    let it = preview(&files(1), Watcher::Auto);
    let away = it.root.with_file_name("away");
    fs::rename(&it.root, &away).expect("it can be moved");
    it.wait("the loss to be noticed", |it| !it.running().generation().is_current);
    assert!(!it.running().generation().files.is_empty(), "the last good site is still shown");
    fs::rename(&away, &it.root).expect("it can be moved");
    it.wait("the archive to be back", |it| it.running().generation().is_current);
    in_place(&it.path("content/u0/2020.md"), &report(2020, 77));
    it.wait("an edit after that", |it| it.difference().is_none());
}

#[test]
fn an_archive_made_anew_in_its_place_is_watched_on() {
    let it = preview(&files(1), Watcher::Native);
    fs::remove_dir_all(&it.root).expect("it can be removed");
    for (path, text) in files(2) {
        write(&it.path(&path), &text);
    }
    it.wait("the new archive", |it| it.difference().is_none());
    for figure in 100..104 {
        in_place(&it.path("content/u1/2020.md"), &report(2020, figure));
        it.wait("an edit in it", |it| it.difference().is_none());
    }
}

#[test]
fn a_file_being_written_keeps_its_old_version() {
    let it = preview(&files(1), Watcher::Auto);
    let (path, before) = (it.path("content/u0/2020.md"), it.builds());
    let text = report(2020, 55);
    let mut file = fs::File::create(&path).expect("it can be made");
    for piece in text.as_bytes().chunks(text.len() / 5 + 1) {
        file.write_all(piece).expect("it can be written");
        std::thread::sleep(Duration::from_millis(60));
    }
    drop(file);
    it.wait("the whole file", |it| it.difference().is_none());
    assert!(it.running().generation().is_current);
    assert_eq!(it.builds(), before + 1, "no build saw a part of it");
}

#[test]
fn reading_the_archive_is_no_change_of_it() {
    let it = preview(&files(1), Watcher::Native);
    let before = it.builds();
    for _ in 0..20 {
        assert!(it.difference().is_none());
        touch(&it.path("content/u0/2020.md"));
    }
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(it.builds(), before);
}

/// A second name of a file, outside the archive: what is written there changes the file, and no watch on its directory hears.
#[cfg(unix)]
#[test]
fn a_system_that_reports_nothing_is_told_once_and_edits_are_seen_all_the_same() {
    let it = preview(&files(1), Watcher::Auto);
    let outside = it.root.with_file_name("outside.md");
    fs::hard_link(it.path("content/u0/2020.md"), &outside).expect("it can have two names");
    for figure in 101..106 {
        let before = it.builds();
        in_place(&outside, &report(2020, figure));
        it.wait("an unannounced edit", |it| it.builds() > before);
        assert_eq!(it.difference(), None);
    }
    let notices = it.notices.lock().unwrap().clone();
    assert_eq!(notices.len(), 1, "{notices:?}");
    assert!(notices[0].contains("does not report changes"), "{notices:?}");
}
