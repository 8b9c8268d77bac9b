//! News for open pages, as server-sent events.
//!
//! Each event says how things are, never what changed: the page compares with what it shows. So a page that was
//! asleep, or was cut off, or belongs to a server that was started anew, is right again after one event.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Query, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream::{self, Stream};
use serde::Deserialize;

use super::answer::{At, locate};
use super::generation::Generation;
use super::server::Preview;

/// Which page is open, by the path in the browser's address.
#[derive(Deserialize)]
pub(super) struct Open {
    page: String,
}

pub(super) async fn events(
    State(preview): State<Arc<Preview>>,
    Query(open): Query<Open>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let news = preview.news();
    let stream = stream::unfold((preview, news, open, true), |(preview, mut news, open, first)| async move {
        if !first {
            news.changed().await.ok()?;
        }
        news.mark_unchanged();
        let generation = preview.generation();
        let event = Event::default().id(generation.id.to_string()).retry(Duration::from_millis(500)).data(state(&generation, &open.page));
        Some((Ok(event), (preview, news, open, false)))
    });
    Sse::new(stream).keep_alive(KeepAlive::new().interval(Duration::from_secs(20)))
}

/// How things are, for one page.
fn state(generation: &Generation, page: &str) -> String {
    let print = match locate(page, generation.base()) {
        At::Site(path) => generation.print(&path),
        At::Outside | At::Nowhere => None,
    };
    let page = print.map_or_else(|| "null".to_string(), |print| format!("\"{print}\""));
    let problems = if generation.problems.is_empty() { "null" } else { &generation.problems };
    format!(
        "{{\"generation\":{},\"page\":{page},\"current\":{},\"styles\":{},\"problems\":{problems}}}",
        generation.id,
        generation.is_current,
        generation.styles()
    )
}

impl Generation {
    /// The style sheets, as a JSON map from path to fingerprint.
    fn styles(&self) -> String {
        let sheets = self.files.iter().filter(|(path, _)| path.starts_with("assets/") && path.ends_with(".css"));
        let entries = sheets.filter_map(|(path, _)| Some(format!("{}:\"{}\"", serde_json::to_string(&**path).ok()?, self.print(path)?)));
        format!("{{{}}}", entries.collect::<Vec<_>>().join(","))
    }
}
