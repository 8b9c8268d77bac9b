//! A request's path into an answer: looked up in the generation, never on the disk.

use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::stream;

use super::generation::{Generation, Shown};
use super::range::{Part, part};
use super::server::Preview;
use crate::cache::Fingerprint;
use crate::names::{Lang, encoded};

const CLIENT: &str = include_str!("client.js");

/// Of a file on disk, so much is read at a time.
const PIECE: u64 = 1 << 18;

pub(super) async fn client() -> Response {
    with_type(CLIENT, "client.js")
}

/// What stands at a path of the server.
pub(super) enum At {
    /// A path below the site.
    Site(String),
    /// Not below the site; its top is there.
    Outside,
    /// No path that a site could have.
    Nowhere,
}

/// Takes a path as it came, percent-encoded, to the file that it names below the site's base.
pub(super) fn locate(path: &str, base: &str) -> At {
    let Ok(path) = percent_encoding::percent_decode_str(path).decode_utf8() else { return At::Nowhere };
    match path.strip_prefix(base) {
        Some(below) if below.is_empty() || below.ends_with('/') => At::Site(format!("{below}index.html")),
        Some(below) => At::Site(below.to_string()),
        None => At::Outside,
    }
}

pub(super) async fn answer(State(preview): State<Arc<Preview>>, request: Request) -> Response {
    let generation = preview.generation();
    let asked = request.uri().path().to_string();
    let range = request.headers().get(header::RANGE).and_then(|value| value.to_str().ok()).map(str::to_string);
    let mut response = match locate(&asked, generation.base()) {
        At::Site(path) => file(&preview, &generation, path, range).await,
        At::Outside if asked == "/" || format!("{asked}/") == generation.base() => Redirect::temporary(generation.base()).into_response(),
        At::Outside | At::Nowhere => missing(&preview, &generation),
    };
    response.headers_mut().insert("x-gongkai-generation", HeaderValue::from(generation.id));
    response
}

async fn file(preview: &Preview, generation: &Arc<Generation>, path: String, range: Option<String>) -> Response {
    match generation.get(&path) {
        Some(Shown::Bytes { bytes, print, .. }) if is_page(&path) => page(preview, generation, bytes, Some(*print)),
        Some(Shown::Bytes { bytes, .. }) => with_type(bytes.clone(), &path),
        Some(Shown::OnDisk(file)) => on_disk(file.clone(), &path, range).await.unwrap_or_else(|| missing(preview, generation)),
        None if generation.get(&format!("{path}/index.html")).is_some() => {
            Redirect::temporary(&format!("{}{}/", generation.base(), encoded(&path))).into_response()
        }
        None => data(generation.clone(), path.clone()).await.map_or_else(|| missing(preview, generation), |bytes| with_type(bytes, &path)),
    }
}

/// A data file, made off the thread that answers others.
async fn data(generation: Arc<Generation>, path: String) -> Option<Vec<u8>> {
    tokio::task::spawn_blocking(move || generation.data(&path)).await.ok().flatten()
}

fn is_page(path: &str) -> bool {
    [".html", ".htm", ".shtml"].iter().any(|end| path.ends_with(end))
}

/// A page, with the script that keeps it up to date.
fn page(preview: &Preview, generation: &Generation, bytes: &Bytes, print: Option<Fingerprint>) -> Response {
    let script = script(preview, generation, print);
    let end = bytes.len() - tail(bytes);
    let mut out = Vec::with_capacity(bytes.len() + script.len());
    out.extend_from_slice(&bytes[..end]);
    out.extend_from_slice(script.as_bytes());
    out.extend_from_slice(&bytes[end..]);
    with_type(out, "page.html")
}

/// The length of what follows the last `</body>`, and of that itself.
fn tail(bytes: &[u8]) -> usize {
    const END: &[u8] = b"</body>";
    bytes.windows(END.len()).rposition(|window| window == END).map_or(0, |at| bytes.len() - at)
}

fn script(preview: &Preview, generation: &Generation, print: Option<Fingerprint>) -> String {
    let print = print.map_or_else(String::new, |print| print.to_string());
    let lang = if preview.lang == Lang::Zh { "zh" } else { "en" };
    // A base path is part of an address, and holds neither quotes nor angle brackets once encoded.
    let base = encoded(generation.base());
    format!(
        "<script src=\"/__gongkai/client.js\" data-page=\"{print}\" data-generation=\"{}\" data-base=\"{base}\" data-lang=\"{lang}\" defer></script>\n",
        generation.id
    )
}

