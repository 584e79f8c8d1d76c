//! A tree of values that remember where they stand, and the way from it to typed records.
//!
//! Knows no file format: `load/yaml.rs` makes the tree. `record!` declares a record once and gives
//! the struct, its decoding with every mistake reported, and its [`Shape`] for the reference and the
//! schema.

use crate::finding::{Finding, suggestion};
use crate::source::{FileId, Span};
use serde::{Deserialize, Serialize, Serializer};
use std::ops::Deref;

/// The slug of the findings that this module makes.
pub const INVALID_FIELD: &str = "invalid-field";
/// The slug of the findings about keys that nobody knows.
pub const UNKNOWN_KEY: &str = "unknown-key";
/// The slug of the findings about keys that must be there.
pub const MISSING_FIELD: &str = "missing-field";

/// A value with its place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Node {
    /// What it is.
    pub value: Value,
    /// Where it stands.
    pub span: Span,
}

/// What a [`Node`] holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Value {
    /// Nothing, `null` or `~`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as it was written.
    Number(String),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// Keys and values in the order in which they were written.
    Map(Vec<(Key, Node)>),
}

/// A key with its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    /// The key.
    pub name: String,
    /// Where it stands.
    pub span: Span,
}

impl Value {
    /// What it is, with an article, for messages.
    fn described(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(_) => "a yes-or-no value",
            Self::Number(_) => "a number",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Map(_) => "a mapping",
        }
    }
}

impl Node {
    /// The value under a key, if this is a mapping that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        match &self.value {
            Value::Map(entries) => entries.iter().find(|(name, _)| name.name == key).map(|(_, node)| node),
            _ => None,
        }
    }

    /// The same at the same places of another file.
    #[must_use]
    pub fn in_file(mut self, file: FileId) -> Self {
        self.put_into(file);
        self
    }

    fn put_into(&mut self, file: FileId) {
        self.span.file = file;
        match &mut self.value {
            Value::List(nodes) => nodes.iter_mut().for_each(|node| node.put_into(file)),
            Value::Map(entries) => {
                for (key, node) in entries {
                    key.span.file = file;
                    node.put_into(file);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => {}
        }
    }
}

/// A value that remembers where it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Where it stands; for a value that is missing, the record that ought to have it.
    pub span: Span,
}

impl<T> Deref for Located<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: std::fmt::Display> std::fmt::Display for Located<T> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.value.fmt(out)
    }
}

impl<T: Serialize> Serialize for Located<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(serializer)
    }
}

/// The description of a value: what the reference and the schema are made from.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// A scalar: the name of its kind and an example.
    Scalar {
        /// What to write, in words.
        name: &'static str,
        /// One well-formed value.
        example: &'static str,
    },
    /// One of a few words, each with its meaning.
    Choice(&'static [(&'static str, &'static str)]),
    /// A list of values of one shape.
    List(fn() -> Shape),
    /// A mapping with known keys.
    Record(fn() -> RecordShape),
}

/// The description of a record.
#[derive(Debug, Clone)]
pub struct RecordShape {
    /// Its name, in the singular.
    pub name: &'static str,
    /// What it means.
    pub doc: String,
    /// Its fields, in order.
    pub fields: Vec<FieldShape>,
}

/// The description of a field.
#[derive(Debug, Clone)]
pub struct FieldShape {
    /// The key.
    pub key: &'static str,
    /// What it means.
    pub doc: String,
    /// Whether it must be there.
    pub required: bool,
    /// What it holds.
    pub shape: Shape,
}

/// A type that can be read from one node.
pub trait FromNode: Sized {
    /// Reads it; what is wrong goes into `findings`, and then the result is `None`.
    fn from_node(node: &Node, findings: &mut Vec<Finding>) -> Option<Self>;
    /// Describes it.
    fn shape() -> Shape;
}

