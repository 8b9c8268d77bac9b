//! Diagnostics as SARIF 2.1.0 (OASIS), for editors and for services that show findings beside a file.
//! Only what we use of the standard is written; columns count characters (`unicodeCodePoints`).

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Diagnostic, Diagnostics};
use crate::names::{Lang, encoded};
use crate::source::{Place, Sources};

/// One run with all diagnostics, in the order given, as pretty-printed JSON ending in a newline.
pub fn sarif(diagnostics: &Diagnostics, sources: &Sources, lang: Lang) -> String {
    let codes: BTreeSet<&str> = diagnostics.iter().map(|one| one.code.as_ref()).collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "gongkai",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": codes.iter().map(|code| json!({"id": code})).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "results": diagnostics.iter().map(|one| result(one, sources, lang)).collect::<Vec<_>>(),
        }],
    });
    let mut out = serde_json::to_string_pretty(&log).expect("texts and numbers always serialise");
    out.push('\n');
    out
}

fn result(one: &Diagnostic, sources: &Sources, lang: Lang) -> Value {
    let mut text = one.whole_message(lang);
    for more in [&one.here, &one.help].into_iter().flatten() {
        text.push('\n');
        text.push_str(more.get(lang));
    }
    let related = one.labels.iter().map(|label| {
        let mut location = location(&label.place, sources);
        location["message"] = json!({"text": label.text.get(lang)});
        location
    });
    let mut result = json!({
        "ruleId": one.code,
        "level": one.severity.id(),
        "message": {"text": text},
        "locations": one.place.iter().map(|place| location(place, sources)).collect::<Vec<_>>(),
        "relatedLocations": related.collect::<Vec<_>>(),
    });
    // What the author has explained is shown as settled (SARIF 2.1.0, 3.27.23).
    if let Some(note) = &one.acknowledged {
        result["suppressions"] = json!([{"kind": "inSource", "justification": note}]);
    }
    result
}

fn location(place: &Place, sources: &Sources) -> Value {
    let (start, end) = (sources.line_column(place), sources.end_line_column(place));
    json!({"physicalLocation": {
        "artifactLocation": {"uri": encoded(&place.file)},
        "region": {"startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column},
    }})
}
