//! The preview: the site of an archive on this machine, rebuilt at every change, never half of it.
//!
//! 1. a [`watch`] says that the archive changed;
//! 2. the `Builder` runs the one build there is, with what it remembers of the last;
//! 3. the new [`Generation`] takes the place of the old one at once, for every page; a build with errors changes
//!    nothing but the list of problems;
//! 4. the `server` answers from the generation, and tells open pages that there is a new one.
//!
//! In: an archive's directory. Out: HTTP on a port of this machine. Nothing is ever written to the disk.

mod answer;
mod build;
mod events;
mod generation;
mod problems;
mod range;
mod server;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;

use crate::error::Error;
use crate::names::{Lang, Words};
use crate::watch::{self, Event, Stopper, Watch};

use build::Builder;
use server::Preview;

pub use build::Built;
pub use generation::{Generation, Shown};

/// So many ports are tried from the one that was asked for.
const PORTS: u16 = 100;

#[derive(Clone, Debug)]
pub struct Options {
    pub host: IpAddr,
    /// The first port to try; 0 for any.
    pub port: u16,
    pub watch: watch::Options,
    pub lang: Lang,
}

impl Default for Options {
    fn default() -> Options {
        Options { host: Ipv4Addr::LOCALHOST.into(), port: 8000, watch: Default::default(), lang: Lang::default() }
    }
}

/// What a preview has to say to whoever started it.
#[derive(Debug)]
pub enum News {
    Built(Box<Built>),
    Notice(Words),
}

/// A preview that runs.
pub struct Running {
    address: SocketAddr,
    preview: Arc<Preview>,
    stop_watching: Stopper,
    stop_serving: server::Stop,
    threads: Vec<JoinHandle<()>>,
}

/// Opens a port and begins to watch and build; `tell` is called from another thread with what happens.
///
/// Fails where no port can be had.
pub fn start(root: &Path, options: &Options, mut tell: impl FnMut(News) + Send + 'static) -> Result<Running, Error> {
    let listener = listen(options.host, options.port)?;
    let failed = |cause: std::io::Error| Error::new("listen at", &PathBuf::from(options.host.to_string()), cause);
    let address = listener.local_addr().map_err(failed)?;
    let preview = Arc::new(Preview::new(options.lang, address));
    let (serving, stop_serving) = server::run(listener, preview.clone()).map_err(failed)?;
    let (stopper, ready) = std::sync::mpsc::channel();
    let (root, watch_options, preview_to_fill, lang) = (root.to_path_buf(), options.watch, preview.clone(), options.lang);
    let watching = std::thread::spawn(move || {
        let mut watch = Watch::new(&root, watch_options);
        // Nobody waits for it any more only if `start` is gone already.
        let _ = stopper.send(watch.stopper());
        let mut builder = Builder::new(lang);
        while let Some(event) = watch.next() {
            tell(match event {
                Event::Changed(changed) => {
                    let (generation, built) = builder.build(changed);
                    preview_to_fill.show(generation);
                    News::Built(Box::new(built))
                }
                Event::Notice(words) => News::Notice(words),
            });
        }
    });
    let stop_watching = ready.recv().map_err(|cause| Error::new("start", Path::new("watch"), cause))?;
    Ok(Running { address, preview, stop_watching, stop_serving, threads: vec![serving, watching] })
}

impl Running {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address of the home page, for a browser on this machine.
    pub fn url(&self) -> String {
        let mut address = self.address;
        if address.ip().is_unspecified() {
            address.set_ip(if address.is_ipv4() { Ipv4Addr::LOCALHOST.into() } else { Ipv6Addr::LOCALHOST.into() });
        }
        format!("http://{address}/")
    }

    /// What is shown now.
    pub fn generation(&self) -> Arc<Generation> {
        self.preview.generation()
    }

    /// Waits until somebody ends it.
    pub fn wait(self) {
        join(self.threads);
    }

    /// Ends it.
    pub fn stop(self) {
        self.stop_watching.stop();
        self.stop_serving.stop();
        join(self.threads);
    }
}

fn join(threads: Vec<JoinHandle<()>>) {
    for thread in threads {
        // A thread that panicked has said so already.
        let _ = thread.join();
    }
}

/// The port asked for, or the next free one.
fn listen(host: IpAddr, port: u16) -> Result<TcpListener, Error> {
    let mut failure = None;
    for port in port..=port.saturating_add(if port == 0 { 0 } else { PORTS }) {
        match TcpListener::bind((host, port)) {
            Ok(listener) => return Ok(listener),
            Err(cause) if cause.kind() == std::io::ErrorKind::AddrInUse => failure = Some(cause),
            Err(cause) => {
                failure = Some(cause);
                break;
            }
        }
    }
    let cause = failure.unwrap_or_else(|| std::io::ErrorKind::AddrInUse.into());
    Err(Error::new("listen at", &PathBuf::from(format!("{host}:{port}")), cause))
}
