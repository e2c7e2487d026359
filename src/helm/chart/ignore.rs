//! `.helmignore`: which files of a directory do not belong to the chart.

use super::pattern;

/// The rules of a `.helmignore`, in order; the first that matches decides.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    rules: Vec<Rule>,
}

#[derive(Debug, Clone)]
struct Rule {
    pattern: Vec<char>,
    negate: bool,
    directories_only: bool,
    /// Without a slash only the file's name is compared.
    name_only: bool,
}

impl Rules {
    /// Reads the lines of a `.helmignore`.
    ///
    /// # Errors
    /// `**`, which Helm does not know, or a broken pattern, with the line.
    pub fn parse(text: &str) -> Result<Rules, String> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut rules = Rules::default();
        for (number, line) in text.lines().enumerate() {
            rules.add(line).map_err(|what| format!("line {}: {what}", number + 1))?;
        }
        Ok(rules)
    }

    /// Adds what Helm always ignores: files under `templates/` whose names begin with a dot.
    pub fn with_defaults(mut self) -> Rules {
        self.rules.push(Rule {
            pattern: "templates/.?*".chars().collect(),
            negate: false,
            directories_only: false,
            name_only: false,
        });
        self
    }

    fn add(&mut self, line: &str) -> Result<(), String> {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            return Ok(());
        }
        if line.contains("**") {
            return Err("double-star (**) syntax is not supported".into());
        }
        pattern::check(line)?;
        let (negate, rest) = line.strip_prefix('!').map_or((false, line), |rest| (true, rest));
        let (directories_only, rest) = rest.strip_suffix('/').map_or((false, rest), |rest| (true, rest));
        let (rooted, rest) = rest.strip_prefix('/').map_or((false, rest), |rest| (true, rest));
        let name_only = !rooted && !rest.contains('/');
        self.rules.push(Rule { pattern: rest.chars().collect(), negate, directories_only, name_only });
        Ok(())
    }

    /// Whether the file or directory at `path` (relative, with forward slashes) is left out.
    pub fn ignore(&self, path: &str, directory: bool) -> bool {
        let path: Vec<char> = path.chars().collect();
        let name = path.rsplit(|c| *c == '/').next().unwrap_or(&path);
        for rule in &self.rules {
            let subject = if rule.name_only { name } else { &path };
            let matched = pattern::matches_chars(&rule.pattern, subject);
            let of_kind = directory || !rule.directories_only;
            if rule.negate {
                // Helm's reading of `!pattern`: everything else is left out.
                if !of_kind || !matched {
                    return true;
                }
            } else if of_kind && matched {
                return true;
            }
        }
        false
    }
}
