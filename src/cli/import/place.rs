//! Which unit and year each report belongs to, and what becomes of it.
//!
//! In: reports as they were read, and the archive. Out: what is to be written for each, or why nothing is. Nothing is
//! written here, and no report that is there is ever replaced.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::cli::scaffold::{NOBODY, quoted, unit_named};
use crate::import::{self, Disagreement, Guess, Imported, Kind, Unreadable};
use crate::names::{UnitPath, Words, Year};
use crate::pipeline::Site;
use crate::source::Sources;

/// What the command asks for.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub unit: Option<&'a str>,
    pub merge: bool,
}

/// A file, and what became of it.
pub(super) struct Taken {
    pub file: PathBuf,
    pub imported: Option<Imported>,
    /// The unit's name and the year, where both are known.
    pub whose: Option<(String, Year)>,
    pub fate: Fate,
    /// What was decided on the way, for a person to confirm.
    pub notes: Vec<Words>,
}

pub(super) enum Fate {
    Made(New),
    /// A report that is there was given what it lacked.
    Merged {
        path: String,
        text: String,
        filled: Vec<String>,
        differs: Vec<Disagreement>,
    },
    /// There is one already, and it stays as it is.
    There {
        path: String,
        differs: Vec<Disagreement>,
        lacks: Vec<String>,
    },
    /// Another file of this call was the same report.
    Twice {
        of: PathBuf,
        differs: Vec<Disagreement>,
    },
    /// Not taken: why, and what to do.
    Left(Words, Words),
}

/// A report to be written.
pub(super) struct New {
    /// Below the archive's root, with forward slashes.
    pub path: String,
    pub text: String,
    /// Pictures and attachments, by name.
    pub beside: Vec<(String, Vec<u8>)>,
    /// The file itself, to stand beside its report under this name.
    pub original: Option<String>,
    /// The `_index.md` of a unit that is made for it.
    pub unit: Option<(String, String)>,
    /// Why it is a draft: codes of errors, and what they are about.
    pub reasons: Vec<(String, Option<String>)>,
}

impl Taken {
    /// Whether something is left to do that the command was asked for.
    pub fn is_left(&self) -> bool {
        match &self.fate {
            Fate::Made(new) => !new.reasons.is_empty(),
            Fate::Merged { .. } => false,
            Fate::There { differs, lacks, .. } => !differs.is_empty() || !lacks.is_empty(),
            Fate::Twice { differs, .. } => !differs.is_empty(),
            Fate::Left(..) => true,
        }
    }
}

/// A unit to put a report into.
struct Target {
    directory: String,
    name: String,
    /// The text of its `_index.md`, where it is new.
    made: Option<String>,
}

pub(super) struct Placing<'a> {
    site: &'a Site,
    sources: &'a Sources,
    wanted: Wanted<'a>,
    taken: Vec<Taken>,
    /// Where in `taken` the report of a directory and year is.
    placed: BTreeMap<(String, Year), usize>,
}

