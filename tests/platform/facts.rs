//! What the specification states, written down a second time and by hand: names, kinds, defaults. The catalogue is
//! compared with these lists always, and both with the specification itself where it is at hand.

/// A row of a table.
pub type Row = Vec<String>;

/// Rows from lines of cells that are parted by `|`.
pub fn rows(lines: &str) -> Vec<Row> {
    let lines = lines.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(|line| line.split('|').map(|cell| cell.trim().to_string()).collect()).collect()
}

/// Service, kind, flag.
pub const SERVICES: &str = "
    iom-gateway | Deployment | Always
    iom-app | Deployment | Always
    iom-core | Deployment | Always
    iom-cluster | Deployment | Always
    iom-identity | Deployment | Always
    iom-sql | Deployment | Always
    iom-catalog | Deployment | Always
    iom-rest-catalog | Deployment | Always
    iom-health-check | Deployment | Always
    iom-socket | Deployment | Always
    spark-operator-controller | Deployment | Always
    spark-operator-webhook | Deployment | Always
    spark-submit-service | Deployment | Always
    spark-connect-driver | SparkApplication | Always
    spark-connect-rest | Deployment | Always
    spark-history | Deployment | Always
    metastore | Deployment | Always
    typesense | Deployment | Always
    iom-collab | Deployment | enableCollaborativeSqlEditor
    nats | StatefulSet (3 replicas) | services.nats.enabled
    iom-event-stream | StatefulSet (2 replicas) | eventStream
    iom-event-stream-proxy | Deployment | eventStream
    prefect-server | Deployment | jobOrchestrator
    prefect-worker | Deployment (per-namespace) | jobOrchestrator
    job-orchestrator-metrics-exporter | Deployment | jobOrchestrator
    iom-maintenance | Deployment | enableAutomatedMaintenance
    iom-ratelimiter | Deployment | ratelimiter
    spark-proxy-server | Deployment (per-namespace) | sparkProxyForArrowFlight
";

/// Pattern, backend.
pub const API_ROUTES: &str = "
    /api/v*/domains/*/sql | iom-sql
    /api/v*/domains/*/git | iom-sql
    /api/v*/health-check | iom-health-check
    /api/v*/admin/compaction | iom-maintenance
    /api/v*/domains/*/compaction | iom-maintenance
    /api/v*/domains/*/data-catalog | iom-catalog
    /api/v*/domains/*/data-product | iom-catalog
    /api/v*/domains/*/governance | iom-catalog
    /api/v*/admin/governance | iom-catalog
    /api/v*/authz | iom-core
    /api/v*/auth | iom-core
    /api/v*/data-planes | iom-core
    /api/v*/modules | iom-core
    /api/v*/system-config | iom-core
    /api/v*/admin/node-types | iom-core
    /api/v*/admin/volumes | iom-core
    /api/v*/domains/*/compute | iom-cluster
    /api/v*/domains/*/spark/* | iom-cluster
    /api/v*/domains/*/jupyter-containers | iom-cluster
    /api/v*/domains/*/namespaces | iom-cluster
    /api/v*/domains/*/secrets | iom-cluster
    /api/v*/domains/*/schedules | iom-cluster
    /api/v*/domains/*/event-streams | iom-cluster
    /api/v*/domains/*/roles | iom-identity
    /api/v*/domains/*/members | iom-identity
    /api/v*/admin/identity | iom-identity
    /api/v*/admin/domains | iom-identity
    /api/v*/users | iom-identity
    /api/v*/groups | iom-identity
    /api/v*/bundles | iom-identity
    /api/v*/identity | iom-identity
";

