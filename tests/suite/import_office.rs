//! A made-up report as a Word file, an Excel file and a PDF file.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use super::import_shapes::{Shape, entity, padded};
use super::import_support::Drawn;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

pub fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(vec![]));
    for (name, bytes) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).expect("memory can be written");
        zip.write_all(bytes).expect("memory can be written");
    }
    zip.finish().expect("memory can be written").into_inner()
}

#[derive(Default)]
pub struct Word(String);

impl Word {
    pub fn finish(self) -> Vec<u8> {
        let xml = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>{}</w:body></w:document>",
            self.0
        );
        zipped(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", xml.as_bytes())])
    }
}

impl Shape for Word {
    fn paragraph(&mut self, text: &str) {
        let _ = write!(
            self.0,
            "<w:p><w:r><w:t xml:space=\"preserve\">{}</w:t></w:r><w:del><w:r><w:delText>9删去的字9</w:delText></w:r></w:del></w:p>",
            entity(text).replace("&nbsp;", "\u{a0}")
        );
    }
    fn table(&mut self, table: &[Vec<Drawn>]) {
        self.0.push_str("<w:tbl><w:tblPr/>");
        let mut open: Vec<(usize, usize, usize)> = vec![]; // rows left, column, columns
        for row in table {
            self.0.push_str("<w:tr>");
            let mut column = 0;
            let mut cells = row.iter();
            let mut next = cells.next();
            loop {
                if let Some(above) = open.iter_mut().find(|one| one.0 > 0 && one.1 == column) {
                    let _ = write!(self.0, "<w:tc><w:tcPr><w:gridSpan w:val=\"{}\"/><w:vMerge/></w:tcPr><w:p/></w:tc>", above.2);
                    above.0 -= 1;
                    column += above.2;
                    continue;
                }
                let Some(cell) = next else { break };
                let merge = if cell.rows > 1 { "<w:vMerge w:val=\"restart\"/>" } else { "" };
                let _ = write!(
                    self.0,
                    "<w:tc><w:tcPr><w:gridSpan w:val=\"{}\"/>{merge}</w:tcPr><w:p><w:ins><w:r><w:t>{}</w:t></w:r></w:ins></w:p></w:tc>",
                    cell.columns,
                    entity(&cell.text).replace("&nbsp;", "\u{a0}")
                );
                if cell.rows > 1 {
                    open.push((cell.rows - 1, column, cell.columns));
                }
                column += cell.columns;
                next = cells.next();
            }
            self.0.push_str("</w:tr>");
        }
        self.0.push_str("</w:tbl>");
    }
}

#[derive(Default)]
pub struct Excel {
    rows: String,
    row: usize,
    merges: String,
}

fn letters(mut column: usize) -> String {
    let mut out = String::new();
    loop {
        out.insert(0, (b'A' + (column % 26) as u8) as char);
        column /= 26;
        if column == 0 {
            return out;
        }
        column -= 1;
    }
}

impl Excel {
    pub fn finish(self) -> Vec<u8> {
        let sheet =
            format!("<worksheet xmlns=\"x\"><sheetData>{}</sheetData><mergeCells>{}</mergeCells></worksheet>", self.rows, self.merges);
        let book = "<workbook xmlns=\"x\" xmlns:r=\"y\"><sheets><sheet name=\"a\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>";
        let relations = "<Relationships><Relationship Id=\"rId1\" Type=\"t\" Target=\"worksheets/sheet1.xml\"/></Relationships>";
        zipped(&[
            ("xl/workbook.xml", book.as_bytes()),
            ("xl/_rels/workbook.xml.rels", relations.as_bytes()),
            ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
        ])
    }

    fn cell(&mut self, column: usize, text: &str) {
        let number = text.parse::<f64>().is_ok() && !text.starts_with('+');
        let (row, text) = (self.row, entity(text).replace("&nbsp;", "\u{a0}"));
        let _ = match (text.is_empty(), number) {
            (true, _) => write!(self.rows, "<c r=\"{}{row}\" s=\"1\"/>", letters(column)),
            (_, true) => write!(self.rows, "<c r=\"{}{row}\"><v>{text}</v></c>", letters(column)),
            _ => write!(self.rows, "<c r=\"{}{row}\" t=\"inlineStr\"><is><t>{text}</t></is></c>", letters(column)),
        };
    }
}

