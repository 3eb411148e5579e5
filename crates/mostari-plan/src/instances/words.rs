//! Words of a text, each with the line that it stands on.

use super::InstanceError;
use std::str::FromStr;

/// Reads a text word by word.
pub(super) struct Words<'a> {
    words: Box<dyn Iterator<Item = (usize, &'a str)> + 'a>,
    line: usize,
}

impl<'a> Words<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let lines = text.lines().zip(1..);
        Self {
            words: Box::new(lines.flat_map(|(text, line)| text.split_whitespace().map(move |w| (line, w)))),
            line: 1,
        }
    }

    /// The next word, whatever it is.
    pub(super) fn word(&mut self, expected: &'static str) -> Result<&'a str, InstanceError> {
        let (line, word) = self.words.next().ok_or(InstanceError::Ends { line: self.line, expected })?;
        self.line = line;
        Ok(word)
    }

    /// The next word as a number.
    pub(super) fn number<N: FromStr>(&mut self, expected: &'static str) -> Result<N, InstanceError> {
        let word = self.word(expected)?;
        word.parse().map_err(|_| self.wrong(word, expected))
    }

    /// The next word as a number that some files write with a point at the end (`7500.`).
    pub(super) fn decimal(&mut self, expected: &'static str) -> Result<f64, InstanceError> {
        let word = self.word(expected)?;
        word.parse().ok().filter(|value: &f64| value.is_finite()).ok_or_else(|| self.wrong(word, expected))
    }

    /// As many whole numbers.
    pub(super) fn numbers<N: FromStr>(
        &mut self,
        count: usize,
        expected: &'static str,
    ) -> Result<Vec<N>, InstanceError> {
        (0..count).map(|_| self.number(expected)).collect()
    }

    /// That a word is not what it should be.
    pub(super) fn wrong(&self, word: &str, expected: &'static str) -> InstanceError {
        InstanceError::Word { line: self.line, found: word.to_owned(), expected }
    }

    /// Nothing may follow.
    pub(super) fn end(mut self) -> Result<(), InstanceError> {
        match self.words.next() {
            None => Ok(()),
            Some((line, word)) => Err(InstanceError::Follows { line, found: word.to_owned() }),
        }
    }
}
