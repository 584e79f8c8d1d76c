//! Several projects at once: which ones are meant, and what becomes of all of them.

use super::findings::Shape;
use super::terminal::Terminal;
use super::{Outcome, current_folder, git, project_root};
use crate::error::{Error, Result};
use crate::load::workspace::{self, Workspace};
use crate::load::{PROJECT_FILE, Unsaved};
use crate::model::partition::Partition;
use crate::model::report::Report;
use crate::model::workspace::{Checked, Entry, Overall, WORKSPACE_FILE, joined};
use crate::pipeline::Inspected;
use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

/// The option that takes a part of the work.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(super) struct Split {
    /// Only a part of the projects, I of N: the work of several machines, split the same way on each
    #[arg(long, value_name = "I/N", value_parser = parse_part)]
    pub(super) partition: Option<Partition>,
}

fn parse_part(text: &str) -> std::result::Result<Partition, String> {
    text.parse()
}

/// What the folders on the command line mean.
pub(super) enum Meant {
    /// One project, by its folder.
    One(PathBuf),
    /// Several of them, or a part of several.
    Several(Box<Several>),
}

/// Several projects.
pub(super) struct Several {
    /// Those that are looked at here, by path.
    pub(super) projects: Vec<Place>,
    /// What is known of all, without the projects yet.
    overall: Overall,
}

/// A project among several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// How it is called: its path from the workspace, or as it was typed.
    pub(super) path: String,
    /// Its folder.
    pub(super) root: PathBuf,
}

/// Finds out which projects are meant by the folders that were named.
pub(super) fn meant(dirs: &[PathBuf], part: Option<Partition>) -> Result<Meant> {
    let here = current_folder()?;
    let named: Vec<PathBuf> = match dirs {
        [] => vec![nearest(&here, part.is_some())?],
        dirs => dirs.to_vec(),
    };
    match named.as_slice() {
        [one] if part.is_none() && workspace_of(one).is_none() => Ok(Meant::One(one.clone())),
        named => several(named, part, &here).map(|several| Meant::Several(Box::new(several))),
    }
}

/// The nearest folder upwards that is a project or a workspace. A part is one of a workspace, if there is any.
fn nearest(here: &Path, wants_workspace: bool) -> Result<PathBuf> {
    let has = |folder: &Path, name: &str| folder.join(name).is_file();
    let workspace = here.ancestors().find(|folder| has(folder, WORKSPACE_FILE));
    let project = here.ancestors().find(|folder| has(folder, PROJECT_FILE));
    let depth = |folder: Option<&Path>| folder.map(|folder| folder.components().count());
    let chosen = if wants_workspace || depth(workspace) > depth(project) { workspace } else { None };
    match chosen {
        None => project_root(None),
        Some(folder) if folder == here => Ok(PathBuf::from(WORKSPACE_FILE)),
        Some(folder) => Ok(folder.join(WORKSPACE_FILE)),
    }
}

/// The folder of the workspace that is meant: a workspace file, or a folder that has one and is no project.
fn workspace_of(named: &Path) -> Option<PathBuf> {
    if workspace::is_workspace_file(named) && named.is_file() {
        let folder = named.parent().filter(|folder| !folder.as_os_str().is_empty());
        return Some(folder.map_or_else(|| PathBuf::from("."), Path::to_path_buf));
    }
    (named.join(WORKSPACE_FILE).is_file() && !named.join(PROJECT_FILE).is_file()).then(|| named.to_path_buf())
}

fn several(named: &[PathBuf], part: Option<Partition>, here: &Path) -> Result<Several> {
    let workspaces = named.iter().filter(|named| workspace_of(named).is_some()).count();
    // The paths of a workspace are seen from its folder, unless there is more than it.
    let alone = workspaces == 1 && named.len() == 1;
    let base = match named {
        [one] if alone => git::base(&workspace_of(one).unwrap_or_default()),
        _ => git::base(here),
    };
    let mut overall = Overall { shared: nothing(base), projects: Vec::new(), listed: Vec::new(), part };
    let mut projects = Vec::new();
    for one in named {
        let Some(folder) = workspace_of(one) else {
            projects.push(Place { path: shown(one, here), root: one.clone() });
            continue;
        };
        let Workspace { members, sources, findings, .. } = workspace::open(&folder, &Unsaved::new())?;
        let prefix = if alone { String::new() } else { shown(&folder, here) };
        overall.add_shared(findings, &sources, &prefix);
        projects.extend(members.into_iter().map(|member| {
            let below = folder.join(&member.path);
            let path = joined(&prefix, &member.path);
            Place { path: if path.is_empty() { ".".to_owned() } else { path }, root: plain(&below) }
        }));
    }
    refuse_clashes(&projects)?;
    projects.sort_by(|a, b| a.path.cmp(&b.path));
    overall.listed = projects.iter().map(|place| place.path.clone()).collect();
    if let Some(part) = part {
        let work: Vec<(String, u64)> =
            projects.iter().map(|place| (place.path.clone(), workspace::size(&place.root))).collect();
        let mut mine = part.choose(&work).into_iter();
        projects.retain(|_| mine.next() == Some(true));
    }
    Ok(Several { projects, overall })
}

