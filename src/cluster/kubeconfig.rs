//! Which cluster is meant: the rules of kubectl, with a plain word when the answer is "none".

use std::ffi::OsString;
use std::path::PathBuf;

use kube::Config;
use kube::config::{KubeConfigOptions, Kubeconfig, KubeconfigError};

use super::connect::ConnectOptions;
use crate::problem::Problem;

/// The namespace when neither the command line nor the context names one.
const DEFAULT_NAMESPACE: &str = "iomete-system";

/// What the kubeconfig (or the pod we run in) says about the cluster to talk to.
#[derive(Debug)]
pub(super) struct Target {
    pub config: Config,
    pub context: Option<String>,
    pub namespace: String,
}

/// Finds the target as kubectl does: `--kubeconfig`, else the files of `KUBECONFIG` merged, else `~/.kube/config`,
/// else the service account of the pod we run in.
pub(super) async fn target(options: &ConnectOptions) -> Result<Target, Problem> {
    let Some(kubeconfig) = read(options)? else { return inside_a_pod(options) };
    let context = choose_context(&kubeconfig, options)?;
    let of_context = kubeconfig
        .contexts
        .iter()
        .find(|named| named.name == context)
        .and_then(|named| named.context.as_ref())
        .and_then(|context| context.namespace.clone())
        .filter(|namespace| !namespace.is_empty());
    let wanted = KubeConfigOptions { context: Some(context.clone()), ..KubeConfigOptions::default() };
    let config = Config::from_custom_kubeconfig(kubeconfig, &wanted).await.map_err(|e| unusable(&context, &e))?;
    let namespace = options.namespace.clone().or(of_context).unwrap_or_else(|| DEFAULT_NAMESPACE.into());
    Ok(Target { config, context: Some(context), namespace })
}

/// The contexts that can be chosen; none when there is no kubeconfig that can be read.
pub fn contexts(options: &ConnectOptions) -> Vec<String> {
    let kubeconfig = read(options).ok().flatten();
    kubeconfig.map(|config| config.contexts.into_iter().map(|named| named.name).collect()).unwrap_or_default()
}

fn inside_a_pod(options: &ConnectOptions) -> Result<Target, Problem> {
    let config = Config::incluster().map_err(|_| {
        let files = match named() {
            Some(value) => format!("KUBECONFIG names {}, where no file is", value.display()),
            None => "KUBECONFIG is not set, ~/.kube/config does not exist".into(),
        };
        Problem::bad_input("cluster.no-kubeconfig", "no cluster is configured")
            .at(format!("{files}, and this is not a pod of a cluster"))
            .next("point KUBECONFIG or --kubeconfig at the file you use with kubectl")
    })?;
    let namespace = options.namespace.clone().unwrap_or_else(|| config.default_namespace.clone());
    Ok(Target { config, context: None, namespace })
}

fn read(options: &ConnectOptions) -> Result<Option<Kubeconfig>, Problem> {
    if let Some(path) = &options.kubeconfig {
        return Kubeconfig::read_from(path).map(Some).map_err(|e| unreadable(&path.display().to_string(), &e));
    }
    let files: Vec<PathBuf> = match &named() {
        Some(value) => std::env::split_paths(value).filter(|path| !path.as_os_str().is_empty()).collect(),
        None => std::env::home_dir().map(|home| home.join(".kube/config")).into_iter().collect(),
    };
    merge(&files)
}

/// What `KUBECONFIG` says, if it says something.
fn named() -> Option<OsString> {
    std::env::var_os("KUBECONFIG").filter(|value| !value.is_empty())
}

/// Merges the files that exist; the first to say something wins. `None` when none exists.
fn merge(files: &[PathBuf]) -> Result<Option<Kubeconfig>, Problem> {
    let mut merged: Option<Kubeconfig> = None;
    for path in files.iter().filter(|path| path.exists()) {
        let place = path.display().to_string();
        let next = Kubeconfig::read_from(path).map_err(|e| unreadable(&place, &e))?;
        merged = Some(match merged {
            None => next,
            Some(before) => before.merge(next).map_err(|e| unreadable(&place, &e))?,
        });
    }
    Ok(merged)
}

