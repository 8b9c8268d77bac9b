//! gongkai compiles the yearly disclosure reports of public bodies into a browsable static website.
//!
//! `ARCHITECTURE.md` has the drawing: one path from the files of an archive to the files of a site.

pub mod archive;
pub mod cache;
pub mod characters;
pub mod checks;
pub mod cli;
pub mod config;
pub mod contact;
pub mod content;
pub mod diagnostic;
pub mod embedded;
pub mod error;
pub mod export;
pub mod forms;
pub mod import;
pub mod json;
pub mod markdown;
pub mod names;
pub mod output;
pub mod pipeline;
pub mod plan;
pub mod record;
pub mod render;
pub mod schema;
pub mod search;
#[cfg(feature = "serve")]
pub mod serve;
pub mod source;
pub mod theme;
#[cfg(feature = "serve")]
pub mod watch;
pub mod yaml;
