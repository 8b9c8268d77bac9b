//! What no build can do without: reads every file of an archive, and writes a finished site again from memory.
//!
//! `rustc -O bench/floor.rs`, then `floor ARCHIVE SITE [OUT]`. The site is read first, so that what counts is the difference
//! between a run with `OUT`, a folder that is not there yet, and one without. `bench/race` measures it.

use std::collections::BTreeSet;
use std::fs;
use std::io::Result;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

fn main() -> Result<()> {
    let folders: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [archive, site, out @ ..] = folders.as_slice() else {
        eprintln!("floor ARCHIVE SITE [OUT]");
        std::process::exit(2);
    };
    let names = files(site)?;
    let bodies: Vec<(&Path, Vec<u8>)> = shared(&names, |path| Ok((path.strip_prefix(site).unwrap_or(path), fs::read(path)?)))?;
    if let [out] = out {
        shared(&files(archive)?, |path| fs::read(path))?;
        let folders: BTreeSet<&Path> = bodies.iter().filter_map(|(path, _)| path.parent()).collect();
        folders.iter().try_for_each(|folder| fs::create_dir_all(out.join(folder)))?;
        shared(&bodies, |(path, bytes)| fs::write(out.join(path), bytes))?;
    }
    Ok(())
}

/// All files below a folder.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let (mut files, mut folders) = (vec![], vec![folder.to_path_buf()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() { folders.push(entry.path()) } else { files.push(entry.path()) }
        }
    }
    Ok(files)
}

/// Work on each of many, shared by all processors; the results come in no order.
fn shared<'t, T: Sync, R: Send>(all: &'t [T], work: impl Fn(&'t T) -> Result<R> + Sync) -> Result<Vec<R>> {
    let (next, work) = (AtomicUsize::new(0), &work);
    let one_share = || {
        let numbers = std::iter::from_fn(|| all.get(next.fetch_add(1, Ordering::Relaxed)));
        numbers.map(work).collect::<Result<Vec<R>>>()
    };
    std::thread::scope(|scope| {
        let count = std::thread::available_parallelism().map_or(1, |count| count.get());
        let shares: Vec<_> = (0..count).map(|_| scope.spawn(one_share)).collect();
        shares.into_iter().try_fold(vec![], |mut done, share| {
            done.extend(share.join().expect("no share panics")?);
            Ok(done)
        })
    })
}
