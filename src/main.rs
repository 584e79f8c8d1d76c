use std::path::Path;
fn main() {
    let mut loaded = handoff::load::load(Path::new("examples/harbour-portal")).unwrap();
    let theme = handoff::theme::Theme::new(std::mem::take(&mut loaded.theme_files));
    for f in &loaded.findings { eprintln!("{} {:?} {} {:?}", f.rule, f.span().map(|s| (loaded.sources.path(s.file).to_owned(), loaded.sources.position(s))), f.message, f.help); }
    let dossier = handoff::compose::compose(&loaded).unwrap_or_else(|e| panic!("{e}"));
    for u in &dossier.unresolved { eprintln!("{u:?}"); }
    let report = Default::default();
    let project = loaded.project.as_ref().unwrap();
    let files = handoff::load::read_files(&loaded.root, loaded.files.iter().map(String::as_str)).unwrap();
    let t = std::time::Instant::now();
    let input = handoff::render::Input { loaded: &loaded, project, theme: &theme, dossier: &dossier, report: &report, files, formats: handoff::model::project::Format::ALL, step: &|w| eprintln!("{w} {:?}", t.elapsed()) };
    let rendered = handoff::render::render(&input).unwrap_or_else(|e| panic!("{e}"));
    for f in &rendered.findings { eprintln!("{f:?}"); }
    eprintln!("{:?} {:?} {:?}", rendered.pages, rendered.binder_pages, t.elapsed());
    for (p, b) in rendered.files { let p = Path::new("/tmp/out").join(p); std::fs::create_dir_all(p.parent().unwrap()).unwrap(); std::fs::write(p, b).unwrap(); }
}
