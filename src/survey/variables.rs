//! The settings that a program takes from its environment: example files such as `.env.example`.

use super::files::{Files, name, words};

/// A setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Whether it holds something that must stay secret, by its name.
    pub secret: bool,
    /// What the file says about it.
    pub about: String,
    /// Where it stands.
    pub path: String,
}

/// Words in the names of secrets.
const SECRET: [&str; 10] =
    ["key", "secret", "token", "password", "passwd", "pass", "credentials", "private", "dsn", "salt"];
/// Words in the names of keys that everybody may see.
const PUBLIC: [&str; 3] = ["public", "publishable", "site"];

/// The settings of all example files, each once.
pub(super) fn find(files: &Files) -> Vec<Variable> {
    let is_example = |path: &&str| {
        let name = name(path).to_lowercase();
        // A file with true values is nobody's business.
        name.starts_with(".env.") && ["example", "sample", "template", "dist"].iter().any(|end| name.ends_with(end))
            || matches!(name.as_str(), "env.example" | "env.sample" | ".env-example")
    };
    let mut found: Vec<Variable> = Vec::new();
    for path in files.paths().filter(is_example) {
        let text = files.text(path).unwrap_or_default();
        let mut about = String::new();
        for line in text.lines().map(str::trim) {
            if let Some(comment) = line.strip_prefix('#') {
                comment.trim().clone_into(&mut about);
                continue;
            }
            let name = line.trim_start_matches("export ").split('=').next().unwrap_or_default().trim();
            let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            if is_name && line.contains('=') && !found.iter().any(|known| known.name == name) {
                let about = std::mem::take(&mut about);
                found.push(Variable { name: name.into(), secret: is_secret(name), about, path: path.into() });
            } else if line.is_empty() {
                about.clear();
            }
        }
    }
    found
}

fn is_secret(name: &str) -> bool {
    let words = words(&name.replace('_', " "));
    words.iter().any(|word| SECRET.contains(&word.as_str()))
        && !words.iter().any(|word| PUBLIC.contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::is_secret;

    #[test]
    fn secrets_are_told_by_their_names() {
        assert!(is_secret("STRIPE_SECRET_KEY") && is_secret("DB_PASSWORD") && is_secret("SENTRY_DSN"));
        assert!(!is_secret("PORT") && !is_secret("STRIPE_PUBLIC_KEY") && !is_secret("MONKEY"));
    }
}
