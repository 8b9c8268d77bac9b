//! What was done, for a person and for machines.

use std::path::Path;

use serde_json::{Value, json};

use super::place::{Fate, New, Taken};
use crate::cli::report::Terminal;
use crate::import::{self, Disagreement, Imported};
use crate::names::Words;

/// The format of [`json`]; raised when a key changes its meaning.
const VERSION: u32 = 1;

/// Everything on the terminal: file by file, then all together.
pub(super) fn text(taken: &[Taken], review: Option<&Path>, terminal: &Terminal) {
    for one in taken {
        let headline = headline(one);
        terminal.say(headline.zh, headline.en);
        for note in &one.notes {
            terminal.say(format!("  提醒: {}", note.zh), format!("  warning: {}", note.en));
        }
        if let Some(imported) = one.imported.as_ref().filter(|_| !matches!(one.fate, Fate::Left(..) | Fate::Twice { .. })) {
            doubts(imported, terminal);
        }
        differences(one, terminal);
    }
    summary(taken, review, terminal);
}

fn headline(one: &Taken) -> Words {
    let file = one.file.display();
    let whose =
        one.whose.as_ref().map_or(Words::default(), |(unit, year)| Words::new(format!("{unit} {year}年"), format!("{unit} {year}")));
    let (zh, en) = match &one.fate {
        Fate::Made(new) => made(new, one.imported.as_ref(), &whose),
        Fate::Merged { path, filled, .. } if filled.is_empty() => {
            (format!("{}，{path} 没有可补的空缺，没有改动", whose.zh), format!("{}: {path} lacks nothing and is unchanged", whose.en))
        }
        Fate::Merged { path, filled, .. } => (
            format!("{}，已补入 {path}：{}", whose.zh, filled.join("、")),
            format!("{}: filled in {path}: {}", whose.en, filled.join(", ")),
        ),
        Fate::There { path, differs, lacks } if differs.is_empty() && lacks.is_empty() => {
            (format!("{}，{path} 已经有了，内容一致", whose.zh), format!("{}: {path} is there already and says the same", whose.en))
        }
        Fate::There { path, .. } => (
            format!("{}，{path} 已经有了，没有改动（要补空缺，加上 --merge）", whose.zh),
            format!("{}: {path} is there already and was not touched (--merge fills in what it lacks)", whose.en),
        ),
        Fate::Twice { of, differs } if differs.is_empty() => (
            format!("{}，与 {} 是同一份报告，没有再导入", whose.zh, of.display()),
            format!("{}: the same report as {}; not imported again", whose.en, of.display()),
        ),
        Fate::Twice { of, .. } => (
            format!("{}，与 {} 是同一单位同一年的报告，数字不同，没有导入；请看哪一份是公布的", whose.zh, of.display()),
            format!("{}: {} is of the same body and year but says otherwise; not imported", whose.en, of.display()),
        ),
        Fate::Left(why, help) => (format!("没有导入：{}。{}", why.zh, help.zh), format!("not imported: {}. {}", why.en, help.en)),
    };
    Words::new(format!("{file}：{}", zh.trim_end()), format!("{file}: {}", en.trim_end()))
}

fn made(new: &New, imported: Option<&Imported>, whose: &Words) -> (String, String) {
    let tables = imported.map_or(0, |imported| imported.tables.len());
    let figures = imported.map_or(0, figures);
    let mut zh = format!("{} → {}（{tables} 张表，{figures} 个数", whose.zh, new.path);
    let mut en = format!("{} → {} ({tables} tables, {figures} figures", whose.en, new.path);
    let beside: Vec<&str> = new.beside.iter().map(|(name, _)| name.as_str()).chain(new.original.as_deref()).collect();
    if !beside.is_empty() {
        zh.push_str(&format!("；旁边放了 {}", beside.join("、")));
        en.push_str(&format!("; beside it: {}", beside.join(", ")));
    }
    zh.push('）');
    en.push(')');
    if let Some((path, _)) = &new.unit {
        zh.push_str(&format!("，并新建了单位 {path}"));
        en.push_str(&format!(", and made the unit {path}"));
    }
    if let Some(why) = imported.and_then(|imported| held_back(imported, new)) {
        zh.push_str(&format!("\n  原文件没有放在旁边：{}", why.zh));
        en.push_str(&format!("\n  the file itself is not put beside it: {}", why.en));
    }
    if !new.reasons.is_empty() {
        let mut codes: Vec<&str> = new.reasons.iter().map(|(code, _)| code.as_str()).collect();
        codes.sort_unstable();
        codes.dedup();
        zh.push_str(&format!(
            "\n  原件的内容有错误（{}），先存为草稿，生成网站时不包括它；用 gongkai check 看错在哪里，核对后按文件开头的说明处理",
            codes.join("、")
        ));
        en.push_str(&format!(
            "\n  it has errors ({}) and is saved as a draft, which a build leaves out; gongkai check shows them, the top of the file says what to do",
            codes.join(", ")
        ));
    }
    (zh, en)
}

fn held_back<'i>(imported: &'i Imported, new: &New) -> Option<&'i Words> {
    let document = matches!(imported.kind, import::Kind::Word | import::Kind::Excel | import::Kind::Pdf);
    imported.source.held_back.as_ref().filter(|_| document && new.original.is_none())
}

