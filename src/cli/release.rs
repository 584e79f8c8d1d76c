//! `handoff release`: cuts a release that can be proven.

mod prepare;

use super::progress::Display;
use super::terminal::{BOLD, CYAN, GREEN, RED, Stream, Terminal, YELLOW, paint};
use super::{Outcome, choice, clock, diff, project_root, repository};
use crate::bundle::{self, MANIFEST};
use crate::check;
use crate::error::{Error, Result};
use crate::finding::Level;
use crate::model::node::Scalar;
use crate::model::project::Status;
use crate::model::records::Allowance;
use crate::model::value::Version;
use crate::pipeline::{self, Inspected, Options, Silent};
use crate::release::Refusal;
use crate::report;
use crate::writing::{self, Change};
use jiff::civil::Date;
use prepare::Plan;
use std::path::{Path, PathBuf};

const AFTER_HELP: &str = "\
Sets version, date and status in handoff.yaml, moves what stands under [Unreleased] in
CHANGELOG.md, and writes the record of the release with the digest of its bundle. It is
refused, with everything that stands against it at once, if something blocks, a review is
stale, git knows of changes that are not committed, or the version was released before.
What is let pass with `--allow` is told in the release note. Prints the files it wrote.

Examples:
  handoff release 1.0.0 --status for-acceptance     a version, put up for acceptance
  handoff release --bump minor                      the next one: 1.1.0 after 1.0.3
  handoff release 1.0.0 --dry-run                   what would stand against it, and be written
  handoff release 1.0.1 --allow \"stale-reviews=only typing mistakes were mended\"
  handoff release 1.1.0 --tag                       commits the files and tags the commit v1.1.0";

/// What `release` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
#[command(group(clap::ArgGroup::new("which").args(["version", "bump"]).required(true)))]
pub(super) struct Args {
    /// The version
    #[arg(value_parser = |text: &str| Version::parse(text))]
    version: Option<Version>,

    /// The next version after the last release: which part of it grows
    #[arg(long, value_name = "PART", value_parser = ["major", "minor", "patch"], conflicts_with = "version")]
    bump: Option<String>,

    /// The status [default: that of handoff.yaml]
    #[arg(long, value_name = "STATUS", value_parser = choice::<Status>(Status::ALL.iter().map(|status| status.as_str())))]
    status: Option<Status>,

    /// The date, YYYY-MM-DD [default: today]
    #[arg(long, value_name = "DATE", value_parser = clock::parse)]
    date: Option<Date>,

    /// Who releases, by the id of a contact [default: the first primary contact of the supplier]
    #[arg(long, value_name = "PERSON")]
    by: Option<String>,

    /// What changed, for the change history [default: what CHANGELOG.md has under Unreleased]
    #[arg(long, value_name = "TEXT")]
    summary: Option<String>,

    /// Let something pass that stands against the release, with the reason: `findings`, `stale-reviews` or
    /// `dirty-tree`
    #[arg(long, value_name = "WHAT=REASON", value_parser = allowance)]
    allow: Vec<(Allowance, String)>,

    /// Give the bundle bars for what changed since another bundle; `build` needs the same one then
    #[arg(long, value_name = "BUNDLE")]
    since: Option<PathBuf>,

    /// Commit the files that are written
    #[arg(long)]
    commit: bool,

    /// Commit the files, and tag the commit `v<version>`
    #[arg(long)]
    tag: bool,

    /// Only tell what stands against it and what would be written
    #[arg(long)]
    dry_run: bool,

