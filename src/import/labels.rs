//! The labels of a form as they stand in real documents: numbered or not, full or short, in traditional characters,
//! with a slip of the keyboard.
//!
//! In: a table of a form. Out: its [`Names`], which say what row or column a text of the source means, if it is safe.

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use crate::forms::{Keys, Part, Table, Target, normalised};

const TRADITIONAL: &str = "規範許處罰強製業費購採總額項數務對決單萬辦結請轉繼續計開區別屬於國穩護權類內過執詢無機關沒現補後確訪舉報訴復複認獲繳納議訟經維糾審構會組織減條為與係係眾團體圍個僅達據頒發佈";
const SIMPLIFIED: &str = "规范许处罚强制业费购采总额项数务对决单万办结请转继续计开区别属于国稳护权类内过执询无机关没现补后确访举报诉复复认获缴纳议讼经维纠审构会组织减条为与系系众团体围个仅达据颁发布";

const RADICALS: &str = "⼀⼁⼂⼃⼄⼅⼆⼇⼈⼉⼊⼋⼌⼍⼎⼏⼐⼑⼒⼓⼔⼕⼖⼗⼘⼙⼚⼛⼜⼝⼞⼟⼠⼡⼢⼣⼤⼥⼦⼧⼨⼩⼪⼫⼬⼭⼮⼯⼰⼱⼲⼳⼴⼵⼶⼷⼸⼹⼺⼻⼼⼽⼾⼿⽀⽁⽂⽃⽄⽅⽆⽇⽈⽉⽊⽋⽌⽍⽎⽏⽐⽑⽒⽓⽔⽕⽖⽗⽘⽙⽚⽛⽜⽝⽞⽟⽠⽡⽢⽣⽤⽥⽦⽧⽨⽩⽪⽫⽬⽭⽮⽯⽰⽱⽲⽳⽴⽵⽶⽷⽸⽹⽺⽻⽼⽽⽾⽿⾀⾁⾂⾃⾄⾅⾆⾇⾈⾉⾊⾋⾌⾍⾎⾏⾐⾒⾓⾔⾕⾖⾗⾘⾙⾚⾛⾜⾝⾞⾟⾠⾡⾢⾣⾤⾥⾦⾧⾨⾩⾪⾫⾬⾭⾮⾯⾰⾳⾷⾸⾹⾻⾼⿁⿊⿎⿏⿐⺠⺟⺫⻄⻅⻆⻉⻋⻓⻔⻘⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰";
const IDEOGRAPHS: &str = "一丨丶丿乙亅二亠人儿入八冂冖冫几凵刀力勹匕匚匸十卜卩厂厶又口囗土士夂夊夕大女子宀寸小尢尸屮山巛工己巾干幺广廴廾弋弓彐彡彳心戈户手支攴文斗斤方无日曰月木欠止歹殳毋比毛氏气水火爪父爻爿片牙牛犬玄玉瓜瓦甘生用田疋疒癶白皮皿目矛矢石示禸禾穴立竹米糸缶网羊羽老而耒耳聿肉臣自至臼舌舛舟艮色艸虍虫血行衣見角言谷豆豕豸貝赤走足身車辛辰辵邑酉釆里金長門阜隶隹雨靑非面革音食首香骨高鬼黑鼓鼠鼻民母目西见角贝车长门青页风飞食马骨鬼鱼鸟麦黄齐齿龙";

/// What a character of the script's main block is in simplified script, by its distance from the block's beginning.
static SIMPLE: LazyLock<Vec<char>> = LazyLock::new(|| {
    let mut table: Vec<char> = ('\u{4e00}'..='\u{9fff}').collect();
    for (from, to) in TRADITIONAL.chars().zip(SIMPLIFIED.chars()) {
        if let Some(place) = (from as usize).checked_sub(0x4e00).and_then(|at| table.get_mut(at)) {
            *place = to;
        }
    }
    table
});

/// The character that a PDF means with the look-alike of a radical.
pub(super) fn ideograph(c: char) -> char {
    static MAP: LazyLock<HashMap<char, char>> = LazyLock::new(|| RADICALS.chars().zip(IDEOGRAPHS.chars()).collect());
    if ('\u{2e80}'..='\u{2fdf}').contains(&c) { MAP.get(&c).copied().unwrap_or(c) } else { c }
}

fn simplified(c: char) -> char {
    let c = ideograph(c);
    (c as usize).checked_sub(0x4e00).and_then(|at| SIMPLE.get(at)).copied().unwrap_or(c)
}