/// Pattern, backend, protocol.
pub const PAGE_ROUTES: &str = "
    /domains/* | iom-app | HTTP
    /admin/* | iom-app | HTTP
    / | iom-app | HTTP
    /catalogs/ | iom-rest-catalog | HTTP
    /socket.io | iom-socket | WebSocket
    /collaboration | iom-collab | WebSocket
    /spark-history | iom-core | HTTP
    /spark-ui | iom-core | HTTP
    /monitoring | iom-core | HTTP
    /sso-proxy | iom-core | HTTP
    /service/plugins | iom-identity | HTTP
    /service/roles | iom-identity | HTTP
    /service/xusers | iom-identity | HTTP
    /service/tags | iom-identity | HTTP
";

/// Pattern, target, protocol.
pub const WORKLOAD_ROUTES: &str = "
    /data-plane/*/lakehouse/*/... | cc-<name>.<ns>:10000 | HTTP
    /spark.connect.* | cc-<name>.<ns>:15002 | gRPC
    /arrow.flight.protocol.FlightService | cc-<name>.<ns>:33333 or Spark Proxy | gRPC
    /data-plane/*/jupyter/*/... | jc-<name>.<ns>:8888 | HTTP + WebSocket
    /data-plane/*/event-stream/*/... | iom-event-stream-proxy | HTTP
";

/// Path, service.
pub const OPENAPI: &str = "
    /openapi/ui | iom-core
    /openapi/core | iom-core
    /openapi/cluster | iom-cluster
    /openapi/iam | iom-identity
    /openapi/sql | iom-sql
    /openapi/catalog | iom-catalog
    /openapi/rest-catalog | iom-rest-catalog
";

/// Flag, default.
pub const DEPLOYMENT_FLAGS: &str = "
    enableCollaborativeSqlEditor | false
    services.nats.enabled | false
    eventStream | false
    jobOrchestrator | false
    sparkProxyForArrowFlight | false
    enableAutomatedMaintenance | false
    ratelimiter | false
    jupyterContainers | false
";

/// Flag, default.
pub const RUNTIME_FLAGS: &str = "
    arrowFlightConnection | true
    arrowFlightForDbExplorer | false
    activityMonitoring | false
    downloadQueryResults | true
    caseInsensitiveIcebergIdentifiers | false
    iometeSparkLivenessProbe | true
    icebergRestCatalogStrictMode | false
    priorityClasses | false
    emailNotifications | true
    sparkJobArchival | false
    onboardComputeRas | false
    onboardSparkJobRas | false
    onboardWorkspaceRas | false
    onboardNamespaceMappingRas | false
    domainLevelBundleAuthorization | false
    secretsV2 | false
    dataAccessAudit | false
    icebergMetrics | true
    scheduling | false
    ldapGroupInheritance | true
    identitySoftDelete | false
    showExecutorLogs | true
";

/// Service, supported.
pub const AUTOSCALING: &str = "
    iom-gateway | Yes
    iom-core | Yes
    iom-cluster | Yes
    iom-identity | Yes
    iom-catalog | Yes
    iom-rest-catalog | Yes
    spark-submit-service | Yes
    iom-collab | Yes
    iom-event-stream-proxy | Yes
    iom-sql | No
";

/// Name, `storage.type`, scheme, required settings.
pub const STORAGE_KINDS: &str = "
    MinIO | minio | s3a:// | endpoint, accessKey, secretKey
    Dell ECS | dell_ecs | s3a:// | endpoint, accessKey, secretKey
    AWS S3 | aws_s3 | s3a:// | IAM role, cloud.region
    Google Cloud Storage | gcs | gs:// | GCP service account
    Azure Blob (Gen1) | azure_gen1 | wasbs:// | storageAccountName, storageAccountKey
    Azure Data Lake (Gen2) | azure_gen2 | abfs:// | storageAccountName, storageAccountKey
";

/// Path in the bucket.
pub const STORAGE_PATHS: &str = "
    data/
    iomete-assets/spark-history/
    iomete-assets/sql-results/
    iomete-assets/sql-editor/worksheets/
    ranger/audit
";

/// Databases that are named, without prefix.
pub const DATABASES: &str = "
    metastore_db
    ranger_db
    iceberg_db
    prefect_db
";

/// Kind, required settings.
pub const SECRET_STORES: &str = "
    kubernetes |
    database |
    vault | endpoint, path, token
";

/// Kind, required settings.
pub const LOG_SOURCES: &str = "
    kubernetes |
    loki | host, port
    elasticsearch | endpoint, apiKey, indexPattern
    splunk | endpoint, token, indexName
";

/// Provider, scratch directory, zone-aware.
pub const CLOUDS: &str = "
    On-Premises | /local1 | No
    AWS | /local1 | Yes
    Azure | /mnt | No
    GCP | /mnt/stateful_partition | No
";

/// Class, workload.
pub const PRIORITIES: &str = "
    iomete-compute | compute clusters
    iomete-spark-job | spark jobs
    iomete-notebook | jupyter containers
    iomete-operational-support | job orchestrator workers
";

/// Selector and tolerations.
pub const PLACEMENT: &str = "
    controlPlaneNodeSelector / controlPlaneTolerations
    dataPlaneNodeSelector / dataPlaneTolerations
";
