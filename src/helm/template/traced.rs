//! Helm 4 lays out the error of a template line by line: where, in what, why, from the outermost file inwards.

/// One step of the way from the file to the failure.
#[derive(PartialEq)]
struct Step<'m> {
    location: &'m str,
    executed: Option<(&'m str, &'m str)>,
    message: &'m str,
}

/// The message in steps; `None` when a part of it does not come from the template language, and stands as it is.
pub fn traced(message: &str) -> Option<String> {
    let mut steps: Vec<Step> = Vec::new();
    let mut next = Some(message);
    while let Some(current) = next {
        let (step, inner) = step(current)?;
        if steps.last() != Some(&step) {
            steps.push(step);
        }
        next = inner;
    }
    let mut text = String::new();
    for step in &steps {
        if !step.location.is_empty() {
            text.push_str(&format!("{}\n  ", step.location));
        }
        if let Some((name, node)) = step.executed {
            text.push_str(&format!("executing \"{name}\" at <{node}>:\n    "));
        }
        if !step.message.is_empty() {
            text.push_str(&format!("{}\n", step.message));
        }
    }
    Some(text.trim().to_string())
}

/// The outermost step of a message, and the message of the function that failed in it.
fn step(message: &str) -> Option<(Step<'_>, Option<&str>)> {
    let rest = message.strip_prefix("template: ")?;
    if rest.starts_with("no template ") {
        return Some((Step { location: "", executed: None, message }, None));
    }
    let cut = |text| str::find(text, " template:").map_or(text, |at| &text[..at]);
    if let Some((location, after)) = rest.split_once(": executing ")
        && let Some((name, after)) = after.strip_prefix('"').and_then(|after| after.split_once('"'))
        && let Some((node, why)) = after.strip_prefix(" at <").and_then(|after| after.split_once(">: "))
    {
        let inner = why.strip_prefix("error calling ").and_then(|called| called.split_once(": ")).map(|(_, why)| why);
        return Some((Step { location, executed: Some((name, node)), message: cut(why) }, inner));
    }
    let (location, why) = rest.rsplit_once(": ")?;
    Some((Step { location, executed: None, message: cut(why) }, None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_on_the_way_has_its_lines() {
        let inner = "template: c/templates/_h.tpl:2:3: executing \"name\" at <.Values.x.y>: nil pointer evaluating \
                     interface {}.y";
        let message = format!(
            "template: c/templates/a.yaml:1:4: executing \"c/templates/a.yaml\" at <include \"name\" .>: error calling \
             include: {inner}"
        );
        let wanted = "c/templates/a.yaml:1:4\n  executing \"c/templates/a.yaml\" at <include \"name\" .>:\n    error \
                      calling include:\nc/templates/_h.tpl:2:3\n  executing \"name\" at <.Values.x.y>:\n    nil pointer \
                      evaluating interface {}.y";
        assert_eq!(traced(&message).as_deref(), Some(wanted));
        assert_eq!(traced("template: a:1:1: executing \"a\" at <f>: error calling f: what f says"), None);
    }
}
