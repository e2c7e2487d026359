//! Everything that the wizard does, `iomctl install --answers` does without a screen, and the other way round.

use crate::app::wizard::{Destination, News, Order};
use crate::plan::{Answers, Evaluation, Facts, Layer, Release, Spec, evaluate, preset};
use proptest::prelude::*;
use serde_json::Value;

use super::console::{Console, SMALL};

/// What an evaluation says, apart from where answers stand.
fn said(evaluation: &Evaluation) -> String {
    let findings: Vec<String> = evaluation
        .findings
        .iter()
        .map(|f| format!("{} {:?} {:?} {} {}", f.code, f.severity, f.field, f.message, f.acknowledged))
        .collect();
    let mut findings = findings;
    findings.sort();
    let Evaluation { visible, required, values, secrets, waiting, .. } = evaluation;
    format!("{visible:?}\n{required:?}\n{values}\n{secrets:?}\n{waiting:?}\n{}", findings.join("\n"))
}

fn facts() -> Facts {
    Facts { namespace: Some("iomete-system".into()), release: Some(Release::Fresh), ..Facts::default() }
}

/// The answers that the wizard writes, over the preset that its command names.
fn written(console: &mut Console) -> (Option<String>, String) {
    console.press("<C-s><Enter>");
    let writing = console.effects.iter().rev().find_map(|effect| match effect {
        crate::app::Effect::Wizard(Order::Write(writing)) => Some(writing.clone()),
        _ => None,
    });
    let writing = writing.expect("a file is written");
    assert!(matches!(writing.to, Destination::Answers(_)));
    let preset = writing.text.lines().find_map(|line| line.strip_prefix("# preset: ")).map(str::to_string);
    (preset, writing.text)
}

fn without_screen(preset_name: Option<&str>, text: &str) -> Evaluation {
    let spec = Spec::builtin();
    let base = preset_name.and_then(preset).map_or_else(Answers::none, |preset| preset.answers(spec));
    evaluate(spec, &base.overlaid(Answers::read(spec, text, "site.yaml", Layer::Answer)), &facts())
}

/// What the wizard would install: the job's answers, evaluated as the operation does.
fn with_screen(console: &mut Console) -> Option<Evaluation> {
    console.press("]]]]]]]]]]Iy");
    let job = console.effects.iter().rev().find_map(|effect| match effect {
        crate::app::Effect::Deploying(crate::app::deploying::Order::Start(job)) => Some(job.clone()),
        _ => None,
    })?;
    Some(evaluate(Spec::builtin(), &job.answers, &facts()))
}

#[test]
fn the_file_gives_what_the_screen_gives() {
    let mut console = Console::fresh(SMALL);
    console.press("<Enter><Home><Enter>[[");
    console.press("/database.host<Enter><Enter><C-u>pg-1<Enter>/namespaces<Enter><Enter>spark-a<Enter>spark-b<C-s>");
    console.press("/controlPlaneTol<Enter><Enter>a=b:NoSchedule<C-s>/features.nats<Enter> ");
    let (preset, text) = written(&mut console);
    assert_eq!(preset.as_deref(), Some("evaluation"));
    let file = without_screen(preset.as_deref(), &text);
    let screen = with_screen(&mut console).expect("an installation");
    assert_eq!(said(&screen), said(&file));
    assert!(!file.is_blocked());
}

fn any_answer(id: &'static str) -> BoxedStrategy<Value> {
    let field = Spec::builtin().field(id).expect("a question");
    let known = field.default.iter().chain(&field.example).cloned();
    let mut values: Vec<Value> = known.chain(field.choices.iter().map(|choice| choice.value.clone().into())).collect();
    values.extend([true.into(), false.into(), 7.into(), "x y".into(), Value::from("# \"odd\": 'text'")]);
    proptest::sample::select(values).boxed()
}

fn any_answers() -> impl Strategy<Value = Vec<(&'static str, Value)>> {
    let ids: Vec<&'static str> = Spec::builtin().fields().map(|field| field.id.as_str()).collect();
    let one = proptest::sample::select(ids).prop_flat_map(|id| (Just(id), any_answer(id)));
    proptest::collection::vec(one, 0..25)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Whatever the answers are, right or wrong: the draft that the wizard keeps says the same as the file it came
    /// from. Texts that look like secrets are the exception: they go to memory.
    #[test]
    fn answers_survive_the_way_through_the_wizard(answers in any_answers()) {
        let spec = Spec::builtin();
        let entries: Vec<(&str, &Value)> = answers.iter().map(|(id, value)| (*id, value)).collect();
        let made = Answers::made(spec, entries.clone(), [], "made");
        let literal = |id: &str, value: &Value| {
            let misfits = crate::plan::check(spec.field(id).unwrap(), value).err().unwrap_or_default();
            misfits.iter().any(crate::plan::Misfit::holds_a_secret)
        };
        prop_assume!(!made.iter().any(|(id, answer)| literal(id, &answer.value)));
        let before = evaluate(spec, &made, &facts());
        let file = crate::plan::AnswersFile {
            answers: made.iter().map(|(id, answer)| (id, &answer.value)).collect(),
            ..Default::default()
        };
        let mut console = Console::fresh(SMALL);
        console.learn(News::Read("site.yaml".into(), Ok(file.text(spec))));
        console.press("<Esc>");
        let (preset, text) = written(&mut console);
        prop_assert_eq!(preset, None);
        prop_assert_eq!(said(&without_screen(None, &text)), said(&before), "{}", text);
    }
}
