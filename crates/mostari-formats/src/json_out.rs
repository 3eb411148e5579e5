//! JSON that is written with its numbers exactly as given: no amount of money passes through a float.

/// A value to be written; members stand in the order given.
pub(crate) enum Out {
    Text(String),
    /// A number, already in its decimal form.
    Number(String),
    List(Vec<Out>),
    Object(Vec<(&'static str, Out)>),
}

impl Out {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// Writes it indented by two blanks a level.
    pub(crate) fn write(&self, depth: usize, out: &mut String) {
        match self {
            Self::Text(text) => out.push_str(&quoted(text)),
            Self::Number(number) => out.push_str(number),
            Self::List(items) => {
                let items = items.iter().map(|item| (String::new(), item)).collect::<Vec<_>>();
                group(&items, ['[', ']'], depth, out);
            }
            Self::Object(members) => {
                let members = members.iter().map(|(name, value)| (format!("{}: ", quoted(name)), value));
                group(&members.collect::<Vec<_>>(), ['{', '}'], depth, out);
            }
        }
    }
}

fn group(parts: &[(String, &Out)], around: [char; 2], depth: usize, out: &mut String) {
    out.push(around[0]);
    for (position, (name, value)) in parts.iter().enumerate() {
        out.push_str(if position == 0 { "\n" } else { ",\n" });
        out.push_str(&"  ".repeat(depth + 1));
        out.push_str(name);
        value.write(depth + 1, out);
    }
    if !parts.is_empty() {
        out.push('\n');
        out.push_str(&"  ".repeat(depth));
    }
    out.push(around[1]);
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a text is JSON")
}
