use gongkai::{cache::{Cache,Fingerprint}, content::{self,Scope}, source::Sources, pipeline::Site, config::Config, forms::Catalog, theme::Theme, archive, checks, plan, render::Renderer, diagnostic::Diagnostics, names::UrlPath, output::{Sink,File}, error::Error};
use std::{time::Instant, path::Path, fs, collections::HashMap, sync::Mutex};
#[derive(Default)] struct S{b:HashMap<String,Fingerprint>, n:Mutex<HashMap<String,Fingerprint>>, bytes: std::sync::atomic::AtomicUsize}
impl Sink for S{ fn keep(&self,u:&UrlPath,i:Fingerprint)->bool{ let p=u.file(); let k=self.b.get(&p)==Some(&i); self.n.lock().unwrap().insert(p,i); k}
 fn put(&self,f:File<'_>)->Result<(),Error>{ if let gongkai::output::Body::Bytes(b)=&f.body{self.bytes.fetch_add(b.len(),std::sync::atomic::Ordering::Relaxed);} if std::env::var_os("V").is_some(){eprintln!("made {}",f.url);} Ok(())}}
fn main(){ let root=std::env::args().nth(1).unwrap(); let file=std::env::args().nth(2).unwrap(); let root=Path::new(&root);
 let cache=Cache::default(); let mut src=Sources::none(root); let mut s=S::default();
 let text=fs::read_to_string(&file).unwrap();
 for i in 0..4{ let t=Instant::now(); macro_rules! lap{($n:expr,$t:ident)=>{eprintln!("  {:>22} {:?}",$n,$t.elapsed()); #[allow(unused)] let $t=Instant::now();}}
  if i>0 { fs::write(&file,text.replace("normative_documents: [", &format!("normative_documents: [7{i}"))).unwrap(); }
  src=src.read_again(&mut |_|false).unwrap().sources; lap!("look",t);
  let mut found=Diagnostics::default(); let t=Instant::now();
  let config=Config::parse(&src,&mut found); let catalog=cache.get("x",Catalog::fingerprint_of(&src),||Catalog::parse(&src,&mut Diagnostics::default())); lap!("config,catalog",t);
  let theme=cache.get("y",Theme::fingerprint_of(&src,&config),||Theme::parse(&src,&config,&mut Diagnostics::default())); lap!("theme",t);
  let docs=content::discover(&src,&catalog,Scope::WithDrafts,&cache,&mut found); lap!("discover",t);
  let archive=archive::assemble(docs,&mut found); lap!("assemble",t);
  checks::run(checks::Subject{archive:&archive,catalog:&catalog,config:&config,sources:&src},&cache,&mut found); lap!("checks",t);
  let plan=cache.get("plan",plan::fingerprint_of(&archive),||plan::site(&archive,&mut Diagnostics::default())); lap!("plan",t);
  cache.forget_unused(); lap!("forget",t);
  let r=Renderer::new(&theme,&config,&archive,&catalog,&plan); lap!("renderer",t);
  for p in &plan.pages { std::hint::black_box(r.inputs(p)); } lap!("inputs sequential",t);
  drop(r);
  let site=Site{config,catalog,theme,archive,plan,diagnostics:found};
  s=S{b:std::mem::take(&mut s.n).into_inner().unwrap(),..S::default()}; let t=Instant::now();
  site.pages(&s).unwrap(); lap!("pages",t); eprintln!("   bytes made {:?}", s.bytes);
  site.passed(&src,&s).unwrap(); lap!("passed",t);
  drop(site); lap!("drop",t);
 } fs::write(&file,text).unwrap(); }
