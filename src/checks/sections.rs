//! G403–G406: are the sections of the form there, in order, and do they say something?
//!
//! Source: the form's list of sections; inspectors' sheets (problems section empty or "无", fee statement missing since 2021).
//! What a section must say is in the form files. Silent on a section that only holds its table, where the table is given.

use super::Asked;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::Diagnostics;
use crate::forms::{Form, Section, normalised, section_name, section_number};
use crate::markdown;
use crate::names::Words;
use crate::source::Place;

pub(super) fn check(asked: Asked, found: &mut Diagnostics) {
    let Some(form) = asked.report.form.as_deref() else { return };
    let matched = matched(asked, form);
    found.extend(missing(asked, form, &matched));
    found.extend(renamed(asked, form, &matched));
    found.extend(out_of_order(asked, &matched));
    for (section, prose) in matched.iter().filter_map(|(_, section, prose)| Some((*section, (*prose)?))) {
        found.extend(says_nothing(asked, form, section, prose));
        found.extend(not_mentioned(asked, section, prose));
    }
}

/// Each section of the form with the heading of the prose that is its own; in the order of the form.
type Matched<'a> = (usize, &'a Section, Option<&'a markdown::Part>);

fn matched<'a>(asked: Asked<'a>, form: &'a Form) -> Vec<Matched<'a>> {
    let mut matched: Vec<Matched> = form.sections.iter().enumerate().map(|(at, section)| (at, section, None)).collect();
    for prose in &asked.report.body.outline.sections {
        let name = section_name(&prose.heading.text);
        let own = matched.iter_mut().find(|(_, section, taken)| taken.is_none() && section.is_called(&name));
        if let Some((_, _, taken)) = own {
            *taken = Some(prose);
        }
    }
    matched
}

fn at_heading(asked: Asked, prose: &markdown::Part) -> Place {
    asked.place(prose.heading.range.clone())
}

/// A heading that belongs to no section but bears the number of one that is not there.
fn misnamed<'a>(asked: Asked<'a>, form: &Form, section: &Section) -> Option<&'a markdown::Part> {
    let number = section_number(&section.heading)?;
    let belongs = |prose: &markdown::Part| form.sections.iter().any(|one| one.accepts(&prose.heading.text));
    asked.report.body.outline.sections.iter().find(|prose| section_number(&prose.heading.text) == Some(number) && !belongs(prose))
}

/// G403, one for all sections that are missing.
fn missing(asked: Asked, form: &Form, matched: &[Matched]) -> Option<Diagnostic> {
    let has_table = |section: &Section| section.table.is_some_and(|table| asked.report.table(&form.tables[table].id).is_some());
    let missing: Vec<&Section> = matched
        .iter()
        .filter(|(_, section, prose)| prose.is_none() && !has_table(section) && misnamed(asked, form, section).is_none())
        .map(|(_, section, _)| *section)
        .collect();
    if missing.is_empty() {
        return None;
    }
    let names: Vec<String> = missing.iter().map(|section| format!("“{}”", section.heading)).collect();
    let start = asked.report.body.span.start as usize;
    let first = missing[0].heading.as_str();
    Some(
        Diagnostic::warning(
            "G403",
            asked.place(start..start),
            Words::new(format!("正文缺少{}", names.join("、")), format!("the text has no section {}", names.join(", "))),
        )
        .with_here(Words::new("正文从这里开始", "the text begins here"))
        .with_help(Words::new(
            format!("每一部分单独起一行，前面加两个井号和一个空格，写成“## {first}”，下一行起写内容。"),
            format!("Each section begins with a line such as `## {first}`."),
        ))
        .concerning(missing.iter().map(|section| section.id.clone())),
    )
}

/// G403 too: the number is there, the words are others.
fn renamed(asked: Asked, form: &Form, matched: &[Matched]) -> Vec<Diagnostic> {
    let told = |section: &Section| {
        let prose = misnamed(asked, form, section)?;
        let message = Words::new(
            format!("“{}”不是格式规定的标题，应为“{}”", prose.heading.text, section.heading),
            format!("`{}` is not the official heading, which is `{}`", prose.heading.text, section.heading),
        );
        let help = Words::new(
            "照格式改正标题。统计表要放在标题正确的部分里。",
            "Use the official words; the table goes below the heading it belongs to.",
        );
        Some(Diagnostic::warning("G403", at_heading(asked, prose), message).with_help(help).concerning([section.id.clone()]))
    };
    matched.iter().filter(|(_, _, prose)| prose.is_none()).filter_map(|(_, section, _)| told(section)).collect()
}

