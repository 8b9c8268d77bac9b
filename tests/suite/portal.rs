//! A portal as strict as they come: a folder served below a path of this machine, with a Content-Security-Policy that
//! allows nothing but the site itself.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::support::Files;

/// Where the site stands on the portal.
pub const PATH: &str = "/gk/nb/";

/// Where the demo says that it stands: its page for unknown addresses works only there.
pub const DEMO_PATH: &str = "/xxgk/";

const POLICY: &str = "default-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'";

/// A site in a folder, and on a portal.
pub struct Portal {
    pub address: SocketAddr,
    pub folder: PathBuf,
    _temporary: tempfile::TempDir,
}

impl Portal {
    pub fn of(files: &Files) -> Portal {
        let temporary = tempfile::tempdir().expect("a temporary folder");
        let folder = temporary.path().join("年报 site");
        for (path, bytes) in files {
            let target = folder.join(path);
            std::fs::create_dir_all(target.parent().expect("it is below the folder")).expect("it can be made");
            std::fs::write(target, bytes).expect("it can be written");
        }
        let address = serve(folder.clone());
        Portal { address, folder, _temporary: temporary }
    }

    /// The address of a file of the site on the portal.
    pub fn url(&self, file: &str) -> String {
        let path = if file == "404.html" { DEMO_PATH } else { PATH };
        format!("http://{}{path}{file}", self.address)
    }

    /// The address of a file of the site on the disk.
    pub fn on_disk(&self, file: &str) -> String {
        let folder: String = self.folder.to_string_lossy().bytes().map(encoded).collect();
        format!("file://{folder}/{file}")
    }
}

fn encoded(byte: u8) -> String {
    let plain = byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'-' | b'_');
    if plain { char::from(byte).to_string() } else { format!("%{byte:02X}") }
}

/// Serves until the tests end.
fn serve(folder: PathBuf) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    let address = listener.local_addr().expect("it listens");
    let folder = Arc::new(folder);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let folder = folder.clone();
            std::thread::spawn(move || answer(stream, &folder));
        }
    });
    address
}

/// Answers one request after the other on a connection.
fn answer(stream: TcpStream, folder: &Path) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut stream = stream;
    loop {
        let mut request = String::new();
        reader.read_line(&mut request).ok().filter(|&length| length > 0)?;
        let mut line = String::new();
        while reader.read_line(&mut line).ok()? > 2 {
            line.clear();
        }
        let target = request.split(' ').nth(1)?;
        let (status, kind, body) = found(target, folder);
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nContent-Security-Policy: {POLICY}\r\nX-Content-Type-Options: nosniff\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).ok()?;
        if !request.starts_with("HEAD ") {
            stream.write_all(&body).ok()?;
        }
    }
}

fn found(target: &str, folder: &Path) -> (&'static str, &'static str, Vec<u8>) {
    let path = target.split(['?', '#']).next().unwrap_or_default();
    // Browsers ask for it by themselves.
    if path == "/favicon.ico" {
        return ("204 No Content", "image/x-icon", vec![]);
    }
    let Some(below) = path.strip_prefix(PATH).or_else(|| path.strip_prefix(DEMO_PATH)) else {
        return ("404 Not Found", "text/plain", b"outside of the site".to_vec());
    };
    let below = if below.is_empty() || below.ends_with('/') { format!("{below}index.html") } else { below.to_string() };
    let decoded = decoded(&below);
    match std::fs::read(folder.join(&decoded)) {
        Ok(bytes) if !decoded.contains("..") => ("200 OK", kind(&decoded), bytes),
        _ => ("404 Not Found", "text/plain", b"there is no such file".to_vec()),
    }
}

fn decoded(path: &str) -> String {
    let bytes = path.as_bytes();
    let (mut out, mut at) = (vec![], 0);
    while at < bytes.len() {
        let hex = (bytes[at] == b'%').then(|| path.get(at + 1..at + 3)).flatten();
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn kind(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "xml" => "application/xml",
        "csv" => "text/csv; charset=utf-8",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}