/// A type that can be a field of a record: it knows what to do when the key is missing.
pub trait Field: Sized {
    /// Whether the key must be there.
    const REQUIRED: bool;
    /// Reads the field of the record at `record`.
    fn from_field(key: &'static str, node: Option<&Node>, record: Span, findings: &mut Vec<Finding>) -> Self;
    /// Describes what it holds.
    fn shape() -> Shape;
}

/// A scalar that is parsed from the text that was written.
pub trait Scalar: Sized {
    /// Its name, for messages: "a date", "an e-mail address".
    const NAME: &'static str;
    /// One well-formed value.
    const EXAMPLE: &'static str;
    /// Parses it.
    ///
    /// # Errors
    /// Why it is not one, as the end of a sentence.
    fn parse(text: &str) -> Result<Self, String>;
    /// What stands in for a value that is missing or wrong, after that has been reported.
    fn stand_in() -> Self;
    /// Describes it.
    #[must_use]
    fn shape() -> Shape {
        Shape::Scalar { name: Self::NAME, example: Self::EXAMPLE }
    }
}

/// A finding that the value at `node` is not what it should be.
#[must_use]
pub fn mismatch(node: &Node, wanted: &str, example: &str) -> Finding {
    Finding::error(INVALID_FIELD, format!("expected {wanted}, found {}", node.value.described()))
        .at(node.span, format!("not {wanted}"))
        .help(format!("write it like this: {example}"))
}

impl<T: Scalar> FromNode for Located<T> {
    fn from_node(node: &Node, findings: &mut Vec<Finding>) -> Option<Self> {
        let text = match &node.value {
            Value::Text(text) | Value::Number(text) => text.as_str(),
            Value::Bool(true) => "true",
            Value::Bool(false) => "false",
            _ => {
                findings.push(mismatch(node, T::NAME, T::EXAMPLE));
                return None;
            }
        };
        match T::parse(text.trim()) {
            Ok(value) => Some(Self { value, span: node.span }),
            Err(why) => {
                findings.push(
                    Finding::error(INVALID_FIELD, format!("`{}` is not {}", shorten(text), T::NAME))
                        .at(node.span, why)
                        .help(format!("write it like this: {}", T::EXAMPLE)),
                );
                None
            }
        }
    }

    fn shape() -> Shape {
        T::shape()
    }
}

impl<T: Scalar> Field for Located<T> {
    const REQUIRED: bool = true;

    fn from_field(key: &'static str, node: Option<&Node>, record: Span, findings: &mut Vec<Finding>) -> Self {
        let stand_in = |span| Self { value: T::stand_in(), span };
        match node {
            None | Some(Node { value: Value::Null, .. }) => {
                let span = node.map_or(record, |node| node.span);
                findings.push(
                    Finding::error(MISSING_FIELD, format!("`{key}` is missing"))
                        .at(span, format!("needs `{key}`"))
                        .help(format!("add {}, for example `{key}: {}`", T::NAME, T::EXAMPLE)),
                );
                stand_in(span)
            }
            Some(node) => Self::from_node(node, findings).unwrap_or_else(|| stand_in(node.span)),
        }
    }

    fn shape() -> Shape {
        <Self as FromNode>::shape()
    }
}

impl<T: FromNode> Field for Option<T> {
    const REQUIRED: bool = false;

    fn from_field(_: &'static str, node: Option<&Node>, _: Span, findings: &mut Vec<Finding>) -> Self {
        node.filter(|node| node.value != Value::Null).and_then(|node| T::from_node(node, findings))
    }

    fn shape() -> Shape {
        T::shape()
    }
}

impl<T: FromNode> Field for Vec<T> {
    const REQUIRED: bool = false;

    fn from_field(key: &'static str, node: Option<&Node>, _: Span, findings: &mut Vec<Finding>) -> Self {
        let Some(node) = node else { return Self::new() };
        match &node.value {
            Value::Null => Self::new(),
            Value::List(nodes) => nodes.iter().filter_map(|node| T::from_node(node, findings)).collect(),
            _ => {
                findings.push(
                    Finding::error(INVALID_FIELD, format!("`{key}` must be a list, found {}", node.value.described()))
                        .at(node.span, "not a list")
                        .help("put each entry on a line of its own, with `- ` before it"),
                );
                Self::new()
            }
        }
    }

