//! The page about what templates see is made from the code, and every template that is built in uses only what it lists.

use crate::told::{Field, Told, records, told};
use crate::{compare, pages, read, root};
use handoff::model::node::RecordShape;
use handoff::model::project::Project;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;

const PAGE: &str = "reference/templates.md";

/// The variables of document templates that are records or lists of them.
const RECORDS: [(&str, &str); 9] = [
    ("records", "RecordsView"),
    ("decisions", "DecisionView"),
    ("due_dates", "Due"),
    ("acceptance", "Acceptance"),
    ("measured", "Measured"),
    ("issue", "IssueView"),
    ("coverage", "CoverageView"),
    ("reviews", "Reviewed"),
    ("register", "Register"),
];

/// Sources that declare such records.
const DECLARED: [&str; 6] = [
    "compose/engine.rs",
    "compose/views.rs",
    "compose/register.rs",
    "compose/units.rs",
    "model/acceptance/mod.rs",
    "model/report.rs",
];

/// What the engine brings along and our templates use.
const BUILT_IN: [&str; 16] = [
    "capitalize",
    "default",
    "first",
    "get",
    "join",
    "last",
    "length",
    "lower",
    "map",
    "replace",
    "reverse",
    "round",
    "safe",
    "sort",
    "split",
    "upper",
];

struct Names {
    documents: Vec<Told>,
    filters: Vec<Told>,
    messages: Vec<Told>,
    message_filters: Vec<Told>,
    functions: Vec<Told>,
    pages: Vec<Told>,
}

impl Names {
    fn of_code() -> Self {
        let source = |path: &str| read(&root().join("src").join(path));
        let engine = source("compose/engine.rs");
        let message = source("compose/message/mod.rs");
        let inserted = ["", "engine."]
            .map(|of| ["        ", "            "].map(|indent| format!("{indent}{of}context.insert(\"")));
        let inserted: Vec<&str> = inserted.iter().flatten().map(String::as_str).collect();
        let documents = told(&engine, &inserted);
        let mut filters = told(&engine, &["    tera.register_filter(\""]);
        filters.extend(told(&source("compose/words.rs"), &["    tera.register_filter(\""]));
        // What these functions gather, and not the helpers below them.
        let up_to = |path: &str, end: &str| {
            let text = source(path);
            let end = text.find(end).unwrap_or_else(|| panic!("`{end}` is not in {path}"));
            text[..end].to_owned()
        };
        let mut pages = told(&up_to("render/facts.rs", "fn language"), &["        \""]);
        let more =
            told(&up_to("render/html.rs", "fn contacts"), &["                \"", "        context.insert_value(\""]);
        pages.extend(more.into_iter().filter(|(name, _)| name != "formulas"));
        let mut messages = told(&up_to("compose/message/data.rs", "fn given"), &["        \""]);
        messages.extend(told(&message, &["    context.insert(\""]));
        Self {
            documents,
            filters,
            messages,
            message_filters: told(&message, &["    tera.register_filter(\""]),
            functions: told(&message, &["    tera.register_function(\""]),
            pages,
        }
    }
}

#[test]
fn the_page_about_templates_lists_every_name() {
    let names = Names::of_code();
    let mut page = String::from(
        "# What templates see\n\n\
         <!-- Made from the code by tests/book; UPDATE_BOOK=1 cargo test --test book writes it anew. -->\n\n\
         [Templates](../theme.md#document-templates) are filled by the engine [Tera](https://keats.github.io/tera/docs/), \
         which has filters, tests and functions of its own. This page lists what `handoff` adds. What a project has \
         nothing of is empty: ask with `{% if support %}` first.\n\n## Document templates\n\n\
         They see the keys of [the project file](project-file.md) under their own names: `project`, `release`, \
         `contacts`, `support` and so on. Beside those:\n\n",
    );
    table(&mut page, ("Name", "Holds"), &names.documents);
    let declared = declared();
    for (name, record) in RECORDS {
        let _ = write!(page, "\n### {name}\n\n");
        let is_list = ["decisions", "due_dates", "measured", "reviews"].contains(&name);
        let _ = write!(page, "{}\n\n", if is_list { "A list. Each entry:" } else { "Its fields:" });
        page.push_str("| Field | Holds |\n|---|---|\n");
        fields(&mut page, "", record, &declared);
    }
    page.push_str(
        "\nThe entries of `records` and `open_points` have the keys of [the records](records.md); those of `issue.allowed` \
         have `what` and `reason`.\n\n## Filters\n\nThey work in document templates and in messages.\n\n",
    );
    filters(&mut page, &names.filters);
    page.push_str(
        "\n## Messages\n\nTheir templates see the keys of the project file too, and the filters above. Beside those:\n\n",
    );
    table(&mut page, ("Name", "Holds"), &names.messages);
    page.push('\n');
    filters(&mut page, &names.message_filters);
    page.push('\n');
    filters(&mut page, &names.functions);
    page.push_str(
        "\n## Pages\n\nThe templates in `html/` are filled with other values, and everything in them is escaped for HTML:\n\n",
    );
    table(&mut page, ("Name", "Holds"), &names.pages);
    compare(PAGE, &page);
}

