//! The checks: each code found where it should be and nowhere else, and told so that a clerk knows what to do.

mod acknowledging;
mod catalogue;
mod codes;
mod figures;
mod good;
mod mutation;
mod page;
mod settings;
mod years;
