//! Debian's Chromium without a window, spoken to over its debugging protocol: for tests of what a reader's browser makes
//! of our pages.

#![allow(dead_code, reason = "each test module uses its own part")]

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tungstenite::client::connect_with_config;
use tungstenite::protocol::WebSocketConfig;
use tungstenite::stream::MaybeTlsStream;
use tungstenite::{Message, WebSocket};

use crate::preview::LONG;
use crate::support::tool_or_skip;

/// A browser with one page.
pub struct Browser {
    program: Child,
    socket: WebSocket<MaybeTlsStream<std::net::TcpStream>>,
    last: u64,
    /// What the browser told by itself.
    events: Vec<Value>,
    _profile: tempfile::TempDir,
}

impl Drop for Browser {
    fn drop(&mut self) {
        // It is ours, and has nothing to save.
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

impl Browser {
    /// `None`, with a printed line, where there is no Chromium.
    pub fn open(url: &str) -> Option<Browser> {
        let there = Command::new("chromium").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        tool_or_skip("chromium", there.is_ok_and(|status| status.success()))?;
        let profile = tempfile::tempdir().expect("a temporary folder");
        let mut program = Command::new("chromium")
            .args([
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
                "--window-size=1000,700",
                "--remote-debugging-port=0",
            ])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg(url)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("chromium starts");
        let said = BufReader::new(program.stderr.take().expect("it was asked for"));
        let mut lines = said.lines().map_while(Result::ok);
        let address =
            lines.find_map(|line| line.strip_prefix("DevTools listening on ws://").map(str::to_string)).expect("it says where it listens");
        // What more it says must not block it.
        std::thread::spawn(move || lines.for_each(drop));
        let host = address.split('/').next().expect("there is a first part").to_string();
        let page = wait(|| page_of(&host));
        // An answer may hold the whole text of a long page.
        let unbounded = WebSocketConfig::default().max_message_size(None).max_frame_size(None);
        let (socket, _) = connect_with_config(page, Some(unbounded), 0).expect("the page can be spoken to");
        if let MaybeTlsStream::Plain(stream) = socket.get_ref() {
            stream.set_read_timeout(Some(LONG)).expect("a time is allowed");
        }
        Some(Browser { program, socket, last: 0, events: vec![], _profile: profile })
    }

    /// One command of the debugging protocol; its result.
    pub fn command(&mut self, method: &str, parameters: Value) -> Value {
        self.last += 1;
        let call = json!({"id": self.last, "method": method, "params": parameters});
        self.socket.send(Message::text(call.to_string())).expect("the page listens");
        loop {
            let Message::Text(text) = self.socket.read().expect("the page answers") else { continue };
            let answer: Value = serde_json::from_str(&text).expect("it is JSON");
            if answer["id"].is_null() {
                self.events.push(answer);
            } else if answer["id"] == self.last {
                // Asked of a page that was just being left; whoever waits asks the next one.
                let is_leaving = answer["error"]["message"].as_str().is_some_and(|message| message.contains("navigated"));
                assert!(answer["error"].is_null() || is_leaving, "{method}: {answer}");
                return answer["result"].clone();
            }
        }
    }

    /// What the browser told since the last call: see [`Browser::listen`].
    pub fn events(&mut self) -> Vec<Value> {
        // Whatever happened before this is answered has been told.
        self.value("0");
        std::mem::take(&mut self.events)
    }

    /// From here on the browser tells what pages log, what goes wrong on them, and what they ask for.
    pub fn listen(&mut self) {
        for domain in ["Runtime", "Log", "Network", "Page"] {
            self.command(&format!("{domain}.enable"), json!({}));
        }
    }

    /// The value of an expression on the page, a promise's once it is there.
    pub fn value(&mut self, expression: &str) -> Value {
        let parameters = json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        self.command("Runtime.evaluate", parameters)["result"]["value"].clone()
    }

    /// Shows another page, and waits until it is loaded.
    pub fn go(&mut self, url: &str) {
        self.command("Page.navigate", json!({"url": url}));
        self.wait(&format!("document.readyState === 'complete' && location.href === {}", json!(url)));
    }

    /// Waits until an expression is true.
    pub fn wait(&mut self, expression: &str) {
        let start = Instant::now();
        while self.value(expression) != Value::Bool(true) {
            let page = self.value("document.documentElement.outerHTML.slice(0, 3000) + (document.querySelector('gongkai-preview')?.shadowRoot.innerHTML ?? '')");
            assert!(start.elapsed() < LONG, "waited too long for {expression}; the page is {page}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

fn page_of(host: &str) -> Option<String> {
    let address = host.parse().ok()?;
    let list: Value = serde_json::from_slice(&crate::preview::get(address, "/json/list", &[]).body).ok()?;
    let page = list.as_array()?.iter().find(|one| one["type"] == "page")?;
    page["webSocketDebuggerUrl"].as_str().map(str::to_string)
}

fn wait<T>(mut ask: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(start.elapsed() < LONG, "waited too long for the browser");
        std::thread::sleep(Duration::from_millis(20));
    }
}