fn declared() -> BTreeMap<String, Vec<Field>> {
    let there = DECLARED.iter().map(|path| root().join("src").join(path)).filter(|path| path.exists());
    there.flat_map(|path| records(&read(&path))).collect()
}

fn table(page: &mut String, (name, holds): (&str, &str), names: &[Told]) {
    let _ = write!(page, "| {name} | {holds} |\n|---|---|\n");
    for (name, meaning) in names {
        let _ = writeln!(page, "| `{name}` | {} |", cell(meaning));
    }
}

/// Filters and functions: the comment begins with an example.
fn filters(page: &mut String, names: &[Told]) {
    page.push_str("| Written | Gives |\n|---|---|\n");
    for (name, meaning) in names {
        let (example, meaning) = meaning.split_once("`: ").unwrap_or_else(|| panic!("no example of `{name}`"));
        let example = example.trim_start_matches('`');
        assert!(example.contains(name.as_str()), "{example} is no example of `{name}`");
        let _ = writeln!(page, "| `{}` | {} |", cell(example), cell(meaning));
    }
}

/// The fields of a record, and of those in it.
fn fields(page: &mut String, path: &str, record: &str, declared: &BTreeMap<String, Vec<Field>>) {
    for Field { name, kind, meaning } in &declared[record] {
        let inner = kind.split(|sign: char| !sign.is_alphanumeric()).find(|word| declared.contains_key(*word));
        assert!(!meaning.is_empty(), "no comment says what `{record}.{name}` is");
        let is_list = kind.contains("Vec<");
        let path = format!("{path}{name}{}", if is_list && inner.is_some() { "[]" } else { "" });
        let _ = writeln!(page, "| `{path}` | {} |", cell(meaning));
        if let Some(inner) = inner {
            fields(page, &format!("{path}."), inner, declared);
        }
    }
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

#[test]
fn every_built_in_template_uses_only_what_the_page_lists() {
    let names = Names::of_code();
    let of = |told: &[Told]| told.iter().map(|(name, _)| name.clone()).collect::<BTreeSet<String>>();
    let keys: BTreeSet<String> = keys(&Project::record_shape());
    let filters: BTreeSet<String> = &of(&names.filters) | &BUILT_IN.map(str::to_owned).into();
    let declared = declared();
    let mut wrong = Vec::new();
    let mut look = |folder: &str, ending: &str, variables: &BTreeSet<String>, calls: &BTreeSet<String>| {
        let mut looked = 0;
        for entry in fs::read_dir(root().join("templates").join(folder)).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.extension().is_none_or(|extension| extension != ending) {
                continue;
            }
            looked += 1;
            let used = Used::of(&read(&path));
            let unknown = used.variables.difference(variables).chain(used.calls.difference(calls));
            wrong.extend(unknown.map(|name| format!("{}: {name}", path.display())));
            let unlisted = used.fields.iter().filter(|(name, field)| {
                let record = RECORDS.iter().find(|(known, _)| folder == "documents" && known == name);
                record.is_some_and(|(_, record)| declared[*record].iter().all(|declared| declared.name != *field))
            });
            wrong.extend(unlisted.map(|(name, field)| format!("{}: {name}.{field}", path.display())));
        }
        assert!(looked > 0, "no templates in {folder}");
    };
    look("documents", "md", &(&of(&names.documents) | &keys), &filters);
    let calls = &(&filters | &of(&names.message_filters)) | &of(&names.functions);
    look("messages", "md", &(&of(&names.messages) | &keys), &calls);
    look("html", "html", &of(&names.pages), &filters);
    look("html/parts", "html", &of(&names.pages), &filters);
    assert!(wrong.is_empty(), "used, but not on {PAGE}:\n{}", wrong.join("\n"));
    let page = read(&pages().join(PAGE));
    for name in of(&names.documents).iter().chain(&of(&names.messages)).chain(&of(&names.pages)) {
        assert!(page.contains(&format!("| `{name}` |")), "{name} is not on {PAGE}");
    }
}

