//! Rules as users meet them: their levels, what is let pass, and what `check --fix` mends.

#![allow(clippy::disallowed_methods, reason = "a test may read and write what it likes")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const RUNBOOK: &str = "# Runbook\n\n## Health checks\n\nThis request tells whether the portal answers:\n\n\
    ```bash\ncurl --fail https://portal.harbour-lindvik.example/health\n```\n\n## Scaling\n\n\
    When the load stays above four fifths for a quarter of an hour, add one application server, wait until\n\
    the queue is empty again, and write down what you did and why.\n";

/// The small project of the rule pages with more text in its runbook and more keys in its project file.
fn project(runbook: &str, keys: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rule_pages");
    let read = |path: &str| fs::read_to_string(base.join(path)).expect("a file");
    fs::create_dir_all(folder.path().join("docs")).expect("a folder");
    fs::create_dir_all(folder.path().join("checklists")).expect("a folder");
    let write = |path: &str, text: &str| fs::write(folder.path().join(path), text).expect("a file");
    write("handoff.yaml", &(read("handoff.yaml") + keys));
    write("checklists/delivery.yaml", &read("checklists/delivery.yaml"));
    write("docs/runbook.md", &format!("{RUNBOOK}{runbook}"));
    folder
}

fn check(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_handoff"));
    command.arg("check").arg(folder).args(arguments).env("NO_COLOR", "1").output().expect("the program runs")
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn a_project_can_make_a_warning_block_and_an_error_not() {
    let vague = "\nHow it is measured stands [here](#health-checks).\n";
    let warned = project(vague, "");
    let output = check(warned.path(), &[]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    assert!(text(&output).contains("warning[vague-link]"), "{}", text(&output));
    let strict = project(vague, "rules:\n  - rule: vague-link\n    level: error\n");
    // A draft shows what blocks; its exit code is that of any other status.
    assert!(text(&check(strict.path(), &[])).contains("error[vague-link]"));
    let off = project(vague, "rules:\n  - rule: vague-link\n    level: off\n");
    assert!(!text(&check(off.path(), &[])).contains("vague-link"));
}

#[test]
fn an_image_that_is_too_coarse_is_found_once_by_the_check_and_by_the_build() {
    let folder = project("\n![The page on which a berth is booked](screen.png)\n", "");
    image::GrayImage::new(420, 200).save(folder.path().join("docs/screen.png")).expect("a picture");
    let checked = text(&check(folder.path(), &[]));
    assert_eq!(checked.matches("note[image-too-coarse]").count(), 1, "{checked}");
    assert!(checked.contains("docs/runbook.md:16"), "{checked}");
    for formats in ["html", "html,pdf"] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_handoff"));
        command.args(["build", "--only", formats]).arg(folder.path()).env("NO_COLOR", "1");
        let built = text(&command.output().expect("the program runs"));
        assert_eq!(built.matches("note[image-too-coarse]").count(), 1, "{formats}: {built}");
    }
}

#[test]
fn an_allowance_lets_one_block_pass() {
    let folder = project(
        "\n<!-- handoff: allow vague-link quoted from the old guide -->\nIt stands [here](#health-checks).\n",
        "",
    );
    assert!(!text(&check(folder.path(), &[])).contains("vague-link"));
}

#[test]
fn a_secret_is_printed_in_no_report() {
    let folder = project("\n```bash\npsql postgres://portal:h7Kq29vLxT4w@db-1/portal\n```\n", "");
    for format in ["human", "json"] {
        let output = text(&check(folder.path(), &["--format", format]));
        assert!(output.contains("secret") && !output.contains("h7Kq29"), "{output}");
    }
    let line = "\n<!-- handoff: allow secret it is the password of the training system -->\n\
                The address is <postgres://portal:h7Kq29vLxT4w@db-1/portal>, [here](#scaling).\n";
    let output = text(&check(project(line, "").path(), &[]));
    assert!(output.contains("vague-link") && !output.contains("error[secret]"), "{output}");
    assert!(!output.contains("h7Kq29"), "{output}");
}

#[test]
fn what_is_safe_to_mend_is_mended_and_shown() {
    let folder = project(
        "\n#### Adding a server\n\nStart it, and see [scaling](#Scaling).\n\n```\n{\"answer\": 42}\n```\n\nKey: postgres://portal:h7Kq29vLxT4w@db-1/portal\n",
        "",
    );
    let path = folder.path().join("docs/runbook.md");
    let before = fs::read_to_string(&path).expect("the runbook");
    let shown = text(&check(folder.path(), &["--fix", "--dry-run"]));
    assert!(shown.contains("-#### Adding a server\n+### Adding a server"), "{shown}");
    assert_eq!(fs::read_to_string(&path).expect("the runbook"), before);

    let output = text(&check(folder.path(), &["--fix"]));
    let after = fs::read_to_string(&path).expect("the runbook");
    assert!(output.contains("Mended 3 places."), "{output}");
    assert!(output.contains("+```json") && !output.contains("h7Kq29"), "{output}");
    assert!(!output.contains("skipped-heading-level") && !output.contains("code-without-language"), "{output}");
    let wanted =
        before.replace("#### Adding", "### Adding").replace("(#Scaling)", "(#scaling)").replace("```\n{", "```json\n{");
    assert_eq!(after, wanted);
    assert!(text(&check(folder.path(), &["--fix"])).contains("Nothing is safe to mend"));
}

#[test]
fn dates_are_mended_where_they_can_mean_one_day() {
    let folder = project(
        "",
        "maintenance:\n  tasks:\n    - task: Restore drill\n      frequency: quarterly\n      owner: bo-ek\n      next: 9.2.2027\n",
    );
    check(folder.path(), &["--fix"]);
    let after = fs::read_to_string(folder.path().join("handoff.yaml")).expect("the project file");
    assert!(after.contains("next: 2027-02-09"), "{after}");
}
