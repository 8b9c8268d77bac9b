//! serde_yaml into plain structs, with its errors as diagnostics.

use std::sync::Arc;

use serde::de::DeserializeOwned;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::names::Words;
use crate::source::{Place, Span, newlines};

/// Reads a whole file of settings. `None`, with a diagnostic at the right line, where it does not fit `T`.
pub fn read<T: DeserializeOwned>(file: &Arc<str>, text: &str, found: &mut Diagnostics) -> Option<T> {
    match serde_yaml::from_str(text) {
        Ok(value) => Some(value),
        Err(error) => {
            found.push(explain(file, text, &error));
            None
        }
    }
}

fn explain(file: &Arc<str>, text: &str, error: &serde_yaml::Error) -> Diagnostic {
    let start = error.location().map_or(0, |location| location.index()).min(text.len());
    let line = newlines(&text.as_bytes()[..start]) + 1;
    let rest = text.get(start..).unwrap_or_default();
    let length = rest.find(['\n', ':', ',', ']', '}']).unwrap_or(rest.len());
    let place = Place { file: file.clone(), span: Span { start: start as u32, end: (start + length) as u32, line } };
    let said = error.to_string();
    let said = said.split(" at line ").next().unwrap_or(&said);
    Diagnostic::error("G901", place, Words::new(in_chinese(said), said.to_string()))
}

/// serde's own sentences, of which there are few.
fn in_chinese(said: &str) -> String {
    let (path, said) = match said.split_once(": ") {
        Some((path, rest)) if !path.contains(' ') => (format!("{path}："), rest),
        _ => (String::new(), said),
    };
    let quoted = |start: &str| said.strip_prefix(start).and_then(|rest| rest.split('`').next());
    if let Some(name) = quoted("unknown field `") {
        let expected = said.split_once("expected ").map_or("", |(_, names)| names.trim_start_matches("one of "));
        return format!("{path}没有“{name}”这个项目，可用的有：{}", expected.replace('`', "").replace(", ", "、"));
    }
    if let Some(name) = quoted("missing field `") {
        return format!("{path}缺少“{name}”");
    }
    if let Some(name) = quoted("duplicate field `") {
        return format!("{path}“{name}”写了两次");
    }
    if said.starts_with("duplicate entry") {
        return format!("{path}同一个名称写了两次（{said}）");
    }
    if said.starts_with("invalid type") || said.starts_with("invalid value") {
        return format!("{path}这里的内容不是所需要的类型（{said}）");
    }
    format!("{path}格式读不懂（{said}）")
}