/// G405: a number that is not the section's, or a section that stands after one it should precede.
fn out_of_order(asked: Asked, matched: &[Matched]) -> Option<Diagnostic> {
    let mut present: Vec<(usize, &Section, &markdown::Part)> =
        matched.iter().filter_map(|(at, section, prose)| Some((*at, *section, (*prose)?))).collect();
    present.sort_by_key(|(.., prose)| prose.heading.range.start);
    let mut last = 0;
    let mut wrong = vec![];
    for (at, section, prose) in present {
        let number = section_number(&prose.heading.text);
        if number.is_some() && number != section_number(&section.heading) {
            wrong.push((section, prose, Words::new(format!("应为“{}”", section.heading), format!("should be `{}`", section.heading))));
        } else if at < last {
            wrong.push((section, prose, Words::new("位置应提前", "belongs further up")));
        }
        last = last.max(at);
    }
    let (section, prose, here) = wrong.first()?;
    let message = match wrong.len() {
        1 => Words::new(
            format!("“{}”的序号或顺序和格式不一样", prose.heading.text),
            format!("the number or place of `{}` is not that of the form", prose.heading.text),
        ),
        many => Words::new(
            format!("从“{}”起有{many}个部分的序号或顺序和格式不一样", prose.heading.text),
            format!("{many} sections from `{}` on are not numbered or placed as on the form", prose.heading.text),
        ),
    };
    let mut diagnostic = Diagnostic::warning("G405", at_heading(asked, prose), message)
        .with_here(here.clone())
        .with_help(Words::new("按格式的顺序从“一、”排起，不要跳号、重号。", "Number them as on the form, without gaps and repetitions."))
        .concerning([section.id.clone()]);
    for (section, prose, here) in &wrong[1..] {
        diagnostic = diagnostic.with_label(at_heading(asked, prose), here.clone()).concerning([section.id.clone()]);
    }
    Some(diagnostic)
}

/// G404.
fn says_nothing(asked: Asked, form: &Form, section: &Section, prose: &markdown::Part) -> Option<Diagnostic> {
    let text = asked.text.get(prose.heading.range.end..prose.range.end)?;
    if !section.needs_text || says_something(text, form) {
        return None;
    }
    let message = Words::new(format!("“{}”没有内容", section.heading), format!("section `{}` says nothing", section.heading));
    Some(Diagnostic::warning("G404", at_heading(asked, prose), message).concerning([section.id.clone()]).with_help(Words::new(
        "这一部分不能空着，也不能只写“无”：写清楚本年的具体情况；“问题”部分要写具体问题和下一步怎么改。",
        "It must not be empty, nor say only that there is nothing: write what was the case this year, and what will be done about it.",
    )))
}

/// Sub-headings alone say nothing; neither do the form's words for nothing.
fn says_something(text: &str, form: &Form) -> bool {
    const MORE_THAN_ANY_WORD_FOR_NOTHING: usize = 60;
    let mut said = String::new();
    // Clause by clause, for the first few are enough.
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    for clause in lines.flat_map(|line| line.split_inclusive(['，', '。'])) {
        said.push_str(&normalised(clause));
        if said.len() > MORE_THAN_ANY_WORD_FOR_NOTHING {
            return true;
        }
    }
    !said.is_empty() && !form.says_nothing.contains(&said)
}

/// G406.
fn not_mentioned(asked: Asked, section: &Section, prose: &markdown::Part) -> Option<Diagnostic> {
    if section.must_mention.is_empty() {
        return None;
    }
    let text = asked.text.get(prose.range.clone())?;
    let lacks = |word: &&String| !text.contains(word.as_str()) && !normalised(text).contains(&normalised(word));
    let missing: Vec<&str> = section.must_mention.iter().filter(lacks).map(String::as_str).collect();
    if missing.is_empty() {
        return None;
    }
    let words = missing.join("、");
    Some(
        Diagnostic::warning(
            "G406",
            at_heading(asked, prose),
            Words::new(
                format!("“{}”没有写明{words}的情况", section.heading),
                format!("section `{}` does not mention {words}", section.heading),
            ),
        )
        .with_help(Words::new(
            format!("补一句，例如“本年度收取{words}0元”；收过的写明件数和金额。"),
            format!("Add a sentence on it, also where there was none: “本年度收取{words}0元”."),
        ))
        .concerning([section.id.clone()]),
    )
}