fn keys(shape: &RecordShape) -> BTreeSet<String> {
    shape.fields.iter().map(|field| field.key.replace('-', "_")).collect()
}

/// The names that a template uses and does not make itself.
#[derive(Default)]
struct Used {
    variables: BTreeSet<String>,
    /// What is asked of a variable.
    fields: BTreeSet<(String, String)>,
    /// Filters and functions.
    calls: BTreeSet<String>,
}

/// Words of the engine's language.
const WORDS: [&str; 32] = [
    "if",
    "elif",
    "else",
    "endif",
    "for",
    "in",
    "endfor",
    "set",
    "set_global",
    "endset",
    "and",
    "or",
    "not",
    "is",
    "true",
    "false",
    "none",
    "None",
    "include",
    "extends",
    "block",
    "endblock",
    "super",
    "break",
    "continue",
    "loop",
    "raw",
    "endraw",
    "filter",
    "endfilter",
    "defined",
    "containing",
];

impl Used {
    fn of(template: &str) -> Self {
        let mut used = Self::default();
        let mut own = BTreeSet::new();
        let mut rest = template;
        while let Some(at) = rest.find(['{']).filter(|at| rest.len() > at + 2) {
            let inside = &rest[at + 2..];
            let end = match &rest[at..at + 2] {
                "{{" => inside.find("}}"),
                "{%" => inside.find("%}"),
                _ => None,
            };
            let Some(end) = end else {
                rest = &rest[at + 1..];
                continue;
            };
            used.expression(&inside[..end], &mut own);
            rest = &inside[end..];
        }
        used.variables.retain(|name| !own.contains(name));
        used
    }

    /// Looks at an expression; `own` are the names that the template makes.
    fn expression(&mut self, text: &str, own: &mut BTreeSet<String>) {
        let words = tokens(text);
        let at = |index: usize| words.get(index).map_or("", String::as_str);
        let is_tag = ["for", "set", "set_global"].contains(&at(usize::from(at(0) == "-")));
        let mut makes = is_tag;
        for (index, word) in words.iter().enumerate() {
            makes &= word != "in" && word != "=";
            let before = if index == 0 { "" } else { at(index - 1) };
            let is_name = word.starts_with(|sign: char| sign.is_ascii_alphabetic() || sign == '_');
            if !is_name || WORDS.contains(&word.as_str()) || [".", "is", "block", "endblock"].contains(&before) {
                continue;
            }
            if makes {
                own.insert(word.clone());
            } else if before == "|" || at(index + 1) == "(" {
                self.calls.insert(word.clone());
            } else if !(at(index + 1) == "=" && at(index + 2) != "=") {
                self.variables.insert(word.clone());
                if at(index + 1) == "." && !own.contains(word) {
                    self.fields.insert((word.clone(), at(index + 2).to_owned()));
                }
            }
        }
    }
}

/// Names and signs of an expression, without texts and numbers.
fn tokens(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut quote = None;
    let mut in_word = false;
    for sign in text.chars() {
        if quote == Some(sign) {
            quote = None;
            // What a text ends with is no name.
            found.push("\"".to_owned());
        } else if quote.is_some() {
        } else if matches!(sign, '"' | '\'' | '`') {
            quote = Some(sign);
        } else if sign.is_alphanumeric() || sign == '_' {
            match found.last_mut().filter(|_| in_word) {
                Some(word) => word.push(sign),
                None => found.push(sign.to_string()),
            }
            in_word = true;
            continue;
        } else if !sign.is_whitespace() {
            found.push(sign.to_string());
        }
        in_word = false;
    }
    found
}

#[test]
fn the_names_that_a_template_uses_are_found() {
    let used = Used::of(
        "{% for who, n in people | where(key=\"a\", value=x) %}{{ who.name | dash }} {{ need(path=\"a.b\") }}\
         {% endfor %}{% set y = z.a %}{% if y == w and v is defined %}{[ text ]}{% endif %} {#anchor}",
    );
    let names = |set: BTreeSet<String>| set.into_iter().collect::<Vec<_>>().join(" ");
    assert_eq!(names(used.variables), "people v w x z");
    assert_eq!(used.fields, BTreeSet::from([("z".to_owned(), "a".to_owned())]));
    assert_eq!(names(used.calls), "dash need where");
}