fn figures(imported: &Imported) -> usize {
    imported.tables.iter().map(|table| table.cells.iter().flatten().count()).sum()
}

/// Each doubt with its place in the source and the text there.
fn doubts(imported: &Imported, terminal: &Terminal) {
    for one in &imported.doubts {
        let place = one.at.map(|at| imported.source.place(at)).unwrap_or_default();
        terminal.say(format!("  存疑: {}", one.message.zh), format!("  doubt: {}", one.message.en));
        if one.at.is_some() {
            let source: String = one.source.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(120).collect();
            terminal.say(
                format!("     ─ {} {}：{source}", imported.name, place.zh),
                format!("     ─ {} {}: {source}", imported.name, place.en),
            );
        }
    }
}

fn differences(one: &Taken, terminal: &Terminal) {
    let differs = one.fate.differs();
    let place = |at| one.imported.as_ref().map_or(Words::default(), |imported| imported.source.place(at));
    for Disagreement { path, existing, imported, at } in differs {
        let place = place(*at);
        terminal.say(
            format!("  不一致: {path}：已有的是 {existing}，{} {}是 {imported}", one.file.display(), place.zh),
            format!("  differs: {path}: {existing} there, {imported} in {} {}", one.file.display(), place.en),
        );
    }
}

impl Fate {
    fn differs(&self) -> &[Disagreement] {
        match self {
            Fate::Merged { differs, .. } | Fate::There { differs, .. } | Fate::Twice { differs, .. } => differs,
            Fate::Made(_) | Fate::Left(..) => &[],
        }
    }

    fn id(&self) -> &'static str {
        match self {
            Fate::Made(_) => "made",
            Fate::Merged { .. } => "merged",
            Fate::There { .. } => "there",
            Fate::Twice { .. } => "twice",
            Fate::Left(..) => "left",
        }
    }
}

fn summary(taken: &[Taken], review: Option<&Path>, terminal: &Terminal) {
    let count = |is: fn(&Fate) -> bool| taken.iter().filter(|one| is(&one.fate)).count();
    let made = count(|fate| matches!(fate, Fate::Made(_)));
    let merged = count(|fate| matches!(fate, Fate::Merged { filled, .. } if !filled.is_empty()));
    let written = |one: &&Taken| matches!(one.fate, Fate::Made(_) | Fate::Merged { .. });
    let doubts: usize = taken.iter().filter(written).filter_map(|one| one.imported.as_ref()).map(|imported| imported.doubts.len()).sum();
    let left = taken.len() - made - merged;
    terminal.say(
        format!("共 {} 个文件：新建报告 {made} 份，补充 {merged} 份，没有写入 {left} 个；存疑 {doubts} 处。", taken.len()),
        format!("{} files: {made} reports made, {merged} filled in, {left} not written; doubts: {doubts}.", taken.len()),
    );
    if let Some(page) = review {
        terminal.say(format!("对照页：{}", page.display()), format!("Review page: {}", page.display()));
    }
    if made + merged > 0 {
        terminal.say(
            "拿不准的地方都留了空，没有替您猜。请对照原件核对存疑的地方，再运行 gongkai check。",
            "What was not certain was left empty. Compare the doubts with the source, then run gongkai check.",
        );
    }
}

/// The same for machines.
pub(super) fn json(taken: &[Taken]) -> String {
    let imports: Vec<Value> = taken.iter().map(one_as_json).collect();
    json!({"version": VERSION, "imports": imports}).to_string() + "\n"
}

fn one_as_json(one: &Taken) -> Value {
    let words = |words: &Words| json!({"zh": words.zh, "en": words.en});
    let notes: Vec<Value> = one.notes.iter().map(words).collect();
    let place = |at| one.imported.as_ref().map_or(Words::default(), |imported| imported.source.place(at));
    let differs: Vec<Value> = one
        .fate
        .differs()
        .iter()
        .map(|one| json!({"cell": one.path, "existing": one.existing, "imported": one.imported, "place": words(&place(one.at))}))
        .collect();
    let mut value = json!({
        "file": one.file.display().to_string(),
        "fate": one.fate.id(),
        "unit": one.whose.as_ref().map(|(unit, _)| unit),
        "year": one.whose.as_ref().map(|(_, year)| year.number()),
        "notes": notes,
        "differs": differs,
        "report": one.imported.as_ref().map(import::json_value),
    });
    match &one.fate {
        Fate::Made(new) => {
            let beside: Vec<&str> = new.beside.iter().map(|(name, _)| name.as_str()).chain(new.original.as_deref()).collect();
            let reasons: Vec<Value> = new.reasons.iter().map(|(code, about)| json!({"code": code, "cell": about})).collect();
            value["path"] = json!(new.path);
            value["beside"] = json!(beside);
            value["made_unit"] = json!(new.unit.as_ref().map(|(path, _)| path));
            value["draft_because"] = json!(reasons);
        }
        Fate::Merged { path, filled, .. } => {
            value["path"] = json!(path);
            value["filled"] = json!(filled);
        }
        Fate::There { path, lacks, .. } => {
            value["path"] = json!(path);
            value["lacks"] = json!(lacks);
        }
        Fate::Twice { of, .. } => value["same_as"] = json!(of.display().to_string()),
        Fate::Left(why, help) => {
            value["why"] = words(why);
            value["help"] = words(help);
        }
    }
    value
}
