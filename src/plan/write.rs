//! Answers as a file: what the operator said, in the order of the questions, with a word on each. It reads back as
//! the same answers, so that a screen and a command line can hand over to each other.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::branch::Branch;
use super::field::{Field, Section};
use super::spec::{ACKNOWLEDGE, Spec};
use super::yaml_text::{entry, scalar};

/// What is to be written.
#[derive(Debug, Clone, Default)]
pub struct AnswersFile<'a> {
    /// Lines of comment on top.
    pub head: Vec<String>,
    /// The answers, by question.
    pub answers: Vec<(&'a str, &'a Value)>,
    /// Questions that stand there without an answer, because they must be answered (as a preset asks).
    pub asked: BTreeSet<&'a str>,
    /// Codes of the rules that were confirmed.
    pub acknowledged: Vec<&'a str>,
    /// A word of comment on single answers, by question.
    pub remarks: BTreeMap<&'a str, String>,
}

impl AnswersFile<'_> {
    /// The file.
    pub fn text(&self, spec: &Spec) -> String {
        let values: BTreeMap<&str, &Value> = self.answers.iter().copied().collect();
        let mut writer = Writer { file: self, values, section: None, text: String::new() };
        for line in &self.head {
            writer.comment(0, line);
        }
        for branch in &Branch::of(spec).children {
            writer.branch(branch, 0);
        }
        if !self.acknowledged.is_empty() {
            writer.text.push('\n');
            writer.comment(0, "What the operator has confirmed.");
            let codes = self.acknowledged.iter().map(|code| Value::from(*code)).collect();
            writer.text.push_str(&format!("{ACKNOWLEDGE}: {}\n", scalar(&codes)));
        }
        writer.text
    }
}

struct Writer<'a> {
    file: &'a AnswersFile<'a>,
    values: BTreeMap<&'a str, &'a Value>,
    section: Option<&'a str>,
    text: String,
}

impl<'a> Writer<'a> {
    fn has(&self, field: &Field) -> bool {
        self.values.contains_key(field.id.as_str()) || self.file.asked.contains(field.id.as_str())
    }

    fn branch(&mut self, branch: &Branch<'a>, indent: usize) {
        if !branch.has(&|field| self.has(field)) {
            return;
        }
        let Some((section, field)) = branch.leaf else {
            self.banner(branch.first_section().filter(|_| indent == 0));
            self.text.push_str(&format!("{}{}:\n", " ".repeat(indent), branch.key));
            branch.children.iter().for_each(|child| self.branch(child, indent + 2));
            return;
        };
        self.banner(Some(section).filter(|_| indent == 0));
        if let Some(remark) = self.file.remarks.get(field.id.as_str()) {
            self.comment(indent, remark);
        }
        match self.values.get(field.id.as_str()) {
            Some(value) => entry(&mut self.text, indent, branch.key, value),
            None => self.text.push_str(&format!("{}{}:\n", " ".repeat(indent), branch.key)),
        }
    }

    fn banner(&mut self, section: Option<&'a Section>) {
        let Some(section) = section.filter(|section| self.section != Some(section.id.as_str())) else { return };
        self.section = Some(&section.id);
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.comment(0, &section.title);
    }

    fn comment(&mut self, indent: usize, words: &str) {
        for line in words.lines() {
            let clean: String = line.chars().filter(|c| !c.is_control()).collect();
            self.text.push_str(&format!("{}# {clean}\n", " ".repeat(indent)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Answers, Layer};
    use serde_json::json;

    fn file<'a>(answers: &'a [(&'a str, Value)]) -> AnswersFile<'a> {
        AnswersFile { answers: answers.iter().map(|(id, value)| (*id, value)).collect(), ..AnswersFile::default() }
    }

    #[test]
    fn answers_stand_under_their_sections_in_the_order_of_the_questions() {
        let answers =
            [("features.nats", json!(true)), ("database.port", json!(6432)), ("database.host", json!("pg-1"))];
        let text = AnswersFile { head: vec!["For site A.".into()], acknowledged: vec!["S05"], ..file(&answers) }
            .text(Spec::builtin());
        assert_eq!(
            text,
            "# For site A.\n\n# Database\ndatabase:\n  host: pg-1\n  port: 6432\n\n# Feature flags\nfeatures:\n  nats: \
             true\n\n# What the operator has confirmed.\nacknowledge: [S05]\n"
        );
    }

    #[test]
    fn a_file_reads_back_as_the_same_answers() {
        let answers = [
            ("controlPlaneTolerations", json!([{"key": "a b", "operator": "Exists"}])),
            ("controlPlaneNodeSelector", json!({"k8s.io/x": "true", "y": ""})),
            ("extraValues", json!({"services": {"gateway": {"settings": {"size": "64k", "on": true}}}})),
            ("name", json!("# no comment: \"really\"")),
            ("database.port", json!("not a port")),
            ("docker.tagAliases", json!({})),
        ];
        let text = file(&answers).text(Spec::builtin());
        let read = Answers::read(Spec::builtin(), &text, "file", Layer::Answer);
        let back: BTreeMap<&str, &Value> = read.iter().map(|(id, answer)| (id, &answer.value)).collect();
        assert_eq!(back, answers.iter().map(|(id, value)| (*id, value)).collect(), "{text}");
        assert!(read.findings().is_empty(), "{text}");
    }

    #[test]
    fn a_question_that_must_be_answered_is_a_key_without_a_value() {
        let answers = [("database.port", json!(1))];
        let asked = BTreeSet::from(["database.host"]);
        let remarks = BTreeMap::from([("database.host", "the server\nof the site".to_string())]);
        let text = AnswersFile { asked, remarks, ..file(&answers) }.text(Spec::builtin());
        assert_eq!(text, "# Database\ndatabase:\n  # the server\n  # of the site\n  host:\n  port: 1\n");
    }
}
