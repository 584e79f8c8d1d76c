//! Formulas as calls of Typst's math functions: from the tree that HTML has too, every text a literal.

use super::super::math::Part;
use super::literal;

/// What writes a formula: where to, and what is shown where no font has a character.
pub(super) struct Formula<'a> {
    pub out: &'a mut String,
    pub shown: &'a dyn Fn(&str) -> String,
}

/// Signs over or under something, and the combining character or the function that Typst has for them.
const ACCENTS: [(&str, &str); 18] = [
    ("ˆ", "\u{302}"),
    ("^", "\u{302}"),
    ("˜", "\u{303}"),
    ("~", "\u{303}"),
    ("⃗", "\u{20d7}"),
    ("→", "\u{20d7}"),
    ("⃖", "\u{20d6}"),
    ("←", "\u{20d6}"),
    ("˙", "\u{307}"),
    ("¨", "\u{308}"),
    ("ˇ", "\u{30c}"),
    ("˘", "\u{306}"),
    ("´", "\u{301}"),
    ("`", "\u{300}"),
    ("˚", "\u{30a}"),
    ("⃛", "\u{20db}"),
    ("↔", "\u{20e1}"),
    ("⃜", "\u{20dc}"),
];

const OVER: [(&str, &str); 8] = [
    ("⏞", "overbrace"),
    ("⏜", "overparen"),
    ("⎴", "overbracket"),
    ("¯", "overline"),
    ("‾", "overline"),
    ("ˉ", "overline"),
    ("\u{305}", "overline"),
    ("\u{332}", "overline"),
];

const UNDER: [(&str, &str); 5] =
    [("⏟", "underbrace"), ("⏝", "underparen"), ("⎵", "underbracket"), ("_", "underline"), ("\u{332}", "underline")];

/// Operators whose limits stand over and under them where there is room.
const LARGE: &str = "∑∏∐⋂⋃⋁⋀⨀⨁⨂⨃⨄⨅⨆∫∬∭∮∯∰";

