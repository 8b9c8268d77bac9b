//! Files made to break a reader: a clear message in bounded time, never a panic.

use std::time::{Duration, Instant};

use gongkai::import::{self, Hints};
use proptest::prelude::*;

use super::import_support::catalog;

fn swift<T>(what: &str, limit: u64, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let out = work();
    assert!(start.elapsed() < Duration::from_secs(limit), "{what} took {:?}", start.elapsed());
    out
}

/// What is said about a file that is refused.
fn refused(bytes: &[u8], name: &str) -> String {
    swift(name, 60, || match import::read(bytes, name) {
        Err(why) => {
            assert!(!why.0.zh.is_empty() && !why.0.en.is_empty());
            why.0.en.into_owned()
        }
        Ok(document) => format!("read: {} blocks", document.blocks.len()),
    })
}

#[test]
fn what_is_no_report_is_refused_in_words() {
    assert_eq!(refused(b"", "a.txt"), "no text in this file");
    assert!(refused(b"\x89PNG\r\n\x1a\n....", "a.docx").contains("PNG"));
    assert!(refused(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1], "a.doc").contains("save it as"));
    assert!(refused(&[0u8; 4000], "a.txt").contains("not a text file"));
    assert!(refused(&vec![b'a'; (64 << 20) + 1], "a.txt").contains("too large"));
    assert!(refused("规章 0 0 0\n".repeat(30_000).as_bytes(), "a.txt").contains("more in it"));
}

#[test]
fn encodings_of_old_pages_are_read() {
    let text = "云岭县教育局2020年政府信息公开工作年度报告\n一、总体情况\n全年公开195条。";
    let (gbk, _, _) = encoding_rs::GBK.encode(text);
    for bytes in [gbk.to_vec(), text.as_bytes().to_vec(), [b"\xef\xbb\xbf", text.as_bytes()].concat()] {
        let document = import::read(&bytes, "a.txt").unwrap_or_else(|why| panic!("{}", why.0.en));
        assert_eq!(import::report(&document, &catalog(), &Hints::default()).year.map(|year| year.value.number()), Some(2020));
    }
}

#[cfg(feature = "import")]
mod office {
    use std::io::Write;

    use super::super::import_office::zipped;
    use super::*;

    #[test]
    fn zip_bombs_are_refused() {
        let zeros = vec![b' '; 60 << 20];
        assert!(refused(&zipped(&[("word/document.xml", &zeros)]), "a.docx").contains("unpacks"));
        assert!(refused(&zipped(&[("xl/workbook.xml", &zeros)]), "a.xlsx").contains("unpacks"));
    }

    #[test]
    fn entities_are_never_expanded_and_broken_xml_is_told() {
        let bomb = "<?xml version='1.0'?><!DOCTYPE l [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;'>]><w:document xmlns:w='x'><w:body><w:p><w:r><w:t>文字&b;</w:t></w:r></w:p></w:body></w:document>";
        assert!(refused(&zipped(&[("word/document.xml", bomb.as_bytes())]), "a.docx").starts_with("read: 1"));
        for broken in ["<w:document><w:body><w:p", "<a></b>", "</a>", "", "\u{0}"] {
            refused(&zipped(&[("word/document.xml", broken.as_bytes())]), "a.docx");
        }
        let deep = format!("{}{}", "<w:p>".repeat(100_000), "</w:p>".repeat(100_000));
        assert!(refused(&zipped(&[("word/document.xml", deep.as_bytes())]), "a.docx").contains("unpacks"));
    }

    #[test]
    fn pages_built_to_be_slow_are_given_up() {
        let deep = format!("<html><body>{}文字", "<div><p>".repeat(200_000));
        assert!(refused(deep.as_bytes(), "a.html").contains("nested"));
        refused(format!("<html>{}", "<b><i><u><p>".repeat(50_000)).as_bytes(), "a.html");
        let attributes: String = (0..500_000).map(|number| format!(" a{number}=\"x\"")).collect();
        assert!(refused(format!("<html><body><p{attributes}>文字").as_bytes(), "a.html").contains("too large"));
        refused(format!("<table>{}", "<td rowspan=65534 colspan=1000>1".repeat(5_000)).as_bytes(), "a.html");
        refused(format!("<html><table>{}", "<tr><td>1<table>".repeat(20_000)).as_bytes(), "a.html");
        let wide = format!("<html><table>{}", ("<tr>".to_string() + &"<td colspan=900 rowspan=900>本年新收".repeat(50)).repeat(200));
        assert!(refused(wide.as_bytes(), "a.html").contains("more in it"));
        assert!(refused("本年新收1件，".repeat(300_000).as_bytes(), "a.txt").contains("more in it"));
    }

    #[test]
    fn pdf_bombs_and_broken_pdfs_are_refused() {
        let mut packed = flate2::write::ZlibEncoder::new(vec![], flate2::Compression::best());
        for _ in 0..260 {
            packed.write_all(&vec![b' '; 1 << 20]).expect("memory can be written");
        }
        let packed = packed.finish().expect("memory can be written");
        let head = format!("%PDF-1.7\n1 0 obj\n<< /Length {} /Filter /FlateDecode >>\nstream\n", packed.len());
        assert!(refused(&[head.as_bytes(), &packed, b"\nendstream\nendobj\n"].concat(), "a.pdf").contains("unpacks"));
        assert!(refused(b"%PDF-1.7\nnothing", "a.pdf").contains("damaged"));
        let empty = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n";
        assert!(refused(empty, "a.pdf").contains("no text in this file"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600), kind in 0usize..5) {
        let start: &[u8] = [&b""[..], b"PK\x03\x04", b"%PDF-1.7\n", b"<html><table><tr><td>", b"|"][kind];
        let name = ["a.txt", "a.docx", "a.pdf", "a.html", "a.md"][kind];
        let _ = import::read(&[start, &bytes].concat(), name);
    }

    #[test]
    fn no_text_makes_the_importer_panic(parts in proptest::collection::vec(prop_oneof![
        Just("第二十条第（一）项\t\t\t"), Just("信息内容\t本年制发件数\t本年废止件数\t现行有效件数"), Just("规章\t1\t\t11"), Just("自然人"), Just("总计"), Just("3001 53 0"),
        Just("一、总体情况"), Just("2020年"), Just("（七）总计"), Just("结果维持"), Just("**"), Just("\u{c}"), Just("[[page 2]]"), Just("| a | b |"), Just("0"), Just("—"), Just("\\"), Just("&#{{"),
        Just("云岭县教育局2020年政府信息公开工作年度报告"), Just("2021年1月22日"), Just("地址："), Just("（五）不予处理\t1.信访举报投诉类申请\t0\t0\t0"),
    ], 0..60)) {
        let text = parts.join("\n");
        if let Ok(document) = import::read(text.as_bytes(), "a.txt") {
            let imported = import::report(&document, &catalog(), &Hints::default());
            let written = import::write(&imported);
            prop_assert!(written.starts_with("---\n"));
            import::json(&imported);
            import::review(&[&imported], gongkai::names::Lang::Zh);
        }
    }
}
