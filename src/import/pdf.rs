//! stub
pub(super) fn read(_: &[u8], _: &str) -> Result<super::Document, super::Unreadable> { Err(super::Unreadable::new("", "")) }
