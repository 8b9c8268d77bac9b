//! Pages as a checker sees them that we did not write: the Nu HTML checker, run on this machine.
//!
//! Needs Java, and the checker's jar in `GONGKAI_VNU_JAR` (`.ci/run` installs both).

use std::path::Path;
use std::process::Command;

use gongkai::cache::Cache;
use gongkai::content::Scope;
use gongkai::pipeline::Site;
use gongkai::source::Sources;

use crate::support::{files_of, tool_or_skip};

#[test]
fn every_page_of_the_demo_is_valid_html() {
    let jar = std::env::var("GONGKAI_VNU_JAR").unwrap_or_default();
    let Some(()) = tool_or_skip("the Nu HTML checker (GONGKAI_VNU_JAR) and Java", Path::new(&jar).is_file() && runs("java")) else {
        return;
    };
    let sources = Sources::read(Path::new(".")).expect("the demo archive can be read");
    let site = Site::read(&sources, Scope::Published, &Cache::default());
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let mut pages = 0;
    for (path, bytes) in files_of(&site, &sources).iter().filter(|(path, _)| path.ends_with(".html")) {
        let target = temporary.path().join(path);
        std::fs::create_dir_all(target.parent().expect("it is below the folder")).expect("it can be made");
        std::fs::write(target, bytes).expect("it can be written");
        pages += 1;
    }
    let checked = Command::new("java").arg("-jar").arg(&jar).args(["--errors-only", "--skip-non-html"]).arg(temporary.path()).output();
    let checked = checked.expect("java was found");
    let said = String::from_utf8_lossy(&checked.stderr);
    assert!(checked.status.success(), "{}", said.lines().take(30).collect::<Vec<_>>().join("\n"));
    assert!(pages > 80, "the demo has {pages} pages");
}

fn runs(program: &str) -> bool {
    Command::new(program).arg("-version").output().is_ok_and(|output| output.status.success())
}
