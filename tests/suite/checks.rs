//! The checks: each code found where it should be and nowhere else, and told so that a clerk knows what to do.

mod acknowledging;
mod catalogue;
mod codes;
mod good;
mod mutation;
mod reading;
mod settings;
mod tables;
mod years;
