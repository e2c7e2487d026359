//! Whether two answers are the same, and where they part.

use std::time::Duration;

use super::case::Case;
use super::helm;
use super::library::{self, HANG, PANIC};
use super::shape;

/// What is printed, or the text of the error.
pub type Answer = Result<String, String>;

/// How the two sides compare.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Byte for byte.
    Identical,
    /// Apart from what is made by chance, which has the same shape.
    SameShape,
    /// Both refuse, in the same words.
    SameError,
    /// Both refuse, in other words.
    OtherError(String),
    /// The outputs part.
    Different(String),
    /// Helm renders it.
    WeFail(String),
    /// Helm refuses it.
    TheyFail(String),
    /// A panic of ours, or no answer in time.
    Broken(String),
}

impl Verdict {
    /// Whether nothing is to be mended.
    pub fn good(&self) -> bool {
        matches!(self, Verdict::Identical | Verdict::SameShape | Verdict::SameError)
    }

    /// The head of its column in the table.
    pub fn column(&self) -> &'static str {
        match self {
            Verdict::Identical => "identical",
            Verdict::SameShape => "same shape",
            Verdict::SameError => "same error",
            Verdict::OtherError(_) => "other error",
            Verdict::Different(_) => "different",
            Verdict::WeFail(_) => "we fail",
            Verdict::TheyFail(_) => "they fail",
            Verdict::Broken(_) => "broken",
        }
    }

    /// Where they part.
    pub fn detail(&self) -> Option<&str> {
        match self {
            Verdict::Identical | Verdict::SameShape | Verdict::SameError => None,
            Verdict::OtherError(text)
            | Verdict::Different(text)
            | Verdict::WeFail(text)
            | Verdict::TheyFail(text)
            | Verdict::Broken(text) => Some(text),
        }
    }
}

/// A compared case.
pub struct Compared {
    /// The case.
    pub case: Case,
    /// What came of it.
    pub verdict: Verdict,
    /// Helm's time.
    pub theirs: Duration,
    /// The library's time.
    pub ours: Duration,
}

/// Asks both.
pub fn compare(case: Case) -> Compared {
    let theirs = helm::ask(&case);
    let ours = library::ask(&case);
    let verdict = judge(&case, &theirs.answer, &ours.answer);
    Compared { case, verdict, theirs: theirs.time, ours: ours.time }
}

fn judge(case: &Case, theirs: &Answer, ours: &Answer) -> Verdict {
    match (theirs, ours) {
        (_, Err(ours)) if ours == HANG || ours.starts_with(PANIC) => Verdict::Broken(ours.clone()),
        (Ok(theirs), Ok(ours)) if theirs == ours => Verdict::Identical,
        (Ok(theirs), Ok(ours)) => {
            let again = helm::ask_again(case).answer.unwrap_or_default();
            match shape::difference(theirs, &again, ours) {
                None => Verdict::SameShape,
                Some(difference) => Verdict::Different(difference),
            }
        }
        (Err(theirs), Err(ours)) if same_error(theirs, ours) => Verdict::SameError,
        (Err(first), Err(ours)) => {
            let other = |_| helm::ask_again(case).answer.is_err_and(|again| again != *first);
            match (0..3).any(other) {
                true => Verdict::SameShape,
                false => Verdict::OtherError(format!("helm   {first}\n    iomctl {ours}")),
            }
        }
        (Ok(_), Err(ours)) => Verdict::WeFail(ours.clone()),
        (Err(theirs), Ok(_)) => Verdict::TheyFail(theirs.clone()),
    }
}

/// The same text; of a schema's violations, which come in the random order of Go's maps, the same words.
fn same_error(theirs: &str, ours: &str) -> bool {
    let sorted = |text: &str| {
        let mut words: Vec<String> = text.split([' ', '\n', ',']).map(str::to_string).collect();
        words.retain(|word| !word.is_empty());
        words.sort();
        words
    };
    let listed = theirs.starts_with("values don't meet the specifications");
    theirs.trim_end() == ours.trim_end() || (listed && sorted(theirs) == sorted(ours))
}
