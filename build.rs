//! Lists `forms/` and `themes/` for embedding, so that a new form or theme file needs no Rust.

use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let mut out = String::new();
    for (name, top) in [("FORMS", "forms"), ("THEMES", "themes")] {
        println!("cargo::rerun-if-changed={top}");
        let mut files = vec![];
        collect(&root.join(top), &mut files);
        files.sort();
        out.push_str(&format!("/// Every file of `{top}/`, by path.\npub static {name}: &[(&str, &[u8])] = &[\n"));
        for file in files {
            let below = file.strip_prefix(&root).expect("collected below the root");
            let path = below.to_str().expect("our own file names are UTF-8").replace('\\', "/");
            out.push_str(&format!("    ({path:?}, include_bytes!({:?})),\n", file.display().to_string()));
        }
        out.push_str("];\n");
    }
    let target = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it")).join("embedded.rs");
    fs::write(target, out).expect("OUT_DIR can be written");
}

fn collect(directory: &Path, files: &mut Vec<PathBuf>) {
    println!("cargo::rerun-if-changed={}", directory.display());
    let Ok(entries) = fs::read_dir(directory) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        match path.is_dir() {
            _ if hidden => {}
            true => collect(&path, files),
            false => files.push(path),
        }
    }
}