/// A path as people write it: `./a` is `a`.
fn plain(path: &Path) -> PathBuf {
    let plain: PathBuf = path.components().filter(|part| *part != Component::CurDir).collect();
    if plain.as_os_str().is_empty() { PathBuf::from(".") } else { plain }
}

/// How a folder is called: its path from where the user stands, where that is possible.
fn shown(folder: &Path, here: &Path) -> String {
    let folder = folder.strip_prefix(here).unwrap_or(folder);
    let text = plain(folder).to_string_lossy().replace('\\', "/");
    let path = joined(&text, "");
    if path.is_empty() { ".".to_owned() } else { path }
}

/// Two folders that are the same project, or would write the same bundle, are no clear order.
fn refuse_clashes(projects: &[Place]) -> Result<()> {
    let mut folders: BTreeMap<PathBuf, &str> = BTreeMap::new();
    let mut ids: BTreeMap<String, &str> = BTreeMap::new();
    for place in projects {
        let real = place.root.canonicalize().unwrap_or_else(|_| place.root.clone());
        if let Some(first) = folders.insert(real, &place.path) {
            return Err(Error::new(format!("the project `{first}` is named twice"))
                .why(if *first == place.path {
                    "it is there again".into()
                } else {
                    format!("`{}` is the same folder", place.path)
                })
                .help("name each project once; a workspace names its projects itself"));
        }
        let Some(id) = workspace::project_id(&place.root) else { continue };
        if let Some(first) = ids.insert(id.clone(), &place.path) {
            return Err(Error::new(format!("`{first}` and `{}` both have the id `{id}`", place.path))
                .why("their bundles would have the same name")
                .help(format!("give one of them another `project.id` in its {PROJECT_FILE}")));
        }
    }
    Ok(())
}

/// What is shared, before anything is known.
fn nothing(base: String) -> Checked {
    Checked { day: "1970-01-01".to_owned(), base, ..Checked::default() }
}

/// What a check said about one of several projects, and how its files are told from those of the workspace.
pub(super) struct Looked {
    checked: Checked,
    shared: crate::model::workspace::Shared,
}

impl Looked {
    /// Keeps what is told of a project, of all that is known.
    pub(super) fn new(report: Report, inspected: &Inspected) -> Self {
        let loaded = &inspected.loaded;
        let project = loaded.project.as_ref();
        let of = |text: fn(&crate::model::project::Project) -> String| project.map(text).unwrap_or_default();
        let day = of(|project| project.release.date.value.to_string());
        let checked = Checked {
            id: of(|project| project.project.id.to_string()),
            name: of(|project| project.project.name.to_string()),
            version: of(|project| project.release.version.value.to_string()),
            status: of(|project| project.release.status.as_str().to_owned()),
            day: if day.is_empty() { "1970-01-01".to_owned() } else { day },
            base: git::base(&loaded.root),
            report,
            sources: loaded.sources.clone(),
        };
        Self { checked, shared: loaded.shared.clone() }
    }
}

impl Several {
    /// What was found about all of them.
    pub(super) fn overall(&self, found: Vec<(Place, Result<Looked>)>) -> Overall {
        let mut overall = self.overall.clone();
        for (place, result) in found {
            let result = result.map_err(|error| error.to_string()).map(|looked| {
                let Looked { mut checked, shared } = looked;
                overall.move_shared(&mut checked, &place.path, &|path| shared.has(path));
                Box::new(checked)
            });
            overall.projects.push(Entry { path: place.path, result });
        }
        overall
    }

    /// What is wrong with the files that the projects share, before any of them is looked at.
    pub(super) fn shared(&self) -> &Checked {
        &self.overall.shared
    }

    /// The part of the work that this is.
    pub(super) fn part(&self) -> Option<Partition> {
        self.overall.part
    }
}

/// Prints what was found about several projects, and judges it.
pub(super) fn tell(overall: &Overall, shape: &Shape, terminal: &Terminal) -> Result<Outcome> {
    let passes = overall.passes();
    if !(shape.is_for_people() && passes && terminal.is_quiet()) {
        Terminal::data(&shape.write_all(overall)?)?;
    }
    if !shape.is_for_people() {
        for entry in &overall.projects {
            if let Err(why) = &entry.result {
                Terminal::error(&Error::new(format!("`{}` was stopped", entry.path)).why(why.clone()));
            }
        }
    }
    Ok(outcome(overall))
}

/// The worst that happened to one of them.
pub(super) fn outcome(overall: &Overall) -> Outcome {
    match (overall.is_stopped(), overall.passes()) {
        (true, _) => Outcome::Stopped,
        (false, true) => Outcome::Clean,
        (false, false) => Outcome::Blocked,
    }
}

/// Refuses options that mean one project; each with whether it was given.
pub(super) fn one_at_a_time(options: &[(bool, &str)]) -> Result<()> {
    match options.iter().find(|(given, _)| *given) {
        None => Ok(()),
        Some((_, option)) => Err(Error::new(format!("`{option}` works on one project at a time"))
            .why("several projects are named, or a part of a workspace")
            .help("name the folder of one project")),
    }
}