impl Shape for Excel {
    fn paragraph(&mut self, text: &str) {
        self.row += 1;
        let _ = write!(self.rows, "<row r=\"{}\">", self.row);
        self.cell(0, text);
        self.rows.push_str("</row>");
    }
    fn table(&mut self, table: &[Vec<Drawn>]) {
        let top = self.row;
        let mut free: Vec<usize> = vec![];
        for (at, row) in padded(table).into_iter().enumerate() {
            self.row += 1;
            let _ = write!(self.rows, "<row r=\"{}\">", self.row);
            for (column, text) in row.iter().enumerate() {
                self.cell(column, text);
            }
            self.rows.push_str("</row>");
            let mut column = 0;
            for cell in table.get(at).into_iter().flatten() {
                while free.get(column).is_some_and(|&end| end > at) {
                    column += 1;
                }
                if free.len() < column + cell.columns {
                    free.resize(column + cell.columns, 0);
                }
                free[column..column + cell.columns].fill(at + cell.rows);
                if cell.rows * cell.columns > 1 {
                    let _ = write!(
                        self.merges,
                        "<mergeCell ref=\"{}{}:{}{}\"/>",
                        letters(column),
                        top + at + 1,
                        letters(column + cell.columns - 1),
                        top + at + cell.rows
                    );
                }
                column += cell.columns;
            }
        }
    }
}

/// A PDF file: one tall page, ruled tables, text in a font that names no characters but its encoding does.
#[derive(Default)]
pub struct Pdf {
    content: String,
    y: f64,
}

const WIDTH: f64 = 560.0;

impl Pdf {
    pub fn finish(self) -> Vec<u8> {
        let height = 80.0 - self.y;
        let content = format!("1 0 0 1 20 {} cm\n{}", height - 40.0, self.content);
        let objects = [
            "<< /Type /Catalog /Pages 2 0 R >>".to_string(),
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_string(),
            format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 {height}] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"),
            format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
            "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [6 0 R] >>".to_string(),
            "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> /DW 1000 >>".to_string(),
        ];
        let mut out = String::from("%PDF-1.4\n");
        let mut places = vec![];
        for (number, object) in objects.iter().enumerate() {
            places.push(out.len());
            let _ = writeln!(out, "{} 0 obj\n{object}\nendobj", number + 1);
        }
        let start = out.len();
        let _ = writeln!(out, "xref\n0 {}\n0000000000 65535 f ", objects.len() + 1);
        for place in places {
            let _ = writeln!(out, "{place:010} 00000 n ");
        }
        let _ = writeln!(out, "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF", objects.len() + 1);
        out.into_bytes()
    }

    fn text(&mut self, text: &str, x: f64, y: f64, size: f64) {
        let codes: String = text.encode_utf16().map(|unit| format!("{unit:04X}")).collect();
        let _ = writeln!(self.content, "BT /F1 {size} Tf {x} {y} Td <{codes}> Tj ET");
    }
}

impl Shape for Pdf {
    fn paragraph(&mut self, text: &str) {
        let chars: Vec<char> = text.chars().collect();
        for line in chars.chunks(40) {
            self.y -= 18.0;
            self.text(&line.iter().collect::<String>(), 0.0, self.y, 12.0);
        }
    }

    fn table(&mut self, table: &[Vec<Drawn>]) {
        let columns = padded(table).first().map_or(1, Vec::len) as f64;
        let (wide, high) = (WIDTH / columns, 22.0);
        let top = self.y - 10.0;
        let mut free: Vec<usize> = vec![];
        for (at, row) in table.iter().enumerate() {
            let mut column = 0;
            for cell in row {
                while free.get(column).is_some_and(|&end| end > at) {
                    column += 1;
                }
                if free.len() < column + cell.columns {
                    free.resize(column + cell.columns, 0);
                }
                free[column..column + cell.columns].fill(at + cell.rows);
                let (x, width, height) = (column as f64 * wide, cell.columns as f64 * wide, cell.rows as f64 * high);
                let y = top - at as f64 * high - height;
                let _ = writeln!(self.content, "{x} {y} {width} {height} re S");
                let size = (width / (cell.text.chars().count() as f64 + 1.0)).min(9.0);
                self.text(&cell.text, x + 1.0, y + height / 2.0 - size / 2.0, size);
                column += cell.columns;
            }
        }
        self.y = top - (padded(table).len() as f64) * high;
    }
}
