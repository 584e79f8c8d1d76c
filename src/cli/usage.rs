//! What is said about a command line that cannot be understood: the tips that help, and none that mislead.

use crate::finding::suggestion;
use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};

/// The same error with better tips.
pub(super) fn with_tips(mut error: Error) -> Error {
    match error.kind() {
        ErrorKind::UnknownArgument => unknown_option(&mut error),
        ErrorKind::InvalidValue => near_value(&mut error),
        _ => {}
    }
    error
}

/// Nobody means an option as a folder of that name; a folder may be meant that needs no option.
fn unknown_option(error: &mut Error) {
    let option = text(error, ContextKind::InvalidArg);
    if option.starts_with("--") {
        let _ = error.remove(ContextKind::Suggested);
    }
    let takes_folder = match error.get(ContextKind::Usage) {
        Some(ContextValue::StyledStr(usage)) => usage.to_string().contains("[DIR]"),
        _ => false,
    };
    if takes_folder && matches!(option.as_str(), "--dir" | "--project") {
        let tip = format!("this command takes the folder without `{option}`, at the place of [DIR]");
        let _ = error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
    }
}

/// Of a few words, the one that is near.
fn near_value(error: &mut Error) {
    if error.get(ContextKind::SuggestedValue).is_some() {
        return;
    }
    let wrong = text(error, ContextKind::InvalidValue);
    let Some(ContextValue::Strings(words)) = error.get(ContextKind::ValidValue) else { return };
    if let Some(near) = suggestion(&wrong, words.iter().map(String::as_str)).map(str::to_owned) {
        let _ = error.insert(ContextKind::SuggestedValue, ContextValue::String(near));
    }
}

fn text(error: &Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Cli;
    use super::*;
    use clap::Parser;

    fn told(args: &[&str]) -> String {
        with_tips(Cli::try_parse_from(["handoff"].iter().chain(args)).expect_err("wrong")).to_string()
    }

    #[test]
    fn an_option_for_the_folder_is_not_told_to_be_a_value() {
        let gate = told(&["gate", "pilot", "--dir", "portal"]);
        assert!(gate.contains("without `--dir`") && !gate.contains("-- --dir"), "{gate}");
        assert!(!told(&["explain", "--colour"]).contains("-- --colour"));
        assert!(told(&["check", "--sateg", "pilot"]).contains("'--stage'"));
    }

    #[test]
    fn two_letters_that_changed_places_are_no_other_word() {
        assert!(told(&["build", "--only", "pfd"]).contains("'pdf'"));
        assert!(told(&["check", "--format", "xyz"]).contains("possible values"));
    }
}
