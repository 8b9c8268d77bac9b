//! What each code asks, why, when it is silent, and what to do: the text of `gongkai explain` and of `docs/checks.md`.
//!
//! In: `catalogue/*.yaml`, one entry for each code. Read only when somebody asks.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::diagnostic::{Diagnostics, Severity};
use crate::names::{Lang, Words};
use crate::yaml;

/// One line for each family of codes.
const FILES: &[(&str, &str)] = &[
    ("src/checks/catalogue/g1.yaml", include_str!("catalogue/g1.yaml")),
    ("src/checks/catalogue/g2.yaml", include_str!("catalogue/g2.yaml")),
    ("src/checks/catalogue/g3.yaml", include_str!("catalogue/g3.yaml")),
    ("src/checks/catalogue/g4.yaml", include_str!("catalogue/g4.yaml")),
    ("src/checks/catalogue/g5.yaml", include_str!("catalogue/g5.yaml")),
    ("src/checks/catalogue/g6.yaml", include_str!("catalogue/g6.yaml")),
    ("src/checks/catalogue/g7.yaml", include_str!("catalogue/g7.yaml")),
    ("src/checks/catalogue/g8.yaml", include_str!("catalogue/g8.yaml")),
    ("src/checks/catalogue/g9.yaml", include_str!("catalogue/g9.yaml")),
];

/// What the families are about, for headings.
const FAMILIES: [(&str, &str, &str); 9] = [
    ("G1", "一份报告之内的数", "Figures within a report"),
    ("G2", "年与年之间", "Between years"),
    ("G3", "正文与表格", "Text against tables"),
    ("G4", "格式和各部分", "Form and sections"),
    ("G5", "联系方式、日期、标题", "Contact, dates, titles"),
    ("G6", "个人信息", "Personal data"),
    ("G7", "链接和附件", "Links and files"),
    ("G8", "重复", "Repetition"),
    ("G9", "读不懂的内容", "What cannot be read"),
];

/// What there is to know about a code.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// As it is without a setting in `site.yaml`; the worst where it varies.
    pub severity: Severity,
    /// Something could not be read: it can be neither acknowledged nor switched off.
    #[serde(default)]
    pub fixed: bool,
    pub question: Words,
    /// Instrument, notice or practice.
    pub source: Words,
    /// When it says nothing, though one might expect it to.
    pub silent: Words,
    /// A short input that it finds wrong.
    pub example: String,
    pub fix: Words,
}

/// All codes.
#[derive(Debug)]
pub struct Catalogue {
    entries: BTreeMap<String, Entry>,
}

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    let read = |(file, text): &(&str, &str)| {
        yaml::read::<BTreeMap<String, Entry>>(&(*file).into(), text, &mut Diagnostics::default()).expect("our own catalogue can be read")
    };
    Catalogue { entries: FILES.iter().flat_map(read).collect() }
});

impl Catalogue {
    pub fn get() -> &'static Catalogue {
        &CATALOGUE
    }

    pub fn entry(&self, code: &str) -> Option<&Entry> {
        self.entries.get(&code.trim().to_ascii_uppercase())
    }

    /// In the order of the codes.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.entries.iter().map(|(code, entry)| (code.as_str(), entry))
    }

    /// Whether findings of a code keep their severity whatever the settings.
    pub(super) fn is_fixed(code: &str) -> bool {
        Catalogue::get().entry(code).is_some_and(|entry| entry.fixed)
    }

    /// What an unknown code may have been meant to be.
    pub(super) fn suggestion(&self, code: &str) -> Words {
        let wanted = code.trim().to_ascii_uppercase().replace('O', "0");
        let near = |known: &str| strsim::damerau_levenshtein(known, &wanted);
        match self.entries.keys().min_by_key(|known| near(known)).filter(|known| near(known) <= 1) {
            Some(known) => {
                let asks = &self.entries[known].question;
                Words::new(format!("是不是 {known}？它问的是：{}", asks.zh), format!("Did you mean {known}? It asks: {}", asks.en))
            }
            None => Words::new(
                "编号写在每条提示开头的方括号里，如 G104。",
                "The code stands in brackets at the head of a finding, such as G104.",
            ),
        }
    }
}

/// The text of `gongkai explain`, ending in a newline; for an unknown code, what to say about that.
pub fn explain(code: &str, lang: Lang) -> Result<String, String> {
    let catalogue = Catalogue::get();
    let Some(entry) = catalogue.entry(code) else {
        let unknown = Words::new(format!("没有“{code}”这个编号。"), format!("There is no code `{code}`. "));
        return Err(format!("{}{}", unknown.get(lang), catalogue.suggestion(code).get(lang)));
    };
    let mut out = format!("{} {}\n{}\n", code.trim().to_ascii_uppercase(), entry.severity.word(lang), entry.question.get(lang));
    for (title, text) in entry.parts(lang) {
        out.push_str(&format!("\n{title}\n  {}\n", text.trim_end().replace('\n', "\n  ")));
    }
    Ok(out)
}

impl Entry {
    fn parts(&self, lang: Lang) -> Vec<(&'static str, &str)> {
        let titles = match lang {
            Lang::Zh => ["依据", "什么时候不提示", "例子", "怎么办"],
            Lang::En => ["Source", "Silent", "Example", "What to do"],
        };
        let texts = [self.source.get(lang), self.silent.get(lang), &self.example, self.fix.get(lang)];
        let mut parts: Vec<_> = titles.into_iter().zip(texts).filter(|(_, text)| !text.is_empty()).collect();
        if self.fixed {
            let fixed = match lang {
                Lang::Zh => ("注意", "数据没有读进来，不能用 acknowledged 说明，也不能在 site.yaml 里关掉。"),
                Lang::En => ("Note", "Something could not be read, so it can be neither acknowledged nor switched off."),
            };
            parts.push(fixed);
        }
        parts
    }
}

/// `docs/checks.md`, from where the families begin: a table of contents and every entry in both languages.
pub fn page() -> String {
    let mut out = String::new();
    for (family, zh, en) in FAMILIES {
        let entries: Vec<_> = Catalogue::get().iter().filter(|(code, _)| code.starts_with(family)).collect();
        if entries.is_empty() {
            continue;
        }
        out.push_str(&format!("## {family}xx {en} · {zh}\n\n| code | | asks | 问 |\n|---|---|---|---|\n"));
        for (code, entry) in &entries {
            let (en, zh) = (&entry.question.en, &entry.question.zh);
            out.push_str(&format!("| [{code}](#{}) | {} | {en} | {zh} |\n", code.to_ascii_lowercase(), entry.severity.id()));
        }
        out.push('\n');
        for (code, entry) in entries {
            out.push_str(&section(code, entry));
        }
    }
    out
}

fn section(code: &str, entry: &Entry) -> String {
    let mut out = format!("### {code}\n\n");
    for lang in [Lang::En, Lang::Zh] {
        out.push_str(&format!("**{}** ({})\n\n", entry.question.get(lang), entry.severity.word(lang)));
        for (title, text) in entry.parts(lang) {
            let example = text == entry.example;
            match (example, lang) {
                (true, Lang::En) => out.push_str(&format!("- {title}:\n\n  ```\n  {}\n  ```\n\n", text.trim_end().replace('\n', "\n  "))),
                (true, Lang::Zh) => {}
                (false, _) => out.push_str(&format!("- {title}: {text}\n")),
            }
        }
        out.push('\n');
    }
    out
}
