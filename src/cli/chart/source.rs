//! Where a command's chart comes from: flags, and getting it with its progress on the screen.

use std::path::{Path, PathBuf};

use clap::Args;
use secrecy::SecretString;

use super::{load, open};
use crate::charts::{Access, Cache, Fetched, Origin, Wanted, fetch};
use crate::cli::run::block_on;
use crate::cli::waiting::{self, Doing};
use crate::helm::Chart;
use crate::problem::Problems;

/// The chart of a command that works with the bundled one when none is named.
#[derive(Debug, Clone, Default, Args)]
pub struct ChartFlags {
    /// Chart to use instead of the bundled one: a folder, a .tgz, https://HOST/x.tgz, oci://REGISTRY/PATH, or the name
    /// of a chart with --repo
    #[arg(long, value_name = "CHART")]
    chart: Option<String>,
    /// Version of the chart, or a range such as '^1.2'; without it the newest stable one
    #[arg(long, value_name = "VERSION", requires = "chart")]
    chart_version: Option<String>,
    #[command(flatten)]
    source: SourceFlags,
}

/// How a chart is got that is not on this machine.
#[derive(Debug, Clone, Default, Args)]
pub struct SourceFlags {
    /// Repository (https://… or oci://…) that the chart is a name in
    #[arg(long, value_name = "URL", help_heading = "Charts from elsewhere")]
    repo: Option<String>,
    /// Digest that the archive (or its manifest in a registry) must have
    #[arg(long, value_name = "sha256:HEX", help_heading = "Charts from elsewhere")]
    digest: Option<String>,
    #[command(flatten)]
    access: AccessFlags,
}

/// With which credentials and trust servers are asked.
#[derive(Debug, Clone, Default, Args)]
pub struct AccessFlags {
    /// User of the repository or registry; without it, what helm's and docker's configuration say
    #[arg(long, value_name = "NAME", help_heading = "Charts from elsewhere", requires = "password")]
    username: Option<String>,
    /// Password of that user
    #[arg(
        long,
        value_name = "TEXT",
        help_heading = "Charts from elsewhere",
        env = "IOMCTL_CHART_PASSWORD",
        hide_env_values = true
    )]
    password: Option<String>,
    /// Certificates of authorities to trust besides those of the system
    #[arg(long, value_name = "FILE", help_heading = "Charts from elsewhere")]
    ca_file: Option<PathBuf>,
    /// Certificate that identifies us to the server
    #[arg(long, value_name = "FILE", help_heading = "Charts from elsewhere")]
    cert_file: Option<PathBuf>,
    /// Key of that certificate
    #[arg(long, value_name = "FILE", help_heading = "Charts from elsewhere", requires = "cert_file")]
    key_file: Option<PathBuf>,
    /// Believe whoever answers
    #[arg(long, help_heading = "Charts from elsewhere")]
    insecure_skip_tls_verify: bool,
    /// Ask registries without TLS
    #[arg(long, help_heading = "Charts from elsewhere")]
    plain_http: bool,
    /// Give the credentials to every server that the repository refers to
    #[arg(long, help_heading = "Charts from elsewhere")]
    pass_credentials: bool,
}

impl AccessFlags {
    /// As the charts' room takes it.
    pub fn access(&self) -> Access {
        Access {
            username: self.username.clone(),
            password: self.password.clone().map(SecretString::from),
            ca_file: self.ca_file.clone(),
            cert_file: self.cert_file.clone(),
            key_file: self.key_file.clone(),
            insecure: self.insecure_skip_tls_verify,
            plain_http: self.plain_http,
            pass_credentials: self.pass_credentials,
        }
    }
}

impl ChartFlags {
    /// Gets and loads the chart, or the bundled one.
    ///
    /// # Errors
    /// It cannot be got, or is no chart.
    pub fn load(&self) -> Result<Chart, Problems> {
        self.source.load(self.chart.as_deref(), self.chart_version.as_deref())
    }
}

impl SourceFlags {
    /// Gets and loads a chart, or the bundled one. What comes from elsewhere is told on standard error, with its digest.
    ///
    /// # Errors
    /// As [`ChartFlags::load`].
    pub fn load(&self, chart: Option<&str>, version: Option<&str>) -> Result<Chart, Problems> {
        let Some(chart) = chart else { return Ok(load(None)?) };
        match self.here(chart) {
            Some(path) => Ok(load(Some(path))?),
            None => self.get(chart, version),
        }
    }

    /// The same for a rendering that is only printed: see [`Chart::open`].
    ///
    /// # Errors
    /// As [`ChartFlags::load`].
    pub fn open(&self, chart: Option<&str>, version: Option<&str>) -> Result<Chart, Problems> {
        match chart.and_then(|chart| self.here(chart)) {
            Some(path) => Ok(open(path)?),
            None => self.load(chart, version),
        }
    }

    /// A chart that nobody has to be asked for. It is told about as it always was.
    fn here<'c>(&self, chart: &'c str) -> Option<&'c Path> {
        Some(Path::new(chart)).filter(|path| self.repo.is_none() && self.digest.is_none() && path.exists())
    }

    fn get(&self, chart: &str, version: Option<&str>) -> Result<Chart, Problems> {
        let fetched = self.fetch(chart, version, false)?;
        let place = fetched.origin.as_ref().map_or_else(|| chart.to_string(), |origin| origin.place.clone());
        let loaded = fetched.chart().map_err(|error| super::unusable(error, place))?;
        if let Some(origin) = &fetched.origin {
            told(origin, &loaded);
        }
        Ok(loaded)
    }

    /// Gets a chart.
    ///
    /// # Errors
    /// It cannot be found, reached, trusted or read, or is another one.
    pub fn fetch(&self, chart: &str, version: Option<&str>, provenance: bool) -> Result<Fetched, Problems> {
        let wanted = Wanted {
            chart: chart.into(),
            version: version.map(str::to_string),
            repository: self.repo.clone(),
            digest: self.digest.clone(),
            provenance,
            access: self.access.access(),
        };
        block_on(waiting::shown("looking for the chart", async |doing| {
            Ok(fetch(&wanted, &Cache::of_user(), &|what, have, of| downloading(&doing, what, have, of)).await?)
        }))
    }

    /// The repository that is named.
    pub fn repository(&self) -> Option<&str> {
        self.repo.as_deref()
    }
}

/// Says how far a download has come.
pub fn downloading(doing: &Doing, what: &str, have: u64, of: Option<u64>) {
    let mega = |bytes: u64| bytes as f64 / f64::from(1 << 20);
    doing.now(match of {
        Some(of) => format!("getting {what}: {:.1} of {:.1} MB", mega(have), mega(of)),
        None => format!("getting {what}: {:.1} MB", mega(have)),
    });
}

fn told(origin: &Origin, chart: &Chart) {
    let kept = match &origin.kept_since {
        Some(since) => format!("\nnote: the server cannot be reached; this is the chart that was got at {since}"),
        None => String::new(),
    };
    let Origin { place, digest, .. } = origin;
    eprintln!("note: chart {} {} from {place}, {digest}{kept}", chart.name(), chart.metadata.version);
}