/// The site's own page for what is not there; before there is a site, one that waits for it.
fn missing(preview: &Preview, generation: &Generation) -> Response {
    if generation.is_empty() {
        return (StatusCode::SERVICE_UNAVAILABLE, waiting(preview, generation)).into_response();
    }
    match generation.get("404.html") {
        Some(Shown::Bytes { bytes, .. }) => (StatusCode::NOT_FOUND, page(preview, generation, bytes, None)).into_response(),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

fn waiting(preview: &Preview, generation: &Generation) -> Response {
    let (title, text) = match (preview.lang, generation.id) {
        (Lang::Zh, 0) => ("正在生成…", "正在生成网站，好了会自动显示。"),
        (Lang::Zh, _) => ("有错误", "资料里有错误，改好以后会自动显示网站。"),
        (Lang::En, 0) => ("Building…", "The site is being built, and will show by itself."),
        (Lang::En, _) => ("Errors", "The archive has errors. Once they are mended the site shows by itself."),
    };
    let html = format!("<!doctype html>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n<body>\n<p>{text}</p>\n</body>\n");
    page(preview, generation, &Bytes::from(html), None)
}

fn with_type(bytes: impl Into<Body>, path: &str) -> Response {
    ([(header::CONTENT_TYPE, content_type(path))], bytes.into()).into_response()
}

/// A file passed on, or the part of it asked for. `None` if it is gone.
async fn on_disk(file: PathBuf, path: &str, range: Option<String>) -> Option<Response> {
    let opened = tokio::task::spawn_blocking(move || open(&file)).await.ok().flatten();
    let (file, size) = opened?;
    let part = part(range.as_deref(), size);
    let (status, start, length) = match &part {
        Part::Whole => (StatusCode::OK, 0, size),
        Part::Bytes(range) => (StatusCode::PARTIAL_CONTENT, *range.start(), range.end() - range.start() + 1),
        Part::OutOfRange => (StatusCode::RANGE_NOT_SATISFIABLE, 0, 0),
    };
    let mut response = (status, [(header::CONTENT_TYPE, content_type(path))], body(file, start, length)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    let sent = match part {
        Part::Whole => return Some(response),
        Part::Bytes(range) => format!("bytes {}-{}/{size}", range.start(), range.end()),
        Part::OutOfRange => format!("bytes */{size}"),
    };
    headers.insert(header::CONTENT_RANGE, HeaderValue::from_str(&sent).ok()?);
    Some(response)
}

fn open(path: &Path) -> Option<(std::fs::File, u64)> {
    let metadata = std::fs::symlink_metadata(path).ok().filter(std::fs::Metadata::is_file)?;
    Some((std::fs::File::open(path).ok()?, metadata.len()))
}

/// Reads a file piece by piece as the other side takes it.
fn body(file: std::fs::File, start: u64, length: u64) -> Body {
    let pieces = stream::try_unfold((file, start, length), |(file, at, left)| async move {
        if left == 0 {
            return Ok(None);
        }
        let read = tokio::task::spawn_blocking(move || read_at(file, at, left.min(PIECE)));
        let (piece, file) = read.await.map_err(std::io::Error::other)??;
        let length = piece.len() as u64;
        Ok::<_, std::io::Error>(Some((Bytes::from(piece), (file, at + length, left - length))))
    });
    Body::from_stream(pieces)
}

/// A piece of a file. Fails where the file has become shorter.
fn read_at(mut file: std::fs::File, at: u64, length: u64) -> std::io::Result<(Vec<u8>, std::fs::File)> {
    let mut piece = vec![];
    file.seek(SeekFrom::Start(at))?;
    (&file).take(length).read_to_end(&mut piece)?;
    if piece.is_empty() { Err(std::io::ErrorKind::UnexpectedEof.into()) } else { Ok((piece, file)) }
}

/// What a file is, by the end of its name.
fn content_type(path: &str) -> &'static str {
    let end = path.rsplit_once('.').map_or("", |(_, end)| end).to_ascii_lowercase();
    match end.as_str() {
        "html" | "htm" | "shtml" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "jsonld" => "application/ld+json",
        "json" => "application/json; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "xml" => "application/xml; charset=utf-8",
        "txt" | "md" => "text/plain; charset=utf-8",
        "svg" => "image/svg+xml; charset=utf-8",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "pdf" => "application/pdf",
        "doc" | "wps" => "application/msword",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xls" | "et" => "application/vnd.ms-excel",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "zip" => "application/zip",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "ttf" => "font/ttf",
        _ => "application/octet-stream",
    }
}