/// A text in simplified script, character by character.
pub(super) fn in_simplified(text: &str) -> String {
    text.chars().map(simplified).collect()
}

/// A text without white space, punctuation, case and script: what two spellings of one label have in common.
pub(super) fn folded(text: &str) -> String {
    normalised(&text.chars().map(simplified).collect::<String>())
}

/// Without a leading number ("（三）", "1.", "四、") and a bracketed explanation, folded.
fn bare(text: &str) -> String {
    let text = text.trim();
    let cut = text.find(['（', '(']).filter(|&at| at > 0).map_or(text, |at| &text[..at]);
    let text = folded(cut);
    let stripped = text.trim_start_matches(|c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c));
    if stripped.chars().count() >= 2 { stripped.to_string() } else { text }
}

/// How a text was recognised.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Match {
    /// Nearly: with a slip of the keyboard. What stands around it must agree.
    Near,
    /// A part of the label that only one row has.
    Part,
    Exact,
}

/// The names of one table.
pub(super) struct Names {
    /// By row: folded spellings.
    rows: Vec<Vec<String>>,
    /// By set of columns and column: folded spellings.
    columns: Vec<Vec<Vec<String>>>,
    /// Every text of the drawn table, folded.
    pieces: BTreeSet<String>,
}

impl Names {
    pub fn of(table: &Table) -> Names {
        let mut rows: Vec<Vec<String>> = table.rows.iter().map(|row| vec![folded(&row.label), bare(&row.label)]).collect();
        collect(&table.keys, &mut rows);
        let columns = table.columns.iter().zip(&table.column_keys).map(|(columns, keys)| {
            let mut names: Vec<Vec<String>> = columns.iter().map(|column| vec![folded(&column.label)]).collect();
            collect(keys, &mut names);
            tidy(names)
        });
        let drawn = table.blocks.iter().flat_map(|block| block.head.iter().chain(&block.body).flatten());
        let pieces = drawn.filter(|cell| !matches!(cell.part, Part::Figure(_))).map(|cell| folded(&cell.text));
        let mut names = Names { columns: columns.collect(), pieces: pieces.filter(|text| !text.is_empty()).collect(), rows: tidy(rows) };
        names.pieces.extend(names.rows.iter().flatten().cloned());
        names.pieces.extend(names.columns.iter().flatten().flatten().cloned());
        names
    }

    /// Whether a folded text is a label of the table or a part of one.
    pub fn has_piece(&self, text: &str) -> bool {
        !text.is_empty() && self.pieces.iter().any(|piece| piece.contains(text))
    }

    /// The row that label texts (of one row of the source, left to right or top to bottom) mean.
    pub fn row(&self, texts: &[&str]) -> Option<(usize, Match)> {
        let folded: Vec<String> = texts.iter().map(|text| folded(text)).filter(|text| !text.is_empty()).collect();
        let tails: Vec<String> = (0..folded.len().min(12)).map(|count| folded[folded.len() - 1 - count..].concat()).collect();
        self.exact(&tails).or_else(|| self.without_number(texts)).or_else(|| self.part(&tails)).or_else(|| self.near(&tails))
    }

    fn exact(&self, tails: &[String]) -> Option<(usize, Match)> {
        let find = |tail: &String| self.rows.iter().position(|names| names.contains(tail));
        tails.iter().rev().find_map(find).map(|row| (row, Match::Exact))
    }

    /// The last text with a number of its own or an explanation that the form lacks.
    fn without_number(&self, texts: &[&str]) -> Option<(usize, Match)> {
        let bare = bare(texts.last()?);
        let mut rows = self.rows.iter().enumerate().filter(|(_, names)| names.contains(&bare)).map(|(row, _)| row);
        let row = rows.next()?;
        (rows.next().is_none() && bare.chars().count() >= 2).then_some((row, Match::Exact))
    }

