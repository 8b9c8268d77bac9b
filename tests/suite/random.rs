//! Whatever is written: never a panic, and every finding has a place that exists.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::support::site;

const REPORT: &str = "\
title: 云岭县人民政府2023年政府信息公开工作年度报告
year: 2023
published: 2024-01-22
contact:
  phone: 0000-8065938
statistics:
  proactive:
    normative_documents: [{value: 22, remark: 其中修订16件}, 0, 55]
    charges: [160.5964]
  requests:
    received: [3, 1, 0, 0, 0, 0]
    refused: 0
    （一）予以公开: {自然人: 2, 商业企业: 1}
    carried_forward: [1, 0, 0, 0, 0, 0, 1]
  disputes: 0
indicators:
  政府网站发布政府信息: 195 条
acknowledged:
  - {code: G104, note: 原件如此}
";

const BODY: &str = "\
全年发布{{ 政府网站发布政府信息 }}条，收到{{ requests.received.total }}件。

## 一、总体情况

**一是互联网公开，**充分发挥[门户网站](https://www.example.org/)的作用。

| 渠道 | 条 |
|---|---|
| 网站 | 195 |

## 三、收到和处理政府信息公开申请情况
";

/// Pieces that mean something to YAML, Markdown, placeholders or readers.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("\n".to_string()),
        Just("\n---\n".to_string()),
        Just("  ".to_string()),
        Just("\t".to_string()),
        Just("：".to_string()),
        Just("，".to_string()),
        Just("{{".to_string()),
        Just("}}".to_string()),
        Just("**".to_string()),
        Just("- ".to_string()),
        Just("&a *a".to_string()),
        Just("１２".to_string()),
        Just("99999999999999999999999999999999".to_string()),
        Just("-1".to_string()),
        Just("~".to_string()),
        Just("<b>".to_string()),
        Just("\u{feff}".to_string()),
        Just("\r\n".to_string()),
        "[\\[\\]{}:,'\"#&*!|>%@`?-]",
        any::<char>().prop_map(String::from),
    ]
}

/// A valid file with a few pieces put in, or taken out, at random places.
fn mutated(text: &'static str) -> impl Strategy<Value = String> {
    prop::collection::vec((any::<prop::sample::Index>(), piece(), 0..6usize), 0..6).prop_map(move |edits| {
        let mut characters: Vec<char> = text.chars().collect();
        for (at, piece, removed) in edits {
            let at = at.index(characters.len() + 1).min(characters.len());
            let end = (at + removed).min(characters.len());
            characters.splice(at..end, piece.chars());
        }
        characters.into_iter().collect()
    })
}

fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(400)
}

proptest! {
    // The same cases each time: what fails here fails for everybody. More of them: PROPTEST_CASES=100000.
    #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: RngSeed::Fixed(20260101), ..ProptestConfig::with_cases(cases()) })]

    #[test]
    fn a_damaged_report_is_read_and_every_finding_has_a_place(front in mutated(REPORT), body in mutated(BODY)) {
        let site = site().report_with_body("", 2023, &front, &body);
        let sources = site.sources();
        let (_, _, found) = site.archive();
        for one in found.iter() {
            let place = one.place.as_ref().expect("there is a file to point into");
            let text = sources.text(&place.file).expect("the place is in a file that was read");
            let (start, end) = (place.span.start as usize, place.span.end as usize);
            prop_assert!(start <= end && end <= text.len(), "{} {:?} of {}", one.code, place.span, text.len());
            prop_assert!(text.is_char_boundary(start) && text.is_char_boundary(end), "{} {:?}", one.code, place.span);
            prop_assert!(!one.message.zh.is_empty() && !one.message.en.is_empty());
            let line = text[..start].matches('\n').count() as u32 + 1;
            prop_assert_eq!(line, place.span.line, "the line of {} {:?}", &one.code, place.span);
        }
        site.drawn(gongkai::names::Lang::Zh);
    }

    #[test]
    fn any_text_at_all_is_read(text in "\\PC{0,200}", settings in mutated("title: 网站\nbase_url: https://www.example.org/\nout: public\n")) {
        let site = site().file("content/2023.md", &text).file("site.yaml", &settings).file("forms/own.yaml", &text);
        site.drawn(gongkai::names::Lang::En);
    }
}