impl Formula<'_> {
    /// A whole formula, its table of aligned rows as rows of the equation.
    pub(super) fn root(&mut self, math: &Part) {
        match math.parts.as_slice() {
            [table] if table.name == "mtable" => self.rows(table),
            parts => self.sequence(parts),
        }
    }

    fn put(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn string(&mut self, text: &str) {
        let text: String = text.chars().filter(|c| !is_selector(*c)).collect();
        literal(self.out, &(self.shown)(&text));
    }

    fn sequence(&mut self, parts: &[Part]) {
        self.put("{[];");
        for part in parts {
            self.part(part);
            self.put(";");
        }
        self.put("}");
    }

    fn call(&mut self, name: &str, parts: &[Part]) {
        self.put(name);
        self.put("(");
        for part in parts {
            self.part(part);
            self.put(",");
        }
        self.put(")");
    }

    fn part(&mut self, part: &Part) {
        if let Some(colour) = part.get("mathcolor").filter(|colour| is_colour(colour)) {
            self.put(&format!("text(fill:rgb(\"{colour}\"),"));
            self.plain_part(part);
            return self.put(")");
        }
        self.plain_part(part);
    }

    fn plain_part(&mut self, part: &Part) {
        let parts = part.parts.as_slice();
        match (part.name.as_str(), parts) {
            ("mi", _) => self.identifier(part),
            ("mo", _) => self.operator(part),
            ("mn" | "mtext", _) => self.string(&part.text),
            ("mspace", _) => self.space(part),
            ("mfrac", [over, under]) if part.get("linethickness") == Some("0") => {
                self.put("math.mat(delim:none,(");
                self.part(over);
                self.put(",),(");
                self.part(under);
                self.put(",))");
            }
            ("mfrac", [_, _]) => self.call("math.frac", parts),
            ("mroot", [base, index]) => self.call("math.root", &[index.clone(), base.clone()]),
            ("msqrt", _) => self.around("math.sqrt(", parts),
            ("msub", [base, low]) => self.attached(base, &[("br", low)]),
            ("msup", [base, high]) => self.attached(base, &[("tr", high)]),
            ("msubsup", [base, low, high]) => self.attached(base, &[("br", low), ("tr", high)]),
            ("mover", [base, over]) => self.over(base, over),
            ("munder", [base, under]) => self.under(base, under),
            ("munderover", [base, low, high]) => self.limits(base, &[("b", low), ("t", high)]),
            ("mmultiscripts", [base, scripts @ ..]) => self.scripts(base, scripts),
            ("mtable", _) => self.matrix(part),
            ("mphantom", _) => self.around("hide(", parts),
            ("menclose", _) if part.get("notation").is_some_and(|notation| notation.contains("box")) => {
                self.around("box(stroke:0.5pt,inset:0.25em,baseline:0.25em,", parts);
            }
            ("menclose", _) => self.around("math.cancel(", parts),
            ("mstyle", _) if part.get("displaystyle") == Some("true") => self.around("math.display(", parts),
            ("mstyle", _) if part.get("displaystyle") == Some("false") => self.around("math.inline(", parts),
            _ => self.row(parts),
        }
    }

    fn around(&mut self, open: &str, parts: &[Part]) {
        self.put(open);
        self.sequence(parts);
        self.put(")");
    }

    /// A row; one between two signs that grow with it keeps them together.
    fn row(&mut self, parts: &[Part]) {
        match parts {
            [open, binomial, close]
                if is_fence(open)
                    && is_fence(close)
                    && binomial.get("linethickness") == Some("0")
                    && open.text == "(" =>
            {
                self.call("math.binom", &binomial.parts);
            }
            [open, .., close] if is_fence(open) && is_fence(close) => self.around("math.lr(", parts),
            [only] => self.part(only),
            _ => self.sequence(parts),
        }
    }

    fn identifier(&mut self, part: &Part) {
        let text: String = part.text.chars().filter(|c| !is_selector(*c)).collect();
        if text.chars().count() != 1 || (self.shown)(&text).chars().count() != 1 {
            return self.string(&text);
        }
        let upright = part.get("mathvariant") == Some("normal");
        self.put(if upright { "math.upright(symbol(" } else { "symbol(" });
        self.string(&text);
        self.put(if upright { "))" } else { ")" });
    }

    fn operator(&mut self, part: &Part) {
        let text: String =
            part.text.chars().filter(|c| !matches!(c, '\u{2061}'..='\u{2064}') && !is_selector(*c)).collect();
        let mut letters = text.chars();
        match (letters.next(), letters.next()) {
            (None, _) => self.put("[]"),
            (Some(c), None) if !c.is_control() && !c.is_whitespace() && (self.shown)(&text).chars().count() == 1 => {
                self.sign(part, &text);
            }
            _ => {
                self.put("math.op(");
                self.string(&text);
                self.put(if part.get("movablelimits").is_some() { ",limits:true)" } else { ")" });
            }
        }
    }

    /// An operator of one character.
    fn sign(&mut self, part: &Part, text: &str) {
        let class = match (part.get("form"), text) {
            (Some("prefix"), "|" | "‖" | "∥" | "∣") => Some("opening"),
            (Some("postfix"), "|" | "‖" | "∥" | "∣") => Some("closing"),
            (_, "|" | "‖") if part.get("lspace") == Some("0") => Some("normal"),
            _ => None,
        };
        let size = part.get("minsize").filter(|size| is_length(size));
        if let Some(class) = class {
            self.put(&format!("math.class(\"{class}\","));
        }
        self.put(if size.is_some() { "math.stretch(symbol(" } else { "symbol(" });
        self.string(text);
        match size {
            Some(size) => self.put(&format!("),size:{size})")),
            None => self.put(")"),
        }
        if class.is_some() {
            self.put(")");
        }
    }

    fn space(&mut self, part: &Part) {
        match part.get("width").filter(|width| is_length(width)) {
            Some(width) => self.put(&format!("h({width})")),
            None => self.put("[]"),
        }
    }

    fn attached(&mut self, base: &Part, scripts: &[(&str, &Part)]) {
        self.put("math.attach(");
        self.part(base);
        for (place, script) in scripts {
            self.put(&format!(",{place}:"));
            self.part(script);
        }
        self.put(")");
    }

    /// Something with parts over and under it; large operators move them to their side in a line.
    fn limits(&mut self, base: &Part, scripts: &[(&str, &Part)]) {
        let is_large = base.name == "mo"
            && (LARGE.contains(base.text.as_str()) || base.text.chars().filter(|c| c.is_alphabetic()).count() > 1);
        self.put(if is_large { "math.attach(" } else { "math.attach(math.limits(" });
        self.part(base);
        self.put(if is_large { "" } else { ")" });
        for (place, script) in scripts {
            self.put(&format!(",{place}:"));
            self.part(script);
        }
        self.put(")");
    }

    fn over(&mut self, base: &Part, over: &Part) {
        let find = |list: &[(&'static str, &'static str)]| {
            list.iter().find(|(sign, _)| over.name == "mo" && *sign == over.text).map(|(_, found)| *found)
        };
        if let Some(name) = find(&OVER) {
            return self.call(&format!("math.{name}"), std::slice::from_ref(base));
        }
        match find(&ACCENTS).filter(|_| over.parts.is_empty()) {
            Some(accent) => {
                self.put("math.accent(");
                self.part(base);
                self.put(&format!(",\"{accent}\")"));
            }
            None => self.limits(base, &[("t", over)]),
        }
    }

    fn under(&mut self, base: &Part, under: &Part) {
        let name = UNDER.iter().find(|(sign, _)| under.name == "mo" && *sign == under.text).map(|(_, name)| *name);
        match name {
            Some(name) => self.call(&format!("math.{name}"), std::slice::from_ref(base)),
            None => self.limits(base, &[("b", under)]),
        }
    }

    fn scripts(&mut self, base: &Part, scripts: &[Part]) {
        let split = scripts.iter().position(|part| part.name == "mprescripts").unwrap_or(scripts.len());
        let (behind, before) = (&scripts[..split], scripts.get(split + 1..).unwrap_or_default());
        let mut found: Vec<(&str, &Part)> = Vec::new();
        for (pair, places) in [(behind, ["br", "tr"]), (before, ["bl", "tl"])] {
            found.extend(places.into_iter().zip(pair).filter(|(_, part)| !is_empty(part)));
        }
        self.attached(base, &found);
    }

    fn matrix(&mut self, table: &Part) {
        let is_left = table.parts.iter().flat_map(|row| &row.parts).any(|cell| cell.get("class") == Some("left"));
        self.put(if is_left { "math.mat(delim:none,align:left," } else { "math.mat(delim:none," });
        for row in &table.parts {
            self.put("(");
            for cell in &row.parts {
                self.sequence(&cell.parts);
                self.put(",");
            }
            self.put("),");
        }
        self.put(")");
    }

    fn rows(&mut self, table: &Part) {
        self.put("{[];");
        for (index, row) in table.parts.iter().enumerate() {
            if index > 0 {
                self.put("linebreak();");
            }
            for (column, cell) in row.parts.iter().enumerate() {
                if column > 0 {
                    self.put("aligned;");
                }
                self.sequence(&cell.parts);
                self.put(";");
            }
        }
        self.put("}");
    }
}

