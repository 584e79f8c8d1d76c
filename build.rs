//! Reads the YAML of `templates/` when the program is built, so that nobody waits for it when the program runs.
//!
//! It is read by the program itself: the modules for it are compiled here a first time.

#![allow(dead_code, unused_imports, unused_macros, unreachable_pub, reason = "the program needs more of its modules")]
#![allow(clippy::disallowed_methods, clippy::wrong_self_convention, reason = "these files are read and written here")]

#[path = "src/finding.rs"]
mod finding;
#[path = "src/hash.rs"]
mod hash;
#[path = "src/source.rs"]
mod source;

#[path = "src/model"]
mod model {
    pub mod node;
}

#[path = "src/load"]
mod load {
    mod front;
    mod yaml;

    use crate::finding::Finding;
    use crate::model::node::Node;
    use crate::source::FileId;
    use front::Front;

    // What `yaml` asks of the module around it; no finding is ever shown from here.
    pub const INVALID_YAML: &str = "invalid-yaml";

    /// What a file says: the whole of it, or the front matter of a text.
    pub fn read(path: &str, text: &str, file: FileId, findings: &mut Vec<Finding>) -> Option<Node> {
        if path.rsplit('.').next() == Some("yaml") {
            return yaml::parse(text, file, 0, findings);
        }
        let Front::Closed { yaml, .. } = Front::of(text) else { return None };
        yaml::parse(&text[yaml.clone()], file, yaml.start, findings)
    }
}

use source::Sources;
use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write;
use std::path::Path;

const TEMPLATES: &str = "templates";
/// What is copied into new projects is never read as part of the theme.
const STARTER: &str = "templates/starter";

fn main() -> Result<(), Box<dyn Error>> {
    for path in
        ["build.rs", "src/finding.rs", "src/hash.rs", "src/source.rs", "src/model/node.rs", "src/load", TEMPLATES]
    {
        println!("cargo::rerun-if-changed={path}");
    }
    let out = std::env::var("OUT_DIR")?;
    let mut list =
        "/// The files with YAML, by path in the theme, in the order of their paths, each with its tree.\n".to_owned();
    list.push_str("const TREES: &[(&str, &[u8])] = &[\n");
    for (index, (path, tree)) in trees()?.into_iter().enumerate() {
        std::fs::write(Path::new(&out).join(format!("{index}.tree")), tree)?;
        writeln!(list, "    ({path:?}, include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{index}.tree\"))),")?;
    }
    list.push_str("];\n");
    std::fs::write(Path::new(&out).join("trees.rs"), list)?;
    Ok(())
}

/// The trees of all files, by path below `templates/`.
fn trees() -> Result<BTreeMap<String, Vec<u8>>, Box<dyn Error>> {
    let mut trees = BTreeMap::new();
    let files = walkdir::WalkDir::new(TEMPLATES).into_iter().filter_entry(|entry| entry.path() != Path::new(STARTER));
    for entry in files {
        let entry = entry?;
        if !matches!(entry.path().extension().and_then(|end| end.to_str()), Some("yaml" | "md")) {
            continue;
        }
        let parts = entry.path().iter().skip(1).map(|part| part.to_string_lossy());
        let path = parts.collect::<Vec<_>>().join("/");
        let text = std::fs::read_to_string(entry.path())?;
        let file = Sources::default().add(path.as_str(), text.as_str());
        let mut findings = Vec::new();
        let tree = load::read(&path, &text, file, &mut findings);
        if let Some(finding) = findings.first() {
            return Err(format!("{path}: {}", finding.message).into());
        }
        if let Some(tree) = tree {
            trees.insert(path, postcard::to_extend(&tree, Vec::new())?);
        }
    }
    Ok(trees)
}
