//! Which part of a page is the report, and what the page says about it elsewhere.

use super::document::Document;
use super::dom::{Data, Dom, Id};

/// Elements whose content is no part of a report.
const SKIPPED: [&str; 19] = [
    "script", "style", "head", "nav", "header", "footer", "select", "button", "noscript", "template", "iframe", "object", "svg", "form",
    "textarea", "input", "del", "aside", "math",
];

/// Parts that we add to a report's page.
const OWN_PARTS: [&str; 6] = ["page-indicators", "page-notes", "page-attachments", "page-downloads", "page-contact", "page-contents"];

pub(super) fn is_skipped(dom: &Dom, id: Id) -> bool {
    let name = dom.name(id);
    // A page's own header may hold the title; an article's header surely does.
    let of_article = matches!(name, "header")
        && std::iter::successors(dom.nodes[id].parent, |&up| dom.nodes[up].parent).any(|up| matches!(dom.name(up), "article" | "main"));
    // Some systems wrap a whole page in one form.
    let whole = name == "form" && dom.below(id).take(4000).any(|one| dom.name(one) == "table");
    let of_our_own = dom.attribute(id, "aria-labelledby").is_some_and(|label| OWN_PARTS.contains(&label));
    if of_our_own {
        return true;
    }
    if SKIPPED.contains(&name) && !of_article && !whole {
        return true;
    }
    let style: String =
        dom.attribute(id, "style").unwrap_or("").chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
    style.contains("display:none")
        || style.contains("visibility:hidden")
        || style.contains("mso-hide:all")
        || dom.attribute(id, "hidden").is_some()
}

/// `<meta>` names and the rows of small tables or lists that look like "label: value".
pub(super) fn fields(dom: &Dom, document: &mut Document) {
    for id in dom.below(0) {
        match dom.name(id) {
            "meta" => {
                let name = dom.attribute(id, "name").or(dom.attribute(id, "property"));
                if let (Some(name), Some(content)) = (name, dom.attribute(id, "content")) {
                    document.fields.push((name.to_string(), content.trim().to_string()));
                }
            }
            "title" => document.fields.push(("title".to_string(), flat(dom, id))),
            _ => {}
        }
    }
}

pub(super) fn flat(dom: &Dom, id: Id) -> String {
    let mut out = String::new();
    for one in dom.below(id) {
        if let Data::Text(text) = &dom.nodes[one].data {
            out.push_str(text);
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The smallest element that holds nearly all of the page's own text: everything but links, menus and forms.
pub(super) fn article(dom: &Dom) -> Id {
    let mut weight = vec![0usize; dom.nodes.len()];
    let mut skipped = vec![false; dom.nodes.len()];
    let order: Vec<Id> = dom.below(0).collect();
    for &id in &order {
        let up = dom.nodes[id].parent.unwrap_or(0);
        skipped[id] = (id != 0 && skipped[up]) || is_skipped(dom, id) || dom.name(id) == "a";
        if let (Data::Text(text), false) = (&dom.nodes[id].data, skipped[id]) {
            weight[id] = text.chars().filter(|c| !c.is_whitespace()).count();
        }
    }
    for &id in order.iter().rev() {
        if let Some(up) = dom.nodes[id].parent {
            weight[up] += weight[id];
        }
    }
    let all = weight[0];
    let mut at = 0;
    while let Some(&inner) = dom.nodes[at]
        .children
        .iter()
        .find(|&&child| weight[child] * 100 >= all * 85 && !matches!(dom.name(child), "table" | "tbody" | "tr" | "p"))
    {
        at = inner;
    }
    at
}
