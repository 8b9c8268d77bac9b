//! A preview over a folder on disk, and a client that asks it over HTTP, for tests.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use gongkai::cache::Cache;
use gongkai::content::Scope;
use gongkai::output::Memory;
use gongkai::pipeline::Site;
use gongkai::serve::{self, News, Options, Running};
use gongkai::source::Sources;
use gongkai::watch::{self, Watcher};

/// Far more than anything should take, on a machine that does ten other things.
pub const LONG: Duration = Duration::from_secs(30);

/// An archive on disk with a preview of it.
pub struct Previewed {
    pub root: PathBuf,
    pub running: Option<Running>,
    pub builds: Arc<AtomicU64>,
    pub notices: Arc<Mutex<Vec<String>>>,
    _temporary: tempfile::TempDir,
}

impl Drop for Previewed {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop();
        }
    }
}

/// Writes files into a new folder.
pub fn on_disk(files: &BTreeMap<String, String>) -> (tempfile::TempDir, PathBuf) {
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let root = temporary.path().join("archive");
    for (path, text) in files {
        write(&root.join(path), text);
    }
    (temporary, root)
}

pub fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("it is below a folder")).expect("it can be made");
    fs::write(path, text).expect("it can be written");
}

/// The program itself, silent.
pub fn gongkai(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gongkai"));
    command.arg("--root").arg(root).args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Starts a preview on a free port.
pub fn preview(files: &BTreeMap<String, String>, watcher: Watcher) -> Previewed {
    let (temporary, root) = on_disk(files);
    let watch = watch::Options { watcher, poll_interval: Duration::from_millis(60) };
    let options = Options { port: 0, watch, ..Options::default() };
    let (builds, notices) = (Arc::new(AtomicU64::new(0)), Arc::new(Mutex::new(vec![])));
    let (counting, noting) = (builds.clone(), notices.clone());
    let running = serve::start(&root, &options, move |news| match news {
        News::Built(built) => counting.store(built.generation, Ordering::SeqCst),
        News::Notice(words) => noting.lock().unwrap().push(words.en.into_owned()),
    });
    let running = running.expect("there is a free port");
    let previewed = Previewed { root, running: Some(running), builds, notices, _temporary: temporary };
    previewed.wait("the first build", |it| it.builds() > 0);
    previewed
}

impl Previewed {
    pub fn running(&self) -> &Running {
        self.running.as_ref().expect("it runs until it is dropped")
    }

    pub fn address(&self) -> SocketAddr {
        self.running().address()
    }

    pub fn builds(&self) -> u64 {
        self.builds.load(Ordering::SeqCst)
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    pub fn get(&self, path: &str) -> Answer {
        get(self.address(), path, &[])
    }

    /// Waits for something to become true.
    pub fn wait(&self, what: &str, is_so: impl Fn(&Previewed) -> bool) {
        let start = Instant::now();
        while !is_so(self) {
            assert!(
                start.elapsed() < LONG,
                "waited too long for {what}; builds {}, said {:?}",
                self.builds(),
                self.notices.lock().unwrap()
            );
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// How what is shown differs from a fresh build of what is on disk; `None` if it does not.
    pub fn difference(&self) -> Option<String> {
        let sources = Sources::read(&self.root).ok()?;
        let site = Site::read(&sources, Scope::WithDrafts, &Cache::default());
        let memory = Memory::default();
        let of_templates = site.files(&sources, &memory).expect("memory does not fail");
        let generation = self.running().generation();
        if site.diagnostics.has_errors() || of_templates.has_errors() {
            return generation.is_current.then(|| "shown as current, though there are errors".to_string());
        }
        if !generation.is_current {
            return Some("not current, though there are no errors".into());
        }
        let fresh = memory.into_files();
        for (path, bytes) in &fresh {
            let shown = match generation.get(path) {
                Some(serve::Shown::Bytes { bytes, .. }) => Some(bytes.to_vec()),
                Some(serve::Shown::OnDisk(file)) => fs::read(file).ok(),
                None => generation.data(path),
            };
            if shown.as_ref() != Some(bytes) {
                return Some(format!("{path} {}", if shown.is_some() { "differs" } else { "is missing" }));
            }
        }
        generation.files.keys().find(|path| !fresh.contains_key(&***path)).map(|path| format!("{path} is not in a fresh build"))
    }
}

/// An answer of the server.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let line = self.head.lines().find(|line| line.to_ascii_lowercase().starts_with(&format!("{}:", name.to_ascii_lowercase())))?;
        line.split_once(':').map(|(_, value)| value.trim())
    }
}

/// Asks once, with a connection of its own.
pub fn get(address: SocketAddr, path: &str, headers: &[(&str, &str)]) -> Answer {
    request(address, "GET", path, headers)
}

pub fn request(address: SocketAddr, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut stream = TcpStream::connect(address).expect("the server listens");
    stream.set_read_timeout(Some(LONG)).expect("a time is allowed");
    let mut text = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
    if !headers.iter().any(|(name, _)| *name == "Host") {
        text.push_str(&format!("Host: {address}\r\n"));
    }
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    stream.write_all(format!("{text}\r\n").as_bytes()).expect("the server reads");
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert!(reader.read_line(&mut head).expect("the server answers") > 0, "the head is cut off: {head}");
    }
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("there is a status");
    let mut answer = Answer { status, head, body: vec![] };
    let length = answer.header("content-length").and_then(|length| length.parse::<u64>().ok());
    // Not every server closes the connection.
    let most = if method == "HEAD" { 0 } else { length.unwrap_or(u64::MAX) };
    reader.take(most).read_to_end(&mut answer.body).expect("the server answers");
    if answer.header("transfer-encoding") == Some("chunked") {
        answer.body = unchunked(&answer.body);
    }
    answer
}

fn unchunked(mut body: &[u8]) -> Vec<u8> {
    let mut out = vec![];
    while let Some(end) = body.windows(2).position(|window| window == b"\r\n") {
        let size = usize::from_str_radix(std::str::from_utf8(&body[..end]).expect("a number"), 16).expect("a number");
        out.extend_from_slice(&body[end + 2..end + 2 + size]);
        body = &body[end + 2 + size + 2..];
        if size == 0 {
            break;
        }
    }
    out
}