    /// The project's folder [default: the nearest one upwards with a handoff.yaml]
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

/// Parses `what=reason`.
fn allowance(text: &str) -> std::result::Result<(Allowance, String), String> {
    let known: Vec<_> = Allowance::ALL.iter().map(|known| known.as_str()).collect();
    let (what, reason) = text.split_once('=').ok_or_else(|| format!("say why as well: `{}=REASON`", text.trim()))?;
    let what = what.trim().parse::<Allowance>().map_err(|_| format!("what can be let pass is {}", known.join(", ")))?;
    let reason = reason.split_whitespace().collect::<Vec<_>>().join(" ");
    if reason.is_empty() { Err(format!("`{what}` needs a reason behind the `=`")) } else { Ok((what, reason)) }
}

/// Cuts the release, unless something stands against it.
pub(super) fn run(args: &Args, terminal: &Terminal) -> Result<Outcome> {
    let root = project_root(args.dir.as_deref())?;
    let before = pipeline::inspect(&root, &Options::default(), &Silent)?;
    let mut plan = Plan::new(args, &root, &before)?;
    let progress = Display::new(terminal);
    let options = Options {
        origin: repository::origin(&root),
        since: args.since.as_deref().map(diff::received).transpose()?,
        pending: plan.pending(),
        ..Options::default()
    };
    let mut options = options;
    let mut after = pipeline::inspect(&root, &options, &progress)?;
    let (mut refusals, passable) = against(args, &plan, &root, &before, &after)?;
    let (unused, given) = std::mem::take(&mut plan.entry.allowed)
        .into_iter()
        .partition::<Vec<_>, _>(|(what, _)| !passable.iter().any(|(stands, _)| stands == what));
    plan.entry.allowed = given;
    let let_pass = |what: Allowance| plan.entry.allowed.iter().any(|(allowed, _)| *allowed == what);
    refusals.extend(passable.into_iter().filter(|(what, _)| !let_pass(*what)).map(|(_, refusal)| refusal));
    if !refusals.is_empty() {
        progress.finish();
        return Ok(refuse(&refusals, &after));
    }
    if !unused.is_empty() {
        // The release note tells only what was needed.
        options.pending = plan.pending();
        after = pipeline::inspect(&root, &options, &progress)?;
    }
    let produced = pipeline::produce(&after, &options, &progress)?;
    progress.finish();
    if produced.findings.iter().any(|finding| finding.level == Level::Error) {
        let style = Terminal::report_style(Stream::Err);
        Terminal::say(&report::human::findings(&produced.findings, &after.loaded.sources, &style));
        let help = "mend what is shown above";
        return Ok(refuse(&[Refusal::new("something cannot be shown as it was written", help)], &after));
    }
    plan.entry.digest = bundle::content_digest(&produced.bundle);
    plan.entry.form = produced.bundle.get(bundle::FORM)?.and_then(|form| crate::accept::fingerprint(&form));
    let manifest = produced.bundle.get(MANIFEST)?.ok_or_else(|| Error::new("the bundle has no manifest"))?;
    let files = plan.files(&manifest);
    for (what, _) in &unused {
        terminal.mention(&format!("{} `{what}` did not stand against the release", paint(YELLOW, "not needed:")));
    }
    if args.dry_run {
        terminal.mention(&told(&plan, "would be released"));
    } else {
        let full: Vec<_> =
            files.iter().map(|change| Change { path: root.join(&change.path), ..change.clone() }).collect();
        writing::all_or_none(&full)?;
        let paths: Vec<String> = files.iter().map(|change| change.path.display().to_string()).collect();
        record_in_git(args, &root, &plan, &paths)?;
        terminal.mention(&told(&plan, "released"));
        terminal.mention(&next(args, &root));
    }
    let lines: Vec<_> = files.iter().map(|change| root.join(&change.path).display().to_string()).collect();
    Terminal::data(&format!("{}\n", lines.join("\n")))?;
    Ok(Outcome::Clean)
}

/// What can be let pass with a reason, and what to say if it is not.
type Passable = Vec<(Allowance, Refusal)>;

/// Everything that stands against the release: what cannot be let pass, and what can.
fn against(
    args: &Args,
    plan: &Plan,
    root: &Path,
    before: &Inspected,
    after: &Inspected,
) -> Result<(Vec<Refusal>, Passable)> {
    let mut refusals = plan.refusals.clone();
    let mut passable = Vec::new();
    let mut may_pass = |what: Allowance, text: String, help: &str| {
        let help = format!("{help}, or let it pass with `--allow {what}=REASON`");
        passable.push((what, Refusal::new(text, help)));
    };
    let errors = after.loaded.findings.iter().filter(|finding| finding.level == Level::Error).count();
    let secrets = after.report.findings.iter().filter(|finding| finding.rule == "secret").count();
    if errors > 0 || after.loaded.project.is_none() {
        let what = "the project cannot be read without mistakes";
        refusals.push(Refusal::new(what, "mend what is shown above"));
    } else if secrets > 0 {
        refusals.push(Refusal::new("there is a secret in the project", "take it out; a secret is never let pass"));
    } else if super::build::blocks_beside_reviews(&after.report) {
        let what = format!("the delivery is not complete: {}", super::build::blocking(&after.report));
        may_pass(Allowance::Findings, what, "mend what is shown above");
    }
    let stale = stale(plan, before)?;
    if !stale.is_empty() {
        let what = format!("reviews are stale: {}", stale.join("; "));
        may_pass(Allowance::StaleReviews, what, "have the documents reviewed again (`handoff record review`)");
    }
    let changes = repository::changes(root);
    if !changes.is_empty() {
        let shown = changes.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
        let more = if changes.len() > 5 { format!(" and {} more", changes.len() - 5) } else { String::new() };
        let what = format!("git has changes that are not committed: {shown}{more}");
        may_pass(Allowance::DirtyTree, what, "commit or stash them");
    }
    let tag = format!("v{}", plan.entry.version);
    if repository::has_tag(root, &tag) {
        refusals.push(Refusal::new(format!("git has the tag {tag} already"), "choose another version"));
    }
    if (args.tag || args.commit) && !repository::is_there(root) {
        refusals.push(Refusal::new("there is no git here to commit to", "leave out `--commit` and `--tag`"));
    }
    Ok((refusals, passable))
}

/// The reviews that were stale before the release was begun: what it changes itself, the version and the
/// date, asks nobody for another review.
fn stale(plan: &Plan, before: &Inspected) -> Result<Vec<String>> {
    let options = check::Options::default();
    let standing = check::status::survey(&before.loaded, &before.dossier, &options, plan.date);
    let standing = standing.ok_or_else(|| {
        Error::new("the project cannot be read").help("`handoff check` tells what is wrong with it; mend that first")
    })?;
    let tell =
        |review: &crate::model::status::ReviewLine| format!("{} by {} ({})", review.document, review.by, review.why);
    Ok(standing.reviews.iter().map(tell).collect())
}

/// Tells all that stands against the release.
fn refuse(refusals: &[Refusal], after: &Inspected) -> Outcome {
    if !after.report.passes() {
        let style = Terminal::report_style(Stream::Err);
        Terminal::say(&report::human::write(&after.report, &after.loaded.sources, &style));
        Terminal::say("");
    }
    for refusal in refusals {
        Terminal::say(&format!(
            "{} {}\n  {} {}",
            paint(RED, "refused:"),
            refusal.what,
            paint(CYAN, "help:"),
            refusal.help
        ));
    }
    Terminal::say("nothing was written");
    Outcome::Blocked
}

/// Commits and tags, if that is asked for.
fn record_in_git(args: &Args, root: &Path, plan: &Plan, paths: &[String]) -> Result<()> {
    let message = format!("Release {}", plan.entry.version);
    if args.commit || args.tag {
        repository::commit(root, paths, &message)?;
    }
    if args.tag {
        repository::tag(root, &format!("v{}", plan.entry.version), &message)?;
    }
    Ok(())
}

fn told(plan: &Plan, verb: &str) -> String {
    let entry = &plan.entry;
    let mut lines = vec![
        format!(
            "{} {} ({}) of {}, by {}",
            paint(GREEN, verb),
            paint(BOLD, &entry.version),
            entry.status,
            entry.date,
            entry.by
        ),
        format!("  digest {}", entry.digest),
    ];
    for (what, reason) in &entry.allowed {
        lines.push(format!("  let pass: {what}: {reason}"));
    }
    lines.join("\n")
}

fn next(args: &Args, root: &Path) -> String {
    let commit = if args.commit || args.tag || !repository::is_there(root) { "" } else { "commit these files, then " };
    format!("  next: {commit}`handoff build` makes the bundle, and proves that it has this digest")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_let_pass_has_a_name_and_a_reason() {
        assert_eq!(allowance("dirty-tree= a  b "), Ok((Allowance::DirtyTree, "a b".to_owned())));
        assert!(allowance("dirty-tree").expect_err("no reason").contains("dirty-tree=REASON"));
        assert!(allowance("dirty-tree= ").expect_err("no reason").contains("reason"));
        assert!(allowance("existing=x").expect_err("unknown").contains("stale-reviews"));
    }
}
