//! What the terminal says: results on stdout, everything else on stderr.

use std::io::{IsTerminal, Write};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// How to speak.
#[derive(Debug, Clone, Copy)]
pub struct Terminal {
    /// One JSON object on stdout instead of words.
    pub json: bool,
    quiet: bool,
    colour: bool,
    progress: bool,
}

impl Terminal {
    /// Looks at the options and at what the streams are.
    pub fn new(json: bool, quiet: bool) -> Self {
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let terminal = std::io::stderr().is_terminal();
        let colour = terminal && !set("NO_COLOR");
        Self { json, quiet, colour, progress: terminal && !quiet && !set("NO_COLOR") && !set("MOSTARI_NO_PROGRESS") }
    }

    /// A line of the result, in words. Silent under `--json`.
    pub fn say(&self, line: impl AsRef<str>) {
        if !self.json {
            write_out(&printable(line.as_ref()));
        }
    }

    /// The result as one JSON object. Silent without `--json`.
    pub fn json(&self, object: &serde_json::Value) {
        if self.json {
            write_out(&object.to_string());
        }
    }

    /// A remark on stderr.
    pub fn note(&self, line: impl AsRef<str>) {
        if !self.quiet {
            self.clear_progress();
            eprintln!("{}", printable(line.as_ref()));
        }
    }

    /// A blank line, then a hint, on stderr.
    pub fn hint(&self, line: impl AsRef<str>) {
        self.note(format!("\nhint: {}", line.as_ref()));
    }

    /// Replaces the one line that says what is going on.
    pub fn progress(&self, line: impl AsRef<str>) {
        if self.progress {
            eprint!("\r\x1b[2K{}", line.as_ref());
            let _ = std::io::stderr().flush();
        }
    }

    /// Takes that line away.
    pub fn clear_progress(&self) {
        if self.progress {
            eprint!("\r\x1b[2K");
        }
    }

    /// A word that stands out on a terminal; the word itself carries the meaning.
    pub fn strong(&self, word: &str) -> String {
        if self.colour { format!("\x1b[1m{word}\x1b[0m") } else { word.to_owned() }
    }
}

/// Files may hold characters that steer a terminal; they are shown as `\u{1b}`, not obeyed.
fn printable(text: &str) -> std::borrow::Cow<'_, str> {
    let steers = |c: char| c.is_control() && c != '\n';
    if !text.contains(steers) {
        return text.into();
    }
    text.chars()
        .map(|c| if steers(c) { c.escape_default().to_string() } else { c.to_string() })
        .collect::<String>()
        .into()
}

/// A closed pipe (`mostari … | head`) ends the program quietly: the reader has seen enough.
fn write_out(line: &str) {
    if writeln!(std::io::stdout().lock(), "{line}").is_err() {
        std::process::exit(0);
    }
}

/// Measures how long something took; the only clock of the engines' callers.
#[derive(Debug)]
pub struct Watch(Instant);

impl Watch {
    /// Starts now.
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Seconds since the start.
    pub fn seconds(&self) -> f64 {
        self.0.elapsed().as_secs_f64()
    }
}

/// A clock to lend to an engine: seconds since it was first looked at.
pub fn clock() -> f64 {
    static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);
    BEGUN.elapsed().as_secs_f64()
}

/// `0.8s`, `12s`, `3m 20s`.
pub fn duration(seconds: f64) -> String {
    let whole = Duration::from_secs_f64(seconds.max(0.0)).as_secs();
    match whole {
        0..10 => format!("{seconds:.1}s"),
        10..120 => format!("{whole}s"),
        _ => format!("{}m {}s", whole / 60, whole % 60),
    }
}

/// `1 157`: groups of three.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

/// `1 finding`, `3 findings`.
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// Columns as wide as their widest cell; the ones named in `right` are aligned to the right.
pub fn table(header: &[&str], rows: &[Vec<String>], right: &[usize]) -> Vec<String> {
    let mut widths: Vec<usize> = header.iter().map(|cell| cell.chars().count()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |cells: Vec<&str>| {
        let mut text = String::new();
        for (i, (cell, width)) in cells.iter().zip(&widths).enumerate() {
            let fill = " ".repeat(width - cell.chars().count());
            let (before, after) = if right.contains(&i) { (fill.as_str(), "") } else { ("", fill.as_str()) };
            text.push_str(&format!("{}{before}{cell}{after}", if i == 0 { "" } else { "  " }));
        }
        text.trim_end().to_owned()
    };
    std::iter::once(line(header.to_vec()))
        .chain(rows.iter().map(|row| line(row.iter().map(String::as_str).collect())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_grouped_and_agree_with_their_noun() {
        assert_eq!(count(1_234_567), "1 234 567");
        assert_eq!(counted(1, "finding", "findings"), "1 finding");
        assert_eq!(counted(0, "finding", "findings"), "0 findings");
    }

    #[test]
    fn a_name_cannot_steer_the_terminal() {
        assert_eq!(printable("Br\u{1b}[31mdo\n"), "Br\\u{1b}[31mdo\n");
        assert_eq!(printable("Brčko"), "Brčko");
    }

    #[test]
    fn tables_align_numbers_to_the_right() {
        let lines = table(&["area", "n"], &[vec!["Brdo".into(), "7".into()], vec!["Ć".into(), "12".into()]], &[1]);
        assert_eq!(lines, ["area   n", "Brdo   7", "Ć     12"]);
    }
}
