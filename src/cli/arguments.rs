//! What may stand on the command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

use crate::names::{Lang, Year};

/// Compiles yearly disclosure reports into a static website.
/// 把政府信息公开工作年度报告编成静态网站。
#[derive(Parser)]
#[command(name = "gongkai", version, propagate_version = true)]
pub(super) struct Arguments {
    /// The archive's directory (default: here, or the nearest parent with site.yaml) / 网站目录
    #[arg(long, global = true, value_name = "DIR")]
    pub root: Option<PathBuf>,
    /// Language of messages: zh or en (default: that of the locale) / 提示语言
    #[arg(long, global = true, value_parser = lang)]
    pub lang: Option<Lang>,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub(super) enum Command {
    /// Make a new archive that builds / 新建一个可以直接生成的网站
    Init { directory: Option<PathBuf> },
    /// Make next year's report, prefilled / 新建某单位某年的报告，能填的先填好
    New {
        /// The unit's path below content/ ("." for the root unit) / 单位目录，根单位写 "."
        unit: String,
        #[arg(value_parser = year)]
        year: Year,
    },
    /// Find what is wrong, without writing anything / 检查，不写任何文件
    Check {
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
        /// Count warnings as errors / 提醒也算错误
        #[arg(long)]
        strict: bool,
    },
    /// Make the website / 生成网站
    Build {
        /// The output folder (default: `out` of site.yaml, or public) / 输出文件夹
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
        /// The address of the site, instead of that of site.yaml / 网站地址
        #[arg(long, value_name = "URL", value_parser = web_address)]
        base_url: Option<String>,
        /// Count warnings as errors / 提醒也算错误
        #[arg(long)]
        strict: bool,
    },
    /// Show the website while it is being worked on; every change shows at once / 预览网站，边改边看
    #[cfg(feature = "serve")]
    Serve(super::serve::Arguments),
    /// Bring existing reports in: text, web pages, Word, Excel, PDF / 把已有的报告导入进来
    Import(super::import::Arguments),
    /// Write the schemas of site.yaml and front matter, for editors / 输出供编辑器用的 JSON Schema
    Schema {
        /// site, unit or report (default: all three, as files) / 哪一个，不写则三个都写成文件
        #[arg(value_enum)]
        kind: Option<Schema>,
        /// Where the files go (default: schema/ of the archive) / 写到哪个文件夹
        #[arg(long, value_name = "DIR", conflicts_with = "kind")]
        out: Option<PathBuf>,
    },
    /// Take something out of the archive / 从网站里导出
    Export {
        #[command(subcommand)]
        what: Export,
    },
    /// Say what a code of a finding means, and what to do / 解释一个编号
    Explain {
        /// A code such as G104 / 编号，如 G104
        code: String,
    },
    /// Print completions for a shell / 输出命令行补全脚本
    Completions { shell: clap_complete::Shell },
}

#[derive(Subcommand)]
pub(super) enum Export {
    /// One report as HTML to paste into a portal's editor / 一份报告，可以粘贴到门户网站的编辑器里
    Fragment {
        /// The unit's path below content/ ("." for the root unit) / 单位目录，根单位写 "."
        unit: String,
        #[arg(value_parser = year)]
        year: Year,
        /// The file to write (default: standard output) / 写到哪个文件
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Schema {
    Site,
    Unit,
    Report,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    Text,
    Json,
    Sarif,
}

fn lang(text: &str) -> Result<Lang, String> {
    match text {
        "zh" => Ok(Lang::Zh),
        "en" => Ok(Lang::En),
        _ => Err("zh or en".into()),
    }
}

fn web_address(text: &str) -> Result<String, String> {
    let whole = text.starts_with("https://") || text.starts_with("http://");
    if whole {
        Ok(text.to_string())
    } else {
        Err("a whole address that begins with https:// or http:// / 以 https:// 或 http:// 开头的完整网址".into())
    }
}

pub(super) fn year(text: &str) -> Result<Year, String> {
    Year::parse(text).ok_or_else(|| "a year of four digits, such as 2025 / 年份写四位数字，如 2025".into())
}
