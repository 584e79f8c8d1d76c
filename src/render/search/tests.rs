use super::*;
use crate::model::project::Stage;
use crate::source::Sources;
use std::fmt::Write as _;

fn document(kind: &str, title: &str, text: &str) -> Document {
    let file = Sources::default().add("t", "");
    let mut blocks = crate::markdown::parse(text, file, 0, &mut Vec::new()).blocks;
    for block in &mut blocks {
        if let BlockKind::Heading(heading) = &mut block.kind {
            heading.id = crate::model::text::slug(&plain(&heading.content));
        }
    }
    Document {
        kind: kind.into(),
        number: "X-100".into(),
        position: 1,
        title: title.into(),
        summary: "All about it.".into(),
        audience: String::new(),
        group: String::new(),
        stage: Stage::Prepare,
        internal: false,
        after_layout: false,
        derived: false,
        late: false,
        blocks,
        footnotes: Vec::new(),
        fragments: Vec::new(),
        shown: Vec::new(),
        covers: Vec::new(),
    }
}

/// The weights of a word by section, read back as the script reads them.
fn found(index: &Value, word: &str) -> Vec<(usize, usize)> {
    let mut before = Vec::new();
    let terms = index["terms"].as_str().expect("terms").split(' ').map(|coded| {
        let shared = coded.chars().next().and_then(|digit| digit.to_digit(36)).expect("a digit") as usize;
        before.truncate(shared);
        before.extend(coded[1..].encode_utf16());
        String::from_utf16(&before).expect("a word")
    });
    let at = terms.into_iter().position(|term| term == word);
    let Some(coded) = at.and_then(|at| index["postings"].as_str().expect("postings").split(' ').nth(at)) else {
        return Vec::new();
    };
    let (mut sections, mut section, mut number, mut shift) = (Vec::new(), 0, 0, 0);
    for byte in coded.bytes() {
        let digit = DIGITS.iter().position(|known| *known == byte).expect("a digit");
        number |= (digit % 32) << shift;
        shift += 5;
        if digit < 32 {
            section += number / 4;
            sections.push((section, number % 4));
            (number, shift) = (0, 0);
        }
    }
    sections
}

fn index(documents: &[&Document]) -> Value {
    let files = files(documents, &Workshop::default());
    let script = String::from_utf8(files["html/assets/search-index.js"].clone()).expect("text");
    let value = script.strip_prefix("handoffSearch.index(").and_then(|rest| rest.strip_suffix(");\n"));
    serde_json::from_str(value.expect("a call")).expect("a value")
}

#[test]
fn every_section_is_an_entry_with_its_words() {
    let one = document(
        "runbook",
        "Runbook",
        "Before.\n\n## Disk full\n\nFree the disk, the disk.\n\n| A | B |\n|---|---|\n| c | d |\n",
    );
    let index = index(&[&one]);
    assert_eq!(index["documents"][0][2], "Runbook");
    assert_eq!(index["documents"][0][3], 2);
    assert_eq!(index["lengths"][1], 9);
    assert_eq!(found(&index, "disk"), [(1, 3)]);
    assert_eq!(found(&index, "free"), [(1, 1)]);
    assert_eq!(found(&index, "runbook"), [(0, 3), (1, 0)]);
    assert_eq!(found(&index, "nowhere"), []);
    let text =
        String::from_utf8(files(&[&one], &Workshop::default())["html/assets/search/runbook.js"].clone()).expect("text");
    assert_eq!(
        text,
        "handoffSearch.texts(\"runbook\",[[\"\",\"\",\"All about it. Before.\"],\
         [\"disk-full\",\"Disk full\",\"Free the disk, the disk. A · B c · d\"]]);\n"
    );
}

#[test]
fn distant_sections_and_astral_letters_survive_the_coding() {
    let mut text = String::from("𐐀𐐁 𐐀𐐂 first\n");
    for number in 0..300 {
        let _ = write!(text, "\n## Part {number}\n\nword{number}\n");
    }
    text.push_str("\n## Last\n\nfirst\n");
    let one = document("a", "A", &text);
    let index = index(&[&one, &document("b", "B", "first first")]);
    assert_eq!(found(&index, "first"), [(0, 1), (301, 1), (302, 2)]);
    assert_eq!(found(&index, "word299"), [(300, 1)]);
    assert_eq!(found(&index, "𐐨𐐪"), [(0, 1)]);
}

#[test]
fn words_that_stand_everywhere_stay_in_headings_alone() {
    let mut text = String::new();
    for number in 0..50 {
        let _ = write!(text, "\n## Part {number}\n\nthe harbour\n");
    }
    text.push_str("\n## The harbour\n\nthe end\n");
    let index = index(&[&document("a", "A", &text)]);
    assert_eq!(index["common"], json!(["a", "harbour", "part", "the"]));
    assert_eq!(found(&index, "harbour"), [(51, 3)]);
    assert_eq!(found(&index, "end"), [(51, 1)]);
}

#[test]
fn text_cannot_leave_its_string() {
    let one = document("a", "</script>", "`</script>\");alert(1)//`\n");
    for (_, bytes) in files(&[&one], &Workshop::default()) {
        let script = String::from_utf8(bytes).expect("text");
        let value = script.split_once('(').and_then(|(_, rest)| rest.strip_suffix(");\n")).expect("a call");
        assert!(serde_json::from_str::<Value>(&format!("[{value}]")).is_ok(), "{script}");
    }
}