fn choose_context(kubeconfig: &Kubeconfig, options: &ConnectOptions) -> Result<String, Problem> {
    let names: Vec<&str> = kubeconfig.contexts.iter().map(|named| named.name.as_str()).collect();
    let wanted = options.context.as_deref().or(kubeconfig.current_context.as_deref()).filter(|name| !name.is_empty());
    let listed = if names.is_empty() { "it has none".into() } else { names.join(", ") };
    match wanted {
        Some(name) if names.contains(&name) => Ok(name.into()),
        Some(name) => {
            let problem =
                Problem::bad_input("cluster.unknown-context", format!("the kubeconfig has no context `{name}`"))
                    .at(format!("contexts: {listed}"));
            Err(match nearest(name, &names) {
                Some(close) => problem.next(format!("say `--context {close}` if that is meant")),
                None => problem.next("say one of them with --context"),
            })
        }
        None => Err(Problem::bad_input("cluster.no-context", "the kubeconfig names no current context")
            .at(format!("contexts: {listed}"))
            .next("say one with --context")),
    }
}

fn nearest<'n>(name: &str, names: &[&'n str]) -> Option<&'n str> {
    names
        .iter()
        .map(|candidate| (strsim::jaro_winkler(name, candidate), *candidate))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

fn unreadable(place: &str, error: &KubeconfigError) -> Problem {
    Problem::bad_input("cluster.kubeconfig", "the kubeconfig cannot be read")
        .at(place)
        .because(first_line(error))
        .next("check the file with `kubectl config view`")
}

fn unusable(context: &str, error: &KubeconfigError) -> Problem {
    Problem::bad_input("cluster.kubeconfig", format!("the context `{context}` cannot be used"))
        .because(first_line(error))
        .next("check the context's cluster and user with `kubectl config view`")
}

/// A parser's message may quote the file, credentials included: only its first line is shown.
fn first_line(error: &KubeconfigError) -> String {
    error.to_string().lines().next().unwrap_or_default().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(dir: &std::path::Path, name: &str, text: &str) -> PathBuf {
        let path = dir.join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    const ONE: &str = "apiVersion: v1\nkind: Config\ncurrent-context: prod\ncontexts:\n\
        - {name: prod, context: {cluster: a, user: u, namespace: lake}}\n\
        clusters:\n- {name: a, cluster: {server: 'https://127.0.0.1:1'}}\nusers:\n- {name: u, user: {}}\n";
    const TWO: &str = "apiVersion: v1\nkind: Config\ncurrent-context: staging\ncontexts:\n\
        - {name: staging, context: {cluster: a, user: u}}\n";

    #[test]
    fn several_files_are_merged_and_the_first_wins() {
        let dir = tempfile::tempdir().unwrap();
        let files = [dir.path().join("absent"), file(dir.path(), "1", ONE), file(dir.path(), "2", TWO)];
        let merged = merge(&files).unwrap().unwrap();
        assert_eq!(choose_context(&merged, &ConnectOptions::default()).unwrap(), "prod");
        let options = ConnectOptions { context: Some("staging".into()), ..ConnectOptions::default() };
        assert_eq!(choose_context(&merged, &options).unwrap(), "staging");
    }

    #[test]
    fn an_unknown_context_names_those_that_exist_and_the_nearest() {
        let dir = tempfile::tempdir().unwrap();
        let merged = merge(&[file(dir.path(), "1", ONE), file(dir.path(), "2", TWO)]).unwrap().unwrap();
        let options = ConnectOptions { context: Some("stagin".into()), ..ConnectOptions::default() };
        let problem = choose_context(&merged, &options).unwrap_err();
        assert_eq!(problem.outcome.code(), 2);
        assert_eq!(problem.place.as_deref(), Some("contexts: prod, staging"));
        assert!(problem.next.unwrap().contains("--context staging"));
    }

    #[tokio::test]
    async fn the_namespace_is_the_options_else_the_contexts_else_ours() {
        let dir = tempfile::tempdir().unwrap();
        let path = file(dir.path(), "1", ONE);
        let from_context = ConnectOptions { kubeconfig: Some(path.clone()), ..ConnectOptions::default() };
        assert_eq!(target(&from_context).await.unwrap().namespace, "lake");
        let said = ConnectOptions { namespace: Some("mine".into()), ..from_context };
        assert_eq!(target(&said).await.unwrap().namespace, "mine");
        let silent = file(dir.path(), "3", &ONE.replace(", namespace: lake", ""));
        let default = ConnectOptions { kubeconfig: Some(silent), ..ConnectOptions::default() };
        assert_eq!(target(&default).await.unwrap().namespace, "iomete-system");
    }

    #[tokio::test]
    async fn a_broken_file_is_named_without_its_content() {
        let dir = tempfile::tempdir().unwrap();
        let path = file(dir.path(), "bad", "users: [{name: u, user: {token: hunter2-very-secret\n");
        let options = ConnectOptions { kubeconfig: Some(path.clone()), ..ConnectOptions::default() };
        let problem = target(&options).await.unwrap_err();
        assert_eq!(problem.place, Some(path.display().to_string()));
        assert!(!problem.to_string().contains("hunter2"));
    }
}
