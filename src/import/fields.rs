//! What a page or file says about its report: index number, publisher, dates, in small tables or in lines of their own.
//!
//! In: a document as its reader made it. Out: the same with these tables and lines moved to its fields. Also knows the
//! furniture of portals: 打印, 字号, 上一篇.

use super::Dropped;
use super::document::{Block, Document, Grid, LineKind, plain};
use crate::names::Words;

const LABELS: [&str; 40] = [
    "索引号",
    "信息索引",
    "信息索引号",
    "发布机构",
    "发布单位",
    "公开机构",
    "所属机构",
    "发布日期",
    "发布时间",
    "公开日期",
    "公开时间",
    "成文日期",
    "生成日期",
    "发文日期",
    "信息提供日期",
    "文号",
    "发文字号",
    "发布文号",
    "文件编号",
    "名称",
    "信息名称",
    "标题",
    "主题分类",
    "组配分类",
    "文件分类",
    "分类",
    "主题导航",
    "内容概述",
    "有效性",
    "时效性",
    "关键词",
    "主题词",
    "公开方式",
    "公开类别",
    "信息来源",
    "来源",
    "作者",
    "浏览次数",
    "访问量",
    "点击数",
];

const FURNITURE: [&str; 46] = [
    "打印",
    "打印本页",
    "关闭",
    "关闭窗口",
    "收藏",
    "加入收藏",
    "设为首页",
    "分享",
    "分享到",
    "分享至",
    "字号",
    "字体",
    "大",
    "中",
    "小",
    "大中小",
    "默认",
    "超大",
    "语音播报",
    "无障碍",
    "无障碍阅读",
    "无障碍浏览",
    "长者版",
    "长者模式",
    "关怀版",
    "适老化",
    "扫一扫在手机打开当前页",
    "扫一扫",
    "上一篇",
    "下一篇",
    "上一条",
    "下一条",
    "返回",
    "返回顶部",
    "访问量",
    "浏览次数",
    "浏览量",
    "阅读次数",
    "点击数",
    "点击量",
    "人次",
    "次",
    "首页",
    "登录",
    "注册",
    "相关附件",
];

/// Lines among which the fields of a page stand.
const FIRST_LINES: usize = 30;

/// Moves tables and lines of fields out of the document's blocks.
pub(super) fn take(document: &mut Document) {
    let mut lines = 0;
    for block in std::mem::take(&mut document.blocks) {
        match &block {
            Block::Grid(grid) => {
                if let Some(fields) = of_grid(grid) {
                    document.fields.extend(fields);
                    continue;
                }
            }
            Block::Line(line) => {
                lines += 1;
                let may = lines <= FIRST_LINES && !matches!(line.kind, LineKind::Image | LineKind::EmptyCell);
                if let Some(fields) = may.then(|| of_line(&plain(&line.text))).flatten() {
                    let why = Words::new("网页上的发布信息", "what the page says of its publication");
                    document.dropped.push(Dropped { text: plain(&line.text), at: line.at, why });
                    document.fields.extend(fields);
                    continue;
                }
            }
        }
        document.blocks.push(block);
    }
}

fn label(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '：' | ':' | '【' | '】' | '[' | ']')).collect()
}

fn is_label(text: &str) -> bool {
    LABELS.contains(&label(text).as_str())
}

/// The fields of a table that has at least two labels known to portals; `None` for any other table.
pub(super) fn of_grid(grid: &Grid) -> Option<Vec<(String, String)>> {
    if grid.cells.iter().filter(|cell| is_label(&cell.text)).count() < 2 {
        return None;
    }
    let mut fields = vec![];
    for row in 0..grid.rows() {
        let cells = grid.row(row);
        let mut at = 0;
        while let (Some(name), Some(value)) = (cells.get(at), cells.get(at + 1)) {
            // A label without a value stands directly before the next one.
            if is_label(&value.text) {
                at += 1;
                continue;
            }
            fields.push((label(&name.text), plain(value.text.trim())));
            at += 2;
        }
    }
    Some(fields)
}

/// `索 引 号: 000014349/2023-05239 发布日期: 2023-01-17`; `None` for a line that is not made of fields.
fn of_line(text: &str) -> Option<Vec<(String, String)>> {
    let mut found: Vec<(usize, usize, String)> = vec![];
    for (colon, sign) in text.char_indices().filter(|(_, c)| matches!(c, ':' | '：')) {
        let before: Vec<(usize, char)> = text[..colon].char_indices().filter(|(_, c)| !c.is_whitespace()).collect();
        let named = LABELS
            .iter()
            .filter_map(|label| {
                let length = label.chars().count();
                let tail = &before[before.len().checked_sub(length)?..];
                tail.iter().map(|(_, c)| *c).eq(label.chars()).then(|| (tail[0].0, length, *label))
            })
            .max_by_key(|(_, length, _)| *length);
        if let Some((start, _, label)) = named {
            found.push((start, colon + sign.len_utf8(), label.to_string()));
        }
    }
    let begins = found.first().is_some_and(|(start, ..)| text[..*start].trim_matches([' ', '-', '\u{3000}', '[', '【']).is_empty());
    if !begins && found.len() < 2 || text.chars().count() > 400 || found.is_empty() {
        return None;
    }
    let ends = found.iter().skip(1).map(|(start, ..)| *start).chain([text.len()]);
    Some(found.iter().zip(ends).map(|((_, from, label), end)| (label.clone(), text[*from..end.max(*from)].trim().to_string())).collect())
}

/// Whether a line is only what portals put around an article.
pub(super) fn is_furniture(text: &str) -> bool {
    let place = text.trim_start().trim_start_matches(['您', '你']);
    if place.starts_with("当前位置") || place.starts_with("当前所在位置") || text.contains("公网安备") || text.contains("ICP备")
    {
        return text.chars().count() <= 120;
    }
    let parted = |c: char| {
        c.is_whitespace() || matches!(c, '|' | '[' | ']' | '【' | '】' | ':' | '：' | '、' | '·' | '/' | '-' | '(' | ')' | '（' | '）')
    };
    let mut words = text.split(parted).filter(|word| !word.is_empty() && !word.bytes().all(|b| b.is_ascii_digit())).peekable();
    words.peek().is_some() && words.all(|word| FURNITURE.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_fields_are_told_from_prose() {
        let fields = of_line("索 引 号: 640122/2021-00012 发布日期: 2021-01-17 发布机构: 云岭县教育局").expect("it is made of fields");
        assert_eq!(fields[1], ("发布日期".to_string(), "2021-01-17".to_string()));
        assert_eq!(fields[2].1, "云岭县教育局");
        assert_eq!(of_line("来源：　浏览次数：　发布时间：2021-02-20 16:53").map(|fields| fields.len()), Some(3));
        for prose in ["一、总体情况", "联系电话：0000-8061234", "全年公开信息195条，其中来源：网站120条。"] {
            assert_eq!(of_line(prose), None, "{prose}");
        }
    }

    #[test]
    fn furniture_is_told_from_prose() {
        for text in ["[字体: ] 打印", "关怀版 无障碍 无障碍", "【打印】【关闭】", "分享：", "当前位置：首页 > 年报"]
        {
            assert!(is_furniture(text), "{text}");
        }
        for text in ["无。", "本机关没有网站。", "0", "", "中村乡"] {
            assert!(!is_furniture(text), "{text}");
        }
    }
}
