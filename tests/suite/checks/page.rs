//! `docs/checks.md`: parts of it are written by tests, and kept true by them.

use std::fs;
use std::sync::Mutex;

const PAGE: &str = "docs/checks.md";

/// Two tests write to the page.
static TURN: Mutex<()> = Mutex::new(());

/// Compares the part of the page between `<!-- name -->` and `<!-- end of name -->` with what it should say.
/// With `GONGKAI_UPDATE=1` in the environment it is written there.
pub fn keep_true(name: &str, should_say: &str) {
    let _turn = TURN.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let page = fs::read_to_string(PAGE).expect("the page is in the repository");
    let (open, close) = (format!("<!-- {name} -->\n"), format!("<!-- end of {name} -->"));
    let start = page.find(&open).expect("the part begins") + open.len();
    let end = page.find(&close).expect("the part ends");
    if page[start..end] == *should_say {
        return;
    }
    assert!(std::env::var_os("GONGKAI_UPDATE").is_some(), "{PAGE} is not true any more; GONGKAI_UPDATE=1 cargo test checks:: rewrites it");
    fs::write(PAGE, format!("{}{should_say}{}", &page[..start], &page[end..])).expect("the page can be written");
}