impl<'a> Placing<'a> {
    pub fn new(site: &'a Site, sources: &'a Sources, wanted: Wanted<'a>) -> Placing<'a> {
        Placing { site, sources, wanted, taken: vec![], placed: BTreeMap::new() }
    }

    pub fn done(self) -> Vec<Taken> {
        self.taken
    }

    pub fn take(&mut self, file: &Path, read: Result<Imported, Unreadable>) {
        let mut notes = vec![];
        let taken = match read {
            Err(Unreadable(why)) => {
                let fate = Fate::Left(why, Words::default());
                Taken { file: file.to_path_buf(), imported: None, whose: None, fate, notes }
            }
            Ok(imported) => {
                let (whose, fate) = self.fate(file, &imported, &mut notes);
                Taken { file: file.to_path_buf(), imported: Some(imported), whose, fate, notes }
            }
        };
        self.taken.push(taken);
    }

    fn fate(&mut self, file: &Path, imported: &Imported, notes: &mut Vec<Words>) -> (Option<(String, Year)>, Fate) {
        if imported.tables.is_empty() && imported.title.is_none() && imported.year.is_none() {
            return (None, Fate::Left(no_report(), Words::default()));
        }
        let Some(year) = imported.year.as_ref().map(|year| year.value) else { return (None, Fate::Left(no_year(), give_year())) };
        let target = match self.target(imported, notes) {
            Ok(target) => target,
            Err((why, help)) => return (None, Fate::Left(why, help)),
        };
        let whose = Some((target.name.clone(), year));
        if let Some(&earlier) = self.placed.get(&(target.directory.clone(), year)) {
            return (whose, self.again(earlier, imported));
        }
        if let Some(path) = self.existing(&target, year) {
            self.placed.insert((target.directory, year), self.taken.len());
            return (whose, self.there(path, imported));
        }
        self.placed.insert((target.directory.clone(), year), self.taken.len());
        (whose, Fate::Made(new(file, imported, target, year)))
    }

    /// The second file of one report.
    fn again(&mut self, earlier: usize, imported: &Imported) -> Fate {
        let of = self.taken[earlier].file.clone();
        let Some(text) = self.taken[earlier].fate.text() else { return self.stays(earlier, imported, of) };
        let merged = import::merge(text, imported, &self.site.catalog);
        if self.wanted.merge {
            *text = merged.text;
        }
        Fate::Twice { of, differs: merged.disagreements }
    }

    fn stays(&self, earlier: usize, imported: &Imported, of: PathBuf) -> Fate {
        let Fate::There { path, .. } = &self.taken[earlier].fate else { return Fate::Twice { of, differs: vec![] } };
        self.there(path.clone(), imported)
    }

    /// The file of a report that the archive has, whether or not it can be read.
    fn existing(&self, target: &Target, year: Year) -> Option<String> {
        let unit = self.site.archive.units.iter().find(|unit| unit.directory == target.directory);
        if let Some(report) = unit.and_then(|unit| unit.report(year)) {
            return Some(report.file.to_string());
        }
        let folder = below("content", &target.directory);
        [format!("{folder}/{year}.md"), format!("{folder}/{year}/index.md")].into_iter().find(|path| self.sources.get(path).is_some())
    }

    fn there(&self, path: String, imported: &Imported) -> Fate {
        let Some(text) = self.sources.text(&path) else {
            let why = Words::new(format!("{path} 已经有了，但是读不出来"), format!("{path} is there, but cannot be read"));
            return Fate::Left(why, Words::default());
        };
        let merged = import::merge(text, imported, &self.site.catalog);
        match self.wanted.merge {
            true => Fate::Merged { path, text: merged.text, filled: merged.filled, differs: merged.disagreements },
            false => Fate::There { path, differs: merged.disagreements, lacks: merged.filled },
        }
    }

    fn target(&self, imported: &Imported, notes: &mut Vec<Words>) -> Result<Target, (Words, Words)> {
        let agency = imported.agency.as_ref().map(|agency| agency.value.as_str());
        match self.wanted.unit {
            Some(unit) => self.named(unit, imported, agency, notes),
            None => self.guessed(agency, notes),
        }
    }

    /// The unit that `--unit` names, or a new one.
    fn named(&self, text: &str, imported: &Imported, agency: Option<&str>, notes: &mut Vec<Words>) -> Result<Target, (Words, Words)> {
        let wanted = unit_named(text);
        let units = &self.site.archive.units;
        if let Some(unit) = units.iter().find(|unit| unit.path == wanted || unit.directory == wanted.as_str()).filter(|_| !leads_out(text))
        {
            if let Some(agency) = agency.filter(|agency| !is_called(agency, &unit.title, unit.short.as_deref())) {
                notes.push(Words::new(
                    format!("原件的机关是“{agency}”，按要求归入“{}”，请核对", unit.title),
                    format!("the source is by `{agency}`; it was put into `{}` as asked", unit.title),
                ));
            }
            return Ok(Target { directory: unit.directory.clone(), name: unit.name().to_string(), made: None });
        }
        if leads_out(text) || !may_be_a_folder(wanted.as_str()) {
            return Err((
                Words::new(format!("“{text}”不能作单位的目录名"), format!("`{text}` cannot be the directory of a unit")),
                Words::new("用小写英文字母、数字和短横，如 --unit fuyuan。", "Use letters, digits and hyphens, such as --unit fuyuan."),
            ));
        }
        let parent = wanted.parent().unwrap_or_else(UnitPath::root);
        if !units.iter().any(|unit| unit.directory == parent.as_str()) {
            return Err((
                Words::new(
                    format!("上级单位 {} 还没有建", parent.as_str()),
                    format!("there is no unit {} to put it below", parent.as_str()),
                ),
                Words::new("先把上级单位的报告导入，或者建好它的 _index.md。", "Make the unit above first, with its _index.md."),
            ));
        }
        let Some(name) = agency else {
            return Err((
                Words::new("原件里没有找到机关名称，不能新建单位", "the source does not name its body, so no unit can be made"),
                Words::new(
                    format!("先建 content/{0}/_index.md，写上 title，再导入。", wanted.as_str()),
                    format!("Make content/{0}/_index.md with its title first.", wanted.as_str()),
                ),
            ));
        };
        self.same_unit(wanted.as_str(), name, notes);
        Ok(Target { directory: wanted.as_str().to_string(), name: name.to_string(), made: Some(unit_file(name, imported)) })
    }

    /// Two reports of different bodies are not to make one new unit in silence.
    fn same_unit(&self, directory: &str, name: &str, notes: &mut Vec<Words>) {
        let first = self.placed.iter().find(|((known, _), _)| known == directory).and_then(|(_, at)| self.taken[*at].whose.as_ref());
        if let Some((other, _)) = first.filter(|(other, _)| !is_called(name, other, None)) {
            notes.push(Words::new(
                format!("原件的机关是“{name}”，和同一次新建的单位“{other}”名称不同，请核对"),
                format!("the source is by `{name}`, but the unit was made as `{other}` in the same call"),
            ));
        }
    }

    fn guessed(&self, agency: Option<&str>, notes: &mut Vec<Words>) -> Result<Target, (Words, Words)> {
        let units = &self.site.archive.units;
        let Some(agency) = agency else {
            let why =
                Words::new("原件里没有找到机关名称，不知道归入哪个单位", "the source does not name its body, so its unit is not known");
            return Err((why, self.say_unit()));
        };
        let guess =
            import::guess_unit(agency, units.iter().map(|unit| (unit.directory.as_str(), unit.title.as_str(), unit.short.as_deref())));
        let (directory, sure) = match guess {
            Guess::Certain(directory) => (directory, true),
            Guess::Likely(directory) => (directory, false),
            Guess::Unknown if self.is_new(agency) => {
                notes.push(Words::new(
                    format!("这是新建的网站，归入根单位；请把 content/_index.md 里的“{NOBODY}”改成“{agency}”"),
                    format!("the archive is new, so it went to the root unit; write `{agency}` for `{NOBODY}` in content/_index.md"),
                ));
                (String::new(), true)
            }
            Guess::Unknown => {
                let why = Words::new(format!("没有名为“{agency}”的单位"), format!("there is no unit called `{agency}`"));
                return Err((why, self.say_unit()));
            }
        };
        let name = units.iter().find(|unit| unit.directory == directory).map_or(String::new(), |unit| unit.name().to_string());
        if !sure {
            notes.push(Words::new(
                format!("原件的机关是“{agency}”，归入了名称最接近的“{name}”，请核对；不对就删去这份报告，用 --unit 指定"),
                format!("the source is by `{agency}`; it was put into `{name}`, whose name is nearest; if that is wrong, delete it and give --unit"),
            ));
        }
        Ok(Target { directory, name, made: None })
    }

    /// Whether the archive is as `init` made it, but for reports of this body from the same call.
    fn is_new(&self, agency: &str) -> bool {
        let [root] = &self.site.archive.units[..] else { return false };
        let others = |taken: &&Taken| {
            let imported = taken.imported.as_ref().and_then(|imported| imported.agency.as_ref());
            matches!(taken.fate, Fate::Made(_)) && imported.is_none_or(|other| !is_called(agency, &other.value, None))
        };
        root.title == NOBODY && root.reports.is_empty() && !self.taken.iter().any(|taken| others(&taken))
    }

    /// How to say which unit it is.
    fn say_unit(&self) -> Words {
        let units = &self.site.archive.units;
        let known: Vec<String> = units
            .iter()
            .take(12)
            .map(|unit| format!("{}（{}）", if unit.directory.is_empty() { "." } else { &unit.directory }, unit.name()))
            .collect();
        let more = if units.len() > known.len() { "……" } else { "" };
        let known = known.join("、") + more;
        Words::new(
            format!("加上 --unit 目录名，归入已有的单位：{known}；写一个新的目录名，如 --unit fuyuan，就新建这个单位。"),
            format!("Give --unit with the directory of a unit: {known}. A new name makes the unit."),
        )
    }
}

impl Fate {
    /// The text that is to be written, where there is one.
    fn text(&mut self) -> Option<&mut String> {
        match self {
            Fate::Made(new) => Some(&mut new.text),
            Fate::Merged { text, .. } => Some(text),
            _ => None,
        }
    }
}

fn no_report() -> Words {
    Words::new(
        "这份文件不像政府信息公开工作年度报告：没有找到标题、年份和规定的统计表",
        "this does not look like a yearly disclosure report: no title, no year, none of the official tables",
    )
}

fn no_year() -> Words {
    Words::new("没有找到报告的年份", "the year of the report was not found")
}

fn give_year() -> Words {
    Words::new("加上 --year，如 --year 2020。", "Give it, such as --year 2020.")
}

fn is_called(agency: &str, title: &str, short: Option<&str>) -> bool {
    import::guess_unit(agency, std::iter::once(("", title, short))) != Guess::Unknown
}

fn below(folder: &str, directory: &str) -> String {
    if directory.is_empty() { folder.to_string() } else { format!("{folder}/{directory}") }
}

fn leads_out(text: &str) -> bool {
    text.starts_with(['/', '\\']) || text.split(['/', '\\']).any(|part| part == "..")
}

/// Plain names only: nothing that leads elsewhere, or that a file system or an address reads otherwise.
fn may_be_a_folder(directory: &str) -> bool {
    let good = |name: &str| {
        !name.is_empty()
            && !name.starts_with(['.', '_', '-'])
            && !name.ends_with('.')
            && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
    };
    directory.split('/').all(good)
}

/// The report as it is to be written: in a folder of its own where files stand beside it.
fn new(file: &Path, imported: &Imported, target: Target, year: Year) -> New {
    let beside: Vec<(String, Vec<u8>)> =
        imported.images.iter().chain(&imported.attachments).filter_map(|one| Some((one.name.clone(), one.bytes.clone()?))).collect();
    let original = original(file, imported, &beside);
    let folder = below("content", &target.directory);
    let path = match beside.is_empty() && original.is_none() {
        true => format!("{folder}/{year}.md"),
        false => format!("{folder}/{year}/index.md"),
    };
    let unit = target.made.map(|text| (format!("{folder}/_index.md"), text));
    New { path, text: import::write(imported), beside, original, unit, reasons: vec![] }
}

/// The name under which the file itself stands beside its report: documents that readers want as they were published.
fn original(file: &Path, imported: &Imported, beside: &[(String, Vec<u8>)]) -> Option<String> {
    let for_readers = matches!(imported.kind, Kind::Word | Kind::Excel | Kind::Pdf) && imported.source.held_back.is_none();
    let name = import::safe_name(&file.file_name()?.to_string_lossy());
    (for_readers && !beside.iter().any(|(taken, _)| taken.eq_ignore_ascii_case(&name))).then_some(name)
}

/// The `_index.md` of a new unit.
fn unit_file(name: &str, imported: &Imported) -> String {
    let mut out = format!("---\ntitle: {}\n", quoted(name));
    match level(name) {
        Some(level) => out.push_str(&format!("level: {level}   # 按名称填的，请核对\n")),
        None => {
            out.push_str("# 单位类别：province 省、city 市、county 县、department 部门、town 乡镇、subdistrict 街道\n# level: department\n")
        }
    }
    if !imported.contact.is_empty() {
        out.push_str(&format!(
            "contact:   # 取自{}年的报告，请核对\n",
            imported.year.as_ref().map_or(String::new(), |year| year.value.to_string())
        ));
    }
    for (field, found) in &imported.contact {
        out.push_str(&format!("  {}: {}\n", field.id(), quoted(&found.value)));
    }
    out + "---\n"
}

/// Only where a name leaves no choice; a city may be a county.
fn level(name: &str) -> Option<&'static str> {
    let name = name.strip_suffix("办公室").unwrap_or(name);
    let ends = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
    match () {
        () if ends(&["街道办事处", "街道"]) => Some("subdistrict"),
        () if ends(&["镇人民政府", "乡人民政府"]) => Some("town"),
        () if ends(&["县人民政府", "区人民政府"]) => Some("county"),
        () if ends(&["局", "委员会"]) => Some("department"),
        () => None,
    }
}
