//! The catalogue knows every code that the program uses, and no other; `docs/checks.md` says what it says.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use gongkai::checks::catalogue::{self, Catalogue, explain};
use gongkai::names::Lang;

/// Every `"G123"` (and `code: G123` of the form files) below a directory, the catalogue apart.
fn codes_in(directory: &Path, codes: &mut BTreeSet<String>) {
    for entry in fs::read_dir(directory).expect("it can be read").flatten() {
        let path = entry.path();
        if path.is_dir() && !path.ends_with("catalogue") {
            codes_in(&path, codes);
        } else if path.extension().is_some_and(|extension| extension == "rs" || extension == "yaml") {
            let text = fs::read_to_string(&path).expect("it is text");
            codes.extend(["\"G", "code: G"].iter().flat_map(|start| codes_after(&text, start)));
        }
    }
}

fn codes_after(text: &str, start: &str) -> Vec<String> {
    let digits = |code: &&str| code.bytes().all(|b| b.is_ascii_digit());
    let found = text.match_indices(start).filter_map(|(at, _)| text.get(at + start.len()..at + start.len() + 3));
    found.filter(digits).map(|digits| format!("G{digits}")).collect()
}

#[test]
fn every_code_in_the_program_has_an_entry_and_every_entry_is_used() {
    let mut used = BTreeSet::new();
    codes_in(Path::new("src"), &mut used);
    codes_in(Path::new("forms"), &mut used);
    let known: BTreeSet<String> = Catalogue::get().iter().map(|(code, _)| code.to_string()).collect();
    let missing: Vec<_> = used.difference(&known).collect();
    let unused: Vec<_> = known.difference(&used).collect();
    assert!(missing.is_empty() && unused.is_empty(), "without an entry: {missing:?}; not used: {unused:?}");
}

#[test]
fn the_page_of_checks_says_what_the_catalogue_says() {
    super::page::keep_true("catalogue", &catalogue::page());
}

#[test]
fn a_code_is_explained_in_both_languages() {
    insta::assert_snapshot!(explain("G201", Lang::Zh).expect("it is known"));
    insta::assert_snapshot!(explain("g903", Lang::En).expect("it is known"));
}

#[test]
fn an_unknown_code_is_answered_with_the_nearest() {
    assert_eq!(
        explain("G2O4", Lang::En).expect_err("a letter O"),
        "There is no code `G2O4`. Did you mean G204? It asks: Is a figure more than five times what it was, or less than a fifth?"
    );
    assert_eq!(explain("abc", Lang::Zh).expect_err("no code"), "没有“abc”这个编号。编号写在每条提示开头的方括号里，如 G104。");
}