    /// A label glued to those of its groups, or the beginning of a label that goes on below its figures.
    fn part(&self, tails: &[String]) -> Option<(usize, Match)> {
        let all = tails.last()?;
        let long = |name: &&String| name.chars().count() >= 5;
        // "其中：…" is a part of a row, not the row.
        let whole =
            |name: &&String| all.strip_suffix(name.as_str()).is_some_and(|before| !before.ends_with("其中") && !before.ends_with('含'));
        let ends = self.best(|names| names.iter().filter(long).filter(whole).map(|name| name.chars().count()).max());
        let begins = || {
            let tail = tails
                .iter()
                .rev()
                .find(|tail| tail.chars().count() >= 6 && self.rows.iter().flatten().any(|name| name.starts_with(tail.as_str())))?;
            self.best(|names| names.iter().any(|name| name.starts_with(tail.as_str())).then_some(1))
        };
        ends.or_else(begins).map(|row| (row, Match::Part))
    }

    /// The row with the highest mark; none where two share it.
    fn best(&self, mark: impl Fn(&[String]) -> Option<usize>) -> Option<usize> {
        let marks: Vec<(usize, usize)> = self.rows.iter().enumerate().filter_map(|(row, names)| Some((mark(names)?, row))).collect();
        let (best, row) = *marks.iter().max()?;
        (marks.iter().filter(|(mark, _)| *mark == best).count() == 1).then_some(row)
    }

    fn near(&self, tails: &[String]) -> Option<(usize, Match)> {
        let nearest = tails.iter().filter_map(|tail| nearest(tail, &self.rows)).min_by(|a, b| a.0.total_cmp(&b.0))?;
        Some((nearest.1, Match::Near))
    }

    /// The column of a set that a heading means.
    pub fn column(&self, set: usize, text: &str) -> Option<usize> {
        let names = &self.columns[set];
        // What stands in brackets explains the heading: 上一年项目数量（指2019年事项数）.
        let bare = bare(text);
        let text = folded(text);
        let exact = names.iter().position(|names| names.contains(&text) || names.contains(&bare));
        exact.or_else(|| nearest(&text, names).map(|(_, column)| column))
    }

    /// Whether a folded text is the label of a row and nothing else.
    pub fn is_row(&self, text: &str) -> bool {
        self.rows.iter().flatten().any(|name| name == text)
    }

    /// How many rows are named somewhere in a folded text.
    pub fn rows_in(&self, text: &str) -> usize {
        self.rows.iter().filter(|names| names.iter().any(|name| name.chars().count() >= 4 && text.contains(name.as_str()))).count()
    }

    /// Whether a text is the very heading of a column.
    pub fn is_column(&self, set: usize, text: &str) -> bool {
        let text = folded(text);
        self.columns[set].iter().any(|names| names.contains(&text))
    }

    /// Whether the folded text names every column of a set, or how many of them.
    pub fn columns_in(&self, set: usize, text: &str) -> usize {
        self.columns[set].iter().filter(|names| names.iter().any(|name| text.contains(name.as_str()))).count()
    }
}

fn tidy(names: Vec<Vec<String>>) -> Vec<Vec<String>> {
    let chinese = |name: &String| !name.is_ascii();
    names.into_iter().map(|names| names.into_iter().filter(chinese).collect::<BTreeSet<_>>().into_iter().collect()).collect()
}

/// The further spellings of keys, by number of row or column.
fn collect(keys: &Keys, names: &mut [Vec<String>]) {
    for (spelling, target) in keys.spellings() {
        match target {
            Target::Leaf(number) => {
                if let Some(names) = names.get_mut(*number) {
                    names.push(folded(spelling));
                }
            }
            Target::Group(inner) => collect(inner, names),
        }
    }
}

/// The only name within a fifth of its length, clearly nearer than every other: relative distance and number.
fn nearest(text: &str, names: &[Vec<String>]) -> Option<(f64, usize)> {
    let length = text.chars().count();
    if !(4..=80).contains(&length) {
        return None;
    }
    let distance = |names: &Vec<String>| {
        let of = |name: &String| {
            let (edits, longest) = (strsim::osa_distance(text, name), name.chars().count().max(length));
            (edits as f64 / longest as f64, edits, longest)
        };
        names.iter().filter(|name| name.chars().count().abs_diff(length) <= length / 4 + 1).map(of).min_by(|a, b| a.0.total_cmp(&b.0))
    };
    let mut near: Vec<_> = names.iter().enumerate().filter_map(|(number, names)| Some((distance(names)?, number))).collect();
    near.sort_by(|a, b| a.0.0.total_cmp(&b.0.0));
    let ((relative, edits, longest), number) = *near.first()?;
    let safe = edits <= (longest / 5).max(1) && near.get(1).is_none_or(|(second, _)| second.1 > edits && second.0 >= relative + 0.12);
    safe.then_some((relative, number))
}
