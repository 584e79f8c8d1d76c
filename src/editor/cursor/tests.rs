use super::*;

/// The cursor at the `‸` of a text.
fn at(marked: &str) -> (String, usize) {
    let offset = marked.find('‸').expect("a mark");
    (marked.replacen('‸', "", 1), offset)
}

fn shown(marked: &str) -> String {
    let (text, offset) = at(marked);
    let Some(cursor) = Cursor::at(&text, offset) else { return "comment".into() };
    let entry = if cursor.in_entry { "[]" } else { "" };
    let key = cursor.key.map_or_else(String::new, |key| format!(" {key}:"));
    format!("{}{entry}{key} <{}>", cursor.path.join("."), cursor.word_in(&text))
}

#[test]
fn keys_of_mappings_and_of_entries_are_told_apart() {
    assert_eq!(shown("na‸"), " <na>");
    assert_eq!(shown("project:\n  na‸"), "project <na>");
    assert_eq!(shown("project:\n  id: x\n  ‸\n  name: y"), "project <>");
    assert_eq!(shown("contacts:\n  - id: a\n    na‸"), "contacts[] <na>");
    assert_eq!(shown("contacts:\n- id: a\n  na‸"), "contacts[] <na>");
    assert_eq!(shown("contacts:\n  - na‸"), "contacts[] <na>");
    assert_eq!(shown("contacts:\n  - ‸"), "contacts[] <>");
    assert_eq!(shown("contacts:\n  ‸"), "contacts <>");
    assert_eq!(shown("support:\n  tiers:\n    - level: 1\n      ‸"), "support.tiers[] <>");
    assert_eq!(shown("support:\n  tiers:\n    - level: 1\n  ‸"), "support <>");
}

#[test]
fn values_know_their_key() {
    assert_eq!(shown("project:\n  id: har‸bour"), "project id: <harbour>");
    assert_eq!(shown("contacts:\n  - id: a\n    backup: ‸"), "contacts[] backup: <>");
    assert_eq!(shown("contacts:\n  - party: cl‸"), "contacts[] party: <cl>");
    assert_eq!(shown("a:\n  b: \"x‸\" # no"), "a b: <x>");
    assert_eq!(shown("a:\n  b: x # n‸o"), "comment");
    assert_eq!(shown("url: https://a.example/‸x"), " url: <https://a.example/x>");
}

#[test]
fn entries_of_lists_are_words_of_their_key() {
    assert_eq!(shown("project:\n  traits:\n    - api\n    - da‸"), "project.traits[] <da>");
    assert_eq!(shown("project:\n  traits: [api, da‸]"), "project.traits[] <da>");
    assert_eq!(shown("project:\n  traits: [‸]"), "project.traits[] <>");
    assert_eq!(shown("t:\n  - {minutes: 10, to‸: x}"), "t[] <to>");
    assert_eq!(shown("t:\n  - {minutes: 10, topic: x‸}"), "t[] topic: <x>");
    assert_eq!(shown("t:\n  people: [anna-lind,\n    jo‸, x]"), "t.people <jo>");
}

#[test]
fn the_lines_around_say_which_keys_are_there() {
    let (text, offset) =
        at("contacts:\n  - id: a\n    ‸\n    name: b\n    more:\n      deep: x\n  - id: c\n    role: d\n");
    let cursor = Cursor::at(&text, offset).expect("a cursor");
    assert_eq!(cursor.present, ["id", "name", "more"]);
    let (text, offset) = at("a: 1\nb‸: 2\nc: 3\n");
    let cursor = Cursor::at(&text, offset).expect("a cursor");
    assert_eq!((cursor.present, cursor.has_colon), (vec!["a", "c"], true));
}

#[test]
fn lists_in_lists_and_folded_texts_do_not_mislead() {
    assert_eq!(shown("a:\n  text: >-\n    one: two\n    three\n  b‸"), "a <b>");
    assert_eq!(shown("a:\n  text: |-\n    one: t‸"), "a.text one: <t>");
    assert_eq!(
        shown("s:\n  - id: x\n    agenda:\n      - minutes: 1\n        topic: a\n      - minutes: 2\n        to‸"),
        "s.agenda[] <to>"
    );
}

#[test]
fn no_text_and_no_place_makes_it_stumble() {
    let pieces = ["a:", "- ", "  ", "[", "{", ",", "]", "}", "\n", "\"", "'", ": ", "#", "ö", "|", "x"];
    // Every text of four pieces, with the cursor at every place.
    for number in 0..pieces.len().pow(4) {
        let text: String = (0..4).map(|digit| pieces[number / pieces.len().pow(digit) % pieces.len()]).collect();
        for offset in 0..=text.len() {
            if let Some(cursor) = Cursor::at(&text, offset) {
                assert!(cursor.word.start <= cursor.word.end && text.get(cursor.word.clone()).is_some(), "{text:?}");
            }
        }
    }
}