    fn shape() -> Shape {
        Shape::List(T::shape)
    }
}

/// Reports the keys of a mapping that are not among `known`.
pub fn unknown_keys(entries: &[(Key, Node)], known: &[&'static str], findings: &mut Vec<Finding>) {
    for (key, _) in entries {
        if known.contains(&key.name.as_str()) {
            continue;
        }
        let finding = Finding::error(UNKNOWN_KEY, format!("unknown key `{}`", shorten(&key.name)));
        findings.push(match suggestion(&key.name, known.iter().copied()) {
            Some(near) => finding.at(key.span, "nobody reads this").help(format!("did you mean `{near}`?")),
            None => finding.at(key.span, "nobody reads this").help(format!("known here: {}", known.join(", "))),
        });
    }
}

/// At most 60 characters of a text, for messages.
#[must_use]
pub fn shorten(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    match line.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

/// Joins the lines of a doc comment to one text.
#[must_use]
pub fn doc_text(lines: &[&str]) -> String {
    lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ").trim().to_owned()
}

/// Declares a record: the struct, how it is read, and its description.
///
/// A field of type [`Located`] or of a record type must be there; `Option` and `Vec` need not. Every
/// record also remembers its own place in `span`.
macro_rules! record {
    ($(#[doc = $doc:literal])* pub struct $name:ident { $($(#[doc = $fdoc:literal])* $field:ident: $type:ty,)* }) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize)]
        pub struct $name {
            $($(#[doc = $fdoc])* pub $field: $type,)*
            /// Where the record stands.
            #[serde(skip)]
            pub span: $crate::source::Span,
        }

        impl $name {
            /// The keys of the record, in order.
            pub const KEYS: &'static [&'static str] = &[$(stringify!($field)),*];

            fn read(at: $crate::source::Span, node: Option<&$crate::model::node::Node>, findings: &mut Vec<$crate::finding::Finding>) -> Self {
                Self {
                    $($field: $crate::model::node::Field::from_field(
                        stringify!($field), node.and_then(|node| node.get(stringify!($field))), at, findings),)*
                    span: at,
                }
            }

            /// Describes the record.
            #[must_use]
            pub fn record_shape() -> $crate::model::node::RecordShape {
                $crate::model::node::RecordShape {
                    name: stringify!($name),
                    doc: $crate::model::node::doc_text(&[$($doc),*]),
                    fields: vec![$($crate::model::node::FieldShape {
                        key: stringify!($field),
                        doc: $crate::model::node::doc_text(&[$($fdoc),*]),
                        required: <$type as $crate::model::node::Field>::REQUIRED,
                        shape: <$type as $crate::model::node::Field>::shape(),
                    }),*],
                }
            }
        }

        impl $crate::model::node::FromNode for $name {
            fn from_node(node: &$crate::model::node::Node, findings: &mut Vec<$crate::finding::Finding>) -> Option<Self> {
                let $crate::model::node::Value::Map(entries) = &node.value else {
                    findings.push($crate::model::node::mismatch(node, "a mapping", concat!("`key: value` lines, as described for ", stringify!($name))));
                    return None;
                };
                $crate::model::node::unknown_keys(entries, Self::KEYS, findings);
                Some(Self::read(node.span, Some(node), findings))
            }

            fn shape() -> $crate::model::node::Shape {
                $crate::model::node::Shape::Record(Self::record_shape)
            }
        }

        impl $crate::model::node::Field for $name {
            const REQUIRED: bool = true;

            fn from_field(key: &'static str, node: Option<&$crate::model::node::Node>, record: $crate::source::Span, findings: &mut Vec<$crate::finding::Finding>) -> Self {
                if let Some(node) = node {
                    return <Self as $crate::model::node::FromNode>::from_node(node, findings)
                        .unwrap_or_else(|| Self::read(node.span, None, &mut Vec::new()));
                }
                findings.push($crate::finding::Finding::error($crate::model::node::MISSING_FIELD, format!("`{key}` is missing"))
                    .at(record, format!("needs `{key}`"))
                    .help(format!("add `{key}:` with {}", Self::KEYS.join(", "))));
                Self::read(record, None, &mut Vec::new())
            }

            fn shape() -> $crate::model::node::Shape {
                <Self as $crate::model::node::FromNode>::shape()
            }
        }
    };
}

/// Declares a closed set of words: the enum, how it is read and written. The first is the stand-in.
macro_rules! choice {
    ($(#[doc = $doc:literal])* pub enum $name:ident ($noun:literal) { $($(#[doc = $vdoc:literal])* $variant:ident = $word:literal,)* }) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        pub enum $name {
            $($(#[doc = $vdoc])* #[serde(rename = $word)] $variant,)*
        }

        impl $name {
            /// All of them, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];
            const DOCS: &'static [(&'static str, &'static str)] = &[$(($word, concat!($($vdoc),*))),*];

            /// The word that is written.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;
            fn from_str(text: &str) -> Result<Self, String> {
                Self::ALL.iter().copied().find(|choice| choice.as_str() == text).ok_or_else(|| {
                    let words: Vec<_> = Self::ALL.iter().map(|choice| choice.as_str()).collect();
                    match $crate::finding::suggestion(text, words.iter().copied()) {
                        Some(near) => format!("did you mean `{near}`? It is one of {}", words.join(", ")),
                        None => format!("it is one of {}", words.join(", ")),
                    }
                })
            }
        }

        impl $crate::model::node::Scalar for $name {
            const NAME: &'static str = $noun;
            const EXAMPLE: &'static str = Self::DOCS[0].0;

            fn parse(text: &str) -> Result<Self, String> {
                text.parse()
            }

            fn stand_in() -> Self {
                Self::ALL[0]
            }

            fn shape() -> $crate::model::node::Shape {
                $crate::model::node::Shape::Choice(Self::DOCS)
            }
        }
    };
}

pub(crate) use {choice, record};
