//! ARCHITECTURE.md stays true: its table is the order of the modules, and the code keeps to it.

use std::fs;
use std::path::{Path, PathBuf};

/// The modules of the table, in its order.
fn order() -> Vec<String> {
    let page = fs::read_to_string("ARCHITECTURE.md").expect("it is in the repository");
    let row = |line: &str| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let numbered = cells.get(1)?.parse::<u32>().is_ok();
        numbered.then(|| cells[2].trim_matches('`').to_string())
    };
    page.lines().filter_map(row).collect()
}

fn rust_files(directory: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).expect("src can be read").flatten() {
        match entry.path().is_dir() {
            true => rust_files(&entry.path(), files),
            false => files.push(entry.path()),
        }
    }
}

/// Every `crate::name` in code, comments apart.
fn used(text: &str) -> Vec<String> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| {
        line.match_indices("crate::").map(|(at, _)| {
            let rest = &line[at + "crate::".len()..];
            rest[..rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len())].to_string()
        })
    })
    .filter(|name| !name.is_empty())
    .collect()
}

#[test]
fn the_table_names_every_module_of_the_library() {
    let lib = fs::read_to_string("src/lib.rs").expect("it is in the repository");
    let mut modules: Vec<&str> = lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let mut table = order();
    table.sort();
    modules.sort_unstable();
    assert_eq!(table, modules);
}

#[test]
fn a_module_uses_only_modules_above_it() {
    let order = order();
    let rank = |name: &str| order.iter().position(|one| one == name);
    let mut files = vec![];
    rust_files(Path::new("src"), &mut files);
    let mut wrong = vec![];
    for file in files {
        let below = file.strip_prefix("src").expect("found there");
        let module = below.components().next().map(|part| part.as_os_str().to_string_lossy().trim_end_matches(".rs").to_string());
        let Some(own) = module.as_deref().and_then(rank) else { continue };
        for name in used(&fs::read_to_string(&file).expect("it can be read")) {
            if rank(&name).is_some_and(|other| other > own) {
                wrong.push(format!("{} uses {name}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
