//! What every page gets in the preview: the bar with the way to the overview, the script that looks for
//! changes, and a policy that lets both work.

use super::answer::tag;
use crate::finding::{Finding, Level};
use crate::markdown::html::escape;
use std::fmt::Write;

/// Where the pages for authors are.
pub(super) const FOLDER: &str = "preview/";

/// The rule that a page brings for pages on a disk; here the server says what holds.
const POLICY: &str = "<meta http-equiv=\"Content-Security-Policy\"";

/// Puts the bar and what it needs into a page.
pub(super) fn around(page: &str, news: &str) -> String {
    let page = without_policy(page);
    // A browser asks for one by itself where no page names one.
    let icon = if page.contains("rel=\"icon\"") { "" } else { "<link rel=\"icon\" href=\"data:,\">\n" };
    let head =
        "<link rel=\"stylesheet\" href=\"/preview/style.css\">\n<script src=\"/preview/script.js\" defer></script>\n";
    let bar = format!(
        "<aside class=\"handoff-bar\" aria-label=\"Preview\" data-tag=\"{}\">\n<p class=\"handoff-bar-news\">{news}</p>\n\
         <p><a href=\"/index.html\">Start page</a> <a href=\"/preview/status\">Status</a></p>\n\
         <p class=\"handoff-bar-lost\" role=\"status\"></p>\n</aside>\n",
        tag(&[page.as_bytes(), news.as_bytes()].concat())
    );
    let with_head = inserted(&page, "</head>", &format!("{icon}{head}"));
    inserted(&with_head, "</body>", &bar)
}

/// What a page says of itself in its bar.
pub(super) fn own_tag(page: &str) -> Option<&str> {
    page.rsplit_once("data-tag=\"")?.1.split('"').next()
}

/// Puts markup before the last occurrence of a tag; at the end where there is none.
fn inserted(page: &str, before: &str, markup: &str) -> String {
    let at = page.rfind(before).unwrap_or(page.len());
    format!("{}{markup}{}", &page[..at], &page[at..])
}

fn without_policy(page: &str) -> String {
    let Some(start) = page.find(POLICY) else { return page.to_owned() };
    let end = page[start..].find('>').map_or(page.len(), |length| start + length + 1);
    format!("{}{}", &page[..start], &page[end..])
}

/// How many findings there are of each level, as a link to the overview.
pub(super) fn counts(findings: &[Finding]) -> String {
    let told = super::overview::counted(findings);
    let worst = findings.iter().map(|finding| finding.level).min();
    let class = worst.map_or("clean", Level::as_str);
    format!("<a class=\"{class}\" href=\"/preview/\">{}</a>", escape(&told))
}

/// A finding as it stands on a page, with the link that opens its place.
pub(super) fn remark(finding: &Finding, id: &str, place: Option<(&str, Option<&str>)>) -> String {
    let (level, rule) = (finding.level.as_str(), finding.rule);
    let mut out = format!(
        "<aside class=\"handoff-remark {level}\" id=\"{id}\" aria-label=\"{level}: {rule}\">\n<p><strong>{level}</strong> \
         <a href=\"/preview/rules/{rule}\">{rule}</a> {}</p>\n",
        escape(&finding.message)
    );
    for help in &finding.help {
        let _ = writeln!(out, "<p class=\"handoff-help\">{}</p>", escape(help));
    }
    if let Some((name, link)) = place {
        let name = escape(name);
        let shown = match link {
            Some(link) => format!("<a href=\"{}\">{name}</a>", escape(link)),
            None => name,
        };
        let _ = writeln!(out, "<p class=\"handoff-place\">{shown}</p>");
    }
    out + "</aside>\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_gets_its_bar_and_loses_its_policy() {
        let page = "<head>\n<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'\">\n</head><body>x</body>";
        let framed = around(page, "nothing");
        assert!(!framed.contains("http-equiv"), "{framed}");
        let (script, bar) = (framed.find("script.js").expect("a script"), framed.find("<aside").expect("a bar"));
        assert!(script < framed.find("</head>").expect("a head") && bar < framed.find("</body>").expect("a body"));
    }

    #[test]
    fn the_tag_of_a_page_follows_its_content() {
        let tag = |text: &str, news: &str| own_tag(&around(text, news)).map(str::to_owned);
        assert_eq!(tag("<body>a</body>", "1"), tag("<body>a</body>", "1"));
        assert_ne!(tag("<body>a</body>", "1"), tag("<body>b</body>", "1"));
        assert_ne!(tag("<body>a</body>", "1"), tag("<body>a</body>", "2"));
    }

    #[test]
    fn a_remark_lets_no_markup_through() {
        let finding = Finding::error("broken-link", "a <b>").help("<i>");
        let remark = remark(&finding, "finding-1", Some(("docs/<a>.md:1:2", Some("vscode://file/x\"y"))));
        assert!(!remark.contains("<b>") && !remark.contains("<i>") && !remark.contains("x\"y"), "{remark}");
    }
}
