use super::*;

fn trouble(text: &str) -> String {
    match check(text) {
        Ok(()) => String::new(),
        Err(trouble) => format!("{}: {}", trouble.line, trouble.what),
    }
}

#[test]
fn sound_commands_are_let_pass() {
    for text in [
        "curl --fail \"https://portal.example/health?a=$(date +%s)\" | jq '.status'",
        "for host in app-1 app-2; do ssh \"$host\" 'uptime'; done",
        "if [ -f /tmp/a ]; then echo yes; else echo no; fi",
        "while read -r line; do echo \"${line%%:*}\"; done < /etc/passwd",
        "case \"$1\" in\n  start) run ;;\n  stop|halt) end ;;\n  *) echo what ;;\nesac",
        "cat <<EOF > a.txt\nit's (not \"closed\nEOF\necho done",
        "cat <<-'END'\n\ttext\n\tEND",
        "a() {\n  echo \"it's\" # don't\n}\na",
        "function a {\n  echo b\n}",
        "printf $'it\\'s'; echo \"cost: $'5'\"",
        "for ((i=0; i<3; i++)); do echo $i; done",
        "ssh <host> uptime",
        "find . \\( -name a -o -name b \\) -exec ls {} \\;",
        "export LIST=(a b c)\necho ${LIST[0]} && echo done",
        "echo one &&\n  echo two |\n  sort",
        "sudo systemctl \\\n  restart portal",
        "diff <(sort a) <(sort b)",
        "echo done; echo if; echo for",
        "(cd /srv && ls) 2>&1 >/dev/null &",
        "psql -c \"select count(*) from booking where name = 'x'\"",
        "awk '{ print $1 }' a | xargs -I{} echo {}",
        "echo `date`",
        "echo $((1 + 2)) $(( (3) * 4 ))",
        "[[ $a == b* || $c =~ ^d$ ]] && echo yes",
        "",
    ] {
        assert_eq!(trouble(text), "", "{text}");
    }
}

#[test]
fn quotes_and_brackets_that_are_never_closed_are_found_on_their_line() {
    assert_eq!(trouble("cd /srv\necho \"done"), "1: the quote `\"` is never closed");
    assert_eq!(trouble("echo it's"), "0: the quote `'` is never closed");
    assert_eq!(trouble("echo $(date"), "0: `(` is never closed");
    assert_eq!(trouble("echo ${HOME"), "0: `{` is never closed");
    assert_eq!(trouble("(cd /srv"), "0: `(` has no `)`");
    assert_eq!(trouble("cd /srv)"), "0: `)` closes nothing");
    assert_eq!(trouble("echo `date"), "0: the backquote is never closed");
}

#[test]
fn blocks_without_an_end_are_found() {
    assert_eq!(trouble("for a in b c; do\n  echo $a"), "0: `for` has no `done`");
    assert_eq!(trouble("if true; then\n  echo a\ndone"), "0: `if` has no `fi` before `done`");
    assert_eq!(trouble("for a in b c;\n  echo $a\ndone"), "0: `for` has no `do`");
    assert_eq!(trouble("if true\n  echo a\nfi"), "0: `if` has no `then`");
    assert_eq!(trouble("echo a\nfi"), "1: `fi` closes nothing");
    assert_eq!(trouble("f() {\n  echo a"), "0: `{` has no `}`");
}

#[test]
fn operators_with_nothing_beside_them_are_found() {
    assert_eq!(trouble("ls |"), "0: nothing follows `|`");
    assert_eq!(trouble("ls &&\n"), "0: nothing follows `&&`");
    assert_eq!(trouble("&& ls"), "0: nothing stands before `&&`");
}

#[test]
fn here_documents_without_an_end_are_found() {
    assert_eq!(trouble("cat <<EOF\ntext"), "0: the here-document `EOF` is never closed");
    assert_eq!(trouble("cat <<EOF"), "0: the here-document `EOF` is never closed");
}

#[test]
fn no_text_makes_the_reader_fail() {
    const PIECES: [&str; 20] =
        ["a", "é", " ", "\n", "\\", "'", "\"", "`", "$", "(", ")", "{", "}", "<", ">", "<<", "&", "|", "if", "case"];
    let count = PIECES.len();
    let mut judged = 0;
    for seed in 0..count.pow(4) {
        let text: String = (0..4u32).map(|place| PIECES[seed / count.pow(place) % count]).collect();
        if let Err(trouble) = check(&text) {
            judged += 1;
            assert!(trouble.line <= text.matches('\n').count(), "{text:?}: {trouble:?}");
        }
    }
    assert!(judged > 1000, "{judged}");
}
