//! The preview's server: who may ask, and what is shown at the moment.
//!
//! In: a listening socket. Out: answers ([`answer`](super::answer)) and news ([`events`](super::events)).
//! Only this machine is answered, and only pages of this server may ask: a page elsewhere that has its name point
//! here (DNS rebinding) is refused by its `Host`, one that sends requests here by its `Origin`.

use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::sync::{Arc, PoisonError, RwLock};
use std::thread::JoinHandle;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::sync::{oneshot, watch};

use crate::names::Lang;

use super::generation::Generation;
use super::{answer, events};

/// What all requests share.
pub(super) struct Preview {
    pub lang: Lang,
    address: SocketAddr,
    shown: RwLock<Arc<Generation>>,
    news: watch::Sender<u64>,
}

impl Preview {
    pub(super) fn new(lang: Lang, address: SocketAddr) -> Preview {
        Preview { lang, address, shown: RwLock::default(), news: watch::Sender::new(0) }
    }

    /// A request takes this once, and keeps to it.
    pub(super) fn generation(&self) -> Arc<Generation> {
        self.shown.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Shows another generation from now on, and tells open pages.
    pub(super) fn show(&self, generation: Generation) {
        let id = generation.id;
        let next = Arc::new(generation);
        let before = std::mem::replace(&mut *self.shown.write().unwrap_or_else(PoisonError::into_inner), next);
        self.news.send_replace(id);
        // Freeing an old generation takes a while; by now nobody waits for it.
        drop(before);
    }

    /// Resolves at every new generation.
    pub(super) fn news(&self) -> watch::Receiver<u64> {
        self.news.subscribe()
    }

    /// Whether a request names this server as itself.
    fn is_own_host(&self, host: &str) -> bool {
        let name = match host.rsplit_once(':') {
            Some((name, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            _ => host,
        };
        let name = name.trim_start_matches('[').trim_end_matches(']');
        let open = !self.address.ip().is_loopback();
        // An address cannot be made to point elsewhere, as a name can.
        name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback() || open)
    }
}

/// Ends the server.
pub(super) struct Stop(oneshot::Sender<()>);

impl Stop {
    pub(super) fn stop(self) {
        // Where nobody listens the server has ended.
        let _ = self.0.send(());
    }
}

/// Serves from a thread of its own. Connections that are open when it is ended are cut.
pub(super) fn run(listener: TcpListener, preview: Arc<Preview>) -> io::Result<(JoinHandle<()>, Stop)> {
    listener.set_nonblocking(true)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build()?;
    let (stop, stopped) = oneshot::channel();
    let thread = std::thread::spawn(move || {
        runtime.block_on(async {
            // The listener was good when it was opened; without it there is nothing to serve.
            let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
            let serving = std::future::IntoFuture::into_future(axum::serve(listener, router(preview)));
            futures_util::future::select(Box::pin(serving), stopped).await;
        });
        runtime.shutdown_background();
    });
    Ok((thread, Stop(stop)))
}

fn router(preview: Arc<Preview>) -> Router {
    Router::new()
        .route("/__gongkai/client.js", get(answer::client))
        .route("/__gongkai/events", get(events::events))
        .fallback(answer::answer)
        .layer(middleware::from_fn_with_state(preview.clone(), guard))
        .with_state(preview)
}

/// Refuses whoever is not a page of this server or somebody at this machine's keyboard.
async fn guard(State(preview): State<Arc<Preview>>, request: Request, next: Next) -> Response {
    let refused = refusal(&preview, request.method(), request.headers());
    let mut response = match refused {
        Some(refusal) => refusal.into_response(),
        None => next.run(request).await,
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

fn refusal(preview: &Preview, method: &Method, headers: &HeaderMap) -> Option<(StatusCode, &'static str)> {
    if method != Method::GET && method != Method::HEAD {
        return Some((StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD\n"));
    }
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let Some(host) = text(header::HOST).filter(|host| preview.is_own_host(host)) else {
        return Some((StatusCode::MISDIRECTED_REQUEST, "this preview answers only to its own address\n"));
    };
    let from_elsewhere = headers.contains_key(header::ORIGIN) && text(header::ORIGIN) != Some(&format!("http://{host}"));
    from_elsewhere.then_some((StatusCode::FORBIDDEN, "this preview answers only its own pages\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn preview(address: &str) -> Preview {
        Preview::new(Lang::En, address.parse().expect("an address"))
    }

    #[test]
    fn only_addresses_of_this_machine_are_its_own() {
        let local = preview("127.0.0.1:8000");
        for own in ["127.0.0.1:8000", "localhost:8000", "LOCALHOST", "[::1]:8000", "127.0.0.1"] {
            assert!(local.is_own_host(own), "{own}");
        }
        for other in ["evil.example:8000", "192.168.1.5:8000", "127.0.0.1.evil.example", "", "localhost.evil.example:80", "::"] {
            assert!(!local.is_own_host(other), "{other}");
        }
        let open = preview("0.0.0.0:8000");
        assert!(open.is_own_host("192.168.1.5:8000"));
        assert!(!open.is_own_host("evil.example:8000"));
    }
}
