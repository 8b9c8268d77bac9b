fn main() {
    let mut found = gongkai::diagnostic::Diagnostics::default();
    let catalog = gongkai::forms::Catalog::parse(&Default::default(), &mut found);
    for name in std::env::args().skip(1) {
        let bytes = std::fs::read(&name).unwrap();
        match gongkai::import::read(&bytes, &name) {
            Err(e) => println!("{name}: {}", e.0.en),
            Ok(d) => {
                if std::env::var("DOC").is_ok() { println!("{d:#?}"); }
                let i = gongkai::import::report(&d, &catalog, &Default::default());
                println!("{}", gongkai::import::write(&i));
                for d in &i.doubts { println!("DOUBT {:?} {:?} {} <{}>", d.kind, d.at, d.message.zh, d.source); }
                for d in &i.dropped { println!("DROP {} <{}>", d.why.zh, d.text); }
            }
        }
    }
}