fn is_empty(part: &Part) -> bool {
    part.text.is_empty() && part.parts.is_empty()
}

/// Whether a part is a sign that grows with what stands beside it.
fn is_fence(part: &Part) -> bool {
    part.name == "mo"
        && part.get("stretchy") != Some("false")
        && part.get("minsize").is_none()
        && matches!(
            part.text.as_str(),
            "" | "\u{2063}"
                | "("
                | ")"
                | "["
                | "]"
                | "{"
                | "}"
                | "|"
                | "‖"
                | "∥"
                | "⟨"
                | "⟩"
                | "⌈"
                | "⌉"
                | "⌊"
                | "⌋"
                | "⟦"
                | "⟧"
        )
}

/// Selectors of variants, which say how a letter looks and have no shape.
fn is_selector(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}')
}

fn is_length(text: &str) -> bool {
    let number = text.strip_suffix("em").unwrap_or_default();
    number.parse::<f32>().is_ok_and(|number| number.abs() < 100.0)
        && number.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-'))
}

fn is_colour(text: &str) -> bool {
    text.strip_prefix('#').is_some_and(|hex| hex.len() == 6 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::super::super::math::tree;
    use super::*;
    use crate::model::text::Math;

    fn typst(latex: &str) -> String {
        let tree = tree(&Math { latex: latex.into(), display: true }).unwrap();
        let mut out = String::new();
        Formula { out: &mut out, shown: &str::to_owned }.root(&tree);
        out
    }

    #[test]
    fn formulas_become_calls() {
        assert_eq!(typst(r"\frac{a}{2}"), "{[];math.frac(symbol(\"a\"),\"2\",);}");
        assert_eq!(typst("x^2"), "{[];math.attach(symbol(\"x\"),tr:\"2\");}");
        assert!(typst(r"\sum_{i}^{n} i").contains("math.attach(symbol(\"∑\"),b:symbol(\"i\"),t:symbol(\"n\"))"));
        assert!(typst(r"\binom{n}{k}").contains("math.binom(symbol(\"n\"),symbol(\"k\"),)"));
        assert!(typst(r"\left(x\right)").contains("math.lr("));
    }

    #[test]
    fn text_in_a_formula_stays_text() {
        assert!(typst(r"\text{\#eval(1)}").contains("\"#eval(1)\""));
    }
}
