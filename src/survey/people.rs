//! Who looks after the repository: CODEOWNERS.

use super::files::{Files, words};

/// A person or team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// A short name of letters, digits and hyphens.
    pub id: String,
    /// As it was written: `@anna`, `@company/platform`, or an e-mail address.
    pub written: String,
    /// What they look after, as patterns.
    pub owns: Vec<String>,
    /// Where it stands.
    pub path: String,
}

impl Person {
    /// The e-mail address, if that is how they are named.
    #[must_use]
    pub fn email(&self) -> Option<&str> {
        (!self.written.starts_with('@')).then_some(self.written.as_str())
    }

    /// Whether it is a team rather than a person.
    #[must_use]
    pub fn is_team(&self) -> bool {
        self.written.starts_with('@') && self.written.contains('/')
    }
}

/// The owners, in the order in which they are named.
pub(super) fn find(files: &Files) -> Vec<Person> {
    let Some(path) = files.named(&["CODEOWNERS"]).into_iter().next() else { return Vec::new() };
    let text = files.text(path).unwrap_or_default();
    let mut people: Vec<Person> = Vec::new();
    for line in text.lines().map(|line| line.split('#').next().unwrap_or_default().trim()) {
        let mut parts = line.split_whitespace();
        let Some(pattern) = parts.next().filter(|pattern| !pattern.starts_with(['[', '^'])) else { continue };
        for owner in parts.filter(|owner| owner.contains('@')) {
            match people.iter_mut().find(|person| person.written == owner) {
                Some(person) => person.owns.push(pattern.to_owned()),
                None => people.push(Person {
                    id: id(owner, &people),
                    written: owner.to_owned(),
                    owns: vec![pattern.to_owned()],
                    path: path.to_owned(),
                }),
            }
        }
    }
    people
}

/// An id that nobody else has.
fn id(owner: &str, others: &[Person]) -> String {
    let handle = owner
        .strip_prefix('@')
        .map_or_else(|| owner.split('@').next().unwrap_or(owner), |handle| handle.rsplit('/').next().unwrap_or(handle));
    let ascii: Vec<String> = words(handle).into_iter().filter(|word| word.is_ascii()).collect();
    let base: String = if ascii.is_empty() { "owner".to_owned() } else { ascii.join("-").chars().take(56).collect() };
    let taken = |id: &str| others.iter().any(|other| other.id == id);
    let numbered = (2..).map(|number| format!("{base}-{number}"));
    std::iter::once(base.clone()).chain(numbered).find(|id| !taken(id)).unwrap_or(base)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_made_of_handles() {
        let person = |id: &str| Person { id: id.into(), written: String::new(), owns: Vec::new(), path: String::new() };
        assert_eq!(id("@company/Platform_Team", &[]), "platform-team");
        assert_eq!(id("anna.lind@company.example", &[]), "anna-lind");
        assert_eq!(id("@anna", &[person("anna")]), "anna-2");
        assert_eq!(id("@ä", &[]), "owner");
    }
}
