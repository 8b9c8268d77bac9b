//! The forms and themes that come with the program, listed by `build.rs`.

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));
