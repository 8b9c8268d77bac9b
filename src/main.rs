fn main(){
    let root=std::path::PathBuf::from(std::env::args().nth(1).unwrap());
    let s=gongkai::source::Sources::read(&root).unwrap();
    let mut f=gongkai::diagnostic::Diagnostics::default();
    let c=gongkai::forms::Catalog::parse(&s,&mut f);
    let d=gongkai::content::discover(&s,&c,&mut f);
    println!("{} units {} reports {} pages {} att", d.units.len(), d.reports.len(), d.pages.len(), d.attachments.len());
    for x in f.sorted().iter(){ print!("{}", gongkai::diagnostic::draw(x,&s,gongkai::names::Lang::Zh,false)); }
    for l in &c.lineages { println!("{} lines {:?}", l.lines.len(), l.forms.iter().map(|f|f.id.clone()).collect::<Vec<_>>()); for x in l.lines.iter().take(40){println!("{} {:?}",x.id(),x.sources);} }
}
